"""Recovery at the command line: a bidder asks, a recovery custodian releases its part."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bidding import sealing
from bidding.sealing import keys
from bidding.sealing.format import commit_hash, parse_core
from bidding.sealing.strict import base64url, binary
from bidding.sealing.suites import x25519
from tests.unit.bidding.sealing.platform import Platform
from tests.unit.bidding.sealing.test_cli import Desk, desk, platform, run, secrets
from tests.vectors.sealing import make as v

__all__ = ["desk", "platform", "run", "secrets"]


@pytest.fixture
def custodian(tmp_path: Path, platform: Platform, secrets: None) -> Path:
    """The key file of the second recovery custodian, whose key the policy names."""
    key = keys.new_key("custodian")
    record = json.loads(platform.policy)
    record["recovery"]["custodians"][1]["public_keys"] = {
        stage: base64url(x25519.public_of(key.stage(v.TENDER, stage)))
        for stage in ("technical", "price")
    }
    platform.policy = v.write(record)
    path = tmp_path / "recovery.key"
    path.write_bytes(keys.lock(key, os.environ["SEALING_PASSPHRASE"]))
    return path


def asks(platform: Platform, desk: Desk) -> dict[str, Any]:
    """Let the platform tell of one request, as it would after `recover`."""
    record = platform.chain[-1]
    at = desk.at / "envelope" / "price-1"
    return {
        "bidder": "晨光",
        "commit": commit_hash(record).hex(),
        "record": base64url(record),
        "core": base64url((at / "core.json").read_bytes()),
        "wraps": base64url((at / "wraps.json").read_bytes()),
    }


def release(desk: Desk, key: Path, *more: object, code: int = 0) -> dict:
    return desk.run(
        "release-part",
        *("--policy", desk.at / "policy.json", "--stage", "price", "--key", key),
        *("--server", desk.platform.url, *more),
        code=code,
    )


def recover(desk: Desk, code: int = 0) -> dict:
    place = ("--envelope", desk.at / "envelope", "--stage", "price")
    return desk.run("recover", *place, "--server", desk.platform.url, code=code)


def test_bidder_asks_and_custodian_releases_its_part_of_that_bid(
    custodian: Path, desk: Desk, platform: Platform
) -> None:
    desk.seal("--escrow")
    desk.send()
    recover(desk)
    assert platform.asked == [{"stage": "price", "lot": "1"}]
    asked = asks(platform, desk)
    platform.recovery = {"index": 2, "requests": [asked]}
    assert release(desk, custodian) == {"released": [{"commit": asked["commit"], "bidder": "晨光"}]}
    (given,) = platform.parts
    sealing.check_escrow_part(binary(asked["core"]), 2, binary(given["part"]))
    assert (given["stage"], given["commit"]) == ("price", asked["commit"])


def test_bid_without_escrow_cannot_ask(desk: Desk, platform: Platform) -> None:
    desk.seal()
    desk.send()
    assert recover(desk, code=2)["code"] == "recovery.no_escrow"
    assert platform.asked == []


def test_nothing_committed_cannot_ask(desk: Desk) -> None:
    desk.seal("--escrow")
    assert recover(desk, code=2)["code"] == "bidder.not_committed"


def test_custodian_refuses_what_the_commit_does_not_bind(
    custodian: Path, desk: Desk, platform: Platform
) -> None:
    desk.seal("--escrow")
    desk.send()
    asked = asks(platform, desk)
    other = (desk.at / "envelope" / "technical-1" / "core.json").read_bytes()
    record = bytes(platform.chain[-1])
    assert parse_core(other).stage == "technical"
    for changes, code in (
        ({"core": base64url(other)}, "seal.root"),
        ({"wraps": base64url(b"{}")}, "seal.root"),
        ({"commit": "0" * 64}, "seal.context"),
        ({"record": base64url(record.replace(b'"lot":"1"', b'"lot":"2"'))}, "seal.context"),
    ):
        platform.recovery = {"index": 2, "requests": [asked | changes]}
        assert release(desk, custodian, code=2)["code"] == code
    platform.recovery = {"index": 1, "requests": [asked]}
    assert release(desk, custodian, code=2)["code"] == "seal.stage_key"
    assert platform.parts == []


def test_custodian_releases_one_bid_only_when_told_so(
    custodian: Path, desk: Desk, platform: Platform
) -> None:
    desk.seal("--escrow")
    desk.send()
    platform.recovery = {"index": 2, "requests": [asks(platform, desk)]}
    refusal = release(desk, custodian, "--commit", "f" * 64, code=2)
    assert refusal["code"] == "custodian.nothing_asked"
    platform.recovery = {"index": 2, "requests": []}
    assert release(desk, custodian, code=2)["code"] == "custodian.nothing_asked"
    assert platform.parts == []

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bidding import sealing
from bidding.sealing import cli, client, keys
from bidding.sealing.errors import SealingError
from bidding.sealing.format import parse_commit
from bidding.sealing.progress import Progress
from bidding.sealing.strict import base64url, binary
from bidding.sealing.suites import x25519
from kernel.errors import Conflict
from ledger import note
from tests.unit.bidding.sealing.platform import Platform, receipt_of, serve
from tests.vectors.sealing import make as v

POLICY = v.policy_bytes("joint", ("technical", "price"), recovery=True)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALING_PASSPHRASE", "一个足够长的密钥口令")
    monkeypatch.setenv("SEALING_TOKEN", "api-token")
    monkeypatch.setattr(keys, "MEMORY_KIB", 64)  # two keys a command: the cost is not the point
    monkeypatch.setattr(client, "ATTEMPTS", 3)
    monkeypatch.setattr(client, "_wait", lambda _attempt, _told: 0)


@pytest.fixture
def platform():
    made = Platform(POLICY, v.DOC)
    server = serve(made)
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture):
    def command(*arguments: object, code: int = 0) -> dict:
        found = cli.main([str(argument) for argument in arguments])
        out = capsys.readouterr()
        assert found == code, out.err
        return json.loads(out.out or out.err.strip().splitlines()[-1])

    return command


class Desk:
    """A bidder's folder with keys, input and envelope."""

    def __init__(self, at: Path, platform: Platform, run) -> None:
        self.at, self.platform, self.run = at, platform, run
        self.run("keygen", "--device", at / "device.key", "--paper", at / "paper.txt")
        for stage, fields in (("technical", v.TECHNICAL), ("price", v.PRICE)):
            folder = at / "input" / stage
            folder.mkdir(parents=True)
            (folder / "fields.json").write_text(json.dumps(fields), encoding="utf-8")
            (folder / "letter.txt").write_bytes(os.urandom(600_000))
        run(
            "policy", "--server", platform.url, "--tender", v.TENDER, "--policy", at / "policy.json"
        )

    def seal(self, *more: object, code: int = 0) -> dict:
        return self.run(
            "seal",
            *("--policy", self.at / "policy.json", "--lot", 1, "--bidder", "91330100MA27X0001A"),
            *("--input", self.at / "input", "--envelope", self.at / "envelope"),
            *("--device", self.at / "device.key", "--paper", self.at / "paper.txt", *more),
            code=code,
        )

    def send(self, command: str = "submit", *more: object, code: int = 0) -> dict:
        return self.run(
            command,
            *("--envelope", self.at / "envelope", "--server", self.platform.url),
            *("--device", self.at / "device.key", *more),
            code=code,
        )

    def local(self, command: str, *more: object, code: int = 0) -> dict:
        return self.run(command, "--envelope", self.at / "envelope", *more, code=code)


@pytest.fixture
def desk(tmp_path: Path, platform: Platform, run) -> Desk:
    return Desk(tmp_path, platform, run)


def test_bid_sealed_and_submitted_opens_at_the_platform(desk: Desk, platform: Platform) -> None:
    sealed = desk.seal("--escrow")
    assert [stage["version"] for stage in sealed.values()] == [1, 1]
    key = str(platform.signer.verifier)
    answer = desk.send("submit", "--receipt-key", key)
    assert (answer["action"], answer["signature_checked"]) == ("submit", True)
    commit = desk.at / "envelope" / "commit-1.json"
    verified = desk.run(
        "verify-receipt", "--receipt", answer["receipt"], "--receipt-key", key, "--commit", commit
    )
    assert verified["accepted_at"] == "2026-12-01T01:29:59.999Z"
    share = desk.local("unlock", "--stage", "price", "--key", desk.at / "paper.txt")["share"]
    entry = parse_commit(platform.chain[0]).stages[1]
    at = desk.at / "envelope" / "price-1"
    envelope = sealing.Envelope(
        *((at / name).read_bytes() for name in ("core.json", "wraps.json", "readout.sbs")), entry
    )
    policy = sealing.parse_policy(POLICY)
    terms = sealing.Terms(policy, v.DOC, "1", "price")
    given = sealing.accept_stage_keys(policy, "price", v.privates("opening", (1, 2, 5), "price"))
    opened = sealing.open_readout(envelope, terms, given, binary(share))
    assert dict(opened.readout.fields) == v.PRICE
    stored = platform.objects[
        json.loads((desk.at / "envelope/state.json").read_text())["stages"]["price"][0]["body"]
    ]
    body = b"".join(stored[index] for index in sorted(stored))
    assert body == (at / "body.sbs").read_bytes()


def test_reprice_keeps_the_technical_objects_and_withdraw_ends_the_chain(
    desk: Desk, platform: Platform
) -> None:
    desk.seal()
    desk.send()
    puts = platform.puts
    (desk.at / "input/price/fields.json").write_text(
        json.dumps(v.PRICE | {"price": "999.00", "price_in_words": ""})
    )
    (desk.at / "input/price/letter.txt").write_bytes(b"")
    desk.seal("--stage", "price")
    assert desk.send()["action"] == "replace"
    assert platform.puts == puts + 2
    first, second = (parse_commit(content) for content in platform.chain)
    assert second.stages[0] == first.stages[0]
    assert second.stages[1] != first.stages[1]
    assert desk.send("withdraw")["action"] == "withdraw"
    assert [parse_commit(content).action for content in platform.chain] == [
        "submit",
        "replace",
        "withdraw",
    ]
    assert desk.send(code=2)["code"] == "bidder.withdrawn"
    assert (
        desk.local("unlock", "--stage", "price", "--key", desk.at / "paper.txt", code=2)["code"]
        == "bidder.not_committed"
    )


def test_interrupted_upload_goes_on_where_it_was(desk: Desk, platform: Platform) -> None:
    desk.seal()
    desk.send()
    name = json.loads((desk.at / "envelope/state.json").read_text())["stages"]["price"][0]["body"]
    platform.chain.clear()
    platform.receipts.clear()
    for lost in (1, 3):
        del platform.objects[name][lost]
    state = json.loads((desk.at / "envelope/state.json").read_text())
    state["commits"] = []
    (desk.at / "envelope/state.json").write_text(json.dumps(state))
    puts = platform.puts
    platform.busy = 2
    desk.send()
    assert platform.puts == puts + 2


def test_lost_answer_is_found_again_and_nothing_is_submitted_twice(
    desk: Desk, platform: Platform
) -> None:
    desk.seal()
    platform.lose_answers = 3
    assert desk.send(code=2)["code"] == "client.unreachable"
    assert desk.local("status")["pending"] is True
    assert desk.send(code=2)["code"] == "bidder.unchanged"
    assert len(platform.chain) == 1
    status = desk.local("status", "--server", platform.url)
    assert [item["action"] for item in status["commits"]] == ["submit"]
    assert status["platform"]["items"] == platform.receipts


def test_change_after_a_lost_answer_follows_the_commit_that_was_taken(
    desk: Desk, platform: Platform
) -> None:
    desk.seal()
    platform.lose_answers = 3
    desk.send(code=2)
    desk.seal("--stage", "price")
    assert desk.send()["action"] == "replace"
    assert len(platform.chain) == 2


def test_share_is_of_the_committed_version_though_a_newer_is_sealed(desk: Desk) -> None:
    desk.seal()
    desk.send()
    key = ("--stage", "price", "--key", desk.at / "device.key")
    before = desk.local("unlock", *key)
    desk.seal("--stage", "price")
    assert desk.local("unlock", *key) == before
    desk.send()
    assert desk.local("unlock", *key) != before


def test_share_is_handed_in_over_the_net(desk: Desk, platform: Platform) -> None:
    desk.seal()
    desk.send()
    key = ("--stage", "price", "--key", desk.at / "device.key")
    share = desk.local("unlock", *key)["share"]
    assert desk.local("unlock", *key, "--server", platform.url) == {"accepted": True}
    assert platform.shares == [{"stage": "price", "lot": "1", "share": share}]


def test_lint_stops_sealing_and_check_lists_everything(desk: Desk, platform: Platform) -> None:
    platform.ceiling = "100.00"
    desk.run(
        "policy",
        "--server",
        platform.url,
        "--tender",
        v.TENDER,
        "--policy",
        desk.at / "policy.json",
    )
    (desk.at / "input/technical/letter.txt").rename(desk.at / "input/technical/other.txt")
    offer = (
        "--policy",
        desk.at / "policy.json",
        "--lot",
        1,
        "--bidder",
        "A",
        "--input",
        desk.at / "input",
    )
    found = desk.run("check", *offer, code=2)
    assert {stage: [item["code"] for item in items] for stage, items in found.items()} == {
        "technical": ["lint.item_missing"],
        "price": ["lint.over_ceiling"],
    }
    assert [
        item["code"] for item in desk.run("check", *offer, "--stage", "price", code=2)["price"]
    ] == ["lint.over_ceiling"]
    (desk.at / "input/technical/other.txt").rename(desk.at / "input/technical/letter.txt")
    assert desk.run("check", *offer, "--stage", "technical") == {"technical": []}
    (desk.at / "input/technical/letter.txt").rename(desk.at / "input/technical/other.txt")
    assert desk.seal(code=2)["code"] == "bidder.lint"
    assert desk.send(code=2)["code"] == "folder.stage_missing"


def test_platforms_refusal_is_passed_on(desk: Desk, platform: Platform) -> None:
    desk.seal()
    platform.chain.append(b"somebody else's")
    refusal = desk.send(code=2)
    assert refusal["code"] == "seal.chain"


def test_receipt_by_another_key_or_for_another_commit_is_refused(
    desk: Desk, platform: Platform
) -> None:
    desk.seal()
    other = str(note.Verifier(platform.signer.name, bytes(32)))
    assert desk.send("submit", "--receipt-key", other, code=2)["code"] == "seal.receipt"
    platform.receipts[0] = receipt_of(platform, platform.chain[0].replace(b'"prev"', b'"prev" '))
    assert desk.send(code=2)["code"] == "seal.receipt"
    assert desk.send("submit", "--receipt-key", "centre", code=2)["code"] == "note.malformed"


def test_other_device_cannot_sign_for_the_chain(desk: Desk, tmp_path: Path) -> None:
    desk.seal()
    desk.run("keygen", "--device", tmp_path / "new.key", "--paper", tmp_path / "new.txt")
    (tmp_path / "new.key").replace(desk.at / "device.key")
    assert desk.send(code=2)["code"] == "bidder.other_device"


def test_nothing_to_withdraw(desk: Desk) -> None:
    desk.seal()
    assert desk.send("withdraw", code=2)["code"] == "bidder.nothing_submitted"


def test_custodian_announces_and_releases_a_key_derived_from_the_seed(
    tmp_path: Path, platform: Platform, run
) -> None:
    run("custodian-keygen", "--key", tmp_path / "custodian.key")
    place = ("--tender", v.TENDER, "--stage", "price")
    public = run("stage-key", "--key", tmp_path / "custodian.key", *place)["public"]
    record = json.loads(POLICY)
    record["custodians"][1]["public_keys"]["price"] = public
    platform.policy = v.write(record)
    run(
        "policy",
        "--server",
        platform.url,
        "--tender",
        v.TENDER,
        "--policy",
        tmp_path / "policy.json",
    )
    release = (
        "release",
        "--policy",
        tmp_path / "policy.json",
        "--stage",
        "price",
        "--key",
        tmp_path / "custodian.key",
    )
    private = run(*release, "--index", 2)["private"]
    assert base64url(x25519.public_of(binary(private))) == public
    assert run(*release, "--index", 1, code=2)["code"] == "seal.stage_key"
    online = (*release, "--index", 2, "--server", platform.url)
    assert run(*online, code=2)["code"] == "custodian.too_early"
    assert platform.keys == []
    platform.hall_state = "releasing"
    run(*online)
    assert platform.keys == [{"stage": "price", "index": 2, "private": private}]


def test_custodian_does_not_publish_before_the_deadline() -> None:
    answer = {"closes_at": "2026-12-01T09:30:00+08:00"}
    cli.check_closed(answer, datetime(2026, 12, 1, 1, 30, tzinfo=UTC))
    with pytest.raises(Conflict):
        cli.check_closed(answer, datetime(2026, 12, 1, 1, 29, 59, 999_999, tzinfo=UTC))
    for bad in ({}, {"closes_at": "soon"}, {"closes_at": "2026-12-01T09:30:00"}):
        with pytest.raises(SealingError):
            cli.check_closed(bad, datetime(2026, 12, 1, tzinfo=UTC))


def test_keys_are_never_overwritten(desk: Desk) -> None:
    paper = desk.at / "other.txt"
    refusal = desk.run("keygen", "--device", desk.at / "device.key", "--paper", paper, code=2)
    assert refusal["code"] == "cli.key_exists"
    assert not paper.exists()


def test_secret_files_are_for_their_owner_only(desk: Desk) -> None:
    modes = {(desk.at / name).stat().st_mode & 0o777 for name in ("device.key", "paper.txt")}
    assert modes == {0o600}


def test_refusals_are_json_with_exit_code_2(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("status", "--envelope", tmp_path, code=2)["code"] == "folder.unreadable"
    missing = run("stage-key", "--key", tmp_path / "none", "--tender", "T", "--stage", "s", code=2)
    assert (missing["code"], missing["facts"]) == ("cli.file", {"path": str(tmp_path / "none")})
    assert "Errno" not in missing["message"]
    folder_ = run("stage-key", "--key", tmp_path, "--tender", "T", "--stage", "s", code=2)
    assert folder_["facts"]["path"] == str(tmp_path)
    policy = ("policy", "--tender", "T", "--policy", tmp_path / "p")
    assert run(*policy, "--server", "ftp://x", code=2)["code"] == "client.server"
    assert run(*policy, "--server", "http://127.0.0.1:9", code=2)["code"] == "client.unreachable"
    monkeypatch.delenv("SEALING_TOKEN")
    assert run(*policy, "--server", "http://x", code=2)["code"] == "cli.token"


def test_short_passphrase_makes_no_key(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEALING_PASSPHRASE", "九个字符不够用的口")
    device, paper, key = (tmp_path / name for name in ("device.key", "paper.txt", "custodian.key"))
    for words in (
        ("keygen", "--device", device, "--paper", paper),
        ("custodian-keygen", "--key", key),
    ):
        assert run(*words, code=2)["code"] == "client.passphrase_short"
    assert list(tmp_path.iterdir()) == []


def test_bidders_key_is_no_custodians(desk: Desk) -> None:
    words = ("--tender", v.TENDER, "--stage", "price", "--key", desk.at / "device.key")
    assert desk.run("stage-key", *words, code=2)["code"] == "seal.key_file"


def test_interruption_is_told_and_has_its_own_exit_code(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.delenv("SEALING_PASSPHRASE")
    monkeypatch.setattr("getpass.getpass", interrupt)
    assert run("custodian-keygen", "--key", tmp_path / "k", code=130)["code"] == "cli.interrupted"


def test_sealing_ends_at_a_hundred_per_cent(desk: Desk, capsys: pytest.CaptureFixture) -> None:
    words = ("--policy", desk.at / "policy.json", "--lot", 1, "--bidder", "91330100MA27X0001A")
    files = ("--input", desk.at / "input", "--envelope", desk.at / "envelope")
    keys_ = ("--device", desk.at / "device.key", "--paper", desk.at / "paper.txt")
    assert cli.main(["seal", *map(str, (*words, *files, *keys_))]) == 0
    told = capsys.readouterr().err
    assert told.count(" 100% ") == 2
    assert "101%" not in told


def test_empty_passphrase_is_refused(tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEALING_PASSPHRASE")
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "")
    assert (
        run("custodian-keygen", "--key", tmp_path / "k", code=2)["code"] == "cli.passphrase_empty"
    )


def test_command_line_runs_without_django(tmp_path: Path) -> None:
    probe = (
        "import sys, pkgutil, importlib, bidding.sealing as s\n"
        "for m in pkgutil.walk_packages(s.__path__, s.__name__ + '.'):\n"
        "    if not m.name.endswith('__main__'): importlib.import_module(m.name)\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'channels', 'asgiref')])"
    )
    root = Path(__file__).parents[4]
    made = subprocess.run(
        [sys.executable, "-c", probe], cwd=root, capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == "[]"
    asked = subprocess.run(
        [sys.executable, "-m", "bidding.sealing", "status", "--envelope", str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (asked.returncode, json.loads(asked.stderr)["code"]) == (2, "folder.unreadable")


def test_progress_tells_rate_and_time_left() -> None:
    progress = Progress(4 * 1024 * 1024, "body")
    progress.add(1024 * 1024)
    assert progress.line(2.0) == "body: 1.0/4.0 MiB 25% 0.5 MiB/s, 6 s left"
    assert Progress(0, "empty").line(0.0) == "empty: 0.0/0.0 MiB 100% 0.0 MiB/s, 0 s left"


def test_server_that_fails_without_words_is_reported(platform: Platform) -> None:
    platform.busy = 99
    with pytest.raises(client.RefusedByServer) as refusal:
        client.Client(platform.url, "api-token").policy("T")
    assert refusal.value.code == "busy"
    platform.busy = 0
    with pytest.raises(client.RefusedByServer) as refusal:
        client.Client(platform.url, "api-token").hand_in_share("a/b", "c/d", "1", b"")
    assert refusal.value.text().endswith("100%")


def test_paper_key_file_is_recognised_as_one(desk: Desk) -> None:
    paper = desk.at / "paper.txt"
    paper.write_text(paper.read_text(encoding="utf-8").lower(), encoding="utf-8")
    assert set(desk.seal()) == {"technical", "price"}

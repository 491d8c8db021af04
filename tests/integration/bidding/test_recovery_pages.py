"""Recovery through page and API: the same services, the same refusals, nothing secret shown."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import openings, sealed
from tests.openings import Hall
from tests.world import World


@pytest.fixture
def hall(world: World, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """A hall in its unlock window whose clock is the requests' own; chen chose escrow."""
    hall = openings.sealed_bids(world, recovery=(2, 3), escrow=("chen",))
    hall.close()
    hall.to("unlocking")
    monkeypatch.setattr(timezone, "now", lambda: hall.at)
    return hall


def post(hall: Hall, who: str, what: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    address = f"/api/v1/halls/{hall.tender.code}/whole/{what}"
    answer = hall.world.client(who).post(
        address, json.dumps(body or {}), content_type="application/json"
    )
    return answer.status_code, answer.json()


def get(hall: Hall, who: str, what: str = "") -> tuple[int, Any]:
    answer = hall.world.client(who).get(f"/api/v1/halls/{hall.tender.code}/whole{what}")
    return answer.status_code, answer.json()


def page(hall: Hall, who: str) -> str:
    return hall.world.client(who).get(f"/halls/{hall.tender.code}/whole/").content.decode()


def test_whole_recovery_through_the_api(hall: Hall) -> None:
    commit = hall.bid("chen").commit_hash
    assert post(hall, "chen", "recoveries", {"lot": "1"}) == (201, {"commit": commit, "needed": 2})
    status, waiting = get(hall, "wang", "/recoveries")
    assert (status, waiting["index"], [one["commit"] for one in waiting["requests"]]) == (
        200,
        1,
        [commit],
    )
    for name, recovered in (("wang", False), ("zheng", True)):
        part = {"part": sealed.b64(hall.part(name, "chen"))}
        assert post(hall, name, f"recoveries/{commit}/parts", part) == (
            201,
            {"commit": commit, "recovered": recovered},
        )
    (asked,) = get(hall, "public")[1]["recoveries"]
    assert (asked["bidder"], asked["needed"], [one["name"] for one in asked["released"]]) == (
        "晨光医疗科技有限公司",
        2,
        ["王敏", "郑岩"],
    )
    assert hall.bid("chen").state == "unlocked"
    assert get(hall, "tang", "/recoveries")[1]["requests"] == []


PART = {"part": "A" * 43}


@pytest.mark.parametrize(
    ("who", "what", "body", "expected"),
    [
        ("public", "recoveries", {"lot": 1}, (401, "request.not_signed_in")),
        ("wang", "recoveries", {"lot": 1}, (403, "opening.request_recovery.denied")),
        ("hu", "recoveries", {"lot": 1}, (409, "recovery.no_escrow")),
        ("chen", "recoveries", {"lot": "一"}, (422, "opening.lot")),
        ("chen", "recoveries", {"lot": 1, "more": 1}, (422, "request.malformed")),
        ("chen", "recoveries/COMMIT/parts", PART, (403, "opening.release_part.denied")),
        ("lin", "recoveries/COMMIT/parts", PART, (403, "opening.release_part.denied")),
        ("wang", "recoveries/COMMIT/parts", PART, (409, "recovery.not_requested")),
        ("wang", "recoveries/COMMIT/parts", {"part": "A"}, (422, "opening.malformed_key")),
    ],
)  # fmt: skip
def test_refusals_through_the_api(
    hall: Hall, who: str, what: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    before = hall.kinds()
    status, answer = post(hall, who, what.replace("COMMIT", hall.bid("chen").commit_hash), body)
    assert (status, answer["code"]) == expected
    assert hall.kinds() == before


def test_what_a_custodian_unwraps_is_for_the_recovery_set_only(hall: Hall) -> None:
    post(hall, "chen", "recoveries", {"lot": 1})
    wraps = sealed.b64(bytes(hall.envelope("chen").wraps))
    for who in ("lin", "chen", "he", "qian"):
        assert get(hall, who, "/recoveries")[1]["code"] == "opening.release_part.denied"
    assert wraps in page(hall, "wang")
    for who in ("lin", "zhao", "he", "public"):
        assert wraps not in page(hall, who)


def test_page_offers_recovery_to_those_who_chose_it_and_says_so_to_the_others(hall: Hall) -> None:
    assert "申请恢复份额" in page(hall, "chen")
    assert "密封时没有选择代存份额" in page(hall, "hu")
    client, address = hall.world.client("chen"), f"/halls/{hall.tender.code}/whole/recovery/"
    assert client.post(address, {"lot": 1}).status_code == 302
    assert "已申请恢复份额" in page(hall, "chen")
    assert hall.kinds()[-1] == "opening.recovery_requested"
    assert "已收 0 / 2 份" in page(hall, "public")


def test_part_is_released_by_the_page_and_shown_to_everybody(hall: Hall) -> None:
    hall.ask("chen")
    address = f"/halls/{hall.tender.code}/whole/recovery/part/"
    commit = hall.bid("chen").commit_hash
    for name in ("wang", "zheng"):
        sent = {"commit": commit, "part": sealed.b64(hall.part(name, "chen"))}
        assert hall.world.client(name).post(address, sent).status_code == 302
    part = Client().get(f"/halls/{hall.tender.code}/whole/parts/recoveries/").content.decode()
    assert "份额已恢复" in part
    assert "王敏" in part
    wrong = {"commit": commit, "part": "不是份额"}
    assert hall.world.client("tang").post(address, wrong).status_code == 422


def test_proofs_name_the_closing_and_this_very_request(hall: Hall) -> None:
    commit = hall.bid("chen").commit_hash
    address = f"/halls/{hall.tender.code}/whole/recovery/{commit}/proofs/"
    assert Client().get(address).json()["requested"] is None
    hall.ask("chen")
    openings.sequence(hall)
    told = Client().get(address).json()
    assert json.loads(told["requested"]["leaf"])["data"]["commit"] == commit
    assert told["closed"]["index"] < told["requested"]["index"]
    other = hall.bid("zhao").commit_hash
    assert Client().get(address.replace(commit, other)).json()["requested"] is None

"""The hall's acts through the API: the same services, the same refusals."""

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
    """A hall whose clock is the requests' own."""
    hall = openings.sealed_bids(world)
    monkeypatch.setattr(timezone, "now", lambda: hall.at)
    return hall


def post(hall: Hall, who: str, what: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    client: Client = hall.world.client(who)
    address = f"/api/v1/halls/{hall.tender.code}/whole/{what}"
    answer = client.post(address, json.dumps(body or {}), content_type="application/json")
    return answer.status_code, answer.json()


def state(hall: Hall) -> str:
    return Client().get(f"/api/v1/halls/{hall.tender.code}/whole").json()["state"]


def test_a_whole_opening_through_the_api(hall: Hall) -> None:
    hall.close()
    for event in ("announce", "list", "check_seals"):
        assert post(hall, "qian", f"act/{event}")[0] == 200
    assert post(hall, "chen", "seals", {"intact": True}) == (200, {"intact": True})
    post(hall, "qian", "act/start_unlock")
    assert post(hall, "qian", "extend", {"minutes": 5, "reason": "网络故障"})[0] == 200
    for name in ("chen", "zhao", "hu"):
        share = {"lot": "1", "share": sealed.b64(hall.share(name))}
        assert post(hall, name, "shares", share)[1] == {
            "lot": 1,
            "commit": hall.bid(name).commit_hash,
            "state": "unlocked",
        }
    post(hall, "qian", "act/close_unlock")
    for place, name in enumerate(openings.CUSTODIANS[:2], 1):
        private = sealed.CUSTODIANS[place - 1].stage(hall.tender.code, "whole")
        body = {"index": place, "private": sealed.b64(private)}
        assert post(hall, name, "keys", body) == (200, {"index": place, "released": True})
    post(hall, "qian", "act/start_reading")
    for seen in range(4):
        post(hall, "qian", "act/read_next", {"seen": seen})
    status, raised = post(hall, "chen", "objections", {"text": "请核对提交时间"})
    assert status == 201
    answer = {"text": "提交时间以回执为准，核对无误"}
    assert post(hall, "qian", f"objections/{raised['number']}/answers", answer)[0] == 201
    post(hall, "qian", "act/invite_confirmation")
    assert post(hall, "chen", "confirmations")[0] == 201
    post(hall, "qian", "act/end")
    assert state(hall) == "ended"


@pytest.mark.parametrize(
    ("who", "what", "body", "expected"),
    [
        ("public", "sign-in", {}, (401, "request.not_signed_in")),
        ("he", "sign-in", {}, (403, "opening.sign_in.denied")),
        ("chen", "act/announce", {}, (403, "opening.host.denied")),
        ("qian", "act/nothing", {}, (404, "opening.no_such_act")),
        ("qian", "act/list", {}, (409, "opening.wrong_state")),
        ("chen", "shares", {"lot": 1, "share": "x"}, (422, "opening.malformed_key")),
        ("chen", "shares", {"lot": "一", "share": "A" * 43}, (422, "opening.lot")),
        ("chen", "shares", {"lot": 7, "share": "A" * 43}, (409, "opening.wrong_step")),
        ("qian", "shares", {"lot": 1, "share": "A" * 43}, (403, "opening.hand_in_share.denied")),
        ("chen", "keys", {"index": 1, "private": "A" * 43}, (403, "opening.release_key.denied")),
        ("lin", "keys", {"index": 1, "private": "A" * 43}, (409, "opening.wrong_step")),
        ("chen", "objections", {"text": "x", "more": 1}, (422, "request.malformed")),
        ("chen", "confirmations", {}, (409, "opening.wrong_step")),
    ],
)
def test_refusals(
    hall: Hall, who: str, what: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    hall.close()
    before = hall.kinds()
    status, answer = post(hall, who, what, body)
    assert (status, answer["code"]) == expected
    assert hall.kinds() == before

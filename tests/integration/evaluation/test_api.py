"""The API of evaluation: the same services, the same refusals."""

from tests import opened


def call(case, who, path, body=None):
    client = case.world.client(who)
    address = f"/api/v1/tenders/{case.code}/{path}"
    return client.get(address) if body is None else client.post(address, body, "application/json")


def test_freeze_and_draw_over_http(world):
    case = opened.opened(world)
    assert call(case, "sun", "evaluation/pool", {"speciality": "货物采购"}).status_code == 200
    refusal = call(case, "sun", "evaluation/draw", {"nonce": opened.NONCE})
    assert (refusal.status_code, refusal.json()["code"]) == (403, "evaluation.draw.denied")
    made = call(case, "wang", "evaluation/draw", {"nonce": opened.NONCE}).json()
    assert (made["state"], len(made["seats"])) == ("gathering", 5)
    assert call(case, "chen", "evaluation").status_code == 404
    assert call(case, "public", "evaluation/draw").status_code == 404
    assert call(case, "wang", "evaluation/pool", {"speciality": "x", "y": 1}).status_code == 422


def test_marks_over_http_are_saved_all_or_none(world):
    case = opened.conforming(world)
    who, bid = case.seats[0].person.username, case.bid("chen").pk
    good = {"bid": bid, "criterion": "T1", "mark": "20"}
    bad = good | {"criterion": "T2", "mark": "21"}
    refusal = call(case, who, "evaluation/marks", {"lot": 1, "marks": [good, bad]})
    assert (refusal.status_code, refusal.json()["code"]) == (422, "score.range")
    saved = call(case, who, "evaluation/marks", {"lot": 1, "marks": [good]})
    assert saved.json() == {"saved": 1}

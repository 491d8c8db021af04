"""The talks and the last quote through the pages and the API."""

import pytest
from django.urls import reverse

from bidding.models import QuoteWindow
from evaluation.models import TalkRound, Turn
from tests import talks

WHAT, CHANGE = "请说明培训安排。", "质保期由一年改为三年。"


def url(town, name, *more):
    return reverse(name, args=[town.code, *more])


def api(town, who, path, body=None):
    client = town.case.world.client(who)
    place = f"/api/v1/tenders/{town.code}/{path}"
    return client.get(place) if body is None else client.post(place, body, "application/json")


def lead(town):
    return town.case.lead.ref.removeprefix("person:")


@pytest.fixture
def town(world):
    return talks.talking(world)


def opened(town, **given):
    """Let the lead open a round through its page, now."""
    asked = {f"bid-{town.case.bid('chen').pk}": WHAT, "change": "", "minutes": 30, "act": "round"}
    return town.case.world.client(lead(town)).post(url(town, "talks_panel"), asked | given)


def test_a_round_is_opened_and_answered_through_the_pages(town):
    client, bidder = town.case.world.client(lead(town)), town.case.world.client("chen")
    shown = client.get(url(town, "talks_panel")).content.decode()
    assert "发起一轮磋商、谈判" in shown
    assert "要求提交最后报价</h2>" not in shown
    assert bidder.get(url(town, "talks")).status_code == 404
    assert opened(town, **{f"bid-{town.case.bid('chen').pk}": ""}).status_code == 422
    assert opened(town).status_code == 302
    assert opened(town).status_code == 422  # one round at a time
    shown = bidder.get(url(town, "talks")).content.decode()
    assert WHAT in shown
    given = {"act": "turn", "turn": Turn.objects.get().pk, "text": ""}
    assert bidder.post(url(town, "talks"), given).status_code == 422
    assert bidder.post(url(town, "talks"), given | {"text": "培训五天。"}).status_code == 302
    assert "培训五天。" in bidder.get(url(town, "talks")).content.decode()
    assert "培训五天。" in client.get(url(town, "talks_list")).content.decode()


def test_who_reads_the_talks(town):
    opened(town, change=CHANGE)
    for who in (lead(town), "sun", "lin", "wang"):
        shown = town.case.world.client(who).get(url(town, "talks_panel")).content.decode()
        assert WHAT in shown
        assert len(api(town, who, "evaluation/rounds").json()) == 3
    for who in ("chen", "mei", "he", "qian"):
        client = town.case.world.client(who)
        assert client.get(url(town, "talks_panel")).status_code == 404
        assert client.get(url(town, "talks_list")).status_code == 404
    own = town.case.world.client("zhao").get(url(town, "talks")).content.decode()
    assert CHANGE in own
    assert WHAT not in own
    assert town.case.world.client("mei").get(url(town, "talks")).status_code == 404


def test_last_quotes_are_asked_for_and_lead_to_the_sealing_page(town):
    opened(town, change=CHANGE)
    bidder, client = town.case.world.client("chen"), town.case.world.client(lead(town))
    for name in talks.NAMES:
        given = {"act": "turn", "turn": town.turn(name).pk, "text": "五天"}
        town.case.world.client(name).post(url(town, "talks"), given)
    given = {"act": "quotes", "minutes": 30}
    assert client.post(url(town, "talks_panel"), given | {"minutes": 1}).status_code == 422
    assert client.post(url(town, "talks_panel"), given).status_code == 302
    assert QuoteWindow.objects.get().admitted == [bid.pk for bid in town.case.bids]
    assert url(town, "seal_bid", 1) in bidder.get(url(town, "talks")).content.decode()
    page = bidder.get(url(town, "seal_bid", 1)).content.decode()
    assert 'data-window="last"' in page
    assert 'data-stage="price"' in page
    assert 'data-stage="technical"' not in page
    assert "最后报价" in bidder.get(url(town, "bid")).content.decode()
    told = api(town, "chen", "policy").json()
    assert (told["stages"], told["window"]) == (["price"], "last")
    assert api(town, "chen", "policy?stage=technical").json()["stages"] == ["technical"]
    assert api(town, "chen", "policy?stage=whole").status_code == 404
    assert "密封提交最后报价" in bidder.get("/desk/").content.decode()
    other = town.case.world.client("mei")
    assert other.get(url(town, "seal_bid", 1)).status_code in {302, 403}


def test_a_supplier_leaves_through_its_page(town):
    opened(town, change=CHANGE)
    client = town.case.world.client("hu")
    assert "退出磋商、谈判" in client.get(url(town, "talks")).content.decode()
    assert client.post(url(town, "talks"), {"act": "leave", "lot": 1}).status_code == 302
    assert client.post(url(town, "talks"), {"act": "leave", "lot": 1}).status_code == 422
    assert town.case.bid("hu").state == "left"


def test_the_talks_by_the_api(town):
    bid = town.case.bid("chen").pk
    body = {"questions": {str(bid): WHAT}, "change": CHANGE, "minutes": 30}
    assert api(town, "sun", "evaluation/rounds", body).status_code == 403
    made = api(town, lead(town), "evaluation/rounds", body)
    assert (made.status_code, made.json()["round"]) == (200, 1)
    own = api(town, "chen", "talks").json()
    assert [turn["question"] for turn in own["turns"]] == [WHAT]
    turn = {"turn": own["turns"][0]["turn"], "text": "五天"}
    assert api(town, "zhao", "talks/answer", turn).status_code == 404
    assert api(town, "chen", "talks/answer", turn).json() == {"saved": "yes"}
    assert api(town, lead(town), "evaluation/quotes", {"minutes": 30}).status_code == 409
    for who in ("zhao", "hu"):
        town.case.world.client(who).post(
            url(town, "talks"), {"act": "turn", "turn": town.turn(who).pk, "text": "同意"}
        )
    asked = api(town, lead(town), "evaluation/quotes", {"minutes": 30})
    assert list(asked.json()) == ["closes_at"]
    assert api(town, "chen", "talks").json()["quotes_for"] == [1]
    assert api(town, "hu", "talks/leave", {"lot": 1}).json()["code"] == "talks.not_now"
    assert api(town, "mei", "talks").status_code == 404
    assert TalkRound.objects.count() == 1


def test_leaving_by_the_api(town):
    assert api(town, "mei", "talks/leave", {"lot": 1}).status_code == 404
    assert api(town, "hu", "talks/leave", {"lot": 1}).json() == {"state": "left"}

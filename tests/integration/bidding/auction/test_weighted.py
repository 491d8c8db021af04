"""Weighted quotes from the draft to the price: scored by printed weights that anybody repeats."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.models import Auction
from bidding.queries import offers as offered
from kernel.errors import Invalid
from ledger import queries as record
from tests import sales
from tests.auctions import FREE_UNTIL, OPENS_AT, sale
from tests.world import AT
from trading import services as trade
from trading.domain.rooms import Weighed
from trading.queries import promises_of

pytestmark = pytest.mark.django_db
PAGE = "/auctions/{}/"
DAYS, JOBS = "付款期限（日）", "承诺留用职工（人）"
WEIGHTED = {
    "kind": "weighted",
    "start_price": "2600000",
    "opens_at": OPENS_AT.isoformat(),
    "closes_at": FREE_UNTIL.isoformat(),
    "weights": {
        "price": "0.6",
        "items": [
            {"code": DAYS, "weight": "0.3", "worst": "60", "best": "0"},
            {"code": JOBS, "weight": "0.1", "worst": "0", "best": "50"},
        ],
    },
}
PROMISED = [{"title": DAYS, "value": "0"}, {"title": JOBS, "value": "50"}]
MINUTE, SOON = timedelta(minutes=1), timedelta(seconds=2)


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


@pytest.fixture
def held(world):
    """A lot that takes weighted quotes."""
    held = sale(world, only=WEIGHTED)
    held.at(OPENS_AT)
    return held


@pytest.fixture
def now_held(world):
    """The same by the real clock, as pages know no other."""
    now = timezone.now()
    times = {
        "opens_at": (now - MINUTE).isoformat(),
        "closes_at": (now + timedelta(hours=1)).isoformat(),
    }
    held = sale(world, only=WEIGHTED | times)
    Auction.objects.filter(pk=held.auction.pk).update(seen_at=now)
    held.at(now)
    return held


def quote(held, name, price, days, jobs, **more):
    held.at(OPENS_AT + MINUTE)
    given = {"kind": "quote", "items": {DAYS: days, JOBS: jobs}} | more
    return held.act(name, price, OPENS_AT + MINUTE, **given)


def room(world, held, name="public"):
    return world.client(name).get(PAGE.format(held.auction.code)).content.decode()


def test_the_highest_total_wins_and_every_score_is_shown_and_repeated(world, held):
    assert quote(held, "chen", "3000000", "60", "0").accepted
    assert quote(held, "zhao", "2700000", "0", "50").accepted
    held.at(FREE_UNTIL + SOON)
    assert (held.auction.shown["leader"], held.auction.shown["price"]) == (
        held.code_of("zhao"),
        "2700000",
    )
    page = room(world, held)
    assert "94.00" in page  # 60 × 2700000 ÷ 3000000 + 30 + 10
    assert "60.00" in page
    assert "总分最高" in page
    answer = replay_case(json.loads(offered.log_file(held.auction)))
    assert (answer["winner"], answer["price"]) == (held.code_of("zhao"), "2700000")
    earned = [(s["inputs"]["item"], s["result"]) for s in answer["trace"] if s["step"] == "points"]
    assert earned == [
        ("价格", "60.00"),
        (DAYS, "0.00"),
        (JOBS, "0.00"),
        ("价格", "54.00"),
        (DAYS, "30.00"),
        (JOBS, "10.00"),
    ]
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("zhao"), "2700000.00")]
    assert promises_of(lot, held.uscc("zhao")) == PROMISED


def test_what_a_holder_takes_at_the_price_of_another_binds_to_the_same_promises(world):
    body = world.organisation_of("chen")
    right = {
        "mode": "after_close_once",
        "holders": [{"name": body.name, "uscc": body.uscc}],
        "same_rank": False,
        "notified_on": "2026-10-01",
        "window_s": 1800,
    }
    held = sale(world, only=WEIGHTED | {"priority_right": right})
    held.at(OPENS_AT)
    assert quote(held, "chen", "2600000", "60", "0").accepted
    assert quote(held, "zhao", "2700000", "0", "50").accepted
    held.at(FREE_UNTIL + SOON)
    asked = room(world, held, "chen")
    assert (f"承诺：{JOBS}" in asked, "价格和承诺都由行使者承担" in asked) == (True, True)
    assert "按同等条件行使" in room(world, held, "zhao")
    assert held.act("chen", None, FREE_UNTIL + MINUTE, kind="exercise").accepted
    held.at(FREE_UNTIL + timedelta(hours=1))
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("chen"), "2700000.00")]
    assert promises_of(lot, held.uscc("chen")) == PROMISED


def test_a_lone_taker_promises_what_is_weighed_too(world):
    held = sale(world, takers=("chen",), only=WEIGHTED)
    held.at(OPENS_AT)
    assert quote(held, "chen", "2700000", "", "", items={}).reason == "malformed"
    assert quote(held, "chen", "2700000", "0", "50").accepted
    held.at(FREE_UNTIL + SOON)
    lot = held.auction.lot.tender.lots.get()
    assert promises_of(lot, held.uscc("chen")) == PROMISED


def test_equal_totals_go_to_the_higher_price_then_to_the_earlier_quote(world, held):
    for name in ("hu", "zhao", "chen"):
        assert quote(held, name, "2700000", "0", "50").accepted
    held.at(FREE_UNTIL + SOON)
    assert held.auction.shown["leader"] == held.code_of("hu")


@pytest.mark.parametrize(
    "items", [{}, {DAYS: "3"}, {DAYS: "3", JOBS: "x"}, {DAYS: "3", JOBS: "1", "颜色": "1"}]
)
def test_a_quote_without_every_item_is_refused_with_a_sentence(held, items):
    answer = quote(held, "chen", "2700000", "", "", items=items)
    assert (answer.accepted, answer.reason) == (False, "malformed")


def test_texts_beside_a_price_reach_no_record_where_nothing_is_weighed(world):
    held = sale(world)
    held.at(OPENS_AT)
    assert held.act("chen", "2600000", OPENS_AT, items={"话": "不该公开的话"}).accepted
    told = [fact.data for fact in record.facts_of(held.auction.lot.tender.code)]
    assert "不该公开的话" not in json.dumps(told, default=str, ensure_ascii=False)


def test_before_the_end_nobody_else_sees_price_or_promise(world, held):
    before = record.last_number(held.auction.stream)
    quote(held, "chen", "2710000", "17", "43")
    assert record.last_number(held.auction.stream) == before
    for name in ("public", "lin", "sun", "zhao", "zhou"):
        page = room(world, held, name)
        assert "2,710,000" not in page
        assert f"{DAYS}：17" not in page
    mine = room(world, held, "chen")
    assert "2,710,000.00" in mine
    assert f"{DAYS}：17" in mine


def test_anybody_reckons_before_quoting_and_nothing_is_kept(world, now_held):
    address = PAGE.format(now_held.auction.code) + "weigh/"
    given = {"price": "2700000", "best": "3000000", "item-0": "0", "item-1": "25"}
    number = record.last_number(now_held.auction.stream)
    page = world.client("public").post(address, given).content.decode()
    assert "89.00" in page  # 54 + 30 + 5
    assert "按此提交密封报价" not in page
    assert record.last_number(now_held.auction.stream) == number
    assert "2,700,000" not in room(world, now_held, "public")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"price": "很多"}, "还不能提交"),
        ({"price": "0"}, "金额应大于零。"),
        ({"best": "-1"}, "还不能提交"),
        ({"item-0": ""}, "还不能提交"),
    ],
)
def test_what_cannot_be_reckoned_is_said_at_its_field(world, now_held, changes, said):
    address = PAGE.format(now_held.auction.code) + "weigh/"
    given = {"price": "2700000", "best": "", "item-0": "0", "item-1": "25"} | changes
    answer = world.client("chen").post(address, given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_an_entrant_quotes_what_it_has_reckoned_without_scripts(world, now_held):
    chen, code = world.client("chen"), now_held.auction.code
    given = {"price": "2700000", "best": "", "item-0": "0", "item-1": "25"}
    page = chen.post(PAGE.format(code) + "weigh/", given).content.decode()
    assert "按此提交密封报价" in page
    act = {"kind": "quote", "key": "k", **given}
    said = chen.post(PAGE.format(code) + "act/", act, follow=True).content.decode()
    assert "报价已密封" in said
    assert f"{JOBS}：25" in said
    again = chen.post(PAGE.format(code) + "weigh/", given).content.decode()
    assert "按此提交密封报价" not in again


def test_only_weighted_quotes_are_reckoned(world):
    held = sale(world)
    assert world.client("chen").get(PAGE.format(held.auction.code) + "weigh/").status_code == 404


# the draft


def set_weights(story, *items):
    closes = sales.closing(story.at)
    given = sales.terms(closes, kind="weighted", items=[Weighed(*item) for item in items])
    sun = story.world.actor("sun", story.at)
    return trade.change_auction(actor=sun, code=story.code, number=1, auction=given, at=story.at)


def weighed(title=DAYS, weight="40", worst="60", best="0"):
    return (title, Decimal(weight), Decimal(worst), Decimal(best))


def test_the_price_weighs_what_the_others_leave_and_the_notice_prints_it(world):
    story = sales.draft(world, AT)
    assert set_weights(story, weighed()).auction["weights"] == {
        "price": "0.6",
        "items": [{"code": DAYS, "weight": "0.4", "worst": "60", "best": "0"}],
    }
    sun, lin = world.actor("sun", AT), world.actor("lin", AT)
    trade.submit_tender(actor=sun, code=story.code, at=AT)
    trade.approve_tender(actor=lin, code=story.code, at=AT)
    trade.publish_tender(actor=sun, code=story.code, at=AT)
    text = world.client("public").get(f"/tenders/{story.code}/parts/text/").content.decode()
    page = world.client("public").get(f"/tenders/{story.code}/").content.decode()
    assert "价格 60 分" in page + text
    assert DAYS in page + text


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ((), "auction.items"),
        ((weighed(),) * 9, "auction.items"),
        ((weighed(weight="100"),), "auction.weights"),
        ((weighed(), weighed()), "auction.item_title"),
        ((weighed(title=" "),), "auction.item_title"),
        ((weighed(weight="-1"),), "auction.item_value"),
        ((weighed(best="NaN"),), "auction.item_value"),
        ((weighed(weight="0"),), "auction.item_scale"),
        ((weighed(best="60"),), "auction.item_scale"),
    ],
)
def test_weights_no_quote_could_be_scored_by_are_refused(world, items, code):
    story = sales.draft(world, AT)
    with pytest.raises(Invalid) as refusal:
        set_weights(story, *items)
    assert refusal.value.code == code


def test_the_draft_page_takes_what_is_weighed_line_by_line(world):
    story = sales.draft(world, AT)
    client, address = world.client("sun"), f"/tenders/{story.code}/draft/auction/"
    opens = sales.opening(story.tender.bids_close_at)
    given = {
        "lot": "1",
        "lot1-kind": "weighted",
        "lot1-opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "lot1-free_minutes": "60",
        "lot1-items-TOTAL_FORMS": "2",
        "lot1-items-INITIAL_FORMS": "0",
        "lot1-items-0-title": DAYS,
        "lot1-items-0-weight": "25",
        "lot1-items-0-worst": "60",
        "lot1-items-0-best": "0",
    }
    half = client.post(address, given | {"lot1-items-1-title": JOBS})
    assert "请填写完整的一行" in half.content.decode()
    assert client.post(address, given).status_code == 302
    assert story.tender.lots.get().auction["weights"]["price"] == "0.75"
    assert DAYS in client.get(address).content.decode()


def test_clients_of_the_api_write_weights_and_quote_with_items(world, now_held):
    story = sales.draft(world, AT)
    body = {
        "kind": "weighted",
        "opens_at": sales.opening(story.tender.bids_close_at).isoformat(),
        "free_minutes": 60,
        "items": [{"title": DAYS, "weight": "40", "worst": "60", "best": "0"}],
    }
    address = f"/api/v1/tenders/{story.code}/lots/1/auction"
    answer = world.client("sun").put(address, body, content_type="application/json")
    assert answer.status_code == 200
    assert story.tender.lots.get().auction["weights"]["price"] == "0.6"
    act = {"kind": "quote", "key": "k", "price": "2700000", "items": {DAYS: "0", JOBS: "5"}}
    acts = f"/api/v1/auctions/{now_held.auction.code}/acts"
    taken = world.client("chen").post(acts, act, content_type="application/json").json()
    assert (taken["accepted"], taken["shown"]["quotes"]) == (True, [])

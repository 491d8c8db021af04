"""The highest price where no lots are drawn: one sealed quote each, or more of what is promised."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.queries import offers as offered
from ledger import queries as record
from tests import grants
from tests.integration.bidding.auction.test_ceiling import CEILING, NONCE, draw
from tests.integration.bidding.auction.test_listing_pages import act, is_shown, room
from tests.world import AT
from trading import services
from trading.models import Notice, Tender

pytestmark = pytest.mark.django_db
QUOTES = {"after": "one_shot", "over": Decimal(3)}
PROMISES = {
    "after": "conditions",
    "promised": "area",
    "step": Decimal(100),
    "most": Decimal(1000),
}
WINDOW = 240


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def reached(world, *takers, **changes):
    """Give a parcel whose highest price the first of these offers, and when."""
    names = takers or ("chen", "zhao", "hu")
    held = grants.listed(world, AT, *names, ceiling=Decimal(CEILING), **changes).begin()
    at = held.moment("opens_at", 3600)
    assert held.offer(names[0], CEILING, at).accepted
    held.at(at)
    return held, at


def quote(held, name, price, at):
    return held.act(name, price, at, kind="quote")


def over(held, at, seconds=WINDOW):
    """Let the window run out."""
    return held.at(at + timedelta(seconds=seconds))


def now(held):
    held.auction.refresh_from_db()
    return held.auction


def lot_of(held):
    return Tender.objects.get(code=held.code).lots.get()


def test_the_quote_nearest_to_the_mean_takes_the_parcel_at_its_own_price(world):
    held, at = reached(world, **QUOTES)
    for name, price in (("chen", "425000000"), ("zhao", "421000000"), ("hu", "432000000")):
        assert quote(held, name, price, at).accepted
    assert over(held, at).phase == "ended"
    shown = held.auction.shown
    assert (shown["outcome"], shown["leader"]) == ("sold", held.code_of("chen"))
    assert shown["price"] == "425000000"
    [candidate] = lot_of(held).candidates
    assert (candidate["price"], Tender.objects.get(code=held.code).state) == (
        "425000000.00",
        "priced",
    )
    replayed = replay_case(offered.log_of(held.auction))
    assert (replayed["winner"], replayed["price"]) == (shown["leader"], "425000000")


@pytest.mark.parametrize(
    ("changes", "winner", "price"),
    [
        ({"nearest": "not_above"}, "chen", "425000000"),
        ({"pays": "cap"}, "chen", CEILING),
        ({"nearest": "not_above", "pays": "cap"}, "chen", CEILING),
    ],
)
def test_the_terms_say_who_wins_and_what_is_paid(world, changes, winner, price):
    held, at = reached(world, **QUOTES, **changes)
    for name, quoted in (("chen", "425000000"), ("zhao", "421000000"), ("hu", "432000000")):
        quote(held, name, quoted, at)
    over(held, at)
    shown = held.auction.shown
    assert (shown["leader"], shown["price"]) == (held.code_of(winner), price)


def test_quotes_outside_the_range_or_twice_are_refused(world):
    held, at = reached(world, **QUOTES)
    assert quote(held, "zhao", "419999999.99", at).reason == "below_cap"
    assert quote(held, "zhao", "432600000.01", at).reason == "above_range"
    assert quote(held, "zhao", "432600000", at).accepted
    assert quote(held, "zhao", "425000000", at).reason == "already_quoted"
    assert held.say("hu", "join", at).reason == "wrong_phase"
    assert held.act("hu", "100", at, kind="condition").reason == "wrong_phase"
    assert held.offer("hu", "425000000", at).reason == "wrong_phase"


def test_before_the_end_nobody_learns_who_quoted_what_or_how_many(world):
    held, at = reached(world, **QUOTES)
    before = (dict(held.auction.shown), record.last_number(held.auction.stream))
    quote(held, "zhao", "431234567", at)
    quote(held, "hu", "429876543", at)
    held.auction.refresh_from_db()
    assert (dict(held.auction.shown), record.last_number(held.auction.stream)) == before
    for name in ("public", "chen", "sun", "lin", "qian", "wang"):
        page = room(world, held, name, at)
        for told in ("431,234,567", "429,876,543", "431234567", held.code_of("zhao")):
            assert told not in page, (name, told)
    own = room(world, held, "zhao", at)
    assert "431,234,567.00" in own
    assert "429,876,543" not in own
    facts = json.dumps([e.data for e in record.entries_since(held.auction.stream, 0)])
    assert "431234567" not in facts
    over(held, at)
    page = room(world, held, "public", at + timedelta(hours=1))
    assert {"431,234,567.00", "429,876,543.00"} <= {
        told for told in ("431,234,567.00", "429,876,543.00") if told in page
    }


@pytest.mark.parametrize(
    ("changes", "nobody", "outcome"),
    [
        (QUOTES, "offeror", "sold"),
        (QUOTES, "unsold", "unsold"),
        (PROMISES, "offeror", "sold"),
        (PROMISES, "unsold", "unsold"),
    ],
)
def test_when_nobody_says_anything_the_terms_decide(world, changes, nobody, outcome):
    held, at = reached(world, **changes, nobody=nobody)
    over(held, at)
    shown = held.auction.shown
    assert (held.auction.phase, shown["outcome"]) == ("ended", outcome)
    if outcome == "sold":
        assert (shown["leader"], shown["price"]) == (held.code_of("chen"), CEILING)


def promise(held, name, amount, at):
    return held.act(name, amount, at, kind="condition")


def test_who_promises_most_takes_the_parcel_at_the_highest_price(world):
    held, at = reached(world, **PROMISES)
    later = at + timedelta(seconds=100)
    assert promise(held, "zhao", "100", at).accepted
    assert now(held).shown["condition"] == "100"
    assert promise(held, "hu", "250", later).reason == "condition_off_step"
    assert promise(held, "zhao", "300", later).reason == "already_leading"
    assert promise(held, "hu", "100", later).reason == "condition_too_low"
    assert promise(held, "hu", "1100", later).reason == "above_most"
    assert promise(held, "hu", "300", later).accepted
    assert over(held, at).phase == "ceiling", "each condition restarts the window"
    over(held, later)
    shown = held.auction.shown
    assert (shown["outcome"], shown["leader"]) == ("sold", held.code_of("hu"))
    assert (shown["price"], shown["condition"]) == (CEILING, "300")
    [candidate] = lot_of(held).candidates
    assert (candidate["price"], candidate["offer"]) == (f"{CEILING}.00", {"area": "300"})
    assert replay_case(offered.log_of(held.auction))["winner"] == shown["leader"]


def test_at_the_most_that_can_be_promised_lots_are_drawn(world):
    held, at = reached(world, **PROMISES)
    assert promise(held, "zhao", "1000", at).accepted
    shown = now(held).shown
    assert (shown["phase"], shown["branch"]) == ("ceiling", "lottery")
    assert promise(held, "hu", "1000", at).reason == "wrong_phase"
    for name in ("zhao", "chen"):
        assert held.say(name, "join", at).accepted
    assert over(held, at).phase == "draw"
    draw(held, "feng", at + timedelta(seconds=WINDOW), NONCE)
    shown = held.auction.shown
    assert shown["outcome"] == "sold"
    assert shown["leader"] in {held.code_of("zhao"), held.code_of("chen")}
    assert lot_of(held).candidates[0]["offer"] == {"area": "1000"}
    assert replay_case(offered.log_of(held.auction))["winner"] == shown["leader"]


def test_the_deal_and_the_result_name_what_was_promised(world):
    held, at = reached(world, **PROMISES)
    promise(held, "hu", "500", at)
    over(held, at)
    day = at + timedelta(days=1)
    lin, sun = world.actor("lin", day), world.actor("sun", day)
    services.confirm_winner(actor=lin, code=held.code, choices={1: (1, "")}, at=day)
    services.publish_result(actor=sun, code=held.code, at=day)
    [lot] = Notice.objects.get(tender__code=held.code, kind="result").fields["lots"]
    assert lot["promises"] == [{"title": "无偿配建面积（平方米）", "value": "500"}]
    page = world.client("public").get(f"/notices/{held.code}/2/").content.decode()
    assert "无偿配建面积（平方米）" in page


def test_the_room_takes_a_quote_and_shows_only_its_own_part(world):
    held, at = reached(world, **QUOTES)
    own = room(world, held, "zhao", at)
    assert is_shown(own, "ceiling-one_shot")
    assert "ceiling-lottery" not in own
    assert "最多超出 3%" in own
    assert "报价已密封" in act(world, held, "zhao", "quote", at, "421000000")
    assert "已密封报价" in room(world, held, "zhao", at)
    assert "不能低于最高限价" in act(world, held, "hu", "quote", at, "400000000")
    over(held, at)
    done = room(world, held, "public", at + timedelta(hours=1))
    assert "的一次报价按约定的办法竞得" in done


def test_the_room_takes_a_condition_and_tells_everybody(world):
    held, at = reached(world, **PROMISES)
    own = room(world, held, "zhao", at)
    assert [is_shown(own, f"ceiling-{name}") for name in ("conditions", "lottery")] == [True, False]
    assert "条件已接受" in act(world, held, "zhao", "condition", at, "200")
    for name in ("public", "hu"):
        page = room(world, held, name, at)
        assert "竞争条件的记录" in page
        assert held.code_of("zhao") in page
    with time_machine.travel(at, tick=False):
        answer = world.client("public").get(f"/api/v1/auctions/{held.auction.code}").json()
    assert (answer["condition"], answer["next_condition"]) == ("200", "300")
    act(world, held, "hu", "condition", at, "1000")
    assert is_shown(room(world, held, "chen", at), "ceiling-lottery")
    entries = record.entries_since(held.auction.stream, 0)
    moved = [e.data["shown"]["branch"] for e in entries if e.kind == "auction.moved"]
    assert moved == ["", "conditions", "lottery"], "pages follow what decides"


@pytest.mark.parametrize("changes", [QUOTES, PROMISES])
def test_the_announcement_prints_what_follows_the_highest_price(world, changes):
    story = grants.announced(world, AT, ceiling=Decimal(CEILING), **changes)
    page = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    said = "每个竞买人可密封报价一次" if changes is QUOTES else "以最高限价转为竞争条件"
    assert said in page
    draft = world.client("sun").get(f"/tenders/{story.code}/draft/listing/").content.decode()
    assert "达到最高限价之后" in draft


def test_a_draft_says_it_on_its_page_and_by_the_api(world):
    story = grants.draft(world, AT)
    sun = world.client("sun")
    lot = story.tender.lots.get()
    given = {
        "lot": "1",
        "lot1-increment": "5000000",
        "lot1-opens_at": lot.auction["opens_at"][:16],
        "lot1-closes_at": lot.auction["closes_at"][:16],
        "lot1-quiet_minutes": "60",
        "lot1-inquiry_s": "240",
        "lot1-cycle_s": "300",
        "lot1-ceiling": CEILING,
        "lot1-after": "one_shot",
        "lot1-nobody": "unsold",
        "lot1-nearest": "not_above",
        "lot1-pays": "cap",
        "lot1-promised": "area",
    }
    address = f"/tenders/{story.code}/draft/listing/"
    refused = sun.post(address, given)
    assert (refused.status_code, "一次报价可超出最高限价的幅度" in refused.content.decode()) == (
        422,
        True,
    )
    assert sun.post(address, given | {"lot1-over": "2.5"}).status_code == 302
    after = story.tender.lots.get().auction["after_cap"]
    assert after == {
        "kind": "one_shot",
        "window_s": 240,
        "nobody": "unsold",
        "over": "0.025",
        "nearest": "not_above",
        "pays": "cap",
    }
    assert 'value="2.5"' in sun.get(address).content.decode()

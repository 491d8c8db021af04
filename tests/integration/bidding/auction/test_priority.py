"""Priority holders in the room: who is asked what, who else learns of it, and how it ends."""

from datetime import timedelta

import pytest

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from tests.auctions import CYCLE, FREE_UNTIL, OPENS_AT, sale

PAGE = "/auctions/{}/"
WINDOW = 600


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def right(world, *names, mode="in_room_equal", **more):
    bodies = [world.organisation_of(name) for name in names]
    return {
        "mode": mode,
        "holders": [{"name": body.name, "uscc": body.uscc} for body in bodies],
        "same_rank": False,
        "notified_on": "2026-10-01",
        **({} if mode == "in_room_equal" else {"window_s": WINDOW}),
        **more,
    }


def act(held, name, price, at, **more):
    """Act while the clock runs, so that no silence of the platform is given back."""
    held.at(at)
    answer = held.act(name, price, at, **more)
    held.auction.refresh_from_db()
    return answer


def held_at_the_end(world, *names, **more):
    """Make a sale whose bidding is over: zhao's 2,640,000 is the highest."""
    held = sale(world, priority_right=right(world, *names, **more))
    held.at(OPENS_AT)
    act(held, "zhao", "2640000", OPENS_AT + timedelta(minutes=1))
    held.at(FREE_UNTIL + timedelta(seconds=2))
    held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 4))
    return held


def own(world, held, name):
    return world.client(name).get(PAGE.format(held.auction.code)).content.decode()


def test_in_the_room_a_holder_leads_at_the_present_price_and_others_go_beyond_it(world):
    held = sale(world, priority_right=right(world, "chen"))
    held.at(OPENS_AT)
    at = OPENS_AT + timedelta(minutes=1)
    early = act(held, "chen", None, at, kind="exercise")
    assert (early.accepted, early.reason) == (False, "no_price_yet")
    act(held, "zhao", "2600000", at)
    stranger = act(held, "hu", "2600000", at, kind="exercise")
    stale = act(held, "chen", "2580000", at, kind="exercise")
    assert (stranger.reason, stale.reason) == ("not_holder", "price_moved")
    taken = act(held, "chen", "2600000", at, kind="exercise")
    assert (taken.accepted, taken.shown["leader"]) == (True, held.code_of("chen"))
    held.at(FREE_UNTIL + timedelta(seconds=2))
    held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 4))
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("chen"), "2600000.00")]
    page = own(world, held, "public")
    assert "按竞价形成的价格行使优先购买权" in page


def test_after_the_end_the_holder_is_asked_and_takes_the_price(world):
    held = held_at_the_end(world, "chen", mode="after_close_once")
    assert held.auction.phase == "priority"
    assert "是否行使优先购买权" in own(world, held, "chen")
    assert "您的报价最高，正在询问优先购买权人" in own(world, held, "zhao")
    assert "竞价已结束，正在询问优先购买权人" in own(world, held, "hu")
    public = own(world, held, "public")
    assert "竞价形成的价格，正在征询优先购买权人" in public
    assert "是否行使优先购买权" not in public
    at = held.auction.next_due_at - timedelta(minutes=5)
    assert act(held, "zhao", "2700000", at).reason == "wrong_phase"
    assert act(held, "chen", "2640000", at, kind="exercise").accepted
    assert held.auction.phase == "ended"
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("chen"), "2640000.00")]
    assert "行使优先购买权" in own(world, held, "public")
    assert "您已竞得" in own(world, held, "chen")
    assert "未竞得" in own(world, held, "zhao")


def test_silence_and_a_waiver_leave_it_to_who_offered_most(world):
    held = held_at_the_end(world, "chen", "hu", mode="after_close_once")
    at = held.auction.next_due_at - timedelta(minutes=5)
    assert act(held, "chen", None, at, kind="waive").accepted
    held.at(held.auction.next_due_at + timedelta(seconds=2))
    assert (held.auction.phase, held.auction.shown["leader"]) == ("ended", held.code_of("zhao"))
    page = own(world, held, "public")
    assert "表示放弃" in page
    told = replay_case(offered.log_of(held.auction))
    assert (told["winner"], told["price"]) == (held.code_of("zhao"), "2640000")


def test_in_the_loop_the_other_raises_once_more_and_the_holder_is_asked_again(world):
    held = held_at_the_end(world, "chen", mode="after_close_loop")
    at = held.auction.next_due_at - timedelta(minutes=5)
    act(held, "chen", "2640000", at, kind="exercise")
    assert "是否再加价一次" in own(world, held, "zhao")
    assert "2660000" in own(world, held, "zhao")
    assert act(held, "zhao", "2660000", at + timedelta(seconds=5)).accepted
    assert "是否行使优先购买权" in own(world, held, "chen")
    answer = world.client("zhao").get(PAGE.format(held.auction.code) + "own/?part=answer")
    assert "您的报价最高" in answer.content.decode()
    held.at(held.auction.next_due_at + timedelta(seconds=2))
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("zhao"), "2660000.00")]
    told = replay_case(offered.log_of(held.auction))
    assert (told["winner"], told["price"]) == (held.code_of("zhao"), "2660000")


def test_a_holder_who_stayed_away_has_waived(world):
    held = sale(world, takers=("zhao", "hu"), priority_right=right(world, "chen"))
    held.at(OPENS_AT)
    assert "priority_right" not in queries.engine_terms(held.auction)
    act(held, "zhao", "2640000", OPENS_AT + timedelta(minutes=1))
    held.at(FREE_UNTIL + timedelta(seconds=2))
    held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 4))
    assert held.auction.phase == "ended"


def test_nobody_learns_during_the_auction_whose_code_the_holder_has(world):
    held = sale(world, priority_right=right(world, "chen"))
    held.at(OPENS_AT)
    code = held.code_of("chen")
    for name in ("public", "zhao", "lin", "qian"):
        page = own(world, held, name)
        assert world.organisation_of("chen").name in page, "the disclosure names it"
        assert code not in page, name
        told = world.client(name).get(f"/api/v1/auctions/{held.auction.code}").content.decode()
        assert code not in told, name
    assert 'data-form="exercise"' in own(world, held, "chen")
    assert 'data-form="exercise"' not in own(world, held, "zhao")


@pytest.mark.parametrize(("name", "status"), [("public", 302), ("lin", 404), ("qian", 404)])
def test_ones_own_part_is_given_to_entrants_only(world, name, status):
    held = sale(world, priority_right=right(world, "chen"))
    address = PAGE.format(held.auction.code) + "own/"
    assert world.client(name).get(address).status_code == status
    assert world.client("zhao").get(address).status_code == 200

"""A dynamic auction through the services: decided, recorded, moved by time, ended, repeatable."""

from datetime import timedelta
from decimal import Decimal

import pytest
from cryptography.exceptions import InvalidTag

from bidding import gate
from bidding.models import Auction
from bidding.queries import auctions as queries
from bidding.services import auction as services
from bidding.services.auction import deciding, table
from kernel.errors import Denied, Missing
from ledger.models import Entry
from tests.auctions import CYCLE, FREE_UNTIL, OPENS_AT, sale
from trading.services import terminate_tender

SECOND = timedelta(seconds=1)


def facts(held, kind):
    rows = Entry.objects.filter(stream=held.auction.stream, kind=kind).order_by("number")
    return [entry.data for entry in rows]


def decided(wish):
    return deciding.decide(wish, lambda: wish.at)


def everything_told():
    return str(list(Entry.objects.order_by("id").values_list("data", flat=True)))


def test_act_before_the_auction_opens_is_refused(world):
    held = sale(world)
    answer = held.act("chen", "2600000", OPENS_AT - SECOND)
    assert (answer.accepted, answer.reason) == (False, "not_open")
    assert facts(held, "auction.offers") == []


def test_act_is_written_told_and_answered(world):
    held = sale(world)
    held.at(OPENS_AT)
    answer = held.act("chen", "2600000", OPENS_AT + SECOND)
    code = held.code_of("chen")
    assert (answer.accepted, answer.reason, answer.code) == (True, "", code)
    held.auction.refresh_from_db()
    assert queries.standing_of(held.auction).price == Decimal(2_600_000)
    [told] = facts(held, "auction.offers")
    assert told["offers"] == [
        {
            "at": "2026-11-24T02:00:01.000000Z",
            "by": code,
            "price": "2600000",
            "automatic": False,
            "kind": "bid",
        }
    ]
    assert told["shown"]["leader"] == code


@pytest.mark.parametrize(
    ("name", "price", "reason"),
    [
        ("chen", "2620000", "already_leading"),
        ("zhao", "2610000", "not_higher"),
        ("zhao", "2630000", "not_multiple_of_increment"),
        ("zhao", "99999999999999.99", "not_multiple_of_increment"),
        ("zhao", None, "malformed"),
    ],
)
def test_act_that_breaks_a_rule_is_refused_and_leaves_nothing(world, name, price, reason):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    answer = held.act(name, price, OPENS_AT + 2 * SECOND)
    assert (answer.accepted, answer.reason) == (False, reason)
    assert len(facts(held, "auction.offers")) == 1


def test_the_same_act_sent_again_counts_once(world):
    held = sale(world)
    held.at(OPENS_AT)
    wish = held.handed("chen", "2600000", OPENS_AT + SECOND)
    first, again = decided(wish), decided(wish)
    assert (first.accepted, again.accepted) == (True, True)
    assert len(facts(held, "auction.offers")) == 1


def test_who_is_no_entrant_may_not_act(world):
    held = sale(world, takers=("chen", "zhao"))
    held.at(OPENS_AT)
    with pytest.raises(Denied) as refusal:
        held.act("hu", "2600000", OPENS_AT + SECOND)
    assert refusal.value.code == "auction.not_entrant"


def test_an_auction_that_nobody_made_is_missing(world):
    held = sale(world)
    wish = held.handed("chen", "2600000", OPENS_AT)
    with pytest.raises(Missing):
        decided(deciding.Handed("CQ-0.1", wish.owner, "bid", wish.price, "k", wish.at))


def test_acts_that_came_together_are_decided_by_arrival_and_told_once(world):
    held = sale(world)
    held.at(OPENS_AT)
    acts = [
        held.handed("zhao", "2620000", OPENS_AT + 2 * SECOND),
        held.handed("chen", "2600000", OPENS_AT + SECOND),
        held.handed("hu", "2620000", OPENS_AT + 3 * SECOND),
    ]
    answers = deciding.decide_all(acts, OPENS_AT + 3 * SECOND)
    assert [a.reason for a in answers] == ["", "", "not_higher"]
    [told] = facts(held, "auction.offers")
    assert [offer["price"] for offer in told["offers"]] == ["2600000", "2620000"]


def test_dynamic_auction_goes_through_its_phases_and_hands_its_price_on(world):
    held = sale(world)
    tender = held.auction.lot.tender
    assert held.at(OPENS_AT).phase == "open"
    held.act("chen", "2600000", OPENS_AT + SECOND)
    assert held.at(FREE_UNTIL + 2 * SECOND).phase == "closing"
    held.act("zhao", "2620000", FREE_UNTIL + timedelta(seconds=100))
    end = FREE_UNTIL + timedelta(seconds=100 + CYCLE)
    assert held.at(end - SECOND).phase == "closing"
    assert held.at(end + 2 * SECOND).phase == "ended"
    late = held.act("hu", "2640000", end)
    assert (late.accepted, late.reason) == (False, "closed")
    tender.refresh_from_db()
    [candidate] = tender.lots.get().candidates
    assert (tender.state, candidate["uscc"], candidate["price"]) == (
        "priced",
        held.uscc("zhao"),
        "2620000.00",
    )
    [ended] = facts(held, "auction.ended")
    assert (ended["outcome"], ended["price"], ended["winner"]) == (
        "sold",
        "2620000",
        held.code_of("zhao"),
    )


def test_an_auction_without_offers_fails_its_lot(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.at(FREE_UNTIL + 2 * SECOND)
    assert held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 2)).phase == "ended"
    tender = held.auction.lot.tender
    tender.refresh_from_db()
    assert (tender.state, tender.lots.get().state) == ("failed", "failed")


def test_maximum_bids_for_its_holder_and_stays_secret_until_the_end(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2700000", OPENS_AT + SECOND, kind="maximum")
    answer = held.act("zhao", "2640000", OPENS_AT + 2 * SECOND)
    assert answer.accepted
    held.auction.refresh_from_db()
    standing = queries.standing_of(held.auction)
    assert (standing.price, standing.leader) == (Decimal(2_660_000), held.code_of("chen"))
    assert "maximum" not in str(facts(held, "auction.offers"))
    assert "2700000" not in everything_told()
    assert b"2700000" not in bytes(held.auction.sealed)
    held.at(FREE_UNTIL + 2 * SECOND)
    held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 2))
    [revealed] = facts(held, "auction.revealed")
    assert [(act["kind"], act["price"]) for act in revealed["acts"]] == [("maximum", "2660000")]
    assert "2700000" not in everything_told()


def test_time_in_which_the_platform_was_silent_is_given_back(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    closing = held.at(FREE_UNTIL + 2 * SECOND)
    due_at = closing.next_due_at
    silent = timedelta(seconds=CYCLE + 40)
    back = FREE_UNTIL + 2 * SECOND + silent
    answer = held.act("zhao", "2620000", back)
    assert answer.accepted
    held.auction.refresh_from_db()
    [credited] = facts(held, "auction.credited")
    assert credited["seconds"] == silent.total_seconds()
    assert held.auction.next_due_at == max(due_at + silent, back + timedelta(seconds=CYCLE))


def test_silence_is_given_back_by_the_clock_though_no_phase_ran_out_in_it(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    services.due(OPENS_AT + 41 * SECOND)
    services.due(OPENS_AT + 42 * SECOND)
    held.auction.refresh_from_db()
    assert [credited["seconds"] for credited in facts(held, "auction.credited")] == [40]
    assert held.auction.next_due_at == FREE_UNTIL + 40 * SECOND


def test_silence_waits_with_a_phase_that_waits_for_somebody_who_came_in_time(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    came = gate.GATE.enter(lambda: FREE_UNTIL - SECOND)
    try:
        held.at(FREE_UNTIL + SECOND)
        services.due(FREE_UNTIL + 41 * SECOND)
        held.auction.refresh_from_db()
        assert (held.auction.phase, held.auction.seen_at) == ("open", FREE_UNTIL + SECOND)
        assert facts(held, "auction.credited") == []
        assert held.act("zhao", "2620000", came).accepted
    finally:
        gate.GATE.leave(came)
    services.due(FREE_UNTIL + 42 * SECOND)
    held.auction.refresh_from_db()
    assert [moved["phase"] for moved in facts(held, "auction.moved")] == ["open", "closing"]
    assert [credited["seconds"] for credited in facts(held, "auction.credited")] == [41]
    assert held.auction.next_due_at == FREE_UNTIL + timedelta(seconds=CYCLE + 41)


def test_acts_show_that_the_platform_was_there_though_its_clock_was_not(world):
    held = sale(world)
    held.at(OPENS_AT)
    bids = ((1, "chen", "2600000"), (5, "zhao", "2620000"), (9, "chen", "2640000"))
    for second, name, price in bids:
        held.act(name, price, OPENS_AT + second * SECOND)
    services.due(OPENS_AT + 11 * SECOND)
    services.due(OPENS_AT + 15 * SECOND)
    assert facts(held, "auction.credited") == []


def test_a_pause_is_no_silence(world):
    held = sale(world)
    held.at(OPENS_AT)
    centre = world.actor("qian")
    begun = OPENS_AT + 10 * SECOND
    for second in range(3, 10, 3):
        services.due(OPENS_AT + second * SECOND)
    order = {"actor": centre, "code": held.auction.code, "reason": "线路故障"}
    services.pause_auction(**order, at=begun)
    for second in range(0, 60, 3):
        services.due(begun + second * SECOND)
    services.resume_auction(**order, at=begun + 60 * SECOND)
    assert held.act("chen", "2600000", begun + 61 * SECOND).accepted
    assert facts(held, "auction.credited") == []
    held.auction.refresh_from_db()
    assert held.auction.next_due_at == FREE_UNTIL + 60 * SECOND


def test_what_was_decided_is_read_again_by_a_process_that_remembers_nothing(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    table._remembered.clear()
    answer = held.act("zhao", "2600000", OPENS_AT + 2 * SECOND)
    assert answer.reason == "not_higher"


def test_an_old_state_put_back_does_not_open(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.auction.refresh_from_db()
    old = bytes(held.auction.sealed)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    Auction.objects.filter(pk=held.auction.pk).update(sealed=old)
    table._remembered.clear()
    with pytest.raises(InvalidTag):
        held.act("zhao", "2620000", OPENS_AT + 2 * SECOND)


def test_an_opening_the_platform_slept_through_is_caught_up_with(world):
    held = sale(world)
    services.due(OPENS_AT + 20 * SECOND)
    tender = held.auction.lot.tender
    tender.refresh_from_db()
    held.auction.refresh_from_db()
    assert (held.auction.phase, tender.state) == ("open", "bidding")
    assert held.auction.next_due_at == FREE_UNTIL + 20 * SECOND


def test_a_terminated_sale_is_not_bid_for(world):
    held = sale(world)
    code = held.auction.lot.tender.code
    terminate_tender(actor=world.actor("lin"), code=code, reason="标的灭失。", at=OPENS_AT - SECOND)
    services.due(OPENS_AT + 2 * SECOND)
    answer = held.act("chen", "2600000", OPENS_AT + 2 * SECOND)
    held.auction.refresh_from_db()
    tender = held.auction.lot.tender
    tender.refresh_from_db()
    assert (answer.accepted, held.auction.phase, tender.state) == (False, "ended", "terminated")
    assert [told["outcome"] for told in facts(held, "auction.ended")] == ["void"]
    page = world.client("public").get(f"/auctions/{held.auction.code}/").content.decode()
    assert "竞价作废" in page

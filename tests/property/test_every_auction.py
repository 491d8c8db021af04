"""Laws that every auction type keeps, whichever file defines it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bidding.auction import decide, kinds, outcome, replay, settle, start, visible
from bidding.auction.checks import next_price
from bidding.auction.details import Extension
from bidding.auction.sentences import REASONS
from bidding.auction.state import OUTCOMES, PHASES, Act, Maximum, as_json, from_json
from bidding.auction.terms import read_terms, terms_as_json
from kernel.reading import Fields
from tests.auctioned import BIDDERS, OPENS, acts_on, terms_of
from tests.effort import examples

AUCTIONS = sorted(kinds().values(), key=lambda auction: auction.slug)
every_auction = pytest.mark.parametrize("auction", AUCTIONS, ids=lambda auction: auction.slug)
open_auction = pytest.mark.parametrize(
    "auction", [a for a in AUCTIONS if a.usual == "bid"], ids=lambda auction: auction.slug
)
quick = settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
)
LATER = OPENS + timedelta(days=2)
ORDERS = {"pause", "resume", "credit", "draw", "exclude"}


def run(data, auction):
    terms = data.draw(terms_of(auction))
    return terms, data.draw(acts_on(auction, terms))


def states(terms, told):
    """Give every state met on the way, to the end of time."""
    met = [start(terms), *(one.decision.state for one in told)]
    return [*met, settle(terms, met[-1], LATER)]


def naive(terms, state, maxima):
    """Let the price rise like a clock, a step at a time, while two maxima stay in."""
    step = -terms.increment if terms.falling else terms.increment
    level = terms.start_price if state.price is None else state.price + step

    def active():
        return [m for m in maxima if (m.price <= level if terms.falling else m.price >= level)]

    inside = active()
    if not inside or [m.by for m in inside] == [state.leader]:
        return state.price, state.leader
    while len(inside) > 1:
        before, level = inside, level + step
        inside = active()
    if inside:
        return level, inside[0].by
    return level - step, min(before, key=lambda m: m.number).by


def turns(bidders, number):
    return [BIDDERS[(number + n) % bidders] for n in range(bidders)]


@quick
@given(data=st.data())
def test_the_hammer_never_falls_before_the_last_offer_was_called_as_often_as_printed(data):
    english, length = kinds()["english"], timedelta(seconds=30)
    drawn = data.draw(terms_of(english))
    calls = data.draw(st.integers(1, 4))
    terms = replace(
        drawn, calls=calls, extension=Extension(None, length), ceiling=None, after_ceiling=None
    )
    told = data.draw(acts_on(english, terms))
    offers = [one.act.at for one in told if one.decision.offers and one.act.kind != "exercise"]
    end = settle(terms, states(terms, told)[-1], LATER)
    if end.outcome == "sold" and offers and terms.priority is None:
        assert end.called == calls
        assert end.closes_at >= offers[-1] + calls * length


@every_auction
@quick
@given(data=st.data())
def test_replaying_the_accepted_acts_gives_the_same_end(auction, data):
    terms, told = run(data, auction)
    accepted = [one.act for one in told if one.decision.accepted]
    end = states(terms, told)[-1]
    assert replay(terms, accepted, LATER).state == end
    everything = replay(terms, [one.act for one in told], LATER)
    assert everything.state == end
    assert [d.reason for d in everything.decisions] == [one.decision.reason for one in told]
    assert [d.offers for d in everything.decisions] == [one.decision.offers for one in told]


@every_auction
@quick
@given(data=st.data())
def test_nothing_is_accepted_before_the_opening_or_from_the_end_on(auction, data):
    terms, told = run(data, auction)
    for one in told:
        if one.decision.accepted and one.act.kind not in ORDERS:
            assert one.act.at >= terms.opens_at
            assert settle(terms, one.before, one.act.at).phase not in ("ended", "paused")


@every_auction
@quick
@given(data=st.data())
def test_the_leader_is_always_a_qualified_bidder(auction, data):
    terms, told = run(data, auction)
    for state in states(terms, told):
        assert state.leader is None or state.leader in terms.qualified
        assert auction.leader(state) == state.leader
        assert state.phase in PHASES
        assert state.outcome in OUTCOMES
        assert (state.outcome != "") == (state.phase == "ended")
        assert state.outcome != "sold" or outcome(terms, state).winner in terms.qualified


@every_auction
@quick
@given(data=st.data())
def test_who_is_put_out_does_nothing_more_and_leads_no_more(auction, data):
    terms, told = run(data, auction)
    for one in told:
        gone = set(one.decision.state.excluded)
        is_bidders = one.act.kind not in ORDERS  # an order is the house's, whatever stands in `by`
        assert not (is_bidders and one.act.by in one.before.excluded and one.decision.accepted)
        assert not gone & {offer.by for offer in one.decision.offers}
        assert one.act.kind != "exclude" or len(gone) - len(one.before.excluded) in (0, 1)
    for state in states(terms, told):
        gone = set(state.excluded)
        assert not gone & {state.leader, state.rival, *state.joined, *state.exercised}
        assert not gone & {one.by for one in (*state.maxima, *state.quotes)}


@every_auction
@quick
@given(data=st.data())
def test_what_stands_was_offered_by_who_leads(auction, data):
    terms, told = run(data, auction)
    for state in states(terms, told):
        if state.stood and state.phase in ("open", "closing") and state.leader is not None:
            assert (state.leader, state.price) == state.stood[-1]


@every_auction
@quick
@given(data=st.data())
def test_offers_go_the_right_way_by_the_rules(auction, data):
    terms, told = run(data, auction)
    for one in told:
        settled, price = settle(terms, one.before, one.act.at), None
        for offer in one.decision.offers:
            price = settled.price if price is None else price
            if not offer.automatic and one.act.kind == "bid":
                assert offer == type(offer)(one.act.by, one.act.price)
                assert one.act.by != settled.leader or terms.self_outbid
            far = price is None or one.act.kind in ("exercise", "accept")
            step = Decimal(0) if far else terms.increment
            base = terms.start_price if price is None else price
            if one.act.kind != "accept":
                assert (base - offer.price if terms.falling else offer.price - base) >= step
            if terms.multiples_only and one.act.kind in ("bid", "maximum"):
                assert (offer.price - terms.start_price) % terms.increment == 0
            assert terms.ceiling is None or offer.price <= terms.ceiling
            price = offer.price
        if one.decision.offers and one.decision.state.phase in ("open", "closing"):
            assert one.decision.state.price == price


@every_auction
@quick
@given(data=st.data())
def test_the_end_never_moves_forward_in_time_because_of_an_offer(auction, data):
    terms, told = run(data, auction)
    for one in told:
        before, after = settle(terms, one.before, one.act.at), one.decision.state
        if one.act.kind not in ORDERS and after.phase in ("open", "closing"):
            assert after.closes_at >= before.closes_at
            if terms.extension and terms.extension.most is not None:
                assert after.extensions <= terms.extension.most


@every_auction
@quick
@given(data=st.data())
def test_a_refused_act_changes_nothing_and_says_why(auction, data):
    terms, told = run(data, auction)
    for one in told:
        if not one.decision.accepted:
            assert one.decision.state == settle(terms, one.before, one.act.at)
            assert one.decision.offers == ()
            assert one.decision.reason in REASONS
        else:
            assert one.decision.reason == ""
            assert one.decision.state.number == one.before.number + 1


@every_auction
@quick
@given(data=st.data())
def test_a_repeated_key_changes_nothing(auction, data):
    terms, told = run(data, auction)
    for one in told:
        if one.decision.accepted:
            later = replace(one.act, at=one.act.at + timedelta(seconds=1))
            again = decide(terms, one.decision.state, later)
            assert (again.state, again.accepted) == (one.decision.state, True)
            assert again.repeated


@every_auction
@quick
@given(data=st.data())
def test_time_alone_works_the_same_in_one_step_or_in_many(auction, data):
    terms, told = run(data, auction)
    pauses = st.lists(st.integers(0, 3000), max_size=4).map(sorted)
    for state in states(terms, told):
        since = state.at or OPENS
        moments = [since + timedelta(seconds=n) for n in data.draw(pauses)]
        stepped = state
        for moment in moments:
            stepped = settle(terms, stepped, moment)
            assert settle(terms, stepped, moment) == stepped
        assert settle(terms, stepped, LATER) == settle(terms, state, LATER)


@every_auction
@quick
@given(data=st.data())
def test_states_and_terms_survive_being_written_as_json(auction, data):
    terms, told = run(data, auction)
    assert read_terms(Fields(terms_as_json(terms))) == terms
    for one in told:
        kept = from_json(as_json(one.before))
        assert kept == one.before
        assert as_json(kept) == as_json(one.before)
        assert decide(terms, kept, one.act) == one.decision


@every_auction
@quick
@given(data=st.data())
def test_nobody_is_told_a_maximum_or_a_quote_before_the_end(auction, data):
    terms, told = run(data, auction)
    for state in states(terms, told):
        bare = replace(state, maxima=(), keys={}, number=0)
        assert visible(terms, bare) == visible(terms, state)
        if state.phase != "ended":
            earlier = tuple(q for q in state.quotes if q.round < state.round)
            assert unpromised(terms, replace(state, quotes=earlier)) == unpromised(terms, state)


def unpromised(terms, state):
    """What is visible but for what the leader promised, which a holder of a right has to match and
    is therefore told once quoting is over.
    """
    return {name: said for name, said in visible(terms, state).items() if name != "promised"}


@open_auction
@quick
@given(data=st.data())
def test_the_number_of_bidders_does_not_change_the_length(auction, data):
    terms = data.draw(terms_of(auction, bidders=5))
    terms = replace(terms, ceiling=None, after_ceiling=None, priority=None, reserve=None)
    gaps = data.draw(st.lists(st.integers(1, 200), min_size=1, max_size=12))
    ends = []
    for bidders in (2, 5):
        state, at = start(terms), OPENS
        for number, gap in enumerate(gaps):
            at += timedelta(seconds=gap)
            by = next(b for b in turns(bidders, number) if b != state.leader)
            state = decide(terms, state, Act(at, by, "bid", next_price(terms, state.price))).state
            if state.phase == "inquiry":
                for name in BIDDERS:
                    state = decide(terms, state, Act(at, name, "join")).state
        end = settle(terms, state, LATER)
        ends.append((end.closes_at, end.extensions, end.price))
    assert ends[0] == ends[1]


@open_auction
@quick
@given(data=st.data())
def test_maxima_give_what_bidding_step_by_step_would(auction, data):
    terms = data.draw(terms_of(auction, bidders=5))
    terms = replace(terms, after_ceiling=None, priority=None, self_outbid=False)
    state = settle(terms, start(terms), terms.opens_at)
    at, maxima = terms.opens_at, {}
    for _ in range(data.draw(st.integers(1, 10))):
        by, kind = (
            data.draw(st.sampled_from(BIDDERS)),
            data.draw(st.sampled_from(["bid", "maximum"])),
        )
        steps = data.draw(st.integers(-1, 8)) * terms.increment + data.draw(
            st.sampled_from([Decimal(0), Decimal(3)])
        )
        base = state.price or terms.start_price
        act = Act(at, by, kind, base - steps if terms.falling else base + steps)
        decision = decide(terms, state, act)
        if not decision.accepted:
            continue
        bare = state
        if kind == "bid":
            bare = replace(state, price=act.price, leader=by)
        else:
            maxima[by] = Maximum(by, act.price, decision.state.number)
        expected = naive(terms, bare, list(maxima.values()))
        state = decision.state
        assert (state.price, state.leader) == expected
        assert all(maxima[m.by] == m for m in state.maxima)


@every_auction
def test_every_auction_introduces_itself(auction):
    assert auction.title
    assert auction.explanation.endswith("。")
    assert auction.direction in ("high", "low", "either")
    assert auction.needs <= auction.takes
    assert auction.usual in {kind for _phase, kind in auction.steps}

"""The terms of a room are read back as they were written, whatever its kind."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.domain import rooms
from trading.domain.ceilings import BRANCHES, NEAREST, NOBODY, PAYS, PROMISED, Branch
from trading.domain.rooms.kinds import OWN_TERMS
from trading.periods import RuleSet, Scope

RULES = RuleSet(Scope("property", "auction", on=date(2026, 11, 24)))
START = Decimal(1_000_000)
BEGUN = datetime(2026, 11, 24, tzinfo=UTC)
MOMENTS = st.integers(0, 150_000).map(lambda minutes: BEGUN + timedelta(minutes=minutes))
STEPS = st.decimals(Decimal("0.01"), START, places=2)
VALUES = st.decimals(0, 1000, places=2)


@st.composite
def weighed(draw):
    worst = draw(VALUES)
    best = draw(VALUES.filter(lambda value: value != worst))
    return rooms.Weighed("自持年限", draw(st.decimals(1, 99, places=2)), worst, best)


@st.composite
def auctions(draw, kind):
    within = lambda bounds: draw(st.integers(*bounds))  # noqa: E731 - a word for what follows
    step = draw(STEPS)
    falls = draw(st.integers(1, 50))
    return rooms.AuctionTerms(
        kind,
        draw(MOMENTS),
        within(rooms.FREE_MINUTES),
        step,
        cycle_s=within(rooms.CYCLE_SECONDS),
        rounds=within(rooms.QUOTE_ROUNDS),
        round_minutes=within(rooms.ROUND_MINUTES),
        tie=draw(st.sampled_from(sorted(rooms.TIES))),
        call_s=within(rooms.CALL_SECONDS),
        items=[draw(weighed())],
        from_price=START + falls * step,
        every_s=within(rooms.FALL_SECONDS),
        window_s=within(rooms.WINDOW_SECONDS),
        extend_s=within(rooms.EXTEND_SECONDS),
        extensions=within(rooms.EXTENSIONS),
    )


@st.composite
def listings(draw):
    begins, step = draw(MOMENTS), draw(STEPS)
    quiet = draw(st.integers(*rooms.QUIET_MINUTES))
    unit = draw(st.decimals(Decimal("0.01"), 100, places=2))
    branch = Branch(
        draw(st.sampled_from(sorted(BRANCHES))),
        draw(st.sampled_from(sorted(NOBODY))),
        over=draw(st.decimals(Decimal("0.01"), 50, places=2)),
        nearest=draw(st.sampled_from(sorted(NEAREST))),
        pays=draw(st.sampled_from(sorted(PAYS))),
        promised=draw(st.sampled_from(sorted(PROMISED))),
        step=unit,
        most=unit * draw(st.integers(1, 20)),
    )
    ceiling = START + step * draw(st.integers(1, 50)) if draw(st.booleans()) else None
    return rooms.ListingTerms(
        increment=step,
        opens_at=begins,
        closes_at=begins + timedelta(minutes=quiet + draw(st.integers(1, 20_000))),
        quiet_minutes=quiet,
        inquiry_s=draw(st.integers(*rooms.INQUIRY_SECONDS)),
        cycle_s=draw(st.integers(*rooms.LISTED_CYCLE_SECONDS)),
        ceiling=ceiling,
        branch=branch,
    )


@pytest.mark.parametrize("kind", sorted(OWN_TERMS))
@pytest.mark.parametrize("direction", ["high", "low"])
@given(data=st.data())
def test_the_terms_of_an_auction_are_read_back_as_they_were_written(kind, direction, data):
    written = rooms.read_terms(data.draw(auctions(kind)), START, (kind,), RULES, direction)
    again = rooms.read_terms(rooms.terms_of(written), START, (kind,), RULES, direction)
    assert again == written


@given(terms=listings())
def test_the_terms_of_a_listing_are_read_back_as_they_were_written(terms):
    written = rooms.read_listing(terms, START, ("listing",))
    assert rooms.read_listing(rooms.listing_of(written), START, ("listing",)) == written


def test_nothing_written_is_nothing_read():
    assert rooms.terms_of({"start_price": "1.00"}) is rooms.listing_of({}) is None


def test_every_kind_can_be_written_and_read():
    assert set(OWN_TERMS) | {"listing"} == set(rooms.KINDS)

"""Laws of framework agreements: who is shortlisted, and whose turn it is."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trading.domain.call_offs import Standing, amount_of, in_turn
from trading.domain.framework import Terms, shortlist

SHARES = st.integers(0, 9999).map(lambda hundredths: Decimal(hundredths) / 100)


@st.composite
def rankings(draw):
    """Give candidates by rank; some share one, as equals do."""
    count, ranks = draw(st.integers(1, 40)), []
    for place in range(1, count + 1):
        ties = bool(ranks) and draw(st.booleans())
        ranks.append(ranks[-1] if ties else place)
    return [{"rank": rank, "uscc": str(place)} for place, rank in enumerate(ranks)]


@given(rankings(), SHARES, st.integers(0, 40), st.integers(1, 3))
def test_at_least_the_share_and_the_least_number_are_left_out(candidates, share, most, least):
    kept = shortlist(candidates, Terms(elimination=share, most=most), least)
    assert [*kept.shortlisted, *kept.eliminated] == candidates
    assert len(kept.eliminated) * 100 >= len(candidates) * share
    assert len(kept.eliminated) >= min(least, len(candidates))
    assert not most or len(kept.shortlisted) <= most


@given(rankings(), SHARES)
def test_of_equals_none_is_kept_while_another_is_left_out(candidates, share):
    kept = shortlist(candidates, Terms(elimination=share), 1)
    assert not {c["rank"] for c in kept.shortlisted} & {c["rank"] for c in kept.eliminated}


@given(rankings(), SHARES, SHARES)
def test_a_larger_share_never_keeps_more(candidates, one, other):
    low, high = sorted((one, other))
    kept = [len(shortlist(candidates, Terms(elimination=s), 1).shortlisted) for s in (low, high)]
    assert kept[0] >= kept[1]


@given(st.integers(1, 12), st.integers(1, 60))
def test_in_rotation_everybody_in_force_has_a_turn_before_anybody_has_two(count, calls):
    agreements = [Standing(place, is_in_force=True) for place in range(1, count + 1)]
    asked = []
    for _call in range(calls):
        asked.append(in_turn(agreements, asked))
    counted = [asked.count(place) for place in range(1, count + 1)]
    assert max(counted) - min(counted) <= 1
    assert all(after == before % count + 1 for before, after in pairwise(asked))


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.lists(st.integers(1, 12), max_size=20))
def test_nobody_out_of_force_has_a_turn_and_somebody_in_force_always_has(standing, asked):
    agreements = [Standing(place, one) for place, one in enumerate(standing, start=1)]
    found = in_turn(reversed(agreements), asked)
    assert (found is None) == (not any(standing))
    assert found is None or standing[found - 1]


@given(
    st.decimals("0.01", "1000000", places=2),
    st.decimals("0.01", "1000000", places=2),
    st.decimals("0.01", "1000000", places=2),
)
def test_an_amount_at_the_agreed_price_is_the_highest(quantity, price, other):
    low, high = sorted((price, other))
    assert amount_of(quantity, low) <= amount_of(quantity, high)

"""What follows the highest price of a parcel: what is taken, what is refused and why."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.auction.parts import after_ceiling_as_json, read_after_ceiling
from kernel.errors import Invalid
from kernel.reading import Fields
from trading.domain import ceilings
from trading.domain.ceilings import Branch

QUOTES = Branch("one_shot", over=Decimal(3))
PROMISES = Branch("conditions", promised="area", step=Decimal(100), most=Decimal(2000))
BRANCHES = st.one_of(
    st.builds(Branch, nobody=st.sampled_from([*ceilings.NOBODY])),
    st.builds(
        Branch,
        kind=st.just("one_shot"),
        nobody=st.sampled_from([*ceilings.NOBODY]),
        over=st.decimals(min_value="0.01", max_value=50, places=2),
        nearest=st.sampled_from([*ceilings.NEAREST]),
        pays=st.sampled_from([*ceilings.PAYS]),
    ),
    st.builds(
        lambda step, times, **more: Branch("conditions", step=step, most=step * times, **more),
        step=st.decimals(min_value="0.01", max_value=1000, places=2),
        times=st.integers(1, 500),
        promised=st.sampled_from([*ceilings.PROMISED]),
    ),
)


@given(branch=BRANCHES, window=st.integers(60, 600))
def test_what_is_written_is_read_by_the_engine_and_by_the_form(branch, window):
    after = ceilings.read(branch, window)
    read = read_after_ceiling(Fields(after))
    again = after_ceiling_as_json(read)
    assert {name: again[name] for name in ("kind", "window_s", "nobody")} == {
        name: after[name] for name in ("kind", "window_s", "nobody")
    }
    assert ceilings.branch_of(after) == branch
    assert ceilings.shown(after)["kind"] == branch.kind


@pytest.mark.parametrize(
    ("branch", "code", "field"),
    [
        (Branch("coin"), "auction.after", "after"),
        (Branch(nobody="coin"), "auction.nobody", "nobody"),
        (replace(QUOTES, over=None), "auction.over", "over"),
        (replace(QUOTES, over=Decimal(0)), "auction.over", "over"),
        (replace(QUOTES, over=Decimal("50.01")), "auction.over", "over"),
        (replace(QUOTES, nearest="far"), "auction.nearest", "nearest"),
        (replace(QUOTES, pays="half"), "auction.pays", "pays"),
        (replace(PROMISES, promised=""), "auction.promised", "promised"),
        (replace(PROMISES, step=None), "auction.condition", "step"),
        (replace(PROMISES, most=None), "auction.condition", "most"),
        (replace(PROMISES, most=Decimal(-100)), "auction.condition", "most"),
        (replace(PROMISES, most=Decimal(250)), "auction.condition", "most"),
    ],
)
def test_numbers_that_decide_nothing_are_refused(branch, code, field):
    with pytest.raises(Invalid) as refusal:
        ceilings.read(branch, 240)
    assert (refusal.value.code, refusal.value.facts["field"]) == (code, field)

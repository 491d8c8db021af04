"""Laws of statistics, screens and recruitment totals."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.screens import SCREENS, run_screens
from evaluation.talent import run_talent_rank
from tests.effort import examples
from trading.domain.statistics import run_stats
from trading.domain.statistics.items import DENOMINATORS

quick = settings(max_examples=examples(60))
LEFT_OUT = "left_out_of_rate"
PRICES = st.lists(st.integers(1, 10**9), min_size=1, max_size=12)


def bids(prices):
    return [{"name": f"{n:02}", "price": f"{p}"} for n, p in enumerate(prices)]


def figures(prices):
    answer = run_screens({"bids": bids(prices)})
    return {name: answer[name] for name in SCREENS}


@quick
@given(prices=PRICES, data=st.data())
def test_the_order_of_prices_is_irrelevant_to_every_screen(prices, data):
    shuffled = data.draw(st.permutations(prices))
    assert run_screens({"bids": bids(prices)}) == run_screens({"bids": bids(shuffled)})


@quick
@given(prices=PRICES, factor=st.integers(2, 10_000))
def test_every_screen_is_free_of_the_unit(prices, factor):
    assert figures(prices) == figures([price * factor for price in prices])


@quick
@given(prices=PRICES, shift=st.integers(1, 10**6))
def test_distances_and_shape_are_free_of_a_shift(prices, shift):
    shape = ("rd", "rdnor", "rdalt", "skew", "kurt")
    one, other = figures(prices), figures([price + shift for price in prices])
    assert {name: one[name] for name in shape} == {name: other[name] for name in shape}


@quick
@given(prices=PRICES)
def test_screens_stay_in_their_bounds(prices):
    values = {n: None if v is None else Decimal(v) for n, v in figures(prices).items()}
    assert all(values[n] is None or values[n] >= 0 for n in SCREENS if n not in ("skew", "kurt"))
    if values["spd"] is not None:
        assert values["diffp"] <= values["spd"]
    if values["rdnor"] is not None:
        assert values["rdnor"] <= len(prices) - 1


@st.composite
def items(draw):
    amounts = draw(st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)), min_size=1))
    return [
        {"name": f"{n:03}", "budget": f"{budget}", "deal": f"{deal}"}
        for n, (budget, deal) in enumerate(amounts)
    ]


@quick
@given(given_items=items(), data=st.data())
def test_the_order_of_items_is_irrelevant_and_the_total_rate_lies_between_the_rates(
    given_items, data
):
    shuffled = data.draw(st.permutations(given_items))
    answer = run_stats({"denominator": "budget", "items": given_items})
    assert answer == run_stats({"denominator": "budget", "items": shuffled})
    rates = [Decimal(item["saved_rate"]) for item in answer["items"]]
    assert min(rates) <= Decimal(answer["total"]["saved_rate"]) <= max(rates)


@quick
@given(given_items=items(), data=st.data(), denominator=st.sampled_from(sorted(DENOMINATORS)))
def test_a_rate_times_its_divisor_is_what_was_saved_and_all_left_out_are_named(
    given_items, data, denominator
):
    given_items = [
        {k: v for k, v in item.items() if k != "budget" or data.draw(st.booleans())}
        for item in given_items
    ]
    answer = run_stats({"denominator": denominator, "items": given_items})
    known = [item for item in given_items if "budget" in item]
    divisor = answer["total"]["divided_by"]["saved_rate"]
    saved = sum(int(item["budget"]) - int(item["deal"]) for item in known)
    assert answer["total"]["saved"] == f"{saved}"
    if known:
        off = Decimal(answer["total"]["saved_rate"]) * Decimal(divisor) / 100 - saved
        assert abs(off) <= Decimal(divisor) * Decimal("0.00005")
    out = [f["facts"]["where"] for f in answer["inconsistencies"] if f["code"] == LEFT_OUT]
    left = [item["name"] for item in given_items if item not in known]
    assert out == (["、".join(left)] if left else [])


@quick
@given(given_items=items())
def test_computed_figures_never_contradict_themselves(given_items):
    first = run_stats({"denominator": "budget", "items": given_items})
    again = [
        item | {"saved": line["saved"], "saved_rate": line["saved_rate"]}
        for item, line in zip(given_items, first["items"], strict=True)
    ]
    stated = {name: first["total"][name] for name in ("budget", "deal", "saved", "saved_rate")}
    answer = run_stats({"denominator": "budget", "items": again, "stated": stated})
    assert answer["inconsistencies"] == first["inconsistencies"]


@quick
@given(
    scores=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=12),
    openings=st.integers(1, 4),
    ratio=st.integers(1, 4),
    data=st.data(),
)
def test_every_candidate_is_ranked_or_out_with_a_reason_in_whatever_order(
    scores, openings, ratio, data
):
    people = [
        {"name": f"{n:02}", "post": "A", "written": f"{w}", "interview": [f"{i}"] * 3}
        for n, (w, i) in enumerate(scores)
    ]
    case = {
        "formula": {"written_weight": "0.5"},
        "posts": [{"code": "A", "openings": openings, "opening_ratio": f"{ratio}"}],
        "candidates": people,
    }
    answer = run_talent_rank(case)
    shuffled = data.draw(st.permutations(people))
    assert answer == run_talent_rank(case | {"candidates": shuffled})
    first = answer["posts"][0]
    there = [line["name"] for line in first["ranking"]]
    out = [line["name"] for line in answer["disqualified"]]
    assert sorted(there + out) == [person["name"] for person in people]
    assert len(first["proposed"]) <= first["openings"]

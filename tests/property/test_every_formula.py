"""Laws that every scoring formula keeps, whichever file defines it."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.scoring import evaluate_case, formulas
from tests.effort import examples

FORMULAS = sorted(formulas().values(), key=lambda formula: formula.slug)
every_formula = pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.slug)
quick = settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])


CENT = Decimal("0.01")
PANEL = ["80", "75", "90"]
DRAW = {"seed": "07" * 32, "nonce": "0102", "purpose": "law"}


def bid_lists(formula):
    rate = formula.slug == "discount_rate_ratio"
    fen = st.integers(0, 9_999) if rate else st.integers(1, 10**12)
    close = st.integers(80_000_00, 120_000_00)
    price = (fen if rate else fen | close).map(lambda n: f"{Decimal(n) / 100:.2f}")
    return st.lists(price, min_size=1, max_size=12).map(
        lambda prices: [bid(formula, n, price) for n, price in enumerate(prices, 1)]
    )


def bid(formula, number, price):
    """One bid with what the formula needs besides; equal prices bring equal scores."""
    made = {"name": f"投标人{number:02}"}
    if formula.priced:
        made["price"] = price
    if formula.needs:
        made["scores"] = {"experts": dict.fromkeys(formula.needs, PANEL)}
    return made


def evaluated(formula, bids, params):
    return formula.score(bids, params, **({"draw": DRAW} if formula.drawn else {}))


def param_values(formula):
    def between(param):
        low, high = Decimal(param.low), min(Decimal(param.high), Decimal(10) ** 9)
        low, high = low.quantize(CENT, ROUND_CEILING), high.quantize(CENT, ROUND_FLOOR)
        number = st.integers(int(low), int(high)).map(Decimal)
        if not param.whole:
            number = st.decimals(low, high, places=2)
        return st.none() | number.map(lambda value: f"{value:f}")

    drawn = st.fixed_dictionaries({param.name: between(param) for param in formula.params})
    return drawn.map(lambda values: {k: v for k, v in values.items() if v is not None})


@every_formula
@quick
@given(data=st.data())
def test_the_order_of_bids_is_irrelevant(formula, data):
    bids, params = data.draw(bid_lists(formula)), data.draw(param_values(formula))
    shuffled = data.draw(st.permutations(bids))
    assert evaluated(formula, bids, params) == evaluated(formula, shuffled, params)


@every_formula
@quick
@given(data=st.data())
def test_scores_stay_between_nothing_and_full_marks(formula, data):
    bids, params = data.draw(bid_lists(formula)), data.draw(param_values(formula))
    answer = evaluated(formula, bids, params)
    full = Decimal(formula.case(params).get("curve", {"full": "100"})["full"])
    assert all(0 <= Decimal(score) <= full <= 100 for score in answer["price_scores"].values())


@every_formula
@quick
@given(data=st.data())
def test_the_same_input_gives_the_same_answer(formula, data):
    bids, params = data.draw(bid_lists(formula)), data.draw(param_values(formula))
    answer = evaluated(formula, bids, params)
    assert answer == evaluated(formula, bids, params)
    named = {"formula": formula.slug, "params": params, "bids": bids}
    assert evaluate_case(named | ({"draw": DRAW} if formula.drawn else {})) == answer


@every_formula
@quick
@given(data=st.data())
def test_equal_prices_rank_equally_and_everybody_is_ranked_or_out_once(formula, data):
    bids, params = data.draw(bid_lists(formula)), data.draw(param_values(formula))
    answer = evaluated(formula, bids, params)
    told = [line["bidder"] for part in ("ranking", "invalid") for line in answer[part]]
    assert sorted(told) == [b["name"] for b in bids]
    ranks = {line["bidder"]: line["rank"] for line in answer["ranking"]}
    for one in bids:
        for other in bids:
            if one.get("price") == other.get("price"):
                assert ranks.get(one["name"]) == ranks.get(other["name"])


@every_formula
@quick
@given(data=st.data())
def test_a_better_price_never_scores_less_where_the_formula_says_so(formula, data):
    if not formula.monotone:
        return
    answer = evaluated(formula, data.draw(bid_lists(formula)), data.draw(param_values(formula)))
    sign = -1 if formula.steps(formula.checked()).get("direction") == "high" else 1
    ranks = {line["bidder"]: line["rank"] for line in answer["ranking"]}
    prices = {n: sign * Decimal(price) for n, price in answer["evaluated_prices"].items()}
    scores = answer["price_scores"] or dict.fromkeys(prices, "0")
    strictly = not answer["price_scores"] or "price_low" in answer["tie_break"]
    for one, better in prices.items():
        for other, worse in prices.items():
            if better < worse:
                assert Decimal(scores[one]) >= Decimal(scores[other])
                assert ranks[one] < ranks[other] + (not strictly)


@every_formula
@quick
@given(data=st.data())
def test_every_number_of_the_answer_has_a_line_in_the_trace(formula, data):
    answer = evaluated(formula, data.draw(bid_lists(formula)), data.draw(param_values(formula)))
    scored = {(s["bidder"], s["result"]) for s in answer["trace"] if s["step"] == "curve"}
    assert set(answer["price_scores"].items()) <= scored
    totals = {(s["bidder"], s["result"]) for s in answer["trace"] if s["step"] == "totals"}
    assert set(answer["totals"].items()) == totals


@every_formula
@quick
@given(data=st.data(), factor=st.integers(2, 1000))
def test_prices_in_another_unit_score_the_same_where_the_formula_says_so(formula, data, factor):
    if not formula.scale_free:
        return
    bids, params = data.draw(bid_lists(formula)), data.draw(param_values(formula))
    scaled = [b | {"price": f"{Decimal(b['price']) * factor:f}"} for b in bids]
    one, other = evaluated(formula, bids, params), evaluated(formula, scaled, params)
    assert one["price_scores"] == other["price_scores"]
    assert one["totals"] == other["totals"]
    ranks = [[(r["rank"], r["bidder"]) for r in answer["ranking"]] for answer in (one, other)]
    assert ranks[0] == ranks[1]


@every_formula
@quick
@given(data=st.data())
def test_an_invalid_bid_changes_nothing_for_the_others(formula, data):
    """Whoever is above the ceiling is out of benchmark, draw and ranking as if never there."""
    bids = data.draw(bid_lists(formula))
    params = data.draw(param_values(formula))
    if not formula.priced or formula.slug == "discount_rate_ratio":
        return
    over = bid(formula, 99, "20000000000")
    limit = {"validity": {"ceiling": "10000000000"}} | ({"draw": DRAW} if formula.drawn else {})
    without, with_it = (formula.score(b, params, **limit) for b in (bids, [*bids, over]))
    for name in ("benchmark", "price_scores", "totals", "ranking", "excluded"):
        assert without[name] == with_it[name]
    out = {line["bidder"] for line in without["invalid"]}
    assert {line["bidder"] for line in with_it["invalid"]} == out | {over["name"]}


@every_formula
def test_every_formula_introduces_itself(formula):
    assert formula.title
    assert formula.explanation.endswith("。")
    assert formula.markets
    assert formula.checked() == {p.name: f"{Decimal(p.default):f}" for p in formula.params}

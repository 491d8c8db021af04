"""Any registered formula can stand in a document: it says what it fixes, and is tried out."""

from datetime import date
from decimal import Decimal

import pytest

from evaluation.offers import judging
from evaluation.scoring import LotTerms, ScoredBid, case_of, evaluate_case, formulas
from kernel.errors import Invalid
from trading.domain import formulas as chosen
from trading.domain import scheme, weighing
from trading.periods import RuleSet, Scope

JUDGING = judging("construction")
MARKS = {"tec": {"甲评委": Decimal(20), "乙评委": Decimal(20)}}
RULES = RuleSet(Scope(market="construction", subject="works", on=date(2026, 11, 27)))


def document(slug, **more):
    """Write a document that gives each part a formula needs its marks."""
    fixed = JUDGING.offers[slug].settle({})
    parts = list(fixed.needs) or ["technical"]
    left = 100 if fixed.weights else 100 - int(fixed.full)
    marks = [left - (len(parts) - 1) * 5, *[5] * (len(parts) - 1)]
    criteria = [
        {"code": part[:3], "part": part, "title": part, "full": str(full), "rule": "见附表"}
        for part, full in zip(parts, marks, strict=True)
    ]
    return {"method": "formula", "formula": {"slug": slug}, "criteria": criteria} | more


def refusal(given):
    with pytest.raises(Invalid) as refused:
        scheme.read(given, JUDGING)
    return refused.value.code


def test_every_formula_of_a_market_is_offered_beside_the_usual_ways():
    usual = {"drawn_factor_mean", "mean_deviation", "reviewed_lowest_price"}
    of_market = {slug for slug, one in formulas().items() if "construction" in one.markets}
    assert set(JUDGING.offers) == of_market - usual
    assert len(JUDGING.offers) == 13


@pytest.mark.parametrize("slug", sorted(JUDGING.offers))
def test_every_formula_scores_a_document_of_its_own(slug):
    read = scheme.read(document(slug), JUDGING)
    assert scheme.read(read, JUDGING) == read
    assert sum(scheme.part_totals(read).values()) == 100
    assert weighing.findings(read, RULES) == []
    assert scheme.title_of(read) == formulas()[slug].title
    JUDGING.rehearse(read)


def test_further_rules_are_said_once_and_in_words():
    options = {
        "experts": {"drop_highest": 1, "drop_lowest": 1, "from_members": 5},
        "rounding": {"score_decimals": 3, "mode": "down"},
        "outliers": {"lowest_below_second_pct": "20", "then": "exclude_from_benchmark"},
        "tie_break": ["technical_high", "draw"],
        "partial_pct": "floor",
    }
    read = scheme.read(document("second_mean", options=options), JUDGING)
    JUDGING.rehearse(read)
    assert read["options"] == options
    assert [values for _title, values in chosen.said(read)] == [
        ["1"], ["1"], ["5"], ["3"], ["舍去尾数"], ["20"], ["不参与基准价计算"],
        ["技术部分得分高的在前", "公开抽签"], ["舍去不计"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "more", "code"),
    [
        ("second_mean", {"formula": {"slug": "of_no_file"}}, "scheme.formula"),
        (
            "second_mean",
            {"formula": {"slug": "second_mean", "params": {"full": "5"}}},
            "input.out_of_range",
        ),
        (
            "second_mean",
            {"formula": {"slug": "second_mean", "params": {"price": "5"}}},
            "input.unknown_key",
        ),
        (
            "abc_synthesis",
            {"formula": {"slug": "abc_synthesis", "params": {"control_price": "5"}}},
            "input.unknown_key",
        ),
        ("quality_and_cost", {"options": {"tie_break": ["draw"]}}, "scheme.fixed_by_formula"),
        ("mean_distance", {"options": {"partial_pct": "ceil"}}, "scheme.option_unused"),
        ("second_mean", {"options": {"mood": "good"}}, "scheme.option_unknown"),
        ("second_mean", {"options": {"experts": {"min_total": "5"}}}, "scheme.option_unknown"),
        ("second_mean", {"options": {"low_price": {"mean_share": "0.4"}}}, "input.out_of_range"),
        ("second_mean", {"options": {"experts": {"drop_highest": 11}}}, "input.not_whole"),
        ("second_mean", {"method": "reviewed_lowest", "options": {"tie_break": ["draw"]}},
         "scheme.option_unknown"),
    ],
)  # fmt: skip
def test_a_contradictory_choice_is_refused_by_code(slug, more, code):
    assert refusal(document(slug) | more) == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"tie_break": ["colour_high"]}, "evaluate.unknown_tie_break"),
        (
            {"outliers": {"lowest_below_second_pct": "1", "then": "invalid", "score": "3"}},
            "evaluate.outliers_contradict",
        ),
    ],
)
def test_what_cannot_be_scored_is_found_by_the_trial(options, code):
    read = scheme.read(document("second_mean", options=options), JUDGING)
    with pytest.raises(Invalid) as refused:
        JUDGING.rehearse(read)
    assert refused.value.code == code


def test_parts_that_a_formula_needs_or_never_counts_are_findings():
    def codes(given):
        return {one.code for one in weighing.findings(scheme.read(given, JUDGING), RULES)}

    whole = document("comprehensive_works")
    assert "scheme.part_missing" in codes(whole | {"criteria": whole["criteria"][:1]})
    weighed = document("quality_and_cost")
    extra = {"code": "B1", "part": "commercial", "title": "商务", "full": "5", "rule": "见附表"}
    found = codes(weighed | {"criteria": [*weighed["criteria"], extra]})
    assert "scheme.part_unused" in found


def test_a_formula_that_raises_scores_takes_nothing_off_the_price():
    raised = document("works_raised_score", deductions={"small_firm": "0.04"})
    read = scheme.read(raised, JUDGING)
    assert weighing.findings(read, RULES) == []
    bids = [
        ScoredBid("甲", Decimal(88), ("small_firm",), MARKS),
        ScoredBid("乙", Decimal(80), (), MARKS),
    ]
    case = case_of(read, bids, LotTerms(Decimal(100), arithmetic="construction"))
    assert "deductions" not in case
    answer = evaluate_case(case)
    scores = {row["bidder"]: row["evaluated_price"] for row in answer["ranking"]}
    assert scores == {"甲": "88.00", "乙": "80.00"}
    assert answer["components"]["price"] == {"甲": "28.36", "乙": "30.00"}
    dear = raised | {"deductions": {"small_firm": "0.10"}}
    assert [one.code for one in weighing.findings(scheme.read(dear, JUDGING), RULES)] == [
        "scheme.deduction"
    ]


def test_a_formula_of_the_lot_takes_the_limit_of_that_lot_and_counts_whole_percents():
    read = scheme.read(document("abc_synthesis", options={"partial_pct": "floor"}), JUDGING)
    bids = [ScoredBid("甲", Decimal(88), (), MARKS)]
    case = case_of(read, bids, LotTerms(Decimal(100), arithmetic="construction"))
    assert case["benchmark"]["parts"][0]["value"] == "100"
    assert case["curve"]["partial_pct"] == "floor"


def test_works_bought_by_procurement_have_their_own_rates():
    read = scheme.read({"method": "lowest_price", "deductions": {"small_firm": "0.04"}})
    bids = [ScoredBid("甲", Decimal(88), ("small_firm",))]
    told = [
        [one["code"] for one in evaluate_case(case_of(read, bids, terms))["warnings"]]
        for terms in (LotTerms(Decimal(100)), LotTerms(Decimal(100), subject="works"))
    ]
    assert ["rate_outside_rule" in codes for codes in told] == [True, False]


def test_the_documents_own_lines_of_low_prices_stay_within_the_rows():
    goods = RuleSet(Scope(subject="goods", on=date(2026, 11, 27)))

    def codes(line, rules):
        given = {"method": "lowest_price", "options": {"low_price": {"limit_share": line}}}
        return [one.code for one in weighing.findings(scheme.read(given), rules)]

    assert [codes(line, goods) for line in ("0.55", "0.65", "0.44", "0.66")] == [
        [], [], ["scheme.low_price_line"], ["scheme.low_price_line"],
    ]  # fmt: skip
    assert codes("0.55", RULES) == ["scheme.low_price_none"]

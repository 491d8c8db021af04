"""Each step of the pipeline: what it refuses, what it warns of, and how it breaks ties."""

import pytest

from evaluation.pipeline import evaluate
from evaluation.scoring import evaluate_case, formulas
from kernel.errors import Invalid

BIDS = [
    {"name": "甲", "price": "100"},
    {"name": "乙", "price": "110"},
    {"name": "丙", "price": "120"},
]
LOWEST = {"benchmark": {"kind": "lowest"}, "curve": {"kind": "ratio", "full": "30"}}
WORKS = {"market": "construction", "bids": BIDS}
ALL = {"from_bids": 1, "high": 1}
DRAW = {"seed": "00" * 32, "nonce": "07", "purpose": "p"}
MEAN = WORKS | {"benchmark": {"kind": "mean"}}


def mean_of(**rule):
    return WORKS | {"benchmark": {"kind": "mean"} | rule}


def codes(answer):
    return [warning["code"] for warning in answer["warnings"]]


def ranks(answer):
    return {line["bidder"]: line["rank"] for line in answer["ranking"]}


def scored(**scores):
    return [{"name": name, "scores": given} for name, given in scores.items()]


def criteria(*given):
    return [{"code": "T", "full": "10"}, {"code": "O", "full": "5", "kind": "objective"}][
        : len(given)
    ]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"bids": []}, "evaluate.no_bids"),
        ({"bids": [BIDS[0], BIDS[0]]}, "evaluate.bidder_twice"),
        ({"bids": [BIDS[0], {"name": "丁"}]}, "evaluate.price_missing"),
        ({"bids": [{"name": "丁"}]}, "evaluate.nothing_to_evaluate"),
        ({"bids": [{"name": "丁", "price": "0"}]}, "evaluate.price_absurd"),
        ({"bids": [{"name": "丁", "price": "-5"}]}, "input.out_of_range"),
        ({"bids": [{"name": "丁", "price": 5}]}, "input.not_decimal"),
        ({"bids": [{"name": "丁", "price": "1e5"}]}, "input.not_decimal"),
        ({"bids": BIDS, "flavour": "x"}, "input.unknown_key"),
        ({"bids": BIDS, "bonus": [{"rate": "0", "capped": "yes"}]}, "input.not_flag"),
        ({"bids": [BIDS[0] | {"colour": "x"}]}, "input.unknown_key"),
        ({"bids": BIDS, "market": "moon"}, "input.not_allowed"),
        ({"bids": BIDS, "curve": {"kind": "ratio", "full": "30"}}, "evaluate.no_benchmark"),
        ({"bids": BIDS, "benchmark": {"kind": "given"}}, "input.missing_key"),
        ({"bids": BIDS, "weights": {"price": "0.5"}}, "evaluate.weights_sum"),
        ({"bids": BIDS, "weights": {"price": "1"}}, "evaluate.weight_without_score"),
        (
            {"bids": BIDS, "benchmark": {"kind": "mean", "trim_share": "0.2"}},
            "evaluate.trim_forbidden",
        ),
        (
            {"bids": BIDS, "benchmark": {"kind": "mean", "trim": [{"from_bids": 2, "high": 1}]}},
            "evaluate.trim_forbidden",
        ),
        (
            LOWEST | {"bids": BIDS, "curve": {"kind": "ratio", "full": "30", "min": "31"}},
            "evaluate.curve_upside_down",
        ),
        (
            LOWEST | {"bids": [BIDS[0] | {"scores": {"price": "1"}}]},
            "evaluate.price_score_given",
        ),
        (
            {"bids": BIDS, "deductions": [{"kind": "x", "rate": "0.1", "applies_to": ["戊"]}]},
            "evaluate.unknown_bidder",
        ),
        (
            {
                "bids": BIDS,
                "deductions": [{"kind": "x", "rate": "0.1", "applies_to": ["甲"]}] * 2,
            },
            "evaluate.deduction_twice",
        ),
        (
            {
                "bids": BIDS,
                "deductions": [
                    {"kind": "x", "rate": "0.6", "applies_to": ["甲"]},
                    {"kind": "y", "rate": "0.5", "applies_to": ["甲"]},
                ],
            },
            "evaluate.deduction_too_large",
        ),
        (
            {"bids": BIDS, "corrections": [{"bidder": "甲", "amount": "-100"}]},
            "evaluate.price_absurd",
        ),
        (
            {"bids": BIDS, "monetised": [{"field": "months", "base": "1"}]},
            "evaluate.fact_missing",
        ),
        (
            {"bids": [{"name": "丁", "price": "5", "sheet": {"figures": "6"}}]},
            "evaluate.price_contradicts_sheet",
        ),
        ({"bids": [{"name": "丁", "sheet": {"lines": []}}]}, "arithmetic.no_price"),
        (LOWEST | {"price_form": "rate", "bids": BIDS}, "evaluate.price_absurd"),
        (
            WORKS | {"benchmark": {"kind": "mean", "only": ["甲"], "trim": [ALL]}},
            "evaluate.benchmark_empty",
        ),
        (
            {
                "market": "construction",
                "bids": BIDS,
                "validity": {"ceiling": "115"},
                "benchmark": {
                    "kind": "weighted",
                    "parts": [{"of": "bid", "bidder": "丙", "share": "1"}],
                },
            },
            "evaluate.drawn_bid_invalid",
        ),
        ({"bids": scored(甲={"experts": {"technical": []}})}, "evaluate.no_members"),
        (
            {"bids": scored(甲={"technical": "1"}, 乙={"commercial": "1"})},
            "evaluate.component_missing",
        ),
        (
            {"bids": scored(甲={"technical": "1", "experts": {"technical": ["1"]}})},
            "evaluate.score_twice",
        ),
        ({"criteria": criteria(1), "bids": [{"name": "甲", "price": "5"}]}, "evaluate.no_members"),
        (
            {"criteria": criteria(1), "bids": [{"name": "甲", "marks": {"T": {"吴": "11"}}}]},
            "evaluate.mark_out_of_range",
        ),
        (
            {
                "criteria": criteria(1, 2),
                "bids": [{"name": "甲", "marks": {"T": {"吴": "1", "郑": "1"}, "O": {"吴": "1"}}}],
            },
            "evaluate.mark_missing",
        ),
        (
            {"criteria": criteria(1), "bids": [{"name": "甲", "marks": {"X": {"吴": "1"}}}]},
            "evaluate.unknown_criterion",
        ),
        (
            {
                "criteria": criteria(1, 2),
                "bids": [
                    {
                        "name": "甲",
                        "marks": {"T": {"吴": "1", "郑": "1"}, "O": {"吴": "1", "郑": "2"}},
                    }
                ],
            },
            "evaluate.objective_mismatch",
        ),
        (
            {"bids": scored(甲={"t": "1"}, 乙={"t": "1"}), "tie_break": ["luck"]},
            "evaluate.unknown_tie_break",
        ),
        (
            {"bids": scored(甲={"t": "1"}, 乙={"t": "1"}), "tie_break": ["price_low"]},
            "evaluate.unknown_tie_break",
        ),
        (
            {
                "bids": scored(甲={"t": "1"}, 乙={"t": "1"}),
                "tie_break": ["draw"],
                "draw": {"seed": "zz", "nonce": "00", "purpose": "p"},
            },
            "draw.not_hex",
        ),
        # contradictory rules
        (WORKS | {"validity": {"ceiling": "100", "floor": "101"}}, "evaluate.limits_crossed"),
        (WORKS | {"validity": {"max_over_reference_pct": "5"}}, "evaluate.reference_missing"),
        (
            {"criteria": [{"code": "T", "full": "1"}] * 2, "bids": scored(甲={"t": "1"})},
            "evaluate.criterion_twice",
        ),
        ({"bids": [BIDS[0] | {"marks": {"T": {"吴": "1"}}}]}, "evaluate.marks_without_criteria"),
        (
            MEAN | {"outliers": {"then": "invalid", "score": "5"}},
            "evaluate.outliers_contradict",
        ),
        (WORKS | {"outliers": {"lowest_below_second_pct": "5"}},
         "evaluate.outliers_without_benchmark"),
        (
            MEAN | {"outliers": {"score": "31"}, "curve": {"kind": "linear", "full": "30"}},
            "evaluate.score_over_full",
        ),
        (mean_of(trim=[ALL, ALL]), "evaluate.trim_twice"),
        (mean_of(trim=[ALL], trim_share="0.1"), "evaluate.trim_twice"),
        (mean_of(factor="0.9", factor_drawn_from=["0.9", "0.8"]), "evaluate.factor_twice"),
        (mean_of(only=["甲"], drawn_bids=1), "evaluate.subset_twice"),
        (mean_of(entering="opened") | {"price_form": "rate"}, "evaluate.opened_rates"),
        (mean_of(trim=[{"from_bids": 1, "high": 5}]), "evaluate.benchmark_empty"),
        (mean_of(trim=[{"from_bids": 1, "high": 2, "low": 2}]), "evaluate.benchmark_empty"),
        (mean_of(drawn_bids=2), "evaluate.draw_missing"),
        (mean_of(factor_drawn_from=["0.9", "0.90"]) | {"draw": DRAW}, "draw.duplicate_candidate"),
        (mean_of(band={"lowest_share": "0.85"}), "evaluate.ceiling_missing"),
        (
            mean_of(band={"lowest_share": "0.9", "highest_share": "0.8"})
            | {"validity": {"ceiling": "200"}},
            "evaluate.band_crossed",
        ),
        (
            mean_of(band={"lowest_share": "0.9"}) | {"validity": {"ceiling": "200"}},
            "evaluate.benchmark_empty",
        ),
        (mean_of(parts=[{"of": "lowest", "share": "1"}]), "evaluate.parts_unused"),
        (mean_of(kind="weighted"), "evaluate.parts_sum"),
        (
            mean_of(kind="weighted", parts=[{"of": "lowest", "share": "0.4"}] * 2),
            "evaluate.parts_sum",
        ),
        (
            mean_of(kind="weighted", parts=[{"of": "drawn_bid", "share": "0.5"}] * 2)
            | {"draw": DRAW},
            "evaluate.drawn_bid_twice",
        ),
        (LOWEST | {"bids": BIDS, "direction": "high"}, "evaluate.benchmark_backward"),
        (
            {"bids": BIDS, "benchmark": {"kind": "highest"}, "curve": LOWEST["curve"]},
            "evaluate.benchmark_backward",
        ),
        (
            LOWEST | {"bids": BIDS, "criteria": [{"code": "T", "component": "price", "full": "1"}]},
            "evaluate.price_score_given",
        ),
        (
            {
                "bids": [{"name": "甲", "price": "0.04"}],
                "benchmark": {"kind": "lowest", "decimals": 1},
            },
            "evaluate.benchmark_zero",
        ),
        # adjustments of what is not there
        ({"bids": scored(甲={"t": "1"}), "corrections": [{"bidder": "甲", "amount": "1",
          "confirmed": True}]}, "evaluate.nothing_to_adjust"),
        (
            {
                "bids": scored(甲={"t": "1"}),
                "deductions": [{"kind": "x", "rate": "0.1", "applies_to": ["甲"]}],
            },
            "evaluate.nothing_to_adjust",
        ),
        ({"bids": BIDS, "bonus": [{"rate": "0.1", "applies_to": ["甲"]}]},
         "evaluate.bonus_without_score"),
        ({"bids": BIDS, "bonus": [{"points": "-1", "applies_to": ["甲"], "of": "total"}]},
         "evaluate.bonus_without_score"),
        (
            {
                "bids": scored(
                    甲={"experts": {"t": ["1", "2", "3"]}}, 乙={"experts": {"t": ["1", "2"]}}
                )
            },
            "evaluate.members_differ",
        ),
        # a small case must not cost hours
        ({"bids": BIDS, "monetised": [{"field": "m", "base": "1"}] * 21}, "input.too_long"),
        ({"bids": BIDS, "tie_break": ["price_low"] * 51}, "input.too_long"),
        # a chain is checked although nobody is equal
        ({"bids": scored(甲={"t": "1"}, 乙={"t": "2"}), "tie_break": ["luck"]},
         "evaluate.unknown_tie_break"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(case, code):
    with pytest.raises(Invalid) as refusal:
        evaluate(case)
    assert refusal.value.code == code
    assert refusal.value.text()


@pytest.mark.parametrize(
    ("validity", "invalid"),
    [
        ({"ceiling": "110"}, [("丙", "above_ceiling", "R05")]),
        ({"floor": "110"}, [("甲", "below_floor", "R15")]),
        (
            {"reference": "110", "max_over_reference_pct": "5"},
            [("丙", "above_reference", "R15")],
        ),
        (
            {"reference": "110", "max_under_reference_pct": "5"},
            [("甲", "below_reference", "R15")],
        ),
        (
            {"reference": "100", "max_over_reference_pct": "20", "max_under_reference_pct": "0"},
            [],
        ),
    ],
)
def test_a_price_on_the_limit_is_inside_and_beyond_it_invalid(validity, invalid):
    answer = evaluate(WORKS | {"validity": validity})
    assert [(i["bidder"], i["code"], i["clause"]) for i in answer["invalid"]] == invalid
    assert set(ranks(answer)) == {"甲", "乙", "丙"} - {i[0] for i in invalid}


def test_an_invalid_bid_never_sets_the_benchmark():
    answer = evaluate(LOWEST | {"bids": BIDS, "validity": {"floor": "105"}})
    assert answer["benchmark"] == "110.00"


def test_nobody_valid_is_an_answer_not_a_crash():
    answer = evaluate(
        LOWEST | {"bids": BIDS, "validity": {"ceiling": "1"}, "weights": {"price": "1"}}
    )
    assert (answer["ranking"], answer["benchmark"], answer["totals"]) == ([], None, {})
    assert codes(answer) == ["nobody_valid"]


def test_a_confirmed_correction_changes_the_contract_price_and_another_does_not():
    corrections = [
        {"bidder": "甲", "amount": "2.7", "why": "漏项", "confirmed": True},
        {"bidder": "乙", "amount": "-20", "why": "付款条件"},
    ]
    answer = evaluate(WORKS | {"corrections": corrections})
    lines = {line["bidder"]: line for line in answer["ranking"]}
    assert lines["甲"]["contract_price"] == lines["甲"]["evaluated_price"] == "102.70"
    assert (lines["乙"]["contract_price"], lines["乙"]["evaluated_price"]) == ("110.00", "90.00")


@pytest.mark.parametrize(
    ("months", "partial", "price"),
    [
        ("16", "exact", "130.00"),
        ("15.2", "ceil", "130.00"),
        ("15.8", "floor", "100.00"),
        ("13.5", "exact", "70.00"),
        ("15", "exact", "100.00"),
    ],
)
def test_facts_are_priced_by_unit_before_and_after_the_base(months, partial, price):
    rule = {
        "field": "months",
        "base": "15",
        "per_unit_early": "-20",
        "per_unit_late": "30",
        "partial": partial,
    }
    bids = [{"name": "甲", "price": "100", "facts": {"months": months}}]
    answer = evaluate({"market": "construction", "monetised": [rule], "bids": bids})
    assert answer["evaluated_prices"] == {"甲": price}


def test_a_comparison_below_nothing_ranks_as_any_other_and_stops_nobody():
    rule = {"field": "months", "base": "15", "per_unit_early": "-20", "per_unit_late": "30"}
    bids = [
        {"name": "甲", "price": "100", "facts": {"months": "5"}},
        {"name": "乙", "price": "90", "facts": {"months": "15"}},
    ]
    answer = evaluate({"market": "construction", "monetised": [rule], "bids": bids})
    assert answer["evaluated_prices"] == {"甲": "-100.00", "乙": "90.00"}
    assert [row["bidder"] for row in answer["ranking"]] == ["甲", "乙"]
    assert answer["ranking"][0]["contract_price"] == "100.00"
    assert "evaluated_below_zero" in [one["code"] for one in answer["warnings"]]


def test_facts_without_a_price_price_nothing():
    case = {"monetised": [{"field": "months", "base": "15"}], "bids": scored(甲={"t": "1"})}
    assert evaluate(case)["evaluated_prices"] == {}


def test_priced_facts_of_an_invalid_bid_are_not_needed():
    rule = {"field": "months", "base": "15"}
    bids = [{"name": "甲", "price": "100", "facts": {"months": "15"}}, BIDS[2]]
    case = {"monetised": [rule], "bids": bids, "validity": {"ceiling": "110"}}
    assert evaluate(case)["evaluated_prices"] == {"甲": "100.00"}


OUTLIERS = {"lowest_below_second_pct": "15", "highest_above_second_pct": "15"}


def test_outliers_leave_the_benchmark_with_the_score_the_document_fixes():
    prices = {"甲": "80", "乙": "100", "丙": "104", "丁": "130"}
    case = {
        "market": "construction",
        "outliers": OUTLIERS | {"score": "15"},
        "benchmark": {"kind": "mean"},
        "curve": {"kind": "deviation", "full": "60"},
        "bids": [{"name": n, "price": p} for n, p in prices.items()],
    }
    answer = evaluate(case)
    assert answer["benchmark"] == "102.00"
    assert [(e["bidder"], e["why"]) for e in answer["excluded"]] == [
        ("丁", "outlier_highest"),
        ("甲", "outlier_lowest"),
    ]
    assert (answer["price_scores"]["甲"], answer["price_scores"]["丁"]) == ("15", "15")
    case["outliers"] = OUTLIERS | {"then": "invalid"}
    assert {i["code"] for i in evaluate(case)["invalid"]} == {"outlier_lowest", "outlier_highest"}
    case["outliers"] = OUTLIERS
    assert evaluate(case)["price_scores"]["甲"] == "38.43"


def test_exactly_fifteen_percent_is_no_outlier_and_two_bids_have_none():
    case = WORKS | {"outliers": OUTLIERS, "benchmark": {"kind": "mean"}}
    on_the_line = [
        {"name": n, "price": p} for n, p in {"甲": "85", "乙": "100", "丙": "115"}.items()
    ]
    assert evaluate(case | {"bids": on_the_line})["excluded"] == []
    assert evaluate(case | {"bids": on_the_line[:2]})["excluded"] == []
    one_sided = case | {"outliers": {}}
    assert evaluate(one_sided)["excluded"] == []


@pytest.mark.parametrize(
    ("curve", "scores"),
    [
        ({"kind": "ratio"}, {"甲": "30.00", "乙": "30.00", "丙": "27.50"}),
        ({"kind": "linear"}, {"甲": "27.27", "乙": "30.00", "丙": "27.27"}),
        (
            {"kind": "coefficient", "per_pct_above": "2", "per_pct_below": "0.5"},
            {"甲": "28.64", "乙": "30.00", "丙": "24.55"},
        ),
        (
            {"kind": "deviation", "partial_pct": "ceil", "per_pct_above": "2"},
            {"甲": "20.00", "乙": "30.00", "丙": "10.00"},
        ),
        (
            {"kind": "deviation", "partial_pct": "floor", "per_pct_above": "2", "min": "15"},
            {"甲": "21.00", "乙": "30.00", "丙": "15.00"},
        ),
        (
            {"kind": "deviation", "max_deduct_above": "4", "max_deduct_below": "3"},
            {"甲": "27.00", "乙": "30.00", "丙": "26.00"},
        ),
    ],
)
def test_curves(curve, scores):
    case = WORKS | {"benchmark": {"kind": "mean"}, "curve": curve | {"full": "30"}}
    assert evaluate(case)["price_scores"] == scores


def test_selling_prefers_the_higher_price():
    case = {
        "market": "property",
        "direction": "high",
        "benchmark": {"kind": "highest"},
        "curve": {"kind": "ratio", "full": "100"},
        "bids": BIDS,
    }
    answer = evaluate(case)
    assert answer["price_scores"] == {"丙": "100.00", "乙": "91.67", "甲": "83.33"}
    assert ranks(answer) == {"丙": 1, "乙": 2, "甲": 3}


def test_the_reference_may_be_the_benchmark():
    case = WORKS | {"benchmark": {"kind": "reference", "reference": "105", "decimals": None}}
    assert evaluate(case)["benchmark"] == "105"


@pytest.mark.parametrize(
    ("rounding", "score"),
    [
        ({}, "29.27"),
        ({"score_decimals": 1}, "29.3"),
        ({"mode": "down"}, "29.26"),
        ({"score_decimals": None}, "29.268292682926…"),
    ],
)
def test_rounding_is_a_policy_and_is_printed(rounding, score):
    bids = [{"name": "甲", "price": "120"}, {"name": "乙", "price": "123"}]
    answer = evaluate(LOWEST | {"rounding": rounding, "bids": bids})
    assert answer["price_scores"]["乙"] == score
    assert answer["rounding"]["words"].startswith("得分")


def test_trimming_by_member_total_differs_from_trimming_by_item():
    marks = {
        "T": {"吴": "1", "郑": "5", "王": "9"},
        "U": {"吴": "9", "郑": "4", "王": "2"},
        "O": {"吴": "3", "郑": "3", "王": "3"},
    }
    case = {
        "criteria": [*criteria(1, 2), {"code": "U", "full": "10"}],
        "experts": {"drop_highest": 1, "drop_lowest": 1},
        "bids": [{"name": "甲", "marks": marks}],
    }
    assert evaluate(case)["totals"] == {"甲": "12.00"}  # 5 + 4 + 3
    case["experts"]["trim_level"] = "total"
    assert evaluate(case)["totals"] == {"甲": "13.00"}  # of 10, 9, 11: 10, and 3
    case["experts"]["from_members"] = 5
    assert evaluate(case)["totals"] == {"甲": "13.00"}  # nobody dropped: 10, and 3


def test_who_falls_short_of_the_minimum_is_out_before_prices_count():
    bids = [
        {"name": "甲", "price": "50", "scores": {"experts": {"technical": ["27", "28"]}}},
        {"name": "乙", "price": "110", "scores": {"experts": {"technical": ["30", "32"]}}},
    ]
    answer = evaluate(LOWEST | {"experts": {"min_total": "28"}, "bids": bids})
    assert [(i["bidder"], i["code"]) for i in answer["invalid"]] == [("甲", "below_minimum_score")]
    assert answer["benchmark"] == "110.00"


def test_a_bonus_over_full_marks_is_warned_of_or_capped():
    case = LOWEST | {"bids": BIDS, "bonus": [{"rate": "0.04", "applies_to": ["甲", "乙"]}]}
    answer = evaluate(case)
    assert answer["price_scores"] == {"丙": "25.00", "乙": "28.36", "甲": "31.20"}
    assert codes(answer) == ["bonus_over_full"]
    case["bonus"][0] |= {"capped": True}
    assert evaluate(case)["price_scores"]["甲"] == "30.00"


def test_a_bonus_may_raise_the_total_and_passes_over_invalid_bids():
    case = {
        "market": "construction",
        "bids": scored(甲={"technical": "80"}),
        "bonus": [{"rate": "0.05", "applies_to": ["甲"], "of": "total"}],
    }
    assert evaluate(case)["totals"] == {"甲": "84.00"}
    case = LOWEST | {
        "bids": BIDS,
        "validity": {"ceiling": "115"},
        "bonus": [{"rate": "0.05", "applies_to": ["丙"]}],
    }
    assert set(evaluate(case)["price_scores"]) == {"甲", "乙"}


TIED = [
    {"name": "甲", "price": "100", "scores": {"technical": "50", "credit": "1"}},
    {"name": "乙", "price": "100", "scores": {"technical": "49", "credit": "2"}},
    {"name": "丙", "price": "100", "scores": {"technical": "49", "credit": "2"}},
]


def test_ties_follow_the_chain_and_say_what_broke_them():
    answer = evaluate({"bids": TIED, "tie_break": ["price_low", "technical_high"]})
    assert ranks(answer) == {"甲": 1, "丙": 2, "乙": 2}
    assert answer["ties"] == [
        {
            "bidders": ["丙", "乙", "甲"],
            "rank": 1,
            "broken_by": ["technical_high"],
            "joint": [["丙", "乙"]],
        }
    ]


def test_a_tie_is_broken_by_lot_only_with_a_published_draw():
    chain = {"bids": TIED, "tie_break": ["technical_high", "draw"]}
    waiting = evaluate(chain)
    assert ranks(waiting) == {"甲": 1, "丙": 2, "乙": 2}
    assert "draw_needed" in codes(waiting)
    drawn = evaluate(chain | {"draw": {"seed": "00" * 32, "nonce": "07", "purpose": "tie"}})
    assert sorted(ranks(drawn).values()) == [1, 2, 3]
    assert ranks(drawn)["甲"] == 1
    assert drawn["ties"][0]["joint"] == []


def test_in_procurement_equal_totals_go_by_the_lower_quote_unless_said_otherwise():
    bids = [
        {"name": "甲", "price": "120", "scores": {"technical": "50"}},
        {"name": "乙", "price": "100", "scores": {"technical": "50"}},
    ]
    answer = evaluate({"bids": bids})
    assert (ranks(answer), answer["tie_break"]) == ({"乙": 1, "甲": 2}, ["price_low"])
    works = evaluate({"bids": bids, "market": "construction"})
    assert (ranks(works), works["tie_break"]) == ({"乙": 1, "甲": 1}, [])
    by_score = evaluate(
        LOWEST | {"bids": [b | {"price": "100"} for b in bids], "tie_break": ["price_score_high"]}
    )
    assert ranks(by_score) == {"乙": 1, "甲": 1}


def test_a_missing_or_doubled_digit_is_warned_of_and_never_ranked_silently():
    low = [*BIDS[:2], {"name": "丙", "price": "12"}]
    assert codes(evaluate({"bids": low})) == ["price_ten_times_below"]
    high = [*BIDS[:2], {"name": "丙", "price": "1200"}]
    assert codes(evaluate({"bids": high})) == ["price_ten_times_above"]
    assert codes(evaluate({"bids": low, "far_share": "0.10"})) == []


def test_equal_everything_is_warned_of():
    same = [{"name": name, "price": "100"} for name in "甲乙丙"]
    assert codes(evaluate({"bids": same})) == ["all_prices_equal", "equal_totals"]


def test_rates_outside_the_law_and_too_few_bids_are_warned_of():
    case = {
        "deductions": [{"kind": "small_firm", "rate": "0.05", "applies_to": ["甲"]}],
        "bids": BIDS[:2],
    }
    assert codes(evaluate(case)) == ["rate_outside_rule", "fewer_than_three"]
    assert codes(evaluate(case | {"market": "construction"})) == ["fewer_than_three"]
    assert codes(evaluate(case | {"subject": "works"})) == ["fewer_than_three"]
    unknown = {"deductions": [{"kind": "local", "rate": "0.50", "applies_to": ["甲"]}]}
    assert codes(evaluate(case | unknown)) == ["fewer_than_three"]


@pytest.mark.parametrize(
    ("subject", "kind", "lawful", "over"),
    [
        ("goods", "small_firm", ("0.10", "0.20"), "0.21"),
        ("services", "consortium", ("0.04", "0.06"), "0.07"),
        ("works", "small_firm", ("0.03", "0.05"), "0.06"),
        ("works", "consortium", ("0.01", "0.02"), "0.03"),
        ("goods", "domestic", ("0.20",), "0.21"),
    ],
)
def test_the_rates_that_are_lawful_are_those_of_the_rules(subject, kind, lawful, over):
    def told(rate):
        given = {"kind": kind, "rate": rate, "applies_to": ["甲"]}
        return codes(evaluate({"subject": subject, "deductions": [given], "bids": BIDS}))

    assert [told(rate) for rate in (*lawful, over)] == [
        *([] for _ in lawful),
        ["rate_outside_rule"],
    ]


def test_what_does_not_count_is_said():
    bids = [
        {"name": name, "price": "100", "scores": {"a": "1", "b": str(n)}}
        for n, name in enumerate("甲乙丙")
    ]
    answer = evaluate({"bids": bids, "weights": {"b": "1"}})
    assert codes(answer)[1:] == ["component_not_weighted", "price_not_scored"]


def test_a_low_price_review_needs_no_ceiling_and_one_bid_has_no_neighbour():
    answer = evaluate({"low_price_review": {}, "bids": BIDS[:1]})
    assert answer["low_price_reviews"] == []
    limit = {"low_price_review": {"limit": "1000", "limit_share": "0.65"}, "bids": BIDS}
    assert len(evaluate(limit)["low_price_reviews"]) == 3
    gone = limit | {"validity": {"ceiling": "1"}}
    assert evaluate(gone)["low_price_reviews"] == []
    unproven = {"unproven": ["丙"]}
    out = {"low_price_review": unproven, "bids": BIDS, "validity": {"ceiling": "115"}}
    assert [i["code"] for i in evaluate(out)["invalid"]] == ["above_ceiling"]


def test_a_case_may_name_a_formula_but_not_change_what_it_fixes():
    assert evaluate_case({"formula": "lowest_price_ratio", "bids": BIDS})["benchmark"] == "100.00"
    assert evaluate_case({"bids": BIDS}) == evaluate({"bids": BIDS})
    with pytest.raises(Invalid) as refusal:
        formulas()["lowest_price_ratio"].score(BIDS, {"full": "30"}, curve={"kind": "linear"})
    assert refusal.value.code == "evaluate.fixed_by_formula"
    with pytest.raises(Invalid) as refusal:
        formulas()["lowest_price_ratio"].score(BIDS, {"full": "5"})
    assert refusal.value.code == "input.out_of_range"


def test_only_prices_in_the_printed_band_form_the_benchmark_and_the_rest_stays_valid():
    band = {"lowest_share": "0.85", "highest_share": "1"}
    case = mean_of(band=band) | {"validity": {"ceiling": "120"}}
    answer = evaluate(case)
    assert answer["benchmark"] == "115.00"
    assert answer["excluded"] == [{"bidder": "甲", "why": "outside_band"}]
    assert answer["invalid"] == []
    assert set(ranks(answer)) == {"甲", "乙", "丙"}


def test_where_no_more_bids_are_left_than_are_drawn_all_enter_and_it_is_said():
    answer = evaluate(mean_of(drawn_bids=3) | {"draw": DRAW})
    assert answer["benchmark"] == "110.00"
    assert codes(answer) == ["all_bids_enter"]


def test_draws_of_one_case_are_independent_by_their_purpose():
    rule = {
        "kind": "weighted",
        "parts": [{"of": "drawn_bid", "share": "1"}],
        "factor_drawn_from": ["0.9", "0.8"],
    }
    answer = evaluate(WORKS | {"benchmark": rule, "draw": DRAW})
    lines = [step for step in answer["trace"] if step["step"] == "draw"]
    assert [line["inputs"]["purpose"] for line in lines] == ["p/factor", "p/bid"]
    assert len({line["inputs"]["commit"] for line in lines}) == 1


@pytest.mark.parametrize(
    ("points", "capped", "total"),
    [("-5", False, "75.00"), ("-90", False, "0.00"), ("30", True, "100.00"), ("5", False, "85.00")],
)
def test_points_are_added_or_taken_off_the_total_never_below_nothing(points, capped, total):
    case = {
        "market": "construction",
        "bids": scored(甲={"technical": "80"}),
        "bonus": [{"points": points, "applies_to": ["甲"], "of": "total", "capped": capped}],
    }
    assert evaluate(case)["totals"] == {"甲": total}


def test_a_discount_rate_that_leaves_nearly_nothing_is_warned_of():
    rates = [{"name": n, "price": p} for n, p in {"甲": "5", "乙": "6", "丙": "96"}.items()]
    assert codes(evaluate(LOWEST | {"price_form": "rate", "bids": rates})) == [
        "price_ten_times_below"
    ]


def test_names_that_look_alike_are_warned_of_and_both_are_ranked():
    names = ("A公司", "Ａ公司", "a 公司", "乙")
    bids = [{"name": name, "price": f"{100 + n}"} for n, name in enumerate(names)]
    answer = evaluate({"bids": bids})
    assert codes(answer) == ["names_alike"]
    assert len(answer["ranking"]) == 4


def test_ten_missing_digits_are_warned_of_on_either_side():
    far = [{"name": "甲", "price": "12"}, {"name": "乙", "price": "120000000000"}]
    assert set(codes(evaluate({"bids": far}))) == {
        "price_ten_times_below",
        "price_ten_times_above",
        "fewer_than_three",
    }


@pytest.mark.parametrize(("panel", "warned"), [(["1"], 1), (["1", "2"], 1), (["1", "2", "3"], 0)])
def test_a_panel_no_market_allows_is_warned_of(panel, warned):
    bids = scored(**{name: {"experts": {"t": panel}} for name in "甲乙丙"})
    assert codes(evaluate({"bids": bids})).count("panel_not_odd") == warned
    marks = {"T": {f"评委{n}": mark for n, mark in enumerate(panel)}}
    case = {"criteria": criteria(1), "bids": [{"name": n, "marks": marks} for n in "甲乙丙"]}
    assert codes(evaluate(case)).count("panel_not_odd") == warned


def test_facts_that_no_rule_prices_are_said_to_count_for_nothing():
    bids = [bid | {"facts": {"months": "12"}} for bid in BIDS]
    assert codes(evaluate({"bids": bids})) == ["fact_not_priced"]


def test_full_marks_that_do_not_make_a_hundred_are_warned_of():
    marks = {"T": dict.fromkeys("吴郑王", "5")}
    case = LOWEST | {"criteria": criteria(1), "bids": [bid | {"marks": marks} for bid in BIDS]}
    assert codes(evaluate(case)) == ["full_marks_sum"]
    weighted = case | {"weights": {"price": "0.6", "technical": "0.4"}}
    assert codes(evaluate(weighted)) == ["weighted_below_hundred"] * 2
    over = {"bids": scored(甲={"t": "101"}, 乙={"t": "1"}, 丙={"t": "2"})}
    assert codes(evaluate(over)) == ["total_over_hundred"]


def test_a_parameter_that_must_be_whole_is_not_rounded():
    with pytest.raises(Invalid) as refusal:
        formulas()["drawn_subset_mean"].score(BIDS, {"drawn_bids": "2.5"}, draw=DRAW)
    assert refusal.value.code == "evaluate.param_not_whole"


@pytest.mark.parametrize(("entering", "benchmark"), [("valid", "95.00"), ("opened", "105.00")])
def test_bids_put_out_enter_the_benchmark_only_where_the_document_says_so(entering, benchmark):
    bids = [
        {"name": "甲", "price": "90"},
        {"name": "乙", "price": "100"},
        {"name": "丙", "price": "125", "rejected": "工期 100% 不响应"},
        {"name": "丁", "price": "131"},
    ]
    rule = {"kind": "mean", "entering": entering}
    case = WORKS | {"benchmark": rule, "validity": {"ceiling": "130"}, "bids": bids}
    answer = evaluate(case)
    assert answer["benchmark"] == benchmark
    assert [(out["bidder"], out["code"], out["clause"]) for out in answer["invalid"]] == [
        ("丙", "review", "R15"),
        ("丁", "above_ceiling", "R05"),
    ]
    assert answer["invalid"][0]["reason"] == "工期 100% 不响应"
    assert ranks(answer) == {"甲": 1, "乙": 2}

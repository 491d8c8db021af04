"""The worked examples of the rulebook come out to the cent."""

import pytest

from evaluation.pipeline import evaluate
from evaluation.scoring import evaluate_case
from kernel.draw import draw

LOWEST = {"benchmark": {"kind": "lowest"}, "curve": {"kind": "ratio", "full": "30"}}
QUOTES = {"A": "1000000", "B": "1180000", "C": "920000"}


def bids(prices, **more):
    return [
        {"name": n, "price": p, **{k: v[n] for k, v in more.items()}} for n, p in prices.items()
    ]


def order(answer):
    return [(line["rank"], line["bidder"]) for line in answer["ranking"]]


def test_ex_01_lowest_price_is_the_benchmark():
    answer = evaluate(LOWEST | {"bids": bids(QUOTES)})
    assert answer["benchmark"] == "920000.00"
    assert answer["price_scores"] == {"A": "27.60", "B": "23.39", "C": "30.00"}
    line = next(s for s in answer["trace"] if s["step"] == "curve" and s["bidder"] == "B")
    assert line == {
        "step": "curve",
        "bidder": "B",
        "formula": "价格分 ＝ 满分 × 基准价 ÷ 评审价",
        "inputs": {"full": "30", "base": "920000.00", "price": "1180000"},
        "exact": "23.389830508474…",
        "result": "23.39",
        "rounding": "保留 2 位小数，四舍五入",
    }


def test_ex_02_small_firm_deductions_change_the_evaluated_price_only():
    answer = evaluate(
        LOWEST
        | {
            "deductions": [
                {"kind": "small_firm", "rate": "0.10", "applies_to": ["A"]},
                {"kind": "consortium", "rate": "0.04", "applies_to": ["B"]},
            ],
            "bids": bids(QUOTES),
        }
    )
    assert answer["evaluated_prices"] == {"A": "900000.00", "B": "1132800.00", "C": "920000.00"}
    assert answer["price_scores"] == {"A": "30.00", "B": "23.83", "C": "29.35"}
    assert answer["ranking"][0]["contract_price"] == "1000000.00"
    assert answer["warnings"] == []


def test_ex_03_deductions_are_added_not_multiplied():
    answer = evaluate(
        LOWEST
        | {
            "deductions": [
                {"kind": "small_firm", "rate": "0.10", "applies_to": ["X"]},
                {"kind": "domestic", "rate": "0.20", "applies_to": ["X", "Y"]},
            ],
            "bids": bids({"X": "1000000", "Y": "850000", "Z": "760000"}),
        }
    )
    assert answer["evaluated_prices"] == {"X": "700000.00", "Y": "680000.00", "Z": "760000.00"}
    assert answer["price_scores"] == {"X": "29.14", "Y": "30.00", "Z": "26.84"}


def test_ex_04_consultation_weighs_the_price():
    answer = evaluate(
        {
            "benchmark": {"kind": "lowest"},
            "curve": {"kind": "ratio", "full": "20"},
            "bids": bids({"A": "480000", "B": "500000", "C": "455000"}),
        }
    )
    assert answer["price_scores"] == {"A": "18.96", "B": "18.20", "C": "20.00"}
    technical = {name: {"technical": "70"} for name in "ABC"}
    named = {
        "formula": "consultation_score",
        "params": {"weight": "0.20"},
        "bids": bids({"A": "480000", "B": "500000", "C": "455000"}, scores=technical),
    }
    assert evaluate_case(named)["price_scores"] == answer["price_scores"]


def test_ex_05_works_raise_the_price_score_instead():
    case = {
        "market": "construction",
        "bonus": [{"rate": "0.04", "applies_to": ["A"]}],
        "bids": [{"name": "A", "scores": {"price": "26.40"}}],
    }
    assert evaluate(case)["price_scores"] == {"A": "27.46"}
    raised = {
        "formula": "works_raised_score",
        "bonus": [{"rate": "0.04", "applies_to": ["A"], "capped": True}],
        "bids": bids({"A": "1000000", "B": "880000"}),
    }
    answer = evaluate_case(raised)
    assert answer["price_scores"] == {"A": "27.46", "B": "30.00"}
    assert answer["evaluated_prices"]["A"] == "1000000.00"


def test_ex_06_comprehensive_score_is_the_sum_of_rounded_items():
    marks = {
        "A": ["42", "44", "41", "43", "45"],
        "B": ["38", "40", "39", "41", "40"],
        "C": ["35", "36", "34", "37", "35"],
    }
    scores = {
        name: {"commercial": commercial, "experts": {"technical": marks[name]}}
        for name, commercial in (("A", "16"), ("B", "18"), ("C", "14"))
    }
    answer = evaluate(LOWEST | {"bids": bids(QUOTES, scores=scores)})
    assert answer["components"]["technical"] == {"A": "43.00", "B": "39.60", "C": "35.40"}
    assert answer["totals"] == {"A": "86.60", "B": "80.99", "C": "79.40"}
    assert order(answer) == [(1, "A"), (2, "B"), (3, "C")]


def test_ex_07_experts_are_trimmed():
    marks = ["34.0", "36.5", "35.0", "33.0", "38.0", "35.5", "34.5"]
    bid = {"name": "A", "scores": {"experts": {"technical": marks}}}
    trimmed = {"experts": {"drop_highest": 1, "drop_lowest": 1}, "bids": [bid]}
    assert evaluate(trimmed)["totals"] == {"A": "35.10"}
    assert evaluate({"bids": [bid]})["totals"] == {"A": "35.21"}


def test_ex_08_reviewed_lowest_price_adds_what_the_document_prices():
    case = {
        "market": "construction",
        "corrections": [
            {"bidder": "甲", "amount": "12000", "why": "算术修正"},
            {"bidder": "甲", "amount": "85000", "why": "漏项"},
            {"bidder": "甲", "amount": "29400", "why": "预付款利息"},
        ],
        "monetised": [{"field": "days_late", "base": "0", "per_unit_late": "5000"}],
        "bids": [
            {"name": "甲", "price": "9800000", "facts": {"days_late": "10"}},
            {"name": "乙", "price": "9950000", "facts": {"days_late": "0"}},
        ],
    }
    answer = evaluate(case)
    assert answer["evaluated_prices"] == {"乙": "9950000.00", "甲": "9976400.00"}
    assert order(answer) == [(1, "乙"), (2, "甲")]
    assert answer["ranking"][1]["contract_price"] == "9800000.00"


FIVE = {"A": "9620000", "B": "9750000", "C": "9480000", "D": "9900000", "E": "9310000"}
TIERS = [{"from_bids": 5, "high": 1, "low": 1}, {"from_bids": 10, "high": 2, "low": 2}]
TWELVE = [str(n * 10_000) for n in (905, 918, 926, 931, 940, 945, 948, 952, 960, 971, 980, 995)]


@pytest.mark.parametrize(
    ("method", "rule", "result"),
    [
        ("M1", {"kind": "mean"}, "9612000.00"),
        ("M2", {"kind": "mean", "trim": TIERS}, "9616666.67"),
        (
            "M2b",
            {
                "kind": "mean",
                "trim": [{"from_bids": 4, "high": 1}, {"from_bids": 7, "high": 1, "low": 1}],
            },
            "9540000.00",
        ),
        ("M2c", {"kind": "mean", "trim_share": "0.20"}, "9616666.67"),
        (
            "M3",
            {"kind": "mixed", "reference": "9400000", "reference_share": "0.40", "trim": TIERS},
            "9530000.00",
        ),
        ("M4", {"kind": "mean", "trim": TIERS, "factor": "0.985"}, "9472416.67"),
        (
            "M5",
            {
                "kind": "weighted",
                "factor": "0.97",
                "parts": [
                    {"of": "given", "value": "9200000", "share": "0.5"},
                    {"of": "bid", "bidder": "A", "share": "0.3"},
                    {"of": "lowest", "share": "0.2"},
                ],
            },
            "9067560.00",
        ),
        (
            "M6",
            {
                "kind": "weighted",
                "parts": [{"of": "mean", "share": "0.5"}, {"of": "lowest", "share": "0.5"}],
            },
            "9461000.00",
        ),
        ("M6b", {"kind": "second_mean"}, "9395000.00"),
        ("M7", {"kind": "lowest"}, "9310000.00"),
    ],
)
def test_ex_09_benchmark_families(method, rule, result):
    answer = evaluate({"market": "construction", "benchmark": rule, "bids": bids(FIVE)})
    assert (method, answer["benchmark"]) == (method, result)


def test_ex_09_trim_of_twelve_and_drawn_subset():
    twelve = {price: price for price in TWELVE}
    case = {"market": "construction", "bids": bids(twelve)}
    trimmed = evaluate(case | {"benchmark": {"kind": "mean", "trim": TIERS}})
    assert trimmed["benchmark"] == "9466250.00"
    drawn = [p for p in twelve if p not in ("9180000", "9480000", "9710000")]
    rule = {"kind": "mean", "only": drawn, "trim": TIERS}
    assert evaluate(case | {"benchmark": rule})["benchmark"] == "9477142.86"
    rule["factor"] = "0.99"
    assert evaluate(case | {"benchmark": rule})["benchmark"] == "9382371.43"


DRAW = {"seed": "00" * 32, "purpose": "coefficient:GC-2026-0007"}


@pytest.mark.parametrize(
    ("method", "formula", "params", "nonce", "result"),
    [
        ("M2", "mean_deviation", {}, None, "9616666.67"),
        ("M2b", "upper_trimmed_mean", {}, None, "9540000.00"),
        ("M2c", "percent_trimmed_mean", {}, None, "9616666.67"),
        (
            "M3",
            "mixed_reference",
            {"reference": "10000000", "reference_down": "0.06", "reference_share": "0.40"},
            None,
            "9530000.00",
        ),
        ("M4", "mean_deviation", {"factor": "0.985"}, None, "9472416.67"),
        ("M4", "drawn_factor_mean", {"factor_from": "0.97"}, "000c", "9472416.67"),
        ("M5", "abc_synthesis", {"control_price": "10000000"}, "0005", "9067560.00"),
        ("M6", "mean_with_lowest", {}, None, "9461000.00"),
        ("M6b", "second_mean", {}, None, "9395000.00"),
        ("M7", "lowest_deviation", {}, None, "9310000.00"),
    ],
)
def test_ex_09_each_family_has_a_formula_with_a_name(method, formula, params, nonce, result):
    case = {"formula": formula, "params": params, "bids": bids(FIVE)}
    if nonce:
        case["draw"] = DRAW | {"nonce": nonce}
    assert (method, evaluate_case(case)["benchmark"]) == (method, result)


def test_ex_09_a_drawn_subset_is_repeated_by_the_draw_alone():
    given = DRAW | {"nonce": "003e"}
    case = {
        "formula": "drawn_subset_mean",
        "params": {"factor": "0.99"},
        "draw": given,
        "bids": bids({price: price for price in TWELVE}),
    }
    answer = evaluate_case(case)
    assert answer["benchmark"] == "9382371.43"
    line = answer["trace"][0]
    repeated = draw(
        line["inputs"]["candidates"].split("、"),
        seed=bytes.fromhex(given["seed"]),
        nonce=bytes.fromhex(given["nonce"]),
        purpose="coefficient:GC-2026-0007/subset",
        count=9,
    )
    assert line["inputs"]["commit"] == repeated.commit
    assert line["result"] == "、".join(repeated.drawn)
    left_out = [out["bidder"] for out in answer["excluded"] if out["why"] == "not_drawn"]
    assert left_out == ["9180000", "9480000", "9710000"]


@pytest.mark.parametrize(
    ("factor", "scores", "winner"),
    [
        ("1", {"A": "59.97", "B": "58.61", "C": "59.29", "D": "57.05", "E": "58.41"}, "A"),
        ("0.985", {"A": "58.44", "B": "57.07", "C": "59.92", "D": "55.49", "E": "59.14"}, "C"),
    ],
)
def test_ex_10_deviation_has_two_slopes_and_the_draw_changes_the_winner(factor, scores, winner):
    case = {
        "market": "construction",
        "benchmark": {"kind": "mean", "trim": TIERS, "factor": factor},
        "curve": {
            "kind": "deviation",
            "full": "60",
            "per_pct_above": "1.0",
            "per_pct_below": "0.5",
        },
        "bids": bids(FIVE),
    }
    answer = evaluate(case)
    assert answer["price_scores"] == scores
    assert answer["ranking"][0]["bidder"] == winner


def test_ex_10_other_preset():
    case = {
        "market": "construction",
        "benchmark": {"kind": "mean", "trim": TIERS},
        "curve": {
            "kind": "deviation",
            "full": "80",
            "per_pct_above": "0.6",
            "per_pct_below": "0.3",
        },
        "bids": bids(FIVE),
    }
    scores = evaluate(case)["price_scores"]
    assert [scores[name] for name in "ADE"] == ["79.98", "78.23", "79.04"]


def test_f11_distance_from_the_mean():
    case = {
        "market": "construction",
        "benchmark": {"kind": "given", "reference": "100"},
        "curve": {"kind": "linear", "full": "30"},
        "bids": bids({"A": "96", "B": "104", "C": "112"}),
    }
    assert evaluate(case)["price_scores"] == {"A": "28.80", "B": "28.80", "C": "26.40"}


def test_ex_11_abnormally_low_price_is_reviewed():
    case = {
        "validity": {"ceiling": "1200000"},
        "low_price_review": {},
        "bids": bids({"A": "1000000", "B": "950000", "C": "420000", "D": "880000"}),
    }
    answer = evaluate(case)
    assert answer["low_price_reviews"] == [
        {
            "bidder": "C",
            "price": "420000",
            "triggers": [
                {"rule": "next", "line": "440000.00"},
                {"rule": "limit", "line": "540000.00"},
            ],
        }
    ]
    assert [w["code"] for w in answer["warnings"]] == ["low_price_review"]
    unproven = evaluate(case | {"low_price_review": {"unproven": ["C"]}})
    assert [(i["bidder"], i["code"], i["clause"]) for i in unproven["invalid"]] == [
        ("C", "low_price_unproven", "R06")
    ]
    assert order(unproven) == [(1, "D"), (2, "B"), (3, "A")]


@pytest.mark.parametrize(
    "sheet",
    [
        {"figures": "10620.00", "lines": [{"quantity": "120", "unit_price": "85.50"}]},
        {"figures": "10620.00", "words": "壹万零贰佰陆拾元整"},
    ],
)
def test_ex_12_arithmetic_correction(sheet):
    case = {"bids": [{"name": "A", "price": "10620.00", "sheet": sheet}]}
    answer = evaluate(case)
    assert answer["corrections"][0]["corrected"] == "10260.00"
    assert answer["corrections"][0]["confirm"] is True
    assert answer["ranking"][0]["contract_price"] == "10260.00"


def test_ex_13_discount_rates_compare_what_is_left_to_pay():
    case = LOWEST | {"price_form": "rate", "bids": bids({"A": "6.50", "B": "8.20", "C": "5.00"})}
    answer = evaluate(case)
    assert answer["evaluated_prices"] == {"A": "93.50", "B": "91.80", "C": "95.00"}
    assert answer["price_scores"] == {"A": "29.45", "B": "30.00", "C": "28.99"}


def test_ex_16_talent_total():
    panel = ["86.2", "84.0", "88.5", "85.6", "83.1", "87.0", "85.2"]
    case = {
        "market": "talent",
        "experts": {"drop_highest": 1, "drop_lowest": 1},
        "weights": {"written": "0.60", "interview": "0.40"},
        "bids": [
            {"name": "考生一", "scores": {"written": "78.50", "experts": {"interview": panel}}}
        ],
    }
    answer = evaluate(case)
    assert answer["components"]["interview"] == {"考生一": "85.60"}
    assert answer["totals"] == {"考生一": "81.34"}
    named = {"formula": "written_and_interview", "bids": case["bids"]}
    assert evaluate_case(named)["totals"] == {"考生一": "81.34"}


def test_ex_18_an_outlying_mark_is_flagged():
    marks = dict(zip(("一", "二", "三", "四", "五"), ("20", "41", "43", "42", "38"), strict=True))
    case = {
        "criteria": [{"code": "T1", "title": "技术方案", "full": "50"}],
        "bids": [{"name": "A", "marks": {"T1": marks}}],
    }
    answer = evaluate(case)
    assert answer["mark_flags"] == [
        {
            "bidder": "A",
            "criterion": "T1",
            "member": "一",
            "mark": "20",
            "others_mean": "41.00",
            "share": "0.4200",
        }
    ]
    assert answer["warnings"][0]["code"] == "mark_outlier"


def test_ex_33_lowest_evaluated_price_leaves_a_tie_joint():
    case = {
        "deductions": [{"kind": "small_firm", "rate": "0.10", "applies_to": ["A"]}],
        "bids": bids({"A": "510000", "B": "470000", "C": "459000"}),
    }
    answer = evaluate(case)
    assert order(answer) == [(1, "A"), (1, "C"), (3, "B")]
    assert answer["ties"] == [
        {"bidders": ["A", "C"], "rank": 1, "broken_by": [], "joint": [["A", "C"]]}
    ]
    assert answer["ranking"][0]["contract_price"] == "510000.00"
    assert [w["code"] for w in answer["warnings"]] == ["equal_totals"]


def test_ex_34_works_total():
    scores = {"price": "59.97", "design": "24.50", "management": "8.00", "credit": "4.20"}
    case = {"market": "construction", "bids": [{"name": "A", "scores": scores}]}
    assert evaluate(case)["totals"] == {"A": "96.67"}
    rest = {name: {key: scores[key] for key in ("design", "management", "credit")} for name in FIVE}
    named = {"formula": "comprehensive_works", "bids": bids(FIVE, scores=rest)}
    answer = evaluate_case(named)
    assert answer["price_scores"]["A"] == "59.97"
    assert answer["totals"]["A"] == "96.67"
    assert answer["ranking"][0]["bidder"] == "A"


def test_quality_and_cost_are_weighed_and_the_technical_minimum_comes_first():
    scores = {
        name: {"technical": mark} for name, mark in zip("ABC", ("90", "80", "55"), strict=True)
    }
    case = {
        "formula": "quality_and_cost",
        "params": {"price_weight": "0.20", "least_technical": "60"},
        "bids": bids({"A": "1200000", "B": "1000000", "C": "500000"}, scores=scores),
    }
    answer = evaluate_case(case)
    assert answer["price_scores"] == {"A": "83.33", "B": "100.00"}
    assert answer["totals"] == {"A": "88.67", "B": "84.00"}
    assert [out["bidder"] for out in answer["invalid"]] == ["C"]

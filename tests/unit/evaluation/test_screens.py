"""Cartel screens: each by its formula, null where undefined, flags as leads."""

from decimal import Decimal
from statistics import mean, stdev

import pytest

from evaluation.likeness import jaccard, line_share
from evaluation.screens import run_screens
from kernel.errors import Invalid


def bids(*prices):
    return [{"name": f"投标人{n}", "price": price} for n, price in enumerate(prices)]


def screens(*prices, **more):
    return run_screens({"bids": bids(*prices), **more})


def codes(answer):
    return [flag["code"] for flag in answer["flags"]]


def test_each_screen_is_its_formula():
    prices = [100.0, 104.0, 111.0, 115.0, 131.0]
    answer = screens(*(f"{price:.2f}" for price in prices))
    n, m, s = len(prices), mean(prices), stdev(prices)
    third = sum(((p - m) / s) ** 3 for p in prices)
    fourth = sum(((p - m) / s) ** 4 for p in prices)
    expected = {
        "cv": s / m,
        "spd": 31 / 100,
        "diffp": 4 / 100,
        "rd": 4 / stdev(prices[1:]),
        "rdnor": 4 / (31 / 4),
        "rdalt": 4 / (27 / 3),
        "skew": n / ((n - 1) * (n - 2)) * third,
        "kurt": n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth
        - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)),
    }
    assert {name: float(answer[name]) for name in expected} == pytest.approx(expected, abs=1e-6)
    assert {step["step"]: step["result"] for step in answer["trace"]} == {
        name: answer[name] for name in expected
    }


def test_ex_25_regular_gaps_are_flagged():
    answer = screens("9100000", "9195000", "9290500", "9385000")
    flag = next(flag for flag in answer["flags"] if flag["code"] == "regular_gaps")
    assert (flag["value"], flag["limit"]) == ("0.004297", "0.01")


def test_ex_27_clustered_prices_are_flagged():
    answer = screens("9520000", "9540000", "9560000")
    flag = next(flag for flag in answer["flags"] if flag["code"] == "clustering")
    assert (flag["value"], flag["limit"]) == ("0.004193", "0.005")
    assert answer["pattern"] == {"constant_difference": "20000", "constant_ratio": None}


def test_a_constant_ratio_is_named():
    answer = screens("100", "110", "121")
    assert answer["pattern"] == {"constant_difference": None, "constant_ratio": "1.1"}
    assert "regular_ratios" in codes(answer)


def test_honest_prices_are_not_flagged():
    assert codes(screens("100", "108", "131", "160")) == []


def test_an_isolated_lowest_price_is_flagged_and_limits_are_the_readers():
    answer = screens("100", "130", "131", "140")
    assert codes(answer) == ["isolated_lowest"]
    assert codes(screens("100", "130", "131", "140", limits={"isolated_lowest": "9"})) == []


@pytest.mark.parametrize(
    ("prices", "defined"),
    [
        (["5"], set()),
        (["5", "6"], {"cv", "spd", "diffp"}),
        (["5", "5", "5"], {"cv", "spd", "diffp"}),
        (["5", "6", "6"], {"cv", "spd", "diffp", "rdnor", "skew"}),
        (["5", "6", "7"], {"cv", "spd", "diffp", "rd", "rdnor", "rdalt", "skew"}),
    ],
)
def test_what_is_undefined_is_null_and_says_why(prices, defined):
    answer = screens(*prices)
    names = ("cv", "spd", "diffp", "rd", "rdnor", "rdalt", "skew", "kurt")
    assert {name for name in names if answer[name] is not None} == defined
    assert set(answer["undefined"]) == set(names) - defined
    assert all(answer["undefined"].values())


def test_equal_prices_are_one_flag_not_five():
    assert codes(screens("5", "5", "5")) == ["equal_prices"]
    assert codes(screens("5", "6")) == []


def test_earlier_tenders_are_screened_too_and_their_median_stands_beside():
    past = [
        {"name": "2024", "bids": bids("100", "120", "140")},
        {"name": "2025", "bids": bids("100", "110", "120")},
    ]
    answer = screens("100", "101", "102", history=past)
    assert [line["spd"] for line in answer["history"]] == ["0.400000", "0.200000"]
    assert answer["median_of_history"]["spd"] == "0.300000"
    assert answer["median_of_history"]["kurt"] is None


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"bids": []}, "screens.no_bids"),
        ({"bids": bids("1") * 2}, "screens.bidder_twice"),
        ({"bids": bids("0")}, "input.out_of_range"),
        ({"bids": bids("1"), "limits": {"x": "1"}}, "input.unknown_key"),
    ],
)
def test_what_makes_no_sense_is_refused(case, code):
    with pytest.raises(Invalid) as refusal:
        run_screens(case)
    assert refusal.value.code == code


# --- pairs of bids ---


def numbered(count, kind=""):
    return frozenset(f"{kind}{n:07d}" for n in range(count))


def test_ex_26_texts_that_share_much_are_pointed_at():
    first, second = numbered(1240), numbered(930) | numbered(250, "其")
    assert (len(first), len(second), len(first & second)) == (1240, 1180, 930)
    assert f"{jaccard(first, second):.3f}" == "0.624"


def test_alike_texts_are_yellow_same_texts_red_and_the_document_counts_for_neither():
    document = "投标人应当具有独立承担民事责任的能力，并提供最近一年的审计报告。"
    own = {
        "甲": "我公司项目经理张工常驻现场，每周例会通报进度。",
        "乙": "本单位派驻五名工程师，按月巡检设备。",
    }
    given = [{"name": name, "price": "100", "text": [document, text]} for name, text in own.items()]
    answer = run_screens({"bids": given, "document": [document]})
    assert answer["pairs"] == [{"bidders": ["乙", "甲"], "text": "0.000000", "lines": None}]
    copied = [*given[:1], {"name": "丙", "price": "101", "text": [own["甲"]]}]
    flags = run_screens({"bids": copied, "document": [document]})["flags"]
    assert [(f["code"], f["bidders"]) for f in flags] == [("same_text", ["丙", "甲"])]
    half = [*given[:1], {"name": "丁", "price": "101", "text": [own["甲"][:14]]}]
    assert run_screens({"bids": half, "document": [document]})["flags"] == []
    lower = {"alike_text": "0.4"}
    flags = run_screens({"bids": half, "document": [document], "limits": lower})["flags"]
    assert [(f["code"], f["value"]) for f in flags] == [("alike_text", "0.437500")]


def test_ex_28_lines_in_one_ratio_are_pointed_at_from_twenty_lines_on():
    ratios = ["1.0200", "1.0200", "1.0201", "1.0199", "1.0350"]
    first = [Decimal(100 + n) for n in range(20)]
    second = [price * Decimal(ratios[n % 5]) for n, price in enumerate(first)]
    assert line_share(first, second) == Decimal("0.8")
    assert line_share(first[:15], second[:15]) is None
    assert line_share(first, second[:19]) is None
    given = [
        {"name": name, "price": "100", "lines": [f"{price:f}" for price in lines]}
        for name, lines in (("甲", first), ("乙", second))
    ]
    flag = run_screens({"bids": given})["flags"][-1]
    assert (flag["code"], flag["value"], flag["limit"]) == ("line_ratio", "0.800000", "0.80")


def test_more_than_forty_texts_are_refused_by_code():
    given = [{"name": str(n), "price": "1", "text": ["一"]} for n in range(41)]
    with pytest.raises(Invalid) as refused:
        run_screens({"bids": given})
    assert refused.value.code == "screens.too_many_compared"

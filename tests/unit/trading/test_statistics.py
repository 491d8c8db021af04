"""Sums and rates of deals: the denominator is declared, and contradictions are listed."""

import pytest

from kernel.errors import Invalid
from trading.domain.statistics import run_stats

BUYING = [
    {"name": "甲", "budget": "1000", "deal": "931"},
    {"name": "乙", "budget": "2500", "deal": "2310"},
    {"name": "丙", "budget": "400", "deal": "392"},
]
LAND = {"name": "地", "market": "land", "start": "2600", "deal": "3120"}
PROPERTY = {"name": "产", "market": "property", "valuation": "40000", "deal": "52000"}


def stats(*items, denominator="budget", **more):
    return run_stats({"denominator": denominator, "items": list(items), **more})


def codes(answer):
    return [found["code"] for found in answer["inconsistencies"]]


def test_ex_15_the_total_rate_is_sum_over_sum_and_not_the_mean_of_rates():
    answer = stats(*BUYING, LAND, PROPERTY)
    total = answer["total"]
    assert (total["saved"], total["budget"], total["saved_rate"]) == ("267", "3900", "6.85")
    assert [item["saved_rate"] for item in answer["items"] if item["saved"]] == [
        "2.00",
        "7.60",
        "6.90",
    ]
    assert answer["by_market"]["land"]["premium_rate"] == "20.00"
    assert answer["by_market"]["property"]["appreciation_rate"] == "30.00"
    assert answer["inconsistencies"] == []
    mistaken = stats(*BUYING, stated={"saved_rate": "5.50"})
    assert [(f["code"], f["facts"]["computed"]) for f in mistaken["inconsistencies"]] == [
        ("mean_of_rates", "6.85")
    ]


@pytest.mark.parametrize(
    ("denominator", "rate"), [("budget", "6.85"), ("deal", "7.35"), ("deal+saved", "6.85")]
)
def test_the_denominator_is_declared_and_printed(denominator, rate):
    answer = stats(*BUYING, denominator=denominator)
    assert answer["total"]["saved_rate"] == rate
    assert answer["denominator"] == denominator
    line = next(step for step in answer["trace"] if step["step"] == "saved_rate")
    assert answer["denominator_words"] in line["formula"]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"budget": "1000", "deal": "931", "saved": "70"}, "saved_differs"),
        ({"budget": "1000", "deal": "931", "saved_rate": "7.00"}, "rate_differs"),
        ({"budget": "1000", "deal": "931", "saved_rate": "7.41"}, "rate_of_other_denominator"),
        ({"market": "land", "deal": "931", "saved_rate": "7.41"}, "rate_without_figures"),
        ({"budget": "1000", "deal": "1001"}, "deal_above_budget"),
        ({"budget": "1200", "ceiling": "1000", "deal": "1001"}, "deal_above_budget"),
        ({"market": "land", "start": "1000", "deal": "999"}, "deal_below_start"),
        ({"budget": "10000000", "deal": "931"}, "units_mixed"),
        ({"budget": "1000"}, "concluded_without_deal"),
        ({"budget": "1000", "deal": "0"}, "deal_of_nothing"),
        ({"budget": "1000", "deal": "931", "outcome": "failed"}, "deal_without_conclusion"),
        ({"deal": "931", "saved": "69"}, "left_out_of_rate"),
        ({"deal": "931"}, "left_out_of_rate"),
        ({"market": "land", "start": "2600", "deal": "3120", "premium_rate": "16.67"},
         "rate_differs"),
    ],
)  # fmt: skip
def test_figures_that_contradict_each_other_are_listed(item, code):
    answer = stats({"name": "甲", **item})
    assert codes(answer) == [code]
    assert answer["inconsistencies"][0]["message"]


@pytest.mark.parametrize(
    ("denominator", "rate", "divisor"),
    [("budget", "6.90", "1000"), ("deal", "7.41", "931"), ("deal+saved", "6.90", "1000")],
)
def test_a_lot_without_savings_is_listed_and_the_divisor_stands_beside_the_rate(
    denominator, rate, divisor
):
    answer = stats(BUYING[0], {"name": "丁", "deal": "500"}, LAND, denominator=denominator)
    total = answer["total"]
    assert (total["deal"], total["saved_rate"]) == ("4551", rate)
    assert total["divided_by"] == {
        "saved_rate": divisor,
        "premium_rate": "2600",
        "appreciation_rate": None,
        "failure_rate": "3",
    }
    assert [(f["code"], f["facts"]["where"]) for f in answer["inconsistencies"]] == [
        ("left_out_of_rate", "丁")
    ]


def test_a_rate_that_agrees_to_the_printed_places_is_no_contradiction():
    assert codes(stats(BUYING[1] | {"saved_rate": "7.6", "saved": "190"})) == []


def test_where_nothing_is_over_yet_there_are_no_rates():
    total = stats({"name": "甲", "budget": "9", "outcome": "open"})["total"]
    rates = {name: value for name, value in total.items() if value is None}
    assert set(rates) == {
        "saved_rate",
        "premium_rate",
        "appreciation_rate",
        "failure_rate",
        "mean_bidders",
        "median_bidders",
        "share_with_exactly_three",
    }


def test_published_totals_are_compared_with_the_items():
    wrong = {"deal": "3634", "budget": "3900", "saved_rate": "6.84", "premium_rate": "1"}
    answer = stats(*BUYING, stated=wrong)
    assert codes(answer) == ["total_differs", "total_differs", "total_without_figures"]


def test_failed_and_open_lots_count_for_rates_of_failure_and_not_for_money():
    items = [
        BUYING[0] | {"bidders": 3},
        {"name": "丁", "budget": "9", "outcome": "failed", "bidders": 2},
        {"name": "戊", "budget": "9", "outcome": "open", "bidders": 9},
    ]
    total = stats(*items)["total"]
    assert (total["concluded"], total["failed"], total["failure_rate"]) == (1, 1, "50.00")
    assert (total["planned"], total["budget"], total["deal"]) == ("1018", "1000", "931")
    assert (total["mean_bidders"], total["median_bidders"]) == ("2.50", "2.5")
    assert total["share_with_exactly_three"] == "50.00"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"denominator": "budget", "items": []}, "stats.no_items"),
        ({"denominator": "budget", "items": [BUYING[0], BUYING[0]]}, "stats.item_twice"),
        ({"items": BUYING}, "input.missing_key"),
        ({"denominator": "start", "items": BUYING}, "input.not_allowed"),
        ({"denominator": "budget", "items": [BUYING[0] | {"ceiling": "0"}]}, "input.out_of_range"),
        ({"denominator": "budget", "items": [{"name": "甲", "budget": "0", "deal": "9"}]},
         "input.out_of_range"),
        ({"denominator": "deal", "items": [{"name": "甲", "deal": "-1"}]}, "input.out_of_range"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(case, code):
    with pytest.raises(Invalid) as refusal:
        run_stats(case)
    assert refusal.value.code == code

"""A tender's own scheme, with its bids and marks, becomes a case anybody can run again."""

import json
from decimal import Decimal

import pytest

from evaluation.scoring import LotTerms, ScoredBid, case_of, evaluate_case
from kernel.errors import Invalid
from trading.domain import scheme as schemes

D = Decimal
MEMBERS = ("吴", "郑", "王", "冯", "陈")
SCHEME = schemes.read(
    {
        "method": "comprehensive",
        "price": {"weight": "30"},
        "deductions": {"small_firm": "0.10", "consortium": "0.04"},
        "criteria": [
            {
                "code": "T",
                "part": "technical",
                "title": "技术",
                "children": [
                    {
                        "code": "T1",
                        "title": "方案",
                        "full": "50",
                        "subjective": True,
                        "rule": "优良中",
                    }
                ],
            },
            {"code": "C1", "part": "commercial", "title": "业绩", "full": "20", "rule": "每项2分"},
        ],
    }
)
LIMIT = LotTerms(limit=D(1_200_000))


def marks(technical, commercial):
    return {
        "T1": dict(zip(MEMBERS, map(D, technical), strict=True)),
        "C1": dict.fromkeys(MEMBERS, D(commercial)),
    }


BIDS = [
    ScoredBid("A", D(1_000_000), (), marks((42, 44, 41, 43, 45), 16)),
    ScoredBid("B", D(1_180_000), (), marks((38, 40, 39, 41, 40), 18)),
    ScoredBid("C", D(920_000), (), marks((35, 36, 34, 37, 35), 14)),
]


def test_the_scheme_of_ex_06_gives_its_totals():
    answer = evaluate_case(case_of(SCHEME, BIDS, LIMIT))
    assert answer["components"] == {
        "commercial": {"A": "16", "B": "18", "C": "14"},
        "price": {"A": "27.60", "B": "23.39", "C": "30.00"},
        "technical": {"A": "43.00", "B": "39.60", "C": "35.40"},
    }
    assert answer["totals"] == {"A": "86.60", "B": "80.99", "C": "79.40"}


def test_the_case_survives_a_file():
    case = case_of(SCHEME, BIDS, LIMIT)
    assert evaluate_case(json.loads(json.dumps(case))) == evaluate_case(case)


def test_deductions_go_to_those_who_earned_them():
    bids = [
        ScoredBid("A", D(1_000_000), ("small_firm",), BIDS[0].marks),
        ScoredBid("B", D(1_180_000), ("consortium",), BIDS[1].marks),
        BIDS[2],
    ]
    answer = evaluate_case(case_of(SCHEME, bids, LIMIT))
    assert answer["price_scores"] == {"A": "30.00", "B": "23.83", "C": "29.35"}


def test_the_lowest_price_method_ranks_by_evaluated_price_and_corrects_sheets():
    scheme = schemes.read({"method": "lowest_price", "deductions": {"small_firm": "0.10"}})
    bids = [
        ScoredBid("A", D(510_000), ("small_firm",)),
        ScoredBid("B", D(470_000), sheet={"figures": "470000", "words": "肆拾陆万元整"}),
    ]
    answer = evaluate_case(case_of(scheme, bids, LIMIT))
    assert answer["evaluated_prices"] == {"A": "459000.00", "B": "460000.00"}
    assert [line["bidder"] for line in answer["ranking"]] == ["A", "B"]


LINES = {"mean_share": "0.50", "next_share": "0.50", "limit_share": "0.45"}


def test_without_a_line_in_the_rules_no_price_is_asked_about():
    assert "low_price_review" not in case_of(SCHEME, BIDS, LotTerms(D(1_200_000)))


def test_who_cannot_justify_a_low_price_is_out():
    low = ScoredBid("C", D(300_000), (), BIDS[2].marks)
    answer = evaluate_case(
        case_of(SCHEME, [*BIDS[:2], low], LotTerms(D(1_200_000), ("C",), lines=LINES))
    )
    assert [(i["bidder"], i["clause"]) for i in answer["invalid"]] == [("C", "R06")]


def test_an_objective_mark_that_differs_blocks_the_summary():
    differing = BIDS[0].marks | {"C1": BIDS[0].marks["C1"] | {"吴": D(15)}}
    bids = [ScoredBid("A", D(1_000_000), (), differing), *BIDS[1:]]
    with pytest.raises(Invalid) as refusal:
        evaluate_case(case_of(SCHEME, bids, LIMIT))
    assert refusal.value.code == "evaluate.objective_mismatch"
    assert refusal.value.facts["bidder"] == "A"


# --- what is sold: the same figures with the direction turned round ---

SALE = schemes.read(
    {
        "method": "best_offer",
        "price": {"weight": "30"},
        "criteria": SCHEME["criteria"],
    }
)
FLOOR = LotTerms(limit=D(900_000), sells=True)


def sold(*prices, order=(1, 2, 3)):
    given = zip(BIDS, prices, order, strict=True)
    return [ScoredBid(bid.name, D(price), (), bid.marks, order=n) for bid, price, n in given]


def test_a_price_score_rises_with_the_price_where_something_is_sold():
    answer = evaluate_case(case_of(SALE, sold(1_000_000, 1_180_000, 920_000), FLOOR))
    # EX-01 and EX-06 turned round: 30 × price ÷ 1,180,000 beside the very same marks
    assert answer["components"]["price"] == {"A": "25.42", "B": "30.00", "C": "23.39"}
    assert answer["totals"] == {"A": "84.42", "B": "87.60", "C": "72.79"}
    assert [row["bidder"] for row in answer["ranking"]] == ["B", "A", "C"]


def test_below_the_floor_a_bid_is_invalid_and_at_it_not():
    case = case_of(SALE, sold(900_000, D("899999.99"), 920_000), FLOOR)
    answer = evaluate_case(case)
    assert [(out["bidder"], out["code"]) for out in answer["invalid"]] == [("B", "below_floor")]
    assert "low_price_review" not in case


@pytest.mark.parametrize(("order", "ranked"), [((1, 2, 3), "BAC"), ((2, 3, 1), "BCA")])
def test_the_highest_price_wins_and_of_equals_the_first_to_offer_it(order, ranked):
    bids = [
        ScoredBid(name, D(price), order=place)
        for name, price, place in zip("ABC", (950_000, 990_000, 950_000), order, strict=True)
    ]
    answer = evaluate_case(case_of({"method": "highest_price"}, bids, FLOOR))
    found = [(row["rank"], row["bidder"]) for row in answer["ranking"]]
    assert found == list(enumerate(ranked, start=1))


def test_quality_first_ranks_by_marks_alone_and_of_equals_by_the_lower_price():
    given = {**SCHEME, "method": "quality_first", "deductions": {}}
    scheme = schemes.read({name: part for name, part in given.items() if name != "price"})
    dear = ScoredBid("D", D(1_190_000), (), BIDS[2].marks)
    case = case_of(scheme, [*BIDS, dear], LIMIT)
    answer = evaluate_case(case)
    assert [row["bidder"] for row in answer["ranking"]] == ["A", "B", "C", "D"]
    assert answer["totals"] == {"A": "59.00", "B": "57.60", "C": "49.40", "D": "49.40"}
    assert (answer["price_scores"], "params" in case) == ({}, False)


def test_price_first_ranks_by_the_unit_price():
    bids = [ScoredBid(bid.name, bid.price) for bid in BIDS]
    case = case_of(schemes.read({"method": "price_first"}), bids, LIMIT)
    assert [row["bidder"] for row in evaluate_case(case)["ranking"]] == ["C", "A", "B"]
    assert "low_price_review" not in case

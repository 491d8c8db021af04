"""What a document prices beside the sum of a bid: read once, said in words, bounded."""

from decimal import Decimal

import pytest

from evaluation.offers import judging
from evaluation.scoring import LotTerms, ScoredBid, case_of, evaluate_case
from kernel.errors import Invalid
from trading.domain import priced, scheme

MONTHS = {
    "title": "工期（月）",
    "base": "15",
    "per_unit_early": "-20000",
    "per_unit_late": "30000",
    "partial": "ceil",
    "least": "6",
    "most": "24",
}
ADVANCE = {"title": "要求的预付款（%）", "base": "0", "per_unit_late": "2940"}


def document(*facts):
    return {"method": "reviewed_lowest", "options": {"monetised": list(facts)}}


def refusal(given):
    with pytest.raises(Invalid) as refused:
        scheme.read(given, judging("construction"))
    return refused.value.code


def test_facts_are_numbered_fields_of_the_quotation_and_stay_the_same_when_read_again():
    read = scheme.read(document(MONTHS, ADVANCE), judging("construction"))
    assert scheme.read(read, judging("construction")) == read
    months, advance = priced.facts_of(read)
    assert (months.field, advance.field) == ("x-fact-1", "x-fact-2")
    assert (advance.least, advance.most, advance.partial) == ("0", "999999", "exact")
    assert months.stated({"x-fact-1": "16.5"}) == "16.5"
    said = ("", "5.99", "24.01", "016", "1e1", "-7", "十六", "16.555")
    assert [months.stated({"x-fact-1": one}) for one in said] == [None] * len(said)
    assert months.asked_in(("technical", "price")) == ["price"]
    days = priced.facts_of(scheme.read(document(MONTHS | {"field": "days"})))[0]
    assert (days.field, days.asked_in(("technical", "price"))) == ("days", ["technical"])
    assert days.asked_in(("whole",)) == months.asked_in(("whole",)) == ["whole"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ((MONTHS | {"title": " "},), "input.not_text"),
        ((MONTHS, MONTHS), "scheme.priced_fact"),
        ((MONTHS | {"field": "price"},), "scheme.priced_fact"),
        ((MONTHS | {"base": "25"},), "scheme.priced_fact"),
        ((MONTHS | {"base": "1.005"},), "scheme.priced_fact"),
        ((ADVANCE | {"per_unit_late": "0"},), "scheme.priced_fact"),
        ((ADVANCE | {"per_unit_late": "-5"},), "scheme.priced_fact"),
        ((MONTHS | {"partial": "round"},), "input.not_allowed"),
        ((MONTHS | {"colour": "red"},), "input.unknown_key"),
        (tuple(MONTHS | {"title": str(n)} for n in range(11)), "scheme.priced_fact"),
    ],
)
def test_what_could_be_read_two_ways_is_refused(facts, code):
    assert refusal(document(*facts)) == code


def test_only_the_reviewed_lowest_price_prices_facts():
    assert refusal(document(MONTHS) | {"method": "lowest_price"}) == "scheme.option_unknown"
    chosen = {"method": "formula", "formula": {"slug": "second_mean"}}
    assert refusal(document(MONTHS) | chosen) == "scheme.option_unknown"


def test_what_may_be_taken_off_stays_below_what_a_lot_may_cost():
    given = scheme.read(document(MONTHS))
    assert priced.facts_of(given)[0].most_off == 180000
    assert priced.findings(given, [Decimal(180001), Decimal(900000)]) == []
    (found,) = priced.findings(given, [Decimal(900000), Decimal(180000)])
    assert (found.code, found.text()) == (
        "scheme.priced_fact",
        "折价因素最多可减 180000.00 元，不低于最高限价 180000.00 元，请改小折价或者范围。",
    )


def test_ex_08_by_a_document_and_what_bids_state():
    late = {"title": "迟延（日）", "base": "0", "per_unit_late": "5000"}
    given = scheme.read(document(late, ADVANCE))
    judging("construction").rehearse(given)
    bids = [
        ScoredBid("甲", Decimal(9800000), facts={"迟延（日）": "10", "要求的预付款（%）": "10"}),
        ScoredBid("乙", Decimal(9950000), facts={"迟延（日）": "0", "要求的预付款（%）": "0"}),
    ]
    case = case_of(given, bids, LotTerms(Decimal(12000000), arithmetic="construction"))
    case["corrections"] = [
        {"bidder": "甲", "amount": "12000", "why": "算术修正", "confirmed": True},
        {"bidder": "甲", "amount": "85000", "why": "漏项"},
    ]
    result = evaluate_case(case)
    assert result["evaluated_prices"] == {"甲": "9976400.00", "乙": "9950000.00"}
    assert [row["bidder"] for row in result["ranking"]] == ["乙", "甲"]
    assert result["ranking"][1]["contract_price"] == "9812000.00"

"""What a text must say, tied to where it says it."""

from datetime import date

import pytest

from kernel.errors import Conflict
from trading.domain import required
from trading.periods import RuleSet, Scope

ON = date(2026, 11, 24)


def rows(document, **scope):
    return {row.code: row for row in RuleSet(Scope(**scope, on=ON)).fields(document)}


def test_every_lot_has_to_say_it_and_one_whole_way_is_enough():
    row = rows("disclosure", market="property", method="tender")["bidding"]
    lot = {"auction": {"kind": "dynamic", "opens_at": "2026-12-01T02:00:00Z"}}
    said = {"lots": [lot]}
    assert required.is_said("disclosure", row, said)
    assert not required.is_said("disclosure", row, {"lots": [lot, {"auction": {}}]})
    assert required.is_said("disclosure", row, {"lots": [{}], "scheme": {"method": "best_offer"}})
    assert not required.is_said("disclosure", row, {"lots": [], "scheme": {}})


def test_a_place_may_say_that_there_is_none_and_nought_is_something():
    row = rows("disclosure", market="property", method="auction")["conditions"]
    assert required.is_said("disclosure", row, {"qualification": []})
    assert not required.is_said("disclosure", row, {})
    budget = rows("tender_notice")["budget"]
    lot = {"budget": "0.00", "ceiling": "0.00"}
    assert required.is_said("tender_notice", budget, {"title": "甲", "lots": [lot]})


def test_what_is_left_out_is_refused_by_name_and_article():
    found = rows("result_notice", market="construction", method="open_tender")
    told = {"lots": [{"supplier": {"name": ""}, "amount": "1.00"}]}
    with pytest.raises(Conflict) as refusal:
        required.require_said("result_notice", found.values(), told)
    assert refusal.value.code == "notice.unsaid"
    assert "中标人名称（《招标公告和公示信息发布管理办法》第六条）" in refusal.value.text()
    told["lots"][0]["supplier"]["name"] = "晨光"
    required.require_said("result_notice", found.values(), told)


def test_an_agreement_off_the_exchange_is_no_disclosure():
    assert rows("disclosure", market="property", method="direct_agreement") == {}

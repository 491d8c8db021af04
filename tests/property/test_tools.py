"""Whatever JSON is put into a tool, it answers or refuses with a stable code: it never breaks."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import Invalid
from portal.tools import TOOLS
from tests.effort import examples

CASES = {
    "evaluate": {
        "market": "construction",
        "validity": {"ceiling": "1000", "reference": "100", "max_over_reference_pct": "50"},
        "deductions": [{"kind": "small_firm", "rate": "0.10", "applies_to": ["甲"]}],
        "corrections": [{"bidder": "乙", "amount": "2.7", "why": "漏项", "confirmed": True}],
        "monetised": [{"field": "months", "base": "15", "per_unit_late": "3", "partial": "ceil"}],
        "low_price_review": {"unproven": []},
        "outliers": {"lowest_below_second_pct": "15", "score": "15"},
        "benchmark": {"kind": "mean", "trim": [{"from_bids": 3, "high": 1, "low": 1}]},
        "curve": {"kind": "deviation", "full": "60", "max_deduct_above": "10"},
        "criteria": [{"code": "T", "full": "40"}],
        "experts": {"drop_highest": 1, "drop_lowest": 1},
        "weights": {"price": "0.6", "technical": "0.4"},
        "bonus": [{"rate": "0.05", "applies_to": ["丙"], "of": "total"}],
        "rounding": {"score_decimals": 2, "mode": "down"},
        "tie_break": ["price_low", "draw"],
        "draw": {"seed": "00" * 32, "nonce": "01", "purpose": "tie"},
        "bids": [
            {
                "name": name,
                "price": price,
                "marks": {"T": {"吴": "30", "郑": "31", "王": "29"}},
                "facts": {"months": "16"},
            }
            for name, price in (("甲", "100"), ("乙", "104"), ("丙", "104"))
        ],
    },
    "auction_replay": {
        "kind": "listing",
        "start_price": "100",
        "increment": "10",
        "reserve": "120",
        "cap": "150",
        "after_cap": {"kind": "conditions", "window_s": 60, "step": "5", "most": "10"},
        "opens_at": "2026-11-24T10:00:00+08:00",
        "closes_at": "2026-11-24T11:00:00+08:00",
        "quiet_s": 60,
        "inquiry_s": 240,
        "extension": {"add_s": 300, "from": "bid", "most": 9},
        "qualified": ["1", "2", "3"],
        "priority_right": {"holders": ["3"], "mode": "after_close_loop", "window_s": 600},
        "bids": [
            {"at": "2026-11-24T10:30:00+08:00", "by": "1", "price": "100"},
            {"at": "2026-11-24T10:31:00+08:00", "by": "2", "kind": "maximum", "price": "130"},
            {"at": "2026-11-24T11:01:00+08:00", "by": "1", "kind": "join", "key": "k"},
            {"at": "2026-11-24T11:02:00+08:00", "kind": "credit", "data": {"seconds": 30}},
            {"at": "2026-11-24T11:06:00+08:00", "by": "1", "price": "150"},
            {
                "at": "2026-11-24T11:06:30+08:00",
                "by": "2",
                "kind": "condition",
                "data": {"amount": "5", "items": {"a": "1"}, "seed": "00", "nonce": "01"},
            },
            {"at": "2026-11-24T11:08:00+08:00", "by": "3", "kind": "exercise"},
        ],
        "until": "2026-11-24T12:00:00+08:00",
    },
    "timetable": {
        "rule_date": "2026-11-23",
        "known": {"announced": "2026-11-23", "bids_close": "2026-12-14T09:00:00+08:00"},
        "calendar": {"2026-11-30": {"is_working": False, "source": "通知"}},
    },
    "draw": {
        "candidates": ["甲", "乙"],
        "seed": "00" * 32,
        "nonce": "01",
        "purpose": "p",
        "count": 1,
    },
    "stats": {
        "denominator": "budget",
        "stated": {"saved_rate": "6.85", "deal": "931"},
        "rounding": {"rate_decimals": 2, "mode": "down"},
        "items": [
            {
                "name": "甲",
                "budget": "1000",
                "ceiling": "990",
                "deal": "931",
                "saved": "69",
                "saved_rate": "6.90",
                "bidders": 3,
            },
            {"name": "乙", "market": "land", "start": "26", "deal": "31", "premium_rate": "20"},
            {"name": "丙", "market": "property", "outcome": "failed", "valuation": "4"},
        ],
    },
    "talent_rank": {
        "formula": {"written_weight": "0.6", "written_pass": "50", "tie_break": ["draw"]},
        "rounding": {"score_decimals": 2},
        "draw": {"seed": "00" * 32, "nonce": "01", "purpose": "tie"},
        "posts": [{"code": "A", "openings": 1, "opening_ratio": "2", "short_approved": False}],
        "candidates": [
            {"name": "一", "post": "A", "written": "80", "interview": ["80", "81", "82"]},
            {"name": "二", "post": "A", "written": "80", "interview": ["80", "81", "82"]},
            {
                "name": "三",
                "post": "A",
                "written": "70",
                "disqualified": "材料不实",
                "stage": "exam",
            },
        ],
    },
    "screens": {
        "bids": [
            {"name": n, "price": p, "text": ["一二三四五六七八九"], "lines": ["1", "2.5"]}
            for n, p in (("甲", "91"), ("乙", "92"), ("丙", "95"))
        ],
        "document": ["三四五六七八九十百千"],
        "history": [{"name": "去年", "bids": [{"name": "甲", "price": "80"}]}],
        "limits": {"low_variation": "0.05"},
    },
    "uscc": {"codes": ["91350100M000100Y43"], "mode": "strict"},
    "staff_sheet": {
        "weights": {"virtue": "60", "integrity": "40"},
        "marks": {
            "virtue": {"quantitative": "90", "qualitative": "80"},
            "integrity": {"quantitative": "100", "qualitative": "95"},
        },
        "veto": "泄密",
    },
}
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**30,
        1.5,
        "",
        " ",
        "0",
        "-1",
        "0.0000001",
        "99999999999999",
        "NaN",
        "1e9",
        "甲",
        "\ud800",
        [],
        [[]],
        {},
        {"a": {}},
        ["甲", "甲"],
        "9999-12-31",
        "0001-01-01",
        "lowest",
    ]
)


def places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*path, key))


def put(case, path, odd):
    if not path:
        return odd
    whole = copy.deepcopy(case)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return whole


def answer_or_refusal(tool, case):
    try:
        return TOOLS[tool](case)
    except Invalid as refusal:
        return refusal


@pytest.mark.parametrize("tool", sorted(CASES))
def test_the_untouched_case_is_answered(tool):
    json.dumps(TOOLS[tool](CASES[tool]))


@pytest.mark.parametrize("tool", sorted(CASES))
@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_odd_value_anywhere_is_answered_or_refused(tool, data):
    case = CASES[tool]
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(list(places(case))))
        case = put(case, path, data.draw(ODD))
    answer = answer_or_refusal(tool, case)
    assert isinstance(answer, dict) or (answer.code.count(".") == 1 and answer.text())
    json.dumps(answer if isinstance(answer, dict) else answer.facts)

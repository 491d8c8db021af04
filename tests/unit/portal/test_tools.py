"""The tools read strictly, refuse with stable codes, and print one JSON document."""

import io
import json

import pytest
from django.core.management import call_command

from kernel.errors import Invalid
from portal.tools import TOOLS, parse_body, read_body

DRAW = {"candidates": ["甲", "乙"], "seed": "00" * 32, "nonce": "ff", "purpose": "p", "count": 1}

AUCTION = {
    "kind": "english",
    "start_price": "100",
    "increment": "10",
    "opens_at": "2026-11-24T10:00:00+08:00",
    "closes_at": "2026-11-24T11:00:00+08:00",
    "qualified": ["1", "2"],
    "bids": [{"at": "2026-11-24T10:30:00+08:00", "by": "1", "price": "100"}],
}

MANY = [f"{n}" for n in range(1001)]
BID = {"name": "甲", "price": "1"}

UNKNOWN = {"rule_date": "2026-02-20", "known": {"x": "2026-02-20"}}


LAND = {"market": "land", "method": "land_listing", "rule_date": "2026-11-27"}


def refusal_of(tool, case):
    with pytest.raises(Invalid) as refusal:
        TOOLS[tool](case)
    return refusal.value.code, refusal.value.facts.get("where")


@pytest.mark.parametrize(
    ("tool", "case", "code", "where"),
    [
        ("draw", [], "input.not_object", "输入"),
        ("draw", DRAW | {"extra": 1}, "input.unknown_key", "extra"),
        ("draw", DRAW | {"seed": "xyz"}, "input.not_hex", "seed"),
        ("draw", DRAW | {"count": "1"}, "input.not_whole", "count"),
        ("draw", DRAW | {"candidates": "甲乙"}, "input.not_list", "candidates"),
        ("draw", DRAW | {"candidates": ["甲", "\ud800"]}, "input.not_text", "candidates[1]"),
        ("draw", DRAW | {"purpose": ""}, "input.not_text", "purpose"),
        ("draw", DRAW | {"candidates": ["甲"] * 10_001}, "input.too_long", "candidates"),
        ("auction_replay", AUCTION | {"qualified": MANY}, "input.too_long", "qualified"),
        ("auction_replay", AUCTION | {"priority_right": {"holders": MANY}}, "input.too_long",
         "priority_right.holders"),
        ("auction_replay", AUCTION | {"weights": {"items": [{}] * 51}}, "input.too_long",
         "weights.items"),
        ("auction_replay", AUCTION | {"bids": [{}] * 20_001}, "input.too_long", "bids"),
        ("screens", {"bids": [BID] * 5001}, "input.too_long", "bids"),
        ("screens", {"bids": [BID], "history": [{}] * 101}, "input.too_long", "history"),
        ("screens", {"bids": [BID], "history": [{"name": "去年", "bids": [BID] * 1001}]},
         "input.too_long", "history[0].bids"),
        ("uscc", {"codes": ["1"] * 1001}, "input.too_long", "codes"),
        ("uscc", {"codes": [5]}, "input.not_text", "codes[0]"),
        ("uscc", {"codes": [], "mode": "loose"}, "input.not_allowed", "mode"),
        ("timetable", {"known": {}}, "input.missing_key", "rule_date"),
        ("timetable", {"rule_date": "2026-02-30"}, "calendar.date_malformed", None),
        ("timetable", UNKNOWN, "timetable.unknown_date", None),
        ("timetable", {"market": "moon", "rule_date": "2026-11-27"}, "rules.unknown_market", None),
        ("timetable", LAND | {"method": "barter"}, "rules.unknown_method", None),
        ("timetable", LAND | {"packs": [7]}, "timetable.not_pack", "packs[0]"),
        ("timetable", LAND | {"packs": ["", "["]}, "timetable.bad_pack", "packs[0]"),
        ("timetable", LAND | {"packs": ["[["]}, "timetable.bad_pack", "packs[0]"),
        ("evaluate", {"formula": "astrology", "bids": []}, "evaluate.unknown_formula", None),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_its_path(tool, case, code, where):
    assert refusal_of(tool, case) == (code, where)


def test_uscc_answers_for_any_text():
    answer = TOOLS["uscc"]({"codes": ["", "9" * 200, "91350100M000100Y50"], "mode": "lenient"})
    assert [(c["valid"], c["reason"], c["warnings"]) for c in answer["codes"]] == [
        (False, "length", []),
        (False, "length", []),
        (True, "ok", ["organisation_check", "check"]),
    ]


def test_draw_lists_every_sample_with_its_value_as_text():
    answer = TOOLS["draw"](DRAW)
    assert [set(sample) for sample in answer["trace"]] == [
        {"number", "value", "remaining", "index", "drawn"}
    ]
    assert answer["trace"][0]["value"].isdigit()


def test_timetable_proposes_from_the_rule_date_when_nothing_is_known():
    answer = TOOLS["timetable"]({"rule_date": "2026-11-21"})
    assert answer["dates"]["announced"] == "2026-11-23"
    period = next(p for p in answer["periods"] if p["code"] == "bid_preparation")
    assert (period["earliest"], period["target_date"], period["legal"]) == (
        "2026-12-13",
        "2026-12-14",
        True,
    )
    report = next(p for p in answer["periods"] if p["code"] == "report")
    assert (report["due"], report["provisional"]) == ("2026-12-16", False)


def test_timetable_applies_a_pack_in_its_region_only():
    pack = """name = "包"
issuer = "机关"
region = "410900"
[[period]]
code = "notice_stays"
market = "procurement"
methods = ["open_tender"]
bound = "min"
value = 7
unit = "WD"
source = "Q"
article = "《办法》第一条"
effective_from = 2026-10-01"""
    asked = {"rule_date": "2026-11-23", "known": {"announced": "2026-11-23"}, "packs": [pack]}
    here, there = (TOOLS["timetable"](asked | {"region": r}) for r in ("410902", "110101"))
    stays = [
        next(p["value"] for p in answer["periods"] if p["code"] == "notice_stays")
        for answer in (here, there)
    ]
    assert (stays, here["packs"]) == ([7, 5], [{"name": "包", "issuer": "机关"}])


def test_timetable_of_another_market_has_its_own_dates():
    answer = TOOLS["timetable"](LAND | {"known": {"announced": "2026-11-27"}})
    assert (answer["dates"]["sale_begins"], answer["dates"]["listed_until"]) == (
        "2026-12-17",
        "2026-12-28",  # ten days end on Sunday the 27th
    )
    assert answer["breaches"] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "input.not_json"),
        ("[" * 100_000, "input.not_json"),
        ('{"a": 1, "a": 2}', "input.key_twice"),
        ('{"a": "\\ud800"}', "input.not_json"),
        (" " * (16 * 1024 * 1024 + 1), "input.too_large"),
    ],
)
def test_bodies_that_are_not_one_plain_document_are_refused(text, code):
    with pytest.raises(Invalid) as refusal:
        parse_body(text)
    assert refusal.value.code == code


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    binary = tmp_path / "case.json"
    binary.write_bytes(b"\xff\xfe")
    for name in (tmp_path / "absent.json", binary):
        with pytest.raises(Invalid) as refusal:
            read_body(str(name), io.StringIO())
        assert refusal.value.code == "input.unreadable"


@pytest.mark.parametrize("tool", sorted(set(TOOLS)))
def test_every_tool_is_a_command_that_reads_a_file_and_standard_input(tool, tmp_path, monkeypatch):
    cases = {
        "evaluate": {"bids": [{"name": "甲", "price": "1"}, {"name": "乙", "price": "2"}]},
        "timetable": {"rule_date": "2026-11-21"},
        "auction_replay": AUCTION,
        "draw": DRAW,
        "uscc": {"codes": ["91350100M000100Y43"]},
        "stats": {"denominator": "budget", "items": [{"name": "甲", "budget": "2", "deal": "1"}]},
        "talent_rank": {
            "formula": {"written_weight": "1"},
            "posts": [{"code": "A", "openings": 1, "opening_ratio": "1"}],
            "candidates": [{"name": "一", "post": "A", "written": "80"}],
        },
        "screens": {"bids": [{"name": "甲", "price": "1"}, {"name": "乙", "price": "2"}]},
        "staff_sheet": {
            "weights": {"virtue": "100"},
            "marks": {"virtue": {"quantitative": "90", "qualitative": "80"}},
        },
    }
    text, out = json.dumps(cases[tool]), io.StringIO()
    file = tmp_path / "case.json"
    file.write_text(text, encoding="utf-8")
    call_command(tool, file=str(file), stdout=out)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    again = io.StringIO()
    call_command(tool, file="-", stdout=again)
    assert json.loads(out.getvalue()) == json.loads(again.getvalue()) == TOOLS[tool](cases[tool])


def test_a_refused_command_prints_code_message_and_facts_and_exits_with_two(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"bids": [], "oops": 1}'))
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("evaluate", file="-", stdout=out)
    assert ended.value.code == 2
    assert json.loads(out.getvalue()) == {
        "code": "input.unknown_key",
        "message": "不认识的键：oops。",
        "facts": {"where": "oops"},
    }


def test_uscc_takes_codes_as_arguments():
    out = io.StringIO()
    call_command("uscc", "91350100M000100Y50", lenient=True, stdout=out)
    assert [code["valid"] for code in json.loads(out.getvalue())["codes"]] == [True]

"""A city's pack: what it adds, what it may not weaken, and what each bad row is told."""

import re
from datetime import date
from decimal import Decimal

import pytest

from tests.rig.processes import ROOT
from trading.periods import RuleSet, Scope, national
from trading.periods.pack import findings_of, read_pack, unreadable_pack

HOW_TO = ROOT / "docs" / "how-to" / "a-pack-for-your-city.md"
HEAD = 'name = "包"\nissuer = "机关"\nregion = "410900"\n'
BASIS = 'source = "Q"\narticle = "《办法》第一条"\neffective_from = 2026-10-01\n'
ON = date(2026, 11, 27)


def example():
    (text,) = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    return text


def rules(pack, region="410902", on=ON, **scope):
    return RuleSet(Scope(region=region, on=on, **scope), rows=national().with_pack(pack.rows))


def period(text):
    return f"{HEAD}[[period]]\n{text}\n{BASIS}"


def figure(text):
    return f"{HEAD}[[figure]]\n{text}\n{BASIS}"


def codes(text):
    pack = read_pack(text, "q.toml")
    assert all(found.text() for found in pack.findings)
    return [(found.row, found.code) for found in pack.findings]


def test_the_pack_of_the_how_to_is_read_and_applies_in_its_region_and_days():
    pack = read_pack(example(), "qinghe.toml")
    assert (pack.name, pack.region, pack.findings) == ("清河市规则包", "410900", ())
    assert len(pack.rows.all()) == 5
    here, there, before = rules(pack), rules(pack, "110101"), rules(pack, on=date(2026, 9, 30))
    assert [r.period("notice_stays", ON).value for r in (here, there, before)] == [7, 5, 5]
    assert [r.value("bid_security_share", "max") for r in (here, there, before)] == [1, 2, 2]
    assert "carbon" in [field.code for field in here.fields("tender_notice")]
    row = here.period("notice_stays", ON)
    assert (row.title, row.unit, row.anchor, row.basis.pack) == (
        "公告期限", "WD", "announced", "清河市规则包",
    )  # fmt: skip
    visit = rules(pack, market="construction").period("site_visit", ON)
    assert (visit.bound, visit.value, visit.target) == ("max", 5, "documents_until")


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (period('code = "bid_preparation"\nvalue = 19\nmarket = "procurement"'), False),
        (period('code = "bid_preparation"\nvalue = 25\nmarket = "procurement"'), True),
        (period('code = "bid_preparation"\nvalue = 25\nunit = "WD"\nmarket = "construction"'),
         False),
        (period('code = "report"\nvalue = 3\nmarket = "procurement"'), False),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"'), True),
        (period('code = "complaint"\nvalue = 10\nmarket = "procurement"'), False),
        (period('code = "complaint"\nvalue = 20\nmarket = "procurement"'), False),
        (period('code = "complaint"\nvalue = 10\nmarket = "construction"'), True),
        (period('code = "complaint"\nvalue = 10\nrolls = false\nmarket = "construction"'), False),
        (period('code = "document_objection"\nvalue = 15\nmarket = "construction"'), False),
        (period('code = "notice_stays"\nvalue = 3\nmarket = "procurement"'), True),  # M87: a rule
        (figure('code = "bid_security_share"\nvalue = "3"\nmarket = "procurement"'), False),
        (figure('code = "bid_security_share"\nvalue = "1.5"\nmarket = "procurement"'), True),
        (figure('code = "retention_years"\nvalue = "14"\nmarket = "procurement"'), False),
        (figure('code = "deduction_domestic"\nvalue = "15"\nmarket = "procurement"'), False),
        (figure('code = "least_parties"\nvalue = "2"\nunit = "yuan"\nmarket = "construction"'),
         False),
    ],
)  # fmt: skip
def test_what_a_statute_fixes_may_only_become_stricter(text, allowed):
    kind = "period" if "[[period]]" in text else "figure"
    assert codes(text) == ([] if allowed else [(f"{kind}[1]", "pack.weakens")])
    assert codes(f'{text}permits = "《条例》第九条"\n') == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = ", ("", "pack.not_toml")),
        (HEAD.replace("410900", "000000"), ("", "pack.region")),
        (HEAD.replace("410900", "4109"), ("", "pack.region")),
        (HEAD + "colour = 1", ("", "input.unknown_key")),
        ('name = "包"', ("", "input.missing_key")),
        (HEAD + "period = 5", ("", "input.not_list")),
        (HEAD + "period = [5]", ("period[1]", "input.not_object")),
        (period('code = "x y"\nvalue = 5\nmarket = "land"'), ("period[1]", "pack.code")),
        (period('code = "new"\nvalue = 5\nmarket = "land"'), ("period[1]", "input.missing_key")),
        (period('code = "report"\nvalue = -1\nmarket = "procurement"'),
         ("period[1]", "input.not_whole")),
        (period('code = "report"\nvalue = 1\nmarket = "moon"'),
         ("period[1]", "input.not_allowed")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"\nmethods = ["barter"]'),
         ("period[1]", "pack.unknown_word")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"\nbudget_level = "state"'),
         ("period[1]", "input.not_allowed")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"\nanchor = "dawn"'),
         ("period[1]", "input.not_allowed")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"\nregion = "110000"'),
         ("period[1]", "pack.region")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"\neffective_to = 2026-10-01'),
         ("period[1]", "pack.dates")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"')
         .replace("2026-10-01", '"2026-10-01"'), ("period[1]", "pack.not_date")),
        (period('code = "report"\nvalue = 1\nmarket = "procurement"\nconfidence = "statute"'),
         ("period[1]", "input.not_allowed")),
        (figure('code = "bid_security_share"\nvalue = 1\nmarket = "procurement"'),
         ("figure[1]", "input.not_decimal")),
        (HEAD + '[[field]]\ncode = "a"\ntitle = "甲"\ndocument = "poem"\nmarket = "land"\n' + BASIS,
         ("field[1]", "input.not_allowed")),
    ],
)  # fmt: skip
def test_each_bad_row_is_told_by_its_place_and_code(text, expected):
    assert codes(text) == [expected]


def test_two_rows_for_the_same_days_and_place_contradict_each_other():
    row = '[[figure]]\ncode = "bid_security_share"\nvalue = "{}"\nmarket = "procurement"\n'
    twice = HEAD + row.format(1) + BASIS + row.format(2) + BASIS
    assert codes(twice) == [("figure[2]", "pack.twice")]
    first = HEAD + row.format(1) + BASIS + "effective_to = 2027-01-01\n"
    then = row.format(2) + BASIS.replace("2026-10-01", "2027-01-01")
    assert codes(first + then) == []


def test_good_rows_are_read_beside_bad_ones_and_findings_are_listed():
    text = figure('code = "bid_security_share"\nvalue = "1"\nmarket = "procurement"')
    pack = read_pack(text + "[[period]]\n", "q.toml")
    assert [row.value for row in pack.rows.figures] == [Decimal(1)]
    absent = unreadable_pack("x.toml")
    assert [(f.file, f.code) for f in findings_of((pack, absent))] == [
        ("q.toml", "input.missing_key"),
        ("x.toml", "pack.unreadable"),
    ]


@pytest.mark.parametrize("code", ["a01", "b1", "b001", "bxx"])
def test_a_class_has_the_letter_of_its_market_and_two_figures(code):
    row = f'document = "transaction_class"\ncode = "{code}"\ntitle = "某类"\nmarket = "land"\n'
    assert codes(f"{HEAD}[[field]]\n{row}{BASIS}") == [("field[1]", "pack.class")]


def test_a_class_of_the_market_is_read():
    row = 'document = "transaction_class"\ncode = "b07"\ntitle = "宅地"\nmarket = "land"\n'
    assert codes(f"{HEAD}[[field]]\n{row}{BASIS}") == []

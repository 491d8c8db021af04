"""The rows of the five markets: what each fixes, who says so, and which of two applies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kernel.errors import Invalid
from kernel.registry import discover
from trading.periods import (
    DOCUMENTS,
    SUBJECTS,
    Basis,
    Figure,
    Reach,
    Rows,
    RuleSet,
    Scope,
    course_of,
    in_force,
    market_titles,
    method_titles,
    national,
    rulebooks,
    title_of,
)
from trading.periods.instruments import GPR, numeral

ON = date(2026, 11, 27)


def rules(market, method, subject="", **more):
    return RuleSet(Scope(market, method, subject, on=ON, **more))


def span(market, method, code, subject=""):
    found = rules(market, method, subject).period(code, ON)
    return found.bound, found.value, found.unit, found.basis.source, found.basis.confidence


@pytest.mark.parametrize(
    ("place", "code", "expected"),
    [
        (("construction", "open_tender"), "document_offer",
         ("min", 5, "CAL", "BLR 16", "statute")),
        (("construction", "invited_tender"), "bid_preparation",
         ("min", 20, "CAL", "BL 24", "statute")),
        (("construction", "open_tender"), "candidates_stay",
         ("min", 3, "CAL", "BLR 54", "statute")),
        (("procurement", "negotiation"), "bid_preparation",
         ("min", 3, "WD", "M74 29", "rule")),
        (("procurement", "inquiry"), "bid_preparation", ("min", 3, "WD", "M74 45", "rule")),
        (("procurement", "consultation"), "bid_preparation",
         ("min", 10, "CAL", "C214 10", "rule")),
        (("procurement", "framework"), "bid_preparation",
         ("min", 20, "CAL", "GPL 35", "statute")),
        (("procurement", "single_source"), "single_source_publicity",
         ("min", 5, "WD", "GPR 38", "statute")),
        (("procurement", "open_tender"), "complaint_explanation",
         ("max", 5, "WD", "M94 22", "unverified")),
        (("land", "land_listing"), "announcement", ("min", 20, "CAL", "LD39 8", "rule")),
        (("land", "land_listing"), "listing", ("min", 10, "CAL", "LD39 18", "statute")),
        (("talent", "open_recruitment"), "posting", ("min", 7, "WD", "PO6", "unverified")),
    ],
)  # fmt: skip
def test_periods_of_the_markets(place, code, expected):
    assert span(*place, code) == expected


@pytest.mark.parametrize(
    ("subject", "days"),
    [("equity", 20), ("capital_increase", 40), ("asset", 10), ("asset_large", 20)],
)
def test_disclosure_of_state_property_depends_on_what_is_sold(subject, days):
    assert rules("property", "dynamic", subject).period("disclosure", ON).value == days


def test_an_agreement_off_the_exchange_has_no_disclosure():
    with pytest.raises(Invalid) as refusal:
        rules("property", "direct_agreement", "equity").period("disclosure", ON)
    assert (refusal.value.code, refusal.value.facts["rule"]) == ("timetable.no_rules", "disclosure")


@pytest.mark.parametrize(
    ("place", "code", "bound", "value", "unit"),
    [
        (("construction", "open_tender", "works"), "bid_security_share", "max", 2, "percent"),
        (("construction", "open_tender", "works"), "bid_security_cap", "max", 800_000, "yuan"),
        (("construction", "open_tender", "goods"), "bid_security_cap", "max", 800_000, "yuan"),
        (("construction", "open_tender", "services"), "bid_security_cap", "max", 100_000, "yuan"),
        (("construction", "open_tender"), "performance_security_share", "max", 10, "percent"),
        (("construction", "open_tender", "works"), "mandatory_tender", "min", 4_000_000, "yuan"),
        (("procurement", "open_tender"), "bid_security_share", "max", 2, "percent"),
        (("procurement", "open_tender"), "performance_security_share", "max", 10, "percent"),
        (("procurement", "open_tender"), "least_parties", "min", 3, "count"),
        (("procurement", "framework"), "least_parties", "min", 2, "count"),
        (("procurement", "negotiation", "converted_tender"), "least_parties", "min", 2, "count"),
        (("procurement", "consultation", "public_services"), "least_parties", "min", 2, "count"),
        (("procurement", "single_source"), "least_parties", "min", 1, "count"),
        (("procurement", "open_tender", "large"), "committee_size", "min", 7, "count"),
        (("procurement", "inquiry"), "committee_size", "min", 3, "count"),
        (("procurement", "inquiry", "large"), "committee_size", "min", 5, "count"),
        (("procurement", "consultation", "goods"), "price_weight", "max", 60, "percent"),
        (("procurement", "open_tender", "works"), "deduction_small_firm", "max", 5, "percent"),
        (("procurement", "open_tender"), "retention_years", "min", 15, "years"),
        (("property", "dynamic"), "bid_security_share", "max", 30, "percent"),
        (("land", "land_listing"), "deposit_least_share", "min", 20, "percent"),
        (("land", "land_listing"), "least_parties", "min", 1, "count"),
        (("land", "land_tender"), "least_parties", "min", 3, "count"),
        (("land", "land_tender"), "least_valid", "min", 1, "count"),
        (("talent", "open_recruitment"), "opening_ratio", "min", 3, "ratio"),
    ],
)
def test_figures_of_the_markets(place, code, bound, value, unit):
    found = rules(*place).figure(code, bound)
    assert (found.value, found.unit) == (Decimal(value), unit)


def test_a_figure_the_rules_do_not_fix_is_none_or_refused():
    land = rules("land", "land_listing")
    assert land.find("bid_security_share", "max") is None
    with pytest.raises(Invalid) as refusal:
        land.value("bid_security_share", "max")
    assert refusal.value.code == "timetable.no_rules"


def test_a_figure_needs_a_day_that_pins_it():
    with pytest.raises(ValueError, match="no day"):
        RuleSet(Scope()).find("least_parties", "min")


def test_a_rule_begins_on_its_day_and_a_rate_of_before_is_not_known():
    before = RuleSet(Scope(on=date(2025, 12, 31)))
    assert before.find("deduction_domestic", "exact") is None
    assert RuleSet(Scope(on=date(2026, 1, 1))).value("deduction_domestic", "exact") == 20


def test_fields_of_a_notice_are_those_of_its_market():
    tender = rules("procurement", "open_tender")
    assert [f.code for f in tender.fields("tender_notice")] == [
        "parties", "budget", "requirement", "qualification", "documents", "notice_period",
        "opening", "contact",
    ]  # fmt: skip
    assert "experts" in [f.code for f in tender.fields("result_notice")]
    assert rules("land", "land_listing").fields("tender_notice") == ()
    # The nation lists no classes of its own: a city's pack does.
    assert {f.document for f in national().fields} == set(DOCUMENTS) - {"transaction_class"}


def test_every_row_names_known_words_and_a_source():
    for row in national().all():
        market = row.reach.market
        assert market in {"", *market_titles()}, row
        assert set(row.reach.methods) <= set(method_titles(market)), row
        assert set(row.reach.subjects) <= set(SUBJECTS), row
        assert all((row.title, row.basis.source, row.basis.article)), row


def test_no_two_rows_speak_of_the_same_thing_in_the_same_place():
    places = [(row.key, row.reach, row.basis.effective_from) for row in national().all()]
    assert len(places) == len(set(places))


def test_a_least_is_never_above_the_most_of_the_same_figure():
    least = {(f.code, f.reach): f.value for f in national().figures if f.bound == "min"}
    most = {(f.code, f.reach): f.value for f in national().figures if f.bound == "max"}
    assert all(least[place] <= most[place] for place in least.keys() & most.keys())


def test_every_date_of_a_course_has_its_place_and_every_period_its_dates():
    books = rulebooks().values()
    for course in (c for book in books for c in (book.course, *book.courses.values())):
        named = {name for order in course.orders for name in order}
        named |= set(course.same_day) | set(course.same_day.values())
        assert named | course.deadlines | course.optional <= set(course.events)
    for market, book in rulebooks().items():
        for method in book.methods:
            events = course_of(market, method).events
            for period in rules(market, method).periods(ON):
                assert {period.anchor, period.target} <= set(events), period
    assert title_of("sale_begins") == "拍卖、投标或挂牌开始"
    assert title_of("nothing") == "nothing"


def test_the_markets_on_offer_are_markets_the_rules_know():
    for slug, market in discover("trading.markets", "MARKET").items():
        assert set(market.methods) <= set(method_titles(slug))


@pytest.mark.parametrize(
    ("number", "written"),
    [(5, "五"), (10, "十"), (13, "十三"), (20, "二十"), (43, "四十三"), (69, "六十九")],
)
def test_articles_are_numbered_as_chinese_laws_number_them(number, written):
    assert numeral(number) == written
    assert GPR.art(number).article == f"《政府采购法实施条例》第{written}条"


def test_what_only_part_of_the_rows_say_is_kept_apart_by_place_and_bound():
    wide = Figure("x", "X", "max", Decimal(2), "percent", Basis("S", "A"), Reach("procurement"))
    city = replace(wide, value=Decimal(1), reach=Reach("procurement", region="410900"))
    least = replace(wide, bound="min", value=Decimal(0))
    here, there = Scope(region="410902", on=ON), Scope(region="110000", on=ON)
    assert in_force(here, ON, [wide, city, least]) == (city, least)
    assert in_force(there, ON, [wide, city, least]) == (wide, least)
    added = Rows((), (wide,), ()).with_pack(Rows((), (city,), ()))
    assert RuleSet(here, rows=added).value("x", "max") == 1


@pytest.mark.parametrize(
    ("own", "asked", "covered"),
    [
        ("", "410902", True),
        ("410000", "410902", True),
        ("410900", "410902", True),
        ("410902", "410900", False),
        ("410900", "", False),
        ("410900", "411000", False),
    ],
)
def test_a_region_covers_what_lies_within_it(own, asked, covered):
    assert Reach(region=own).covers(Scope(region=asked)) is covered

"""The rules propose lawful dates, and name the article that the chosen ones break."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.calendar import SHANGHAI, Override, WorkCalendar, start_of_day
from kernel.errors import Invalid
from trading import timetable
from trading.domain.sale import subject_of
from trading.markets import markets
from trading.periods import Basis, Period, Reach, RuleSet, Scope, in_force, method_titles
from trading.timetable import PACES, breaches, extended_deadline, propose

AT = datetime(2026, 11, 21, 9, tzinfo=SHANGHAI)  # a Saturday
MONDAY = date(2026, 11, 23)
RULES = RuleSet(Scope())


def row(table, code):
    return next(r for r in table.rows if r.period.code == code)


def test_propose_from_nothing_gives_every_date_of_a_smooth_tender():
    assert dict(propose({}, AT, RULES).dates) == {
        "announced": date(2026, 11, 23),
        "notice_until": date(2026, 11, 30),
        "documents_from": date(2026, 11, 23),
        "documents_until": date(2026, 11, 30),
        "bids_close": date(2026, 12, 14),  # 20 days end on Sunday the 13th
        "evaluated": date(2026, 12, 14),
        "report_delivered": date(2026, 12, 16),
        "winner_confirmed": date(2026, 12, 23),
        "result_published": date(2026, 12, 25),
        "result_until": date(2026, 12, 28),
        "contract_signed": date(2027, 1, 22),  # the limit, the 24th, is a Sunday
        "contract_published": date(2027, 1, 26),
        "contract_filed": date(2027, 2, 2),
        "loser_deposits_returned": date(2027, 1, 4),
        "winner_deposit_returned": date(2027, 1, 29),
        "document_challenge_until": date(2026, 12, 9),
        "result_challenge_until": date(2027, 1, 7),
    }


def test_a_proposal_breaks_nothing_and_says_what_is_open():
    table = propose({}, AT, RULES)
    assert table.breaches == ()
    assert "announced" in table.proposed
    assert set(table.missing) == {
        "prequalification_close",
        "inquiry_answered",
        "challenge_answered",
        "complaint_until",
        "complaint_checked",
        "complaint_corrected",
        "complaint_refused",
        "complaint_copied",
        "complaint_explained",
        "complaint_decided",
        "reconsideration_until",
        "resumed",
        "termination_deposits_returned",
        "supervisor_appointed",
        "supervision_recorded",
    }


def test_each_row_carries_its_limit_and_its_trace():
    found = row(propose({"announced": MONDAY}, AT, RULES), "bid_preparation")
    assert (found.anchor, found.target, found.proposed, found.days, found.legal) == (
        MONDAY,
        date(2026, 12, 14),
        True,
        21,
        True,
    )
    assert found.limit.due == date(2026, 12, 13)
    assert found.limit.trace == ("2026-11-23 为起始日，不计入", "第 20 日为 2026-12-13")


def test_given_dates_are_kept_and_later_ones_follow_from_them():
    given = {"announced": MONDAY, "bids_close": datetime(2026, 12, 29, 9, 30, tzinfo=SHANGHAI)}
    table = propose(given, AT, RULES)
    assert table.dates["bids_close"] == date(2026, 12, 29)
    assert "bids_close" not in table.proposed
    assert row(table, "report").limit.due == date(2026, 12, 31)


def test_a_proposal_respects_a_longer_offer_of_the_documents():
    table = propose({"announced": MONDAY, "documents_until": date(2026, 12, 25)}, AT, RULES)
    assert table.dates["bids_close"] == date(2026, 12, 25)
    assert table.breaches == ()


def test_steps_that_did_not_happen_get_dates_once_they_do():
    table = propose({"challenged": date(2026, 12, 21), "terminated": date(2026, 12, 1)}, AT, RULES)
    assert table.dates["challenge_answered"] == date(2026, 12, 30)
    assert table.dates["complaint_until"] == date(2027, 1, 21)
    assert table.dates["termination_deposits_returned"] == date(2026, 12, 8)
    assert row(table, "complaint").limit.provisional


def test_breaches_name_period_article_and_the_day_that_would_do():
    found = breaches(
        {
            "announced": MONDAY,
            "documents_from": MONDAY,
            "documents_until": date(2026, 11, 27),
            "bids_close": datetime(2026, 12, 10, 9, tzinfo=SHANGHAI),
        },
        RULES,
    )
    assert [(b.code, b.article, b.source, b.confidence) for b in found] == [
        ("timetable.document_offer", "《政府采购法实施条例》第三十一条", "GPR 31", "statute"),
        ("timetable.bid_preparation", "《政府采购法》第三十五条", "GPL 35", "statute"),
    ]
    assert found[1].text() == (
        "投标准备期：投标截止（2026-12-10）距采购文件开始提供（2026-11-23）只有 17 日，"
        "不得少于 20 日，最早为 2026-12-13。"
    )
    assert found[1].trace == ("2026-11-23 为起始日，不计入", "第 20 日为 2026-12-13")


BOUNDARIES = [
    ("intention", "2026-12-23"),
    ("notice_stays", "2026-11-30"),
    ("prequalification", "2026-11-30"),
    ("document_offer", "2026-11-30"),
    ("bid_preparation", "2026-12-13"),
    ("clarification", "2026-12-08"),
    ("inquiry_answer", "2026-11-26"),
    ("document_challenge", "2026-12-02"),
    ("report", "2026-11-25"),
    ("confirm_winner", "2026-11-30"),
    ("result_notice", "2026-11-25"),
    ("result_stays", "2026-11-24"),
    ("result_challenge", "2026-12-02"),
    ("challenge_answer", "2026-12-02"),
    ("complaint", "2026-12-14"),
    ("complaint_check", "2026-11-30"),
    ("complaint_correction", "2026-12-07"),
    ("complaint_refusal", "2026-11-26"),
    ("complaint_copies", "2026-12-03"),
    ("complaint_explanation", "2026-11-30"),
    ("complaint_decision", "2027-01-05"),
    ("reconsideration", "2027-01-22"),
    ("suspension", "2026-12-23"),
    ("contract", "2026-12-23"),
    ("contract_publication", "2026-11-25"),
    ("contract_filing", "2026-12-02"),
    ("loser_deposits", "2026-11-30"),
    ("winner_deposit", "2026-11-30"),
    ("termination_deposits", "2026-11-30"),
    ("supervisor_publicity", "2026-11-30"),
    ("supervision_record", "2026-11-25"),
]


@pytest.mark.parametrize(("code", "limit"), BOUNDARIES)
def test_the_limit_itself_is_lawful_and_one_day_beyond_is_not(code, limit):
    period = RULES.period(code, MONDAY)
    limit = date.fromisoformat(limit)
    beyond = limit + timedelta(days=-1 if period.bound == "min" else 1)
    assert breaches({period.anchor: MONDAY, period.target: limit}, RULES) == []
    assert [b.code for b in breaches({period.anchor: MONDAY, period.target: beyond}, RULES)] == [
        f"timetable.{code}"
    ]


def test_every_period_of_an_open_tender_has_a_tested_boundary():
    assert {p.code for p in RULES.periods(MONDAY)} == {code for code, _limit in BOUNDARIES}


SALE_BOUNDARIES = [
    ("equity", "disclosure", "2026-12-21"),
    ("asset_large", "disclosure", "2026-12-21"),
    ("asset", "disclosure", "2026-12-07"),
    ("", "clarification", "2026-12-07"),
    ("", "extension", "2026-11-30"),
    ("", "result_stays", "2026-11-30"),
    ("", "contract", "2026-11-30"),
]


@pytest.mark.parametrize(("subject", "code", "limit"), SALE_BOUNDARIES)
def test_the_limit_of_a_sale_is_lawful_and_one_day_beyond_is_not(subject, code, limit):
    rules = RuleSet(Scope("property", "online_bidding", subject))
    period, limit = rules.period(code, MONDAY), date.fromisoformat(limit)
    beyond = limit + timedelta(days=-1 if period.bound == "min" else 1)
    assert breaches({period.anchor: MONDAY, period.target: limit}, rules) == []
    broken = breaches({period.anchor: MONDAY, period.target: beyond}, rules)
    assert [b.code for b in broken] == [f"timetable.{code}"]


@pytest.mark.parametrize(
    ("category", "price", "subject"),
    [
        ("equity", 1, "equity"),
        ("assets", 1_000_000, ""),
        ("assets", 1_000_001, "asset"),
        ("assets", 10_000_000, "asset"),
        ("assets", 10_000_001, "asset_large"),
    ],
)
def test_the_days_of_a_disclosure_go_by_kind_and_start_price(category, price, subject):
    rules = RuleSet(Scope("property", "online_bidding", on=MONDAY))
    assert subject_of(category, Decimal(price), rules) == subject


def test_a_market_without_a_period_has_no_last_day_of_it():
    sale = RuleSet(Scope("property", "online_bidding", "equity"))
    assert sale.last_day_if_any("result_notice", MONDAY) is None
    assert RULES.last_day_if_any("result_notice", MONDAY) == date(2026, 11, 25)


def test_the_rules_know_every_method_that_is_traded_and_the_dates_it_chooses():
    for market in markets().values():
        for method in market.methods.values():
            assert method_titles(market.slug)[method.slug] == method.title
            course = RuleSet(Scope(market.slug, method.slug)).course
            assert set(method.demands.dates.values()) <= set(course.events)


def test_dates_in_an_impossible_order_are_named():
    found = breaches(
        {"evaluated": date(2026, 12, 15), "report_delivered": date(2026, 12, 14)}, RULES
    )
    assert [(b.code, b.text()) for b in found] == [
        (
            "timetable.disorder",
            "评审报告送交采购人（2026-12-14）不能早于评审结束（2026-12-15）。",
        )
    ]


def test_no_dates_break_no_rule():
    assert breaches({}, RULES) == []
    assert breaches({"bids_close": None}, RULES) == []


def test_unknown_names_are_refused():
    with pytest.raises(Invalid) as refusal:
        propose({"opening": MONDAY}, AT, RULES)
    assert (refusal.value.code, refusal.value.facts["names"]) == (
        "timetable.unknown_date",
        "opening",
    )


def test_a_day_before_there_were_rules_is_refused():
    with pytest.raises(Invalid) as refusal:
        breaches({"announced": date(2002, 1, 1)}, RULES)
    assert refusal.value.code == "timetable.no_rules"


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (Scope(market="moon"), "rules.unknown_market"),
        (Scope(method="barter"), "rules.unknown_method"),
        (Scope(market="land"), "rules.unknown_method"),
    ],
)
def test_an_unknown_market_or_method_is_refused(scope, code):
    with pytest.raises(Invalid) as refusal:
        RuleSet(scope)
    assert refusal.value.code == code


def test_rules_are_those_of_the_day_that_pins_them():
    dates = {"announced": MONDAY, "notice_until": MONDAY}
    assert breaches(dates, RuleSet(Scope(on=date(2016, 1, 4)))) == []  # order 87 is of 2017
    assert [b.code for b in breaches(dates, RULES)] == ["timetable.notice_stays"]


def test_a_narrower_row_overrides_a_wider_one_within_its_dates():
    def rule(basis, reach):
        return Period("x", "X", "min", 5, "WD", "announced", "notice_until", basis, reach)

    wide = rule(Basis("S", "A"), Reach("procurement", ("open_tender",)))
    city = rule(
        Basis("S", "B", effective_from=date(2026, 1, 1), effective_to=date(2027, 1, 1)),
        Reach(region="410900"),
    )
    here = Scope(region="410902")  # a county of the city
    assert in_force(here, MONDAY, [wide, city]) == (city,)
    assert in_force(here, MONDAY, [city, wide]) == (city,)
    assert in_force(Scope(region="110000"), MONDAY, [wide, city]) == (wide,)
    assert in_force(here, date(2027, 1, 1), [wide, city]) == (wide,)


def test_a_late_clarification_moves_the_deadline_and_keeps_its_time_of_day():
    issued = datetime(2026, 11, 29, 10, tzinfo=SHANGHAI)
    close = datetime(2026, 12, 11, 9, 30, tzinfo=SHANGHAI)
    found = extended_deadline(issued, close, RULES)
    assert (found.needed, found.close_at) == (True, datetime(2026, 12, 14, 9, 30, tzinfo=SHANGHAI))
    assert found.earliest.due == date(2026, 12, 14)
    assert found.article == "《政府采购法实施条例》第三十一条"


def test_a_clarification_in_time_moves_nothing():
    close = datetime(2026, 12, 13, 9, 30, tzinfo=SHANGHAI)
    in_time = extended_deadline(datetime(2026, 11, 28, 23, 59, tzinfo=SHANGHAI), close, RULES)
    assert (in_time.needed, in_time.close_at) == (False, close)
    assert extended_deadline(datetime(2026, 11, 29, tzinfo=SHANGHAI), close, RULES).needed


def test_the_operator_s_notice_changes_the_proposal():
    own = WorkCalendar({date(2026, 11, 30): Override(is_working=False, source="通知")})
    table = propose({"announced": MONDAY}, AT, RuleSet(Scope(), own))
    assert table.dates["notice_until"] == date(2026, 12, 1)


def test_pace_scales_session_timers_only():
    assert PACES["law"].timer(30) == timedelta(minutes=30)
    assert PACES["demo"].timer(30) == timedelta(seconds=30)
    assert PACES["hand"].timer(30) == timedelta(minutes=6)
    assert set(timetable.UNITS) == {"WD", "CAL"}


@settings(max_examples=60)
@given(st.dates(date(2018, 1, 1), date(2029, 1, 1)))
def test_whatever_the_day_a_proposal_is_lawful(on):
    table = propose({}, start_of_day(on), RULES)
    assert table.breaches == ()
    assert breaches(table.dates, RULES) == []


@pytest.mark.parametrize(
    ("target", "dates", "first"),
    [
        ("bids_close", {}, None),
        ("bids_close", {"announced": date(2026, 11, 27)}, None),
        ("documents_from", {"announced": date(2026, 11, 27)}, date(2026, 11, 27)),
        ("documents_until", {"documents_from": date(2026, 11, 27)}, date(2026, 12, 4)),
        ("bids_close", {"documents_from": date(2026, 11, 27)}, date(2026, 12, 17)),
        # the twentieth day is a Saturday: people act on the Monday after it
        ("bids_close", {"documents_from": date(2026, 11, 29)}, date(2026, 12, 21)),
        (
            "bids_close",
            {"documents_from": date(2026, 11, 27), "documents_until": date(2026, 12, 22)},
            date(2026, 12, 22),
        ),
    ],
)
def test_the_first_lawful_day_heeds_periods_order_and_working_days(target, dates, first):
    assert timetable.earliest(target, dates, RULES) == first
    if first:
        assert timetable.breaches({**dates, target: first}, RULES) == []


def test_a_window_of_so_many_working_days_may_end_on_the_last_of_them():
    """`deadline >= start + N`, both as dates; the start is not counted (rulebook 0.3)."""
    rules = RuleSet(Scope(market="property", method="online_bidding", subject="equity", on=MONDAY))
    found = propose({"announced": MONDAY}, start_of_day(MONDAY), rules)
    until = found.dates["disclosed_until"]
    assert rules.calendar.days_between(MONDAY, until, "WD") == 20
    assert breaches({"announced": MONDAY, "disclosed_until": until}, rules) == []
    early = rules.calendar.add_working_days(until, -1).due
    (broken,) = breaches({"announced": MONDAY, "disclosed_until": early}, rules)
    assert (broken.code, broken.facts["days"]) == ("timetable.disclosure", 19)

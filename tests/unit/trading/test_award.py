"""Rank order, candidates, statutory clocks, and the admissibility of challenges."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kernel.errors import Conflict, DomainError, Invalid
from trading.domain import award, files, remedies, terms, ties
from trading.domain.files import Upload
from trading.periods import RuleSet, Scope

RULES = RuleSet(Scope())

GIVEN = [
    {"lot": 1, "rank": 2, "supplier_uscc": "B", "bid": "b", "price": "12.5", "total": "80"},
    {"lot": 1, "rank": 1, "supplier_uscc": "A", "bid": "a", "price": "10", "total": "90"},
    {"lot": 2, "rank": 1, "supplier_uscc": "C", "bid": "c", "price": "7.00"},
]


def test_candidates_of_a_lot_come_in_rank_order_with_two_places():
    found = award.read_candidates(GIVEN, 1)
    assert [(c["rank"], c["uscc"], c["price"]) for c in found] == [
        (1, "A", "10.00"),
        (2, "B", "12.50"),
    ]
    assert award.candidate(found, 2).bid == "b"
    with pytest.raises(Invalid):
        award.candidate(found, 3)


@pytest.mark.parametrize("price", ["1e3", "-1", "1.234", "", "１"])
def test_candidate_with_a_malformed_price_is_refused(price):
    with pytest.raises(Invalid):
        award.read_candidates([GIVEN[0] | {"price": price}], 1)


@pytest.mark.parametrize(
    ("is_first", "reason", "allowed"),
    [
        (True, "", True),
        (False, "", False),
        (False, "第一名放弃", True),
        (True, "长" * 301, False),
    ],
)
def test_rank_order(is_first, reason, allowed):
    if allowed:
        assert award.require_rank_order(reason, is_first=is_first) == reason
    else:
        with pytest.raises(Invalid):
            award.require_rank_order(reason, is_first=is_first)


JOINT = [GIVEN[0] | {"rank": 1, "uscc": "B"}, GIVEN[1] | {"uscc": "A"}]


def test_a_candidate_is_named_by_code_or_place_never_by_a_rank_that_two_share():
    both = award.read_candidates([one | {"supplier_uscc": one["uscc"]} for one in JOINT], 1)
    assert [(c["rank"], c["uscc"]) for c in both] == [(1, "B"), (1, "A")]
    assert [award.candidate(both, named).bid for named in ("A", "B", 1, 2)] == ["a", "b", "b", "a"]
    for nobody in ("C", "", 0, 3):
        with pytest.raises(Invalid):
            award.candidate(both, nobody)


def test_the_first_is_nobody_while_equals_are_joint():
    rows = [{"rank": 1, "uscc": "B"}, {"rank": 1, "uscc": "A"}, {"rank": 3, "uscc": "C"}]
    assert (ties.firsts(rows), ties.first(rows, {})) == (["B", "A"], "")
    assert ties.first(rows, {"chosen": "A"}) == "A"
    assert ties.first(rows, {"chosen": "C"}) == ""
    assert ties.first(rows[1:], {}) == "A"
    assert ties.first([], {}) == ""


def test_clocks_count_working_days():
    friday = date(2026, 11, 27)
    assert RULES.last_day("confirm_winner", friday) == date(2026, 12, 4)
    assert RULES.last_day("result_notice", friday) == date(2026, 12, 1)
    assert RULES.last_day("contract", friday) == date(2026, 12, 27)
    assert RULES.article_of("contract", friday) == "《政府采购法》第四十六条"


def test_suspension_stops():
    award.require_no_suspension([])
    with pytest.raises(Conflict):
        award.require_no_suspension(["质疑处理中"])


STANDING = remedies.Standing(
    rules=RULES,
    remedy=remedies.CHALLENGES,
    about="result",
    state="award_notified",
    registered=True,
    took_part=True,
    announced_at=datetime(2026, 10, 8, 1, tzinfo=UTC),
    closed_at=datetime(2026, 11, 2, 1, tzinfo=UTC),
    evaluated_at=datetime(2026, 11, 3, 1, tzinfo=UTC),
    result_at=datetime(2026, 11, 24, 1, tzinfo=UTC),
    same_matter_raised=False,
)


@pytest.mark.parametrize(
    ("changes", "day", "code"),
    [
        ({}, 24, None),
        ({}, 30, None),
        ({"took_part": False}, 24, "challenge.no_standing"),
        ({"same_matter_raised": True}, 24, "challenge.once"),
        ({"result_at": None}, 24, "challenge.too_early"),
        ({"about": "process"}, 12, None),
        ({"about": "process"}, 13, "challenge.too_late"),
        ({"about": "document", "took_part": False}, 20, "challenge.too_late"),
        (
            {"about": "document", "took_part": False, "registered": False},
            1,
            "challenge.no_standing",
        ),
        ({"about": "document", "announced_at": None}, 1, "challenge.too_early"),
        ({"about": "process", "evaluated_at": None, "closed_at": None}, 1, "challenge.too_early"),
    ],
)
def test_challenge_is_admissible(changes, day, code):
    standing, at = replace(STANDING, **changes), datetime(2026, 11, day, 3, tzinfo=UTC)
    if code is None:
        remedies.require_admissible(standing, at)
    else:
        with pytest.raises(DomainError) as refusal:
            remedies.require_admissible(standing, at)
        assert refusal.value.code == code


def test_challenge_on_the_result_ends_seven_working_days_after_the_notice_period():
    assert remedies.last_day_to_file(STANDING) == date(2026, 12, 4)
    told = datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert remedies.answer_due(told, RULES, remedies.CHALLENGES) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("state", "affects", "stands"),
    [
        ("award_notified", True, True),
        ("award_notified", False, False),
        ("announced", True, False),
        ("contracted", True, True),
        ("archived", True, False),
    ],
)
def test_only_what_may_affect_the_result_holds_the_procurement(state, affects, stands):
    remedy = remedies.CHALLENGES
    assert remedies.stands_still(state, affects_result=affects, remedy=remedy) is stands


@pytest.mark.parametrize("text", ["", "短", "长" * 101])
def test_challenge_text_must_be_there_and_fit(text):
    with pytest.raises(Invalid):
        remedies.checked_text(text, field="matters", least=4, most=100)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "attachment.bad_name"),
        ("a" * 121 + ".pdf", "attachment.bad_name"),
        ("../a.pdf", "attachment.bad_name"),
        ("a\u202e.pdf", "attachment.bad_name"),
        ("a.svg", "attachment.bad_type"),
        ("a", "attachment.bad_type"),
    ],
)
def test_bad_file_names_are_refused(name, code):
    with pytest.raises(Invalid) as refusal:
        files.checked(Upload("other", name, b"%PDF-1.7"))
    assert refusal.value.code == code


def test_file_too_large_is_refused():
    with pytest.raises(Invalid):
        files.checked(Upload("other", "a.pdf", b"%PDF-" + bytes(files.LARGEST)))
    assert files.checked(Upload("other", " 采购文件.PDF ", b"%PDF-1.7")) == "采购文件.PDF"
    assert files.media_type("采购文件.PDF") == "application/pdf"


def test_terms_are_numbered_and_blank_rows_left_out():
    rows = [{"text": "甲", "evidence": "乙"}, {"text": " "}, {"text": "丙"}]
    assert terms.read_terms(rows, prefix="Q", field="qualification") == [
        {"code": "Q1", "text": "甲", "evidence": "乙"},
        {"code": "Q2", "text": "丙", "evidence": ""},
    ]
    for bad in ("x", [1], [{"x": 1}], [{"text": "长" * 601}], [{}] * 41):
        with pytest.raises(Invalid):
            terms.read_terms(bad, prefix="Q", field="qualification")

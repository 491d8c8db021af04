"""Laws of the clocks of challenges, objections and complaints, over any day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import local_date
from kernel.errors import DomainError
from trading.domain import complaints, remedies
from trading.domain.complaints import Answered, Grounds, Handling
from trading.domain.remedies import CHALLENGES, OBJECTIONS, REMEDIES, Standing
from trading.periods import RuleSet, Scope

PINNED = date(2026, 11, 24)
RULES = {
    "challenge": RuleSet(Scope(market="procurement", method="open_tender", on=PINNED)),
    "sole_challenge": RuleSet(Scope(market="procurement", method="single_source", on=PINNED)),
    "objection": RuleSet(Scope(market="construction", method="open_tender", on=PINNED)),
    "prequal_objection": RuleSet(
        Scope(market="construction", method="prequalified_tender", on=PINNED)
    ),
    "first_stage_objection": RuleSet(
        Scope(market="construction", method="two_stage_tender", on=PINNED)
    ),
    "prequal_challenge": RuleSet(
        Scope(market="procurement", method="prequalified_tender", on=PINNED)
    ),
    "sale_objection": RuleSet(Scope(market="property", method="online_bidding", on=PINNED)),
    "agreement_objection": RuleSet(Scope(market="property", method="direct_agreement", on=PINNED)),
    "grant_objection": RuleSet(Scope(market="land", method="land_listing", on=PINNED)),
}
BEGIN = datetime(2026, 11, 24, tzinfo=UTC)
MOMENTS = st.integers(0, 390 * 24).map(lambda hours: BEGIN + timedelta(hours=hours))


def standing(slug, about, at, **more):
    return Standing(
        about=about,
        state="announced",
        registered=True,
        took_part=True,
        announced_at=at,
        called_at=at,
        closed_at=at,
        evaluated_at=at,
        result_at=at,
        same_matter_raised=False,
        rules=RULES[slug],
        bids_close_at=at + timedelta(days=30),
        publicity_until=local_date(at) + timedelta(days=3),
        applications_close_at=at + timedelta(days=10),
        proposals_close_at=at + timedelta(days=10),
        told_passing_on=local_date(at),
        remedy=REMEDIES[slug],
        **more,
    )


def test_every_remedy_has_rules_here():
    assert set(RULES) == set(REMEDIES)


@pytest.mark.parametrize(
    ("slug", "about"), [(r.slug, about) for r in REMEDIES.values() for about in r.matters]
)
@given(at=MOMENTS)
def test_what_may_be_raised_may_be_until_the_last_day_and_never_after(slug, about, at):
    found = standing(slug, about, at)
    last = remedies.last_day_to_file(found)
    on_the_last = datetime(last.year, last.month, last.day, 4, tzinfo=UTC)
    remedies.require_admissible(found, on_the_last)
    with pytest.raises(DomainError) as refusal:
        remedies.require_admissible(found, on_the_last + timedelta(days=1))
    assert refusal.value.code == "challenge.too_late"


@pytest.mark.parametrize("slug", sorted(REMEDIES))
@given(at=MOMENTS)
def test_an_answer_is_due_after_the_day_it_was_asked_and_later_if_asked_later(slug, at):
    due = remedies.answer_due(at, RULES[slug], REMEDIES[slug])
    assert due > local_date(at)
    assert remedies.answer_due(at + timedelta(days=1), RULES[slug], REMEDIES[slug]) >= due


@given(at=MOMENTS)
def test_an_objection_to_a_sole_supplier_is_due_after_the_publicity_whenever_it_came(at):
    found = standing("sole_challenge", "source", at)
    due = remedies.due_to_answer(found, at)
    assert due == remedies.due_to_answer(found, at + timedelta(days=2))
    working = RULES["sole_challenge"].calendar.days_between(found.publicity_until, due, "WD")
    assert working == 5


@given(at=MOMENTS)
def test_an_objection_to_the_document_leaves_ten_days_before_bids_close(at):
    found = standing("objection", "document", at)
    last = remedies.last_day_to_file(found)
    assert (local_date(found.bids_close_at) - last).days == 10


@given(at=MOMENTS, wait=st.integers(0, 40), direct=st.booleans())
def test_the_last_day_to_complain_about_construction_is_ten_days_on_and_never_a_day_of_rest(
    at, wait, direct
):
    rules, terms = RULES["objection"], OBJECTIONS.complaints
    due = remedies.answer_due(at, rules, OBJECTIONS)
    told = at + timedelta(days=wait)
    answered = None if direct else Answered(due, told)
    found = Grounds(rules, "other", answered, local_date(told), same_open=False)
    last = complaints.last_day(found, terms)
    assert (last - local_date(told)).days >= 10
    assert rules.calendar.is_working_day(last)


@given(at=MOMENTS, answered_after=st.integers(0, 20))
def test_in_procurement_an_early_answer_takes_nothing_from_the_time_to_complain(at, answered_after):
    rules, terms = RULES["challenge"], CHALLENGES.complaints
    due = remedies.answer_due(at, rules, CHALLENGES)
    early = Answered(due, at + timedelta(hours=answered_after))
    silent = Answered(due, None)
    lasts = {
        complaints.last_day(Grounds(rules, "result", a, None, same_open=False), terms)
        for a in (early, silent)
    }
    assert len(lasts) == 1


@pytest.mark.parametrize("slug", ["challenge", "objection"])
@given(at=MOMENTS, later=st.integers(0, 10), tests=st.integers(0, 90))
def test_days_of_tests_move_the_decision_by_just_so_many(slug, at, later, tests):
    accepted = at + timedelta(days=later)
    due = complaints.decision_due(at, accepted, RULES[slug])
    assert complaints.decision_due(at, accepted, RULES[slug], tests) == due + timedelta(days=tests)


@given(at=MOMENTS, later=st.integers(0, 10))
def test_a_decision_in_procurement_counts_from_the_receipt_whenever_it_is_taken_up(at, later):
    rules = RULES["challenge"]
    due = complaints.decision_due(at, at + timedelta(days=later), rules)
    assert due == rules.last_day("complaint_decision", local_date(at))


@given(at=MOMENTS, later=st.integers(0, 10))
def test_a_decision_in_construction_counts_from_the_day_it_is_taken_up(at, later):
    rules, accepted = RULES["objection"], at + timedelta(days=later)
    due = complaints.decision_due(at, accepted, rules)
    assert due == rules.last_day("complaint_decision", local_date(accepted))


@pytest.mark.parametrize("slug", sorted(REMEDIES))
@given(
    at=MOMENTS,
    tests=st.lists(st.integers(0, 30), min_size=1, max_size=4),
    taken_up=st.lists(st.booleans(), min_size=4, max_size=4),
    gap=st.integers(1, 9),
)
def test_filing_a_matter_again_never_wins_a_day_to_decide_it(slug, at, tests, taken_up, gap):
    rules, days = RULES[slug], timedelta(days=gap)
    handlings = [
        Handling(at + n * days, at + n * days + timedelta(days=1) if up else None, spent)
        for n, (spent, up) in enumerate(zip(tests, taken_up, strict=False))
    ]
    now = at + len(handlings) * days + timedelta(days=1)
    due, spent = _due(handlings, now, rules), sum(tests)
    last = handlings[-1]
    assert due <= complaints.decision_due(last.received, last.accepted or now, rules, spent)
    later = now + days
    again = _due([*handlings, Handling(later, None, 0)], later + timedelta(days=1), rules)
    if any(one.accepted for one in handlings):
        assert again == due
    else:
        assert again <= complaints.decision_due(later, later + timedelta(days=1), rules, spent)


def _due(handlings, now, rules):
    clock = complaints.clock_of(handlings, now)
    return complaints.decision_due(clock.received, clock.accepted, rules, clock.tests)


@given(at=MOMENTS, before=st.integers(0, 60), after=st.integers(1, 60))
def test_only_what_became_known_after_a_complaint_came_is_another_matter(at, before, after):
    day = local_date(at)
    assert complaints.is_same_matter(None, at)
    assert complaints.is_same_matter(day - timedelta(days=before), at)
    assert not complaints.is_same_matter(day + timedelta(days=after), at)

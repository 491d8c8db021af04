"""While a tender stands still nobody acts in its evaluation, and nobody's time to answer runs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from evaluation.models import Score
from evaluation.services import clarifying, clock, factors, leaving, marking, report
from evaluation.services.clarifying import Question
from kernel.errors import Conflict
from tests import opened, works
from tests.opened import Case
from tests.world import AT, cast
from trading.models import Tender
from trading.services import resume, suspend

pytestmark = pytest.mark.django_db
ASK = Question("inconsistent", "技术方案第 12 页", "前后两处质保期不一致，请说明以哪一处为准。")
ORDER = {"cause": "complaint", "ref": "TS-1"}
REASON = "投诉处理期间责令暂停。"


@pytest.fixture
def world():
    return cast(AT)


def held(case: Case) -> None:
    tender = Tender.objects.get(code=case.code)
    suspend(actor=case.actor("wang"), tender=tender, **ORDER, reason=REASON, at=case.at)


def released(case: Case) -> None:
    tender = Tender.objects.get(code=case.code)
    resume(actor=case.actor("wang"), tender=tender, **ORDER, at=case.at)


def refused(act, **given) -> str:
    with pytest.raises(Conflict) as refusal:
        act(**given)
    return refusal.value.code


def test_no_member_acts_while_the_tender_stands_still_and_all_go_on_after_it(world):
    case = opened.conforming(world)
    held(case)
    given, member = {"code": case.code, "at": case.at}, case.members[0]
    mark = [marking.Mark(case.bid("chen").pk, "T1", Decimal(10))]
    assert refused(marking.score_all, actor=member, lot=1, marks=mark, **given) == (
        "tender.suspended"
    )
    assert refused(report.draft_report, actor=case.lead, **given) == "tender.suspended"
    assert refused(leaving.recuse, actor=member, reason="亲属", **given) == "tender.suspended"
    assert Score.objects.count() == 0
    page = world.client("wang").get(f"/tenders/{case.code}/evaluation/").content.decode()
    assert REASON in page
    released(case)
    opened.mark(case, member)
    assert Score.objects.exists()


def test_a_report_is_not_handed_in_while_the_tender_stands_still(world):
    case = works.conforming(world)
    works.mark_all(case)
    held(case)
    assert Tender.objects.get(code=case.code).state == "evaluating"
    with pytest.raises(Conflict) as refusal:
        works.sign(case)
    assert refusal.value.code == "tender.suspended"
    released(case)


def test_no_factor_is_drawn_while_the_tender_stands_still(world):
    case = works.opening_ended(world)
    held(case)
    given = {"actor": case.actor("feng"), "code": case.code, "nonce": works.NONCE, "at": case.at}
    assert refused(factors.draw_factor, **given) == "tender.suspended"
    released(case)
    works.draw_factor(case)


def test_the_time_to_answer_a_question_stands_still_too(world):
    case = opened.qualified(world)
    ask = {"bid": case.bid("chen").pk, "question": ASK}
    made = clarifying.ask_clarification(actor=case.lead, code=case.code, **ask, at=case.at)
    due, case.at = made.due_at, case.at + timedelta(minutes=10)
    held(case)
    answer = {"clarification": made.number, "text": "以第 30 页为准。", "confirmed": True}
    given = {"actor": case.actor("chen"), "code": case.code, **answer}
    assert refused(clarifying.answer_clarification, **given, at=case.at) == "tender.suspended"
    assert clock.due(due + timedelta(minutes=1)) == 0
    case.at = due + timedelta(hours=2)
    released(case)
    made.refresh_from_db()
    assert (made.state, made.due_at) == ("asked", case.at + timedelta(minutes=20))
    assert case.evaluation.next_due_at == made.due_at
    clarifying.answer_clarification(**given, at=case.at + timedelta(minutes=19))

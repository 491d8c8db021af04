"""Two at once: a question is asked once; an answer or the end of its time stands, never both."""

from datetime import timedelta

import pytest
from django.db import transaction

from evaluation.models import AnswerFile, BidClarification
from evaluation.services import clock
from tests import opened
from tests.integration.evaluation.test_clarifying import answer, ask, standing
from tests.integration.evaluation.test_committee import facts
from tests.integration.trading.test_two_clocks import at_once
from tests.world import AT, cast
from trading.domain.files import Upload

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_sent_twice_is_asked_once():
    with transaction.atomic():
        case = opened.qualified(cast(AT))
    said = at_once(lambda: ask(case).state, lambda: ask(case).state)
    assert sorted(said) == ["asked", "bid_clarification.waiting"]
    assert BidClarification.objects.count() == 1


def test_an_answer_and_the_end_of_its_time_meet_and_one_of_them_stands():
    with transaction.atomic():
        case = opened.qualified(cast(AT))
    made = ask(case)
    last = made.due_at - timedelta(microseconds=1)
    said = at_once(lambda: answer(case, made, at=last).state, lambda: clock.due(made.due_at))
    state = standing(made)
    assert (said[0], state) in {
        ("answered", "answered"),
        ("bid_clarification.wrong_state", "lapsed"),
    }
    kinds = [kind for kind in facts(case) if kind.startswith("bid_clarification.")]
    assert kinds == ["bid_clarification.asked", f"bid_clarification.{state}"]


def test_two_answers_with_files_at_once_and_one_of_them_stands_whole():
    with transaction.atomic():
        case = opened.qualified(cast(AT))
    made = ask(case)

    def hand_in(name):
        file = Upload("answer", f"{name}.pdf", b"%PDF-1.7")
        return answer(case, made, text=name, attached=[file]).state

    said = at_once(lambda: hand_in("甲"), lambda: hand_in("乙"))
    assert sorted(said) == ["answered", "bid_clarification.wrong_state"]
    made.refresh_from_db()
    assert [kept.name for kept in AnswerFile.objects.all()] == [f"{made.answer}.pdf"]

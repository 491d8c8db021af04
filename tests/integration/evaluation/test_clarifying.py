"""The committee asks one bidder in writing; it answers in time and never changes its bid."""

from datetime import timedelta

import pytest

from evaluation.domain import MOST_MINUTES
from evaluation.models import BidClarification
from evaluation.queries import desk, questions
from evaluation.services import clarifying, clock, leaving, marking, report, review, summary
from evaluation.services.clarifying import Question
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from ledger.papers import paper_of
from tests import opened
from tests.integration.evaluation.test_committee import facts, refused

WHERE, WHAT = "技术方案第 12 页", "第 12 页写明质保三年，第 30 页写明五年，请说明以哪一处为准。"
ASK = Question("inconsistent", WHERE, WHAT)


def ask(case, name="chen", question=ASK):
    given = {"actor": case.lead, "code": case.code, "bid": case.bid(name).pk, "at": case.at}
    return clarifying.ask_clarification(**given, question=question)


def answer(case, made, **changes):
    given = {"actor": case.actor("chen"), "text": "以第 30 页五年为准。", "confirmed": True}
    given |= {"code": case.code, "clarification": made.number, "at": case.at} | changes
    return clarifying.answer_clarification(**given)


def judge(case, made, votes):
    for member, within in zip(case.members, votes, strict=False):
        given = {"actor": member, "code": case.code, "clarification": made.number, "at": case.at}
        clarifying.judge_clarification(**given, within=within, reason=f"认定{within}")


def standing(made):
    made.refresh_from_db()
    return made.state


def test_the_lead_asks_and_only_that_bidder_learns_of_it(world):
    case = opened.qualified(world)
    made = ask(case)
    assert (made.number, made.state) == (1, "asked")
    assert made.due_at == case.at + timedelta(minutes=30) == case.evaluation.next_due_at
    entry = record.first_fact(case.code, "bid_clarification.asked")
    assert (facts(case)[-1], entry.data["question"], entry.data["bid"]) == (
        "bid_clarification.asked",
        WHAT,
        case.bid("chen").commit_hash,
    )
    assert [item.title for item in desk.desk_items(case.actor("chen"), case.at)] == [
        "书面澄清投标文件"
    ]
    assert desk.desk_items(case.actor("zhao"), case.at) == []
    with pytest.raises(Missing):
        questions.asked_of(case.actor("zhao"), case.code)
    assert "bid_clarification.asked" not in record.public_kinds()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("price", WHERE, WHAT), "bid_clarification.ground"),
        (Question("unclear", " ", WHAT), "bid_clarification.place"),
        (Question("unclear", "页" * 121, WHAT), "bid_clarification.place"),
        (Question("unclear", WHERE, " "), "bid_clarification.question"),
        (Question("unclear", WHERE, "问" * 2001), "bid_clarification.question"),
        (Question("unclear", WHERE, WHAT, 29), "bid_clarification.minutes"),
        (Question("unclear", WHERE, WHAT, MOST_MINUTES + 1), "bid_clarification.minutes"),
    ],
)
def test_a_bad_question_is_refused(world, question, code):
    case = opened.qualified(world)
    given = {"actor": case.lead, "bid": case.bid("chen").pk, "question": question}
    refused(case, Invalid, code, clarifying.ask_clarification, **given)
    assert not BidClarification.objects.exists()


def test_who_may_not_ask_when_or_whom(world):
    case = opened.led(world)
    given = {"actor": case.lead, "bid": case.bid("chen").pk, "question": ASK}
    refused(
        case, Conflict, "evaluation.wrong_stage", clarifying.ask_clarification, **given
    )  # the purchaser checks qualification: the committee does not review yet
    opened.qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    other = next(m for m in case.members if m != case.lead)
    denied = "bid_clarification.ask.denied"
    for actor in (other, case.actor("lin"), case.actor("chen")):
        refused(case, Denied, denied, clarifying.ask_clarification, **given | {"actor": actor})
    unknown = given | {"bid": 0}
    refused(case, Missing, "bid.missing", clarifying.ask_clarification, **unknown)
    ask(case)
    refused(case, Conflict, "bid_clarification.waiting", clarifying.ask_clarification, **given)
    assert BidClarification.objects.count() == 1


def test_a_bid_that_is_out_is_not_asked(world):
    case = opened.led(world, prices=opened.PRICES | {"lin": "990000.00"})
    opened.qualify(case, {("晨光医疗科技有限公司", "Q1"): "无证书"})
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    given = {"actor": case.lead, "bid": case.bid("chen").pk, "question": ASK}
    refused(case, Conflict, "bid_clarification.excluded", clarifying.ask_clarification, **given)


def test_the_bidder_answers_once_in_writing_and_confirms(world):
    case = opened.qualified(world)
    made, before = ask(case), case.bid("chen")
    given = {"clarification": made.number, "text": "以第 30 页为准。", "confirmed": True}
    service = clarifying.answer_clarification
    for name in ("zhao", "sun"):
        strange = given | {"actor": case.actor(name)}
        refused(case, Missing, "bid_clarification.missing", service, **strange)
    own = given | {"actor": case.actor("chen")}
    refused(case, Missing, "bid_clarification.missing", service, **own | {"clarification": 9})
    refused(case, Invalid, "bid_clarification.answer", service, **own | {"text": " "})
    refused(case, Invalid, "bid_clarification.answer", service, **own | {"text": "答" * 5001})
    refused(case, Invalid, "bid_clarification.unconfirmed", service, **own | {"confirmed": False})
    answer(case, made)
    assert (standing(made), made.answer) == ("answered", "以第 30 页五年为准。")
    assert (facts(case)[-1], case.evaluation.next_due_at) == ("bid_clarification.answered", None)
    refused(case, Conflict, "bid_clarification.wrong_state", service, **own)
    after = case.bid("chen")
    assert (after.fields, after.price, after.files) == (before.fields, before.price, before.files)


def test_an_answer_at_the_very_end_of_the_time_is_late(world):
    case = opened.qualified(world)
    made = ask(case)
    case.at = made.due_at
    given = {"actor": case.actor("chen"), "clarification": 1, "text": "迟", "confirmed": True}
    late = "bid_clarification.late"
    refused(case, Conflict, late, clarifying.answer_clarification, **given)
    case.at -= timedelta(microseconds=1)
    answer(case, made)


def test_silence_has_the_consequence_that_was_stated(world):
    case = opened.qualified(world)
    made = ask(case)
    assert clock.due(made.due_at - timedelta(seconds=1)) == 0
    assert (clock.due(made.due_at), clock.due(made.due_at)) == (1, 0)
    assert (standing(made), facts(case)[-1]) == ("lapsed", "bid_clarification.lapsed")
    assert record.first_fact(case.code, "bid_clarification.lapsed").actor == "system"
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    assert case.bid("chen") in case.bids


@pytest.mark.parametrize(
    ("votes", "state"),
    [
        ([True, True], "answered"),
        ([True, True, True], "kept"),
        ([False, True, False, False], "disregarded"),
    ],
)
def test_the_majority_says_whether_an_answer_stays_within_the_bid(world, votes, state):
    case = opened.qualified(world)
    made = ask(case)
    one = {"actor": case.members[0], "clarification": 1, "within": True, "reason": "一致"}
    service = clarifying.judge_clarification
    refused(case, Conflict, "bid_clarification.wrong_state", service, **one)
    answer(case, made)
    refused(case, Invalid, "check.reason", service, **one | {"reason": " "})
    denied = "bid_clarification.judge.denied"
    refused(case, Denied, denied, service, **one | {"actor": case.actor("lin")})
    refused(case, Missing, "bid_clarification.missing", service, **one | {"clarification": 2})
    judge(case, made, votes)
    assert standing(made) == state
    assert (facts(case)[-1] == "bid_clarification.judged") is (state != "answered")


def test_a_replaced_member_s_opinion_does_not_count(world):
    case = opened.qualified(world)
    made = ask(case)
    answer(case, made)
    judge(case, made, [True, True])
    gone = case.members[1]
    leaving.recuse(actor=gone, code=case.code, reason="亲属关系", at=case.at)
    opened.gather(case, case.seats[-1])
    one = {"code": case.code, "clarification": 1, "within": True, "reason": "一致", "at": case.at}
    clarifying.judge_clarification(actor=case.members[1], **one)
    assert standing(made) == "answered"
    clarifying.judge_clarification(actor=case.members[2], **one)
    assert standing(made) == "kept"


def test_no_stage_ends_over_an_open_question(world):
    case = opened.qualified(world)
    opened.conform(case)
    made = ask(case)
    closing = {"actor": case.lead}
    waiting = "bid_clarification.open"
    refused(case, Conflict, waiting, review.close_conformity, **closing)
    answer(case, made)
    refused(case, Conflict, waiting, review.close_conformity, **closing)
    judge(case, made, [True] * 3)
    review.close_conformity(code=case.code, at=case.at, **closing)
    made = ask(case, "hu")
    opened.mark(case, case.members[0])
    locking = {"actor": case.members[0], "lot": 1}
    refused(case, Conflict, waiting, marking.lock_scorecard, **locking)
    clock.due(made.due_at)
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)
    made = ask(case, "zhao")
    refused(case, Conflict, waiting, summary.summarise, **closing)
    clock.due(made.due_at)
    summary.summarise(code=case.code, at=case.at, **closing)
    assert [c.state for c in BidClarification.objects.order_by("number")] == [
        "kept",
        "lapsed",
        "lapsed",
    ]


def test_the_clock_waits_for_the_first_of_several_questions(world):
    case = opened.qualified(world)
    late = ask(case, "hu", Question("unclear", WHERE, WHAT, 60))
    first = ask(case)
    assert case.evaluation.next_due_at == first.due_at
    answer(case, first)
    assert case.evaluation.next_due_at == late.due_at


def test_question_and_answer_stand_in_the_report(world):
    case = opened.qualified(world)
    made = ask(case)
    answer(case, made)
    judge(case, made, [True] * 3)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    (told,) = paper_of("evaluation_report", case.code).content["clarifications"]
    assert (told["place"], told["question"], told["answer"], told["outcome"]) == (
        WHERE,
        WHAT,
        "以第 30 页五年为准。",
        "采纳",
    )

"""Complaints (投诉): after what, by when, what they hold still, how they are decided."""

import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import press
from ledger import queries as record
from portal.streams import may_watch
from tests import tenders, works
from tests.papers import is_known_shape
from tests.tenders import took_part
from tests.world import AT, cast
from trading import queries, services
from trading.domain import remedies
from trading.models import Complaint, Suspension
from trading.services import complaints as clock

pytestmark = pytest.mark.django_db
TEXT = {
    "matters": "招标人答复称业绩符合要求，但竣工验收备案表显示工程在五年之前竣工。",
    "claim": "请认定评标结果无效并责令重新评标。",
    "law": "《招标投标法实施条例》第六十条",
}


@pytest.fixture
def world():
    return cast(AT)


def objected(case, name="zhao"):
    return services.file_challenge(
        actor=case.world.actor(name, case.at),
        code=case.code,
        about="result",
        matters="第一中标候选人业绩不实，不应得分。",
        claim="请重新评审。",
        law="《招标投标法实施条例》第五十四条",
        at=case.at,
    )


def answered(case, filed, outcome="dismissed"):
    sun, given = case.world.actor("sun", case.at), {"code": case.code, "number": filed.code}
    services.accept_challenge(actor=sun, **given, at=case.at)
    services.answer_challenge(actor=sun, **given, outcome=outcome, answer="经核实。", at=case.at)


def complain(case, ground, name="zhao", **more):
    return services.file_complaint(
        actor=case.world.actor(name, case.at),
        code=case.code,
        ground=ground,
        **TEXT,
        **more,
        at=case.at,
    )


def decide(case, found, outcome="upheld", **more):
    wang, given = case.world.actor("wang", case.at), {"code": case.code, "number": found.code}
    if Complaint.objects.get(pk=found.pk).state == "received":
        services.accept_complaint(actor=wang, **given, at=case.at)
    return services.decide_complaint(
        actor=wang, **given, outcome=outcome, decision="经查，投诉事项属实。", **more, at=case.at
    )


@pytest.fixture
def case(world):
    return works.publicised(works.evaluated(world))


def test_a_result_is_complained_of_only_after_an_objection(case):
    with pytest.raises(Conflict) as refusal:
        complain(case, "result")
    assert refusal.value.code == "complaint.nothing_before"


def test_a_complaint_waits_for_the_answer_or_the_end_of_its_period(case):
    filed = objected(case)
    with pytest.raises(Conflict) as refusal:
        complain(case, filed.code)
    assert refusal.value.code == "complaint.too_early"
    case.at += timedelta(days=4)
    found = complain(case, filed.code)
    assert re.fullmatch(rf"{case.code}-TS-[A-Z2-9]{{8}}", found.code)


def test_ten_days_run_from_the_answer_and_checking_takes_three_working_days(case):
    filed = objected(case)
    answered(case, filed)
    begins = local_date(case.at)
    last = queries.work_calendar().roll_over(begins + timedelta(days=10))[0]
    case.at += timedelta(days=(last - begins).days + 1)
    with pytest.raises(Conflict) as refusal:
        complain(case, filed.code)
    assert refusal.value.code == "complaint.too_late"
    case.at -= timedelta(days=1)
    found = complain(case, filed.code)
    assert found.check_due == queries.work_calendar().add_working_days(last, 3).due


def test_what_is_no_objection_matter_goes_to_the_authority_at_once_within_ten_days(case):
    today = local_date(case.at)
    with pytest.raises(Invalid) as refusal:
        complain(case, "other")
    assert refusal.value.code == "complaint.known_on"
    with pytest.raises(Invalid):
        complain(case, "other", known_on=today + timedelta(days=1))
    with pytest.raises(Conflict) as refusal:
        complain(case, "other", known_on=today - timedelta(days=14))
    assert refusal.value.code == "complaint.too_late"
    found = complain(case, "other", known_on=today - timedelta(days=3))
    assert (found.challenge, found.about_title) == (None, "其他招标投标活动")


def test_the_same_is_not_complained_of_twice(case):
    filed = objected(case)
    answered(case, filed)
    complain(case, filed.code)
    with pytest.raises(Conflict) as refusal:
        complain(case, filed.code)
    assert refusal.value.code == "complaint.once"


def test_another_bidders_objection_is_no_ground(case):
    filed = objected(case)
    answered(case, filed)
    with pytest.raises(Conflict) as refusal:
        complain(case, filed.code, "hu")
    assert refusal.value.code == "complaint.nothing_before"


def test_the_time_to_decide_runs_from_the_taking_up_and_tests_do_not_count(case):
    filed = objected(case)
    answered(case, filed)
    found = complain(case, filed.code)
    wang, given = case.actor("wang"), {"code": case.code, "number": found.code}
    found = services.accept_complaint(actor=wang, **given, at=case.at)
    due = queries.work_calendar().add_working_days(local_date(case.at), 30).due
    assert found.decision_due == due
    found = services.extend_complaint(
        actor=wang, **given, days=12, reason="业绩材料鉴定", at=case.at
    )
    assert found.decision_due == due + timedelta(days=12)
    with pytest.raises(Invalid) as refusal:
        services.extend_complaint(actor=wang, **given, days=400, reason="x", at=case.at)
    assert refusal.value.code == "complaint.days"


def test_the_authority_holds_the_tender_still_and_the_dates_shift(case):
    filed = objected(case)
    answered(case, filed)
    found = complain(case, filed.code)
    wang, given = case.actor("wang"), {"code": case.code, "number": found.code}
    services.hold_for_complaint(actor=wang, **given, reason="可能影响中标结果", at=case.at)
    with pytest.raises(Conflict) as refusal:
        services.hold_for_complaint(actor=wang, **given, reason="x", at=case.at)
    assert refusal.value.code == "complaint.held"
    before, since = works.tender_of(case).publicity_until, case.at
    with pytest.raises(Conflict) as refusal:
        works.confirmed(case)
    assert refusal.value.code == "tender.suspended"
    decide(case, found, "dismissed")
    tender = works.tender_of(case)
    assert services.open_reasons(tender) == []
    assert tender.publicity_until >= before + (case.at - since)


def test_the_decision_is_published_and_may_order_a_new_evaluation(case):
    filed = objected(case)
    answered(case, filed)
    found = complain(case, filed.code)
    decide(case, found, redress="reevaluate")
    tender = works.tender_of(case)
    assert tender.state == "evaluating"
    notice = tender.notices.get(kind="complaint_decision")
    assert (notice.fields["filer"], notice.fields["outcome"]) == ("朝阳信息技术有限公司", "upheld")
    assert record.first_fact(case.code, "complaint.decided").data["notice"] == notice.number
    page = case.world.client("he").get(f"/notices/{case.code}/{notice.number}/")
    assert "经查，投诉事项属实。" in page.content.decode()


def test_a_dismissed_complaint_orders_nothing(case):
    filed = objected(case)
    answered(case, filed)
    found = complain(case, filed.code)
    with pytest.raises(Conflict) as refusal:
        decide(case, found, "dismissed", redress="reevaluate")
    assert refusal.value.code == "redress.not_upheld"
    assert Complaint.objects.get().state == "accepted"


@pytest.mark.parametrize("name", ["sun", "lin", "qian", "zhao"])
def test_only_the_authority_decides(case, name):
    filed = objected(case)
    answered(case, filed)
    found = complain(case, filed.code)
    with pytest.raises((Denied, Missing)):
        services.accept_complaint(
            actor=case.actor(name), code=case.code, number=found.code, at=case.at
        )


def printed(kind, subject, content):
    """Give what a paper says in place of its PDF: the making has its own test."""
    told = json.loads(press.canonical.encode(content))
    assert is_known_shape(kind, told, "procurement")
    return press.page_of(kind, subject, told).encode()


def test_who_reads_a_complaint(case, monkeypatch):
    monkeypatch.setattr(press, "made_apart", printed)
    filed = objected(case)
    before = f"/tenders/{case.code}/challenges/{filed.code}/letter/"
    assert "尚未答复" in case.world.client("zhao").get(before).content.decode()
    answered(case, filed)
    found = complain(case, filed.code)
    url = f"/tenders/{case.code}/complaints/{found.code}/"

    def readers(url=url):
        names = ("zhao", "wang", "tang", "sun", "lin", "chen", "qian", "mei", "wu")
        return {n for n in names if case.world.client(n).get(url).status_code == 200}

    assert readers(before) == {"zhao", "wang", "tang", "sun", "lin"}

    assert readers() == {"zhao", "wang", "tang"}
    services.accept_complaint(
        actor=case.actor("wang"), code=case.code, number=found.code, at=case.at
    )
    assert readers() == {"zhao", "wang", "tang", "sun", "lin"}
    assert readers(f"{url}letter/") == set()
    decide(case, found, redress="reevaluate")
    assert readers(f"{url}letter/") == {"zhao", "wang", "tang", "sun", "lin"}
    letter = case.world.client("zhao").get(f"{url}letter/").content.decode()
    assert "经查，投诉事项属实。" in letter
    assert "朝阳信息技术有限公司" in letter


def test_a_complaint_is_filed_and_decided_on_pages(case):
    with time_machine.travel(case.at, tick=True):
        _filed_and_decided(case)


def _filed_and_decided(case):
    filed = objected(case)
    answered(case, filed)
    url = f"/tenders/{case.code}/complaints/"
    sent = case.world.client("zhao").post(url, {**TEXT, "ground": filed.code})
    assert sent.status_code == 302
    found, wang = Complaint.objects.get(), case.world.client("wang")
    one = f"{url}{found.code}/"
    assert sent.headers["Location"] == one
    assert "审查投诉" in wang.get("/desk/").content.decode()
    assert wang.post(f"{one}accept/").status_code == 302
    assert wang.post(f"{one}hold/", {"reason": "可能影响结果"}).status_code == 302
    assert Suspension.objects.filter(cause="complaint", ended_at=None).count() == 1
    refused = wang.post(one, {"outcome": "", "decision": ""})
    assert refused.status_code == 422
    done = wang.post(one, {"outcome": "upheld", "redress": "reevaluate", "decision": "责令改正。"})
    assert done.status_code == 302
    assert works.tender_of(case).state == "evaluating"


# --- procurement ---


def challenged(world):
    story = tenders.evaluated(world)
    took_part(story, "chen")
    sun, lin = world.actor("sun", story.at), world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    filed = services.file_challenge(
        actor=world.actor("chen", story.at),
        code=story.code,
        about="result",
        matters="中标供应商的业绩证明材料与公示信息不一致。",
        claim="请重新核查。",
        law="《政府采购法》第五十二条",
        at=story.at,
    )
    return story, filed


def test_in_procurement_fifteen_working_days_run_from_the_end_of_the_answer_period(world):
    story, filed = challenged(world)
    answered(story, filed)
    last = queries.work_calendar().add_working_days(filed.answer_due, 15).due
    story.at += timedelta(days=(last - local_date(story.at)).days)
    found = complain(story, filed.code, "chen")
    wang, given = world.actor("wang", story.at), {"code": story.code, "number": found.code}
    found = services.accept_complaint(actor=wang, **given, at=story.at + timedelta(days=2))
    assert found.decision_due == queries.work_calendar().add_working_days(last, 30).due
    with pytest.raises(Conflict) as refusal:
        complain(story, "other", "chen", known_on=local_date(story.at))
    assert refusal.value.code == "complaint.nothing_before"


def test_in_procurement_a_tender_is_held_for_thirty_days_at_most(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")
    wang, given = world.actor("wang", story.at), {"code": story.code, "number": found.code}
    row = services.hold_for_complaint(actor=wang, **given, reason="可能影响结果", at=story.at)
    assert row.until == local_date(story.at) + timedelta(days=30)
    assert clock.due(story.at + timedelta(days=30)) == 0
    assert clock.due(story.at + timedelta(days=31)) == 1
    assert clock.due(story.at + timedelta(days=31)) == 0
    assert services.open_reasons(story.tender) == []


def test_in_procurement_the_thirty_days_are_those_of_all_holds_of_a_complaint(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")

    def given():
        return {
            "actor": world.actor("wang", story.at),
            "code": story.code,
            "number": found.code,
            "at": story.at,
        }

    services.hold_for_complaint(**given(), reason="可能影响结果")
    story.at += timedelta(days=19, hours=5)
    services.release_for_complaint(**given())
    story.at += timedelta(days=2)
    row = services.hold_for_complaint(**given(), reason="可能影响结果")
    assert row.until == local_date(story.at) + timedelta(days=10)
    story.at += timedelta(days=11)
    assert clock.due(story.at) == 1
    facts = list(record.facts_of(story.code).values_list("kind", flat=True))
    with pytest.raises(Conflict) as refusal:
        services.hold_for_complaint(**given(), reason="可能影响结果")
    assert (refusal.value.code, refusal.value.facts["days"]) == ("complaint.hold_used_up", 30)
    assert list(record.facts_of(story.code).values_list("kind", flat=True)) == facts
    assert services.open_reasons(story.tender) == []


def test_in_procurement_holds_let_go_before_each_midnight_use_up_the_days_too(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")
    one = {"tender": story.tender, "cause": "complaint", "ref": found.code, "reason": "原因"}
    for day in range(30):
        begin = story.at - timedelta(days=day + 1)
        Suspension.objects.create(**one, started_at=begin, ended_at=begin + timedelta(hours=23.9))
    wang, given = world.actor("wang", story.at), {"code": story.code, "number": found.code}
    with pytest.raises(Conflict) as refusal:
        services.hold_for_complaint(actor=wang, **given, reason="可能影响结果", at=story.at)
    assert refusal.value.code == "complaint.hold_used_up"


def test_a_refused_or_withdrawn_complaint_holds_nothing(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")
    wang, given = world.actor("wang", story.at), {"code": story.code, "number": found.code}
    services.hold_for_complaint(actor=wang, **given, reason="x 原因", at=story.at)
    services.refuse_complaint(actor=wang, **given, reason="超出质疑范围", at=story.at)
    assert services.open_reasons(story.tender) == []
    again = complain(story, filed.code, "chen")
    services.withdraw_complaint(
        actor=world.actor("chen", story.at), code=story.code, number=again.code, at=story.at
    )
    assert Complaint.objects.get(pk=again.pk).state == "withdrawn"


def taken_back(case, found, name):
    given = {"code": case.code, "number": found.code, "at": case.at}
    services.withdraw_complaint(actor=case.world.actor(name, case.at), **given)


def test_what_is_taken_back_and_filed_again_wins_no_new_days_to_decide_it(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")
    wang = world.actor("wang", story.at)
    given = {"code": story.code, "number": found.code}
    services.accept_complaint(actor=wang, **given, at=story.at)
    services.extend_complaint(actor=wang, **given, days=5, reason="材料鉴定", at=story.at)
    due = Complaint.objects.get().decision_due
    taken_back(story, found, "chen")
    story.at += timedelta(days=9)
    again = complain(story, filed.code, "chen")
    given = {"code": story.code, "number": again.code}
    again = services.accept_complaint(actor=wang, **given, at=story.at)
    assert again.decision_due == due
    again = services.extend_complaint(actor=wang, **given, days=2, reason="再次鉴定", at=story.at)
    assert again.decision_due == due + timedelta(days=2)


def test_what_is_taken_back_and_filed_again_wins_no_new_days_to_hold_it(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")
    given = {"code": story.code, "number": found.code}
    wang = world.actor("wang", story.at)
    services.hold_for_complaint(actor=wang, **given, reason="可能影响结果", at=story.at)
    story.at += timedelta(days=12)
    taken_back(story, found, "chen")
    again = complain(story, filed.code, "chen")
    row = services.hold_for_complaint(
        actor=wang, code=story.code, number=again.code, reason="可能影响结果", at=story.at
    )
    assert row.until == local_date(story.at) + timedelta(days=18)


def test_what_became_known_after_a_complaint_was_taken_back_is_another_matter(case):
    today = local_date(case.at)
    wang = case.world.actor("wang", case.at)
    first = complain(case, "other", known_on=today)
    services.accept_complaint(actor=wang, code=case.code, number=first.code, at=case.at)
    due = Complaint.objects.get().decision_due
    taken_back(case, first, "zhao")
    case.at += timedelta(days=7)
    same = complain(case, "other", known_on=today)
    same = services.accept_complaint(actor=wang, code=case.code, number=same.code, at=case.at)
    assert same.decision_due == due
    taken_back(case, same, "zhao")
    later = complain(case, "other", known_on=local_date(case.at))
    later = services.accept_complaint(actor=wang, code=case.code, number=later.code, at=case.at)
    # What was taken back a moment ago was of the earlier matter, and came after this one was known.
    assert later.decision_due >= due


# --- who learns that somebody complains ---


def test_nobody_learns_from_the_record_that_somebody_complains_before_it_is_decided(case):
    filed = objected(case)
    answered(case, filed)
    before = record.last_number(works.tender_of(case).stream)
    found = complain(case, filed.code)
    services.accept_complaint(
        actor=case.actor("wang"), code=case.code, number=found.code, at=case.at
    )
    assert record.last_number(works.tender_of(case).stream) == before
    kinds = {e.kind.split(".")[0] for e in record.facts_of(case.code)}
    assert kinds & {"challenge", "complaint"} == set()
    apart = record.entries_since(remedies.STREAM, 0)
    assert [(e.kind, e.tender) for e in apart] == [
        ("challenge.filed", ""),
        ("challenge.accepted", ""),
        ("challenge.answered", ""),
        ("complaint.filed", ""),
        ("complaint.accepted", ""),
    ]
    decide(case, found, "dismissed")
    assert record.first_fact(case.code, "complaint.decided").data["complaint"] == found.code


@pytest.mark.parametrize("name", ["wang", "zhao", "public"])
def test_nobody_watches_the_stream_of_remedies(case, name):
    scope = {"headers": [], "path": f"/live/{remedies.STREAM}", "query_string": b""}
    assert async_to_sync(may_watch)(scope, remedies.STREAM) is False
    assert case.world.client(name).get(f"/facts/{remedies.STREAM}/1/").status_code == 404


def test_the_period_of_a_complaint_is_a_row(world):
    story, _filed = challenged(world)
    rules = queries.rules_of(story.tender, story.at)
    assert rules.period("complaint", date(2026, 12, 1)).value == 15

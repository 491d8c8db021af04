"""A ruling that an appeal sets aside: the complaint is open again and ruled on anew."""

import json
from datetime import timedelta

import pytest

from kernel.calendar import local_date
from ledger import press
from ledger import queries as record
from tests.integration.trading.test_complaints import printed
from tests.integration.trading.test_examined import UPHELD, Case, refused, working_days
from tests.remedied import heard
from tests.world import AT, cast
from trading import queries, services
from trading.domain import remedies
from trading.domain.appeals import REOPENED_BY
from trading.models import Appeal

pytestmark = pytest.mark.django_db
DISMISSED = "经查，投诉事项缺乏事实依据，驳回投诉。"
TAKEN = {"way": "reconsideration", "body": "清河市人民政府", "appellant": "filer"}


@pytest.fixture
def case(monkeypatch):
    monkeypatch.setattr(press, "made_apart", printed)
    return Case(cast(AT))


def appealed(case, outcome, days=20):
    """Record an appeal of the ruling in force and, so many days on, how it ended."""
    today = local_date(case.story.at)
    made = services.record_appeal(**case.given("wang"), **TAKEN, filed_on=today)
    case.story.at += timedelta(days=days)
    received = local_date(case.story.at) - timedelta(days=1)
    ended = {"outcome": outcome, "decided_on": received - timedelta(days=10)}
    closing, ended = f"appeals/{made.number}/close/", ended | {"received_on": received}
    assert "结果登记后不能更改" in case.text("wang", closing)
    if outcome in REOPENED_BY:
        first = {**case.given("wang"), "appeal": made.number, **ended}
        assert refused(services.close_appeal, **first) == "appeal.not_in_force"
        early = first | {"received_on": received - timedelta(days=11), "in_force": True}
        assert refused(services.close_appeal, **early) == "appeal.received_on"
        ended["in_force"] = "on"
    assert case.sent("wang", closing, **ended) == 302
    return made


def test_a_decision_set_aside_is_made_anew_with_its_effects_and_stays_in_the_record(case):
    story = case.story
    services.accept_complaint(**case.given("wang"))
    services.extend_complaint(**case.given("wang"), days=3, reason="检验样品")
    heard(story, case.number)
    dismissed = {"outcome": "dismissed", "decision": DISMISSED}
    services.decide_complaint(**case.given("wang"), **dismissed)
    first = story.tender.notices.get(kind="complaint_decision")
    public = f"/notices/{story.code}/{first.number}/"
    appealed(case, "unlawful")
    assert case.found.state == "decided"  # found unlawful, and left standing
    other = services.record_appeal(
        **case.given("wang"), **TAKEN | {"way": "suit"}, filed_on=local_date(story.at)
    )
    made = appealed(case, "revoked")
    found = case.found
    assert (found.state, found.outcome, found.decided_at) == ("accepted", "", None)
    assert found.reopened_on == local_date(story.at) - timedelta(days=1)
    assert found.decision_due == working_days(found.reopened_on, 30)
    assert "不再有效" in case.text("public", public)
    assert DISMISSED in case.text("chen")
    assert "发出投诉书副本" in case.text("wang", "/desk/")
    today = local_date(story.at)
    closing = {"outcome": "ordered", "decided_on": today, "received_on": today, "in_force": True}
    services.close_appeal(**case.given("wang"), appeal=other.number, **closing)
    assert case.found.reopened_on == found.reopened_on  # its ruling was set aside before
    services.extend_complaint(**case.given("wang"), days=2, reason="再次检验")
    assert case.found.decision_due == found.decision_due + timedelta(days=2)
    services.hold_for_complaint(**case.given("wang"), reason="重新处理期间暂停")
    heard_anew(case)
    services.decide_complaint(**case.given("wang"), **UPHELD)
    assert story.tender.state == "failed"  # the new decision has its effect
    again = story.tender.notices.filter(kind="complaint_decision").latest("number")
    assert again.fields["ruling"] == 1
    newer = f"/notices/{story.code}/{again.number}/"
    assert "本决定是重新作出的" in case.text("public", newer)
    assert "清河市人民政府" in case.text("public", public)
    assert "清河市人民政府" not in case.text("public", newer)
    third = services.record_appeal(**case.given("wang"), **TAKEN, filed_on=local_date(story.at))
    assert (made.ruling, Appeal.objects.get(pk=third.pk).ruling) == (0, 1)
    kinds = [fact.kind for fact in record.facts_of(story.code)]
    assert kinds.count("complaint.decided") == 2
    assert kinds.index("complaint.reopened") > kinds.index("appeal.closed")
    ruling = case.found.rulings.get()
    assert (ruling.state, ruling.decision) == ("decided", DISMISSED)


def heard_anew(case):
    """Copies are sent again, to one left out before too, and everybody may speak again."""
    deciding = {**case.given("wang"), **UPHELD}
    assert refused(services.decide_complaint, **deciding) == "complaint.not_copied"
    for name in ("sun", "lin"):
        assert case.number in case.text(name)  # who had a copy goes on reading it
        assert "对投诉作出书面说明" not in case.text(name, "/desk/")
        speaking = {**case.given(name), "explanation": "再次说明。"}
        assert refused(services.explain_complaint, **speaking) == "complaint.not_copied_again"
    assert "发出投诉书副本" in case.text("wang", "/desk/")
    [zhao, _hu] = queries.related_suppliers(case.found)
    services.copy_complaint(**case.given("wang"), suppliers=[zhao.uscc])
    assert refused(services.decide_complaint, **deciding) == "complaint.unheard"
    assert case.text("sun", "copy/letter/")
    for name in ("sun", "lin", "zhao"):
        assert "对投诉作出书面说明" in case.text(name, "/desk/")
        services.explain_complaint(**case.given(name), explanation="再次说明。")
    assert case.found.copies.count() == 5


def test_a_refusal_set_aside_is_checked_anew_and_tells_nobody_else(case):
    story = case.story
    services.refuse_complaint(**case.given("wang"), reason="超出质疑事项的范围。")
    assert "登记后不公开" in case.text("wang", "appeals/new/")
    appealed(case, "ordered")
    found = case.found
    assert (found.state, found.decision) == ("received", "")
    assert found.check_due == working_days(found.reopened_on, 5)
    assert "超出质疑事项的范围。" in case.text("chen")
    assert not case.text("sun")
    assert not [
        f for f in record.facts_of(story.code) if "appeal" in f.kind or "complaint" in f.kind
    ]
    apart = [e.kind for e in record.entries_since(remedies.STREAM, 0)]
    assert apart[-3:] == ["refusal.appealed", "refusal.appeal_closed", "refusal.reopened"]
    found = services.accept_complaint(**case.given("wang"))
    assert found.decision_due == working_days(found.reopened_on, 30)
    heard(story, case.number)
    place = f"/api/v1/tenders/{story.code}/complaints"
    for name in ("sun", "chen"):
        page, [one] = case.text(name), json.loads(case.text(name, place))
        known = [bool(one[key]) for key in ("rulings", "appeals", "reopened_on")]
        told = ["超出质疑事项的范围。" in page, "清河市人民政府" in page, *known]
        assert told == [name == "chen"] * 5  # why it was turned away is its filer's own affair
    early = {**case.given("wang"), **TAKEN, "filed_on": local_date(story.at)}
    assert refused(services.record_appeal, **early) == "appeal.no_ruling"

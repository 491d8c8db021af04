"""A complaint in procurement: given back once, copied, explained, and only then decided."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import press
from ledger import queries as record
from ledger import services as ledger
from portal.reactions import REACTIONS
from tests.integration.trading.test_complaints import (
    TEXT,
    answered,
    challenged,
    complain,
    printed,
)
from tests.remedied import heard
from tests.tenders import took_part
from tests.world import AT, cast
from trading import queries, services
from trading.domain import remedies
from trading.models import Complaint, Evidence

pytestmark = pytest.mark.django_db
SAID = "评审委员会按照采购文件评审，投诉事项与事实不符。"


NAMES = ("chen", "wang", "tang", "sun", "lin", "zhao", "hu", "mei", "wu", "he")
PROOF = b"%PDF-1.7 proof"
LACKING = "没有写明请求所依据的事实。"
CLAIM = "认定中标结果无效。"
UPHELD = {"outcome": "upheld", "decision": "经查，投诉事项属实。", "redress": "void"}


def working_days(on, days):
    return queries.work_calendar().add_working_days(on, days).due


@pytest.fixture
def world():
    return cast(AT)


def refused(service, **given):
    with pytest.raises((Conflict, Invalid)) as refusal:
        service(**given)
    return refusal.value.code


class Case:
    """One complaint in procurement, with the clock of its story."""

    def __init__(self, world):
        self.story, filed = challenged(world)
        answered(self.story, filed)
        self.world = world
        self.number = complain(self.story, filed.code, "chen").code
        self.url = f"/tenders/{self.story.code}/complaints/{self.number}/"

    @property
    def found(self):
        return Complaint.objects.get()

    def given(self, name):
        who, at = self.world.actor(name, self.story.at), self.story.at
        return {"actor": who, "code": self.story.code, "number": self.number, "at": at}

    def text(self, name, path=""):
        with time_machine.travel(self.story.at, tick=True):
            answer = self.world.client(name).get(path if path[:1] == "/" else self.url + path)
        return answer.content.decode() if answer.status_code == 200 else ""

    def sent(self, name, path, **form):
        with time_machine.travel(self.story.at, tick=True):
            return self.world.client(name).post(self.url + path, form).status_code

    def readers_of(self, file):
        path = f"/tenders/{self.story.code}/cases/{self.number}/files/{file.pk}/"
        with time_machine.travel(self.story.at, tick=True):
            answers = {name: self.world.client(name).get(path) for name in NAMES}
        read = {name: answer for name, answer in answers.items() if answer.status_code == 200}
        assert {answer.content for answer in read.values()} == {PROOF}
        assert {a.status_code for n, a in answers.items() if n not in read} <= {404}
        return set(read)


def test_a_complaint_is_mended_once_copied_explained_and_then_decided(world, monkeypatch):
    monkeypatch.setattr(press, "made_apart", printed)
    case = Case(world)
    given_back_once(case)
    taken_up_and_copied(case)
    explained(case)
    decided_when_the_days_are_over(case)
    appealed(case)
    apart = [e.kind for e in record.entries_since(remedies.STREAM, 0)]
    assert [kind for kind in apart if kind.startswith("complaint")] == [
        "complaint.filed",
        "complaint.returned",
        "complaint.corrected",
        "complaint.accepted",
        "complaint.copied",
        "complaint.explained",
    ]


def given_back_once(case):
    """There is a day to mend it by; it is not turned away before that day is over."""
    story, today = case.story, local_date(case.story.at)
    ask = {"to_correct": LACKING, "correct_until": today + timedelta(days=4)}
    giving_back = services.return_complaint
    for until in (today, working_days(today, 10) + timedelta(days=1)):
        wrong = {**ask, "correct_until": until}
        assert refused(giving_back, **case.given("wang"), **wrong) == "complaint.correct_until"
    late = {**case.given("wang"), "at": story.at + timedelta(days=9)}
    assert refused(giving_back, **late, **ask) == "complaint.check_over"
    assert case.sent("wang", "return/", to_correct="") == 422
    assert case.sent("wang", "return/", **ask) == 302
    assert "补正投诉书" in case.text("chen", "/desk/")
    assert LACKING in case.text("chen")
    assert "投诉书补正通知书" in case.text("chen", "correction/letter/")
    assert not case.text("sun")
    refusal = {**case.given("wang"), "reason": "不补正"}
    assert refused(services.refuse_complaint, **refusal) == "complaint.correcting"
    story.at += timedelta(days=3)
    wrong = SimpleUploadedFile("证据.pdf", b"no pdf")
    mended = {**TEXT, "claim": CLAIM}
    assert case.sent("chen", "correct/", **mended, attached=wrong) == 422
    proof = SimpleUploadedFile("评分表.pdf", PROOF)
    assert case.sent("chen", "correct/", **mended, attached=proof) == 302
    found = case.found
    assert case.readers_of(found.evidence.get()) == {"chen", "wang", "tang"}
    assert (found.state, found.claim, found.mended_in_days) == ("received", CLAIM, 3)
    assert found.check_due == working_days(local_date(story.at), 5)
    ask["correct_until"] += timedelta(days=9)
    assert refused(giving_back, **case.given("wang"), **ask) == "complaint.returned_once"


def taken_up_and_copied(case):
    """The days of mending are not counted; both sides and one more supplier get a copy."""
    found = services.accept_complaint(**case.given("wang"))
    plain = working_days(local_date(found.received_at), 30)
    assert found.decision_due == plain + timedelta(days=3)
    assert queries.copies_due(found) == working_days(local_date(found.corrected_at), 8)
    assert "发出投诉书副本" in case.text("wang", "/desk/")
    assert not case.text("sun")
    deciding, sending = services.decide_complaint, services.copy_complaint
    assert refused(deciding, **case.given("wang"), **UPHELD) == "complaint.not_copied"
    names = [one.name for one in queries.related_suppliers(found)]
    assert names == ["朝阳信息技术有限公司", "琥珀办公设备有限公司"]
    assert refused(sending, **case.given("wang"), suppliers=["X"]) == "complaint.supplier"
    assert "琥珀办公设备有限公司" in case.text("wang", "copy/")
    [zhao, _hu] = queries.related_suppliers(found)
    assert case.sent("wang", "copy/", suppliers=[zhao.uscc]) == 302
    assert refused(sending, **case.given("wang")) == "complaint.copied"
    assert refused(deciding, **case.given("wang"), **UPHELD) == "complaint.unheard"


def explained(case):
    """Who has a copy reads it and speaks for itself; nobody reads another's words."""
    parties = {"chen", "wang", "tang", "sun", "lin", "zhao"}
    assert {name for name in NAMES if case.text(name)} == parties
    assert case.readers_of(case.found.evidence.get()) == parties
    assert "对投诉作出书面说明" in case.text("zhao", "/desk/")
    letter = case.text("zhao", "copy/letter/")
    assert "投诉答复通知书" in letter
    assert letter.count("朝阳信息技术有限公司") == 1
    assert not case.text("zhao", "correction/letter/")
    assert LACKING not in case.text("zhao")
    proof = SimpleUploadedFile("评审记录.pdf", PROOF)
    assert case.sent("sun", "explain/", explanation=SAID, attached=proof) == 302
    said = Evidence.objects.get(copy__organisation=case.story.tender.agency)
    assert case.readers_of(said) == {"wang", "tang", "sun"}
    mine = {**case.given("chen"), "file": said.pk, "address": ""}
    with pytest.raises(Missing):
        services.read_evidence(**mine)
    speaking = services.explain_complaint
    assert refused(speaking, **case.given("sun"), explanation=SAID) == "complaint.explained"
    with pytest.raises((Denied, Missing)):
        speaking(**case.given("chen"), explanation=SAID)
    assert {name for name in NAMES if SAID in case.text(name)} == {"wang", "tang", "sun"}


def decided_when_the_days_are_over(case):
    """Who did not speak in time has given it up."""
    story, last = case.story, case.found.copies.first().explain_due
    story.at += timedelta(days=(last - local_date(story.at)).days + 1)
    speaking = {**case.given("lin"), "explanation": SAID}
    assert refused(services.explain_complaint, **speaking) == "complaint.explanation_late"
    assert "对投诉作出书面说明" in case.text("lin", "/desk/")
    assert "explain/" not in case.text("lin")
    story.at += timedelta(days=1)
    assert "对投诉作出书面说明" not in case.text("lin", "/desk/")
    services.decide_complaint(**case.given("wang"), **UPHELD)
    assert story.tender.state == "failed"


def appealed(case):
    """Who is not content goes on to a reviewing body: recorded, and public beside the decision."""
    story, today = case.story, local_date(case.story.at)
    notice = story.tender.notices.get(kind="complaint_decision")
    until = queries.work_calendar().add(today, 60, "CAL", roll=True).due
    assert notice.fields["reconsider_until"] == str(until)
    public = f"/notices/{story.code}/{notice.number}/"
    taken = {"way": "reconsideration", "body": "清河市人民政府", "appellant": "respondent"}
    early = {**taken, "filed_on": today - timedelta(days=1)}
    recording = services.record_appeal
    assert refused(recording, **case.given("wang"), **early) == "appeal.filed_on"
    with pytest.raises(Denied):
        recording(**case.given("chen"), **taken, filed_on=today)
    assert "清河市人民政府" not in case.text("public", public)
    assert case.sent("wang", "appeals/new/", **taken, filed_on=today) == 302
    assert "清河市人民政府" in case.text("public", public)
    story.at += timedelta(days=50)
    today = local_date(story.at)
    ended = {"outcome": "kept", "decided_on": today, "received_on": today}
    ended["document"] = "清复决〔2027〕3号"
    assert case.sent("wang", "appeals/1/close/", **ended) == 302
    assert "清复决〔2027〕3号" in case.text("public", public)
    again = {**case.given("wang"), **ended, "appeal": 1}
    assert refused(services.close_appeal, **again) == "appeal.wrong_state"
    kinds = [e.kind for e in record.facts_of(story.code)]
    assert kinds[-2:] == ["appeal.recorded", "appeal.closed"]


def duties(world, found, at):
    """Whose desk names a complaint: of each line, whether it only waits."""
    return {
        name: [
            line.waiting
            for line in queries.desk_items(world.actor(name, at), at)
            if found.code in line.url
        ]
        for name in ("wang", "chen")
    }


def test_nothing_goes_on_that_has_come_to_its_end(world, monkeypatch):
    ours = {"tender.failed": REACTIONS["tender.failed"][-1:]}
    monkeypatch.setattr(ledger, "_reactions", lambda: ours)
    case = Case(world)
    story = case.story
    took_part(story, "zhao")
    gone_on = story.tender.notices.filter(kind="resumption").count()
    given = {"code": story.code, "at": story.at}
    about = {"about": "result", "matters": "中标结果的计算有明显错误。", "claim": CLAIM}
    other = services.file_challenge(
        actor=world.actor("zhao", story.at), **about, law=TEXT["law"], **given
    )
    lin = world.actor("lin", story.at)
    services.accept_challenge(actor=lin, number=other.code, **given)
    services.accept_complaint(**case.given("wang"))
    heard(story, case.number)
    services.decide_complaint(**case.given("wang"), **UPHELD)
    assert (story.tender.state, services.open_reasons(story.tender)) == ("failed", [])
    dismissed = {"outcome": "dismissed", "answer": "经核实，不成立。"}
    services.answer_challenge(actor=lin, number=other.code, **dismissed, **given)
    assert story.tender.notices.filter(kind="resumption").count() == gone_on
    resumed = [e for e in record.facts_of(story.code) if e.kind == "tender.resumed"]
    assert len(resumed) == gone_on


def test_what_is_not_mended_in_time_is_turned_away_with_notice(world):
    story, filed = challenged(world)
    answered(story, filed)
    found = complain(story, filed.code, "chen")
    given = {"code": story.code, "number": found.code}
    wang, until = world.actor("wang", story.at), local_date(story.at) + timedelta(days=1)
    services.return_complaint(
        actor=wang, **given, to_correct="缺少证据材料。", correct_until=until, at=story.at
    )
    late = {"at": story.at + timedelta(days=2), **given}
    mend = {"actor": world.actor("chen", late["at"]), **TEXT, **late}
    assert refused(services.correct_complaint, **mend) == "complaint.correction_late"
    told_by = working_days(until, 3)
    assert duties(world, found, story.at) == {"wang": [True], "chen": [False]}
    assert duties(world, found, late["at"]) == {"wang": [False], "chen": []}
    with time_machine.travel(late["at"], tick=True):
        place = f"/tenders/{story.code}/complaints/{found.code}/"
        assert "补正期限已满" in world.client("wang").get(place).text
        assert "correct/" not in world.client("chen").get(place).text.split("<main", 1)[1]
    services.refuse_complaint(actor=wang, reason="逾期未补正。", **late)
    [fact] = [e for e in record.entries_since(remedies.STREAM, 0) if e.kind == "complaint.refused"]
    assert fact.data["due"] == str(told_by)

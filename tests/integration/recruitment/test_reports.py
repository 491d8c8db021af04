"""Reports during the publicity: anybody signed in, kept secret, answered; one that is right puts
out whom it is about.
"""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.calendar import end_of_day
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from ledger.models import Entry
from ledger.papers import paper_of
from monitoring.models import MissedDeadline
from portal import deadlines
from recruitment import policy, queries, services
from recruitment.models import Applicant, Report
from tests import tenders
from tests.recruitments import own, publicised, ranked, sign
from tests.world import AT
from trading.domain.remedies import STREAM
from trading.services import suspend

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
TEXT = "该同志的学位证书编号在学信网上查不到，疑似伪造。"


@pytest.fixture
def story(world):
    return publicised(world, AT)


def report(story, number=1, name="he", text=TEXT):
    return services.file_report(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        text=text,
        at=story.at,
    )


def find(story, found, finding, name="ren", reason="学位证书不实"):
    return services.answer_report(
        actor=story.world.actor(name, story.at),
        code=story.code,
        token=found.token,
        finding=finding,
        answer="已向学位主管部门核实，谢谢监督。",
        reason=reason if finding == "upheld" else "",
        at=story.at,
    )


def file_hire(story, number="新人社聘〔2027〕3号"):
    ren = story.world.actor("ren", story.at)
    return services.file_hire(actor=ren, code=story.code, number=number, at=story.at)


def test_an_upheld_report_disqualifies_and_does_not_tell_who_reported(story):
    found = find(story, report(story), "upheld")
    assert (found.state, own(story, 1).state, own(story, 1).reason) == (
        "answered",
        "disqualified",
        "学位证书不实",
    )
    facts = Entry.objects.filter(kind="applicant.disqualified").get()
    assert (facts.actor, "he" in str(facts.data)) == ("person:ren", False)
    assert own(story, 2).state == "publicised"


def test_a_dismissed_report_changes_nothing(story):
    find(story, report(story), "dismissed")
    assert own(story, 1).state == "publicised"


def test_an_upheld_report_needs_what_the_disqualified_is_told(story):
    found = report(story)
    with pytest.raises(Invalid):
        find(story, found, "upheld", reason=" ")
    with pytest.raises(Invalid) as refused:
        find(story, found, "perhaps")
    assert refused.value.code == "report.finding"
    assert (Report.objects.get().state, own(story, 1).state) == ("filed", "publicised")


def test_the_hire_is_not_filed_while_a_report_waits(story):
    found = report(story)
    story.at = end_of_day(queries.publicity_of(story.tender).until) + timedelta(hours=9)
    with pytest.raises(Conflict) as refused:
        file_hire(story)
    assert refused.value.code == "report.open"
    page = f"/tenders/{story.code}/recruitment/"
    with time_machine.travel(story.at, tick=True):
        shown = story.world.client("ren").get(page).content.decode()
        assert ("有举报没有核查答复的岗位" in shown, "公示期满备案" in shown) == (True, False)
        assert "举报没有核查" not in story.world.client("lin").get(page).content.decode()
    find(story, found, "dismissed")
    assert file_hire(story).filed_at == story.at


def test_a_report_holds_the_hire_of_its_own_post_alone(story):
    other = story.tender.lots.get()
    other.pk, other.number, other.transaction_code = None, 2, ""
    other.save()
    Applicant.objects.filter(pk=own(story, 2).pk).update(lot=other)
    found = report(story)
    story.at = end_of_day(queries.publicity_of(story.tender).until) + timedelta(hours=9)
    publicity = file_hire(story)
    assert (publicity.filed_at, list(publicity.filings)) == (None, ["2"])
    with pytest.raises(Conflict) as held:
        sign(story, 1)
    assert held.value.code == "hire.not_filed"
    with pytest.raises(Conflict) as nothing_free:
        file_hire(story)
    assert nothing_free.value.code == "report.open"
    sign(story, 2)
    find(story, found, "dismissed")
    assert file_hire(story, "新人社聘〔2027〕9号").filed_at == story.at
    sign(story, 1)
    paper = paper_of("hire_result", f"{story.code}.result").content
    assert [(row["lot"], row["filed"]) for row in paper["rows"]] == [
        (1, "新人社聘〔2027〕9号"),
        (2, "新人社聘〔2027〕3号"),
    ]
    assert paper["filed"] == "新人社聘〔2027〕9号、新人社聘〔2027〕3号"
    assert (own(story, 1).state, own(story, 2).state) == ("hired", "hired")


def test_a_report_not_answered_in_time_is_the_authoritys_and_told_to_oversight_alone(story):
    found = report(story)
    suspend(
        actor=story.world.actor("wang", story.at),
        tender=story.tender,
        cause="order",
        ref="X-1",
        reason="核查投诉。",
        at=story.at,
    )
    late = end_of_day(found.answer_due) + timedelta(hours=1)
    deadlines.due(late)
    [row] = MissedDeadline.objects.filter(title="核查举报")
    office = story.world.organisations["personnel"]
    assert (row.role, row.organisation, row.is_secret) == ("personnel", office, True)
    month = f"/deadlines/?month={found.answer_due:%Y-%m}"
    with time_machine.travel(late, tick=True):
        for name, reads in (("wang", True), ("tang", True), ("qian", False), ("zheng", False)):
            shown = story.world.client(name).get(month).content.decode()
            assert (name, "核查举报" in shown) == (name, reads)


def test_reports_come_while_the_publicity_runs_once_a_person_and_with_facts(story):
    with pytest.raises(Invalid) as thin:
        report(story, text="举报")
    assert thin.value.code == "remedy.text"
    with pytest.raises(Invalid) as nobody:
        report(story, 5)
    assert nobody.value.code == "report.about"
    report(story)
    with pytest.raises(Conflict) as twice:
        report(story)
    assert twice.value.code == "report.once"
    report(story, 2)
    story.at = end_of_day(queries.publicity_of(story.tender).until)
    with pytest.raises(Conflict) as late:
        report(story, 2, "mei")
    assert late.value.code == "report.too_late"


def test_nobody_reports_before_the_publicity_nor_without_a_name(world):
    story = ranked(world, AT)
    with pytest.raises(Conflict) as early:
        report(story)
    assert early.value.code == "recruitment.not_now"
    with pytest.raises(Denied):
        report(story, name="public")


@pytest.mark.parametrize("permission", ["report.file", "recount.file"])
def test_a_refusal_to_report_or_to_ask_again_does_not_speak_of_applying(story, permission):
    nobody, he = (story.world.actor(name, story.at) for name in ("public", "he"))
    assert policy.why_not(nobody, permission, story.tender) == "请先登录，由本人提出。"
    bought = tenders.announced(story.world, AT).tender
    assert "报名" not in policy.why_not(he, permission, bought)


@pytest.mark.parametrize("name", ["lin", "sun", "qian", "wang", "he"])
def test_only_the_personnel_authority_answers(story, name):
    found = report(story)
    with pytest.raises((Denied, Missing)):
        find(story, found, "dismissed", name)


def test_what_a_report_says_rests_encrypted_and_no_fact_tells_of_it(story):
    before = record.last_number(story.tender.stream)
    found = report(story)
    assert TEXT.encode() not in bytes(Report.objects.get().sealed)
    assert record.last_number(story.tender.stream) == before
    apart = record.entries_since(STREAM, 0)[-1]
    assert (apart.kind, apart.tender, TEXT in str(apart.data)) == ("report.filed", "", False)
    assert queries.text_of(found) == TEXT


def test_each_look_of_the_authority_is_recorded_without_the_tender_and_lists_tell_no_text(story):
    looks = Entry.objects.filter(kind="access.read")
    reports = f"/api/v1/tenders/{story.code}/reports"
    with time_machine.travel(story.at, tick=True):
        he, ren = story.world.client("he"), story.world.client("ren")
        body = {"number": 1, "text": TEXT}
        filed = he.post(reports, body, content_type="application/json")
        token = filed.json()["token"]
        assert (filed.status_code, TEXT in filed.content.decode()) == (201, False)
        assert [r["token"] for r in ren.get(reports).json()] == [token]
        assert "text" not in ren.get(reports).json()[0]
        assert he.get(f"{reports}/{token}").json()["text"] == TEXT
        assert looks.count() == 0
        assert ren.get(f"{reports}/{token}").json()["text"] == TEXT
        assert TEXT in ren.get(f"/tenders/{story.code}/reports/{token}/").content.decode()
        assert [
            story.world.client(n).get(f"{reports}/{token}").status_code for n in ("lin", "sun")
        ] == [404, 404]
        told = [(look.actor, look.data["subject"], look.tender) for look in looks]
        assert told == [("person:ren", f"report:{token}", "")] * 2
        answer = {"finding": "dismissed", "answer": "已核实，不属实。"}
        given = ren.post(f"{reports}/{token}/answer", answer, content_type="application/json")
        assert (given.status_code, given.json()["state"]) == (200, "answered")


def test_a_report_is_seen_by_the_authority_and_who_reported_alone(story):
    url = f"/tenders/{story.code}/reports/"
    with time_machine.travel(story.at, tick=True):
        he = story.world.client("he")
        assert "举报" in he.get(f"/tenders/{story.code}/recruitment/").content.decode()
        assert he.post(url, {"number": "1", "text": ""}).status_code == 422
        assert he.post(url, {"number": "1", "text": TEXT}).status_code == 302
        one = f"{url}{Report.objects.get().token}/"
        names = ("public", "he", "lin", "sun", "ren", "wang", "tang", "qian", "chen", "mei")
        seen = {n for n in names if story.world.client(n).get(one).status_code == 200}
        assert seen == {"he", "ren"}
        for name in ("lin", "sun", "qian", "wang", "mei"):
            assert TEXT[:6] not in story.world.client(name).get(url).content.decode()
        assert "核查举报" in story.world.client("ren").get("/desk/").content.decode()
        assert story.world.client("ren").post(one, {"finding": ""}).status_code == 422
        sent = {"finding": "upheld", "answer": "已核实，属实。", "reason": "学位证书不实"}
        assert story.world.client("ren").post(one, sent).status_code == 302
        assert "已核实，属实。" in he.get(one).content.decode()
    assert own(story, 1).state == "disqualified"


def test_the_list_of_reports_asks_as_often_for_three_as_for_one(story):
    asked = []
    for names in (("he",), ("chen", "zhao")):
        for name in names:
            report(story, name=name)
        with time_machine.travel(story.at, tick=True):
            ren, url = story.world.client("ren"), f"/tenders/{story.code}/reports/"
            ren.get(url)
            with CaptureQueriesContext(connection) as queries_made:
                shown = ren.get(url)
        asked.append((len(shown.context["reports"]), len(queries_made)))
    assert [count for count, _asked in asked] == [1, 3]
    assert asked[0][1] == asked[1][1] <= MOST_QUERIES

"""A written score looked at again: who may ask until when, and what another mark does openly."""

from datetime import timedelta
from json import dumps

import pytest
import time_machine

from kernel.calendar import end_of_day
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from ledger.models import Entry
from portal import deadlines
from recruitment import queries, services
from recruitment.models import Recount, Script
from recruitment.queries.applicants import script_code
from tests.recruitments import POST, WRITTEN, acting, own, pass_recounts, verify, written
from tests.world import AT
from trading.domain.remedies import STREAM
from trading.models import Tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(world):
    return written(world, AT)


def ask(story, number, reason="第三题似有漏评，请核对。"):
    person = own(story, number).person.username
    return services.file_recount(
        actor=acting(person, story.at), code=story.code, reason=reason, at=story.at
    )


def say(story, found, mark, name="sun"):
    return services.answer_recount(
        actor=story.world.actor(name, story.at),
        code=story.code,
        token=found.token,
        mark=str(mark),
        answer="经复核，第三题漏加两分。",
        at=story.at,
    )


def states(story):
    return [own(story, number).state for number in range(1, 13)]


def confirm(story):
    lin = story.world.actor("lin", story.at)
    return services.confirm_shortlist(actor=lin, code=story.code, at=story.at)


def test_a_score_is_kept_and_nothing_is_published(story):
    notices = story.tender.notices.count()
    found = ask(story, 7)
    assert found.before == own(story, 7).written
    found = say(story, found, found.before)
    assert (found.state, found.is_changed) == ("answered", False)
    assert story.tender.notices.count() == notices
    assert record.first_fact(story.code, "tender.scores_corrected") is None


def test_that_somebody_asked_is_on_no_calendar_of_the_centre(story):
    found, what = ask(story, 7), "答复成绩复核"
    month = f"{found.answer_due:%Y-%m}"
    late = end_of_day(found.answer_due) + timedelta(hours=1)
    for at in (story.at, late):
        deadlines.due(at)
        for name, reads in (("wang", True), ("tang", True), ("qian", False), ("zheng", False)):
            for path in ("/deadlines/", "/api/v1/deadlines"):
                with time_machine.travel(at, tick=True):
                    told = story.world.client(name).get(f"{path}?month={month}").content.decode()
                assert (name, what in told or dumps(what) in told) == (name, reads)


def test_a_higher_score_calls_its_holder_and_takes_nobodys_interview(story):
    assert states(story)[5:8] == ["shortlisted", "out", "out"]
    say(story, ask(story, 8), "79")
    assert (states(story)[5:8], own(story, 8).written) == (
        ["shortlisted", "out", "shortlisted"],
        79,
    )
    notice = story.tender.notices.order_by("-number").first()
    rows = {row["ticket"]: row for row in notice.fields["posts"][0]["rows"]}
    assert rows[own(story, 8).ticket]["called"] is True
    told = record.first_fact(story.code, "tender.scores_corrected").data
    assert told == {
        "lot": 1,
        "ticket": own(story, 8).ticket,
        "was": f"{WRITTEN[7]:.2f}",
        "now": "79.00",
    }
    assert Script.objects.get(code=script_code(own(story, 8))).mark == 79


def test_a_correction_does_not_untell_that_somebody_was_called_who_is_out_since(story):
    verify(story, 2, "原件与报名信息不符")
    verify(story, 7, "放弃")
    ren = story.world.actor("ren", story.at)
    services.disqualify_applicant(actor=ren, code=story.code, number=3, reason="替考", at=story.at)
    services.disqualify_applicant(actor=ren, code=story.code, number=11, reason="替考", at=story.at)
    say(story, ask(story, 12), "45")
    say(story, ask(story, 1), "50")
    notice = story.tender.notices.order_by("-number").first()
    rows = {row["ticket"]: row["called"] for row in notice.fields["posts"][0]["rows"]}
    told = [rows[own(story, number).ticket] for number in (1, 2, 3, 7, 11, 12)]
    assert told == [False, True, True, True, False, False]


def test_a_lower_score_costs_the_interview_and_the_next_is_called(story):
    say(story, ask(story, 1), "60")
    assert (states(story)[0], states(story)[6]) == ("out", "shortlisted")
    assert own(story, 1).reason == "笔试成绩未进入面试范围"


def test_a_score_of_nought_stands_where_the_line_is_nought(world):
    story = written(world, AT, count=6, post=POST | {"written_pass": "0"}, marks=(*WRITTEN[:5], 5))
    say(story, ask(story, 6), "0")
    assert (own(story, 6).written, own(story, 6).state) == (0, "shortlisted")


def test_who_alone_was_marked_below_the_line_by_mistake_asks_and_is_called(world):
    story = written(world, AT, count=6, marks=(58,) * 6)
    say(story, ask(story, 3), "61")
    assert (own(story, 3).state, story.tender.lots.get().state) == ("shortlisted", "open")
    verify(story, 3)
    pass_recounts(story)
    assert (confirm(story).state, own(story, 3).state) == ("interview_ready", "verified")


def test_who_was_verified_keeps_the_place_when_another_rises(story):
    verify(story, 6)
    say(story, ask(story, 9), "95")
    assert (own(story, 6).state, own(story, 9).state) == ("verified", "shortlisted")


def test_the_days_to_ask_and_to_answer_are_rows(story):
    until = queries.recount_until(story.tender)
    story.at = end_of_day(until) - timedelta(seconds=1)
    found = ask(story, 7)
    assert found.answer_due > until
    story.at += timedelta(seconds=1)
    with pytest.raises(Conflict) as refused:
        ask(story, 8)
    assert refused.value.code == "recount.too_late"


def test_a_recount_is_asked_once_with_a_reason_by_who_has_a_score(story):
    facts = Entry.objects.count()
    with pytest.raises(Invalid) as bad:
        ask(story, 7, "？")
    assert bad.value.code == "remedy.text"
    with pytest.raises(Conflict) as none:
        services.file_recount(
            actor=story.world.actor("he", story.at), code=story.code, reason="请核对", at=story.at
        )
    assert (none.value.code, Entry.objects.count()) == ("recount.no_score", facts)
    found = ask(story, 7)
    with pytest.raises(Conflict) as twice:
        ask(story, 7)
    assert twice.value.code == "recount.once"
    say(story, found, "75")
    with pytest.raises(Conflict):
        say(story, found, "76")


def test_the_interview_waits_for_the_days_and_for_the_answers(story):
    for number in range(1, 7):
        verify(story, number)
    with pytest.raises(Conflict) as running:
        confirm(story)
    assert running.value.code == "recount.running"
    found = ask(story, 12)
    pass_recounts(story)
    with pytest.raises(Conflict) as unanswered:
        confirm(story)
    assert str(unanswered.value) == str(running.value), "that somebody asked is not told"
    shown = story.world.client("lin").get(f"/tenders/{story.code}/recruitment/").content.decode()
    assert ("成绩复核尚未结束" in shown, "复审完毕，确定面试人员" in shown) == (True, False)
    say(story, found, "40")
    assert confirm(story).state == "interview_ready"


def test_the_wait_is_as_long_whether_anybody_asked_or_not(story):
    for number in range(1, 7):
        verify(story, number)
    asked = story.at
    story.at = end_of_day(queries.recount_until(story.tender)) + timedelta(hours=9)
    told = {True: [], False: []}
    for has_asked in (False, True):
        if has_asked:
            story.at, now = asked, story.at
            say(story, ask(story, 12), "40")
            story.at = now
        with pytest.raises(Conflict) as refused:
            confirm(story)
        told[has_asked].append(str(refused.value))
        page = story.world.client("lin").get(f"/tenders/{story.code}/recruitment/")
        told[has_asked].append("成绩复核尚未结束" in page.content.decode())
    assert told[True] == told[False]
    pass_recounts(story)
    assert confirm(story).state == "interview_ready"


def test_a_recount_waits_on_the_desk_while_it_can_be_answered(story):
    ask(story, 7)
    sun = story.world.actor("sun", story.at)

    def waits():
        return [i for i in queries.desk_items(sun, story.at) if i.title == "答复成绩复核"]

    assert len(waits()) == 1
    Tender.objects.filter(code=story.code).update(state="terminated")
    assert waits() == []


@pytest.mark.parametrize("name", ["lin", "qian", "mei", "he", "ren"])
def test_only_who_marked_answers(story, name):
    found = ask(story, 7)
    with pytest.raises((Denied, Missing)):
        say(story, found, "80", name)
    assert Recount.objects.get().state == "filed"


def test_no_fact_of_the_recruitment_tells_that_somebody_asked(story):
    before = record.last_number(story.tender.stream)
    found = ask(story, 7)
    say(story, found, found.before)
    assert record.last_number(story.tender.stream) == before
    apart = [(e.kind, e.tender) for e in record.entries_since(STREAM, 0)]
    assert apart == [("recount.filed", ""), ("recount.answered", "")]


def test_pages_show_the_paper_without_a_name_and_to_others_nothing(story):
    applicant = own(story, 7)
    url = f"/tenders/{story.code}/recounts/"
    with time_machine.travel(story.at, tick=True):
        own_page = story.world.client("he")
        own_page.force_login(applicant.person, "django.contrib.auth.backends.ModelBackend")
        asked = own_page.get(url)
        assert asked.status_code == 200
        assert "复核的人可能由分数推知是谁" in asked.content.decode()
        assert own_page.post(url, {"reason": ""}).status_code == 422
        assert own_page.post(url, {"reason": "请核对总分。"}).status_code == 302
        found = Recount.objects.get()
        one = f"{url}{found.token}/"
        assert "答复成绩复核" in story.world.client("sun").get("/desk/").content.decode()
        page = story.world.client("sun").get(one).content.decode()
        assert (script_code(applicant) in page, "请核对总分。" in page) == (True, True)
        assert [t for t in (applicant.name, applicant.ticket, applicant.masked) if t in page] == []
        seen = {n for n in ("public", "he", "lin", "sun", "ren", "wang", "qian", "chen", "wu")
                if story.world.client(n).get(one).status_code == 200}  # fmt: skip
        assert seen == {"sun", "ren", "wang"}
        sent = {"mark": "79", "answer": "漏加三分。"}
        assert story.world.client("sun").post(one, sent).status_code == 302
        assert "已更正并公布" in own_page.get(one).content.decode()
    assert own(story, 7).state == "shortlisted"

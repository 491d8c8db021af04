"""The pages from the written exam to the archive: each act once, to each what is theirs."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import queries as accounts
from kernel.calendar import end_of_day
from recruitment import queries
from recruitment.models import Applicant, Script
from recruitment.queries.applicants import script_code
from tests.recruitments import (
    WRITTEN,
    drawn,
    examiners,
    identity,
    interview,
    own,
    pass_recounts,
    publicised,
    ranked,
    settled,
    shortlisted,
    written,
)
from tests.world import AT
from trading import services as trading

pytestmark = pytest.mark.django_db
ROLES = ("public", "he", "lin", "sun", "ren", "qian", "wang", "mei", "wu", "chen")
PUBLIC_PAGES = ("tender", "recruitment", "history", "tender_record")


def client_of(username):
    client = Client()
    client.force_login(accounts.person(username), "django.contrib.auth.backends.ModelBackend")
    return client


def at(story, name, *args):
    return reverse(name, args=[story.code, *args])


def get(story, user, name, *args):
    return story.world.client(user).get(at(story, name, *args))


def post(story, user, name, *args, **given):
    return story.world.client(user).post(at(story, name, *args), given or {"go": "1"})


def text(answer):
    return answer.content.decode()


def test_marks_are_entered_by_codes_and_told_by_tickets(world):
    story = settled(world, AT)
    with time_machine.travel(story.at, tick=True):
        assert get(story, "lin", "written").status_code == 403
        assert get(story, "sun", "seating").status_code == 403
        seats = text(get(story, "qian", "seating"))
        assert Script.objects.all()[0].code in seats
        rows = Applicant.objects.order_by("number")
        marks = {f"script-{script_code(a)}": str(m) for a, m in zip(rows, WRITTEN, strict=True)}
        wrong = dict.fromkeys(marks, "120")
        refused = story.world.client("sun").post(at(story, "written"), wrong)
        assert (refused.status_code, "分数应为" in text(refused)) == (422, True)
        assert "公布笔试成绩" not in text(get(story, "sun", "written"))
        assert story.world.client("sun").post(at(story, "written"), marks).status_code == 302
        page = text(get(story, "sun", "written"))
        assert "公布笔试成绩" in page
        assert "考生" not in page
        assert post(story, "sun", "publish_written").status_code == 302
        shown = text(get(story, "public", "recruitment"))
        assert own(story, 1).ticket in shown
        assert "考生" not in shown
        notice = story.tender.notices.get(kind="scores")
        assert "进入面试范围" in text(get(story, "public", "notice", notice.number))


def test_the_second_check_is_the_units(world):
    story = written(world, AT)
    with time_machine.travel(story.at, tick=True):
        assert "资格复审" in text(get(story, "lin", "recruitment"))
        assert "资格复审" in text(get(story, "lin", "applicant", 1))
        assert get(story, "sun", "verify_applicant", 1).status_code == 403
        for number in range(1, 7):
            given = {"passed": "yes", "reason": ""}
            assert post(story, "lin", "verify_applicant", number, **given).status_code == 302
        page = text(get(story, "lin", "recruitment"))
        assert ("复审完毕" in page, "成绩复核尚未结束" in page) == (False, True)
        assert post(story, "lin", "confirm_shortlist").status_code == 409
    pass_recounts(story)
    with time_machine.travel(story.at, tick=True):
        assert "复审完毕" in text(get(story, "lin", "recruitment"))
        assert post(story, "lin", "confirm_shortlist").status_code == 302
    assert story.tender.state == "interview_ready"


def test_the_draw_and_the_marks_through_the_pages(world):
    examiners(world)
    story = shortlisted(world, AT)
    with time_machine.travel(story.at, tick=True):
        assert "冻结考官候选名单" in text(get(story, "sun", "interview"))
        assert post(story, "sun", "commit_panel", size="4").status_code == 422
        assert post(story, "sun", "commit_panel", size="5").status_code == 302
        assert get(story, "sun", "draw_panel").status_code == 403
        assert "给出随机数并抽取" in text(get(story, "feng", "interview"))
        assert post(story, "feng", "draw_panel", nonce="短").status_code == 422
        assert post(story, "feng", "draw_panel", nonce="一二三四五六").status_code == 302
        seats = queries.seated(queries.panel_of(story.tender))
        up = queries.up_now(story.tender)
        assert "正在面试" in text(get(story, "public", "interview"))
        assert "申请回避" in text(get(story, seats[0].person.username, "interview"))
        assert "面试评分" in text(client_of(seats[0].person.username).get("/desk/"))
        for seat, mark in zip(seats, ("86", "84", "88", "85", "83"), strict=True):
            name = seat.person.username
            assert post(story, name, "mark_interview", up.number, mark=mark).status_code == 302
        shown = text(get(story, "public", "interview_turns"))
        assert "85.00" in shown
        assert seats[0].person.name not in shown
        second = queries.up_now(story.tender)
        assert post(story, "sun", "miss_interview", second.number).status_code == 302
        assert get(story, "he", "recuse_examiner").status_code == 403
    assert own(story, second.number).state == "out"


def test_the_personnel_authority_replaces_an_examiner_on_a_page(world):
    story = drawn(world, AT)
    first = queries.seats_of_panel(story.tender)[0]
    with time_machine.travel(story.at, tick=True):
        assert first.person.name in text(get(story, "ren", "interview"))
        for name in ("sun", "lin", "wang", "public"):
            assert first.person.name not in text(get(story, name, "interview"))
        assert get(story, "sun", "replace_examiner", 1).status_code == 403
        assert get(story, "ren", "replace_examiner", 1).status_code == 200
        assert post(story, "ren", "replace_examiner", 1, reason="").status_code == 422
        assert post(story, "ren", "replace_examiner", 1, reason="突发疾病").status_code == 302
        url = f"/api/v1/tenders/{story.code}/interview/seats/2/replace"
        given = {"reason": "突发疾病"}
        ren = world.client("ren")
        answer = ren.post(url, given, content_type="application/json")
        assert (answer.status_code, answer.json()) == (200, {"seats": [3, 4, 5, 6, 7]})


def test_the_end_of_the_interviews_is_told(world):
    story = drawn(world, AT)
    for _turn in range(6):
        up = queries.up_now(story.tender)
        interview(story, up.number, 90, 89, 88, 87, 86)
    with time_machine.travel(story.at, tick=True):
        assert post(story, "sun", "rank_applicants").status_code == 302
        notice = story.tender.notices.filter(kind="scores").last()
        assert "总成绩" in text(get(story, "public", "notice", notice.number))


def test_checks_stay_with_those_concerned(world):
    story = ranked(world, AT)
    with time_machine.travel(story.at, tick=True):
        given = {"kind": "medical", "passed": "no", "note": "血压偏高"}
        assert "第 1 名" in text(get(story, "lin", "recruitment"))
        assert "第 1 名" not in text(get(story, "sun", "recruitment"))
        assert post(story, "lin", "record_check", 1, **given).status_code == 302
        assert "血压偏高" in text(get(story, "lin", "applicant", 1))
        assert "血压偏高" in text(client_of("p01").get(at(story, "application")))
        for name in ("wang", "public", "sun"):
            for page in ("recruitment", "tender", "tender_record"):
                assert "血压偏高" not in text(get(story, name, page))
        assert "血压偏高" not in text(get(story, "wang", "applicant", 1))


def test_publicity_filing_contract_and_archive_through_the_pages(world):
    story = publicised(world, AT)
    with time_machine.travel(story.at, tick=True):
        shown = text(get(story, "public", "recruitment"))
        assert "考生01" in shown
        assert identity(101) not in shown
        notice = story.tender.notices.get(kind="hire")
        assert "考生01" in text(get(story, "public", "notice", notice.number))
        assert post(story, "ren", "file_hire", number="1").status_code == 422
        assert "公示期满备案" not in text(get(story, "ren", "recruitment"))
    story.at = end_of_day(queries.publicity_of(story.tender).until) + timedelta(hours=9)
    with time_machine.travel(story.at, tick=True):
        assert "公示期满备案" in text(world.client("ren").get("/desk/"))
        assert post(story, "ren", "file_hire", number="新人社聘〔2027〕3号").status_code == 302
        assert "签订聘用合同" in text(get(story, "lin", "recruitment"))
        short = {"years": "2", "trial_months": "12", "first_job": "on"}
        assert post(story, "lin", "sign_employment", 1, **short).status_code == 422
        whole = {"years": "3", "trial_months": "12", "first_job": "on"}
        assert post(story, "lin", "sign_employment", 1, **whole).status_code == 302
        assert post(story, "lin", "decline_hire", 2, reason="本人放弃").status_code == 302
        assert story.tender.state == "contracted"
        assert "归档" in text(get(story, "lin", "recruitment"))
        assert post(story, "lin", "archive_tender").status_code == 302
    assert story.tender.state == "archived"
    for role in ROLES:
        for page in PUBLIC_PAGES:
            assert get(story, role, page).status_code == 200


def test_the_personnel_authority_disqualifies_on_a_page(world):
    story = written(world, AT)
    with time_machine.travel(story.at, tick=True):
        assert get(story, "lin", "disqualify_applicant", 1).status_code == 403
        assert post(story, "ren", "disqualify_applicant", 1, reason="").status_code == 422
        assert post(story, "ren", "disqualify_applicant", 1, reason="作弊").status_code == 302
    assert own(story, 1).state == "disqualified"


@pytest.mark.parametrize("make", [settled, written, shortlisted, ranked, publicised])
def test_public_pages_answer_everybody_in_every_state(world, make):
    story = make(world, AT)
    with time_machine.travel(story.at, tick=True):
        for role in ROLES:
            for page in (*PUBLIC_PAGES, "interview"):
                assert get(story, role, page).status_code == 200, (role, page)
        assert identity(101) not in text(get(story, "public", "recruitment"))


WHO_READS = {
    "applicants": (302, 404, 200, 200, 200, 404, 200, 404, 404, 404),
    "written": (302, 403, 403, 200, 403, 403, 403, 403, 403, 403),
    "seating": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "application": (302, 200, 403, 403, 403, 403, 403, 200, 200, 200),
}
"""What each of ROLES is answered once the written scores are out; 302 leads to the sign-in."""


@pytest.mark.parametrize("page", sorted(WHO_READS))
def test_the_pages_of_the_exam_are_for_those_who_do_it(world, page):
    story = written(world, AT)
    with time_machine.travel(story.at, tick=True):
        answered = {role: get(story, role, page).status_code for role in ROLES}
    assert answered == dict(zip(ROLES, WHO_READS[page], strict=True))


def test_the_api_tells_and_takes_what_the_pages_do(world):
    story = written(world, AT)
    base = f"/api/v1/tenders/{story.code}"
    with time_machine.travel(story.at, tick=True):
        public, lin = world.client("public"), world.client("lin")
        posts = public.get(f"{base}/posts").json()
        assert posts == [
            {
                "lot": 1,
                "title": "信息科工程师",
                "openings": 2,
                "outcome": "opened",
                "applied": 12,
            }
        ]
        assert public.get(f"{base}/interview").json() == []
        assert len(lin.get(f"{base}/applicants").json()) == 12
        assert world.client("he").get(f"{base}/applicants").json() == []
        one = lin.get(f"{base}/applicants/1").json()
        assert (one["name"], one["masked"][:14]) == ("考生01", "*" * 14)
        mine = client_of("p01").get(f"{base}/application").json()
        assert (mine["lot"], mine["state"]) == (1, "shortlisted")
    assert trading.terminate_tender(
        actor=world.actor("lin", story.at), code=story.code, reason="计划取消", at=story.at
    )

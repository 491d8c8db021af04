"""The pages of a recruitment: who sees what of it, and when."""

import pytest
import time_machine
from django.urls import reverse

from recruitment.models import Applicant, Post
from tests import sales
from tests.recruitments import apply, close, draft, identity, people, posted, screened
from tests.world import AT
from trading import services as trading
from trading.models import Tender

pytestmark = pytest.mark.django_db
FORM = {
    "post": "1",
    "id_number": identity(1),
    "phone": "13900000001",
    "education": "bachelor",
    "school": "新安大学",
    "major": "计算机科学与技术",
    "experience": "",
    "declared": "on",
}


def page(story, name, client="public", *args):
    return story.world.client(client).get(reverse(name, args=[story.code, *args]))


def text(answer):
    return answer.content.decode()


def test_the_agency_writes_a_posting_section_by_section(world):
    story = draft(world, AT)
    sun = world.client("sun")
    for name in ("draft", "draft_basic", "draft_lots", "draft_timetable", "add_lot"):
        assert sun.get(reverse(name, args=[story.code])).status_code == 200, name
    given = {
        "title": "会计",
        "openings": "1",
        "education": "any",
        "opening_ratio": "3",
        "interview_ratio": "2",
        "written_weight": "50",
        "written_pass": "60",
        "interview_pass": "60",
    }
    answer = sun.post(reverse("add_lot", args=[story.code]), given)
    assert answer.status_code == 302
    lot = story.tender.lots.get(number=2)
    assert (lot.post["interview_ratio"], lot.quantity, lot.budget) == ("2", "1 人", 0)
    assert sun.get(reverse("change_lot", args=[story.code, 2])).status_code == 200


@pytest.mark.parametrize(
    ("others", "finding"), [("限男性", "不得设置"), ("本单位职工子女优先", "不得指向特定的人")]
)
def test_conditions_that_tell_people_apart_keep_a_draft_from_being_submitted(
    world, others, finding
):
    story = draft(world, AT, {"title": "会计", "openings": 1, "others": others})
    assert finding in text(page(story, "draft", "sun"))
    world.client("sun").post(reverse("submit_tender", args=[story.code]))
    assert story.tender.state == "draft"


def test_the_plan_is_approved_by_the_personnel_authority(world):
    story = draft(world, AT)
    post = {"sun": ("submit_tender",), "lin": ("approve_tender",), "ren": ("approve_plan",)}
    assert page(story, "draft", "ren").status_code == 404
    for name, acts in post.items():
        for act in acts:
            assert page(story, "draft", name).status_code == 200
            assert world.client(name).post(reverse(act, args=[story.code])).status_code == 302
    assert story.tender.state == "approved"
    assert page(story, "publish_tender", "sun").status_code == 200


def test_the_personnel_authority_sends_a_plan_back(world):
    story = draft(world, AT)
    world.client("sun").post(reverse("submit_tender", args=[story.code]))
    world.client("lin").post(reverse("approve_tender", args=[story.code]))
    assert "核准招聘计划" in text(world.client("ren").get("/desk/"))
    reason = {"reason": "编制不足"}
    answer = world.client("ren").post(reverse("return_tender", args=[story.code]), reason)
    assert (answer.status_code, story.tender.state) == (302, "draft")


def test_every_public_page_of_a_posting_works_without_a_price(world):
    story = posted(world, AT)
    notice = story.tender.notices.get().number
    for answer in (
        page(story, "tender"),
        page(story, "history"),
        page(story, "recruitment"),
        page(story, "notice", "public", notice),
        page(story, "tender_part", "public", "lots"),
        page(story, "amend_tender", "sun"),
        page(story, "tender_record"),
        *(world.client("public").get(url) for url in ("/", "/notices/", "/results/")),
        *(world.client("lin").get(url) for url in ("/desk/", "/tenders/")),
        world.client("public").get("/feeds/notices.atom"),
        world.client("public").get(f"/api/v1/tenders/{story.code}"),
        world.client("public").get(f"/api/v1/tenders/{story.code}/posts"),
    ):
        assert answer.status_code == 200
        assert "¥" not in text(answer)
        assert "0.00 元" not in text(answer)


@pytest.mark.parametrize("name", ["documents", "register_for_lot", "bid"])
def test_what_bidders_do_is_not_there(world, name):
    story = posted(world, AT)
    assert page(story, name, "chen").status_code in {403, 404}


def test_a_person_applies_sees_it_and_takes_it_back(world):
    story = posted(world, AT)
    he, url = world.client("he"), reverse("application", args=[story.code])
    assert "提交报名" in text(he.get(url))
    assert he.post(url, FORM).status_code == 302
    shown = text(he.get(url))
    assert "撤回报名" in shown
    assert identity(1) not in shown
    assert he.post(reverse("withdraw_application", args=[story.code])).status_code == 302
    assert "提交报名" in text(he.get(url))


def test_a_wrong_number_is_told_beside_its_field(world):
    story = posted(world, AT)
    url = reverse("application", args=[story.code])
    answer = world.client("he").post(url, FORM | {"id_number": "1234"})
    assert answer.status_code == 422
    assert "身份证号码不正确" in text(answer)


def test_nobody_learns_before_closing_who_applied_or_how_many(world):
    story = posted(world, AT)
    pages = [
        ("recruitment", "lin"),
        ("recruitment", "public"),
        ("applicants", "lin"),
        ("applicants", "ren"),
        ("tender", "wang"),
    ]
    before = [text(page(story, *where)) for where in pages]
    apply(story, *people(4))
    after = [text(page(story, *where)) for where in pages]
    assert [a.count("考生") for a in after] == [0] * 5
    assert [len(a) for a in after] == [len(b) for b in before]


def test_the_unit_reviews_page_by_page(world):
    story = posted(world, AT)
    apply(story, *people(2))
    close(story)
    with time_machine.travel(story.at, tick=True):
        assert "审查报名资格" in text(story.world.client("lin").get("/desk/"))
        assert page(story, "applicants", "he").status_code == 404
        assert "考生01" in text(page(story, "applicants", "sun"))
        assert page(story, "applicant", "sun", 1).status_code == 403
        shown = text(page(story, "applicant", "lin", 1))
        assert "新安大学" in shown
        assert identity(101) not in shown
        url = reverse("review_applicant", args=[story.code, 1])
        lin = world.client("lin")
        assert lin.post(url, {"passed": "no", "reason": ""}).status_code == 422
        assert lin.post(url, {"passed": "no", "reason": "专业不符"}).status_code == 302
        assert Applicant.objects.get(number=1).state == "refused"


def test_who_reviews_sees_that_a_number_was_given_twice(world):
    story = posted(world, AT)
    for name in people(2):
        apply(story, name)
    close(story)
    with time_machine.travel(story.at, tick=True):
        assert "号码重复" in text(page(story, "applicants", "lin"))
        assert "号码重复" not in text(page(story, "applicants", "sun"))
        assert "同一身份证号码有不止一份报名" in text(page(story, "applicant", "lin", 1))
        api = world.client("lin").get(f"/api/v1/tenders/{story.code}/applicants/2").json()
        assert api["is_double"] is True


def test_a_terminated_recruitment_offers_no_review(world):
    story = posted(world, AT)
    apply(story, *people(1))
    close(story)
    with time_machine.travel(story.at, tick=True):
        review = reverse("review_applicant", args=[story.code, 1])
        assert review in text(page(story, "applicant", "lin", 1))
        lin = world.actor("lin", story.at)
        trading.terminate_tender(actor=lin, code=story.code, reason="计划取消", at=story.at)
        assert review not in text(page(story, "applicant", "lin", 1))


def test_a_recruitment_nobody_applied_for_waits_on_the_desk_to_be_cancelled(world):
    story = posted(world, AT)
    close(story)
    with time_machine.travel(story.at, tick=True):
        assert "按开考比例核定岗位" in text(world.client("ren").get("/desk/"))


def test_the_personnel_authority_settles_posts_on_the_public_page(world):
    story = screened(world, AT, count=6)
    with time_machine.travel(story.at, tick=True):
        assert "按开考比例核定岗位" in text(world.client("ren").get("/desk/"))
        assert "核定后不能更改" in text(page(story, "recruitment", "ren"))
        assert "核定后不能更改" not in text(page(story, "recruitment", "lin"))
        url = reverse("settle_post", args=[story.code, 1])
        ren = world.client("ren")
        assert ren.get(url).status_code == 200
        assert ren.post(url, {"post1-reason": ""}).status_code == 422
        assert ren.post(url, {"post1-outcome": "opened"}).status_code == 302
    assert Post.objects.get().openings == 2
    assert Tender.objects.get().state == "exam_ready"
    assert "按计划开考" in text(page(story, "recruitment"))


def test_another_market_has_no_such_pages(world):
    sale = sales.announced(world, AT)
    for name in ("recruitment", "applicants", "application"):
        assert page(sale, name, "he").status_code in {403, 404}

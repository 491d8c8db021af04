"""After closing: review of papers, and what the opening ratio leaves of a post."""

import pytest

from accounts.models import User
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger.models import Entry
from recruitment import services
from recruitment.models import Applicant, Post
from tests.recruitments import POST, apply, close, people, posted, review, screened, settle
from tests.world import AT

pytestmark = pytest.mark.django_db


def check(story, name="lin", *, number=1, passed=True, reason=""):
    services.review_applicant(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        passed=passed,
        reason=reason,
        at=story.at,
    )


def closed(world, count, *posts):
    story = posted(world, AT, *posts)
    apply(story, *people(count))
    close(story)
    return story


def states(story):
    return list(Applicant.objects.filter(tender=story.tender).values_list("state", flat=True))


def test_the_unit_finds_papers_good_or_says_why_not(world):
    story = closed(world, 2)
    check(story)
    with pytest.raises(Invalid) as refused:
        check(story, number=2, passed=False)
    assert refused.value.code == "applicant.reason"
    check(story, number=2, passed=False, reason="专业不符")
    assert states(story) == ["qualified", "refused"]
    told = Entry.objects.filter(kind="applicant.reviewed").order_by("id")
    assert [entry.data["passed"] for entry in told] == [True, False]
    assert "name" not in told[0].data


@pytest.mark.parametrize("name", ["sun", "ren", "wang", "he"])
def test_nobody_else_reviews(world, name):
    story = closed(world, 1)
    with pytest.raises(Denied) as refused:
        check(story, name)
    assert refused.value.code == "applicant.review.denied"


def test_papers_are_reviewed_once(world):
    story = closed(world, 1)
    check(story)
    with pytest.raises(Conflict):
        check(story)


def test_each_look_at_what_was_said_is_recorded(world):
    story = closed(world, 1)
    found, details = services.read_applicant(
        actor=world.actor("lin", story.at), code=story.code, number=1, address="", at=story.at
    )
    assert (found.name, details.age) == ("考生01", 31)
    assert Entry.objects.filter(kind="access.read").count() == 1
    with pytest.raises(Denied):
        services.read_applicant(
            actor=world.actor("sun", story.at), code=story.code, number=1, address="", at=story.at
        )
    with pytest.raises(Missing):
        services.read_applicant(
            actor=world.actor("he", story.at), code=story.code, number=1, address="", at=story.at
        )


def test_enough_applicants_open_the_post_and_give_out_tickets(world):
    story = screened(world, AT, count=6)
    settle(story)
    assert story.tender.state == "exam_ready"
    post = Post.objects.get()
    assert (post.outcome, post.openings, post.applicants) == ("opened", 2, 6)
    tickets = set(Applicant.objects.values_list("ticket", flat=True))
    assert tickets == {f"2601{serial:04d}" for serial in range(1, 7)}


def test_too_few_applicants_cost_places(world):
    story = screened(world, AT, count=5)
    with pytest.raises(Invalid) as refused:
        settle(story)
    assert refused.value.code == "post.outcome"
    with pytest.raises(Invalid) as refused:
        settle(story, outcome="reduced")
    assert refused.value.code == "post.reason"
    settle(story, outcome="reduced", reason="未达到 3:1")
    assert Post.objects.get().openings == 1
    assert story.tender.state == "exam_ready"


def test_a_scarce_post_opens_by_approval(world):
    story = screened(world, AT, count=1, post={**POST, "scarce": True})
    settle(story, reason="紧缺专业，批准开考")
    assert (Post.objects.get().openings, story.tender.state) == (2, "exam_ready")


def test_a_post_nobody_applied_for_is_cancelled_and_with_the_last_the_tender_fails(world):
    story = closed(world, 0)
    settle(story, outcome="cancelled", reason="无人报名")
    tender = story.tender
    assert (tender.state, tender.lots.get().state) == ("failed", "failed")
    assert tender.lots.get().failure == "无人报名"


def test_a_cancelled_post_ends_for_its_applicants_and_the_other_goes_on(world):
    story = posted(world, AT, POST, {**POST, "title": "会计", "openings": 1})
    apply(story, *people(7)[:6])
    close(story)
    late = Applicant.objects.get(number=6)
    late.lot = story.tender.lots.get(number=2)
    late.save()
    review(story)
    settle(story, 2, "cancelled", "未达到 3:1")
    assert story.tender.state == "closed"
    settle(story, 1, "reduced", "未达到 3:1")
    assert story.tender.state == "exam_ready"
    assert states(story) == ["qualified"] * 5 + ["cancelled"]


def test_a_post_waits_for_the_review_and_is_settled_once(world):
    story = closed(world, 6)
    with pytest.raises(Conflict) as refused:
        settle(story)
    assert refused.value.code == "post.not_reviewed"
    review(story)
    settle(story)
    with pytest.raises(Conflict) as refused:
        settle(story)
    assert refused.value.code == "recruitment.not_now"


def test_only_the_personnel_authority_settles(world):
    story = screened(world, AT, count=6)
    with pytest.raises(Denied):
        services.settle_post(
            actor=world.actor("lin", story.at),
            code=story.code,
            number=1,
            outcome="opened",
            reason="",
            at=story.at,
        )
    assert not Post.objects.exists()
    assert User.objects.filter(username="ren").exists()

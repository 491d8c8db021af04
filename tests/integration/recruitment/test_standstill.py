"""While a recruitment stands still nothing is reviewed or examined; who is aggrieved is heard."""

import pytest

from kernel.errors import Conflict
from recruitment import services
from tests.recruitments import apply, close, own, people, posted, publicised, review, written
from tests.world import AT
from trading.models import Tender
from trading.services import resume, suspend

pytestmark = pytest.mark.django_db
ORDER = {"cause": "order", "ref": "X-1"}


def held(story):
    tender = Tender.objects.get(code=story.code)
    wang = story.world.actor("wang", story.at)
    suspend(actor=wang, tender=tender, **ORDER, reason="核查报名系统故障。", at=story.at)
    return tender, wang


def test_nobody_reviews_an_application_while_the_recruitment_stands_still(world):
    story = posted(world, AT)
    apply(story, *people(3))
    close(story)
    tender, wang = held(story)
    with pytest.raises(Conflict) as refusal:
        review(story)
    assert refusal.value.code == "tender.suspended"
    resume(actor=wang, tender=tender, **ORDER, at=story.at)
    review(story)


def test_who_is_put_out_meanwhile_is_followed_once_it_goes_on(world):
    story = written(world, AT)
    tender, wang = held(story)
    disqualify(story, 1)
    assert [own(story, n).state for n in (1, 7)] == ["disqualified", "out"]
    resume(actor=wang, tender=tender, **ORDER, at=story.at)
    assert own(story, 7).state == "shortlisted"


def test_a_recruitment_that_lost_all_its_people_meanwhile_ends_once_it_goes_on(world):
    story = publicised(world, AT)
    tender, wang = held(story)
    disqualify(story, 1)
    disqualify(story, 2)
    assert story.tender.state == "publicity"
    resume(actor=wang, tender=tender, **ORDER, at=story.at)
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")


def disqualify(story, number):
    ren = story.world.actor("ren", story.at)
    given = {"number": number, "reason": "替考"}
    services.disqualify_applicant(actor=ren, code=story.code, **given, at=story.at)


def test_a_report_on_whom_a_post_goes_to_is_heard_all_the_same(world):
    story = publicised(world, AT)
    held(story)
    hired = story.tender.applicants.filter(state="publicised").first() or own(story, 1)
    given = {"code": story.code, "number": hired.number, "at": story.at}
    text = "该人员在笔试中由他人代考，请核查监控录像。"
    services.file_report(actor=world.actor("he", story.at), **given, text=text)

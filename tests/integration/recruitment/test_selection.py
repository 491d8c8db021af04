"""Selection (公开遴选): people who serve elsewhere, with years, grade and their unit's consent."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from kernel.calendar import end_of_day
from kernel.errors import Conflict, Denied, Invalid
from recruitment import queries, services
from recruitment.domain.applying import SERVING
from recruitment.models import Applicant
from tests import factories
from tests.recruitments import (
    POST,
    acting,
    close,
    draft,
    examiners,
    identity,
    interview,
    mark_written,
    own,
    pass_recounts,
    people,
    posted,
    review,
    said,
    settle,
    sign,
    verify,
)
from tests.world import AT
from trading import queries as queries_of_trading
from trading import services as trading
from trading.domain.completeness import missing_before_publication

pytestmark = pytest.mark.django_db
OFFICER = {**POST, "title": "数据管理岗", "openings": 1, "service_years": 3, "grade": 9}
SERVES = {
    "employer": "新安县中医院",
    "serving_since": "2020-07-01",
    "grade": "8",
    "consent": "新安县卫健委人事科 2026 年 11 月 20 日同意",
}


def opened(world, **changes):
    return posted(world, AT, OFFICER | changes, method="selection")


def send(story, name, serial=1, **changes):
    return services.submit_application(
        actor=acting(name, story.at),
        code=story.code,
        number=1,
        application=said(100 + serial, **(SERVES | changes)),
        at=story.at + timedelta(minutes=serial),
    )


def missing(story):
    facts = queries_of_trading.facts(story.tender, AT)
    return {finding.code for finding in missing_before_publication(facts)}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()),
        ({"service_years": None}, {"lots.no_service"}),
        ({"service_years": 1}, {"lots.service_years"}),
        ({"grade": None}, {"lots.no_grade"}),
        ({"opening_ratio": "2"}, {"lots.opening_ratio"}),
    ],
)
def test_a_post_says_how_long_and_at_which_grade_one_must_serve(world, changes, found):
    assert missing(draft(world, AT, OFFICER | changes, method="selection")) == found


def test_no_other_method_asks_for_service(world):
    story = draft(world, AT, OFFICER)
    assert {"service_years", "grade"} & set(story.tender.lots.get().post) == set()
    page = world.client("sun").get(reverse("change_lot", args=[story.code, 1]))
    assert {"service_years", "grade"} & set(page.context["form"].fields) == set()
    posting = posted(world, AT)
    with pytest.raises(Invalid) as refused:
        send(posting, "he")
    assert (refused.value.code, refused.value.facts["field"]) == (
        "application.not_asked",
        "employer",
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"employer": " "}, "application.text"),
        ({"consent": ""}, "application.text"),
        ({"serving_since": ""}, "application.serving_since"),
        ({"serving_since": "20200701"}, "application.serving_since"),
        ({"serving_since": "2020-W27-3"}, "application.serving_since"),
        ({"serving_since": "2024-07-01"}, "application.too_short"),
        ({"grade": ""}, "application.no_grade"),
        ({"grade": "14"}, "application.no_grade"),
        ({"grade": "10"}, "application.grade"),
    ],
)
def test_who_does_not_serve_long_or_high_enough_or_has_no_consent_is_told(world, changes, code):
    story = opened(world)
    with pytest.raises((Conflict, Invalid)) as refused:
        send(story, "he", **changes)
    assert refused.value.code == code
    assert queries.own_application(acting("he", story.at), story.tender) == (None, 0)


def test_years_are_full_on_the_day_applications_close(world):
    closes = opened(world).tender.bids_close_at.date()
    story = opened(world)
    day_late = closes.replace(year=closes.year - 3) + timedelta(days=1)
    with pytest.raises(Conflict):
        send(story, "he", serving_since=day_late.isoformat())
    assert send(story, "he", serving_since=(day_late - timedelta(days=1)).isoformat()) == 1


def test_the_units_own_people_compete_inside_it_instead(world):
    story = opened(world)
    (name,) = people(1)
    unit = world.organisation_of("lin")
    factories.role(factories.person("own", "本院职工"), "staff", unit, at=world.at)
    with pytest.raises(Denied) as refused:
        send(story, "own")
    assert "本单位人员不能报名" in str(refused.value.message)
    send(story, name)


def test_a_selection_goes_from_the_posting_to_the_archive(world):
    story = opened(world)
    examiners(world)
    for serial, name in enumerate(people(3), start=1):
        send(story, name, serial)
    close(story)
    review(story)
    settle(story)
    assert story.tender.state == "exam_ready"
    sun, lin, feng = (world.actor(name, story.at) for name in ("sun", "lin", "feng"))
    mark_written(story)
    services.publish_written(actor=sun, code=story.code, at=story.at)
    for applicant in Applicant.objects.filter(state="shortlisted"):
        verify(story, applicant.number)
    pass_recounts(story)
    services.confirm_shortlist(actor=lin, code=story.code, at=story.at)
    services.commit_panel(actor=sun, code=story.code, size=5, at=story.at)
    services.draw_panel(actor=feng, code=story.code, nonce="一号球", at=story.at)
    while (up := queries.up_now(story.tender)) is not None:
        best = 95 - up.number
        interview(story, up.number, best, best - 1, best - 2, best - 1, best - 3)
    services.rank(actor=sun, code=story.code, at=story.at)
    (first,) = queries.due_checks(story.tender.lots.get())
    given = {"actor": lin, "code": story.code, "number": first, "passed": True, "note": ""}
    with pytest.raises(Invalid):
        services.record_check(**given, kind="medical", at=story.at)
    services.record_check(**given, kind="inspection", at=story.at)
    services.publicise_hire(actor=sun, code=story.code, at=story.at)
    story.at = end_of_day(queries.publicity_of(story.tender).until) + timedelta(hours=9)
    ren = world.actor("ren", story.at)
    services.file_hire(actor=ren, code=story.code, number="新人社调〔2027〕9号", at=story.at)
    with pytest.raises(Invalid) as refused:
        sign(story, first)
    assert refused.value.code == "hire.serving"
    page = reverse("sign_employment", args=[story.code, first])
    with time_machine.travel(story.at, tick=False):
        assert "first_job" not in world.client("lin").get(page).text
        spent = {"years": "3", "trial_months": "99"}
        assert world.client("lin").post(page, spent).status_code == 422
    lin = world.actor("lin", story.at)
    services.sign_employment(
        actor=lin,
        code=story.code,
        number=first,
        years=3,
        trial_months=0,
        first_job=False,
        at=story.at,
    )
    trading.archive_tender(actor=lin, code=story.code, at=story.at)
    assert (story.tender.state, own(story, first).state) == ("archived", "hired")


def test_pages_ask_for_the_service_and_show_it_to_the_review(world):
    story = opened(world)
    notice = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert "在编在岗工作满 3 年，现任同类岗位 9 级及以上" in notice
    page = world.client("sun").get(reverse("draft", args=[story.code])).content.decode()
    assert "公开遴选" in page
    he, url = world.client("he"), reverse("application", args=[story.code])
    assert set(SERVING) <= set(he.get(url).context["form"].fields)
    form = {
        "post": "1",
        "id_number": identity(1),
        "phone": "13900000001",
        "education": "bachelor",
        "school": "新安大学",
        "major": "计算机科学与技术",
        "declared": "on",
        **SERVES,
    }
    for name in SERVING:
        refused = he.post(url, {**form, name: ""})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [name])
    assert he.post(url, {**form, "grade": "12"}).status_code in {409, 422}
    assert he.post(url, form).status_code == 302
    assert he.get(url).status_code == 200
    close(story)
    with time_machine.travel(story.at, tick=True):
        number = Applicant.objects.get().number
        shown = world.client("lin").get(reverse("applicant", args=[story.code, number]))
        for words in (SERVES["employer"], SERVES["consent"], "2020-07-01"):
            assert words in shown.content.decode()
        mine = he.get(url).content.decode()
        assert SERVES["consent"] not in mine

"""Recruitments without a written exam: direct assessment, and competition inside the unit."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts import queries as accounts
from kernel.calendar import end_of_day
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from recruitment import queries, services
from recruitment.models import Applicant, Script
from tests import factories
from tests.recruitments import (
    acting,
    apply,
    close,
    draft,
    examiners,
    interview,
    own,
    people,
    posted,
    review,
    said,
    settle,
    sign,
)
from tests.world import AT
from trading import queries as queries_of_trading
from trading import services as trading
from trading.domain.completeness import missing_before_publication

pytestmark = pytest.mark.django_db
WHY = {
    "ground": "doctorate",
    "reason": "两次公开招聘均无人报名。",
    "approval": "新人社函〔2026〕33号",
}
SCARCE = {"title": "数据安全首席工程师", "openings": 1, "education": "doctor", **WHY}
HEAD = {"title": "信息科副科长", "openings": 1, "education": "bachelor", "written_weight": "30"}
METHODS = {"direct_assessment": SCARCE, "internal_competition": HEAD}


def colleagues(world, count):
    """Add persons who work for the recruiting unit."""
    names, unit = people(count), world.organisation_of("lin")
    for name in names:
        factories.role(accounts.person(name), "staff", unit, at=world.at)
    return names


def drawn(world, method, count=3):
    examiners(world)
    story = posted(world, AT, METHODS[method], method=method)
    names = colleagues(world, count) if method == "internal_competition" else people(count)
    for applicant in names:
        apply_as_doctor(story, applicant)
    close(story)
    review(story)
    settle(story)
    sun, feng = (world.actor(name, story.at) for name in ("sun", "feng"))
    services.commit_panel(actor=sun, code=story.code, size=5, at=story.at)
    services.draw_panel(actor=feng, code=story.code, nonce="2026-12-20 一号球", at=story.at)
    return story


def apply_as_doctor(story, name):
    serial = int(name[1:])
    services.submit_application(
        actor=acting(name, story.at),
        code=story.code,
        number=1,
        application=said(100 + serial, education="doctor"),
        at=story.at + timedelta(minutes=serial),
    )


def interviewed(story):
    for applicant in queries.unappraised(story.tender):
        vote(story, applicant.number, 20, 10)
    while (up := queries.up_now(story.tender)) is not None:
        best = 95 - up.number
        interview(story, up.number, best, best - 1, best - 2, best - 1, best - 3)
    return story


def vote(story, number, *votes, name="sun"):
    excellent, competent, basic, incompetent = (*votes, 0, 0, 0)[:4]
    return services.record_appraisal(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        excellent=excellent,
        competent=competent,
        basic=basic,
        incompetent=incompetent,
        at=story.at,
    )


def correct(story, number, *votes, name="ren", reason="计票记录第 3 页抄错"):
    excellent, competent, basic, incompetent = (*votes, 0, 0, 0)[:4]
    return services.correct_appraisal(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        excellent=excellent,
        competent=competent,
        basic=basic,
        incompetent=incompetent,
        reason=reason,
        at=story.at,
    )


def rank(story):
    return services.rank(actor=story.world.actor("sun", story.at), code=story.code, at=story.at)


def check(story, number, kind, note=""):
    return services.record_check(
        actor=story.world.actor("lin", story.at),
        code=story.code,
        number=number,
        kind=kind,
        passed=not note,
        note=note,
        at=story.at,
    )


def hire(story, number):
    services.publicise_hire(actor=story.world.actor("sun", story.at), code=story.code, at=story.at)
    story.at = end_of_day(queries.publicity_of(story.tender).until) + timedelta(hours=9)
    ren = story.world.actor("ren", story.at)
    services.file_hire(actor=ren, code=story.code, number="新人社聘〔2027〕9号", at=story.at)
    sign(story, number)
    trading.archive_tender(actor=story.world.actor("lin", story.at), code=story.code, at=story.at)


@pytest.mark.parametrize("method", METHODS)
def test_papers_found_good_lead_to_the_panel_and_no_paper_is_laid_out(world, method):
    story = drawn(world, method)
    assert story.tender.state == "interview_ready"
    assert Script.objects.count() == 0
    rows = Applicant.objects.all()
    assert {(a.state, bool(a.ticket), a.turn is not None) for a in rows} == {
        ("verified", True, True)
    }
    with pytest.raises(Conflict) as refused:
        services.publish_written(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    assert refused.value.code == "recruitment.not_now"


def test_scarce_talent_is_assessed_checked_publicised_and_hired(world):
    story = interviewed(drawn(world, "direct_assessment"))
    rank(story)
    first = own(story, 1)
    assert (first.rank, first.total) == (1, first.interview)
    fields = story.tender.notices.order_by("-number").first().fields
    assert "written" not in fields["posts"][0]["rows"][0]
    check(story, 1, "inspection")
    check(story, 1, "medical")
    hire(story, 1)
    assert (story.tender.state, own(story, 1).state) == ("archived", "hired")


def missing(story):
    facts = queries_of_trading.facts(story.tender, AT)
    return {finding.code for finding in missing_before_publication(facts)}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()),
        (dict.fromkeys(WHY, ""), {"lots.no_ground", "lots.no_reason", "lots.no_approval"}),
        ({"reason": " "}, {"lots.no_reason"}),
        ({"approval": ""}, {"lots.no_approval"}),
        ({"education": "master"}, {"lots.ground_unmet"}),
        ({"education": "master", "ground": "senior_title"}, set()),
    ],
)
def test_who_is_assessed_without_an_exam_says_why_and_who_approved(world, changes, found):
    story = draft(world, AT, SCARCE | changes, method="direct_assessment")
    assert missing(story) == found


def test_a_ground_is_one_of_the_law_and_of_no_other_method(world):
    with pytest.raises(Invalid) as refused:
        draft(world, AT, SCARCE | {"ground": "cheap"}, method="direct_assessment")
    assert refused.value.code == "post.ground"
    for method in ("open_recruitment", "internal_competition"):
        story = draft(world, AT, HEAD | WHY, method=method)
        assert set(WHY) & set(story.tender.lots.get().post) == set()


def test_the_ground_is_asked_on_the_page_of_the_post_and_published_with_it(world):
    story = draft(world, AT, SCARCE | {"reason": ""}, method="direct_assessment")
    sun, url = world.client("sun"), reverse("change_lot", args=[story.code, 1])
    page = sun.get(url)
    assert set(WHY) <= set(page.context["form"].fields)
    given = page.context["form"].initial | {"reason": WHY["reason"]}
    sent = {name: value for name, value in given.items() if value is not None}
    assert sun.post(url, sent).status_code == 302
    assert story.tender.lots.get().post["reason"] == WHY["reason"]
    shown = sun.get(reverse("draft", args=[story.code])).content.decode()
    for words in ("具有博士学位", WHY["reason"], WHY["approval"]):
        assert words in shown


def test_one_applicant_is_enough_where_the_talent_is_scarce(world):
    story = drawn(world, "direct_assessment", count=1)
    rank(interviewed(story))
    assert own(story, 1).rank == 1


def test_only_colleagues_compete_and_others_are_told_why(world):
    story = posted(world, AT, HEAD, method="internal_competition")
    with pytest.raises(Denied) as refused:
        apply(story, "he")
    assert "只接受本单位在职人员报名" in str(refused.value.message)
    (name,) = colleagues(world, 1)
    apply(story, name)
    other = factories.person("guest", "外单位人")
    factories.role(other, "staff", world.organisation_of("chen"), at=world.at)
    with pytest.raises(Denied):
        apply(story, "guest")


@pytest.mark.parametrize(
    ("method", "others", "pointed"),
    [
        ("internal_competition", "限本单位在职人员", set()),
        ("internal_competition", "职工子女优先", {"lots.pointed"}),
        ("direct_assessment", "限本单位在职人员", {"lots.pointed"}),
    ],
)
def test_a_post_names_the_units_own_people_only_where_they_alone_compete(
    world, method, others, pointed
):
    story = draft(world, AT, METHODS[method] | {"others": others}, method=method)
    assert missing(story) == pointed


def test_votes_of_colleagues_weigh_in_as_the_posting_says_and_are_told_by_ticket(world):
    story = drawn(world, "internal_competition")
    vote(story, 1, 0, 0, 40, 10)
    vote(story, 2, 30, 20)
    found = vote(story, 3, 10, 30, 8, 2)
    assert found.appraisal == Decimal("77.60")
    told = record.first_fact(story.code, "appraisal.recorded").data
    assert told == {
        "lot": 1,
        "ticket": own(story, 1).ticket,
        "votes": {"excellent": 0, "competent": 0, "basic": 40, "incompetent": 10},
        "score": "48.00",
    }
    rank(interviewed(story))
    second = own(story, 2)
    total = (second.appraisal * 30 + second.interview * 70) / 100
    assert (second.rank, second.total) == (1, round(total, 2))
    rows = story.tender.notices.order_by("-number").first().fields["posts"][0]["rows"]
    assert rows[0]["appraisal"] == f"{second.appraisal:.2f}"
    with pytest.raises(Invalid) as refused:
        check(story, 2, "medical")
    assert refused.value.code == "check.kind"
    check(story, 2, "inspection")
    hire(story, 2)
    assert (story.tender.state, own(story, 2).state) == ("archived", "hired")


def test_votes_are_entered_once_by_the_agency_and_are_votes(world):
    story = drawn(world, "internal_competition")
    for name in ("lin", "ren", "he"):
        with pytest.raises(Denied):
            vote(story, 1, 10, name=name)
    for votes in ((-1,), (0, 0, 0, 0), (10_001,)):
        with pytest.raises(Invalid):
            vote(story, 1, *votes)
    vote(story, 1, 10)
    with pytest.raises(Conflict) as again:
        vote(story, 1, 20)
    assert again.value.code == "appraisal.not_due"


def test_nobody_is_marked_before_all_votes_are_entered(world):
    story = drawn(world, "internal_competition")
    up = queries.up_now(story.tender).number
    (last,) = set(Applicant.objects.values_list("number", flat=True)) - {1, 2}
    vote(story, 1, 10)
    vote(story, 2, 10)
    with pytest.raises(Conflict) as early:
        interview(story, up, 90, 90, 90, 90, 90)
    assert early.value.code == "appraisal.open"
    vote(story, last, 10)
    interview(story, up, 90, 90, 90, 90, 90)
    assert own(story, up).interview == 90


def test_votes_entered_wrongly_are_mended_by_the_authority_and_told_with_the_reason(world):
    story = drawn(world, "internal_competition")
    with pytest.raises(Conflict) as none:
        correct(story, 1, 10)
    assert none.value.code == "appraisal.none"
    interviewed(story)
    before = own(story, 1).appraisal
    for name in ("sun", "lin", "he"):
        with pytest.raises(Denied):
            correct(story, 1, 0, 0, 10, name=name)
    with pytest.raises(Invalid) as silent:
        correct(story, 1, 0, 0, 10, reason=" ")
    assert silent.value.code == "appraisal.reason"
    correct(story, 1, 0, 0, 40, 10)
    told = record.first_fact(story.code, "appraisal.corrected").data
    assert told == {
        "lot": 1,
        "ticket": own(story, 1).ticket,
        "votes": {"excellent": 0, "competent": 0, "basic": 40, "incompetent": 10},
        "score": "48.00",
        "before": f"{before:.2f}",
        "reason": "计票记录第 3 页抄错",
    }
    rank(story)
    first = own(story, 1)
    assert first.total == round((first.appraisal * 30 + first.interview * 70) / 100, 2)
    with pytest.raises(Conflict) as late:
        correct(story, 1, 50)
    assert late.value.code == "recruitment.not_now"


def test_nobody_votes_where_there_is_no_vote(world):
    story = drawn(world, "direct_assessment")
    with pytest.raises(Conflict) as refused:
        vote(story, 1, 10)
    assert refused.value.code == "appraisal.not_due"


@pytest.mark.parametrize("method", METHODS)
def test_a_draft_asks_nothing_that_the_method_leaves_no_choice_of(world, method):
    story = draft(world, AT, METHODS[method], method=method)
    page = world.client("sun").get(reverse("change_lot", args=[story.code, 1]))
    fields = set(page.context["form"].fields)
    assert fields & {"opening_ratio", "interview_ratio", "written_pass", "scarce"} == set()
    assert ("written_weight" in fields) == (method == "internal_competition")
    assert 'for=""' not in page.content.decode()


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("direct_assessment", "不组织笔试，由考官当面评议"),
        ("internal_competition", "民主测评 × 30% ＋ 演讲答辩成绩 × 70%"),
    ],
)
def test_pages_say_how_the_method_goes(world, method, words):
    story = drawn(world, method)
    with time_machine.travel(story.at, tick=True):
        he = world.client("he")
        history = he.get(reverse("tender", args=[story.code])).content.decode()
        assert METHODS[method]["title"] in history
        notice = he.get(f"/notices/{story.code}/1/").content.decode()
        assert words in notice
        assert (WHY["approval"] in notice) == (method == "direct_assessment")
        assert "开考比例" not in notice
        turns = world.client("sun").get(reverse("interview", args=[story.code])).content.decode()
        assert ("登记民主测评" in turns) == (method == "internal_competition")
    if method == "internal_competition":
        _votes_on_a_page(story)
    rank(interviewed(story))
    with time_machine.travel(story.at, tick=True):
        he = world.client("he")
        page = he.get(reverse("recruitment", args=[story.code])).content.decode()
        assert own(story, 1).ticket in page
        assert ("民主测评" in page) == (method == "internal_competition")
        assert 'data-label="笔试"' not in page
        lin = world.client("lin")
        number = queries.due_checks(story.tender.lots.get())[0]
        form = lin.get(reverse("record_check", args=[story.code, number]))
        kinds = [value for value, _title in form.context["form"].fields["kind"].choices]
        assert ("medical" in kinds) == (method == "direct_assessment")


def _votes_on_a_page(story):
    with time_machine.travel(story.at, tick=True):
        sun = story.world.client("sun")
        for number in (1, 2, 3):
            url = reverse("record_appraisal", args=[story.code, number])
            votes = {"excellent": "20", "competent": "10", "basic": "0", "incompetent": "0"}
            assert sun.post(url, {**votes, "excellent": "-1"}).status_code == 422
            assert sun.post(url, votes).status_code == 302
        ren, url = story.world.client("ren"), reverse("correct_appraisal", args=[story.code, 1])
        turns = ren.get(reverse("interview", args=[story.code])).content.decode()
        assert url in turns
        assert ren.post(url, votes).status_code == 422
        assert ren.post(url, votes | {"reason": "计票记录抄错"}).status_code == 302

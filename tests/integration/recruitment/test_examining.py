"""Written exam, and the second check of papers."""

from decimal import Decimal

import pytest

from kernel.errors import Conflict, Denied, Invalid
from ledger.models import Entry
from recruitment import services
from recruitment.models import Applicant, Script
from recruitment.services.written import mark_in
from tests import tenders
from tests.recruitments import (
    WRITTEN,
    mark_written,
    own,
    pass_recounts,
    settled,
    verify,
    written,
)
from tests.world import AT

pytestmark = pytest.mark.django_db


def states(story):
    rows = Applicant.objects.filter(tender=story.tender).order_by("number")
    return list(rows.values_list("state", flat=True))


def publish(story):
    sun = story.world.actor("sun", story.at)
    return services.publish_written(actor=sun, code=story.code, at=story.at)


def test_papers_have_codes_that_no_row_links_to_a_ticket(world):
    story = settled(world, AT)
    codes = [script.code for script in Script.objects.all()]
    assert codes == sorted(codes)
    assert len(set(codes)) == 12
    columns = {field.name for field in Script._meta.get_fields()}
    assert columns == {"id", "tender", "code", "mark", "absent"}
    seats = services.read_seating(
        actor=world.actor("qian", story.at), code=story.code, address="", at=story.at
    )
    assert sorted(seat.code for seat in seats) == codes


@pytest.mark.parametrize("name", ["sun", "lin", "wang", "he"])
def test_who_marks_does_not_learn_whose_paper_it_is(world, name):
    story = settled(world, AT)
    with pytest.raises(Denied):
        services.read_seating(
            actor=world.actor(name, story.at), code=story.code, address="", at=story.at
        )


@pytest.mark.parametrize("mark", ["8_5", "1e2", "+85", "٨٥", "８５", "", ".5", "100.01"])
def test_what_only_a_machine_takes_for_a_number_is_no_mark(mark):
    with pytest.raises(Invalid) as refused:
        mark_in(mark, "mark")
    assert refused.value.code == "mark.range"


def test_a_mark_is_read_as_people_write_it():
    assert [mark_in(text, "m") for text in (" 85.50 ", "0", "100.00")] == [Decimal("85.5"), 0, 100]


@pytest.mark.parametrize("mark", ["-1", "100.5", "70.123", "很好", "NaN"])
def test_a_mark_is_between_nought_and_a_hundred(world, mark):
    story = settled(world, AT)
    given = {Script.objects.all()[0].code: mark}
    with pytest.raises(Invalid) as refused:
        services.mark_scripts(
            actor=world.actor("sun", story.at), code=story.code, marks=given, at=story.at
        )
    assert refused.value.code == "mark.range"


def test_a_mark_that_is_changed_before_publication_is_on_record(world):
    story = settled(world, AT)
    mark_written(story)
    first, second, *_others = [script.code for script in Script.objects.all()]
    first_was, second_was = (f"{script.mark:.2f}" for script in Script.objects.all()[:2])
    told = Entry.objects.get(kind="scripts.marked").data
    assert (len(told["marks"]), told["marks"][first], told["was"]) == (12, first_was, {})

    def mark(**marks):
        sun = world.actor("sun", story.at)
        return services.mark_scripts(actor=sun, code=story.code, marks=marks, at=story.at)

    assert mark(**{first: first_was, second: second_was.removesuffix("0")}) == 0
    assert Entry.objects.filter(kind="scripts.marked").count() == 1
    assert mark(**{first: "absent", second: second_was}) == 1
    assert mark(**{first: "absent"}) == 0
    told = Entry.objects.filter(kind="scripts.marked").last().data
    assert (told["marks"], told["was"]) == ({first: "absent"}, {first: first_was})


def test_scores_are_told_when_the_last_paper_is_marked(world):
    story = settled(world, AT)
    mark_written(story, WRITTEN[:11])
    with pytest.raises(Conflict) as refused:
        publish(story)
    assert refused.value.code == "written.not_marked"
    mark_written(story)
    assert publish(story).state == "written_done"
    # two places, three to one: six are called, ten and below the line are not
    assert states(story) == ["shortlisted"] * 6 + ["out"] * 6
    reasons = [own(story, n).reason for n in (7, 10, 11)]
    assert reasons == ["笔试成绩未进入面试范围"] * 2 + ["笔试未达到合格线"]
    notice = story.tender.notices.get(kind="scores")
    rows = notice.fields["posts"][0]["rows"]
    assert [row["called"] for row in rows] == [True] * 6 + [False] * 6
    assert set(rows[0]) == {"ticket", "written", "called"}


def test_who_ties_on_the_last_place_is_called_too(world):
    story = written(world, AT, marks=(92, 88, 85, 81, 78, 76, 76, 76, 66, 61, 55, "absent"))
    assert states(story) == ["shortlisted"] * 8 + ["out"] * 4
    assert own(story, 12).reason == "未参加笔试"


def test_a_post_whose_exam_nobody_passed_stays_vacant(world):
    story = written(world, AT, marks=(50,) * 12)
    assert (story.tender.state, story.tender.lots.get().state) == ("written_done", "open")
    pass_recounts(story)
    lin = world.actor("lin", story.at)
    services.confirm_shortlist(actor=lin, code=story.code, at=story.at)
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")
    assert story.tender.lots.get().failure == "笔试没有人达到合格线，岗位空缺。"


# --- second check ---


def test_who_fails_the_second_check_is_followed_by_the_next(world):
    story = written(world, AT)
    verify(story, 2, "原件与报名信息不符")
    assert states(story)[:8] == [
        "shortlisted",
        "rejected",
        "shortlisted",
        "shortlisted",
        "shortlisted",
        "shortlisted",
        "shortlisted",
        "out",
    ]
    called = Entry.objects.get(kind="applicants.called")
    assert called.data["tickets"] == [own(story, 7).ticket]


def test_nobody_is_called_while_those_who_tied_still_fill_the_ratio(world):
    story = written(world, AT, marks=(92, 88, 85, 81, 78, 76, 76, 76, 66, 61, 55, 40))
    verify(story, 1, "放弃")
    services.disqualify_applicant(
        actor=world.actor("ren"), code=story.code, number=2, reason="替考", at=story.at
    )
    assert states(story) == ["rejected", "disqualified", *["shortlisted"] * 6, *["out"] * 4]
    assert not Entry.objects.filter(kind="applicants.called").exists()
    verify(story, 3, "放弃")
    assert states(story)[8:] == ["shortlisted", *["out"] * 3]


def test_nobody_below_the_pass_line_is_called(world):
    story = written(world, AT, count=6, marks=(90, 80, 70, 65, 59, 58))
    verify(story, 1, "放弃")
    assert states(story) == ["rejected", *["shortlisted"] * 3, "out", "out"]


@pytest.mark.parametrize(
    ("act", "whose"), [("publish_written", "sun"), ("confirm_shortlist", "lin"), ("rank", "sun")]
)
def test_a_step_asks_who_acts_and_when_before_it_looks_at_anything(world, act, whose):
    bought = tenders.announced(world, AT)
    for name, code in (("he", f"tender.{act}.denied"), (whose, "recruitment.not_now")):
        with pytest.raises((Denied, Conflict)) as refused:
            getattr(services, act)(actor=world.actor(name), code=bought.code, at=AT)
        assert refused.value.code == code


def test_the_interview_waits_for_the_second_check(world):
    story = written(world, AT)
    with pytest.raises(Conflict) as refused:
        services.confirm_shortlist(actor=world.actor("lin"), code=story.code, at=story.at)
    assert refused.value.code == "shortlist.open"

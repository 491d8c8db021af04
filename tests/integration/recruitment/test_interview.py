"""The interview: its panel, marks and places, and the extra test of equals."""

from decimal import Decimal

import pytest
import time_machine

from evaluation.models import Expert
from evaluation.talent import run_talent_rank
from kernel.draw import draw
from kernel.errors import Conflict, Denied, Invalid
from ledger.models import Entry
from recruitment import queries, services
from recruitment.models import Applicant
from recruitment.queries.interview import pool_of
from tests import factories
from tests.recruitments import (
    POST,
    WRITTEN,
    apply,
    close,
    drawn,
    examiners,
    interview,
    mark_written,
    own,
    pass_recounts,
    people,
    posted,
    ranked,
    review,
    settle,
    shortlisted,
    verify,
)
from tests.world import AT

pytestmark = pytest.mark.django_db


def publish(story):
    sun = story.world.actor("sun", story.at)
    return services.publish_written(actor=sun, code=story.code, at=story.at)


def commit(story, size=5, name="sun"):
    actor = story.world.actor(name, story.at)
    return services.commit_panel(actor=actor, code=story.code, size=size, at=story.at)


@pytest.mark.parametrize("size", [3, 4, 6, 11])
def test_a_panel_is_odd_and_of_the_size_the_rules_say(world, size):
    story = shortlisted(world, AT)
    with pytest.raises(Invalid) as refused:
        commit(story, size)
    assert refused.value.code == "panel.size"


def test_a_panel_needs_a_pool(world):
    story = shortlisted(world, AT)
    with pytest.raises(Conflict) as refused:
        commit(story)
    assert refused.value.code == "panel.pool_too_small"


def test_who_works_or_acts_for_a_party_or_applied_is_not_drawn(world):
    story = shortlisted(world, AT)
    examiners(world)
    hospital, agency = (world.organisation_of(name) for name in ("lin", "sun"))
    wu, luo, song, gao = (world.person(name).expert for name in ("wu", "luo", "song", "gao"))
    Expert.objects.filter(pk=wu.pk).update(employer_name=hospital.name)
    factories.role(world.person("luo"), "agency", agency, at=AT)
    song.interests.add(hospital)
    Applicant.objects.filter(number=12).update(person=world.person("gao"))
    out = {expert.code for expert in (wu, luo, song, gao)}
    assert set(pool_of(story.tender)) == {e.code for e in Expert.objects.all()} - out


def test_panel_and_order_can_be_drawn_again_by_anybody(world):
    story = drawn(world, AT)
    told = Entry.objects.get(kind="panel.drawn").data
    committed = Entry.objects.get(kind="panel.committed").data
    seed, nonce = bytes.fromhex(told["seed"]), bytes.fromhex(told["nonce"])
    again = draw(told["pool"], seed=seed, nonce=nonce, purpose=f"panel/{story.code}", count=7)
    assert (again.commit, again.list_digest) == (committed["commit"], committed["digest"])
    panel = queries.panel_of(story.tender)
    assert list(again.drawn) == panel.drawn
    assert [seat.code for seat in queries.seated(panel)] == panel.drawn[:5]
    tickets = sorted(turn.applicant.ticket for turn in queries.turns_of(story.tender))
    purpose = f"interview-order/{story.code}/1"
    order = draw(tickets, seed=seed, nonce=nonce, purpose=purpose, count=6)
    assert told["order"] == [{"lot": 1, "tickets": list(order.drawn)}]


def test_a_post_whose_last_candidate_was_put_out_does_not_stop_the_draw_of_the_others(world):
    examiners(world)
    story = posted(world, AT, POST, {**POST, "title": "会计", "openings": 1})
    apply(story, *people(9))
    close(story)
    rows = Applicant.objects.filter(tender=story.tender, number__gt=6)
    rows.update(lot=story.tender.lots.get(number=2))
    review(story)
    for number in (1, 2):
        settle(story, number)
    mark_written(story, (90, 80, 70, 66, 64, 62, 90, 50, 50))
    publish(story)
    for number in (1, 2, 3, 4, 5, 6, 7):
        verify(story, number)
    pass_recounts(story)
    services.confirm_shortlist(actor=world.actor("lin"), code=story.code, at=story.at)
    services.disqualify_applicant(
        actor=world.actor("ren"), code=story.code, number=7, reason="替考", at=story.at
    )
    commit(story)
    services.draw_panel(actor=world.actor("feng"), code=story.code, nonce="一二三四", at=story.at)
    order = Entry.objects.get(kind="panel.drawn").data["order"]
    assert [len(of["tickets"]) for of in order] == [6, 0]
    while (up := queries.up_now(story.tender)) is not None:
        interview(story, up.number, 90, 90, 90, 90, 90)
    services.rank(actor=world.actor("sun"), code=story.code, at=story.at)
    lots = list(story.tender.lots.order_by("number").values_list("state", flat=True))
    assert (story.tender.state, lots) == ("ranked", ["open", "failed"])


@pytest.mark.parametrize("name", ["sun", "lin", "qian", "he"])
def test_who_organises_the_draw_does_not_give_its_nonce(world, name):
    story = shortlisted(world, AT)
    with pytest.raises(Denied):
        services.draw_panel(
            actor=world.actor(name, story.at), code=story.code, nonce="一二三四", at=story.at
        )


def test_an_examiner_who_steps_aside_is_followed_by_the_next_drawn(world):
    story = drawn(world, AT)
    panel = queries.panel_of(story.tender)
    for seat in queries.seated(panel)[:2]:
        services.recuse_examiner(
            actor=world.actor(seat.person.username, story.at),
            code=story.code,
            reason="与应聘人员是近亲属",
            at=story.at,
        )
    assert [seat.code for seat in queries.seated(panel)] == panel.drawn[2:]
    last = queries.seated(panel)[0].person.username
    with pytest.raises(Conflict) as refused:
        services.recuse_examiner(
            actor=world.actor(last, story.at), code=story.code, reason="同上", at=story.at
        )
    assert refused.value.code == "panel.exhausted"


def test_marks_come_in_turn_and_the_score_is_told_with_the_last(world):
    story = drawn(world, AT)
    up = queries.up_now(story.tender)
    other = next(t.applicant for t in queries.turns_of(story.tender) if not t.is_up)
    with pytest.raises(Conflict) as refused:
        interview(story, other.number, 90, 90, 90, 90, 90)
    assert refused.value.code == "interview.not_up"
    interview(story, up.number, "86.2", "84", "88.5", "85.6", "83.1")
    assert own(story, up.number).interview == Decimal("85.27")
    told = Entry.objects.get(kind="interview.scored").data
    assert told == told | {
        "ticket": up.ticket,
        "marks": ["83.10", "84.00", "85.60", "86.20", "88.50"],
        "score": "85.27",
    }
    assert queries.up_now(story.tender).turn == 2


def test_nobody_else_marks(world):
    story = drawn(world, AT)
    up = queries.up_now(story.tender)
    with pytest.raises(Denied):
        services.mark_interview(
            actor=world.actor("sun", story.at),
            code=story.code,
            number=up.number,
            mark="90",
            at=story.at,
        )


def test_who_stays_away_loses_the_turn(world):
    story = drawn(world, AT)
    up = queries.up_now(story.tender)
    services.miss_interview(
        actor=world.actor("sun", story.at), code=story.code, number=up.number, at=story.at
    )
    assert own(story, up.number).state == "out"
    assert queries.up_now(story.tender).turn == 2


def test_places_are_those_of_the_tool(world):
    story = ranked(world, AT)
    rows = Applicant.objects.exclude(rank=None).order_by("rank")
    assert [a.number for a in rows] == [1, 2, 3, 4, 5, 6]
    first = rows[0]
    # 92 × 60 % + 92.67 × 40 %
    assert (first.interview, first.total) == (Decimal("92.67"), Decimal("92.27"))
    told = story.tender.notices.filter(kind="scores").last().fields["posts"][0]
    again = run_talent_rank(told["case"])
    assert [line["name"] for line in again["posts"][0]["ranking"]] == [a.ticket for a in rows]
    assert {row["ticket"]: row["total"] for row in told["rows"]} == again["totals"]


def test_equals_at_the_cut_take_an_extra_test_that_the_authority_enters(world):
    """Equal in everything: no draw decides that was known before the marks (rulebook 4.9)."""
    story = drawn(world, AT, marks=(92, 80, 80, 79, 78, 77, *WRITTEN[6:]))
    ren, sun = (world.actor(name, story.at) for name in ("ren", "sun"))

    def enter(number, mark, reason="", actor=ren):
        given = {"number": number, "mark": mark, "reason": reason}
        services.record_extra(actor=actor, code=story.code, **given, at=story.at)

    def refused(kind, *given, **more):
        with pytest.raises(kind) as refusal:
            enter(*given, **more)
        return refusal.value.code

    assert refused(Conflict, 2, "90") == "extra.not_due"
    while (up := queries.up_now(story.tender)) is not None:
        interview(story, up.number, 90, 90, 90, 90, 90)
    two, three = own(story, 2), own(story, 3)
    with pytest.raises(Conflict) as refusal:
        services.rank(actor=sun, code=story.code, at=story.at)
    assert refusal.value.code == "extra.needed"
    assert refusal.value.facts["tickets"] == "、".join(sorted((two.ticket, three.ticket)))
    titles = [item.title for item in queries.desk_items(ren, story.at)]
    assert "登记加试成绩" in titles

    assert refused(Conflict, 1, "90") == "extra.not_due"
    assert refused(Denied, 2, "90", actor=sun) == "extra.record.denied"
    enter(2, "81")
    assert refused(Conflict, 3, "81") == "extra.equal"
    enter(3, "85.5")
    assert refused(Invalid, 2, "86") == "extra.reason"
    enter(2, "86", "登分有误")
    facts = Entry.objects.filter(kind="extra.recorded").order_by("pk")
    assert [fact.data.get("before") for fact in facts] == [None, None, "81.00"]
    with time_machine.travel(story.at, tick=True):
        client = world.client("ren")
        page = client.get(f"/tenders/{story.code}/interview/").content.decode()
        assert f"/tenders/{story.code}/applicants/2/extra/" in page
        form = client.get(f"/tenders/{story.code}/applicants/2/extra/")
        assert form.status_code == 200

    services.rank(actor=sun, code=story.code, at=story.at)
    assert [own(story, number).rank for number in (1, 2, 3)] == [1, 2, 3]
    assert own(story, 2).total == own(story, 3).total
    told = story.tender.notices.filter(kind="scores").last()
    rows = {row["ticket"]: row for row in told.fields["posts"][0]["rows"]}
    assert rows[two.ticket]["extra"] == "86.00"
    again = run_talent_rank(told.fields["posts"][0]["case"])["posts"][0]
    assert again["proposed"] == [own(story, 1).ticket, two.ticket]


def test_places_wait_for_the_last_interview(world):
    story = drawn(world, AT)
    with pytest.raises(Conflict) as refused:
        services.rank(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    assert refused.value.code == "interview.open"


def test_a_post_whose_interview_nobody_passed_stays_vacant(world):
    story = ranked(world, AT, post={**POST, "interview_pass": "95"})
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")
    assert "低于合格线" in own(story, 1).reason


def replace(story, place, name="ren", reason="突发疾病"):
    return services.replace_examiner(
        actor=story.world.actor(name, story.at),
        code=story.code,
        place=place,
        reason=reason,
        at=story.at,
    )


def mark_as(story, place, number, mark):
    seat = queries.panel_of(story.tender).examiners.get(place=place)
    services.mark_interview(
        actor=story.world.actor(seat.person.username, story.at),
        code=story.code,
        number=number,
        mark=str(mark),
        at=story.at,
    )


def test_an_examiner_who_cannot_go_on_after_marks_is_replaced_by_the_next_drawn(world):
    story = drawn(world, AT)
    first = queries.up_now(story.tender)
    interview(story, first.number, 90, 90, 90, 90, 90)
    second = queries.up_now(story.tender)
    for place, mark in ((1, 60), (2, 80), (3, 81), (4, 82)):
        mark_as(story, place, second.number, mark)
    assert [seat.place for seat in replace(story, 1)] == [2, 3, 4, 5, 6]
    told = Entry.objects.get(kind="examiner.replaced").data
    assert told == {
        "seat": 1,
        "next": 6,
        "reason": "突发疾病",
        "dropped": {second.ticket: "60.00"},
    }
    with pytest.raises(Denied):
        mark_as(story, 1, second.number, 99)
    mark_as(story, 5, second.number, 83)
    assert own(story, second.number).interview is None
    mark_as(story, 6, second.number, 84)
    assert own(story, second.number).interview == Decimal("82.00")
    assert own(story, first.number).marks.count() == 5
    assert own(story, first.number).interview == Decimal("90.00")
    while (up := queries.up_now(story.tender)) is not None:
        interview(story, up.number, 90, 90, 90, 90, 90)
    services.rank(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    assert story.tender.state == "ranked"


def test_a_replacement_needs_a_reason_a_seat_and_somebody_drawn_after(world):
    story = drawn(world, AT)
    with pytest.raises(Invalid) as refused:
        replace(story, 1, reason=" ")
    assert refused.value.code == "examiner.reason"
    with pytest.raises(Conflict) as refused:
        replace(story, 6)
    assert refused.value.code == "examiner.gone"
    replace(story, 1)
    replace(story, 2)
    with pytest.raises(Conflict) as refused:
        replace(story, 3)
    assert refused.value.code == "panel.exhausted"
    assert Entry.objects.filter(kind="examiner.replaced").count() == 2


@pytest.mark.parametrize("name", ["sun", "lin", "wang", "feng", "he"])
def test_only_the_personnel_authority_replaces_an_examiner(world, name):
    story = drawn(world, AT)
    with pytest.raises(Denied):
        replace(story, 1, name)


def test_a_pool_without_reserves_is_too_small(world):
    story = shortlisted(world, AT)
    examiners(world)
    Expert.objects.filter(person=world.person("wu")).update(available=False)
    with pytest.raises(Conflict) as refused:
        commit(story)
    assert refused.value.code == "panel.pool_too_small"
    assert (refused.value.facts["found"], refused.value.facts["needed"]) == (6, 7)

"""From the places to the archived file: checks, publicity, filing, contracts, disqualification."""

from datetime import timedelta

import pytest
import time_machine

from accounts import queries as accounts
from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger.models import Entry
from ledger.papers import paper_of
from recruitment import queries, services
from recruitment.models import Applicant, Check, Employment
from tests.papers import assert_known_shape
from tests.recruitments import (
    check,
    filed,
    hired,
    own,
    publicised,
    ranked,
    sign,
    written,
)
from tests.world import AT
from trading import services as trading
from trading.domain.statistics.asked import Asked
from trading.queries.reported import reported

pytestmark = pytest.mark.django_db


def due(story):
    return queries.due_checks(story.tender.lots.get())


def publicise(story):
    sun = story.world.actor("sun", story.at)
    return services.publicise_hire(actor=sun, code=story.code, at=story.at)


def disqualify(story, number, name="ren", reason="笔试作弊"):
    return services.disqualify_applicant(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        reason=reason,
        at=story.at,
    )


def test_as_many_are_checked_as_there_are_places_and_the_next_follow(world):
    story = ranked(world, AT)
    assert due(story) == [1, 2]
    with pytest.raises(Conflict) as refused:
        check(story, 3)
    assert refused.value.code == "check.not_due"
    check(story, 1, medical=False)
    assert due(story) == [2, 3]
    check(story, 2)
    check(story, 3)
    assert due(story) == []
    assert [own(story, n).state for n in (1, 2, 3, 4)] == ["failed", "passed", "passed", "ranked"]


def test_what_a_doctor_found_is_in_no_fact_and_under_the_key(world):
    story = ranked(world, AT)
    check(story, 1, medical=False)
    told = Entry.objects.filter(kind="applicant.checked")
    assert all(set(entry.data) <= {"tender", "number", "check", "kind", "actor"} for entry in told)
    kept = Check.objects.get(kind="medical")
    assert "血压".encode() not in bytes(kept.sealed_note)
    assert queries.checks_of(own(story, 1))[1].note == "血压偏高"


def test_publicity_shows_name_ticket_and_scores_and_nothing_else(world):
    story = publicised(world, AT)
    assert (story.tender.state, story.tender.lots.get().state) == ("publicity", "awarded")
    notice = story.tender.notices.get(kind="hire")
    rows = notice.fields["posts"][0]["rows"]
    assert [row["name"] for row in rows] == ["考生01", "考生02"]
    assert set(rows[0]) == {"name", "ticket", "written", "interview", "total", "rank"}
    assert queries.publicity_of(story.tender).until.isoformat() in notice.body
    assert_known_shape(paper_of("hire_publicity", f"{story.code}.{notice.number}"), "talent")
    waits = world.client("he").get(f"/tenders/{story.code}/hire/{notice.number}/file/")
    assert waits.status_code == 200


def test_who_got_a_contract_stands_on_the_paper_of_the_result(world):
    story = filed(world, AT)
    first, second = (hire.applicant.number for hire in queries.hires_of(story.tender))
    sign(story, first)
    assert paper_of("hire_result", f"{story.code}.result") is None
    services.decline_hire(
        actor=world.actor("lin", story.at),
        code=story.code,
        number=second,
        reason="本人放弃",
        at=story.at,
    )
    paper = paper_of("hire_result", f"{story.code}.result")
    assert_known_shape(paper, "talent")
    assert [row["name"] for row in paper.content["rows"]] == [own(story, first).name]
    shown = world.client("he").get(f"/tenders/{story.code}/recruitment/")
    assert f"/verify/papers/hire_result/{story.code}.result/" in shown.content.decode()
    assert own(story, first).name in shown.content.decode()
    assert own(story, second).name not in shown.content.decode()


def test_publicity_waits_for_the_checks(world):
    story = ranked(world, AT)
    with pytest.raises(Conflict) as refused:
        publicise(story)
    assert refused.value.code == "hire.checks_open"


def test_when_everybody_was_replaced_the_post_stays_vacant(world):
    story = ranked(world, AT)
    while numbers := due(story):
        check(story, numbers[0], inspection=False)
    assert publicise(story).state == "failed"
    assert story.tender.lots.get().state == "failed"


def test_nothing_is_filed_before_the_publicity_has_ended(world):
    story = publicised(world, AT)
    ren = world.actor("ren", story.at)
    with pytest.raises(Conflict) as refused:
        services.file_hire(actor=ren, code=story.code, number="1", at=story.at)
    assert refused.value.code == "hire.publicity_open"
    with pytest.raises(Conflict) as refused:
        sign(story, 1)
    assert refused.value.code == "hire.not_filed"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"years": 2}, "hire.years"),
        ({"years": 51}, "hire.years"),
        ({"trial_months": 6}, "hire.trial"),
        ({"first_job": False, "trial_months": 12}, "hire.trial"),
    ],
)
def test_a_contract_has_the_term_and_trial_of_the_rules(world, terms, code):
    story = filed(world, AT)
    with pytest.raises(Invalid) as refused:
        sign(story, 1, **terms)
    assert refused.value.code == code


def test_from_posting_to_archive(world):
    story = hired(world, AT)
    assert (story.tender.state, story.tender.lots.get().state) == ("contracted", "contracted")
    assert Employment.objects.count() == 2
    trading.archive_tender(actor=world.actor("lin", story.at), code=story.code, at=story.at)
    assert story.tender.state == "archived"
    moves = Entry.objects.filter(kind__startswith="tender.").order_by("id")
    assert [entry.kind for entry in moves][-8:] == [
        "tender.closed",
        "tender.posts_settled",
        "tender.written_published",
        "tender.shortlist_confirmed",
        "tender.ranked",
        "tender.hire_publicised",
        "tender.hire_concluded",
        "tender.archived",
    ]


def test_a_place_that_is_declined_stays_vacant(world):
    story = filed(world, AT)
    lin = world.actor("lin", story.at)
    services.decline_hire(actor=lin, code=story.code, number=1, reason="本人放弃", at=story.at)
    assert story.tender.state == "publicity"
    sign(story, 2, first_job=False, trial_months=3)
    assert story.tender.state == "contracted"


def test_when_nobody_is_hired_the_recruitment_has_failed(world):
    story = publicised(world, AT)
    story.at += timedelta(days=40)
    disqualify(story, 1)
    disqualify(story, 2)
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")
    told = story.tender.notices.get(kind="failure")
    assert (told.published_at, told.body) == (story.at, "拟聘用人员均未聘用，岗位空缺。")
    [row] = reported(Asked(local_date(story.at), local_date(story.at), by="ended"))
    assert (row.outcome, row.ended_at) == ("failed", story.at)


def test_forged_papers_found_late_disqualify_who_was_refused_or_has_a_contract(world):
    story = hired(world, AT)
    assert story.tender.state == "contracted"
    person = own(story, 4).person
    assert own(story, 4).state == "ranked"
    assert queries.desk_items(accounts.actor(person, story.at), story.at) == []
    Applicant.objects.filter(pk=own(story, 5).pk).update(state="rejected", reason="证书存疑")
    disqualify(story, 1, reason="学位证书系伪造")
    disqualify(story, 5, reason="学位证书系伪造")
    assert [own(story, n).state for n in (1, 5)] == ["disqualified", "disqualified"]
    told = Entry.objects.filter(kind="applicant.disqualified").order_by("pk")
    assert [(of.data["was"], of.data["before"]) for of in told] == [
        ("hired", ""),
        ("rejected", "证书存疑"),
    ]
    assert [hire.applicant.number for hire in queries.hires_of(story.tender)] == [2]
    with time_machine.travel(story.at, tick=True):
        for name, reads in (("lin", True), ("ren", True), ("sun", False)):
            answer = world.client(name).get(f"/api/v1/tenders/{story.code}/applicants")
            told = {row["number"]: row.get("reason") for row in answer.json()}
            assert (name, told[1]) == (name, "学位证书系伪造" if reads else None)
            assert len(told) == Applicant.objects.count()


def test_a_rule_breaker_is_put_out_and_the_next_is_called(world):
    story = written(world, AT)
    with pytest.raises(Invalid):
        disqualify(story, 1, reason=" ")
    disqualify(story, 1)
    assert [own(story, n).state for n in (1, 7)] == ["disqualified", "shortlisted"]
    assert own(story, 1).reason == "笔试作弊"


@pytest.mark.parametrize("name", ["lin", "sun", "wang", "he"])
def test_only_the_personnel_authority_disqualifies(world, name):
    story = written(world, AT)
    with pytest.raises(Denied):
        disqualify(story, 1, name)


def test_a_recruitment_is_terminated_before_anybody_is_told_to_the_public(world):
    story = ranked(world, AT)
    lin = world.actor("lin", story.at)
    trading.terminate_tender(actor=lin, code=story.code, reason="编制收回", at=story.at)
    assert story.tender.state == "terminated"
    late = publicised_late(story)
    assert late == "recruitment.not_now"


def test_nobody_is_put_out_of_a_recruitment_that_is_over(world):
    story = ranked(world, AT)
    lin = world.actor("lin", story.at)
    trading.terminate_tender(actor=lin, code=story.code, reason="编制收回", at=story.at)
    facts = Entry.objects.count()
    with pytest.raises(Conflict) as refused:
        disqualify(story, 1)
    assert (refused.value.code, own(story, 1).state) == ("recruitment.over", "ranked")
    assert Entry.objects.count() == facts


def publicised_late(story):
    with pytest.raises(Conflict) as refused:
        services.publicise_hire(
            actor=story.world.actor("sun", story.at),
            code=story.code,
            at=story.at + timedelta(days=1),
        )
    return refused.value.code

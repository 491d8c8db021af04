"""Who objects or complains while bids are open may be bidding: nobody else is told who it is."""

import json
from datetime import timedelta

import pytest

from kernel.calendar import local_date
from kernel.errors import Conflict
from ledger import queries as record
from tests import works
from tests.world import AT, cast
from trading import queries, services
from trading.domain import remedies
from trading.models import Tender
from trading.services.due import due

pytestmark = pytest.mark.django_db
TEXT = {
    "matters": "招标文件要求本地业绩，属于以不合理条件限制潜在投标人。",
    "claim": "请删除本地业绩要求。",
    "law": "《招标投标法实施条例》第三十二条",
}


@pytest.fixture
def world():
    return cast(AT)


@pytest.fixture
def story(world):
    return works.announced(world)


def objected(story, name="zhao"):
    actor = story.world.actor(name, story.at)
    return services.file_challenge(
        actor=actor, code=story.code, about="document", **TEXT, at=story.at
    )


def taken_back(story, filed, name="zhao"):
    story.at += timedelta(hours=1)
    given = {"code": story.code, "number": filed.code, "at": story.at}
    services.withdraw_challenge(actor=story.world.actor(name, story.at), **given)


def complained(story, name="zhao"):
    return services.file_complaint(
        actor=story.world.actor(name, story.at),
        code=story.code,
        ground="other",
        **TEXT,
        known_on=local_date(story.at),
        at=story.at,
    )


def held(story, found):
    wang, given = story.world.actor("wang", story.at), {"code": story.code, "number": found.code}
    return services.hold_for_complaint(actor=wang, **given, reason="可能影响公平", at=story.at)


def everything_public(story):
    """Give what the facts, the record's page and files, the notices and the API tell anybody."""
    code, he = story.code, story.world.client("he")
    facts = [
        json.dumps([e.kind, e.actor, e.data], ensure_ascii=False, default=str)
        for e in record.public_facts_of(code)
    ]
    pages = [
        f"/tenders/{code}/",
        f"/tenders/{code}/record/",
        f"/tenders/{code}/record.json",
        f"/api/v1/tenders/{code}/facts",
        f"/api/v1/tenders/{code}",
        *(f"/notices/{code}/{n.number}/" for n in story.tender.notices.all()),
    ]
    answers = [he.get(page) for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join([*facts, *(a.content.decode() for a in answers)])


def names_of(story, name="zhao"):
    person, organisation = story.world.person(name), story.world.organisation_of(name)
    ref = story.world.actor(name, story.at).ref
    return {f'"{ref}"', person.name, organisation.name, organisation.uscc}


def test_an_objection_filed_and_taken_back_names_nobody_in_public(story):
    taken_back(story, objected(story))
    kinds = [entry.kind for entry in record.public_facts_of(story.code)]
    assert {"tender.suspended", "tender.resumed", "tender.deadline_moved"} <= set(kinds)
    told = everything_public(story)
    assert [name for name in names_of(story) if name in told] == []


def test_a_complaint_held_and_taken_back_names_nobody_in_public(story):
    found = complained(story)
    held(story, found)
    story.at += timedelta(hours=1)
    given = {"code": story.code, "number": found.code, "at": story.at}
    services.withdraw_complaint(actor=story.world.actor("zhao", story.at), **given)
    assert record.first_fact(story.code, "tender.resumed").actor == "system"
    told = everything_public(story)
    assert [name for name in names_of(story) if name in told] == []


def test_who_took_an_objection_back_still_stands_in_its_own_fact(story):
    taken_back(story, objected(story))
    fact = record.entries_since(remedies.STREAM, 0)[-1]
    assert fact.kind == "challenge.withdrawn"
    assert fact.actor == story.world.actor("zhao", story.at).ref


def decided(story, found):
    wang = story.world.actor("wang", story.at)
    given = {"actor": wang, "code": story.code, "number": found.code, "at": story.at}
    services.accept_complaint(**given)
    services.decide_complaint(**given, outcome="dismissed", decision="经查，投诉不成立。")
    return story.tender.notices.get(kind="complaint_decision")


def test_a_decision_published_while_bids_are_open_does_not_name_who_complained(story):
    notice = decided(story, complained(story))
    assert "filer" not in notice.fields
    told = everything_public(story)
    assert [name for name in names_of(story) if name in told] == []
    assert "投标截止后公布" in told


def test_who_complained_is_told_once_bids_are_opened_and_the_notice_stays_as_it_was(story):
    notice = decided(story, complained(story))
    he, url = story.world.client("he"), f"/notices/{story.code}/{notice.number}/"
    assert "投标截止后公布" in he.get(url).content.decode()
    assert due(story.tender.next_due_at) == 1
    name = story.world.organisation_of("zhao").name
    for state in ("closed", "opening"):  # the hall has told nobody yet who bid
        Tender.objects.filter(code=story.code).update(state=state)
        assert name not in he.get(url).content.decode()
    Tender.objects.filter(code=story.code).update(state="opened")
    page = he.get(url).content.decode()
    assert name in page
    assert "投标截止后公布" not in page
    told = he.get(f"/api/v1/notices/{story.code}/{notice.number}").json()
    assert (told["filer"], told["fields"]) == (name, notice.fields)


def test_who_decides_is_told_that_the_text_must_not_name_the_filer_either(story):
    found = complained(story)
    given = {"code": story.code, "number": found.code, "at": story.at}
    services.accept_complaint(actor=story.world.actor("wang", story.at), **given)
    url = f"/tenders/{story.code}/complaints/{found.code}/"
    page = story.world.client("wang").get(url).content.decode()
    assert "决定文字中也请不要写明投诉人" in page


# --- how often, and for how long ---


def test_what_was_taken_back_is_not_raised_again_and_what_was_rejected_is(story):
    taken_back(story, objected(story))
    with pytest.raises(Conflict) as refusal:
        objected(story)
    assert refusal.value.code == "challenge.once"
    filed = objected(story, "chen")
    sun, given = story.world.actor("sun", story.at), {"code": story.code, "number": filed.code}
    services.reject_challenge(actor=sun, **given, reason="未署名", at=story.at)
    objected(story, "chen")


def test_the_page_says_that_what_is_taken_back_cannot_be_raised_again(story):
    filed = objected(story)
    url = f"/tenders/{story.code}/challenges/{filed.code}/"
    assert "撤回后不能就同一环节再次提出" in story.world.client("zhao").get(url).content.decode()


def test_a_new_evaluation_may_be_objected_to_by_who_objected_to_the_earlier_one(world):
    case = works.publicised(works.evaluated(world))
    given = {"code": case.code, "about": "result", **TEXT}
    filed = services.file_challenge(actor=case.actor("zhao"), **given, at=case.at)
    sun, one = case.actor("sun"), {"code": case.code, "number": filed.code, "at": case.at}
    services.accept_challenge(actor=sun, **one)
    services.answer_challenge(actor=sun, **one, outcome="upheld", answer="经核实。")
    works.report_again(case, ("zhao", "chen", "hu"))
    works.publicised(case)
    case.at += timedelta(minutes=1)
    services.file_challenge(actor=case.actor("zhao"), **given, at=case.at)


def test_many_short_objections_move_the_deadline_once(story):
    before, work = story.tender.bids_close_at, queries.work_calendar()
    for name in ("zhao", "chen", "hu"):
        taken_back(story, objected(story, name), name)
        story.at += timedelta(minutes=5)
    next_day = work.roll_over(local_date(before) + timedelta(days=1))[0]
    assert local_date(story.tender.bids_close_at) == next_day
    moved = record.public_facts_of(story.code).filter(kind="tender.deadline_moved")
    assert (moved.count(), story.tender.notices.filter(kind="resumption").count()) == (1, 3)


def test_short_holds_of_the_publicity_move_it_once(world):
    case = works.publicised(works.evaluated(world))
    before, work = works.tender_of(case).publicity_until, queries.work_calendar()
    given = {"code": case.code, "about": "result", **TEXT}
    for name in ("zhao", "chen", "hu"):
        case.at += timedelta(minutes=5)
        actor = case.world.actor(name, case.at)
        taken_back(case, services.file_challenge(actor=actor, **given, at=case.at), name)
    until = work.roll_over(before + timedelta(days=1))[0]
    assert works.tender_of(case).publicity_until == until


def test_a_deadline_set_anew_counts_what_stands_still_after_it(story):
    taken_back(story, objected(story))
    closes, work = story.tender.bids_close_at, queries.work_calendar()
    later = work.roll_over(local_date(closes) + timedelta(days=7))[0]
    story.at += timedelta(minutes=5)
    services.amend_tender(
        actor=story.world.actor("sun", story.at),
        code=story.code,
        changes={},
        reason="增加踏勘时间。",
        affects_bids=False,
        bids_close_at=closes + (later - local_date(closes)),
        at=story.at,
    )
    story.at += timedelta(minutes=5)
    taken_back(story, objected(story, "chen"), "chen")
    next_day = work.roll_over(later + timedelta(days=1))[0]
    assert local_date(story.tender.bids_close_at) == next_day


def test_bids_never_close_while_the_tender_stands_still_nor_at_a_time_gone_by(story):
    taken_back(story, objected(story))
    closes = story.tender.bids_close_at
    story.at = closes - timedelta(hours=1)
    found = complained(story)
    held(story, found)
    story.at = closes + timedelta(hours=3)
    given = {"code": story.code, "number": found.code, "at": story.at}
    services.withdraw_complaint(actor=story.world.actor("zhao", story.at), **given)
    assert story.tender.bids_close_at > story.at

"""The dates of a prequalification: amended, objected to, held still, and as each market asks."""

from datetime import timedelta

import pytest

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid, Missing
from tests import prequalified as pq
from tests import tenders, works
from tests import world as worlds
from trading import queries, services
from trading.services.due import due

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}


@pytest.fixture
def story(world):
    worlds.fourth_bidder(world)
    return pq.applying(world)


# --- amendments, objections, standstill ---


def test_an_amendment_that_affects_applications_leaves_three_days(world, story):
    sun, closes = world.actor("sun", story.at), story.tender.prequalification_close_at
    given = {"actor": sun, "code": story.code, "changes": {}, "reason": "明确业绩证明材料的要求。"}
    at = closes - timedelta(days=2)
    services.amend_prequal(**given, affects_applications=False, at=at)
    assert story.tender.prequalification_close_at == closes
    notice = services.amend_prequal(**given, affects_applications=True, at=at)
    moved = story.tender.prequalification_close_at
    assert moved >= closes + timedelta(days=1)
    assert (notice.kind, notice.fields["article"]) == (
        "prequal_amendment",
        "《招标投标法实施条例》第二十一条",
    )
    assert due(closes + timedelta(seconds=2)) == 0
    assert due(moved + timedelta(seconds=2)) == 1
    with pytest.raises(Conflict):
        services.amend_prequal(**given, affects_applications=False, at=moved)
    page = world.client("public").get(f"/notices/{story.code}/{notice.number}/")
    assert "明确业绩证明材料的要求" in page.content.decode()


def test_an_amendment_changes_only_what_applicants_answer_and_never_brings_forward(world, story):
    sun, closes = world.actor("sun", story.at), story.tender.prequalification_close_at
    given = {"actor": sun, "code": story.code, "reason": "更正。", "at": story.at}
    given["affects_applications"] = False
    with pytest.raises(Invalid) as refused:
        services.amend_prequal(**given, changes={"scheme": {}})
    assert refused.value.code == "tender.unknown_field"
    with pytest.raises(Invalid) as refused:
        services.amend_prequal(**given, changes={}, closes_at=closes - timedelta(hours=1))
    assert refused.value.code == "gate.deadline_earlier"
    with pytest.raises(Denied):
        services.amend_prequal(**{**given, "actor": world.actor("lin", story.at)}, changes={})


@pytest.mark.parametrize("changes", [{"qualification": []}, {"summary": ""}])
def test_an_amendment_does_not_take_away_what_the_call_needs(world, story, changes):
    notices = story.tender.notices.count()
    with pytest.raises(Conflict) as refused:
        services.amend_prequal(
            actor=world.actor("sun", story.at),
            code=story.code,
            changes=changes,
            reason="更正。",
            affects_applications=False,
            at=story.at,
        )
    assert refused.value.code == "tender.incomplete"
    assert story.tender.notices.count() == notices


def test_what_was_amended_is_what_is_reviewed_and_goes_on(world, story):
    sun = world.actor("sun", story.at)
    terms = [{"text": "具有市政公用工程施工总承包二级及以上资质", "evidence": "资质证书"}]
    services.amend_prequal(
        actor=sun,
        code=story.code,
        changes={"qualification": terms},
        reason="提高资质要求。",
        affects_applications=True,
        at=story.at,
    )
    pq.close(pq.review(pq.reviewing(pq.apply(story))))
    assert story.tender.state == "announced"
    text = story.tender.notices.get(kind="tender").fields["text"]
    assert text["qualification"][0]["text"] == terms[0]["text"]
    assert text["prequalification"]["prequalification_close_at"]


def object_to_document(story, name, at):
    return services.file_challenge(
        actor=story.world.actor(name, at),
        code=story.code,
        about="prequal",
        matters="资格条件要求本市业绩，排斥潜在申请人。",
        claim="删除本市业绩要求。",
        law="《招标投标法实施条例》第三十二条",
        at=at,
    )


def test_an_objection_to_the_document_holds_the_applications_and_gives_the_days_back(world, story):
    closes = story.tender.prequalification_close_at
    at = story.at + timedelta(days=6)
    filed = object_to_document(story, "chen", at)
    assert filed.answer_due == local_date(at) + timedelta(days=3)
    assert due(closes + timedelta(seconds=2)) == 0
    sun, later = world.actor("sun", at), at + timedelta(days=2)
    given = {"actor": sun, "code": story.code, "number": filed.code}
    services.accept_challenge(**given, at=at)
    services.answer_challenge(**given, outcome="dismissed", answer="没有这样的要求。", at=later)
    assert story.tender.prequalification_close_at >= closes + timedelta(days=2)
    assert pq.kinds(story)[-2:] == ["tender.resumed", "tender.prequal_amended"]


def test_an_objection_later_than_two_days_before_the_deadline_is_refused(world, story):
    closes = story.tender.prequalification_close_at
    with pytest.raises(Conflict) as refused:
        object_to_document(story, "chen", closes - timedelta(days=1))
    assert refused.value.code == "challenge.too_late"
    object_to_document(story, "chen", closes - timedelta(days=2))


# --- procurement ---


def test_procurement_goes_the_same_way_without_a_committee(world):
    worlds.fourth_bidder(world)
    story = pq.publish(pq.purchase_draft(world))
    assert story.tender.state == "prequalifying"
    pq.close(pq.review(pq.reviewing(pq.apply(story))), panel=("林晓",))
    assert story.tender.state == "announced"
    pq.register(story, "hu")
    with pytest.raises(Missing):
        pq.register(story, "qiu")


def test_procurement_asks_five_working_days_from_the_notice(world):
    short = pq.purchase_draft(world, prequalification_close_at=tenders.deadline(world.at, 6, 17))
    sun = world.actor("sun")
    with pytest.raises(Conflict) as refused:
        services.submit_tender(actor=sun, code=short.code, at=short.at)
    assert refused.value.code == "tender.period_broken"
    assert "第二十一条" in str(refused.value)


def test_construction_asks_five_days_after_the_offer(world):
    short = pq.works_draft(world, prequalification_close_at=tenders.deadline(world.at, 9, 17))
    with pytest.raises(Conflict) as refused:
        services.submit_tender(actor=world.actor("sun"), code=short.code, at=short.at)
    assert refused.value.code == "tender.period_broken"
    assert "第十七条" in str(refused.value)


def test_an_open_tender_has_no_prequalification(world):
    story = works.draft(world, lots=1)
    sun = world.actor("sun")
    with pytest.raises(Conflict):
        services.publish_prequal(actor=sun, code=story.code, at=story.at)
    changes = {"prequalification_from": story.at.date()}
    with pytest.raises(Invalid) as refused:
        services.change_tender(actor=sun, code=story.code, changes=changes, at=story.at)
    assert refused.value.code == "tender.unknown_field"
    assert world.client("sun").get(f"/tenders/{story.code}/prequalification/").status_code == 404


# --- an objection to the result ---


def object_to_result(story, name, at):
    return services.file_challenge(
        actor=story.world.actor(name, at),
        code=story.code,
        about="passing",
        matters="本单位资质证书的延续证明已随申请文件提交。",
        claim="请核实后认定本单位合格。",
        law="《招标投标法实施条例》第十九条",
        at=at,
    )


def test_an_applicant_whose_objection_is_right_is_let_in_and_nobody_else_learns_it(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    with pytest.raises(Conflict) as refused:
        object_to_result(story, "qiu", story.at + timedelta(days=4))
    assert refused.value.code == "challenge.too_late"
    with pytest.raises(Conflict) as refused:
        object_to_result(story, "chen", story.at)  # passed: nothing to object to
    assert refused.value.code == "challenge.no_standing"
    filed = object_to_result(story, "qiu", story.at + timedelta(hours=2))
    sun, at = world.actor("sun", story.at), story.at + timedelta(hours=3)
    given = {"actor": sun, "code": story.code, "number": filed.code, "at": at}
    services.accept_challenge(**given)
    before = pq.kinds(story)
    services.answer_challenge(**given, outcome="upheld", answer="延续证明有效，予以认定。")
    assert set(pq.kinds(story)[len(before) :]) <= {
        "tender.resumed",
        "tender.amended",
        "tender.deadline_moved",
    }
    own, _turns = queries.own_filed(world.actor("qiu", at), story.tender)
    assert own.verdict.passed
    pq.register(story, "qiu")
    assert queries.registered_lots(world.actor("qiu", at), story.tender) == [1]


def test_who_did_not_apply_may_not_object_to_a_result(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story))))
    with pytest.raises(Conflict) as refused:
        object_to_result(story, "qiu", story.at)
    assert refused.value.code == "challenge.no_standing"

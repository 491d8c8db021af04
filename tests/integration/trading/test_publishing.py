"""From draft to deadline: who may do what, what is refused, which facts remain."""

from datetime import timedelta

import pytest

from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from tests import tenders
from tests.world import AT, cast
from trading import queries, services
from trading.services.due import due

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def kinds(code):
    return [entry.kind for entry in record.facts_of(code)]


def test_publish_tender_freezes_text_and_custody_by_hash(world):
    story = tenders.announced(world)
    tender = story.tender
    assert (tender.state, tender.published_at, tender.document_version) == ("announced", AT, 1)
    assert tender.next_due_at == tender.bids_close_at + timedelta(seconds=1)
    assert queries.digest_of(queries.text_of(tender)) == tender.text_digest
    assert queries.digest_of(tender.policy) == tender.policy_digest
    published = record.first_fact(story.code, "tender.published").data
    assert published["policy_digest"] == queries.digest_of(published["policy"])
    assert [c["name"] for c in published["policy"]["custodians"]] == ["林晓", "周平", "冯正"]
    assert kinds(story.code) == [
        "tender.drafted",
        "tender.changed",
        "tender.changed",
        "tender.changed",
        *["custodian.named"] * 3,
        *["custodian.key_registered"] * 3,
        "tender.submitted",
        "tender.approved",
        "tender.published",
    ]


def test_submit_tender_refuses_dates_that_break_a_period_and_names_the_article(world):
    story = tenders.draft(world, bids_close_at=tenders.deadline(AT, days=19))
    before = kinds(story.code)
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=world.actor("sun"), code=story.code, at=AT)
    assert refusal.value.code == "tender.period_broken"
    assert "《政府采购法》第三十五条" in str(refusal.value)
    assert kinds(story.code) == before


def test_publish_tender_too_late_for_its_dates_is_refused_and_can_be_returned(world):
    story = tenders.approved(world)
    later = AT + timedelta(days=3)
    with pytest.raises(Conflict) as refusal:
        services.publish_tender(actor=world.actor("sun", later), code=story.code, at=later)
    assert refusal.value.code == "tender.period_broken"
    assert "采购文件开始提供（2026-11-24）不能早于公告发布（2026-11-27）" in str(refusal.value)
    services.return_tender(
        actor=world.actor("lin", later), code=story.code, reason="日期已过，请调整。", at=later
    )
    assert story.tender.state == "draft"


def test_publish_tender_refuses_while_a_custodian_has_no_key(world):
    story = tenders.draft(world)
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=AT)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=AT)
    with pytest.raises(Conflict) as refusal:
        services.publish_tender(actor=world.actor("sun"), code=story.code, at=AT)
    assert refusal.value.code == "tender.incomplete"
    assert "林晓尚未登记公钥" in str(refusal.value)


def test_publish_tender_refuses_a_text_changed_after_approval(world):
    story = tenders.approved(world)
    lot = story.tender.lots.get()
    lot.ceiling = 1
    lot.save()
    with pytest.raises(Conflict) as refusal:
        services.publish_tender(actor=world.actor("sun"), code=story.code, at=AT)
    assert refusal.value.code == "tender.not_as_approved"


def test_submit_tender_lists_what_is_missing(world):
    tender = services.draft_tender(
        actor=world.actor("sun"),
        purchaser=world.organisation_of("lin").uscc,
        category="goods",
        title="办公设备",
        at=AT,
    )
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=world.actor("sun"), code=tender.code, at=AT)
    assert refusal.value.code == "tender.incomplete"


def test_return_tender_gives_the_draft_back_with_the_reason(world):
    story = tenders.register_keys(tenders.draft(world))
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=AT)
    services.return_tender(
        actor=world.actor("lin"), code=story.code, reason="请补充售后服务要求。", at=AT
    )
    assert (story.tender.state, story.tender.return_reason) == ("draft", "请补充售后服务要求。")


@pytest.mark.parametrize("name", ["chen", "qian", "wu", "mei", "wang", "he", "public"])
def test_draft_is_missing_for_everybody_but_its_own_side(world, name):
    story = tenders.draft(world)
    actor = world.actor(name)
    with pytest.raises(Missing):
        queries.tender_for(actor, story.code, AT)
    assert not queries.may_see(actor, story.tender)


@pytest.mark.parametrize("name", ["sun", "lin", "zhou", "feng"])
def test_draft_is_seen_by_agency_purchaser_and_custodians(world, name):
    story = tenders.draft(world)
    assert queries.tender_for(world.actor(name), story.code, AT).code == story.code
    assert queries.may_see(world.actor(name), story.tender)


def test_purchaser_may_not_change_and_agency_may_not_approve(world):
    story = tenders.draft(world)
    with pytest.raises(Denied):
        services.change_tender(
            actor=world.actor("lin"), code=story.code, changes={"title": "改"}, at=AT
        )
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=AT)
    with pytest.raises(Denied):
        services.approve_tender(actor=world.actor("sun"), code=story.code, at=AT)


def test_change_of_a_stale_page_is_refused(world):
    story = tenders.draft(world)
    version = story.tender.version
    sun = world.actor("sun")
    services.change_tender(
        actor=sun, code=story.code, changes={"summary": "甲"}, version=version, at=AT
    )
    with pytest.raises(Conflict) as refusal:
        services.change_tender(
            actor=sun, code=story.code, changes={"summary": "乙"}, version=version, at=AT
        )
    assert refusal.value.code == "tender.changed_meanwhile"


def test_custodian_keys_must_differ_and_be_strong(world):
    story = tenders.register_keys(tenders.draft(world))
    taken = story.tender.custodians.get(index=1).public_keys["whole"]
    for key in (taken, "A" * 43, "short"):
        with pytest.raises(Invalid):
            services.register_custodian_key(
                actor=world.actor("feng"), code=story.code, public_keys={"whole": key}, at=AT
            )


def test_custodian_must_hold_a_role_of_the_office(world):
    story = tenders.draft(world)
    with pytest.raises(Invalid) as refusal:
        services.name_custodian(
            actor=world.actor("sun"), code=story.code, person="qian", office="regulator", at=AT
        )
    assert refusal.value.code == "custodian.not_of_office"


def test_removed_lot_closes_the_numbers_up(world):
    story = tenders.draft(world, lots=3)
    services.remove_lot(actor=world.actor("sun"), code=story.code, number=2, at=AT)
    assert list(story.tender.lots.values_list("number", "title")) == [
        (1, "全自动生化分析仪（1 包）"),
        (2, "全自动生化分析仪（3 包）"),
    ]


def test_clarification_in_the_last_fifteen_days_moves_the_deadline(world):
    story = tenders.announced(world)
    before = story.tender.bids_close_at
    at = before - timedelta(days=10)
    chen = world.actor("chen", at)
    services.register_for_lot(
        actor=chen, code=story.code, number=1, contact="陈立", phone="139", at=at
    )
    token = services.ask_question(
        actor=chen, code=story.code, question="试剂是否包含在报价内？", at=at
    )
    notice = services.publish_clarification(
        actor=world.actor("sun", at),
        code=story.code,
        token=token,
        answer="包含首年试剂。",
        affects_bids=True,
        at=at,
    )
    after = story.tender.bids_close_at
    assert after.date() >= (at + timedelta(days=15)).date()
    assert (notice.kind, notice.fields["question"]) == ("clarification", "试剂是否包含在报价内？")
    assert kinds(story.code)[-2:] == ["clarification.published", "tender.deadline_moved"]
    assert record.first_fact(story.code, "tender.deadline_moved").data["article"]
    assert len(queries.document_versions(story.tender)) == 2
    assert queries.document_versions(story.tender)[-1] == story.tender.text_digest


def test_amendment_that_does_not_affect_bids_keeps_the_deadline(world):
    story = tenders.announced(world)
    before = story.tender.bids_close_at
    services.amend_tender(
        actor=world.actor("sun"),
        code=story.code,
        changes={"contact_phone": "0393-8800199"},
        reason="更正联系电话。",
        affects_bids=False,
        at=before - timedelta(days=1),
    )
    assert story.tender.bids_close_at == before
    assert kinds(story.code)[-1] == "tender.amended"


def test_deadline_never_comes_earlier(world):
    story = tenders.announced(world)
    with pytest.raises(Invalid) as refusal:
        services.amend_tender(
            actor=world.actor("sun"),
            code=story.code,
            changes={},
            reason="提前截止。",
            affects_bids=False,
            bids_close_at=story.tender.bids_close_at - timedelta(hours=1),
            at=AT,
        )
    assert refusal.value.code == "tender.deadline_earlier"


def test_due_closes_at_the_deadline_and_its_grace_not_before(world):
    story = tenders.announced(world)
    deadline = story.tender.bids_close_at
    assert due(deadline) == 0
    assert due(deadline + timedelta(seconds=1)) == 1
    assert due(deadline + timedelta(seconds=2)) == 0
    assert story.tender.state == "closed"
    closed = record.first_fact(story.code, "tender.closed").data
    assert closed["private_size"] == 0
    assert closed["text_digest"] == story.tender.text_digest


def test_nothing_but_withheld_rows_tells_of_a_bidder_before_closing(world):
    story = tenders.announced(world)
    before = kinds(story.code)
    chen = world.actor("chen")
    services.register_for_lot(
        actor=chen, code=story.code, number=1, contact="陈立", phone="139", at=AT
    )
    number = queries.attachments_of(story.tender).get().pk
    services.download_document(actor=chen, code=story.code, number=number, at=AT)
    services.download_document(actor=chen, code=story.code, number=number, at=AT)
    assert kinds(story.code) == before
    assert queries.registered_lots(chen, story.tender) == [1]
    assert queries.registered_lots(world.actor("zhao"), story.tender) == []
    with pytest.raises(Conflict):
        services.register_for_lot(
            actor=chen, code=story.code, number=1, contact="陈立", phone="139", at=AT
        )


def test_document_is_for_registered_bidders_only(world):
    story = tenders.announced(world)
    number = queries.attachments_of(story.tender).get().pk
    for name in ("zhao", "he"):
        with pytest.raises(Denied):
            services.download_document(
                actor=world.actor(name), code=story.code, number=number, at=AT
            )


def test_registration_after_the_deadline_is_refused(world):
    story = tenders.announced(world)
    with pytest.raises(Conflict) as refusal:
        services.register_for_lot(
            actor=world.actor("chen"),
            code=story.code,
            number=1,
            contact="陈立",
            phone="139",
            at=story.tender.bids_close_at,
        )
    assert refusal.value.code == "tender.not_taking_bids"


def test_terminated_tender_takes_no_more_bids_and_says_so(world):
    story = tenders.announced(world)
    services.terminate_tender(
        actor=world.actor("lin"), code=story.code, reason="采购任务取消。", at=AT
    )
    tender = story.tender
    assert (tender.state, tender.next_due_at, tender.lots.get().state) == (
        "terminated",
        None,
        "terminated",
    )
    assert tender.notices.last().kind == "termination"


def test_lot_fails_alone_and_the_tender_with_its_last(world):
    story = tenders.closed(world, lots=2)
    qian = world.actor("qian", story.at)
    services.fail_lot(actor=qian, code=story.code, number=1, reason="投标人不足三家。", at=story.at)
    assert story.tender.state == "closed"
    services.fail_lot(actor=qian, code=story.code, number=2, reason="投标人不足三家。", at=story.at)
    assert story.tender.state == "failed"
    assert kinds(story.code)[-3:] == ["lot.failed", "lot.failed", "tender.failed"]

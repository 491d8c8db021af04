"""A lot is amended while it takes bids: title, ceiling, items; what was before stays on record."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kernel.errors import DomainError
from ledger.private import Event
from tests import prequalified, tenders, works
from tests.integration.trading.conftest import NOW
from trading import queries, services
from trading.domain.redress import CORRECTION
from trading.queries import desk
from trading.queries.desk_suppliers import text_seen_at
from trading.services.suspensions import suspend

pytestmark = pytest.mark.django_db
TOLD = "文件已更正，请查看并核对投标"
ITEMS = [{"name": "路缘石", "spec": "花岗岩", "quantity": "6400", "unit": "米"}]
FORM = {
    "reason": "最高限价按新的造价信息重新核定。",
    "affects_bids": "on",
    "title": "道路工程第 2 标段（含路缘石）",
    "description": works.LOT["description"],
    "quantity": works.LOT["quantity"],
    "delivery": works.LOT["delivery"],
    "ceiling": "9500000.00",
    "items-TOTAL_FORMS": "1",
    "items-INITIAL_FORMS": "0",
    **{f"items-0-{name}": value for name, value in ITEMS[0].items()},
}


def waiting(world, name, at):
    return [item.title for item in desk.desk_items(world.actor(name, at), at)]


def refused(story, at, lots, *, affects=True):
    given = {"changes": {}, "reason": "更正。", "affects_bids": affects, "lots": lots}
    with pytest.raises(DomainError) as refusal:
        services.amend_tender(actor=story.world.actor("sun", at), code=story.code, at=at, **given)
    return refusal.value.code


def test_a_lot_is_amended_by_its_page_and_the_notice_shows_before_and_after(world):
    story = works.announced(world, NOW)
    code, before = story.code, story.tender.bids_close_at
    prequalified.register(story, "chen")
    sun, chen = world.client("sun"), world.client("chen")
    late = before - timedelta(days=3)
    page = f"/tenders/{code}/amend/lots/2/"
    assert page in sun.get(f"/tenders/{code}/amend/").content.decode()
    assert "9800000.00" in sun.get(page).content.decode()
    assert chen.get(page).status_code == 403
    assert TOLD not in waiting(world, "chen", NOW)
    unsaid = {name: value for name, value in FORM.items() if name != "affects_bids"}
    wrong = sun.post(page, unsaid)
    assert (wrong.status_code, "请勾选" in wrong.content.decode()) == (422, True)
    assert sun.post(page, FORM | {"ceiling": "0"}).status_code in {409, 422}
    assert story.tender.document_version == 1
    sent = sun.post(page, FORM)
    notice = story.tender.notices.get(kind="amendment")
    assert sent["Location"] == f"/notices/{code}/{notice.number}/"
    lot = story.tender.lots.get(number=2)
    assert (f"{lot.ceiling:f}", lot.title) == ("9500000.00", FORM["title"])
    assert lot.items == [{"code": "1", **ITEMS[0]}]
    first = story.tender.notices.order_by("number").first()
    assert first.fields["text"]["lots"][1]["ceiling"] == "9800000.00"
    shown = world.client("public").get(sent["Location"]).content.decode()
    assert all(text in shown for text in ("更正前后", "9800000.00", "9500000.00", "路缘石"))
    assert waiting(world, "chen", NOW + timedelta(days=1)).count(TOLD) == 1
    assert TOLD not in waiting(world, "zhao", NOW + timedelta(days=1))
    # Neither a question nor another lot reads the new text; taking the document does.
    later = NOW + timedelta(days=1)
    asked = {"code": code, "question": "路缘石的规格？", "at": later}
    services.ask_question(actor=world.actor("chen", later), **asked)
    assert TOLD in waiting(world, "chen", later)
    number = queries.attachments_of(story.tender)[0].pk
    taken = {"code": code, "number": number, "at": later}
    services.download_document(actor=world.actor("chen", later), **taken)
    assert TOLD not in waiting(world, "chen", later)
    [question] = queries.open_questions(story.tender)
    services.publish_clarification(
        actor=world.actor("sun", later + timedelta(hours=1)),
        code=code,
        token=question.token,
        answer="见更正公告。",
        affects_bids=False,
        at=later + timedelta(hours=1),
    )
    assert TOLD in waiting(world, "chen", later + timedelta(hours=2))
    services.amend_tender(
        actor=world.actor("sun", late),
        code=code,
        changes={},
        lots={1: {"ceiling": "9700000.00"}},
        reason="核减暂列金额。",
        affects_bids=True,
        at=late,
    )
    closes = story.tender.bids_close_at
    assert closes.date() >= (late + timedelta(days=15)).date()
    told = queries.changes_in(story.tender.notices.order_by("number").last())
    assert {(one.before, one.after) for one in told} >= {("9800000.00", "9700000.00")}


def test_a_live_bid_answers_the_text_of_its_last_commit_lot_by_lot():
    def seen(*events):
        told = [
            Event(uuid4(), b"", NOW + timedelta(hours=hour), {"kind": kind, "lot": lot})
            for hour, kind, lot in events
        ]
        found = text_seen_at(told)
        return None if found is None else (found - NOW) // timedelta(hours=1)

    in_both = ((1, "bidder.registered", 1), (2, "bid.submitted", 1), (3, "bid.submitted", 2))
    assert seen((1, "document.downloaded", 1)) is None
    assert seen(*in_both, (5, "bidder.registered", 3), (6, "deposit.received", 1)) == 2
    assert seen(*in_both, (7, "bid.replaced", 1)) == 3
    assert seen(*in_both, (7, "document.downloaded", 0)) == 7
    assert seen(*in_both, (7, "bid.withdrawn", 1), (8, "bid.withdrawn", 2)) == 8


def test_what_an_amendment_of_a_lot_may_not_do(world):
    story = works.announced(world, NOW)
    closes = story.tender.bids_close_at
    soon = {1: {"ceiling": "9700000.00"}}
    assert refused(story, NOW, soon, affects=False) == "amend.affects_bids"
    assert refused(story, NOW, {1: {"ceiling": "0"}}) == "amend.unlawful"
    bought = tenders.announced(world, NOW)
    assert refused(bought, NOW, {1: {"ceiling": "1200000.01"}}) == "amend.unlawful"
    assert refused(story, NOW, {1: {"budget": "9000000.00"}}) == "lot.unknown_field"
    assert refused(story, NOW, {9: {"title": "别的"}}) == "lot.missing"
    assert refused(story, NOW, {1: {"ceiling": "九百万"}}) == "tender.invalid_field"
    lot = story.tender.lots.get(number=2)
    lot.state = "failed"
    lot.save()
    assert refused(story, NOW, {2: {"title": "别的"}}) == "amend.lot_over"
    late = closes + timedelta(days=1)
    assert refused(story, late, soon) == "tender.closed"
    lots = [lot.number for lot in queries.lots_to_amend(story.tender, NOW)]
    assert (lots, queries.lots_to_amend(story.tender, late)) == ([1], [])
    assert story.tender.document_version == 1
    assert {f"{lot.ceiling:f}" for lot in story.tender.lots.all()} == {"9800000.00"}


def test_what_a_text_asks_is_held_to_the_law_and_said_to_affect_bids(world):
    story = works.announced(world, NOW)
    rules = {"reason": "更正。", "affects_bids": True, "at": NOW}

    def amend(**given):
        rest = {"changes": {}, **rules, **given}
        return services.amend_tender(actor=world.actor("sun", NOW), code=story.code, **rest)

    clause = {"changes": {"conformity": story.tender.conformity[:-1]}}
    number = next(
        kept.pk for kept in queries.attachments_of(story.tender) if kept.kind == "tender_document"
    )
    for given, code in (
        ({"changes": {"qualification": []}}, "amend.unlawful"),
        ({"removed": [number]}, "amend.unlawful"),
        (clause | {"affects_bids": False}, "amend.affects_bids"),
        ({"removed": [number], "affects_bids": False}, "amend.affects_bids"),
    ):
        with pytest.raises(DomainError) as refusal:
            amend(**given)
        assert refusal.value.code == code
    assert story.tender.document_version == 1
    amend(**clause)
    amend(changes={"conformity": story.tender.conformity}, affects_bids=False)


def test_a_ceiling_found_wrong_is_corrected_after_the_deadline_while_all_stands_still(world):
    story = works.announced(world, NOW)
    late = story.tender.bids_close_at + timedelta(days=1)
    held = {"cause": CORRECTION, "ref": "1", "reason": "最高限价有误", "at": NOW}
    suspend(actor=world.actor("wang", NOW), tender=story.tender, **held)
    services.amend_tender(
        actor=world.actor("sun", late),
        code=story.code,
        changes={},
        lots={1: {"ceiling": "9700000.00"}},
        reason="异议成立，更正最高限价。",
        affects_bids=True,
        at=late,
    )
    tender = story.tender
    assert services.open_reasons(tender) == []
    assert tender.bids_close_at > late + timedelta(days=14)
    assert f"{tender.lots.get(number=1).ceiling:f}" == "9700000.00"


def test_a_retitled_lot_moves_no_deadline_and_the_api_amends_lots_too(world):
    story = tenders.announced(world, NOW)
    closes = story.tender.bids_close_at
    body = {"reason": "更正包名。", "affects_bids": False, "lots": {"1": {"title": "生化分析仪"}}}
    url = f"/api/v1/tenders/{story.code}/amend"
    assert world.client("chen").post(url, body, "application/json").status_code == 403
    assert world.client("sun").post(url, body, "application/json").status_code == 201
    lot = story.tender.lots.get()
    assert (lot.title, story.tender.bids_close_at) == ("生化分析仪", closes)

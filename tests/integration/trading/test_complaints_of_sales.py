"""Complaints about sales of state property and grants of land: to whom, by when, what stands still,
and that no decision tells who took part.
"""

import json
from datetime import datetime, timedelta

import pytest
import time_machine

from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict
from ledger import queries as record
from tests import grants, sales
from tests.world import cast
from trading import queries, services
from trading.domain.settlement import Given
from trading.models import Complaint, Contract
from trading.services import complaints as clock
from trading.services.due import due
from trading.services.suspensions import resume, suspend

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 14, 9, tzinfo=SHANGHAI)
MAKERS = {"property": sales, "land": grants}
BODIES = {"property": "国有资产监督管理机构", "land": "自然资源主管部门"}
TEXT = {
    "matters": "披露的标的面积与不动产登记簿不一致，影响受让方判断。",
    "claim": "请更正披露内容。",
    "law": "披露文件第三条",
}


@pytest.fixture
def world():
    return cast(NOW)


@pytest.fixture(params=sorted(MAKERS))
def story(request, world):
    return MAKERS[request.param].announced(world, NOW)


def objected(story, name="chen", about="document"):
    actor = story.world.actor(name, story.at)
    return services.file_challenge(actor=actor, code=story.code, about=about, **TEXT, at=story.at)


def answered(story, filed):
    given = {"code": story.code, "number": filed.code, "at": story.at}
    sun = story.world.actor("sun", story.at)
    services.accept_challenge(actor=sun, **given)
    services.answer_challenge(actor=sun, **given, outcome="dismissed", answer="经核对，一致。")


def complained(story, name="chen", about="document"):
    filed = objected(story, name, about)
    answered(story, filed)
    actor = story.world.actor(name, story.at)
    return services.file_complaint(
        actor=actor, code=story.code, ground=filed.code, **TEXT, at=story.at
    )


def page(story, name, path):
    with time_machine.travel(story.at, tick=True):
        return story.world.client(name).get(path).content.decode()


def given(story, found):
    return {
        "actor": story.world.actor("wang", story.at),
        "code": story.code,
        "number": found.code,
        "at": story.at,
    }


def test_the_authority_is_that_of_the_market_and_its_clocks_are_rows(story):
    filed = objected(story)
    with pytest.raises(Conflict) as refusal:
        services.file_complaint(
            actor=story.world.actor("chen", story.at),
            code=story.code,
            ground="document",
            **TEXT,
            at=story.at,
        )
    assert refusal.value.code == "complaint.nothing_before"
    answered(story, filed)
    assert BODIES[story.tender.market] in page(story, "chen", f"/tenders/{story.code}/complaints/")
    work, today = queries.work_calendar(), local_date(story.at)
    story.at += timedelta(days=(work.add_working_days(today, 10).due - today).days)
    found = services.file_complaint(
        actor=story.world.actor("chen", story.at),
        code=story.code,
        ground=filed.code,
        **TEXT,
        at=story.at,
    )
    assert found.check_due == work.add_working_days(local_date(story.at), 5).due
    services.accept_complaint(**given(story, found))
    due = work.add_working_days(local_date(story.at), 30).due
    assert Complaint.objects.get().decision_due == due


def test_the_eleventh_day_is_too_late(story):
    filed = objected(story)
    answered(story, filed)
    last = queries.work_calendar().add_working_days(local_date(story.at), 10).due
    story.at += timedelta(days=(last - local_date(story.at)).days + 1)
    with pytest.raises(Conflict) as refusal:
        services.file_complaint(
            actor=story.world.actor("chen", story.at),
            code=story.code,
            ground=filed.code,
            **TEXT,
            at=story.at,
        )
    assert refusal.value.code == "complaint.too_late"


def test_a_hold_shifts_the_deadline_and_the_auction_with_it(story):
    found = complained(story)
    before, lot = story.tender.bids_close_at, story.tender.lots.get()
    row = services.hold_for_complaint(**given(story, found), reason="可能影响公平")
    assert row.until == local_date(story.at) + timedelta(days=30)
    story.at += timedelta(days=3)
    services.accept_complaint(**given(story, found))
    services.decide_complaint(**given(story, found), outcome="dismissed", decision="投诉不成立。")
    assert services.open_reasons(story.tender) == []
    assert story.tender.bids_close_at >= before + timedelta(days=3)
    assert story.tender.lots.get().auction["opens_at"] > lot.auction["opens_at"]


def test_a_hold_ends_by_itself_after_its_thirty_days(story):
    found = complained(story)
    services.hold_for_complaint(**given(story, found), reason="可能影响公平")
    assert clock.due(story.at + timedelta(days=30)) == 0
    assert clock.due(story.at + timedelta(days=31)) == 1
    assert services.open_reasons(story.tender) == []


def test_the_decision_names_nobody_who_may_have_taken_part(story):
    found = complained(story)
    services.accept_complaint(**given(story, found))
    url = f"/tenders/{story.code}/complaints/{found.code}/"
    assert "本市场不公布参加交易的单位" in page(story, "wang", url)
    services.decide_complaint(**given(story, found), outcome="upheld", decision="责令更正披露。")
    notice = story.tender.notices.get(kind="complaint_decision")
    assert (notice.fields["filer"], notice.fields["body"]) == (
        "不公布",
        BODIES[story.tender.market],
    )
    name = story.world.organisation_of("chen").name
    told = [
        json.dumps([e.actor, e.data], ensure_ascii=False)
        for e in record.public_facts_of(story.code)
    ]
    told.append(page(story, "he", f"/notices/{story.code}/{notice.number}/"))
    assert ("责令更正披露。" in told[-1], "不公布" in told[-1]) == (True, True)
    assert [text for text in told if name in text] == []


def test_the_result_of_a_sale_is_complained_of_and_its_file_stays_open(world):
    story = sales.priced(world, NOW, "chen", "zhao")
    lin, code = world.actor("lin", story.at), story.code
    services.confirm_winner(actor=lin, code=code, choices={1: (1, "")}, at=story.at)
    sales.concluded(story)
    found = complained(story, "zhao", "result")
    services.hold_for_complaint(**given(story, found), reason="可能影响交易结果")
    with pytest.raises(Conflict) as refusal:
        services.archive_tender(actor=lin, code=code, at=story.at)
    assert refusal.value.code == "tender.suspended"
    services.accept_complaint(**given(story, found))
    services.decide_complaint(**given(story, found), outcome="dismissed", decision="投诉不成立。")
    services.archive_tender(actor=lin, code=code, at=story.at)
    assert (story.tender.state, Contract.objects.get().signed_at) != ("award_notified", None)


def test_nothing_is_disclosed_anew_while_the_authority_holds_it(world):
    story = sales.announced(world, NOW)
    found = complained(story)
    story.at = story.tender.next_due_at + timedelta(seconds=2)
    services.lapse_tender(code=story.code, at=story.at)
    services.hold_for_complaint(**given(story, found), reason="可能影响公平")
    with pytest.raises(Conflict) as refusal:
        services.reprice_tender(
            actor=world.actor("lin", story.at),
            code=story.code,
            lots={},
            reason="调整",
            bids_close_at=sales.closing(story.at),
            at=story.at,
        )
    assert refusal.value.code == "tender.suspended"


def held_without_a_taker(world):
    story = sales.announced(world, NOW)
    found = complained(story)
    story.at = story.tender.next_due_at + timedelta(seconds=2)
    services.lapse_tender(code=story.code, at=story.at)
    return story, found


def test_a_sale_without_a_taker_does_not_end_by_itself_while_it_is_held(world):
    story, found = held_without_a_taker(world)
    story.at = story.tender.next_due_at - timedelta(days=2)
    services.hold_for_complaint(**given(story, found), reason="可能影响公平")
    story.at += timedelta(days=3)
    assert due(story.at) == 0
    with pytest.raises(Conflict) as refusal:
        services.restart_tender(code=story.code, at=story.at)
    assert (refusal.value.code, story.tender.state) == ("tender.suspended", "no_taker")
    services.release_for_complaint(**given(story, found))
    assert (due(story.at), story.tender.state) == (1, "failed")


def test_no_deal_is_certified_while_it_is_held_but_what_was_paid_is_recorded(world):
    story = sales.priced(world, NOW, "chen", "zhao")
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    of_lot = {"code": story.code, "number": 1, "at": story.at}
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.sign_contract(actor=lin, document=sales.SIGNED, **of_lot)
    cause = {"actor": sun, "cause": "complaint", "ref": "held", "at": story.at}
    suspend(tender=story.tender, reason="可能影响交易结果", **cause)
    paid = Given(Contract.objects.get().amount, local_date(story.at))
    services.record_payment(actor=sun, payment=paid, **of_lot)
    assert "暂停" in page(story, "lin", f"/tenders/{story.code}/")
    with pytest.raises(Conflict) as refusal:
        services.certify_tender(actor=sun, code=story.code, at=story.at)
    assert (refusal.value.code, story.tender.state) == ("tender.suspended", "settled")
    resume(tender=story.tender, **cause)
    services.certify_tender(actor=sun, code=story.code, at=story.at)
    assert story.tender.state == "certified"


def left(story):
    on = story.tender.bids_close_at.astimezone(SHANGHAI).date()
    return queries.work_calendar().working_days_between(local_date(story.at), on)


def test_a_disclosure_that_goes_on_leaves_as_many_days_as_the_rules_ask(world):
    story = sales.announced(world, NOW)
    found = complained(story)
    story.at = story.tender.bids_close_at - timedelta(days=1)
    services.hold_for_complaint(**given(story, found), reason="可能影响公平")
    story.at += timedelta(hours=2)
    services.release_for_complaint(**given(story, found))
    assert left(story) == 10
    notice = story.tender.notices.filter(kind="amendment").latest("number")
    rules = queries.rules_of(story.tender, story.at)
    assert notice.fields["article"] == rules.article_of("resumption", local_date(story.at))


def test_where_enough_is_left_it_moves_on_by_the_days_it_stood_still(world):
    story = sales.announced(world, NOW)
    before, found = story.tender.bids_close_at, complained(story)
    services.hold_for_complaint(**given(story, found), reason="可能影响公平")
    story.at += timedelta(hours=2)
    services.release_for_complaint(**given(story, found))
    moved = queries.work_calendar().roll_over(local_date(before) + timedelta(days=1))[0]
    assert local_date(story.tender.bids_close_at) == moved

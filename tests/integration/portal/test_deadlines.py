"""Deadlines that pass without their act: noted once, with whose they were, shown to those who may
know of them, and ended when the act is done; and what silence does by law.
"""

from dataclasses import replace
from datetime import timedelta
from json import dumps

import pytest
import time_machine

from accounts.domain import Actor, Grant
from bidding.models import OpeningSession
from kernel.calendar import end_of_day, local_date
from kernel.errors import Invalid
from ledger.models import Entry
from monitoring.domain import DEADLINES, Obligation, shown_roles
from monitoring.models import MissedDeadline, Supervisor
from monitoring.services import deadlines as monitoring
from portal import deadlines
from tests import agreements, factories, sales, sole, tenders
from tests.factories import role
from tests.integration.trading.conftest import NOW
from tests.world import AT, cast
from trading import services
from trading.domain.files import Upload
from trading.models import Complaint, Contract, Suspension, Tender
from trading.queries import work_calendar
from trading.queries.contracts import payment_due
from trading.queries.desk import desk_items
from trading.services.due import due as close_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_above(monkeypatch):
    """Make tenders without bids: what higher apps do of them is tested where it belongs."""
    monkeypatch.setattr("ledger.services._reactions", dict)


@pytest.fixture
def world():
    return cast(AT)


def facts():
    rows = Entry.objects.filter(stream=DEADLINES).order_by("id")
    return [(row.kind, row.data.get("act"), row.data.get("people")) for row in rows]


def reads(world, name, at, address):
    with time_machine.travel(at, tick=True):
        return world.client(name).get(address)


def test_a_contract_not_signed_in_time_is_its_purchasers_until_it_is_signed(world):
    story = tenders.evaluated(world)
    assert close_due(story.tender.next_due_at) == 1  # nobody chose, so the law does
    at = story.tender.lots.get(number=1).award.confirmed_at
    services.publish_result(actor=world.actor("sun", at), code=story.code, at=at)
    contract = Contract.objects.get()
    passed = end_of_day(contract.due_on)

    assert deadlines.due(passed - timedelta(days=1)) == 0
    assert deadlines.due(passed + timedelta(hours=1)) == 1
    assert deadlines.due(passed + timedelta(hours=2)) == 0
    [row] = MissedDeadline.objects.all()
    assert (row.role, row.organisation, row.people) == (
        "purchaser",
        world.organisations["hospital"],
        ["林晓"],
    )
    assert row.due_at == passed - timedelta(seconds=1)
    assert facts() == [("deadline.missed", "签订合同", ["林晓"])]

    later = passed + timedelta(hours=3)
    month = f"{contract.due_on:%Y-%m}"
    for name in ("wang", "qian", "zhou", "zheng", "tang"):
        page = reads(world, name, later, f"/deadlines/?month={month}").content.decode()
        assert ("签订合同" in page, "逾期未办" in page, "林晓" in page) == (True, True, True)
        desk = reads(world, name, later, "/desk/").content.decode()
        assert ("/deadlines/" in desk, "逾期记录" in desk) == (True, False)
    assert "逾期记录" in reads(world, "lin", later, "/desk/").content.decode()
    for name in ("lin", "chen", "mei", "he"):
        assert reads(world, name, later, "/deadlines/").status_code == 403
        assert "逾期记录" not in reads(world, "chen", later, "/desk/").content.decode()
    assert reads(world, "public", later, "/deadlines/").status_code == 302
    told = reads(world, "wang", later, f"/api/v1/deadlines?month={month}").json()
    assert [(one["title"], one["status"]) for one in told["deadlines"]] == [("签订合同", "missed")]

    services.sign_contract(
        actor=world.actor("lin", later),
        code=story.code,
        number=1,
        document=Upload("contract_draft", "合同.pdf", b"%PDF-1.7 contract"),
        at=later,
    )
    signed = later + timedelta(minutes=2)
    assert deadlines.due(signed) == 1
    row.refresh_from_db()
    assert row.ended_at == signed
    assert facts()[-1] == ("deadline.ended", "签订合同", None)
    coming = reads(world, "qian", signed, f"/deadlines/?month={signed + timedelta(days=9):%Y-%m}")
    assert coming.status_code == 200


def complained(story, *copies):
    """Take up a complaint and send copies of it; they are to be answered by the day given."""
    world, at, due = story.world, story.at, local_date(story.at) + timedelta(days=5)
    found = Complaint.objects.create(
        code=f"{story.code}-TS-ABCDEFGH",
        tender=story.tender,
        filer=world.organisations["zhaoyang"],
        filed_by=world.person("zhao"),
        about="result",
        matters="评审错误",
        claim="重新评审",
        law="政府采购法",
        state="accepted",
        received_at=at,
        accepted_at=at,
        copied_at=at,
        check_due=due,
        decision_due=due + timedelta(days=30),
    )
    for name in copies:
        found.copies.create(
            organisation=world.organisations[name],
            is_respondent=name in {"hospital", "agency"},
            sent_at=at,
            explain_due=due,
        )
    return end_of_day(due)


def test_what_tells_of_a_complaint_is_told_to_the_authority_and_audit_alone(world):
    story = tenders.evaluated(world)
    # A supplier that buys too has its copy as a supplier, and is no purchaser of this tender.
    role(factories.person("dual", "双凤"), "purchaser", world.organisations["chenguang"], at=AT)
    passed = complained(story, "hospital", "agency", "chenguang")
    month, what = f"{passed - timedelta(days=1):%Y-%m}", "对投诉作出书面说明"
    for at in (story.at, passed + timedelta(hours=1)):
        deadlines.due(at)
        for name, reads_it in (("wang", True), ("tang", True), ("qian", False), ("zheng", False)):
            for address in (f"/deadlines/?month={month}", f"/api/v1/deadlines?month={month}"):
                told = reads(world, name, at, address).content.decode()
                assert (name, what in told or dumps(what) in told) == (name, reads_it)
                assert reads_it or "TS-ABCDEFGH" not in told
    rows = MissedDeadline.objects.filter(title=what)
    assert {(row.role, row.organisation.name) for row in rows} == {
        ("purchaser", world.organisations["hospital"].name),
        ("agency", world.organisations["agency"].name),
    }
    desk = reads(world, "sun", passed + timedelta(hours=1), "/desk/").content.decode()
    assert what in desk


def test_each_lot_is_a_deadline_of_its_own(world):
    story = tenders.evaluated(world, lots=2)
    close_due(story.tender.next_due_at)
    at = story.tender.lots.get(number=1).award.confirmed_at
    services.publish_result(actor=world.actor("sun", at), code=story.code, at=at)
    late = end_of_day(max(Contract.objects.values_list("due_on", flat=True))) + timedelta(hours=1)
    assert deadlines.due(late) == 2
    services.sign_contract(
        actor=world.actor("lin", late),
        code=story.code,
        number=1,
        document=Upload("contract_draft", "合同.pdf", b"%PDF-1.7 contract"),
        at=late,
    )
    assert deadlines.due(late + timedelta(minutes=2)) == 1
    left = MissedDeadline.objects.get(title="签订合同", ended_at=None)
    assert left.subject.startswith(f"{story.code}/2 ")


def test_two_parties_and_two_projects_are_two_deadlines(world):
    """Also for a second worker, which begins before the first has ended and sees nothing noted."""
    owes = Obligation("bidder", None, "支付成交价款", "ZC-1", "/refunds/", AT)
    firms = [world.organisation_of(name).pk for name in ("chen", "zhao")]
    all_four = [
        replace(owes, organisation_id=firm, subject=subject)
        for firm in firms
        for subject in ("ZC-1", "ZC-2" + "长" * 300)
    ]
    later = AT + timedelta(hours=1)
    assert monitoring.note_missed(obligations=all_four, at=later) == 4
    with pytest.MonkeyPatch.context() as blind:
        blind.setattr("monitoring.missed.known", lambda _keys: set())
        assert monitoring.note_missed(obligations=all_four, at=later) == 0
    assert len(facts()) == 4
    assert monitoring.note_missed(obligations=all_four[1:], at=later) == 1
    [ended] = MissedDeadline.objects.exclude(ended_at=None)
    assert (ended.organisation_id, ended.subject) == (firms[0], "ZC-1")


def publicised_source(world):
    story = sole.approved(world)
    sole.publicise(story)
    sole.over(story)
    return story


def heard_agreement(world):
    return agreements.heard(agreements.published(world, NOW))


def pre_disclosed(world):
    story = sales.draft(world, NOW, days=48)
    begins = local_date(NOW) + timedelta(days=20)
    Tender.objects.filter(code=story.code).update(state="pre_disclosed", disclosure_from=begins)
    story.at = end_of_day(begins - timedelta(days=1))
    return story


@pytest.mark.parametrize("ready", [publicised_source, heard_agreement, pre_disclosed])
def test_what_may_be_done_from_now_on_is_not_overdue_now(world, ready):
    story = ready(world)
    at = story.at + timedelta(hours=1)
    name = "lin" if ready is heard_agreement else "sun"
    lines = [one for one in desk_items(world.actor(name, at), at) if story.code in one.url]
    assert any(one.due_at and one.due_at < at and not one.waiting for one in lines)
    deadlines.due(at)
    assert not MissedDeadline.objects.filter(url__contains=story.code).exists()


def test_a_price_not_paid_is_its_takers_once_it_could_be_entered_and_kept_from_the_centre(world):
    story = sales.priced(world, NOW, "chen", "zhao")
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.sign_contract(actor=lin, code=story.code, number=1, document=sales.SIGNED, at=story.at)
    due = payment_due(Contract.objects.get()).on
    # Somewhere else the taker's name is known already, in this sale not.
    uscc = world.organisation_of("chen").pk
    with pytest.MonkeyPatch.context() as known:
        known.setattr("portal.deadlines.winners", lambda: frozenset({uscc}))
        assert deadlines.due(end_of_day(due) + timedelta(hours=1)) == 0
        recorded = end_of_day(work_calendar().roll_over(due + timedelta(days=1))[0])
        late = recorded + timedelta(hours=1)
        still = Suspension.objects.create(
            tender=story.tender,
            cause="challenge",
            ref="1",
            reason="异议处理中",
            started_at=story.at,
        )
        assert deadlines.due(late) == 0  # nobody can pay into a sale that stands still
        still.delete()
        assert deadlines.due(late + timedelta(minutes=2)) == 1
        [row] = MissedDeadline.objects.all()
        assert (row.role, row.title, row.organisation_id) == ("bidder", "支付成交价款", uscc)
        Suspension.objects.create(
            tender=story.tender, cause="challenge", ref="2", reason="异议处理中", started_at=late
        )
        assert deadlines.due(late + timedelta(minutes=4)) == 0  # nor is it done by standing still
        for name, reads_it in (("qian", False), ("wang", True)):
            page = reads(world, name, late, f"/deadlines/?month={due:%Y-%m}").content.decode()
            assert ("支付成交价款" in page) is reads_it


def test_days_on_which_a_tender_stood_still_are_given_back(world):
    story = tenders.evaluated(world)
    close_due(story.tender.next_due_at)
    at = story.tender.lots.get(number=1).award.confirmed_at

    def day_of(title, name="lin"):
        found = desk_items(world.actor(name, at), at)
        return next(local_date(one.due_at) for one in found if title in one.title)

    def stood_still(days):
        began = at + timedelta(hours=1)
        ends = began + timedelta(days=days)
        given = {"cause": "challenge", "reason": "质疑处理中", "started_at": began}
        Suspension.objects.create(tender=story.tender, ref=f"{at}", ended_at=ends, **given)

    told = day_of("公告", "sun")
    stood_still(14)
    assert day_of("公告", "sun") == told + timedelta(days=14)
    at += timedelta(days=15)
    services.publish_result(actor=world.actor("sun", at), code=story.code, at=at)
    draft = Upload("contract_draft", "合同.pdf", b"%PDF-1.7 contract")
    given = {"actor": world.actor("lin", at), "code": story.code, "number": 1}
    services.sign_contract(**given, document=draft, at=at)
    acts = ("公告合同", "合同备案")
    first = [day_of(title) for title in acts]
    stood_still(14)
    assert [day_of(title) for title in acts] == [on + timedelta(days=14) for on in first]


def test_an_observation_not_answered_is_a_default_of_who_runs_the_opening_alone(world):
    story = tenders.announced(world)
    session = OpeningSession.objects.create(
        tender=story.tender, stage="other", state="ended", opens_at=story.at
    )
    overseer = Supervisor.objects.create(
        person=world.person("mei"),
        nominated_by=world.organisations["audit"],
        nominated_at=story.at,
    )
    seat = session.supervisions.create(supervisor=overseer, drawn_at=story.at)
    made = seat.observations.create(
        number="JD-1",
        category="irregularity",
        text="主持人席位无人值守",
        observed_at=story.at,
        fact_number=1,
        seen="hall",
        filed_at=story.at,
        due_at=story.at + timedelta(hours=2),
    )
    for name in ("lin", "sun", "qian"):  # each may answer
        assert "答复监督意见" in reads(world, name, story.at, "/desk/").content.decode()
    late = story.at + timedelta(hours=3)
    deadlines.due(late)
    rows = MissedDeadline.objects.filter(url__contains="JD-1")
    assert [(row.role, row.organisation, row.people) for row in rows] == [
        ("agency", world.organisations["agency"], ["孙洁"])
    ]
    made.state = "escalated"
    made.save(update_fields=["state"])
    deadlines.due(late + timedelta(minutes=2))  # no rule says by when it is ruled on
    assert rows.filter(ended_at=None).count() == 0


def test_what_silence_decided_by_law_stands_on_the_calendar_of_its_month(world):
    story = tenders.evaluated(world)
    last = story.tender.next_due_at
    close_due(last)
    page = reads(world, "qian", last, f"/deadlines/?month={last:%Y-%m}").content.decode()
    assert ("视为确定排名第一" in page, "87号令第六十八条" in page) == (True, True)
    assert story.code in page


def test_the_authoritys_own_deadlines_are_not_told_to_the_centre(world):
    late = AT + timedelta(days=5)
    complaint = Obligation("regulator", None, "审查投诉", "ZC-1", "/tenders/ZC-1/x/", late)
    after = late + timedelta(days=1)
    assert monitoring.note_missed(obligations=[complaint], at=after) == 1
    pages = {
        name: reads(world, name, after, f"/deadlines/?month={late:%Y-%m}").content.decode()
        for name in ("wang", "tang", "qian", "zhou", "zheng")
    }
    assert {name for name, page in pages.items() if "审查投诉" in page} == {"wang", "tang"}
    for name, has in (("wang", True), ("qian", False)):  # its own, on its own desk
        assert ("逾期记录" in reads(world, name, after, "/desk/").content.decode()) is has
    bidder = Actor("x", "x", 1, frozenset({Grant("bidder", 1), Grant("purchaser", 2)}))
    assert shown_roles(bidder) == frozenset()


def test_a_month_that_is_none_is_refused_by_a_sentence(world):
    for month in ("2026-13", "2026-1", "moon", "1066-10", "9999-12", "\u0662\u0660\u0662\u0666-11"):
        answer = reads(world, "wang", AT, f"/deadlines/?month={month}")
        assert answer.status_code == 422, month
    with pytest.raises(Invalid):
        deadlines._month("2026-00", AT)


def test_two_workers_take_turns(world):
    assert monitoring.begin_sweep(at=AT)
    assert not monitoring.begin_sweep(at=AT + timedelta(seconds=30))
    assert monitoring.begin_sweep(at=AT + timedelta(seconds=61))

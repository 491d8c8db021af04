"""Deadlines that pass without their act: noted once, with whose they were, shown to those who may
know of them, and ended when the act is done; and what silence does by law.
"""

from datetime import timedelta

import pytest
import time_machine

from accounts.domain import Actor, Grant
from kernel.calendar import end_of_day
from kernel.errors import Invalid
from ledger.models import Entry
from monitoring.domain import DEADLINES, Obligation, shown_roles
from monitoring.models import MissedDeadline
from monitoring.services import deadlines as monitoring
from portal import deadlines
from tests import tenders
from tests.world import AT, cast
from trading import services
from trading.domain.files import Upload
from trading.models import Contract
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

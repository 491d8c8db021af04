"""Slips of deposits: what they say, and that only who paid sees one before closing, and after it
only the centre that keeps the money besides.
"""

import json
from datetime import timedelta

import pytest
import time_machine

from accounts.services import exchange_code
from deposits.models import Refund
from deposits.services import refunds
from kernel.calendar import local_date
from ledger import press
from ledger.models import Document, Entry, Paper
from tests.deposited import ASKED
from tests.papers import is_known_shape
from tests.world import AT

EVERYBODY = ("public", "he", "chen", "zhao", "sun", "lin", "qian", "zhou", "zheng", "wang", "tang")


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """Give what a slip says in place of its PDF: the making has its own test."""

    def made(kind, subject, content):
        assert press.page_of(kind, subject, json.loads(press.canonical.encode(content)))
        return press.canonical.encode({"kind": kind, **content})

    monkeypatch.setattr(press, "made_apart", made)


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def closed(till):
    for name in ("chen", "zhao", "hu"):
        till.pay(name)
    till.close("chen", "zhao")
    with time_machine.travel(till.story.at, tick=False):
        yield till


def place(till, rest):
    return f"/tenders/{till.story.code}/{rest}"


def kept(till, name="chen"):
    return place(till, f"deposits/1/{till.world.organisation_of(name).uscc}/slip/")


def statuses(till, path):
    return {name: till.world.client(name).get(path).status_code for name in EVERYBODY}


def read(till, name, path):
    return json.loads(till.world.client(name).get(path).content)


def test_before_closing_only_who_paid_has_its_slip_and_nothing_is_kept_or_told(till):
    till.pay("chen")
    before = Entry.objects.count(), Document.objects.count()
    own = place(till, "deposit/1/slip/")
    found = statuses(till, own)
    others = dict.fromkeys(EVERYBODY, 403) | {"public": 302, "zhao": 404}
    assert found == others | {"chen": 200}
    assert statuses(till, kept(till)) == dict.fromkeys(EVERYBODY, 404) | {"public": 302}
    assert (Entry.objects.count(), Document.objects.count()) == before
    assert Paper.objects.count() == 0
    slip = read(till, "chen", own)
    assert (slip["payer"], slip["counted"], slip["said"]) == (
        "晨光医疗科技有限公司",
        ASKED,
        "已足额",
    )
    assert "打印缴纳凭证" in till.world.client("chen").get(place(till, "deposit/")).content.decode()


def test_nothing_laid_down_makes_no_slip(till):
    till.register("chen")
    assert till.world.client("chen").get(place(till, "deposit/1/slip/")).status_code == 404
    assert (
        "打印缴纳凭证"
        not in till.world.client("chen").get(place(till, "deposit/")).content.decode()
    )


def test_after_closing_the_centre_prints_it_too_and_each_look_is_recorded(closed):
    expected = dict.fromkeys(EVERYBODY, 404) | {"public": 302, "qian": 200}
    assert statuses(closed, kept(closed)) == expected
    uscc = closed.world.organisation_of("chen").uscc
    looks = Entry.objects.filter(kind="access.read").values_list("data__subject", flat=True)
    assert list(looks) == [f"slip:{closed.story.code}.1.{uscc}"]
    own = read(closed, "chen", place(closed, "deposit/1/slip/"))
    assert own == read(closed, "qian", kept(closed))
    assert own.pop("kind") == "deposit_slip"
    assert is_known_shape("deposit_slip", own)
    assert (
        "打印缴纳凭证"
        in closed.world.client("qian").get(place(closed, "deposits/")).content.decode()
    )
    for other in ("sun", "wang"):
        page = closed.world.client(other).get(place(closed, "deposits/")).content.decode()
        assert "打印缴纳凭证" not in page


def test_a_refund_has_its_slip_when_it_was_paid(closed):
    refund = Refund.objects.get()
    path = place(closed, f"deposits/refunds/{refund.pk}/slip/")
    assert closed.world.client("hu").get(path).status_code == 404
    refunds.confirm_refunds(
        actor=closed.world.actor("qian"),
        payments={refund.pk: "OUT-000001"},
        paid_on=local_date(closed.story.at),
        at=closed.story.at,
    )
    slip = read(closed, "hu", path)
    assert (slip["bank_number"], slip["paid"], slip["payee"]) == (
        "OUT-000001",
        ASKED,
        "琥珀办公设备有限公司",
    )
    assert slip.pop("kind") == "refund_slip"
    assert is_known_shape("refund_slip", slip)
    assert statuses(closed, path) == dict.fromkeys(EVERYBODY, 404) | {"public": 302, "qian": 200}
    own = closed.world.client("hu").get(place(closed, "deposit/")).content.decode()
    assert "打印退还凭证" in own
    assert (
        closed.world.client("hu").get(place(closed, "deposits/refunds/999/slip/")).status_code
        == 404
    )


def test_the_api_prints_the_same(closed):
    token = exchange_code(user=closed.world.people["chen"], code="", at=closed.story.at)
    path = f"/api/v1/tenders/{closed.story.code}/lots/1/deposit/slip"
    answer = closed.world.client("public").get(path, headers={"authorization": f"Bearer {token}"})
    assert json.loads(answer.content)["kind"] == "deposit_slip"

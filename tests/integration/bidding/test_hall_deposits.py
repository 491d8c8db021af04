"""Closing hands the deposits who bid; the hall says of each bid whether its deposit was there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bidding.queries import hall_list
from bidding.services import reading
from deposits import queries
from deposits.models import Refund
from deposits.services import accounts, receipts
from ledger import press
from ledger.canonical import timestamp
from ledger.models import Entry
from tests import deposited, openings, sealed
from tests.openings import CLOSES_AT, Hall
from tests.world import World, fourth_bidder
from trading.markets import method_of

NOW = CLOSES_AT - timedelta(minutes=10)


def pays(hall: Hall, name: str, amount: str) -> None:
    sealed.register(hall.world, hall.tender, name)
    body = hall.world.organisation_of(name)
    account = accounts.open_account(
        actor=hall.world.actor(name), code=hall.tender.code, number=1, at=NOW
    )
    receipts.note_receipt(
        actor=deposited.bank(hall.world),
        number=f"BANK-{name}-1",
        account=account,
        amount=amount,
        payer=body.name,
        payer_uscc=body.uscc,
        credited_at=NOW,
        at=NOW,
    )


@pytest.fixture
def hall(world: World) -> Hall:
    """Three bids and an idle payer: one bidder paid in full, one in part, one nothing."""
    hall = openings.sealed_bids(world, ())
    hall.tender.bid_security = 200
    hall.tender.save(update_fields=["bid_security"])
    fourth_bidder(world)
    pays(hall, "qiu", "200.00")
    pays(hall, "chen", "200.00")
    pays(hall, "hu", "100.00")
    sealed.register(world, hall.tender, "zhao")
    for name in ("chen", "zhao", "hu"):
        sealed_bid(hall, name)
    return hall


def sealed_bid(hall: Hall, name: str) -> None:
    uscc = hall.world.organisation_of(name).uscc
    offer = sealed.Offer(hall.tender, uscc, 1)
    sealed.accept(hall.world.actor(name), offer, offer.seal(price="800000.00"), NOW)
    hall.offers[name, 1] = offer


def test_closing_tells_who_bid_and_frees_who_did_not(hall: Hall) -> None:
    hall.close()
    rows = {row.bidder[:2]: (row.state, row.has_bid) for row in queries.deposits_of(hall.tender)}
    assert rows == {
        "晨光": ("full", True),
        "琥珀": ("short", True),
        "秋实": ("due", False),
    }
    assert Refund.objects.get().outcome == "not_bid"
    told = Entry.objects.filter(stream="deposits").order_by("number")
    assert [fact.kind for fact in told] == ["deposits.settled"]
    assert {fact.tender for fact in told} == {""}


def test_the_list_says_whose_deposit_was_there_and_names_no_idle_payer(hall: Hall) -> None:
    hall.close()
    assert hall_list.hall_bids(hall.session) == []
    place = f"/halls/{hall.tender.code}/whole/"
    idle = hall.world.organisation_of("qiu").name
    assert idle not in hall.world.client("public").get(place).content.decode()
    openings.OpeningSession.objects.filter(pk=hall.session.pk).update(state="listed")
    lines = {line.bidder[:2]: line.deposit for line in hall_list.hall_bids(hall.session)}
    assert lines == {"晨光": "保证金已到账", "朝阳": "未见保证金", "琥珀": "保证金不足额"}
    page = hall.world.client("public").get(f"{place}parts/bids/").content.decode()
    assert "保证金已到账" in page
    assert "未见保证金" in page
    assert idle not in page


def test_a_tender_that_asks_nothing_says_nothing_of_deposits(world: World) -> None:
    hall = openings.sealed_bids(world, ("chen",))
    hall.close()
    openings.OpeningSession.objects.filter(pk=hall.session.pk).update(state="listed")
    assert [line.deposit for line in hall_list.hall_bids(hall.session)] == [""]
    assert not Entry.objects.filter(stream="deposits").exists()


def test_the_record_says_what_was_read_out_of_each_deposit(hall: Hall) -> None:
    hall.close()
    content = reading.record_content(hall.session, hall.at)
    told = {bid["bidder"][:2]: bid["deposit"] for bid in content["bids"]}
    arrived = {"form": "transfer", "said": "保证金已到账", "amount": "200.00"}
    assert told == {
        "晨光": {**arrived, "received_at": timestamp(NOW)},
        "朝阳": {"form": "missing", "said": "未见保证金", "amount": "0.00", "received_at": ""},
        "琥珀": {
            "form": "short",
            "said": "保证金不足额",
            "amount": "100.00",
            "received_at": timestamp(NOW),
        },
    }
    page = press.page_of("opening_record", f"{hall.tender.code}.whole", content)
    assert "投标保证金：保证金已到账，¥ 200.00" in page
    assert hall.world.organisation_of("qiu").name not in page


def test_the_record_says_nothing_of_deposits_where_none_is_asked_or_nothing_read_out(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.close()
    quiet = replace(method_of(hall.tender), reads_out=False)
    with monkeypatch.context() as changed:
        changed.setattr(reading, "method_of", lambda _tender: quiet)
        content = reading.record_content(hall.session, hall.at)
    assert [bid.get("deposit") for bid in content["bids"]] == [None] * 3
    hall.tender.bid_security = 0
    hall.tender.save(update_fields=["bid_security"])
    content = reading.record_content(hall.session, hall.at)
    assert [bid.get("deposit") for bid in content["bids"]] == [None] * 3

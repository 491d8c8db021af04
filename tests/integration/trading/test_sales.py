"""The sale of state property: from the end of its disclosure to the formed price."""

import pytest

from kernel.errors import Conflict, Denied, Invalid
from ledger import private
from ledger import queries as record
from tests import factories
from tests.world import AT, cast
from trading import queries, services

pytestmark = pytest.mark.django_db
PROPERTY = {"market": "property", "method": "online_bidding", "category": "equity"}


@pytest.fixture
def world():
    return cast(AT)


def closed(world, *takers):
    """Make a sale whose disclosure has ended, with these takers registered for its lot."""
    sale = factories.tender(
        world.organisations["hospital"],
        world.organisations["agency"],
        world.person("sun"),
        **PROPERTY,
        state="closed",
        bids_close_at=AT,
    )
    sale.lots.update(auction={"kind": "dynamic", "start_price": "1000.00"})
    for taker in takers:
        owner = world.organisation_of(taker).uscc
        private.withhold(
            tender=sale.code,
            owner=owner,
            kind="bidder.registered",
            actor=taker,
            at=AT,
            once=f"register.{owner}.1",
            lot=1,
        )
    private.publish_tree(tender=sale.code, reveal=(), at=AT)
    return sale


def offer(world, rank, taker, price, **more):
    return {"rank": rank, "uscc": world.organisation_of(taker).uscc, "price": price, **more}


def refused(kind, world, sale, *offers):
    with pytest.raises(kind) as refusal:
        services.form_price(code=sale.code, number=1, candidates=offers, at=AT)
    return refusal.value.code


def test_entrants_are_those_who_registered_and_nobody_before_closing(world):
    sale = closed(world, "zhao", "chen")
    lot = sale.lots.get()
    codes = {world.organisation_of(name).uscc for name in ("chen", "zhao")}
    assert set(queries.entrants_of(sale, lot)) == codes
    assert queries.entrants_of(sale, lot)[world.organisation_of("chen").uscc] == (
        "晨光医疗科技有限公司"
    )
    sale.code = "CQ-2026-9999"
    assert queries.entrants_of(sale, lot) == {}


def test_form_price_ranks_the_offers_and_prices_the_tender_with_its_last_lot(world):
    sale = closed(world, "chen", "zhao")
    services.start_auction(code=sale.code, at=AT)
    offers = [offer(world, 2, "zhao", "1100"), offer(world, 1, "chen", "1200", bid="offer-7")]
    done = services.form_price(code=sale.code, number=1, candidates=offers, at=AT)
    assert (done.state, done.evaluated_at) == ("priced", AT)
    ranked = done.lots.get().candidates
    assert [(c["rank"], c["name"], c["price"], c["bid"]) for c in ranked] == [
        (1, "晨光医疗科技有限公司", "1200.00", "offer-7"),
        (2, "朝阳信息技术有限公司", "1100.00", world.organisation_of("zhao").uscc),
    ]
    told = [entry.kind for entry in record.facts_of(sale.code)]
    assert told == ["tender.auction_started", "lot.priced", "tender.price_formed"]
    assert record.first_fact(sale.code, "lot.priced").data["price"] == "1200.00"


def test_form_price_without_an_offer_fails_the_lot_and_with_its_last_the_sale(world):
    sale = closed(world, "chen")
    services.start_auction(code=sale.code, at=AT)
    done = services.form_price(code=sale.code, number=1, candidates=[], at=AT)
    assert (done.state, done.lots.get().state) == ("failed", "failed")
    assert done.lots.get().failure == "竞价期内无人有效报价。"
    assert done.notices.get().kind == "failure"


def test_form_price_of_one_unsold_lot_leaves_the_other_to_be_sold(world):
    sale = closed(world, "chen")
    lot = sale.lots.get()
    lot.pk, lot.number = None, 2
    lot.save()
    services.start_auction(code=sale.code, at=AT)
    first = services.form_price(
        code=sale.code, number=1, candidates=[offer(world, 1, "chen", "1000")], at=AT
    )
    assert first.state == "bidding"
    assert refused(Conflict, world, sale, offer(world, 1, "chen", "1000")) == "lot.not_open"
    done = services.form_price(code=sale.code, number=2, candidates=[], reason="无人报价", at=AT)
    assert (done.state, done.lots.get(number=2).failure) == ("priced", "无人报价")


def test_form_price_refuses_what_no_auction_could_give(world):
    sale = closed(world, "chen", "zhao")
    services.start_auction(code=sale.code, at=AT)
    unsound = "award.unsound_offers"
    below = offer(world, 1, "chen", "999.99")
    assert refused(Invalid, world, sale, below) == unsound
    assert refused(Invalid, world, sale, offer(world, 2, "chen", "1000")) == unsound
    assert refused(Invalid, world, sale, offer(world, 1, "hu", "1000")) == unsound
    twice = (offer(world, 1, "chen", "1200"), offer(world, 2, "chen", "1100"))
    assert refused(Invalid, world, sale, *twice) == unsound
    upside_down = (offer(world, 1, "chen", "1100"), offer(world, 2, "zhao", "1200"))
    assert refused(Invalid, world, sale, *upside_down) == unsound
    assert [entry.kind for entry in record.facts_of(sale.code)] == ["tender.auction_started"]


def test_form_price_and_start_auction_come_in_their_order_and_from_their_hands(world):
    sale = closed(world, "chen")
    assert refused(Conflict, world, sale, offer(world, 1, "chen", "1000")) == "tender.wrong_state"
    with pytest.raises(Denied):
        services.start_auction(actor=world.actor("chen"), code=sale.code, at=AT)
    services.start_auction(actor=world.actor("qian"), code=sale.code, at=AT)
    with pytest.raises(Conflict):
        services.start_auction(code=sale.code, at=AT)
    with pytest.raises(Denied):
        services.form_price(
            actor=world.actor("sun"), code=sale.code, number=1, candidates=[], at=AT
        )


def test_a_sale_knows_no_opening_and_a_procurement_no_auction(world):
    sale = closed(world)
    with pytest.raises(Conflict) as refusal:
        services.open_tender(actor=world.actor("qian"), code=sale.code, at=AT)
    assert refusal.value.code == "tender.wrong_state"
    call = factories.tender(sale.purchaser, sale.agency, world.person("sun"), state="closed")
    with pytest.raises(Conflict) as refusal:
        services.start_auction(code=call.code, at=AT)
    assert refusal.value.code == "tender.wrong_state"

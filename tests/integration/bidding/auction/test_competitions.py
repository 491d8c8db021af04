"""A second competition (二次竞价) from the framework agreement to its room."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.urls import reverse

from bidding import gate
from kernel.errors import Conflict, Denied, Invalid
from ledger import services as ledger
from tests import competing, frameworks
from tests.world import World
from trading import queries, services
from trading.domain import call_offs
from trading.models import Tender

pytestmark = pytest.mark.usefixtures("_no_thread_stays")


@pytest.fixture
def _no_thread_stays(world: World) -> Iterator[None]:
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def test_the_purchaser_begins_it_at_the_lowest_price_agreed(world: World) -> None:
    source = competing.signed(world)
    tender = competing.opened(source)
    lot = tender.lots.get()
    assert (tender.method, tender.state, tender.agency_id) == (
        "mini_competition", "draft", source.tender.agency_id,
    )  # fmt: skip
    assert (lot.start_price, lot.quantity) == (Decimal("460000.00"), "100 台")
    assert lot.budget == Decimal("460000.00")


def test_nobody_but_the_purchaser_begins_it(world: World) -> None:
    source = competing.signed(world)
    for who in ("sun", "chen", "qian", "feng"):
        with pytest.raises(Denied):
            competing.opened(source, by=who)
    assert Tender.objects.filter(method="mini_competition").count() == 0


def test_a_framework_of_another_way_has_no_competition(world: World) -> None:
    source = competing.signed(world, terms={"way": "direct"})
    with pytest.raises(Conflict) as refused:
        competing.opened(source)
    assert competing.code_of(refused) == "competition.other_way"


def test_it_is_never_drafted_by_itself(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        services.draft_tender(
            actor=world.actor("sun"),
            purchaser=world.organisation_of("lin").uscc,
            category="goods",
            title="办公计算机",
            method="mini_competition",
            at=world.at,
        )
    assert competing.code_of(refused) == "tender.method"


def test_one_agreement_in_force_is_no_competition(world: World) -> None:
    source = competing.signed(world)
    for place in (2, 3):
        services.terminate_framework(
            actor=world.actor("lin", source.at),
            code=source.code,
            number=1,
            place=place,
            ground="breach",
            reason="连续三次逾期交货",
            at=source.at,
        )
    with pytest.raises(Conflict) as refused:
        competing.opened(source)
    assert competing.code_of(refused) == "competition.too_few"


def test_an_absurd_quantity_is_refused(world: World) -> None:
    source = competing.signed(world)
    for quantity in ("0", "-1", "1.005", "NaN", "1000000001"):
        with pytest.raises(Invalid):
            competing.opened(source, quantity=Decimal(quantity))


def test_what_was_asked_for_is_not_changed_in_the_draft(world: World) -> None:
    source = competing.signed(world)
    code, sun = competing.opened(source).code, world.actor("sun", source.at)
    given = {"actor": sun, "code": code, "at": source.at}
    for act in (
        lambda: services.change_lot(**given, number=1, lot={"start_price": "900000"}),
        lambda: services.add_lot(**given, lot={}),
        lambda: services.remove_lot(**given, number=1),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert competing.code_of(refused) == "lot.called_off"


def test_a_room_before_the_time_to_respond_is_over_is_not_submitted(world: World) -> None:
    story = competing.written(competing.signed(world))
    closes = story.tender.bids_close_at
    early = competing.terms(closes - timedelta(hours=1))
    sun = world.actor("sun", story.at)
    services.change_auction(actor=sun, code=story.code, number=1, auction=early, at=story.at)
    with pytest.raises(Conflict) as refused:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
    assert competing.code_of(refused) == "tender.incomplete"


def test_the_invitation_names_all_whose_agreement_is_in_force(world: World) -> None:
    story = competing.announced(world)
    text = queries.text_of(story.tender)["competition"]
    assert [(one["place"], one["price"]) for one in text["asked"]] == [
        (1, "4600.00"), (2, "4700.00"), (3, "4750.00"),
    ]  # fmt: skip
    assert queries.is_asked(world.actor("chen", story.at), story.tender)
    assert not queries.is_asked(world.actor("qiu", story.at), story.tender)


def test_who_is_asked_is_what_was_approved(world: World) -> None:
    source = competing.signed(world)
    story = competing.written(source)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    services.submit_tender(actor=sun, code=story.code, at=story.at)
    services.approve_tender(actor=lin, code=story.code, at=story.at)
    services.terminate_framework(
        actor=lin, code=source.code, number=1, place=3, ground="breach",
        reason="连续三次逾期交货", at=story.at,
    )  # fmt: skip
    with pytest.raises(Conflict):
        services.publish_tender(actor=sun, code=story.code, at=story.at)
    assert Tender.objects.get(code=story.code).state == "approved"


def test_nobody_registers_and_a_stranger_has_no_place_in_the_room(world: World) -> None:
    story = competing.announced(world)
    with pytest.raises(Denied):
        services.register_for_lots(
            actor=world.actor("chen", story.at), code=story.code, numbers=[1],
            contact="陈立", phone="13900000000", at=story.at,
        )  # fmt: skip
    held = competing.room(story)
    assert held.auction.entrants.count() == 3
    held.at(competing.opens(held))
    with pytest.raises(Denied) as refused:
        held.act("qiu", "400000", competing.opens(held) + timedelta(minutes=1))
    assert competing.code_of(refused) == "auction.not_entrant"


def test_one_whose_agreement_ended_meanwhile_is_not_let_in(world: World) -> None:
    source = competing.signed(world)
    story = competing.asked(competing.written(source))
    services.terminate_framework(
        actor=world.actor("lin", story.at), code=source.code, number=1, place=2,
        ground="breach", reason="连续三次逾期交货", at=story.at,
    )  # fmt: skip
    held = competing.room(story)
    assert held.auction.entrants.count() == 2


def test_no_offer_goes_above_the_agreed_price(world: World) -> None:
    held = competing.room(competing.announced(world))
    held.at(competing.opens(held))
    at = competing.opens(held) + timedelta(minutes=1)
    assert held.act("hu", "460000.01", at).reason == "above_start"
    assert held.act("hu", "460000", at).accepted


def test_every_page_from_the_framework_to_the_room_opens(world: World) -> None:
    source = competing.signed(world)
    lin, sun = world.client("lin"), world.client("sun")
    place = reverse("compete", args=[source.code, 1])
    page = lin.get(place).content.decode()
    assert "发起二次竞价" in page
    assert "4600.00" in page
    assert 'name="quantity"' not in sun.get(place).content.decode()
    sent = lin.post(
        place,
        {"title": "办公计算机二次竞价", "content": competing.SUMMARY, "quantity": "100"},
    )
    code = Tender.objects.get(method="mini_competition").code
    assert sent["Location"] == reverse("draft", args=[code])
    for name in ("draft", "draft_basic", "draft_timetable", "draft_auction"):
        assert sun.get(reverse(name, args=[code])).status_code == 200, name
    assert world.client("public").get(reverse("tender", args=[code])).status_code == 404
    story = competing.announced(world)
    text = world.client("public").get(reverse("tender", args=[story.code]))
    assert text.status_code == 200
    for name in ("history", "auctions"):
        args = [] if name == "auctions" else [story.code]
        assert world.client("public").get(reverse(name, args=args)).status_code == 200
    held = competing.room(story)
    room = world.client("chen").get(reverse("auction", args=[held.auction.code]))
    assert "起始价，即最高限价" in room.content.decode()


def test_nothing_is_competed_for_before_all_have_signed(world: World) -> None:
    with patch.object(ledger, "_reactions", dict):
        source = frameworks.told(world, terms={"way": "competition"})
        frameworks.sign(source, 1)
        frameworks.sign(source, 2)
    with pytest.raises(Conflict) as refused:
        competing.opened(source)
    assert competing.code_of(refused) == "competition.not_now"


def test_a_quantity_beyond_all_amounts_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        call_offs.require_amount(Decimal(10) ** 14)
    assert competing.code_of(refused) == "call_off.amount"

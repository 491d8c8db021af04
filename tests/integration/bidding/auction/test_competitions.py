"""A second competition (二次竞价) from the framework agreement to the contract."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts.domain import SYSTEM
from bidding import gate
from bidding.queries.auctions import standing_of
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import services as ledger
from ledger.models import Paper
from ledger.queries import facts_of
from tests import competing, frameworks, tenders
from tests.auctions import SETTLED, Sale
from tests.frameworks import CONTRACT
from tests.tenders import Story
from tests.world import World
from trading import queries, services
from trading.domain import call_offs
from trading.models import Contract, Tender
from trading.services.suspensions import resume, suspend

pytestmark = pytest.mark.usefixtures("_no_thread_stays")


@pytest.fixture
def _no_thread_stays(world: World) -> Iterator[None]:
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def ends(held: Sale) -> datetime:
    return datetime.fromisoformat(held.auction.terms["closes_at"])


def opens(held: Sale) -> datetime:
    return datetime.fromisoformat(held.auction.terms["opens_at"])


def offered(held: Sale, *offers: tuple[str, str]) -> None:
    """Offer downwards, a minute apart, and let the room end."""
    held.at(opens(held))
    kind = "quote" if held.auction.terms["kind"] == "one_shot" else "bid"
    for minute, (name, price) in enumerate(offers, start=1):
        at = opens(held) + timedelta(minutes=minute)
        held.at(at)
        answer = held.act(name, price, at, kind=kind)
        assert answer.accepted, answer.reason
    held.at(ends(held) + SETTLED)


def priced(world: World, *offers: tuple[str, str], **changes: Any) -> tuple[Story, Sale]:
    story = competing.announced(world, **changes)
    held = competing.room(story)
    offered(held, *offers)
    story.at = ends(held) + timedelta(minutes=5)
    return story, held


def code_of(refused: pytest.ExceptionInfo[Any]) -> str:
    return str(refused.value.code)


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
    assert code_of(refused) == "competition.other_way"


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
    assert code_of(refused) == "tender.method"


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
    assert code_of(refused) == "competition.too_few"


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
        assert code_of(refused) == "lot.called_off"


def test_a_room_before_the_time_to_respond_is_over_is_not_submitted(world: World) -> None:
    story = competing.written(competing.signed(world))
    closes = story.tender.bids_close_at
    early = competing.terms(closes - timedelta(hours=1))
    sun = world.actor("sun", story.at)
    services.change_auction(actor=sun, code=story.code, number=1, auction=early, at=story.at)
    with pytest.raises(Conflict) as refused:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
    assert code_of(refused) == "tender.incomplete"


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
    held.at(opens(held))
    with pytest.raises(Denied) as refused:
        held.act("qiu", "400000", opens(held) + timedelta(minutes=1))
    assert code_of(refused) == "auction.not_entrant"


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
    held.at(opens(held))
    at = opens(held) + timedelta(minutes=1)
    assert held.act("hu", "460000.01", at).reason == "above_start"
    assert held.act("hu", "460000", at).accepted


def test_ex_24_from_the_agreement_to_the_contract(world: World) -> None:
    """Start 500,000, decrement 5,000: S1 wins 473,000, which saves 5.40 per cent."""
    source = competing.signed(world)
    story = competing.asked(competing.written(source, quantity=Decimal("108.7")))
    assert story.tender.lots.get().start_price == Decimal("500020.00")
    held = competing.room(story)
    end = ends(held)
    held.at(opens(held))
    offers = (
        ("chen", "498000", -27 * 60), ("zhao", "490000", -10 * 60), ("hu", "484000", -90),
        ("zhao", "480000", 60), ("zhao", "479000", 70), ("chen", "473000", 210),
        ("hu", "468000", 390),
    )  # fmt: skip
    said = []
    for name, price, seconds in offers:
        at = end + timedelta(seconds=seconds)
        held.at(at)
        said.append(held.act(name, price, at).reason)
    assert said == ["", "", "", "not_lower", "", "", "closed"]
    shown = standing_of(held.at(end + timedelta(seconds=390) + SETTLED))
    assert (shown.price, shown.saving) == (Decimal(473_000), Decimal("5.40"))
    story.at = end + timedelta(hours=1)
    concluded(story)
    contract = Contract.objects.get(lot__tender__code=story.code)
    assert (contract.supplier.uscc, contract.amount) == (held.uscc("chen"), Decimal("473000.00"))
    orders = Paper.objects.filter(stream=story.tender.stream)
    assert sorted(orders.values_list("kind", flat=True)) == [
        "deal_letter", "deal_letter", "deal_notice",
    ]  # fmt: skip
    assert story.tender.state == "archived"


def concluded(story: Story) -> None:
    """Confirm, publish, sign, publish and file the contract, and archive."""
    world, code, at = story.world, story.code, story.at
    lin, sun = world.actor("lin", at), world.actor("sun", at)
    services.confirm_winner(actor=lin, code=code, choices={1: (1, "")}, at=at)
    services.publish_result(actor=sun, code=code, at=at)
    services.sign_contract(actor=lin, code=code, number=1, document=CONTRACT, at=at)
    services.publish_contract(actor=lin, code=code, number=1, at=at)
    services.file_contract(actor=lin, code=code, number=1, at=at)
    tenders.accept(world, code, at)
    services.archive_tender(actor=lin, code=code, at=at)


def test_by_one_sealed_quote_the_lowest_wins_and_all_are_ranked(world: World) -> None:
    story, held = priced(
        world, ("chen", "455000"), ("zhao", "441000"), ("hu", "449000"), kind="one_shot"
    )
    ranked = story.tender.lots.get().candidates
    assert [(one["uscc"], one["price"]) for one in ranked] == [
        (held.uscc("zhao"), "441000.00"),
        (held.uscc("hu"), "449000.00"),
        (held.uscc("chen"), "455000.00"),
    ]
    concluded(story)
    assert Contract.objects.get(lot__tender__code=story.code).amount == Decimal("441000.00")


def test_a_second_candidate_is_not_chosen_in_place_of_the_first(world: World) -> None:
    story, _held = priced(world, ("chen", "455000"), ("zhao", "441000"))
    with pytest.raises((Conflict, Invalid)):
        services.confirm_winner(
            actor=world.actor("lin", story.at), code=story.code, choices={1: (2, "更熟悉")},
            at=story.at,
        )  # fmt: skip


def test_with_no_offer_the_purchase_fails(world: World) -> None:
    story, _held = priced(world)
    assert story.tender.state == "failed"


def test_an_offer_far_below_is_asked_about_before_it_wins(world: World) -> None:
    story, held = priced(world, ("chen", "455000"), ("zhao", "200000"))
    asked = queries.price_question(story.tender.lots.get(), held.uscc("zhao"))
    assert asked.lines == {"next": "227500.00", "ceiling": "207000.00"}
    lin, at = world.actor("lin", story.at), ends(held) + timedelta(minutes=5)
    with pytest.raises(Conflict) as refused:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=at)
    assert code_of(refused) == "price.open"
    decision = {
        "actor": lin, "code": story.code, "number": 1, "supplier": held.uscc("zhao"),
        "reason": "成本证明完整",
    }  # fmt: skip
    with pytest.raises(Conflict) as refused:
        services.decide_price(**decision, is_proven=True, at=at)
    assert code_of(refused) == "price.not_explained"
    explained(story, "zhao", at)
    services.decide_price(**decision, is_proven=True, at=at)
    concluded(story)
    assert Contract.objects.get(lot__tender__code=story.code).supplier.uscc == held.uscc("zhao")


def test_nothing_is_decided_about_a_low_offer_once_the_lot_has_its_winner(world: World) -> None:
    story, held = priced(world, ("chen", "455000"), ("zhao", "200000"))
    lot = story.tender.lots.get()
    lot.state = "awarded"
    lot.save(update_fields=["state"])
    with pytest.raises(Conflict) as refused:
        services.decide_price(
            actor=world.actor("lin", story.at), code=story.code, number=1,
            supplier=held.uscc("zhao"), is_proven=False, reason="逾期未说明", at=story.at,
        )  # fmt: skip
    assert code_of(refused) == "price.closed"
    with pytest.raises(Conflict) as refused:
        explained(story, "zhao", ends(held) + timedelta(minutes=5))
    assert code_of(refused) == "price.closed"


def explained(story: Story, name: str, at: datetime) -> None:
    services.explain_price(
        actor=story.world.actor(name, at),
        code=story.code,
        number=1,
        explanation="库存机型，成本见附表。",
        at=at,
    )


def test_a_low_offer_that_is_not_shown_to_be_sound_gives_way_to_the_next(world: World) -> None:
    story, held = priced(world, ("chen", "455000"), ("zhao", "200000"))
    late = ends(held) + timedelta(minutes=40)
    with pytest.raises(Conflict) as refused:
        explained(story, "zhao", late)
    assert code_of(refused) == "price.too_late"
    services.decide_price(
        actor=world.actor("lin", late), code=story.code, number=1, supplier=held.uscc("zhao"),
        is_proven=False, reason="逾期未说明", at=late,
    )  # fmt: skip
    lot = story.tender.lots.get()
    assert [(one["rank"], one["uscc"]) for one in lot.candidates] == [(1, held.uscc("chen"))]
    assert lot.excluded[-1]["uscc"] == held.uscc("zhao")
    story.at = late
    concluded(story)
    assert Contract.objects.get(lot__tender__code=story.code).supplier.uscc == held.uscc("chen")


def test_while_it_stands_still_nothing_is_decided_about_a_low_offer(world: World) -> None:
    story, held = priced(world, ("chen", "455000"), ("zhao", "200000"))
    lot, begun = story.tender.lots.get(), ends(held) + timedelta(minutes=5)
    due = queries.price_question(lot, held.uscc("zhao")).due_at
    order = {"actor": SYSTEM, "tender": story.tender, "cause": "order", "ref": "authority"}
    suspend(**order, reason="责令暂停。", at=begun)
    late = due + timedelta(days=1)
    decision = {
        "code": story.code, "number": 1, "supplier": held.uscc("zhao"), "is_proven": False,
        "reason": "逾期未说明",
    }  # fmt: skip
    for act in (
        lambda: explained(story, "zhao", begun),
        lambda: services.decide_price(**decision, actor=world.actor("lin", late), at=late),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert code_of(refused) == "tender.suspended"
    resume(**order, at=late)
    # What was left of its time when it was held is left when it goes on.
    assert queries.price_question(lot, held.uscc("zhao")).due_at == late + (due - begun)
    explained(story, "zhao", late + timedelta(minutes=1))


def test_where_no_low_offer_is_sound_the_purchase_fails(world: World) -> None:
    story, held = priced(world, ("zhao", "200000"))
    late = ends(held) + timedelta(minutes=40)
    services.decide_price(
        actor=world.actor("lin", late), code=story.code, number=1, supplier=held.uscc("zhao"),
        is_proven=False, reason="逾期未说明", at=late,
    )  # fmt: skip
    assert story.tender.state == "failed"


def test_who_may_explain_and_decide(world: World) -> None:
    story, held = priced(world, ("chen", "455000"), ("zhao", "200000"))
    at = story.at
    with pytest.raises(Missing):
        explained(story, "chen", at)
    for name in ("qiu", "lin", "sun"):
        with pytest.raises(Denied):
            explained(story, name, at)
    explained(story, "zhao", at)
    with pytest.raises(Conflict) as refused:
        explained(story, "zhao", at)
    assert code_of(refused) == "price.explained_already"
    for name in ("zhao", "sun", "qian"):
        with pytest.raises(Denied):
            services.decide_price(
                actor=world.actor(name, at), code=story.code, number=1,
                supplier=held.uscc("zhao"), is_proven=True, reason="合理", at=at,
            )  # fmt: skip


def test_the_pages_of_a_low_offer_are_for_its_supplier_and_the_purchaser(world: World) -> None:
    story, held = priced(world, ("chen", "455000"), ("zhao", "200000"))
    place = reverse("low_prices", args=[story.code])
    assert "提交书面说明" not in world.client("lin").get(place).content.decode()
    assert world.client("zhao").get(place).status_code == 200
    for stranger in ("chen", "qiu", "he"):
        assert world.client(stranger).get(place).status_code == 404
    explained(story, "zhao", story.at)
    page = world.client("lin").get(place).content.decode()
    assert "作出结论" in page
    address = reverse("decide_price", args=[story.code, 1, held.uscc("zhao")])
    sent = world.client("lin").post(address, {"is_proven": "yes", "reason": "成本证明完整"})
    assert sent.status_code == 302
    kinds = [entry.kind for entry in facts_of(story.code, only=("price.decided",))]
    assert kinds == ["price.decided"]


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


def test_the_next_of_the_order_has_it_where_the_lowest_does_not_sign(world: World) -> None:
    story, _held = priced(world, ("chen", "450000"), ("zhao", "445000"))
    lin, code = world.actor("lin", story.at), story.code
    services.confirm_winner(actor=lin, code=code, choices={1: (1, "")}, at=story.at)
    services.publish_result(actor=world.actor("sun", story.at), code=code, at=story.at)
    given = {"number": 1, "ground": "gave_up", "reason": "收到通知书后书面放弃成交。"}
    services.pass_over(actor=lin, code=code, at=story.at, **given)
    assert story.tender.state == "priced"
    with pytest.raises(Invalid):
        services.confirm_winner(actor=lin, code=code, choices={1: (1, "")}, at=story.at)
    services.confirm_winner(actor=lin, code=code, choices={1: (2, "")}, at=story.at)
    services.publish_result(actor=world.actor("sun", story.at), code=code, at=story.at)
    assert Contract.objects.get().supplier == world.organisation_of("chen")
    services.pass_over(actor=lin, code=code, at=story.at, retender=True, **given)
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")


def test_the_authority_voids_a_result_where_the_room_offers_it(world: World) -> None:
    story, held = priced(world, ("chen", "450000"), ("zhao", "445000"))
    client, room = world.client("wang"), f"/auctions/{held.auction.code}/"
    assert "认定成交结果无效" in client.get(room).content.decode()
    told = {"cause": "查实提供虚假材料谋取成交。", "article": "政府采购法第七十七条"}
    assert client.post(f"{room}void/", told).status_code == 302
    assert story.tender.state == "failed"
    assert "认定成交结果无效</h2>" not in client.get(room).content.decode()


def ended(source: str, place: int, at: datetime, world: World) -> None:
    told = {"ground": "collusion", "reason": "查实串通报价。"}
    lin = world.actor("lin", at)
    services.terminate_framework(actor=lin, code=source, number=1, place=place, at=at, **told)


def test_who_loses_its_agreement_during_the_bidding_is_left_out_of_the_order(world: World) -> None:
    story = competing.announced(world)
    source = queries.competition_if_any(story.tender).lot.tender.code
    held = competing.room(story)
    ended(source, 2, story.at, world)
    offered(held, ("chen", "450000"), ("zhao", "445000"))
    lot = story.tender.lots.get()
    assert [(c["rank"], c["price"]) for c in lot.candidates] == [(1, "450000.00")]
    assert [out["reason"] for out in lot.excluded] == ["框架协议已经解除。", "没有有效报价"]


def test_who_loses_its_agreement_after_the_bidding_does_not_win(world: World) -> None:
    story, _held = priced(world, ("chen", "450000"), ("zhao", "445000"))
    ended(queries.competition_if_any(story.tender).lot.tender.code, 2, story.at, world)
    lin = world.actor("lin", story.at)
    with pytest.raises(Conflict) as refused:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    assert code_of(refused) == "competition.terminated"
    services.terminate_tender(actor=lin, code=story.code, reason="中标人失格。", at=story.at)


def test_nothing_is_competed_for_before_all_have_signed(world: World) -> None:
    with patch.object(ledger, "_reactions", dict):
        source = frameworks.told(world, terms={"way": "competition"})
        frameworks.sign(source, 1)
        frameworks.sign(source, 2)
    with pytest.raises(Conflict) as refused:
        competing.opened(source)
    assert code_of(refused) == "competition.not_now"


def test_a_quantity_beyond_all_amounts_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        call_offs.require_amount(Decimal(10) ** 14)
    assert code_of(refused) == "call_off.amount"

"""What comes of a second competition (二次竞价): who has it, low offers, the contract."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.domain import SYSTEM
from bidding import gate
from bidding.queries.auctions import standing_of
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger.models import Paper
from ledger.queries import facts_of
from tests import competing
from tests.auctions import SETTLED
from tests.world import World
from trading import queries, services
from trading.models import Contract
from trading.services.suspensions import resume, suspend

pytestmark = pytest.mark.usefixtures("_no_thread_stays")


@pytest.fixture
def _no_thread_stays(world: World) -> Iterator[None]:
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def test_ex_24_from_the_agreement_to_the_contract(world: World) -> None:
    """Start 500,000, decrement 5,000: S1 wins 473,000, which saves 5.40 per cent."""
    source = competing.signed(world)
    story = competing.asked(competing.written(source, quantity=Decimal("108.7")))
    assert story.tender.lots.get().start_price == Decimal("500020.00")
    held = competing.room(story)
    end = competing.ends(held)
    held.at(competing.opens(held))
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
    competing.concluded(story)
    contract = Contract.objects.get(lot__tender__code=story.code)
    assert (contract.supplier.uscc, contract.amount) == (held.uscc("chen"), Decimal("473000.00"))
    orders = Paper.objects.filter(stream=story.tender.stream)
    assert sorted(orders.values_list("kind", flat=True)) == [
        "deal_letter", "deal_letter", "deal_notice",
    ]  # fmt: skip
    assert story.tender.state == "archived"


def test_by_one_sealed_quote_the_lowest_wins_and_all_are_ranked(world: World) -> None:
    story, held = competing.priced(
        world, ("chen", "455000"), ("zhao", "441000"), ("hu", "449000"), kind="one_shot"
    )
    ranked = story.tender.lots.get().candidates
    assert [(one["uscc"], one["price"]) for one in ranked] == [
        (held.uscc("zhao"), "441000.00"),
        (held.uscc("hu"), "449000.00"),
        (held.uscc("chen"), "455000.00"),
    ]
    competing.concluded(story)
    assert Contract.objects.get(lot__tender__code=story.code).amount == Decimal("441000.00")


def test_a_second_candidate_is_not_chosen_in_place_of_the_first(world: World) -> None:
    story, _held = competing.priced(world, ("chen", "455000"), ("zhao", "441000"))
    with pytest.raises((Conflict, Invalid)):
        services.confirm_winner(
            actor=world.actor("lin", story.at), code=story.code, choices={1: (2, "更熟悉")},
            at=story.at,
        )  # fmt: skip


def test_with_no_offer_the_purchase_fails(world: World) -> None:
    story, _held = competing.priced(world)
    assert story.tender.state == "failed"


def test_an_offer_far_below_is_asked_about_before_it_wins(world: World) -> None:
    story, held = competing.priced(world, ("chen", "455000"), ("zhao", "200000"))
    asked = queries.price_question(story.tender.lots.get(), held.uscc("zhao"))
    assert asked.lines == {"next": "227500.00", "ceiling": "207000.00"}
    lin, at = world.actor("lin", story.at), competing.ends(held) + timedelta(minutes=5)
    with pytest.raises(Conflict) as refused:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=at)
    assert competing.code_of(refused) == "price.open"
    decision = {
        "actor": lin, "code": story.code, "number": 1, "supplier": held.uscc("zhao"),
        "reason": "成本证明完整",
    }  # fmt: skip
    with pytest.raises(Conflict) as refused:
        services.decide_price(**decision, is_proven=True, at=at)
    assert competing.code_of(refused) == "price.not_explained"
    competing.explained(story, "zhao", at)
    services.decide_price(**decision, is_proven=True, at=at)
    competing.concluded(story)
    assert Contract.objects.get(lot__tender__code=story.code).supplier.uscc == held.uscc("zhao")


def test_nothing_is_decided_about_a_low_offer_once_the_lot_has_its_winner(world: World) -> None:
    story, held = competing.priced(world, ("chen", "455000"), ("zhao", "200000"))
    lot = story.tender.lots.get()
    lot.state = "awarded"
    lot.save(update_fields=["state"])
    with pytest.raises(Conflict) as refused:
        services.decide_price(
            actor=world.actor("lin", story.at), code=story.code, number=1,
            supplier=held.uscc("zhao"), is_proven=False, reason="逾期未说明", at=story.at,
        )  # fmt: skip
    assert competing.code_of(refused) == "price.closed"
    with pytest.raises(Conflict) as refused:
        competing.explained(story, "zhao", competing.ends(held) + timedelta(minutes=5))
    assert competing.code_of(refused) == "price.closed"


def test_a_low_offer_that_is_not_shown_to_be_sound_gives_way_to_the_next(world: World) -> None:
    story, held = competing.priced(world, ("chen", "455000"), ("zhao", "200000"))
    late = competing.ends(held) + timedelta(minutes=40)
    with pytest.raises(Conflict) as refused:
        competing.explained(story, "zhao", late)
    assert competing.code_of(refused) == "price.too_late"
    services.decide_price(
        actor=world.actor("lin", late), code=story.code, number=1, supplier=held.uscc("zhao"),
        is_proven=False, reason="逾期未说明", at=late,
    )  # fmt: skip
    lot = story.tender.lots.get()
    assert [(one["rank"], one["uscc"]) for one in lot.candidates] == [(1, held.uscc("chen"))]
    assert lot.excluded[-1]["uscc"] == held.uscc("zhao")
    story.at = late
    competing.concluded(story)
    assert Contract.objects.get(lot__tender__code=story.code).supplier.uscc == held.uscc("chen")


def test_while_it_stands_still_nothing_is_decided_about_a_low_offer(world: World) -> None:
    story, held = competing.priced(world, ("chen", "455000"), ("zhao", "200000"))
    lot, begun = story.tender.lots.get(), competing.ends(held) + timedelta(minutes=5)
    due = queries.price_question(lot, held.uscc("zhao")).due_at
    order = {"actor": SYSTEM, "tender": story.tender, "cause": "order", "ref": "authority"}
    suspend(**order, reason="责令暂停。", at=begun)
    late = due + timedelta(days=1)
    decision = {
        "code": story.code, "number": 1, "supplier": held.uscc("zhao"), "is_proven": False,
        "reason": "逾期未说明",
    }  # fmt: skip
    for act in (
        lambda: competing.explained(story, "zhao", begun),
        lambda: services.decide_price(**decision, actor=world.actor("lin", late), at=late),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert competing.code_of(refused) == "tender.suspended"
    resume(**order, at=late)
    # What was left of its time when it was held is left when it goes on.
    assert queries.price_question(lot, held.uscc("zhao")).due_at == late + (due - begun)
    competing.explained(story, "zhao", late + timedelta(minutes=1))


def test_where_no_low_offer_is_sound_the_purchase_fails(world: World) -> None:
    story, held = competing.priced(world, ("zhao", "200000"))
    late = competing.ends(held) + timedelta(minutes=40)
    services.decide_price(
        actor=world.actor("lin", late), code=story.code, number=1, supplier=held.uscc("zhao"),
        is_proven=False, reason="逾期未说明", at=late,
    )  # fmt: skip
    assert story.tender.state == "failed"


def test_who_may_explain_and_decide(world: World) -> None:
    story, held = competing.priced(world, ("chen", "455000"), ("zhao", "200000"))
    at = story.at
    with pytest.raises(Missing):
        competing.explained(story, "chen", at)
    for name in ("qiu", "lin", "sun"):
        with pytest.raises(Denied):
            competing.explained(story, name, at)
    competing.explained(story, "zhao", at)
    with pytest.raises(Conflict) as refused:
        competing.explained(story, "zhao", at)
    assert competing.code_of(refused) == "price.explained_already"
    for name in ("zhao", "sun", "qian"):
        with pytest.raises(Denied):
            services.decide_price(
                actor=world.actor(name, at), code=story.code, number=1,
                supplier=held.uscc("zhao"), is_proven=True, reason="合理", at=at,
            )  # fmt: skip


def test_the_pages_of_a_low_offer_are_for_its_supplier_and_the_purchaser(world: World) -> None:
    story, held = competing.priced(world, ("chen", "455000"), ("zhao", "200000"))
    place = reverse("low_prices", args=[story.code])
    assert "提交书面说明" not in world.client("lin").get(place).content.decode()
    assert world.client("zhao").get(place).status_code == 200
    for stranger in ("chen", "qiu", "he"):
        assert world.client(stranger).get(place).status_code == 404
    competing.explained(story, "zhao", story.at)
    page = world.client("lin").get(place).content.decode()
    assert "作出结论" in page
    address = reverse("decide_price", args=[story.code, 1, held.uscc("zhao")])
    sent = world.client("lin").post(address, {"is_proven": "yes", "reason": "成本证明完整"})
    assert sent.status_code == 302
    kinds = [entry.kind for entry in facts_of(story.code, only=("price.decided",))]
    assert kinds == ["price.decided"]


def test_the_next_of_the_order_has_it_where_the_lowest_does_not_sign(world: World) -> None:
    story, _held = competing.priced(world, ("chen", "450000"), ("zhao", "445000"))
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
    story, held = competing.priced(world, ("chen", "450000"), ("zhao", "445000"))
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
    competing.offered(held, ("chen", "450000"), ("zhao", "445000"))
    lot = story.tender.lots.get()
    assert [(c["rank"], c["price"]) for c in lot.candidates] == [(1, "450000.00")]
    assert [out["reason"] for out in lot.excluded] == ["框架协议已经解除。", "没有有效报价"]


def test_who_loses_its_agreement_after_the_bidding_does_not_win(world: World) -> None:
    story, _held = competing.priced(world, ("chen", "450000"), ("zhao", "445000"))
    ended(queries.competition_if_any(story.tender).lot.tender.code, 2, story.at, world)
    lin = world.actor("lin", story.at)
    with pytest.raises(Conflict) as refused:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    assert competing.code_of(refused) == "competition.terminated"
    services.terminate_tender(actor=lin, code=story.code, reason="中标人失格。", at=story.at)

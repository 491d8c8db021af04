"""The price stage of a two-stage tender: called later, for admitted bids only (rulebook 3.3)."""

from datetime import timedelta

from bidding.queries import attending, hall_list
from bidding.services import opening
from bidding.services.opening import counting
from ledger.models import Withheld
from tests import openings
from tests.openings import Hall, refused
from tests.world import World, fourth_bidder


def sign_in(hall: Hall, name: str) -> bool:
    return opening.sign_in(actor=hall.actor(name), **hall.place, at=hall.at)


def test_two_stages_open_one_after_the_other_for_the_admitted_only(world: World) -> None:
    hall = openings.sealed_bids(world, ("chen", "zhao", "hu"), stages=("technical", "price"))
    hall.opened()
    hall.read_all()
    assert ["price" in line for line in hall.facts("bid.read")] == [False] * 3
    assert hall.bid("chen").price is None
    hall.act("invite_confirmation")
    hall.act("end")
    price = counting.schedule_opening(
        tender=hall.tender,
        stage="price",
        opens_at=hall.at + timedelta(minutes=30),
        at=hall.at,
        admitted=[hall.bid(name).pk for name in ("chen", "zhao", "hu")],
    )
    hall.stage = price.stage
    hall.later(minutes=30)
    assert (opening.due(hall.at), hall.state) == (1, "counted")
    hall.to("unlocking")
    hall.hand_in_all()
    hall.act("close_unlock")
    for name in openings.CUSTODIANS[1:]:
        hall.release(name)
    hall.act("start_reading")
    hall.read_all()
    assert [line["price"] for line in hall.facts("bid.read")] == [
        "800000.00",
        "801000.00",
        "802000.00",
    ]


def called(world: World, names: tuple[str, ...]) -> Hall:
    """Four technical parts are read out, then the price opening is called for some of them."""
    fourth_bidder(world)
    hall = openings.sealed_bids(world, ("chen", "zhao", "hu", "qiu"), stages=("technical", "price"))
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    hall.act("end")
    counting.schedule_opening(
        tender=hall.tender,
        stage="price",
        opens_at=hall.at + timedelta(minutes=30),
        at=hall.at,
        admitted=[hall.bid(name).pk for name in names],
    )
    hall.stage = "price"
    return hall


def test_failing_bid_keeps_its_price_sealed_for_good(world: World) -> None:
    hall = called(world, ("chen", "zhao", "hu"))
    admitted = [hall.bid(name).commit_hash for name in ("chen", "zhao", "hu")]
    assert [fact["admitted"] for fact in hall.facts("opening.scheduled")] == [admitted]
    assert attending.role_in(hall.actor("qiu"), hall.session) == ""
    assert refused(lambda: sign_in(hall, "qiu")) == "opening.sign_in.denied"
    hall.later(minutes=30)
    opening.due(hall.at)
    hall.to("unlocking")
    assert refused(lambda: hall.hand_in("qiu")) == "opening.hand_in_share.denied"
    for name in ("chen", "zhao", "hu"):
        hall.hand_in(name)
    hall.act("close_unlock")
    for name in openings.CUSTODIANS[1:]:
        hall.release(name)
    hall.act("start_reading")
    hall.read_all()
    (listed,) = hall.facts("opening.listed")
    assert [line["bidder"] for line in listed["kept_sealed"]] == [hall.bid("qiu").bidder.name]
    kept = hall.envelope("qiu")
    assert (kept.share, kept.readout_key, kept.opened_at, hall.bid("qiu").price) == (None,) * 4
    assert len(hall.facts("bid.read")) == 3


def test_technical_hall_never_tells_a_price_that_was_opened_later(world: World) -> None:
    hall = called(world, ("chen", "zhao", "hu"))
    before = [line.as_plain() for line in hall_list.hall_bids(hall.technical)]
    hall.later(minutes=30)
    opening.due(hall.at)
    hall.to("unlocking")
    for name in ("chen", "zhao", "hu"):
        hall.hand_in(name)
    hall.act("close_unlock")
    for name in openings.CUSTODIANS[1:]:
        hall.release(name)
    hall.act("start_reading")
    assert hall.bid("chen").price is not None
    assert [line.as_plain() for line in hall_list.hall_bids(hall.technical)] == before
    assert [line.amount for line in hall_list.hall_bids(hall.session)] == [None] * 3


def test_price_stage_with_two_admitted_opens_nothing(world: World) -> None:
    hall = called(world, ("chen", "zhao"))
    hall.later(minutes=30)
    assert (opening.due(hall.at), hall.state) == (1, "failed")
    assert [hall.bid(name).price for name in ("chen", "zhao")] == [None, None]


def test_bidder_signs_in_to_a_price_stage_in_the_open(world: World) -> None:
    hall = called(world, ("chen", "zhao", "hu"))
    rows = Withheld.objects.count()
    sign_in(hall, "chen")
    assert [fact["role"] for fact in hall.facts("attendance.signed_in")] == ["bidder"]
    assert Withheld.objects.count() == rows
    assert [line.bidder for line in hall_list.hall_bids(hall.session)] == [
        hall.bid(name).bidder.name for name in ("chen", "zhao", "hu")
    ]


def test_price_opening_that_is_moved_is_counted_at_the_new_time(world: World) -> None:
    hall = called(world, ("chen", "zhao", "hu"))
    later = hall.at + timedelta(hours=2)
    counting.schedule_opening(tender=hall.tender, stage="price", opens_at=later, at=hall.at)
    hall.later(minutes=30)
    assert (opening.due(hall.at), hall.state) == (0, "waiting")
    hall.at = later
    assert (opening.due(hall.at), hall.state) == (1, "counted")

"""Fewer than three bids: what fails, and what goes on."""

from tests import openings
from tests.openings import refused
from tests.world import World


def test_fewer_than_three_fail_the_tender_and_nothing_is_opened(world: World) -> None:
    hall = openings.sealed_bids(world, ("chen", "zhao"))
    hall.close()
    hall.tender.refresh_from_db()
    assert (hall.state, hall.tender.state) == ("failed", "failed")
    assert hall.kinds() == ["opening.scheduled", "opening.counted", "opening.failed"]
    assert hall.facts("opening.counted") == [{"lots": {"1": 2}, "total": 2}]
    assert [hall.bid(name).state for name in ("chen", "zhao")] == ["returned", "returned"]
    shut = (hall.envelope("chen").opened_at, hall.envelope("chen").readout_key)
    assert shut == (None, None)
    assert refused(lambda: hall.act("announce")) == "opening.wrong_state"


def test_a_lot_with_too_few_fails_and_the_other_goes_on(world: World) -> None:
    hall = openings.sealed_bids(world, lots=2, skip=(("hu", 2),))
    hall.unlocked()
    for name in openings.CUSTODIANS[:2]:
        hall.release(name)
    hall.act("start_reading")
    hall.read_all()
    assert [line["lot"] for line in hall.facts("bid.read")] == [1, 1, 1]
    assert hall.bid("chen", 2).state == "returned"
    assert list(hall.tender.lots.order_by("number").values_list("state", flat=True)) == [
        "open",
        "failed",
    ]

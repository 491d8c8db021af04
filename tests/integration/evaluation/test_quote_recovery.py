"""A last quote whose share is lost is recovered by its own commit, not by the first response's."""

import pytest

from bidding.models import RecoveryRequest
from bidding.queries import recovery as queries
from bidding.services import opening
from tests import opened, talks
from tests.openings import CUSTODIANS, Hall, refused
from tests.talks import NAMES
from tests.world import World


def unlocking(world: World, escrow: tuple[str, ...]) -> Hall:
    """Let everybody hand in a last quote, the panel its marks, and open the unlock window."""
    town = talks.quoting_open(world, recovery=(2, 3), escrow=NAMES)
    for price, name in enumerate(NAMES, 87):
        town.quote(name, f"{price}0000.00", escrow=name in escrow)
    town.close_quotes()
    for member in town.case.members:
        opened.mark(town.case, member)
        opened.lock(town.case, member)
    return town.unlocking()


@pytest.fixture
def hall(world: World) -> Hall:
    """An unlock window of last quotes: chen sealed its share to the recovery set and has lost its
    own, zhao and hu have handed in theirs.
    """
    hall = unlocking(world, ("chen",))
    hall.hand_in("zhao")
    hall.hand_in("hu")
    return hall


def read_out(hall: Hall) -> list[str]:
    for name in CUSTODIANS[:2]:
        hall.release(name)
    hall.act("start_reading")
    hall.read_all()
    return [str(hall.bid(name).price) for name in NAMES if hall.envelope(name).read_at]


def test_a_lost_share_of_a_last_quote_is_recovered_and_its_price_read_out(hall: Hall) -> None:
    hall.ask("chen")
    [asked] = hall.facts("opening.recovery_requested")
    own = queries.name_of(hall.envelope("chen"))
    assert asked["commit"] == own != hall.bid("chen").commit_hash
    hall.give("wang", "chen")
    hall.give("tang", "chen")
    assert bytes(hall.envelope("chen").share) == hall.share("chen")
    hall.act("close_unlock")
    assert read_out(hall) == ["870000.00", "880000.00", "890000.00"]


def test_the_commit_of_the_first_response_names_no_request(hall: Hall) -> None:
    hall.ask("chen")
    part, before = hall.part("wang", "chen"), hall.kinds()

    def give() -> None:
        opening.release_part(
            actor=hall.actor("wang"),
            **hall.place,
            commit=hall.bid("chen").commit_hash,
            part=part,
            at=hall.at,
        )

    assert refused(give) == "recovery.not_requested"
    assert hall.kinds() == before


def test_a_part_of_the_first_responses_share_counts_for_nobody(hall: Hall) -> None:
    hall.ask("chen")
    first = Hall(hall.world, hall.tender, "technical", at=hall.at)
    wrong = first.part("wang", "chen")
    with pytest.raises(Exception, match="escrow"):
        hall.give("wang", "chen", part=wrong)
    assert hall.kinds()[-1] == "opening.part_refused"
    assert hall.envelope("chen").share is None


def test_with_too_few_parts_a_last_quote_counts_as_withdrawn_and_the_others_go_on(
    hall: Hall,
) -> None:
    hall.ask("chen")
    hall.give("wang", "chen")
    hall.later(minutes=31)
    hall.act("close_unlock")
    [told] = hall.facts("bid.treated_as_withdrawn")
    assert (told["cause"], told["released"], told["needed"]) == ("recovery.too_few_parts", [1], 2)
    assert read_out(hall) == ["880000.00", "890000.00"]


def test_a_last_quote_that_was_not_sealed_to_the_set_is_not_recovered(world: World) -> None:
    hall = unlocking(world, ())
    assert refused(lambda: hall.ask("chen")) == "recovery.no_escrow"
    assert not RecoveryRequest.objects.exists()

"""The steps of the host: nobody else takes one, and none out of its order."""

import pytest

from bidding.services import opening
from tests.openings import Hall, refused


@pytest.mark.parametrize("who", ["chen", "zhou", "wang", "mei", "wu", "he", "public"])
def test_only_host_side_leads(hall: Hall, who: str) -> None:
    hall.close()
    before = hall.kinds()
    assert refused(lambda: hall.act("announce", who)) == "opening.host.denied"
    assert hall.kinds() == before


@pytest.mark.parametrize("event", sorted(opening.STEPS))
def test_a_step_out_of_its_order_changes_nothing(hall: Hall, event: str) -> None:
    before = hall.kinds()
    assert refused(lambda: hall.act(event)) in {"opening.wrong_state", "opening.wrong_step"}
    assert (hall.kinds(), hall.state) == (before, "waiting")

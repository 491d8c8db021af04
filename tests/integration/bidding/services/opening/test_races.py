"""Two people at once in the hall: each step happens once, whoever comes first."""

import pytest

from bidding.services import opening
from tests import openings
from tests import world as worlds
from tests.openings import Hall, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall() -> Hall:
    hall = openings.sealed_bids(worlds.cast())
    hall.close()
    return hall


def test_double_click_of_the_host_announces_once(hall: Hall) -> None:
    done = at_once(lambda: hall.act("announce"), lambda: hall.act("announce", "sun"))
    assert (done, hall.kinds().count("opening.announced")) == (["done", "opening.wrong_state"], 1)


def test_same_share_twice_at_once_counts_once(hall: Hall) -> None:
    hall.to("unlocking")
    share = hall.share("chen")
    done = at_once(*[lambda: hall.hand_in("chen", share=share)] * 3)
    assert (done, len(hall.facts("opening.share_accepted"))) == (["done"] * 3, 1)


def test_last_shares_at_once_close_the_window_once(hall: Hall) -> None:
    hall.to("unlocking")
    shares = {name: hall.share(name) for name in ("chen", "zhao", "hu")}
    at_once(*[lambda n=n, s=s: hall.hand_in(n, share=s) for n, s in shares.items()])
    at_once(*[lambda: opening.due(hall.at)] * 2)
    assert (hall.state, hall.kinds().count("opening.unlock_closed")) == ("releasing", 1)


def test_two_clocks_and_a_host_read_each_bid_once(hall: Hall) -> None:
    hall.to("unlocking")
    hall.hand_in_all()
    hall.act("close_unlock")
    at_once(lambda: hall.release("lin"), lambda: hall.release("zhou"), lambda: hall.release("feng"))
    at_once(*[lambda: opening.due(hall.at)] * 2, lambda: hall.act("start_reading"))
    at_once(*[lambda: hall.act("read_next", seen=0)] * 3)
    assert len(hall.facts("opening.reading_started")) == 1
    assert len(hall.facts("bid.read")) == 1


def test_reading_all_twice_at_once_reads_each_bid_once(hall: Hall) -> None:
    hall.to("unlocking")
    hall.hand_in_all()
    hall.act("close_unlock")
    for name in ("lin", "zhou"):
        hall.release(name)
    hall.act("start_reading")
    acts = [lambda: hall.act("read_all", seen=0), lambda: hall.act("read_next", seen=0)]
    at_once(*acts, *acts)
    while len(hall.facts("bid.read")) < 3:
        hall.act("read_all")
    assert [line["sequence"] for line in hall.facts("bid.read")] == [1, 2, 3]

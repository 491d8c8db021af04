"""The halls of a tender opened in two stages, as its page and its bidders find them."""

from datetime import timedelta

import pytest

from bidding.services.opening import counting
from tests import openings


@pytest.fixture
def hall(world):
    made = openings.sealed_bids(world, stages=("technical", "price"))
    made.opened()
    made.read_all()
    made.act("invite_confirmation")
    made.act("end")
    return made


def call(hall):
    admitted = [hall.bid(name).pk for name in ("chen", "zhao", "hu")]
    opens_at = hall.at + timedelta(minutes=30)
    counting.schedule_opening(
        tender=hall.tender, stage="price", opens_at=opens_at, at=hall.at, admitted=admitted
    )


def test_a_price_hall_is_there_from_its_call_on_and_no_link_leads_to_it_before(hall, client):
    page, price = f"/tenders/{hall.tender.code}/", f"/halls/{hall.tender.code}/price/"
    assert (price in client.get(page).content.decode(), client.get(price).status_code) == (
        False,
        404,
    )
    call(hall)
    assert price in client.get(page).content.decode()
    waiting = client.get(price).content.decode()
    assert ("距价格部分开启" in waiting, "距投标截止与开标" in waiting) == (True, False)
    assert all(hall.bid(name).bidder.name in waiting for name in ("chen", "zhao", "hu"))


def test_nothing_is_kept_from_anybody_in_a_waiting_price_hall(hall, world):
    call(hall)
    page = f"/halls/{hall.tender.code}/price/"
    told = world.client("chen").get(page).content.decode()
    assert ("签到" in told, "截止前谁签到" in told) == (True, False)

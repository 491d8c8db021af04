"""No accepted bid is lost, whatever order chance puts acts, time, crashes and processes in."""

import random

import pytest

from tests.auctions import sale
from tests.effort import IS_DEEP
from tests.integration.bidding.auction.interleaving import TERMS, Story, check

STORIES, STEPS = (500, 2_000) if IS_DEEP else (12, 60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(STORIES))
def test_any_order_of_acts_crashes_and_processes_keeps_every_promise(world, number):
    chance = random.Random(number)  # noqa: S311 - an order that can be had again
    story = Story(sale(world, only=TERMS[number % len(TERMS)]), chance)
    story.play(STEPS)
    check(story)

"""The demo's construction that waits for its entry with the centre."""

from datetime import timedelta

import pytest
from django.conf import settings

from portal.demo import clients, people, works
from tests import world as worlds
from trading.models import Tender

pytestmark = pytest.mark.django_db


def test_the_demo_has_works_that_take_bids_and_works_that_the_centre_is_to_register():
    clients.make_secret()
    people.settle(settings.DEMO_PASSWORD, worlds.AT - timedelta(days=400))
    early = [work for work in works.WORKS if work.state in {"announced", "entry_review"}]
    made = {works.make(work, worlds.AT): work.state for work in early}
    assert dict(Tender.objects.values_list("code", "state")) == made
    assert sorted(made.values()) == ["announced", "announced", "entry_review"]

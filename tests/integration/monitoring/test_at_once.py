"""Two at once: what a supervisor says twice is said once."""

from datetime import timedelta

import pytest
from django.db import transaction

from bidding.models import OpeningSession
from monitoring.models import Observation
from monitoring.services import supervision
from portal.demo import watching
from tests import supervised
from tests.integration.monitoring.test_observations import facts, file
from tests.integration.trading.test_two_clocks import at_once
from tests.world import AT, cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall():
    with transaction.atomic():
        return supervised.hall(cast(AT))


def test_an_observation_sent_twice_at_once_is_filed_once(hall):
    one, other = at_once(lambda: file(hall).number, lambda: file(hall).number)
    assert one == other
    assert Observation.objects.count() == 1
    assert len(facts(hall, "observation.filed")) == 1


def test_two_servers_of_the_demo_let_the_supervisor_say_it_once(hall, monkeypatch):
    name, at = hall.serving[0], hall.session.opens_at
    monkeypatch.setattr(watching, "FIRST", name)
    supervision.sign_in(actor=hall.world.actor(name, at), **hall.where, at=at)
    OpeningSession.objects.update(state="reading")
    session, later = hall.again().session, at + timedelta(seconds=1)
    said = at_once(lambda: watching.play(session, at), lambda: watching.play(session, later))
    assert sorted(said) == [0, 1]
    assert Observation.objects.count() == 1

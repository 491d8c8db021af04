"""The town's recruitments come as far as the demo says, by the ordinary services."""

from datetime import timedelta

import pytest

from portal.demo import clients, people, recruitments
from tests.factories import PASSWORD
from tests.world import AT
from trading.models import Tender

pytestmark = pytest.mark.django_db
SHOWN = ("code", "state", "method")
STATE = {"announced": "announced", "drawn": "interview_ready", "archived": "archived"}


def test_the_recruitments_of_the_town(settings, tmp_path):
    settings.VAR = tmp_path
    clients.make_secret()
    people.settle(PASSWORD, AT - timedelta(days=400))
    people.fill_pool(AT - timedelta(days=380))
    codes = {recruitments.make(one, AT): one for one in recruitments.RECRUITMENTS}
    found = {code: (state, method) for code, state, method in Tender.objects.values_list(*SHOWN)}
    assert found == {code: (STATE[one.state], one.method) for code, one in codes.items()}

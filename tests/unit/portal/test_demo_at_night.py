"""The demo begins at any hour: what is published after midnight has its documents from that day."""

from datetime import date, datetime, timedelta

import pytest

from kernel.calendar import SHANGHAI
from portal.demo import purchases, seed


@pytest.mark.parametrize(("hour", "day"), [(21, date(2026, 11, 2)), (23, date(2026, 11, 3))])
def test_documents_are_handed_out_from_the_day_of_publication(hour, day):
    drafted = datetime(2026, 11, 2, hour, 5, tzinfo=SHANGHAI)
    plan = purchases.Plan(seed.PURCHASES[0], drafted, drafted + timedelta(days=25))
    assert purchases._changes(plan)["documents_from"] == day

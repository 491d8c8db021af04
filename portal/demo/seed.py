"""Fill an empty database with the town: every step by the ordinary services, at the time it would
have been.

Time is an argument everywhere, so the past is made by the same code as the present.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from monitoring.models import Camera
from portal.demo import (
    agreements,
    clients,
    competitions,
    grants,
    people,
    prequalified,
    purchases,
    recruitments,
    sales,
    tendered,
    two_staged,
    works,
)
from portal.demo.town import (
    CAST,
    PURCHASES,
)


def fill(at: datetime) -> None:
    """Make the town as it is at an instant."""
    password = settings.DEMO_PASSWORD
    clients.make_secret()
    with transaction.atomic():
        people.settle(password, at - timedelta(days=400))
        people.fill_pool(at - timedelta(days=380))
        Camera.objects.create(code="KB-01", room=purchases.ROOM, title="第一开标室全景")
        people.appoint_supervisors(at)
    for purchase in PURCHASES:
        with transaction.atomic():
            purchases.make(purchase, at)
    for make_one in rest(at):
        with transaction.atomic():
            make_one()
    _write_cast(password)


def rest(at: datetime) -> Iterator[Callable[[], object]]:
    """Give what the town has besides purchases of its own, each to be made whole or not at all."""
    yield partial(competitions.ask, at)
    yield from (partial(works.make, work, at) for work in works.WORKS)
    yield from (partial(sales.make, sale, at) for sale in sales.of_day(at))
    yield partial(prequalified.make, at)
    yield partial(agreements.make, at)
    yield from (partial(grants.make, grant, at) for grant in grants.of_day(at))
    yield partial(tendered.make, at)
    yield partial(two_staged.make, at)
    yield from (partial(recruitments.make, one, at) for one in recruitments.RECRUITMENTS)


def _write_cast(password: str) -> None:
    lines = ["", "  角色登录（口令均为 / password for all）: " + password, ""]
    lines += [f"  {name:<6} {role}" for name, role in CAST.items()]
    path = Path(settings.VAR) / "demo" / "cast.txt"
    path.write_text("\n".join([*lines, "", ""]), encoding="utf-8")

"""A hall of 300 bids opened with 3 of 5 custodians, through the services and the database (T6)."""

import os
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from tests.bench.figures import Figure, timed

BIDS = 300
HOLDERS = ("lin", "zhou", "feng", "zheng", "tang")
OFFICES = ("purchaser", "centre", "notary", "centre", "supervisor")


def measure(*, short: bool) -> Iterator[Figure]:
    """Open a hall on a database of its own: each share, then keys to the first line and to all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 - the other measurements need no Django

    django.setup()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415

    kept = setup_databases(verbosity=0, interactive=False)
    try:
        yield from read_out(30 if short else BIDS)
    finally:
        teardown_databases(kept, verbosity=0)


def read_out(number: int) -> Iterator[Figure]:
    """Hand in every share, publish three keys of five, read out; all through the services."""
    from bidding.services import opening  # noqa: PLC0415 - Django has to be set up

    hall = crowd(number)
    hall.close()
    hall.to("unlocking")
    shares = {name: hall.share(name) for name, _lot in hall.offers}
    with timed() as handing:
        for name, share in shares.items():
            hall.hand_in(name, share=share)
    yield Figure("hall T6: a share handed in", handing.seconds / number, "s")
    hall.act("close_unlock")
    for place, name in enumerate(HOLDERS[:3], 1):
        hall.release(name, key=key_of(hall, place), index=place)
    begun = perf_counter()
    opening.due(hall.at)
    opening.due(hall.at)
    yield Figure(f"hall T6: keys to first of {number} lines", perf_counter() - begun, "s")
    while hall.state == "reading":
        hall.act("read_next")
    yield Figure(f"hall T6: keys to all {number} lines", perf_counter() - begun, "s")
    if hall.session.state != "objecting" or read_lines(hall) != number:
        raise RuntimeError("not every bid was read out")


def read_lines(hall: Any) -> int:
    """Count what was read out."""
    from bidding.queries import opening as queries  # noqa: PLC0415

    return queries.read_count(hall.session)


def key_of(hall: Any, place: int) -> bytes:
    """Give a custodian's stage key."""
    from tests import sealed  # noqa: PLC0415

    return sealed.CUSTODIANS[place - 1].stage(hall.tender.code, hall.stage)


def crowd(number: int) -> Any:
    """Publish a tender under five custodians and let so many bidders seal and submit."""
    from datetime import timedelta  # noqa: PLC0415

    from tests import factories, openings, sealed  # noqa: PLC0415
    from tests import world as worlds  # noqa: PLC0415
    from trading.models import Custodian  # noqa: PLC0415

    world = worlds.cast()
    tender = sealed.published(world, openings.CLOSES_AT, custodians=(3, 5))
    tender.threshold = 3
    tender.save(update_fields=["threshold"])
    for place, (name, office) in enumerate(zip(HOLDERS, OFFICES, strict=True), 1):
        Custodian.objects.create(
            tender=tender, index=place, person=world.person(name), office=office
        )
    hall = openings.Hall(world, tender, "whole")
    for place in range(number):
        name = f"bidder{place}"
        world.organisations[name] = factories.organisation()
        world.people[name] = factories.person(name, f"投标人{place}")
        worlds.PEOPLE[name] = (name, "bidder", name)
        factories.role(world.people[name], "bidder", world.organisations[name])
        at = openings.CLOSES_AT - timedelta(hours=1) + timedelta(seconds=place)
        openings.submit(hall, name, 1, at)
    return hall

"""At closing exactly the live commits become bids; before it nothing tells of them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from bidding import gate
from bidding.models import Bid, Envelope
from bidding.services import bids
from kernel.errors import Conflict
from ledger import merkle, private
from ledger.models import PrivateTree
from ledger.queries import facts_of
from tests import sealed
from tests import world as worlds
from tests.world import World
from trading.models import Tender
from trading.services import close_tender

CLOSES_AT = worlds.AT + timedelta(hours=2)
AFTER = CLOSES_AT + timedelta(seconds=1)


@pytest.fixture
def tender(world: World) -> Tender:
    found = sealed.published(world, CLOSES_AT)
    for name in ("chen", "zhao", "hu"):
        sealed.register(world, found, name)
    return found


def hand_in(
    world: World, tender: Tender, name: str, at: datetime, **terms: object
) -> tuple[sealed.Offer, bids.Accepted]:
    offer = sealed.Offer(tender, world.organisation_of(name).uscc)
    return offer, sealed.accept(world.actor(name), offer, offer.seal(**terms), at)


def test_live_commits_become_bids_in_order_of_acceptance(world: World, tender: Tender) -> None:
    at = CLOSES_AT - timedelta(minutes=10)
    zhao, first = hand_in(world, tender, "zhao", at)
    hu, dropped = hand_in(world, tender, "hu", at + timedelta(minutes=1))
    _, chen = hand_in(world, tender, "chen", at + timedelta(minutes=2))
    again = zhao.seal(bytes.fromhex(first.commit), price="700000.00")
    second = sealed.accept(world.actor("zhao"), zhao, again, at + timedelta(minutes=3))
    gone = hu.request([], [], bytes.fromhex(dropped.commit))
    sealed.accept(world.actor("hu"), hu, gone, at + timedelta(minutes=4))
    close_tender(code=tender.code, at=AFTER)
    found = Bid.objects.filter(tender=tender).order_by("sequence")
    assert [(b.sequence, b.bidder.uscc, b.commit_hash, b.accepted_at) for b in found] == [
        (1, world.organisation_of("chen").uscc, chen.commit, at + timedelta(minutes=2)),
        (2, zhao.uscc, second.commit, at + timedelta(minutes=3)),
    ]
    kept = Envelope.objects.get(bid=found[1])
    sent = again["envelopes"][0]
    assert (sealed.b64(bytes(kept.core)), kept.readout, kept.body, kept.body_length) == (
        sent["core"],
        sent["readout"],
        sent["body"],
        sent["body_length"],
    )


def test_every_receipt_is_in_the_published_tree(world: World, tender: Tender) -> None:
    for minutes, name in enumerate(("chen", "zhao", "hu")):
        hand_in(world, tender, name, CLOSES_AT - timedelta(minutes=10 - minutes))
    close_tender(code=tender.code, at=AFTER)
    tree = PrivateTree.objects.get(tender=tender.code)
    hashes = [event.leaf_hash() for event in private.events_of(tender.code)]
    assert (tree.size, bytes(tree.root)) == (6, merkle.root(hashes))


def test_closing_waits_for_a_commit_that_came_in_time(world: World, tender: Tender) -> None:
    stamp = gate.GATE.enter(lambda: CLOSES_AT - timedelta(milliseconds=1))
    try:
        with pytest.raises(Conflict) as refusal:
            close_tender(code=tender.code, at=AFTER)
        assert refusal.value.code == "intake.still_arriving"
        assert Tender.objects.get(code=tender.code).state == "announced"
        assert not PrivateTree.objects.exists()
    finally:
        gate.GATE.leave(stamp)
    close_tender(code=tender.code, at=AFTER)
    assert Tender.objects.get(code=tender.code).state != "announced"


def test_closing_is_refused_while_the_two_deadlines_differ(world: World, tender: Tender) -> None:
    Tender.objects.update(bids_close_at=CLOSES_AT - timedelta(hours=1))
    with pytest.raises(Conflict) as refusal:
        close_tender(code=tender.code, at=AFTER)
    assert refusal.value.code == "bid.deadline_mismatch"


def test_no_table_names_a_bidder_beside_the_tender_before_closing(
    world: World, tender: Tender
) -> None:
    """Scan every row of every table and every file for what would link the two (attack 39)."""
    hand_in(world, tender, "chen", CLOSES_AT - timedelta(minutes=10), price="765432.10")
    organisation = world.organisation_of("chen")
    marks = (organisation.uscc, organisation.name, "person:chen", "投标文件.pdf", "765432.10")
    links = [
        (table, row)
        for table, row in every_row()
        if any(mark in row for mark in marks) and "accounts_" not in table
    ]
    assert links == []
    assert files_with(marks, Path(settings.OBJECTS_ROOT)) == []
    assert {row for table, row in every_row() if table == "bidding_bid"} == set()


def test_no_count_of_rows_follows_the_tender(world: World, tender: Tender) -> None:
    """With 0 and with 3 bids, everything that can be read about the tender is the same."""
    before = readable(tender)
    for minutes, name in enumerate(("chen", "zhao", "hu")):
        hand_in(world, tender, name, CLOSES_AT - timedelta(minutes=10 - minutes))
    assert readable(tender) == before


def readable(tender: Tender) -> list[str]:
    facts = [f"{fact.kind} {fact.data}" for fact in facts_of(tender.code)]
    return facts + [row for _, row in every_row() if tender.code in row]


def every_row() -> list[tuple[str, str]]:
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    return [(table, str(row)) for table in tables for row in rows_of(table)]


def rows_of(table: str) -> list[tuple]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own table names
        return [tuple(map(readable_value, row)) for row in cursor.fetchall()]


def readable_value(value: object) -> object:
    is_binary = isinstance(value, bytes | memoryview)
    return bytes(value).decode("latin-1") + bytes(value).hex() if is_binary else value


def files_with(marks: tuple[str, ...], folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    encoded = [mark.encode() for mark in marks]
    return [p for p in files if any(m in p.read_bytes() for m in encoded)]

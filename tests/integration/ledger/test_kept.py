"""The database itself refuses to change or take away what the record keeps."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from ledger import papers, services
from ledger.models import (
    Block,
    Checkpoint,
    Document,
    Entry,
    Head,
    Leaf,
    Paper,
    PrivateTree,
    Tree,
    Withheld,
)

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_row_each():
    """One row of every table of the record."""
    entry = services.record(
        stream="tender.T-1", kind="tender.suspended", actor="system", at=AT, reason="x"
    )
    Leaf.objects.create(index=0, entry=entry, data=b"x", leaf_hash=b"h")
    Block.objects.create(index=0, root=b"r")
    Tree.objects.create(size=1, root=b"r")
    Checkpoint.objects.create(size=1, root=b"r", note="n", at=AT)
    Withheld.objects.create(id=uuid.uuid4(), at=AT, ciphertext=b"c", owner_tag=b"o", once_tag=b"1")
    PrivateTree.objects.create(tender="T-1", size=0, root=b"r", leaves=[], published_at=AT)
    made = Document.objects.create(digest="d", sm3="s", size=1, media_type="a/b", stored_at=AT)
    order = {"stream": "tender.T-1", "content": {}, "ordered_at": AT}
    Paper.objects.create(kind="notice", subject="made", document=made, **order)


CHANGES = [
    (Entry, {"data": {"reason": "y"}}),
    (Entry, {"at": LATER}),
    (Entry, {"actor": "person.chen"}),
    (Leaf, {"data": b"y"}),
    (Block, {"root": b"y"}),
    (Checkpoint, {"note": "y"}),
    (Withheld, {"ciphertext": b"y"}),
    (PrivateTree, {"leaves": ["y"]}),
    (Document, {"sm3": "y"}),
    (Head, {"number": F("number") - 1}),
    (Head, {"number": F("number")}),
    (Head, {"stream": "tender.T-2", "number": F("number") + 1}),
    (Tree, {"size": 0}),
    (Tree, {"root": b"y"}),
    (Paper, {"content": {"y": 1}}),
    (Paper, {"document": None}),
]


def contents():
    """Give every row of the record as it is now."""
    return {table: list(table.objects.order_by("pk").values()) for table, _change in CHANGES}


def refuse(act):
    before = contents()
    with pytest.raises(IntegrityError, match="the record is kept"), transaction.atomic():
        act()
    assert contents() == before


@pytest.mark.parametrize(("table", "change"), CHANGES)
def test_a_kept_row_refuses_a_change(table, change):
    refuse(lambda: table.objects.update(**change))


@pytest.mark.parametrize("table", dict(CHANGES))
def test_a_kept_row_refuses_to_go(table):
    refuse(lambda: table.objects.all()._raw_delete("default"))


@pytest.mark.parametrize("table", dict(CHANGES))
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has TRUNCATE")
def test_a_kept_table_refuses_to_be_emptied(table):
    name = connection.ops.quote_name(table._meta.db_table)
    connection.check_constraints()  # PostgreSQL empties no table with constraints still to check
    refuse(lambda: connection.cursor().execute(f"TRUNCATE {name} CASCADE"))


def test_what_grows_still_grows():
    services.record(stream="tender.T-1", kind="tender.suspended", actor="system", at=AT)
    assert Head.objects.get(stream="tender.T-1").number == 2
    assert Tree.objects.update(size=2, root=b"s") == 1


def test_a_paper_not_yet_made_still_moves_on():
    papers.order(kind="notice", subject="new", stream="tender.T-1", content={}, at=AT)
    paper = Paper.objects.get(subject="new")
    claimed = papers.claim(paper.pk, AT)
    assert (claimed.attempts, claimed.leased_until) == (1, AT + papers.LEASE)


def test_every_table_of_the_record_is_guarded():
    """SQLite remakes a table to change a column, and its triggers are lost with the old one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgname LIKE 'ledger_keep_%' GROUP BY 1"
            )
        else:
            cursor.execute(
                "SELECT tbl_name, count(*) FROM sqlite_master"
                " WHERE type = 'trigger' AND name LIKE 'ledger_%_keep_%' GROUP BY 1"
            )
        found = dict(cursor.fetchall())
    each = 3 if connection.vendor == "postgresql" else 2
    assert found == {table._meta.db_table: each for table, _change in CHANGES}

"""The log takes every entry once, in order, and never signs two roots for one size."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from kernel.errors import Conflict
from ledger import merkle, queries, sequencer, services
from ledger.models import Checkpoint, Entry, Leaf, Tree
from tests.rig.tampering import unguarded

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def head_file(settings, tmp_path):
    settings.LOG_HEAD_FILE = tmp_path / "log-head.json"


def record(count=1, kind="tender.suspended"):
    for _ in range(count):
        with transaction.atomic():
            last = services.record(stream="tender.T-1", kind=kind, actor="system", at=AT, x="1")
    return last


def test_every_entry_is_appended_once_and_a_checkpoint_signed():
    record(5)
    assert (sequencer.sequence(at=AT), sequencer.sequence(at=AT)) == (5, 0)
    hashes = [bytes(h) for h in Leaf.objects.order_by("index").values_list("leaf_hash", flat=True)]
    tree = Tree.objects.get()
    assert (tree.size, bytes(tree.root)) == (5, merkle.root(hashes))
    assert sequencer.remembered() == (5, merkle.root(hashes).hex())


def late(after, back):
    """A fact whose number was given long before others that are in the log already."""
    copied = {"kind": after.kind, "actor": "system", "at": AT, "salt": bytes(32)}
    return Entry.objects.create(id=after.id - back, stream="lot.late", number=back, **copied)


def test_a_fact_that_comes_behind_others_is_found_soon_and_one_from_far_back_within_a_minute():
    first = record()
    newest = Entry.objects.create(
        id=first.id + 9 * sequencer.BACK, stream="lot.x", number=1, kind=first.kind, at=AT
    )
    looking = sequencer.Waiting()
    assert looking.look(AT) == [first, newest]
    sequencer.sequence(at=AT)
    near, far = late(newest, sequencer.BACK - 1), late(newest, 3 * sequencer.BACK)
    soon = AT + timedelta(seconds=59)
    assert looking.look(soon) == [near]
    assert sequencer.Waiting().look(soon) == [far, near]  # a process that begins looks everywhere
    assert looking.look(AT + sequencer.EVERYWHERE) == [far, near]
    assert looking.look(AT + sequencer.EVERYWHERE) == [near]


def test_it_looks_everywhere_until_nothing_is_left(monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 2)
    record(5)
    looking = sequencer.Waiting()
    assert [len(looking.look(AT)), looking.looked_everywhere_at] == [2, None]
    assert sequencer.sequence(at=AT) == 5
    assert (looking.look(AT), looking.looked_everywhere_at) == ([], AT)


def test_the_proof_of_a_fact_leads_to_the_signed_root():
    record(3)
    entry = record()
    record(2)
    assert queries.proof_of(entry) is None
    sequencer.sequence(at=AT)
    proof = queries.proof_of(entry)
    root = merkle.root_from_inclusion(
        merkle.leaf_hash(proof["leaf"].encode()),
        proof["index"],
        proof["size"],
        [bytes.fromhex(node) for node in proof["path"]],
    )
    assert root == bytes(Checkpoint.objects.get(size=proof["size"]).root)


def test_a_restricted_fact_enters_the_log_as_a_salted_hash():
    entry = record(kind="tender.approved")
    sequencer.sequence(at=AT)
    leaf = bytes(Leaf.objects.get(entry=entry).data).decode()
    assert "commit" in leaf
    assert '"x"' not in leaf


def test_a_restored_backup_refuses_to_sign():
    record(2)
    sequencer.sequence(at=AT)
    with unguarded():
        Checkpoint.objects.all().delete()
        Leaf.objects.all().delete()
        Tree.objects.all().delete()
        Entry.objects.filter(number=2).delete()
    with pytest.raises(Conflict) as refusal:
        sequencer.sequence(at=AT)
    assert refusal.value.code == "ledger.behind"
    assert not Checkpoint.objects.exists()


def test_another_root_for_a_size_already_signed_is_refused():
    record(2)
    sequencer.sequence(at=AT)
    sequencer.reopen(2, b"x" * 32)
    with pytest.raises(Conflict) as refusal:
        sequencer.sequence(at=AT)
    assert refusal.value.code == "ledger.behind"


def test_a_sequencer_that_read_an_old_size_does_not_win():
    record(1)
    stale = Tree(pk=1, size=0, root=merkle.EMPTY_ROOT)
    sequencer.sequence(at=AT)
    with pytest.raises(Conflict) as refusal, transaction.atomic():
        sequencer._advance(stale, 5, [merkle.leaf_hash(b"other")], AT)
    assert refusal.value.code == "ledger.other_sequencer"


def test_a_head_that_a_kill_kept_from_its_file_is_written_at_the_next_round(settings):
    record(3)
    sequencer.sequence(at=AT)
    known = sequencer.remembered()
    settings.LOG_HEAD_FILE.unlink()
    assert sequencer.sequence(at=AT) == 0
    assert sequencer.remembered() == known


def test_an_older_head_never_replaces_a_newer_one():
    sequencer.remember(5, b"n" * 32)
    sequencer.remember(4, b"o" * 32)
    assert sequencer.remembered() == (5, (b"n" * 32).hex())

"""After a restore the log stays shut until the last published checkpoint is shown."""

import os
from datetime import UTC, datetime

import pytest
from django.db import transaction

from kernel.errors import DomainError
from ledger import mending, note, sequencer, services
from ledger.models import Checkpoint, Entry, Leaf, Tree
from tests.rig.tampering import unguarded

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_head(settings, tmp_path):
    settings.LOG_HEAD_FILE = tmp_path / "log-head.json"
    settings.LOG_KEY = os.urandom(32)


def record(times=1):
    for _ in range(times):
        with transaction.atomic():
            services.record(stream="tender.T-1", kind="tender.suspended", actor="system", at=AT)
    sequencer.sequence(at=AT)
    return Checkpoint.objects.latest("size").note


def forget(size):
    """Leave the database as it was at one size: an old backup comes back."""
    with unguarded():
        Checkpoint.objects.filter(size__gt=size).delete()
        Leaf.objects.filter(index__gte=size).delete()
        Entry.objects.filter(leaf=None).delete()
        checkpoint = Checkpoint.objects.get(size=size)
        hashes = [
            bytes(h) for h in Leaf.objects.order_by("index").values_list("leaf_hash", flat=True)
        ]
        edge = []
        for index, hashed in enumerate(hashes):
            edge = sequencer.merkle.grow(index, edge, hashed)
        Tree.objects.filter(pk=1).update(size=size, root=checkpoint.root, frontier=b"".join(edge))


def code_of(call):
    facts = Entry.objects.count()
    with pytest.raises(DomainError) as refusal:
        call()
    assert Entry.objects.count() == facts
    return refusal.value.code


def mend(published):
    return mending.reopen(published=published, at=AT)


def test_a_restored_log_that_grows_past_the_old_head_at_once_is_refused_too():
    record(2)
    record(1)
    forget(2)
    for _ in range(5):
        with transaction.atomic():
            services.record(stream="tender.T-1", kind="tender.suspended", actor="x", at=AT)
    assert code_of(lambda: sequencer.sequence(at=AT)) == "ledger.behind"


def test_a_log_whose_last_head_nobody_knows_stays_shut(settings):
    record(1)
    record(1)
    settings.LOG_HEAD_FILE.unlink()
    assert code_of(lambda: sequencer.sequence(at=AT)) == "ledger.head_missing"
    assert sequencer.remembered()[0] == 0


def test_the_last_published_checkpoint_opens_a_shut_log():
    published = record(3)
    sequencer.shut()
    assert code_of(lambda: sequencer.sequence(at=AT)) == "ledger.shut"
    entry = mend(published)
    assert (entry.kind, entry.data["published_size"], entry.data["size"]) == ("log.reopened", 3, 3)
    assert sequencer.sequence(at=AT) == 1
    assert mending.interruptions() == [entry]


def test_an_older_published_checkpoint_opens_it_when_the_database_is_newer():
    published = record(1)
    record(2)
    sequencer.shut()
    assert mend(published).data["size"] == 3


def test_facts_that_were_published_and_are_gone_keep_it_shut():
    record(2)
    published = record(1)
    forget(2)
    sequencer.shut()
    assert code_of(lambda: mend(published)) == "ledger.facts_lost"
    assert code_of(lambda: sequencer.sequence(at=AT)) == "ledger.shut"


def test_an_old_checkpoint_does_not_open_a_log_whose_newer_head_is_known_here():
    published = record(2)
    record(1)
    forget(2)
    sequencer.shut()
    assert code_of(lambda: mend(published)) == "ledger.facts_lost"


def test_another_root_for_a_size_is_a_fork():
    record(2)
    other = sequencer.checkpoint_text(2, b"x" * 32)
    signed = note.sign(other, sequencer.log_signer())
    assert code_of(lambda: mend(signed)) == "ledger.forked"


@pytest.mark.parametrize("text", ["", "yangguang.example/log\n2\n", "other/log\n2\nAA==\n"])
def test_what_is_no_checkpoint_of_this_log_is_refused(text):
    record(2)
    signed = note.sign(text, sequencer.log_signer()) if text else ""
    code = "ledger.checkpoint" if text else "note.malformed"
    assert code_of(lambda: mend(signed)) == code


def test_a_checkpoint_signed_by_another_key_is_refused(settings):
    published = record(2)
    settings.LOG_KEY = os.urandom(32)
    assert code_of(lambda: mend(published)) == "note.unsigned"


def begin(published, old_key, reason="磁盘损坏，丢失一小时"):
    return mending.begin_anew(published=published, old_key=old_key, reason=reason, at=AT)


def test_a_new_log_says_what_the_old_one_had_published(settings):
    record(2)
    published = record(3)
    old_key = sequencer.log_signer().verifier
    forget(2)
    sequencer.shut()
    settings.INSTALLATION, settings.LOG_KEY = "second.example", os.urandom(32)
    entry = begin(published, old_key)
    told = {name: entry.data[name] for name in ("published_size", "size", "reason", "old_key")}
    assert told == {
        "published_size": 5,
        "size": 2,
        "reason": "磁盘损坏，丢失一小时",
        "old_key": str(old_key),
    }
    assert sequencer.sequence(at=AT) == 1
    newest = Checkpoint.objects.latest("size")
    text, _by = note.verify(newest.note, [sequencer.log_signer().verifier])
    assert text.startswith("second.example/log\n3\n")


def test_a_new_log_needs_a_new_name_a_reason_and_a_loss(settings):
    record(2)
    published = record(1)
    old_key = sequencer.log_signer().verifier
    assert code_of(lambda: begin(published, old_key)) == "ledger.same_log"
    assert code_of(lambda: begin(published, old_key, " ")) == "ledger.reason"
    settings.INSTALLATION, settings.LOG_KEY = "second.example", os.urandom(32)
    assert code_of(lambda: begin(published, old_key)) == "ledger.nothing_lost"

"""Facts in streams, the one Merkle log over them, the private trees, and documents by digest.

Only `ledger.services` and `ledger.sequencer` write here; nothing is ever changed or deleted.
"""

from django.db import models


class Head(models.Model):
    """The last number given in a stream; its row is the lock that keeps the numbers without gap or
    fork.
    """

    stream = models.CharField(max_length=80, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)


class Entry(models.Model):
    """One fact: who did what, when, to which subject."""

    stream = models.CharField(max_length=80)
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    tender = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="entry_stream_number")
        ]
        indexes = [
            models.Index(fields=["tender", "id"], name="entry_tender"),
            models.Index(fields=["kind", "at"], name="entry_kind"),
        ]


class Leaf(models.Model):
    """One leaf of the installation's log: the exact bytes that were hashed."""

    index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf")
    data = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)


class Block(models.Model):
    """The root over 256 leaves of the log that are complete, so that a proof reads few rows."""

    index = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)


class Tree(models.Model):
    """The one row that holds the log's size and right edge; moving it on is a compare-and-swap."""

    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")
    root = models.BinaryField(max_length=32)


class Checkpoint(models.Model):
    """A signed note over one size and root of the log; never two roots for one size."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()


class Withheld(models.Model):
    """One sealed row of a private tree: until closing nothing in it tells who, which tender, or how
    many.

    `at` is the day alone. `ciphertext` is AES-256-GCM under a subkey of the intake key; `owner_tag`
    lets an owner who signs in find its own rows and is different for every tender, so that nothing
    can be grouped or counted (sealing.md 6.4).
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    ciphertext = models.BinaryField()
    owner_tag = models.BinaryField(max_length=32, db_index=True)
    once_tag = models.BinaryField(max_length=32, unique=True)


class Resolved(models.Model):
    """Which tender a withheld row belongs to, once that is no secret: from the tender's closing on
    its rows are found by it, and no scan opens them for another tender's sake.
    """

    row = models.UUIDField(primary_key=True)
    tender = models.CharField(max_length=40, db_index=True)


class PrivateTree(models.Model):
    """A tender's private tree as it was published at closing: every withheld event in order, with
    its salt.
    """

    tender = models.CharField(max_length=40, primary_key=True)
    size = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    leaves = models.JSONField()
    published_at = models.DateTimeField()


class Document(models.Model):
    """The bytes of one file, known by their digest; the same bytes are stored once."""

    digest = models.CharField("SHA-256", max_length=64, primary_key=True)
    sm3 = models.CharField("SM3", max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    stored_at = models.DateTimeField()


class Paper(models.Model):
    """An official document to be made once from its template and data, signed, and kept by digest.

    Ordered in the transaction of the act it records; a separate process makes it under a lease that
    outlives a kill.
    """

    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=80)
    stream = models.CharField(max_length=80)
    tender = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    ordered_at = models.DateTimeField()
    plain_digest = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="paper_once")]


def document_path(digest: str) -> str:
    """Give the storage name of a document."""
    return f"documents/{digest[:2]}/{digest}"

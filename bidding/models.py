"""Bids and envelopes as they become known at closing, the opening session, and who was present.

Before closing there is no row here that tells of a bid: a submission rests in `ledger.private`
(sealing.md 6.4).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from bidding import domain
from trading.models import Lot, Tender, money


def bid_states() -> list[tuple[str, str]]:
    """Give the states of a bid; a callable, so that a new title needs no migration."""
    return domain.BID.choices()


def opening_states() -> list[tuple[str, str]]:
    """Give the states of a session; a callable, so that a new title needs no migration."""
    return domain.OPENING.choices()


class StoredObject(models.Model):
    """Ciphertext coming in or resting: a random name, its owner's tag, nothing of a tender."""

    name = models.CharField(max_length=43, primary_key=True)
    owner_tag = models.BinaryField(max_length=32)
    begun_on = models.DateField()


class StoredPart(models.Model):
    """One durable entry of an object: its place, its digest and its length; the bytes are in the
    object store.
    """

    stored = models.ForeignKey(StoredObject, models.CASCADE, related_name="parts")
    index = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    length = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stored", "index"], name="part_index")]


class Spent(models.Model):
    """A random value that counts only once: a salt, a chain's key, an object's name.

    Both columns are HMACs under the intake key: a client whose random source repeats itself is
    caught, and the row tells nobody of whom, or of which tender.
    """

    tag = models.BinaryField(max_length=32, primary_key=True)
    holder = models.BinaryField(max_length=32)


class Bid(models.Model):
    """A live bid for one lot, made known at closing; a chain that was withdrawn leaves none."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="bids")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bids")
    bidder = models.ForeignKey(Organisation, models.PROTECT, related_name="bids")
    sequence = models.PositiveIntegerField()
    commit = models.BinaryField()
    commit_hash = models.CharField(max_length=64, unique=True)
    signature = models.BinaryField()
    submitted_by = models.CharField(max_length=80)
    accepted_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=bid_states, default="sealed")
    price = money(_("投标报价（元）"), null=True)
    fields = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["lot", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "bidder"], name="bid_of_bidder"),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.BID.states), name="bid_state"
            ),
        ]


class Envelope(models.Model):
    """One stage of a bid: the sealed objects, and what opening made of them; `commit` is its own
    where the stage was handed in later than the bid.
    """

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="envelopes")
    stage = models.CharField(max_length=16)
    core = models.BinaryField()
    wraps = models.BinaryField()
    readout = models.CharField(max_length=43)
    body = models.CharField(max_length=43)
    body_length = models.PositiveBigIntegerField()
    share = models.BinaryField(null=True)
    share_at = models.DateTimeField(null=True)
    readout_key = models.BinaryField(null=True)
    body_key = models.BinaryField(null=True)
    opened_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True)
    resupply_due_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    commit = models.BinaryField(null=True)
    signature = models.BinaryField(null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bid", "stage"], name="envelope_stage")]

    @property
    def binding(self) -> bytes:
        """Give the commit that binds it: a last quote has one of its own."""
        return bytes(self.commit or self.bid.commit)


class QuoteWindow(models.Model):
    """When the last quotes of a tender are handed in, and for which bids (C214, M74)."""

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="quote_window")
    admitted = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_due_at"], name="quote_window_due")]


class OpeningSession(models.Model):
    """The act of opening one stage of a tender: its step, its timer and who leads it."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="openings")
    stage = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=opening_states, default="waiting")
    host = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opens_at = models.DateTimeField()
    step_due_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    admitted = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "stage"], name="opening_stage"),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.OPENING.states), name="opening_state"
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_at"], name="opening_due"),
            models.Index(fields=["state", "opens_at"], name="opening_by_state"),
        ]

    @property
    def stream(self) -> str:
        """Name the stream of this session's facts."""
        return f"opening.{self.tender.code}.{self.stage}"


class ReleasedKey(models.Model):
    """A custodian's stage key, public from its release on."""

    session = models.ForeignKey(OpeningSession, models.PROTECT, related_name="keys")
    index = models.PositiveSmallIntegerField()
    private_key = models.BinaryField(max_length=64)
    released_by = models.CharField(max_length=80)
    released_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "index"], name="released_index")]


class RecoveryRequest(models.Model):
    """A bidder's word, in the unlock window, that the share of this one bid be recovered."""

    session = models.ForeignKey(OpeningSession, models.PROTECT, related_name="recoveries")
    envelope = models.OneToOneField(Envelope, models.PROTECT, related_name="recovery")
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True)


class RecoveryPart(models.Model):
    """A recovery custodian's part of the share of one bid; never the custodian's key."""

    request = models.ForeignKey(RecoveryRequest, models.PROTECT, related_name="parts")
    index = models.PositiveSmallIntegerField()
    part = models.BinaryField(max_length=32)
    released_by = models.CharField(max_length=80)
    released_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "index"], name="recovery_part_index")
        ]


class Attendance(models.Model):
    """Who signed in to a session, and as what; before closing only a number is told."""

    session = models.ForeignKey(OpeningSession, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    signed_in_at = models.DateTimeField()
    seals_checked = models.CharField(max_length=10, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmation = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_person")
        ]


class Objection(models.Model):
    """An objection raised in the hall, and the host's written answer (BLR art. 44)."""

    session = models.ForeignKey(OpeningSession, models.PROTECT, related_name="objections")
    bidder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("异议内容"))
    raised_at = models.DateTimeField()
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True)


def auction_phases() -> list[tuple[str, str]]:
    """Give the phases of an auction; a callable, so that a new title needs no migration."""
    return domain.AUCTION.choices()


class Auction(models.Model):
    """One lot sold by bidding in the open.

    `terms` is what was disclosed, `shown` what everybody may be told now. The whole state of the
    engine rests sealed: maximum bids and quotes are secrets to the end, from insiders too.
    """

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="sale")
    code = models.CharField(max_length=48, unique=True)
    terms = models.JSONField()
    sealed = models.BinaryField()
    sealed_seed = models.BinaryField(default=b"")
    shown = models.JSONField(default=dict)
    phase = models.CharField(max_length=12, choices=auction_phases, default="scheduled")
    acts = models.PositiveIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0)
    prepared_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phase__in=domain.AUCTION.states), name="auction_phase"
            ),
        ]
        indexes = [models.Index(fields=["next_due_at"], name="auction_due")]

    def __str__(self) -> str:
        return self.code

    @property
    def tender_code(self) -> str:
        """Name its tender, whose code its own begins with: no join for what every act needs."""
        return self.code.rpartition(".")[0]

    @property
    def stream(self) -> str:
        """Name the stream that everybody may watch."""
        return f"auction.{self.code}"

    @property
    def sealed_stream(self) -> str:
        """Name the stream of what is told at the end; nobody watches it."""
        return f"sealed-auction.{self.code}"


class Entrant(models.Model):
    """A qualified bidder of an auction, known to everybody by its code alone (rulebook 5.0).

    Whose code it is rests sealed until the end, and its tag finds it for its owner only.
    """

    auction = models.ForeignKey(Auction, models.PROTECT, related_name="entrants")
    code = models.CharField(max_length=8)
    tag = models.BinaryField(max_length=32)
    sealed_owner = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["auction", "code"], name="entrant_code"),
            models.UniqueConstraint(fields=["auction", "tag"], name="entrant_tag"),
        ]

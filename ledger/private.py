"""A tender's private tree: what would tell who or how many rests encrypted until closing
(sealing.md 6.2, 6.4).

An event is a row of random id, day, ciphertext and owner tag; the instant is inside, because the
moment of a question or of a login, which other tables hold, would lead to the row. The subkeys come
from the intake key, which lives in a file outside the database and its backups. Level 1 of the
specification: a leak of database, files or backup tells nothing.
"""

import hmac
import json
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from kernel.calendar import local_date, start_of_day
from kernel.errors import Conflict
from kernel.facts import Reach
from kernel.text import gettext_noop as _
from ledger import canonical, merkle
from ledger.facts import reach
from ledger.models import PrivateTree, Resolved, Withheld

SMALLEST_ROW = 1024
AT_ONCE = 500
LABEL = b"sealed-bid/v1/"
# This process's index by tender (sealing.md 6.4): a row never changes, so it is looked into once.
_tender_of: dict[uuid.UUID, str] = {}


@dataclass(frozen=True)
class Event:
    """One withheld event as it was recorded: its row, its salt and what happened."""

    row: uuid.UUID
    salt: bytes
    at: datetime
    content: dict[str, Any]

    @property
    def kind(self) -> str:
        """Give the kind of the event."""
        return str(self.content["kind"])

    def leaf_hash(self) -> bytes:
        """Hash the event as a leaf: H(0x00 ‖ salt32 ‖ event bytes)."""
        return merkle.leaf_hash(self.salt + canonical.encode(self.content))


def lp(text: str) -> bytes:
    """Write a text as u16 length, then its UTF-8 bytes."""
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def tag(label: bytes, *parts: str) -> bytes:
    """Give an HMAC under the intake key that only its holders can link to its parts."""
    message = LABEL + label + b"\0" + b"".join(lp(part) for part in parts)
    return hmac.digest(settings.INTAKE_KEY, message, "sha256")


def lock(plain: bytes, about: str) -> bytes:
    """Encrypt what this installation alone may read again, bound to what it is about."""
    nonce = secrets.token_bytes(12)
    return nonce + _lock_key(settings.INTAKE_KEY).encrypt(nonce, plain, about.encode())


def unlock(sealed: bytes, about: str) -> bytes:
    """Decrypt what was locked about the same; anything else is an InvalidTag, an alarm."""
    return _lock_key(settings.INTAKE_KEY).decrypt(sealed[:12], sealed[12:], about.encode())


@lru_cache(maxsize=1)
def _lock_key(_intake_key: bytes) -> AESGCM:
    return AESGCM(tag(b"lock-key"))


def _row_key() -> AESGCM:
    return _row_key_of(settings.INTAKE_KEY)


@lru_cache(maxsize=1)
def _row_key_of(_intake_key: bytes) -> AESGCM:
    return AESGCM(tag(b"row-key"))


def _sealed(plain: bytes, row: uuid.UUID) -> bytes:
    size = max(SMALLEST_ROW, 1 << (len(plain) + 3).bit_length())
    padded = len(plain).to_bytes(4, "big") + plain
    nonce = secrets.token_bytes(12)
    return nonce + _row_key().encrypt(nonce, padded.ljust(size, b"\0"), row.bytes)


def _opened(stored: Withheld) -> Event:
    sealed = bytes(stored.ciphertext)
    padded = _row_key().decrypt(sealed[:12], sealed[12:], stored.id.bytes)
    plain = padded[4 : 4 + int.from_bytes(padded[:4], "big")]
    content = json.loads(plain[32:])
    return Event(stored.id, plain[:32], datetime.fromisoformat(content["at"]), content)


@dataclass(frozen=True)
class Wish:
    """A withheld event of a tender that is to be recorded for its owner (an organisation's code).

    `once` names what may happen only once in this tender (a registration of this bidder, the child
    of that commit): a second event with the same name is refused as a Conflict, whoever makes it
    and in whichever process.
    """

    tender: str
    owner: str
    kind: str
    actor: str
    at: datetime
    once: str
    data: Mapping[str, object]


def withhold(
    *, tender: str, owner: str, kind: str, actor: str, at: datetime, once: str, **data: object
) -> Event:
    """Record one withheld event."""
    row = _row(Wish(tender, owner, kind, actor, at, once, data))
    _keep([row])
    return _opened(row)


def withhold_all(wishes: Iterable[Wish]) -> None:
    """Record several withheld events with one statement: all of them, or none."""
    # In the order of the unique key, so that two processes never wait for each other in a ring.
    _keep(sorted(map(_row, wishes), key=lambda row: bytes(row.once_tag)))


def _row(wish: Wish) -> Withheld:
    if reach(wish.kind) is not Reach.WITHHELD:
        raise ValueError(f"{wish.kind} is not withheld")
    row, salt = uuid.uuid4(), secrets.token_bytes(32)
    told = {"kind": wish.kind, "tender": wish.tender, "owner": wish.owner, "actor": wish.actor}
    plain = canonical.encode({**told, "at": wish.at, **wish.data})
    return Withheld(
        id=row,
        at=start_of_day(local_date(wish.at)),
        ciphertext=_sealed(salt + plain, row),
        owner_tag=tag(b"owner", wish.tender, wish.owner),
        once_tag=tag(b"once", wish.tender, wish.once),
    )


def _keep(rows: Sequence[Withheld]) -> None:
    try:
        with transaction.atomic():
            Withheld.objects.bulk_create(rows)
    except IntegrityError as taken:
        raise Conflict("ledger.happened_already", _("此事项已经登记过，无需重复提交。")) from taken


def happened(tender: str, once: str) -> Event | None:
    """Give the event that used up this `once` name, or None."""
    stored = Withheld.objects.filter(once_tag=tag(b"once", tender, once)).first()
    return None if stored is None else _opened(stored)


def events_of_owner(tender: str, owner: str, *, only: Iterable[str] = ()) -> list[Event]:
    """Give an owner's own events in a tender, oldest first."""
    kinds = set(only)
    events = events_of_owners([(tender, owner)])[tender, owner]
    return [event for event in events if not kinds or event.kind in kinds]


def events_of_owners(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Event]]:
    """Give the same for several owners, each in its tender, in one read."""
    pair_of = {tag(b"owner", tender, owner): (tender, owner) for tender, owner in pairs}
    found: dict[tuple[str, str], list[Event]] = {pair: [] for pair in pair_of.values()}
    for row in Withheld.objects.filter(owner_tag__in=pair_of):
        found[pair_of[bytes(row.owner_tag)]].append(_opened(row))
    return {pair: _in_order(events) for pair, events in found.items()}


def events_of(tender: str) -> list[Event]:
    """Give all withheld events of a tender in order of acceptance; for closing and for the process
    that holds the key.

    Rows of closed tenders are known by their tender; of the others each is opened once in the life
    of the process.
    """
    settled = set(Resolved.objects.filter(tender=tender).values_list("row", flat=True))
    others = Withheld.objects.filter(~Exists(Resolved.objects.filter(row=OuterRef("id"))))
    waiting = set(others.values_list("id", flat=True))
    for event in _events(waiting - _tender_of.keys()):
        _tender_of[event.row] = event.content["tender"]
    return _in_order(_events(settled | {row for row in waiting if _tender_of[row] == tender}))


def events_in_tree(tender: str) -> list[Event]:
    """Give the events that the published tree holds, without a look at those of other tenders.

    A tree published before its rows were noted by tender is searched as before.
    """
    rows = list(Resolved.objects.filter(tender=tender).values_list("row", flat=True))
    return _in_order(_events(rows)) if rows else events_of(tender)


def _events(rows: Iterable[uuid.UUID]) -> Iterator[Event]:
    wanted = sorted(rows)
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        yield from _readable(Withheld.objects.filter(id__in=some))


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.at, event.row))


def _readable(rows: Iterable[Withheld]) -> Iterator[Event]:
    for row in rows:
        try:
            yield _opened(row)
        except InvalidTag as broken:
            raise RuntimeError(
                f"withheld row {row.id} does not open under the intake key"
            ) from broken


def publish_tree(*, tender: str, reveal: Iterable[str], at: datetime) -> PrivateTree:
    """Publish a tender's private tree at closing: every leaf hash in order, and the events of the
    kinds revealed.

    Registrations and downloads stay a hash for good: who took the documents is never public
    (Tendering Law art. 22).
    """
    shown = set(reveal)
    events = events_of(tender)
    hashes = [event.leaf_hash() for event in events]
    tree, made = PrivateTree.objects.get_or_create(
        tender=tender,
        defaults={
            "size": len(hashes),
            "root": merkle.root(hashes),
            "leaves": [_leaf(event, shown) for event in events],
            "published_at": at,
        },
    )
    if made:
        Resolved.objects.bulk_create(Resolved(row=event.row, tender=tender) for event in events)
    return tree


def _leaf(event: Event, shown: set[str]) -> dict[str, Any]:
    leaf: dict[str, Any] = {"hash": event.leaf_hash().hex()}
    if event.kind in shown:
        leaf |= {"salt": event.salt.hex(), "event": canonical.encode(event.content).decode()}
    return leaf

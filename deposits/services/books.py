"""Post entries to the journal: checked against the deposit's own sums, written together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from deposits import queries
from deposits.domain import journal
from deposits.domain.journal import Posting
from deposits.models import Deposit, JournalEntry, JournalLine
from kernel.errors import Conflict
from kernel.money import to_fen
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Wish:
    """An entry somebody wants in the journal of a deposit; `once` is its name for ever."""

    deposit: Deposit
    posting: Posting
    once: str
    ref: str = ""
    reverses: JournalEntry | None = None


def lock(keys: Iterable[int]) -> list[Deposit]:
    """Lock deposits in the order of their keys, so that two services never wait in a ring."""
    rows = Deposit.objects.select_for_update(of=("self",)).filter(pk__in=set(keys))
    return list(rows.select_related("tender", "lot", "bidder").order_by("pk"))


def post(wishes: Sequence[Wish], *, actor: str, at: datetime) -> list[JournalEntry]:
    """Post entries in this order, all or none; the deposits are locked by the caller, or new."""
    sums = queries.sums_of([wish.deposit.pk for wish in wishes])
    for wish in wishes:
        sums[wish.deposit.pk] = journal.after(sums[wish.deposit.pk], wish.posting)
    try:
        with transaction.atomic():
            return _write(wishes, actor, at)
    except IntegrityError as taken:
        raise Conflict("deposit.booked_already", _("这笔款项已经入账，无需重复办理。")) from taken


def _write(wishes: Sequence[Wish], actor: str, at: datetime) -> list[JournalEntry]:
    entries = JournalEntry.objects.bulk_create(
        JournalEntry(
            deposit=wish.deposit,
            kind=wish.posting.kind,
            once=wish.once,
            ref=wish.ref,
            actor=actor,
            at=at,
            reverses=wish.reverses,
        )
        for wish in wishes
    )
    JournalLine.objects.bulk_create(
        JournalLine(entry=entry, account=account, fen=to_fen(amount))
        for entry, wish in zip(entries, wishes, strict=True)
        for account, amount in wish.posting.lines.items()
    )
    return entries

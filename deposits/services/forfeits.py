"""Decide that a deposit is not given back, with article and reason, and undo it by reversal: money
is kept, a letter is claimed on.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.domain import Actor, check_text
from deposits import domain, policy, queries
from deposits.domain import claims, journal, outcomes
from deposits.models import Deposit, Forfeit
from deposits.services import books, refunds
from deposits.services.books import Wish
from deposits.services.claims import drop_claim, open_claim
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.money import from_fen
from kernel.text import gettext_noop as _
from ledger.services import record
from trading import queries as trading


@transaction.atomic
def forfeit(  # noqa: PLR0913 - whose deposit, and why
    *,
    actor: Actor,
    code: str,
    number: int,
    uscc: str,
    ground: str,
    article: str,
    reason: str,
    at: datetime,
) -> Forfeit:
    """Keep a deposit for the treasury, or claim on its guarantor; a refund still to be paid is
    stopped first.
    """
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "deposit.forfeit", tender)
    if ground not in outcomes.GROUNDS:
        raise Invalid("forfeit.ground", _("请选择不予退还的情形。"), field="ground")
    cited = check_text(article, "article", 80)
    why = check_text(reason, "reason", 300)
    deposit = books.lock([queries.deposit_for(tender, number, uscc).pk])[0]
    refunds.stop(deposit, actor=actor.ref, at=at)
    if held_of(deposit) <= 0 and covered_by(deposit, at) <= 0:
        raise Conflict(
            "forfeit.nothing_held",
            _("该保证金已经退还或没有到账，也没有尚未期满的保函可以索赔，不能再作决定。"),
        )
    return keep(deposit, ground=ground, article=cited, reason=why, actor=actor.ref, at=at)


def held_of(deposit: Deposit) -> Decimal:
    """Give what of a locked deposit is there and not on its way back."""
    return journal.owed(queries.sums_of([deposit.pk])[deposit.pk], "held")


def covered_by(deposit: Deposit, at: datetime) -> Decimal:
    """Give what a letter stands for that still holds and was not claimed on yet; nothing without
    one.
    """
    letter = getattr(deposit, "guarantee", None)
    if letter is None or letter.valid_until < local_date(at):
        return Decimal(0)
    if deposit.forfeits.filter(undone_at=None, claim__isnull=False).exists():
        return Decimal(0)
    return claims.part_of_letter(deposit.asked, held_of(deposit), letter.amount)


def keep(
    deposit: Deposit, *, ground: str, article: str, reason: str, actor: str, at: datetime
) -> Forfeit:
    """Keep what is held of a locked deposit, and claim on its guarantor what a letter stands for;
    with it is decided what it was held for.
    """
    why = {"ground": ground, "article": article, "reason": reason, "actor": actor}
    held, covered = held_of(deposit), covered_by(deposit, at)
    made = [_decide(deposit, journal.forfeited(held), held, **why, at=at)] if held > 0 else []
    if covered > 0:
        made.append(_decide(deposit, journal.claimed(covered), covered, **why, at=at))
        open_claim(made[-1])
    deposit.hold, deposit.held_at = "", None
    deposit.save(update_fields=["hold", "held_at"])
    return made[0]


def _decide(  # noqa: PLR0913 - what is kept, and why
    deposit: Deposit,
    posting: journal.Posting,
    amount: Decimal,
    *,
    ground: str,
    article: str,
    reason: str,
    actor: str,
    at: datetime,
) -> Forfeit:
    once = f"forfeit.{deposit.pk}.{deposit.forfeits.count()}"
    wish = Wish(deposit, posting, once, reason)
    entry = books.post([wish], actor=actor, at=at)
    made = Forfeit.objects.create(
        deposit=deposit,
        ground=ground,
        article=article,
        reason=reason,
        amount=amount,
        entry=entry[0],
        decided_by=actor,
        decided_at=at,
        hold=deposit.hold,
    )
    record(
        stream=domain.STREAM,
        kind="deposit.forfeited",
        actor=actor,
        at=at,
        of=deposit.tender.code,
        lot=deposit.lot.number,
        bidder=deposit.bidder.uscc,
        ground=ground,
        article=article,
        reason=reason,
        amount=f"{amount:.2f}",
        of_letter=posting.kind == "claimed",
    )
    return made


@transaction.atomic
def undo_forfeit(*, actor: Actor, code: str, key: int, reason: str, at: datetime) -> Forfeit:
    """Take a decision back by the mirror of its entry; what is due by now is due from today, and
    what was held for a decision is held for one again.
    """
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "forfeit.undo", tender)
    why = check_text(reason, "reason", 300)
    deposit = books.lock([queries.forfeit_for(tender, key).deposit_id])[0]
    made = Forfeit.objects.select_for_update(of=("self",)).select_related("entry").get(pk=key)
    if made.undone_at is not None:
        raise Conflict("forfeit.undone_already", _("这项决定已经撤销。"))
    claim = getattr(made, "claim", None)
    if claim is None or drop_claim(claim):
        lines = {line.account: from_fen(line.fen) for line in made.entry.lines.all()}
        wish = Wish(deposit, journal.reversal(lines), f"undo.{made.pk}", why, made.entry)
        books.post([wish], actor=actor.ref, at=at)
    made.undone_at, made.undo_reason = at, why
    made.save(update_fields=["undone_at", "undo_reason"])
    _hold_again(deposit, made, at)
    record(
        stream=domain.STREAM,
        kind="forfeit.undone",
        actor=actor.ref,
        at=at,
        of=code,
        forfeit=key,
        reason=why,
    )
    fate = queries.fate_of(deposit)
    if fate is not None:
        refunds.release([deposit], fate, at=at)
    return made


def _hold_again(deposit: Deposit, made: Forfeit, at: datetime) -> None:
    if made.hold and (held_of(deposit) > 0 or covered_by(deposit, at) > 0):
        deposit.hold, deposit.held_at = deposit.hold or made.hold, deposit.held_at or at
        deposit.save(update_fields=["hold", "held_at"])

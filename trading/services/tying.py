"""Draws by which an award is decided: among those an award committee voted first, and between
equals of whom nobody stands before the others (M87 54, 57, 68; rulebook 3.5, 4.8, 4.9).
"""

import base64
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from accounts.domain import SYSTEM, Actor
from kernel.calendar import end_of_day, local_date
from kernel.draw import SEED_BYTES
from ledger import private
from trading import queries
from trading.domain import scheme as schemes
from trading.domain import separation, ties
from trading.markets import method_of
from trading.models import Lot, Tender
from trading.services.telling import tell

FEWEST_EQUALS: Final = 2


def commit_draw(tender: Tender, lot: Lot, among: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Make a seed for a draw among some; give it sealed, and what is told of it before."""
    seed = os.urandom(SEED_BYTES)
    sealed = base64.b64encode(private.lock(seed, _about(tender, lot))).decode()
    return sealed, separation.commit_to(seed, among)


def drawn(
    tender: Tender, lot: Lot, actor: Actor, nonce: bytes, purpose: str
) -> tuple[str, dict[str, str]]:
    """Draw one by the seed that was committed to; give it with all that repeats the draw."""
    seed = private.unlock(base64.b64decode(lot.decision["sealed"]), _about(tender, lot))
    made = separation.draw_one(lot.decision["among"], seed=seed, nonce=nonce, purpose=purpose)
    return made.drawn[0], {
        "commit": made.commit,
        "seed": seed.hex(),
        "nonce": nonce.hex(),
        "purpose": purpose,
        "given_by": actor.name,
    }


def commit_tie(tender: Tender, lot: Lot, at: datetime) -> None:
    """Commit to the seed of a draw where several stand first in a lot and lots decide between them;
    the caller saves the lot's decision (M87 54, 57, 68).
    """
    equals = ties.firsts(queries.candidates_left(lot))
    method = method_of(tender)
    ranks = not (tender.award_way or method.second_stage or method.best_only)
    if len(equals) < FEWEST_EQUALS or not ranks:
        return
    if schemes.tie_rule(tender.scheme):
        tell(tender, "award.tied", SYSTEM, at, lot=lot.number, among=equals)
        return
    sealed, commit = commit_draw(tender, lot, equals)
    lot.decision = {"way": ties.DRAW, "sealed": sealed, **commit, "among": equals}
    tell(tender, "award.tied", SYSTEM, at, lot=lot.number, among=equals)
    tell(tender, "award.draw_committed", SYSTEM, at, lot=lot.number, **commit)


def draw_between_equals(tender: Tender, lot: Lot, actor: Actor, nonce: bytes, at: datetime) -> Lot:
    """Let lots decide who of several stands first; where the clock of silence had stopped for it,
    the purchaser has its days from here.
    """
    among = lot.decision["among"]
    purpose = ties.purpose_of(tender.code, lot.number, len(lot.passed_over) + 1)
    chosen, told = drawn(tender, lot, actor, nonce, purpose)
    kept = {"chosen": chosen, "among": among, "decided_at": at.isoformat()}
    lot.decision = {"way": ties.DRAW, **kept, **told}
    lot.save(update_fields=["decision"])
    tell(tender, "award.drawn", actor, at, lot=lot.number, **lot.decision)
    method = method_of(tender)
    silent = method.silence_confirms and not method.publicises_candidates
    if silent and tender.next_due_at is None and not queries.awaiting_draw(tender):
        last = queries.rules_of(tender, at).last_day("confirm_winner", local_date(at))
        tender.next_due_at = end_of_day(last)
        tender.save(update_fields=["next_due_at"])
    return lot


def _about(tender: Tender, lot: Lot) -> str:
    return f"award.{tender.code}.{lot.number}"

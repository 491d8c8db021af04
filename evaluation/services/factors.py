"""Draw the factor of the price score: commit before anybody bids, draw when prices are known."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from evaluation import policy
from evaluation.models import FactorDraw
from evaluation.queries import factors as queries
from kernel.draw import SEED_BYTES, commitment, read_nonce
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import Entry, record
from trading import queries as tenders
from trading.domain import award
from trading.domain import scheme as schemes
from trading.markets import words_of
from trading.models import Tender
from trading.services import open_reasons
from trading.services.draw_papers import Line, order_draw

FACTOR = _("评标系数")
DRAWING = ("opened", "evaluating")
"""When the prices may be known and no price score is."""


def commit_factor(entry: Entry) -> None:
    """Commit to a seed as soon as a document that draws a factor is public, before any bid."""
    tender = tenders.lock_tender(entry.tender)
    if not schemes.is_drawn(tender.scheme) or queries.factor_draw(tender) is not None:
        return
    seed = secrets.token_bytes(SEED_BYTES)
    made = FactorDraw.objects.create(
        tender=tender,
        commit=commitment(seed),
        sealed_seed=private.lock(seed, _about(tender.code)),
        committed_at=entry.at,
    )
    _tell(tender, "factor.committed", SYSTEM, entry.at, commit=made.commit)


@transaction.atomic
def draw_factor(*, actor: Actor, code: str, nonce: str, at: datetime) -> FactorDraw:
    """Draw a factor for each lot with the committed seed and somebody's nonce, then reveal the
    seed; what is drawn stays drawn (rulebook F9, 3.5).
    """
    tender = tenders.lock_tender(code)
    policy.require(actor, "factor.draw", tender)
    award.require_no_suspension(open_reasons(tender))
    found = FactorDraw.objects.select_for_update().filter(tender=tender).first()
    if found is None or not schemes.is_drawn(tender.scheme):
        raise Conflict("factor.none", _("本项目的评标办法没有抽取的系数。"))
    if found.drawn_at is not None:
        raise Conflict("factor.drawn", _("系数已经抽取，不能再抽。"))
    if tender.state not in DRAWING or not queries.prices_read(tender):
        raise Conflict("factor.not_yet", _("报价公布之后、计算价格分之前才能抽取系数。"))
    given, seed = read_nonce(nonce), _seed_of(found)
    lots = list(tender.lots.filter(state="open").values_list("number", flat=True))
    found.printed = schemes.factors(tender.scheme)
    again = queries.repeated(found.printed, lots, seed, given, code)
    found.factors = {str(lot): made.drawn[0] for lot, made in again.items()}
    found.nonce, found.drawn_by, found.drawn_at = given.hex(), actor.ref, at
    found.save()
    words = words_of(tender)
    order_draw(
        tender,
        name="factor",
        what=FACTOR,
        proof={"commit": found.commit, "seed": seed.hex(), "nonce": found.nonce},
        lines=[
            Line(words["lot_number"] % {"number": lot}, found.printed, made.drawn, made.purpose)
            for lot, made in again.items()
        ],
        drawn_at=at,
        at=at,
    )
    _tell(
        tender,
        "factor.drawn",
        actor,
        at,
        printed=found.printed,
        factors=found.factors,
        seed=seed.hex(),
        nonce=found.nonce,
    )
    return found


def _tell(tender: Tender, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    stream = f"evaluation.{tender.code}"
    record(stream=stream, kind=kind, actor=actor.ref, at=at, tender=tender.code, **data)


def _about(code: str) -> str:
    return f"factor.{code}"


def _seed_of(found: FactorDraw) -> bytes:
    """Give the seed that was committed to; the database alone does not give it away."""
    return private.unlock(bytes(found.sealed_seed), _about(found.tender.code))

"""The draw of the factor of the price score, for everybody to repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.domain import BIDDER, Actor
from bidding.models import Bid
from evaluation.models import FactorDraw
from kernel.draw import Draw, commitment, draw
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import queries as record
from trading.domain import scheme as schemes
from trading.models import Tender

STEP = "factor"
"""What the pipeline calls this draw, among all that a case may draw."""


def purpose_of(code: str, lot: int) -> str:
    """Name what a draw is for: each lot has one of its own, by the same seed."""
    return f"factor-draw:{code}:{lot}"


def factor_draw(tender: Tender) -> FactorDraw | None:
    """Give the draw of a tender that was committed to; None where nothing is drawn."""
    return FactorDraw.objects.filter(tender=tender).first()


def bids_in(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor's own bid was read out in this tender."""
    own = actor.organisations(BIDDER)
    return bool(own) and Bid.objects.filter(tender=tender, bidder_id__in=own, state="read").exists()


def prices_read(tender: Tender) -> bool:
    """Tell whether the opening has ended in which the prices were read out."""
    stage = "price" if tender.stages == "two" else "whole"
    ended = record.facts_of(tender.code, only=("opening.ended",))
    return any(entry.stream == f"opening.{tender.code}.{stage}" for entry in ended)


def draw_of(tender: Tender, lot: int) -> dict[str, str]:
    """Give seed, nonce and purpose as a case takes them; nothing while they are not revealed."""
    if not schemes.is_drawn(tender.scheme):
        return {}
    told = record.first_fact(tender.code, "factor.drawn")
    if told is None:
        return {}
    given = {name: told.data[name] for name in ("seed", "nonce")}
    return {**given, "purpose": purpose_of(tender.code, lot)}


def require_drawn(tender: Tender) -> None:
    """Refuse to score prices by a factor that is not drawn yet."""
    if schemes.is_drawn(tender.scheme) and not draw_of(tender, 1):
        raise Conflict(
            "factor.not_drawn",
            _("评标系数尚未抽取，不能计算价格分。请先在“系数抽取”页公开抽取。"),
        )


def repeated(
    printed: Sequence[str], lots: Sequence[int], seed: bytes, nonce: bytes, code: str
) -> dict[int, Draw]:
    """Draw one factor for each lot from the printed list; without a list the case draws itself,
    by the same seed, whose prices count.
    """
    if not printed:
        return {}
    return {
        lot: draw(
            printed, seed=seed, nonce=nonce, purpose=f"{purpose_of(code, lot)}/{STEP}", count=1
        )
        for lot in lots
    }


@dataclass(frozen=True)
class FactorLine:
    """What was drawn for one lot, and how it comes out again."""

    lot: int
    factor: str
    again: Draw


@dataclass(frozen=True)
class FactorProof:
    """What anybody needs to repeat the draw; before it, only the commitment and the list."""

    printed: Sequence[str]
    commit: str
    committed_at: datetime
    drawn_at: datetime | None
    seed: str
    nonce: str
    lines: Sequence[FactorLine]
    checks: Mapping[str, bool]


def factor_proof(tender: Tender) -> FactorProof:
    """Show the commitment, and repeat the draw from the published facts once it is made."""
    found = factor_draw(tender)
    if found is None or not schemes.is_drawn(tender.scheme):
        raise Missing("factor.none", _("本项目的评标办法没有抽取的系数。"))
    told = record.first_fact(tender.code, "factor.drawn")
    if told is None:
        printed = schemes.factors(tender.scheme)
        return FactorProof(printed, found.commit, found.committed_at, None, "", "", (), {})
    return _proof(tender, found, told.data, told.at)


def _proof(tender: Tender, found: FactorDraw, told: Mapping[str, Any], at: datetime) -> FactorProof:
    seed, nonce = bytes.fromhex(told["seed"]), bytes.fromhex(told["nonce"])
    lots = [int(lot) for lot in told["factors"]]
    again = repeated(told["printed"], lots, seed, nonce, tender.code)
    committed = record.first_fact(tender.code, "factor.committed")
    closes = tender.bids_close_at
    first = committed is not None and committed.data["commit"] == found.commit
    before = committed is not None and closes is not None and committed.at < closes
    return FactorProof(
        printed=told["printed"],
        commit=found.commit,
        committed_at=found.committed_at,
        drawn_at=at,
        seed=told["seed"],
        nonce=told["nonce"],
        lines=[FactorLine(lot, told["factors"][str(lot)], again[lot]) for lot in lots],
        checks={
            _("种子承诺在投标截止前公布"): first and before,
            _("揭示的种子与公布的承诺一致"): commitment(seed) == found.commit,
            _("系数列表与招标文件公布的一致"): list(told["printed"])
            == schemes.factors(tender.scheme),
            _("按公布的算法重算，各标段系数相同"): all(
                list(again[lot].drawn) == [told["factors"][str(lot)]] for lot in lots
            ),
        },
    )

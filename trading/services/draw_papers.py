"""The record of a draw as a paper, ordered when everybody may know the draw: with it anybody draws
again (rulebook 3.5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.draw import list_digest
from kernel.text import gettext_noop as _
from ledger import papers
from trading import queries
from trading.markets import words_of
from trading.models import Lot, Tender

AWARD: Final = _("定标抽签")


@dataclass(frozen=True)
class Line:
    """What was drawn out of a list for one lot or for the whole, under which purpose."""

    called: str
    among: Sequence[str]
    drawn: Sequence[str]
    purpose: str


def order_draw(  # noqa: PLR0913 - a draw is proved by this many parts
    tender: Tender,
    *,
    name: str,
    what: str,
    proof: Mapping[str, str],
    lines: Iterable[Line],
    drawn_at: str | datetime,
    at: datetime,
) -> None:
    """Order the record of a draw; `proof` has the commitment, the seed and the nonce."""
    words = words_of(tender)
    papers.order(
        kind="draw_record",
        subject=f"{tender.code}.{name}",
        stream=tender.stream,
        tender=tender.code,
        content={
            **queries.paper_head(tender),
            "tender": tender.code,
            "title": tender.title,
            "purchaser": tender.purchaser.name,
            "agency": tender.agency.name,
            "words": {name: words[name] for name in ("purchaser", "agency")},
            "what": what,
            "proof": {name: proof[name] for name in ("commit", "seed", "nonce")},
            "lines": [
                {
                    "called": line.called,
                    "among": list(line.among),
                    "digest": list_digest(line.among),
                    "drawn": list(line.drawn),
                    "purpose": line.purpose,
                }
                for line in lines
            ],
            "drawn_at": drawn_at,
            "issued_at": at,
        },
        at=at,
    )


def order_award_draws(tender: Tender, lots: Iterable[Lot], number: int, at: datetime) -> None:
    """Order the records of the draws that decided lots, with the notice that tells of them."""
    words = words_of(tender)
    for lot in lots:
        kept = lot.decision
        if "seed" not in kept:
            continue
        called = words["lot_number"] % {"number": lot.number}
        order_draw(
            tender,
            name=f"{lot.number}.award-{number}",
            what=AWARD,
            proof=kept,
            lines=[Line(called, kept["among"], [kept["chosen"]], kept["purpose"])],
            drawn_at=kept["decided_at"],
            at=at,
        )

"""What those who did not get a lot are written: the result, and why it is not theirs (GPR 43)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from accounts import queries as accounts
from accounts.models import Organisation
from kernel import money
from kernel.text import gettext_noop as _
from ledger import papers
from trading import queries
from trading.markets import method_of, passing_of, words_of
from trading.models import Award, Lot, Tender
from trading.services.award_papers import result_letter

RANKED: Final = _("评标排序第 %(rank)s 名")


def write_to_others(tender: Tender, made: Award, at: datetime) -> int:
    """Order a letter to everybody a lot was not awarded to; tell how many."""
    kind = method_of(tender).loser_paper
    others = [one for one in queries.bidders_of(made.lot) if one["uscc"] != made.supplier.uscc]
    for one in others if kind else ():
        bidder = accounts.organisation(one["uscc"])
        about = f"{queries.paper_subject(made)}.{bidder.uscc}"
        if method_of(tender).sells:
            content = _sale_letter(tender, made.lot, made, bidder, at)
        else:
            content = result_letter(tender, made, bidder, at)
        _order(tender, kind, about, content, at)
    return len(others) if kind else 0


def write_unsold(tender: Tender, lot: Lot, at: datetime) -> None:
    """Order a letter to everybody who offered for a lot that is not sold; where something is bought
    the failure is told by its notice alone.
    """
    kind = method_of(tender).loser_paper if method_of(tender).sells else ""
    for one in queries.bidders_of(lot) if kind else ():
        bidder = accounts.organisation(one["uscc"])
        about = f"{queries.unsold_subject(lot)}.{bidder.uscc}"
        _order(tender, kind, about, _sale_letter(tender, lot, None, bidder, at), at)


def _order(
    tender: Tender, kind: str, subject: str, content: Mapping[str, Any], at: datetime
) -> None:
    papers.order(
        kind=kind,
        subject=subject,
        stream=tender.stream,
        tender=tender.code,
        content=dict(content),
        at=at,
    )


def _sale_letter(
    tender: Tender, lot: Lot, made: Award | None, bidder: Organisation, at: datetime
) -> dict[str, Any]:
    """Say at which price a lot went, or why it did not, and what kept it from this bidder. Who has
    it is named where the result is published the same day.
    """
    words = words_of(tender)
    named = made is not None and not method_of(tender).settles
    turn = queries.turn_of(made) if made else 0
    again = f"-{turn}" if turn > 1 else ""
    return {
        **queries.paper_head(tender, lot),
        "deposit": queries.deposit_returned(tender, lot, at),
        "tender": tender.code,
        "title": tender.title,
        "lot": lot.number,
        "lot_title": lot.title,
        "lot_called": words["lot_number"] % {"number": lot.number},
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "agency_phone": tender.contact_phone or tender.agency.phone,
        "contact": tender.contact_name,
        "number": f"{tender.code}-JG-{lot.number:02d}-{bidder.uscc[-6:]}{again}",
        "winner": made.supplier.name if made and named else "",
        "amount": f"{made.price:.2f}" if made else "",
        "amount_in_capitals": money.in_capitals(made.price) if made else "",
        "failure": "" if made else lot.failure,
        "bidder": bidder.name,
        "bidder_uscc": bidder.uscc,
        "own_reason": _why(tender, lot, bidder.uscc),
        "remedy": words["result_remedy"],
        "words": {"winner": words["winner"]},
        "issued_at": at,
    }


def _why(tender: Tender, lot: Lot, uscc: str) -> str:
    """Say why a lot is not this bidder's: it fell away, it is out, or others stand before it."""
    for one in lot.passed_over:
        if one["uscc"] == uscc:
            return passing_of(tender).ground(one["ground"])
    for one in lot.excluded:
        if one["uscc"] == uscc:
            return str(one["reason"])
    rank = next(c["rank"] for c in lot.candidates if c["uscc"] == uscc)
    return RANKED % {"rank": rank}

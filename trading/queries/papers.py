"""Read the signed papers of awards: each to those it concerns."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from accounts.domain import Actor
from accounts.queries import organisations_by_code
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import papers
from ledger.papers import paper_of
from trading.markets import method_of
from trading.models import Award, Lot, Tender
from trading.queries.awards import is_result_told, told_awards, turn_of
from trading.queries.frameworks import shortlist_papers
from trading.queries.publicity import bidders_of
from trading.queries.tenders import may_read_of

if TYPE_CHECKING:
    from ledger.models import Document


def paper_subject(made: Award) -> str:
    """Name what the papers of an award are about; a later award of a lot has its own name."""
    turn, subject = turn_of(made), f"{made.lot.tender.code}.{made.lot.number}"
    return f"{subject}-{turn}" if turn > 1 else subject


def unsold_subject(lot: Lot) -> str:
    """Name what the letters of a lot that was not sold are about: no award has this turn."""
    return f"{lot.tender.code}.{lot.number}-0"


def award_papers(actor: Actor, tender: Tender) -> list[dict[str, Any]]:
    """List the notices and letters an actor may read, made or still being made."""
    found: list[dict[str, Any]] = []
    method = method_of(tender)
    # Where a price is settled first, who has it is nobody's news before its result.
    shown = is_result_told(tender) or may_read_of(actor, tender, "")

    def others(made: Award) -> Iterable[tuple[str, str]]:
        if not method.loser_paper or (method.settles and not shown):
            return ()
        return _losers(method.loser_paper, made).items()

    for made in told_awards(tender):
        subject = paper_subject(made)
        certificate = [("transaction_certificate", subject)] if method.settles else []
        winner = made.supplier
        for kind, about, uscc, name in [
            (method.winner_paper, subject, winner.uscc, winner.name),
            *((kind, about, winner.uscc, winner.name) for kind, about in certificate),
            *((method.loser_paper, f"{subject}.{u}", u, name) for u, name in others(made)),
        ]:
            if may_read_of(actor, tender, uscc):
                paper = paper_of(kind, about)
                if paper is None and kind == "transaction_certificate":
                    continue
                ready = paper is not None and paper.document_id is not None
                listed = {"kind": kind, "subject": about, "lot": made.lot, "to": name}
                listed["is_void"] = made.voided_at is not None
                found.append({**listed, "ready": ready})
    return [*found, *_unsold_papers(actor, tender), *_shortlist_papers(actor, tender)]


def _unsold_papers(actor: Actor, tender: Tender) -> Iterator[dict[str, Any]]:
    """List what those who offered for a lot were written that was not sold."""
    method = method_of(tender)
    lots = tender.lots.filter(state="failed") if method.sells and method.loser_paper else ()
    for lot in lots:
        for one in bidders_of(lot):
            about = f"{unsold_subject(lot)}.{one['uscc']}"
            paper = paper_of(method.loser_paper, about)
            if paper is not None and may_read_of(actor, tender, one["uscc"]):
                listed = {"kind": method.loser_paper, "subject": about, "lot": lot}
                yield {**listed, "to": one["name"], "ready": paper.document_id is not None}


def _shortlist_papers(actor: Actor, tender: Tender) -> Iterator[dict[str, Any]]:
    """List what those of a shortlist, and the others, were written."""
    for kind, lot, uscc, name in shortlist_papers(tender):
        if may_read_of(actor, tender, uscc):
            subject = f"{tender.code}.{lot.number}.{uscc}"
            paper = paper_of(kind, subject)
            ready = paper is not None and paper.document_id is not None
            yield {"kind": kind, "subject": subject, "lot": lot, "to": name, "ready": ready}


def _losers(kind: str, made: Award) -> dict[str, str]:
    """Give the names of those who did not win, by their code: a letter that was written stays
    theirs, whatever becomes of the lot.
    """
    rows = bidders_of(made.lot)
    found = {row["uscc"]: row["name"] for row in rows if row["uscc"] != made.supplier.uscc}
    letters = papers.subjects_within(kind, paper_subject(made))
    written = {subject.rpartition(".")[2] for subject in letters} - found.keys()
    return found | {code: one.name for code, one in organisations_by_code(written).items()}


def award_paper(actor: Actor, tender: Tender, kind: str, subject: str) -> "Document":
    """Give the signed file of a notice or letter to those it concerns."""
    for listed in award_papers(actor, tender):
        if (listed["kind"], listed["subject"]) == (kind, subject) and listed["ready"]:
            paper = paper_of(kind, subject)
            if paper is not None and paper.document is not None:
                return paper.document
    raise Missing("paper.missing", _("没有这份文书，或尚在签发。"))


def public_paper(kind: str, subject: str) -> "Document | None":
    """Give the signed file of a paper that anybody may read; None while it is being made."""
    paper = paper_of(kind, subject)
    if paper is None:
        raise Missing("paper.missing", _("没有这份文书，或尚在签发。"))
    return paper.document

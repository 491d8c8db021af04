"""Read awards, contracts, challenges, and what their notices must say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from ledger import private
from ledger import queries as record
from ledger.papers import paper_of
from trading.domain import CHALLENGE
from trading.domain.remedies import Standing, last_day_to_file
from trading.markets import method_of
from trading.models import Award, Challenge, Contract, Lot, Tender
from trading.queries.rules import rules_of
from trading.queries.tenders import bidder_of, party, registered_lots

if TYPE_CHECKING:
    from ledger.models import Document


@dataclass(frozen=True)
class ChallengeMark:
    """That a challenge was raised, about what, where it stands: neither by whom nor its text."""

    code: str
    about: str
    lot: int | None
    state: str
    filed_at: datetime
    answer_due: date

    @property
    def title(self) -> str:
        """Say what the challenge is about."""
        return str(Challenge.About(self.about).label)


def result_fields(tender: Tender, awards: Sequence[Award]) -> dict[str, Any]:
    """Give what a result announcement must name (GPR 43): parties, winner, amount, main items,
    experts.
    """
    return {
        "code": tender.code,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "experts": tender.experts,
        "lots": [_result_lot(made) for made in awards],
        "failed": [
            {"number": lot.number, "title": lot.title, "reason": lot.failure}
            for lot in tender.lots.filter(state="failed")
        ],
        "text_digest": tender.text_digest,
    }


def _result_lot(made: Award) -> dict[str, Any]:
    won: dict[str, Any] = next((c for c in made.lot.candidates if c["bid"] == made.bid), {})
    return {
        "number": made.lot.number,
        "title": made.lot.title,
        "supplier": party(made.supplier),
        "amount": f"{made.price:.2f}",
        "capitals": in_capitals(made.price),
        "total": made.total,
        "rank": made.rank,
        "reason": made.reason,
        "items": won.get("items") or made.lot.items,
        "declarations": won.get("declarations", []),
        "delivery": made.lot.delivery,
        **(_judged(made) if method_of(made.lot.tender).is_sealed else _sold(made)),
    }


def _judged(made: Award) -> dict[str, Any]:
    return {
        "candidates": [
            {"rank": c["rank"], "name": c["name"], "total": c["total"], "price": c["price"]}
            for c in made.lot.candidates
        ]
    }


def _sold(made: Award) -> dict[str, Any]:
    """Say what it was worth and offered at; who bid and lost stays untold, they are codes."""
    return {"budget": f"{made.lot.budget:.2f}", "start_price": f"{made.lot.start_price:.2f}"}


def contract_fields(contract: Contract) -> dict[str, Any]:
    """Give what a contract announcement names (GPR 50)."""
    lot, tender = contract.lot, contract.lot.tender
    return {
        "lot": lot.number,
        "lot_title": lot.title,
        "purchaser": party(tender.purchaser),
        "supplier": party(contract.supplier),
        "amount": f"{contract.amount:.2f}",
        "capitals": in_capitals(contract.amount),
        "signed_at": contract.signed_at,
        "sha256": contract.document.digest if contract.document else "",
        "delivery": lot.delivery,
    }


def contract_of(tender: Tender, number: int) -> Contract:
    """Give the contract of a lot once it is due."""
    found = (
        Contract.objects.filter(lot__tender=tender, lot__number=number)
        .select_related("lot__tender", "supplier", "document")
        .first()
    )
    if found is None:
        raise Missing("contract.missing", _("该采购包没有待签订的合同。"))
    return found


def contracts_of(tender: Tender) -> QuerySet[Contract]:
    """List the contracts of a tender by lot."""
    rows = Contract.objects.filter(lot__tender=tender)
    return rows.select_related("lot__tender", "supplier", "document").order_by("lot__number")


def challenges_visible_to(actor: Actor) -> QuerySet[Challenge]:
    """List the challenges an actor may read: its own, those addressed to it, and for oversight
    (rulebook 1.3).
    """
    rows = Challenge.objects.select_related("tender", "filer", "lot")
    if actor.has(REGULATOR, AUDITOR):
        return rows
    return rows.filter(
        Q(filer_id__in=actor.organisations(BIDDER))
        | Q(tender__purchaser_id__in=actor.organisations(PURCHASER))
        | Q(tender__agency_id__in=actor.organisations(AGENCY))
    )


def challenge_marks(tender: Tender) -> list[ChallengeMark]:
    """Give what oversight without a part in them may know of a tender's challenges."""
    rows = tender.challenges.select_related("lot").order_by("-filed_at")
    return [
        ChallengeMark(
            code=found.code,
            about=found.about,
            lot=found.lot.number if found.lot else None,
            state=found.state,
            filed_at=found.filed_at,
            answer_due=found.answer_due,
        )
        for found in rows
    ]


def challenge_marks_for(actor: Actor, tender: Tender) -> list[ChallengeMark] | None:
    """Give the centre's staff the marks of a tender's challenges; None to whom none are due."""
    return challenge_marks(tender) if actor.has(CENTRE_OPS) else None


def challenge_for(actor: Actor, tender: Tender, number: str) -> Challenge:
    """Give a challenge to an actor who may read it."""
    found = challenges_visible_to(actor).filter(tender=tender, code=number).first()
    if found is None:
        raise Missing("challenge.missing", _("没有这份质疑，或您无权查看。"))
    return found


def standing(actor: Actor, tender: Tender, filer: Organisation, about: str) -> Standing:
    """Give what decides whether this supplier may challenge this."""
    closed = record.first_fact(tender.code, "tender.closed")
    result = tender.notices.filter(kind="result").order_by("-number").first()
    pending = tender.challenges.filter(filer=filer, about=about, state__in=("filed", "accepted"))
    return Standing(
        rules=rules_of(tender, tender.drafted_at),
        about=about,
        state=tender.state,
        registered=bool(registered_lots(actor, tender)),
        took_part=closed is not None and took_part(tender, filer.uscc),
        announced_at=tender.published_at,
        closed_at=closed.at if closed else None,
        evaluated_at=tender.evaluated_at,
        result_at=result.published_at if result else None,
        same_matter_open=pending.exists(),
    )


def took_part(tender: Tender, uscc: str) -> bool:
    """Tell whether a supplier's bid was live at closing, by its own withheld events."""
    kinds = ("bid.submitted", "bid.replaced", "bid.withdrawn")
    last: dict[Any, str] = {}
    for event in private.events_of_owner(tender.code, uscc, only=kinds):
        last[event.content.get("lot")] = event.kind
    return any(kind != "bid.withdrawn" for kind in last.values())


def challenge_events(challenge: Challenge) -> tuple[str, ...]:
    """List what may still happen to a challenge in its state."""
    return CHALLENGE.events(challenge.state)


def challenge_windows(actor: Actor, tender: Tender, at: datetime) -> list[dict[str, Any]]:
    """Say for each thing that can be challenged until when it can be."""
    filer, today = bidder_of(actor), local_date(at)
    ends = [
        (about, title, last_day_to_file(standing(actor, tender, filer, about)))
        for about, title in Challenge.About.choices
    ]
    return [
        {
            "about": about,
            "title": title,
            "until": last,
            "over": last is not None and last < today,
            "is_open": last is not None and today <= last,
        }
        for about, title, last in ends
    ]


def told_awards(tender: Tender) -> QuerySet[Award]:
    """Give the awards that were announced, by lot."""
    return Award.objects.filter(lot__tender=tender, notified_at__isnull=False).order_by("lot")


def award_papers(actor: Actor, tender: Tender) -> list[dict[str, Any]]:
    """List the notices and letters an actor may read, made or still being made."""
    found: list[dict[str, Any]] = []
    method = method_of(tender)

    def others(made: Award) -> Iterable[tuple[str, str]]:
        return _losers(made).items() if method.loser_paper else ()

    for made in told_awards(tender):
        subject = f"{tender.code}.{made.lot.number}"
        for kind, about, uscc, name in [
            (method.winner_paper, subject, made.supplier.uscc, made.supplier.name),
            *((method.loser_paper, f"{subject}.{u}", u, name) for u, name in others(made)),
        ]:
            if _may_read(actor, tender, uscc):
                paper = paper_of(kind, about)
                ready = paper is not None and paper.document_id is not None
                listed = {"kind": kind, "subject": about, "lot": made.lot, "to": name}
                found.append({**listed, "ready": ready})
    return found


def award_paper(actor: Actor, tender: Tender, kind: str, subject: str) -> "Document":
    """Give the signed file of a notice or letter to those it concerns."""
    for listed in award_papers(actor, tender):
        if (listed["kind"], listed["subject"]) == (kind, subject) and listed["ready"]:
            paper = paper_of(kind, subject)
            if paper is not None and paper.document is not None:
                return paper.document
    raise Missing("paper.missing", _("没有这份文书，或尚在签发。"))


def _losers(made: Award) -> dict[str, str]:
    """Give the names of those who did not win, by their code."""
    rows = [*made.lot.candidates, *made.lot.excluded]
    return {row["uscc"]: row["name"] for row in rows if row["uscc"] != made.supplier.uscc}


def _may_read(actor: Actor, tender: Tender, uscc: str) -> bool:
    if actor.has(REGULATOR, AUDITOR) or actor.has_for(tender.purchaser_id, PURCHASER):
        return True
    if actor.has_for(tender.agency_id, AGENCY):
        return True
    return bool(actor.organisations(BIDDER)) and bidder_of(actor).uscc == uscc


def lots_with_candidates(actor: Actor, tender: Tender) -> list[Lot]:
    """List the lots with their ranked candidates, prices as amounts; of an auction only those whose
    sale it is, and oversight, learn who else bid.
    """
    lots = list(tender.lots.select_related("award__supplier"))
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    is_whole = method_of(tender).is_sealed or side or actor.has(REGULATOR, AUDITOR)
    for lot in lots:
        told = lot.candidates if is_whole else lot.candidates[:1]
        lot.ranked = [{**c, "price": Decimal(c["price"])} for c in told]  # type: ignore[attr-defined]
    return lots

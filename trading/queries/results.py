"""Read awards, contracts, challenges, and what their notices must say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.domain import AGENCY, AUDITOR, BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from ledger import private
from ledger import queries as record
from ledger.papers import paper_of
from trading.domain import CHALLENGE, agreement, ceilings, settlement
from trading.domain.market import Method
from trading.domain.passing import GROUNDS
from trading.domain.remedies import CHALLENGES, Standing, last_day_to_file
from trading.domain.settlement import Owed, Promised
from trading.markets import lifecycle_of, method_of, remedy_of
from trading.models import Award, Challenge, Contract, Lot, PriceQuestion, Tender
from trading.queries.frameworks import shortlist_fields, shortlist_papers
from trading.queries.parties import party
from trading.queries.prequalification import own_filed
from trading.queries.publicity import recommended, without_order
from trading.queries.reserves import told_reserves
from trading.queries.rules import rules_of
from trading.queries.sources import source_if_any
from trading.queries.tenders import bidder_in, own_codes, registered_lots

if TYPE_CHECKING:
    from ledger.models import Document

ANEW: Final = ("reevaluation", "repricing", "passed_over")
"""The notices after which what may be raised is another result, another disclosure."""


@dataclass(frozen=True)
class ChallengeMark:
    """That a challenge was raised, about what, where it stands: neither by whom nor its text."""

    code: str
    about: str
    title: str
    lot: int | None
    state: str
    filed_at: datetime
    answer_due: date


def promises_of(lot: Lot, uscc: str) -> list[dict[str, str]]:
    """List what a taker promised beside the price, in the order in which the notice weighs it."""
    won: dict[str, Any] = next((c for c in lot.candidates if c["uscc"] == uscc), {})
    offer, weighed = won.get("offer", {}), lot.auction.get("weights", {}).get("items", ())
    titles = {item["code"]: item["code"] for item in weighed} | ceilings.PROMISED
    return [{"title": title, "value": offer[n]} for n, title in titles.items() if n in offer]


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
        "lots": [_result_lot(made) for made in awards] or shortlist_fields(tender),
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
        "total": "" if made.lot.tender.award_way else made.total,
        "rank": "" if made.lot.tender.award_way else made.rank,
        "reason": made.reason,
        "items": won.get("items") or made.lot.items,
        "declarations": won.get("declarations", []),
        "delivery": made.lot.delivery,
        **(_judged(made) if method_of(made.lot.tender).is_sealed else _sold(made)),
    }


def _judged(made: Award) -> dict[str, Any]:
    """Say who came where and at which price; of talks, nobody's price but the winner's (GPL 38)."""
    tells = method_of(made.lot.tender).reads_out
    return {
        "candidates": [
            {
                "rank": c["rank"],
                "name": c["name"],
                "total": c["total"],
                **({"price": c["price"]} if tells or c["bid"] == made.bid else {}),
            }
            for c in _shown_candidates(made.lot)
        ]
    }


def _shown_candidates(lot: Lot) -> list[dict[str, Any]]:
    return without_order(lot) if lot.tender.award_way else recommended(lot)


def _sold(made: Award) -> dict[str, Any]:
    """Say what it was worth and offered at; who bid and lost stays untold, they are codes."""
    return {
        "budget": f"{made.lot.budget:.2f}",
        "start_price": f"{made.lot.start_price:.2f}",
        "promises": promises_of(made.lot, made.supplier.uscc),
    }


def agreed_by(tender: Tender, lot: Lot) -> dict[str, str]:
    """Say by whom, and in which of the law's cases, a transfer by agreement was approved."""
    if not method_of(tender).is_agreed:
        return {}
    said = lot.particulars
    return {"approver": said["approver"], "ground": agreement.GROUNDS[said["ground"]]}


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


def contract_by_key(tender: Tender, key: int) -> Contract:
    """Give a contract of a tender, one that was voided too."""
    rows = Contract.every.select_related("lot__tender", "supplier")
    return rows.get(lot__tender=tender, pk=key)


def contracts_of(tender: Tender) -> QuerySet[Contract]:
    """List the contracts of a tender by lot."""
    rows = Contract.objects.filter(lot__tender=tender)
    return rows.select_related("lot__tender", "supplier", "document").order_by("lot__number")


def owed(contract: Contract) -> Owed:
    """Give what a signed contract still asks for."""
    paid = contract.payments.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    signed = local_date(contract.signed_at) if contract.signed_at else contract.due_on
    return Owed(contract.amount, paid, signed, contract.rest_due_on)


def promised(contract: Contract) -> Promised | None:
    """Give what a signed contract binds its taker to pay by when, where no exchange takes it."""
    tender = contract.lot.tender
    if contract.signed_at is None or method_of(tender).settles:
        return None
    signed, rules = local_date(contract.signed_at), rules_of(tender, contract.signed_at)
    return settlement.promised(contract.amount, signed, rules)


def challenges_visible_to(actor: Actor) -> QuerySet[Challenge]:
    """List the challenges an actor may read: its own, those addressed to it, and for oversight
    (rulebook 1.3).
    """
    rows = Challenge.objects.select_related("tender", "filer", "filed_by", "lot")
    if actor.has(REGULATOR, AUDITOR):
        return rows
    return rows.filter(
        _own_challenges(actor)
        | Q(tender__purchaser_id__in=actor.organisations(PURCHASER))
        | Q(tender__agency_id__in=actor.organisations(AGENCY))
    )


def _own_challenges(actor: Actor) -> Q:
    """Narrow challenges to those of the actor's organisations, and its own as a person."""
    of_organisations = Q(filer_id__in=actor.organisations(BIDDER))
    if not actor.is_known:
        return of_organisations
    return of_organisations | Q(filer=None, filed_by_id=actor.person_id)


def waiting_for_answer(actor: Actor) -> QuerySet[Challenge]:
    """List what the actor raised and has no answer to yet, the nearest first."""
    rows = Challenge.objects.filter(_own_challenges(actor), state__in=("filed", "accepted"))
    return rows.select_related("tender").order_by("answer_due")


def filer_in(actor: Actor, tender: Tender) -> Organisation | None:
    """Give the organisation an actor raises something for; None where it is a person alone."""
    return bidder_in(actor, tender) if actor.organisations(BIDDER) else None


def challenge_marks(tender: Tender) -> list[ChallengeMark]:
    """Give what oversight without a part in them may know of a tender's challenges."""
    rows = tender.challenges.select_related("lot").order_by("-filed_at")
    return [
        ChallengeMark(
            code=found.code,
            about=found.about,
            title=found.about_title,
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


def standing(actor: Actor, tender: Tender, filer: Organisation | None, about: str) -> Standing:
    """Give what decides whether this supplier, or a person for none, may challenge this."""
    closed = record.first_fact(tender.code, "tender.closed")
    result = tender.notices.filter(kind="result").order_by("-number").first()
    return Standing(
        rules=rules_of(tender, tender.drafted_at),
        remedy=remedy_of(tender) or CHALLENGES,
        bids_close_at=tender.bids_close_at if tender.state == "announced" else None,
        publicity_until=_publicity_until(tender),
        applications_close_at=(
            tender.prequalification_close_at if tender.state == "prequalifying" else None
        ),
        called_at=tender.published_at if tender.state == "prequalifying" else None,
        about=about,
        state=tender.state,
        registered=bool(registered_lots(actor, tender)),
        took_part=bool(filer and closed and took_part(tender, filer.uscc)),
        announced_at=_announced_at(tender),
        closed_at=closed.at if closed else None,
        evaluated_at=tender.evaluated_at,
        result_at=result.published_at if result else None,
        told_passing_on=_told_passing_on(actor, tender),
        same_matter_raised=_raised(actor, tender, filer, about),
        is_organisation=filer is not None,
    )


def _told_passing_on(actor: Actor, tender: Tender) -> date | None:
    """Give the day on which an applicant was told that it did not pass, while it may still be let
    in; whoever passed has nothing to object to, and would hold the bidding still.
    """
    if method_of(tender).prequalification is None or tender.state != "announced":
        return None
    filed, _turns = own_filed(actor, tender)
    if filed is None or filed.decided_at is None or filed.verdict is None:
        return None
    return None if filed.verdict.passed else local_date(filed.decided_at)


def _publicity_until(tender: Tender) -> date | None:
    """Give until when something stands before the public now: candidates, or a sole supplier."""
    if tender.state == "source_publicity":
        source = source_if_any(tender)
        return source.publicity_until if source else None
    return tender.publicity_until if tender.state == "candidate_publicity" else None


def _announced_at(tender: Tender) -> datetime | None:
    """Give since when the documents can be known: of a sole supplier, from its invitation; where
    there was a prequalification, from its end.
    """
    method = method_of(tender)
    if not method.invites_sole and method.prequalification is None:
        return tender.published_at
    sent = tender.notices.filter(kind="tender").first()
    return sent.published_at if sent else None


def _raised(actor: Actor, tender: Tender, filer: Organisation | None, about: str) -> bool:
    """Tell whether a supplier or a person raised this before, taken back or not: it is raised once,
    or filing and taking back would hold a tender still for ever. What was rejected for its form may
    be mended; a new evaluation or a new disclosure may be raised anew.
    """
    who = Q(filer=filer) if filer else Q(filer=None, filed_by_id=actor.person_id)
    raised = tender.challenges.filter(who, about=about).exclude(state="rejected")
    anew = tender.notices.filter(kind__in=ANEW).order_by("-number").first()
    return bool((raised.filter(filed_at__gt=anew.published_at) if anew else raised).exists())


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


def redone_if_upheld(challenge: Challenge) -> str:
    """Name the move that follows when a challenge is found right; none where nothing is redone."""
    remedy, tender = remedy_of(challenge.tender), challenge.tender
    matter = remedy.matters.get(challenge.about) if remedy else None
    event = matter.upheld if matter else ""
    return event if event and lifecycle_of(tender).allows(tender.state, event) else ""


def challenge_windows(actor: Actor, tender: Tender, at: datetime) -> list[dict[str, Any]]:
    """Say for each thing that can be challenged until when it can be."""
    filer, today = filer_in(actor, tender), local_date(at)
    remedy = remedy_of(tender) or CHALLENGES
    ends = [
        (about, matter.title, last_day_to_file(standing(actor, tender, filer, about)))
        for about, matter in remedy.matters.items()
        if filer or matter.filer == "public"
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


def is_result_told(tender: Tender) -> bool:
    """Tell whether everybody may know who won; where the price is settled first, after that. What
    was published stays public when a lot is decided anew.
    """
    untold = {"evaluated", "priced", "winner_confirmed"}
    if method_of(tender).settles:
        untold |= {"contracted", "settled", "certified"}
    return tender.state not in untold or has_result(tender)


def has_result(tender: Tender) -> bool:
    """Tell whether a result was published, of the tender or of some of its lots."""
    return tender.notices.filter(kind="result").exists()


def contracts_for(actor: Actor, tender: Tender) -> list[Contract]:
    """List the contracts an actor may know of: all once the result is told, before that its own."""
    rows = contracts_of(tender).prefetch_related("payments")
    told = is_result_told(tender)
    return [row for row in rows if told or _may_read(actor, tender, row.supplier.uscc)]


def told_awards(tender: Tender) -> QuerySet[Award]:
    """Give the awards whose winners have been told, by lot: with the result, or before it where a
    price is settled first and a contract is due already; those that were voided since too.
    """
    due = Contract.every.filter(lot=OuterRef("lot"), supplier=OuterRef("supplier"))
    told = Q(notified_at__isnull=False) | Exists(due)
    return Award.every.filter(told, lot__tender=tender).order_by("lot", "pk")


def turn_of(made: Award) -> int:
    """Tell the how manieth award of its lot this is: whoever had one before fell away."""
    return 1 + Award.every.filter(lot=made.lot, pk__lt=made.pk).count()


def paper_subject(made: Award) -> str:
    """Name what the papers of an award are about; a later award of a lot has its own name."""
    turn, subject = turn_of(made), f"{made.lot.tender.code}.{made.lot.number}"
    return f"{subject}-{turn}" if turn > 1 else subject


def award_papers(actor: Actor, tender: Tender) -> list[dict[str, Any]]:
    """List the notices and letters an actor may read, made or still being made."""
    found: list[dict[str, Any]] = []
    method = method_of(tender)

    def others(made: Award) -> Iterable[tuple[str, str]]:
        return _losers(made).items() if method.loser_paper else ()

    for made in told_awards(tender):
        subject = paper_subject(made)
        certificate = [("transaction_certificate", subject)] if method.settles else []
        winner = made.supplier
        for kind, about, uscc, name in [
            (method.winner_paper, subject, winner.uscc, winner.name),
            *((kind, about, winner.uscc, winner.name) for kind, about in certificate),
            *((method.loser_paper, f"{subject}.{u}", u, name) for u, name in others(made)),
        ]:
            if _may_read(actor, tender, uscc):
                paper = paper_of(kind, about)
                if paper is None and kind == "transaction_certificate":
                    continue
                ready = paper is not None and paper.document_id is not None
                listed = {"kind": kind, "subject": about, "lot": made.lot, "to": name}
                listed["is_void"] = made.voided_at is not None
                found.append({**listed, "ready": ready})
    return [*found, *_shortlist_papers(actor, tender)]


def _shortlist_papers(actor: Actor, tender: Tender) -> Iterator[dict[str, Any]]:
    """List what those of a shortlist, and the others, were written."""
    for kind, lot, uscc, name in shortlist_papers(tender):
        if _may_read(actor, tender, uscc):
            subject = f"{tender.code}.{lot.number}.{uscc}"
            paper = paper_of(kind, subject)
            ready = paper is not None and paper.document_id is not None
            yield {"kind": kind, "subject": subject, "lot": lot, "to": name, "ready": ready}


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


def _losers(made: Award) -> dict[str, str]:
    """Give the names of those who did not win, by their code."""
    rows = [*made.lot.candidates, *made.lot.excluded]
    return {row["uscc"]: row["name"] for row in rows if row["uscc"] != made.supplier.uscc}


def _may_read(actor: Actor, tender: Tender, uscc: str) -> bool:
    if actor.has(REGULATOR, AUDITOR) or actor.has_for(tender.purchaser_id, PURCHASER):
        return True
    if actor.has_for(tender.agency_id, AGENCY):
        return True
    return uscc in own_codes(actor)


def lots_with_candidates(actor: Actor, tender: Tender) -> list[Lot]:
    """List the lots with their ranked candidates, prices as amounts; of an auction only those whose
    sale it is, and oversight, learn who else bid, and of talks what else was quoted.
    """
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    method, close = method_of(tender), side or actor.has(REGULATOR, AUDITOR)
    # A winner who takes the place of another is nobody's news before its own result.
    made = Award.objects.all() if close else told_awards(tender)
    lots = list(tender.lots.prefetch_related(Prefetch("awards", made)))
    floors = told_reserves(tender) if method.keeps_reserve else {}
    for lot in lots:
        lot.passed_over = [{**one, "said": GROUNDS[one["ground"]]} for one in lot.passed_over]
        lot.floor_told = floors.get(lot.number)  # type: ignore[attr-defined]
        won = lot.award.bid if lot.award else ""
        shortlisted = set(lot.agreements.values_list("bid", flat=True))
        lot.ranked = [  # type: ignore[attr-defined]
            {
                **c,
                "price": Decimal(c["price"]),
                "promises": promises_of(lot, c["uscc"]),
                "shortlisted": c["bid"] in shortlisted,
            }
            if close or _is_told(method, c, won)
            else {**c, "price": None}
            for c in _told(lot, is_side=close)
        ]
    return lots


def _told(lot: Lot, *, is_side: bool) -> list[dict[str, Any]]:
    """Give the ranking as far as a reader may know it: all to those whose tender it is and to
    oversight; else the candidates, and of an auction the best alone.
    """
    ranked: list[dict[str, Any]] = lot.candidates
    if lot.tender.award_way and ranked:
        shown = without_order(lot)
        if is_side or lot.tender.state != "evaluated":
            return shown
        return [{**c, "is_chosen": False} for c in sorted(shown, key=lambda c: str(c["uscc"]))]
    if is_side:
        return ranked
    if not method_of(lot.tender).is_sealed and not _was_named(lot):
        return []
    return recommended(lot) if method_of(lot.tender).is_sealed else ranked[:1]


def _was_named(lot: Lot) -> bool:
    """Tell whether a lot that failed had its taker published before: else nobody names it."""
    if lot.state != "failed":
        return True
    return Award.every.filter(lot=lot, notified_at__isnull=False).exists()


def _is_told(method: Method, candidate: Mapping[str, Any], won: str) -> bool:
    """Tell whether everybody may read what a candidate offered."""
    return method.reads_out or candidate["bid"] == won


def questions_for(actor: Actor, tender: Tender) -> list[PriceQuestion]:
    """List the low offers an actor may know were asked about: its own; all to the purchasing side
    and oversight.
    """
    rows = PriceQuestion.objects.filter(lot__tender=tender).select_related("supplier", "lot")
    return [one for one in rows if _may_read(actor, tender, one.supplier.uscc)]

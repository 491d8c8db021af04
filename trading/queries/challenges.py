"""Read challenges and objections: who may read which, and who may still raise what."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger import queries as record
from trading.domain import CHALLENGE
from trading.domain.redress import WAYS
from trading.domain.remedies import CHALLENGES, Standing, last_day_to_file
from trading.markets import lifecycle_of, method_of, remedy_of
from trading.models import Challenge, Tender
from trading.queries.gates import own_filed
from trading.queries.redress import redress_ways
from trading.queries.rules import rules_of
from trading.queries.sources import source_if_any
from trading.queries.tenders import bidder_in, registered_lots

ANEW: Final = ("reevaluation", "repricing", "passed_over", "disqualified")
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


def challenge_events(challenge: Challenge) -> tuple[str, ...]:
    """List what may still happen to a challenge in its state."""
    return CHALLENGE.events(challenge.state)


def redone_if_upheld(challenge: Challenge) -> str:
    """Name what follows by itself when a challenge is found right: a move, or what is undone unless
    something else is said; none where nothing is.
    """
    remedy, tender = remedy_of(challenge.tender), challenge.tender
    matter = remedy.matters.get(challenge.about) if remedy else None
    if matter is None:
        return ""
    if matter.upheld in WAYS:
        if challenge.lot is not None and challenge.lot.state not in {"open", "awarded"}:
            return ""
        return matter.upheld if matter.upheld in redress_ways(tender) else ""
    return matter.effect(partial(lifecycle_of(tender).allows, tender.state))


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
        proposals_close_at=tender.proposals_close_at if tender.state == "proposing" else None,
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
    something stood before the call, from its end.
    """
    method = method_of(tender)
    if not method.invites_sole and method.gate is None:
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

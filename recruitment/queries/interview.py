"""The interview: its panel, who is up, and what was told on the spot."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.domain import Actor
from accounts.models import User
from evaluation.queries.experts import experts_free_of
from ledger import private
from recruitment.domain import scoring
from recruitment.models import Applicant, Examiner, Panel
from trading.markets import method_of
from trading.models import Lot, Tender


@dataclass(frozen=True)
class Turn:
    """A candidate in the order drawn: what was told of them, or that they are up now."""

    applicant: Applicant
    marks: tuple[Decimal, ...]
    is_up: bool


def panel_of(tender: Tender) -> Panel | None:
    """Give the panel of a recruitment, once it is committed."""
    return Panel.objects.filter(tender=tender).first()


def seated(panel: Panel) -> list[Examiner]:
    """List who sits: in the order drawn, those who did not step aside."""
    rows = panel.examiners.filter(recusal="").select_related("person").order_by("place")
    return list(rows[: panel.size])


def seats_of_panel(tender: Tender) -> list[Examiner]:
    """List who sits on the panel of a recruitment; nobody before the draw."""
    panel = panel_of(tender)
    return [] if panel is None else seated(panel)


def own_seat(actor: Actor, tender: Tender) -> Examiner | None:
    """Give the actor's own seat on the panel."""
    if not actor.is_known:
        return None
    return next(
        (seat for seat in seats_of_panel(tender) if seat.person_id == actor.person_id), None
    )


def pool_of(tender: Tender) -> list[str]:
    """List the experts who may be drawn, by code: none that works for, acts for or has an interest
    in the unit or its agency, and none who applied.
    """
    applied = User.objects.filter(applications__tender=tender)
    free = experts_free_of((tender.purchaser_id, tender.agency_id)).exclude(person__in=applied)
    return list(free.values_list("code", flat=True))


def seed_of(panel: Panel) -> bytes:
    """Open the seed that was committed; the database alone does not give it away."""
    return private.unlock(bytes(panel.sealed_seed), f"panel/{panel.tender.code}")


def candidates_of(tender: Tender) -> list[Applicant]:
    """List who is called up, post by post in the order drawn, who stayed away among them."""
    rows = Applicant.objects.filter(tender=tender).exclude(turn=None).select_related("lot")
    return list(rows.order_by("lot__number", "turn"))


def first_score(applicant: Applicant) -> Decimal | None:
    """Give the score that the method adds to the interview, as far as there is one."""
    kind = method_of(applicant.tender).first_score
    return {"written": applicant.written, "appraisal": applicant.appraisal}.get(kind)


def told_first_score(applicant: Applicant) -> dict[str, str]:
    """Give that score under its own name, as it is published; nothing where there is none."""
    score = first_score(applicant)
    return {} if score is None else {method_of(applicant.tender).first_score: f"{score:.2f}"}


def unappraised(tender: Tender) -> list[Applicant]:
    """List who still waits for the votes of their colleagues, where there is such a vote."""
    return [applicant for applicant in _voted_on(tender) if applicant.appraisal is None]


def appraised(tender: Tender) -> list[Applicant]:
    """List those whose votes were entered, while they still compete."""
    return [applicant for applicant in _voted_on(tender) if applicant.appraisal is not None]


def _voted_on(tender: Tender) -> list[Applicant]:
    if method_of(tender).first_score != "appraisal":
        return []
    rows = Applicant.objects.filter(tender=tender, state="verified")
    return list(rows.select_related("lot").order_by("lot__number", "turn", "ticket"))


def up_now(tender: Tender) -> Applicant | None:
    """Give the candidate whose turn it is."""
    rows = candidates_of(tender)
    return next((a for a in rows if a.state == "verified" and a.interview is None), None)


def interviewed(lot: Lot) -> list[scoring.Examined]:
    """List who was interviewed for a post, by ticket, as the scoring sees them."""
    rows = lot.applicants.filter(state="verified").order_by("ticket")
    return [
        scoring.Examined(
            applicant.ticket,
            first_score(applicant) or Decimal(0),
            tuple(applicant.marks.values_list("mark", flat=True)),
            applicant.extra,
        )
        for applicant in rows
    ]


def equals_of(tender: Tender) -> list[list[Applicant]]:
    """List those of each post who need an extra test, once everybody was interviewed."""
    panel = panel_of(tender)
    is_over = panel is not None and panel.nonce and up_now(tender) is None
    if tender.state != "interview_ready" or not is_over:
        return []
    found: list[list[Applicant]] = []
    for lot in tender.lots.filter(state="open").order_by("number"):
        rows = {a.ticket: a for a in lot.applicants.filter(state="verified").select_related("lot")}
        groups = scoring.equals(lot.settled.openings, lot.post, interviewed(lot))
        found += [[rows[ticket] for ticket in tickets] for tickets in groups]
    return found


def turns_of(tender: Tender) -> list[Turn]:
    """List the candidates with the marks that were told: sorted, so that no mark has a name."""
    up = up_now(tender) if tender.state == "interview_ready" else None
    rows = candidates_of(tender)
    marks: dict[int, list[Decimal]] = {applicant.pk: [] for applicant in rows}
    told = [a.pk for a in rows if a.interview is not None]
    for pk, mark in Applicant.objects.filter(pk__in=told).values_list("pk", "marks__mark"):
        marks[pk].append(mark)
    return [Turn(a, tuple(sorted(marks[a.pk])), a == up) for a in rows]

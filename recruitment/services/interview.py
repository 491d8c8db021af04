"""The interview: a panel drawn by commit and reveal, marks in turn, the score told on the spot."""

import os
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from evaluation.models import Expert
from kernel.draw import SEED_BYTES, Draw, commitment, draw, list_digest, read_nonce
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from recruitment import policy, queries
from recruitment.domain import APPLICANT, scoring
from recruitment.models import Applicant, Examiner, InterviewMark, Panel
from recruitment.queries.interview import candidates_of, pool_of, seed_of, up_now
from recruitment.services.screening import require_state
from recruitment.services.written import mark_in
from trading import policy as tender_policy
from trading import queries as trading
from trading import services as tenders
from trading.models import Lot, Tender
from trading.services.telling import tell

ABSENT: Final = _("未参加面试")
NOBODY_RANKED: Final = _("面试没有人达到合格线，岗位空缺。")
BODY: Final = _("下列为总成绩和名次，只列准考证号。按名次等额确定体检、考察人选。")


@transaction.atomic
def commit_panel(*, actor: Actor, code: str, size: int, at: datetime) -> Panel:
    """Freeze the list of examiners who may be drawn, and commit to a seed, both published."""
    tender = trading.lock_tender(code)
    policy.require(actor, "panel.commit", tender)
    require_state(tender, "interview_ready")
    if queries.panel_of(tender) is not None:
        raise Conflict("panel.committed", _("考官候选名单已经冻结。"))
    rules = trading.rules_of(tender, at)
    least, most = (rules.value("panel_size", bound) for bound in ("min", "max"))
    scoring.require_panel_size(size, least, most)
    pool, spare = pool_of(tender), int(rules.value("panel_reserve", "min"))
    if len(pool) < size + spare:
        message = _(
            "可抽取的考官只有 %(found)s 名，应有 %(needed)s 名，其中备选不少于 %(spare)s 名。"
        )
        facts = {"found": len(pool), "needed": size + spare, "spare": spare}
        raise Conflict("panel.pool_too_small", message, **facts)
    seed = os.urandom(SEED_BYTES)
    panel = Panel.objects.create(
        tender=tender,
        size=size,
        pool=pool,
        pool_digest=list_digest(pool),
        seed_commit=commitment(seed),
        sealed_seed=private.lock(seed, f"panel/{code}"),
    )
    told = {"digest": panel.pool_digest, "size": size, "commit": panel.seed_commit}
    tell(tender, "panel.committed", actor, at, **told)
    return panel


@transaction.atomic
def draw_panel(*, actor: Actor, code: str, nonce: str, at: datetime) -> Panel:
    """Draw the examiners and each post's order with a nonce that somebody else gives; the seed is
    then open to all.
    """
    tender = trading.lock_tender(code)
    policy.require(actor, "panel.draw", tender)
    require_state(tender, "interview_ready")
    panel = queries.panel_of(tender)
    if panel is None or panel.nonce:
        raise Conflict("panel.not_to_draw", _("考官候选名单还没有冻结，或已经抽取。"))
    given = read_nonce(nonce)
    panel.nonce = given.hex()
    made = _drawn(panel, panel.pool, f"panel/{code}")
    panel.drawn, panel.drawn_at = list(made.drawn), at
    panel.save(update_fields=["nonce", "drawn", "drawn_at"])
    _seat(panel)
    orders = [_order(panel, lot) for lot in tender.lots.filter(state="open").order_by("number")]
    tell(
        tender,
        "panel.drawn",
        actor,
        at,
        seed=seed_of(panel).hex(),
        nonce=panel.nonce,
        pool=panel.pool,
        order=orders,
    )
    return panel


def _drawn(panel: Panel, candidates: Sequence[str], purpose: str) -> Draw:
    nonce = bytes.fromhex(panel.nonce)
    return draw(
        candidates, seed=seed_of(panel), nonce=nonce, purpose=purpose, count=len(candidates)
    )


def _seat(panel: Panel) -> None:
    people = dict(Expert.objects.filter(code__in=panel.drawn).values_list("code", "person_id"))
    Examiner.objects.bulk_create(
        Examiner(panel=panel, place=place, person_id=people[code], code=code)
        for place, code in enumerate(panel.drawn, start=1)
    )


def _order(panel: Panel, lot: Lot) -> dict[str, Any]:
    """Draw in which order the candidates of a post come up."""
    rows = {a.ticket: a for a in lot.applicants.filter(state="verified").order_by("ticket")}
    if not rows:
        # The last one was disqualified meanwhile: `rank` leaves the post vacant, others go on.
        return {"lot": lot.number, "tickets": []}
    made = _drawn(panel, list(rows), f"interview-order/{panel.tender.code}/{lot.number}")
    for turn, ticket in enumerate(made.drawn, start=1):
        rows[ticket].turn = turn
        rows[ticket].save(update_fields=["turn"])
    return {"lot": lot.number, "tickets": list(made.drawn)}


@transaction.atomic
def recuse_examiner(*, actor: Actor, code: str, reason: str, at: datetime) -> Examiner:
    """Step aside for a relation to a candidate; the next drawn sits down (recusal rules 2019)."""
    tender, seat = _seat_of(actor, code)
    if not reason.strip():
        raise Invalid("examiner.reason", _("请写明回避的理由。"), field="reason")
    if seat.marks.exists():
        message = _("您已经评分，不能自行回避，请联系人事综合管理部门更换考官。")
        raise Conflict("examiner.began", message)
    _require_reserve(seat.panel)
    seat.recusal = reason.strip()[:300]
    seat.save(update_fields=["recusal"])
    tell(tender, "examiner.recused", actor, at, seat=seat.place)
    return seat


@transaction.atomic
def replace_examiner(
    *, actor: Actor, code: str, place: int, reason: str, at: datetime
) -> Sequence[Examiner]:
    """Put the next drawn on the seat of an examiner who fell ill or has to step aside after marks.

    Scores that were told stay. A mark for the candidate who is up falls away and is kept on record:
    whoever sits down marks them; give who sits now.
    """
    tender = trading.lock_tender(code)
    policy.require(actor, "examiner.replace", tender)
    require_state(tender, "interview_ready")
    seat = next((s for s in queries.seats_of_panel(tender) if s.place == place), None)
    if seat is None:
        raise Conflict("examiner.gone", _("该考官不在本次面试的考官席上。"))
    if not reason.strip():
        raise Invalid("examiner.reason", _("请写明更换的理由。"), field="reason")
    _require_reserve(seat.panel)
    untold = seat.marks.filter(applicant__interview=None).select_related("applicant")
    dropped = {mark.applicant.ticket: f"{mark.mark:.2f}" for mark in untold}
    untold.delete()
    seat.recusal = reason.strip()[:300]
    seat.save(update_fields=["recusal"])
    now = queries.seated(seat.panel)
    told = {"seat": place, "next": now[-1].place, "reason": seat.recusal, "dropped": dropped}
    tell(tender, "examiner.replaced", actor, at, **told)
    return now


def _require_reserve(panel: Panel) -> None:
    if panel.examiners.filter(recusal="").count() <= panel.size:
        raise Conflict("panel.exhausted", _("没有可以递补的考官。"))


@transaction.atomic
def mark_interview(*, actor: Actor, code: str, number: int, mark: str, at: datetime) -> Applicant:
    """Mark the candidate who is up; with the last mark the score is told on the spot."""
    tender, seat = _seat_of(actor, code)
    if queries.unappraised(tender):
        # Votes counted after the marks are told could be made to fit them.
        message = _("民主测评还没有全部登记，登记后才能开始评分。")
        raise Conflict("appraisal.open", message)
    applicant = _up(tender, number)
    given = mark_in(mark, "mark")
    row, made = InterviewMark.objects.get_or_create(
        examiner=seat, applicant=applicant, defaults={"mark": given}
    )
    if not made:
        row.mark = given
        row.save(update_fields=["mark"])
    tell(tender, "interview.marked", actor, at, number=number, seat=seat.place)
    marks = sorted(applicant.marks.values_list("mark", flat=True))
    if len(marks) < seat.panel.size:
        return applicant
    applicant.interview = scoring.interview_score(marks)
    applicant.save(update_fields=["interview"])
    _tell_score(tender, applicant, marks, at)
    return applicant


def _tell_score(
    tender: Tender, applicant: Applicant, marks: Sequence[Decimal], at: datetime
) -> None:
    told = {"lot": applicant.lot.number, "ticket": applicant.ticket}
    shown = [f"{mark:.2f}" for mark in marks]
    score = f"{applicant.interview:.2f}"
    tell(tender, "interview.scored", SYSTEM, at, **told, marks=shown, score=score)


@transaction.atomic
def miss_interview(*, actor: Actor, code: str, number: int, at: datetime) -> Applicant:
    """Note that the candidate who is up did not come."""
    tender = trading.lock_tender(code)
    policy.require(actor, "interview.miss", tender)
    require_state(tender, "interview_ready")
    applicant = _up(tender, number)
    if applicant.marks.exists():
        raise Conflict("interview.began", _("已有考官为这名应聘人员评分。"))
    applicant.state = APPLICANT.after(applicant.state, "leave_out")
    applicant.reason = str(ABSENT)
    applicant.save(update_fields=["state", "reason"])
    told = {"lot": applicant.lot.number, "ticket": applicant.ticket}
    tell(tender, "interview.missed", actor, at, **told)
    return applicant


@transaction.atomic
def rank(*, actor: Actor, code: str, at: datetime) -> Tender:
    """End the interviews: totals and places by the formula of each post, told at once."""
    tender = trading.lock_tender(code)
    tender_policy.require(actor, "tender.rank", tender)
    require_state(tender, "interview_ready")
    panel = queries.panel_of(tender)
    if panel is None or not panel.nonce or up_now(tender) is not None:
        raise Conflict("interview.open", _("还有应聘人员没有面试。"))
    _require_apart(tender)
    lots = list(tender.lots.filter(state="open").order_by("number"))
    posts = [_rank_post(lot) for lot in lots]
    fields = {"stage": "total", "posts": posts}
    title = f"{tender.title}总成绩公告"
    tender = tenders.rank(actor=actor, code=code, title=title, fields=fields, body=str(BODY), at=at)
    for lot in lots:
        if not lot.applicants.filter(state="ranked").exists():
            why = str(NOBODY_RANKED)
            tenders.fail_lot(actor=SYSTEM, code=code, number=lot.number, reason=why, at=at)
    return trading.lock_tender(code)


def _require_apart(tender: Tender) -> None:
    """Refuse to rank equals where it matters who comes first, before their extra test."""
    waiting = [a.ticket for equals in queries.equals_of(tender) for a in equals if a.extra is None]
    if waiting:
        message = _(
            "准考证号 %(tickets)s 各项成绩都相等，须加试："
            "由人事综合管理部门登记加试成绩后再公布总成绩。"
        )
        raise Conflict("extra.needed", message, tickets="、".join(waiting))


@transaction.atomic
def record_extra(
    *, actor: Actor, code: str, number: int, mark: str, reason: str, at: datetime
) -> Applicant:
    """Enter how somebody did at the extra test that tells equals apart (rulebook 4.9); told at
    once. What was entered may be mended before the ranking, with the reason.
    """
    tender = trading.lock_tender(code)
    policy.require(actor, "extra.record", tender)
    require_state(tender, "interview_ready")
    applicant = queries.lock_applicant(tender, number)
    equals = next((found for found in queries.equals_of(tender) if applicant in found), None)
    if equals is None:
        raise Conflict("extra.not_due", _("面试还没有结束，或者这名应聘人员不需要加试。"))
    given, was, why = mark_in(mark, "mark"), applicant.extra, reason.strip()[:300]
    if any(other.extra == given for other in equals if other != applicant):
        message = _("与同组另一人的加试成绩相等：请再次加试，登记能分出先后的成绩。")
        raise Conflict("extra.equal", message)
    if was is not None and not why:
        raise Invalid("extra.reason", _("请写明更正的理由。"), field="reason")
    applicant.extra = given
    applicant.save(update_fields=["extra"])
    told = {"lot": applicant.lot.number, "ticket": applicant.ticket, "mark": f"{given:.2f}"}
    more = {} if was is None else {"before": f"{was:.2f}", "reason": why}
    tell(tender, "extra.recorded", actor, at, **told, **more)
    return applicant


def _rank_post(lot: Lot) -> dict[str, Any]:
    rows = {a.ticket: a for a in lot.applicants.filter(state="verified")}
    examined = queries.interviewed(lot)
    openings, case = lot.settled.openings, {}
    places: Sequence[scoring.Place] = ()
    if examined:
        outcome = scoring.ranked(lot.number, openings, lot.post, examined)
        places, case = outcome.places, dict(outcome.case)
    for place in places:
        applicant = rows[place.ticket]
        event = "rank" if place.rank else "leave_out"
        applicant.state = APPLICANT.after(applicant.state, event)
        applicant.total, applicant.rank, applicant.reason = place.total, place.rank, place.reason
        applicant.save(update_fields=["state", "total", "rank", "reason"])
    shown = [_shown(rows[place.ticket], place) for place in places]
    return {"lot": lot.number, "title": lot.title, "openings": openings, "rows": shown} | {
        "case": case
    }


def _shown(applicant: Applicant, place: scoring.Place) -> dict[str, Any]:
    return {
        "ticket": place.ticket,
        **queries.told_first_score(applicant),
        "interview": f"{place.interview:.2f}",
        **({} if applicant.extra is None else {"extra": f"{applicant.extra:.2f}"}),
        "total": "" if place.total is None else f"{place.total:.2f}",
        "rank": place.rank,
        "reason": place.reason,
    }


def _seat_of(actor: Actor, code: str) -> tuple[Tender, Examiner]:
    tender = trading.lock_tender(code)
    policy.require(actor, "interview.mark", tender)
    require_state(tender, "interview_ready")
    seat = queries.own_seat(actor, tender)
    if seat is None:
        raise Conflict("examiner.gone", _("您不在本次面试的考官席上。"))
    return tender, seat


def _up(tender: Tender, number: int) -> Applicant:
    up = up_now(tender)
    if up is None or up.number != number or not candidates_of(tender):
        raise Conflict("interview.not_up", _("还没有轮到这名应聘人员，或其面试已经结束。"))
    return queries.lock_applicant(tender, number)

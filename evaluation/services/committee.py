"""Draw the committee so that anybody can repeat the draw; gather it; elect its lead."""

import os
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from accounts import queries as accounts
from accounts.domain import PURCHASER, SYSTEM, Actor
from evaluation import domain, policy, queries
from evaluation.domain import EVALUATION
from evaluation.models import Evaluation, Expert, Seat
from kernel.draw import Draw, commitment, draw, list_digest, read_nonce
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import Entry, record
from trading import queries as tenders
from trading.domain import award
from trading.markets import method_of
from trading.services import open_reasons
from trading.services import procedure as trading

LONGEST_REASON = 300
WORKING = (
    "electing",
    "qualification",
    "conformity",
    "negotiating",
    "technical",
    "price_review",
    "summary",
)
"""When a member may be replaced, and so a lead elected."""
SPECIALITIES = {
    "goods": _("货物采购"),
    "services": _("服务采购"),
    "works": _("工程施工"),
    "equipment": _("工程材料设备"),
    "design": _("工程勘察设计监理"),
    **dict.fromkeys(("residence", "commerce", "leisure", "industry"), _("土地评估与规划")),
    **dict.fromkeys(("equity", "assets"), _("产权评估")),
}


def lock_going(code: str) -> Evaluation:
    """Lock the evaluation of a tender that goes on: while it stands still nobody acts in it, and
    the time of those who were asked something stands still too (GPL 57, GPR 54; BLR 54).
    """
    evaluation = queries.lock_evaluation(code)
    award.require_no_suspension(open_reasons(evaluation.tender))
    return evaluation


def tell(evaluation: Evaluation, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    """Record a fact of the evaluation in its stream."""
    code = evaluation.tender.code
    record(stream=evaluation.stream, kind=kind, actor=actor.ref, at=at, tender=code, **data)


def move(evaluation: Evaluation, event: str) -> None:
    """Make a move of the evaluation."""
    evaluation.state = EVALUATION.after(evaluation.state, event)
    evaluation.save()


def on_bidding_voided(entry: Entry) -> None:
    """Stop the evaluation of bids that are void: nobody is to judge them any more."""
    found = Evaluation.objects.select_for_update().filter(tender__code=entry.tender).first()
    if found is None or not EVALUATION.allows(found.state, "stop"):
        return
    found.failure, found.next_due_at = str(entry.data["reason"])[:LONGEST_REASON], None
    move(found, "stop")
    tell(found, "evaluation.failed", SYSTEM, entry.at, reason=found.failure)


def begin(entry: Entry) -> None:
    """Make room for the evaluation when the first opening has ended."""
    tender = tenders.lock_tender(entry.tender)
    if tender.state != "opened":
        return
    Evaluation.objects.get_or_create(
        tender=tender,
        defaults={
            "size": queries.least_members(tender, entry.at),
            "speciality": SPECIALITIES[tender.category],
        },
    )


@transaction.atomic
def freeze_pool(  # noqa: PLR0913 - who may be drawn, how many, and why so many
    *,
    actor: Actor,
    code: str,
    speciality: str,
    owner_rep: str,
    size: int | None = None,
    large_case: str = "",
    at: datetime,
) -> Evaluation:
    """Freeze the ordered list of experts who may be drawn, and commit to a seed, both published.
    The committee is as large as the purchaser wants it, within the law.
    """
    evaluation = lock_going(code)
    policy.require(actor, "evaluation.freeze_pool", evaluation)
    if evaluation.state != "drawing" or evaluation.pool_digest:
        raise Conflict("evaluation.pool_frozen", _("专家候选名单已冻结。"))
    owners, rules = 1 if owner_rep else 0, tenders.rules_of(evaluation.tender, at)
    if large_case and large_case not in domain.large_cases(rules):
        message = _("没有这种应当由七人以上组成评标委员会的情形。")
        raise Invalid("committee.case", message, field="large_case")
    least = queries.least_members(evaluation.tender, at, large_case)
    evaluation.size, evaluation.large_case = domain.chosen_size(size, least), large_case
    domain.refuse_bad_committee(evaluation.size, owners, rules)
    codes = [expert.code for expert in queries.pool(evaluation, speciality)]
    if not speciality:
        raise Invalid("evaluation.speciality", _("请选择评审专业。"), field="speciality")
    if len(codes) < evaluation.size - owners:
        raise Conflict(
            "evaluation.pool_too_small",
            _("符合条件且无需回避的专家只有 %(found)s 名，应抽取 %(needed)s 名。请放宽专业。"),
            found=len(codes),
            needed=evaluation.size - owners,
        )
    seed = os.urandom(32)
    evaluation.speciality, evaluation.pool = speciality, codes
    evaluation.pool_digest, evaluation.seed_commit = list_digest(codes), commitment(seed)
    evaluation.sealed_seed = _hidden(code, seed)
    evaluation.save()
    if owner_rep:
        seat_owner(evaluation, owner_rep, evaluation.size, at)
    told = {"digest": evaluation.pool_digest, "size": len(codes), "speciality": speciality}
    told |= {"members": evaluation.size, "large_case": large_case}
    tell(evaluation, "evaluation.pool_frozen", actor, at, **told)
    tell(evaluation, "evaluation.draw_committed", actor, at, commit=evaluation.seed_commit)
    return evaluation


def seat_owner(evaluation: Evaluation, username: str, number: int, at: datetime) -> Seat:
    """Give a place to whom the purchaser sends."""
    person = accounts.person(username)
    acting = accounts.actor(person, at)
    if not acting.has_for(evaluation.tender.purchaser_id, PURCHASER):
        raise Invalid(
            "seat.not_purchaser", _("采购人代表须是采购人本单位人员。"), field="owner_rep"
        )
    if evaluation.seats.filter(person=person).exists():
        raise Conflict("seat.twice", _("此人已回避或不能参加，请另派他人。"))
    return Seat.objects.create(
        evaluation=evaluation, number=number, person=person, kind=Seat.Kind.OWNER
    )


def _cipher(code: str) -> AESGCM:
    return AESGCM(private.tag(b"draw-seed", code))


def _hidden(code: str, seed: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + _cipher(code).encrypt(nonce, seed, code.encode())


def seed_of(evaluation: Evaluation) -> bytes:
    """Give the seed that was committed; the database alone does not give it away."""
    sealed, code = bytes(evaluation.sealed_seed or b""), evaluation.tender.code
    return _cipher(code).decrypt(sealed[:12], sealed[12:], code.encode())


@transaction.atomic
def draw_experts(*, actor: Actor, code: str, nonce: str, at: datetime) -> Evaluation:
    """Draw with the committed seed and a nonce that somebody else gives; then reveal the seed."""
    evaluation = lock_going(code)
    policy.require(actor, "evaluation.draw", evaluation)
    if not evaluation.pool_digest:
        raise Conflict("evaluation.no_pool", _("请先冻结专家候选名单并公布种子承诺。"))
    given = read_nonce(nonce)
    evaluation.state = EVALUATION.after(evaluation.state, "draw")
    count = evaluation.size - evaluation.seats.filter(kind=Seat.Kind.OWNER).count()
    made = _drawn(evaluation, given, count, purpose_of(evaluation))
    evaluation.nonce = given.hex()
    evaluation.draw = {"drawn": list(made.drawn), "rejected": len(made.rejected)}
    evaluation.save()
    for number, drawn in enumerate(made.drawn, start=1):
        seat_expert(evaluation, number, drawn)
    tell(
        evaluation,
        "evaluation.drawn",
        actor,
        at,
        seed=seed_of(evaluation).hex(),
        nonce=given.hex(),
        purpose=purpose_of(evaluation),
        pool_digest=evaluation.pool_digest,
        count=count,
    )
    return evaluation


def purpose_of(evaluation: Evaluation) -> str:
    """Name what the draw is for, so that no draw can stand for another."""
    return f"expert-draw:{evaluation.tender.code}"


def _drawn(evaluation: Evaluation, nonce: bytes, count: int, purpose: str) -> Draw:
    return draw(
        evaluation.pool, seed=seed_of(evaluation), nonce=nonce, purpose=purpose, count=count
    )


def seat_expert(evaluation: Evaluation, number: int, code: str) -> Seat:
    """Give a place to an expert who was drawn."""
    expert = Expert.objects.get(code=code)
    return Seat.objects.create(
        evaluation=evaluation, number=number, person=expert.person, kind=Seat.Kind.EXPERT
    )


# --- gather ---


def own_seat(actor: Actor, code: str) -> tuple[Evaluation, Seat]:
    """Give the actor's own place, with the evaluation locked."""
    evaluation = lock_going(code)
    policy.require(actor, "seat.act", evaluation)
    seat = queries.seat_of(actor, evaluation)
    if seat is None:
        raise Conflict("seat.gone", _("您已不在本项目评标委员会中。"))
    return evaluation, seat


def seat_step(seat: Seat, allowed: tuple[str, ...], to: str) -> None:
    """Let a place go on, from where it may."""
    if seat.state not in allowed:
        raise Conflict("seat.wrong_state", _("您已办理过这一步，或还不能办理。请刷新页面。"))
    seat.state = to
    seat.save(update_fields=["state", "recusal"])


@transaction.atomic
def accept_seat(*, actor: Actor, code: str, at: datetime) -> Seat:
    """Confirm that one takes part."""
    evaluation, seat = own_seat(actor, code)
    seat_step(seat, ("invited",), "accepted")
    tell(evaluation, "seat.accepted", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def sign_in(*, actor: Actor, code: str, at: datetime) -> Seat:
    """Sign in on the day; from here members see the bidders' names, to recuse themselves."""
    evaluation, seat = own_seat(actor, code)
    seat_step(seat, ("invited", "accepted"), "signed_in")
    tell(evaluation, "seat.signed_in", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def pledge(*, actor: Actor, code: str, at: datetime) -> Seat:
    """Sign the pledge of integrity, having seen the bidders and found no ground for recusal."""
    evaluation, seat = own_seat(actor, code)
    seat_step(seat, ("signed_in",), "pledged")
    tell(evaluation, "seat.pledged", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def start(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """Begin when the committee is complete and everybody has pledged."""
    evaluation = lock_going(code)
    policy.require(actor, "evaluation.start", evaluation)
    seats = list(queries.seats_of(evaluation))
    waiting = [seat.number for seat in seats if seat.state != "pledged"]
    if len(seats) != evaluation.size or waiting:
        raise Conflict(
            "evaluation.not_gathered",
            _("还有 %(waiting)s 位成员未签到并承诺，不能开始评审。"),
            waiting=len(waiting) or evaluation.size - len(seats),
        )
    move(evaluation, "start")
    evaluation.started_at = at
    evaluation.save(update_fields=["started_at"])
    trading.seat_committee(actor=actor, code=code, at=at)
    tell(evaluation, "evaluation.started", actor, at, size=len(seats))
    return evaluation


@transaction.atomic
def vote_lead(*, actor: Actor, code: str, seat: int, at: datetime) -> Evaluation:
    """Vote for the lead; the purchaser's representative may not lead (M87 art. 45).

    The majority decides when all have voted; equal votes are settled by lot.
    """
    evaluation, own = own_seat(actor, code)
    policy.require(actor, "lead.vote", evaluation)
    if evaluation.state not in WORKING or queries.seats_of(evaluation).filter(lead=True).exists():
        raise Conflict("lead.elected_already", _("组长已经产生，或还不到推选组长的时候。"))
    choice = queries.seats_of(evaluation).filter(number=seat, kind=Seat.Kind.EXPERT).first()
    if choice is None:
        message = _("组长须是评审专家，采购人代表不得担任组长。")
        raise Invalid("lead.not_eligible", message, field="seat")
    own.vote = choice
    own.save(update_fields=["vote"])
    tell(evaluation, "lead.voted", actor, at, seat=own.number)
    votes = dict(
        queries.seats_of(evaluation).exclude(vote=None).values_list("number", "vote__number")
    )
    if len(votes) == evaluation.size:
        _elect(evaluation, votes, at)
    return evaluation


def _elect(evaluation: Evaluation, votes: dict[int, int], at: datetime) -> None:
    chosen = domain.elected(votes, evaluation.size)
    by_lot = chosen is None
    if chosen is None:
        most = max(list(votes.values()).count(seat) for seat in votes.values())
        tied = sorted({s for s in votes.values() if list(votes.values()).count(s) == most})
        made = draw(
            [str(seat) for seat in tied],
            seed=seed_of(evaluation),
            nonce=bytes.fromhex(evaluation.nonce),
            purpose=f"lead-draw:{evaluation.tender.code}:{evaluation.seats.count()}",
            count=1,
        )
        chosen = int(made.drawn[0])
    evaluation.seats.filter(number=chosen).update(lead=True)
    if evaluation.state == "electing":
        move(evaluation, "elect")
        if method_of(evaluation.tender).committee_qualifies:
            move(evaluation, "review_whole")
    tell(evaluation, "lead.elected", SYSTEM, at, seat=chosen, by_lot=by_lot)

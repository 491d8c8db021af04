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
from trading.markets import method_of
from trading.services import procedure as trading

LONGEST_REASON = 300
WORKING = ("electing", "qualification", "conformity", "negotiating", "technical")
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
    budget = sum(lot.budget for lot in tender.lots.filter(state="open"))
    Evaluation.objects.get_or_create(
        tender=tender,
        defaults={
            "size": domain.committee_size(budget, tenders.rules_of(tender, entry.at)),
            "speciality": SPECIALITIES[tender.category],
        },
    )


@transaction.atomic
def freeze_pool(
    *, actor: Actor, code: str, speciality: str, owner_rep: str, at: datetime
) -> Evaluation:
    """Freeze the ordered list of experts who may be drawn, and commit to a seed, both published."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "evaluation.freeze_pool", evaluation)
    if evaluation.state != "drawing" or evaluation.pool_digest:
        raise Conflict("evaluation.pool_frozen", _("专家候选名单已冻结。"))
    owners = 1 if owner_rep else 0
    domain.refuse_bad_committee(evaluation.size, owners, tenders.rules_of(evaluation.tender, at))
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
        _seat_owner(evaluation, owner_rep, evaluation.size, at)
    told = {"digest": evaluation.pool_digest, "size": len(codes), "speciality": speciality}
    tell(evaluation, "evaluation.pool_frozen", actor, at, **told)
    tell(evaluation, "evaluation.draw_committed", actor, at, commit=evaluation.seed_commit)
    return evaluation


def _seat_owner(evaluation: Evaluation, username: str, number: int, at: datetime) -> Seat:
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
    evaluation = queries.lock_evaluation(code)
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
        _seat_expert(evaluation, number, drawn)
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


def _seat_expert(evaluation: Evaluation, number: int, code: str) -> Seat:
    expert = Expert.objects.get(code=code)
    return Seat.objects.create(
        evaluation=evaluation, number=number, person=expert.person, kind=Seat.Kind.EXPERT
    )


# --- gather ---


def _own_seat(actor: Actor, code: str) -> tuple[Evaluation, Seat]:
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "seat.act", evaluation)
    seat = queries.seat_of(actor, evaluation)
    if seat is None:
        raise Conflict("seat.gone", _("您已不在本项目评标委员会中。"))
    return evaluation, seat


def _seat_step(seat: Seat, allowed: tuple[str, ...], to: str) -> None:
    if seat.state not in allowed:
        raise Conflict("seat.wrong_state", _("您已办理过这一步，或还不能办理。请刷新页面。"))
    seat.state = to
    seat.save(update_fields=["state", "recusal"])


@transaction.atomic
def accept_seat(*, actor: Actor, code: str, at: datetime) -> Seat:
    """Confirm that one takes part."""
    evaluation, seat = _own_seat(actor, code)
    _seat_step(seat, ("invited",), "accepted")
    tell(evaluation, "seat.accepted", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def decline_seat(*, actor: Actor, code: str, reason: str, at: datetime) -> Seat:
    """Say that one cannot take part; another expert is drawn at once."""
    evaluation, seat = _own_seat(actor, code)
    _reasoned(reason)
    _seat_step(seat, ("invited", "accepted"), "declined")
    tell(evaluation, "seat.declined", actor, at, seat=seat.number, reason=reason.strip())
    return _replace(evaluation, seat, at)


@transaction.atomic
def sign_in(*, actor: Actor, code: str, at: datetime) -> Seat:
    """Sign in on the day; from here members see the bidders' names, to recuse themselves."""
    evaluation, seat = _own_seat(actor, code)
    _seat_step(seat, ("invited", "accepted"), "signed_in")
    tell(evaluation, "seat.signed_in", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def pledge(*, actor: Actor, code: str, at: datetime) -> Seat:
    """Sign the pledge of integrity, having seen the bidders and found no ground for recusal."""
    evaluation, seat = _own_seat(actor, code)
    _seat_step(seat, ("signed_in",), "pledged")
    tell(evaluation, "seat.pledged", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def recuse(*, actor: Actor, code: str, reason: str, at: datetime) -> Seat:
    """Step aside for an interest; what the member did is void and another is drawn (GPR art. 9)."""
    evaluation, seat = _own_seat(actor, code)
    _reasoned(reason)
    seat.recusal = reason.strip()
    _seat_step(seat, ("invited", "accepted", "signed_in", "pledged"), "recused")
    seat.checks.all().delete()
    seat.scorecards.all().delete()
    _forget_votes(evaluation, seat)
    tell(evaluation, "seat.recused", actor, at, seat=seat.number, reason=seat.recusal)
    return _replace(evaluation, seat, at)


def _reasoned(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("seat.reason", _("请说明理由，不超过三百字。"), field="reason")


def _forget_votes(evaluation: Evaluation, seat: Seat) -> None:
    """Void the votes of and for who leaves; without a lead the members elect again."""
    seats = evaluation.seats.all()
    (seats if seat.lead else seats.filter(pk=seat.pk) | seats.filter(vote=seat)).update(vote=None)
    seat.lead, seat.vote = False, None
    seat.save(update_fields=["lead", "vote"])


def _replace(evaluation: Evaluation, seat: Seat, at: datetime) -> Seat:
    """Draw the next expert with the same seed and a purpose of its own.

    A purchaser's representative is not drawn: the purchaser appoints another.
    """
    evaluation.state = EVALUATION.after(evaluation.state, "replace")
    if seat.kind == Seat.Kind.OWNER:
        return seat
    drawn_before = set(
        Expert.objects.filter(person__seats__evaluation=evaluation).values_list("code", flat=True)
    )
    left = [code for code in evaluation.pool if code not in drawn_before]
    if not left:
        raise Conflict("evaluation.pool_used_up", _("候选名单中已没有可补抽的专家。"))
    number = evaluation.seats.count() + 1
    made = draw(
        left,
        seed=seed_of(evaluation),
        nonce=bytes.fromhex(evaluation.nonce),
        purpose=f"{purpose_of(evaluation)}:replacement:{number}",
        count=1,
    )
    fresh = _seat_expert(evaluation, number, made.drawn[0])
    tell(evaluation, "seat.replaced", SYSTEM, at, seat=seat.number, by=fresh.number)
    return fresh


@transaction.atomic
def appoint_owner(*, actor: Actor, code: str, username: str, at: datetime) -> Seat:
    """Send another representative for one who declined or stepped aside (M87 art. 45)."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "seat.appoint", evaluation)
    evaluation.state = EVALUATION.after(evaluation.state, "replace")
    if queries.seats_of(evaluation).count() >= evaluation.size:
        raise Conflict("seat.none_free", _("评标委员会没有空缺的采购人代表席位。"))
    seat = _seat_owner(evaluation, username, evaluation.seats.count() + 1, at)
    tell(evaluation, "seat.appointed", actor, at, seat=seat.number)
    return seat


@transaction.atomic
def start(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """Begin when the committee is complete and everybody has pledged."""
    evaluation = queries.lock_evaluation(code)
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
    evaluation, own = _own_seat(actor, code)
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

"""What was locked against what stands: each scorecard beside the commitment in the record."""

from dataclasses import asdict, dataclass
from typing import Any

from evaluation import queries
from evaluation.commitments import commit_to_marks
from evaluation.models import Evaluation, Scorecard
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import queries as record


@dataclass(frozen=True)
class MarkProof:
    """One locked scorecard: the commitment of its lock, the salt that opens it, the marks as they
    stand, and whether they are the ones that were locked.
    """

    lot: int
    seat: int
    commit: str
    salt: str
    marks: list[dict[str, str]]
    holds: bool


def marks_on(card: Scorecard) -> list[dict[str, str]]:
    """Give the marks of a scorecard as they are committed to, in one order."""
    scores = card.scores.select_related("bid").order_by("bid__commit_hash", "criterion")
    return [
        {"bid": score.bid.commit_hash, "criterion": score.criterion, "mark": f"{score.mark:.2f}"}
        for score in scores
    ]


def commitment_of(card: Scorecard) -> str:
    """Give the hash of the marks of a scorecard as they stand."""
    place = {
        "tender": card.evaluation.tender.code,
        "lot": card.lot.number,
        "seat": card.seat.number,
    }
    return commit_to_marks(bytes(card.salt), place, marks_on(card))


def mark_proofs(evaluation: Evaluation) -> list[MarkProof]:
    """Hold every locked scorecard that counts against the last commitment in the record."""
    told = {
        (fact.data["lot"], fact.data["seat"]): str(fact.data["commit"])
        for fact in record.facts_of(evaluation.tender.code, only=("scorecard.locked",))
        if "commit" in fact.data
    }
    cards = Scorecard.objects.filter(evaluation=evaluation, state="locked", lot__state="open")
    cards = cards.exclude(seat__state__in=queries.GONE).select_related(
        "seat", "lot", "evaluation__tender"
    )
    return [
        _proof(card, told[place])
        for card in cards.order_by("lot__number", "seat__number")
        if (place := (card.lot.number, card.seat.number)) in told
    ]


def _proof(card: Scorecard, commit: str) -> MarkProof:
    return MarkProof(
        lot=card.lot.number,
        seat=card.seat.number,
        commit=commit,
        salt=bytes(card.salt).hex(),
        marks=marks_on(card),
        holds=commitment_of(card) == commit,
    )


def proofs_told(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give what opens the commitments, as the report holds it."""
    return [asdict(proof) for proof in mark_proofs(evaluation)]


def require_unaltered(evaluation: Evaluation) -> None:
    """Refuse to report marks that are not the ones their members locked."""
    if changed := [proof.seat for proof in mark_proofs(evaluation) if not proof.holds]:
        raise Conflict(
            "marks.altered",
            _(
                "席位 %(seats)s 的评分与锁定时载入记录的承诺不一致，不能起草评审报告；"
                "请报告监督部门，由本人重新核对后再锁定。"
            ),
            seats="、".join(map(str, sorted(set(changed)))),
        )

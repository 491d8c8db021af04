"""The draw of the experts, for everybody to repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.domain import Actor
from evaluation import queries
from evaluation.models import Evaluation
from evaluation.queries import questions, talks
from kernel.draw import Draw, commitment, draw, list_digest
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as record


def door_of(actor: Actor, code: str) -> str:
    """Name the page by which the actor enters: the evaluation, the proof of its draw, or none."""
    found = Evaluation.objects.select_related("tender").filter(tender__code=code).first()
    if found is None:
        return ""
    if queries.may_see(actor, found):
        return "evaluation"
    if found.state in {"negotiating", "quoting"} and talks.takes_part(actor, code):
        return "talks"
    if questions.was_asked(actor, code):
        return "committee_questions"
    if talks.takes_part(actor, code):
        return "talks"
    return "verify_draw" if _was_reported(found) else ""


def _was_reported(evaluation: Evaluation) -> bool:
    """Tell whether a report was ever handed in: from then on the draw is known to all."""
    return evaluation.state == "submitted" or evaluation.rounds.exists()


@dataclass(frozen=True)
class DrawProof:
    """What anybody needs to repeat a draw, and whether it comes out the same."""

    pool: Sequence[str]
    digest: str
    commit: str
    seed: str
    nonce: str
    purpose: str
    drawn: Sequence[str]
    repeated: Draw
    checks: Mapping[str, bool]


def draw_proof(code: str) -> DrawProof:
    """Repeat the draw from the published facts; public once the report is handed in."""
    evaluation = Evaluation.objects.filter(tender__code=code).first()
    fact = record.first_fact(code, "evaluation.drawn")
    frozen = record.first_fact(code, "evaluation.pool_frozen")
    committed = record.first_fact(code, "evaluation.draw_committed")
    if evaluation is not None and not _was_reported(evaluation):
        evaluation = None
    if evaluation is None or fact is None or frozen is None or committed is None:
        raise Missing("draw.not_public", _("专家抽取记录在评审报告提交后公开。"))
    told = fact.data
    again = draw(
        evaluation.pool,
        seed=bytes.fromhex(told["seed"]),
        nonce=bytes.fromhex(told["nonce"]),
        purpose=told["purpose"],
        count=told["count"],
    )
    drawn = evaluation.draw["drawn"]
    return DrawProof(
        pool=evaluation.pool,
        digest=frozen.data["digest"],
        commit=committed.data["commit"],
        seed=told["seed"],
        nonce=told["nonce"],
        purpose=told["purpose"],
        drawn=drawn,
        repeated=again,
        checks={
            _("候选名单与冻结时公布的摘要一致"): list_digest(evaluation.pool)
            == frozen.data["digest"],
            _("揭示的种子与抽取前公布的承诺一致"): commitment(bytes.fromhex(told["seed"]))
            == committed.data["commit"],
            _("承诺先于抽取公布"): committed.number < fact.number,
            _("按公布的算法重算，抽取结果相同"): list(again.drawn) == list(drawn),
        },
    )

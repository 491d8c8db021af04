"""What all evaluation pages share: the evaluation through the actor's eyes, and its frame."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.requests import Request
from evaluation import policy, queries
from evaluation.queries import overview, result
from kernel.text import gettext_noop as _
from ledger.queries import last_number

if TYPE_CHECKING:
    from evaluation.models import Evaluation


def evaluation_page(request: Request, code: str) -> tuple["Evaluation", dict[str, Any]]:
    """Give an evaluation the actor may know of, with what the frame of its pages shows."""
    evaluation = queries.evaluation_for(request.actor, code)
    context = {
        "evaluation": evaluation,
        "tender": evaluation.tender,
        "own": queries.seat_of(request.actor, evaluation),
        "next": overview.NEXT[evaluation.state],
        "since": last_number(evaluation.stream),
        "may": Permissions(request, evaluation),
        "tabs": tabs(request, evaluation),
    }
    return evaluation, context


class Permissions:
    """Ask the policy table from a template: `may.conformity_close`."""

    def __init__(self, request: Request, evaluation: "Evaluation") -> None:
        self.request = request
        self.evaluation = evaluation

    def __getitem__(self, name: str) -> bool:
        permission = name.replace("_", ".", 1)
        if permission not in policy.POLICY.table:
            raise KeyError(name)
        return policy.allows(self.request.actor, permission, self.evaluation)


def tabs(request: Request, evaluation: "Evaluation") -> list[dict[str, Any]]:
    """Give the tabs of the evaluation that the actor has use for."""
    actor = request.actor
    reads = result.reads_report(actor, evaluation)
    rows = (
        ("evaluation", _("评审"), True),
        (
            "evaluation_marks",
            _("评分对比"),
            len(queries.readable_seats(actor, evaluation)) == evaluation.size,
        ),
        ("evaluation_ranking", _("汇总排序"), reads),
        ("evaluation_report", _("评审报告"), reads),
        ("verify_draw", _("抽取核验"), evaluation.state == "submitted"),
    )
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        {
            "url": reverse(name, args=[evaluation.tender.code]),
            "title": title,
            "current": name == here,
        }
        for name, title, shown in rows
        if shown
    ]

"""What all evaluation pages share: the evaluation through the actor's eyes, and its frame."""

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from accounts.requests import Request
from evaluation import policy, queries
from evaluation.queries import overview, questions, result
from evaluation.services.clarifying import ASKING
from kernel.text import gettext_noop as _
from ledger.queries import last_number
from trading.markets import method_of
from trading.services import open_reasons

if TYPE_CHECKING:
    from evaluation.models import Evaluation


def evaluation_page(request: Request, code: str) -> tuple["Evaluation", dict[str, Any]]:
    """Give an evaluation the actor may know of, with what the frame of its pages shows."""
    evaluation = queries.evaluation_for(request.actor, code)
    context = {
        "evaluation": evaluation,
        "tender": evaluation.tender,
        "method": method_of(evaluation.tender),
        "own": queries.seat_of(request.actor, evaluation),
        "next": overview.NEXT[evaluation.state],
        "since": last_number(evaluation.stream),
        "may": Permissions(request, evaluation),
        "tabs": tabs(request, evaluation),
        "rounds": result.earlier_rounds(request.actor, evaluation),
        "suspensions": open_reasons(evaluation.tender),
        "related": queries.rules_of(evaluation).find("related_years", "min"),
    }
    return evaluation, context


NAMED: Final = {permission.replace(".", "_"): permission for permission in policy.POLICY.table}


class Permissions:
    """Ask the policy table from a template: `may.conformity_close`, `may.low_price_decide`."""

    def __init__(self, request: Request, evaluation: "Evaluation") -> None:
        self.request = request
        self.evaluation = evaluation

    def __getitem__(self, name: str) -> bool:
        return policy.allows(self.request.actor, NAMED[name], self.evaluation)


def clarifies(request: Request, evaluation: "Evaluation") -> bool:
    """Tell whether the reader has use for the page of clarifications."""
    used = evaluation.state in ASKING or evaluation.bid_clarifications.exists()
    return used and questions.reads_clarifications(request.actor, evaluation)


def talks(request: Request, evaluation: "Evaluation") -> bool:
    """Tell whether there are talks, and the reader may read them."""
    begun = evaluation.state == "negotiating" or evaluation.talk_rounds.exists()
    return begun and questions.reads_clarifications(request.actor, evaluation)


def _report_title(evaluation: "Evaluation") -> str:
    """Name the report as what it is: of talks with one supplier, their minutes."""
    keeps = method_of(evaluation.tender).keeps_minutes
    return _("协商情况记录") if keeps else _("评审报告")


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
        ("clarifications", _("澄清"), clarifies(request, evaluation)),
        ("talks_panel", _("磋商谈判"), talks(request, evaluation)),
        ("evaluation_ranking", _("汇总排序"), reads),
        ("evaluation_report", _report_title(evaluation), reads),
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

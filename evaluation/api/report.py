"""The report by the API: signed by the members, and the cases it was computed from."""

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from accounts.api import Closed, Text, Word, acting
from evaluation import queries
from evaluation.api.door import E, given, router, standing_of
from evaluation.queries import result, sealed_marks
from evaluation.services import report
from kernel.errors import Missing
from kernel.text import gettext_noop as _


class SignIn(Closed):
    """A member's signature, with dissent if there is any."""

    dissent: Text = Field("", max_length=2000)


class MinutesIn(Closed):
    """What the minutes of talks with one supplier say; other reports need nothing."""

    minutes: dict[Word, Text] = {}


@router.post(f"{E}/report")
def draft_report(request: HttpRequest, code: str, body: MinutesIn) -> dict[str, Any]:
    """Draft the report, or the minutes of talks with one supplier."""
    report.draft_report(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.post(f"{E}/report/signature")
def sign_report(request: HttpRequest, code: str, body: SignIn) -> dict[str, Any]:
    """Sign the report."""
    report.sign_report(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.get(f"{E}/mark-proofs")
def read_mark_proofs(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give the commitment of each locked scorecard with the salt and the marks that open it."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    if not result.reads_report(actor, evaluation):
        raise Missing("report.not_yet", _("评审报告提交后方可查看。"))
    return sealed_marks.proofs_told(evaluation)


@router.get(f"{E}/cases/{{lot}}")
def read_case(request: HttpRequest, code: str, lot: int) -> dict[str, Any]:
    """Give the case of a lot, as the tool `evaluate` takes it."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    if not result.reads_report(actor, evaluation):
        raise Missing("report.not_yet", _("评审报告提交后方可查看。"))
    return result.case_of_lot(evaluation, lot)

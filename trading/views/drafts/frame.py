"""The frame of a draft's sections: what each still lacks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.forms import Form

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import completeness
from trading.views.acts import saved
from trading.views.pages import tender_page

if TYPE_CHECKING:
    from trading.models import Tender

SECTIONS = (
    ("basic", "draft_basic", _("基本信息"), ("basic",)),
    ("lots", "draft_lots", _("采购包"), ("lots",)),
    ("terms", "draft_terms", _("资格与符合性"), ("qualification", "conformity")),
    ("scheme", "draft_scheme", _("评分办法"), ("scheme",)),
    ("timetable", "draft_timetable", _("时间安排"), ("timetable",)),
    ("documents", "draft_documents", _("采购文件"), ("documents",)),
    ("custodians", "draft_custodians", _("密钥托管"), ("custodians",)),
)


def draft_page(request: Request, code: str, section: str) -> tuple["Tender", dict[str, Any]]:
    """Give a draft to its own side, with what is missing and broken in it."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.read_draft", tender)
    facts = queries.facts(tender)
    missing = completeness.missing_before_publication(facts)
    breaches = completeness.broken_periods(facts, local_date(tender.published_at or request.at))
    context |= {
        "section": section,
        "sections": list(_sections(missing, breaches, section)),
        "missing": missing,
        "breaches": breaches,
        "here": [f for f in missing if f.section in _findings_of(section)],
        "editable": tender.state == "draft"
        and policy.allows(request.actor, "tender.change", tender),
    }
    return tender, context


def _findings_of(section: str) -> tuple[str, ...]:
    return next((findings for name, _u, _t, findings in SECTIONS if name == section), ())


def _sections(missing: list[Any], breaches: list[Any], here: str) -> Iterator[dict[str, Any]]:
    for name, url, title, findings in SECTIONS:
        lacking = sum(finding.section in findings for finding in missing)
        lacking += len(breaches) if name == "timetable" else 0
        yield {"name": name, "url": url, "title": title, "lacking": lacking, "here": name == here}


def changed(
    request: Request, tender: "Tender", form: Form, changes: dict[str, Any] | None = None
) -> bool:
    """Put what a form gave into the draft."""
    values = form.cleaned_data if changes is None else changes
    done = saved(
        request, form, services.change_tender, _("已保存。"), code=tender.code, changes=values
    )
    return done is not None

"""The frame of a draft's sections: what each still lacks."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import completeness
from trading.domain.findings import Finding
from trading.timetable import Breach
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
FIELD_OF_LOT = {
    "lots.no_budget": "#id_budget",
    "lots.ceiling": "#id_ceiling",
    "lots.no_items": "#id_items-0-name",
}
PLACES = {
    "qualification": "#id_qualification-0-text",
    "conformity": "#id_conformity-0-text",
    "scheme": "#id_weight",
    "documents": "#upload",
    "custodians": "#who",
}


def draft_page(request: Request, code: str, section: str) -> tuple["Tender", dict[str, Any]]:
    """Give a draft to its own side, with what is missing and broken in it."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.read_draft", tender)
    facts = queries.facts(tender, request.at)
    missing = completeness.missing_before_publication(facts)
    announced = local_date(tender.published_at or request.at)
    breaches = completeness.broken_periods(facts, announced)
    context |= {
        "section": section,
        "sections": list(_sections(missing, breaches, section)),
        "missing": [_lacking(code, finding) for finding in missing],
        "breaches": [_broken(code, breach) for breach in breaches],
        "here": [_lacking(code, f) for f in missing if f.section in _findings_of(section)],
        "checks": checks_shown(facts, announced),
        "editable": tender.state == "draft"
        and policy.allows(request.actor, "tender.change", tender),
    }
    return tender, context


def checks_shown(facts: completeness.TenderFacts, announced: date) -> dict[str, dict[str, Any]]:
    """Give what stands beside each date: what it breaks, and the first day that breaks nothing."""
    return {
        field: {
            "field": field,
            "breaches": [_broken(facts.code, breach) for breach in check.breaches],
            "earliest": check.earliest,
            "provisional": check.provisional,
            "format": "Y-m-d H:i" if isinstance(check.earliest, datetime) else "Y-m-d",
        }
        for field, check in completeness.date_checks(facts, announced).items()
    }


def _lacking(code: str, finding: Finding) -> dict[str, Any]:
    text = _said(finding.message, finding.facts)
    return {
        "code": finding.code,
        "text": text,
        "article": finding.article,
        "url": _where(code, finding),
    }


def _broken(code: str, breach: Breach) -> dict[str, Any]:
    names = {event: field for field, event in completeness.DATE_FIELDS.items()}
    return {
        "text": _said(breach.message, breach.facts),
        "article": breach.article,
        "trace": breach.trace,
        "url": f"{reverse('draft_timetable', args=[code])}#id_{names.get(breach.target, '')}",
    }


def _said(message: str, facts: Mapping[str, object]) -> str:
    """Say it in the reader's language, the names in it too."""
    told = {name: gettext(v) if isinstance(v, str) and v else v for name, v in facts.items()}
    return gettext(message) % told if told else gettext(message)


def _where(code: str, finding: Finding) -> str:
    """Give the address at which a finding is mended: the field itself where there is one."""
    if finding.section == "lots":
        number = finding.facts.get("number")
        place = FIELD_OF_LOT.get(finding.code, "")
        lot = (
            reverse("change_lot", args=[code, number])
            if number
            else reverse("add_lot", args=[code])
        )
        return f"{lot}{place}"
    url = next(url for _name, url, _title, found in SECTIONS if finding.section in found)
    field = finding.code.partition(".")[2]
    place = f"#id_{field}" if finding.section in {"basic", "timetable"} else ""
    return f"{reverse(url, args=[code])}{place or PLACES.get(finding.section, '')}"


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

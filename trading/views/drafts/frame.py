"""The frame of a draft's sections: what each still lacks."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import completeness, datechecks
from trading.domain.findings import Finding
from trading.markets import method_of
from trading.queries.intentions import intention_advice
from trading.timetable import Breach
from trading.views.acts import saved
from trading.views.pages import tender_page

if TYPE_CHECKING:
    from trading.models import Tender

OF_EVERY_DRAFT = ("overview", "publish", "pre_disclose")
BEFORE_ANNOUNCED = ("plan_approved", "pre_disclosed")
"""Dates that come before the announcement itself."""
PAGE_OF = {"qualification": "draft_terms", "conformity": "draft_terms"}
"""The page of findings that stand on one with another name."""
FIELD_OF_LOT = {
    "lots.no_budget": "#id_budget",
    "lots.ceiling": "#id_ceiling",
    "lots.no_items": "#id_items-0-name",
    "lots.one_item": "#id_items-0-name",
    "lots.no_valuation": "#id_budget",
    "lots.start_price": "#id_start_price",
    "lots.deposit": "#id_deposit",
    "lots.particular": "#id_location",
    "lots.agreed": "#id_taker_uscc",
    "lots.no_post": "#id_openings",
    "lots.opening_ratio": "#id_opening_ratio",
    "lots.unequal": "#id_others",
    "lots.pointed": "#id_others",
    "lots.no_ground": "#id_ground",
    "lots.ground_unmet": "#id_education",
    "lots.no_reason": "#id_reason",
    "lots.no_approval": "#id_approval",
    "lots.no_service": "#id_service_years",
    "lots.service_years": "#id_service_years",
    "lots.no_grade": "#id_grade",
}
OF_LOTS = ("auction", "listing")
"""The sections with a form for each lot; of what is wrong there, the field that mends it."""
AUCTION_FIELD = {
    "auction.opens_at": "opens_at",
    "auction.viewing_from": "viewing_from",
    "auction.from_price": "from_price",
    "listing.opens_at": "opens_at",
    "listing.closes_at": "closes_at",
    "listing.ceiling": "ceiling",
}
SOURCE_FIELD = {
    "source.none": "#id_supplier",
    "source.reason": "#id_reason",
    "source.base": "#id_base_amount",
    "source.top_up": "#id_base_amount",
    "source.unargued": "#id_arguments-0-name",
    "source.authority": "#id_authority",
}
NAMED_FIELDS = frozenset({"basic", "timetable", "framework", "grounds"})
"""The sections whose findings are named after the field that mends them."""
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
    if section not in {*OF_EVERY_DRAFT, *(part.name for part in method_of(tender).sections)}:
        raise Missing("part.missing", _("没有这个内容。"))
    facts = queries.facts(tender, request.at)
    missing = completeness.missing_before_publication(facts)
    announced = local_date(tender.published_at or request.at)
    breaches = completeness.broken_periods(facts, announced)
    context |= {
        "section": section,
        "sections": list(_sections(tender, facts, missing, breaches, section)),
        "missing": [_lacking(code, finding) for finding in missing],
        "breaches": [_broken(facts, breach) for breach in breaches],
        "here": [_lacking(code, f) for f in missing if f.section in _findings_of(tender, section)],
        "broken_here": [
            _broken(facts, breach) for breach in breaches if _section_of(facts, breach) == section
        ],
        "checks": checks_shown(facts, announced),
        "advice": [_lacking(code, finding) for finding in intention_advice(tender, request.at)],
        "editable": queries.is_editable(tender)
        and policy.allows(request.actor, "tender.change", tender),
    }
    return tender, context


def checks_shown(facts: completeness.TenderFacts, announced: date) -> dict[str, dict[str, Any]]:
    """Give what stands beside each date: what it breaks, and the first day that breaks nothing."""
    return {
        field: {
            "field": field,
            "breaches": [_broken(facts, breach) for breach in check.breaches],
            "earliest": check.earliest,
            "provisional": check.provisional,
            "format": "Y-m-d H:i" if isinstance(check.earliest, datetime) else "Y-m-d",
        }
        for field, check in datechecks.date_checks(facts, announced).items()
    }


def _lacking(code: str, finding: Finding) -> dict[str, Any]:
    text = _said(finding.message, finding.facts)
    return {
        "code": finding.code,
        "text": text,
        "article": finding.article,
        "url": _where(code, finding),
    }


def _broken(facts: completeness.TenderFacts, breach: Breach) -> dict[str, Any]:
    names = {event: field for field, event in facts.demands.dates.items()}
    place = f"#id_{names[breach.target]}" if breach.target in names else ""
    return {
        "text": _said(breach.message, breach.facts),
        "article": breach.article,
        "trace": breach.trace,
        "url": f"{reverse(f'draft_{_section_of(facts, breach)}', args=[facts.code])}{place}",
    }


def _section_of(facts: completeness.TenderFacts, breach: Breach) -> str:
    """Name the section a date is written in: the timetable, where lots set theirs, or where it is
    said what comes before the announcement.
    """
    if breach.target in BEFORE_ANNOUNCED:
        return facts.demands.first_section
    chosen = facts.demands.dates.values()
    return "timetable" if breach.target in chosen else facts.demands.lot_section


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
    url = PAGE_OF.get(finding.section, f"draft_{finding.section}")
    field = finding.code.partition(".")[2]
    place = f"#id_{field}" if finding.section in NAMED_FIELDS else ""
    if finding.section == "source":
        place = SOURCE_FIELD[finding.code]
    if finding.section == "priority":
        place = f"#id_lot{finding.facts['number']}-mode"
    if finding.section == "pre_disclosure":
        place = f"#id_{finding.code.partition('.')[2]}"
    if finding.section in OF_LOTS:
        place = f"#id_lot{finding.facts['number']}-{AUCTION_FIELD.get(finding.code, 'increment')}"
    return f"{reverse(url, args=[code])}{place or PLACES.get(finding.section, '')}"


def _findings_of(tender: "Tender", section: str) -> tuple[str, ...]:
    return next((part.findings for part in method_of(tender).sections if part.name == section), ())


def _sections(
    tender: "Tender",
    facts: completeness.TenderFacts,
    missing: list[Finding],
    breaches: list[Breach],
    here: str,
) -> Iterator[dict[str, Any]]:
    for part in method_of(tender).sections:
        lacking = sum(finding.section in part.findings for finding in missing)
        lacking += sum(_section_of(facts, breach) == part.name for breach in breaches)
        yield {
            "name": part.name,
            "url": f"draft_{part.name}",
            "title": part.title,
            "lacking": lacking,
            "here": part.name == here,
        }


def settle(settled: Collection[str], form: Form) -> None:
    """Show what the first of two notices settled, without letting anybody change it."""
    for name in settled & form.fields.keys():
        form.fields[name].disabled = True


def changed(
    request: Request, tender: "Tender", form: Form, changes: dict[str, Any] | None = None
) -> bool:
    """Put what a form gave into the draft."""
    values = form.cleaned_data if changes is None else changes
    done = saved(
        request, form, services.change_tender, _("已保存。"), code=tender.code, changes=values
    )
    return done is not None

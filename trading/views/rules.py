"""The rules in force on a day, or of a project, each with its source, for everybody."""

from dataclasses import dataclass
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain.scheme import plain
from trading.forms.rules import RuleForm
from trading.periods import (
    BUDGET_LEVELS,
    DOCUMENTS,
    SUBJECTS,
    Figure,
    Period,
    Requirement,
    Rule,
    course_of,
    market_titles,
    method_titles,
    slug_of,
    title_of,
)
from trading.periods.fields import LISTS
from trading.timetable import UNITS
from trading.views.pages import tender_page

PAGE: Final = 100
MARKS: Final = {
    "statute": (_("已核对"), _("法律、行政法规已读原文，或数字经另一来源核对。"), "quiet"),
    "rule": (_("部门规章"), _("部委规章或文件，数字通行，条文未逐字核对，引用前请核对。"), "quiet"),
    "unverified": (_("待核实"), _("条号、数字或地方做法尚未核实，以当地现行规定为准。"), "care"),
    "design": (_("平台默认"), _("不是法律规定，是本平台的默认值。"), "note"),
}
"""What each mark of confidence is called, what it means, and its tone."""
LIMITS: Final = {
    "min": _("不少于 %(value)s"),
    "max": _("不超过 %(value)s"),
    "exact": _("等于 %(value)s"),
}
BEFORE: Final = _("至少提前 %(value)s")
MEASURES: Final = {
    "yuan": _("%(n)s 元"),
    "percent": _("%(n)s%%"),
    "ratio": _("%(n)s 倍"),
    "thirds": _("%(n)s/3"),
    "days": _("%(n)s 日"),
    "minutes": _("%(n)s 分钟"),
    "points": _("%(n)s 分"),
    "months": _("%(n)s 个月"),
    "years": _("%(n)s 年"),
}


@dataclass(frozen=True)
class Shown:
    """A rule in the reader's words."""

    rule: Rule
    slug: str
    market: str
    value: str
    span: str
    places: str
    mark: str
    meaning: str
    tone: str


@require_safe
def rules(request: Request) -> HttpResponse:
    """List the rules in force on a day; filters narrow by market, method, kind and words."""
    today = local_date(request.at)
    asked = request.GET.copy()
    asked.setdefault("on", today.isoformat())
    form = RuleForm(asked)
    filters = form.filters(today)
    page = Paginator(queries.rules_on(filters), PAGE).get_page(request.GET.get("page"))
    marks = [
        {"mark": gettext(mark), "meaning": gettext(meaning), "tone": tone}
        for mark, meaning, tone in MARKS.values()
    ]
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "shown": [shown(rule) for rule in page.object_list],
        "marks": marks,
        "opened": queries.market_choices(),
    }
    return render(request, "trading/rules.html", context)


@require_safe
def tender_rules(request: Request, code: str) -> HttpResponse:
    """List the rules that apply to one project: those of the day of its first announcement."""
    tender, context = tender_page(request, code)
    found = queries.rules_of(tender, request.at)
    context |= {"on": found.day, "shown": [shown(rule) for rule in found.all()]}
    return render(request, "trading/tender_rules.html", context)


def shown(rule: Rule) -> Shown:
    """Put a rule into the reader's words."""
    mark, meaning, tone = MARKS[rule.basis.confidence]
    return Shown(
        rule=rule,
        slug=slug_of(rule),
        market=gettext(market_titles().get(rule.reach.market, _("各市场"))),
        value=value_of(rule),
        span=_span(rule),
        places=_places(rule),
        mark=gettext(mark),
        meaning=gettext(meaning),
        tone=tone,
    )


def value_of(rule: Rule) -> str:
    """Say how much a rule asks for, or in which document something must stand."""
    if isinstance(rule, Requirement) and rule.document in LISTS:
        return gettext(DOCUMENTS[rule.document])
    if isinstance(rule, Requirement):
        return gettext("%(document)s须载明") % {"document": gettext(DOCUMENTS[rule.document])}
    if isinstance(rule, Period):
        value = f"{rule.value} {gettext(UNITS[rule.unit])}"
        return gettext(BEFORE if rule.before else LIMITS[rule.bound]) % {"value": value}
    return gettext(LIMITS[rule.bound]) % {"value": _measured(rule)}


def _measured(rule: Figure) -> str:
    number = f"{rule.value:,}" if rule.unit == "yuan" else plain(rule.value)
    return gettext(MEASURES[rule.unit]) % {"n": number} if rule.unit in MEASURES else number


def _span(rule: Rule) -> str:
    """Say from which date to which a period runs."""
    if not isinstance(rule, Period):
        return ""
    method = next(iter(rule.reach.methods), "")
    events = course_of(rule.reach.market, method).events if rule.reach.market else {}
    names = (gettext(events.get(e) or title_of(e)) for e in (rule.anchor, rule.target))
    return " → ".join(names)


def _places(rule: Rule) -> str:
    """Say which methods, subjects, region and budget a rule is for; nothing where it is for all."""
    reach = rule.reach
    titles = [method_titles(reach.market)[method] for method in reach.methods if reach.market]
    titles += [SUBJECTS[subject] for subject in reach.subjects]
    levels = [BUDGET_LEVELS[reach.budget_level]] if reach.budget_level else []
    named = [gettext(title) for title in (*titles, *levels)]
    return gettext("、").join([*named, *([reach.region] if reach.region else [])])

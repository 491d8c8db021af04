"""The tags of the house: money, time, states, icons, fields and the import map.

They are built in (settings.TEMPLATES), so that a template of any app uses them without a load.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from lucide.templatetags.lucide import lucide

from accounts.kept import hole
from bidding.models import Auction
from bidding.queries.auctions import phase_titles
from kernel import money as amounts
from portal.tones import LIFECYCLES, tone_of
from trading.markets import Traded, lifecycle_of, lot_states_of, states, words_of
from trading.queries import deadline_told, in_days

register = template.Library()

BEIJING = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
TEN_THOUSAND = Decimal(10_000)

# Links, not one file of imports: a browser fetches them at once. The first states the layers.
STYLES = (
    "tokens",
    "base",
    "layout",
    *(
        f"components/{name}"
        for name in (
            "header",
            "button",
            "form",
            "table",
            "card",
            "badge",
            "figures",
            "steps",
            "status-line",
            "notice",
            "tabs",
            "dialog",
            "live",
            "hero",
            "entrance",
            "calendar",
        )
    ),
    "modes",
    "utilities",
)
WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
TIME_FORMS = {
    "minute": gettext_lazy("Y年n月j日 H:i"),
    "second": gettext_lazy("Y年n月j日 H:i:s"),
    "date": gettext_lazy("Y年n月j日"),
    "short": gettext_lazy("n月j日 H:i"),
    "moment": gettext_lazy("n月j日 H:i:s"),
    "clock": "H:i:s",
}


@register.simple_tag
def money(amount: Decimal | None, unit: str = "", *, sign: bool = True) -> SafeString | str:
    """Write an amount in yuan: ¥ 1,180,000.00, or, to readers who count in them, 118.00 万元.

    A column whose head names the unit leaves the sign out.
    """
    if amount is None:
        return NOTHING
    if unit == "万元" and (get_language() or "").startswith("zh"):
        figure = amounts.format_yuan(amount / TEN_THOUSAND)
        return format_html('<span class="money">{} {}</span>', figure, unit)
    figure = amounts.format_yuan(amount)
    return format_html('<span class="money">{}</span>', f"¥ {figure}" if sign else figure)


@register.simple_tag
def capitals(amount: Decimal | None) -> SafeString | str:
    """Write an amount in capitals (大写金额)."""
    if amount is None:
        return NOTHING
    return format_html('<span class="capitals" lang="zh-CN">{}</span>', amounts.in_capitals(amount))


@register.simple_tag
def beijing(value: datetime | None, form: str = "full") -> SafeString | str:
    """Write an instant as Beijing time; `form` is full, milli, instant or one of TIME_FORMS."""
    if value is None:
        return NOTHING
    local = value.astimezone(BEIJING)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), _written(local, form))


@register.simple_tag
def day(value: date | None) -> SafeString | str:
    """Write a day as the instants beside it are written."""
    if value is None:
        return NOTHING
    words = date_format(value, str(TIME_FORMS["date"]))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


def _written(local: datetime, form: str) -> str:
    if form == "full":
        return f"{_written(local, 'minute')} ({WEEKDAYS[local.weekday()]})"
    if form == "instant":
        return f"{_written(local, 'clock')}.{local.microsecond // 1000:03d}"
    if form == "milli":
        return f"{_written(local, 'second')}.{local.microsecond // 1000:03d}"
    return date_format(local, str(TIME_FORMS[form]))


@register.simple_tag(takes_context=True)
def until(
    context: Context, due: datetime | None, over: str = "", *, spoken: bool = False
) -> SafeString | str:
    """Count down by the server's clock; without scripts, say what was left at the page's making."""
    if due is None:
        return NOTHING
    done = over or gettext("时间已到")
    if "kept" in context:
        words = hole(context, lambda request: _left(due, getattr(request, "at", None), done))
    else:
        words = _left(due, context.get("at"), done)
    return format_html(
        '<time-left role="timer" at="{}" over="{}"{}>{}</time-left>',
        due.astimezone(BEIJING).isoformat(),
        done,
        mark_safe(" spoken") if spoken else "",
        words,
    )


def _left(due: datetime, at: datetime | None, done: str) -> str:
    return escape(time_left_in_words(due - at) or done) if at else ""


@register.simple_tag(takes_context=True)
def server_time(context: Context) -> str:
    """Write the instant at which the page was given."""
    return hole(context, lambda request: beijing(getattr(request, "at", None), "second"))


def time_left_in_words(left: timedelta) -> str:
    """Say a duration as the countdown does; the empty string when nothing is left."""
    seconds = int(left.total_seconds())
    if seconds <= 0:
        return ""
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{ngettext('%(n)s 天', '%(n)s 天', days) % {'n': days}} {clock}" if days else clock


@register.filter
def names(people: Iterable[object]) -> str:
    """Write the names of people, units or parts (objects or mappings) in a row, joined by 、."""
    return "、".join(
        str(one["name"] if isinstance(one, Mapping) else one.name)  # type: ignore[attr-defined]
        for one in people
    )


@register.filter
def listed(words: Iterable[str]) -> str:
    """Write words of ours in the page's language, in a row."""
    return gettext("、").join(gettext(word) for word in words)


@register.simple_tag
def state_badge(
    lifecycle: str, state: str, of: Traded | None = None, room: Auction | None = None
) -> SafeString:
    """Show a state by its title in the table of its lifecycle, in the tone of TONES; a tender's
    table is that of its method, and a lot may be called other things there; what a phase of an
    auction is called goes by its kind.
    """
    if lifecycle == "tender":
        titles = lifecycle_of(of).titles if of else states()
    else:
        own = lot_states_of(of) if of and lifecycle == "lot" else {}
        own = phase_titles(room) if room else own
        titles = {**LIFECYCLES[lifecycle].titles, **own}
    return badge(gettext(titles[state]), tone_of(lifecycle, state))


@register.simple_tag(takes_context=True)
def word(context: Context, name: str, of: Traded | None = None, **facts: object) -> str:
    """Say what the market of a tender, the page's own unless one is given, calls something; where
    no facts are given, what stands open in a sentence is how long the rules give.
    """
    tender: Any = of or context["tender"]
    said = words_of(tender)[name]
    if facts or "%(" not in said:
        return gettext(said) % facts if facts else gettext(said)
    return in_days(said, tender)


register.simple_tag(deadline_told)


@register.simple_tag
def badge(text: str, tone: str = "quiet") -> SafeString:
    """Show a word as a badge: tone quiet, open, live, note, good, care or bad."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, text)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """Draw an icon of the lucide set; without a label it is hidden from screen readers."""
    spoken: dict[str, object] = (
        {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    )
    drawn = lucide(name, size=size, **{"class": "icon", **spoken})
    return mark_safe(drawn)  # noqa: S308 - lucide escapes the attributes it is given


@register.inclusion_tag("_field.html")
def field(
    bound: BoundField | str, unit: str = "", *, capitals: bool = False, needed: str = ""
) -> dict[str, object]:
    """Show a field: label, help, control, errors; `capitals` writes an amount in capitals, and
    `needed` says when a field is to be filled in that is not always. Of a field that a form does
    not have it shows nothing.
    """
    return {"field": bound, "unit": unit, "capitals": capitals, "needed": needed}


@register.simple_tag
@lru_cache(maxsize=1)
def stylesheets() -> SafeString:
    """Link every style sheet of the house."""
    return format_html_join(
        "\n    ",
        '<link rel="stylesheet" href="{}">',
        ((static(f"css/{name}.css"),) for name in STYLES),
    )


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    """Map bare names and /static modules to the addresses the static files really have."""
    nonce = hole(context, lambda request: str(getattr(request, "csp_nonce", "")))
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, _imports())


@lru_cache(maxsize=1)
def _imports() -> SafeString:
    written = json.dumps({"imports": module_addresses()}, separators=(",", ":"))
    return mark_safe(written.replace("<", "\\u003c"))  # noqa: S308 - our own file names, "<" escaped


@lru_cache(maxsize=1)
def module_addresses() -> dict[str, str]:
    """List our modules: `charts` for vendor/charts.js, and each file that has another name."""
    found = [path for path in _scripts() if path.split("/")[0] in _our_folders()]
    vendor = {
        path.removeprefix("vendor/").removesuffix(".js"): static(path)
        for path in found
        if path.startswith("vendor/")
    }
    ours = {
        f"{settings.STATIC_URL}{path}": static(path)
        for path in found
        if static(path) != f"{settings.STATIC_URL}{path}"
    }
    return {**vendor, **ours}


def _scripts() -> list[str]:
    paths: set[str] = set()
    for finder in get_finders():
        for path, storage in finder.list(["*.map"]):
            prefix = getattr(storage, "prefix", None)
            if path.endswith(".js"):
                paths.add(f"{prefix}/{path}" if prefix else path)
    return sorted(paths)


def _our_folders() -> set[str]:
    return {
        "js",
        "vendor",
        "accounts",
        "trading",
        "deposits",
        "bidding",
        "evaluation",
        "monitoring",
        "portal",
    }

"""What a purchaser means to buy, told before it begins, and what a draft that rests on it is told
where it was not, or too late (财库〔2020〕10号).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.calendar import is_sensible
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.periods import RuleSet

CODE: Final = "intention"
"""The rule by which it is told so many days before the announcement."""
PREFIX: Final = "YX"
LONGEST_TITLE: Final = 160
LONGEST_NEEDS: Final = 2000
LONGEST_NOTE: Final = 300
MOST: Final = Decimal("99999999999999.99")


@dataclass(frozen=True)
class Intended:
    """What the public is told: what is to be bought, for how much, and in which month."""

    title: str
    needs: str
    budget: Decimal
    expected_on: date
    note: str = ""


def read(given: Intended, today: date) -> Intended:
    """Take what a purchaser says; the month is this one or a later one."""
    title = _worded(given.title, "title", LONGEST_TITLE)
    needs = _worded(given.needs, "needs", LONGEST_NEEDS)
    note = given.note.strip()
    if len(note) > LONGEST_NOTE:
        raise _too_long("note", LONGEST_NOTE)
    if not 0 < given.budget <= MOST:
        raise Invalid("intention.budget", _("预算金额须大于零。"), field="budget")
    month = given.expected_on.replace(day=1)
    if not is_sensible(month) or month < today.replace(day=1):
        message = _("预计采购时间应为本月或以后。")
        raise Invalid("intention.month", message, field="expected_on")
    return Intended(title, needs, given.budget, month, note)


def _worded(text: str, field: str, most: int) -> str:
    clean = text.strip()
    if not 0 < len(clean) <= most:
        raise _too_long(field, most)
    return clean


def _too_long(field: str, most: int) -> Invalid:
    message = _("请填写内容，不超过 %(most)s 字。")
    return Invalid("text.required", message, most=most, field=field)


def advice(rules: RuleSet, published_on: date | None, announced: date) -> Iterator[Finding]:
    """Warn of a draft whose intention is not named, or was told too few days before; the rule says
    "as a rule", and lets pressing needs go without, so nothing is refused.
    """
    row = rules.find_period(CODE, announced)
    if row is None:
        return
    law, days = row.basis.cited, {"days": row.value}
    if published_on is None:
        message = _(
            "没有写明已公开的采购意向：采购意向原则上须在采购活动开始前 %(days)s 日公开，"
            "因不可预见的原因急需开展的除外。"
        )
        yield Finding("intention.none", "basic", message, days, law)
        return
    first = rules.last_day(CODE, published_on)
    if announced < first:
        message = _("采购意向 %(told)s 才公开，公告原则上不早于 %(first)s（公开后 %(days)s 日）。")
        told = {**days, "told": published_on.isoformat(), "first": first.isoformat()}
        yield Finding("intention.late", "basic", message, told, law)

"""Whom a post goes to: checks in the order of places, publicity, and the contract (PIR 12, 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

CHECKS: Final = {"medical": _("体检"), "inspection": _("考察")}
YEAR: Final = 12
MOST_YEARS: Final = 50
"""No working life is longer."""


@dataclass(frozen=True)
class Terms:
    """What the rules fix of a contract with a new employee."""

    least_years: Decimal
    first_trial: Decimal
    most_trial: Decimal


@dataclass(frozen=True)
class Ranked:
    """Somebody in the order of places: number, and where they stand."""

    number: int
    state: str


def to_check(ranked: Sequence[Ranked], openings: int) -> list[int]:
    """Give whose checks are due: as many as there are places, the next ones for who failed."""
    standing = [of for of in ranked if of.state in {"ranked", "passed"}]
    return [of.number for of in standing[:openings] if of.state == "ranked"]


def require_contract(years: int, trial_months: int, terms: Terms, *, first_job: bool) -> None:
    """Refuse a term or a trial other than the rules have it."""
    if years < terms.least_years:
        message = _("聘用合同期限一般不低于 %(least)s 年。")
        raise Invalid("hire.years", message, least=f"{terms.least_years:f}", field="years")
    if years > MOST_YEARS:
        message = _("聘用合同期限不超过 %(most)s 年。")
        raise Invalid("hire.years", message, most=MOST_YEARS, field="years")
    if first_job and trial_months != terms.first_trial:
        message = _("初次就业的，试用期为 %(months)s 个月。")
        facts = {"months": f"{terms.first_trial:f}"}
        raise Invalid("hire.trial", message, **facts, field="trial_months")
    if not first_job and not 0 <= trial_months <= terms.most_trial:
        message = _("不是初次就业的，试用期不超过 %(months)s 个月。")
        facts = {"months": f"{terms.most_trial:f}"}
        raise Invalid("hire.trial", message, **facts, field="trial_months")

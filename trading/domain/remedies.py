"""Challenges (质疑): who may raise what until when, by when it is answered (GPL 52 to 54, M94)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.periods import RuleSet

ARTICLE: Final = "《政府采购法》第五十二条"
STANDS_STILL: Final = frozenset(
    {"opened", "evaluating", "evaluated", "winner_confirmed", "award_notified"}
)


@dataclass(frozen=True)
class Standing:
    """What decides whether a challenge is admissible."""

    about: str
    state: str
    registered: bool
    took_part: bool
    announced_at: datetime | None
    closed_at: datetime | None
    evaluated_at: datetime | None
    result_at: datetime | None
    same_matter_open: bool
    rules: RuleSet


def last_day_to_file(standing: Standing) -> date | None:
    """Give the last day to challenge this: seven working days from the end of what it is about;
    None while that has not happened.
    """
    rules = standing.rules
    if standing.about == "document":
        if standing.announced_at is None:
            return None
        on = local_date(standing.announced_at)
        if rules.period("document_challenge", on).anchor == "notice_until":
            on = rules.last_day("notice_stays", on)
        return rules.last_day("document_challenge", on)
    if standing.about == "process":
        step = standing.evaluated_at or standing.closed_at
        return None if step is None else rules.last_day("document_challenge", local_date(step))
    if standing.result_at is None:
        return None
    ends = rules.last_day("result_stays", local_date(standing.result_at))
    return rules.last_day("result_challenge", ends)


def require_admissible(standing: Standing, at: datetime) -> None:
    """Refuse a challenge by someone without standing, too early, too late, or raised already."""
    if standing.about == "document" and not (standing.registered or standing.took_part):
        raise Conflict(
            "challenge.no_standing", _("只有依法获取采购文件的供应商可以对采购文件提出质疑。")
        )
    if standing.about != "document" and not standing.took_part:
        raise Conflict(
            "challenge.no_standing", _("只有参加本项目投标的供应商可以对采购过程和结果提出质疑。")
        )
    last = last_day_to_file(standing)
    if last is None:
        raise Conflict("challenge.too_early", _("该环节尚未发生，暂不能质疑。"))
    if local_date(at) > last:
        raise Conflict(
            "challenge.too_late",
            _("质疑期限已于 %(last)s 届满（知道或应知之日起七个工作日内）。"),
            last=str(last),
        )
    if standing.same_matter_open:
        raise Conflict(
            "challenge.once", _("对同一环节的质疑须一次性提出，您已有一份质疑正在处理。")
        )


def answer_due(received: datetime, rules: RuleSet) -> date:
    """Give the last day to answer: seven working days after receipt (GPL 53)."""
    return rules.last_day("challenge_answer", local_date(received))


def complaint_until(answer_due_on: date, rules: RuleSet) -> date:
    """Give the last day to complain: fifteen working days after the answer period (GPL 55)."""
    return rules.last_day("complaint", answer_due_on)


def stands_still(state: str, *, affects_result: bool) -> bool:
    """Tell whether a challenge holds the procurement still (GPR 54)."""
    return affects_result and state in STANDS_STILL


def checked_text(text: str, *, field: str, least: int, most: int) -> str:
    """Take the facts, claim or law of a challenge, which its form must hold (M94 12)."""
    clean = text.strip()
    if not least <= len(clean) <= most:
        raise Invalid(
            "challenge.incomplete",
            _("质疑函须写明质疑事项、事实依据、法律依据和具体请求（%(least)s 至 %(most)s 字）。"),
            least=least,
            most=most,
            field=field,
        )
    return clean

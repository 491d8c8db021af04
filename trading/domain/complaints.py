"""Complaints (投诉) to the authority that supervises a market: after what, until when, decided by
when (GPL 55 to 57, M94; BLR 60 to 62).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.standstill import NOTHING, whole_days
from trading.periods import RuleSet


@dataclass(frozen=True)
class Complaints:
    """How a market complains: to whom, and what may go there without being raised first.

    `begins` gives the day the period to complain runs from, when something was raised before;
    `direct` are the matters with which one may come at once. `hears_openings` says that what was
    objected to in the hall was raised before; `names_filer`, that the published decision names who
    complained: not where nobody ever learns who took part; `corrects`, that what lacks a part of
    its form is given back once to be mended. `when` names the periods of the rules.
    """

    body: str
    begins: Callable[["Answered"], date]
    when: str
    direct: Mapping[str, str] = field(default_factory=dict)
    hears_openings: bool = False
    names_filer: bool = True
    corrects: bool = False


@dataclass(frozen=True)
class Answered:
    """What was raised before: by when it had to be answered, when it was, and whether it was."""

    answer_due: date
    answered_at: datetime | None


@dataclass(frozen=True)
class Grounds:
    """What decides whether a complaint may come: what was raised, or since when it is known."""

    rules: RuleSet
    about: str
    answered: Answered | None
    known_on: date | None
    same_open: bool


def require_admissible(grounds: Grounds, terms: Complaints, at: datetime) -> None:
    """Refuse a complaint that comes before its answer, too late, twice, or with nothing before it
    where something has to be.
    """
    today = local_date(at)
    if grounds.answered is None and grounds.about not in terms.direct:
        raise Conflict(
            "complaint.nothing_before",
            _("应当先依法提出质疑或者异议，对答复不满意或逾期未答复的，才能投诉。"),
        )
    if grounds.answered and not _is_over(grounds.answered, today):
        raise Conflict("complaint.too_early", _("答复期限尚未届满，请等待答复或者期满后再投诉。"))
    if grounds.answered is None and (grounds.known_on is None or grounds.known_on > today):
        raise Invalid(
            "complaint.known_on",
            _("请填写知道或者应当知道的日期，不得晚于今天。"),
            field="known_on",
        )
    last = last_day(grounds, terms)
    if today > last:
        raise Conflict("complaint.too_late", _("投诉期限已于 %(last)s 届满。"), last=str(last))
    if grounds.same_open:
        raise Conflict("complaint.once", _("您对同一事项的投诉正在处理，不能重复投诉。"))


def _is_over(answered: Answered, today: date) -> bool:
    return answered.answered_at is not None or today > answered.answer_due


def last_day(grounds: Grounds, terms: Complaints) -> date:
    """Give the last day to complain."""
    begins = terms.begins(grounds.answered) if grounds.answered else grounds.known_on
    if begins is None:
        raise Invalid(
            "complaint.known_on",
            _("请填写知道或者应当知道的日期，不得晚于今天。"),
            field="known_on",
        )
    return grounds.rules.last_day("complaint", begins)


def require_returnable(
    *, has_been: bool, corrects: bool, check_due: date, until: date, rules: RuleSet, at: datetime
) -> None:
    """Let a complaint be given back to be mended once, while it is checked, with days left to do so
    and not more than the rules leave (M94 21).
    """
    if not corrects:
        raise Conflict(
            "complaint.no_correction",
            _("该市场没有补正投诉书的程序：请受理，或者说明理由不予受理。"),
        )
    if has_been:
        raise Conflict(
            "complaint.returned_once",
            _("补正通知以一次为限：补正后仍不符合规定的，请说明理由不予受理。"),
        )
    today = local_date(at)
    if today > check_due:
        raise Conflict(
            "complaint.check_over",
            _("审查期限已于 %(last)s 届满，不能再要求补正：请受理，或者说明理由不予受理。"),
            last=str(check_due),
        )
    last = rules.last_day("complaint_correction", today)
    if not today < until <= last:
        raise Invalid(
            "complaint.correct_until",
            _("补正期限须晚于今天，最迟为 %(last)s。"),
            last=str(last),
            field="correct_until",
        )


def require_time_to_correct(until: date | None, at: datetime) -> None:
    """Refuse what is mended after the last day given for it."""
    if until is not None and local_date(at) > until:
        raise Conflict(
            "complaint.correction_late",
            _("补正期限已于 %(last)s 届满，不能再补正；仍在投诉期限内的，可以重新投诉。"),
            last=str(until),
        )


def require_refusable(state: str, until: date | None, at: datetime) -> None:
    """Refuse to turn a complaint away while its filer still has days to mend it."""
    if state == "correcting" and until is not None and local_date(at) <= until:
        raise Conflict(
            "complaint.correcting",
            _("补正期限至 %(last)s，期满未补正的才能不予受理。"),
            last=str(until),
        )


def refusal_due(check_due: date, rules: RuleSet) -> date | None:
    """Give the last day to tell the filer that its complaint is not taken up (M94 21)."""
    return rules.last_day_if_any("complaint_refusal", check_due)


def copies_due(received: datetime, rules: RuleSet) -> date | None:
    """Give the last day to send the copies; None where whom it concerns has one at once."""
    return rules.last_day_if_any("complaint_copies", local_date(received))


def explanation_due(sent: datetime, rules: RuleSet) -> date:
    """Give the last day on which whoever got a copy may say what it has to say (M94 22)."""
    return rules.last_day("complaint_explanation", local_date(sent))


def require_time_to_explain(until: date, at: datetime) -> None:
    """Refuse an explanation after its last day: the right to it is given up then (M94 25)."""
    if local_date(at) > until:
        raise Conflict(
            "complaint.explanation_late",
            _("说明期限已于 %(last)s 届满，视为放弃说明权利。需要补充材料的，请与监督部门联系。"),
            last=str(until),
        )


def require_heard(
    *, is_copied: bool, waiting_until: date | None, is_upheld: bool, at: datetime
) -> None:
    """Refuse a decision before whom it concerns had its copy, or one against it before it was heard
    or its days are over (M94 21, 22).
    """
    if not is_copied:
        raise Conflict(
            "complaint.not_copied",
            _("请先向被投诉人和相关供应商发出投诉书副本，再作出处理决定。"),
        )
    if is_upheld and waiting_until is not None and local_date(at) <= waiting_until:
        raise Conflict(
            "complaint.unheard",
            _("书面说明的期限至 %(last)s：请等收到全部说明或者期满后，再认定投诉成立。"),
            last=str(waiting_until),
        )


def check_due(received: datetime, rules: RuleSet) -> date:
    """Give the last day to decide whether a complaint is taken up."""
    return rules.last_day("complaint_check", local_date(received))


@dataclass(frozen=True)
class Handling:
    """When one complaint came and was taken up, and the days of tests it took."""

    received: datetime
    accepted: datetime | None
    tests: int = 0


def is_same_matter(known_on: date | None, earlier_received: datetime) -> bool:
    """Tell whether a complaint taken back was of the same matter as one that came later: what
    became known only after it came is another. What was raised before is one matter for good.
    """
    return known_on is None or known_on <= local_date(earlier_received)


def clock_of(handlings: Sequence[Handling], accepted: datetime) -> Handling:
    """Give the clock of one matter, the complaints about it oldest first: to take it back and file
    it again begins no new days to decide it.
    """
    began = next((one.accepted for one in handlings if one.accepted), accepted)
    return Handling(handlings[0].received, began, sum(one.tests for one in handlings))


def decision_due(received: datetime, accepted: datetime, rules: RuleSet, tests: int = 0) -> date:
    """Give the last day to decide: counted from the receipt or from the taking up, as the rules
    say; days of tests and expert reports do not count (GPR 58, BLR 61).
    """
    on = local_date(accepted)
    from_receipt = rules.period("complaint_decision", on).anchor == "complained"
    due = rules.last_day("complaint_decision", local_date(received) if from_receipt else on)
    return rules.calendar.add(due, tests, "CAL").due if tests else due


def held_until(on: date, rules: RuleSet, stood: timedelta = NOTHING) -> date | None:
    """Give the last day for which the authority may hold a tender still; None without a limit.

    What the same complaint held before counts: letting go and holding again wins no day (GPL 57).
    """
    last = rules.last_day_if_any("suspension", on)
    if last is None:
        return None
    left = last - timedelta(days=whole_days(stood))
    if left <= on:
        days = (last - on).days
        raise Conflict(
            "complaint.hold_used_up", _("本投诉依法最多可以暂停 %(days)s 日，已经用完。"), days=days
        )
    return left


NEVER_HELD: Final = frozenset(
    {
        "draft",
        "review",
        "planned",
        "approved",
        "entry_review",
        "registered",
        "opening",
        "archived",
    }
)
"""The states in which there is nothing to hold still: not public yet, in the hall, or over."""


def require_holdable(state: str, *, is_over: bool, is_sealed: bool) -> None:
    """Refuse to hold still what is in the hall, or about to be opened there, or over; rooms where
    offers are made stop with their tender.
    """
    if is_over or state in NEVER_HELD or (is_sealed and state == "closed"):
        raise Conflict(
            "complaint.nothing_to_hold", _("项目当前状态不能暂停：尚未公开、正在开标或者已经结束。")
        )


# --- the markets ---


def _end_of_the_answer_period(answered: Answered) -> date:
    """Fifteen working days run from the end of the period to answer (GPL 55)."""
    return answered.answer_due


def _day_of_the_answer(answered: Answered) -> date:
    """Ten days run from the answer: the time of the objection does not count (BLR 60)."""
    return local_date(answered.answered_at) if answered.answered_at else answered.answer_due


TO_FINANCE: Final = Complaints(
    body=_("财政部门"),
    begins=_end_of_the_answer_period,
    when=_(
        "质疑供应商对答复不满意或者逾期未答复的，可以在答复期满后 %(complaint)s内投诉；"
        "投诉事项不得超出已质疑事项的范围（政府采购法第五十五条，"
        "实施条例第五十五条）。"
    ),
    corrects=True,
)
TO_REGULATOR: Final = Complaints(
    body=_("行政监督部门"),
    begins=_day_of_the_answer,
    when=_(
        "自知道或者应当知道之日起 %(complaint)s内投诉；对招标文件、开标、"
        "评标结果的投诉应当先提出异议，异议答复期间不计算在内（招标投标法实施条例第六十条）。"
    ),
    direct={"other": _("其他招标投标活动")},
    hears_openings=True,
)
TO_STATE_ASSETS: Final = Complaints(
    body=_("国有资产监督管理机构"),
    begins=_day_of_the_answer,
    when=_(
        "对交易机构的答复不满意或者逾期未答复的，"
        "可以自收到答复或者答复期满之日起 %(complaint)s内投诉；投诉事项不得超出已提出异议的范围。"
    ),
    names_filer=False,
)
TO_LAND_AUTHORITY: Final = replace(
    TO_STATE_ASSETS,
    body=_("自然资源主管部门"),
    when=_(
        "对出让人的答复不满意或者逾期未答复的，"
        "可以自收到答复或者答复期满之日起 %(complaint)s内投诉；投诉事项不得超出已提出异议的范围。"
    ),
)

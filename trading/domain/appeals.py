"""Appeals of what the authority ruled on a complaint: to a reviewing body or to a court (GPL 58,
the laws of reconsideration and of suits).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

WAYS: Final[Mapping[str, str]] = {
    "reconsideration": _("行政复议"),
    "suit": _("行政诉讼"),
}
"""Where a ruling is appealed to."""
APPELLANTS: Final[Mapping[str, str]] = {
    "filer": _("投诉人"),
    "respondent": _("被投诉人"),
    "other": _("其他与投诉事项有关的当事人"),
}
"""Who appeals, by its part in the complaint: no name, which may be nobody's news yet."""
OUTCOMES: Final[Mapping[str, str]] = {
    "kept": _("维持原决定，或者驳回请求"),
    "changed": _("变更原决定"),
    "revoked": _("撤销原决定"),
    "ordered": _("责令重新作出决定，或者责令受理"),
    "unlawful": _("确认原决定违法，但不撤销"),
    "ended": _("撤回、终止"),
}
"""How an appeal ended."""
RULED: Final = frozenset({"decided", "refused"})
"""The states of a complaint in which there is a ruling to appeal."""
REOPENED_BY: Final = frozenset({"changed", "revoked", "ordered"})
"""The outcomes after which the ruling stands no longer, and the authority rules anew."""
REOPENS: Final[Mapping[str, str]] = {"decided": "reopen", "refused": "recheck"}
"""The move by which a complaint is open again, by the state its ruling had left it in."""


@dataclass(frozen=True)
class Taken:
    """That a ruling was appealed: in which way, to whom, by whom, when."""

    way: str
    body: str
    appellant: str
    filed_on: date


def require_recordable(state: str, taken: Taken, ruled: date, at: datetime) -> None:
    """Refuse an appeal of what is not ruled, or one dated before the ruling or after today."""
    if state not in RULED:
        raise Conflict(
            "appeal.no_ruling", _("投诉尚未作出处理决定或者不予受理，没有可以登记的复议、诉讼。")
        )
    _require_known("way", taken.way, WAYS)
    _require_known("appellant", taken.appellant, APPELLANTS)
    if not ruled <= taken.filed_on <= local_date(at):
        raise Invalid(
            "appeal.filed_on",
            _("申请、起诉的日期不得早于作出决定的 %(ruled)s，也不得晚于今天。"),
            ruled=str(ruled),
            field="filed_on",
        )


@dataclass(frozen=True)
class Ended:
    """How an appeal ended, by a paper of which day, received when, and whether it is in force."""

    outcome: str
    decided_on: date
    received_on: date
    in_force: bool


def require_closable(ended: Ended, filed_on: date, at: datetime) -> None:
    """Refuse an outcome nobody knows, or one dated before the appeal or after today; and one that
    sets a ruling aside while that may still be appealed itself: until then the ruling stands.
    """
    _require_known("outcome", ended.outcome, OUTCOMES)
    if not filed_on <= ended.decided_on <= local_date(at):
        raise Invalid(
            "appeal.decided_on",
            _("审结的日期不得早于申请、起诉的 %(filed)s，也不得晚于今天。"),
            filed=str(filed_on),
            field="decided_on",
        )
    if not ended.decided_on <= ended.received_on <= local_date(at):
        raise Invalid(
            "appeal.received_on",
            _("收到文书的日期不得早于审结的 %(decided)s，也不得晚于今天。"),
            decided=str(ended.decided_on),
            field="received_on",
        )
    if ended.outcome in REOPENED_BY and not ended.in_force:
        raise Conflict(
            "appeal.not_in_force",
            _(
                "文书生效之前，原决定仍然有效：请在文书生效后登记这一结果，"
                "并勾选“文书已经发生法律效力”。"
            ),
            field="in_force",
        )


def reopens(outcome: str, *, is_current: bool, state: str) -> bool:
    """Tell whether a complaint is open again by how an appeal ended: where the ruling that was
    appealed is the one in force still.
    """
    return outcome in REOPENED_BY and is_current and state in REOPENS


def _require_known(field: str, value: str, known: Mapping[str, str]) -> None:
    if value not in known:
        raise Invalid("appeal.choice", _("请在列出的选项中选择。"), field=field)

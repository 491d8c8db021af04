"""Priority rights (优先购买权): who holds one, in which order, and how it is exercised (SA32 13,
Company Law art. 84, rulebook 5.4).

What is disclosed names organisations; in the room they are codes like everybody else, so the terms
of the engine are made of it only when it is known who has registered.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kernel import uscc
from kernel.calendar import is_sensible, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.domain.rooms import NOT_IN_ROOM

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

KEY: Final = "priority_right"
"""Where the terms of a lot's auction hold it."""
NONE, WAIVED = "none", "waived"
IN_ROOM: Final = "in_room_equal"
ASKED: Final = ("after_close_once", "after_close_loop")
MODES: Final = {
    NONE: _("没有优先购买权人"),
    IN_ROOM: _("场内行使：竞价中按当前价应价"),
    "after_close_once": _("场外行使：竞价结束后询问一次"),
    "after_close_loop": _("场外行使：行使后可再加价，再行询问"),
    WAIVED: _("优先购买权人均已书面放弃"),
}
EXPLAINED: Final = {
    IN_ROOM: _(
        "竞价中，优先购买权人可以声明按当前价行使，即以同等价格领先；其他竞买人须加价才能再领先。"
    ),
    "after_close_once": _(
        "竞价结束后，在答复期内询问优先购买权人是否按最终价格行使，逾期视为放弃。"
    ),
    "after_close_loop": _(
        "竞价结束后询问优先购买权人；行使的，原领先者可以再加价一次，再询问优先购买权人，直到一方放弃。"
    ),
    WAIVED: _("优先购买权人均已书面放弃，放弃的书面文件列入披露文件。"),
}
WINDOW_MINUTES: Final = (1, 43_200)
USUAL_WINDOW: Final = 30
MOST_HOLDERS: Final = 20
LONGEST_NAME: Final = 120
ARTICLE: Final = "《企业国有资产交易监督管理办法》第十三条"


@dataclass(frozen=True)
class Holder:
    """Who holds a priority right; disclosed by name and credit code."""

    name: str
    uscc: str


@dataclass(frozen=True)
class PriorityTerms:
    """How the priority rights over a lot are handled; holders stand in the order of their rank."""

    mode: str
    holders: Sequence[Holder] = ()
    same_rank: bool = False
    window_minutes: int | None = None
    notified_on: date | None = None


def read(given: PriorityTerms, modes: Collection[str] = tuple(MODES)) -> dict[str, Any]:
    """Clean what a draft says of priority rights, exercised in one of these modes; that there are
    none is said in so many words.
    """
    if given.mode not in modes:
        raise Invalid("priority.mode", _("请选择优先购买权的行使方式。"), field="mode")
    if given.mode == NONE:
        if given.holders:
            raise Invalid(
                "priority.holders_without_mode",
                _("已填写优先购买权人，请选择其行使方式；没有的，请清空名单。"),
                field="mode",
            )
        return {"mode": NONE}
    read_in: dict[str, Any] = {"mode": given.mode, "holders": _holders(given.holders)}
    if given.mode == WAIVED:
        return read_in
    if given.notified_on is None or not is_sensible(given.notified_on):
        raise Invalid(
            "priority.notified_on",
            _("请填写书面通知优先购买权人的日期。"),
            field="notified_on",
        )
    read_in |= {"same_rank": given.same_rank, "notified_on": given.notified_on.isoformat()}
    if given.mode in ASKED:
        read_in["window_s"] = _window(given.window_minutes) * 60
    return read_in


def of(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a lot's terms say of priority rights; nothing while that is open."""
    found: dict[str, Any] = auction.get(KEY, {})
    return found


def holders_of(auction: Mapping[str, Any]) -> tuple[str, ...]:
    """List the credit codes of those who may exercise a right, by rank; who waived may not."""
    right = of(auction)
    if right.get("mode") in {None, NONE, WAIVED}:
        return ()
    return tuple(holder["uscc"] for holder in right["holders"])


def with_codes(auction: Mapping[str, Any], code_of: Mapping[str, str]) -> dict[str, Any]:
    """Give the terms as the engine takes them: codes for names, of those who were let in.

    Whoever was notified and stayed away has waived (rulebook 5.4).
    """
    terms = {name: value for name, value in auction.items() if name != KEY}
    present = [code_of[holder] for holder in holders_of(auction) if holder in code_of]
    if not present:
        return terms
    right = of(auction)
    told = {"holders": present, "mode": right["mode"], "same_rank": right["same_rank"]}
    return terms | {KEY: told | {k: right[k] for k in ("window_s",) if k in right}}


def checks(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a disclosure must say of priority rights, and notices that come too late."""
    for lot in facts.lots:
        right, number = of(lot.auction), {"number": lot.number}
        if not right:
            message = _("标的 %(number)s 没有写明优先购买权：没有权利人的，也应写明没有。")
            yield Finding("priority.mode", "priority", message, number, ARTICLE)
        elif right["mode"] == IN_ROOM and lot.auction.get("kind") in NOT_IN_ROOM:
            message = _("标的 %(number)s 的竞价方式不能在场内行使优先购买权。")
            yield Finding("priority.in_room", "priority", message, number)
        elif (late := _too_late(facts, right)) is not None:
            message = _(
                "标的 %(number)s：书面通知优先购买权人不足三十日即披露期满，最早应为 %(earliest)s。"
            )
            basis = facts.rules.article_of("priority_answer", late)
            told = {**number, "earliest": (late + timedelta(days=1)).isoformat()}
            yield Finding("priority.notified_on", "priority", message, told, basis)


def _too_late(facts: "TenderFacts", right: Mapping[str, Any]) -> date | None:
    """Give the last day shareholders have to answer, if the disclosure ends by then."""
    if "notified_on" not in right or facts.bids_close_at is None:
        return None
    notified = date.fromisoformat(right["notified_on"])
    last = facts.rules.last_day_if_any("priority_answer", notified)
    return last if last is not None and local_date(facts.bids_close_at) <= last else None


def _holders(given: Sequence[Holder]) -> list[dict[str, str]]:
    if not 0 < len(given) <= MOST_HOLDERS:
        raise Invalid(
            "priority.no_holders",
            _("请填写优先购买权人，最多 %(most)s 家。"),
            most=MOST_HOLDERS,
            field="holders",
        )
    codes = [holder.uscc.strip().upper() for holder in given]
    for holder, code in zip(given, codes, strict=True):
        if not holder.name.strip() or len(holder.name) > LONGEST_NAME:
            raise Invalid("priority.name", _("请填写优先购买权人的名称。"), field="holders")
        if not uscc.check(code, lenient=True).valid or codes.count(code) > 1:
            raise Invalid(
                "priority.uscc",
                _("优先购买权人“%(name)s”的统一社会信用代码无效或重复。"),
                name=holder.name,
                field="holders",
            )
    return [
        {"name": holder.name.strip(), "uscc": code}
        for holder, code in zip(given, codes, strict=True)
    ]


def _window(minutes: int | None) -> int:
    least, most = WINDOW_MINUTES
    if minutes is None or not least <= minutes <= most:
        raise Invalid(
            "tender.out_of_bounds",
            _("应为 %(least)s 至 %(most)s 之间的整数。"),
            least=least,
            most=most,
            field="window_minutes",
        )
    return minutes

"""What is undone when a challenge or a complaint was right: the text is corrected, the bids are
evaluated again, the next candidate has the lot, or all is void and done again (GPR 71, M94 31, 32;
BLR 81).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

WAYS: Final[Mapping[str, str]] = {
    "harm": _("合同已经履行，不再撤销；造成损失的，由责任人承担赔偿责任"),
    "correct": _("修改公告和文件后继续；修改公告发布前一直暂停"),
    "reevaluate": _("重新评审（评标），原结果不再有效"),
    "next_candidate": _("取消其中标（成交）资格，依次确定下一候选人"),
    "void": _("结果无效，重新开展采购（招标、出让、转让）活动"),
    "cancel": _("合同（框架协议）已经签订、尚未履行，予以撤销，重新开展采购活动"),
}
"""What may be ordered, the mildest first."""
NO_EFFECT: Final = _("不影响结果，继续进行")
"""What is said where nothing is undone."""
GROUND: Final = "upheld"
"""The ground by which somebody is passed over whose result was found wrong."""
JOINT: Final = _(
    "第 %(lots)s 标段（包）有候选人并列第一，还不能依次确定下一候选人："
    "须先抽签或者按文件规定的方式确定一家；正在暂停的，恢复后办理。"
)
CORRECTION: Final = "correction"
"""The cause by which a tender stands still until its text is amended."""
BY_AUTHORITY: Final = frozenset({"harm", "cancel"})
"""What only the authority says, once a contract is signed (GPR 71)."""
BY_PURCHASER: Final = frozenset({"next_candidate", "void"})
"""What only the purchaser undoes itself; to correct or to look again its agency may say too."""
EVERY_LOT: Final = 0
"""What is said instead of the number of a lot where something is undone in all of them."""


def by_agency(ways: Iterable[str]) -> list[str]:
    """List what those who run a tender may say without its purchaser."""
    return [way for way in ways if way not in BY_PURCHASER]


def of_its_own(ways: Iterable[str]) -> list[str]:
    """List what a purchaser may say itself: what is signed it does not undo."""
    return [way for way in ways if way not in BY_AUTHORITY]


@dataclass(frozen=True)
class Stage:
    """Where a tender stands: which moves its life allows now, and how its lots stand.

    `awarded` says that an award was told; `left` counts, for each lot that may still be undone, the
    candidates behind the one whose turn it is; `joint` are those where several stand first, and
    nobody's turn it is yet. Where the law undoes contracts `signed` has them by lot: true where
    nothing of one is known to have been performed.
    """

    takes_bids: bool
    reevaluates: bool
    passes_over: bool
    fails: bool
    has_signed: bool
    left: Mapping[int, int]
    joint: Sequence[int] = ()
    signed: Mapping[int, bool] = field(default_factory=dict)


def require_right(way: str, *, is_right: bool) -> None:
    """Refuse to undo anything where nobody was right."""
    if way and not is_right:
        raise Conflict(
            "redress.not_upheld",
            _("只有成立（部分成立）的，才能作出改正、重新评审、另行确定或者结果无效的处理。"),
            field="redress",
        )


def open_ways(stage: Stage) -> list[str]:
    """List what may be ordered where a tender stands. What is signed is undone by the authority
    alone, and only where the law has it so.
    """
    may = {
        "harm": not all(stage.signed.values()),
        "correct": stage.takes_bids,
        "reevaluate": stage.reevaluates and not stage.has_signed,
        "next_candidate": stage.passes_over and any(stage.left.values()),
        "void": stage.fails and bool(stage.left),
        "cancel": any(stage.signed.values()),
    }
    return [way for way in WAYS if may[way]]


def require_way(way: str, stage: Stage, *, itself: bool = False) -> None:
    """Refuse what cannot be ordered any more, or not yet, saying what can; those who run a tender
    undo nothing `itself` that is signed.
    """
    if way not in WAYS:
        raise Invalid("redress.way", _("请选择处理方式。"), field="redress")
    ways = of_its_own(open_ways(stage)) if itself else open_ways(stage)
    if way not in ways:
        _require_told_apart(way, stage.joint)
        raise Conflict(
            "redress.not_now",
            _("项目现在的阶段不能这样处理。可以选择：%(ways)s。合同已经签订的，依法另行处理。"),
            ways="；".join(WAYS[one] for one in ways) or NO_EFFECT,
            field="redress",
        )


def _require_told_apart(way: str, joint: Sequence[int]) -> None:
    """Refuse to let the next follow a first whom only the order of a list would name."""
    if way == "next_candidate" and joint:
        raise Conflict("redress.joint", JOINT, lots="、".join(map(str, joint)), field="redress")


def _able(way: str, stage: Stage) -> list[int]:
    if way in BY_AUTHORITY:
        return [lot for lot, untouched in stage.signed.items() if untouched == (way == "cancel")]
    return [lot for lot, left in stage.left.items() if way != "next_candidate" or left]


def ordered_lot(said: int | None, own: int | None) -> int | None:
    """Give the lot in which something is undone, none for all: where nothing is said, the one that
    the case is about; all the others only where that is said (GPR 55, 71).
    """
    return own if said is None else said or None


def concerned(way: str, number: int | None, stage: Stage) -> list[int]:
    """Give the lots it is done in: the one that is named, else every one it can be done in."""
    able = _able(way, stage)
    if number is None:
        return able
    if number not in able:
        _require_told_apart(way, [lot for lot in stage.joint if lot == number])
        raise Conflict(
            "redress.lot",
            _(
                "第 %(lot)s 标段（包）不能这样处理："
                "没有其他候选人、已经失败，或者合同签订、履行的情况与此不符。"
            ),
            lot=number,
            field="lot",
        )
    return [number]

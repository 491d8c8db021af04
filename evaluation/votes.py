"""What a panel comes to by majority besides judging bids: whether the document is confirmed (M74
art. 8), and whose solutions are recommended (GPR art. 35).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from evaluation import domain
from kernel.errors import Conflict
from kernel.text import gettext_noop as _

MEND: Final = "mend"
DOCUMENT: Final = {
    "confirmed": _("已确认"),
    MEND: _("要求修改"),
    "mended": _("已按要求修改并书面通知所有供应商"),
}
"""What a panel may have come to about the document; nothing while members have to speak."""
SOLUTION_CLAUSE: Final = (
    "设计方案或者解决方案获得小组过半数成员推荐（政府采购法实施条例第三十五条）"
)
"""The clause a bid is out by whose solution is not recommended."""


def of_document(votes: Sequence[bool], size: int) -> str:
    """Tell what the members come to by more than half of all; nothing while it may still turn."""
    carried = domain.carried(votes, size)
    if carried is None:
        return ""
    return "confirmed" if carried else MEND


def recommended(votes: Mapping[int, Sequence[bool]], size: int) -> list[int]:
    """Give the bids whose solutions more than half of all members recommend, in their order."""
    return [bid for bid, said in votes.items() if domain.carried(said, size)]


def require_solutions(chosen: Sequence[int], least: int, lot: int) -> None:
    """Refuse fewer recommended solutions of a lot than the law wants (GPR art. 35)."""
    if len(chosen) < least:
        raise Conflict(
            "solutions.too_few",
            _(
                "第 %(lot)s 包只有 %(found)s 家的方案获得过半数成员推荐，应当推荐 %(least)s 家以上"
                "。请成员重新表决，或者继续磋商、谈判。"
            ),
            lot=lot,
            found=len(chosen),
            least=least,
        )

"""Several who stand first in a lot (并列第一): no order of a list decides between them. The
purchaser does, by the rule that the document prints; where it prints none, lots do
(M87 54, 57, 68).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

DRAW: Final = "tie_draw"
"""What a decision by lot between equals is called beside the ways of an award committee."""
TITLE: Final = _("并列第一，公开抽签确定")
DRAWN: Final = _("并列第一，公开抽签确定。")
BY_RULE: Final = _("并列第一，按采购文件规定的方式确定：%(reason)s")


def firsts(left: Sequence[Mapping[str, Any]]) -> list[str]:
    """List by code who shares the best rank among those who are left."""
    best = min((int(c["rank"]) for c in left), default=0)
    return [str(c["uscc"]) for c in left if int(c["rank"]) == best]


def cut(ranked: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """List the equals of whom only some are among those who may be recommended; none where they
    stand first, of whom a draw takes one.
    """
    if not most < len(ranked):
        return []
    edge = int(ranked[most - 1]["rank"])
    equals = [one for one in ranked if int(one["rank"]) == edge]
    is_cut = int(ranked[most]["rank"]) == edge and edge > int(ranked[0]["rank"])
    return equals if is_cut else []


def first(left: Sequence[Mapping[str, Any]], decision: Mapping[str, Any]) -> str:
    """Give who stands first by its code: alone, or by lot; empty while equals are joint."""
    equals = firsts(left)
    if len(equals) == 1:
        return equals[0]
    drawn = str(decision.get("chosen", ""))
    return drawn if drawn in equals else ""


def purpose_of(code: str, lot: int, turn: int) -> str:
    """Name what a draw between equals is for; whoever fell away before made another draw of it."""
    return f"tie:{code}:{lot}:{turn}"


def require_drawn(lots: Sequence[int]) -> None:
    """Refuse to go on while lots have to be drawn between equals."""
    if lots:
        raise Conflict(
            "award.tied",
            _(
                "第 %(lots)s 标段（包）有候选人并列第一，"
                "须先由公证人员或监督部门给出随机数，公开抽签确定。"
            ),
            lots="、".join(map(str, lots)),
        )


def require_reason(reason: str, rule: str) -> str:
    """Take why one of several equals was chosen, by the rule that the document prints."""
    clean = reason.strip()
    if not clean:
        raise Invalid(
            "award.tie_reason",
            _("候选人并列第一，须写明按采购文件规定的方式（%(rule)s）为何确定这一家。"),
            rule=rule,
            field="reason",
        )
    return clean

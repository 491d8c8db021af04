"""What is undone by an answer or a decision, as a choice of a form."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain.redress import EVERY_LOT, JOINT, NO_EFFECT, WAYS
from trading.models import Lot

NOTHING: Final = "none"
"""What is chosen where the law has something, and it shall not be."""


def add_redress(
    form: forms.Form,
    ways: Sequence[str],
    lots: Sequence[Lot],
    itself: str = "",
    own: Lot | None = None,
) -> None:
    """Let a form say what is undone, where anything still can be; `itself` follows unless something
    else is chosen. Where a move of the tender follows there is nothing besides to choose. It is
    done in the lot `own` that the case is about, unless all are chosen, or another.
    """
    if not ways or (itself and itself not in WAYS):
        return
    rest = [(way, gettext(WAYS[way])) for way in ways if way != itself]
    first = [("", gettext(WAYS[itself] if itself else NO_EFFECT))]
    nothing = [(NOTHING, gettext(NO_EFFECT))] if itself else []
    form.fields["redress"] = forms.ChoiceField(
        label=_("成立的，如何处理"),
        choices=[*first, *rest, *nothing],
        widget=forms.RadioSelect,
        required=False,
        initial="",
        help_text=_("不成立的，不作处理。处理随答复或者决定立即生效并公告，不能撤销。"),
    )
    if joint := [str(lot.number) for lot in lots if queries.is_joint(lot)]:
        told = gettext(JOINT) % {"lots": "、".join(joint)}
        form.fields["redress"].help_text = f"{form.fields['redress'].help_text}{told}"
    if len(lots) > 1:
        numbers = [(str(lot.number), f"{lot.number}　{lot.title}") for lot in lots]
        # Where nothing can be undone in its own lot, no other is taken for it unseen.
        is_over = own is not None and own not in lots
        unsaid = [("", gettext("请选择"))] if is_over else []
        form.fields["lot"] = forms.ChoiceField(
            label=_("涉及的标段（包）"),
            choices=[*unsaid, (str(EVERY_LOT), gettext("全部")), *numbers],
            initial="" if is_over else str(own.number if own else EVERY_LOT),
            required=False,
            help_text=_("重新评审（评标）总是全部标段（包）一起进行。"),
        )


def redress_in(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is undone as the services take it: the way, and the lot or none for all."""
    way, lot = cleaned.get("redress", ""), cleaned.get("lot")
    return {"redress": "" if way == NOTHING else way, "lot": int(lot) if lot else None}

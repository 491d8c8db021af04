"""Entry with the centre (进场登记, rulebook 2.1): before a tender is announced the centre may look
whether what it needs is there. It looks at the form and never at the substance, so a refusal can
only name items of this list that are missing, and the entry may be sent again.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

RULE: Final = "entry_review"
"""The row that says whether the centre registers a tender before it is announced: one or nought."""
ITEMS: Final = {
    "approval": _("项目审批、核准、备案文号或者投资项目代码"),
    "funds": _("资金来源落实情况"),
    "agency_contract": _("招标代理委托合同"),
    "method": _("招标方式及其批准"),
    "documents": _("招标文件"),
}
"""What an entry consists of (BLR 7, 8), and nothing else may be asked for."""
LONGEST: Final = 200


def read(given: str) -> str:
    """Take by which contract the agency was asked to run the tender."""
    said = given.replace("\x00", "").strip()
    if not 0 < len(said) <= LONGEST:
        message = _("请写明委托合同的编号和日期，不超过 %(most)s 字。")
        raise Invalid("entry.contract", message, most=LONGEST, field="agency_contract")
    return said


def lacking(said: Mapping[str, str]) -> list[str]:
    """List the items of which nothing is said at all."""
    return [ITEMS[item] for item in ITEMS if not said.get(item, "").strip()]


def refusal(missing: Iterable[str], note: str) -> tuple[list[str], str]:
    """Read which items are missing, in the order of the list, and say it in one sentence."""
    named = set(missing)
    if not named or named - set(ITEMS):
        message = _("请从清单中勾选缺少的材料；交易中心只作形式审查，不能以其他理由退回。")
        raise Invalid("entry.items", message, field="missing")
    clean = note.replace("\x00", "").strip()
    if len(clean) > LONGEST:
        message = _("说明不超过 %(most)s 字。")
        raise Invalid("entry.note", message, most=LONGEST, field="note")
    items = [item for item in ITEMS if item in named]
    words = "缺少：" + "、".join(str(ITEMS[item]) for item in items)
    return items, f"{words}。{clean}" if clean else f"{words}。"

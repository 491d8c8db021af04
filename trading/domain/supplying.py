"""The life of what is supplied under a framework: the agreement with a supplier, and each call-off
from it.
"""

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

FRAMEWORK = Lifecycle(
    name="framework",
    initial="shortlisted",
    titles={
        "shortlisted": _("待签订框架协议"),
        "in_force": _("协议有效"),
        "ended": _("协议期满"),
        "terminated": _("协议解除"),
        "withdrawn": _("已退出协议"),
    },
    moves={
        "sign": Move(("shortlisted",), "in_force"),
        "ask_withdrawal": Move(("in_force",), None),
        "refuse_withdrawal": Move(("in_force",), None),
        "accept_withdrawal": Move(("in_force",), "withdrawn"),
        "end": Move(("in_force",), "ended"),
        "terminate": Move(("shortlisted", "in_force"), "terminated"),
    },
)
"""The life of a framework agreement with one supplier: it is called only while in force, and only
with a good reason does a supplier get out of it before its last day.
"""

CALL_OFF = Lifecycle(
    name="call_off",
    initial="asked",
    titles={
        "asked": _("待供应商答复"),
        "accepted": _("成交，待签订合同"),
        "contracted": _("合同已签订"),
        "failed": _("未成交"),
    },
    moves={
        "accept": Move(("asked",), "accepted"),
        "skip": Move(("asked", "accepted"), "asked"),
        "fail": Move(("asked", "accepted"), "failed"),
        "publish": Move(("accepted", "contracted"), None),
        "sign": Move(("accepted",), "contracted"),
    },
)
"""The life of one call-off: a supplier is asked and accepts; where it does not, the next in turn is
asked, or nobody.
"""

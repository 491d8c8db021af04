"""Deposits that do not go back by themselves: somebody was put out, fell away after winning or was
found out after the end, and whether its deposit is kept has to be decided.
"""

from typing import Final

from kernel.text import gettext_noop as _

CAUSES: Final = {
    "excluded": _("竞价中被取消竞买资格"),
    "passed_over": _("被取消中标（成交）资格"),
    "voided": _("成交结果被认定无效"),
    "disqualified": _("事后查实违法，被取消资格"),
}
FREED: Final = frozenset({"force_majeure", "upheld"})
"""The grounds to be passed over that are nobody's fault: the deposit goes with the losers'."""

"""Government procurement (政府采购): open tender for goods and services."""

from kernel.text import gettext_noop as _
from trading.domain.market import Market

MARKET = Market(
    slug="procurement",
    title=_("政府采购"),
    methods={"open_tender": _("公开招标")},
    categories={"goods": _("货物"), "services": _("服务")},
)

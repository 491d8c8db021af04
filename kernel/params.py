"""A number that a rule lets somebody choose: its name, its words, its bounds."""

from dataclasses import dataclass
from decimal import Decimal

from kernel.errors import Invalid
from kernel.reading import Fields
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Param:
    """A number the document may choose, its bounds, and who sets them.

    `of_lot` says that in a tender nobody chooses it: it is the limit of the lot that is judged.
    """

    name: str
    title: str
    default: str
    low: str
    high: str
    article: str = ""
    whole: bool = False
    of_lot: bool = False

    def read(self, body: Fields) -> Decimal:
        """Read the value, or the default; outside its bounds, or broken where whole, is refused."""
        value = body.decimal(
            self.name, Decimal(self.default), low=Decimal(self.low), high=Decimal(self.high)
        )
        if self.whole and value != value.to_integral_value():
            message = _("%(where)s应为整数。")
            raise Invalid("evaluate.param_not_whole", message, where=body.path(self.name))
        return value

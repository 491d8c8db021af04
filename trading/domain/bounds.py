"""Whole numbers that somebody chooses between two bounds."""

from kernel.errors import Invalid
from kernel.text import gettext_noop as _


def require_within(field: str, value: int | None, bounds: tuple[int, int]) -> int:
    """Take a whole number between two bounds."""
    least, most = bounds
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Invalid(
            "tender.out_of_bounds",
            _("应为 %(least)s 至 %(most)s 之间的整数。"),
            least=least,
            most=most,
            field=field,
        )
    return value

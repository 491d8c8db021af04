"""Put given values into a row, each checked by its column; a wrong one is refused by name."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db.models import Field, JSONField

from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.models import Lot, Tender


def assign(row: Tender | Lot, values: Mapping[str, object]) -> None:
    """Set the columns named, refusing what does not fit; the row is saved by the caller."""
    for name, value in values.items():
        setattr(row, name, _fitting(row, name, value))


def _fitting(row: Tender | Lot, name: str, value: object) -> object:
    column = row._meta.get_field(name)  # noqa: SLF001 - Django's documented name
    if not isinstance(column, Field) or isinstance(column, JSONField):
        return value
    if isinstance(value, (Mapping, list)):
        raise Invalid(
            "tender.invalid_field",
            _("%(title)s应为一个值，不能是列表或者对象。"),
            title=str(column.verbose_name),
            field=name,
        )
    if (value is None or value == "") and (column.null or column.blank):
        return None if column.null else ""
    try:
        return column.clean(value, row)
    except ValidationError as wrong:
        raise Invalid(
            "tender.invalid_field",
            _("%(title)s：%(reason)s"),
            title=str(column.verbose_name),
            reason=" ".join(wrong.messages),
            field=name,
        ) from wrong

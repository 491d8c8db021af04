"""What the forms of trading share: they parse, the services decide."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """A date as browsers pick it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A date with its time, in Beijing time, as browsers pick it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def amount(label: Any, **options: Any) -> forms.DecimalField:  # noqa: ANN401 - a lazy translation
    """Make a field for yuan with two places."""
    return forms.DecimalField(
        label=label, max_digits=16, decimal_places=2, min_value=Decimal(0), **options
    )


def offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """Give a field of a form its choices, which depend on what it is about."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = list(choices)

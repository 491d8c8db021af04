"""The terms of a tender that are lists: who may take part, what a bid must hold, what is priced."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

MOST_TERMS: Final = 40
MOST_ITEMS: Final = 200
LONGEST: Final = 600


def read_terms(given: object, *, prefix: str, field: str) -> list[dict[str, str]]:
    """Clean a list of terms {text, evidence}; each gets the code its checks are recorded under."""
    rows = [_row(entry, ("text", "evidence"), field) for entry in _listed(given, MOST_TERMS, field)]
    kept = [row for row in rows if row["text"]]
    return [{"code": f"{prefix}{n}", **row} for n, row in enumerate(kept, start=1)]


def read_items(given: object) -> list[dict[str, str]]:
    """Clean the list of items a bidder prices: name, specification, quantity, unit."""
    names = ("name", "spec", "quantity", "unit")
    rows = [_row(entry, names, "items") for entry in _listed(given, MOST_ITEMS, "items")]
    kept = [row for row in rows if row["name"]]
    return [{"code": str(n), **row} for n, row in enumerate(kept, start=1)]


def keep_codes(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> list[dict[str, str]]:
    """Let an item that stays keep its code when a list is amended, and give each new one a number
    nobody had: a price sealed for one item is never read as another's.
    """
    fresh = count(max((int(row["code"]) for row in before), default=0) + 1)
    free = defaultdict[tuple[str, ...], list[str]](list)
    for row in reversed(before):
        free[_same(row)].append(row["code"])
    codes = [free[_same(row)].pop() if free[_same(row)] else str(next(fresh)) for row in after]
    return [{**row, "code": code} for row, code in zip(after, codes, strict=True)]


def _same(row: Mapping[str, str]) -> tuple[str, ...]:
    return row["name"], row["spec"], row["unit"]


def _listed(given: object, most: int, field: str) -> Sequence[Any]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > most:
        raise Invalid(
            "terms.malformed", _("应为列表，且不超过 %(most)s 项。"), most=most, field=field
        )
    return given


def _row(entry: object, names: Sequence[str], field: str) -> dict[str, str]:
    if not isinstance(entry, Mapping) or set(entry) - {*names, "code"}:
        raise Invalid("terms.malformed_row", _("列表中有格式不正确的一行。"), field=field)
    row = {name: str(entry.get(name) or "").strip() for name in names}
    if any(len(value) > LONGEST for value in row.values()):
        raise Invalid("terms.too_long", _("每项不得超过 %(most)s 字。"), most=LONGEST, field=field)
    return row

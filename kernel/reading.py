"""Read a JSON body strictly: every value by name and kind, every unknown name refused by name.

Amounts, rates and scores come as decimal strings, so that no float ever enters the arithmetic.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

_DECIMAL = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,12})?")
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps: half a pair, and the sign that ends a text elsewhere."""
UNKEPT: Final = _("%(where)s含有不完整的字符。")
_T = TypeVar("_T")

LONGEST_NUMBER: Final = 32
LONGEST_NAME: Final = 64
LONGEST_TEXT: Final = 2000
LONGEST_LIST: Final = 100_000
ZERO: Final = Decimal(0)
FAR: Final = Decimal(10) ** 14


class Fields:
    """The named values of one JSON object; `where` is its path, for refusals."""

    def __init__(self, given: object, where: str = "") -> None:
        if not isinstance(given, Mapping):
            raise _refusal("not_object", _("%(where)s应为 JSON 对象。"), where)
        self.given = given
        self.where = where
        self._read: set[str] = set()

    def has(self, name: str) -> bool:
        """Tell whether a value is there; null counts as absent."""
        self._read.add(name)
        return self.given.get(name) is not None

    def path(self, name: object) -> str:
        """Give the path of a value, as refusals quote it."""
        return f"{self.where}.{name}" if self.where else str(name)

    def raw(self, name: str) -> object:
        """Give a required value as it is."""
        if not self.has(name):
            raise _refusal("missing_key", _("缺少 %(where)s。"), self.path(name))
        value: object = self.given[name]
        return value

    def decimal(
        self,
        name: str,
        default: Decimal | None = None,
        *,
        low: Decimal = ZERO,
        high: Decimal = FAR,
    ) -> Decimal:
        """Read a decimal string within bounds."""
        if default is not None and not self.has(name):
            return default
        return to_decimal(self.raw(name), self.path(name), low=low, high=high)

    def decimal_or_none(
        self, name: str, *, low: Decimal = ZERO, high: Decimal = FAR
    ) -> Decimal | None:
        """Read a decimal string that may be absent."""
        return self.decimal(name, low=low, high=high) if self.has(name) else None

    def whole(
        self, name: str, default: int | None = None, *, low: int = 0, high: int = 10**6
    ) -> int:
        """Read a whole number within bounds."""
        if default is not None and not self.has(name):
            return default
        value = self.raw(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            message = _("%(where)s应为 %(low)s 到 %(high)s 的整数。")
            raise _refusal("not_whole", message, self.path(name), low=low, high=high)
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text that is not empty."""
        if default is not None and not self.has(name):
            return default
        return to_text(self.raw(name), self.path(name))

    def flag(self, name: str) -> bool:
        """Read true or false; absent is false."""
        value = self.raw(name) if self.has(name) else False
        if not isinstance(value, bool):
            raise _refusal("not_flag", _("%(where)s应为 true 或 false。"), self.path(name))
        return value

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Read one of the allowed words."""
        value = self.text(name, default)
        if value not in allowed:
            message = _("%(where)s应为 %(allowed)s 之一，不能是“%(value)s”。")
            words = "、".join(allowed)
            raise _refusal("not_allowed", message, self.path(name), allowed=words, value=value[:40])
        return value

    def fields(self, name: str) -> "Fields":
        """Read a nested object; absent is an empty one."""
        return Fields(self.given.get(name) if self.has(name) else {}, self.path(name))

    def listed(
        self, name: str, read: Callable[[object, str], _T], most: int = LONGEST_LIST
    ) -> tuple[_T, ...]:
        """Read a list, each element with its path; absent is an empty one."""
        given = self.raw(name) if self.has(name) else ()
        if not isinstance(given, (list, tuple)):
            raise _refusal("not_list", _("%(where)s应为列表。"), self.path(name))
        if len(given) > most:
            raise _refusal("too_long", _("%(where)s最多 %(most)s 项。"), self.path(name), most=most)
        where = self.path(name)
        return tuple(read(value, f"{where}[{n}]") for n, value in enumerate(given))

    def mapped(self, name: str, read: Callable[[object, str], _T]) -> dict[str, _T]:
        """Read an object of free names, in the order of the names."""
        nested = self.fields(name)
        names = sorted(to_text(key, nested.where) for key in nested.given)
        return {key: read(nested.given[key], nested.path(key)) for key in names}

    def done(self) -> None:
        """Refuse by name whatever nobody asked for."""
        if unknown := sorted(str(name) for name in self.given if name not in self._read):
            names = "、".join(self.path(name) for name in unknown)
            raise _refusal("unknown_key", _("不认识的键：%(where)s。"), names)


def to_decimal(value: object, where: str, *, low: Decimal = ZERO, high: Decimal = FAR) -> Decimal:
    """Read a decimal string within bounds; numbers of JSON are refused, being floats elsewhere."""
    number = _number(value) if isinstance(value, str) and len(value) <= LONGEST_NUMBER else None
    if number is None:
        raise _refusal("not_decimal", _('%(where)s应为十进制数的字符串，例如 "12.50"。'), where)
    if not low <= number <= high:
        message = _("%(where)s应在 %(low)s 与 %(high)s 之间。")
        raise _refusal("out_of_range", message, where, low=str(low), high=str(high))
    return number


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    """Parse once what is read many times: the marks of a large committee are few numbers."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


@lru_cache(maxsize=4096)
def _is_name(text: str) -> bool:
    """Look once at a name that stands many times, as a member's does beside each mark."""
    return bool(text.strip()) and not _UNKEPT.search(text)


def to_text(value: object, where: str) -> str:
    """Read a text that is neither empty nor huge."""
    if isinstance(value, str) and len(value) <= LONGEST_NAME and _is_name(value):
        return value
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise _refusal("not_text", _("%(where)s应为不超过两千字的非空文字。"), where)
    if _UNKEPT.search(value):
        raise _refusal("not_text", UNKEPT, where)
    return value


def is_kept(value: object) -> bool:
    """Tell whether a database keeps all the texts of what a JSON body brought, names included."""
    held = [value]
    while held:
        one = held.pop()
        if isinstance(one, str) and _UNKEPT.search(one):
            return False
        if isinstance(one, Mapping):
            held += [*one, *one.values()]
        elif isinstance(one, (list, tuple)):
            held += one
    return True


def repeated(names: Iterable[str]) -> list[str]:
    """List the names that stand more than once, in order."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def _refusal(code: str, message: str, where: str, **facts: object) -> Invalid:
    return Invalid(f"input.{code}", message, where=where or _("输入"), **facts)

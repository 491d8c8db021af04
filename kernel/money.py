"""Amounts of money: strict reading, explicit rounding, and the capitals of legal documents.

Amounts are Decimal yuan with at most two places; no float ever touches them.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

CENT: Final = Decimal("0.01")
LARGEST: Final = Decimal("99999999999999.99")
WIDE: Final = Context(prec=60, rounding=ROUND_HALF_UP)

_GRAMMAR = re.compile(r"(?P<whole>[0-9]{1,14})(?:\.(?P<part>[0-9]{1,2}))?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_CAPITALS = re.compile(
    r"(?P<sign>负?)(?:(?P<whole>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)元)?"
    r"(?:零?(?P<jiao>[壹贰叁肆伍陆柒捌玖])角)?(?:零?(?P<fen>[壹贰叁肆伍陆柒捌玖])分)?(?P<even>整?)"
)


def parse(text: str) -> Decimal:
    """Read an amount in yuan: up to 14 ASCII digits, a point, two more; nothing else."""
    if not isinstance(text, str) or not _GRAMMAR.fullmatch(text):
        raise Invalid(
            "money.malformed",
            _(
                "“%(text)s”不是有效金额。请只写数字，最多两位小数、十四位整数，不带正负号、逗号和单位。"
            ),
            text=str(text)[:40],
        )
    return Decimal(text)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round a half away from zero, the Chinese way (四舍五入); never to even."""
    return value.quantize(Decimal(1).scaleb(-places), context=WIDE)


def to_fen(amount: Decimal) -> int:
    """Give the amount as whole fen; an amount with more than two places is refused, not rounded."""
    fen = amount.scaleb(2, context=WIDE)
    if fen != fen.to_integral_value():
        raise Invalid("money.too_fine", _("金额 %(amount)s 的小数超过两位。"), amount=str(amount))
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Give whole fen as yuan with two places."""
    return Decimal(fen).scaleb(-2, context=WIDE)


def format_yuan(amount: Decimal) -> str:
    """Write an amount with two places and grouped digits, for reading, not for parsing."""
    return f"{round_half_up(amount, 2):,.2f}"


def in_capitals(amount: Decimal) -> str:
    """Write an amount in capitals (大写金额; Payment and Settlement Measures, annex 1)."""
    _within_range(amount)
    whole, part = divmod(abs(to_fen(amount)), 100)
    sign = "负" if amount < 0 else ""
    if not part:
        return f"{sign}{_whole(whole) or '零'}元整"
    return sign + (f"{_whole(whole)}元" if whole else "") + _part(part, after_yuan=bool(whole))


def parse_capitals(text: str) -> Decimal:
    """Read an amount in capitals.

    圆 and 正 pass for 元 and 整; a 零 the rules leave open may be missing; all else must be right.
    """
    plain = _normal(text)
    found = _CAPITALS.fullmatch(plain)
    if not found:
        raise _not_capitals(text)
    fen = _value_of(found["whole"] or "") * 100
    fen += _digit(found["jiao"]) * 10 + _digit(found["fen"])
    amount = from_fen(-fen if found["sign"] else fen)
    if abs(amount) > LARGEST or not _agrees(plain, in_capitals(amount)):
        raise _not_capitals(text)
    return amount


def _within_range(amount: Decimal) -> None:
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise Invalid(
            "money.out_of_range", _("金额 %(amount)s 超出可表示的范围。"), amount=str(amount)
        )


def _whole(number: int) -> str:
    """Write a whole number; the empty string for zero."""
    if number >= 10**8:
        return _joined(_whole(number // 10**8) + "亿", number % 10**8, 10**7)
    if number >= 10**4:
        return _joined(_section(number // 10**4) + "万", number % 10**4, 10**3)
    return _section(number)


def _joined(high: str, rest: int, needs_zero_below: int) -> str:
    """Put the lower part behind the higher one, with one 零 where places between them are empty."""
    return high + ("零" if 0 < rest < needs_zero_below else "") + _whole(rest)


def _section(number: int) -> str:
    """Write a number below ten thousand, with one 零 for each run of empty places inside it."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return words


def _part(fen: int, *, after_yuan: bool) -> str:
    jiao, rest = divmod(fen, 10)
    words = f"{_DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return words + (f"{_DIGITS[rest]}分" if rest else "")


def _normal(text: str) -> str:
    plain = str(text).strip().replace("圆", "元").replace("正", "整")
    return re.sub(r"^(负?)拾", r"\1壹拾", plain)


def _digit(character: str | None) -> int:
    return _DIGITS.index(character) if character else 0


def _value_of(words: str) -> int:
    """Add up the words of a whole number; their order is checked by writing it again."""
    for unit, factor in (("亿", 10**8), ("万", 10**4)):
        high, found, low = words.rpartition(unit)
        if found:
            return _value_of(high) * factor + _value_of(low)
    total, digit = 0, 0
    for character in words:
        if character in _PLACES:
            total, digit = total + digit * 10 ** _PLACES.index(character), 0
        else:
            digit = _digit(character)
    return total + digit


def _agrees(given: str, canonical: str) -> bool:
    """Compare without the 零 and 整 the rules leave open; a doubled 零 was never legal."""
    if given.rstrip("整") == canonical.rstrip("整"):
        return True
    if "零零" in given or re.search(r"^负?零|零[元万亿]", given):
        return False
    return _bare(given) == _bare(canonical)


def _bare(words: str) -> str:
    return words.replace("零", "").rstrip("整")


def _not_capitals(text: str) -> Invalid:
    return Invalid(
        "money.capitals_malformed",
        _("“%(text)s”不是规范的大写金额。例：壹万零贰佰陆拾元整。"),
        text=str(text)[:60],
    )

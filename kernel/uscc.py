"""Unified social credit codes (统一社会信用代码, GB 32100-2015) and the organisation code inside.

Some early codes fail a check although they were lawfully issued: the lenient mode warns of a wrong
check character and does not block.
"""

import re
from dataclasses import dataclass
from typing import Final

from stdnum.cn import uscc as standard

from kernel.text import gettext_noop as _

LENGTH: Final = 18
AUTHORITIES: Final = {
    "1": _("机构编制"),
    "2": _("外交"),
    "3": _("司法行政"),
    "4": _("文化"),
    "5": _("民政"),
    "6": _("旅游"),
    "7": _("宗教"),
    "8": _("工会"),
    "9": _("市场监督管理"),
    "A": _("中央军委改革和编制办公室"),
    "N": _("农业农村"),
    "Y": _("其他"),
}
CLASSES: Final = {
    "11": _("机关"),
    "12": _("事业单位"),
    "13": _("中央编办直接管理机构编制的群众团体"),
    "19": _("其他机构编制单位"),
    "51": _("社会团体"),
    "52": _("民办非企业单位"),
    "53": _("基金会"),
    "59": _("其他民政登记单位"),
    "91": _("企业"),
    "92": _("个体工商户"),
    "93": _("农民专业合作社"),
}
REASONS: Final = {
    "ok": _("校验通过。"),
    "length": _("应为 18 位，请检查是否漏写或多写。"),
    "characters": _("只能用数字和大写字母，且不含 I、O、S、V、Z。"),
    "authority": _("第 1 位不是已知的登记管理部门代码。"),
    "region": _("第 3—8 位行政区划码应为数字。"),
    "organisation_check": _("第 17 位（主体标识码校验位）应为 %(expected)s。"),
    "check": _("第 18 位校验码应为 %(expected)s。"),
}

_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class CreditCode:
    """What a code says, and whether it may be used; `reason` is a key of REASONS."""

    code: str
    valid: bool
    reason: str
    expected: str
    warnings: tuple[str, ...]
    authority: str
    kind: str
    region: str

    def explanation(self) -> str:
        """Give the reason as a Chinese sentence."""
        return REASONS[self.reason] % {"expected": self.expected}


def check(text: str, *, lenient: bool = False) -> CreditCode:
    """Check a code; lenient mode turns a wrong check character into a warning."""
    code = text.strip().upper()
    reason, expected = _form_fault(code), ""
    warnings: tuple[str, ...] = ()
    if reason == "ok":
        faults = _check_faults(code)
        warnings = tuple(faults) if lenient else ()
        if faults and not lenient:
            reason, expected = next(iter(faults.items()))
    return CreditCode(
        code=code,
        valid=reason == "ok",
        reason=reason,
        expected=expected,
        warnings=warnings,
        authority=AUTHORITIES.get(code[:1], ""),
        kind=CLASSES.get(code[:2], ""),
        region=code[2:8],
    )


def check_character(first_seventeen: str) -> str:
    """Give the 18th character by GB 32100-2015: weights 3^i mod 31 over an alphabet of 31."""
    return str(standard.calc_check_digit(first_seventeen))


def organisation_check_character(first_eight: str) -> str:
    """Give the last character of the organisation code by GB 11714."""
    pairs = zip(first_eight, _ORGANISATION_WEIGHTS, strict=True)
    remainder = 11 - sum(int(character, 36) * weight for character, weight in pairs) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def _form_fault(code: str) -> str:
    if len(code) != LENGTH:
        return "length"
    if not _ALPHABET.issuperset(code):
        return "characters"
    if code[0] not in AUTHORITIES:
        return "authority"
    return "ok" if re.fullmatch(r"[0-9]{6}", code[2:8]) else "region"


def _check_faults(code: str) -> dict[str, str]:
    """Map each wrong check character to the right one."""
    right = {
        "organisation_check": (code[16], organisation_check_character(code[8:16])),
        "check": (code[17], check_character(code[:17])),
    }
    return {name: expected for name, (given, expected) in right.items() if given != expected}

"""Names of administrative divisions (GB/T 2260), as they are called today."""

from functools import cache
from typing import Final

from stdnum import numdb

PROVINCE: Final = "0000"


@cache
def name(code: str) -> str:
    """Give the name of a division with those around it (河南省濮阳市华龙区), else the code."""
    if len(code) != len("410902") or not code.isdigit():
        return code
    own = {code[:2] + PROVINCE, code[:4] + "00", code}
    found = dict.fromkeys(filter(None, map(_single, sorted(own))))
    return "".join(found) or code


def _single(code: str) -> str:
    """Give the one name: the table lists earlier ones too, each with its years."""
    levels = numdb.get("cn/loc").info(code)
    if not levels:
        return ""
    if code.endswith(PROVINCE):
        return str(levels[0][1].get("province", ""))
    county = str(levels[-1][1].get("county", "")) if len(levels) > 1 else ""
    return county.rsplit("]", 1)[-1]

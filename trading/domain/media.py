"""In which media a call for bids is published (BLR 15): the national platform first, then those the
document names; the texts must be the same everywhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

NATIONAL: Final = _("中国招标投标公共服务平台")
MOST: Final = 10
LONGEST: Final = 60
LONGEST_ADDRESS: Final = 300
_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+(?:[/?#]\S*)?")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Published:
    """That one medium published a notice: where, with which text, and when that was recorded."""

    medium: str
    address: str = ""
    digest: str = ""
    at: datetime | None = None


def read(given: object) -> list[str]:
    """Read the further media of a document; the national platform is not named a second time."""
    if not isinstance(given, (list, tuple)) or not all(isinstance(one, str) for one in given):
        raise Invalid("media.list", _("发布媒介应为名称的列表。"), field="other_media")
    named = list(dict.fromkeys(one.replace("\x00", "").strip() for one in given))
    clean = [one for one in named if one and one != NATIONAL]
    if len(clean) > MOST or any(len(one) > LONGEST for one in clean):
        message = _("除国家平台外最多写 %(most)s 个媒介，每个名称不超过 %(longest)s 字。")
        raise Invalid("media.list", message, most=MOST, longest=LONGEST, field="other_media")
    return clean


def listed(named: Sequence[str]) -> list[str]:
    """List all media in their order."""
    return [NATIONAL, *named]


def read_publication(
    medium: str, address: str, digest: str, *, allowed: Sequence[str], identical: bool
) -> Published:
    """Read where a medium published a notice, with the digest of the copy that was kept of it; who
    did not find the texts the same has it put right there first (BLR 15).
    """
    if medium not in allowed:
        raise Invalid("media.unknown", _("招标文件没有列出这个媒介。"), field="medium")
    clean = address.strip()
    if len(clean) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(clean):
        message = _("请填写公告在该媒介上的网址，以 http:// 或者 https:// 开头。")
        raise Invalid("media.address", message, field="address")
    found = digest.strip().lower()
    if not _DIGEST.fullmatch(found):
        message = _("请填写所存页面的 SHA-256 摘要（64 位十六进制数）。")
        raise Invalid("media.digest", message, field="digest")
    if not identical:
        message = _("同一公告在不同媒介发布的内容应当一致。不一致的，请先在该媒介更正再登记。")
        raise Conflict("media.differs", message, field="identical")
    return Published(medium, clean, found)


def standing(named: Sequence[str], told: Mapping[str, Published]) -> list[Published]:
    """Give each medium with what was recorded of it, in the order of the list."""
    return [told.get(medium, Published(medium)) for medium in listed(named)]

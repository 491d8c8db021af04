"""Which files a tender may carry, and how their names may be."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

LARGEST: Final = 50 * 1024 * 1024
LONGEST_NAME: Final = 120
# Media type, and the ways its bytes may begin.
Kind = tuple[str, tuple[bytes, ...]]
# The first bytes each kind of file begins with: a file that lies about its kind is refused.
KINDS: Final[Mapping[str, Kind]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
    ),
    ".ofd": ("application/ofd", (b"PK\x03\x04",)),
    ".zip": ("application/zip", (b"PK\x03\x04",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
}

CONTRACT_KINDS: Final = {suffix: KINDS[suffix] for suffix in (".pdf", ".ofd")}


@dataclass(frozen=True)
class Upload:
    """A file as it came in: its kind in the document, its name, its bytes."""

    kind: str
    name: str
    content: bytes


def clean_name(name: str) -> str:
    """Give a name in the one form it is kept in."""
    return unicodedata.normalize("NFC", name).strip()


def is_bad_name(name: str) -> bool:
    """Tell whether a name cannot be kept: empty, too long, with a path or unseen characters."""
    return not name or len(name) > LONGEST_NAME or _is_unsafe(name)


def kind_of(name: str, kinds: Mapping[str, Kind] = KINDS) -> Kind | None:
    """Give what a file of this name has to be, or None when such files are not taken."""
    return kinds.get(PurePosixPath(name).suffix.lower())


def checked(upload: Upload, kinds: Mapping[str, Kind] = KINDS) -> str:
    """Give the clean name of a file that may be kept as one of these kinds, or refuse it."""
    name = clean_name(upload.name)
    if is_bad_name(name):
        raise Invalid(
            "attachment.bad_name",
            _("文件名不能为空、不超过 %(most)s 字，且不含路径或控制字符。"),
            most=LONGEST_NAME,
            field="file",
        )
    kind = kind_of(name, kinds)
    if kind is None:
        raise Invalid(
            "attachment.bad_type",
            _("不支持的文件类型。可上传：%(types)s。"),
            types="、".join(kinds),
            field="file",
        )
    if not 0 < len(upload.content) <= LARGEST:
        raise Invalid("attachment.bad_size", _("文件不能为空，且不超过 50 MB。"), field="file")
    if not upload.content.startswith(kind[1]):
        raise Invalid(
            "attachment.not_what_it_says",
            _("文件内容与扩展名不符，请检查文件是否损坏。"),
            field="file",
        )
    return name


def media_type(name: str) -> str:
    """Give the media type of a checked name."""
    return KINDS[PurePosixPath(name).suffix.lower()][0]


def _is_unsafe(name: str) -> bool:
    return any(c in '/\\:*?"<>|' or unicodedata.category(c).startswith("C") for c in name)

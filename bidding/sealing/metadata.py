"""Find who a document says it is from: author and company in PDF and Office files.

It looks only at the places where programs write them, unpacks within limits, and never fails a bid.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import PurePath
from typing import BinaryIO, Final

READ_LIMIT: Final = 64 * 1024 * 1024
PART_LIMIT: Final = 1024 * 1024
VALUE_LIMIT: Final = 200
_OFFICE: Final = (".docx", ".xlsx", ".pptx")
_PARTS: Final = ("docProps/core.xml", "docProps/app.xml")
_XML: Final = re.compile(
    r"<(?:\w+:)?(creator|lastModifiedBy|Company|Manager)[^>]*>(.*?)</(?:\w+:)?\1>", re.DOTALL
)
_PDF: Final = re.compile(rb"/(Author|Company)\s*(\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL)
_PACKED: Final = re.compile(
    rb"/Type\s*/(?:ObjStm|Metadata)\b[^>]{0,500}>>\s*stream\r?\n", re.DOTALL
)
_TAG: Final = re.compile(r"<[^>]+>")
_ESCAPE: Final = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


def metadata(name: str, file: BinaryIO) -> dict[str, str]:
    """Give the properties of a PDF or Office file that name somebody."""
    ending = PurePath(name.lower()).suffix
    if ending == ".pdf":
        found = _pdf(file.read(READ_LIMIT))
    elif ending in _OFFICE:
        found = _office(file)
    else:
        return {}
    return {key: value[:VALUE_LIMIT] for key, value in found if value}


def _office(file: BinaryIO) -> list[tuple[str, str]]:
    found = []
    try:
        with zipfile.ZipFile(file) as archive:
            for part in set(_PARTS) & set(archive.namelist()):
                with archive.open(part) as opened:
                    found += _xml(opened.read(PART_LIMIT).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        return found  # not an archive we can read: nothing to tell
    return found


def _xml(text: str) -> list[tuple[str, str]]:
    return [
        (key, " ".join(unescape(_TAG.sub(" ", value)).split())) for key, value in _XML.findall(text)
    ]


def _pdf(content: bytes) -> list[tuple[str, str]]:
    found = []
    for part in (content, *_unpacked(content)):
        found += [(key.decode(), _pdf_text(value)) for key, value in _PDF.findall(part)]
        if b"<?xpacket" in part or b"x:xmpmeta" in part:
            found += _xml(part.decode("utf-8", "replace"))
    return found


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Unpack object streams and metadata, each within a limit."""
    for start in (match.end() for match in _PACKED.finditer(content)):
        try:
            yield zlib.decompressobj().decompress(content[start : start + PART_LIMIT], PART_LIMIT)
        except zlib.error:
            continue  # stored as it is, and searched as part of the whole


def _pdf_text(token: bytes) -> str:
    """Read a PDF text string: literal or hexadecimal, Latin or UTF-16."""
    if token.startswith(b"<"):
        digits = b"".join(token[1:-1].split()).decode()
        raw = bytes.fromhex(digits + "0" * (len(digits) % 2))
    else:
        raw = _ESCAPE.sub(_unescape, token[1:-1])
    encoding = "utf-16" if raw[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-8"
    return raw.decode(encoding, "replace").strip()


def _unescape(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    if escaped[:1] in b"01234567":
        return bytes([int(escaped, 8) & 255])
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
    return plain.get(escaped, escaped)

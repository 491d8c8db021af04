"""Serve a stored document whole or in parts, under its Chinese name, checked by its digest."""

import re
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from ledger import press
from ledger import queries as record

RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def served(request: HttpRequest, digest: str, name: str, media_type: str) -> HttpResponse:
    """Answer with the document; a single range gives that part, anything odder the whole."""
    if request.headers.get("If-None-Match") == f'"{digest}"':
        return _named(HttpResponse(status=304), digest, name)
    content = record.read_document(digest)
    part = _part(request.headers.get("Range", ""), len(content))
    if part is None:
        return _named(HttpResponse(content, content_type=media_type), digest, name)
    first, last = part
    if first > last or first >= len(content):
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{len(content)}"
        return refused
    answer = HttpResponse(content[first : last + 1], status=206, content_type=media_type)
    answer["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return _named(answer, digest, name)


def given(content: bytes, digest: str, name: str, media_type: str) -> HttpResponse:
    """Answer with bytes that are kept locked, under their name, as a stored document would be."""
    answer = _named(HttpResponse(content, content_type=media_type), digest, name)
    del answer["Accept-Ranges"]
    return answer


def printed(kind: str, subject: str, content: dict[str, Any], name: str) -> HttpResponse:
    """Answer with a paper that is made and signed for this request and kept nowhere."""
    made = press.made_apart(kind, subject, content)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _part(header: str, size: int) -> tuple[int, int] | None:
    """Read a single range (RFC 9110, 14.1.2); None asks for the whole."""
    found = RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    return int(found[1]), min(int(found[2] or size - 1), size - 1)


def _named(answer: HttpResponse, digest: str, name: str) -> HttpResponse:
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    # What others handed in never runs as a page of ours, even where a reader opens it in place.
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{digest}"'
    return answer

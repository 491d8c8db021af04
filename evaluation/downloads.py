"""Sending one file of a bid, the same to a page and to a program."""

from urllib.parse import quote

from django.http import StreamingHttpResponse

from bidding.services.files import OpenedFile


def sent(file: OpenedFile) -> StreamingHttpResponse:
    """Send a file piece by piece, never to be shown inside the site."""
    answer = StreamingHttpResponse(file.pieces, content_type="application/octet-stream")
    answer["Content-Length"] = str(file.size)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer

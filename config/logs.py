"""What a log line may tell: which page was refused, never of which tender.

Django writes the address of every refused request. With its time that tells who might deal with
which tender, and how many do, before its bids are opened (sealing.md 6.4). The name of the page and
the id of the request are enough to find a fault.
"""

import logging


class NoAddress(logging.Filter):
    """Put the page's name and the request's id in the place of its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, changed where it holds a request's address."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            written = {path, path.encode("unicode_escape").decode("ascii")}
            name = _named(request)
            record.args = tuple(name if arg in written else arg for arg in record.args)
        return True


def _named(request: object) -> str:
    match = getattr(request, "resolver_match", None)
    return f"{getattr(match, 'view_name', None) or '-'} {getattr(request, 'id', '-')}"

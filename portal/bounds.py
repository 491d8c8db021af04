"""What a request may cost before anybody looks at it: its size, and the time it takes to arrive.

daphne takes a whole request in before the application hears of it; so these bounds stand where the
bytes come in, and hold for every address, with or without a proxy in front.
"""

# ruff: noqa: ANN401, N802 - Twisted's names, and what it gives has no types worth the name
# mypy: disable-error-code="misc, override, no-untyped-call, union-attr, call-arg"

import json
from typing import Any, Final

from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings
from django.utils.translation import gettext
from twisted.web import http

from bidding.intake.requests import PART_LIMIT
from kernel.errors import DomainError
from kernel.text import gettext_noop as _

BODY_LIMIT: Final = (
    64 * 1024 * 1024
)  # the largest file a form takes; deploy/Caddyfile says the same
HEAD_LIMIT: Final = 16 * 1024
HEAD_SECONDS: Final = min(30.0, settings.REQUEST_SECONDS)
LINGER_SECONDS: Final = 3.0
LINGER_BYTES: Final = 16 * 1024 * 1024
"""How long, and for how much, a refused client is listened to: it should be able to read why
instead of finding a broken line, and not to keep us reading what nobody wants.
"""


class TooLarge(DomainError):
    """A body beyond the bound."""

    status = 413


class HeadTooLarge(DomainError):
    """A request line and headers beyond the bound."""

    status = 431


class TooSlow(DomainError):
    """A request that did not arrive in time."""

    status = 408


def body_limit(path: bytes) -> int:
    """Give the most bytes that a body sent to this path may have."""
    return PART_LIMIT if path.startswith(b"/intake/") else BODY_LIMIT


class BoundedRequest(WebRequest):
    """A request whose body is counted while it comes, whether it announced a length or not."""

    def gotLength(self, length: int | None) -> None:
        """Refuse an announced length over the bound, before anything is read."""
        self.limit = self.left = body_limit(self.channel.path_asked)
        self.channel.start_clock(settings.REQUEST_SECONDS)
        super().gotLength(length)
        if length is not None and length > self.limit:
            self.refuse()

    def handleContentChunk(self, data: bytes) -> None:
        """Keep a piece of the body, or refuse when it is one too many."""
        self.left -= len(data)
        if self.left < 0:
            self.refuse()
        if not self.channel.is_refused:
            super().handleContentChunk(data)

    def refuse(self) -> None:
        """Answer that the body is too large; what else comes is thrown away."""
        self.requestHeaders.removeHeader(b"expect")  # nobody is told to go on
        self.channel.refuse(
            TooLarge("request.too_large", _("请求内容超过上限 %(limit)s 字节。"), limit=self.limit)
        )


class BoundedChannel(http.HTTPChannel):
    """A connection that is refused when a head is too large, or a request too slow to arrive."""

    is_refused = False
    path_asked = b""
    head = 0
    unread = 0
    timer: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Start the clock at a request's first byte; listen no more once refused."""
        if self.is_refused:
            self.throw_away(data)
            return
        if self.timer is None and not self._handlingRequest:
            self.start_clock(HEAD_SECONDS)
        super().dataReceived(data)

    def throw_away(self, data: bytes) -> None:
        """Count what still comes after the refusal, and hang up on whoever does not stop."""
        self.unread += len(data)
        if self.unread > LINGER_BYTES:
            self.transport.abortConnection()

    def lineReceived(self, line: bytes) -> None:
        """Count the head; its first line has the path."""
        if self.is_refused:
            return
        self.path_asked = self.path_asked or b"".join(line.split(b" ")[1:2])
        self.head += len(line)
        if self.head > HEAD_LIMIT:
            self.refuse_head()
        else:
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002 - it says nothing
        """Refuse a single line that is longer than a whole head may be."""
        self.refuse_head()

    def allContentReceived(self) -> None:
        """Stop the clock, and let the request be processed unless it was refused."""
        if not self.is_refused:
            self.stop_clock()
            self.head, self.path_asked = 0, b""
            super().allContentReceived()

    def connectionLost(self, reason: Any) -> None:
        """Leave no clock running."""
        self.stop_clock()
        super().connectionLost(reason)

    def start_clock(self, seconds: float) -> None:
        """Give what is to come a time."""
        self.stop_clock()
        self.timer = self.callLater(seconds, self.refuse_slow)

    def stop_clock(self) -> None:
        """Stop whatever clock runs for this connection."""
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self.timer = None

    def refuse_head(self) -> None:
        """Answer that the request line and the headers are too large."""
        self.refuse(
            HeadTooLarge(
                "request.head_too_large",
                _("请求头超过上限 %(limit)s 字节。"),
                limit=HEAD_LIMIT,
            )
        )

    def refuse_slow(self) -> None:
        """Answer that the request took too long to arrive."""
        self.refuse(TooSlow("request.too_slow", _("请求未能及时传完，请检查网络后重试。")))

    def refuse(self, refusal: DomainError) -> None:
        """Answer, say no more, and hang up as soon as the client has had time to read it."""
        if self.is_refused:
            return
        self.is_refused = True
        self.stop_clock()
        self.transport.write(answer(refusal))
        self.transport.loseWriteConnection()
        self.timer = self.callLater(LINGER_SECONDS, self.transport.abortConnection)


def answer(refusal: DomainError) -> bytes:
    """Write a refusal as a whole HTTP answer."""
    message = refusal.text(gettext(refusal.message))
    told = {"code": refusal.code, "message": message, "facts": refusal.facts}
    body = json.dumps(told, ensure_ascii=False).encode()
    lines = (
        f"HTTP/1.1 {refusal.status} {type(refusal).__name__}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body


class BoundedFactory(HTTPFactory):
    """Makes bounded connections; HTTP/2 is the proxy's affair."""

    protocol = BoundedChannel

    def buildProtocol(self, addr: Any) -> Any:
        """Give a new connection its requests."""
        channel = super().buildProtocol(addr)
        channel.requestFactory = BoundedRequest
        return channel

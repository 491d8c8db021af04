"""Public pages, made once and given again to readers nobody knows.

A page is a function of its address, its language, its theme and the values read for it. Those are
its key, so nothing ever has to be thrown away when something changes, and no page is a second too
old. What differs from reader to reader or from second to second (the nonce, the time, what is left
until a deadline) is a hole, filled as the page is given. Somebody signed in never meets any of it.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.requests import Request

Fill = Callable[[HttpRequest | None], str]
MARK: Final = f"[hole {secrets.token_hex(16)}]"
MOST: Final = 256
OWN_COOKIES: Final = frozenset({settings.SESSION_COOKIE_NAME, "messages"})
"""A reader with one of these may be shown something of their own."""
THEMES: Final = frozenset({"dark", "light"})
_pages: "OrderedDict[Hashable, Page]" = OrderedDict()
_lock: Final = Lock()


class Page:
    """A page in pieces, with what fills the holes between them."""

    def __init__(self) -> None:
        self.fills: list[Fill] = []
        self.pieces: list[str] = []

    def cut(self, fill: Fill) -> SafeString:
        """Leave a hole for what is known only when the page is given."""
        self.fills.append(fill)
        return mark_safe(f"{MARK}{len(self.fills) - 1}{MARK}")  # noqa: S308 - a number

    def split(self, text: str) -> "Page":
        """Cut the text at its holes: pieces at even places, the numbers of fills at odd ones."""
        self.pieces = text.split(MARK)
        return self

    def given(self, request: HttpRequest) -> str:
        """Fill the holes for a reader."""
        filled = [self.fills[int(number)](request) for number in self.pieces[1::2]]
        parts = [*self.pieces]
        parts[1::2] = filled
        return "".join(parts)


def hole(context: Context, fill: Fill) -> str:
    """Leave a hole in a page that is kept; in any other, fill it at once."""
    page = context.get("kept")
    return page.cut(fill) if isinstance(page, Page) else fill(context.get("request"))


def show(
    request: Request,
    template: str,
    state: Callable[[], Hashable],
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Show a public page; made anew only when one of the values it shows has changed."""
    if request.actor.is_known or request.COOKIES.keys() & OWN_COOKIES:
        return render(request, template, context())
    key = (template, *_address(request), state())
    page = _found(key)
    if page is None:
        page = Page()
        page.split(render_to_string(template, {**context(), "kept": page}, request))
        if not request.META.get("CSRF_COOKIE_NEEDS_UPDATE") and state() == key[-1]:
            _keep(key, page)  # no form's secret in it, and nothing changed while it was made
    return HttpResponse(page.given(request))


def _address(request: Request) -> tuple[str, ...]:
    theme = request.COOKIES.get("theme", "")
    return request.get_full_path(), str(request.LANGUAGE_CODE), theme if theme in THEMES else ""


def _found(key: Hashable) -> Page | None:
    with _lock:
        if key in _pages:
            _pages.move_to_end(key)
        return _pages.get(key)


def _keep(key: Hashable, page: Page) -> None:
    with _lock:
        _pages[key] = page
        if len(_pages) > MOST:
            _pages.popitem(last=False)

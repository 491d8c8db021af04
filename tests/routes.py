"""Every address there is, read from the URLconf: a new one is asked without anybody adding it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {
    "number": "1",
    "index": "1",
    "lot": "1",
    "bid": "1",
    "place": "0",
    "pk": "1",
    "objection": "1",
    "size": "1",
    "sequence": "1",
    "run": "1",
    "stage": "whole",
    "kind": "award_notice",
}


def every_route(
    patterns: Any = None, before: str = "", held: dict[str, Any] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each route of the URLconf with the converters of its places."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        places = {**(held or {}), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern.url_patterns, before + str(pattern.pattern), places)
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), places


def routes_with(place: str) -> list[str]:
    """Give the routes that name an object of a kind, all other places filled."""
    found = []
    for route, places in every_route():
        if place in places:
            found.append(filled(route, {name for name in places if name != place}))
    return found


def filled(route: str, places: set[str]) -> str:
    """Put a sample into each of these places of a route."""
    for name in places:
        start = next(route.index(t) for t in (f"<{name}>", f":{name}>") if t in route)
        begin, end = route.rindex("<", 0, start + 1), route.index(">", start) + 1
        route = f"{route[:begin]}{SAMPLES.get(name, 'x')}{route[end:]}"
    return f"/{route}"


def at(route: str, value: str) -> str:
    """Put a value into the one place that is left."""
    return f"{route[: route.index('<')]}{value}{route[route.index('>') + 1 :]}"

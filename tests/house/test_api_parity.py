"""Each write of a page is also a call of the API, through the same service.

A write is a function of a `services` module that takes who acts and when: `actor` and `at`.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.house.sources import sources
from tests.rig.processes import ROOT

# The services that pages call and the API does not, each with its reason.
PAGES_ONLY = {
    "evaluation.services.marking.score": "the API saves one mark as it saves many: by score_all",
    "monitoring.services.watching.note_viewing": "a recording is played by the page's own player",
}


def edges(*, is_api: bool) -> Iterator[Path]:
    """Give the files that answer requests: of the API and its intake door, or of the pages."""
    for path in sources(".py"):
        place = path.relative_to(ROOT)
        of_api = path.stem.endswith("api") or {"api", "intake"} & set(place.parts)
        of_pages = path.stem == "views" or "views" in place.parts
        if of_api if is_api else of_pages:
            yield path


def imported(tree: ast.Module) -> dict[str, Any]:
    """Give what the names that a file imports stand for."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                try:
                    thing = import_module(f"{node.module}.{alias.name}")
                except ImportError:
                    thing = getattr(import_module(node.module), alias.name, None)
                found[alias.asname or alias.name] = thing
    return found


def mentioned(path: Path) -> Iterator[Any]:
    """Give everything of another module that a file mentions, tables of functions included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = imported(tree)
    for node in ast.walk(tree):
        thing = None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            thing = getattr(names.get(node.value.id), node.attr, None)
        elif isinstance(node, ast.Name):
            thing = names.get(node.id)
        yield from thing.values() if isinstance(thing, dict) else (thing,)


def is_write(thing: Any) -> bool:
    """Tell whether something is a service that changes the world: who acts, and when."""
    if not inspect.isfunction(thing) or ".services" not in thing.__module__:
        return False
    return {"actor", "at"} <= inspect.signature(thing).parameters.keys()


def name_of(service: Callable[..., Any]) -> str:
    whole = inspect.unwrap(service)
    return f"{whole.__module__}.{whole.__name__}"


def writes(*, is_api: bool) -> set[str]:
    """Name the writes that pages, or the API, mention."""
    things = (thing for path in edges(is_api=is_api) for thing in mentioned(path))
    return {name_of(thing) for thing in things if is_write(thing)}


def test_every_write_of_a_page_is_also_a_call_of_the_api():
    pages, api = writes(is_api=False), writes(is_api=True)
    assert len(pages) > 90  # a reader that finds nothing proves nothing
    assert pages - api == set(PAGES_ONLY)

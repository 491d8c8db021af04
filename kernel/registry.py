"""Find the one-file extensions of a folder; to add one, nothing else is edited."""

import importlib
import pkgutil
from functools import cache
from typing import Any


@cache
def discover(package: str, attribute: str) -> dict[str, Any]:
    """Collect `attribute` of every module in the package by its slug; two with one slug are an
    error.
    """
    found: dict[str, Any] = {}
    folder = importlib.import_module(package)
    for module in sorted(m.name for m in pkgutil.iter_modules(folder.__path__)):
        extension = getattr(importlib.import_module(f"{package}.{module}"), attribute, None)
        if extension is None:
            continue
        if extension.slug in found:
            raise ValueError(f"{package}: the slug {extension.slug} is defined twice")
        found[extension.slug] = extension
    return found

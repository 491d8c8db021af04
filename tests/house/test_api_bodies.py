"""No text of a body reaches the database unread: PostgreSQL cannot keep NUL."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from accounts.api import Closed
from portal.api import api


def bodies(shape: type[Closed] = Closed) -> Iterator[type[Closed]]:
    """Give all shapes of bodies that the API takes."""
    for one in shape.__subclasses__():
        yield one
        yield from bodies(one)


def parts(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every part of a schema with its place."""
    if isinstance(schema, dict):
        yield where, schema
    inner = schema.items() if isinstance(schema, dict) else enumerate(schema)
    for name, part in inner:
        if isinstance(part, (dict, list)):
            yield from parts(part, f"{where}.{name}")


def bare(shape: type[Closed]) -> Iterator[str]:
    """Give the places of texts, and of names in objects, that may hold any sign; what is read name
    by name (kernel/reading.py) is refused there.
    """
    schema = shape.model_json_schema()
    held = list(parts(schema, shape.__qualname__))
    amounts = {
        id(other)
        for _where, part in held
        if any(one.get("type") == "number" for one in part.get("anyOf", ()))
        for other in part["anyOf"]
    }
    for where, part in held:
        is_text = part.get("type") == "string" and id(part) not in amounts
        if is_text and not part.keys() & {"pattern", "format", "enum"}:
            yield where
    for name, field in shape.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if (
                get_origin(kind) is dict
                and get_args(kind)[0] is str
                and get_args(kind)[1] is not Any
            ):
                yield f"{shape.__qualname__}.{name}: its names"


def test_no_text_of_a_body_is_taken_whatever_it_holds():
    assert len(api._routers) > 1, "the API is whole when it has been imported"
    taken = list(bodies())
    assert len(taken) > 100
    assert sorted({place for one in taken for place in bare(one)}) == []

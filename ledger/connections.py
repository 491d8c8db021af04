"""Which database connections stay open between two reads of a thread that lives long."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

P = ParamSpec("P")
T = TypeVar("T")


def give_back() -> None:
    """Give a pooled connection back, and any that has failed. One to a file stays open: opening it
    again costs more than most reads.
    """
    if connection.vendor != "sqlite":
        close_old_connections()


def reading(work: Callable[P, T]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Do a read for a loop in its thread for what waits, which keeps what may stay open."""

    @wraps(work)
    def read(*given: P.args, **named: P.kwargs) -> T:
        give_back()
        try:
            return work(*given, **named)
        finally:
            give_back()

    return sync_to_async(read)

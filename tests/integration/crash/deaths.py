"""Acts done by a process that is killed at its commit, then done again by one that lives."""

import hashlib
import os
import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, connections

from kernel.errors import DomainError

SURVIVED, REFUSED, BROKE, KILLED = 0, 1, 2, 9
MOST = 6


def everything() -> str:
    """Give a digest of every row of every table, as the database has them: it is asked hundreds of
    times.
    """
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')  # noqa: S608 - our names
            digest.update(repr((table, cursor.fetchall())).encode())
    return digest.hexdigest()


def apart(act: Callable[[], object], *, killed: str = "") -> int:
    """Do the act in a forked process, killed "before" or "after" its first commit, or not."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()
    child = os.fork()
    if child == 0:
        if killed:
            _kill_at_commit(after=killed == "after")
        try:
            act()
        except DomainError:
            os._exit(REFUSED)
        except BaseException:  # noqa: BLE001 - the parent only sees the exit code
            traceback.print_exc()
            os._exit(BROKE)
        os._exit(SURVIVED)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _kill_at_commit(*, after: bool) -> None:
    owner = type(connections["default"])
    real = owner._commit

    def commit(*given: Any) -> None:
        if after:
            real(*given)
        os._exit(KILLED)

    owner._commit = commit


class Deaths:
    """Stands around services: a call is first killed before its commit, some also after it."""

    def __init__(self) -> None:
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()

    def around(
        self, service: Callable[..., Any], *, again: bool = False, most: int = MOST
    ) -> Callable[..., Any]:
        """Wrap a service; with `again` its killed commit stands, and the act is asked for twice."""
        name = service.__name__

        def call(**given: Any) -> Any:
            if self.before[name] >= most:
                return service(**given)
            rows = everything()
            code = apart(lambda: service(**given), killed="before")
            assert (name, code) == (name, KILLED)
            assert everything() == rows, f"{name} left something of a killed act"
            self.before[name] += 1
            return self._twice(name, service, given) if again else service(**given)

        return call

    def _twice(self, name: str, service: Callable[..., Any], given: dict[str, Any]) -> None:
        """Leave what the killed process had committed, and ask once more as a person would."""
        code = apart(lambda: service(**given), killed="after")
        rows = everything()
        asked_again = apart(lambda: service(**given))
        assert (name, code) == (name, KILLED)
        assert asked_again in {SURVIVED, REFUSED}, name
        assert everything() == rows, f"{name} was done twice"
        self.after[name] += 1

"""Rows that nobody ordered come in another order than they were written, as on a busy PostgreSQL.

SQLite gives rows as they were inserted, and PostgreSQL mostly does, until one is updated: a query
without an order then passes for years and fails once. Here it fails at once, on every database.
"""

from collections.abc import Iterator

import pytest
from django.db.models import QuerySet


class UnorderedSliceError(AssertionError):
    """Some of the rows of an unordered query were taken: which ones is chance."""


@pytest.fixture(scope="session", autouse=True)
def any_order() -> Iterator[None]:
    """Turn the rows of every unordered query around, and refuse to take some of them."""
    real = QuerySet._fetch_all

    def fetch(query: QuerySet) -> None:
        is_fresh = query._result_cache is None
        real(query)
        if not is_fresh or query.ordered or len(query._result_cache) < 2:
            return
        if query.query.is_sliced:
            raise UnorderedSliceError(str(query.query))
        query._result_cache.reverse()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", fetch)
        yield

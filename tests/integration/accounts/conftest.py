"""What tests about people share: nobody has tried anything yet."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_tries_yet() -> Iterator[None]:
    """Count from nothing, and leave no count to whoever comes next."""
    cache.clear()
    yield
    cache.clear()

"""The most that may be recommended never falls between equals without being told."""

import pytest

from trading.domain import ties


@pytest.mark.parametrize(
    ("ranks", "cut"),
    [
        ([1, 2, 3, 4], []),
        ([1, 2, 3], []),
        ([1, 2, 2], []),
        ([1, 2, 3, 3], [2, 3]),
        ([1, 2, 2, 2, 5], [1, 2, 3]),
        ([1, 1, 1, 1], []),
        ([1, 1, 3, 3, 3], [2, 3, 4]),
    ],
)
def test_equals_at_the_limit_are_listed(ranks, cut):
    ranked = [{"rank": rank, "place": place} for place, rank in enumerate(ranks)]
    assert [one["place"] for one in ties.cut(ranked, 3)] == cut

"""What a draft says of its framework agreements, in a body of whatever kind."""

import pytest

from kernel.errors import Invalid
from trading.domain import framework


@pytest.mark.parametrize("wrong", [None, 7, "x", ["x"], {"named": 7}, {"named": {"x": 1}}])
def test_terms_of_the_wrong_kind_are_refused(wrong):
    with pytest.raises(Invalid):
        framework.read(wrong)

"""What a closed file's status line says; the years it is kept are said by the rules beside it."""

import re

import pytest

from trading.markets import markets

METHODS = [method for market in markets().values() for method in market.methods.values()]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.slug)
def test_the_status_line_of_a_closed_file_says_no_years(method):
    assert not re.search("[0-9一二三四五六七八九十]年", method.next["archived"])

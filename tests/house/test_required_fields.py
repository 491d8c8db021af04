"""Every row that says what a text must say names what some text of that kind says."""

import pytest

from trading.domain import required
from trading.periods.fields import DOCUMENTS, LISTS
from trading.periods.rulebooks import national

ROWS = [row for row in national().fields if row.document not in LISTS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.document}-{row.code}")
def test_a_row_has_a_place_in_its_text_or_a_paragraph_in_its_draft(row):
    has_place = row.code in required.PLACES[row.document]
    assert has_place or row.code in required.ASKED.get(row.document, {})


def test_no_place_is_for_a_row_that_is_not_there():
    rows = {(row.document, row.code) for row in ROWS}
    places = {(d, code) for d, of in required.PLACES.items() for code in of}
    asked = {(d, code) for d, of in required.ASKED.items() for code in of}
    assert places | asked == rows
    assert not places & asked
    assert {d for d, _code in rows} == set(DOCUMENTS) - LISTS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.document}-{row.code}")
def test_a_text_that_says_nothing_says_nothing_a_row_asks_for(row):
    if row.code in required.PLACES[row.document]:
        assert not required.is_said(row.document, row, {})

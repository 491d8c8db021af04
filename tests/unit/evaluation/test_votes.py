"""What a panel comes to by majority: about the document, and about suppliers' solutions."""

import pytest

from evaluation import votes
from kernel.errors import Conflict


@pytest.mark.parametrize(
    ("said", "came_to"),
    [
        ([], ""),
        ([True], ""),
        ([True, False], ""),
        ([True, True], "confirmed"),
        ([True, True, False], "confirmed"),
        ([False, False], "mend"),
        ([True, False, False], "mend"),
    ],
)
def test_more_than_half_of_a_panel_of_three_decides_about_the_document(said, came_to):
    assert votes.of_document(said, 3) == came_to


def test_a_solution_goes_on_by_more_than_half_of_all_members_and_no_fewer_than_the_law_wants():
    said = {7: [True, True, False], 5: [True, False, False], 9: [True, True, True], 4: [True]}
    assert votes.recommended(said, 3) == [7, 9]
    votes.require_solutions([7, 9], 2, lot=1)
    with pytest.raises(Conflict) as refusal:
        votes.require_solutions([7, 9], 3, lot=1)
    assert refusal.value.code == "solutions.too_few"
    assert (refusal.value.facts["found"], refusal.value.facts["least"]) == (2, 3)

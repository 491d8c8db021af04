"""The terms of a post: what two exams that are both held may count."""

import pytest

from kernel.errors import Invalid
from trading.domain.posts import read_post
from trading.markets.talent import DIRECT_ASSESSMENT, OPEN_RECRUITMENT

GIVEN = {"openings": 1}


@pytest.mark.parametrize("weight", ["0", "0.99", "99.01", "100"])
def test_no_exam_that_is_held_counts_nothing(weight):
    with pytest.raises(Invalid) as refusal:
        read_post(GIVEN | {"written_weight": weight}, OPEN_RECRUITMENT.fixed_terms)
    assert (refusal.value.code, refusal.value.facts["field"]) == (
        "post.out_of_bounds",
        "written_weight",
    )


def test_where_a_method_has_no_first_score_the_interview_counts_alone():
    read = read_post(GIVEN | {"written_weight": "70"}, DIRECT_ASSESSMENT.fixed_terms)
    assert read["written_weight"] == "0"
    assert read_post(GIVEN, OPEN_RECRUITMENT.fixed_terms)["written_weight"] == "50"

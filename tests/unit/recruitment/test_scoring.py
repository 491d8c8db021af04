"""Who needs an extra test, and that no lot known before the marks decides."""

from decimal import Decimal

import pytest

from recruitment.domain.scoring import Examined, equals, ranked

POST = {"written_weight": "60", "interview_pass": "60"}


def examined(ticket, mark, extra=None):
    return Examined(ticket, Decimal(80), (Decimal(mark),) * 5, extra and Decimal(extra))


def places(openings, *people):
    return {of.ticket: of.rank for of in ranked(1, openings, POST, people).places}


PEOPLE = [examined(*given) for given in (("a", 90), ("b", 80), ("c", 80), ("d", 70), ("e", 70))]


@pytest.mark.parametrize(
    ("openings", "needed"),
    [(1, [("b", "c"), ("d", "e")]), (2, [("b", "c"), ("d", "e")]), (3, [("d", "e")]), (5, [])],
)
def test_an_extra_test_is_for_equals_whose_order_matters(openings, needed):
    assert equals(openings, POST, PEOPLE) == needed


def test_equals_stay_joint_until_their_extra_test_and_it_counts_for_nothing_else():
    assert places(2, *PEOPLE) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": 4}
    tested = [PEOPLE[0], examined("b", 80, 50), examined("c", 80, 90), *PEOPLE[3:]]
    assert places(2, *tested) == {"a": 1, "b": 3, "c": 2, "d": 4, "e": 4}
    assert equals(2, POST, tested) == [("b", "c"), ("d", "e")]
    case = ranked(1, 2, POST, tested).case
    assert "draw" not in case


def test_who_fell_below_the_line_needs_none():
    low = [examined("a", 59), examined("b", 59)]
    assert equals(1, POST, low) == []

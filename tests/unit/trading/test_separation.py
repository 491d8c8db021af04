"""How an award committee decides among candidates without an order (rulebook 4.8)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kernel.errors import Conflict, Invalid
from trading.domain import separation
from trading.domain.separation import Ballot, Decision, Finalist, Narrowed

X, Y, Z = (
    Finalist(code, Decimal(price), rank)
    for code, price, rank in (("X", "103", 1), ("Y", "101", 2), ("Z", "101", 3))
)
THREE = (X, Y, Z)


def ballots(*choices: str) -> list[Ballot]:
    """Make a ballot of each string: a letter for each round."""
    return [Ballot(f"成员{n}", "总工", tuple(said), "履约能力强") for n, said in enumerate(choices)]


def refused(call: Any) -> str:
    with pytest.raises((Invalid, Conflict)) as refusal:
        call()
    return str(refusal.value.code)


def test_ex_17_a_direct_vote_without_majority_goes_to_a_run_off() -> None:
    votes = ballots("XX", "XX", "XX", "YY", "YY", "YY", "ZX")
    made = separation.count_votes(THREE, votes)
    assert made == Decision("X", ({"X": 3, "Y": 3, "Z": 1}, {"X": 4, "Y": 3}))


def test_more_than_half_wins_at_once_and_nobody_votes_again() -> None:
    assert separation.count_votes(THREE, ballots("Y", "Y", "Y", "X", "Z")).chosen == "Y"
    over = ballots("YY", "Y", "Y", "X", "Z")
    assert refused(lambda: separation.count_votes(THREE, over)) == "decision.round_too_many"


def test_of_equals_for_the_second_place_the_lower_price_then_the_higher_placed_stays() -> None:
    votes = ballots("XX", "XX", "XX", "YY", "YY", "ZY", "ZY")
    assert separation.count_votes(THREE, votes).chosen == "Y"
    into_the_third = ballots("XX", "XX", "XX", "YY", "YY", "ZZ", "ZZ")
    code = refused(lambda: separation.count_votes(THREE, into_the_third))
    assert code == "decision.not_a_finalist"


def test_a_run_off_needs_everybody_s_second_ballot() -> None:
    votes = ballots("XX", "XX", "Y", "YY", "ZX")
    assert refused(lambda: separation.count_votes(THREE, votes)) == "decision.run_off"


def test_an_even_committee_without_majority_elects_nobody() -> None:
    votes = ballots("XX", "XX", "YY", "YY")
    assert refused(lambda: separation.count_votes(THREE, votes)) == "decision.no_majority"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (ballots("X", "X", "X"), "decision.members"),
        (ballots("X", "X", "X", "X", "X", "X"), "decision.members"),
        (ballots(*["X"] * 23), "decision.members"),
        ([*ballots("X", "X", "X", "X"), Ballot("成员0", "总工", ("X",), "好")], "decision.names"),
        ([*ballots("X", "X", "X", "X"), Ballot("", "总工", ("X",), "好")], "decision.names"),
        ([*ballots("X", "X", "X", "X"), Ballot("甲", "", ("X",), "好")], "decision.unsaid"),
        ([*ballots("X", "X", "X", "X"), Ballot("甲", "总工", (), "好")], "decision.unsaid"),
        ([*ballots("X", "X", "X", "X"), Ballot("甲", "总工", ("", "X"), "好")], "decision.unsaid"),
        ([*ballots("X", "X", "X", "X"), Ballot("甲", "总工", ("X",), "")], "decision.unsaid"),
        ([*ballots("X", "X", "X", "X"), Ballot("甲", "总", ("X",), "好" * 301)], "text.required"),
    ],
)
def test_a_committee_is_odd_large_enough_named_and_says_why(
    members: list[Ballot], code: str
) -> None:
    assert refused(lambda: separation.require_committee(members, 5)) == code


def test_a_committee_in_order_is_let_through() -> None:
    separation.require_committee(ballots("X", "X", "Y", "Y", "Z"), 5)


def test_the_vote_narrows_to_the_first_two_and_whoever_equals_the_second() -> None:
    said = ballots("X", "X", "X", "Y", "Y", "Z", "Z")
    assert separation.narrow(THREE, said).among == ("X", "Y", "Z")
    assert separation.narrow(THREE, ballots("X", "X", "Y", "Y", "Z")).among == ("X", "Y")
    assert separation.narrow(THREE, ballots("Z", "Z", "Z", "Z", "Z")).among == ("Z",)
    over = ballots("XY", "X", "X", "Y", "Z")
    assert refused(lambda: separation.narrow(THREE, over)) == "decision.round_too_many"


def test_no_way_is_a_draw_among_all_and_each_is_the_rulebook_s() -> None:
    assert set(separation.WAYS) == {
        "direct_vote",
        "round_vote",
        "vote_then_lot",
        "collective_decision",
        "price_competition",
    }


def test_a_debate_ends_with_somebody_a_member_spoke_for() -> None:
    said = ballots("X", "X", "X", "Y", "Y")
    assert separation.deliberate(THREE, said, "Y") == Decision("Y", ({"X": 3, "Y": 2},))
    assert refused(lambda: separation.deliberate(THREE, said, "Z")) == "decision.nobody_s"
    twice = ballots("XX", "X", "X", "Y", "Y")
    assert refused(lambda: separation.deliberate(THREE, twice, "X")) == "decision.round_too_many"


def test_the_lowest_price_wins_and_of_equals_the_higher_placed() -> None:
    assert separation.lowest(THREE) == Narrowed(("Y",), {})


def test_who_shares_price_and_place_goes_into_a_draw() -> None:
    equal = (replace(Z, rank=2), Y, X)
    assert separation.lowest(equal) == Narrowed(("Y", "Z"), {})


def test_nobody_is_dropped_by_the_order_of_a_list() -> None:
    equal = (X, Y, replace(Z, rank=2))
    votes = ballots("XX", "XX", "XX", "YX", "YX", "ZX", "ZX")
    for order in (equal, equal[::-1]):
        assert refused(lambda order=order: separation.count_votes(order, votes)) == "decision.equal"
        assert (
            refused(lambda order=order: separation.vote_in_rounds(order, votes)) == "decision.equal"
        )


def test_only_whom_the_committee_chose_is_confirmed() -> None:
    separation.require_chosen("X", "X")
    assert refused(lambda: separation.require_chosen("X", "Y")) == "decision.other"
    separation.require_decided([])
    assert refused(lambda: separation.require_decided([1, 2])) == "decision.missing"


def test_in_rounds_the_last_is_dropped_until_one_is_left() -> None:
    votes = ballots("XX", "XX", "XX", "YY", "YY", "YY", "ZY")
    made = separation.vote_in_rounds(THREE, votes)
    assert made == Decision("Y", ({"X": 3, "Y": 3, "Z": 1}, {"X": 3, "Y": 4}))


def test_in_rounds_a_majority_of_the_first_does_not_end_it_and_whoever_was_dropped_is_out() -> None:
    assert separation.vote_in_rounds(THREE, ballots("XY", "XY", "XY", "YX", "ZX")).chosen == "Y"
    into_the_dropped = ballots("XX", "XX", "XZ", "YY", "YY")
    code = refused(lambda: separation.vote_in_rounds(THREE, into_the_dropped))
    assert code == "decision.not_a_finalist"


def test_in_rounds_of_equals_the_dearer_goes_then_the_lower_placed() -> None:
    dear = ballots("YY", "YY", "YY", "YY", "YY")  # X and Z without a vote: X is dearer
    assert refused(lambda: separation.vote_in_rounds(THREE, ballots("YX", *["YY"] * 4))) == (
        "decision.not_a_finalist"
    )
    assert separation.vote_in_rounds(THREE, dear).chosen == "Y"


def test_in_rounds_everybody_votes_in_each_round_and_two_need_one() -> None:
    for said in (("X", "XX", "XX", "YY", "YY"), ("YYY", "XX", "XX", "YY", "YY")):
        assert refused(lambda: separation.vote_in_rounds(THREE, ballots(*said))) == (  # noqa: B023
            "decision.rounds"
        )
    assert separation.vote_in_rounds((X, Y), ballots("X", "Y", "Y", "X", "Y")).chosen == "Y"
    assert separation.vote_in_rounds((X,), ballots("X", "X", "X", "X", "X")).chosen == "X"

"""Laws of an award committee's decision: a majority decides, order and lists do not (4.8)."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from kernel.draw import commitment
from trading.domain import separation
from trading.domain.separation import Ballot, Finalist

FINALISTS = [
    Finalist(code, Decimal(price), n)
    for n, (code, price) in enumerate((("A", "5"), ("B", "4"), ("C", "4"), ("D", "9")), start=1)
]
CODES = st.sampled_from([f.uscc for f in FINALISTS])
VOTES = st.integers(min_value=2, max_value=10).flatmap(
    lambda half: st.lists(CODES, min_size=2 * half + 1, max_size=2 * half + 1)
)


def said(*rounds: list[str]) -> list[Ballot]:
    return [
        Ballot(f"{n}", "总工", chosen, "好") for n, chosen in enumerate(zip(*rounds, strict=True))
    ]


@given(VOTES, st.randoms())
def test_a_majority_wins_whatever_the_order_of_ballots_and_candidates(votes, random):
    most = max(set(votes), key=votes.count)
    assume(votes.count(most) * 2 > len(votes))
    mixed, others = list(votes), list(FINALISTS)
    random.shuffle(mixed)
    random.shuffle(others)
    assert separation.count_votes(others, said(mixed)).chosen == most


@given(VOTES, st.data())
def test_a_run_off_of_an_odd_committee_always_decides(votes, data):
    assume(max(map(votes.count, votes)) * 2 <= len(votes))
    counted = {code: votes.count(code) for code in votes}
    two = sorted(separation._first_two(FINALISTS, counted))
    again = data.draw(st.lists(st.sampled_from(two), min_size=len(votes), max_size=len(votes)))
    made = separation.count_votes(FINALISTS, said(votes, again))
    assert again.count(made.chosen) * 2 > len(again)
    assert all(counted[code] >= sorted(counted.values())[-2] for code in two)


@given(VOTES, st.randoms())
def test_nobody_with_fewer_votes_than_another_enters_the_draw_in_its_place(votes, random):
    mixed = list(votes)
    random.shuffle(mixed)
    made = separation.narrow(FINALISTS, said(mixed))
    counted = {code: votes.count(code) for code in votes}
    out = [counted[code] for code in counted if code not in made.among]
    assert made == separation.narrow(FINALISTS, said(votes))
    assert len(made.among) >= min(2, len(counted))
    assert all(counted[code] > most for code in made.among for most in out)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=8, max_size=64), st.randoms())
def test_a_draw_is_repeated_by_anybody_and_no_order_helps(seed, nonce, random):
    codes = [f.uscc for f in FINALISTS]
    others = list(codes)
    random.shuffle(others)
    purpose = separation.purpose_of("GC-1", 1)
    first, second = (
        separation.draw_one(of, seed=seed, nonce=nonce, purpose=purpose) for of in (codes, others)
    )
    assert first == second
    assert separation.commit_to(seed, others)["commit"] == commitment(seed) == first.commit
    assert separation.commit_to(seed, others) == separation.commit_to(seed, codes)


@given(st.data(), st.randoms())
def test_voting_in_rounds_always_decides_and_no_order_helps(data, random):
    few = FINALISTS[: data.draw(st.integers(2, 4))]
    count, left, rounds = 2 * data.draw(st.integers(2, 6)) + 1, list(few), []
    for _turn in range(len(few) - 1):
        votes = data.draw(
            st.lists(st.sampled_from([f.uscc for f in left]), min_size=count, max_size=count)
        )
        rounds.append(votes)
        left.remove(max(left, key=lambda f: (-votes.count(f.uscc), f.price, f.rank)))
    ballots, others = said(*rounds), list(few)
    random.shuffle(ballots)
    random.shuffle(others)
    made = separation.vote_in_rounds(others, ballots)
    assert [made.chosen] == [f.uscc for f in left]
    assert rounds[-1].count(made.chosen) * 2 > count

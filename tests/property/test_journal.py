"""Whatever is done with a deposit, the books add up and nobody is overdrawn."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deposits.domain import journal
from kernel.errors import Conflict

MOVES = (
    journal.received,
    journal.returned,
    journal.released,
    journal.stopped,
    journal.interest,
    journal.paid,
    journal.forfeited,
    journal.converted,
    journal.secured,
    journal.unsecured,
    journal.damages,
)
amounts = st.integers(1, 10**8).map(lambda fen: Decimal(fen).scaleb(-2))
steps = st.lists(st.tuples(st.sampled_from(MOVES), amounts) | st.integers(0, 30), max_size=40)


def played(wishes):
    """Do what the rules let through; a number reverses the entry made at that place."""
    made, sums = [], journal.total([])
    for wish in wishes:
        if isinstance(wish, int):
            if wish >= len(made):
                continue
            posting = journal.reversal(made[wish].lines)
        else:
            move, amount = wish
            posting = move(amount)
        try:
            sums = journal.after(sums, posting)
        except Conflict:
            continue
        made.append(posting)
    return made, sums


@given(steps)
def test_the_sum_over_all_accounts_is_zero(wishes):
    made, sums = played(wishes)
    assert sum(sums.values()) == 0
    assert journal.total(posting.lines for posting in made) == sums


@given(steps)
def test_no_account_of_a_bidder_is_ever_overdrawn(wishes):
    _made, sums = played(wishes)
    assert all(journal.owed(sums, account) >= 0 for account in journal.OWED)


@given(steps)
def test_nobody_gets_back_more_than_came_in_with_interest(wishes):
    made, sums = played(wishes)
    went_out = -sums["bank"]
    assert went_out <= sums["interest"]
    assert journal.total([p.lines for p in made])["bank"] == sums["bank"]

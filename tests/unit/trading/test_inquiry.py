"""Whom a sale by tender asks afterwards, and what follows from the answers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.errors import Conflict
from trading.domain import inquiry, priority, reserve
from trading.domain.inquiry import Answer

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
A, B, C, BEST = "A", "B", "C", "Z"


def auction(*holders, mode="after_close_once", same_rank=False):
    held = [{"name": uscc, "uscc": uscc} for uscc in holders]
    right = {"mode": mode, "holders": held, "same_rank": same_rank, "window_s": 600}
    return {priority.KEY: right}


def ranked(*usccs):
    return [
        {"rank": n, "uscc": uscc, "name": uscc, "bid": f"bid-{uscc}", "price": f"{100 - n}.00"}
        for n, uscc in enumerate(usccs, start=1)
    ]


@pytest.mark.parametrize(
    ("terms", "offers", "present", "expected"),
    [
        (auction(A, B), (BEST,), {A, B}, {A: 1, B: 2}),
        (auction(A, B), (BEST,), {B}, {B: 2}),  # who stayed away has waived
        (auction(A, B), (BEST, A), {A, B}, {B: 2}),  # who bid has taken part
        (auction(A, B, C), (B,), {A, B, C}, {A: 1}),  # only who ranks before the best offer
        (auction(A, B, same_rank=True), (B,), {A, B}, {}),
        (auction(A, mode="waived"), (BEST,), {A}, {}),
        (auction(A), (), {A}, {}),
        ({}, (BEST,), {A}, {}),
    ],
)
def test_who_is_asked(terms, offers, present, expected):
    assert inquiry.to_ask(terms, ranked(*offers), present) == expected


def test_whose_bid_was_put_out_is_not_asked():
    out = [{"uscc": A, "name": A, "bid": "bid-A", "reason": "资格不符"}]
    assert inquiry.to_ask(auction(A, B), ranked(BEST), {A, B}, out) == {B: 2}


def answers(*given):
    return [
        Answer(uscc, uscc, rank, state, AT + timedelta(seconds=second))
        for rank, (uscc, state, second) in enumerate(given, start=1)
    ]


@pytest.mark.parametrize(
    ("given", "same_rank", "first"),
    [
        (answers((A, "waived", 1), (B, "lapsed", 9)), False, BEST),
        (answers((A, "exercised", 9), (B, "exercised", 1)), False, A),
        (answers((A, "exercised", 9), (B, "exercised", 1)), True, B),
        (answers((A, "waived", 1), (B, "exercised", 2)), False, B),
    ],
)
def test_who_exercises_comes_first_at_the_best_price(given, same_rank, first):
    found = inquiry.with_right(ranked(BEST, "Y"), ranked(BEST)[0], given, same_rank=same_rank)
    assert (found[0]["uscc"], found[0]["price"]) == (first, "99.00")
    assert [c["rank"] for c in found] == list(range(1, len(found) + 1))
    assert len({c["bid"] for c in found}) == len(found)


def test_an_answer_is_in_time_until_the_very_end():
    due = inquiry.due_from(auction(A), AT)
    assert due == AT + timedelta(minutes=10)
    inquiry.require_in_time(due, due - timedelta(microseconds=1))
    with pytest.raises(Conflict):
        inquiry.require_in_time(due, due)


def test_a_reserve_divides_at_its_own_amount_and_ranks_anew():
    reached, below = reserve.divided(ranked(A, B, C), Decimal("98.00"))
    assert [(c["rank"], c["uscc"]) for c in reached] == [(1, A), (2, B)]
    assert [(out["uscc"], out["reason"]) for out in below] == [(C, reserve.BELOW)]
    everybody, nobody = reserve.divided(ranked(A), Decimal("0.01"))
    assert (len(everybody), nobody) == (1, [])

"""On which ground a tenderer invites, whom, and how lots decide (BL 17, BLR 8; GPL 29, 34)."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.errors import Conflict, Invalid
from tests.factories import credit_code
from trading.domain import grounds, invitations
from trading.domain.attempts import AttemptFacts
from trading.domain.completeness import LotFacts
from trading.domain.invitations import Invited
from trading.markets.invited import OF_PURCHASE, OF_WORKS, PURCHASE, WORKS
from trading.periods import RuleSet
from trading.periods.rule import Scope

CODES = tuple(credit_code(number) for number in range(60, 80))
SEED = bytes(range(32))
OF_APPROVAL = {"approval_by": "财政局", "approval_on": "2026-11-20", "approval_text": "同意。"}
GROUND = {"ground": "few", "reason": "只有少量潜在投标人。", "approval": "1 号", **OF_APPROVAL}
SPECIAL = {"ground": "special", "reason": "具有特殊性。", "drawn_from": "library"}
APPROVED = {**SPECIAL, "approval": "1 号", **OF_APPROVAL}
ON = date(2026, 11, 24)


WATCHED = ("吴敏", "郑岚")


def ready(listed: Invited) -> Invited:
    """Give the nonce of a draw."""
    return invitations.give_nonce(listed, b"12345678", WATCHED, state="review", least=2)


def drawn_from(listed: Invited) -> Invited:
    """Draw as the notice does."""
    return invitations.draw_lots(ready(listed), "ZC-1")[0]


def rules(market: str, subject: str = "works", **scope: str) -> RuleSet:
    return RuleSet(Scope(market=market, method="invited_tender", subject=subject, on=ON, **scope))


def found(how: Any, of: RuleSet, **given: Any) -> list[str]:
    """List the codes of what a draft lacks."""
    lot = LotFacts(1, "一", given.pop("budget", 0), 0, 1)
    departs = {id(WORKS): OF_WORKS, id(PURCHASE): OF_PURCHASE}.get(id(how))
    whole = {
        "by_invitation": how,
        "departs": departs,
        "rules": of,
        "state_funded": True,
        "lots": (lot,),
    }
    whole |= {"attempt": AttemptFacts(), "attachments": frozenset()}
    facts = SimpleNamespace(**{**whole, "grounds": {}, "invited": Invited(), **given})
    return [f.code for f in (*grounds.findings(facts), *invitations.findings(facts))]


def works(**given: Any) -> list[str]:
    return found(WORKS, rules("construction"), **given)


def purchase(**given: Any) -> list[str]:
    return found(PURCHASE, rules("procurement", "goods"), **given)


def test_a_tender_open_to_all_asks_for_nothing() -> None:
    assert found(None, rules("construction")) == []


@pytest.mark.parametrize(
    ("budget", "funded", "lacks"),
    [
        (3_999_999, True, []),
        (4_000_000, True, ["invited.ground", "invited.approval"]),
        (4_000_000, False, []),
    ],
)
def test_a_ground_binds_state_money_from_the_threshold_on(
    budget: int, *, funded: bool, lacks: list[str]
) -> None:
    invited = Invited(CODES[:3])
    assert works(budget=budget, state_funded=funded, invited=invited) == lacks
    assert works(budget=budget, state_funded=funded, invited=invited, grounds=GROUND) == []


@pytest.mark.parametrize(("size", "lacks"), [(2, ["invited.too_few"]), (3, []), (20, [])])
def test_at_least_three_are_invited(size: int, lacks: list[str]) -> None:
    assert works(invited=Invited(CODES[:size])) == lacks


def test_a_stated_ground_is_one_of_the_law_s_and_has_its_reason() -> None:
    invited = Invited(CODES[:3])
    assert works(invited=invited, grounds={"ground": "special", "reason": "x"}) == [
        "invited.ground"
    ]
    assert works(invited=invited, grounds={"ground": "few"}) == ["invited.reason"]


def test_a_purchase_always_needs_a_ground_and_an_approval_but_below_a_known_threshold() -> None:
    invited = invitations.take_list(CODES[:6], 3, seed=SEED, draws=True)
    drawn = drawn_from(invited)
    assert purchase(invited=drawn, grounds={"drawn_from": "library"}) == [
        "invited.ground",
        "invited.approval",
    ]
    for budget in (1, 90_000_000):
        given = {"invited": drawn, "grounds": SPECIAL, "budget": budget}
        assert purchase(**given) == ["invited.approval"]
    central = rules("procurement", "goods", budget_level="central")
    given = {"invited": drawn, "grounds": SPECIAL}
    assert found(PURCHASE, central, budget=1_999_999, **given) == []
    assert found(PURCHASE, central, budget=2_000_000, **given) == ["invited.approval"]


@pytest.mark.parametrize(
    ("size", "count", "lacks"),
    [
        (6, 2, ["invited.too_few"]),
        (5, 3, ["invited.pool"]),
        (6, 3, ["invited.no_nonce"]),
        (20, 10, ["invited.no_nonce"]),
    ],
)
def test_a_pool_holds_twice_as_many_as_are_drawn(size: int, count: int, lacks: list[str]) -> None:
    invited = invitations.take_list(CODES[:size], count, seed=SEED, draws=True)
    assert purchase(invited=invited, grounds=APPROVED) == lacks


def test_where_the_list_comes_from_is_said() -> None:
    invited = invitations.take_list(CODES[:6], 3, seed=SEED, draws=True)
    said = {**APPROVED, "drawn_from": "friends"}
    assert purchase(invited=invited, grounds=said) == ["invited.source", "invited.no_nonce"]


@pytest.mark.parametrize(
    ("codes", "count", "draws", "code"),
    [
        (CODES[:2] + CODES[:1], 0, False, "invited.twice"),
        ([credit_code(n) for n in range(21)], 0, False, "invited.too_many"),
        ([credit_code(n) for n in range(101)], 3, True, "invited.too_many"),
        (CODES[:6], 0, True, "invited.count"),
        (CODES[:6], 21, True, "invited.count"),
    ],
)
def test_an_impossible_list_is_refused(codes: Any, count: int, *, draws: bool, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        invitations.take_list(codes, count, seed=SEED, draws=draws)
    assert refusal.value.code == code


def test_a_nonce_needs_a_list_handed_in_and_is_given_once_before_the_notice() -> None:
    listed = invitations.take_list(CODES[:6], 3, seed=SEED, draws=True)
    cases = [
        (Invited(), "review", "invited.no_list"),
        (listed, "draft", "invited.too_early"),
        (listed, "announced", "invited.too_late"),
        (ready(listed), "review", "invited.nonce_given"),
    ]
    for before, state, code in cases:
        with pytest.raises(Conflict) as refusal:
            invitations.give_nonce(before, b"12345678", WATCHED, state=state, least=2)
        assert refusal.value.code == code
    with pytest.raises(Conflict) as refusal:
        invitations.draw_lots(drawn_from(listed), "ZC-1")
    assert refusal.value.code == "invited.drawn_already"


@pytest.mark.parametrize(
    "names", [(), ("吴敏",), ("吴敏", " 吴敏 "), ("吴敏", ""), ("吴敏", "文" * 21), "甲乙丙丁戊己"]
)
def test_at_least_two_of_the_purchasers_staff_watch(names: Any) -> None:
    listed = invitations.take_list(CODES[:6], 3, seed=SEED, draws=True)
    with pytest.raises(Invalid) as refusal:
        invitations.give_nonce(listed, b"12345678", names, state="review", least=2)
    assert refusal.value.code == "invited.supervisors"
    assert ready(listed).supervisors == WATCHED


def test_what_is_locked_is_read_again_as_it_was() -> None:
    listed = invitations.take_list(CODES[:6], 3, seed=SEED, draws=True)
    kept = drawn_from(listed)
    assert invitations.read_invited(kept.plain()) == kept
    assert invitations.chosen(kept, draws=True) == kept.drawn
    assert invitations.chosen(Invited(CODES[:3]), draws=False) == CODES[:3]
    assert Invited().commit == ""

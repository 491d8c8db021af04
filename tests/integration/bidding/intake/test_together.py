"""Commits that come together are decided as if each had come alone."""

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from accounts import queries as accounts
from bidding.intake import objects
from bidding.intake.application import Intake
from bidding.intake.line import together
from bidding.intake.requests import submission as submission_of
from bidding.intake.writer import Writer
from bidding.models import Spent
from bidding.queries import bids as queries
from bidding.services import bids
from bidding.services.examining import Examined, Handover, Submission, examine_all
from kernel.errors import DomainError
from ledger import private
from tests import sealed
from tests.integration.bidding.intake.conftest import CLOSES_AT, Place

MS = timedelta(milliseconds=1)


def read(request: dict[str, Any]) -> Submission:
    return submission_of(json.dumps(request).encode())


def handover(place: Place, name: str, request: dict[str, Any], at: datetime) -> Handover:
    person, owner = place.world.person(name), place.world.organisation_of(name).uscc
    return Handover(accounts.actor(person, at), owner, read(request), at)


def decide(handovers: Sequence[Handover]) -> list[Any]:
    """Examine and decide a group as desk and writer do, then note who came late."""
    found = together(lambda given: examine_all(given, objects.read_head), handovers)
    right = [one for one in found if isinstance(one, Examined)]
    decided = iter(together(bids.accept_all, right) if right else ())
    outcomes = [next(decided) if isinstance(one, Examined) else one for one in found]
    return [
        (is_late(outcome) and noted(given)) or outcome
        for given, outcome in zip(handovers, outcomes, strict=True)
    ]


def is_late(outcome: Any) -> bool:
    return isinstance(outcome, DomainError) and outcome.code == "bid.too_late"


def noted(given: Handover) -> Any:
    return bids.record_late(owner=given.owner, submission=given.submission, at=given.at)


def said(outcome: Any) -> str:
    """Name an outcome: accepted, repeated, or the code of the refusal."""
    if isinstance(outcome, DomainError):
        return outcome.code
    return "repeated" if outcome.repeated else "accepted"


def offered(place: Place, name: str = "chen") -> tuple[sealed.Offer, dict[str, Any]]:
    offer = place.offer(name)
    request = offer.seal()
    sealed.store(offer, place.now)
    return offer, request


def test_good_and_bad_commits_of_one_group_get_what_each_deserves(place: Place) -> None:
    _, good = offered(place)
    _, stranger = offered(place, "hu")
    zhao, late = offered(place, "zhao")
    tardy = place.offer("zhao").seal()
    forged = late | {"signature": sealed.b64(bytes(64))}
    incomplete = zhao.seal()
    zhao.objects.clear()
    group = [
        handover(place, "chen", good, place.now),
        handover(place, "hu", stranger, place.now),
        handover(place, "zhao", forged, place.now),
        handover(place, "zhao", incomplete, place.now),
        handover(place, "zhao", tardy, CLOSES_AT),
        handover(place, "chen", good, place.now + MS),
        handover(place, "zhao", good, place.now),
        handover(place, "zhao", late, CLOSES_AT - MS),
    ]
    assert [said(outcome) for outcome in decide(group)] == [
        "accepted",
        "bid.submit.denied",
        "seal.signature",
        "intake.object_missing",
        "bid.too_late",
        "repeated",
        "intake.object_missing",
        "accepted",
    ]
    kinds = [event.kind for event in private.events_of(place.tender.code)]
    assert kinds == ["bidder.registered"] * 2 + ["bid.submitted"] * 2
    assert Spent.objects.count() == 2 * 5  # of each: a key, two objects, two salts


def test_a_chain_goes_on_within_one_group_and_its_fork_is_refused(place: Place) -> None:
    offer, first = offered(place)
    digest = sealed.sha256(queries.strict.binary(first["commit"])).digest()
    left, right = offer.seal(digest), offer.seal(digest)
    sealed.store(offer, place.now)
    withdraw = offer.request([], [], sealed.sha256(queries.strict.binary(left["commit"])).digest())
    # The client of a fork does not know; it was examined before the first one was decided.
    [known] = bids.accept_all(
        examine_all([handover(place, "chen", first, place.now)], objects.read_head)
    )
    group = [
        handover(place, "chen", request, place.now) for request in (left, right, withdraw, first)
    ]
    assert said(known) == "accepted"
    assert [said(outcome) for outcome in decide(group)] == [
        "accepted",
        "bid.forked",
        "accepted",
        "repeated",
    ]
    uscc = place.world.organisation_of("chen").uscc
    steps = queries.steps_of(place.tender.code, uscc)
    assert [(step.step, step.kind) for step in steps] == [
        (0, "bid.submitted"),
        (1, "bid.replaced"),
        (2, "bid.withdrawn"),
    ]


def test_a_value_used_twice_within_one_group_is_refused(place: Place) -> None:
    offer, first = offered(place)
    twin = place.offer("zhao", device=offer.device, chain=offer.chain)
    second = twin.seal()
    sealed.store(twin, place.now)
    group = [handover(place, "chen", first, place.now), handover(place, "zhao", second, place.now)]
    assert [said(outcome) for outcome in decide(group)] == ["accepted", "bid.random_reused"]


class Blind(bids.Docket):
    """A look at the tables from just before another process wrote."""

    looks = 1

    def __init__(self, group: Sequence[Examined]) -> None:
        super().__init__(group)
        if Blind.looks > 0:
            Blind.looks -= 1
            self.used.clear()
            for own in self.chains._own.values():
                own.steps.clear()


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a group"])
def test_who_is_overtaken_by_another_process_is_looked_at_again(
    place: Place, monkeypatch: Any, *, alone: bool
) -> None:
    _, ours = offered(place)
    _, theirs = offered(place, "zhao")
    group = [handover(place, "zhao", theirs, place.now), handover(place, "chen", ours, place.now)]
    found = examine_all(group, objects.read_head)
    [first] = bids.accept_all(found[:1])
    monkeypatch.setattr(bids, "Docket", Blind)
    monkeypatch.setattr(Blind, "looks", 1)
    outcomes = together(bids.accept_all, found[:1] if alone else found)
    assert [said(outcome) for outcome in outcomes] == ["repeated", "accepted"][: len(outcomes)]
    assert outcomes[0].receipt == first.receipt
    assert len(queries.live_steps(place.tender.code)) == len(outcomes)


def test_who_is_overtaken_forever_sinks_nobody_else(place: Place, monkeypatch: Any) -> None:
    _, ours = offered(place)
    _, theirs = offered(place, "zhao")
    group = [handover(place, "zhao", theirs, place.now), handover(place, "chen", ours, place.now)]
    found = examine_all(group, objects.read_head)
    bids.accept_all(found[:1])
    monkeypatch.setattr(bids, "Docket", Blind)
    monkeypatch.setattr(Blind, "looks", 99)
    overtaken, accepted = together(bids.accept_all, found)
    assert isinstance(overtaken, bids.Raced)
    assert said(accepted) == "accepted"


def test_a_fault_of_one_commit_is_told_to_it_alone(place: Place, monkeypatch: Any) -> None:
    _, ours = offered(place)
    _, theirs = offered(place, "zhao")
    group = [handover(place, "zhao", theirs, place.now), handover(place, "chen", ours, place.now)]
    zhao = place.world.organisation_of("zhao").uscc
    real = bids.policy.require

    def breaks(actor: Any, name: str, subject: Any) -> None:
        if subject.bidder.uscc == zhao:
            raise ZeroDivisionError
        real(actor, name, subject)

    monkeypatch.setattr(bids.policy, "require", breaks)
    outcomes = decide(group)
    assert isinstance(outcomes[0], ZeroDivisionError)
    assert said(outcomes[1]) == "accepted"
    assert [step.owner for step in queries.live_steps(place.tender.code)] == [group[1].owner]


def pool(place: Place, lot: int) -> list[Handover]:
    """Two bidders' good, bad and forked commits for one lot."""
    found = []
    for name in ("chen", "zhao"):
        sealed.register(place.world, place.tender, name, lot)
        offer = place.offer(name, lot=lot)
        first, other = offer.seal(), place.offer(name, lot=lot).seal()
        prev = sealed.sha256(queries.strict.binary(first["commit"])).digest()
        left, right = offer.seal(prev), offer.seal(prev)
        away = offer.request([], [], prev)
        sealed.store(offer, place.now)
        forged = first | {"signature": left["signature"]}
        requests = (first, first, other, left, right, away, forged)
        found += [handover(place, name, request, place.now) for request in requests]
    return found


@pytest.fixture
def many_lots(place: Place) -> Place:
    place.tender = sealed.published(place.world, CLOSES_AT, code="XA-GP-2026-0009", lots=12)
    return place


@pytest.mark.parametrize("seed", range(5))
def test_however_commits_are_grouped_each_is_told_the_same(many_lots: Place, seed: int) -> None:
    """Any order, the last third too late, cut into any groups, against the same one by one."""
    random = Random(seed)  # noqa: S311 - draws an order, not a secret
    alone, grouped = pool(many_lots, 1), pool(many_lots, 2)
    order = random.sample(range(len(alone)), len(alone)) + random.sample(range(len(alone)), 7)
    late_from = 2 * len(order) // 3
    stamps = [many_lots.now] * late_from + [CLOSES_AT] * (len(order) - late_from)
    singles, rest = (
        [replace(lot[place], at=at) for place, at in zip(order, stamps, strict=True)]
        for lot in (alone, grouped)
    )
    expected = [said(decide([one])[0]) for one in singles]
    told = [said(outcome) for group in groups(rest, random) for outcome in decide(group)]
    assert told == expected
    for name in ("chen", "zhao"):
        owner = many_lots.world.organisation_of(name).uscc
        steps = [queries.steps_in_lot(many_lots.tender.code, owner, lot) for lot in (1, 2)]
        assert [step.kind for step in steps[0]] == [step.kind for step in steps[1]]


def groups(handovers: Sequence[Handover], random: Random) -> list[list[Handover]]:
    """Cut at random, but as clients are: each waits for an answer before it sends another commit,
    and only the same one again without.
    """
    found: list[list[Handover]] = [[]]
    for one in handovers:
        same = {g.submission.commit for g in found[-1] if g.owner == one.owner}
        if same - {one.submission.commit} or random.random() < 0.15:
            found.append([])
        found[-1].append(one)
    return [group for group in found if group]


def test_two_writers_at_once_decide_each_commit_once(many_lots: Place) -> None:
    """Two processes' writers on one database get the same commits at the same time."""
    requests = []
    for lot in range(1, 9):
        for name in ("chen", "zhao"):
            sealed.register(many_lots.world, many_lots.tender, name, lot)
            offer = many_lots.offer(name, lot=lot)
            requests.append((name, offer.seal()))
            sealed.store(offer, many_lots.now)
    tokens = {name: sealed.token(many_lots.world, name, many_lots.now) for name in ("chen", "zhao")}
    doors = [Intake(Writer(), lambda: many_lots.now) for _ in range(2)]
    answers: list[list[tuple[int, Any]]] = [[], []]

    def send(side: int) -> None:
        async def all_of_them() -> None:
            order = requests if side else requests[::-1]
            answers[side] = await asyncio.gather(
                *(sealed.Door(doors[side], tokens[name]).commit(request) for name, request in order)
            )

        asyncio.run(all_of_them())
        doors[side].stop()

    threads = [threading.Thread(target=send, args=[side]) for side in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for side in answers for status, _ in side} <= {200, 201}
    assert sorted(status for side in answers for status, _ in side) == [200] * 16 + [201] * 16
    receipts = [{answer["receipt"] for _, answer in side} for side in answers]
    assert (
        receipts[0] == receipts[1] == {s.receipt for s in queries.live_steps(many_lots.tender.code)}
    )


def test_what_a_group_shares_is_read_once(
    many_lots: Place, django_assert_num_queries: Callable[..., Any]
) -> None:
    groups = []
    for size, first in ((1, 1), (6, 2)):
        group = []
        for lot in range(first, first + (size + 1) // 2):
            for name in ("chen", "zhao")[:size]:
                sealed.register(many_lots.world, many_lots.tender, name, lot)
                offer = many_lots.offer(name, lot=lot)
                request = offer.seal()
                sealed.store(offer, many_lots.now)
                group.append(handover(many_lots, name, request, many_lots.now))
        groups.append(group)
    lots = [len({given.submission.lot for given in group}) for group in groups]
    assert [len(group) for group in groups] == [1, 6]
    for group, extra in zip(groups, lots, strict=True):
        with django_assert_num_queries(3 + 2 + 3 * extra):
            found = examine_all(group, objects.read_head)
        with django_assert_num_queries(2 * 5 + 2 + 3 + 3 * extra - 2):
            bids.accept_all(found)

"""A lost share is recovered for the one bid whose bidder asks, and for no other (sealing.md 5)."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from bidding.models import Envelope, RecoveryPart, RecoveryRequest
from bidding.queries import recovery as queries
from bidding.sealing import derive, shamir
from bidding.sealing.format import parse_core, write_core
from bidding.services import opening, reading
from kernel.errors import DomainError
from tests import openings, sealed
from tests import world as worlds
from tests.integration.crash.deaths import KILLED, apart, everything
from tests.openings import Hall, at_once, refused
from tests.world import World


def in_window(world: World, **more: Any) -> Hall:
    """A hall in its unlock window; chen and zhao chose escrow, hu did not."""
    given = {"recovery": (2, 3), "escrow": ("chen", "zhao")} | more
    hall = openings.sealed_bids(world, **given)
    hall.close()
    hall.to("unlocking")
    return hall


@pytest.fixture
def hall(world: World) -> Hall:
    return in_window(world)


def line(hall: Hall, name: str) -> dict[str, Any]:
    bid = hall.bid(name)
    return {
        "lot": 1,
        "sequence": bid.sequence,
        "bidder": bid.bidder.name,
        "commit": bid.commit_hash,
    }


def test_lost_share_is_recovered_and_the_bid_is_read_out_like_any_other(hall: Hall) -> None:
    hall.hand_in("zhao")
    hall.hand_in("hu")
    hall.ask("chen")
    hall.give("wang", "chen")
    assert hall.bid("chen").state == "sealed"
    hall.give("tang", "chen")
    assert hall.kinds()[-4:] == [
        "opening.recovery_requested",
        "opening.part_released",
        "opening.part_released",
        "opening.recovery_used",
    ]
    due_at = hall.session.step_due_at.strftime("%Y-%m-%dT%H:%M:%S")
    asked = hall.facts("opening.recovery_requested")
    assert [fact | {"due_at": fact["due_at"][:19]} for fact in asked] == [
        line(hall, "chen") | {"needed": 2, "due_at": due_at}
    ]
    assert hall.facts("opening.part_released") == [
        line(hall, "chen") | {"index": 1, "name": "王敏", "office": "regulator"},
        line(hall, "chen") | {"index": 3, "name": "唐宁", "office": "notary"},
    ]
    assert hall.facts("opening.recovery_used") == [line(hall, "chen") | {"indexes": [1, 3]}]
    assert (hall.bid("chen").state, bytes(hall.envelope("chen").share)) == (
        "unlocked",
        hall.share("chen"),
    )
    assert opening.due(hall.at) == 1  # nothing is locked any more: the clock closes the window
    for name in openings.CUSTODIANS[:2]:
        hall.release(name)
    hall.act("start_reading")
    hall.read_all()
    assert [fact["price"] for fact in hall.facts("bid.read")] == [
        "800000.00",
        "801000.00",
        "802000.00",
    ]


def test_no_part_and_no_share_ever_stands_in_the_record(hall: Hall) -> None:
    secrets = [hall.part(name, "chen").hex() for name in openings.RECOVERY]
    secrets += [sealed.b64(hall.part(name, "chen")) for name in openings.RECOVERY]
    secrets += [hall.share("chen").hex(), sealed.b64(hall.share("chen"))]
    hall.ask("chen")
    for name in openings.RECOVERY[:2]:
        hall.give(name, "chen")
    told = repr([fact.data for fact in facts_of(hall)])
    assert [secret for secret in secrets if secret in told] == []


def facts_of(hall: Hall) -> list[Any]:
    return openings.ledger.entries_since(hall.session.stream, 0)


# --- asking ---


def test_request_without_escrow_is_refused_with_a_sentence(hall: Hall) -> None:
    before = hall.kinds()
    with pytest.raises(DomainError) as refusal:
        hall.ask("hu")
    assert refusal.value.code == "recovery.no_escrow"
    assert "没有选择代存份额" in refusal.value.text()
    assert (hall.kinds(), RecoveryRequest.objects.count()) == (before, 0)


def test_tender_without_a_recovery_set_recovers_nothing(world: World) -> None:
    hall = in_window(world, recovery=None, escrow=())
    assert refused(lambda: hall.ask("chen")) == "recovery.no_escrow"
    assert queries.recoveries_of(hall.session) == []


@pytest.mark.parametrize("who", ["wang", "qian", "lin", "he", "public"])
def test_only_a_bidder_of_the_session_asks(hall: Hall, who: str) -> None:
    before = hall.kinds()
    assert refused(lambda: hall.ask(who)) == "opening.request_recovery.denied"
    assert hall.kinds() == before


def test_request_outside_the_window_is_refused(world: World) -> None:
    hall = openings.sealed_bids(world, recovery=(2, 3), escrow=("chen",))
    hall.close()
    hall.to("checking")
    assert refused(lambda: hall.ask("chen")) == "opening.wrong_step"
    hall.act("start_unlock")
    hall.at = hall.session.step_due_at
    assert refused(lambda: hall.ask("chen")) == "opening.window_closed"
    assert RecoveryRequest.objects.count() == 0


def test_request_for_a_lot_without_a_bid_is_refused(hall: Hall) -> None:
    assert refused(lambda: hall.ask("chen", 2)) == "opening.not_your_bid"


def test_asking_twice_is_one_request_and_after_unlocking_none(hall: Hall) -> None:
    hall.ask("chen")
    hall.later(seconds=5)
    hall.ask("chen")
    assert hall.kinds().count("opening.recovery_requested") == 1
    hall.hand_in("zhao")
    assert refused(lambda: hall.ask("zhao")) == "recovery.unlocked_already"


def test_bidder_who_finds_its_key_unlocks_and_nothing_more_is_released(hall: Hall) -> None:
    hall.ask("chen")
    hall.give("wang", "chen")
    hall.hand_in("chen")
    hall.give("wang", "chen")  # again: nothing changes
    assert refused(lambda: hall.give("zheng", "chen")) == "recovery.unlocked_already"
    (asked,) = queries.recoveries_of(hall.session)
    assert (asked.came, asked.recovered_at, asked.by_bidder) == (1, None, True)
    assert "opening.recovery_used" not in hall.kinds()


# --- releasing ---


def test_escrow_without_a_request_never_releases(hall: Hall) -> None:
    before = hall.kinds()
    part = hall.part("wang", "zhao")
    assert refused(lambda: hall.give("wang", "zhao", part=part)) == "recovery.not_requested"
    assert (hall.kinds(), RecoveryPart.objects.count()) == (before, 0)


def test_parts_of_a_bid_without_escrow_are_never_taken(hall: Hall) -> None:
    assert refused(lambda: hall.give("wang", "hu", part=b"\0" * 32)) == "recovery.not_requested"


def test_wrong_parts_are_refused_recorded_and_do_not_count(hall: Hall) -> None:
    hall.ask("chen")
    hall.ask("zhao")
    wrong = (b"\1" * 32, hall.part("wang", "zhao"), hall.part("zheng", "chen"), hall.share("chen"))
    for part in wrong:
        assert refused(lambda part=part: hall.give("wang", "chen", part=part)) == "seal.escrow_part"
    assert hall.facts("opening.part_refused") == [
        line(hall, "chen")
        | {
            "index": 1,
            "name": "王敏",
            "office": "regulator",
            "given": derive.part_commitment("share-e-part", 1, part).hex(),
        }
        for part in wrong
    ]
    assert (RecoveryPart.objects.count(), hall.bid("chen").state) == (0, "sealed")
    hall.give("wang", "chen")  # the right one may follow
    assert hall.kinds().count("opening.part_released") == 1


def test_part_of_another_tender_is_refused(world: World) -> None:
    hall = in_window(world)
    hall.ask("chen")
    envelope = hall.envelope("chen")
    other = sealed.RECOVERY[0].stage("XA-GP-2026-0009", "whole")
    with pytest.raises(DomainError):  # the key of another tender opens nothing here
        openings.unwrap_part(bytes(envelope.core), bytes(envelope.wraps), "wrap-e", 1, other)
    with pytest.raises(DomainError):  # nor does that of another stage
        openings.unwrap_part(
            bytes(envelope.core),
            bytes(envelope.wraps),
            "wrap-e",
            1,
            sealed.RECOVERY[0].stage(hall.tender.code, "price"),
        )
    assert refused(lambda: hall.give("wang", "chen", part=other)) == "seal.escrow_part"


@pytest.mark.parametrize("who", ["lin", "feng", "chen", "qian", "he", "public"])
def test_only_the_recovery_set_releases(hall: Hall, who: str) -> None:
    hall.ask("chen")
    before, part = hall.kinds(), hall.part("wang", "chen")
    asked = {"commit": hall.bid("chen").commit_hash, "part": part, "at": hall.at}
    act = lambda: opening.release_part(actor=hall.actor(who), **hall.place, **asked)  # noqa: E731
    assert refused(act) == "opening.release_part.denied"
    assert hall.kinds() == before


def test_recovery_custodian_cannot_publish_a_stage_key(hall: Hall) -> None:
    hall.ask("chen")
    for name in ("wang", "zheng"):
        hall.give(name, "chen")
    hall.hand_in("zhao")
    hall.hand_in("hu")
    hall.act("close_unlock")
    act = lambda: opening.release_key(  # noqa: E731
        actor=hall.actor("wang"),
        **hall.place,
        index=1,
        private_key=sealed.CUSTODIANS[0].stage(hall.tender.code, "whole"),
        at=hall.at,
    )
    assert refused(act) == "opening.release_key.denied"


def test_part_after_the_window_is_refused(hall: Hall) -> None:
    hall.ask("chen")
    hall.give("wang", "chen")
    hall.at = hall.session.step_due_at
    assert refused(lambda: hall.give("zheng", "chen")) == "opening.window_closed"
    opening.due(hall.at)
    assert refused(lambda: hall.give("zheng", "chen")) == "opening.wrong_step"
    assert RecoveryPart.objects.count() == 1


# --- the end of the window ---


def test_too_few_parts_are_not_the_bidders_fault(hall: Hall) -> None:
    hall.hand_in("zhao")
    hall.ask("chen")
    hall.give("wang", "chen")
    assert refused(lambda: hall.act("close_unlock")) == "opening.window_open"
    hall.at = hall.session.step_due_at
    assert opening.due(hall.at) == 1
    assert (hall.bid("chen").state, hall.bid("hu").state) == ("withdrawn", "revoked")
    assert hall.bid("chen").note == "已申请恢复份额，但恢复托管人未在规定时间内释放足够的份额"
    assert hall.facts("bid.treated_as_withdrawn") == [
        line(hall, "chen") | {"cause": "recovery.too_few_parts", "released": [1], "needed": 2}
    ]
    assert hall.facts("bid.revoked") == [line(hall, "hu") | {"cause": "no_share", "proof": {}}]
    assert Envelope.objects.filter(share_at=None).count() == 2
    assert hall.state == "releasing"  # the others go on


def test_escrow_without_request_and_without_share_is_revoked(hall: Hall) -> None:
    hall.hand_in("chen")
    hall.hand_in("hu")
    hall.at = hall.session.step_due_at
    opening.due(hall.at)
    assert [fact["cause"] for fact in hall.facts("bid.revoked")] == ["no_share"]
    assert hall.bid("zhao").state == "revoked"


def test_parts_that_disagree_revoke_the_bid_with_the_parts_as_proof(hall: Hall) -> None:
    """The bidder committed to parts of two polynomials: any two of them give another share."""
    parts = disagreeing(hall, "chen")
    hall.ask("chen")
    for name, part in zip(openings.RECOVERY, parts, strict=True):
        hall.give(name, "chen", part=part)
    assert "opening.recovery_used" not in hall.kinds()
    hall.hand_in("zhao")
    hall.hand_in("hu")
    hall.at = hall.session.step_due_at
    opening.due(hall.at)
    assert hall.facts("bid.revoked") == [
        line(hall, "chen")
        | {
            "cause": "recovery.parts_disagree",
            "proof": {"parts": {str(i): part.hex() for i, part in enumerate(parts, 1)}},
        }
    ]


def disagreeing(hall: Hall, name: str) -> list[bytes]:
    """Let a bidder have sealed a core that commits to parts of nothing."""
    parts = [sha256(b"part %d" % i).digest() for i in range(3)]
    envelope = hall.envelope(name)
    core = parse_core(bytes(envelope.core))
    hashes = tuple(derive.part_commitment("share-e-part", i, p) for i, p in enumerate(parts, 1))
    escrow = type(core.escrow)(2, 3, core.escrow.commitment, hashes)
    envelope.core = write_core(replace(core, escrow=escrow))
    envelope.save(update_fields=["core"])
    return parts


def test_one_part_of_two_tells_nothing(hall: Hall) -> None:
    """With ke - 1 parts any share is as likely as another: each fits a line through the part."""
    one = hall.part("wang", "chen")
    for guess in (b"\0" * 32, hall.share("chen"), hall.share("zhao")):
        slope = bytes(x ^ y for x, y in zip(one, guess, strict=True))
        first, second = shamir.split(guess, 2, 2, lambda _size, slope=slope: slope)
        assert (first, shamir.combine({1: one, 2: second})) == (one, guess)


def test_price_stage_recovers_its_own_share(world: World) -> None:
    stages = ("technical", "price")
    hall = openings.sealed_bids(world, stages=stages, recovery=(2, 2), escrow=("chen",))
    hall.opened()
    hall.read_all()
    admitted = [hall.bid(name).pk for name in ("chen", "zhao", "hu")]
    openings.counting.schedule_opening(
        tender=hall.tender, stage="price", opens_at=hall.at, at=hall.at, admitted=admitted
    )
    technical = hall.part("wang", "chen")
    hall.stage = "price"
    openings.counting.count_bids(code=hall.tender.code, stage="price", at=hall.at)
    hall.to("unlocking")
    hall.ask("chen")
    assert refused(lambda: hall.give("wang", "chen", part=technical)) == "seal.escrow_part"
    hall.give("wang", "chen")
    hall.give("zheng", "chen")
    assert hall.envelope("chen").share_at == hall.at
    assert hall.bid("chen").state == "read"


def test_record_tells_who_asked_and_who_released(hall: Hall) -> None:
    hall.ask("chen")
    hall.give("wang", "chen")
    hall.give("zheng", "chen")
    told = reading.record_content(hall.session, hall.at)["recovery"]
    (asked,) = told["requests"]
    assert (told["threshold"], [seat["name"] for seat in told["custodians"]]) == (
        2,
        ["王敏", "郑岩", "唐宁"],
    )
    assert (asked["bidder"], [part["name"] for part in asked["released"]]) == (
        "晨光医疗科技有限公司",
        ["王敏", "郑岩"],
    )
    assert asked["recovered_at"] != ""


def test_desk_lists_what_waits_for_my_part(hall: Hall) -> None:
    assert queries.desk_items(hall.actor("wang"), hall.at) == []
    hall.ask("chen")
    (item,) = queries.desk_items(hall.actor("wang"), hall.at)
    assert (item.url, item.due_at) == (
        f"/halls/{hall.tender.code}/whole/",
        hall.session.step_due_at,
    )
    assert queries.desk_items(hall.actor("lin"), hall.at) == []
    hall.give("wang", "chen")
    assert queries.desk_items(hall.actor("wang"), hall.at) == []


# --- at once, and killed ---


@pytest.mark.django_db(transaction=True)
def test_requests_and_parts_at_once_recover_once() -> None:
    hall = in_window(worlds.cast())
    assert at_once(*[lambda: hall.ask("chen")] * 3) == ["done"] * 3
    parts = {name: hall.part(name, "chen") for name in openings.RECOVERY}
    done = at_once(
        *[lambda n=n, p=p: hall.give(n, "chen", part=p) for n, p in parts.items()],
        lambda: hall.give("wang", "chen", part=parts["wang"]),
    )
    assert set(done) <= {"done", "recovery.unlocked_already"}
    kinds = hall.kinds()
    assert [
        kinds.count(f"opening.{kind}")
        for kind in ("recovery_requested", "part_released", "recovery_used")
    ] == [1, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_bidder_and_custodian_at_once_unlock_once() -> None:
    hall = in_window(worlds.cast())
    hall.ask("chen")
    hall.give("wang", "chen")
    part, share = hall.part("zheng", "chen"), hall.share("chen")
    at_once(
        lambda: hall.give("zheng", "chen", part=part), lambda: hall.hand_in("chen", share=share)
    )
    kinds = hall.kinds()
    assert kinds.count("opening.share_accepted") + kinds.count("opening.recovery_used") == 1
    assert bytes(hall.envelope("chen").share) == share


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_act_the_recovery_goes_on_and_happens_once(when: str) -> None:
    hall = in_window(worlds.cast())
    for act in (
        lambda: hall.ask("chen"),
        lambda: hall.give("wang", "chen"),
        lambda: hall.give("zheng", "chen"),
    ):
        rows = everything()
        assert apart(act, killed=when) == KILLED
        assert (everything() == rows) == (when == "before")
        act()
        done = everything()
        act()
        assert everything() == done
    kinds = hall.kinds()
    assert [
        kinds.count(f"opening.{kind}")
        for kind in ("recovery_requested", "part_released", "recovery_used")
    ] == [1, 2, 1]
    hall.later(minutes=40)
    assert timedelta(0) < hall.at - hall.envelope("chen").share_at

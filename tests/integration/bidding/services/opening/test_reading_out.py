"""The read-out, and what becomes of a bid that does not open."""

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine

from bidding.models import Envelope
from bidding.queries import opening as queries
from bidding.sealing.format import parse_core, parse_wraps
from bidding.services import objects, opening
from bidding.services.opening import reading_out
from ledger import queries as ledger
from tests import openings, sealed
from tests.openings import CLOSES_AT, Hall, refused
from tests.world import World
from trading import queries as trading
from trading.models import Notice


def rebind(envelope: Envelope, *, wraps: bytes) -> None:
    """Let the bidder have sealed other wraps than its own client would: the commit binds them."""
    bid = envelope.bid
    bid.commit = bytes(bid.commit).replace(
        sealed.b64(sha256(bytes(envelope.wraps)).digest()).encode(),
        sealed.b64(sha256(wraps).digest()).encode(),
    )
    bid.save(update_fields=["commit"])
    envelope.wraps = wraps
    envelope.save(update_fields=["wraps"])


def damage(hall: Hall, name: str) -> bytes:
    """Change one byte of what is stored of a read-out; give what was there."""
    path = objects.path_of(hall.envelope(name).readout)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return whole


def resupply(hall: Hall, name: str, content: bytes) -> object:
    return opening.resupply(
        actor=hall.actor(name), **hall.place, lot=1, content=content, at=hall.at
    )


def test_parts_that_disagree_revoke_the_bid_with_public_proof(hall: Hall) -> None:
    hall.unlocked()
    broken = hall.envelope("zhao")
    wraps = parse_wraps(bytes(broken.wraps), parse_core(bytes(broken.core)))
    first = wraps.a[0]
    other = first[:-1] + bytes([first[-1] ^ 1])
    swapped = bytes(broken.wraps).replace(sealed.b64(first).encode(), sealed.b64(other).encode())
    rebind(broken, wraps=swapped)
    hall.release("lin")
    hall.release("zhou")
    hall.act("start_reading")
    assert (hall.bid("zhao").state, [f["cause"] for f in hall.facts("bid.revoked")]) == (
        "revoked",
        ["seal.parts"],
    )
    assert hall.facts("bid.revoked")[0]["proof"] == {"parts": {"1": "unreadable", "2": "good"}}
    hall.read_all()
    assert [line["sequence"] for line in hall.facts("bid.read")] == [1, 3]


def put_out(hall: Hall, version: int) -> None:
    """Publish the text, or amend it."""
    tender, text = hall.tender, {"version": version}
    tender.text_digest = trading.digest_of(text)
    tender.save(update_fields=["text_digest"])
    Notice.objects.create(
        tender=tender,
        number=version,
        kind="tender" if version == 1 else "amendment",
        title=tender.title,
        fields={"text": text},
        digest="00" * 32,
        published_at=CLOSES_AT - timedelta(hours=5 - version),
    )


def test_a_bid_that_answers_an_earlier_text_is_opened_like_any_other(world: World) -> None:
    hall = openings.sealed_bids(world, ())
    put_out(hall, 1)
    openings.submit(hall, "chen", 1, CLOSES_AT - timedelta(hours=3, minutes=30))
    page = f"/tenders/{hall.tender.code}/bid/"
    with time_machine.travel(CLOSES_AT - timedelta(hours=2), tick=False):
        assert "原投标仍然有效" not in world.client("chen").get(page).text
        put_out(hall, 2)
        assert "原投标仍然有效" in world.client("chen").get(page).text
    for name in ("zhao", "hu"):
        openings.submit(hall, name, 1, CLOSES_AT - timedelta(minutes=30))
    hall.unlocked()
    hall.release("lin")
    hall.release("zhou")
    hall.act("start_reading")
    hall.read_all()
    assert hall.facts("bid.revoked") == []
    assert sorted(line["sequence"] for line in hall.facts("bid.read")) == [1, 2, 3]


def test_damaged_copy_is_mended_by_the_same_bytes_only(hall: Hall) -> None:
    hall.unlocked()
    whole = damage(hall, "chen")
    hall.release("lin")
    hall.release("zhou")
    hall.act("start_reading")
    assert [fact["cause"] for fact in hall.facts("opening.object_damaged")] == ["seal.root"]
    hall.act("read_next")
    hall.act("read_next")
    assert refused(lambda: hall.act("read_next")) == "opening.awaits_resupply"
    assert refused(lambda: resupply(hall, "chen", whole[:-1] + b"\0")) == "object.other_bytes"
    assert refused(lambda: resupply(hall, "zhao", whole)) == "object.not_damaged"
    resupply(hall, "chen", whole)
    assert refused(lambda: resupply(hall, "chen", whole)) == "object.not_damaged"
    hall.read_all()
    assert [line["sequence"] for line in hall.facts("bid.read")] == [2, 3, 1]
    assert hall.kinds().count("opening.object_resupplied") == 1


@pytest.mark.parametrize("how", ["altered", "gone"])
def test_damaged_copy_without_another_is_treated_as_withdrawn(hall: Hall, how: str) -> None:
    hall.unlocked()
    whole = damage(hall, "chen")
    if how == "gone":
        objects.path_of(hall.envelope("chen").readout).unlink()
    hall.release("lin")
    hall.release("zhou")
    hall.act("start_reading")
    hall.act("read_next")
    hall.act("read_next")
    hall.later(minutes=10)
    assert refused(lambda: resupply(hall, "chen", whole)) == "object.not_damaged"
    assert opening.due(hall.at) == 1
    assert (hall.state, hall.bid("chen").state) == ("objecting", "withdrawn")
    assert [fact["cause"] for fact in hall.facts("bid.treated_as_withdrawn")] == ["seal.root"]


def test_second_click_reads_no_second_bid(hall: Hall) -> None:
    hall.opened()
    hall.act("read_next", seen=0)
    assert refused(lambda: hall.act("read_next", seen=0)) == "opening.moved_on"
    assert len(hall.facts("bid.read")) == 1
    assert refused(lambda: hall.act("invite_objections")) == "opening.still_reading"


def test_all_that_is_left_is_read_at_once_a_fact_each_in_order(hall: Hall) -> None:
    hall.opened()
    hall.act("read_next", seen=0)
    before = len(hall.kinds())
    hall.act("read_all", seen=1)
    assert hall.kinds()[before:] == ["bid.read", "bid.read"]
    assert [line["sequence"] for line in hall.facts("bid.read")] == [1, 2, 3]
    assert {hall.bid(name).state for name in ("chen", "zhao", "hu")} == {"read"}
    assert hall.state == "reading"
    numbers = [fact.number for fact in ledger.entries_since(hall.session.stream, 0)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert refused(lambda: hall.act("read_all", seen=1)) == "opening.moved_on"
    hall.act("read_all", seen=3)
    assert hall.state == "objecting"


@pytest.mark.parametrize("who", ["chen", "zhou", "mei", "public"])
def test_only_the_host_reads_all_and_nothing_is_recorded_otherwise(hall: Hall, who: str) -> None:
    hall.opened()
    before = hall.kinds()
    assert refused(lambda: hall.act("read_all", who)) == "opening.host.denied"
    assert hall.kinds() == before


def test_reading_all_leaves_the_damaged_copy_its_time(hall: Hall) -> None:
    hall.unlocked()
    whole = damage(hall, "chen")
    hall.release("lin")
    hall.release("zhou")
    hall.act("start_reading")
    hall.act("read_all")
    assert refused(lambda: hall.act("read_all")) == "opening.awaits_resupply"
    assert refused(lambda: hall.act("invite_objections")) == "opening.still_reading"
    assert queries.waits_for(hall.session, hall.at) != ""
    resupply(hall, "chen", whole)
    assert queries.waits_for(hall.session, hall.at) == ""
    hall.act("read_all")
    assert [line["sequence"] for line in hall.facts("bid.read")] == [2, 3, 1]


def test_more_bids_than_are_opened_ahead_are_all_read_and_every_fault_is_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_out, "AHEAD", 1)
    hall.unlocked()
    damage(hall, "chen")
    damage(hall, "zhao")
    hall.release("lin")
    hall.release("zhou")
    hall.act("start_reading")
    assert Envelope.objects.exclude(opened_at=None).count() == 0
    hall.act("read_next")
    assert [line["sequence"] for line in hall.facts("bid.read")] == [3]
    assert len(hall.facts("opening.object_damaged")) == 2

"""A commit is taken once, in time, in its place in the chain, and gets one receipt for good."""

import asyncio
import json
import os
from datetime import timedelta
from typing import Any

from bidding import gate
from bidding.queries import bids as queries
from bidding.sealing.receipt import Receipt, verify_receipt
from bidding.services.bids import receipt_signer
from ledger import private
from ledger.models import Entry
from tests import sealed
from tests.integration.bidding.intake.conftest import CLOSES_AT, Place, seen, until
from tests.sealed import b64
from trading.models import Suspension, Tender

MS = timedelta(milliseconds=1)


async def steps(place: Place, name: str = "chen") -> list[str]:
    uscc = place.world.organisation_of(name).uscc
    found = await place.run(queries.steps_of, place.tender.code, uscc)
    return [step.kind for step in found]


async def test_commit_gives_a_signed_receipt_and_leaves_one_withheld_event(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    status, answer = await door.submit(offer, request)
    assert status == 201
    receipt = verify_receipt(answer["receipt"], receipt_signer().verifier)
    assert receipt == Receipt(place.tender.code, bytes.fromhex(answer["commit"]), place.now)
    assert answer["accepted_at"] == place.now.isoformat(timespec="milliseconds")
    assert await steps(place) == ["bid.submitted"]


async def test_same_commit_again_gives_the_same_bytes_even_after_the_deadline(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    first = await door.submit(offer, request)
    place.now = CLOSES_AT + timedelta(minutes=5)
    again = await door.commit(request)
    assert (first[0], again[0]) == (201, 200)
    assert again[1] == first[1]
    assert await steps(place) == ["bid.submitted"]


async def test_two_same_commits_at_once_give_one_event_and_the_same_receipt(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    both = await asyncio.gather(door.commit(request), door.commit(request))
    assert sorted(status for status, _ in both) == [200, 201]
    assert both[0][1] == both[1][1]
    assert await steps(place) == ["bid.submitted"]


async def test_replace_and_withdraw_follow_the_chain_and_a_new_one_may_begin(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    _, first = await door.submit(offer, offer.seal())
    _, second = await door.submit(offer, offer.seal(bytes.fromhex(first["commit"]), price="799999"))
    withdrawal = offer.request([], [], bytes.fromhex(second["commit"]))
    status, _ = await door.commit(withdrawal)
    assert status == 201
    fresh = place.offer()
    status, _ = await door.submit(fresh, fresh.seal())
    assert status == 201
    assert await steps(place) == ["bid.submitted", "bid.replaced", "bid.withdrawn", "bid.submitted"]
    _, receipts = await door.call("GET", f"/intake/receipts?tender={place.tender.code}")
    assert [(r["action"], r["live"]) for r in receipts] == [
        ("submit", False),
        ("replace", False),
        ("withdraw", False),
        ("submit", True),
    ]


async def test_fork_is_refused_and_the_first_child_stays(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    _, first = await door.submit(offer, offer.seal())
    prev = bytes.fromhex(first["commit"])
    left, right = offer.seal(prev), offer.seal(prev)
    await door.upload(offer.objects)
    both = await asyncio.gather(door.commit(left), door.commit(right))
    assert sorted(status for status, _ in both) == [201, 409]
    assert {answer.get("code") for _, answer in both} == {None, "bid.forked"}
    assert await steps(place) == ["bid.submitted", "bid.replaced"]


async def test_second_chain_beside_a_live_one_is_refused(place: Place) -> None:
    door, offer, other = await place.run(place.door), place.offer(), place.offer()
    await door.submit(offer, offer.seal())
    status, answer = await door.submit(other, other.seal())
    assert (status, answer["code"]) == (422, "seal.signature")
    assert await steps(place) == ["bid.submitted"]


async def test_old_commit_replayed_after_withdrawal_brings_nothing_back(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    _, first = await door.submit(offer, request)
    await door.commit(offer.request([], [], bytes.fromhex(first["commit"])))
    status, again = await door.commit(request)
    assert (status, again) == (200, first)
    assert await steps(place) == ["bid.submitted", "bid.withdrawn"]


async def test_arrival_decides_to_the_millisecond(place: Place) -> None:
    door = await place.run(place.door)
    chen, zhao, late = place.offer(), place.offer("zhao"), place.offer()
    other = await place.run(place.door, "zhao")
    place.now = CLOSES_AT - MS
    status, _ = await door.submit(chen, chen.seal())
    assert status == 201
    request = zhao.seal()
    await other.upload(zhao.objects)
    late_request = late.seal()
    await door.upload(late.objects)
    for now in (CLOSES_AT, CLOSES_AT + MS):
        place.now = now
        status, answer = await other.commit(request)
        assert (status, answer["code"]) == (409, "bid.too_late")
    status, answer = await door.commit(late_request)
    assert (status, answer["code"]) == (409, "bid.too_late")
    assert await steps(place, "zhao") == []


async def test_late_commit_is_noted_once_by_its_hash_alone(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    place.now = CLOSES_AT
    for _ in range(2):
        await door.commit(request)
    facts = await place.run(lambda: list(Entry.objects.filter(kind="commit.late")))
    digest = queries.strict.binary(request["commit"])
    assert [(fact.actor, fact.data) for fact in facts] == [
        ("system", {"commit": sealed.sha256(digest).hexdigest()})
    ]


async def test_slow_body_that_crosses_the_deadline_is_late(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = json.dumps(offer.seal()).encode()
    await door.upload(offer.objects)
    place.now = CLOSES_AT - MS
    pieces = [request[:100], request[100:]]

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        if not pieces:
            place.now = CLOSES_AT + MS
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    status, answer = await door.call("POST", "/intake/commits", receive=receive)
    assert (status, answer["code"]) == (409, "bid.too_late")


async def test_commit_in_time_is_accepted_however_long_deciding_takes(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    hold = asyncio.Event()
    loop = asyncio.get_running_loop()
    place.writer.submit(lambda: asyncio.run_coroutine_threadsafe(hold.wait(), loop).result())
    place.now = CLOSES_AT - MS
    answer = asyncio.ensure_future(door.commit(request))
    await seen(lambda: not gate.GATE.is_clear(CLOSES_AT))
    place.now = CLOSES_AT + timedelta(seconds=5)
    assert not await place.run(gate.all_decided, CLOSES_AT, place.now)
    hold.set()
    status, told = await answer
    assert status == 201
    assert told["accepted_at"] == (CLOSES_AT - MS).isoformat(timespec="milliseconds")
    await until(lambda: place.run(gate.all_decided, CLOSES_AT, place.now))


async def test_client_that_leaves_is_still_decided_and_may_ask_again(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    hold = asyncio.Event()
    loop = asyncio.get_running_loop()
    place.writer.submit(lambda: asyncio.run_coroutine_threadsafe(hold.wait(), loop).result())
    gone = asyncio.ensure_future(door.commit(request))
    await seen(lambda: not gate.GATE.is_clear(CLOSES_AT))
    gone.cancel()
    await asyncio.sleep(0)
    assert not gate.GATE.is_clear(CLOSES_AT)
    hold.set()
    status, _ = await door.commit(request)
    assert status == 200
    assert gate.GATE.is_clear(CLOSES_AT)


async def test_database_deadline_moved_without_a_fact_stops_acceptance(
    place: Place, caplog: Any
) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    for moved in (timedelta(hours=1), -timedelta(minutes=30)):
        await place.run(lambda by=moved: Tender.objects.update(bids_close_at=CLOSES_AT + by))
        status, answer = await door.commit(request)
        assert (status, answer["code"]) == (409, "bid.deadline_mismatch")
    assert [record.levelname for record in caplog.records] == ["CRITICAL", "CRITICAL"]
    assert place.tender.code not in caplog.text


async def test_unregistered_bidder_is_refused(place: Place) -> None:
    door, offer = await place.run(place.door, "hu"), place.offer("hu")
    status, answer = await door.submit(offer, offer.seal())
    assert (status, answer["code"]) == (403, "bid.submit.denied")
    assert await steps(place, "hu") == []


async def test_suspended_tender_takes_no_bids(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    await place.run(
        Suspension.objects.create,
        tender=place.tender,
        cause="challenge",
        ref="ZY-1",
        reason="质疑",
        started_at=place.now,
    )
    status, answer = await door.submit(offer, offer.seal())
    assert (status, answer["code"]) == (409, "bid.suspended")


async def test_commit_with_a_missing_chunk_is_refused_and_says_which(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal(content=b"x" * 700_000)
    body = request["envelopes"][0]["body"]
    entries = sealed.parts(offer.objects.pop(body))
    await door.upload(offer.objects)
    await door.put(body, 0, entries[:2])
    await door.put(body, 3, entries[3:])
    status, answer = await door.commit(request)
    assert (status, answer["code"]) == (409, "intake.incomplete")
    assert answer["facts"] == {"first": 2, "count": 1}
    await door.put(body, 2, entries[2:3])
    status, _ = await door.commit(request)
    assert status == 201


async def test_objects_under_other_roots_are_refused(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    first, second = offer.seal(), offer.seal()
    await door.upload(offer.objects)
    swapped = first | {
        "envelopes": [first["envelopes"][0] | {"readout": second["envelopes"][0]["readout"]}]
    }
    status, answer = await door.commit(swapped)
    assert (status, answer["code"]) == (422, "seal.root")
    assert await steps(place) == []


async def test_every_changed_record_is_refused(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    envelope = request["envelopes"][0]
    for name in ("core", "wraps"):
        content = bytearray(queries.strict.binary(envelope[name]))
        content[len(content) // 2] ^= 1
        changed = request | {"envelopes": [envelope | {name: b64(bytes(content))}]}
        status, answer = await door.commit(changed)
        assert status == 422
        assert answer["code"].startswith("seal.")
    for name in ("commit", "signature"):
        content = bytearray(queries.strict.binary(request[name]))
        content[5] ^= 1
        status, answer = await door.commit(request | {name: b64(bytes(content))})
        assert (status, answer["code"]) == (422, "seal.signature")
    assert await steps(place) == []


async def test_envelope_of_another_tender_is_refused(place: Place) -> None:
    door = await place.run(place.door)
    second = await place.run(sealed.published, place.world, CLOSES_AT, code="XA-GP-2026-0002")
    await place.run(sealed.register, place.world, second, "chen")
    offer = place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    status, answer = await door.commit(request | {"tender": second.code})
    assert (status, answer["code"]) == (422, "seal.context")


async def test_copied_envelope_cannot_be_committed_by_its_copier(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.submit(offer, request)
    copier = await place.run(place.door, "zhao")
    status, answer = await copier.commit(request)
    assert (status, answer["code"]) == (404, "intake.object_missing")
    assert await steps(place, "zhao") == []


async def test_repeated_random_values_are_refused(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    await door.submit(offer, offer.seal())
    other = await place.run(place.door, "zhao")
    same_key = place.offer("zhao", device=offer.device, chain=offer.chain)
    status, answer = await other.submit(same_key, same_key.seal())
    assert (status, answer["code"]) == (422, "bid.random_reused")
    assert await steps(place, "zhao") == []


async def test_equal_salt_is_refused(place: Place, monkeypatch: Any) -> None:
    door, offer = await place.run(place.door), place.offer()
    seal, draws = sealed.sealing.seal, []

    def stuck(size: int) -> bytes:
        """Draw well for the keys, then give both streams the same salt."""
        draws.append(os.urandom(size))
        return b"\x07" * size if len(draws) > 6 else draws[-1]

    monkeypatch.setattr(sealed.sealing, "seal", lambda *given: seal(*given, random=stuck))
    status, answer = await door.submit(offer, offer.seal())
    assert (status, answer["code"]) == (422, "bid.random_reused")
    assert await steps(place) == []


async def test_malformed_commits_are_refused_by_code(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    bad: list[tuple[bytes, int]] = [
        (b"", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"commit":1,"commit":2}', 422),
        (json.dumps(request | {"lot": 0}).encode(), 422),
        (json.dumps(request | {"more": 1}).encode(), 422),
        (json.dumps(request | {"tender": "XA-GP-2026-9999"}).encode(), 404),
        (json.dumps(request | {"lot": 7}).encode(), 404),
        (b" " * (512 * 1024 + 1), 413),
    ]
    for body, expected in bad:
        status, answer = await door.call("POST", "/intake/commits", body)
        assert (status, set(answer)) == (expected, {"code", "message", "facts"})
    assert await steps(place) == []


async def test_forged_and_expired_tokens_are_refused(place: Place) -> None:
    good = await place.run(place.door)
    for token in ("", "x", good.token[:-2] + "AA"):
        status, answer = await sealed.Door(place.intake, token).call("GET", "/intake/receipts")
        assert (status, answer["code"]) == (403, "intake.token")
    place.now += timedelta(hours=13)
    status, answer = await good.call("GET", "/intake/receipts")
    assert (status, answer["code"]) == (403, "intake.token")


async def test_own_receipts_are_found_again_and_nobody_elses(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    _, answer = await door.submit(offer, request)
    path = f"/intake/receipts?tender={place.tender.code}"
    assert await door.call("GET", path) == (
        200,
        [
            {
                "lot": 1,
                "action": "submit",
                "commit": answer["commit"],
                "accepted_at": answer["accepted_at"],
                "receipt": answer["receipt"],
                "live": True,
                "envelopes": request["envelopes"],
            }
        ],
    )
    other = await place.run(place.door, "zhao")
    assert await other.call("GET", path) == (200, [])


async def test_nothing_was_withheld_for_a_refused_commit(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal()
    await door.upload(offer.objects)
    before = len(await place.run(private.events_of, place.tender.code))
    await door.commit(request | {"signature": b64(bytes(64))})
    assert len(await place.run(private.events_of, place.tender.code)) == before

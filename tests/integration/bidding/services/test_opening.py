"""The opening session from the waiting room to the end, with truly sealed bids."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest

from bidding.models import Attendance, Envelope, Objection, ReleasedKey
from bidding.queries import opening as queries
from bidding.sealing.format import parse_core, parse_wraps
from bidding.services import objects, opening
from bidding.services.opening import reading_out
from kernel.errors import DomainError
from ledger import papers
from ledger import queries as ledger
from tests import openings, sealed
from tests.openings import Hall
from tests.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    return openings.sealed_bids(world)


WHOLE_STORY = [
    "opening.scheduled",
    "opening.counted",
    "opening.announced",
    "opening.listed",
    "opening.seal_check_started",
    "opening.unlock_started",
    *["opening.share_accepted"] * 3,
    "opening.unlock_closed",
    "opening.release_started",
    *["opening.key_released"] * 2,
    "opening.reading_started",
    *["bid.read"] * 3,
    "opening.objections_invited",
    "opening.confirmation_invited",
    "opening.ended",
]


def test_whole_session_from_count_to_record(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    hall.act("end")
    assert (hall.state, hall.kinds()) == ("ended", WHOLE_STORY)
    assert [
        (line["bidder"], line["price"], line["price_in_words"], line["differs"])
        for line in hall.facts("bid.read")
    ] == [
        ("晨光医疗科技有限公司", "800000.00", "捌拾万元整", False),
        ("朝阳信息技术有限公司", "801000.00", "捌拾万壹仟元整", False),
        ("琥珀办公设备有限公司", "802000.00", "捌拾万贰仟元整", False),
    ]
    hall.tender.refresh_from_db()
    assert hall.tender.state == "opened"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


# --- count ---


def test_fewer_than_three_fail_the_tender_and_nothing_is_opened(world: World) -> None:
    hall = openings.sealed_bids(world, ("chen", "zhao"))
    hall.close()
    hall.tender.refresh_from_db()
    assert (hall.state, hall.tender.state) == ("failed", "failed")
    assert hall.kinds() == ["opening.scheduled", "opening.counted", "opening.failed"]
    assert hall.facts("opening.counted") == [{"lots": {"1": 2}, "total": 2}]
    assert [hall.bid(name).state for name in ("chen", "zhao")] == ["returned", "returned"]
    shut = (hall.envelope("chen").opened_at, hall.envelope("chen").readout_key)
    assert shut == (None, None)
    assert refused(lambda: hall.act("announce")) == "opening.wrong_state"


def test_a_lot_with_too_few_fails_and_the_other_goes_on(world: World) -> None:
    hall = openings.sealed_bids(world, lots=2, skip=(("hu", 2),))
    hall.unlocked()
    for name in openings.CUSTODIANS[:2]:
        hall.release(name)
    hall.act("start_reading")
    hall.read_all()
    assert [line["lot"] for line in hall.facts("bid.read")] == [1, 1, 1]
    assert hall.bid("chen", 2).state == "returned"
    assert list(hall.tender.lots.order_by("number").values_list("state", flat=True)) == [
        "open",
        "failed",
    ]


# --- shares ---


def test_wrong_share_is_refused_and_recorded_and_may_be_tried_again(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    assert refused(lambda: hall.hand_in("chen", share=b"\0" * 32)) == "seal.share_b"
    assert refused(lambda: hall.hand_in("chen", share=hall.share("zhao"))) == "seal.share_b"
    hall.hand_in("chen")
    hall.hand_in("chen")
    assert hall.kinds()[-3:] == [
        "opening.share_refused",
        "opening.share_refused",
        "opening.share_accepted",
    ]
    assert hall.facts("opening.share_accepted") == [
        {
            "lot": 1,
            "sequence": 1,
            "bidder": "晨光医疗科技有限公司",
            "commit": hall.bid("chen").commit_hash,
        }
    ]


def test_missing_share_revokes_the_bid_when_the_window_closes(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    hall.hand_in("chen")
    hall.hand_in("zhao")
    assert refused(lambda: hall.act("close_unlock")) == "opening.window_open"
    hall.at = hall.session.step_due_at
    assert refused(lambda: hall.hand_in("hu")) == "opening.window_closed"
    assert opening.due(hall.at) == 1
    assert (hall.state, hall.bid("hu").state, hall.bid("hu").note) == (
        "releasing",
        "revoked",
        "未在规定时间内交出解密份额",
    )
    assert hall.kinds()[-3:] == [
        "opening.unlock_closed",
        "bid.revoked",
        "opening.release_started",
    ]
    assert refused(lambda: hall.hand_in("hu")) == "opening.wrong_step"


def test_last_share_lets_the_clock_close_the_window(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    hall.hand_in_all()
    assert opening.due(hall.at) == 1
    assert hall.state == "releasing"


def test_extension_needs_the_host_and_a_reason(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    before = hall.session.step_due_at

    def extend(who: str, longer: int, reason: str) -> object:
        return opening.extend_unlock(
            actor=hall.actor(who), **hall.place, longer=longer, reason=reason, at=hall.at
        )

    assert refused(lambda: extend("qian", 5, " ")) == "opening.extension"
    assert refused(lambda: extend("qian", 31, "设备故障")) == "opening.extension"
    assert refused(lambda: extend("chen", 5, "设备故障")) == "opening.host.denied"
    extend("qian", 5, "一家投标人设备故障")
    assert hall.session.step_due_at == before + timedelta(minutes=5)
    hall.at = hall.session.step_due_at
    assert refused(lambda: extend("qian", 5, "又一家")) == "opening.window_closed"
    assert [fact["reason"] for fact in hall.facts("opening.unlock_extended")] == [
        "一家投标人设备故障"
    ]


# --- keys ---


def test_wrong_keys_are_refused_recorded_and_do_not_count(hall: Hall) -> None:
    hall.unlocked()
    other_tender = sealed.CUSTODIANS[0].stage("XA-GP-2026-0009", "whole")
    other_stage = sealed.CUSTODIANS[0].stage(hall.tender.code, "price")
    others = sealed.CUSTODIANS[1].stage(hall.tender.code, "whole")
    for wrong in (b"\1" * 32, other_tender, other_stage, others):
        assert refused(lambda wrong=wrong: hall.release("lin", wrong)) == "seal.stage_key"
    assert refused(lambda: hall.release("lin", index=2)) == "opening.no_seat"
    assert hall.kinds().count("opening.key_refused") == 4
    assert ReleasedKey.objects.count() == 0
    hall.release("lin")
    hall.release("lin")
    assert hall.kinds().count("opening.key_released") == 1


def test_key_before_the_window_is_closed_is_refused(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    assert refused(lambda: hall.release("lin")) == "opening.wrong_step"
    assert ReleasedKey.objects.count() == 0


def test_too_few_keys_postpone_and_a_later_key_resumes(hall: Hall) -> None:
    hall.unlocked()
    hall.release("lin")
    assert refused(lambda: hall.act("start_reading")) == "opening.too_few_keys"
    assert refused(lambda: hall.act("postpone")) == "opening.release_open"
    hall.at = hall.session.step_due_at
    assert opening.due(hall.at) == 1
    assert (hall.state, hall.facts("opening.postponed")) == (
        "postponed",
        [{"released": 1, "needed": 2}],
    )
    assert Envelope.objects.exclude(opened_at=None).count() == 0
    hall.later(days=1)
    assert opening.due(hall.at) == 0
    hall.release("feng")
    assert opening.due(hall.at) == 2
    assert (hall.state, len(hall.facts("bid.read"))) == ("reading", 1)
    hall.read_all()
    assert len(hall.facts("bid.read")) == 3


# --- faults at opening ---


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


# --- hearing ---


def raise_one(hall: Hall, who: str = "chen", text: str = "开标记录有误") -> Objection:
    return opening.raise_objection(actor=hall.actor(who), **hall.place, text=text, at=hall.at)


def answer(hall: Hall, number: int, who: str = "qian", text: str = "已核对，无误") -> object:
    return opening.answer_objection(
        actor=hall.actor(who), **hall.place, objection=number, text=text, at=hall.at
    )


def test_unanswered_objection_holds_the_step(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    raised = raise_one(hall)
    assert refused(lambda: hall.act("invite_confirmation")) == "objection.open"
    hall.at = hall.session.step_due_at
    assert (opening.due(hall.at), hall.state) == (0, "objecting")
    assert refused(lambda: answer(hall, raised.pk, who="zhao")) == "opening.host.denied"
    assert refused(lambda: answer(hall, raised.pk, text=" ")) == "opening.text"
    assert refused(lambda: answer(hall, 0)) == "objection.missing"
    answer(hall, raised.pk)
    assert refused(lambda: answer(hall, raised.pk)) == "objection.answered"
    assert (opening.due(hall.at), hall.state) == (1, "confirming")
    assert refused(lambda: raise_one(hall)) == "opening.wrong_step"


def test_only_bidders_here_object_and_not_endlessly(hall: Hall) -> None:
    hall.opened()
    for who in ("sun", "he", "public"):
        assert refused(lambda who=who: raise_one(hall, who)) == "opening.raise_objection.denied"
    assert refused(lambda: raise_one(hall, text="")) == "opening.text"
    for _again in range(10):
        raise_one(hall)
    assert refused(lambda: raise_one(hall)) == "objection.too_many"


def test_silence_is_recorded_as_not_signed(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    assert refused(lambda: confirm(hall, "he")) == "opening.confirm.denied"
    assert refused(lambda: confirm(hall, "wu")) == "opening.confirm.denied"
    for name in ("chen", "chen", "qian", "mei"):
        confirm(hall, name)
    hall.at = hall.session.step_due_at
    assert (opening.due(hall.at), hall.state) == (1, "ended")
    paper = papers.paper_of("opening_record", f"{hall.tender.code}.whole")
    assert paper is not None
    assert [
        (a["name"], a["role"], bool(a["confirmed_at"])) for a in paper.content["attendances"]
    ] == [
        ("陈立", "bidder", True),
        ("钱勇", "centre_ops", True),
        ("梅芳", "social_supervisor", True),
    ]
    assert refused(lambda: confirm(hall, "zhao")) == "opening.wrong_step"


def confirm(hall: Hall, who: str) -> object:
    return opening.confirm(actor=hall.actor(who), **hall.place, at=hall.at)


# --- presence before the deadline ---


def sign_in(hall: Hall, who: str) -> bool:
    return opening.sign_in(actor=hall.actor(who), **hall.place, at=hall.at)


def test_bidders_who_sign_in_early_are_told_to_nobody_before_the_count(world: World) -> None:
    hall = openings.sealed_bids(world)
    hall.at = openings.CLOSES_AT - timedelta(minutes=10)
    assert [sign_in(hall, "chen"), sign_in(hall, "chen"), sign_in(hall, "qian")] == [
        True,
        False,
        True,
    ]
    assert refused(lambda: sign_in(hall, "he")) == "opening.sign_in.denied"
    assert list(Attendance.objects.values_list("person__username", flat=True)) == ["qian"]
    assert hall.kinds() == ["opening.scheduled", "attendance.signed_in"]
    hall.close()
    hall.to("listed")
    kept = Attendance.objects.get(person__username="chen")
    assert (kept.role, kept.signed_in_at) == ("bidder", openings.CLOSES_AT - timedelta(minutes=10))
    assert [p["name"] for p in hall.facts("opening.listed")[0]["present"]] == ["陈立"]


def test_early_sign_in_of_one_who_did_not_bid_stays_unknown(world: World) -> None:
    hall = openings.sealed_bids(world, ("chen", "zhao"))
    hall.at = openings.CLOSES_AT - timedelta(minutes=10)
    sign_in(hall, "hu")
    hall.close()
    assert Attendance.objects.count() == 0


def test_seal_check_is_the_bidders_own(hall: Hall) -> None:
    hall.close()
    hall.to("checking")

    def check(who: str, verdict: str) -> object:
        return opening.check_seals(
            actor=hall.actor(who), **hall.place, intact=verdict == "intact", at=hall.at
        )

    assert refused(lambda: check("qian", "intact")) == "opening.check_seals.denied"
    check("chen", "intact")
    check("chen", "intact")
    check("zhao", "broken")
    assert [(f["bidder"], f["intact"]) for f in hall.facts("opening.seal_checked")] == [
        ("晨光医疗科技有限公司", True),
        ("朝阳信息技术有限公司", False),
    ]


# --- the host, time ---


@pytest.mark.parametrize("who", ["chen", "zhou", "wang", "mei", "wu", "he", "public"])
def test_only_host_side_leads(hall: Hall, who: str) -> None:
    hall.close()
    before = hall.kinds()
    assert refused(lambda: hall.act("announce", who)) == "opening.host.denied"
    assert hall.kinds() == before


@pytest.mark.parametrize("event", sorted(opening.STEPS))
def test_a_step_out_of_its_order_changes_nothing(hall: Hall, event: str) -> None:
    before = hall.kinds()
    assert refused(lambda: hall.act(event)) in {"opening.wrong_state", "opening.wrong_step"}
    assert (hall.kinds(), hall.state) == (before, "waiting")


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


def test_clock_that_stood_still_for_an_hour_catches_up(hall: Hall) -> None:
    hall.close()
    hall.to("checking")
    hall.later(hours=1)
    assert (opening.due(hall.at), hall.state) == (1, "unlocking")
    hall.hand_in_all()
    opening.due(hall.at)
    hall.release("lin")
    hall.release("feng")
    taken = 0
    for _tick in range(60):
        hall.later(hours=1)
        taken += opening.due(hall.at)
    assert (hall.state, taken) == ("ended", 7)
    assert opening.due(hall.at) == 0

"""When a commit may be taken: the deadline to the microsecond, the chain to the hash."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from bidding import admission
from bidding.admission import Doors, Entries, Step
from bidding.sealing import SealingError, tree_root
from bidding.sealing.stream import HEAD, MAGIC, SEALED_CHUNK
from kernel.errors import Conflict, Invalid

D = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
OPEN = Doors("announced", "open", is_suspended=False, logged_deadline=D, stored_deadline=D)
TICK = timedelta(microseconds=1)


def code_of(doors: Doors, at: datetime) -> str:
    try:
        admission.refuse_closed(doors, at)
    except Conflict as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize(
    ("doors", "at", "code"),
    [
        (OPEN, D - TICK, ""),
        (OPEN, D, "bid.too_late"),
        (OPEN, D + TICK, "bid.too_late"),
        (replace(OPEN, state="closed"), D, "bid.too_late"),
        (replace(OPEN, state="closed"), D - TICK, "bid.not_open"),
        (replace(OPEN, state="draft"), D - TICK, "bid.not_open"),
        (replace(OPEN, logged_deadline=None), D - TICK, "bid.not_open"),
        (replace(OPEN, lot_state="terminated"), D - TICK, "bid.not_open"),
        (replace(OPEN, is_suspended=True), D - TICK, "bid.suspended"),
        (replace(OPEN, stored_deadline=D + TICK), D - TICK, "bid.deadline_mismatch"),
        (replace(OPEN, stored_deadline=D - TICK), D - TICK, "bid.deadline_mismatch"),
        (replace(OPEN, stored_deadline=None), D - TICK, "bid.deadline_mismatch"),
    ],
)
def test_door_is_open_only_in_time_and_state(doors: Doors, at: datetime, code: str) -> None:
    assert code_of(doors, at) == code


def step(number: int, kind: str = admission.SUBMITTED, key: bytes = b"k") -> Step:
    commit = b"commit %d" % number
    return Step("uscc", 1, number, kind, commit, b"", key, (), f"receipt {number}", "person:x", D)


def forks(prev: bytes | None, key: bytes, *steps: Step) -> bool:
    try:
        admission.refuse_fork(prev, key, steps)
    except Conflict as refusal:
        return refusal.code == "bid.forked"
    return False


def test_only_a_child_of_the_live_commit_is_taken() -> None:
    first, second = step(0), step(1, admission.REPLACED)
    gone = step(2, admission.WITHDRAWN)
    assert not forks(None, b"k")
    assert not forks(first.hash, b"k", first)
    assert not forks(None, b"other", first, second, gone)
    assert forks(None, b"k", first)
    assert forks(first.hash, b"k", first, second)
    assert forks(first.hash, b"other", first)
    assert forks(gone.hash, b"k", first, second, gone)
    assert forks(sha256(b"unknown").digest(), b"k")


def test_repeat_is_found_and_withdrawal_leaves_nothing_live() -> None:
    first, gone = step(0), step(1, admission.WITHDRAWN)
    assert admission.repeat_of(b"commit 0", [first, gone]) is first
    assert admission.repeat_of(b"commit 9", [first, gone]) is None
    assert admission.live([]) is None
    assert admission.live([first]) is first
    assert admission.live([first, gone]) is None


def stored(last: int = 100, chunks: int = 2) -> Entries:
    head = MAGIC + b"s" * 32 + b"c" * 32
    bodies = [b"x" * SEALED_CHUNK] * (chunks - 1) + [b"y" * last]
    entries = [head, *bodies]
    return Entries(
        head,
        tuple(sha256(entry).digest() for entry in entries),
        tuple(len(entry) for entry in entries),
    )


def test_whole_object_passes_and_gaps_are_named() -> None:
    length = HEAD + SEALED_CHUNK + 100
    admission.refuse_incomplete(stored(), (0, 1, 2), length)
    with pytest.raises(Conflict) as gap:
        admission.refuse_incomplete(stored(), (0, 2), length)
    assert (gap.value.code, gap.value.facts) == ("intake.incomplete", {"first": 1, "count": 1})


@pytest.mark.parametrize(
    ("entries", "indexes", "length", "code"),
    [
        (stored(), (0, 1, 2), HEAD + SEALED_CHUNK + 99, "seal.truncated"),
        (stored(last=SEALED_CHUNK), (0, 1, 2), HEAD + SEALED_CHUNK + 100, "seal.truncated"),
        (stored(), (0, 1, 2), HEAD + 10, "seal.truncated"),
        (
            replace(stored(), head=b"NOPE" + b"s" * 64),
            (0, 1, 2),
            HEAD + SEALED_CHUNK + 100,
            "seal.magic",
        ),
        (replace(stored(), head=b""), (0, 1, 2), HEAD + SEALED_CHUNK + 100, "seal.magic"),
        (stored(), (0, 1, 2), 2**40, "seal.too_large"),
    ],
)
def test_object_that_is_no_sealed_stream_is_refused(
    entries: Entries, indexes: tuple[int, ...], length: int, code: str
) -> None:
    with pytest.raises(SealingError) as refusal:
        admission.refuse_incomplete(entries, indexes, length)
    assert refusal.value.code == code


def test_root_is_recomputed_from_the_stored_digests() -> None:
    entries = stored()
    admission.refuse_other_root("body", tree_root(entries.digests), entries)
    with pytest.raises(SealingError):
        admission.refuse_other_root("body", bytes(32), entries)


@pytest.mark.parametrize(
    ("size", "first", "sizes"),
    [
        (HEAD, 0, [HEAD]),
        (HEAD + SEALED_CHUNK + 16, 0, [HEAD, SEALED_CHUNK, 16]),
        (SEALED_CHUNK, 3, [SEALED_CHUNK]),
        (16, 3, [16]),
        (0, 0, None),
        (HEAD - 1, 0, None),
        (HEAD + 15, 0, None),
        (0, 3, None),
        (15, 3, None),
    ],
)
def test_upload_is_cut_at_the_places_the_format_gives(
    size: int, first: int, sizes: list[int] | None
) -> None:
    if sizes is None:
        with pytest.raises(Invalid):
            admission.split_entries(bytes(size), first)
    else:
        cut = admission.split_entries(bytes(size), first)
        assert [len(entry) for entry in cut] == sizes


def test_offsets_follow_the_index() -> None:
    assert [admission.offset_of(index) for index in (0, 1, 2)] == [0, HEAD, HEAD + SEALED_CHUNK]

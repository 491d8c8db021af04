"""A whole opening, played while its servers are killed again and again.

On SQLite one server; in the PostgreSQL half of the tests two servers with Valkey, killed in turn.
`./run deep` kills more often and plays it with several orders of chance.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.effort import IS_DEEP
from tests.integration.crash.watching import Watcher, children, still_there
from tests.rig.site import Site

INSIDE = "from tests.integration.crash import story; story.{}"
KILLS = 20 if IS_DEEP else 6
PAUSES = (0.3, 3.0) if IS_DEEP else (1.5, 5.0)
LEAD_SECONDS = 14
ENDING_SECONDS = 10
MOSTLY_AWAY = 3
"""So many times slower than a quiet machine, a server is longer away after a kill than there."""
STEPS = [
    "opening.scheduled",
    "opening.counted",
    "opening.announced",
    "opening.listed",
    "opening.seal_check_started",
    "opening.unlock_started",
    "opening.unlock_closed",
    "opening.release_started",
    "opening.reading_started",
    "opening.objections_invited",
    "opening.confirmation_invited",
    "opening.ended",
]
BIDDERS = ["众和系统集成有限公司", "华康数字科技股份有限公司", "启明医疗信息技术有限公司"]
SOUND_LOG = {
    "entries": 0,
    "places": True,
    "leaves": True,
    "root": True,
    "blocks": True,
    "head_file": True,
    "wrong_checkpoints": [],
}


def ask(site: Site, call: str) -> Any:
    site.python(INSIDE.format(f"write(story.{call})"))
    return json.loads((site.var / "found.json").read_text())


def kill(site: Site) -> set[tuple[int, str]]:
    """Kill a server and give those of its children that outlive it."""
    below = children(site.child.process.pid)
    site.kill()
    return still_there(below, ENDING_SECONDS)


@pytest.fixture
def servers(
    request: pytest.FixtureRequest, new_site: Callable[..., Site], database_kind: str
) -> Iterator[list[Site]]:
    """One server on SQLite, or two on PostgreSQL with Valkey: prepared, not started."""
    if database_kind != "postgres":
        yield [new_site(ROOM_CAMERA="synthetic")]
        return
    shared = {
        "DATABASE_URL": request.getfixturevalue("postgres_database"),
        "VALKEY_URL": request.getfixturevalue("valkey"),
        "ROOM_CAMERA": "synthetic",
    }
    first = new_site(**shared)
    second = Site(first.var, extra=shared)
    yield [first, second]
    second.end()


def play(servers: list[Site], watcher: Watcher, chance: random.Random) -> tuple[int, set[Any]]:
    """Kill the servers in turn at moments of chance until the opening has ended."""
    killed, orphans = 0, set()
    end = time.monotonic() + (60 + 12 * KILLS) * servers[0].slowness
    while not watcher.wait("opening.ended", seconds=chance.uniform(*PAUSES)):
        assert time.monotonic() < end, servers[0].log()
        if killed < KILLS:
            site = servers[killed % len(servers)]
            orphans |= kill(site)
            site.start()
            killed += 1
    # Once more while the record is being made.
    orphans |= kill(servers[0])
    servers[0].python(INSIDE.format("end_leases()"))
    servers[0].start()
    return killed + 1, orphans


@pytest.mark.timeout(1200 if IS_DEEP else 900)
@pytest.mark.parametrize("order", range(3 if IS_DEEP else 1))
def test_killed_servers_play_a_whole_opening_once(order: int, servers: list[Site]) -> None:
    servers[0].python(INSIDE.format(f"stage({LEAD_SECONDS})"))
    given = ask(servers[0], "receipts()")
    watcher = Watcher(servers, ask(servers[0], "stream()"))
    for site in servers:
        site.start()
    watcher.start()
    killed, orphans = play(servers, watcher, random.Random(order))  # noqa: S311 - repeatable
    slowness = max(site.slowness for site in servers)
    is_made = watcher.wait("paper.made", "recording.ended", seconds=60 * slowness)
    assert is_made, servers[0].log()
    watcher.over.set()
    for site in servers:
        orphans |= kill(site)
    found = ask(servers[0], "remains()")
    seen = f"{killed} kills, {watcher.connections} connections, {len(watcher.frames)} frames\n"
    sys.stdout.write(seen)
    assert orphans == set()
    assert killed >= 5
    assert found["receipts"] == given
    assert len(given) == len(BIDDERS)
    check_facts(found, is_mostly_away=IS_DEEP or slowness > MOSTLY_AWAY)
    check_rest(found)
    assert [frame["number"] for frame in watcher.frames] == [
        number for number, *_ in found["facts"][: len(watcher.frames)]
    ]


def check_facts(found: dict[str, Any], *, is_mostly_away: bool) -> None:
    """Every step once, in the order of the law; nobody did anything twice."""
    kinds = [kind for _number, kind, _actor, _data in found["facts"]]
    assert [kind for kind in kinds if kind in STEPS] == STEPS
    doers = Counter((kind, told_of(actor, data)) for _number, kind, actor, data in found["facts"])
    assert [doer for doer, times in doers.items() if times > 1] == []
    read, revoked = (told_in(found, kind) for kind in ("bid.read", "bid.revoked"))
    assert sorted(read + revoked) == BIDDERS
    # Only servers that are nearly always away let the half minute pass for somebody.
    assert is_mostly_away or revoked == []
    within(kinds, "opening.seal_checked", "opening.seal_check_started", "opening.unlock_closed")
    within(kinds, "opening.share_accepted", "opening.unlock_started", "opening.unlock_closed")
    within(kinds, "opening.key_released", "opening.release_started", "opening.objections_invited")
    within(kinds, "bid.read", "opening.reading_started", "opening.objections_invited")
    within(kinds, "opening.confirmed", "opening.confirmation_invited", "opening.ended")


def told_in(found: dict[str, Any], kind: str) -> list[str]:
    return [data["bidder"] for _number, one, _actor, data in found["facts"] if one == kind]


def told_of(actor: str, data: dict[str, Any]) -> str:
    """Name what may be there once only: a chain by its length, a bid's fact by its bidder."""
    return str(data.get("segments") or data.get("bidder") or data.get("number") or actor)


def within(kinds: list[str], kind: str, first: str, last: str) -> None:
    """Nothing of a kind but between two steps; silence is lawful, the timers go on."""
    places = [place for place, found in enumerate(kinds) if found == kind]
    assert all(kinds.index(first) < place < kinds.index(last) for place in places)


def check_rest(found: dict[str, Any]) -> None:
    assert found["states"] == ["ended", "opened"]
    revoked = told_in(found, "bid.revoked")
    assert [[name, state] for name, state, _commit in found["bids"]] == [
        [name, "revoked" if name in revoked else "read"] for name in BIDDERS
    ]
    assert len(found["keys"]) == len(set(found["keys"])) >= 2
    assert len(found["people"]) == len(set(found["people"]))
    assert (found["evaluations"], found["private_trees"], found["observations"]) == (1, 1, 1)
    assert found["paper"] == {"is_as_named": True, "is_sound": True, "made": 1}
    (recording,) = found["recordings"]
    assert recording.pop("runs") > 1
    assert recording == {"is_ended": True, "broken": [], "is_chain_told": True}
    assert found["gaps"] == []
    assert found["log"] == SOUND_LOG

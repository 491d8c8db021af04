"""A watcher that goes to the next server when its own dies; and the process table."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.rig.site import Site

SILENCE_SECONDS = 20


class Watcher(threading.Thread):
    """Keeps every frame exactly as it came, in order, with nothing left out or put right."""

    def __init__(self, sites: Sequence[Site], stream: str) -> None:
        super().__init__(daemon=True)
        self.sites, self.stream = sites, stream
        self.frames: list[dict[str, Any]] = []
        self.connections = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Follow one server after the other until told to stop."""
        turn = 0
        while not self.over.is_set():
            try:
                self._follow(self.sites[turn % len(self.sites)])
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
            turn += 1

    def _follow(self, site: Site) -> None:
        since = self.frames[-1]["number"] if self.frames else 0
        link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SILENCE_SECONDS)
        link.request("GET", f"/live/{self.stream}?since={since}")
        answer = link.getresponse()
        assert answer.status == 200
        self.connections += 1
        while line := answer.readline():
            if line.startswith(b"data: "):
                self.frames += json.loads(line[6:])

    def has(self, *kinds: str) -> bool:
        """Whether a fact of each kind was seen."""
        return set(kinds) <= {frame["kind"] for frame in list(self.frames)}

    def wait(self, *kinds: str, seconds: float) -> bool:
        """Wait for facts; false when they did not come in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.has(*kinds):
                return True
            time.sleep(0.1)
        return False


def children(parent: int) -> set[tuple[int, str]]:
    """Give all processes below one, each with the instant it started, which makes it unique."""
    table: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if found := _process(stat):
            pid, above, began = found
            table.setdefault(above, []).append((pid, began))
    below: set[tuple[int, str]] = set()
    waiting = [parent]
    while waiting:
        new = table.get(waiting.pop(), [])
        below |= set(new)
        waiting += [pid for pid, _began in new]
    return below


def _process(stat: Path) -> tuple[int, int, str] | None:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else (int(stat.parent.name), int(fields[1]), fields[19])


def still_there(processes: set[tuple[int, str]], seconds: float) -> set[tuple[int, str]]:
    """Give those that have not ended within a time."""
    until = time.monotonic() + seconds
    while processes and time.monotonic() < until:
        processes = {found for found in processes if _lives(*found)}
        time.sleep(0.05)
    return processes


def _lives(pid: int, began: str) -> bool:
    found = _process(Path(f"/proc/{pid}/stat"))
    return found is not None and found[2] == began

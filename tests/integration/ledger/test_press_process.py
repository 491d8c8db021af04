"""The press as it runs: in a process of its own that ends with its server and loses no paper."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(400)
ORDER = """
from django.db import transaction
from django.utils import timezone
from ledger import papers
with transaction.atomic():
    papers.order(kind="opening_record", subject="ZC-1.whole", stream="opening.ZC-1.whole",
                 content={"bids": [], "lots": []}, at=timezone.now())
"""
STATE = """
from ledger.models import Entry, Paper
paper = Paper.objects.get()
print(bool(paper.document_id), Entry.objects.filter(kind="paper.made").count(), paper.attempts)
"""


def presses(parent):
    """Give the processes under a server that make papers."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            words = (stat.parent / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(fields[1]) == parent and b"press" in words:
            found.append(int(stat.parent.name))
    return found


def handles(pid):
    """Give what a process holds open; a handle it closes while we look is not held."""
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(link.readlink().name)
    return found


def until(condition, seconds=150):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    pytest.fail("it did not happen in time")


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_the_press_ends_with_its_killed_server_and_the_paper_is_then_made_once(new_site):
    site = new_site().start()
    site.python(ORDER)
    press = until(lambda: presses(site.child.process.pid))[0]
    # The server's own lines only: at work the press has pipes of its own, for a moment.
    own, server = handles(press), handles(site.child.process.pid)
    assert not [handle for handle in own if handle.startswith("socket:") and handle in server]
    os.kill(site.child.process.pid, signal.SIGKILL)
    until(lambda: is_gone(press), 60)
    site.start()
    until(lambda: site.python(STATE).split()[:2] == ["True", "1"])


def test_a_press_killed_in_the_middle_leaves_a_lease_and_the_next_makes_the_paper(new_site):
    site = new_site().start()
    site.python(ORDER)
    press = until(lambda: presses(site.child.process.pid))[0]
    until(lambda: site.python(STATE).split() == ["False", "0", "1"] or is_gone(press))
    os.kill(press, signal.SIGKILL)
    until(lambda: site.python(STATE).split()[:2] == ["True", "1"])
    time.sleep(1)
    assert site.python(STATE).split()[1] == "1"

"""Told to stop, a server leaves at once, whoever watches, and nothing it started stays behind."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(400)
HALL = """
from datetime import timedelta
from django.utils import timezone
from tests import sealed, world
now = timezone.now()
cast = world.cast(now - timedelta(days=90))
print(sealed.published(cast, now + timedelta(seconds=110)).code)
"""
LEAVES_WITHIN = 6.0
GONE_WITHIN = 15.0


def recorders(var):
    """Give the processes that record into a site's folder, with what they run."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            if str(var) in f"{(process / 'cwd').readlink()} {words!r}" and b"camera" in words:
                found[int(process.name)] = "wrapper"
            elif str(var / "camera") in str((process / "cwd").readlink()):
                found[int(process.name)] = "recorder"
        except OSError:
            continue
    return found


def until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    return condition()


@pytest.fixture
def recorded(new_site):
    """A served site that records a hall about to open."""
    site = new_site(ROOM_CAMERA="synthetic")
    code = site.python(HALL).split()[-1]
    site.start()
    both = until(lambda: len(recorders(site.var)) == 2 and recorders(site.var), 60)
    assert sorted(both.values()) == ["recorder", "wrapper"]
    return site, code


def watch(site, path):
    """Open a line and read its head."""
    line = socket.create_connection(("127.0.0.1", site.port), timeout=30)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{site.port}\r\n\r\n".encode())
    assert b" 200 " in line.recv(65_536)
    return line


def ended(line):
    """Tell whether the server ended a stream properly: with the last, empty chunk."""
    told = b""
    while piece := line.recv(65_536):
        told += piece
    return told.endswith(b"0\r\n\r\n")


def test_a_server_told_to_stop_ends_its_live_pages_and_its_camera(recorded):
    site, code = recorded
    lines = [watch(site, f"/live/opening.{code}.whole?parts=zh-hans") for _ in range(20)]
    idle = watch(site, "/api/v1/clock")
    begun = time.monotonic()
    site.child.process.send_signal(signal.SIGTERM)
    assert site.child.process.wait(30 * site.slowness) == 0
    assert time.monotonic() - begun < LEAVES_WITHIN * site.slowness
    assert [ended(line) for line in lines] == [True] * len(lines)
    assert until(lambda: not recorders(site.var), GONE_WITHIN * site.slowness)
    assert [word for word in ("Traceback", "too long") if word in site.log()] == []
    idle.close()


def test_a_camera_whose_keeper_is_killed_ends_with_it_and_another_begins(recorded):
    site, _code = recorded
    before = recorders(site.var)
    (keeper,) = (pid for pid, kind in before.items() if kind == "wrapper")
    os.kill(keeper, signal.SIGKILL)
    assert until(
        lambda: not before.keys() & recorders(site.var).keys(), GONE_WITHIN * site.slowness
    )
    again = until(lambda: len(recorders(site.var)) == 2 and recorders(site.var), 60)
    assert sorted(again.values()) == ["recorder", "wrapper"]

"""A served site refuses what is too large or too slow, at every address, before it is read."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any

import pytest

from portal import bounds
from tests.rig.site import Site, own_var

MIB = 1024 * 1024
ADDRESSES = ("/", "/api/v1/clock", "/intake/commits", "/intake/objects/x/0", "/live/watch", "/no/")
HEAD = "{} {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"


@pytest.fixture(scope="module")
def site(prepared_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all: each test shows that it left it well."""
    var = own_var(prepared_var, tmp_path_factory.mktemp("bounds") / "var")
    served = Site(var, extra={"REQUEST_SECONDS": "3"}).start("--no-worker")
    yield served
    served.end()


def knock(site: Site, text: str) -> socket.socket:
    line = socket.create_connection(("localhost", site.port), timeout=20)
    line.sendall(text.encode())
    return line


def answer(line: socket.socket) -> tuple[int, Any]:
    """Read to the end: a refused connection is closed."""
    told = b""
    while piece := line.recv(65536):
        told += piece
    line.close()
    head, _, body = told.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def pour(line: socket.socket, piece: bytes, most: int) -> int:
    """Send until the other side has had enough; gives how much was sent."""
    sent = 0
    try:
        while sent < most:
            line.sendall(piece)
            sent += len(piece)
    except OSError:
        pass
    return sent


def assert_alive(site: Site) -> None:
    assert site.answers()


def test_announced_length_over_the_bound_is_refused_at_every_address(site: Site) -> None:
    for path in ADDRESSES:
        limit = bounds.body_limit(path.encode())
        line = knock(site, HEAD.format("POST", path, f"Content-Length: {limit + 1}\r\n"))
        status, told = answer(line)
        assert (status, told["code"]) == (413, "request.too_large"), path
        assert told["facts"] == {"limit": limit}
    assert_alive(site)


def test_refusal_comes_before_the_body_and_before_any_leave_to_send_it(site: Site) -> None:
    more = f"Content-Length: {10**12}\r\nExpect: 100-continue\r\n"
    line = knock(site, HEAD.format("PUT", "/intake/objects/x/0", more))
    assert answer(line)[0] == 413


def test_chunks_without_a_length_are_counted_while_they_come(site: Site) -> None:
    limit = bounds.body_limit(b"/intake/commits")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for path in ("/intake/commits", "/intake/objects/x/0"):
        line = knock(site, HEAD.format("POST", path, "Transfer-Encoding: chunked\r\n"))
        pour(line, chunk, limit + 3 * len(chunk))
        status, told = answer(line)
        assert (status, told["code"]) == (413, "request.too_large")
    assert_alive(site)


def test_one_endless_chunk_is_refused_and_cut_off(site: Site) -> None:
    line = knock(site, HEAD.format("POST", "/intake/commits", "Transfer-Encoding: chunked\r\n"))
    line.sendall(b"7fffffff\r\n")
    begun = time.monotonic()
    in_sockets = 64 * MIB
    most = bounds.body_limit(b"/intake/commits") + bounds.LINGER_BYTES + in_sockets
    assert pour(line, b"x" * MIB, most) < most
    assert time.monotonic() - begun < 15 * site.slowness
    line.close()
    assert_alive(site)


def test_a_body_that_just_fits_is_read_whole(site: Site) -> None:
    limit = bounds.body_limit(b"/intake/commits")
    line = knock(site, HEAD.format("PUT", "/intake/none", f"Content-Length: {limit}\r\n"))
    line.sendall(b"x" * limit)
    assert line.recv(4096).split()[1] not in {b"413", b"408", b"400"}
    line.close()


def test_a_head_too_large_is_refused_by_code(site: Site) -> None:
    many = "".join(f"X-{n}: {'v' * 1000}\r\n" for n in range(20))
    for head in (
        HEAD.format("GET", "/", many),
        HEAD.format("GET", "/", f"Cookie: {'c' * 40_000}\r\n"),
        HEAD.format("GET", "/" + "p" * 40_000, ""),
    ):
        status, told = answer(knock(site, head))
        assert (status, told["code"]) == (431, "request.head_too_large")
    assert_alive(site)


def test_dribblers_are_sent_away_in_time_and_disturb_nobody(site: Site) -> None:
    starts = (
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: loc",
        HEAD.format("POST", "/accounts/login/", "Content-Length: 1000\r\n"),
        HEAD.format("POST", "/intake/commits", "Transfer-Encoding: chunked\r\n") + "400\r\n",
    )
    begun = time.monotonic()
    waiting = [knock(site, start) for start in starts for _ in range(10)]
    while waiting:  # a byte now and then keeps no line open
        told, _, _ = select(waiting, [], [], 0.4)
        for line in told:
            status, refusal = answer(line)
            assert (status, refusal["code"]) == (408, "request.too_slow")
        waiting = [line for line in waiting if line not in told]
        for line in waiting:
            with suppress(OSError):  # refused since we looked
                line.sendall(b"z")
        assert_alive(site)
        assert time.monotonic() - begun < 15 * site.slowness


def test_requests_follow_each_other_on_one_line(site: Site) -> None:
    line = knock(site, HEAD.format("GET", "/api/v1/clock", ""))
    assert b" 200 " in line.recv(65536)
    time.sleep(4)  # longer than a request may take: waiting between two is no request
    line.sendall(HEAD.format("GET", "/api/v1/clock", "").encode())
    assert b" 200 " in line.recv(65536)
    line.close()

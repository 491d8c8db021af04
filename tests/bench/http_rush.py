"""Clients of a served site that do nothing but write prepared bytes and read an answer."""

import asyncio
import statistics
from time import perf_counter


def send(port: int, requests: list[tuple[str, str]], clients: int) -> dict[str, float]:
    """Send every commit once over kept-alive lines, and tell how long the answers took."""
    return asyncio.run(_send(port, requests, clients))


async def _send(port: int, requests: list[tuple[str, str]], clients: int) -> dict[str, float]:
    ready = iter([_bytes(token, body.encode()) for token, body in requests])
    took: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in ready:
            begun = perf_counter()
            writer.write(request)
            assert await _status(reader) == b"201"
            took.append(perf_counter() - begun)
        writer.close()

    begun = perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    seconds = perf_counter() - begun
    return {"rate": len(took) / seconds, "p99": statistics.quantiles(took, n=100)[98]}


def _bytes(token: str, body: bytes) -> bytes:
    lines = (
        "POST /intake/commits HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _status(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if b"chunked" in head.lower():
        while await reader.readuntil(b"\r\n") != b"0\r\n":
            await reader.readuntil(b"\r\n")
        await reader.readuntil(b"\r\n")
    else:
        length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
    return head.split()[1]

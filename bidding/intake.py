"""The hot door for sealed bids: chunks in, one small commit, a signed receipt out (performance.md 9)."""

from ledger.live import Receive, Scope, Send


async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer a request to /intake/."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})

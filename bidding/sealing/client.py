"""The platform's doors as a command-line client sees them: chunks, commits, shares and keys."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from bidding.sealing.stream import HEAD, SEALED_CHUNK
from bidding.sealing.strict import base64url
from kernel.errors import DomainError
from kernel.text import gettext_noop as _

ENTRIES: Final = 16  # of one request
TIMEOUT: Final = 60
ATTEMPTS: Final = 6
NEW_OBJECT: Final = "intake.object_missing"
ANSWER_LIMIT: Final = 16 * 1024 * 1024
BUSY: Final = frozenset((429, 502, 503, 504))

Pause = Callable[[float], None]
Json = dict[str, object]


class RefusedByServer(DomainError):
    """The platform said no; code, message and facts are its own."""


class Unreachable(DomainError):
    """The platform did not answer, also after several attempts; trying again is safe."""


@dataclass
class Client:
    """A signed-in connection; every call may be repeated without harm."""

    server: str
    token: str
    pause: Pause = time.sleep
    _intake: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if urlsplit(self.server).scheme not in {"http", "https"}:
            raise Unreachable("client.server", _("平台地址须以 http:// 或 https:// 开头。"))
        self.server = self.server.rstrip("/")

    def policy(self, tender: str) -> Json:
        """Ask for a tender's custodian policy, as exact bytes, and what goes with it."""
        return self._json("GET", f"/api/v1/tenders/{quote(tender)}/policy")

    def upload(self, name: str, path: Path, progress: Callable[[int], None]) -> None:
        """Send the parts of a sealed object that the platform does not have yet."""
        have = self._have(name)
        total = _entries(path.stat().st_size)
        with path.open("rb") as file:
            for first, count in _missing(total, have):
                file.seek(_place(first))
                content = file.read(_place(first + count) - _place(first))
                digests = ",".join(
                    base64url(sha256(part).digest()) for part in _parts(first, content)
                )
                target = f"/intake/objects/{name}/{first}"
                self._send("PUT", target, content, {"X-Digests": digests} | self._intake_header())
                progress(len(content))

    def _have(self, name: str) -> list[tuple[int, int]]:
        """Ask which entries the platform has; of a new object it knows nothing."""
        try:
            return _ranges(self._intake_json("GET", f"/intake/objects/{name}"))
        except RefusedByServer as error:
            if error.code != NEW_OBJECT:
                raise
            return []

    def commit(self, record: Json) -> Json:
        """Hand in a commit; the same one again gets the same receipt."""
        return self._intake_json("POST", "/intake/commits", record)

    def receipts(self, tender: str) -> Json:
        """Ask for one's own commits of a tender."""
        return self._intake_json("GET", f"/intake/receipts?tender={quote(tender)}")

    def hall(self, tender: str, stage: str) -> Json:
        """Ask how far an opening has come."""
        return self._json("GET", f"/api/v1/halls/{quote(tender)}/{quote(stage)}")

    def hand_in_share(self, tender: str, stage: str, lot: str, share: bytes) -> Json:
        """Hand in the bidder's share in the unlock window."""
        record: Json = {"lot": lot, "share": base64url(share)}
        return self._json("POST", f"/api/v1/halls/{quote(tender)}/{quote(stage)}/shares", record)

    def request_recovery(self, tender: str, stage: str, lot: str) -> Json:
        """Ask that the share of one's own bid be recovered."""
        return self._json("POST", f"{_hall(tender, stage)}/recoveries", {"lot": lot})

    def recoveries(self, tender: str, stage: str) -> Json:
        """Ask what waits for one's part as a recovery custodian."""
        return self._json("GET", f"{_hall(tender, stage)}/recoveries")

    def release_part(self, tender: str, stage: str, commit: str, part: bytes) -> Json:
        """Release one's part of the share of one bid."""
        path = f"{_hall(tender, stage)}/recoveries/{quote(commit)}/parts"
        return self._json("POST", path, {"part": base64url(part)})

    def release_key(self, tender: str, stage: str, index: int, private: bytes) -> Json:
        """Publish a custodian's stage key."""
        record: Json = {"index": index, "private": base64url(private)}
        return self._json("POST", f"/api/v1/halls/{quote(tender)}/{quote(stage)}/keys", record)

    def _intake_header(self) -> dict[str, str]:
        if not self._intake:
            self._intake = str(self._json("POST", "/api/v1/intake-token", {})["token"])
        return {"Authorization": f"Bearer {self._intake}"}

    def _intake_json(self, method: str, path: str, record: Json | None = None) -> Json:
        return self._json(method, path, record, self._intake_header())

    def _json(
        self,
        method: str,
        path: str,
        record: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        content = None if record is None else json.dumps(record).encode()
        answer = self._send(method, path, content, headers or self._api_header())
        found = json.loads(answer) if answer else {}
        return found if isinstance(found, dict) else {"items": found}

    def _api_header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        """Send a request; wait and repeat while the platform is busy or out of reach."""
        kind = "application/octet-stream" if method == "PUT" else "application/json"
        request = Request(  # noqa: S310 the scheme was checked when the client was made
            self.server + path,
            data=content,
            method=method,
            headers={"Content-Type": kind, "Accept": "application/json", **headers},
        )
        for attempt in range(ATTEMPTS):
            try:
                with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 as above
                    found: bytes = answer.read(ANSWER_LIMIT)
                    return found
            except HTTPError as error:
                if error.code not in BUSY or attempt == ATTEMPTS - 1:
                    raise _refusal(error) from error
                self.pause(_wait(attempt, error.headers.get("Retry-After")))
            except (URLError, TimeoutError, ConnectionError) as error:
                if attempt == ATTEMPTS - 1:
                    raise _unreachable(self.server, error) from error
                self.pause(_wait(attempt, None))
        raise AssertionError("the last attempt returns or raises")


def _hall(tender: str, stage: str) -> str:
    return f"/api/v1/halls/{quote(tender)}/{quote(stage)}"


def _wait(attempt: int, told: str | None) -> float:
    return float(told) if told and told.isdigit() else 0.5 * 2**attempt


def _unreachable(server: str, error: Exception) -> Unreachable:
    message = _("连不上平台 %(server)s：%(reason)s。稍后重试，已上传的部分不会丢失。")
    return Unreachable("client.unreachable", message, server=server, reason=str(error))


def _refusal(error: HTTPError) -> RefusedByServer:
    """Pass on the platform's own code and message."""
    try:
        told = json.loads(error.read(ANSWER_LIMIT))
        code, message = str(told["code"]), str(told["message"])
        facts = {
            str(name): value
            for name, value in dict(told.get("facts") or {}).items()
            if name not in {"code", "message"}
        }
    except (ValueError, KeyError, TypeError):
        message = _("平台返回错误 %(status)s。")
        return RefusedByServer("client.refused", message, status=error.code)
    # the platform's message comes filled in: a % in it is a plain character
    return RefusedByServer(code, message.replace("%", "%%") if facts else message, **facts)


def _entries(size: int) -> int:
    """Count the head and the chunks of a sealed object."""
    return 1 + -(-(size - HEAD) // SEALED_CHUNK)


def _place(entry: int) -> int:
    return 0 if entry == 0 else HEAD + (entry - 1) * SEALED_CHUNK


def _parts(first: int, content: bytes) -> list[bytes]:
    """Cut the bytes of consecutive entries apart."""
    start = _place(first)
    marks = [_place(first)]
    while marks[-1] - start < len(content):
        marks.append(_place(first + len(marks)))
    return [content[a - start : b - start] for a, b in pairwise(marks)]


def _ranges(answer: Json) -> list[tuple[int, int]]:
    have = answer.get("have")
    return [(int(low), int(high)) for low, high in have] if isinstance(have, list) else []


def _missing(total: int, have: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """List what is missing as (first entry, number), at most a request's worth each."""
    present = {entry for low, high in have for entry in range(low, high + 1)}
    runs: list[tuple[int, int]] = []
    for entry in range(total):
        if entry in present:
            continue
        first, count = runs[-1] if runs else (-1, 0)
        if first + count == entry and count < ENTRIES:
            runs[-1] = (first, count + 1)
        else:
            runs.append((entry, 1))
    return runs

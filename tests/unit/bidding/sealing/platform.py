"""A small platform over real HTTP that keeps the intake's promises with the real checks."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bidding import sealing
from bidding.sealing import receipt
from bidding.sealing.strict import base64url, binary
from kernel.errors import DomainError
from ledger import note

AT = datetime(2026, 12, 1, 1, 29, 59, 999_000, tzinfo=UTC)


@dataclass
class Platform:
    """What is stored, and which faults to play."""

    policy: bytes
    document: bytes
    objects: dict[str, dict[int, bytes]] = field(default_factory=dict)
    chain: list[bytes] = field(default_factory=list)
    receipts: list[dict] = field(default_factory=list)
    shares: list[dict] = field(default_factory=list)
    keys: list[dict] = field(default_factory=list)
    asked: list[dict] = field(default_factory=list)
    recovery: dict = field(default_factory=dict)
    parts: list[dict] = field(default_factory=list)
    hall_state: str = "unlocking"
    busy: int = 0  # requests to answer with 503 first
    lose_answers: int = 0  # commits to store without answering
    puts: int = 0
    ceiling: str = "2000000.00"
    signer: note.Signer = field(
        default_factory=lambda: note.Signer(
            "centre.example/receipt", Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        )
    )

    def answer(self, method: str, path: str, body: bytes, headers: dict) -> tuple[int, object]:
        for pattern, act in ROUTES:
            if found := re.fullmatch(pattern, f"{method} {path}"):
                return act(self, found, body, headers)
        return 404, {"code": "missing", "message": f"没有 {path}，100%", "facts": {}}


def get_policy(platform: Platform, *_rest: object) -> tuple[int, object]:
    return 200, {
        "policy": base64url(platform.policy),
        "digest": sha256(platform.policy).hexdigest(),
        "document_digest": platform.document.hex(),
        "lots": [{"number": 1, "ceiling": platform.ceiling}],
        "items": [{"title": "投标函", "stage": "technical", "words": ["letter"]}],
        "closes_at": "2026-01-01T00:00:00Z",
    }


def get_token(
    _platform: Platform, _found: re.Match, _body: bytes, headers: dict
) -> tuple[int, object]:
    good = headers.get("Authorization") == "Bearer api-token"
    return (200, {"token": "intake"}) if good else (403, {"code": "denied", "message": "不行"})


def get_object(platform: Platform, found: re.Match, *_rest: object) -> tuple[int, object]:
    if found[1] not in platform.objects:
        return 404, {"code": "intake.object_missing", "message": "没有", "facts": {}}
    have = sorted(platform.objects[found[1]])
    return 200, {"have": [[entry, entry] for entry in have], "bytes": 0}


def put_entries(
    platform: Platform, found: re.Match, body: bytes, headers: dict
) -> tuple[int, object]:
    assert headers["Authorization"] == "Bearer intake"
    platform.puts += 1
    stored, entry = platform.objects.setdefault(found[1], {}), int(found[2])
    for digest in headers["X-Digests"].split(","):
        size = 68 if entry == 0 else 262_160
        part, body = body[:size], body[size:]
        assert sha256(part).digest() == binary(digest)
        stored[entry] = part
        entry += 1
    assert body == b""
    return 204, None


def post_commit(
    platform: Platform, _found: re.Match, body: bytes, _headers: dict
) -> tuple[int, object]:
    record = json.loads(body)
    content, signature = binary(record["commit"]), binary(record["signature"])
    if not sealing.is_repeat(content, platform.chain):
        check_commit(platform, record, content, signature)
        platform.chain.append(content)
        platform.receipts.append(receipt_of(platform, content))
    if platform.lose_answers:
        platform.lose_answers -= 1
        return 0, None
    return 201, platform.receipts[platform.chain.index(content)]


def check_commit(platform: Platform, record: dict, content: bytes, signature: bytes) -> None:
    policy = sealing.parse_policy(platform.policy)
    sealing.check_place(content, platform.chain)
    cores = {item["stage"]: binary(item["core"]) for item in record["envelopes"]}
    first = next(iter(cores.values()), None)
    sub_pk = sealing.parse_core(first).sub_pk if first else platform.sub_pk
    commit = sealing.check_commit(content, signature, cores, policy, sub_pk)
    for entry, item in zip(commit.stages, record["envelopes"], strict=True):
        for side in ("readout", "body"):
            parts = platform.objects[item[side]]
            digests = [sha256(parts[index]).digest() for index in range(len(parts))]
            if sealing.tree_root(digests) != getattr(entry, side):
                raise sealing.SealingError("seal.root", object=side)
        assert sha256(binary(item["wraps"])).digest() == entry.wraps
        assert item["body_length"] == entry.body_len
    platform.sub_pk = sub_pk


def receipt_of(platform: Platform, content: bytes) -> dict:
    text = receipt.Receipt(sealing.parse_commit(content).tender, sealing.commit_hash(content), AT)
    signed = receipt.sign_receipt(text, platform.signer)
    return {"receipt": signed, "accepted_at": receipt.write_time(AT), "commit": text.commit.hex()}


def get_receipts(platform: Platform, *_rest: object) -> tuple[int, object]:
    return 200, platform.receipts


def get_hall(platform: Platform, *_rest: object) -> tuple[int, object]:
    return 200, {"state": platform.hall_state}


def post_share(
    platform: Platform, found: re.Match, body: bytes, _headers: dict
) -> tuple[int, object]:
    platform.shares.append({"stage": found[1], **json.loads(body)})
    return 200, {"accepted": True}


def post_key(
    platform: Platform, found: re.Match, body: bytes, _headers: dict
) -> tuple[int, object]:
    platform.keys.append({"stage": found[1], **json.loads(body)})
    return 200, {"accepted": True}


def post_recovery(
    platform: Platform, found: re.Match, body: bytes, _headers: dict
) -> tuple[int, object]:
    platform.asked.append({"stage": found[1], **json.loads(body)})
    return 201, {"commit": "", "needed": 2}


def get_recoveries(platform: Platform, *_rest: object) -> tuple[int, object]:
    return 200, platform.recovery


def post_part(
    platform: Platform, found: re.Match, body: bytes, _headers: dict
) -> tuple[int, object]:
    platform.parts.append({"stage": found[1], "commit": found[2], **json.loads(body)})
    return 201, {"commit": found[2], "recovered": False}


ROUTES = [
    (r"GET /api/v1/tenders/[^/]+/policy", get_policy),
    (r"POST /api/v1/intake-token", get_token),
    (r"GET /intake/objects/([^/]+)", get_object),
    (r"PUT /intake/objects/([^/]+)/(\d+)", put_entries),
    (r"POST /intake/commits", post_commit),
    (r"GET /intake/receipts\?tender=.+", get_receipts),
    (r"GET /api/v1/halls/[^/]+/([^/]+)", get_hall),
    (r"POST /api/v1/halls/[^/]+/([^/]+)/recoveries", post_recovery),
    (r"GET /api/v1/halls/[^/]+/([^/]+)/recoveries", get_recoveries),
    (r"POST /api/v1/halls/[^/]+/([^/]+)/recoveries/([^/]+)/parts", post_part),
    (r"POST /api/v1/halls/[^/]+/([^/]+)/shares", post_share),
    (r"POST /api/v1/halls/[^/]+/([^/]+)/keys", post_key),
]


def serve(platform: Platform) -> ThreadingHTTPServer:
    """Start the platform on a free port; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if platform.busy:
                platform.busy -= 1
                status, answer = 503, {"code": "busy", "message": "稍后"}
            else:
                try:
                    status, answer = platform.answer(
                        self.command, self.path, body, dict(self.headers)
                    )
                except DomainError as error:
                    status = error.status
                    answer = {"code": error.code, "message": error.text(), "facts": error.facts}
            if not status:
                self.close_connection = True
                return
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = _handle  # noqa: N815 the names http.server wants

        def log_message(self, *_arguments: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server

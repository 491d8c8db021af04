"""Pages that hold the sealing elements as these ask for, beside a platform over HTTP."""

import json
import mimetypes
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

from bidding import sealing
from bidding.sealing.format import parse_commit
from bidding.sealing.strict import base64url
from bidding.sentences import SEALING
from kernel.errors import DomainError
from ledger import note
from tests.unit.bidding.sealing.platform import Platform

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "bidding" / "static"
HPKE = ROOT / "node_modules" / "hpke" / "index.js"
POLICY_OF_PAGES = (
    "default-src 'none'; script-src 'self' 'nonce-n'; style-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
BIDDER = "91330100MA27X0001A"
HEAD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>封标</title>
<link rel="icon" href="data:,">
<script type="importmap" nonce="n">{"imports": {"hpke": "/hpke.js"}}</script>"""


def script(name: str) -> str:
    return f'<script type="module" src="/static/bidding/sealing/{name}.js" nonce="n"></script>'


def messages() -> str:
    """The page's own sentences, each after its code."""
    lines = "".join(f'<p data-code="{code}">{code}: {text}</p>' for code, text in SEALING.items())
    return f"<template data-messages>{lines}</template>"


CSRF = '<input type="hidden" name="csrfmiddlewaretoken" value="c">'
KEY_INPUTS = """
<input type="file" data-in="key-file" aria-label="file">
<input type="password" data-in="passphrase" aria-label="passphrase">
<textarea data-in="paper" aria-label="paper"></textarea>"""


def seal_page(platform: Platform, tender: str) -> str:
    stages = "".join(
        f"""<fieldset data-stage="{stage}" {
            "data-ceiling='2000000.00' data-required='price'" if stage == "price" else ""
        }>
        {
            '<input data-item="1" data-quantity="2"><label>总价<input data-field="price"></label>'
            '<input data-field="currency" value="CNY">'
            if stage == "price"
            else ""
        }
        <input data-field="days"><input type="file" data-files multiple>
        <input type="checkbox" data-keep></fieldset>"""
        for stage in ("technical", "price")
    )
    return f"""{HEAD}{script("seal-bid")}</head><body>
    <seal-bid data-tender="{tender}" data-lot="1" data-bidder="{BIDDER}"
      data-policy-url="/api/v1/tenders/{tender}/policy" data-token-url="/api/v1/intake-token"
      data-intake="/intake" data-worker="/static/bidding/sealing/seal-worker.js"
      data-receipt-key="{platform.signer.verifier}" data-hidden-names='["杭州示例公司"]'>{CSRF}
      <section data-for="offer checked proven">{stages}
        <button data-do="check">check</button></section>
      <section data-for="checked"><input type="password" data-in="new-passphrase">
        <button data-do="new-keys">new keys</button><output data-show="paper"></output>{KEY_INPUTS}
        <button data-do="prove">prove</button></section>
      <section data-for="proven"><button data-do="seal">seal</button></section>
      <section data-for="sealing"><progress data-show="progress"></progress>
        <output data-show="bytes"></output><output data-show="rate"></output>
        <output data-show="remaining"></output><output data-show="waiting"></output>
        <button data-do="pause">pause</button></section>
      <section data-for="resumable"><pre data-show="files"></pre>
        <input type="file" multiple data-in="again">
        <button data-do="resume">resume</button><button data-do="discard">discard</button></section>
      <section data-for="ready pending"><output data-show="waiting"></output>
        <button data-do="submit">submit</button></section>
      <section data-for="committed withdrawn"><pre data-show="receipt"></pre>
        <output data-show="accepted"></output>
        <button data-do="download-receipt">receipt</button>
        <button data-do="replace">replace</button>
        <button data-do="withdraw">withdraw</button></section>
      <ul data-show="findings"></ul><p data-show="problem" data-optional hidden></p>
      <template data-finding><li><span data-show="message"></span></li></template>{messages()}
    </seal-bid></body></html>"""


def unlock_page(platform: Platform, tender: str) -> str:
    core, wraps = platform.small
    return f"""{HEAD}{script("unlock-bid")}</head><body>
    <unlock-bid data-bidder="{BIDDER}" data-tender="{tender}" data-lot="1" data-stage="price"
      data-core="{core}" data-wraps="{wraps}">
      <form method="post" action="/posted">{CSRF}<input type="hidden" name="share">
      <button data-do="device">device</button>{KEY_INPUTS}
      <button data-do="recovery">recovery</button></form>
      <p data-show="problem" data-optional hidden></p>{messages()}</unlock-bid></body></html>"""


def custodian_page(platform: Platform, tender: str) -> str:
    return f"""{HEAD}{script("custodian-key")}</head><body>
    <custodian-key data-mode="register" data-person="zheng" data-tender="{tender}"
      data-stages="technical price" data-log-key="{platform.log.verifier}">
      <form method="post" action="/posted">{CSRF}<input type="hidden" name="key-technical">
      <input type="hidden" name="key-price"><input type="password" data-in="new-passphrase">
      <button data-do="make">make</button>{KEY_INPUTS}<button data-do="register">register</button>
      </form><p data-show="problem" data-optional hidden></p></custodian-key>
    <custodian-key data-mode="release" data-person="zheng" data-tender="{tender}" data-stage="price"
      data-index="1" data-policy-url="/api/v1/tenders/{tender}/policy" data-proofs-url="/proofs"
      data-log-key="{platform.log.verifier}">
      <form method="post" action="/posted">{CSRF}<input type="hidden" name="private">
      {KEY_INPUTS}<button data-do="release">release</button></form>
      <p data-show="problem" data-optional hidden></p></custodian-key>{messages()}</body></html>"""


def check_page(platform: Platform, tender: str) -> str:
    return f"""{HEAD}{script("check-envelope")}</head><body>
    <check-envelope data-bidder="{BIDDER}" data-tender="{tender}" data-lot="1" data-auto
      data-objects-url="/objects" data-receipt-key="{platform.signer.verifier}">
      <p data-for="intact">intact</p><p data-for="broken">broken</p><b data-show="object"></b>
      <form method="post" action="/posted">{CSRF}<input type="hidden" name="verdict">
      <button data-do="check">check</button></form></check-envelope></body></html>"""


PAGES: dict[str, Callable[[Platform, str], str]] = {
    "/seal": seal_page,
    "/unlock": unlock_page,
    "/custodian": custodian_page,
    "/check": check_page,
}


def stored_objects(platform: Platform) -> dict:
    """Give a bidder's stored objects as <check-envelope> asks for them."""
    content = platform.chain[-1]
    entries = parse_commit(content).stages
    envelopes = [
        {
            "stage": entry.stage,
            "core": item["core"],
            "wraps": item["wraps"],
            "readout": base64url(b"".join(platform.objects[item["readout"]].values())),
            "body": [
                base64url(sha256(part).digest())
                for _index, part in sorted(platform.objects[item["body"]].items())
            ],
            "body_length": item["body_length"],
        }
        for entry, item in zip(entries, platform.handed[-1], strict=True)
    ]
    return {"commit": base64url(content), "envelopes": envelopes}


class SealingSite(Platform):
    """The platform with its pages; `hold` keeps uploads waiting, `posted` is what forms sent."""

    def __init__(self, policy: bytes, document: bytes, log: note.Signer) -> None:
        super().__init__(policy, document)
        self.url, self.log = "", log
        self.tender = sealing.parse_policy(self.policy).tender
        self.posted: list[dict[str, str]] = []
        self.handed: list[list[dict]] = []
        self.proofs: dict = {}
        self.small = ("", "")
        self.puts_let_in = 1_000_000
        self.uploads: list[tuple[str, int]] = []
        self.first_lines: dict[str, bytes] = {}  # put before a script's own
        self.is_away, self.refuses_token = False, 0
        self.refusals: dict[str, tuple[int, dict]] = {}

    def static(self, path: str) -> tuple[str, bytes] | None:
        """Give a page or a file."""
        if path in PAGES:
            return "text/html; charset=utf-8", PAGES[path](self, self.tender).encode()
        file = HPKE if path == "/hpke.js" else STATIC / path.removeprefix("/static/")
        if not file.is_file():
            return None
        content = self.first_lines.get(file.name, b"") + file.read_bytes()
        return mimetypes.guess_type(file.name)[0] or "application/octet-stream", content

    def reply(self, method: str, path: str, body: bytes, headers: dict) -> tuple[int, object]:
        """Answer what is no page; the browser has a session where the command line has a token."""
        if self.is_away:
            return 0, None
        refused = self.refusals.get(path) or (self.refused_upload() if method == "PUT" else None)
        if refused:
            return refused
        if path == "/posted":
            self.posted.append({key: found[0] for key, found in parse_qs(body.decode()).items()})
            return 200, {}
        if path in {"/proofs", "/objects"}:
            return 200, self.proofs if path == "/proofs" else stored_objects(self)
        if path == "/api/v1/intake-token" and headers.get("X-CSRFToken") == "c":
            headers = {"Authorization": "Bearer api-token"}
        answer = self.answer(method, path, body, headers)
        self.remember(method, path, body, headers)
        return answer

    def refused_upload(self) -> tuple[int, object] | None:
        """Refuse an upload while the platform is busy, or for a token that has run out."""
        if self.puts_let_in <= 0:
            return 503, {"code": "busy", "message": "wait", "facts": {}}
        if self.refuses_token:
            self.refuses_token -= 1
            return 401, {"code": "intake.token", "message": "过期", "facts": {}}
        self.puts_let_in -= 1
        return None

    def remember(self, method: str, path: str, body: bytes, headers: dict) -> None:
        """Keep which entries came and what commits handed in."""
        if method == "PUT":
            name, first = path.rsplit("/", 2)[1:]
            count = headers["X-Digests"].count(",") + 1
            self.uploads += [(name, int(first) + place) for place in range(count)]
        if path == "/intake/commits":
            self.handed.append(json.loads(body)["envelopes"])


def serve(site: SealingSite) -> ThreadingHTTPServer:
    """Start the site on a free port; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found = site.static(self.path) if self.command == "GET" else None
            if found:
                self._send(200, *found)
                return
            try:
                status, answer = site.reply(self.command, self.path, body, dict(self.headers))
            except DomainError as error:
                status = error.status
                answer = {"code": error.code, "message": error.text(), "facts": {}}
            if not status:
                self.close_connection = True
                return
            content = b"" if answer is None else json.dumps(answer).encode()
            self._send(status, "application/json", content)

        def _send(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY_OF_PAGES)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = _handle  # noqa: N815 the names http.server wants

        def log_message(self, *_arguments: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    return server

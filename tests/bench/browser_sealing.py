"""Sealing in a Chromium page against what that page's WebCrypto can do (sealing.md 7, T5)."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from threading import Event, Thread
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, sync_playwright

from ledger import note
from tests.bench.figures import Figure
from tests.e2e.sealing_pages import HEAD, SealingSite, serve
from tests.rig.browser import CANDIDATES, FLAGS
from tests.vectors.sealing import make as v

MIB = 1024 * 1024
MEMORY = Path("/dev/shm")  # noqa: S108 a file in memory: the disk is not what is measured
ROUNDS = 9
ENTRIES = 4  # of one run, as in sending.js

# One call at a time, 256 KiB: the floors of T5.
FLOORS = """async (size) => {
  const key = await crypto.subtle.generateKey({name: "AES-GCM", length: 256}, false, ["encrypt"]);
  const chunk = crypto.getRandomValues(new Uint8Array(65536));
  const plain = new Uint8Array(262144), sealed = new Uint8Array(262160);
  for (let at = 0; at < plain.length; at += chunk.length) plain.set(chunk, at);
  const time = async (work) => {
    const began = performance.now();
    for (let at = 0; at < size; at += plain.length) await work();
    return (performance.now() - began) / 1000;
  };
  const iv = new Uint8Array(12);
  const gcm = await time(() => crypto.subtle.encrypt({name: "AES-GCM", iv}, key, plain));
  const sha = await time(() => crypto.subtle.digest("SHA-256", sealed));
  const reader = document.querySelector("[type=file]").files[0].stream().getReader();
  const began = performance.now();
  while (!(await reader.read()).done);
  return {gcm, sha, read: (performance.now() - began) / 1000};
}"""

# The worker's own code up to the sealed, hashed parts; only the sending is left out.
PIPELINE = """async (entries) => {
  const {sealRuns, streamKey, chunksOf, paddedLength, treeRoot} =
    await import("/static/bidding/sealing/stream.js");
  const {sourceOf} = await import("/static/bidding/sealing/sending.js");
  const {startSealers} = await import("/static/bidding/sealing/sealers.js");
  const file = document.querySelector("[type=file]").files[0];
  const size = paddedLength(file.size), count = chunksOf(size), digests = [];
  const [a, b, c] = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
  const runs = function* () {
    for (let first = 0; first < count; first += entries)
      yield {first, count: Math.min(entries, count - first)};
  };
  const key = await streamKey(a, b, "body", c);
  const sealers = startSealers(key, size);
  const first = () => sealers.seal(new Uint8Array(16), 0, 1);
  await Promise.all(Array.from({length: sealers.atOnce}, first)); // the workers have come up
  const began = performance.now();
  for await (const parts of sealRuns(sealers, sourceOf([file], size), runs()))
    for (const {digest} of parts) digests.push(digest);
  await treeRoot(digests);
  const seconds = (performance.now() - began) / 1000;
  sealers.end();
  return {seconds, size};
}"""

# A whole body through the worker, sent to a platform that throws it away. Nobody may watch this
# page: a connected debugger keeps what is sent, and that would be counted as ours.
WORKER = """<script type="module" nonce="n">
const {paddedLength, sealedLength} = await import("/static/bidding/sealing/stream.js");
const {base64url, random} = await import("/static/bidding/sealing/bytes.js");
const megabyte = new Blob(Array(16).fill(new Blob([random(65536)])));
const file = new File(Array(SIZE).fill(megabyte), "bid.bin");
const body = {object: base64url(random(32)), key: random(32), salt: random(32),
  ctx: random(32), size: paddedLength(file.size)};
const doors = {base: "/intake", tokenUrl: "/api/v1/intake-token", csrf: "c", bidder: "b"};
await new Promise((resolve) => setTimeout(resolve, 1500));
await fetch("/began", {method: "POST"});
const worker = new Worker("/static/bidding/sealing/seal-worker.js", {type: "module"});
worker.onmessage = ({data}) => {
  if (data.type === "done" || data.type === "failed")
    fetch("/ended", {method: "POST", body: JSON.stringify([data.type, sealedLength(body.size)])});
};
worker.postMessage({type: "seal", body, files: [file], doors});
</script>"""


class Sink(SealingSite):
    """A platform that takes parts and keeps none, and notes when a body began and ended."""

    def __init__(self, policy: bytes, document: bytes, log: note.Signer) -> None:
        super().__init__(policy, document, log)
        self.megabytes, self.browser = 0, 0
        self.ended = Event()
        self.told: list[Any] = []
        self.times: list[float] = []
        self.memory = 0

    def static(self, path: str) -> tuple[str, bytes] | None:
        """Give the page that seals by itself."""
        if path != "/by-itself":
            return super().static(path)
        page = f"{HEAD}{WORKER.replace('SIZE', str(self.megabytes))}</head><body></body></html>"
        return "text/html; charset=utf-8", page.encode()

    def reply(self, method: str, path: str, body: bytes, headers: dict) -> tuple[int, object]:
        """Answer uploads at once."""
        if method == "PUT":
            return 204, None
        if path in {"/began", "/ended"}:
            self.times.append(perf_counter())
        if path == "/began":
            self.peak = Peak(self.browser)
            return 200, {}
        if path == "/ended":
            self.memory = self.peak.end()
            self.told = json.loads(body)
            self.ended.set()
            return 200, {}
        return super().reply(method, path, body, headers)


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure the pipeline against the floors of the same page, and the memory of a large body."""
    program = next(filter(None, map(shutil.which, CANDIDATES)), None)
    if program is None:
        return
    log = note.Signer("bench/log", Ed25519PrivateKey.generate())
    site = Sink(v.policy_bytes("joint", ("technical", "price")), v.DOC, log)
    server = serve(site)
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
            page = browser.new_page()
            page.set_default_timeout(300_000)
            yield from speed(page, site, (32 if short else 256) * MIB)
            browser.close()
        yield from memory(program, site, 256 if short else 2047)
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chosen_file(page: Page, site: Sink, size: int) -> Iterator[None]:
    """Choose a file of random bytes in the page's input."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "bid.bin"
        with path.open("wb") as file:
            for _piece in range(size // MIB):
                file.write(os.urandom(MIB))
        page.goto(f"{site.url}/seal")
        page.locator("input[type=file]").first.set_input_files(path)
        yield


def speed(page: Page, site: Sink, size: int) -> Iterator[Figure]:
    """T5: the whole pipeline against 1/(1/gcm + 1/sha)."""
    with chosen_file(page, site, size):
        floors, runs = [], []
        for _round in range(ROUNDS):  # in turns: whatever else the machine does meets both
            floors.append(page.evaluate(FLOORS, size))
            runs.append(page.evaluate(PIPELINE, ENTRIES))
    gcm, sha, read = (min(floor[name] for floor in floors) for name in ("gcm", "sha", "read"))
    best = min(run["seconds"] for run in runs)
    yield Figure("browser: AES-GCM, one call at a time", size / MIB / gcm, "MiB/s")
    yield Figure("browser: SHA-256, one call at a time", size / MIB / sha, "MiB/s")
    yield Figure("browser: reading a chosen file", size / MIB / read, "MiB/s")
    yield Figure("browser: sealing", runs[0]["size"] / MIB / best, "MiB/s")
    padding = runs[0]["size"] / size
    yield Figure("browser T5: sealing / 1/(1/gcm + 1/sha)", padding * (gcm + sha) / best, "x")
    all_of_it = padding * (gcm + sha + read) / best
    yield Figure("browser: sealing / 1/(1/gcm + 1/sha + 1/read)", all_of_it, "x")


def memory(program: str, site: Sink, megabytes: int) -> Iterator[Figure]:
    """T5: memory that sealing and sending a large body adds to the page's process."""
    site.megabytes = megabytes
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, "--headless=new", f"--user-data-dir={profile}", *FLAGS]
        browser = Popen(
            [*command, f"{site.url}/by-itself"],
            stdout=DEVNULL,
            stderr=DEVNULL,
            start_new_session=True,
        )
        site.browser = browser.pid
        try:
            ended = site.ended.wait(300)
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
    if not ended or site.told[0] != "done":
        raise RuntimeError(f"the page did not seal: {site.told}")
    seconds = site.times[1] - site.times[0]
    yield Figure("browser: seal and send", site.told[1] / MIB / seconds, "MiB/s")
    yield Figure("browser T5: memory", site.memory / MIB, "MiB")


def renderer_memory(browser: int) -> dict[int, int]:
    """Give the memory of each renderer process of a browser, in bytes; no other browser's."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" in (process / "cmdline").read_bytes():
                pages = int((process / "statm").read_text().split()[1])
                if os.getsid(int(process.name)) == browser:
                    found[int(process.name)] = pages * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue  # it has ended
    return found


class Peak:
    """Watches until told to end how much any renderer has grown."""

    def __init__(self, browser: int) -> None:
        self._browser, self._stop = browser, Event()
        self._before, self._most = renderer_memory(browser), 0
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            for process, size in renderer_memory(self._browser).items():
                self._most = max(self._most, size - self._before.get(process, size))

    def end(self) -> int:
        """Give the most there was."""
        self._stop.set()
        self._thread.join()
        return self._most

"""Opening sealed bids against the limits of the same machine in the same run (sealing.md 7)."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bidding import sealing
from bidding.sealing import derive, stream
from bidding.sealing.suites import x25519
from tests.bench.figures import Figure
from tests.vectors.sealing import make as v

MIB = 1024 * 1024
ROUNDS = 5
BIDS = 300
POLICY = v.policy_bytes("joint", ("whole",))
TERMS = sealing.Terms(sealing.parse_policy(POLICY), v.DOC, "1", "whole")
KEYS = sealing.accept_stage_keys(TERMS.policy, "whole", v.privates("opening", (1, 3, 5), "whole"))
MEMORY = Path("/dev/shm")  # noqa: S108 a file in memory: the disk is not what is measured


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure bodies, then the public-key work, then a whole read-out."""
    size = (64 if short else 512) * MIB
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield from bodies(Path(folder) / "body.sbs", size)
    yield from public_key(300 if short else 2000)
    yield from read_out(30 if short else BIDS)


def best(
    work: dict[str, Callable[[], object]], clock: Callable[[], float] = perf_counter
) -> dict[str, float]:
    """Run each piece of work in turn, several rounds, and give the shortest time of each."""
    found: dict[str, list[float]] = {name: [] for name in work}
    for _round in range(ROUNDS):
        for name, piece in work.items():
            begun = clock()
            piece()
            found[name].append(clock() - begun)
    return {name: min(times) for name, times in found.items()}


# --- bodies: T1, T3 ----------------------------------------------------------------------------


def bodies(path: Path, size: int) -> Iterator[Figure]:
    """Open one large body with one and two workers, against reading, decrypting and hashing it."""
    pieces = (bytes(MIB) for _piece in range(size // MIB))
    with path.open("wb") as file:
        written = stream.seal_stream(
            pieces, file.write, key=v.KX, name="body", ctx=v.CTX, salt=v.SALT
        )
    with path.open("rb") as file:
        source = stream.FileSource(file.fileno())
        reader = stream.Reader(source, key=v.KX, name="body", ctx=v.CTX)
        seconds = best(
            {
                "read": lambda: read_all(source),
                "library": lambda: decrypt_hot(size),
                "sha": lambda: stream.object_root(source),
                "hot sha": lambda: hash_hot(size),
                "open": lambda: reader.copy_to(nothing),
                "verify": lambda: reader.copy_to(nothing, root=written.root),
                "verify, two": lambda: reader.copy_to(nothing, root=written.root, workers=2),
            }
        )
    yield Figure("seal: body decrypt", size / MIB / seconds["open"], "MiB/s")
    floor = seconds["read"] + seconds["library"]
    yield Figure("seal T1: decrypt / (read + library)", floor / seconds["open"], "x")
    if system := openssl_speed():
        yield Figure("seal T1: decrypt / openssl speed", size / seconds["open"] / system, "x")
    both = seconds["hot sha"] + seconds["open"]
    yield Figure("seal T3: verify+decrypt / (sha + decrypt)", both / seconds["verify"], "x")
    two = seconds["verify"] / seconds["verify, two"]
    yield Figure("seal T3: two workers / one", two, "x")


def nothing(_offset: int, _plain: memoryview) -> None:
    """Drop the plaintext."""


def read_all(source: stream.FileSource) -> None:
    """Only read, in the same units."""
    buffer = memoryview(bytearray(stream.UNIT * stream.SEALED_CHUNK))
    for offset in range(stream.HEAD, source.size, len(buffer)):
        source.read_into(offset, buffer)


def decrypt_hot(size: int) -> None:
    """Only decrypt, one chunk in the cache: what the library can do."""
    aead, sealed = AESGCM(bytes(32)), bytearray(stream.SEALED_CHUNK)
    aead.encrypt_into(bytes(12), bytes(stream.CHUNK), None, sealed)
    plain = bytearray(stream.CHUNK)
    for _chunk in range(size // stream.CHUNK):
        aead.decrypt_into(bytes(12), sealed, None, plain)


def hash_hot(size: int) -> None:
    """Only hash, one chunk in the cache."""
    chunk = bytes(stream.SEALED_CHUNK)
    for _chunk in range(size // stream.CHUNK):
        sha256(chunk).digest()


def openssl_speed() -> float | None:
    """Bytes a second of the system's `openssl speed`, where there is one."""
    program = shutil.which("openssl")
    if program is None:
        return None
    command = [program, "speed", "-seconds", "1", "-bytes", str(stream.CHUNK)]
    command += ["-decrypt", "-evp", "aes-256-gcm"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"(?im)^aes-256-gcm\s+([\d.]+)k", told)
    return None if found is None else float(found[1]) * 1000


# --- public keys and a read-out: T6, T7 ---------------------------------------------------------


def public_key(times: int) -> Iterator[Figure]:
    """Open HPKE wraps, against the bare key exchange inside them."""
    private, info = x25519.generate(), derive.wrap_info("wrap-a", v.CTX, 1)
    sealed = x25519.wrap(x25519.public_of(private), info, bytes(32))
    key, peer = X25519PrivateKey.from_private_bytes(private), sealed[:32]

    def exchange() -> None:
        for _time in range(times):
            key.exchange(X25519PublicKey.from_public_bytes(peer))

    def unwrap() -> None:
        for _time in range(times):
            x25519.unwrap(private, info, sealed)

    seconds = best({"exchange": exchange, "open": unwrap}, process_time)
    yield Figure("seal: HPKE open", times / seconds["open"], "1/s")
    yield Figure("seal T7: HPKE open / X25519", seconds["exchange"] / seconds["open"], "x")


def sealed_bids(number: int) -> list[tuple[sealing.Envelope, bytes]]:
    """Seal different bids; give each envelope with its share."""
    signer = sealing.ed25519_signer(v.DEVICE.signing())
    to = sealing.SealTo((v.DEVICE.wrap_public(), v.PAPER.wrap_public()), v.seed("sub"))
    found = []
    for index in range(number):
        bid = sealing.Bid(f"bidder {index}", v.PRICE | {"price": f"{index + 1}.00"}, (), signer)
        made = sealing.seal(TERMS, bid, to, lambda _piece: None, random=os.urandom)
        envelope = sealing.Envelope(made.core, made.wraps, made.readout, made.entry)
        share = sealing.unwrap_share_b(made.core, made.wraps, v.DEVICE.wrap_private())
        found.append((envelope, share))
    return found


def read_out(number: int) -> Iterator[Figure]:
    """Read out many bids with three of five custodians, against the work no way around."""
    bids = sealed_bids(number)
    wraps = [work for envelope, _share in bids for work in unwrap_work(envelope)]
    others = [signature_work(envelope, share) for envelope, share in bids]

    def floor() -> None:
        for private, info, sealed in wraps:
            x25519.unwrap(private, info, sealed)

    def cipher() -> None:
        floor()
        for verify, readout in others:
            verify()
            sha256(readout).digest()

    def first() -> None:
        sealing.open_readout(bids[0][0], TERMS, KEYS, bids[0][1])

    def whole() -> None:
        for envelope, share in bids:
            sealing.open_readout(envelope, TERMS, KEYS, share)

    work = {"floor": floor, "cipher": cipher, "first": first, "whole": whole}
    seconds = best(work, process_time)
    yield Figure("seal T6: read-out / HPKE openings", seconds["floor"] / seconds["whole"], "x")
    all_of_it = seconds["cipher"] / seconds["whole"]
    yield Figure("seal T6: read-out / HPKE, signature, hash", all_of_it, "x")
    yield Figure(f"seal T6: read-out of {number} bids", seconds["whole"], "s")
    yield Figure("seal T6: first line", seconds["first"], "s")


def signature_work(envelope: sealing.Envelope, share: bytes) -> tuple[Callable[[], object], bytes]:
    """Give the check of the bidder's signature, and the bytes to hash."""
    readout = sealing.open_readout(envelope, TERMS, KEYS, share).readout
    return partial(sealing.verify_bid_signature, envelope.core, readout), envelope.readout


def unwrap_work(envelope: sealing.Envelope) -> list[tuple[bytes, bytes, bytes]]:
    """List what the read-out of one bid must unwrap at the least."""
    core = sealing.parse_core(envelope.core)
    wraps, ctx = sealing.parse_wraps(envelope.wraps, core), derive.context(envelope.core)
    return [
        (private, derive.wrap_info("wrap-a", ctx, place), wraps.a[place - 1])
        for place, private in KEYS.good.items()
    ]

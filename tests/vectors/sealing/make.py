"""Write the shared vectors again: `python tests/vectors/sealing/make.py`.

Everything comes from named seeds, the HPKE wraps too, so the same bytes come out every time.
"""

import hmac
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from bidding import sealing  # noqa: E402 the repository is on the path only now
from bidding.sealing import contents, derive, envelope, keys, receipt, shamir, stream  # noqa: E402
from bidding.sealing import format as records  # noqa: E402
from bidding.sealing.strict import base64url, write  # noqa: E402
from bidding.sealing.suites import x25519  # noqa: E402
from ledger import note  # noqa: E402

TENDER = "GC-2026-0007"
HPKE_SUITE = b"HPKE" + bytes.fromhex("002000010002")
KEM_SUITE = b"KEM" + bytes.fromhex("0020")


def seeded(label: str) -> Callable[[int], bytes]:
    """Give a reproducible stand-in for the random source."""
    counter = 0

    def draw(size: int) -> bytes:
        nonlocal counter
        out = b""
        while len(out) < size:
            out += sha256(f"{label}/{counter}".encode()).digest()
            counter += 1
        return out[:size]

    return draw


def fixed_wrap(public: bytes, info: bytes, share: bytes) -> bytes:
    """Seal with HPKE (RFC 9180, base mode) under an ephemeral key made from the inputs.

    The library draws its ephemeral key itself; vectors need one that is the same every time.
    """
    ephemeral = X25519PrivateKey.from_private_bytes(sha256(public + info + share).digest())
    enc = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    eae = labelled_extract(KEM_SUITE, b"", b"eae_prk", shared)
    secret = labelled_expand(KEM_SUITE, eae, b"shared_secret", enc + public, 32)
    no_psk = labelled_extract(HPKE_SUITE, b"", b"psk_id_hash", b"")
    bound = b"\0" + no_psk + labelled_extract(HPKE_SUITE, b"", b"info_hash", info)
    prk = labelled_extract(HPKE_SUITE, secret, b"secret", b"")
    key = labelled_expand(HPKE_SUITE, prk, b"key", bound, 32)
    nonce = labelled_expand(HPKE_SUITE, prk, b"base_nonce", bound, 12)
    return enc + AESGCM(key).encrypt(nonce, share, b"")


def labelled_extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def labelled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, size: int) -> bytes:
    full = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(SHA256(), size, full).derive(prk)


SUITE = replace(x25519.SUITE, wrap=fixed_wrap)


def seed(label: str) -> bytes:
    return sha256(f"vector/{label}".encode()).digest()


def plain_of(spec: dict) -> bytes:
    """Make the plaintext a `stream` vector names."""
    if "pattern" in spec:
        return bytes((7 * i + (i >> 8)) & 255 for i in range(spec["pattern"]))
    return from_text(spec["bytes"])


def from_text(text: str) -> bytes:
    return sealing.strict.binary(text)


MADE: dict[str, str] = {}


def save(name: str, kind: str, given: dict, expect: dict | str, base: str = "") -> None:
    """Keep one vector; a code alone means it must be refused so."""
    verdict = {"ok": False, "code": expect} if isinstance(expect, str) else {"ok": True, **expect}
    vector = {"name": name, "kind": kind, "suite": 1, "given": given, "expect": verdict}
    if base:
        vector["base"] = base
    text = json.dumps(plain_json(vector), ensure_ascii=False, indent=1)
    MADE[f"{name}.json"] = text + "\n"


def plain_json(value: object) -> object:
    if isinstance(value, bytes | bytearray):
        return base64url(bytes(value))
    if isinstance(value, dict):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in value]
    return value


# --- known answers -----------------------------------------------------------------------------

A, B, CORE = bytes(range(32)), bytes(range(32, 64)), b'{"v":1}'
CTX = derive.context(CORE)


def known_answers() -> None:
    found = derive.content_keys(A, B, CTX)
    answers = {
        "ctx": CTX,
        "ca": derive.share_commitment("share-a", A),
        "cb": derive.share_commitment("share-b", B),
        "master": found.master,
        "readout_key": found.readout,
        "body_key": found.body,
    }
    save("derive", "derive", {"core": CORE, "a": A, "b": B}, answers)
    draws = iter((b"\x1d" * 32, b"\x6b" * 32))
    parts = shamir.split(A, 3, 5, lambda _size: next(draws))
    hashes = [derive.part_commitment("share-a-part", i, p) for i, p in enumerate(parts, 1)]
    save(
        "shamir-split",
        "shamir-split",
        {"secret": A, "k": 3, "n": 5, "coefficients": [b"\x1d" * 32, b"\x6b" * 32]},
        {"parts": parts, "hashes": hashes},
    )
    given = {"k": 3, "commitment": answers["ca"]}
    some = {1: parts[0], 3: parts[2], 5: parts[4]}
    save("shamir-combine", "shamir", given | {"parts": some}, {"secret": A})
    save("shamir-four-of-five", "shamir", given | {"parts": some | {2: parts[1]}}, {"secret": A})
    other = some | {2: bytes(32)}
    save("shamir-one-bad-part-among-four", "shamir", given | {"parts": other}, {"secret": A})
    save("shamir-two-parts", "shamir", given | {"parts": {1: parts[0], 2: parts[1]}}, "seal.parts")
    save("shamir-index-zero", "shamir", given | {"parts": {0: A, 1: A, 2: A}}, "seal.parts_index")
    save("shamir-bad-part", "shamir", given | {"parts": some | {3: bytes(32)}}, "seal.share_a")
    cubic = shamir.split(A, 4, 5, seeded("cubic"))
    save(
        "shamir-degree-too-high",
        "shamir",
        given | {"parts": dict(enumerate(cubic, 1))},
        "seal.share_a",
    )
    for k, n, good in (
        (2, 2, 1),
        (3, 5, 1),
        (16, 16, 1),
        (0, 3, 0),
        (1, 3, 0),
        (4, 3, 0),
        (2, 17, 0),
    ):
        save(
            f"threshold-{k}-of-{n}", "threshold", {"k": k, "n": n}, {} if good else "seal.threshold"
        )
    for length in (0, 1, 2, 9, 100, 262_143, 262_144, 262_145, 2**31, 2**32 - 1):
        padded = stream.padded_length(length)
        save(f"padme-{length}", "padme", {"length": length}, {"padded": padded})


# --- streams -----------------------------------------------------------------------------------

KX = derive.content_keys(A, B, CTX).body
SALT = bytes([1]) * 32


def sealed_stream(plain: bytes, key: bytes = KX, name: str = "body") -> bytes:
    out = bytearray()
    stream.seal_stream([plain], out.extend, key=key, name=name, ctx=CTX, salt=SALT)
    return bytes(out)


def edit(content: bytes, edits: list[dict]) -> bytes:
    """Apply the edits of a `stream` vector to a sealed object."""
    out = bytearray(content)
    for step in edits:
        if step["op"] == "splice":
            out[step["at"] : step["at"] + step["remove"]] = from_text(step["insert"])
        elif step["op"] == "flip":
            out[step["bit"] // 8] ^= 0x80 >> step["bit"] % 8
        else:
            i, j = (chunk_place(step[name]) for name in "ij")
            if step["op"] == "swap":
                out[i], out[j] = out[j], out[i]
            else:
                out[j] = out[i]
    return bytes(out)


def chunk_place(index: int) -> slice:
    start = stream.HEAD + index * stream.SEALED_CHUNK
    return slice(start, start + stream.SEALED_CHUNK)


def save_stream(name: str, plain: dict, edits: list[dict] | None = None, code: str = "") -> None:
    edits = edits or []
    content = edit(sealed_stream(plain_of(plain)), edits)
    given = {"key": KX, "name": "body", "ctx": CTX, "salt": SALT, "plain": plain, "edits": edits}
    source = stream.BytesSource(content)
    expect = {"length": len(content), "plain_sha256": sha256(plain_of(plain)).digest()}
    if not code:
        expect["root"] = stream.object_root(source)
    if len(content) < 500:
        expect["sealed"] = content
    save(name, "stream", given, code or expect)


def splice(at: int, remove: int = 0, insert: bytes = b"") -> dict:
    return {"op": "splice", "at": at, "remove": remove, "insert": base64url(insert)}


def streams() -> None:
    hello = {"bytes": base64url(b"hello")}
    save_stream("stream-hello", hello)
    for size in (0, 1, 262_143, 262_144, 262_145, 1_048_576, 1_048_577):
        save_stream(f"stream-{size}", {"pattern": size})
    three = {"pattern": 3 * stream.CHUNK + 5}
    full, last = stream.SEALED_CHUNK, stream.HEAD + 3 * stream.SEALED_CHUNK
    for bit in (0, 31):
        save_stream(f"stream-flip-magic-{bit}", hello, [{"op": "flip", "bit": bit}], "seal.magic")
    for bit in (32, 287, 288, 543):
        save_stream(
            f"stream-flip-head-{bit}", hello, [{"op": "flip", "bit": bit}], "seal.commitment"
        )
    for bit in (544, 583, 584, 711):
        save_stream(f"stream-flip-chunk-{bit}", hello, [{"op": "flip", "bit": bit}], "seal.chunk")
    for at in (stream.HEAD, stream.HEAD + full + 9, last + 2, last + 20):
        save_stream(
            f"stream-flip-long-{at}", three, [{"op": "flip", "bit": at * 8 + 3}], "seal.chunk"
        )
    for count in (0, 1, 2, 3):
        at = stream.HEAD + count * full
        cut = [splice(at, 10**7)]
        save_stream(f"stream-cut-after-{count}-chunks", three, cut, "seal.truncated")
    save_stream("stream-empty-object", hello, [splice(0, 1000)], "seal.truncated")
    save_stream("stream-cut-in-head", hello, [splice(40, 1000)], "seal.truncated")
    save_stream("stream-cut-in-tag", three, [splice(last + 15, 1000)], "seal.truncated")
    save_stream("stream-cut-in-chunk", three, [splice(last - 1000, 2000)], "seal.chunk")
    save_stream("stream-cut-in-last-chunk", three, [splice(last + 18, 1000)], "seal.chunk")
    save_stream("stream-append-a-byte", hello, [splice(89, 0, b"x")], "seal.chunk")
    final = sealed_stream(plain_of(three))[last:]
    save_stream("stream-append-final-chunk", three, [splice(last + 21, 0, final)], "seal.chunk")
    save_stream("stream-middle-chunk-short", three, [splice(stream.HEAD + full, 3)], "seal.chunk")
    short = [splice(stream.HEAD + full, 7)]
    save_stream("stream-middle-chunk-short-last-cut", three, short, "seal.truncated")
    save_stream("stream-swap", three, [{"op": "swap", "i": 0, "j": 1}], "seal.chunk")
    save_stream("stream-repeat", three, [{"op": "repeat", "i": 0, "j": 1}], "seal.chunk")
    rotate = [{"op": "swap", "i": 0, "j": 1}, {"op": "swap", "i": 1, "j": 2}]
    save_stream("stream-rotate", three, rotate, "seal.chunk")
    given = {"name": "readout", "ctx": CTX, "salt": SALT, "plain": hello, "key": KX}
    other = sealed_stream(b"hello")
    swap = [splice(0, 1000, other)]
    save("stream-other-name", "stream", given | {"edits": swap}, "seal.commitment")
    context = {"name": "body", "ctx": seed("another core")}
    save("stream-other-context", "stream", given | context | {"edits": swap}, "seal.commitment")
    second = two_keys()
    given = {"name": "body", "ctx": CTX, "salt": SALT, "plain": hello, "key": second[0]}
    save(
        "stream-two-keys-second",
        "stream",
        given | {"edits": [splice(0, 1000, second[1])]},
        "seal.commitment",
    )


def two_keys() -> tuple[bytes, bytes]:
    """Make a chunk whose GCM tag is right under two keys; the head commits to the first only.

    One ciphertext block is solved for so that both GHASH values meet in one tag: the attack that
    makes AES-GCM alone unfit to commit (invisible salamanders).
    """
    first, second = KX, seed("second key")
    okm = [
        derive.hkdf(k, SALT, derive.labelled("stream", b"body", b"\0", CTX), 76)
        for k in (first, second)
    ]
    head = stream.MAGIC + SALT + okm[0][44:]
    chunk = salamander([(o[:32], o[32:44]) for o in okm])
    texts = {AESGCM(o[:32]).decrypt(o[32:44], chunk, None) for o in okm}
    if len(texts) != len(okm):
        raise AssertionError("the chunk must open to two different texts")
    return second, head + chunk


def salamander(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Give ciphertext ‖ tag that two (key, nonce) pairs both accept, by solving one block."""

    def block(key: bytes, value: bytes) -> int:
        made = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 one block of GCM
        return int.from_bytes(made.update(value), "big")

    hashes = [block(key, bytes(16)) for key, _nonce in pairs]
    masks = [block(key, nonce + b"\0\0\0\1") for key, nonce in pairs]
    fixed, lengths = int.from_bytes(b"second block....", "big"), 256
    # tag_i = C1 H^3 + C2 H^2 + len H + mask; equal tags fix C1
    rest = [
        gf(gf(h, h), fixed) ^ gf(h, lengths) ^ mask for h, mask in zip(hashes, masks, strict=True)
    ]
    cubes = [gf(gf(h, h), h) for h in hashes]
    solved = gf(rest[0] ^ rest[1], gf_inverse(cubes[0] ^ cubes[1]))
    tag = gf(cubes[0], solved) ^ rest[0]
    return b"".join(value.to_bytes(16, "big") for value in (solved, fixed, tag))


def gf(x: int, y: int) -> int:
    """Multiply in GCM's field GF(2^128)."""
    product = 0
    for i in range(127, -1, -1):
        if y >> i & 1:
            product ^= x
        x = x >> 1 ^ (0xE1 << 120 if x & 1 else 0)
    return product


def gf_inverse(x: int) -> int:
    power, result = x, 1 << 127
    for _ in range(127):
        power = gf(power, power)
        result = gf(result, power)
    return result


# --- whole envelopes ---------------------------------------------------------------------------


def custodian_seed(label: str) -> bytes:
    return seed(f"custodian/{label}")


def circle(
    label: str, k: int, n: int, stages: tuple[str, ...], tender: str = TENDER
) -> sealing.Circle:
    people = tuple(
        sealing.Custodian(
            f"保管人{i}",
            {
                stage: x25519.public_of(
                    keys.stage_private(custodian_seed(f"{label}{i}"), tender, stage)
                )
                for stage in stages
            },
        )
        for i in range(1, n + 1)
    )
    return sealing.Circle(k, people)


def privates(
    label: str, places: tuple[int, ...], stage: str, tender: str = TENDER
) -> dict[int, bytes]:
    return {i: keys.stage_private(custodian_seed(f"{label}{i}"), tender, stage) for i in places}


def policy_bytes(
    mode: str, stages: tuple[str, ...], *, recovery: bool = False, tender: str = TENDER
) -> bytes:
    policy = sealing.Policy(
        tender,
        1,
        mode,
        stages,
        circle("opening", 3, 5, stages, tender),
        circle("recovery", 2, 3, stages, tender) if recovery else None,
        b"",
    )
    return sealing.write_policy(policy)


DEVICE = keys.Key("bidder-device", seed("device"))
PAPER = keys.Key("bidder-paper", seed("paper"))
DOC = seed("document")
CHAIN = seed("chain")
SUBMISSION = DEVICE.submission(TENDER, "1", CHAIN)
PRICE = {
    "price": "1234567.80",
    "currency": "CNY",
    "price_in_words": "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角",
    "days": "90",
}
TECHNICAL = {"days": "90", "quality": "合格"}


def bid_file(name: str, content: bytes) -> sealing.BidFile:
    return sealing.BidFile(name, len(content), lambda: [content])


FILES = (
    bid_file("投标函.pdf", b"%PDF-1.7 letter"),
    bid_file("technical/1.txt".replace("/", "-"), b"t" * 100),
)


def seal_case(label: str, policy: bytes, stage: str, **changes: object) -> dict:
    """Seal one stage and give all that an `open` vector needs."""
    parsed = sealing.parse_policy(policy)
    terms = sealing.Terms(parsed, DOC, "1", stage, int(changes.get("ver", 1)))
    fields = changes.get("fields") or (PRICE if stage in records.PRICED else TECHNICAL)
    signer = sealing.ed25519_signer(DEVICE.signing())
    bid = sealing.Bid("91330100MA27X0001A", fields, changes.get("files", FILES), signer)
    to = sealing.SealTo(
        (DEVICE.wrap_public(), PAPER.wrap_public()),
        SUBMISSION.public_key().public_bytes_raw(),
        escrow=bool(changes.get("escrow")),
    )
    body = bytearray()
    sealed = sealing.seal(terms, bid, to, body.extend, random=seeded(f"{label}/{stage}"))
    return {"sealed": sealed, "body": bytes(body), "policy": policy, "stage": stage}


def share_b_of(label: str, stage: str) -> bytes:
    draw = seeded(f"{label}/{stage}")
    return [draw(32) for _ in range(4)][3]


def share_a_of(label: str, stage: str) -> bytes:
    draw = seeded(f"{label}/{stage}")
    return [draw(32) for _ in range(3)][2]


def committed(cases: list[dict], prev: bytes | None = None) -> tuple[bytes, bytes]:
    entries = [case["sealed"].entry for case in cases]
    policy = sealing.parse_policy(cases[0]["policy"])
    content = sealing.make_commit(policy, "1", entries, prev, seeded("commit"))
    return content, records.sign_commit(content, SUBMISSION)


def given_of(case: dict, commit: tuple[bytes, bytes], **more: object) -> dict:
    sealed = case["sealed"]
    return {
        "policy": case["policy"],
        "doc": DOC,
        "lot": "1",
        "stage": case["stage"],
        "commit": commit[0],
        "signature": commit[1],
        "sub_pk": SUBMISSION.public_key().public_bytes_raw(),
        "core": sealed.core,
        "wraps": sealed.wraps,
        "readout": sealed.readout,
        "body": case["body"],
        **more,
    }


def expect_of(case: dict, label: str, files: tuple = FILES) -> dict:
    stage = case["stage"]
    fields = PRICE if stage in records.PRICED else TECHNICAL
    found = derive.content_keys(
        share_a_of(label, stage), share_b_of(label, stage), derive.context(case["sealed"].core)
    )
    names = {f.name: sha256(b"".join(f.pieces())).digest() for f in files}
    return {
        "fields": fields,
        "files": names,
        "bidder": "91330100MA27X0001A",
        "readout_key": found.readout,
    }


def envelopes() -> None:
    whole = policy_bytes("joint", ("whole",), recovery=True)
    opening = privates("opening", (1, 3, 5), "whole")
    case = seal_case("whole", whole, "whole")
    commit = committed([case])
    shares = {"stage_keys": opening, "share_b": share_b_of("whole", "whole")}
    given = given_of(case, commit, **shares)
    save("open-whole", "open", given, expect_of(case, "whole"))
    for name, key in (("device", DEVICE), ("paper", PAPER)):
        by_key = {"share_b": None, "bidder_private": key.wrap_private()}
        expect = expect_of(case, "whole")
        save(f"open-whole-by-{name}-key", "open", by_key, expect, base="open-whole")
    for size in (0, 1):
        files = (bid_file("a.bin", bytes(size)),)
        small = seal_case(f"size{size}", whole, "whole", files=files)
        more = {"stage_keys": opening, "share_b": share_b_of(f"size{size}", "whole")}
        save(
            f"open-file-of-{size}-bytes",
            "open",
            given_of(small, committed([small]), **more),
            expect_of(small, f"size{size}", files),
        )
    none = seal_case("no-files", whole, "whole", files=())
    more = {"stage_keys": opening, "share_b": share_b_of("no-files", "whole")}
    expect = expect_of(none, "no-files", ())
    save("open-no-files", "open", given_of(none, committed([none]), **more), expect)
    escrowed(whole, opening)
    two_stages()
    open_faults(given, case, opening)
    unlock_faults(case, whole, opening)
    dishonest(whole, opening)


def escrowed(whole: bytes, opening: dict) -> None:
    case = seal_case("escrow", whole, "whole", escrow=True)
    more = {"stage_keys": opening, "recovery_keys": privates("recovery", (1, 3), "whole")}
    given = given_of(case, committed([case]), **more)
    save("open-by-escrow", "open", given, expect_of(case, "escrow"))
    few = {"recovery_keys": privates("recovery", (2,), "whole")}
    save("open-by-escrow-one-key", "open", few, "seal.parts", base="open-by-escrow")
    escrow_parts(case)
    authority = policy_bytes("authority", ("whole",), recovery=True)
    case = seal_case("authority", authority, "whole")
    given = given_of(case, committed([case]), **more)
    save("open-authority", "open", given, expect_of(case, "authority"))


def escrow_parts(case: dict) -> None:
    """What a recovery custodian's client does: its own part of one bid, or a refusal."""
    sealed, held = case["sealed"], privates("recovery", (1, 2), "whole")
    given = {"core": sealed.core, "wraps": sealed.wraps, "place": 2, "private": held[2]}
    part = opening_part(sealed, held[2])
    save("unwrap-e", "unwrap-e", given, {"part": part})
    save("unwrap-e-other-place", "unwrap-e", given | {"place": 1}, "seal.not_for_this_key")
    save("unwrap-e-outside", "unwrap-e", given | {"place": 4}, "seal.parts_index")
    other = privates("recovery", (2,), "whole", "GC-2026-0008")[2]
    of_tender = given | {"private": other}
    save("unwrap-e-of-other-tender", "unwrap-e", of_tender, "seal.not_for_this_key")
    stage = privates("recovery", (2,), "price")[2]
    save("unwrap-e-of-other-stage", "unwrap-e", given | {"private": stage}, "seal.not_for_this_key")
    whole = seal_case("whole", case["policy"], "whole")["sealed"]
    none = given | {"core": whole.core, "wraps": whole.wraps}
    save("unwrap-e-without-escrow", "unwrap-e", none, "seal.mode")


def opening_part(sealed: sealing.Sealed, private: bytes) -> bytes:
    return sealing.unwrap_part(sealed.core, sealed.wraps, "wrap-e", 2, private)


def two_stages() -> None:
    policy = policy_bytes("joint", ("technical", "price"))
    cases = [seal_case("two", policy, stage) for stage in ("technical", "price")]
    commit = committed(cases)
    for case in cases:
        stage = case["stage"]
        more = {
            "stage_keys": privates("opening", (2, 3, 4), stage),
            "share_b": share_b_of("two", stage),
        }
        save(f"open-{stage}", "open", given_of(case, commit, **more), expect_of(case, "two"))
    repriced = seal_case("reprice", policy, "price", ver=2)
    second = committed([cases[0], repriced], records.commit_hash(commit[0]))
    more = {
        "stage_keys": privates("opening", (1, 2, 3), "price"),
        "share_b": share_b_of("reprice", "price"),
    }
    given = given_of(repriced, second, **more)
    save("open-repriced", "open", given, expect_of(repriced, "reprice"))
    technical = privates("opening", (1, 2, 3), "technical")
    by = {"stage_keys": technical}
    save("open-price-with-technical-keys", "open", by, "seal.parts", base="open-repriced")
    swapped = given | {
        name: getattr(cases[0]["sealed"], name) for name in ("core", "wraps", "readout")
    }
    save("open-stages-swapped", "open", swapped, "seal.root")
    one = privates("opening", (1,), "technical")[1]
    by = {"policy": policy, "stage": "price", "place": 1}
    save("stage-key-of-other-stage", "stage-key", by | {"private": one}, "seal.stage_key")
    chains(commit[0], second[0])


def chains(first: bytes, second: bytes) -> None:
    policy = sealing.parse_policy(policy_bytes("joint", ("technical", "price")))
    gone = sealing.make_commit(policy, "1", [], records.commit_hash(second), seeded("withdraw"))
    fork = records.write_commit(replace(records.parse_commit(second), nonce=seed("fork")))
    after = records.write_commit(
        replace(records.parse_commit(second), prev=records.commit_hash(gone))
    )
    save("chain-submit-replace-withdraw", "chain", {"commits": [first, second, gone]}, {})
    save("chain-fork", "chain", {"commits": [first, second, fork]}, "seal.chain")
    save(
        "chain-replay-after-withdraw",
        "chain",
        {"commits": [first, second, gone, second]},
        "seal.chain",
    )
    save(
        "chain-replace-after-withdraw",
        "chain",
        {"commits": [first, second, gone, after]},
        "seal.chain",
    )
    save("chain-starts-with-replace", "chain", {"commits": [second]}, "seal.chain")
    save("chain-submits-twice", "chain", {"commits": [first, first]}, "seal.chain")


def flipped(content: bytes, bit: int) -> bytes:
    return edit(content, [{"op": "flip", "bit": bit}])


def open_faults(given: dict, case: dict, opening: dict) -> None:
    """One thing wrong in an otherwise good opening (attacks 2, 7, 8, 11, 15, 16)."""

    def bent(name: str, changes: dict, expect: str | dict) -> None:
        save(name, "open", changes, expect, base="open-whole")

    for name in ("core", "wraps", "readout", "body"):
        bit = 8 * (len(given[name]) // 2) + 1
        bent(f"open-flip-{name}", {name: flipped(given[name], bit)}, "seal.root")
    for name in ("commit", "signature"):
        changed = {name: flipped(given[name], 8 * 40 + 7)}
        bent(f"open-flip-{name}", changed, "seal.signature")
    bent("open-body-cut", {"body": given["body"][:-1]}, "seal.root")
    save(
        "open-swap-readout-and-body",
        "open",
        given | {"readout": given["body"], "body": given["readout"]},
        "seal.root",
    )
    bent("open-other-document", {"doc": seed("newer document")}, "seal.context")
    bent("open-other-lot", {"lot": "2"}, "seal.context")
    other = policy_bytes("joint", ("whole",), recovery=True, tender="GC-2026-0008")
    bent("open-other-tender", {"policy": other}, "seal.context")
    newer = policy_bytes("joint", ("whole",))
    bent("open-other-policy", {"policy": newer}, "seal.context")
    authority = policy_bytes("authority", ("whole",), recovery=True)
    bent("open-other-mode", {"policy": authority}, "seal.mode")
    copier = Ed25519PrivateKey.from_private_bytes(seed("copier"))
    copied = {
        "signature": records.sign_commit(given["commit"], copier),
        "sub_pk": copier.public_key().public_bytes_raw(),
    }
    bent("open-copied-envelope", copied, "seal.signature")
    bent("open-wrong-share-b", {"share_b": seed("b'")}, "seal.share_b")
    two = {place: opening[place] for place in (1, 3)}
    bent("open-two-keys-of-three", {"stage_keys": two}, "seal.parts")
    wrong = opening | {5: seed("no key of the policy")}
    bent("open-one-wrong-stage-key", {"stage_keys": wrong}, "seal.parts")
    elsewhere = opening | privates("opening", (5,), "whole", "GC-2026-0008")
    bent("open-stage-key-of-other-tender", {"stage_keys": elsewhere}, "seal.parts")
    spare = opening | {5: seed("no key of the policy")} | privates("opening", (2,), "whole")
    save(
        "open-one-wrong-stage-key-of-four",
        "open",
        given | {"stage_keys": spare},
        expect_of(case, "whole"),
    )
    outsider = {"share_b": None, "bidder_private": seed("stranger")}
    bent("open-by-strange-key", outsider, "seal.not_for_this_key")


def unlock_faults(case: dict, whole: bytes, opening: dict) -> None:
    sealed = case["sealed"]
    share = share_b_of("whole", "whole")
    save("share-b", "share-b", {"core": sealed.core, "share": share}, {})
    save("share-b-wrong", "share-b", {"core": sealed.core, "share": seed("b'")}, "seal.share_b")
    of_other = share_b_of("escrow", "whole")
    save(
        "share-b-of-other-chain",
        "share-b",
        {"core": sealed.core, "share": of_other},
        "seal.share_b",
    )
    given = {"core": sealed.core, "wraps": sealed.wraps}
    save("unwrap-b", "unwrap-b", given | {"private": PAPER.wrap_private()}, {"share": share})
    stranger = given | {"private": seed("stranger")}
    save("unwrap-b-stranger", "unwrap-b", stranger, "seal.not_for_this_key")
    by = {"policy": whole, "stage": "whole", "place": 3}
    save("stage-key", "stage-key", by | {"private": opening[3]}, {})
    save("stage-key-wrong", "stage-key", by | {"private": opening[1]}, "seal.stage_key")
    other = privates("opening", (3,), "whole", "GC-2026-0008")[3]
    save("stage-key-of-other-tender", "stage-key", by | {"private": other}, "seal.stage_key")
    save(
        "stage-key-outside", "stage-key", by | {"place": 6, "private": opening[3]}, "seal.stage_key"
    )
    made = keys.stage_private(custodian_seed("opening1"), TENDER, "whole")
    save(
        "stage-seed",
        "stage-seed",
        {"seed": custodian_seed("opening1"), "tender": TENDER, "stage": "whole"},
        {"private": made, "public": x25519.public_of(made)},
    )
    info = derive.wrap_info("wrap-b", CTX)
    private, sealed_share = DEVICE.wrap_private(), fixed_wrap(DEVICE.wrap_public(), info, B)
    by = {"private": private, "info": info, "sealed": sealed_share}
    save("unwrap", "unwrap", by, {"share": B})
    wrong = by | {"info": derive.wrap_info("wrap-a", CTX, 1)}
    save("unwrap-other-info", "unwrap", wrong, "seal.not_for_this_key")
    for bit in (7, 300, 639):
        changed = by | {"sealed": flipped(sealed_share, bit)}
        save(f"unwrap-flip-{bit}", "unwrap", changed, "seal.not_for_this_key")
    low = by | {"sealed": bytes(32) + sealed_share[32:]}
    save("unwrap-low-order-point", "unwrap", low, "seal.not_for_this_key")


def dishonest(whole: bytes, opening: dict) -> None:
    """Envelopes a bidder built to cheat (attacks 7, 10, 12, 13): good roots, good signature."""

    def cheat(
        name: str, expect: str | None, places: tuple[int, ...] = (1, 3, 5), **changes: object
    ) -> None:
        case = cheating(whole, **changes)
        more = {"stage_keys": privates("opening", places, "whole"), "share_b": B}
        given = given_of(case, committed([case]), **more)
        save(f"open-{name}", "open", given, expect or cheat_expect(case))

    cheat("honest-twin", None)
    cheat("garbage-to-one-custodian", None, (1, 2, 3, 4), garbage=(1,))
    cheat("garbage-to-three-custodians", "seal.parts", (1, 2, 3, 4, 5), garbage=(1, 2, 3))
    cheat("other-part-to-one-custodian", None, (1, 2, 3, 4), swapped=True)
    cheat("degree-too-high", "seal.share_a", (1, 2, 3, 4, 5), degree=4)
    cheat("two-key-readout", "seal.commitment", readout_key=seed("other"))
    cheat("body-of-other-version", "seal.body_root", body_root=seed("version 1"))
    cheat("other-bidder-inside", "seal.bidder", bidder="91330100MA27X0002B")
    cheat("bid-signature-of-other-core", "seal.bid_signature", signed=b"{}")
    cheat("body-under-other-key", "seal.commitment", body_key=seed("other"))
    cheat("padding-not-zero", "seal.padding", pad=b"\1")
    cheat("body-too-long", "seal.file_range", pad=bytes(700))
    cheat("threshold-one", "seal.threshold", k=1)
    cheat("two-of-five", "seal.threshold", k=2)
    cheat("suite-2", "seal.suite", suite=2)


def cheat_expect(case: dict) -> dict:
    found = derive.content_keys(A, B, derive.context(case["sealed"].core))
    return {
        "fields": PRICE,
        "files": {"a.txt": sha256(b"x" * 100).digest()},
        "bidder": "91330100MA27X0001A",
        "readout_key": found.readout,
    }


def cheating(policy_content: bytes, **changes: object) -> dict:
    """Build an envelope by hand from the same parts as `seal`, with one of them bent."""
    policy = sealing.parse_policy(policy_content)
    draw = seeded("cheat")
    parts = shamir.split(A, int(changes.get("degree", 3)), 5, draw)
    nonce = draw(32)
    split = replace(envelope.committed("share-a", A, parts, 3), k=int(changes.get("k", 3)))
    core = records.write_core(
        records.Core(
            suite=int(changes.get("suite", 1)),
            mode="joint",
            tender=TENDER,
            doc=DOC,
            lot="1",
            stage="whole",
            ver=1,
            policy=policy.digest,
            sub_pk=SUBMISSION.public_key().public_bytes_raw(),
            bidder_commit=derive.bidder_commitment(nonce, "91330100MA27X0001A"),
            share_a=split,
            cb=derive.share_commitment("share-b", B),
            escrow=None,
        )
    )
    ctx = derive.context(core)
    for place in changes.get("garbage", ()):
        parts[place - 1] = draw(32)
    if changes.get("swapped"):
        parts[0] = parts[1]
    suite = SUITE
    wraps = records.write_wraps(
        records.Wraps(
            envelope.wrap_parts(suite, "wrap-a", ctx, policy.opening, "whole", parts),
            tuple(
                suite.wrap(key.wrap_public(), derive.wrap_info("wrap-b", ctx), B)
                for key in (DEVICE, PAPER)
            ),
            (),
        )
    )
    found = derive.content_keys(A, B, ctx)
    body, readout = bytearray(), bytearray()
    pad = changes.get("pad", bytes(4))
    written = stream.seal_stream(
        [(b"x" * 100 + pad).ljust(104, b"\0")],
        body.extend,
        key=changes.get("body_key", found.body),
        name="body",
        ctx=ctx,
        salt=draw(32),
    )
    root = changes.get("body_root", written.root)
    fields, files = write(PRICE), contents.write_files([contents.File("a.txt", 0, 100, None)])
    message = contents.signed_message(changes.get("signed", core), fields, files, root)
    plain = contents.write_readout(
        contents.Readout(
            fields,
            files,
            PRICE,
            (),
            root,
            changes.get("bidder", "91330100MA27X0001A"),
            nonce,
            contents.ed25519_signer(DEVICE.signing())(message),
        )
    )
    key = changes.get("readout_key", found.readout)
    stream.seal_stream([plain], readout.extend, key=key, name="readout", ctx=ctx, salt=draw(32))
    entry = envelope.make_entry(
        "whole", core, wraps, bytes(readout), (written.root, written.length)
    )
    sealed = sealing.Sealed(core, wraps, bytes(readout), entry)
    return {"sealed": sealed, "body": bytes(body), "policy": policy_content, "stage": "whole"}


# --- parsers -----------------------------------------------------------------------------------


def changed(content: bytes, **members: object) -> bytes:
    """Set members of a JSON object; None under a name ending in `_gone` removes it."""
    record = json.loads(content)
    for name, value in members.items():
        if name.endswith("_gone"):
            del record[name.removesuffix("_gone")]
        else:
            record[name] = value
    return write(record)


def parsers() -> None:
    case = seal_case("whole", policy_bytes("joint", ("whole",), recovery=True), "whole")
    core, wraps = case["sealed"].core, case["sealed"].wraps
    core_vectors(core)
    wraps_vectors(core, wraps)
    commit_vectors(case)
    json_vectors()
    field_vectors()
    file_vectors()
    readout_vectors()


def core_vectors(core: bytes) -> None:
    def bad(name: str, content: bytes, code: str) -> None:
        save(f"core-{name}", "core", {"bytes": content}, code)

    save("core-good", "core", {"bytes": core}, {"stage": "whole", "ctx": derive.context(core)})
    spaced = core.replace(b",", b" ,\n")
    save(
        "core-spaced", "core", {"bytes": spaced}, {"stage": "whole", "ctx": derive.context(spaced)}
    )
    extra = changed(core, **{"x-client": "demo"})
    save("core-x-key", "core", {"bytes": extra}, {"stage": "whole", "ctx": derive.context(extra)})
    bad("unknown-key", changed(core, colour="red"), "seal.key_unknown")
    bad("missing-cb", changed(core, cb_gone=None), "seal.key_missing")
    bad("version-2", changed(core, v=2), "seal.version")
    bad("version-text", changed(core, v="1"), "seal.value")
    bad("version-true", changed(core, v=True), "seal.value")
    bad("mode-unknown", changed(core, mode="platform"), "seal.mode")
    bad("stage-unknown", changed(core, stage="final"), "seal.stage")
    bad("ver-zero", changed(core, ver=0), "seal.value")
    bad("tender-empty", changed(core, tender=""), "seal.value")
    bad("tender-long", changed(core, tender="x" * 129), "seal.value")
    bad("k-0", changed(core, k=0), "seal.threshold")
    bad("k-1", changed(core, k=1), "seal.threshold")
    bad("k-above-n", changed(core, k=6), "seal.threshold")
    bad("n-17", changed(core, n=17), "seal.threshold")
    bad("k-negative", changed(core, k=-3), "seal.value")
    bad("parts-missing", changed(core, cas=json.loads(core)["cas"][:4]), "seal.threshold")
    bad("cb-short", changed(core, cb=base64url(bytes(31))), "seal.binary")
    bad("cb-padded", changed(core, cb=base64url(bytes(32)) + "="), "seal.binary")
    bad("cb-standard-alphabet", changed(core, cb="+" * 42 + "8"), "seal.binary")
    bad("cb-spare-bits", changed(core, cb="A" * 42 + "B"), "seal.binary")
    bad("cb-one-letter", changed(core, cb="A"), "seal.binary")
    bad("cb-number", changed(core, cb=7), "seal.binary")
    bad("escrow-half", changed(core, ke=2, ne=3), "seal.key_missing")
    bad("authority-without-escrow", changed(core, mode="authority"), "seal.key_missing")
    bad("not-an-object", b"[]", "seal.value")
    bad("too-large", core + b" " * (16 * 1024), "seal.too_large")


def wraps_vectors(core: bytes, wraps: bytes) -> None:
    def case(name: str, content: bytes, code: str | dict) -> None:
        save(f"wraps-{name}", "wraps", {"core": core, "bytes": content}, code)

    record = json.loads(wraps)
    case("good", wraps, {})
    case("one-bidder-key", changed(wraps, b=record["b"][:1]), "seal.bidder_keys")
    case("four-parts", changed(wraps, a=record["a"][:4]), "seal.threshold")
    case("six-parts", changed(wraps, a=[*record["a"], record["a"][0]]), "seal.threshold")
    case("unasked-escrow", changed(wraps, e=record["a"][:3]), "seal.threshold")
    case("empty-wrap", changed(wraps, b=["", record["b"][0]]), "seal.binary")
    case("nine-bidder-keys", changed(wraps, b=record["b"][:1] * 9), "seal.value")
    case("unknown-key", changed(wraps, c=[]), "seal.key_unknown")


def commit_vectors(case: dict) -> None:
    content, signature = committed([case])

    def bad(name: str, changed_bytes: bytes, code: str) -> None:
        save(f"commit-{name}", "commit", {"bytes": changed_bytes}, code)

    public = SUBMISSION.public_key().public_bytes_raw()
    given = {"bytes": content, "signature": signature, "sub_pk": public}
    answer = {"action": "submit", "hash": records.commit_hash(content)}
    save("commit-good", "commit", given, answer)
    strange = given | {
        "sub_pk": PAPER.submission(TENDER, "1", CHAIN).public_key().public_bytes_raw()
    }
    save("commit-other-key", "commit", strange, "seal.signature")
    save(
        "commit-short-signature", "commit", given | {"signature": signature[:63]}, "seal.signature"
    )
    spaced = given | {"bytes": content.replace(b":", b": ", 1)}
    save("commit-respaced", "commit", spaced, "seal.signature")
    entry = json.loads(content)["stages"][0]
    prev = base64url(seed("previous"))
    bad("replace-without-prev", changed(content, action="replace"), "seal.chain")
    bad("submit-with-prev", changed(content, prev=prev), "seal.chain")
    bad("withdraw-with-stages", changed(content, action="withdraw", prev=prev), "seal.stage")
    bad("submit-without-stages", changed(content, stages=[]), "seal.stage")
    bad("same-stage-twice", changed(content, stages=[entry, entry]), "seal.stage")
    bad(
        "whole-and-price",
        changed(content, stages=[entry, entry | {"stage": "price"}]),
        "seal.stage",
    )
    bad("unknown-action", changed(content, action="delete"), "seal.value")
    bad(
        "float-length",
        content.replace(b'"body_len":', b'"body_len":1.5,"x-l":'),
        "seal.json_number",
    )
    bad("negative-length", changed(content, stages=[entry | {"body_len": -1}]), "seal.value")
    bad("too-large", changed(content, **{"x-pad": "x" * 4096}), "seal.too_large")


def json_vectors() -> None:
    """Attack 42, on the fields document: any strict JSON text goes through the same door."""

    def bad(name: str, content: bytes, code: str) -> None:
        save(f"json-{name}", "fields", {"stage": "technical", "bytes": content}, code)

    bad("duplicate-key", b'{"days":"1","days":"2"}', "seal.json_duplicate")
    bad("duplicate-key-escaped", b'{"days":"1","d\\u0061ys":"2"}', "seal.json_duplicate")
    bad("float", b'{"x-a":1.0}', "seal.json_number")
    bad("exponent", b'{"x-a":1e3}', "seal.json_number")
    bad("minus-zero", b'{"x-a":-0}', "seal.json_number")
    bad("large-integer", b'{"x-a":9007199254740992}', "seal.json_number")
    bad("huge-integer", b'{"x-a":' + b"9" * 5000 + b"}", "seal.json_number")
    bad("nan", b'{"x-a":NaN}', "seal.json_number")
    bad("depth-9", b'{"x-a":' + b"[" * 8 + b"]" * 8 + b"}", "seal.json_depth")
    bad("depth-30000", b"[" * 30000, "seal.json_depth")
    bad("spaces", b" " * 65_000, "seal.json_syntax")
    bad("too-many-spaces", b" " * 65_536, "seal.too_large")
    bad("invalid-utf8", b'{"x-a":"\xff"}', "seal.json_utf8")
    bad("overlong-utf8", b'{"x-a":"\xc0\x80"}', "seal.json_utf8")
    bad("utf8-surrogate", b'{"x-a":"\xed\xa0\x80"}', "seal.json_utf8")
    bad("bom", b'\xef\xbb\xbf{"days":"1"}', "seal.json_utf8")
    bad("utf16", '{"days":"1"}'.encode("utf-16"), "seal.json_utf8")
    bad("lone-surrogate", b'{"x-a":"\\ud800"}', "seal.json_surrogate")
    bad("lone-low-surrogate", b'{"x-a":"\\udc00\\ud800"}', "seal.json_surrogate")
    bad("lone-surrogate-key", b'{"x-\\udfff":"1"}', "seal.json_surrogate")
    bad("trailing-comma", b'{"days":"1",}', "seal.json_syntax")
    bad("single-quotes", b"{'days':'1'}", "seal.json_syntax")
    bad("comment", b'{"days":"1"/**/}', "seal.json_syntax")
    bad("two-documents", b'{"days":"1"}{}', "seal.json_syntax")
    bad("control-character", b'{"x-a":"\t"}', "seal.json_syntax")
    bad("bad-escape", b'{"x-a":"\\x41"}', "seal.json_syntax")
    bad("form-feed", b'{"days":"1"}\x0c', "seal.json_syntax")
    bad("no-break-space", '{"days":"1"}\u00a0'.encode(), "seal.json_syntax")
    bad("leading-zero", b'{"x-a":01}', "seal.json_syntax")
    bad("empty", b"", "seal.json_syntax")
    good = '{"x-名称":"\U0001f600\\ud83d\\ude00"}'.encode()
    answer = {"fields": {"x-名称": "\U0001f600\U0001f600"}}
    save("json-surrogate-pair", "fields", {"stage": "technical", "bytes": good}, answer)


def field_vectors() -> None:
    def price(name: str, text: str, code: str = "seal.price") -> None:
        given = {"stage": "whole", "bytes": write({"price": text, "currency": "CNY"})}
        save(f"price-{name}", "fields", given, code)

    for name, text in {
        "whole": "1000",
        "fen": "0.01",
        "two-decimals": "999999999999999.99",
    }.items():
        fields = {"price": text, "currency": "CNY"}
        save(
            f"price-{name}",
            "fields",
            {"stage": "price", "bytes": write(fields)},
            {"fields": fields},
        )
    for name, text in {
        "thousands": "1,000",
        "three-decimals": "1.000",
        "exponent": "1e3",
        "minus": "-1.00",
        "plus": "+1.00",
        "nan": "NaN",
        "infinity": "Infinity",
        "forty-digits": "1" * 40,
        "full-width": "１００",
        "arabic-digits": "١٠٠",
        "zero": "0",
        "zero-fen": "0.00",
        "leading-zero": "01",
        "no-integer-part": ".50",
        "no-decimals": "1.",
        "blank": " 1",
        "newline": "1\n",
        "empty": "",
        "hexadecimal": "0x10",
        "underscore": "1_000",
        "currency-inside": "1 CNY",
    }.items():
        price(name, text)

    def bad(name: str, stage: str, fields: dict, code: str) -> None:
        save(f"fields-{name}", "fields", {"stage": stage, "bytes": write(fields)}, code)

    good = {"price": "1.00", "currency": "CNY"}
    bad("two-currencies", "whole", good | {"currency": "CNY USD"}, "seal.currency")
    bad("small-currency", "whole", good | {"currency": "cny"}, "seal.currency")
    bad("no-currency", "whole", {"price": "1.00"}, "seal.field_stage")
    bad("no-price", "price", {"days": "1"}, "seal.field_stage")
    bad("price-in-technical", "technical", good, "seal.field_stage")
    bad("price-words-in-technical", "technical", {"price_in_words": "壹元整"}, "seal.field_stage")
    bad("price-number", "whole", good | {"price": 1}, "seal.value")
    bad("days-decimal", "technical", {"days": "1.5"}, "seal.number")
    bad("days-sign", "technical", {"days": "+1"}, "seal.number")
    bad("unknown", "technical", {"colour": "red"}, "seal.key_unknown")
    bad("x-number", "technical", {"x-a": 1}, "seal.value")


def file_vectors() -> None:
    def line(name: str = "a.txt", offset: int = 0, size: int = 1, digest: object = None) -> dict:
        return {"name": name, "offset": offset, "size": size, "sha256": digest}

    def bad(name: str, files: list, code: str) -> None:
        save(f"files-{name}", "files", {"bytes": write(files)}, code)

    def good(name: str, files: list) -> None:
        answer = {"names": [item["name"] for item in files]}
        save(f"files-{name}", "files", {"bytes": write(files)}, answer)

    good("none", [])
    good("two", [line("投标函.pdf", 0, 3), line("ß.txt", 3, 0), line("c", 3, 5)])
    good("name-of-255-bytes", [line("x" * 255)])
    for name, text in {
        "parent": "../x",
        "absolute": "/etc/passwd",
        "backslash": "..\\x",
        "drive": "c:x",
        "dot": ".",
        "dots": "..",
        "device": "CON",
        "device-with-ending": "aux.pdf",
        "device-lpt": "LPT1.txt",
        "right-to-left": "a\u202egpj.exe",
        "isolate": "a\u2066b",
        "zero-width": "a\u200bb",
        "bom": "\ufeffa",
        "nul": "a\0b",
        "newline": "a\nb",
        "c1-control": "a\u0085b",
        "300-bytes": "x" * 300,
        "256-bytes": "名" * 85 + "x",
        "empty": "",
        "trailing-dot": "a.",
        "trailing-blank": "a ",
        "leading-blank": " a",
        "star": "a*",
        "not-nfc": "e\u0301.txt",
    }.items():
        bad(f"name-{name}", [line(text)], "seal.file_name")
    bad("same-name", [line("a", 0, 1), line("a", 1, 1)], "seal.file_name_same")
    bad("same-after-folding", [line("Straße", 0, 1), line("STRASSE", 1, 1)], "seal.file_name_same")
    bad("overlap", [line("a", 0, 5), line("b", 4, 5)], "seal.file_range")
    bad("gap", [line("a", 0, 5), line("b", 6, 5)], "seal.file_range")
    bad("start-not-zero", [line("a", 1, 5)], "seal.file_range")
    bad("negative-offset", [line("a", -1, 5)], "seal.file_range")
    bad("negative-size", [line("a", 0, -5)], "seal.file_range")
    bad("four-gibibytes", [line("a", 0, 2**32)], "seal.file_range")
    bad("sum-over-limit", [line("a", 0, 2**53 - 1)], "seal.file_range")
    bad("offset-text", [line("a") | {"offset": "0"}], "seal.value")
    bad("size-true", [line("a") | {"size": True}], "seal.value")
    bad("name-number", [line("a") | {"name": 1}], "seal.value")
    bad("digest-short", [line("a", digest="AAAA")], "seal.binary")
    bad("digest-missing", [{"name": "a", "offset": 0, "size": 1}], "seal.key_missing")
    bad("not-a-list", {}, "seal.value")
    bad("257", [line(f"{i}", i, 1) for i in range(257)], "seal.file_count")


def readout_vectors() -> None:
    record = {
        "fields": write(PRICE).decode(),
        "files": "[]",
        "body_root": base64url(seed("root")),
        "bidder": {"id": "91330100MA27X0001A", "nonce": base64url(seed("nonce"))},
        "signature": {
            "kind": "ed25519",
            "key": base64url(bytes(32)),
            "value": base64url(bytes(64)),
        },
    }

    def bad(name: str, changes: dict, code: str) -> None:
        save(
            f"readout-{name}", "readout", {"stage": "whole", "json": write(record | changes)}, code
        )

    save(
        "readout-good",
        "readout",
        {"stage": "whole", "json": write(record)},
        {"bidder": "91330100MA27X0001A"},
    )
    cms = {"signature": {"kind": "cms", "key": "", "value": base64url(b"not read here")}}
    save(
        "readout-cms",
        "readout",
        {"stage": "whole", "json": write(record | cms)},
        {"bidder": "91330100MA27X0001A"},
    )
    bad("unknown-key", {"note": ""}, "seal.key_unknown")
    bad("fields-not-text", {"fields": {}}, "seal.value")
    bad("nonce-short", {"bidder": {"id": "a", "nonce": "AAAA"}}, "seal.binary")
    bad("signature-kind", {"signature": record["signature"] | {"kind": "rsa"}}, "seal.value")
    bad("signature-short", {"signature": record["signature"] | {"value": "AAAA"}}, "seal.binary")
    bad("bad-price-inside", {"fields": '{"price":"1e3","currency":"CNY"}'}, "seal.price")
    bad(
        "bad-file-inside",
        {"files": '[{"name":"../x","offset":0,"size":0,"sha256":null}]'},
        "seal.file_name",
    )
    content = write(record)
    head = len(content).to_bytes(4, "big") + content
    for name, plain, code in (
        ("rest-not-zero", head + b"\1", "seal.padding"),
        ("length-too-long", (65_529).to_bytes(4, "big") + content, "seal.too_large"),
        ("length-max", b"\xff\xff\xff\xff" + content, "seal.too_large"),
        ("length-short", (len(content) - 1).to_bytes(4, "big") + content, "seal.padding"),
        ("length-zero", bytes(4), "seal.json_syntax"),
    ):
        save(f"readout-{name}", "readout", {"stage": "whole", "plain_head": plain}, code)


# --- receipts ----------------------------------------------------------------------------------


def receipts() -> None:
    signer = note.Signer(
        "example.org/centre/receipt", Ed25519PrivateKey.from_private_bytes(seed("receipt"))
    )
    at = datetime(2026, 11, 24, 1, 59, 59, 999_000, tzinfo=UTC)
    commit = bytes(range(224, 256))  # its base64 has both + and /
    public = {"name": signer.name, "public": signer.verifier.public}
    good = receipt.sign_receipt(receipt.Receipt(TENDER, commit, at), signer)
    answer = {
        "tender": TENDER,
        "commit": commit,
        "accepted": "2026-11-24T01:59:59.999Z",
        "included": "closing",
    }
    save("receipt-closing", "receipt", public | {"note": good, "commit_hash": commit}, answer)
    tick = receipt.sign_receipt(receipt.Receipt(TENDER, commit, at, 353_000_012), signer)
    answer |= {"included": "tick 353000012"}
    save("receipt-tick", "receipt", public | {"note": tick}, answer)
    other = note.Signer(signer.name, Ed25519PrivateKey.from_private_bytes(seed("other")))
    text = receipt.receipt_text(receipt.Receipt(TENDER, commit, at))
    both = note.sign(text, other, signer)
    save(
        "receipt-two-signatures",
        "receipt",
        public | {"note": both},
        answer | {"included": "closing"},
    )

    def bad(name: str, content: str, **more: object) -> None:
        save(f"receipt-{name}", "receipt", public | {"note": content} | more, "seal.receipt")

    bad("other-commit", good, commit_hash=seed("other commit"))
    bad("other-signer", note.sign(text, other))
    bad("later-time", good.replace("59.999Z", "58.999Z"))
    bad("unsigned", text)
    bad("no-blank-line", good.replace("\n\n", "\n"))
    bad("carriage-return", good.replace("\n", "\r\n"))
    bad("trailing-text", good + "x")
    bad("no-final-newline", good.removesuffix("\n"))
    bad("hyphen", good.replace("— ", "- "))
    for name, lines in {
        "version-2": text.replace("v1", "v2"),
        "no-milliseconds": text.replace(".999Z", "Z"),
        "local-time": text.replace(".999Z", ".999+08:00"),
        "impossible-time": text.replace("T01:", "T25:"),
        "sixth-line": text + "bidder 1\n",
        "tick-leading-zero": text.replace("closing", "tick 012"),
        "promise": text.replace("included by closing", "included some day"),
        "base64url": text.replace("/", "_").replace("+", "-"),
    }.items():
        bad(name, note.sign(lines, signer))


def make() -> dict[str, str]:
    """Make every vector: file name and text."""
    MADE.clear()
    found, envelope.suite_by_id = envelope.suite_by_id, lambda _number: SUITE
    try:
        for write_group in (known_answers, streams, envelopes, parsers, receipts):
            write_group()
    finally:
        envelope.suite_by_id = found
    return dict(MADE)


def main() -> None:
    for old in HERE.glob("*.json"):
        old.unlink()
    for name, text in make().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

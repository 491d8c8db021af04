"""The shared vectors: the same files, verdicts and codes as in JavaScript."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from bidding import sealing
from bidding.sealing import contents, derive, keys, receipt, shamir, stream
from bidding.sealing import format as records
from bidding.sealing.errors import SealingError
from bidding.sealing.strict import base64url, binary
from bidding.sealing.suites import x25519
from ledger.note import Verifier
from tests.vectors.sealing.make import edit, make, plain_of

FOLDER = Path(__file__).parents[3] / "vectors" / "sealing"
FILES = sorted(FOLDER.glob("*.json"))
Given = dict
OPERATIONS: dict[str, Callable[[Given], dict]] = {}


def operation(kind: str) -> Callable[[Callable[[Given], dict]], Callable[[Given], dict]]:
    def keep(function: Callable[[Given], dict]) -> Callable[[Given], dict]:
        OPERATIONS[kind] = function
        return function

    return keep


def indexed(given: Given, name: str) -> dict[int, bytes]:
    return {int(place): binary(value) for place, value in given[name].items()}


@operation("derive")
def run_derive(given: Given) -> dict:
    core, a, b = (binary(given[name]) for name in ("core", "a", "b"))
    ctx = derive.context(core)
    found = derive.content_keys(a, b, ctx)
    return {
        "ctx": ctx,
        "ca": derive.share_commitment("share-a", a),
        "cb": derive.share_commitment("share-b", b),
        "master": found.master,
        "readout_key": found.readout,
        "body_key": found.body,
    }


@operation("shamir-split")
def run_split(given: Given) -> dict:
    draws = iter([binary(item) for item in given["coefficients"]])
    parts = shamir.split(binary(given["secret"]), given["k"], given["n"], lambda _: next(draws))
    hashes = [derive.part_commitment("share-a-part", i, part) for i, part in enumerate(parts, 1)]
    return {"parts": parts, "hashes": hashes}


@operation("shamir")
def run_shamir(given: Given) -> dict:
    parts, k = indexed(given, "parts"), given["k"]
    if len(parts) < k:
        raise SealingError("seal.parts")
    for secret in shamir.candidates(parts, k):
        if derive.share_commitment("share-a", secret) == binary(given["commitment"]):
            return {"secret": secret}
    raise SealingError("seal.share_a")


@operation("threshold")
def run_threshold(given: Given) -> dict:
    shamir.check_threshold(given["k"], given["n"])
    return {}


@operation("padme")
def run_padme(given: Given) -> dict:
    return {"padded": stream.padded_length(given["length"])}


@operation("stream")
def run_stream(given: Given) -> dict:
    key, ctx, salt = (binary(given[name]) for name in ("key", "ctx", "salt"))
    out = bytearray()
    stream.seal_stream(
        [plain_of(given["plain"])], out.extend, key=key, name=given["name"], ctx=ctx, salt=salt
    )
    sealed = edit(bytes(out), given["edits"])
    plain = stream.open_stream(sealed, key=key, name=given["name"], ctx=ctx)
    root = stream.object_root(stream.BytesSource(sealed))
    found = {"length": len(sealed), "root": root, "plain_sha256": sha256(plain).digest()}
    return found | {"sealed": sealed}


@operation("core")
def run_core(given: Given) -> dict:
    content = binary(given["bytes"])
    return {"stage": records.parse_core(content).stage, "ctx": derive.context(content)}


@operation("wraps")
def run_wraps(given: Given) -> dict:
    records.parse_wraps(binary(given["bytes"]), records.parse_core(binary(given["core"])))
    return {}


@operation("commit")
def run_commit(given: Given) -> dict:
    content = binary(given["bytes"])
    if "signature" in given:
        records.verify_commit(content, binary(given["signature"]), binary(given["sub_pk"]))
    action = records.parse_commit(content).action
    return {"action": action, "hash": records.commit_hash(content)}


@operation("chain")
def run_chain(given: Given) -> dict:
    chain: list[bytes] = []
    for text in given["commits"]:
        sealing.check_place(binary(text), chain)
        chain.append(binary(text))
    return {}


@operation("fields")
def run_fields(given: Given) -> dict:
    return {"fields": contents.parse_fields(binary(given["bytes"]), given["stage"])}


@operation("files")
def run_files(given: Given) -> dict:
    return {"names": [file.name for file in contents.parse_files(binary(given["bytes"]))]}


@operation("readout")
def run_readout(given: Given) -> dict:
    if "json" in given:
        content = binary(given["json"])
        head = len(content).to_bytes(4, "big") + content
    else:
        head = binary(given["plain_head"])
    plain = head.ljust(contents.READOUT_PLAIN, b"\0")
    return {"bidder": contents.parse_readout(plain, given["stage"]).bidder}


@operation("unwrap")
def run_unwrap(given: Given) -> dict:
    private, info, sealed = (binary(given[name]) for name in ("private", "info", "sealed"))
    return {"share": x25519.unwrap(private, info, sealed)}


@operation("unwrap-b")
def run_unwrap_b(given: Given) -> dict:
    core, wraps, private = (binary(given[name]) for name in ("core", "wraps", "private"))
    return {"share": sealing.unwrap_share_b(core, wraps, private)}


@operation("unwrap-e")
def run_unwrap_e(given: Given) -> dict:
    core, wraps, private = (binary(given[name]) for name in ("core", "wraps", "private"))
    return {"part": sealing.unwrap_part(core, wraps, "wrap-e", given["place"], private)}


@operation("share-b")
def run_share_b(given: Given) -> dict:
    sealing.check_share_b(binary(given["core"]), binary(given["share"]))
    return {}


@operation("stage-key")
def run_stage_key(given: Given) -> dict:
    policy = sealing.parse_policy(binary(given["policy"]))
    private = binary(given["private"])
    sealing.check_stage_key(policy, given["stage"], given["place"], private)
    return {}


@operation("stage-seed")
def run_stage_seed(given: Given) -> dict:
    private = keys.stage_private(binary(given["seed"]), given["tender"], given["stage"])
    return {"private": private, "public": x25519.public_of(private)}


@operation("receipt")
def run_receipt(given: Given) -> dict:
    verifier = Verifier(given["name"], binary(given["public"]))
    commit = binary(given["commit_hash"]) if "commit_hash" in given else None
    found = receipt.verify_receipt(given["note"], verifier, commit)
    return {
        "tender": found.tender,
        "commit": found.commit,
        "accepted": receipt.write_time(found.accepted),
        "included": "closing" if found.tick is None else f"tick {found.tick}",
    }


@operation("open")
def run_open(given: Given) -> dict:
    part = {
        name: binary(given[name])
        for name in ("policy", "doc", "commit", "signature", "core", "wraps", "readout", "body")
    }
    sub_pk, stage = binary(given["sub_pk"]), given["stage"]
    commit = sealing.verify_commit(part["commit"], part["signature"], sub_pk)
    entry = next(entry for entry in commit.stages if entry.stage == stage)
    envelope = sealing.Envelope(part["core"], part["wraps"], part["readout"], entry)
    policy = sealing.parse_policy(part["policy"])
    terms = sealing.Terms(policy, part["doc"], given["lot"], stage)
    core, _wraps = sealing.check_envelope(envelope, terms)
    if core.sub_pk != sub_pk:
        raise SealingError("seal.signature")
    accepted = sealing.accept_stage_keys(policy, stage, indexed(given, "stage_keys"))
    opened = sealing.open_readout(envelope, terms, accepted, share_b(given, envelope))
    source = stream.BytesSource(part["body"])
    if source.size != entry.body_len or stream.object_root(source) != entry.body:
        raise SealingError("seal.root")
    out = bytearray()
    sealing.verify_body(opened, source, lambda _offset, plain: out.extend(plain))
    reader = sealing.open_body(opened, source)
    return {
        "fields": dict(opened.readout.fields),
        "files": {
            file.name: sha256(b"".join(sealing.read_file(reader, file))).digest()
            for file in opened.readout.files
        },
        "bidder": opened.readout.bidder,
        "readout_key": opened.readout_key,
    }


def share_b(given: Given, envelope: sealing.Envelope) -> bytes:
    if "share_b" in given:
        return binary(given["share_b"])
    if "bidder_private" in given:
        private = binary(given["bidder_private"])
        return sealing.unwrap_share_b(envelope.core, envelope.wraps, private)
    parts = {
        place: sealing.unwrap_part(envelope.core, envelope.wraps, "wrap-e", place, private)
        for place, private in indexed(given, "recovery_keys").items()
    }
    return sealing.combine_escrow(envelope.core, parts)


def as_text(value: object) -> object:
    if isinstance(value, bytes):
        return base64url(value)
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return value


def given_of(vector: dict) -> Given:
    """Give the vector's members, over those of its base if it names one."""
    if "base" not in vector:
        return vector["given"]
    base = json.loads((FOLDER / f"{vector['base']}.json").read_text(encoding="utf-8"))
    found = given_of(base) | vector["given"]
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_vector_gives_the_expected_verdict(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    try:
        found = {"ok": True} | OPERATIONS[vector["kind"]](given_of(vector))
    except SealingError as error:
        found = {"ok": False, "code": error.code}
    found = as_text(found)
    assert {name: found.get(name) for name in vector["expect"]} == vector["expect"]


def test_every_kind_of_operation_has_vectors_both_ways() -> None:
    kinds = {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in FILES}
    assert kinds == OPERATIONS.keys()


def test_make_writes_these_very_files() -> None:
    assert make() == {path.name: path.read_text(encoding="utf-8") for path in FILES}

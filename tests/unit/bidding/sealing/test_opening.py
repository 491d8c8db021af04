import os
import tracemalloc
from dataclasses import replace

import pytest

from bidding import sealing
from bidding.sealing import derive, stream
from bidding.sealing.errors import MESSAGES, SealingError
from bidding.sealing.strict import base64url
from tests.vectors.sealing import make as v

WHOLE = v.policy_bytes("joint", ("whole",), recovery=True)
POLICY = sealing.parse_policy(WHOLE)
TERMS = sealing.Terms(POLICY, v.DOC, "1", "whole")


def refused(code: str) -> pytest.RaisesExc:
    return pytest.RaisesExc(SealingError, check=lambda error: error.code == code)


def envelope_of(case: dict) -> sealing.Envelope:
    sealed = case["sealed"]
    return sealing.Envelope(sealed.core, sealed.wraps, sealed.readout, sealed.entry)


def keys_of(*places: int) -> sealing.StageKeys:
    return sealing.accept_stage_keys(POLICY, "whole", v.privates("opening", places, "whole"))


@pytest.fixture(scope="module")
def case() -> dict:
    return v.seal_case("opening", WHOLE, "whole", escrow=True)


SHARE_B = v.share_b_of("opening", "whole")


def test_sealed_bid_is_read_out_as_it_was_sealed(case: dict) -> None:
    opened = sealing.read_out(envelope_of(case), TERMS, keys_of(1, 2, 3), SHARE_B)
    assert isinstance(opened, sealing.Opened)
    assert dict(opened.readout.fields) == v.PRICE
    source = sealing.BytesSource(case["body"])
    reader = sealing.open_body(opened, source)
    contents = [b"".join(sealing.read_file(reader, file)) for file in opened.readout.files]
    assert contents == [b"".join(file.pieces()) for file in v.FILES]


def test_every_three_of_five_custodians_open_it_and_no_two_do(case: dict) -> None:
    for places in ((1, 2, 3), (1, 4, 5), (2, 3, 5), (1, 2, 3, 4, 5)):
        assert sealing.open_readout(envelope_of(case), TERMS, keys_of(*places), SHARE_B)
    with refused("seal.parts"):
        sealing.open_readout(envelope_of(case), TERMS, keys_of(2, 5), SHARE_B)


def test_published_readout_key_lets_anybody_check_the_read_out(case: dict) -> None:
    opened = sealing.open_readout(envelope_of(case), TERMS, keys_of(1, 2, 3), SHARE_B)
    readout, plain = sealing.open_published(envelope_of(case), opened.readout_key)
    assert (readout, plain) == (opened.readout, opened.plain)
    with refused("seal.commitment"):
        sealing.open_published(envelope_of(case), os.urandom(32))


def test_too_few_custodians_postpone_and_nobody_learns_anything(case: dict) -> None:
    fault = sealing.read_out(envelope_of(case), TERMS, keys_of(1, 2), SHARE_B)
    assert fault == sealing.Fault("custodian", "postponed", "seal.parts", {"published": [1, 2]})


def test_share_not_handed_in_revokes(case: dict) -> None:
    fault = sealing.read_out(envelope_of(case), TERMS, keys_of(1, 2, 3), None)
    assert fault == sealing.Fault("bidder", "revoked", "seal.share_b", {})


def test_wrong_share_revokes_with_the_wrong_share_as_proof(case: dict) -> None:
    fault = sealing.read_out(envelope_of(case), TERMS, keys_of(1, 2, 3), bytes(32))
    proof = {"share_b": base64url(bytes(32))}
    assert fault == sealing.Fault("bidder", "revoked", "seal.share_b", proof)


def test_altered_object_is_the_platforms_fault_and_the_same_bytes_mend_it(case: dict) -> None:
    good = envelope_of(case)
    altered = replace(good, readout=v.flipped(good.readout, 4000))
    fault = sealing.read_out(altered, TERMS, keys_of(1, 2, 3), SHARE_B)
    assert fault == sealing.Fault("platform", "resupply", "seal.root", {"object": "readout"})
    assert isinstance(sealing.read_out(good, TERMS, keys_of(1, 2, 3), SHARE_B), sealing.Opened)


def test_garbage_to_too_many_custodians_is_the_bidders_fault_with_public_proof() -> None:
    bad = envelope_of(v.cheating(WHOLE, garbage=(1, 2, 3)))
    fault = sealing.read_out(bad, TERMS, keys_of(1, 2, 3, 4, 5), v.B)
    parts = {"1": "other", "2": "other", "3": "other", "4": "good", "5": "good"}
    assert fault == sealing.Fault("bidder", "revoked", "seal.parts", {"parts": parts})


def test_part_sealed_for_nobody_is_told_apart_from_another_part() -> None:
    made = v.cheating(WHOLE)
    wraps = sealing.parse_wraps(made["sealed"].wraps, sealing.parse_core(made["sealed"].core))
    broken = v.records.write_wraps(replace(wraps, a=(bytes(80), *wraps.a[1:])))
    core, readout = made["sealed"].core, made["sealed"].readout
    body = (made["sealed"].entry.body, made["sealed"].entry.body_len)
    entry = sealing.make_entry("whole", core, broken, readout, body)
    envelope = sealing.Envelope(core, broken, readout, entry)
    fault = sealing.read_out(envelope, TERMS, keys_of(1, 2, 3), v.B)
    parts = {"1": "unreadable", "2": "good", "3": "good"}
    assert fault == sealing.Fault("bidder", "revoked", "seal.parts", {"parts": parts})
    assert isinstance(sealing.read_out(envelope, TERMS, keys_of(1, 2, 3, 4), v.B), sealing.Opened)


def test_readout_that_breaks_the_rules_inside_is_proved_by_its_key() -> None:
    bad = v.cheating(WHOLE, bidder="91330100MA27X0002B")
    fault = sealing.read_out(envelope_of(bad), TERMS, keys_of(1, 2, 3), v.B)
    key = derive.content_keys(v.A, v.B, derive.context(bad["sealed"].core)).readout
    proof = {"readout_key": base64url(key)}
    assert fault == sealing.Fault("bidder", "revoked", "seal.bidder", proof)


def test_core_against_the_policy_needs_no_key_to_prove() -> None:
    bad = v.cheating(WHOLE, k=2)
    fault = sealing.read_out(envelope_of(bad), TERMS, keys_of(1, 2, 3), v.B)
    assert isinstance(fault, sealing.Fault)
    assert (fault.who, fault.code) == ("bidder", "seal.threshold")


def opened_body(**changes: object) -> tuple[sealing.Opened, bytes]:
    made = v.cheating(WHOLE, **changes)
    opened = sealing.open_readout(envelope_of(made), TERMS, keys_of(1, 2, 3), v.B)
    return opened, made["body"]


def body_failure(opened: sealing.Opened, body: bytes) -> tuple[str, sealing.Fault]:
    source = sealing.BytesSource(body)
    with pytest.raises(SealingError) as refusal:
        sealing.verify_body(opened, source, lambda _offset, _plain: None)
    return refusal.value.code, sealing.body_fault(refusal.value, opened, source)


def test_altered_body_is_the_platforms_fault_though_decryption_fails_first() -> None:
    opened, body = opened_body()
    code, fault = body_failure(opened, v.flipped(body, 8 * 70))
    assert code == "seal.chunk"
    assert fault == sealing.Fault("platform", "resupply", "seal.root", {"object": "body"})
    code, fault = body_failure(opened, body[:-1])
    assert fault == sealing.Fault("platform", "resupply", "seal.root", {"object": "body"})


def test_body_sealed_under_another_key_is_the_bidders_fault() -> None:
    opened, body = opened_body(body_key=bytes(range(32)))
    code, fault = body_failure(opened, body)
    proof = {"body_key": base64url(opened.body_key)}
    assert (code, fault) == (
        "seal.commitment",
        sealing.Fault("bidder", "revoked", "seal.commitment", proof),
    )


def test_padding_that_hides_bytes_is_the_bidders_fault() -> None:
    opened, body = opened_body(pad=b"hide")
    code, fault = body_failure(opened, body)
    assert (code, fault.who) == ("seal.padding", "bidder")


def test_file_that_differs_from_its_listed_hash_is_told_when_read(case: dict) -> None:
    opened = sealing.open_readout(envelope_of(case), TERMS, keys_of(1, 2, 3), SHARE_B)
    reader = sealing.open_body(opened, sealing.BytesSource(case["body"]))
    file = replace(opened.readout.files[0], sha256=bytes(32))
    with refused("seal.file_digest"):
        list(sealing.read_file(reader, file))


def test_escrow_parts_are_checked_one_by_one(case: dict) -> None:
    envelope = envelope_of(case)
    given = v.privates("recovery", (1, 2, 3), "whole")
    parts = {
        place: sealing.unwrap_part(envelope.core, envelope.wraps, "wrap-e", place, private)
        for place, private in given.items()
    }
    assert sealing.combine_escrow(envelope.core, {1: parts[1], 3: parts[3]}) == SHARE_B
    wrong = {1: bytes(32), 2: parts[2], 3: parts[3]}
    assert sealing.combine_escrow(envelope.core, wrong) == SHARE_B
    with refused("seal.parts"):
        sealing.combine_escrow(envelope.core, {1: bytes(32), 2: parts[2]})
    with refused("seal.not_for_this_key"):
        sealing.unwrap_part(envelope.core, envelope.wraps, "wrap-e", 1, given[2])
    with refused("seal.parts_index"):
        sealing.unwrap_part(envelope.core, envelope.wraps, "wrap-e", 4, given[1])


def test_bid_without_escrow_has_none_to_combine() -> None:
    made = v.cheating(WHOLE)
    with refused("seal.mode"):
        sealing.combine_escrow(made["sealed"].core, {})
    with refused("seal.mode"):
        sealing.unwrap_part(made["sealed"].core, made["sealed"].wraps, "wrap-e", 1, bytes(32))


@pytest.mark.parametrize("workers", [1, 2])
def test_body_opens_in_flat_memory_at_any_number_of_workers(tmp_path, workers: int) -> None:
    size = 24 * 1024 * 1024 + 5
    piece = os.urandom(1024 * 1024)

    def pieces() -> object:
        yield from (piece for _ in range(24))
        yield b"12345"

    signer = sealing.ed25519_signer(v.DEVICE.signing())
    bid = sealing.Bid("A", v.PRICE, [sealing.BidFile("big.bin", size, pieces)], signer)
    to = sealing.SealTo((v.DEVICE.wrap_public(), v.PAPER.wrap_public()), v.seed("sub"))
    path = tmp_path / "body.sbs"
    tracemalloc.start()
    with path.open("wb") as body:
        sealed = sealing.seal(TERMS, bid, to, body.write)
    envelope = sealing.Envelope(sealed.core, sealed.wraps, sealed.readout, sealed.entry)
    share = sealing.unwrap_share_b(sealed.core, sealed.wraps, v.PAPER.wrap_private())
    opened = sealing.open_readout(envelope, TERMS, keys_of(1, 2, 3), share)
    seen = []
    with path.open("rb") as file:
        source = sealing.FileSource(file.fileno())
        sink = lambda offset, plain: seen.append((offset, len(plain)))  # noqa: E731
        sealing.verify_body(opened, source, sink, workers=workers, progress=lambda _count: None)
        reader = sealing.open_body(opened, source)
        assert reader.read(size - 6, 100)[:6] == piece[-1:] + b"12345"
        assert reader.read(262_143, 2) == piece[262_143:262_145]
        assert reader.read(reader.size, 5) == b""
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(length for _offset, length in seen) == stream.padded_length(size)
    assert peak < 12 * 1024 * 1024


def test_seal_refuses_what_the_opening_would(case: dict) -> None:
    signer = sealing.ed25519_signer(v.DEVICE.signing())
    good = sealing.Bid("A", v.PRICE, v.FILES, signer)
    pair = (v.DEVICE.wrap_public(), v.PAPER.wrap_public())
    to = sealing.SealTo(pair, v.seed("sub"))

    def attempt(terms=TERMS, bid=good, to=to, random=os.urandom) -> None:
        sealing.seal(terms, bid, to, lambda _piece: None, random=random)

    attempt()
    with refused("seal.stage"):
        attempt(terms=replace(TERMS, stage="price"))
    with refused("seal.price"):
        attempt(bid=replace(good, fields={"price": "1,000", "currency": "CNY"}))
    with refused("seal.file_name"):
        attempt(bid=replace(good, files=[v.bid_file("../x", b"")]))
    with refused("seal.bidder_keys"):
        attempt(to=replace(to, bidder_keys=pair[:1]))
    with refused("seal.bidder_keys"):
        attempt(to=replace(to, bidder_keys=pair[:1] * 2))
    with refused("seal.public_key"):
        attempt(to=replace(to, bidder_keys=(pair[0], bytes(32))))
    with refused("seal.random"):
        attempt(random=bytes)
    with refused("seal.random"):
        attempt(random=lambda size: bytes(range(size)))
    with refused("seal.file_range"):
        attempt(bid=replace(good, files=[sealing.BidFile("a", 5, lambda: [b"1234"])]))
    with refused("seal.too_large"):
        attempt(bid=replace(good, files=[sealing.BidFile("a", 2**32 - 1, lambda: [b""])]))
    many = [v.bid_file("x" * 240 + f"{i}", b"") for i in range(256)]
    with refused("seal.too_large"):
        attempt(bid=replace(good, files=many))
    without = sealing.parse_policy(v.policy_bytes("joint", ("whole",)))
    with refused("seal.mode"):
        attempt(terms=replace(TERMS, policy=without), to=replace(to, escrow=True))


def test_commit_is_bound_to_cores_chain_key_and_policy() -> None:
    policy_content = v.policy_bytes("joint", ("technical", "price"))
    policy = sealing.parse_policy(policy_content)
    cases = [v.seal_case("two", policy_content, stage) for stage in policy.stages]
    cores = {case["stage"]: case["sealed"].core for case in cases}
    content, signature = v.committed(cases)
    sub_pk = v.SUBMISSION.public_key().public_bytes_raw()
    assert sealing.check_commit(content, signature, cores, policy, sub_pk).action == "submit"
    with refused("seal.root"):
        swapped = {"technical": cores["price"], "price": cores["technical"]}
        sealing.check_commit(content, signature, swapped, policy, sub_pk)
    with refused("seal.root"):
        sealing.check_commit(content, signature, {}, policy, sub_pk)
    with refused("seal.context"):
        other = replace(policy, tender="GC-2026-0008")
        sealing.check_commit(content, signature, cores, other, sub_pk)
    with refused("seal.stage"):
        sealing.check_commit(content, signature, cores, POLICY, sub_pk)
    with refused("seal.stage"):
        half = v.committed(cases[:1])
        sealing.check_commit(*half, cores, policy, sub_pk)
    copier = v.PAPER.submission("x", "1", bytes(32))
    copied = v.records.sign_commit(content, copier)
    with refused("seal.signature"):
        key = copier.public_key().public_bytes_raw()
        sealing.check_commit(content, copied, cores, policy, key)
    assert sealing.is_repeat(content, [content])
    assert not sealing.is_repeat(content, [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 2}, "seal.version"),
        ({"suite": 7}, "seal.suite"),
        ({"mode": "platform"}, "seal.mode"),
        ({"mode": "authority", "recovery": None}, "seal.mode"),
        ({"stages": []}, "seal.stage"),
        ({"stages": ["whole", "price"]}, "seal.stage"),
        ({"stages": ["whole", "whole"]}, "seal.stage"),
        ({"stages": ["price"]}, "seal.stage"),
        ({"k": 6}, "seal.threshold"),
        ({"k": 1}, "seal.threshold"),
        ({"custodians": "all"}, "seal.value"),
        ({"custodians": [1, 2, 3]}, "seal.value"),
        ({"recovery": []}, "seal.value"),
        ({"k_gone": None}, "seal.key_missing"),
    ],
)
def test_policy_that_breaks_a_rule_is_refused(changes: dict, code: str) -> None:
    with refused(code):
        sealing.parse_policy(v.changed(WHOLE, **changes))


def test_policy_may_not_name_one_key_twice() -> None:
    record = v.json.loads(WHOLE)
    record["custodians"][1]["public_keys"] = record["custodians"][0]["public_keys"]
    with refused("seal.public_key"):
        sealing.parse_policy(v.write(record))
    with refused("seal.value"):
        sealing.parse_policy(b"[]")


def test_policy_numbers_its_custodians_in_order() -> None:
    record = v.json.loads(WHOLE)
    record["custodians"].reverse()
    with refused("seal.parts_index"):
        sealing.parse_policy(v.write(record))


def test_policy_keeps_what_the_platform_adds() -> None:
    content = sealing.write_policy(POLICY, deadline="2026-12-20T01:30:00Z", ticks={"every": 12})
    assert replace(sealing.parse_policy(content), digest=b"") == replace(POLICY, digest=b"")


def test_every_code_raised_has_a_message() -> None:
    assert all(message.strip() for message in MESSAGES.values())
    assert SealingError("seal.root", object="core").text() == MESSAGES["seal.root"]

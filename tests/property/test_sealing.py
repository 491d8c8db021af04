"""Laws of the sealed bid: what went in comes out, and nothing else ever does."""

import json
from functools import cache
from hashlib import sha256
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bidding import sealing
from bidding.sealing import SealingError, contents, derive, shamir, stream
from bidding.sealing import format as records
from bidding.sealing.strict import parse, write
from tests.effort import examples
from tests.vectors.sealing import make as v

CHUNK = stream.CHUNK
POLICY_BYTES = v.policy_bytes("joint", ("whole",), recovery=True)
POLICY = sealing.parse_policy(POLICY_BYTES)
TERMS = sealing.Terms(POLICY, v.DOC, "1", "whole")
SIGNER = sealing.ed25519_signer(v.DEVICE.signing())
TO = sealing.SealTo(
    (v.DEVICE.wrap_public(), v.PAPER.wrap_public()), v.SUBMISSION.public_key().public_bytes_raw()
)

near_a_chunk = st.builds(
    lambda base, delta: max(0, base + delta),
    st.sampled_from([0, CHUNK, 2 * CHUNK, 4 * CHUNK]),
    st.integers(-17, 17),
)
sizes = st.one_of(st.integers(0, 5000), near_a_chunk)


@settings(max_examples=examples(25), deadline=None)
@given(
    file_sizes=st.lists(sizes, max_size=5),
    places=st.sampled_from(list(combinations(range(1, 6), 3))),
    escrow=st.booleans(),
    seed=st.integers(0, 2**32),
)
@example(file_sizes=[], places=(1, 2, 3), escrow=False, seed=0)
@example(file_sizes=[0], places=(1, 2, 3), escrow=False, seed=0)
@example(file_sizes=[CHUNK], places=(3, 4, 5), escrow=True, seed=0)
def test_opened_bid_is_the_sealed_one(file_sizes, places, escrow, seed) -> None:
    draw = v.seeded(f"law/{seed}")
    files = {
        f"{index}.bin": draw(32) * (size // 32) + draw(size % 32)
        for index, size in enumerate(file_sizes)
    }
    bid = sealing.Bid(
        "A", v.PRICE, [v.bid_file(name, content) for name, content in files.items()], SIGNER
    )
    body = bytearray()
    to = sealing.SealTo(TO.bidder_keys, TO.sub_pk, escrow)
    sealed = sealing.seal(TERMS, bid, to, body.extend, random=draw)
    envelope = sealing.Envelope(sealed.core, sealed.wraps, sealed.readout, sealed.entry)
    keys = sealing.accept_stage_keys(POLICY, "whole", v.privates("opening", places, "whole"))
    share = sealing.unwrap_share_b(sealed.core, sealed.wraps, v.PAPER.wrap_private())
    opened = sealing.open_readout(envelope, TERMS, keys, share)
    source = sealing.BytesSource(bytes(body))
    sealing.verify_body(opened, source, lambda _offset, _plain: None)
    reader = sealing.open_body(opened, source)
    found = {file.name: b"".join(sealing.read_file(reader, file)) for file in opened.readout.files}
    assert (found, dict(opened.readout.fields)) == (files, v.PRICE)
    assert len(body) == stream.sealed_length(stream.padded_length(sum(file_sizes)))
    assert len(sealed.readout) == contents.READOUT_SEALED


@cache
def good() -> dict[str, bytes]:
    case = v.seal_case("whole", POLICY_BYTES, "whole")
    content, signature = v.committed([case])
    sealed = case["sealed"]
    return {
        "commit": content,
        "signature": signature,
        "core": sealed.core,
        "wraps": sealed.wraps,
        "readout": sealed.readout,
        "body": case["body"],
    }


def open_all(found: dict[str, bytes]) -> dict[str, bytes]:
    commit = sealing.check_commit(
        found["commit"], found["signature"], {"whole": found["core"]}, POLICY, TO.sub_pk
    )
    envelope = sealing.Envelope(found["core"], found["wraps"], found["readout"], commit.stages[0])
    keys = sealing.accept_stage_keys(POLICY, "whole", v.privates("opening", (1, 2, 3), "whole"))
    opened = sealing.open_readout(envelope, TERMS, keys, v.share_b_of("whole", "whole"))
    source = sealing.BytesSource(found["body"])
    sealing.verify_body(opened, source, lambda _offset, _plain: None)
    return {"plain": opened.plain}


def test_unchanged_objects_open() -> None:
    assert open_all(good())


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(sorted(good())), st.data())
def test_any_single_change_of_any_object_is_refused(name: str, data: st.DataObject) -> None:
    content = good()[name]
    place = data.draw(st.integers(0, len(content) - 1))
    change = data.draw(
        st.one_of(
            st.integers(1, 255).map(
                lambda mask: content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :]
            ),
            st.just(content[:place]),
            st.just(content[:place] + content[place + 1 :]),
            st.binary(min_size=1, max_size=40).map(
                lambda more: content[:place] + more + content[place:]
            ),
        )
    )
    if change == content:
        return
    with pytest.raises(SealingError):
        open_all(good() | {name: change})


@settings(max_examples=examples(60), deadline=None)
@given(length=sizes, data=st.data())
def test_altered_stream_gives_nothing(length: int, data: st.DataObject) -> None:
    key, ctx = v.KX, v.CTX
    sealed = bytearray(v.sealed_stream(bytes(length)))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 0x80 >> bit % 8
    with pytest.raises(SealingError):
        stream.open_stream(bytes(sealed), key=key, name="body", ctx=ctx)
    cut = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(SealingError):
        stream.open_stream(v.sealed_stream(bytes(length))[:cut], key=key, name="body", ctx=ctx)


@settings(max_examples=examples(40), deadline=None)
@given(pieces=st.lists(sizes, max_size=4), offset=st.integers(0, 10**6), size=st.integers(0, 10**6))
def test_any_part_reads_as_in_the_whole(pieces: list[int], offset: int, size: int) -> None:
    plain = v.plain_of({"pattern": sum(pieces)})
    cuts = [sum(pieces[:index]) for index in range(len(pieces) + 1)]
    out = bytearray()
    parts = [plain[a:b] for a, b in pairwise(cuts)]
    written = stream.seal_stream(parts, out.extend, key=v.KX, name="body", ctx=v.CTX, salt=v.SALT)
    assert bytes(out) == v.sealed_stream(plain)
    source = stream.BytesSource(bytes(out))
    assert written == stream.Written(stream.object_root(source, workers=2), source.size)
    reader = stream.Reader(source, key=v.KX, name="body", ctx=v.CTX)
    assert reader.read(offset, size) == plain[offset : offset + size]


@given(st.integers(0, 2**32 - 1))
@example(2**32 - 1)
def test_each_sealed_length_belongs_to_one_plain_length(length: int) -> None:
    assert stream.plain_length(stream.sealed_length(length)) == length


@given(st.integers(2**32, 2**40))
@example(2**32)
def test_stream_of_four_gibibytes_is_refused_before_it_is_read(length: int) -> None:
    with pytest.raises(SealingError) as refusal:
        stream.plain_length(stream.sealed_length(length))
    assert refusal.value.code == "seal.too_large"


@given(st.integers(2, 2**40))
def test_padding_costs_at_most_twelve_percent_and_hides_within_its_step(length: int) -> None:
    padded = stream.padded_length(length)
    assert length <= padded <= max(length * 1.12, length + 1)
    assert stream.padded_length(padded) == padded


thresholds = st.integers(2, 16).flatmap(lambda n: st.tuples(st.integers(2, n), st.just(n)))


@settings(max_examples=examples(60))
@given(secret=st.binary(min_size=1, max_size=64), k_n=thresholds, data=st.data())
def test_any_k_parts_give_the_secret_back(secret, k_n, data) -> None:
    k, n = k_n
    draw = v.seeded(data.draw(st.text("ab", max_size=8)))
    parts = dict(enumerate(shamir.split(secret, k, n, draw), 1))
    chosen = data.draw(st.permutations(sorted(parts)))[: data.draw(st.integers(k, n))]
    assert shamir.combine({place: parts[place] for place in chosen}) == secret


def test_fewer_than_k_parts_tell_nothing() -> None:
    """For one byte, exhaustively: whatever the secret, every pair of parts is equally likely."""
    for secret in (b"\0", b"\x53", b"\xff"):
        seen: dict[tuple[bytes, bytes], int] = {}
        for first in range(256):
            for second in range(256):
                draws = iter((bytes([first]), bytes([second])))
                parts = shamir.split(secret, 3, 3, lambda _size, draws=draws: next(draws))
                pair = (parts[0], parts[2])
                seen[pair] = seen.get(pair, 0) + 1
        assert (len(seen), set(seen.values())) == (65_536, {1})


def test_parts_agree_with_arithmetic_by_the_book() -> None:
    """Multiply in GF(256) by logarithms to base 3, another way than the tables do."""
    power, logarithm, value = [0] * 255, {}, 1
    for exponent in range(255):
        power[exponent], logarithm[value] = value, exponent
        value ^= (value << 1) ^ (0x11B if value & 0x80 else 0)
    for x in range(1, 256):
        row = shamir._row(x)
        assert row[0] == 0
        assert all(row[y] == power[(logarithm[x] + logarithm[y]) % 255] for y in range(1, 256))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def depth(value: object) -> int:
    inner = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    )
    return 0 if inner is None else 1 + max((depth(item) for item in inner), default=0)


@given(json_values)
def test_strict_parser_reads_what_is_written(value: object) -> None:
    if depth(value) <= 8:
        assert parse(write(value), 10**6) == value
        assert parse(json.dumps(value).encode(), 10**6) == value


@settings(max_examples=examples(300))
@given(st.binary(max_size=200) | st.text('{}[]":,\\u0dc8eE+-. \n', max_size=60).map(str.encode))
def test_parsers_refuse_anything_with_a_code_and_nothing_else(content: bytes) -> None:
    core = records.parse_core(good()["core"])
    for reader in (
        lambda: parse(content, 10**6),
        lambda: records.parse_core(content),
        lambda: records.parse_wraps(content, core),
        lambda: records.parse_commit(content),
        lambda: contents.parse_files(content),
        lambda: contents.parse_fields(content, "technical"),
        lambda: contents.parse_readout(content.ljust(contents.READOUT_PLAIN, b"\0"), "whole"),
        lambda: sealing.parse_policy(content),
    ):
        try:
            reader()
        except SealingError:
            continue


@given(st.text(max_size=30))
def test_price_that_is_taken_reads_one_way_only(text: str) -> None:
    try:
        price = contents.parse_price(text)
    except SealingError:
        return
    assert text.isascii()
    assert price > 0
    assert text == f"{price:f}"


@given(st.text(max_size=40))
def test_name_that_is_taken_is_one_plain_file_name(name: str) -> None:
    try:
        contents.check_name(name)
    except SealingError:
        return
    assert name not in {"", ".", ".."}
    assert not set(name) & set('/\\:*?"<>|\0')
    assert len(name.encode()) <= 255


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
def test_object_root_is_the_tree_of_rfc_6962(entries: list[bytes]) -> None:
    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return sha256(b"\0" + leaves[0]).digest()
        half = 1 << (len(leaves) - 1).bit_length() - 1
        return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    assert stream.tree_root(entries) == root(entries)


@given(
    st.binary(min_size=32, max_size=32),
    st.text(max_size=20),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_stage_keys_differ_between_any_two_places(seed, tender, first, second) -> None:
    a, b = (derive.length_prefixed(stage) for stage in (first, second))
    assert (a == b) == (first == second)
    assert derive.length_prefixed(tender) + a != derive.length_prefixed(tender + first)
    assert len(v.keys.stage_private(seed, tender, first)) == 32

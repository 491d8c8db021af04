"""A draw is repeatable by anybody, and favours nobody."""

import hashlib
import hmac

import pytest

from kernel import draw as draws
from kernel.draw import draw, read_nonce
from kernel.errors import Invalid

SEED, NONCE = bytes(range(32)), b"\x01" * 16
NAMES = ("甲", "乙", "丙", "丁", "戊")


def test_the_published_example_comes_out_the_same():
    result = draw(NAMES, seed=SEED, nonce=NONCE, purpose="expert-draw:GC-2026-0007", count=3)
    assert result.drawn == ("乙", "丙", "戊")
    assert result.rejected == ()
    assert (
        result.commit
        == draws.commitment(SEED)
        == "ccc16dafd19e53c36734511b5a323f51ff319c5cd4f908d60255802f1e329eb0"
    )
    assert result.list_digest == draws.list_digest(NAMES)


def test_a_round_is_the_framed_hmac_of_the_description():
    message = b"draw/v1\0" + b"\0\x10" + NONCE + b"\0\x03" + "甲".encode() + b"\0\0\0\x07"
    value = int.from_bytes(hmac.new(SEED, message, hashlib.sha256).digest()[:8], "big")
    assert draws.sample(SEED, NONCE, "甲", 7) == value


def test_a_sample_beyond_the_last_whole_span_is_rejected_listed_and_counted(monkeypatch):
    samples = {0: 2**64 - 1, 1: 4, 2: 2**64 - 1, 3: 2**64 - 1}
    monkeypatch.setattr(draws, "sample", lambda *given: samples[given[-1]])
    result = draw(NAMES, seed=SEED, nonce=NONCE, purpose="x", count=2)
    assert [(r.number, r.remaining, r.index, r.drawn) for r in result.rounds] == [
        (0, 5, None, None),
        (1, 5, 4, "戊"),
        (2, 4, 3, "丁"),
    ]
    assert [r.number for r in result.rejected] == [0]


def test_drawing_everybody_gives_a_permutation():
    result = draw(NAMES, seed=SEED, nonce=b"", purpose="", count=5)
    assert sorted(result.drawn) == sorted(NAMES)


def test_over_many_nonces_everybody_is_drawn_about_equally_often():
    drawn = [
        draw(NAMES, seed=SEED, nonce=n.to_bytes(2, "big"), purpose="p", count=1).drawn[0]
        for n in range(5000)
    ]
    assert all(abs(drawn.count(name) - 1000) < 150 for name in NAMES)


def test_the_list_digest_depends_on_order_and_boundaries():
    lists = (["甲", "乙"], ["乙", "甲"], ["甲乙"], ['甲","乙'])
    assert len({draws.list_digest(names) for names in lists}) == 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seed": b"short"}, "draw.seed_length"),
        ({"count": 6}, "draw.count_impossible"),
        ({"count": 0}, "draw.count_impossible"),
        ({"candidates": ("甲", "甲", "乙")}, "draw.duplicate_candidate"),
        ({"nonce": b"x" * 65536}, "draw.input_too_long"),
        ({"purpose": "x" * 65536}, "draw.input_too_long"),
    ],
)
def test_impossible_draws_are_refused(change, code):
    case = {"candidates": NAMES, "seed": SEED, "nonce": NONCE, "purpose": "p", "count": 1} | change
    with pytest.raises(Invalid) as refusal:
        draw(case.pop("candidates"), **case)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("00112233445566ff", bytes.fromhex("00112233445566ff")),
        (" 清河市公证处 ", "清河市公证处".encode()),
        ("x" * 64, b"x" * 64),
    ],
)
def test_a_nonce_is_hexadecimal_or_any_words(text, given):
    assert read_nonce(text) == given


@pytest.mark.parametrize("text", ["", "短", "00112233445566", "x" * 65])
def test_a_nonce_too_short_or_too_long_is_refused(text):
    with pytest.raises(Invalid) as refused:
        read_nonce(text)
    assert refused.value.code == "draw.nonce"

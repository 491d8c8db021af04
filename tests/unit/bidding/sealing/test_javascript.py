"""What the browser seals, Python opens, and back; keys, lint and money agree to the letter."""

import io
import json
import os
import shutil
import subprocess
import zipfile
import zlib
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bidding import sealing
from bidding.sealing import keys, stream
from bidding.sealing.lint import Draft, DraftFile, Figure, Item, Requirements, lint
from bidding.sealing.metadata import metadata
from bidding.sealing.strict import base64url, binary
from bidding.sealing.suites import x25519
from kernel import money
from kernel.errors import DomainError
from ledger import canonical, merkle, note

ROOT = Path(__file__).parents[4]
NODE = shutil.which("node") or next(map(str, (ROOT / "var" / "node").glob("**/bin/node")), None)
MISSING = (
    "no node"
    if NODE is None
    else "node_modules has no hpke: run npm ci"
    if not (ROOT / "node_modules" / "hpke").exists()
    else ""
)
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

TENDER, LOT, BIDDER = "GC-2026-0007", "1", "91330100MA27X0001A"
DOC = bytes(range(32))
FIELDS = {"price": "1234567.80", "currency": "CNY", "days": "90"}


def javascript(act: str, given: object) -> object:
    """Run one act of tests/js/sealing-bridge.mjs."""
    done = subprocess.run(
        [NODE, "tests/js/sealing-bridge.mjs"],
        input=json.dumps({"act": act, "given": given}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def seeds(label: int) -> bytes:
    return bytes([label]) * 32


def made_policy(stages: tuple[str, ...] = ("whole",)) -> tuple[bytes, dict[str, dict[int, bytes]]]:
    """A 3-of-5 policy with a 2-of-3 recovery set, and the private stage keys by place."""
    private = {
        stage: {place: keys.stage_private(seeds(place), TENDER, stage) for place in range(1, 6)}
        for stage in stages
    }
    record = {
        "v": 1,
        "tender": TENDER,
        "suite": 1,
        "mode": "joint",
        "stages": list(stages),
        "k": 3,
        "custodians": [
            {
                "index": place,
                "name": f"保管人{place}",
                "public_keys": {
                    stage: base64url(x25519.public_of(private[stage][place])) for stage in stages
                },
            }
            for place in range(1, 6)
        ],
    }
    record["recovery"] = {"k": 2, "custodians": record["custodians"][:3]}
    return canonical.encode(record), private


def sealed_by_javascript(size: int, *, escrow: bool = False) -> dict[str, bytes]:
    content = os.urandom(size)
    policy, _private = made_policy()
    answer = javascript(
        "seal",
        {
            "policy": base64url(policy),
            "doc": base64url(DOC),
            "lot": LOT,
            "stage": "whole",
            "bidder": BIDDER,
            "fields": FIELDS,
            "files": [
                {"name": "投标函.pdf", "content": base64url(b"%PDF-1.7 letter")},
                {"name": "technical.bin", "content": base64url(content)},
            ],
            "device": base64url(seeds(21)),
            "paper": base64url(seeds(22)),
            "chain": base64url(seeds(23)),
            "escrow": escrow,
        },
    )
    assert "code" not in answer, answer
    found = {name: binary(value) for name, value in answer["ok"].items()}
    return found | {"content": content, "policy": policy}


@pytest.mark.parametrize("size", [0, 1, 262_144, 3_000_001])
def test_python_opens_what_javascript_sealed(size):
    made = sealed_by_javascript(size)
    _policy_bytes, private = made_policy()
    policy = sealing.parse_policy(made["policy"])
    commit = sealing.check_commit(
        made["commit"], made["signature"], {"whole": made["core"]}, policy, made["sub_pk"]
    )
    envelope = sealing.Envelope(made["core"], made["wraps"], made["readout"], commit.stages[0])
    terms = sealing.Terms(policy, DOC, LOT, "whole")
    stage_keys = sealing.accept_stage_keys(
        policy, "whole", {place: private["whole"][place] for place in (1, 3, 4)}
    )
    for label in (21, 22):  # the device key and the paper key
        own = keys.Key("bidder-device", seeds(label)).wrap_private()
        share = sealing.unwrap_share_b(made["core"], made["wraps"], own)
        opened = sealing.open_readout(envelope, terms, stage_keys, share)
    body = stream.BytesSource(made["body"])
    out = bytearray()
    sealing.verify_body(opened, body, lambda _offset, plain: out.extend(plain))
    reader = sealing.open_body(opened, body)
    letter, technical = (b"".join(sealing.read_file(reader, file)) for file in opened.readout.files)
    assert (opened.readout.fields, opened.readout.bidder) == (FIELDS, BIDDER)
    assert (letter, technical) == (b"%PDF-1.7 letter", made["content"])


def test_python_recovers_the_share_that_javascript_escrowed():
    made = sealed_by_javascript(10, escrow=True)
    _policy_bytes, private = made_policy()
    parts = {
        place: sealing.unwrap_part(
            made["core"], made["wraps"], "wrap-e", place, private["whole"][place]
        )
        for place in (1, 3)
    }
    own = keys.Key("bidder-device", seeds(21)).wrap_private()
    assert sealing.combine_escrow(made["core"], parts) == sealing.unwrap_share_b(
        made["core"], made["wraps"], own
    )


def test_javascript_opens_what_python_sealed():
    policy_bytes, private = made_policy()
    policy = sealing.parse_policy(policy_bytes)
    device, paper = (keys.Key("bidder-device", seeds(label)) for label in (31, 32))
    submission = device.submission(TENDER, LOT, seeds(33))
    content = os.urandom(300_000)
    body = bytearray()
    sealed = sealing.seal(
        sealing.Terms(policy, DOC, LOT, "whole"),
        sealing.Bid(
            BIDDER,
            FIELDS,
            [sealing.BidFile("a.bin", len(content), lambda: [content])],
            sealing.ed25519_signer(device.signing()),
        ),
        sealing.SealTo(
            (device.wrap_public(), paper.wrap_public()), submission.public_key().public_bytes_raw()
        ),
        body.extend,
    )
    commit = sealing.make_commit(policy, LOT, [sealed.entry], None, os.urandom)
    answer = javascript(
        "open",
        {
            "policy": base64url(policy_bytes),
            "doc": base64url(DOC),
            "lot": LOT,
            "stage": "whole",
            "commit": base64url(commit),
            "signature": base64url(sealing.sign_commit(commit, submission)),
            "sub_pk": base64url(submission.public_key().public_bytes_raw()),
            "core": base64url(sealed.core),
            "wraps": base64url(sealed.wraps),
            "readout": base64url(sealed.readout),
            "body": base64url(bytes(body)),
            "stage_keys": {place: base64url(private["whole"][place]) for place in (2, 3, 5)},
            "bidder_private": base64url(paper.wrap_private()),
        },
    )
    found = answer["ok"]
    assert (found["fields"], found["bidder"]) == (FIELDS, BIDDER)
    assert list(found["files"]) == ["a.bin"]


def test_a_seed_gives_the_same_keys_in_both_languages():
    key = keys.Key("bidder-device", seeds(41))
    answer = javascript(
        "keys",
        {
            "seed": base64url(seeds(41)),
            "tender": TENDER,
            "lot": LOT,
            "chain": base64url(seeds(42)),
            "stage": "price",
        },
    )
    submission = key.submission(TENDER, LOT, seeds(42)).public_key().public_bytes_raw()
    assert answer["ok"] == {
        "public": keys.public_record(key),
        "submission": base64url(submission),
        "stage": base64url(key.stage(TENDER, "price")),
    }


def test_key_files_open_in_both_languages():
    key = keys.Key("bidder-paper", seeds(51))
    python_file = keys.lock(key, "口令 long enough", kdf="pbkdf2-sha256").decode()
    answer = javascript("unlock", {"file": python_file, "passphrase": "口令 long enough"})
    assert answer["ok"] == {"kind": "bidder-paper", "seed": base64url(key.seed)}
    wrong = javascript("unlock", {"file": python_file, "passphrase": "other"})
    assert wrong == {"code": "seal.passphrase"}
    made = javascript(
        "lock", {"kind": "custodian", "seed": base64url(seeds(52)), "passphrase": "another one"}
    )
    assert keys.unlock(made["ok"]["file"].encode(), "another one") == keys.Key(
        "custodian", seeds(52)
    )


def test_paper_keys_read_the_same_in_both_languages():
    key = keys.Key("bidder-paper", os.urandom(32))
    text = keys.to_paper(key)
    sloppy = text.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = javascript("paper", {"seed": base64url(key.seed), "text": sloppy})
    assert answer["ok"] == {"text": text, "seed": base64url(key.seed)}
    flipped = text[:-1] + ("2" if text[-1] != "2" else "3")
    for bad in (flipped, text[:-5], text + "0", "", "!" * 56):
        refused = javascript("paper", {"seed": base64url(key.seed), "text": bad})
        assert refused == {"code": "seal.paper_key"}


DRAFTS = [
    (Draft(FIELDS, [DraftFile("投标函.pdf", 10)]), Requirements("whole")),
    (Draft({}, []), Requirements("price", fields=("price", "days"))),
    (Draft({"price": "1,000", "currency": "CNY"}, []), Requirements("whole")),
    (
        Draft({"price": "1180000.01", "currency": "USD"}, []),
        Requirements("price", ceiling=Decimal("1180000.00")),
    ),
    (Draft({"price": "99.99", "currency": "CNY"}, []), Requirements("price", floor=Decimal(100))),
    (
        Draft(FIELDS | {"price_in_words": "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角"}, []),
        Requirements("whole"),
    ),
    (Draft(FIELDS | {"price_in_words": "壹佰万元整"}, []), Requirements("whole")),
    (Draft(FIELDS | {"price_in_words": "一百万"}, []), Requirements("whole")),
    (Draft({"price": "7"}, []), Requirements("technical")),
    *(
        (
            Draft(FIELDS | {"x-fact-1": said}, []),
            Requirements("whole", figures=(Figure("x-fact-1", "3", "90.5"),)),
        )
        for said in ("3", "90.50", "90.51", "2.99", "016", "1e1", "-5", "", "12.345")
    ),
    *(
        (
            Draft({"price": price, "currency": "CNY", "x-fact-rate": rate}, []),
            Requirements(
                "price",
                ceiling=Decimal(ceiling),
                figures=(Figure("x-fact-rate", "0", "99.99", takes_off=True),),
            ),
        )
        for ceiling, rate, price in (
            ("9800000.00", "8.2", "8996400.00"),
            ("9800000.00", "8.20", "8996400.01"),
            ("33333.33", "12.35", "29216.66"),
            ("0.03", "50", "0.02"),
            ("9800000.00", "100", "1.00"),
            ("9800000.00", "-1", "9898000.00"),
            ("9800000.00", "0", "eight"),
        )
    ),
    (
        Draft(
            {},
            [
                DraftFile("CON.pdf", 0),
                DraftFile("报价单.PDF", 5_000_000),
                DraftFile("报价单.pdf", 1),
                DraftFile("a/b.exe", 1),
            ],
        ),
        Requirements(
            "technical",
            endings=(".pdf", ".docx"),
            max_file=1_000_000,
            max_total=2_000_000,
            items=(Item("投标函", ()), Item("报价表", ("报价单", "报价表"))),
        ),
    ),
    (Draft({}, [DraftFile(f"{n}.pdf", 1) for n in range(257)]), Requirements("technical")),
    (Draft({}, [DraftFile("big.bin", 2**32)]), Requirements("technical")),
    (
        Draft(
            {},
            [DraftFile("a.docx", 9, {"creator": "杭州示例公司 陈立", "Company": "Other Ltd"})],
        ),
        Requirements("technical", hidden_names=("杭州示例公司", "")),
    ),
]


def as_javascript(draft: Draft, requirements: Requirements) -> dict:
    given = asdict(requirements)
    names = {"max_file": "maxFile", "max_total": "maxTotal", "hidden_names": "hiddenNames"}
    bounds = {name: given.pop(name) for name in ("ceiling", "floor")}
    given = {names.get(key, key): value for key, value in given.items()}
    return {
        "draft": asdict(draft),
        "requirements": given
        | {name: None if bound is None else str(bound) for name, bound in bounds.items()},
    }


def test_lint_finds_the_same_in_both_languages():
    expected = [
        [{"level": one.level, "code": one.code, "facts": dict(one.facts)} for one in lint(*pair)]
        for pair in DRAFTS
    ]
    assert javascript("lint", [as_javascript(*pair) for pair in DRAFTS])["ok"] == expected
    codes = {one["code"] for found in expected for one in found}
    assert codes >= {
        "lint.field_missing",
        "lint.figure",
        "lint.currency",
        "lint.over_ceiling",
        "lint.below_floor",
        "lint.words_differ",
        "lint.words_unreadable",
        "lint.file_type",
        "lint.file_empty",
        "lint.file_size",
        "lint.total_size",
        "lint.item_missing",
        "lint.metadata",
        "lint.metadata_names_bidder",
        "seal.field_stage",
        "seal.file_name",
        "seal.file_name_same",
        "seal.file_count",
    }


def office_file() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "docProps/core.xml",
            "<cp:coreProperties><dc:creator>陈立 &amp; 赵</dc:creator>"
            "<cp:lastModifiedBy>Chen</cp:lastModifiedBy></cp:coreProperties>",
        )
        archive.writestr("docProps/app.xml", "<Properties><Company>示例公司</Company></Properties>")
        archive.writestr("word/document.xml", "<creator>nobody</creator>")
    return out.getvalue()


PDF_TEXT = "陈立".encode("utf-16-be").hex().encode()
PACKED = zlib.compress(b"<?xpacket?><dc:creator><rdf:li>Hidden Ltd</rdf:li></dc:creator>")
FILES = [
    ("a.docx", office_file()),
    ("broken.xlsx", office_file()[:-30]),
    ("a.pdf", b"%PDF-1.7\n1 0 obj << /Author <FEFF" + PDF_TEXT + b"> /Company (A \\(B\\)\\101) >>"),
    (
        "packed.PDF",
        b"%PDF\n<< /Type /Metadata /Length 9 >>\nstream\n" + PACKED + b"\nendstream",
    ),
    ("plain.txt", b"/Author (nobody)"),
    ("long.pdf", b" " * (1024 * 1024 - 8) + b"/Author (At the seam)"),
]


@pytest.mark.parametrize(("name", "content"), FILES, ids=[name for name, _content in FILES])
def test_metadata_is_found_alike_in_both_languages(name, content):
    answer = javascript("metadata", {"name": name, "content": base64url(content)})
    assert answer["ok"] == metadata(name, io.BytesIO(content))


def test_amounts_in_capitals_agree_in_both_languages():
    fen = [0, 1, 10, 11, 100, 105, 1000, 10_000, 100_100, 1_026_005, 9_999_999_999_999_999, -5]
    fen += [int.from_bytes(os.urandom(6), "big") % 10**n for n in range(3, 15) for _ in range(20)]
    written = javascript("capitals", [str(one) for one in fen])["ok"]
    assert written == [money.in_capitals(money.from_fen(one)) for one in fen]
    texts = [
        *written,
        "拾元",
        "壹圆正",
        "壹万零零壹元",
        "壹亿贰元整",
        "壹佰贰元",
        "元",
        "",
        "壹角",
        "零元整",
    ]
    texts += [text.replace("零", "") for text in written]
    assert javascript("parse-capitals", texts)["ok"] == [read_capitals(text) for text in texts]


def read_capitals(text: str) -> str:
    try:
        return str(money.to_fen(money.parse_capitals(text)))
    except DomainError as error:
        return error.code


@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (7, 6), (8, 3), (11, 8), (100, 99)])
def test_javascript_checks_a_fact_against_the_signed_log(size, index):
    leaf = canonical.encode({"type": "tender.closed", "stream": "tender.X", "data": {}})
    hashes = [merkle.leaf_hash(leaf if n == index else bytes([n])) for n in range(size)]
    signer = note.Signer("town/log", Ed25519PrivateKey.from_private_bytes(seeds(61)))
    root = merkle.root(hashes)
    text = f"town/log\n{size}\n{note.base64.b64encode(root).decode()}\n"
    proof = {
        "leaf": leaf.decode(),
        "index": index,
        "size": size,
        "path": [node.hex() for node in merkle.inclusion(hashes, index)],
        "checkpoint": note.sign(text, signer),
    }
    given = {"proof": proof, "log": str(signer.verifier)}
    assert javascript("proof", given)["ok"]["type"] == "tender.closed"
    for change in ({"leaf": proof["leaf"] + " "}, {"index": index + 1}, {"size": size + 1}):
        bad = given | {"proof": proof | change}
        assert javascript("proof", bad) == {"code": "client.not_in_log"}
    other = note.Signer("town/log", Ed25519PrivateKey.from_private_bytes(seeds(62)))
    strange = given | {"log": str(other.verifier)}
    assert javascript("proof", strange) == {"code": "client.not_in_log"}

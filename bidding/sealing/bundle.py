"""Check a receipt against a tender's downloaded record: no database, no network. Plain Python.

Each line says one thing that holds or does not; all must hold. Whose keys are believed is the
checker's choice: given apart from the bundle, a forged bundle cannot bring its own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bidding.sealing import strict
from bidding.sealing.errors import SealingError
from bidding.sealing.format import commit_hash
from bidding.sealing.receipt import Receipt, verify_receipt
from kernel.text import gettext_noop as _
from ledger import checking, note

COMMITS: Final = ("bid.submitted", "bid.replaced", "bid.withdrawn")
MALFORMED: Final = (KeyError, TypeError, ValueError, IndexError, AttributeError, SealingError)


@dataclass(frozen=True)
class Line:
    """One thing that was checked, whether it holds, and what was found."""

    check: str
    holds: bool
    found: str = ""


@dataclass(frozen=True)
class Keys:
    """Whose signatures are believed."""

    receipt: note.Verifier
    log: note.Verifier


def keys_of(bundle: Mapping[str, Any], receipt: str = "", log: str = "") -> Keys:
    """Read the keys to believe: those given, else those the bundle names."""
    named = bundle.get("keys", {})
    return Keys(
        note.parse_verifier(receipt or str(named.get("receipt", ""))),
        note.parse_verifier(log or str(named.get("log", ""))),
    )


def check_receipt_alone(content: str, key: note.Verifier) -> tuple[Receipt | None, Line]:
    """Check a receipt's form and signature."""
    try:
        receipt = verify_receipt(content.replace("\r\n", "\n").strip("\n") + "\n", key)
    except SealingError as wrong:
        return None, Line(_("回执的签名"), holds=False, found=wrong.message)
    return receipt, Line(_("回执的签名"), holds=True, found=key.name)


def check(
    content: str, bundle: Mapping[str, Any], keys: Keys, proof: Mapping[str, Any] | None = None
) -> list[Line]:
    """Check a receipt against the record of its tender, line by line.

    `proof` is what the page for receipts gives to who holds the receipt: salt, event and place. The
    record itself has hashes only, so that those who withdrew stay unknown.
    """
    receipt, signature = check_receipt_alone(content, keys.receipt)
    lines = [signature]
    lines += [_attempted(partial(step, bundle, keys)) for step in (_checkpoint, _facts, _tree)]
    if receipt is not None and proof is not None:
        lines.append(_attempted(partial(_included, receipt, bundle, proof)))
    return lines


def _attempted(step: Callable[[], Line]) -> Line:
    try:
        return step()
    except MALFORMED as wrong:
        return Line(_("记录包的格式"), holds=False, found=f"{type(wrong).__name__}: {wrong}")


def _checkpoint(bundle: Mapping[str, Any], keys: Keys) -> Line:
    head = checking.head_of(str(bundle["checkpoint"]), keys.log)
    found = "" if head is None else f"{head.size} {head.root.hex()}"
    return Line(_("检查点的签名"), holds=head is not None, found=found)


def _facts(bundle: Mapping[str, Any], keys: Keys) -> Line:
    broken = [
        f"{fact['stream']} #{fact['number']}"
        for fact in bundle["facts"]
        if not _is_proven(fact, bundle, keys)
    ]
    count = len(bundle["facts"])
    return Line(_("每一条事实都在记录中"), holds=not broken, found="、".join(broken) or str(count))


def _is_proven(fact: Mapping[str, Any], bundle: Mapping[str, Any], keys: Keys) -> bool:
    proof = fact["proof"]
    if proof is None or fact.get("kind") is None:
        return False
    checked = checking.check_proof(proof, str(bundle["checkpoint"]), keys.log)
    return checked.holds and checking.says(fact, proof["leaf"])


def _tree(bundle: Mapping[str, Any], _keys: Keys) -> Line:
    """Compare the tree with what the closing said of it in the log."""
    title = _("截止时公布的私有树与记录一致")
    tree = bundle["private_tree"]
    if tree is None:
        return Line(title, holds=False, found=_("项目尚未截止，私有树还没有公布。"))
    closing = [fact["data"] for fact in bundle["facts"] if fact["kind"] == "tender.closed"]
    root = checking.tree_root(tree["leaves"])
    told = (root, len(tree["leaves"]))
    holds = bool(closing) and told == (closing[0]["private_root"], closing[0]["private_size"])
    return Line(title, holds=holds, found=f"{told[1]} {root}")


def _included(receipt: Receipt, bundle: Mapping[str, Any], proof: Mapping[str, Any]) -> Line:
    """Find the receipt's very commit in the tree by the proof its holder was given; a receipt for
    which there is none is proof of misconduct.
    """
    title = _("回执的这次提交列入了记录")
    if bundle["tender"] != receipt.tender:
        return Line(title, holds=False, found=_("记录包不是这个项目的。"))
    event, place = json.loads(proof["event"]), int(proof["index"])
    hashed = checking.event_hash(proof)
    is_there = place >= 0 and hashed == bundle["private_tree"]["leaves"][place]["hash"]
    return Line(title, holds=is_there and _is_for(event, receipt), found=f"{place} {hashed}")


def _is_for(event: Mapping[str, Any], receipt: Receipt) -> bool:
    is_commit = event["kind"] in COMMITS and event["tender"] == receipt.tender
    return is_commit and commit_hash(strict.binary(event["commit"])) == receipt.commit

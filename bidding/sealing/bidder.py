"""What a bidder does at the command line: check, seal, submit, replace, withdraw, unlock."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from bidding.sealing import contents, folder, strict
from bidding.sealing.chain import make_commit
from bidding.sealing.client import Client, Json
from bidding.sealing.envelope import Bid, BidFile, Sealed, SealTo, seal
from bidding.sealing.errors import SealingError
from bidding.sealing.folder import Folder, Stage, State
from bidding.sealing.format import Entry, commit_hash, parse_commit, parse_core, sign_commit
from bidding.sealing.keys import Key
from bidding.sealing.lint import (
    Draft,
    DraftFile,
    Figure,
    Finding,
    Item,
    Requirements,
    has_errors,
    lint,
)
from bidding.sealing.metadata import metadata
from bidding.sealing.opening import Envelope, unwrap_share_b
from bidding.sealing.policy import parse_policy
from bidding.sealing.progress import Progress
from bidding.sealing.receipt import parse_receipt, verify_receipt, write_time
from bidding.sealing.stream import padded_length, sealed_length
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.note import Verifier, parse

PIECE: Final = 1024 * 1024
ANSWER_LIMIT: Final = 1024 * 1024
HEX_DIGEST: Final = 64


@dataclass(frozen=True)
class Offer:
    """What to seal: the platform's answer about the tender, the lot, who bids, the input folder."""

    answer: Json
    lot: str
    bidder: str
    input: Path

    @property
    def policy(self) -> bytes:
        """The exact bytes of the tender's custodian policy."""
        return strict.binary(self.answer.get("policy"))

    def folder_of(self, stage: str) -> Path:
        """Give a stage's input: its own sub-folder if there is one, else the folder itself."""
        own = self.input / stage
        return own if own.is_dir() else self.input

    def fields(self, stage: str) -> dict[str, str]:
        """Read what is to be read out."""
        content = (self.folder_of(stage) / "fields.json").read_bytes()
        found = strict.parse(content, contents.READOUT_PLAIN)
        if not isinstance(found, dict):
            raise SealingError("seal.value", key="fields.json")
        return {name: strict.text_of(found, name, contents.TEXT_LIMIT, 0) for name in found}

    def files(self, stage: str) -> list[Path]:
        """List the files to seal."""
        return list(folder.input_files(self.folder_of(stage)))


def read_answer(path: Path) -> Json:
    """Read what the platform answered about a tender's policy, saved as it came."""
    found = strict.parse(path.read_bytes(), ANSWER_LIMIT)
    if not isinstance(found, dict):
        raise SealingError("seal.value")
    return found


def check(offer: Offer, stage: str) -> list[Finding]:
    """List what would get this stage of the bid refused."""
    files = []
    for path in offer.files(stage):
        with path.open("rb") as file:
            files.append(DraftFile(path.name, path.stat().st_size, metadata(path.name, file)))
    return lint(Draft(offer.fields(stage), files), requirements(offer, stage))


def requirements(offer: Offer, stage: str) -> Requirements:
    """Take from the platform's answer what it demands of this lot and stage."""
    lots = [lot for lot in _records(offer.answer, "lots") if str(lot.get("number")) == offer.lot]
    lot = lots[0] if lots else {}
    items = [
        Item(str(item.get("title")), tuple(_listed(item, "words")))
        for item in _records(offer.answer, "items")
        if item.get("stage", stage) == stage
    ]
    return Requirements(
        stage=stage,
        ceiling=_bound(lot, "ceiling"),
        floor=_bound(lot, "floor"),
        items=tuple(items),
        endings=tuple(_listed(offer.answer, "endings")),
        figures=_figures(offer.answer, stage),
    )


def _figures(answer: Json, stage: str) -> tuple[Figure, ...]:
    """Give the numbers that the tender prices and asks for in this stage."""
    return tuple(
        Figure(
            str(one.get("field", "")),
            str(one.get("least", "")),
            str(one.get("most", "")),
            one.get("takes_off") is True,
        )
        for one in _records(answer, "figures")
        if stage in _listed(one, "stages")
    )


def _bound(lot: Json, name: str) -> Decimal | None:
    """Give a price that bounds the bids for a lot, where it has one of that name."""
    return Decimal(str(lot[name])) if lot.get(name) else None


def _records(answer: Json, name: str) -> list[Json]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _listed(given: Json, name: str) -> list[str]:
    """Give the words of a list, none where there is no list."""
    words = given.get(name)
    return [str(word) for word in words] if isinstance(words, list) else []


def open_folder(at: Path, offer: Offer, device: Key, *, escrow: bool) -> Folder:
    """Open the envelope folder, or begin one with a new submission chain."""
    if (at / folder.STATE).exists():
        return folder.load(at)
    policy, chain = parse_policy(offer.policy), os.urandom(32)
    submission = device.submission(policy.tender, offer.lot, chain)
    state = State(
        tender=policy.tender,
        lot=offer.lot,
        doc=_digest(strict.text_of(offer.answer, "document_digest")),
        policy=strict.base64url(offer.policy),
        chain=strict.base64url(chain),
        sub_pk=strict.base64url(submission.public_key().public_bytes_raw()),
        escrow=escrow,
    )
    return folder.create(at, state)


def _digest(text: str) -> str:
    """Read a digest in hexadecimal or base64url."""
    if len(text) != HEX_DIGEST:
        return strict.base64url(strict.binary(text, 32))
    try:
        return strict.base64url(bytes.fromhex(text))
    except ValueError as error:
        raise SealingError("seal.binary") from error


def seal_stage(bid: Folder, offer: Offer, stage: str, device: Key, paper: Key) -> Stage:
    """Seal one stage as its next version, and prove that both keys open it before it counts."""
    refused = [finding for finding in check(offer, stage) if has_errors([finding])]
    if refused:
        first = refused[0].text()
        raise Invalid("bidder.lint", _("封装前检查没有通过：%(first)s"), first=first, stage=stage)
    versions = bid.state.stages.setdefault(stage, [])
    ver = len(versions) + 1
    at = bid.path / f"{stage}-{ver}"
    at.mkdir(exist_ok=True)
    sealed = _seal(bid, offer, (stage, ver), (device, paper))
    for key in (device, paper):  # found out now, not on the day
        unwrap_share_b(sealed.core, sealed.wraps, key.wrap_private())
    folder.write_safely(at / "core.json", sealed.core)
    folder.write_safely(at / "wraps.json", sealed.wraps)
    folder.write_safely(at / "readout.sbs", sealed.readout)
    names = [strict.base64url(os.urandom(32)) for _object in ("readout", "body")]
    versions.append(Stage(ver, folder.write_entry(sealed.entry), *names))
    bid.save()
    return versions[-1]


def _seal(bid: Folder, offer: Offer, place: tuple[str, int], keys: tuple[Key, Key]) -> Sealed:
    stage, ver = place
    files = [_bid_file(path) for path in offer.files(stage)]
    signer = contents.ed25519_signer(keys[0].signing())
    content = Bid(offer.bidder, offer.fields(stage), files, signer)
    publics = [key.wrap_public() for key in keys]
    to = SealTo(publics, strict.binary(bid.state.sub_pk), bid.state.escrow)
    padded = padded_length(sum(file.size for file in files))
    progress = Progress(sealed_length(padded), stage)
    with (bid.path / f"{stage}-{ver}" / "body.sbs").open("wb") as body:

        def write(piece: bytes | memoryview) -> None:
            body.write(piece)
            progress.add(len(piece))

        sealed = seal(bid.terms(stage, ver), content, to, write)
        body.flush()
        os.fsync(body.fileno())
    progress.end()
    return sealed


def _bid_file(path: Path) -> BidFile:
    return BidFile(path.name, path.stat().st_size, partial(_pieces, path))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def signed_pending(bid: Folder, device: Key) -> tuple[bytes, bytes]:
    """Give the pending commit and its signature by the chain's key, which the device key makes."""
    state = bid.state
    key = device.submission(state.tender, state.lot, strict.binary(state.chain))
    if strict.base64url(key.public_key().public_bytes_raw()) != state.sub_pk:
        raise Conflict("bidder.other_device", _("这把设备密钥不是封装时用的那把。"))
    content = strict.binary(state.pending)
    return content, sign_commit(content, key)


def reconcile(bid: Folder, client: Client, receipt_key: Verifier | None) -> None:
    """Take in the receipt of a pending commit whose answer was lost on the way."""
    if not bid.state.pending:
        return
    content = strict.binary(bid.state.pending)
    for item in _records(client.receipts(bid.state.tender), "items"):
        note = str(item.get("receipt", ""))
        if parse_receipt(parse(note).text).commit == commit_hash(content):
            _keep_receipt(bid, content, note, receipt_key)
            return


def prepare(bid: Folder, *, withdraw: bool) -> None:
    """Make the next commit of the chain, unless the same one is still without an answer.

    It is kept before it is sent, so that a repeat after a lost answer sends the same bytes.
    """
    if bid.is_withdrawn():
        message = _("这份投标已撤回。要重新投标，请用新的目录封装。")
        raise Conflict("bidder.withdrawn", message)
    if withdraw and not bid.state.commits:
        raise Conflict("bidder.nothing_submitted", _("还没有提交过，不需要撤回。"))
    entries = [] if withdraw else bid.entries()
    if bid.state.pending:
        pending = parse_commit(strict.binary(bid.state.pending))
        if pending.stages == tuple(entries):
            return
    last = bid.last_commit()
    if last is not None and entries and parse_commit(last).stages == tuple(entries):
        raise Conflict("bidder.unchanged", _("自上次提交后没有变化，不需要再提交。"))
    content = make_commit(bid.policy, bid.state.lot, entries, bid.last_hash(), os.urandom)
    bid.state.pending = strict.base64url(content)
    bid.save()


def submit(bid: Folder, client: Client, device: Key, receipt_key: Verifier | None) -> Json:
    """Upload what is missing, hand in the pending commit, and keep its receipt."""
    commit = parse_commit(strict.binary(bid.state.pending))
    envelopes = [_upload(bid, client, entry) for entry in commit.stages]
    content, signature = signed_pending(bid, device)
    answer = client.commit(
        {
            "commit": strict.base64url(content),
            "signature": strict.base64url(signature),
            "tender": bid.state.tender,
            "lot": bid.state.lot,
            "envelopes": envelopes,
        }
    )
    note = strict.text_of(answer, "receipt", ANSWER_LIMIT)
    return _keep_receipt(bid, content, note, receipt_key)


def _upload(bid: Folder, client: Client, entry: Entry) -> Json:
    known = bid.version_of(entry)
    at = bid.stage_path(entry.stage, known.ver)
    body_length = (at / "body.sbs").stat().st_size
    progress = Progress(body_length + contents.READOUT_SEALED, f"{entry.stage} ↑")
    client.upload(known.body, at / "body.sbs", progress.add)
    client.upload(known.readout, at / "readout.sbs", progress.add)
    progress.end()
    envelope = bid.envelope(entry)
    return {
        "stage": entry.stage,
        "core": strict.base64url(envelope.core),
        "wraps": strict.base64url(envelope.wraps),
        "readout": known.readout,
        "body": known.body,
        "body_length": body_length,
    }


def _keep_receipt(bid: Folder, content: bytes, note: str, key: Verifier | None) -> Json:
    """Check that the receipt is for our commit, and keep it beside the envelopes."""
    name = commit_hash(content)
    receipt = parse_receipt(parse(note).text) if key is None else verify_receipt(note, key, name)
    if receipt.commit != name or receipt.tender != bid.state.tender:
        raise SealingError("seal.receipt")
    number = len(bid.state.commits) + 1
    path = bid.path / f"receipt-{number}.note"
    folder.write_safely(path, note.encode())
    folder.write_safely(bid.path / f"commit-{number}.json", content)
    bid.state.commits.append(strict.base64url(content))
    bid.state.pending = ""
    bid.save()
    return {
        "action": parse_commit(content).action,
        "commit": name.hex(),
        "accepted_at": write_time(receipt.accepted),
        "receipt": str(path),
        "signature_checked": key is not None,
    }


def local_status(bid: Folder) -> Json:
    """Say what the folder knows."""
    commits = [strict.binary(text) for text in bid.state.commits]
    return {
        "tender": bid.state.tender,
        "lot": bid.state.lot,
        "stages": {name: versions[-1].ver for name, versions in bid.state.stages.items()},
        "commits": [
            {"action": parse_commit(content).action, "commit": commit_hash(content).hex()}
            for content in commits
        ],
        "pending": bool(bid.state.pending),
    }


def check_escrowed(bid: Folder, stage: str) -> None:
    """Refuse to ask for recovery of what was sealed without escrow."""
    if parse_core(_committed(bid, stage).core).escrow is None:
        message = _("这份投标密封时没有选择代存份额，无法恢复。请用设备密钥或恢复密钥解密。")
        raise Conflict("recovery.no_escrow", message)


def share_of(bid: Folder, stage: str, key: Key) -> bytes:
    """Get the share b of the committed envelope of a stage, to hand in during the unlock window."""
    envelope = _committed(bid, stage)
    return unwrap_share_b(envelope.core, envelope.wraps, key.wrap_private())


def _committed(bid: Folder, stage: str) -> Envelope:
    """Give the envelope of a stage that is in force."""
    last = bid.last_commit()
    for entry in parse_commit(last).stages if last else ():
        if entry.stage == stage:
            return bid.envelope(entry)
    raise Conflict("bidder.not_committed", _("这个阶段没有提交过封装，不能解密。"))

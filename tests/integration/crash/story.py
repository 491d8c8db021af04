"""What runs inside a site of these tests: one opening to play, and all that is left of it after."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from bidding.models import Attendance, Bid, OpeningSession, ReleasedKey
from bidding.queries import bids
from evaluation.models import Evaluation
from ledger import canonical, inspection, merkle, note, press, queries, sequencer
from ledger.models import Block, Checkpoint, Entry, Head, Leaf, Paper, PrivateTree, Tree
from ledger.proofs import BLOCK
from monitoring.models import Observation, Recording
from monitoring.services import recordings
from portal.demo import actors, purchases, seed

BIDDERS = {"chen": "2980000", "zhao": "3126000", "hu": "3050000"}


def stage(lead: int) -> None:
    """Make the people and one tender with three bids, whose deadline is so many seconds away."""
    whole = seed.PURCHASES[0]
    seed.PURCHASES = (replace(whole, lots=whole.lots[:1], prices=(BIDDERS,)),)
    purchases.LEAD = timedelta(seconds=lead)
    seed.rest = lambda _at: iter(())
    seed.fill(timezone.now())
    actors.switch().touch()


def receipts() -> list[list[str]]:
    """Give what every bidder was given for its bid."""
    session = OpeningSession.objects.select_related("tender").get()
    owners = [seed.clients.actor_organisation(name, timezone.now()) for name in BIDDERS]
    steps = [step for owner in owners for step in bids.steps_of(session.tender.code, owner)]
    return sorted([step.commit.hex(), step.receipt] for step in steps)


def stream() -> str:
    """Name the stream of the opening."""
    return str(OpeningSession.objects.select_related("tender").get().stream)


def end_leases() -> None:
    """Let the time pass that a killed press would have had for its paper."""
    Paper.objects.filter(document=None).update(leased_until=timezone.now())


def remains() -> dict[str, Any]:
    """Tell everything there is after the opening, as the database and the disk have it."""
    sequencer.sequence(at=timezone.now())
    session = OpeningSession.objects.select_related("tender").get()
    return {
        "states": [session.state, session.tender.state],
        "facts": [
            [entry.number, entry.kind, entry.actor, entry.data]
            for entry in queries.entries_since(session.stream, 0)
        ],
        "bids": sorted(Bid.objects.values_list("bidder__name", "state", "commit_hash")),
        "keys": sorted(ReleasedKey.objects.values_list("index", flat=True)),
        "people": list(Attendance.objects.values_list("person__username", flat=True)),
        "observations": Observation.objects.count(),
        "evaluations": Evaluation.objects.count(),
        "private_trees": PrivateTree.objects.count(),
        "receipts": receipts(),
        "paper": _paper(session),
        "recordings": [_recording(recording) for recording in Recording.objects.all()],
        "gaps": _gaps(),
        "log": _log(),
    }


def _paper(session: OpeningSession) -> dict[str, Any]:
    subject = f"{session.tender.code}.{session.stage}"
    paper = Paper.objects.get(kind="opening_record", subject=subject)
    content = queries.read_document(paper.document_id)
    _key, certificate = press.ensure_certificate(timezone.now())
    return {
        "is_as_named": hashlib.sha256(content).hexdigest() == paper.document_id,
        "is_sound": inspection.inspect_apart(content, certificate).is_sound,
        "made": Entry.objects.filter(kind="paper.made", data__subject=subject).count(),
    }


def _recording(recording: Recording) -> dict[str, Any]:
    """Compute the chain again from the files, and tell how often the camera began anew."""
    chain, broken, last = "", [], None
    for number, segment in enumerate(recording.segments.order_by("sequence")):
        chain = recordings.chain_of(segment, chain)
        content = queries.read_document(segment.document_id)
        whole = hashlib.sha256(content).hexdigest() == segment.document_id
        follows = last is None or (
            segment.starts_at >= last.ends_at
            and segment.media_start_ms == last.media_start_ms + last.media_ms
        )
        if not (whole and follows and segment.sequence == number and segment.chain == chain):
            broken.append(number)
        last = segment
    ended = Entry.objects.get(kind="recording.ended", data__recording=recording.token)
    return {
        "is_ended": recording.ended_at is not None,
        "broken": broken,
        "runs": recording.segments.values("run").distinct().count(),
        "is_chain_told": ended.data["chain"] == chain,
    }


def _gaps() -> list[str]:
    """Name the streams whose numbers are not 1, 2, 3 … up to their head."""
    return [
        head.stream
        for head in Head.objects.all()
        if list(Entry.objects.filter(stream=head.stream).order_by("number").values_list("number"))
        != [(number,) for number in range(1, head.number + 1)]
    ]


def _log() -> dict[str, Any]:
    """Compute the log again from the entries, and compare all that was ever signed."""
    leaves = list(Leaf.objects.order_by("index").select_related("entry"))
    contents = [sequencer.leaf_bytes(leaf.entry) for leaf in leaves]
    hashes = [merkle.leaf_hash(content) for content in contents]
    tree = Tree.objects.get()
    head = json.loads(settings.LOG_HEAD_FILE.read_text())
    blocks = [
        bytes(root) for root in Block.objects.order_by("index").values_list("root", flat=True)
    ]
    return {
        "entries": Entry.objects.count() - tree.size,
        "places": [leaf.index for leaf in leaves] == list(range(tree.size)),
        "leaves": [bytes(leaf.data) for leaf in leaves] == contents,
        "root": bytes(tree.root) == merkle.root(hashes),
        "blocks": blocks
        == [
            merkle.root(hashes[start : start + BLOCK])
            for start in range(0, tree.size // BLOCK * BLOCK, BLOCK)
        ],
        "head_file": head == {"size": tree.size, "root": bytes(tree.root).hex()},
        "wrong_checkpoints": [
            checkpoint.size
            for checkpoint in Checkpoint.objects.all()
            if not _is_true(checkpoint, hashes)
        ],
    }


def _is_true(checkpoint: Checkpoint, hashes: list[bytes]) -> bool:
    signer = sequencer.log_signer()
    text, _by = note.verify(checkpoint.note, [signer.verifier])
    root = merkle.root(hashes[: checkpoint.size])
    return text == sequencer.checkpoint_text(checkpoint.size, root)


def write(found: object, name: str = "found.json") -> None:
    """Leave a result where the test reads it."""
    (settings.VAR / name).write_bytes(canonical.encode(found))

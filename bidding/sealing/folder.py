"""The envelope folder of the command line: what is sealed, what was committed, what came back.

Nothing in it opens the bid: the keys stay in the bidder's key files.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from bidding.sealing.envelope import Terms
from bidding.sealing.format import Entry, commit_hash, parse_commit
from bidding.sealing.opening import Envelope
from bidding.sealing.policy import Policy, parse_policy
from bidding.sealing.strict import base64url, binary
from kernel.errors import Conflict
from kernel.text import gettext_noop as _

STATE: Final = "state.json"


@dataclass
class Stage:
    """One envelope of a stage: its version, its line of a commit, its objects' names."""

    ver: int
    entry: dict[str, str | int]
    readout: str
    body: str


@dataclass
class State:
    """What the folder remembers between runs."""

    tender: str
    lot: str
    doc: str
    policy: str
    chain: str
    sub_pk: str
    escrow: bool
    stages: dict[str, list[Stage]] = field(default_factory=dict)  # oldest version first
    commits: list[str] = field(default_factory=list)  # accepted ones, in order
    pending: str = ""  # made and signed, not yet answered


class Folder:
    """One bid for one lot."""

    def __init__(self, path: Path, state: State) -> None:
        self.path = path
        self.state = state

    @property
    def policy(self) -> Policy:
        """The tender's custodian policy, from the bytes it was given as."""
        return parse_policy(binary(self.state.policy))

    def terms(self, stage: str, ver: int) -> Terms:
        """Give what an envelope of this stage answers."""
        return Terms(self.policy, binary(self.state.doc, 32), self.state.lot, stage, ver)

    def stage_path(self, stage: str, ver: int) -> Path:
        """Give where one version of a stage's envelope lies."""
        return self.path / f"{stage}-{ver}"

    def entries(self) -> list[Entry]:
        """Give the newest envelope of every stage, as a commit lists them."""
        missing = [name for name in self.policy.stages if name not in self.state.stages]
        if missing:
            message = _("阶段“%(stage)s”还没有封装。请先运行 seal。")
            raise Conflict("folder.stage_missing", message, stage=missing[0])
        return [read_entry(self.state.stages[name][-1].entry) for name in self.policy.stages]

    def version_of(self, entry: Entry) -> Stage:
        """Find the version that a commit lists: a newer one may have been sealed since."""
        for known in self.state.stages.get(entry.stage, ()):
            if read_entry(known.entry) == entry:
                return known
        raise Conflict("folder.version_missing", _("目录中没有提交记录所列的封装。"))

    def envelope(self, entry: Entry) -> Envelope:
        """Read the small objects of the version that a commit lists."""
        at = self.stage_path(entry.stage, self.version_of(entry).ver)
        return Envelope(
            (at / "core.json").read_bytes(),
            (at / "wraps.json").read_bytes(),
            (at / "readout.sbs").read_bytes(),
            entry,
        )

    def last_commit(self) -> bytes | None:
        """Give the last accepted commit of the chain."""
        return binary(self.state.commits[-1]) if self.state.commits else None

    def last_hash(self) -> bytes | None:
        """Give what the next commit's `prev` must be."""
        last = self.last_commit()
        return None if last is None else commit_hash(last)

    def is_withdrawn(self) -> bool:
        """Tell whether the chain ended in a withdrawal."""
        last = self.last_commit()
        return last is not None and parse_commit(last).action == "withdraw"

    def save(self) -> None:
        """Write the state so that a crash leaves the old or the new one, never half."""
        write_safely(self.path / STATE, json.dumps(asdict(self.state), indent=1).encode())


def create(path: Path, state: State) -> Folder:
    """Begin an envelope folder."""
    path.mkdir(parents=True, exist_ok=True)
    folder = Folder(path, state)
    folder.save()
    return folder


def load(path: Path) -> Folder:
    """Open an envelope folder."""
    try:
        record = json.loads((path / STATE).read_text(encoding="utf-8"))
        stages = {
            name: [Stage(**version) for version in versions]
            for name, versions in record.pop("stages").items()
        }
        return Folder(path, State(**record, stages=stages))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = _("“%(path)s”不是封装目录，或已损坏。")
        raise Conflict("folder.unreadable", message, path=str(path)) from error


def write_safely(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file under another name, make it durable, then put it in place."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_entry(entry: Entry) -> dict[str, str | int]:
    """Write a commit's line into the state."""
    return {
        name: base64url(value) if isinstance(value, bytes) else value
        for name, value in asdict(entry).items()
    }


def read_entry(record: Mapping[str, str | int]) -> Entry:
    """Read a commit's line from the state."""
    roots = {name: binary(record[name], 32) for name in ("core", "wraps", "readout", "body")}
    return Entry(stage=str(record["stage"]), body_len=int(record["body_len"]), **roots)


def input_files(path: Path) -> Sequence[Path]:
    """List the files to seal: everything beside fields.json, in order of name, hidden ones not."""
    return sorted(
        item
        for item in path.iterdir()
        if item.is_file() and item.name != "fields.json" and not item.name.startswith(".")
    )

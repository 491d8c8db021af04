"""Read one file of an opened bid, decrypted from the stored body while it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from bidding.models import Bid, Envelope
from bidding.sealing import File, Opened, open_body, open_published, read_file
from bidding.sealing.derive import context
from bidding.services import objects
from bidding.services.reading import as_sealed
from kernel.errors import Missing
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class OpenedFile:
    """A file of a bid: its name, its size, and its content piece by piece."""

    name: str
    size: int
    pieces: Iterator[bytes]


def open_file(bid: Bid, place: int, *, closed: str = "") -> OpenedFile:
    """Find a file by its place in the bid's list; the caller has checked who may read it.

    Of a stage that is `closed` to the reader there is none.
    """
    if not 0 <= place < len(bid.files):
        raise _missing()
    listed = bid.files[place]
    if listed["stage"] == closed:
        raise _missing()
    envelope = Envelope.objects.filter(bid=bid, stage=listed["stage"]).first()
    if envelope is None or envelope.body_key is None:
        raise _missing()
    opened = _opened(envelope)
    file = next((f for f in opened.readout.files if f.name == listed["name"]), None)
    if file is None:
        raise _missing()
    return OpenedFile(file.name, file.size, _pieces(envelope.body, opened, file))


def _opened(envelope: Envelope) -> Opened:
    """Read the read-out again with its published key: it binds the body that is opened here."""
    sealed = as_sealed(envelope)
    readout_key, body_key = bytes(envelope.readout_key or b""), bytes(envelope.body_key or b"")
    readout, plain = open_published(sealed, readout_key)
    return Opened(readout, plain, readout_key, body_key, context(sealed.core), sealed.entry)


def _pieces(name: str, opened: Opened, file: File) -> Iterator[bytes]:
    with objects.source(name) as source:
        yield from read_file(open_body(opened, source), file)


def _missing() -> Missing:
    return Missing("file.missing", _("没有这份文件，或还没有开启。"))

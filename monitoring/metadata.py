"""Renderings of one trail: HLS playlist with dates, WebVTT metadata, captions and chapters. Plain
Python.

UTC is the anchor and media time is derived, piecewise, from the segments; inside a gap an instant
has no media time. Times in files are written strictly, because the standards' own examples do not
always pass their own grammar (monitoring.md 3).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest

MILLISECOND = timedelta(milliseconds=1)
SHORTEST_CUE_MS = 1000
LONGEST_CAPTION = timedelta(seconds=6)
IN_JSON = {c: f"\\u{ord(c):04x}" for c in "&<>\x7f\x85\u2028\u2029"}
"""Escaped inside JSON, so that no cue payload can end the cue, start a tag or break its line."""
IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True)
class Piece:
    """One segment on the two clocks: when it was, and where it lies in the media.

    `run` counts the starts of the camera: pieces of one run share an initialisation.
    """

    sequence: int
    starts_at: datetime
    ends_at: datetime
    media_start_ms: int
    media_ms: int
    run: int = 0


@dataclass(frozen=True)
class Mark:
    """Something that happened: an identifier, when, how long, what kind, and its details."""

    id: str
    at: datetime
    kind: str
    title: str
    details: Mapping[str, object]
    until: datetime | None = None


# --- two clocks ---


def media_time(pieces: Sequence[Piece], at: datetime) -> int | None:
    """Give the media time in milliseconds of an instant, or None inside a gap or outside."""
    for piece in pieces:
        if piece.starts_at <= at < piece.ends_at:
            offset = (at - piece.starts_at) // MILLISECOND
            return piece.media_start_ms + min(offset, piece.media_ms - 1)
    return None


def media_time_from(pieces: Sequence[Piece], at: datetime) -> int | None:
    """Give the media time of an instant or, in a gap or before the start, of the next frame."""
    for piece in pieces:
        if at < piece.ends_at:
            return media_time([piece], max(at, piece.starts_at))
    return None


def media_time_until(pieces: Sequence[Piece], at: datetime) -> int | None:
    """Give the media time up to which there was video at an instant; None before the start."""
    found = None
    for piece in pieces:
        if piece.starts_at > at:
            break
        shown = media_time([piece], at)
        found = piece.media_start_ms + piece.media_ms if shown is None else shown
    return found


def instant(pieces: Sequence[Piece], media_ms: int) -> datetime | None:
    """Give the instant shown at a media time, or None outside the recording."""
    for piece in pieces:
        if piece.media_start_ms <= media_ms < piece.media_start_ms + piece.media_ms:
            return piece.starts_at + timedelta(milliseconds=media_ms - piece.media_start_ms)
    return None


def breaks(before: Piece, after: Piece) -> bool:
    """Tell whether two neighbours do not join: another run of the camera, or time between them."""
    return before.run != after.run or before.ends_at != after.starts_at


def gaps(pieces: Sequence[Piece]) -> list[tuple[datetime, datetime]]:
    """Give the stretches without video inside a recording."""
    return [(a.ends_at, b.starts_at) for a, b in pairwise(pieces) if a.ends_at < b.starts_at]


# --- HLS ---


def playlist(
    pieces: Sequence[Piece], marks: Iterable[Mark], *, init: str, segment: str, ended: bool
) -> str:
    """Write the HLS playlist, one PROGRAM-DATE-TIME a segment.

    `init` and `segment` are addresses with {} for the run and the sequence: a new run of the camera
    begins with a discontinuity and its own initialisation.
    """
    longest = max((piece.media_ms for piece in pieces), default=2000)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{-(-longest // 1000)}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if ended else 'EVENT'}",
        f"#EXT-X-MEDIA-SEQUENCE:{pieces[0].sequence if pieces else 0}",
        *_entries(pieces, init, segment),
        *(daterange(mark) for mark in marks if pieces),
    ]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else []), ""])


def _entries(pieces: Sequence[Piece], init: str, segment: str) -> Iterator[str]:
    before: Piece | None = None
    for piece in pieces:
        if before is not None and breaks(before, piece):
            yield "#EXT-X-DISCONTINUITY"
        if before is None or before.run != piece.run:
            yield f'#EXT-X-MAP:URI="{init.format(piece.run)}"'
        yield f"#EXT-X-PROGRAM-DATE-TIME:{stamp(piece.starts_at)}"
        yield f"#EXTINF:{piece.media_ms / 1000:.3f},"
        yield segment.format(piece.sequence)
        before = piece


def daterange(mark: Mark) -> str:
    """Write a mark as an HLS date range, without free text."""
    ends = f",DURATION={(mark.until - mark.at).total_seconds():.3f}" if mark.until else ""
    return (
        f'#EXT-X-DATERANGE:ID="{token(mark.id)}",CLASS="cn.yangguang.{token(mark.kind)}",'
        f'START-DATE="{stamp(mark.at)}"{ends}'
    )


def token(text: str) -> str:
    """Keep what may stand inside an HLS attribute or a cue's identifier."""
    return "".join(c for c in text if c.isalnum() or c in "._-") or "_"


# --- WebVTT ---


def webvtt(pieces: Sequence[Piece], marks: Iterable[Mark], note: str = "") -> str:
    """Write a metadata track: one cue a mark, its payload one line of JSON."""
    cues = []
    for mark in marks:
        start = media_time(pieces, mark.at)
        if start is not None:
            end = media_time_until(pieces, mark.until) if mark.until else None
            cues.append(_cue(mark, start, end, _payload(mark)))
    return _file(cues, note)


def _payload(mark: Mark) -> str:
    plain = {"id": mark.id, "kind": mark.kind, "at": stamp(mark.at), "title": mark.title}
    written = json.dumps({**mark.details, **plain}, ensure_ascii=False, separators=(",", ":"))
    return escaped(written, IN_JSON)


def captions(pieces: Sequence[Piece], marks: Iterable[Mark]) -> str:
    """Write what was said and done as captions, each on the screen until the next or six seconds.

    They are the words of the record, not a transcript of the sound.
    """
    shown = [mark for mark in marks if media_time(pieces, mark.at) is not None]
    cues = []
    for mark, after in zip_longest(shown, shown[1:]):
        longest = mark.at + LONGEST_CAPTION
        until = min(longest, after.at) if after else longest
        start, end = media_time_from(pieces, mark.at), media_time_until(pieces, until)
        cues.append(_cue(mark, start or 0, end, escaped(one_line(mark.title), IN_TEXT)))
    return _file(cues)


def chapters(pieces: Sequence[Piece], phases: Iterable[Mark]) -> str:
    """Write the phases as chapters; one that lies outside the recording is left out."""
    cues = []
    for phase in phases:
        start = media_time_from(pieces, phase.at)
        until = phase.until or (pieces[-1].ends_at if pieces else phase.at)
        end = media_time_until(pieces, until)
        if start is not None and end is not None and end > start:
            cues.append(_cue(phase, start, end, escaped(one_line(phase.title), IN_TEXT)))
    return _file(cues)


def _cue(mark: Mark, start: int, end: int | None, text: str) -> str:
    last = max(end or 0, start + (SHORTEST_CUE_MS if end is None else 1))
    return f"{token(mark.id)}\n{clock(start)} --> {clock(last)}\n{text}"


def _file(cues: Sequence[str], note: str = "") -> str:
    head = ["WEBVTT", *([f"NOTE {one_line(note)}"] if note else [])]
    return "\n\n".join([*head, *cues, ""])


def escaped(text: str, table: Mapping[str, str]) -> str:
    """Write a text with the characters of the table escaped."""
    return "".join(table.get(character, character) for character in text)


def one_line(text: str) -> str:
    """Make a text one line that cannot be taken for a cue's timing."""
    return " ".join(text.replace("\0", " ").replace("-->", "→").split())


def clock(media_ms: int) -> str:
    """Write a media time as WebVTT does: hh:mm:ss.mmm."""
    seconds, ms = divmod(media_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def stamp(at: datetime) -> str:
    """Write an instant in UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

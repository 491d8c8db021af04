"""Renderings of one trail: HLS playlist with dates, WebVTT metadata and chapters. Plain Python.

UTC is the anchor and media time is derived, piecewise, from the segments; inside a gap an instant
has no media time. Times in files are written strictly, because the standards' own examples do not
always pass their own grammar (monitoring.md 3).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

FORBIDDEN = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e"}
"""Escaped inside JSON, so that no cue payload can end the cue or start a tag."""


@dataclass(frozen=True)
class Piece:
    """One segment on the two clocks: when it was, and where it lies in the media."""

    sequence: int
    starts_at: datetime
    ends_at: datetime
    media_start_ms: int
    media_ms: int


@dataclass(frozen=True)
class Mark:
    """Something that happened: an identifier, when, how long, what kind, and its details."""

    id: str
    at: datetime
    kind: str
    details: Mapping[str, object]
    until: datetime | None = None


def media_time(pieces: Sequence[Piece], at: datetime) -> int | None:
    """Give the media time in milliseconds of an instant, or None inside a gap or outside."""
    for piece in pieces:
        if piece.starts_at <= at < piece.ends_at:
            offset = int((at - piece.starts_at) / timedelta(milliseconds=1))
            return piece.media_start_ms + min(offset, piece.media_ms - 1)
    return None


def instant(pieces: Sequence[Piece], media_ms: int) -> datetime | None:
    """Give the instant shown at a media time, or None outside the recording."""
    for piece in pieces:
        if piece.media_start_ms <= media_ms < piece.media_start_ms + piece.media_ms:
            return piece.starts_at + timedelta(milliseconds=media_ms - piece.media_start_ms)
    return None


def gaps(pieces: Sequence[Piece], tolerance: timedelta) -> list[tuple[datetime, datetime]]:
    """Give the stretches without video that are longer than the tolerance."""
    pairs = pairwise(pieces)
    return [(a.ends_at, b.starts_at) for a, b in pairs if b.starts_at - a.ends_at > tolerance]


def playlist(
    pieces: Sequence[Piece], marks: Iterable[Mark], *, init: str, segment: str, ended: bool
) -> str:
    """Write the HLS playlist, one PROGRAM-DATE-TIME a segment; `segment` is an address with {}."""
    longest = max((piece.media_ms for piece in pieces), default=2000)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{-(-longest // 1000)}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if ended else 'EVENT'}",
        f"#EXT-X-MEDIA-SEQUENCE:{pieces[0].sequence if pieces else 0}",
        f'#EXT-X-MAP:URI="{init}"',
    ]
    before: Piece | None = None
    for piece in pieces:
        if before is not None and piece.starts_at - before.ends_at > timedelta(seconds=1):
            lines.append("#EXT-X-DISCONTINUITY")
        lines += [
            f"#EXT-X-PROGRAM-DATE-TIME:{stamp(piece.starts_at)}",
            f"#EXTINF:{piece.media_ms / 1000:.3f},",
            segment.format(piece.sequence),
        ]
        before = piece
    lines += [daterange(mark) for mark in marks]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else []), ""])


def daterange(mark: Mark) -> str:
    """Write a mark as an HLS date range, without free text."""
    ends = f",DURATION={(mark.until - mark.at).total_seconds():.3f}" if mark.until else ""
    return (
        f'#EXT-X-DATERANGE:ID="{mark.id}",CLASS="cn.yangguang.{mark.kind}",'
        f'START-DATE="{stamp(mark.at)}"{ends}'
    )


def webvtt(pieces: Sequence[Piece], marks: Iterable[Mark], note: str = "") -> str:
    """Write a metadata track: one cue a mark, its payload one line of JSON."""
    blocks = ["WEBVTT", *([f"NOTE {one_line(note)}"] if note else [])]
    for mark in marks:
        start = media_time(pieces, mark.at)
        if start is None:
            continue
        end = media_time(pieces, mark.until) if mark.until else None
        end = max(end or 0, start + 1000)
        payload = {"id": mark.id, "kind": mark.kind, "at": stamp(mark.at), **mark.details}
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        for char, escape in FORBIDDEN.items():
            text = text.replace(char, escape)
        blocks.append(f"{mark.id}\n{clock(start)} --> {clock(end)}\n{text}")
    return "\n\n".join([*blocks, ""])


def one_line(text: str) -> str:
    """Make a text safe inside one line of a WebVTT file."""
    return " ".join(text.replace("-->", "→").split())


def clock(media_ms: int) -> str:
    """Write a media time as WebVTT does: hh:mm:ss.mmm."""
    seconds, ms = divmod(media_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def stamp(at: datetime) -> str:
    """Write an instant in UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

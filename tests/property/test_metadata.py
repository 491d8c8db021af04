"""Laws of the two clocks: whatever the gaps, media time and instants answer each other."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitoring import metadata
from monitoring.metadata import Mark, Piece

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LINE_ENDS = {"\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"}


@st.composite
def recordings(draw):
    """Segments in order, with a gap or a new run of the camera here and there."""
    at, media, run, pieces = START, 0, 0, []
    for sequence in range(draw(st.integers(1, 12))):
        gap = draw(st.sampled_from([0, 0, 0, 1, 700, 30_000]))
        run += 1 if gap and draw(st.booleans()) else 0
        at += timedelta(milliseconds=gap)
        length = draw(st.integers(40, 2500))
        end = at + timedelta(milliseconds=length)
        pieces.append(Piece(sequence, at, end, media, length, run))
        at, media = end, media + length
    return pieces


@given(recordings(), st.data())
def test_an_instant_and_its_media_time_answer_each_other(pieces, data):
    total = pieces[-1].media_start_ms + pieces[-1].media_ms
    media = data.draw(st.integers(0, total - 1))
    shown = metadata.instant(pieces, media)
    assert metadata.media_time(pieces, shown) == media


@given(recordings(), st.lists(st.integers(-1000, 40_000), min_size=2, max_size=20))
def test_media_time_never_runs_backward_and_is_undefined_exactly_in_gaps(pieces, offsets):
    instants = [START + timedelta(milliseconds=offset) for offset in sorted(offsets)]
    times = [metadata.media_time(pieces, at) for at in instants]
    known = [time for time in times if time is not None]
    assert known == sorted(known)
    for at, time in zip(instants, times, strict=True):
        is_in_gap = any(a <= at < b for a, b in metadata.gaps(pieces))
        is_outside = at < pieces[0].starts_at or at >= pieces[-1].ends_at
        assert (time is None) == (is_in_gap or is_outside)


@given(recordings(), st.integers(-1000, 40_000))
def test_the_frames_around_an_instant_enclose_it(pieces, offset):
    at = START + timedelta(milliseconds=offset)
    before = metadata.media_time_until(pieces, at)
    after = metadata.media_time_from(pieces, at)
    assert before is not None or after is not None
    if before is not None and after is not None:
        assert before == after


@given(recordings())
def test_a_playlist_read_back_gives_the_same_pieces(pieces):
    text = metadata.playlist(pieces, [], init="init-{}", segment="{}", ended=True)
    assert _read(text) == [(p.sequence, p.starts_at, p.media_ms, p.run) for p in pieces]
    joins = pairwise(pieces)
    assert text.count("#EXT-X-DISCONTINUITY\n") == sum(metadata.breaks(a, b) for a, b in joins)


def _read(text):
    run, found = None, []
    for line in text.splitlines():
        if line.startswith("#EXT-X-MAP"):
            run = int(line.split("init-")[1].rstrip('"'))
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            at = datetime.fromisoformat(line.split(":", 1)[1])
        elif line.startswith("#EXTINF:"):
            length = round(float(line[8:-1]) * 1000)
        elif not line.startswith("#"):
            found.append((int(line), at, length, run))
    return found


@given(recordings(), st.text(), st.text())
def test_no_text_can_add_a_cue_or_a_line(pieces, title, number):
    marks = [Mark(number, pieces[0].starts_at, "observation.filed", title, {"text": title})]
    for text in (
        metadata.webvtt(pieces, marks, note=title),
        metadata.captions(pieces, marks),
    ):
        assert text.count("-->") == 1
        assert not LINE_ENDS & set(text.replace("\n", ""))
    dated = metadata.playlist(pieces, marks, init="{}", segment="{}", ended=True)
    (line,) = [line for line in dated.split("\n") if "DATERANGE" in line]
    assert line.count('"') == 6

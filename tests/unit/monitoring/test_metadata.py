import json
from datetime import UTC, datetime, timedelta

from monitoring import metadata
from monitoring.metadata import Mark, Piece

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DATED = (
    '#EXT-X-DATERANGE:ID="bid.read-1",CLASS="cn.yangguang.bid.read",'
    'START-DATE="2026-11-24T01:00:01.000Z"'
)
HOSTILE = "a --> b\n\n00:00.000 --> 00:09.000\n<script>&amp;\u2028=cmd()"


def piece(sequence, seconds, run=0, length=2000):
    at = START + timedelta(seconds=seconds)
    return Piece(sequence, at, at + timedelta(milliseconds=length), sequence * 2000, length, run)


def mark(seconds, title="唱标", until=None, **details):
    at = START + timedelta(seconds=seconds)
    end = None if until is None else START + timedelta(seconds=until)
    return Mark(f"bid.read-{seconds}", at, "bid.read", title, details, end)


PIECES = [piece(0, 0), piece(1, 2), piece(2, 40, run=1), piece(3, 42, run=1)]


def test_playlist_dates_every_segment_and_starts_each_run_with_its_own_map():
    text = metadata.playlist(
        PIECES, [mark(1)], init="v/init-{}.mp4", segment="v/{}.m4s", ended=True
    )
    assert text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-MEDIA-SEQUENCE:0",
        '#EXT-X-MAP:URI="v/init-0.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T01:00:00.000Z",
        "#EXTINF:2.000,",
        "v/0.m4s",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T01:00:02.000Z",
        "#EXTINF:2.000,",
        "v/1.m4s",
        "#EXT-X-DISCONTINUITY",
        '#EXT-X-MAP:URI="v/init-1.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T01:00:40.000Z",
        "#EXTINF:2.000,",
        "v/2.m4s",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T01:00:42.000Z",
        "#EXTINF:2.000,",
        "v/3.m4s",
        DATED,
        "#EXT-X-ENDLIST",
    ]


def test_live_playlist_stays_open_and_an_empty_one_names_nothing():
    live = metadata.playlist(PIECES, [], init="{}", segment="{}", ended=False)
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in live
    assert "ENDLIST" not in live
    empty = metadata.playlist([], [mark(1)], init="{}", segment="{}", ended=False)
    assert "DATERANGE" not in empty
    assert "EXT-X-MAP" not in empty


def test_hostile_text_stays_one_cue_with_its_words_intact():
    text = metadata.webvtt(PIECES, [mark(1, HOSTILE, text=HOSTILE)], note="x --> y\n\nz")
    blocks = text.rstrip("\n").split("\n\n")
    assert blocks[:2] == ["WEBVTT", "NOTE x → y z"]
    identifier, timing, payload = blocks[2].split("\n")
    assert (identifier, timing) == ("bid.read-1", "00:00:01.000 --> 00:00:02.000")
    assert not {"<", ">", "&", "\u2028"} & set(payload)
    assert json.loads(payload) == {
        "id": "bid.read-1",
        "kind": "bid.read",
        "at": "2026-11-24T01:00:01.000Z",
        "title": HOSTILE,
        "text": HOSTILE,
    }
    assert len(blocks) == 3


def test_details_cannot_pretend_to_be_another_mark():
    payload = metadata.webvtt(PIECES, [mark(1, id="forged", at="never")]).split("\n")[4]
    assert json.loads(payload)["id"] == "bid.read-1"


def test_hostile_title_cannot_break_a_caption_or_a_chapter():
    for text in (
        metadata.captions(PIECES, [mark(1, HOSTILE)]),
        metadata.chapters(PIECES, [mark(1, HOSTILE, until=3)]),
    ):
        lines = text.rstrip("\n").split("\n")
        assert len(lines) == 5
        assert lines[4] == ("a → b 00:00.000 → 00:09.000 &lt;script&gt;&amp;amp; =cmd()")


def test_what_happened_in_a_gap_has_no_cue_but_a_chapter_reaches_over_it():
    assert metadata.webvtt(PIECES, [mark(20)]) == "WEBVTT\n\n"
    chapters = metadata.chapters(PIECES, [mark(-5, "候场", 20), mark(20, "唱标", 41), mark(50)])
    assert chapters == (
        "WEBVTT\n\n"
        "bid.read--5\n00:00:00.000 --> 00:00:04.000\n候场\n\n"
        "bid.read-20\n00:00:04.000 --> 00:00:05.000\n唱标\n\n"
    )


def test_a_caption_gives_way_to_the_next_one():
    text = metadata.captions(PIECES, [mark(0, "一"), mark(1, "二"), mark(20, "三")])
    assert text == (
        "WEBVTT\n\n"
        "bid.read-0\n00:00:00.000 --> 00:00:01.000\n一\n\n"
        "bid.read-1\n00:00:01.000 --> 00:00:04.000\n二\n\n"
    )


def test_a_recording_in_which_nothing_has_happened_yet_has_empty_captions():
    assert metadata.captions(PIECES, []) == "WEBVTT\n\n"


def test_gaps_are_what_no_piece_covers():
    assert metadata.gaps(PIECES) == [(START + timedelta(seconds=4), START + timedelta(seconds=40))]


def test_an_identifier_keeps_only_harmless_characters():
    assert metadata.token('GP-1"\n-->x') == "GP-1--x"
    assert metadata.token("→") == "_"

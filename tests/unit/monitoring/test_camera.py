import time

from monitoring import camera


def test_squares_count_the_frames_in_binary():
    assert camera.bits_of(0) == [False] * 16
    assert camera.bits_of(5)[:4] == [True, False, True, False]
    assert sum(bit << place for place, bit in enumerate(camera.bits_of(40_321))) == 40_321


def test_synthetic_camera_has_one_square_for_each_bit():
    filters = camera.synthetic("")[-1]
    assert filters.count("color=white") == camera.BITS
    assert "drawtext" not in filters
    assert "drawtext=fontfile=/f.ttc" in camera.synthetic("/f.ttc")[-1]


def test_a_stream_address_is_recorded_at_the_same_constant_rate():
    over_tcp = camera.command("rtsp://camera/1")
    assert over_tcp[over_tcp.index("-i") - 2 : over_tcp.index("-i") + 2] == [
        "-rtsp_transport",
        "tcp",
        "-i",
        "rtsp://camera/1",
    ]
    assert "-rtsp_transport" not in camera.command("http://camera/1.mjpeg")
    assert over_tcp[over_tcp.index("-r") + 1] == "25"


def test_only_finished_segments_are_given(tmp_path):
    assert camera.written(tmp_path) == []
    (tmp_path / camera.LIST).write_text(
        "#EXTM3U\n#EXTINF:2.000000,\n000000.m4s\n#EXTINF:1.520000,\n000001.m4s\n"
    )
    assert camera.written(tmp_path) == [
        camera.Written(0, tmp_path / "000000.m4s", 2000),
        camera.Written(1, tmp_path / "000001.m4s", 1520),
    ]


def test_camera_ends_with_a_whole_segment_when_the_pipe_to_it_closes(tmp_path):
    process = camera.start("synthetic", tmp_path / "run000")
    deadline = time.monotonic() + 20
    while not camera.written(tmp_path / "run000") and time.monotonic() < deadline:
        time.sleep(0.1)
    camera.stop(process)
    process.wait(10)
    segments = camera.written(tmp_path / "run000")
    assert segments[0].media_ms == 2000
    assert all(item.path.stat().st_size > 1000 for item in segments)
    assert "#EXT-X-ENDLIST" in (tmp_path / "run000" / camera.LIST).read_text()

"""Cameras: one ffmpeg process a recording, writing two-second segments into a folder.

The synthetic camera burns in the clock and, as twelve black or white squares, the number of the
frame, so that a test can read from the pixels which frame is on the screen (monitoring.md 3.1). A
real camera is a stream address in the settings.
"""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import imageio_ffmpeg

SEGMENT_SECONDS = 2
FRAMES_PER_SECOND = 25
BITS = 12
SQUARE, LEFT, TOP = 22, 20, 326
INIT, LIST = "init.mp4", "out.m3u8"


@cache
def font() -> str:
    """Give a font file for the burnt-in clock, or nothing where there is none."""
    matcher = shutil.which("fc-match")
    if matcher is None:
        return ""
    found = subprocess.run(  # noqa: S603 - fontconfig's own command, no input
        [matcher, "-f", "%{file}", "Noto Sans CJK SC"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def synthetic() -> list[str]:
    """Give ffmpeg the synthetic camera: picture, tone, clock and frame bits."""
    boxes = [
        f"drawbox=x={LEFT + bit * (SQUARE + 2)}:y={TOP}:w={SQUARE}:h={SQUARE}:color=white:t=fill"
        f":enable='mod(floor(n/{1 << bit})\\,2)'"
        for bit in range(BITS)
    ]
    clock = (
        f"drawtext=fontfile={font()}:text='%{{gmtime}} UTC  #%{{n}}':x=330:y=328:fontsize=16"
        ":fontcolor=white"
    )
    strip = "drawbox=x=0:y=314:w=640:h=46:color=black:t=fill"
    filters = ",".join([strip, *boxes, *([clock] if font() else [])])
    picture = f"smptehdbars=size=640x360:rate={FRAMES_PER_SECOND}"
    return [
        *("-re", "-f", "lavfi", "-i", picture),
        *("-f", "lavfi", "-i", "sine=frequency=330:sample_rate=44100"),
        *("-vf", filters),
    ]


def command(source: str) -> list[str]:
    """Give the whole ffmpeg command for a source: "synthetic" or a stream address."""
    given = synthetic() if source == "synthetic" else ["-rtsp_transport", "tcp", "-i", source]
    return [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin"),
        *given,
        *("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-pix_fmt", "yuv420p"),
        *("-g", str(SEGMENT_SECONDS * FRAMES_PER_SECOND), "-sc_threshold", "0", "-b:v", "300k"),
        *("-c:a", "aac", "-b:a", "48k"),
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_segment_type", "fmp4"),
        *("-hls_flags", "independent_segments", "-hls_list_size", "0"),
        *("-hls_fmp4_init_filename", INIT, "-hls_segment_filename", "%06d.m4s", LIST),
    ]


def start(source: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Start the camera of a recording in its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(command(source), cwd=folder)  # noqa: S603 - our own command line


@dataclass(frozen=True)
class Written:
    """One finished segment in the folder: its place, its file, its length in milliseconds."""

    sequence: int
    path: Path
    media_ms: int


def written(folder: Path) -> list[Written]:
    """Give the finished segments in order: those the playlist names, which ffmpeg has closed."""
    listed = folder / LIST
    if not listed.exists():
        return []
    found: list[Written] = []
    length = 0
    for line in listed.read_text().splitlines():
        if line.startswith("#EXTINF:"):
            length = round(float(line[8:].rstrip(",")) * 1000)
        elif line.endswith(".m4s"):
            found.append(Written(len(found), folder / line, length))
    return found

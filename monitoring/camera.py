"""Cameras: one ffmpeg process a run, writing two-second segments into a folder.

The synthetic camera burns in the clock and, as sixteen black or white squares, the number of the
frame, so that a test can read from the pixels which frame is on the screen (monitoring.md 3.1). A
real camera is a stream address; it is recorded at the same constant rate.

`python -m monitoring.camera SOURCE FOLDER` keeps one ffmpeg alive as long as its standard input is
open: when the platform dies, however it dies, the pipe closes and the camera ends with a whole last
segment. Told to stop by a signal it does the same; killed, it takes ffmpeg with it.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import imageio_ffmpeg

ROOT: Final = Path(__file__).resolve().parent.parent
SEGMENT_SECONDS: Final = 2
FRAMES_PER_SECOND: Final = 25
BITS: Final = 16
SQUARE, PITCH, LEFT, TOP = 16, 18, 16, 330
INIT, LIST = "init.mp4", "out.m3u8"
PR_SET_PDEATHSIG: Final = 1
LOOK_SECONDS, GRACE_SECONDS = 0.25, 5


def font() -> str:
    """Give a font file for the burnt-in clock, or nothing where there is none."""
    matcher = shutil.which("fc-match")
    if matcher is None:
        return ""
    found = subprocess.run(  # noqa: S603 - fontconfig's own command, no input
        [matcher, "-f", "%{file}", "Noto Sans CJK SC"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def bits_of(frame: int) -> list[bool]:
    """Tell which squares are white on a frame, lowest bit on the left."""
    return [bool(frame >> bit & 1) for bit in range(BITS)]


def synthetic(letters: str) -> list[str]:
    """Give ffmpeg the synthetic camera: picture, tone, clock and frame bits."""
    boxes = [
        f"drawbox=x={LEFT + bit * PITCH}:y={TOP}:w={SQUARE}:h={SQUARE}:color=white:t=fill"
        f":enable='mod(floor(n/{1 << bit})\\,2)'"
        for bit in range(BITS)
    ]
    clock = (
        f"drawtext=fontfile={letters}:text='%{{gmtime}} UTC  %{{n}}':x=330:y=330:fontsize=16"
        ":fontcolor=white"
    )
    strip = "drawbox=x=0:y=318:w=640:h=42:color=black:t=fill"
    filters = ",".join([strip, *boxes, *([clock] if letters else [])])
    picture = f"smptehdbars=size=640x360:rate={FRAMES_PER_SECOND}"
    return [
        *("-re", "-f", "lavfi", "-i", picture),
        *("-re", "-f", "lavfi", "-i", "sine=frequency=330:sample_rate=44100"),
        *("-vf", filters),
    ]


def command(source: str, letters: str = "") -> list[str]:
    """Give the whole ffmpeg command for a source: "synthetic" or a stream address."""
    given = synthetic(letters) if source == "synthetic" else _stream(source)
    return [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin"),
        *given,
        *("-r", str(FRAMES_PER_SECOND), "-c:v", "libx264", "-preset", "ultrafast"),
        *("-tune", "zerolatency", "-profile:v", "main", "-pix_fmt", "yuv420p", "-b:v", "300k"),
        *("-g", str(SEGMENT_SECONDS * FRAMES_PER_SECOND), "-sc_threshold", "0"),
        *("-threads", "1", "-c:a", "aac", "-b:a", "48k"),
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_segment_type", "fmp4"),
        *("-hls_flags", "independent_segments", "-hls_list_size", "0"),
        *("-hls_fmp4_init_filename", INIT, "-hls_segment_filename", "%06d.m4s", LIST),
    ]


def _stream(address: str) -> list[str]:
    over_tcp = ["-rtsp_transport", "tcp"] if address.startswith("rtsp") else []
    return [*over_tcp, "-i", address]


def start(source: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Start a camera in a folder of its own; it ends when the pipe to it closes."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(  # noqa: S603 - our own module; the source comes from the settings
        [sys.executable, "-m", "monitoring.camera", source, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask a camera to end, without waiting for it."""
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()


def keep(source: str, folder: Path) -> int:
    """Run ffmpeg until it ends or standard input closes; gives its exit code."""
    recorder = subprocess.Popen(  # noqa: S603 - our own line
        command(source, font()),
        cwd=folder,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
    )
    signal.signal(signal.SIGTERM, lambda *_: recorder.terminate())
    while recorder.poll() is None:
        ready, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
        if ready and not os.read(sys.stdin.fileno(), 1):
            recorder.terminate()
            try:
                recorder.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                recorder.kill()
    return recorder.wait()


def end_with_parent() -> None:
    """Let the system kill this process when its parent is gone (Linux; elsewhere the pipe does)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(frozen=True)
class Written:
    """One finished segment in a run's folder: its place, its file, its length in milliseconds."""

    place: int
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


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], Path(sys.argv[2])))

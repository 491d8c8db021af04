"""Progress on standard error: done, rate, time left, on one line that is written over."""

import sys
import time
from typing import Final

BETWEEN: Final = 0.1
MIB: Final = 1024 * 1024


class Progress:
    """How far a long step has come."""

    def __init__(self, total: int, title: str) -> None:
        self._total, self._title, self._done = total, title, 0
        self._began = self._shown = time.monotonic()

    def add(self, count: int) -> None:
        """Count bytes done."""
        self._done += count
        now = time.monotonic()
        if now - self._shown >= BETWEEN:
            self._shown = now
            self._write("\r" + self.line(now - self._began))

    def end(self) -> None:
        """Write the last line."""
        self._write("\r" + self.line(time.monotonic() - self._began) + "\n")

    def line(self, seconds: float) -> str:
        """Say how far it is after so many seconds."""
        rate = self._done / seconds if seconds else 0.0
        left = (self._total - self._done) / rate if rate else 0.0
        share = 100 * self._done // self._total if self._total else 100
        return (
            f"{self._title}: {self._done / MIB:.1f}/{self._total / MIB:.1f} MiB {share}% "
            f"{rate / MIB:.1f} MiB/s, {max(left, 0):.0f} s left"
        )

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

"""A process that has loaded a site once and does each errand in a fork of itself.

Loading takes longer than most errands, and a fork sees nothing of what the one before it left.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import traceback
import weakref
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.rig.processes import ROOT


class Errands:
    """Does errands inside the site that an environment describes, one at a time.

    One that takes too long ends the process; `is_over` says that others need a new one.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._turn = threading.Lock()
        self._folder = TemporaryDirectory(prefix="errands-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rig.errands", self._folder.name],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.end = weakref.finalize(self, _end, self._process, self._folder)

    @property
    def is_over(self) -> bool:
        """Tell whether the process has ended."""
        return self._process.poll() is not None

    def run(self, code: str, seconds: float) -> str:
        """Run Python lines and give what they printed; RuntimeError says why they failed."""
        with self._turn:
            ask, answer = self._process.stdin, self._process.stdout
            assert ask
            assert answer
            ask.write(json.dumps(code) + "\n")
            ask.flush()
            if not select.select([answer], [], [], seconds)[0]:
                os.killpg(self._process.pid, signal.SIGKILL)  # with the fork that holds it up
            ended = answer.readline().strip() or f"nothing within {seconds} s"
            out, err = (_read(Path(self._folder.name) / name) for name in ("out", "err"))
        if ended != "0":
            raise RuntimeError(f"ended with {ended}:\n{code}\n{out}{err}")
        return out


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _end(process: subprocess.Popen[str], folder: TemporaryDirectory[str]) -> None:
    """Let the process go: it ends when nobody can ask it any more."""
    process.communicate()
    folder.cleanup()


def _do(code: str, folder: Path) -> None:
    """Run the lines as `manage.py shell -c` would, their output to files; does not return."""
    for name, stream in (("out", 1), ("err", 2)):
        file = os.open(folder / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        os.dup2(file, stream)
    failed = 0
    try:
        exec(code, {"__name__": "__main__"})  # noqa: S102 - the tests' own lines
    except BaseException:  # noqa: BLE001 - said and answered with the exit code
        traceback.print_exc()
        failed = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(failed)


def _serve(folder: Path) -> None:
    """Answer each line of JSON (code) with a line (the exit code of the fork that ran it)."""
    import django  # noqa: PLC0415 - who only asks need not load it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(json.loads(line), folder)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))

"""Child processes that are always gone afterwards."""

import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 10
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def takes_connections(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Child:
    """A child process whose output goes to a file; `env`, when given, is all it inherits."""

    def __init__(
        self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = 240) -> None:
        """Wait for the child to be ready; say what it printed if it never is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.process.args} ended early:\n{self.output()}")
            if is_ready():
                return
            time.sleep(0.05)
        self.stop()
        raise TimeoutError(f"{self.process.args} was not ready:\n{self.output()}")

    def output(self) -> str:
        """What the child has printed so far (its last 4,000 characters)."""
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self) -> int:
        """Ask it to end, and make it end when it does not (a daphne with open requests may not)."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """End it as a power failure would."""
        self.process.kill()
        self.process.wait()

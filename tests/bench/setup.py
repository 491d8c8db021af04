"""How long `./run` takes to be ready: in a fresh clone, and again."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, timed
from tests.rig.processes import ROOT


def ready(folder: Path) -> float:
    """Seconds that `./run setup` takes in a checkout."""
    with timed() as watch:
        subprocess.run(["./run", "setup"], cwd=folder, check=True, capture_output=True)
    return watch.seconds


def measure(*, short: bool) -> Iterator[Figure]:
    """Set up a clone from nothing (the system's packages are there), then once more."""
    if short:
        ready(ROOT)  # a checkout set up for its tests has something left to do for serving
        yield Figure("set up: again", ready(ROOT), "s")
        return
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["/usr/bin/git", "clone", "-q", str(ROOT), str(clone)], check=True)
        yield Figure("set up: fresh clone", ready(clone), "s")
        yield Figure("set up: again", ready(clone), "s")

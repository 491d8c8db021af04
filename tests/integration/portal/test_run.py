"""`./run` does only what is not done yet."""

import subprocess

from tests.rig.processes import ROOT


def test_setting_up_what_is_set_up_does_nothing() -> None:
    done = subprocess.run(
        ["./run", "setup", "dev"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout + done.stderr == "", "files have changed since: ./run setup dev"

"""`./run` does only what is not done yet."""

import os
import subprocess

from tests.rig.processes import ROOT


def test_setting_up_what_is_set_up_does_nothing() -> None:
    # The tests' own folder is not what `run` fills.
    here = {name: value for name, value in os.environ.items() if name != "YANGGUANG_VAR"}
    done = subprocess.run(
        ["./run", "setup", "dev"], cwd=ROOT, env=here, check=True, capture_output=True, text=True
    )
    assert done.stdout + done.stderr == "", "files have changed since: ./run setup dev"

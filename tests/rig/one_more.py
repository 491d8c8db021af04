"""A plugin that adds one file to each folder of extensions before the tests are collected.

`ONE_MORE=FOLDER pytest -p tests.rig.one_more …`: every `FOLDER/<package>/` is searched as if it
were part of the package of that name.
"""

import importlib
import os
from pathlib import Path

for folder in sorted(Path(os.environ["ONE_MORE"]).iterdir()):
    importlib.import_module(folder.name).__path__.append(str(folder))

"""Whoever reads English finds every text in English."""

import os
import re
import shutil
import subprocess
import sys

import polib
import pytest

from tests.rig.processes import ROOT

CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
MADE_HERE = ("var", "node_modules", "tests", ".*")
NAMES = re.compile(r"%\((\w+)\)[sd]")


def test_there_is_an_english_catalogue():
    assert [path.parts[-3] for path in CATALOGUES if path.name == "django.po"] == ["en"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_the_catalogue_is_complete(path):
    catalogue = polib.pofile(str(path))
    missing = [entry.msgid for entry in catalogue.untranslated_entries()]
    fuzzy = [entry.msgid for entry in catalogue.fuzzy_entries()]
    assert (missing, fuzzy) == ([], [])


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_every_translation_has_the_same_blanks_to_fill(path):
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(path))
        if not entry.obsolete
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if text and set(NAMES.findall(text)) != set(NAMES.findall(entry.msgid))
    ]
    assert wrong == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="collecting texts needs gettext")
def test_the_catalogue_has_every_text_of_the_code(tmp_path):
    """Collects the texts again in a copy, and compares what is asked for."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE_HERE))
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "collect_messages"]
    subprocess.run(command, cwd=copy, env=settings, check=True)
    for path in CATALOGUES:
        again = polib.pofile(str(copy / path.relative_to(ROOT)))
        assert asked(again) == asked(polib.pofile(str(path))), "run ./run messages"


def asked(catalogue: polib.POFile) -> set[tuple[str, str]]:
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}

"""Rules of the house that no linter knows."""

import re
import subprocess

import pytest
from django.core.management import call_command

from tests.house.sources import sources
from tests.rig.processes import ROOT

VAGUE = {"utils", "util", "common", "helpers", "helper", "misc"}


def test_effects_go_up_through_reactions_not_signals():
    uses = re.compile(r"django\.(db\.models|dispatch|core)\.?signals?|@receiver|\.connect\(")
    found = [str(path) for path in sources(".py") if uses.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_file_is_a_drawer_for_everything():
    found = [str(path) for path in sources(".py") if VAGUE & {path.stem, path.parent.name}]
    assert found == []


@pytest.mark.django_db
def test_migrations_are_current(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


def test_templates_carry_no_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:importmap|application/json)\")|<style|\sstyle=|\son\w+=\"",
        re.IGNORECASE,
    )
    pages = [*sources(".html"), *sorted((ROOT / "templates").rglob("*.html"))]
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in pages
        if "papers" not in path.parts
        for match in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_import_contracts_hold():
    done = subprocess.run(
        [".venv/bin/lint-imports", "--cache-dir", "var/import-linter"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout

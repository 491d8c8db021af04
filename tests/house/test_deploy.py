"""The deploy files name only what exists: files, commands, settings.

There is no container engine here; this is what can be known of them without one.
"""

import re
import shlex

from django.core.management import get_commands

from tests.house.test_settings_documented import documented
from tests.rig.processes import ROOT

DEPLOY = ROOT / "deploy"
NOT_OURS = {
    "DOMAIN",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    "POSTGRES_DB",
    "PYTHONUNBUFFERED",
    "PATH",
}
NOT_OURS |= {"BACKUP_RECIPIENTS", "BACKUP_FOLDER"}  # read by compose itself


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_every_command_of_manage_exists():
    named = set()
    for name in ("Dockerfile", "compose.yaml", "yangguang.service"):
        flat = re.sub(r"[\",\[\]]", " ", text(name))
        named |= set(re.findall(r"manage\.py\s+([a-z_]+)", flat))
    assert {"serve", "worker", "migrate", "backup"} <= named
    assert named - set(get_commands()) == set()


def test_every_file_the_image_takes_from_the_checkout_exists():
    taken = re.findall(r"^COPY (?!--from)(.+) \S+$", text("Dockerfile"), re.MULTILINE)
    files = [path for line in taken for path in shlex.split(line)]
    assert "requirements.txt" in files
    # An ignored folder is taken from a stage instead.
    assert [path for path in files if not (ROOT / path).exists()] == []


def test_what_the_checkout_made_never_enters_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".venv", "var", "node_modules", "deploy/.env"} <= set(ignored)


def test_the_image_has_the_packages_of_apt_txt():
    image = text("Dockerfile")
    needed = (ROOT / "apt.txt").read_text(encoding="utf-8").split()
    of_the_base = {"python3", "python3-venv", "ca-certificates"}
    assert [name for name in needed if name not in image and name not in of_the_base] == []


def test_every_setting_is_one_that_is_explained():
    compose = text("compose.yaml")
    block = compose.partition("environment: &environment")[2].partition("volumes:")[0]
    given = set(re.findall(r"^\s+([A-Z][A-Z0-9_]+):", block, re.MULTILINE))
    given |= set(re.findall(r"^(?:ENV|Environment=)?.*?\b([A-Z_]{5,})=", text("Dockerfile")))
    given |= set(
        re.findall(r"\b([A-Z][A-Z_]+)=", text("yangguang.service").partition("[Service]")[2])
    )
    assert "DATABASE_URL" in given
    assert given - set(documented()) - NOT_OURS == set()
    asked = set(re.findall(r"\$\{([A-Z_]+)", compose))
    offered = set(re.findall(r"^([A-Z_]+)=", text("env.example"), re.MULTILINE))
    assert asked == offered


def test_database_and_its_dump_program_are_of_one_version():
    assert "postgres:15-bookworm" in text("compose.yaml")
    assert text("Dockerfile").count("slim-bookworm") == 2

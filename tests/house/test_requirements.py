"""What we build on is pinned, justified, and named without a download address."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.house.sources import OWN, sources
from tests.rig.processes import ROOT

LINE = re.compile(r"^[\w.-]+(\[[\w,]+\])?==[\w.]+(; [^#]+)?  # \S+")


def lines(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-c"))]


def names(name: str) -> set[str]:
    found = (re.split(r"[\[=;]", line)[0] for line in lines(name) if "==" in line)
    return {re.sub(r"[-_.]+", "-", found_name).lower() for found_name in found}


def test_every_runtime_requirement_is_pinned_and_says_why():
    assert [line for line in lines("requirements.in") if not LINE.match(line)] == []


@pytest.mark.parametrize("source", ["requirements", "requirements-dev"])
def test_every_requirement_is_locked_with_hashes(source):
    locked = (ROOT / f"{source}.txt").read_text(encoding="utf-8")
    assert names(f"{source}.in") - names(f"{source}.txt") == set()
    assert locked.count("--hash=sha256:") >= len(names(f"{source}.txt"))


def imported() -> set[str]:
    """The top-level packages our code imports."""
    found = set()
    for path in sources(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
    return found


def test_what_the_code_imports_is_there_at_run_time():
    """A package that only the tests bring would be missing where the platform is only run."""
    brought_by = packages_distributions()
    outside = imported() - set(sys.stdlib_module_names) - set(OWN)
    locked = names("requirements.txt")
    normal = {
        package: {re.sub(r"[-_.]+", "-", name).lower() for name in brought_by.get(package, [])}
        for package in outside
    }
    assert [package for package, by in normal.items() if not by & locked] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "package-lock.json"])
def test_no_lock_names_where_it_was_downloaded_from(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r'--(?:extra-)?index-url|--find-links|"resolved"', text) == []


@pytest.mark.parametrize("name", ["apt.txt", "apt-dev.txt"])
def test_run_knows_what_every_system_package_provides(name):
    script = (ROOT / "run").read_text(encoding="utf-8")
    known = re.search(r"provided\(\) \{\n(.*?)\n\}", script, re.DOTALL).group(1)
    assert [package for package in lines(name) if package not in known] == []


def test_run_is_plain_posix_shell():
    subprocess.run(["/bin/sh", "-n", "run"], cwd=ROOT, check=True)
    script = (ROOT / "run").read_text(encoding="utf-8")
    assert script.startswith("#!/bin/sh\n")
    assert re.findall(r"\[\[|\blocal\b|\bfunction\b|<\(|\bsource\b", script) == []

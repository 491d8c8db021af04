"""The platform as people meet it: `manage.py serve` in processes of its own."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rig import migrated
from tests.rig.errands import Errands
from tests.rig.processes import ROOT, Child, free_port

# What a developer's shell may have set must not reach the server under test.
OWN_SETTINGS = (
    "DATABASE_URL",
    "VALKEY_URL",
    "S3_BUCKET",
    "DEBUG",
    "PACE",
    "DJANGO_SETTINGS_MODULE",
)

QUIET_START_SECONDS = 4.0
MOST_SLOWNESS = 6.0  # more than that is a moment's crowd, and windows would outlast their story

# One process for all, because loading Django takes longer than any of them.
PREPARATION = """
from django.core.management import call_command
call_command("compile_messages")
call_command("collectstatic", interactive=False, verbosity=0)
"""


@dataclass
class Site:
    """One server process with its var folder."""

    var: Path
    port: int = field(default_factory=free_port)
    extra: Mapping[str, str] = field(default_factory=dict)
    child: Child | None = None
    errands: Errands | None = None
    slowness: float = 1
    """How many times slower than a quiet machine this one was at the start; scales waits."""

    @property
    def url(self) -> str:
        """Where a browser finds it: localhost, because WebCrypto wants a secure origin."""
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of the server and of its commands."""
        kept = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        own = {"YANGGUANG_VAR": str(self.var), "SITE_URL": self.url, "PACE": "demo", "DEMO": "1"}
        # A camera encodes all the time: rooms have one where the test looks at it.
        return kept | own | {"ROOM_CAMERA": ""} | dict(self.extra)

    def manage(self, *words: str, seconds: float = 300) -> str:
        """Run one of Django's commands against this site's data and give what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def python(self, code: str, seconds: float = 300) -> str:
        """Run Python lines inside the site (`from tests import world; world.cast()`)."""
        if self.errands is None or self.errands.is_over:
            self.errands = Errands(self.env)
        return self.errands.run(code, seconds)

    def start(self, *words: str) -> "Site":
        """Serve, and wait until pages come."""
        began = time.monotonic()
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), *words]
        self.child = Child(command, self.var / "log" / f"serve-{self.port}.log", self.env)
        self.child.wait_until(self.answers)
        measured = (time.monotonic() - began) / QUIET_START_SECONDS
        self.slowness = min(max(1.0, measured), MOST_SLOWNESS)
        return self

    def answers(self) -> bool:
        """Whether the server gives any answer to a request."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/clock", timeout=5):  # noqa: S310 - our own port
                return True
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False

    def stop(self) -> int:
        """End it politely, or after ten seconds otherwise; gives the exit code."""
        return self.child.stop() if self.child else 0

    def end(self) -> None:
        """Stop it and print its last lines, which pytest shows beside a failed test."""
        self.stop()
        if self.errands:
            self.errands.end()
        sys.stdout.write(self.log())

    def kill(self) -> None:
        """End it as a power failure would."""
        if self.child:
            self.child.kill()

    def log(self) -> str:
        """The last lines the server printed."""
        return self.child.output() if self.child else ""


@pytest.fixture(scope="session")
def prepared_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var folder with the vendor bundle, collected static files and a migrated SQLite file."""
    var = tmp_path_factory.mktemp("prepared")
    bundle = ROOT / "var" / "vendor"
    if not bundle.is_dir():
        pytest.fail("var/vendor is missing: `./run setup dev` makes it")
    (var / "vendor").symlink_to(bundle)
    migrated.put_sqlite(var / migrated.FILE)
    site = Site(var)
    site.python(PREPARATION)
    return var


def own_var(prepared: Path, var: Path) -> Path:
    """A var folder that begins as the prepared one; the static files are shared."""
    var.mkdir(parents=True)
    for name in ("vendor", "static"):
        (var / name).symlink_to(prepared / name)
    for path in prepared.glob("yangguang.sqlite3*"):
        shutil.copy(path, var / path.name)
    return var


@pytest.fixture
def new_site(prepared_var: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Makes sites of this test's own: `new_site()`, then `manage` to seed and `start()`."""
    with ExitStack() as ends:
        count = iter(range(100))

        def make(**extra: str) -> Site:
            site = Site(own_var(prepared_var, tmp_path / f"var{next(count)}"), extra=extra)
            ends.callback(site.end)
            return site

        yield make


@pytest.fixture
def site_of_cast(new_site: Callable[..., Site]) -> Site:
    """A served site of this test's own that holds the cast and nothing else."""
    site = new_site()
    site.python("from tests import world; world.cast()")
    return site.start()


@pytest.fixture(scope="session")
def site_scope_var(prepared_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The var folder of the site that all stories of a session share."""
    return own_var(prepared_var, tmp_path_factory.mktemp("site") / "var")


@pytest.fixture(scope="session")
def daphne_server(site_scope_var: Path) -> Iterator[Site]:
    """A served site on SQLite, seeded with the demo (without its actors), for the whole run."""
    site = Site(site_scope_var, extra={"ROOM_CAMERA": "synthetic"})
    site.manage("load_demo", "--no-actors", seconds=300)
    site.start()
    yield site
    site.end()


@pytest.fixture
def two_servers(
    new_site: Callable[..., Site], postgres_database: str, valkey: str
) -> Iterator[tuple[Site, Site]]:
    """Two server processes on one PostgreSQL database and one Valkey, with nothing in them yet."""
    shared = {"DATABASE_URL": postgres_database, "VALKEY_URL": valkey}
    first = new_site(**shared)
    second = Site(first.var, extra=shared)
    yield first.start(), second.start()
    second.end()

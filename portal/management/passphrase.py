"""Passphrases of key files: from the environment or asked for."""

import getpass
import os
from pathlib import Path

from bidding.sealing import keys
from bidding.sealing.keys import Key
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

PASSPHRASE_VARIABLE = "SEALING_PASSPHRASE"  # noqa: S105 - the name of a variable


def passphrase(of: str) -> str:
    """Give the passphrase of a key file."""
    found = os.environ.get(PASSPHRASE_VARIABLE) or getpass.getpass(f"{of}: ")
    if not found:
        raise Invalid("cli.passphrase_empty", _("口令不能为空。"))
    return found


def unlocked(path: str) -> Key:
    """Open a key file."""
    return keys.unlock(Path(path).read_bytes(), passphrase(path))

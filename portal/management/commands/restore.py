"""Put a backup back into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel.errors import DomainError
from ledger.note import parse_verifier
from portal.backup import platform
from portal.management.passphrase import unlocked


class Command(BaseCommand):
    """`manage.py restore FOLDER --key FILE …`; first the keys' backup, then the platform's."""

    help = "Restore a backup of the keys (--log-key) or of database and files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the backup and the key files of those who open it."""
        parser.add_argument("folder")
        parser.add_argument("--key", action="append", required=True, help="a recipient's key file")
        parser.add_argument("--log-key", help="restore keys: the log's public key, name+id+key")

    def handle(self, **options: Any) -> None:
        """Restore, and say what came back and what is to be done next."""
        try:
            found = restored(options)
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"made {found.made_at}, {found.files} files, signed by {found.signed_by}")
        for digest in found.missing:
            self.stderr.write(f"missing document {digest}")
        if not options["log_key"]:
            self.stdout.write("The log is shut. Next: manage.py mend_log --checkpoint FILE")


def restored(options: dict[str, Any]) -> platform.Restored:
    """Restore what the options name."""
    keys = [unlocked(path) for path in options["key"]]
    folder = Path(options["folder"])
    if options["log_key"]:
        log_key = parse_verifier(options["log_key"])
        return platform.restore_keys(folder=folder, keys=keys, log_key=log_key)
    return platform.restore(folder=folder, keys=keys)

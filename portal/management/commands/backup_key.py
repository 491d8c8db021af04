"""Make the key of a person who can help to open backups."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bidding.sealing import keys, strict
from portal.management.passphrase import passphrase


class Command(BaseCommand):
    """`manage.py backup_key --to FILE`: run it on the person's own machine, never on the server."""

    help = "Make a key for opening backups, and print its public side."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where the key file goes."""
        parser.add_argument("--to", required=True, help="the new key file, under a passphrase")

    def handle(self, **options: Any) -> None:
        """Write the key file, which must be new, and print what `backup --recipient` takes."""
        key = keys.new_key("backup")
        content = keys.lock(key, passphrase(options["to"]))
        try:
            descriptor = os.open(Path(options["to"]), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as reason:
            raise CommandError(str(reason)) from None
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        self.stdout.write(strict.base64url(key.wrap_public()))

"""Back up the platform, or its keys."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kernel.errors import DomainError
from portal.backup import platform
from portal.backup.archive import Circle, parse_recipient


class Command(BaseCommand):
    """`manage.py backup --to FOLDER --recipient NAME=PUBLIC …`: sealed, while people work."""

    help = "Back up database and files (or, with --keys, the keys), sealed to the recipients."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place, who can open it, and whether the keys are meant."""
        parser.add_argument("--to", required=True, help="folder that gets the new backup's folder")
        parser.add_argument("--recipient", action="append", default=[], help="NAME=PUBLIC KEY")
        parser.add_argument("--need", type=int, help="how many of them it takes (1, or 2 and more)")
        parser.add_argument("--keys", action="store_true", help="the keys, never beside the rest")
        parser.add_argument("--check", help="check this backup instead; needs no key")

    def handle(self, **options: Any) -> None:
        """Make the backup, or check one, and print where it is."""
        try:
            self.stdout.write(checked(options["check"]) if options["check"] else made(options))
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from None


def checked(folder: str) -> str:
    """Check a backup and say of when it is."""
    header = platform.check(Path(folder))
    return f"{folder}: whole, {header.kind}, made {header.fields['made_at']}"


def made(options: dict[str, Any]) -> str:
    """Make the backup and give its folder."""
    circle = Circle(
        [parse_recipient(text) for text in options["recipient"]],
        options["need"] or min(2, len(options["recipient"])),
    )
    make = platform.back_up_keys if options["keys"] else platform.back_up
    return str(make(to=Path(options["to"]), circle=circle, at=timezone.now()))

"""Open the log again after a restore."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kernel.errors import DomainError
from ledger import mending
from ledger.note import parse_verifier
from ledger.services import Entry


class Command(BaseCommand):
    """`manage.py mend_log --checkpoint FILE`, or with `--began-anew OLD_KEY --reason TEXT`."""

    help = "Show the last published checkpoint, so that the log may be signed again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the checkpoint somebody outside kept and, when facts are lost, the old log's key."""
        parser.add_argument("--checkpoint", required=True, help="the newest anybody kept")
        parser.add_argument("--began-anew", metavar="OLD_KEY", help="facts are lost: name+id+key")
        parser.add_argument("--reason", default="", help="what happened; it is published")

    def handle(self, **options: Any) -> None:
        """Go on with the log, or begin a new one, and print the fact that says so."""
        try:
            entry = mended(options)
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{entry.kind}: {entry.data}")


def mended(options: dict[str, Any]) -> Entry:
    """Record how the log goes on."""
    published, at = Path(options["checkpoint"]).read_text(encoding="utf-8"), timezone.now()
    if not options["began_anew"]:
        return mending.reopen(published=published, at=at)
    old_key = parse_verifier(options["began_anew"])
    return mending.begin_anew(published=published, old_key=old_key, reason=options["reason"], at=at)

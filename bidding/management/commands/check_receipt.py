"""Check a receipt, against a downloaded record when there is one; needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from bidding.queries.receipts import receipt_verifier
from bidding.sealing import bundle as bundles
from kernel.errors import DomainError
from ledger import note


class Command(BaseCommand):
    """`manage.py check_receipt --file receipt.txt --bundle record.json`."""

    help = "Check a receipt: its signature, and that the record of its tender includes it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the receipt, the record, and the keys to believe."""
        parser.add_argument("--file", required=True, type=Path, help="the receipt")
        parser.add_argument("--bundle", type=Path, help="the tender's record.json")
        parser.add_argument("--proof", type=Path, help="the receipt's own proof, from its page")
        parser.add_argument("--key", default="", help="receipt key to believe: name+id+key")
        parser.add_argument("--log-key", default="", help="log key to believe: name+id+key")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print a line for each check; fail when one does not hold."""
        try:
            lines = checked(options)
        except (OSError, ValueError, DomainError) as wrong:
            raise CommandError(str(wrong)) from wrong
        for line in lines:
            mark = "✓" if line.holds else "✗"
            found = gettext(line.found) if line.found else ""
            self.stdout.write(f"{mark} {gettext(line.check)}  {found}".rstrip())
        if not all(line.holds for line in lines):
            raise CommandError(gettext("核对没有通过。"), returncode=1)


def checked(options: dict[str, Any]) -> list[bundles.Line]:
    """Check what the options name."""
    content = options["file"].read_text(encoding="utf-8")
    if options["bundle"] is None:
        key = note.parse_verifier(options["key"]) if options["key"] else receipt_verifier()
        return [bundles.check_receipt_alone(content, key)[1]]
    bundle, proof = read(options["bundle"]), options.get("proof")
    keys = bundles.keys_of(bundle, options["key"], options["log_key"])
    return bundles.check(content, bundle, keys, read(proof) if proof else None)


def read(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise CommandError(gettext("%(name)s 不是从平台下载的 JSON 文件。") % {"name": path.name})
    return content

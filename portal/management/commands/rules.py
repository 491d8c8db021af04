"""Check a pack of rules before a server is given it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.management.tool import REFUSED
from trading import queries


class Command(BaseCommand):
    """Read a pack, print what is wrong with each row; exit 2 when anything is."""

    help = "docs/how-to/a-pack-for-your-city.md"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the pack."""
        parser.add_argument("--file", required=True, help="TOML 文件")

    def handle(self, *_args: object, **options: Any) -> None:
        """Print name, number of rows and findings as one JSON document."""
        pack = queries.pack_in(Path(options["file"]))
        answer = {
            "name": pack.name,
            "issuer": pack.issuer,
            "region": pack.region,
            "rows": len(pack.rows.all()),
            "findings": [
                {
                    "file": found.file,
                    "row": found.row,
                    "code": found.code,
                    "message": found.text(),
                }
                for found in pack.findings
            ],
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        if pack.findings:
            raise SystemExit(REFUSED)

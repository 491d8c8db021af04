"""The shape of a tool's command: read one JSON document, print one, or refuse with exit code 2."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kernel.errors import DomainError
from portal.tools import TOOLS, read_body

REFUSED = 2


class ToolCommand(BaseCommand):
    """Run one of TOOLS on a file; subclasses only name it."""

    tool = ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, or `-` for standard input."""
        parser.add_argument("--file", required=True, help="JSON 文件；- 表示标准输入")

    def body(self, options: dict[str, Any]) -> object:
        """Give the JSON body of the call."""
        return read_body(options["file"], sys.stdin)

    def handle(self, *_args: object, **options: Any) -> None:
        """Print the answer, or the refusal with its stable code."""
        try:
            self._print(TOOLS[self.tool](self.body(options)))
        except DomainError as refusal:
            answer = {"code": refusal.code, "message": refusal.text(), "facts": refusal.facts}
            self._print(answer)
            raise SystemExit(REFUSED) from None

    def _print(self, answer: object) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, default=str))

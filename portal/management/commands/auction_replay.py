"""Replay an auction from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from bidding.auction.signed import require_signed
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Replay an auction from its rules and timed bids, after checking who signed the file."""

    help = "docs/reference/tools.md"
    tool = "auction_replay"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the signature and the key too."""
        super().add_arguments(parser)
        parser.add_argument("--note", help="平台对记录文件的签名（log.note）")
        parser.add_argument("--key", help="平台回执公钥：名称+编号+公钥")

    def body(self, options: dict[str, Any]) -> object:
        """Give the JSON body, once its signature holds."""
        if bool(options["note"]) != bool(options["key"]):
            raise Invalid("auction.note_and_key", _("签名（--note）和公钥（--key）须一并给出。"))
        if options["note"]:
            signed = Path(options["note"]).read_text(encoding="utf-8")
            require_signed(Path(options["file"]).read_bytes(), signed, options["key"])
        return super().body(options)

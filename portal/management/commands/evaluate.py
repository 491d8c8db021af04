"""Evaluate bids from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Evaluate bids from a file."""

    help = "docs/reference/tools.md"
    tool = "evaluate"

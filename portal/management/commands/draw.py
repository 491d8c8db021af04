"""Repeat a draw from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Repeat a draw from a file."""

    help = "docs/reference/tools.md"
    tool = "draw"

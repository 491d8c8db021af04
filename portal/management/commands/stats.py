"""Add up reported figures from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Add up reported figures from a file."""

    help = "docs/reference/tools.md"
    tool = "stats"

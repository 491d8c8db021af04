"""Screen the prices of a tender from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Screen the prices of a tender from a file."""

    help = "docs/reference/tools.md"
    tool = "screens"

"""Check and propose the dates of a tender from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Check and propose the dates of a tender from a file."""

    help = "docs/reference/tools.md"
    tool = "timetable"

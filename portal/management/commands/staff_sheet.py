"""Add up the assessment sheet of one of the staff from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Add up the assessment sheet of one of the staff from a file."""

    help = "docs/reference/tools.md"
    tool = "staff_sheet"

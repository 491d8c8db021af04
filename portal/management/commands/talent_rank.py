"""Rank the candidates of a recruitment from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Rank the candidates of a recruitment from a file."""

    help = "docs/reference/tools.md"
    tool = "talent_rank"

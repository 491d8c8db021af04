"""Replay an auction from a file."""

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Replay an auction from its rules and timed bids."""

    help = "docs/reference/tools.md"
    tool = "auction_replay"

"""Make the papers that wait, in this process, then end."""

import logging
import os
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger import papers, press

logger = logging.getLogger(__name__)
POLITENESS = 5


class Command(BaseCommand):
    """`manage.py press`: make every paper that waits."""

    help = "Make the papers that wait."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how this process is held."""
        parser.add_argument("--tied", action="store_true", help="end when standard input ends")
        parser.add_argument(
            "--piped", action="store_true", help="make the one paper read from standard input"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make each paper; one that cannot be made says why and is left for the next try."""
        os.nice(POLITENESS)
        if options["piped"]:
            sys.stdout.buffer.write(press.piped(sys.stdin.buffer.read(), timezone.now()))
            return
        if options["tied"]:
            threading.Thread(target=end_with_input, daemon=True).start()
        papers.pause_lost(timezone.now())
        for pk in papers.waiting(timezone.now()):
            try:
                papers.make(pk, timezone.now())
            except Exception:  # one bad paper does not keep the others from being made
                logger.exception("paper %s", pk)


def end_with_input() -> None:
    """End at once when the process that started this one is gone; what was being made is leased,
    and is made again.
    """
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)

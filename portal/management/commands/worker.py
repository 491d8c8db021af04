"""Do the due work in a process of its own; any number of them may run."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from portal import clock


class Command(BaseCommand):
    """`manage.py worker`: the loop that `serve` otherwise has inside."""

    help = "Do what time makes due, until told to stop."

    def handle(self, **options: Any) -> None:
        """Tick until SIGTERM or Ctrl-C."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        clock.run(stop)

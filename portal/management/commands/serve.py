"""Serve the platform: pages, sockets and, unless told otherwise, the due work."""

import errno
import os
import socket
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from bidding.gate import KEEPER
from ledger.live import HUB

BACKLOG = 4096
GRACE_SECONDS = 8.0
LAST_WORDS_SECONDS = 3.0
LOOK_SECONDS = 0.1
PIECE = 256 * 1024  # a body goes to the application in pieces; each costs a turn of the loop


class Command(BaseCommand):
    """`manage.py serve`: daphne, with the due-work loop as a thread beside it."""

    help = "Serve pages and sockets, with the due-work loop inside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and what runs beside the pages."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--interface", default="127.0.0.1")
        parser.add_argument("--no-worker", action="store_true", help="leave due work to `worker`")
        parser.add_argument("--demo", action="store_true", help="fill an empty database first")
        parser.add_argument("--no-actors", action="store_true", help="play the demo by hand")

    def handle(self, **options: Any) -> None:
        """Serve until told to stop; then stop within a grace time, whatever hangs."""
        require_free(options["interface"], options["port"])
        if options["demo"] and "load_demo" in get_commands():
            call_command("load_demo", *(["--no-actors"] if options["no_actors"] else []))
        stop = threading.Event()
        if not options["no_worker"]:
            start_due_work(stop)
        serve(options["interface"], options["port"], stop, self.announce)

    def announce(self) -> None:
        """Say where the pages are, and who may sign in."""
        cast = settings.VAR / "demo" / "cast.txt"
        if settings.DEMO and cast.exists():
            self.stdout.write(cast.read_text(encoding="utf-8"))
        self.stdout.write(self.style.SUCCESS(f"{settings.SITE_NAME}  {settings.SITE_URL}"))
        self.stdout.flush()


def require_free(interface: str, port: int) -> None:
    """Refuse a port that somebody listens on, before anything else is done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((interface, port))
        except OSError as reason:
            if reason.errno in {errno.EADDRINUSE, errno.EACCES}:
                raise CommandError(
                    f"port {port}: {reason.strerror}. Choose another: PORT=8001"
                ) from None
            raise


def start_due_work(stop: threading.Event) -> None:
    """Run the due-work loop beside the server; killing it loses nothing, so it may be a daemon."""
    from portal import clock  # noqa: PLC0415 - other commands need not load what is due

    threading.Thread(target=clock.run, args=[stop], name="due-work", daemon=True).start()


def serve(interface: str, port: int, stop: threading.Event, ready: Callable[[], None]) -> None:
    """Run daphne in this process until a signal ends it."""
    from channels.routing import get_default_application  # noqa: PLC0415 - loads every page
    from daphne import server as daphne  # noqa: PLC0415 - installs its reactor when imported
    from twisted.internet import reactor, task  # noqa: PLC0415 - the reactor daphne installed

    class Leaving(daphne.Server):  # type: ignore[misc]  # daphne is not typed
        """Daphne that ends the live streams, lets them say their last, and cancels what is left."""

        def kill_all_applications(self) -> object:
            HUB.close()
            return self.once_silent(round(LAST_WORDS_SECONDS / LOOK_SECONDS))

        def once_silent(self, looks: int) -> object:
            # After a moment each time, in which what was said last is also written.
            still = partial(self.once_silent, looks - 1) if HUB.open and looks else None
            later = cast("Any", reactor)
            return task.deferLater(later, LOOK_SECONDS, still or self.kill_the_rest)

        def kill_the_rest(self) -> object:
            # A connection that waits for its next request has no application, which daphne forgets.
            held: dict[Any, dict[str, Any]] = vars(self)["connections"]
            self.connections = {
                one: has for one, has in held.items() if "application_instance" in has
            }
            return super().kill_all_applications()

    from portal.bounds import BoundedFactory  # noqa: PLC0415 - after daphne's reactor

    daphne.HTTPFactory = BoundedFactory  # daphne takes its connections from this name alone

    def leave() -> None:
        stop.set()
        end = threading.Timer(GRACE_SECONDS, os._exit, [0])
        end.daemon = True
        end.start()

    # A request held up in a thread would keep the process for ever; each write is a transaction,
    # so leaving it unfinished is safe.
    at_end = cast("Callable[..., object]", reactor.addSystemEventTrigger)  # typed for zope only
    at_end("before", "shutdown", leave)
    KEEPER.watch()
    Leaving(
        application=get_default_application(),
        endpoints=[f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"],
        ready_callable=ready,
        server_name="yangguang",
        request_buffer_size=PIECE,
    ).run()

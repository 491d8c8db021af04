"""Fill an empty database with the demo."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import queries as accounts
from portal.demo import actors, clients, purchases, seed, town


class Command(BaseCommand):
    """`manage.py load_demo`: the town, with one opening two minutes away; again it does nothing."""

    help = "Fill an empty database with a believable small town."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether the actors play the live opening."""
        parser.add_argument("--no-actors", action="store_true", help="play the opening by hand")

    def handle(self, **options: Any) -> None:
        """Make the town unless there is one."""
        if not settings.DEMO:
            raise CommandError("The demo is made only where DEMO=1: it holds everybody's keys.")
        self._let_actors_play(play=not options["no_actors"])
        if not accounts.has_people():
            begun = time.monotonic()
            seed.fill(timezone.now())
            self.stdout.write(f"demo ready in {time.monotonic() - begun:.1f} s")
        if options["no_actors"]:
            self._hand_out_keys()

    def _hand_out_keys(self) -> None:
        """Give whoever plays by hand the keys of bidders and custodians, as files."""
        holds = {name: role for name, _name, role, _body in town.PEOPLE}
        bidders = [name for name, role in holds.items() if role == "bidder"]
        keepers = [name for name, role in holds.items() if role == "purchaser"]
        keepers += [name for name, _office in (*purchases.CUSTODIANS, *purchases.RECOVERY)]
        folder = clients.write_key_files(bidders, keepers, settings.DEMO_PASSWORD)
        self.stdout.write(f"keys of bidders and custodians: {folder}")

    def _let_actors_play(self, *, play: bool) -> None:
        switch = actors.switch()
        switch.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if play:
            switch.touch()
        else:
            switch.unlink(missing_ok=True)

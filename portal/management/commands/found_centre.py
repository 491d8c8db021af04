"""Make the first organisation and person of an empty installation: the centre and who decides."""

import getpass
import os
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import queries, services
from accounts.domain import (
    CENTRE_ADMIN,
    Actor,
    Grant,
    OrganisationDetails,
    PersonDetails,
)
from kernel.errors import DomainError

PASSWORD_VARIABLE = "FOUNDER_PASSWORD"  # noqa: S105 - the name of a variable
FOUNDER = Actor(ref="system", name="系统", grants=frozenset({Grant(CENTRE_ADMIN, None)}))
OF_THE_CENTRE = ("uscc", "centre", "legal_representative", "address", "phone")


class Command(BaseCommand):
    """`manage.py found_centre`: works once, while nobody has an account."""

    help = "Register the trading centre and its first administrator in an empty installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what the centre declares of itself, and who its administrator is."""
        for name in OF_THE_CENTRE:
            parser.add_argument(f"--{name.replace('_', '-')}", required=True)
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True, help="the administrator's own name")

    def handle(self, **options: Any) -> None:
        """Register them by the ordinary services; the password is asked for or taken from
        FOUNDER_PASSWORD.
        """
        password = os.environ.get(PASSWORD_VARIABLE) or getpass.getpass()
        try:
            found(options, password, timezone.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['centre']}: {options['username']}")


@transaction.atomic
def found(options: dict[str, str], password: str, at: datetime) -> None:
    """Register centre and administrator; all later roles are granted by people, in the pages."""
    if queries.has_people():
        raise CommandError("Somebody has an account already: roles are granted in the pages now.")
    uscc, username = options["uscc"], options["username"]
    centre = OrganisationDetails(
        uscc=uscc,
        name=options["centre"],
        legal_representative=options["legal_representative"],
        address=options["address"],
        phone=options["phone"],
    )
    person = PersonDetails(username, options["name"])
    services.register_organisation(actor=FOUNDER, details=centre, at=at)
    services.register_person(actor=FOUNDER, details=person, password=password, at=at)
    services.grant_role(
        actor=FOUNDER, username=username, role=CENTRE_ADMIN, uscc=uscc, reason="", at=at
    )
    services.appoint_administrator(actor=FOUNDER, uscc=uscc, username=username, at=at)

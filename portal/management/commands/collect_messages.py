"""Collect every text of code and templates into the catalogues; needs gettext."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

ELSEWHERE = ["node_modules/*", "tests/*", "var/*", ".venv/*"]


class Command(BaseCommand):
    """`manage.py collect_messages`: what `./run messages` runs."""

    help = "Collect the texts to translate into locale/."

    def handle(self, **options: Any) -> None:
        """Collect for every language but the one the texts are written in."""
        call_command(
            "makemessages",
            locale=[code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE],
            no_location=True,
            no_obsolete=True,
            no_wrap=True,
            ignore_patterns=ELSEWHERE,
            verbosity=0,
        )

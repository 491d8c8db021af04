"""Compile the translations without gettext, which a newcomer's machine may not have."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`manage.py compile_messages`: every locale/**/*.po becomes the .mo beside it."""

    help = "Compile locale/**/*.po into .mo files."

    def handle(self, **options: Any) -> None:
        """Compile each catalogue and say how complete it is."""
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).rglob("*.po")):
                self.stdout.write(compiled(source))


def compiled(source: Path) -> str:
    """Compile one catalogue; fuzzy and obsolete entries stay out, as with msgfmt."""
    catalogue = polib.pofile(str(source))
    catalogue.save_as_mofile(str(source.with_suffix(".mo")))
    return f"{source.parts[-3]}/{source.name}: {catalogue.percent_translated()} %"

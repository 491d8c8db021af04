"""Write the generated pages of docs/reference."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import reference


class Command(BaseCommand):
    """`manage.py reference`: what `./run docs` runs."""

    help = "Write the generated pages of docs/reference."

    def handle(self, **options: Any) -> None:
        """Write each page that differs from what the code says now."""
        for path, text in reference.pages().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"written: {path.name}")

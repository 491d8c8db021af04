"""Make the papers that wait, in this process, then end."""

import logging
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger import papers
from ledger.models import Paper

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py press`: make every paper that waits."""

    help = "Make the papers that wait."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make each paper; one that cannot be made is noted and left for the next try."""
        for pk in papers.waiting(timezone.now()):
            try:
                papers.make(pk, timezone.now())
            except (OSError, ValueError) as failure:
                logger.exception("paper %s", pk)
                Paper.objects.filter(pk=pk).update(failure=str(failure)[:300])

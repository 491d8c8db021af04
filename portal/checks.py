"""What is checked before a server starts: that the packs of rules it was given can be used."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from trading import queries
from trading.periods.pack import findings_of


@register
def rule_packs(**_options: Any) -> list[CheckMessage]:
    """Refuse to start with a pack that has a bad row: rules left out in silence are worse."""
    return [
        Error(
            f"{found.file} {found.row} [{found.code}] {found.text()}",
            hint="manage.py rules --file PACK.toml",
            id="portal.E001",
        )
        for found in findings_of(queries.rule_packs(settings.RULE_PACKS))
    ]

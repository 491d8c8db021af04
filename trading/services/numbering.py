"""The public codes of what is filed about a tender."""

import secrets
from typing import Final

from trading.models import Tender

SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH: Final = 8


def case_code(tender: Tender, infix: str) -> str:
    """Give the code of a new case. It is drawn, not counted: a serial number would tell whoever
    files one how many have been filed before (rulebook 1.3).
    """
    return f"{tender.code}-{infix}-{''.join(secrets.choice(SIGNS) for _ in range(LENGTH))}"

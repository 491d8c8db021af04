"""The locked list of those who alone may take part in a tender: neither the database nor its size
tells who or how many.
"""

import json
from typing import Final

from ledger import private
from trading.domain import invitations
from trading.domain.invitations import Invited
from trading.markets import method_of
from trading.models import Tender

SIZE: Final = 16_384
"""Every list is locked at one length, in which all fit that may be let in."""


def lock_invited(code: str, invited: Invited) -> bytes:
    """Lock a list at the length that all have."""
    plain = json.dumps(invited.plain(), separators=(",", ":")).encode()
    return private.lock(plain.ljust(SIZE), _about(code))


def invited_of(tender: Tender) -> Invited:
    """Open the list of a tender, for its own side and for the rules."""
    kept = bytes(tender.invited)
    if not kept:
        return Invited()
    return invitations.read_invited(json.loads(private.unlock(kept, _about(tender.code))))


def chosen_of(tender: Tender) -> tuple[str, ...]:
    """Give the codes of those who may take part, once there is a list: who was invited, or who
    came through a gate.
    """
    method = method_of(tender)
    how = method.by_invitation
    if how is not None:
        return invitations.chosen(invited_of(tender), draws=how.draws)
    return invited_of(tender).listed if method.gate else ()


def _about(code: str) -> str:
    return f"invited.{code}"

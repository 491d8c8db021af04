"""Seal the reserve of a lot: its owner alone knows it until the bidding has ended (LD39 10)."""

import json
import secrets
from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from ledger import private
from trading import policy, queries
from trading.domain import reserve
from trading.markets import lifecycle_of
from trading.models import Reserve
from trading.queries.reserves import about
from trading.services.drafting import required
from trading.services.telling import tell

LONGEST_DECISION = 60


@transaction.atomic
def seal_reserve(
    *, actor: Actor, code: str, number: int, price: str, decision: str, at: datetime
) -> Reserve:
    """Lock a lot's reserve and publish its commitment; sealing anew replaces what was sealed."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.seal_reserve", tender)
    lifecycle_of(tender).after(tender.state, "seal_reserve")
    reserve.require_open(tender.state, tender.bids_close_at, at)
    lot = queries.lot_of(tender, number)
    clean = reserve.read(price, lot.budget, lot.auction)
    by = required(decision, "decision", LONGEST_DECISION)
    opening = {"price": f"{clean:.2f}", "salt": secrets.token_hex(32)}
    sealed = private.lock(json.dumps(opening).encode(), about(code, number))
    kept, _made = Reserve.objects.update_or_create(
        lot=lot,
        defaults={
            "sealed": sealed,
            "commitment": reserve.commitment(opening),
            "decision": by,
            "sealed_at": at,
        },
    )
    tell(
        tender,
        "tender.reserve_sealed",
        actor,
        at,
        lot=number,
        commitment=kept.commitment,
        decision=by,
    )
    return kept

"""An auction as it stands: the row, locked, with what the engine keeps of it, and how it is kept.

The row is the fence: whoever decides holds it, reads what the last one wrote, and writes before it
answers (performance.md 3). A process remembers the state it read last and reads it again only when
another has written since.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from accounts.domain import SYSTEM
from bidding import auction as engine
from bidding.auction.state import RESTING, Act, Decision, Offer, State, as_json, from_json
from bidding.auction.terms import Terms, read_terms
from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from kernel.reading import Fields
from ledger import canonical, private
from ledger.services import record, record_each

SECRET: Final = frozenset({"maximum", "quote", "join", "decline", "condition"})
"""Acts of which nobody else is told before the end."""
OUTAGE_SECONDS: Final = 5
"""A silence of the platform from which on its length is given back to all (rulebook 5.0, pause)."""
MOST_REMEMBERED: Final = 1024

_remembered: dict[str, tuple[int, Terms, State]] = {}
_codes: dict[str, dict[bytes, str]] = {}


@dataclass
class Table:
    """A locked auction: its terms, its state, and what is to be told of what changed."""

    row: Auction
    terms: Terms
    state: State

    @classmethod
    def of(cls, row: Auction) -> "Table":
        """Give the state of a locked row."""
        known = _remembered.get(row.code)
        if known is None or known[0] != row.version:
            terms = whole_terms(row)
            known = (row.version, terms, from_json(_opened(row)))
        return cls(row, known[1], known[2])

    def code_of(self, owner: str) -> str | None:
        """Give the code under which an organisation bids here, or None."""
        codes = _codes.get(self.row.code)
        if codes is None:
            rows = Entrant.objects.filter(auction=self.row).values_list("tag", "code")
            codes = _codes[self.row.code] = {bytes(tag): code for tag, code in rows}
        return codes.get(entrant_tag(self.row.code, owner))

    def silence(self, at: datetime) -> int:
        """Give the seconds for which the platform had been silent by then, of those that count."""
        since = max(self.row.seen_at, self.terms.opens_at, self.state.at or self.terms.opens_at)
        seconds = int((at - since).total_seconds())
        return seconds if seconds >= OUTAGE_SECONDS else 0

    def credit(self, at: datetime, seconds: int) -> None:
        """Give back the time in which the platform was silent, if the phase takes it."""
        act = Act(at=at, by="", kind="credit", data={"seconds": seconds})
        decision = engine.decide(self.terms, self.state, act)
        if decision.accepted:
            self.state, self.row.seen_at = decision.state, at
            self.tell("auction.credited", at, acts=[plain_act(act)], seconds=seconds)

    def tell(self, kind: str, at: datetime, **data: object) -> None:
        """Record a fact that everybody may read, with what may now be shown."""
        shown = engine.visible(self.terms, self.state)
        record(
            stream=self.row.stream,
            kind=kind,
            actor=SYSTEM.ref,
            at=at,
            tender=self.row.lot.tender.code,
            shown=shown,
            **data,
        )

    def tell_acts(self, acts: Sequence[tuple[Act, Decision]]) -> None:
        """Record one fact of all acts and of the prices that came to stand; of each secret act a
        digest to hold us to, and the act itself, locked.
        """
        last = acts[-1][0].at
        secret = [
            sealed_act(self.row, decision.state.number, act)
            for act, decision in acts
            if act.kind in SECRET
        ]
        if secret:
            record_each(
                stream=self.row.sealed_stream,
                kind="auction.act_sealed",
                actor=SYSTEM.ref,
                at=last,
                tender=self.row.lot.tender.code,
                each=secret,
            )
        told = [plain_act(act) for act, _decision in acts if act.kind not in SECRET]
        offers = [plain_offer(act, offer) for act, decision in acts for offer in decision.offers]
        if told or offers:
            self.tell("auction.offers", last, acts=told, offers=offers)

    def keep(self) -> None:
        """Write the state; the row is held until the transaction ends."""
        row, state = self.row, self.state
        row.version += 1
        row.sealed = private.lock(json.dumps(as_json(state)).encode(), about(row, row.version))
        row.shown = canonical.to_plain(engine.visible(self.terms, state))
        row.phase, row.acts = state.phase, state.number
        row.next_due_at = next_instant(state)
        row.save(
            update_fields=[
                "version",
                "sealed",
                "shown",
                "phase",
                "acts",
                "next_due_at",
                "seen_at",
                "ended_at",
            ]
        )
        transaction.on_commit(self._remember)

    def _remember(self) -> None:
        """Keep the state in this process, now that it is durable."""
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
            _codes.clear()
        _remembered[self.row.code] = (self.row.version, self.terms, self.state)


def locked(codes: Collection[str]) -> list[Table]:
    """Lock auctions in the order of their keys, so that two processes never wait in a ring."""
    of = ("self",) if connection.features.has_select_for_update_of else ()
    rows = Auction.objects.select_for_update(of=of).filter(code__in=codes)
    return [Table.of(row) for row in rows.select_related("lot__tender").order_by("pk")]


def next_instant(state: State) -> datetime | None:
    """Give the instant at which time itself moves the auction, or None."""
    return None if state.phase in RESTING else state.closes_at


def whole_terms(row: Auction) -> Terms:
    """Give the terms with who is qualified, by code."""
    codes = row.entrants.order_by("code").values_list("code", flat=True)
    return read_terms(Fields({**row.terms, "qualified": list(codes)}))


def about(row: Auction, version: int) -> str:
    """Name what a sealed state is about: an old one put back does not open."""
    return f"auction.{row.code}.{version}"


def first_state(row: Auction, terms: Terms) -> bytes:
    """Seal the state an auction begins in."""
    return private.lock(json.dumps(as_json(engine.start(terms))).encode(), about(row, 0))


def _opened(row: Auction) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(private.unlock(bytes(row.sealed), about(row, row.version)))
    return found


def plain_act(act: Act) -> dict[str, object]:
    """Write an act as the record and the bid log hold it; its number would tell of secret ones."""
    return {
        "at": act.at,
        "by": act.by,
        "kind": act.kind,
        "price": act.price,
        "data": dict(act.data),
    }


def plain_offer(act: Act, offer: Offer) -> dict[str, object]:
    """Write a price that came to stand, and by which act unless that is secret."""
    return {
        "at": act.at,
        "by": offer.by,
        "price": offer.price,
        "automatic": offer.automatic,
        "kind": "" if act.kind in SECRET else act.kind,
    }


def sealed_act(row: Auction, number: int, act: Act) -> dict[str, object]:
    """Give what the record holds of a secret act: a digest to hold us to, and the act, locked."""
    encoded = canonical.encode({**plain_act(act), "act": number, "salt": secrets.token_hex(32)})
    return {
        "act": number,
        "digest": hashlib.sha256(b"auction-act/v1\0" + encoded).hexdigest(),
        "sealed": private.lock(encoded, f"act.{row.code}.{number}").hex(),
    }


def opened_act(row: Auction, entry: dict[str, Any]) -> dict[str, Any]:
    """Open a secret act again, once the auction is over."""
    sealed = bytes.fromhex(entry["sealed"])
    found: dict[str, Any] = json.loads(private.unlock(sealed, f"act.{row.code}.{entry['act']}"))
    return found

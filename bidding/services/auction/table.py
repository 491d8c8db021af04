"""An auction as it stands: the row, locked, with what the engine keeps of it, and how it is kept.

The row is the fence: whoever decides holds it, reads what the last one wrote, and writes before it
answers (performance.md 3). A process remembers the state it read last and reads it again only when
another has written since.
"""

import copy
import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM
from bidding import auction as engine
from bidding.auction.state import RESTING, Act, Decision, Offer, State, as_json
from bidding.auction.terms import Terms, read_terms
from bidding.models import Auction, Entrant
from bidding.queries.auctions import engine_terms, entrant_tag
from bidding.queries.sealed_state import about, state_of
from kernel.errors import Missing
from kernel.reading import Fields
from kernel.text import gettext_noop as _
from ledger import canonical, private
from ledger.services import record, record_each
from trading import queries as trading

SECRET: Final = frozenset({"maximum", "quote", "join", "decline"})
"""Acts of which nobody else is told before the end."""
OUTAGE_SECONDS: Final = 5
"""A silence of the platform from which on its length is given back to all (rulebook 5.0, pause)."""
MOST_REMEMBERED: Final = 1024

_remembered: dict[str, "Known"] = {}
_codes: dict[str, "Codes"] = {}


class Codes:
    """The codes under which organisations bid in one auction, found by their tags."""

    def __init__(self, auction: str, by_tag: dict[bytes, str]) -> None:
        self.auction, self.by_tag = auction, by_tag
        self.of_owner: dict[str, str] = {}

    def of(self, owner: str) -> str | None:
        """Give an organisation's code, or None; its tag is made once, not for every act."""
        code = self.of_owner.get(owner)
        if code is None:
            code = self.by_tag.get(entrant_tag(self.auction, owner))
            if code is not None:
                self.of_owner[owner] = code
        return code


@dataclass(frozen=True)
class Known:
    """What this process read or wrote last of an auction; the row's version says whether that is
    still how it stands.
    """

    row: Auction
    terms: Terms
    state: State


class TenderNotLockedError(Exception):
    """What was decided moves the tender, whose lock comes before the auction's: begin again."""


@dataclass
class Table:
    """A locked auction: its terms, its state, and what is to be told of what changed."""

    row: Auction
    terms: Terms
    state: State
    holds_tender: bool = False

    @classmethod
    def of(cls, row: Auction, *, holds_tender: bool = False) -> "Table":
        """Give the state of a locked row."""
        known = _remembered.get(row.code)
        if known is None or known.row.version != row.version:
            known = Known(row, whole_terms(row), state_of(row))
        return cls(row, known.terms, known.state, holds_tender)

    @classmethod
    def remembered(cls, code: str) -> "Table | None":
        """Give an auction as this process wrote it last, without a look at the row."""
        known = _remembered.get(code)
        return None if known is None else cls(copy.copy(known.row), known.terms, known.state)

    def need_tender(self) -> None:
        """Be sure that the tender was locked before the auction, as whoever moves it has done."""
        if not self.holds_tender:
            raise TenderNotLockedError(self.row.tender_code)

    def code_of(self, owner: str) -> str | None:
        """Give the code under which an organisation bids here, or None."""
        codes = _codes.get(self.row.code)
        if codes is None:
            rows = Entrant.objects.filter(auction=self.row).values_list("tag", "code")
            by_tag = {bytes(tag): code for tag, code in rows}
            codes = _codes[self.row.code] = Codes(self.row.code, by_tag)
        return codes.of(owner)

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
            tender=self.row.tender_code,
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
                tender=self.row.tender_code,
                each=secret,
            )
        told = told_of(acts)
        if told["acts"] or told["offers"]:
            self.tell("auction.offers", last, **told)

    def put(self) -> None:
        """Put the state into the row, as its next version."""
        row, state = self.row, self.state
        row.version += 1
        row.sealed = private.lock(json.dumps(as_json(state)).encode(), about(row, row.version))
        row.shown = canonical.to_plain(engine.visible(self.terms, state))
        row.phase, row.acts = state.phase, state.number
        row.next_due_at = next_instant(state)

    def keep(self) -> None:
        """Write the state; the row is held until the transaction ends."""
        self.put()
        self.row.save(
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
        transaction.on_commit(self.remember)

    def remember(self) -> None:
        """Keep the state in this process, now that it is durable."""
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
            _codes.clear()
        _remembered[self.row.code] = Known(self.row, self.terms, self.state)


def locked(codes: Collection[str], *, tenders: bool = True) -> list[Table]:
    """Lock auctions in the order of their keys, their tenders before them, so that two processes
    never wait in a ring; without their tenders nothing may move these.
    """
    if tenders:
        trading.lock_tenders({code.rpartition(".")[0] for code in codes})
    rows = Auction.objects.select_for_update().filter(code__in=codes)
    return [Table.of(row, holds_tender=tenders) for row in rows.order_by("pk")]


def locked_one(code: str) -> Table:
    """Lock one auction and its tender, or say that there is no such auction."""
    found = locked([code])
    if not found:
        raise no_auction()
    return found[0]


def no_auction() -> Missing:
    """Say that there is no such auction."""
    return Missing("auction.missing", _("没有这场竞价。"))


def next_instant(state: State) -> datetime | None:
    """Give the instant at which time itself moves the auction, or None."""
    return None if state.phase in RESTING else state.closes_at


def whole_terms(row: Auction) -> Terms:
    """Give the terms with who is qualified, by code, and the reserve where one is sealed."""
    opening = trading.opened_reserve(row.lot)
    reserve = {"reserve": opening["price"]} if opening else {}
    return read_terms(Fields({**engine_terms(row), **reserve}))


def first_state(row: Auction, terms: Terms) -> bytes:
    """Seal the state an auction begins in."""
    return private.lock(json.dumps(as_json(engine.start(terms))).encode(), about(row, 0))


def told_of(acts: Sequence[tuple[Act, Decision]]) -> dict[str, list[dict[str, Any]]]:
    """Give as JSON values what the record tells of acts: those that are no secret, and the prices
    that came to stand by all of them.
    """
    told: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    for act, decision in acts:
        at = canonical.timestamp(act.at)
        if act.kind not in SECRET:
            told.append(plain_act(act, at, _amount(act.price)))
        offers += [plain_offer(act, offer, at, f"{offer.price:f}") for offer in decision.offers]
    return {"acts": told, "offers": offers}


def _amount(price: Decimal | None) -> str | None:
    return None if price is None else f"{price:f}"


def plain_act(act: Act, at: object = None, price: object = None) -> dict[str, object]:
    """Write an act as the record and the bid log hold it; its number would tell of secret ones. Its
    instant and its price may be given as they are to be written.
    """
    return {
        "at": at or act.at,
        "by": act.by,
        "kind": act.kind,
        "price": price or act.price,
        "data": dict(act.data),
    }


def plain_offer(act: Act, offer: Offer, at: str, price: str) -> dict[str, object]:
    """Write a price that came to stand, and by which act unless that is secret."""
    return {
        "at": at,
        "by": offer.by,
        "price": price,
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

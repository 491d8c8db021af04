"""Find a bidder's own submissions before closing, and everybody's when closing resolves them."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.translation import gettext

from accounts.domain import BIDDER, Actor
from accounts.models import Organisation
from bidding.admission import (
    KIND_OF,
    REPLACED,
    SUBMITTED,
    WITHDRAWN,
    Doors,
    Step,
    live,
    refuse_closed,
)
from bidding.models import Spent, StoredObject, StoredPart
from bidding.queries import windows
from bidding.sealing import Policy, parse_policy, strict
from bidding.sealing.lint import ENDINGS
from kernel.desk import DeskItem
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import canonical, private
from trading import queries as trading
from trading.domain import STAGES, priced
from trading.markets import method_of
from trading.models import Lot, Suspension, Tender

KINDS = (SUBMITTED, REPLACED, WITHDRAWN)
logger = logging.getLogger(__name__)


def doors_of(tender: Tender, lot_state: str = "open") -> Doors:
    """Give what decides whether a tender takes bids, or last quotes."""
    window = windows.window_of(tender)
    return Doors(
        state=tender.state,
        lot_state=lot_state,
        is_suspended=Suspension.objects.filter(tender=tender, ended_at=None).exists(),
        logged_deadline=windows.logged_deadline(tender.code, window),
        stored_deadline=windows.stored_deadline(tender),
        window=window,
    )


def refuse_closed_aloud(doors: Doors, at: datetime) -> None:
    """Refuse unless bids are taken at this instant, and raise the alarm when somebody has moved the
    deadline without a notice.
    """
    try:
        refuse_closed(doors, at)
    except Conflict as refusal:
        if refusal.code == "bid.deadline_mismatch":
            logger.critical("a stored deadline is not the logged one: intake has stopped")
        raise


def sealing_policy(tender: Tender, stage: str = "") -> Policy:
    """Give the custody policy frozen at publication, for the stage that is sealed now unless one is
    named; bytes other than those published are an alarm.
    """
    if not tender.policy:
        raise Missing("tender.no_policy", _("该项目尚未发布，没有密钥保管规则。"))
    published = _parsed(canonical.encode(tender.policy))
    if published.digest.hex() != tender.policy_digest:
        raise RuntimeError("the stored custody policy is not the published one")
    sealed = stage or windows.stage_of(tender, windows.window_of(tender))
    if sealed in published.stages:
        return published
    return _parsed(_policy_bytes(tender, sealed))


def _policy_bytes(tender: Tender, stage: str) -> bytes:
    if stage not in STAGES[tender.stages]:
        raise Missing("tender.no_stage", _("该项目没有这个开启阶段。"))
    return canonical.encode(trading.policy_for(tender, stage))


def client_policy(tender: Tender, stage: str = "") -> dict[str, Any]:
    """Give a client what it seals to: the exact policy bytes; the rest is for convenience."""
    policy = sealing_policy(tender, stage)
    content = _policy_bytes(tender, policy.stages[0])
    return {
        "policy": strict.base64url(content),
        "digest": policy.digest.hex(),
        "document_digest": tender.text_digest,
        "stages": list(policy.stages),
        "lots": [
            {
                "number": lot.number,
                "title": lot.title,
                **dict([bound_of(lot)]),
                "items": lot.items,
            }
            for lot in tender.lots.all()
        ],
        "custodians": [
            {
                "index": place,
                "name": holder.name,
                "public_keys": {stage: strict.base64url(key) for stage, key in holder.keys.items()},
            }
            for place, holder in enumerate(policy.opening.custodians, start=1)
        ],
        "endings": list(ENDINGS),
        "figures": figures_of(tender, policy.stages),
        "k": policy.opening.k,
        "closes_at": windows.stored_deadline(tender),
        "window": windows.window_of(tender),
    }


def figures_of(tender: Tender, stages: Sequence[str]) -> list[dict[str, Any]]:
    """Give the numbers that the document prices: where a bid states each, between which bounds,
    and whether it is the rate that is taken off the limit and makes the sum.
    """
    return [
        {
            "field": one.field,
            "title": one.title,
            "least": one.least,
            "most": one.most,
            "stages": one.asked_in(stages),
            **({"takes_off": True} if one == priced.DISCOUNT else {}),
        }
        for one in priced.asked_of(tender.scheme)
    ]


def bound_of(lot: Lot) -> tuple[str, str]:
    """Give the price that bounds the bids for a lot: a ceiling, or a floor where it is sold."""
    return "floor" if method_of(lot.tender).sells else "ceiling", f"{lot.limit:.2f}"


@lru_cache(maxsize=256)
def _parsed(content: bytes) -> Policy:
    return parse_policy(content)


def registered_lots(code: str, owner: str) -> list[int]:
    """Give the lots a bidder has registered for."""
    events = private.events_of_owner(code, owner, only=["bidder.registered"])
    return sorted({int(event.content["lot"]) for event in events})


@dataclass(frozen=True)
class Own:
    """What a bidder has done in a tender: the lots registered for, and its commits."""

    registered: frozenset[int]
    steps: list[Step]


def own_of(events: Sequence[private.Event]) -> Own:
    """Give what a bidder's own rows in a tender say: its lots, and its commits in all of them."""
    registered = {int(e.content["lot"]) for e in events if e.kind == "bidder.registered"}
    return Own(frozenset(registered), _ordered(e for e in events if e.kind in KINDS))


def steps_of(tree: str, owner: str) -> list[Step]:
    """Give all accepted commits of one bidder in a tree, by lot and in the order of the chain."""
    return _ordered(private.events_of_owner(tree, owner, only=KINDS))


def all_steps_of(tender: Tender, owner: str) -> list[list[Step]]:
    """Give all accepted commits of one bidder in a tender, a list for each window."""
    return [steps_of(tree, owner) for tree in windows.trees_of(tender)]


def steps_in_lot(tree: str, owner: str, lot: int) -> list[Step]:
    """Give the accepted commits of one bidder for one lot."""
    return [step for step in steps_of(tree, owner) if step.lot == lot]


def live_steps(tree: str) -> list[Step]:
    """Give the live commit of every bidder and lot, in order of acceptance; for closing only."""
    steps = _ordered(event for event in private.events_of(tree) if event.kind in KINDS)
    chains = groupby(steps, key=lambda step: (step.owner, step.lot))
    last = [live(list(chain)) for _key, chain in chains]
    return sorted(
        (step for step in last if step is not None),
        key=lambda step: (step.lot, step.at, step.hash),
    )


def _ordered(events: Iterable[private.Event]) -> list[Step]:
    return sorted(map(_step, events), key=lambda step: (step.owner, step.lot, step.step))


def _step(event: private.Event) -> Step:
    content = event.content
    return Step(
        owner=content["owner"],
        lot=content["lot"],
        step=content["step"],
        kind=content["kind"],
        commit=strict.binary(content["commit"]),
        signature=strict.binary(content["signature"]),
        sub_pk=strict.binary(content["sub_pk"]),
        envelopes=tuple(content["envelopes"]),
        receipt=content["receipt"],
        actor=content["actor"],
        at=event.at,
    )


def receipts_of(code: str, owner: str) -> list[dict[str, Any]]:
    """Give a bidder its own commits of a tender with their receipts, as clients read them."""
    trees = (code, trading.quote_tree(code))
    return [line for tree in trees for line in _receipt_lines(steps_of(tree, owner))]


def _receipt_lines(steps: list[Step]) -> list[dict[str, Any]]:
    last = {step.lot: step for step in steps}
    actions = {kind: action for action, kind in KIND_OF.items()}
    return [
        {
            "lot": step.lot,
            "action": actions[step.kind],
            "commit": step.hash.hex(),
            "accepted_at": step.at.isoformat(timespec="milliseconds"),
            "receipt": step.receipt,
            "live": step is live([last[step.lot]]),
            "envelopes": list(step.envelopes),
        }
        for step in steps
    ]


def stored_object(name: str, owner: str) -> StoredObject:
    """Give an object to its owner; for anybody else there is none."""
    found = StoredObject.objects.filter(name=name).first()
    if found is None or bytes(found.owner_tag) != owner_tag(owner, name):
        raise object_missing()
    return found


def object_missing() -> Missing:
    """Say that there is no such object, or that it is another's."""
    return Missing("intake.object_missing", _("没有这个密文对象。请从头上传。"))


def owner_tag(owner: str, name: str) -> bytes:
    """Give the tag of an object's owner, which tells nothing without the intake key.

    It is another for every object: once a tender is closed its envelopes name their objects, and a
    tag of the owner alone would then tell whose everything else is that waits for a deadline.
    """
    return private.tag(b"object-owner", owner, name)


def parts_of(name: str, first: int = 0, count: int | None = None) -> dict[int, StoredPart]:
    """Give the durable entries of an object by place."""
    parts = StoredPart.objects.filter(stored=name, index__gte=first).order_by("index")
    if count is not None:
        parts = parts.filter(index__lt=first + count)
    return {part.index: part for part in parts}


def ranges_of(indexes: Iterable[int]) -> list[list[int]]:
    """Give places as inclusive ranges."""
    ranges: list[list[int]] = []
    for index in sorted(indexes):
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    return ranges


def progress_of(name: str, owner: str) -> dict[str, Any]:
    """Say which entries of an object are durable, so that a client can go on where it was."""
    if not StoredObject.objects.filter(name=name).exists():
        return {"have": [], "bytes": 0}
    stored = stored_object(name, owner)
    lengths = dict(StoredPart.objects.filter(stored=stored).values_list("index", "length"))
    return {"have": ranges_of(lengths), "bytes": sum(lengths.values())}


def is_committed(name: str) -> bool:
    """Tell whether a commit has bound this object, after which nothing is added to it."""
    return Spent.objects.filter(tag=object_tag(name)).exists()


def object_tag(name: str) -> bytes:
    """Give the tag under which an object's name counts as used."""
    return private.tag(b"spent-object", name)


def spent(tags: Iterable[bytes]) -> dict[bytes, bytes]:
    """Give those of these tags that are used already, with what holds them."""
    rows = Spent.objects.filter(tag__in=list(tags)).values_list("tag", "holder")
    return {bytes(tag): bytes(holder) for tag, holder in rows}


@dataclass(frozen=True)
class LotLine:
    """Where a bidder stands with one lot, and what it may do next."""

    lot: Lot
    is_registered: bool
    live: Step | None
    count: int
    is_open: bool
    why_not: str
    is_amended: bool
    """Whether the text was amended after what counts was handed in."""

    @property
    def state(self) -> str:
        """Name the standing: none, unregistered, sealed or withdrawn."""
        if not self.is_registered:
            return "unregistered"
        if self.live is not None:
            return "sealed"
        return "withdrawn" if self.count else "none"


def lot_lines(tender: Tender, bidder: Organisation, at: datetime) -> list[LotLine]:
    """Give a bidder's standing in every lot of a tender."""
    return [lot_line(tender, bidder, lot, at) for lot in tender.lots.all()]


def lots_open_to(tender: Tender, owner: str, window: str) -> frozenset[int]:
    """Give the lots a supplier may hand something in for: registered, or talked with to the end."""
    if window:
        return windows.admitted_lots(tender, owner)
    return frozenset(registered_lots(tender.code, owner))


def lot_line(tender: Tender, bidder: Organisation, lot: Lot, at: datetime) -> LotLine:
    """Give a bidder's standing in one lot."""
    window = windows.window_of(tender)
    steps = steps_in_lot(windows.tree_of(tender, window), bidder.uscc, lot.number)
    may = lots_open_to(tender, bidder.uscc, window)
    why_not = ""
    try:
        refuse_closed(doors_of(tender, lot.state), at)
    except Conflict as refusal:
        why_not = refusal.text(gettext(refusal.message))
    last = live(steps)
    return LotLine(
        lot=lot,
        is_registered=lot.number in may,
        live=last,
        count=len(steps),
        is_open=not why_not,
        why_not=why_not,
        is_amended=last is not None and trading.is_amended_since(tender, last.at),
    )


def live_hashes(steps: Iterable[Step]) -> set[bytes]:
    """Give the commits that count among a bidder's steps, which are ordered by lot."""
    chains = groupby(steps, key=lambda step: step.lot)
    last = [live(list(chain)) for _lot, chain in chains]
    return {step.hash for step in last if step is not None}


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """List the lots a bidder registered for and has not handed in, by the deadline.

    Only the bidder's own rows are read, and only because the bidder asks.
    """
    if not actor.organisations(BIDDER):
        return []
    announced = Tender.objects.filter(state="announced", bids_close_at__gt=at)
    return [
        _waiting_item(tender, line)
        for tender in announced.order_by("bids_close_at")
        if method_of(tender).is_sealed and trading.registered_lots(actor, tender)
        for line in lot_lines(tender, trading.bidder_in(actor, tender), at)
        if line.is_registered
    ]


def _waiting_item(tender: Tender, line: LotLine) -> DeskItem:
    handed_in = line.live is not None
    return DeskItem(
        title=_("可替换或撤回投标") if handed_in else _("密封并提交投标"),
        subject=f"{tender.code} {tender.title} · {line.lot.title}",
        url=f"/tenders/{tender.code}/bid/",
        due_at=tender.bids_close_at,
        waiting=handed_in,
    )

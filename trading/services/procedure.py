"""Move a tender through the procedure: closing, opening, evaluation, failure, termination.

Higher apps call these when their own acts move the tender; the reasons are theirs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.domain import SYSTEM, Actor
from kernel.calendar import end_of_day, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from trading import policy, queries
from trading.domain import LOT, award, completeness
from trading.markets import lifecycle_of, method_of, words_of
from trading.models import Lot, Tender
from trading.services import ends
from trading.services.asking import ask_about_prices, without_terminated
from trading.services.concluding import ask_holders, open_reserve, tell_price
from trading.services.drafting import required
from trading.services.letters import write_unsold
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell
from trading.services.tying import commit_tie


@transaction.atomic
def close_tender(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End the bidding period at the deadline and publish the tender's private tree."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.close", tender)
    after = lifecycle_of(tender).after(tender.state, "close")
    completeness.require_closing_time(queries.facts(tender, at), at)
    # Hashes only: names are told in the hall after the count, and those who withdrew never (BL 22).
    tree = private.publish_tree(tender=code, reveal=(), at=at)
    tender.state, tender.next_due_at = after, None
    tender.save(update_fields=["state", "next_due_at"])
    tell(
        tender,
        "tender.closed",
        actor,
        at,
        deadline=tender.bids_close_at,
        text_digest=tender.text_digest,
        policy_digest=tender.policy_digest,
        private_root=bytes(tree.root).hex(),
        private_size=tree.size,
    )
    return _without_takers(tender, actor, at)


def _without_takers(tender: Tender, actor: Actor, at: datetime) -> Tender:
    """Fail the lots that too few have registered for, where a method goes by that."""
    if not method_of(tender).needs_takers:
        return tender
    fewest = queries.rules_of(tender, at).value("least_parties", "min")
    lots = tender.lots.filter(state="open")
    short = [lot.number for lot in lots if len(queries.entrants_of(tender, lot)) < fewest]
    if not short:
        return tender
    reason = words_of(tender)["no_taker"] % {"least": queries.said_least(int(fewest))}
    return _fail(actor, tender.code, short, reason, "", at)


@transaction.atomic
def open_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Begin the opening; the hall itself is bidding's."""
    return _move(actor, code, "open", "tender.opened", at)


@transaction.atomic
def confirm_record(*, actor: Actor, code: str, at: datetime) -> Tender:
    """End the opening with its confirmed record."""
    return _move(actor, code, "confirm_record", "tender.record_confirmed", at)


@transaction.atomic
def seat_committee(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Begin the evaluation with its committee in place."""
    return _move(actor, code, "seat_committee", "tender.committee_seated", at)


@transaction.atomic
def begin_talks(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """Let the panel meet the suppliers whose responses it has found to be in order."""
    return _move(actor, code, "begin_talks", "tender.talks_begun", at)


@transaction.atomic
def request_quotes(
    *, actor: Actor = SYSTEM, code: str, closes_at: datetime, at: datetime
) -> Tender:
    """Ask the suppliers that are left for one last quote, each sealed until the same instant."""
    told = {"closes_at": closes_at}
    return _move(actor, code, "request_quotes", "tender.quotes_requested", at, **told)


@transaction.atomic
def close_quotes(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End the time for last quotes and publish the tree of what was handed in."""
    tree = private.publish_tree(tender=queries.quote_tree(code), reveal=(), at=at)
    told = {"private_root": bytes(tree.root).hex(), "private_size": tree.size}
    return _move(actor, code, "close_quotes", "tender.quotes_closed", at, **told)


def _move(actor: Actor, code: str, event: str, kind: str, at: datetime, **told: object) -> Tender:
    tender = queries.lock_tender(code)
    policy.require(actor, f"tender.{event}", tender)
    tender.state = lifecycle_of(tender).after(tender.state, event)
    tender.save(update_fields=["state"])
    tell(tender, kind, actor, at, **told)
    return tender


@transaction.atomic
def receive_report(
    *,
    code: str,
    candidates: Sequence[Mapping[str, Any]],
    excluded: Sequence[Mapping[str, Any]] = (),
    experts: Iterable[str] = (),
    laid: Mapping[int, Collection[str]] | None = None,
    at: datetime,
) -> Tender:
    """Take the evaluation's result: ranked candidates of every lot, who is out and why, who judged;
    of what is sold, by lot, whose deposit was there when bids closed.

    Called by the reaction to `evaluation.report_submitted`. The purchaser's five working days begin
    (GPR 43), or the three days within which candidates are shown to the public (BLR 54). Of what
    is sold the reserve is opened, and a lot for which nobody reached it is not sold (LD39 14).
    """
    tender = queries.lock_tender(code)
    tender.state = lifecycle_of(tender).after(tender.state, "submit_report")
    # What came to something before it failed keeps that: it stands on its papers.
    kept = Q(state="failed") & ~Q(candidates=[])
    for lot in tender.lots.select_for_update().exclude(kept):
        lot.candidates = award.read_candidates(candidates, lot.number)
        if lot.state == "open" and not lot.candidates:
            raise Invalid(
                "award.no_candidates", _("第 %(lot)s 包没有中标候选人，应先废标。"), lot=lot.number
            )
        lot.excluded = award.read_excluded(excluded, lot.number)
        if method_of(tender).sells and lot.state == "open":
            open_reserve(tender, lot, at)
        if lot.state == "open":
            commit_tie(tender, lot, at)
        lot.save(update_fields=["candidates", "excluded", "decision"])
    tender.experts, tender.evaluated_at = list(experts), at
    rules, on = queries.rules_of(tender, at), local_date(at)
    if tender.award_way:
        told = {"decide_by": rules.last_day("award_decision", on)}
    elif method_of(tender).publicises_candidates:
        told = {"publish_by": rules.last_day("candidates_notice", on)}
    elif not method_of(tender).silence_confirms:
        told = {}
    else:
        told = {"confirm_by": rules.last_day("confirm_winner", on)}
        tender.next_due_at = end_of_day(told["confirm_by"])
    tender.save(update_fields=["state", "experts", "evaluated_at", "next_due_at"])
    tell(tender, "tender.evaluated", SYSTEM, at, **told)
    return _concluded(tender, laid or {}, at) if method_of(tender).sells else tender


def _concluded(tender: Tender, laid: Mapping[int, Collection[str]], at: datetime) -> Tender:
    """Tell the price of each lot that is sold and ask who may take it before others; fail those
    whose reserve nobody reached.
    """
    lots = list(tender.lots.filter(state="open"))
    for lot in lots:
        if lot.candidates:
            tell_price(tender, lot, at)
            ask_holders(tender, lot, laid.get(lot.number, ()), at)
    if unsold := [lot.number for lot in lots if not lot.candidates]:
        return _unsold(tender, unsold, words_of(tender)["unsold"], SYSTEM, at)
    return tender


def _unsold(
    tender: Tender, numbers: Sequence[int], reason: str, actor: Actor, at: datetime
) -> Tender:
    """Fail lots that nobody gets, and write to whoever offered for them."""
    failed = _fail(actor, tender.code, numbers, reason, "", at)
    for lot in tender.lots.filter(number__in=numbers).select_related("tender"):
        write_unsold(tender, lot, at)
    return failed


@transaction.atomic
def start_auction(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """Begin the bidding of a closed sale, once its takers are let in; the rooms are bidding's."""
    return _move(actor, code, "start_auction", "tender.auction_started", at)


@transaction.atomic
def form_price(  # noqa: PLR0913 - who offered what, and what the others are told
    *,
    actor: Actor = SYSTEM,
    code: str,
    number: int,
    candidates: Sequence[Mapping[str, Any]],
    others: Mapping[str, str] | None = None,
    reason: str = "",
    at: datetime,
) -> Tender:
    """Take the end of one lot's auction: who offered what, by rank; nobody, and the lot fails.

    A candidate is {rank, uscc, price} and, where there is one, `bid`, what its offer is known by;
    `others` says of whoever is no candidate why, by its code. With its last lot the tender is
    priced, or has failed.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.form_price", tender)
    after = lifecycle_of(tender).after(tender.state, "form_price")
    lot = tender.lots.select_for_update().filter(number=number, state="open").first()
    if lot is None or lot.candidates:
        raise Conflict("lot.not_open", _("该标的没有待形成的价格。"))
    if gone := queries.gone_since(tender):
        candidates = without_terminated(lot, candidates, gone)
    entrants = queries.entrants_of(tender, lot)
    lot.excluded = [*lot.excluded, *award.unawarded(others or {}, entrants)]
    lot.save(update_fields=["excluded"])
    if not candidates:
        _unsold(tender, (number,), reason or words_of(tender)["unsold"], actor, at)
        tender = queries.lock_tender(code)
    else:
        lot.candidates = award.ranked_offers(candidates, lot.number, lot.auction, entrants)
        lot.save(update_fields=["candidates", "excluded"])
        price = lot.candidates[0]["price"]
        tell(tender, "lot.priced", actor, at, lot=number, price=price, offers=len(candidates))
        ask_about_prices(tender, lot, at)
    if tender.state == "bidding" and not tender.lots.filter(state="open", candidates=[]).exists():
        tender.state, tender.evaluated_at = after, at
        tender.save(update_fields=["state", "evaluated_at"])
        tell(tender, "tender.price_formed", actor, at)
    return tender


@transaction.atomic
def fail_lot(
    *, actor: Actor, code: str, number: int, reason: str, article: str = "", at: datetime
) -> Tender:
    """Void one lot (GPL 36); the tender fails with its last open lot."""
    return _fail(actor, code, (number,), reason, article, at)


@transaction.atomic
def fail_tender(*, actor: Actor, code: str, reason: str, article: str = "", at: datetime) -> Tender:
    """Void every lot that is still open, and with them the tender (GPL 36)."""
    return _fail(actor, code, None, reason, article, at)


def _fail(
    actor: Actor,
    code: str,
    numbers: Sequence[int] | None,
    reason: str,
    article: str,
    at: datetime,
) -> Tender:
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.fail", tender)
    return fail_lots(actor, tender, numbers, reason, article, at)


def fail_lots(
    actor: Actor,
    tender: Tender,
    numbers: Sequence[int] | None,
    reason: str,
    article: str,
    at: datetime,
) -> Tender:
    """Void lots that are open, all where none is named; the tender's row is locked, and the right
    to say so checked, by the caller.
    """
    lifecycle_of(tender).after(tender.state, "fail")
    why = required(reason, "reason")
    lots = _lots_to_fail(tender, numbers)
    ends.fail_lots(tender, lots, why, article, actor=actor, at=at)
    return tender


def _lots_to_fail(tender: Tender, numbers: Sequence[int] | None) -> list[Lot]:
    lots = list(tender.lots.select_for_update().filter(state="open").order_by("number"))
    if numbers is not None:
        lots = [lot for lot in lots if lot.number in numbers]
    if not lots:
        raise Conflict("lot.not_open", _("没有可以废标的采购包。"))
    return lots


@transaction.atomic
def terminate_tender(*, actor: Actor, code: str, reason: str, at: datetime) -> Tender:
    """End a procurement whose task is cancelled (GPL 36 (4)); a draft that nobody was told of ends
    without a notice.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.terminate", tender)
    after = lifecycle_of(tender).after(tender.state, "terminate")
    award.require_none_awarded(tender.lots.values_list("state", flat=True))
    why = required(reason, "reason")
    tender.state, tender.next_due_at = after, None
    tender.save(update_fields=["state", "next_due_at"])
    for lot in tender.lots.select_for_update().filter(state="open"):
        lot.state = LOT.after(lot.state, "terminate")
        lot.save(update_fields=["state"])
    if tender.published_at or tender.pre_disclosed_at:
        publish_notice(
            tender=tender,
            kind="termination",
            title=notice_title(tender, "termination"),
            fields={"article": method_of(tender).termination_article},
            body=why,
            at=at,
        )
    tell(tender, "tender.terminated", actor, at, reason=why)
    return tender

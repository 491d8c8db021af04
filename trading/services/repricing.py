"""What becomes of a disclosure that nobody has registered for: new terms, or the end of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.calendar import is_sensible, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import award, completeness, files, repricing, viewing
from trading.markets import lifecycle_of
from trading.models import Lot, Notice, Tender
from trading.periods import RuleSet
from trading.services.documents import keep_upload
from trading.services.drafting import required
from trading.services.procedure import fail_tender
from trading.services.publishing import new_version
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

RESTART_ARTICLE = "《企业国有资产交易监督管理办法》第十九条"


@transaction.atomic
def lapse_tender(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End a disclosure that nobody has registered for, and leave it to the transferor what follows.

    Nothing was registered, so nothing is revealed; the private tree is published by the closing of
    a later disclosure.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.lapse", tender)
    after = lifecycle_of(tender).after(tender.state, "lapse")
    facts = queries.facts(tender, at)
    completeness.require_closing_time(facts, at)
    if queries.has_takers(tender):
        raise Conflict("tender.has_takers", _("已有意向受让方登记。"))
    if queries.may_go_on(tender):
        raise Conflict("tender.goes_on", _("还可以按披露的安排延长。"))
    restart = repricing.restart_at(tender.published_at or at, facts.rules)
    tender.state, tender.next_due_at = after, restart
    tender.save(update_fields=["state", "next_due_at"])
    tell(tender, "tender.lapsed", actor, at, deadline=tender.bids_close_at, restart_at=restart)
    return tender


@transaction.atomic
def reprice_tender(  # noqa: PLR0913 - new terms are one act with all their parts
    *,
    actor: Actor,
    code: str,
    lots: Mapping[int, repricing.NewTerms],
    reason: str,
    bids_close_at: datetime,
    consent: files.Upload | None = None,
    at: datetime,
) -> Notice:
    """Offer again what nobody wanted: new terms for every lot, disclosed anew for the whole period
    (SA32 18).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.reprice", tender)
    award.require_no_suspension(open_reasons(tender))
    tender.state = lifecycle_of(tender).after(tender.state, "reprice")
    rules, why = queries.rules_of(tender, at), required(reason, "reason", 1000)
    repricing.require_in_time(tender.published_at or at, at, rules)
    open_lots = list(tender.lots.select_for_update().filter(state="open").order_by("number"))
    if set(lots) != {lot.number for lot in open_lots}:
        raise Invalid("sale.lots", _("请写明每个标的的新条件。"), field="lots")
    if consent:
        keep_upload(tender, consent, at)
    for lot in open_lots:
        _renew(lot, lots[lot.number], rules, has_consent=consent is not None)
    if not is_sensible(bids_close_at) or bids_close_at <= at:
        raise Invalid("tender.date", _("日期不合理，请检查年份。"), field="bids_close_at")
    completeness.require_lawful_dates(_disclosed_until(tender, bids_close_at, at), at)
    tender.extended = 0
    plan = completeness.Amendment(bids_close_at, moved=True, article="")
    return new_version(tender, plan, actor=actor, kind="repricing", body=why, at=at)


def _disclosed_until(tender: Tender, closes: datetime, at: datetime) -> completeness.TenderFacts:
    """Give the tender as it would be disclosed until then, its auctions and viewings moved on."""
    facts, calendar, on = queries.facts(tender, at), queries.work_calendar(), local_date(at)
    before = facts.bids_close_at or closes
    lots = tuple(
        replace(lot, auction=viewing.moved(lot.auction, before, closes, calendar, on))
        for lot in facts.lots
    )
    return replace(facts, bids_close_at=closes, lots=lots)


def _renew(lot: Lot, given: repricing.NewTerms, rules: RuleSet, *, has_consent: bool) -> None:
    lot.auction = repricing.new_auction(
        lot.auction, lot.budget, given, rules, has_consent=has_consent
    )
    lot.deposit, lot.delivery = given.deposit, given.delivery
    lot.save(update_fields=["auction", "deposit", "delivery"])


@transaction.atomic
def restart_tender(*, code: str, at: datetime) -> Tender:
    """End a sale that has found no taker for twelve months: its valuation no longer holds."""
    tender = queries.lock_tender(code)
    policy.require(SYSTEM, "tender.restart", tender)
    award.require_no_suspension(open_reasons(tender))
    if tender.state != "no_taker" or tender.next_due_at is None or at < tender.next_due_at:
        raise Conflict("tender.not_due", _("尚未到投标截止时间。"))
    return fail_tender(
        actor=SYSTEM, code=code, reason=repricing.RESTART, article=RESTART_ARTICLE, at=at
    )

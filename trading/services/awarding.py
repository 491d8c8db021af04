"""Decide the winner in rank order, publish the result, and notify (GPR 43, M87 68 to 69)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from accounts.models import Organisation
from kernel import money
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import papers
from trading import policy, queries
from trading.domain import LOT, award
from trading.markets import lifecycle_of
from trading.models import Award, Contract, Lot, Notice, Tender
from trading.services.notices import publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

SILENCE = _("采购人逾期未确定且未说明理由，按评审报告排名第一确定（87号令第六十八条）。")


@transaction.atomic
def confirm_winner(
    *, actor: Actor, code: str, choices: Mapping[int, tuple[int, str]], at: datetime
) -> Tender:
    """Decide the winner of every lot still open: lot number → (rank, reason when not the first)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "award.confirm", tender)
    return _confirm(tender, actor, choices, at)


@transaction.atomic
def confirm_by_silence(*, code: str, at: datetime) -> Tender:
    """Take the first of every lot when the purchaser let its five working days pass (M87 68)."""
    tender = queries.lock_tender(code)
    policy.require(SYSTEM, "award.confirm_by_silence", tender)
    if tender.next_due_at is None or at < tender.next_due_at:
        raise Conflict("award.not_due", _("采购人确定中标人的期限尚未届满。"))
    open_lots = tender.lots.filter(state="open").values_list("number", flat=True)
    return _confirm(tender, SYSTEM, dict.fromkeys(open_lots, (1, SILENCE)), at)


def _confirm(
    tender: Tender, actor: Actor, choices: Mapping[int, tuple[int, str]], at: datetime
) -> Tender:
    after = lifecycle_of(tender).after(tender.state, "confirm_winner")
    award.require_no_suspension(open_reasons(tender))
    lots = list(tender.lots.select_for_update().filter(state="open").order_by("number"))
    if set(choices) != {lot.number for lot in lots}:
        raise Invalid("award.lots", _("请为每个未废标的采购包确定中标人。"), field="choices")
    for lot in lots:
        rank, reason = choices[lot.number]
        _award_lot(tender, lot, actor, rank, reason, at)
    tender.state = after
    tender.next_due_at = None
    tender.save(update_fields=["state", "next_due_at"])
    return tender


def _award_lot(
    tender: Tender, lot: Lot, actor: Actor, rank: int, reason: str, at: datetime
) -> Award:
    chosen = award.candidate(lot.candidates, rank)
    why = award.require_rank_order(rank, reason, tied=_tied_first(lot.candidates))
    lot.state = LOT.after(lot.state, "award")
    lot.save(update_fields=["state"])
    made = Award.objects.create(
        lot=lot,
        supplier=accounts.organisation(chosen.uscc),
        bid=chosen.bid,
        rank=rank,
        price=Decimal(chosen.price),
        total=chosen.total,
        reason=why,
        confirmed_at=at,
    )
    tell(
        tender,
        "award.confirmed",
        actor,
        at,
        lot=lot.number,
        supplier=chosen.uscc,
        bid=chosen.bid,
        rank=rank,
        price=chosen.price,
        reason=why,
    )
    return made


def _tied_first(candidates: list[dict[str, Any]]) -> set[int]:
    """Give the ranks that stand beside the first with the very same total and price."""
    if not candidates:
        return set()
    first = candidates[0]
    return {
        c["rank"]
        for c in candidates
        if first["total"] and (c["total"], c["price"]) == (first["total"], first["price"])
    }


@transaction.atomic
def publish_result(*, actor: Actor, code: str, at: datetime) -> Notice:
    """Publish the result with the fields the law names, and send notice and letters the same day
    (GPR 43).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish_result", tender)
    after = lifecycle_of(tender).after(tender.state, "publish_result")
    award.require_no_suspension(open_reasons(tender))
    awards = list(
        Award.objects.filter(lot__tender=tender).select_related("lot", "supplier").order_by("lot")
    )
    notice = publish_notice(
        tender=tender,
        kind="result",
        title=f"{tender.title}中标结果公告",
        fields=queries.result_fields(tender, awards),
        at=at,
    )
    for made in awards:
        _notify(tender, made, actor, at)
    tender.state = after
    tender.save(update_fields=["state"])
    tell(
        tender,
        "tender.result_published",
        actor,
        at,
        notice=notice.number,
        lots=[
            {
                "lot": made.lot.number,
                "supplier": made.supplier.name,
                "uscc": made.supplier.uscc,
                "price": f"{made.price:.2f}",
            }
            for made in awards
        ],
    )
    return notice


def _notify(tender: Tender, made: Award, actor: Actor, at: datetime) -> None:
    """Order the award notice and a letter to every other bidder, and start the contract's clock."""
    made.notified_at = at
    made.save(update_fields=["notified_at"])
    due = award.last_day("contract", local_date(at))
    Contract.objects.create(lot=made.lot, supplier=made.supplier, amount=made.price, due_on=due)
    papers.order(
        kind="award_notice",
        subject=f"{tender.code}.{made.lot.number}",
        stream=tender.stream,
        tender=tender.code,
        content=_award_notice(tender, made, at),
        at=at,
    )
    others = [c["uscc"] for c in made.lot.candidates if c["uscc"] != made.supplier.uscc]
    for uscc in [*others, *(out["uscc"] for out in made.lot.excluded)]:
        papers.order(
            kind="result_letter",
            subject=f"{tender.code}.{made.lot.number}.{uscc}",
            stream=tender.stream,
            tender=tender.code,
            content=_result_letter(tender, made, accounts.organisation(uscc), at),
            at=at,
        )
    tell(
        tender,
        "award.notified",
        actor,
        at,
        lot=made.lot.number,
        supplier=made.supplier.uscc,
        letters=len(others) + len(made.lot.excluded),
    )


def _common(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    return {
        "tender": tender.code,
        "title": tender.title,
        "lot": made.lot.number,
        "lot_title": made.lot.title,
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "agency_phone": tender.contact_phone or tender.agency.phone,
        "contact": tender.contact_name,
        "winner": made.supplier.name,
        "amount": f"{made.price:.2f}",
        "amount_in_capitals": money.in_capitals(made.price),
        "currency": "CNY",
        "issued_at": at,
    }


def _award_notice(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    due = award.last_day("contract", local_date(at))
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-ZB-{made.lot.number:02d}",
        "winner_uscc": made.supplier.uscc,
        "delivery": made.lot.delivery,
        "contract_due": due,
        "contract_article": award.article_of("contract"),
        "opened_on": local_date(tender.bids_close_at) if tender.bids_close_at else "",
    }


def _result_letter(
    tender: Tender, made: Award, bidder: Organisation, at: datetime
) -> dict[str, Any]:
    """Say to one bidder who won, its own place or the reason it is out, and how to challenge."""
    ranked = next((c for c in made.lot.candidates if c["uscc"] == bidder.uscc), None)
    out = next((e for e in made.lot.excluded if e["uscc"] == bidder.uscc), None)
    until = award.last_day("result_challenge", award.last_day("result_stays", local_date(at)))
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-JG-{made.lot.number:02d}-{bidder.uscc[-6:]}",
        "bidder": bidder.name,
        "bidder_uscc": bidder.uscc,
        "own_rank": ranked["rank"] if ranked else "",
        "own_total": ranked["total"] if ranked else "",
        "excluded_reason": out["reason"] if out else "",
        "challenge_until": until,
        "challenge_article": award.article_of("result_challenge"),
    }

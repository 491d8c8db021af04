"""Decide the winner in rank order, publish the result, and notify (GPR 43, M87 68 to 69)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

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
from trading.domain import LOT, agreement, award, inquiry, passing, performance, separation
from trading.markets import lifecycle_of, method_of, words_of
from trading.models import Award, Contract, Lot, Notice, Tender
from trading.services import procedure
from trading.services.asking import require_price_settled, require_shortlisted
from trading.services.frameworks import announce_shortlist, shortlist_lot
from trading.services.notices import notice_title, publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

NO_GROUNDS: Final[Mapping[int, str]] = {}
SILENCE = _("采购人逾期未确定且未说明理由，按评审报告排名第一确定（87号令第六十八条）。")
ALL_TIED = _("供应商全部并列，无法按淘汰比例确定入围供应商。")


DECIDED: Final = frozenset({"taker_confirmed", "deal_confirmed"})
"""The dates from which a contract's days count that are the day of the decision itself."""


@transaction.atomic
def confirm_winner(
    *,
    actor: Actor,
    code: str,
    choices: Mapping[int, tuple[int, str]],
    grounds: Mapping[int, str] = NO_GROUNDS,
    at: datetime,
) -> Tender:
    """Decide the winner of every lot still open: lot number → (rank, reason when not the first);
    where the law names the grounds for a later one, `grounds` gives them by lot.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "award.confirm", tender)
    return _confirm(tender, actor, choices, at, grounds)


@transaction.atomic
def confirm_by_silence(*, code: str, at: datetime) -> Tender:
    """Take the first of every lot when the purchaser let its five working days pass (M87 68)."""
    tender = queries.lock_tender(code)
    policy.require(SYSTEM, "award.confirm_by_silence", tender)
    if tender.next_due_at is None or at < tender.next_due_at:
        raise Conflict("award.not_due", _("采购人确定中标人的期限尚未届满。"))
    tender = _without_tied(tender, at)
    if tender.state == "failed":
        return tender
    open_lots = tender.lots.filter(state="open").values_list("number", flat=True)
    return _confirm(tender, SYSTEM, dict.fromkeys(open_lots, (1, SILENCE)), at)


def _without_tied(tender: Tender, at: datetime) -> Tender:
    """Fail the lots of a framework of which nobody can be shortlisted: they would keep the others
    waiting, and themselves for ever.
    """
    if method_of(tender).second_stage:
        award.require_no_suspension(open_reasons(tender))
        for lot in tender.lots.filter(state="open").order_by("number"):
            if not queries.kept_of(lot).shortlisted:
                procedure.fail_lot(
                    actor=SYSTEM,
                    code=tender.code,
                    number=lot.number,
                    reason=str(ALL_TIED),
                    at=at,
                )
    return queries.lock_tender(tender.code)


def _confirm(
    tender: Tender,
    actor: Actor,
    choices: Mapping[int, tuple[int, str]],
    at: datetime,
    grounds: Mapping[int, str] = NO_GROUNDS,
) -> Tender:
    after = lifecycle_of(tender).after(tender.state, "confirm_winner")
    award.require_no_suspension(open_reasons(tender))
    if method_of(tender).publicises_candidates:
        award.require_publicised(tender.publicity_until, local_date(at))
    if method_of(tender).is_agreed:
        until, open_ones = queries.objection_until(tender), queries.unanswered(tender)
        agreement.require_heard(until, open_ones, local_date(at))
    inquiry.require_answered(queries.inquiries_of(tender).filter(state="asked").count())
    lots = list(tender.lots.select_for_update().filter(state="open").order_by("number"))
    if set(choices) != {lot.number for lot in lots}:
        raise Invalid("award.lots", _("请为每个未废标的采购包确定中标人。"), field="choices")
    for lot in lots:
        if method_of(tender).second_stage:
            shortlist_lot(tender, lot, actor, at)
            continue
        rank, reason = choices[lot.number]
        why = _why(tender, lot, rank, reason, grounds.get(lot.number, ""))
        made = _award_lot(tender, lot, actor, rank, why, at)
        if method_of(tender).settles:
            _notify(tender, made, actor, at)
    tender.state = after
    tender.next_due_at = None
    tender.save(update_fields=["state", "next_due_at"])
    return tender


def _why(tender: Tender, lot: Lot, rank: int, reason: str, ground: str) -> str:
    """Give the lawful reason for a candidate who is not the first."""
    left = queries.candidates_left(lot)
    candidate = award.candidate(left, rank)
    gone = passing.before(lot.passed_over, queries.recommended(lot), rank)
    if gone and not tender.award_way and candidate.uscc == left[0]["uscc"]:
        return passing.because(gone)
    if tender.award_way:
        separation.require_chosen(lot.decision["chosen"], candidate.uscc)
        return str(lot.decision.get("reason", ""))
    if method_of(tender).binds_state_funds:
        funded = tender.state_funded
        return award.require_lawful_ground(rank, ground, reason, state_funded=funded)
    return award.require_rank_order(rank, reason, tied=_tied_first(lot.candidates))


def _award_lot(tender: Tender, lot: Lot, actor: Actor, rank: int, why: str, at: datetime) -> Award:
    chosen = award.candidate(lot.candidates, rank)
    best = queries.candidates_left(lot)[0]["uscc"]
    if chosen.uscc != best and method_of(tender).best_only:
        raise Invalid("award.not_the_price", _("受让方由竞价形成的价格确定，只能是排名第一的。"))
    require_price_settled(lot, chosen.uscc)
    require_shortlisted(tender, chosen.uscc)
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
        Award.objects.filter(lot__tender=tender, notified_at=None)
        .select_related("lot", "supplier")
        .order_by("lot")
    )
    notice = publish_notice(
        tender=tender,
        kind="result",
        title=notice_title(tender, "result"),
        fields=queries.result_fields(tender, awards),
        at=at,
    )
    for made in awards:
        if not method_of(tender).settles:
            _notify(tender, made, actor, at)
        made.notified_at = at
        made.save(update_fields=["notified_at"])
    tender.state = after
    tender.save(update_fields=["state"])
    told = [*map(_told, awards), *announce_shortlist(tender, actor, at)]
    tell(tender, "tender.result_published", actor, at, notice=notice.number, lots=told)
    return notice


def _told(made: Award) -> dict[str, Any]:
    return {
        "lot": made.lot.number,
        "supplier": made.supplier.name,
        "uscc": made.supplier.uscc,
        "price": f"{made.price:.2f}",
    }


def _notify(tender: Tender, made: Award, actor: Actor, at: datetime) -> None:
    """Order the award notice and a letter to every other bidder, and start the contract's clock."""
    method, due = method_of(tender), _contract_due(tender, made, at)
    asked = performance.amount_of(made.price, tender.performance_share)
    Contract.objects.create(
        lot=made.lot,
        supplier=made.supplier,
        amount=made.price,
        due_on=due,
        security=asked,
        security_due_on=_security_due(tender, due, at) if asked > 0 else None,
    )
    subject = queries.paper_subject(made)
    papers.order(
        kind=method.winner_paper,
        subject=subject,
        stream=tender.stream,
        tender=tender.code,
        content=WINNER_PAPERS[method.winner_paper](tender, made, at),
        at=at,
    )
    others = [c["uscc"] for c in made.lot.candidates if c["uscc"] != made.supplier.uscc]
    others += [out["uscc"] for out in made.lot.excluded]
    for uscc in others if method.loser_paper else ():
        papers.order(
            kind=method.loser_paper,
            subject=f"{subject}.{uscc}",
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
        letters=len(others) if method.loser_paper else 0,
    )


def _contract_due(tender: Tender, made: Award, at: datetime) -> date:
    """Give the last day to sign: counted from the decision or from the notice, as the rules say."""
    rules = queries.rules_of(tender, at)
    decided = rules.period("contract", local_date(at)).anchor in DECIDED
    return rules.last_day("contract", local_date(made.confirmed_at if decided else at))


def _security_due(tender: Tender, contract_due: date, at: datetime) -> date:
    """Give the last day to lodge what the contract asks: so many days after the notice, and never
    after the contract has to be signed.
    """
    rules = queries.rules_of(tender, at)
    days = rules.find("performance_security_days", "max")
    if days is None:
        return contract_due
    return min(contract_due, rules.calendar.add(local_date(at), int(days.value), "CAL").due)


def _again(made: Award) -> str:
    """Mark the papers of a lot that is awarded again, so that no two have one number."""
    turn = queries.turn_of(made)
    return f"-{turn}" if turn > 1 else ""


def _common(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    return {
        "tender": tender.code,
        "title": tender.title,
        "lot": made.lot.number,
        "lot_title": made.lot.title,
        "transaction_code": made.lot.transaction_code,
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
    rules = queries.rules_of(tender, at)
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-ZB-{made.lot.number:02d}{_again(made)}",
        "winner_uscc": made.supplier.uscc,
        "delivery": made.lot.delivery,
        "contract_due": _contract_due(tender, made, at),
        "contract_article": rules.article_of("contract", local_date(at)),
        "opened_on": local_date(tender.bids_close_at) if tender.bids_close_at else "",
        "security": _security_of(tender, made),
        "offer": _offer_of(made),
        **_said(tender, made),
    }


def _deal_notice(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    """Say the same where there was no tender: the deal, not the award (GPR 43)."""
    number = f"{tender.code}-CJ-{made.lot.number:02d}{_again(made)}"
    return {**_award_notice(tender, made, at), "number": number}


def _said(tender: Tender, made: Award) -> dict[str, Any]:
    """Give the words of the tender's market that its papers use."""
    words = words_of(tender)
    names = ("purchaser", "agency", "documents", "delivery")
    return {
        "words": {name: words[name] for name in names},
        "lot_called": words["lot_number"] % {"number": made.lot.number},
    }


def _security_of(tender: Tender, made: Award) -> dict[str, Any]:
    """Say which performance security the winner lodges before the contract is signed."""
    asked = performance.amount_of(made.price, tender.performance_share)
    if asked <= 0:
        return {}
    forms = [performance.FORMS[form] for form in tender.performance_forms]
    contract = Contract.objects.get(lot=made.lot)
    return {
        "amount": f"{asked:.2f}",
        "in_capitals": money.in_capitals(asked),
        "forms": forms,
        "due": contract.security_due_on,
    }


def _offer_of(made: Award) -> dict[str, str]:
    """Give what the winner promised besides the price, where the market has it named."""
    won: dict[str, Any] = next((c for c in made.lot.candidates if c["bid"] == made.bid), {})
    offer: dict[str, str] = won.get("offer", {})
    return offer


def _deal_confirmation(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    """Say what parties, object, time and price a sale was concluded at (LD39 20, rulebook 9)."""
    lot, terms = made.lot, made.lot.auction
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-CJ-{lot.number:02d}",
        "winner_uscc": made.supplier.uscc,
        "owner_uscc": tender.purchaser.uscc,
        "method": method_of(tender).title,
        "valuation": f"{lot.budget:.2f}",
        "start_price": terms["start_price"],
        "promises": queries.promises_of(lot, made.supplier.uscc),
        "deposit": f"{lot.deposit:.2f}",
        "terms": lot.delivery,
        "priced_at": tender.evaluated_at,
        **queries.agreed_by(tender, lot),
        "contract_due": _contract_due(tender, made, at),
    }


def _grant_confirmation(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    """Say the same of a grant of land, with its parcel and where the contract is signed (LD39
    20).
    """
    said = made.lot.particulars
    return {
        **_deal_confirmation(tender, made, at),
        **{name: said.get(name, "") for name in ("location", "area", "use", "years")},
        "owner_address": tender.purchaser.address,
    }


def _result_letter(
    tender: Tender, made: Award, bidder: Organisation, at: datetime
) -> dict[str, Any]:
    """Say to one bidder who won, its own place or the reason it is out, and how to challenge."""
    ranked = next((c for c in made.lot.candidates if c["uscc"] == bidder.uscc), None)
    out = next((e for e in made.lot.excluded if e["uscc"] == bidder.uscc), None)
    rules, on = queries.rules_of(tender, at), local_date(at)
    stays = rules.last_day_if_any("result_stays", on)
    until = rules.last_day("result_challenge", stays) if stays else ""
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-JG-{made.lot.number:02d}-{bidder.uscc[-6:]}{_again(made)}",
        "bidder": bidder.name,
        "bidder_uscc": bidder.uscc,
        "own_rank": ranked["rank"] if ranked and not tender.award_way else "",
        "own_total": ranked["total"] if ranked and not tender.award_way else "",
        "excluded_reason": out["reason"] if out else "",
        "challenge_until": until,
        "challenge_article": rules.article_of("result_challenge", on) if stays else "",
        "remedy": words_of(tender)["result_remedy"],
        **_said(tender, made),
    }


WINNER_PAPERS: Final[Mapping[str, Callable[[Tender, Award, datetime], dict[str, Any]]]] = {
    "award_notice": _award_notice,
    "deal_notice": _deal_notice,
    "deal_confirmation": _deal_confirmation,
    "grant_confirmation": _grant_confirmation,
}
"""What a winner gets in writing, by the name a method gives it."""

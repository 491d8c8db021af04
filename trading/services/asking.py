"""Ask those shortlisted to compete, and those who offer far less than the others why (LOW2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from accounts import queries as accounts
from accounts.domain import SYSTEM
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import competition
from trading.markets import method_of
from trading.models import Lot, PriceQuestion, Tender
from trading.services.telling import tell

TERMINATED: Final = _("框架协议已经解除。")


def ask_shortlisted(tender: Tender, at: datetime) -> None:
    """Freeze who is asked, as the text that is published says; the row is locked by the caller."""
    made = queries.competition_if_any(tender)
    if made is None:
        return
    asked = queries.shortlisted_now(made.lot, at)
    if asked != queries.asked_of(made):
        raise Conflict(
            "competition.changed", _("有框架协议已经期满，被邀请的供应商有变化，请重新审核。")
        )
    made.asked = asked
    made.save(update_fields=["asked"])


def ask_about_prices(tender: Tender, lot: Lot, at: datetime) -> None:
    """Ask about the offers that lie below a line, each until the same instant; the rows of tender
    and lot are locked by the caller.
    """
    if not method_of(tender).asks_shortlisted:
        return
    rules = queries.rules_of(tender, at)
    prices = {c["uscc"]: Decimal(c["price"]) for c in lot.candidates}
    due = at + timedelta(minutes=int(rules.value("low_bid_minutes", "min")))
    for uscc, lines in competition.too_low(prices, lot.start_price, rules).items():
        PriceQuestion.objects.create(
            lot=lot,
            supplier=accounts.organisation(uscc),
            price=prices[uscc],
            lines=lines,
            asked_at=at,
            due_at=due,
        )
        told = {"supplier": uscc, "price": f"{prices[uscc]:.2f}", "lines": lines}
        tell(tender, "price.questioned", SYSTEM, at, lot=lot.number, due=due, **told)


def without_terminated(
    lot: Lot, offers: Sequence[Mapping[str, Any]], gone: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """Leave out of the order whose agreement was terminated since it was asked; one whose term is
    over was asked while it ran, and stays. The lot says who is out, and why.
    """
    for one in offers:
        if (uscc := str(one["uscc"])) in gone:
            out = {"uscc": uscc, "name": gone[uscc], "bid": one.get("bid", uscc)}
            lot.excluded = [*lot.excluded, {**out, "reason": str(TERMINATED)}]
    left = [one for one in offers if str(one["uscc"]) not in gone]
    return [{**one, "rank": rank} for rank, one in enumerate(left, start=1)]


def require_shortlisted(tender: Tender, uscc: str) -> None:
    """Refuse to let one win whose agreement was terminated after the price was formed."""
    if uscc in queries.gone_since(tender):
        raise Conflict(
            "competition.terminated",
            _("该供应商的框架协议已经解除，不能成交；请终止本次采购后重新组织。"),
        )


def require_price_settled(lot: Lot, uscc: str) -> None:
    """Refuse to let an offer win that is still asked about."""
    if lot.price_questions.filter(supplier__uscc=uscc, decided_at=None).exists():
        raise Conflict(
            "price.open", _("第 %(lot)s 包的最低报价正在进行异常低价审查。"), lot=lot.number
        )

"""How a lot ends without a deal: what was agreed is void, the lot fails, everybody is told, and the
tender goes where the rest of its lots stand. Whoever ends a lot gives the reason and the article.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from accounts.domain import Actor
from kernel.text import gettext_noop as _
from trading.domain import LOT, attempts
from trading.markets import lifecycle_of, method_of
from trading.models import Award, Contract, Lot, Notice, Tender
from trading.services.concluding import ask_no_more
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell

PAYING: Final = ("contracted", "settled", "certified")
"""The states of a sale in which prices are paid and its result is not yet told."""
UNPERFORMED: Final = _("合同已经签订而终止，没有履行，本次交易不成交。")


def contract_of(lot: Lot) -> Contract | None:
    """Lock the contract of a lot that stands, if there is one."""
    return Contract.objects.select_for_update(of=("self",)).filter(lot=lot).first()


def void_deal(lot: Lot, contract: Contract | None, at: datetime) -> None:
    """Void the award of a lot and its contract; both stay in the record."""
    for row in (lot.award, contract):
        if row is not None:
            row.voided_at = at
            row.save(update_fields=["voided_at"])


def note_default(lot: Lot, candidate: Mapping[str, Any]) -> None:
    """Keep who refused to sign what it had bought, and at which price (AL 39)."""
    lot.defaulted = [*lot.defaulted, attempts.default_of(candidate)]
    lot.save(update_fields=["defaulted"])


def fail_lots(  # noqa: PLR0913 - which lots, why, and by which move
    tender: Tender,
    lots: Sequence[Lot],
    reason: str,
    article: str,
    *,
    event: str = "fail",
    actor: Actor,
    at: datetime,
) -> Notice:
    """Fail lots and tell so; with its last lot the tender fails by the move that is named, else it
    goes where the others stand.
    """
    why = {"reason": reason, "article": article}
    for lot in lots:
        lot.state, lot.failure = LOT.after(lot.state, "fail"), reason
        lot.save(update_fields=["state", "failure"])
    ask_no_more(tender, lots, at)
    notice = publish_notice(
        tender=tender,
        kind="failure",
        title=notice_title(tender, "failure"),
        fields={
            "article": article,
            "lots": [{"number": lot.number, "title": lot.title} for lot in lots],
        },
        body=reason,
        at=at,
    )
    for lot in lots:
        tell(tender, "lot.failed", actor, at, lot=lot.number, **why)
    states = set(tender.lots.values_list("state", flat=True))
    if states == {"failed"}:
        _move(tender, event)
        tell(tender, "tender.failed", actor, at, notice=notice.number, **why)
    elif "open" not in states:
        if "keep_awards" in lifecycle_of(tender).moves:
            _stand(tender)
        sign_tender(tender, actor, at)
    return notice


def sign_tender(tender: Tender, actor: Actor, at: datetime) -> None:
    """Move the tender on when its last lot is signed that did not fail; its row is locked by the
    caller.
    """
    if tender.lots.filter(state__in=("open", "awarded")).exists():
        return
    tender.state = lifecycle_of(tender).after(tender.state, "sign_contracts")
    tender.save(update_fields=["state"])
    tell(tender, "tender.contracts_signed", actor, at)
    settle_tender(tender, actor, at)


def settle_tender(tender: Tender, actor: Actor, at: datetime) -> None:
    """Move a sale on when the last of its contracts is paid as agreed; that may have come before
    the last of the other lots was signed or failed. With no contract left in force it fails.
    """
    if tender.state not in PAYING or not method_of(tender).keeps_receipts:
        return
    left = Contract.objects.filter(lot__tender=tender, ended_at=None)
    if not left.exists():
        _fall(tender, actor, at)
    elif tender.state == "contracted" and not left.filter(settled_at=None).exists():
        _move(tender, "settle")
        tell(tender, "tender.settled", actor, at)


def _fall(tender: Tender, actor: Actor, at: datetime) -> None:
    """Fail a sale none of whose contracts was performed."""
    lots = tender.lots.filter(state="ended").order_by("number")
    notice = publish_notice(
        tender=tender,
        kind="failure",
        title=notice_title(tender, "failure"),
        fields={"article": "", "lots": [{"number": o.number, "title": o.title} for o in lots]},
        body=str(UNPERFORMED),
        at=at,
    )
    _move(tender, "end_contracts")
    told = {"notice": notice.number, "reason": str(UNPERFORMED), "article": ""}
    tell(tender, "tender.failed", actor, at, **told)


def _stand(tender: Tender) -> None:
    """Let the awards of the other lots stand where they are: told, or to be told."""
    untold = Award.objects.filter(lot__tender=tender, notified_at=None).exists()
    event, state = (
        ("confirm_winner", "winner_confirmed") if untold else ("keep_awards", "award_notified")
    )
    if tender.state != state:
        _move(tender, event)


def _move(tender: Tender, event: str) -> None:
    tender.state, tender.next_due_at = lifecycle_of(tender).after(tender.state, event), None
    tender.save(update_fields=["state", "next_due_at"])

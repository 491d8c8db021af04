"""Performance securities: what a contract asks, and what its winner lodged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.domain import BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from deposits.domain import SECURITY
from deposits.domain.securities import Asked
from deposits.models import Deposit, Security
from deposits.queries.withheld import security_account
from kernel.calendar import end_of_day, local_date
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.domain import performance
from trading.models import Contract, Tender
from trading.queries.awards import is_told
from trading.queries.desk_lines import subject_of


@dataclass(frozen=True)
class Secured:
    """A contract with what was asked for it and what is there."""

    contract: Contract
    asked: Asked
    lodged: Security | None

    @property
    def state(self) -> str:
        """Give the state of what was lodged; empty while nothing was."""
        return self.lodged.state if self.lodged else ""

    @property
    def said(self) -> str:
        """Name that state."""
        return SECURITY.titles[self.state] if self.state else ""

    @property
    def account(self) -> str:
        """Give the sub-account to pay it to, while it may be paid."""
        waits = self.lodged is None and self.contract.voided_at is None
        may_pay = "transfer" in self.asked.forms and self.contract.signed_at is None
        return security_account(self.contract) if waits and may_pay else ""

    @property
    def forms(self) -> list[str]:
        """Name the forms it may be lodged in."""
        return [performance.FORMS[form] for form in self.asked.forms]

    def as_plain(self) -> dict[str, Any]:
        """Give it as the API does."""
        lodged = self.lodged
        return {
            "lot": self.contract.lot.number,
            "supplier": self.contract.supplier.name,
            "asked": f"{self.asked.amount:.2f}",
            "forms": list(self.asked.forms),
            "due_on": self.contract.security_due_on,
            "account": self.account,
            "state": self.state,
            "form": lodged.form if lodged else "",
            "number": lodged.number if lodged else "",
            "lodged_at": lodged.lodged_at if lodged else None,
            "dropped_article": lodged.dropped_article if lodged else "",
            "dropped_reason": lodged.dropped_reason if lodged else "",
            "released_at": lodged.released_at if lodged else None,
            "return_due_on": lodged.return_due_on if lodged else None,
            "forfeited_at": lodged.forfeited_at if lodged else None,
            "forfeit_article": lodged.forfeit_article if lodged else "",
            "forfeit_reason": lodged.forfeit_reason if lodged else "",
            "restored_reason": lodged.restored_reason if lodged else "",
            "returned_at": lodged.returned_at if lodged else None,
        }


def asked_for(contract: Contract) -> Asked:
    """Give what a contract asks of its winner."""
    tender = contract.lot.tender
    return Asked(
        contract.security, tuple(tender.performance_forms), tender.purchaser.name, contract.due_on
    )


def securities_of(tender: Tender, may_know: Callable[[Contract], bool]) -> list[Secured]:
    """List the contracts of a tender that ask a security and that the reader may know of."""
    rows = trading.contracts_of(tender).filter(security__gt=0)
    rows = rows.select_related("lot__tender__purchaser", "supplier", "lodged_security")
    return [secured(contract) for contract in rows if may_know(contract)]


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """Tell a winner what it has to lodge by when, a purchaser of what lies there for a contract not
    signed in time, and the centre what has to go back.
    """
    waiting = Contract.objects.filter(
        security__gt=0,
        secured_at=None,
        signed_at=None,
        lodged_security=None,
        supplier_id__in=actor.organisations(BIDDER),
    )
    rows = [
        _item(_("提交履约保证金"), contract, _last_moment(contract.security_due_on), lodges=True)
        for contract in waiting.select_related("lot__tender").order_by("security_due_on", "pk")
    ]
    late = Contract.objects.filter(
        security__gt=0,
        secured_at=None,
        signed_at=None,
        lodged_security=None,
        security_due_on__lt=local_date(at),
        lot__tender__purchaser_id__in=actor.organisations(PURCHASER),
    )
    rows += [
        _item(_("中标人逾期未提交履约保证金"), contract)
        for contract in late.select_related("lot__tender").order_by("security_due_on", "pk")
    ]
    rows += _held(actor)
    rows += [_item(_("合同逾期未签订，处理履约保证金"), held.contract) for held in _idle(actor, at)]
    if actor.has(CENTRE_OPS):
        released = Security.objects.filter(state="released").order_by("released_at")
        rows += [
            _item(_("退还履约保证金"), held.contract, _last_moment(held.return_due_on))
            for held in released.select_related("contract__lot__tender")
        ]
    return rows


def _idle(actor: Actor, at: datetime) -> list[Security]:
    """List what lies at a purchaser's for a contract that is overdue, or whose lot has ended."""
    ended = Q(contract__lot__state="failed") | Q(contract__lot__tender__state="terminated")
    overdue = Q(contract__due_on__lt=local_date(at))
    rows = Security.objects.filter(
        ended | overdue,
        state="lodged",
        contract__signed_at=None,
        contract__lot__tender__purchaser_id__in=actor.organisations(PURCHASER),
    )
    return list(rows.select_related("contract__lot__tender").order_by("contract__due_on", "pk"))


def _held(actor: Actor) -> list[DeskItem]:
    """Ask whoever decides what becomes of the deposits that do not go back by themselves."""
    rows = Deposit.objects.exclude(hold="").select_related("tender").order_by("held_at", "pk")
    if not actor.has(REGULATOR):
        rows = rows.filter(tender__purchaser_id__in=actor.organisations(PURCHASER))
    return [
        DeskItem(
            _("决定暂不退还的保证金"),
            f"{held.tender.code} {held.tender.title}",
            f"/tenders/{held.tender.code}/deposits/",
            None,
        )
        for held in rows
    ]


def _last_moment(on: date | None) -> datetime | None:
    return end_of_day(on) - timedelta(seconds=1) if on else None


def _item(
    what: str, contract: Contract, due_at: datetime | None = None, *, lodges: bool = False
) -> DeskItem:
    tender = contract.lot.tender
    subject, url = subject_of(tender, contract.lot), f"/tenders/{tender.code}/security/"
    if not lodges:
        return DeskItem(what, subject, url, due_at, runs_on=True)
    owner, is_secret = contract.supplier_id, not is_told(contract)
    return DeskItem(what, subject, url, due_at, owner_id=owner, is_secret=is_secret)


def secured(contract: Contract) -> Secured:
    """Give one contract so."""
    return Secured(contract, asked_for(contract), getattr(contract, "lodged_security", None))

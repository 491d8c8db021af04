"""A sale of the town that was bid for, paid and certified: its result is still to be published."""

from datetime import datetime, timedelta
from decimal import Decimal

from bidding.models import Auction
from bidding.services import auction as auctions
from bidding.services.auction import Handed
from kernel.calendar import local_date
from portal.demo import clients, files
from portal.demo.opening import actor
from trading import queries
from trading import services as trading
from trading.domain.completeness import CLOSING_GRACE
from trading.domain.files import Upload
from trading.domain.settlement import Given

QUOTES = {"chen": Decimal(446_000), "zhao": Decimal(431_000)}
SETTLED = timedelta(seconds=2)
"""After which it is known who came in time."""


def conclude(code: str, closes: datetime) -> None:
    """Close the disclosure, take the sealed quotes, and go on to the certificate."""
    trading.close_tender(code=code, at=closes + CLOSING_GRACE)
    held = Auction.objects.get(lot__tender__code=code)
    opens, ends = (datetime.fromisoformat(held.terms[name]) for name in ("opens_at", "closes_at"))
    _run(held.code, opens)
    for minutes, (name, price) in enumerate(QUOTES.items(), start=1):
        at = opens + timedelta(minutes=minutes)
        _run(held.code, at)
        owner = clients.actor_organisation(name, at)
        act = Handed(held.code, owner, "quote", price, f"{code}.{name}", at)
        auctions.decide(act, lambda at=at: at + SETTLED)  # type: ignore[misc]
    _run(held.code, ends + SETTLED)
    _settle(code, ends + timedelta(hours=4))


def _run(code: str, at: datetime) -> None:
    """Let the clock run at an instant as it does every half second; nothing was silent before."""
    Auction.objects.filter(code=code, seen_at__lt=at).update(seen_at=at)
    auctions.due(at)


def _settle(code: str, at: datetime) -> None:
    days = [at + timedelta(days=n) for n in range(3)]
    trading.confirm_winner(actor=actor("du", days[0]), code=code, choices={1: (1, "")}, at=days[0])
    text = ["产权交易合同", "转让方与受让方就标的转让达成如下条款。"]
    contract = Upload("contract_draft", "产权交易合同.pdf", files.pdf("产权交易合同", text))
    trading.sign_contract(
        actor=actor("du", days[1]), code=code, number=1, document=contract, at=days[1]
    )
    tender = queries.tender_for(actor("wei", days[2]), code, days[2])
    owed = queries.owed(queries.contract_of(tender, 1))
    trading.record_payment(
        actor=actor("wei", days[2]),
        code=code,
        number=1,
        payment=Given(owed.price, local_date(days[2])),
        at=days[2],
    )
    trading.certify_tender(actor=actor("wei", days[2]), code=code, at=days[2])

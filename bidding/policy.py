"""Who may do what with bids and in the opening hall."""

from dataclasses import dataclass

from accounts.domain import AGENCY, BIDDER, CENTRE_OPS, NOTARY, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from bidding.models import Auction, OpeningSession
from bidding.queries import attending, auctions, recovery
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from trading.models import Tender


@dataclass(frozen=True)
class BidPlace:
    """For whom a bid would be, and where."""

    tender: Tender
    bidder: Organisation
    lot: int
    registered: frozenset[int]


@condition(_("仅限该供应商（投标人）的人员。"))
def acts_for_bidder(actor: Actor, place: BidPlace) -> bool:
    """Hold the bidder's role for the organisation that bids."""
    return actor.has_for(place.bidder.pk, BIDDER)


@condition(_("采购人和代理机构不得参加本项目投标。"))
def is_independent(_actor: Actor, place: BidPlace) -> bool:
    """BLR art. 34: whoever buys or runs the call does not bid."""
    return place.bidder.pk not in {place.tender.purchaser_id, place.tender.agency_id}


@condition(_("贵单位尚未报名该采购包。请先报名并获取采购文件，再提交投标。"))
def has_registered(_actor: Actor, place: BidPlace) -> bool:
    """Have registered for this lot."""
    return place.lot in place.registered


@condition(_("仅限本项目的采购人、采购代理机构或交易中心执行人员主持开标。"))
def leads_session(actor: Actor, session: OpeningSession) -> bool:
    """BL art. 35, M87 art. 40: the purchaser or its agency presides; the centre supports."""
    tender = session.tender
    return (
        actor.has_for(tender.agency_id, AGENCY)
        or actor.has_for(tender.purchaser_id, PURCHASER)
        or actor.has(CENTRE_OPS)
    )


@condition(_("请先登录。"))
def is_known(actor: Actor, _subject: object) -> bool:
    """Somebody is signed in."""
    return actor.is_known


@condition(_("仅限参加本次开标的投标人。"))
def bids_here(actor: Actor, session: OpeningSession) -> bool:
    """Act for a bidder whose bid is in this session."""
    return attending.is_bidder_in(actor, session)


@condition(_("仅限供应商（投标人）账户。"))
def is_bidder(actor: Actor, _subject: object) -> bool:
    """Act for some bidder."""
    return actor.has(BIDDER)


@condition(_("仅限本场开标的投标人、主持方、托管人和监督人员。"))
def takes_part(actor: Actor, session: OpeningSession) -> bool:
    """Attend as more than a watcher."""
    return attending.role_in(actor, session) != ""


@condition(_("仅限本项目的密钥托管人。"))
def holds_a_key(actor: Actor, session: OpeningSession) -> bool:
    """Be one of the tender's custodians."""
    return attending.custodian_of(actor, session) is not None


@condition(_("仅限本项目的恢复托管人。"))
def recovers_shares(actor: Actor, session: OpeningSession) -> bool:
    """Be one of the tender's recovery set."""
    return recovery.seat_of(actor, session) is not None


@condition(_("仅限交易中心执行人员（系统故障）或监督部门（责令）。"))
def keeps_order(actor: Actor, _auction: object) -> bool:
    """Rulebook 5.0: the centre on a fault, the regulator by order."""
    return actor.has(CENTRE_OPS, REGULATOR)


@condition(_("仅限监督部门（责令）。交易中心可以暂停竞价，并把查到的情况报告监督部门。"))
def puts_out(actor: Actor, _auction: object) -> bool:
    """Rulebook 1.1: a centre penalises and limits nobody; the regulator orders it."""
    return actor.has(REGULATOR)


@condition(_("仅限参加摇号的竞买人、公证人员和监督部门给出随机数。"))
def gives_nonce(actor: Actor, auction: Auction) -> bool:
    """Rulebook 3.5: a bidder or a notary gives the nonce, never who committed to the seed."""
    if actor.has(NOTARY, REGULATOR):
        return True
    entrant = auctions.entrant_of(actor, auction)
    return entrant is not None and entrant.code in auction.shown.get("joined", [])


POLICY = Policy(
    {
        "bid.read": (is_known, is_bidder),
        "bid.submit": (acts_for_bidder, is_independent, has_registered),
        "opening.host": (is_known, leads_session),
        "opening.sign_in": (is_known, takes_part),
        "opening.check_seals": (is_known, bids_here),
        "opening.hand_in_share": (is_known, bids_here),
        "opening.release_key": (is_known, holds_a_key),
        "opening.request_recovery": (is_known, bids_here),
        "opening.release_part": (is_known, recovers_shares),
        "opening.raise_objection": (is_known, bids_here),
        "opening.resupply": (is_known, bids_here),
        "opening.confirm": (is_known, takes_part),
        "auction.pause": (is_known, keeps_order),
        "auction.resume": (is_known, keeps_order),
        "auction.exclude": (is_known, puts_out),
        "auction.void": (is_known, puts_out),
        "auction.disqualify": (is_known, puts_out),
        "auction.draw": (is_known, gives_nonce),
    }
)
require, allows, why_not = POLICY.require, POLICY.allows, POLICY.why_not

"""The purchases of the town: each is taken step by step as far as it has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from bidding.queries import opening as halls
from bidding.services.opening import counting
from evaluation.models import Evaluation
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import (
    clients,
    deposits,
    disputes,
    files,
    frameworks,
    intentions,
    judging,
    opening,
    sole,
    talks,
    watching,
)
from portal.demo.town import PURCHASES, Purchase
from trading import queries
from trading import services as trading
from trading.domain import STAGES, acceptance
from trading.domain.acceptance import Line
from trading.domain.files import Upload
from trading.domain.framework import COMPETITION
from trading.markets import markets, method_of
from trading.models import Lot, Tender

CUSTODIANS = (("qian", "centre"), ("feng", "notary"))
RECOVERY = (("zhou", "centre"), ("wang", "regulator"), ("ye", "notary"))
ROOM = "清河市公共资源交易中心第一开标室（不见面开标大厅）"
TITLES = [purchase.title for purchase in PURCHASES]
LEAD = timedelta(minutes=2)
PUBLISHED_AFTER = timedelta(minutes=60)
"""How long after its draft a purchase is published: at night that is the next day."""


@dataclass(frozen=True)
class Plan:
    """When a purchase was drafted, published and closed."""

    purchase: Purchase
    drafted_at: datetime
    closes_at: datetime


def actor(username: str, at: datetime) -> Actor:
    """Give a person of the town as rules see them at an instant."""
    return accounts.actor(accounts.person(username), at)


def plan_of(purchase: Purchase, at: datetime) -> Plan:
    """Date a purchase so that every statutory period is kept."""
    if purchase.state == "live":
        closes_at = at + LEAD
    else:
        day = WorkCalendar().roll_over(local_date(at) + timedelta(days=purchase.days))[0]
        while day >= local_date(at) and purchase.days < 0:
            day -= timedelta(days=1)
        closes_at = datetime.combine(day, time(9), SHANGHAI)
    return Plan(purchase, min(closes_at - timedelta(days=26), at - timedelta(hours=2)), closes_at)


def make(purchase: Purchase, at: datetime) -> Tender:
    """Make one tender and take it as far as it has come."""
    plan = plan_of(purchase, at)
    code = _draft(plan)
    if purchase.pool:
        _invite(plan, code)
    if purchase.state == "draft":
        return Tender.objects.get(code=code)
    _complete(plan, code)
    for reached, act in STEPS:
        if purchase.state == reached:
            break
        act(plan, code)
    if purchase.state == "terminated":
        when = plan.drafted_at + timedelta(days=12)
        reason = "因年度计划调整，采购任务取消。"
        buyer = actor(purchase.purchaser, when)
        trading.terminate_tender(actor=buyer, code=code, reason=reason, at=when)
    return Tender.objects.get(code=code)


def _draft(plan: Plan) -> str:
    purchase, at = plan.purchase, plan.drafted_at
    sun = actor("sun", at)
    buyer = clients.actor_organisation(purchase.purchaser, at)
    tender = trading.draft_tender(
        actor=sun,
        purchaser=buyer,
        category=purchase.category,
        title=purchase.title,
        method=purchase.method,
        at=at,
    )
    for title, quantity, budget, ceiling in purchase.lots:
        lot = {
            "title": title,
            "description": purchase.summary,
            "quantity": quantity,
            "delivery": "合同签订后 60 日内" if purchase.category == "goods" else "按合同约定",
            "budget": budget,
            "ceiling": ceiling,
            "items": [
                {"name": title, "spec": "详见采购需求", "quantity": "1", "unit": purchase.unit}
            ],
        }
        trading.add_lot(actor=sun, code=tender.code, lot=lot, at=at)
    return str(tender.code)


def _invite(plan: Plan, code: str) -> None:
    """Hand in the pool that the purchaser draws from."""
    at, pool = plan.drafted_at, plan.purchase.pool
    sun = actor("sun", at)
    trading.change_tender(actor=sun, code=code, changes=_grounds(plan), at=at)
    codes = [clients.actor_organisation(name, at) for name in pool]
    trading.list_invited(actor=sun, code=code, suppliers=codes, count=len(codes) // 2, at=at)


def _complete(plan: Plan, code: str) -> None:
    purchase, at = plan.purchase, plan.drafted_at
    sun = actor("sun", at)
    trading.change_tender(actor=sun, code=code, changes=_changes(plan), at=at)
    if purchase.state == "announced":
        intentions.tell(purchase, code, at)
    text = [
        purchase.summary,
        "一、项目概况。二、供应商资格要求。三、商务要求。四、评标办法。五、合同草案。",
        "投标文件由投标人在自己的浏览器或命令行中密封，开标前任何人都不能打开。",
    ]
    document = Upload("tender_document", "采购文件.docx", files.word(purchase.title, text))
    trading.attach_document(actor=sun, code=code, document=document, at=at)
    if _is_sole(purchase):
        sole.name(code, at)
    for person, office in ((purchase.purchaser, "purchaser"), *CUSTODIANS):
        _keep(plan, code, person, office)
    for person, office in RECOVERY if purchase.recovers else ():
        _keep(plan, code, person, office, "recovery")


def _is_sole(purchase: Purchase) -> bool:
    return markets()["procurement"].methods[purchase.method].invites_sole


def _keep(plan: Plan, code: str, person: str, office: str, circle: str = "opening") -> None:
    """Name a custodian, who registers a key for each stage."""
    at = plan.drafted_at
    trading.name_custodian(
        actor=actor("sun", at), code=code, person=person, office=office, circle=circle, at=at
    )
    keys = clients.public_keys(person, code, STAGES[plan.purchase.stages])
    trading.register_custodian_key(actor=actor(person, at), code=code, public_keys=keys, at=at)


def _changes(plan: Plan) -> dict[str, Any]:
    purchase = plan.purchase
    published = local_date(plan.drafted_at + PUBLISHED_AFTER)
    return {
        "summary": purchase.summary,
        "contact_name": "孙洁",
        "contact_phone": "0393-8800102",
        "budget_level": "city",
        "plan_number": f"清财采计〔2026〕{100 + TITLES.index(purchase.title)}号",
        "funding": "财政性资金",
        "place": ROOM,
        "qualification": judging.QUALIFICATION,
        "conformity": judging.CONFORMITY,
        "scheme": _scheme(purchase),
        "stages": purchase.stages,
        "bid_security": purchase.deposit,
        "threshold": 2,
        "documents_from": published,
        "documents_until": WorkCalendar().add_working_days(published, 6).due,
        "bids_close_at": plan.closes_at,
        **(sole.dates(plan.closes_at) if _is_sole(purchase) else {}),
        **({"framework": purchase.framework} if purchase.framework else {}),
        **_grounds(plan),
    }


def _grounds(plan: Plan) -> dict[str, Any]:
    """Say why it is not put out to open tender, as approved a fortnight before it was drafted."""
    if not plan.purchase.grounds:
        return {}
    day = local_date(plan.drafted_at) - timedelta(days=14)
    number = 300 + TITLES.index(plan.purchase.title)
    approval = {
        "approval": f"清财采批〔{day.year}〕{number}号",
        "approval_by": "清河市财政局",
        "approval_on": day.isoformat(),
        "approval_text": "同意该项目按申请采用非公开招标的采购方式。",
    }
    return {"grounds": {**plan.purchase.grounds, **approval}}


def _scheme(purchase: Purchase) -> dict[str, Any]:
    """Give what it is judged by: the lowest price where its method knows nothing else."""
    known = markets()["procurement"].methods[purchase.method].schemes
    if "price_first" in known:
        return {"method": "price_first"}
    return judging.SCHEMES[purchase.category if "comprehensive" in known else "lowest"]


def _submit(plan: Plan, code: str) -> None:
    at = plan.drafted_at + timedelta(minutes=30)
    trading.submit_tender(actor=actor("sun", at), code=code, at=at)


def _approve(plan: Plan, code: str) -> None:
    at = plan.drafted_at + timedelta(minutes=50)
    trading.approve_tender(actor=actor(plan.purchase.purchaser, at), code=code, at=at)


def _publicise(plan: Plan, code: str) -> None:
    at = plan.drafted_at + PUBLISHED_AFTER
    if queries.must_publicise(Tender.objects.get(code=code), at):
        sole.publicise(code, at)


def _publish(plan: Plan, code: str) -> None:
    at = plan.drafted_at + PUBLISHED_AFTER
    trading.publish_tender(actor=actor("sun", at), code=code, at=at)
    if plan.purchase.state == "announced" and plan.purchase.deposit != "0":
        deposits.begin(code, at + timedelta(minutes=1))


def _bid(plan: Plan, code: str) -> None:
    begun = plan.drafted_at + timedelta(days=2)
    bidders = dict.fromkeys(name for prices in plan.purchase.prices for name in prices)
    for order, name in enumerate(bidders):
        numbers = [n for n, prices in enumerate(plan.purchase.prices, 1) if name in prices]
        when = begun + timedelta(hours=3 * order)
        own = actor(name, when)
        trading.register_for_lots(
            actor=own, code=code, numbers=numbers, contact=own.name, phone="139****0000", at=when
        )
        number = Tender.objects.get(code=code).attachments.get().pk
        trading.download_document(actor=own, code=code, number=number, at=when)
        deposits.lay_down(code, numbers, name, when + timedelta(hours=1))
        for number in numbers:
            sent = plan.closes_at - timedelta(hours=20 - 3 * order, minutes=7 * number)
            _send(plan, code, number, name, sent)


def _send(plan: Plan, code: str, lot: int, name: str, at: datetime) -> None:
    """Hand in a bid; the first bidder of a lot uses the recovery set where there is one."""
    prices = plan.purchase.prices[lot - 1]
    escrow = plan.purchase.recovers and name == next(iter(prices))
    title = f"投标文件（第 {lot} 包）"
    text = ["一、投标函", "二、资格证明文件", "三、技术响应与偏离表", "四、实施与售后服务方案"]
    content = files.word(title, text)
    given = {"投标文件.docx": content}
    clients.submit(
        username=name, code=code, lot=lot, price=prices[name], files=given, escrow=escrow, at=at
    )


def _assign(plan: Plan, code: str) -> None:
    if plan.purchase.state == "live":
        session = halls.session_for(code, "whole")
        watching.assign(session, plan.closes_at - timedelta(days=1))


def _close(plan: Plan, code: str) -> None:
    trading.close_tender(actor=SYSTEM, code=code, at=plan.closes_at + timedelta(seconds=1))


def _open(plan: Plan, code: str) -> None:
    tender = Tender.objects.get(code=code)
    if tender.state == "closed":
        opening.hold(code, tender.policy["stages"][0], plan.closes_at)


def _gather(plan: Plan, code: str) -> None:
    if Evaluation.objects.filter(tender__code=code).exists():
        judging.gather(code, plan.closes_at + timedelta(hours=2))


def _talk(plan: Plan, code: str) -> None:
    if method_of(Tender.objects.get(code=code)).talks:
        talks.hold(code, plan.closes_at + timedelta(hours=3))


def _quote(plan: Plan, code: str) -> None:
    """Take the last quotes; they are opened when the panel has marked without them."""
    if not method_of(Tender.objects.get(code=code)).talks:
        return
    prices = dict(enumerate(plan.purchase.prices, start=1))
    over = talks.quote(code, prices, plan.closes_at + timedelta(hours=5))
    judging.mark(code, over + timedelta(minutes=5))
    at = over + timedelta(minutes=40)
    counting.count_bids(code=code, stage="price", at=at)
    opening.hold(code, "price", at)
    judging.rank(code, at + timedelta(hours=1))


def _judge(plan: Plan, code: str) -> None:
    if method_of(Tender.objects.get(code=code)).talks:
        return
    if Evaluation.objects.filter(tender__code=code).exists():
        judging.judge(code, plan.closes_at + timedelta(hours=3))


def _award(plan: Plan, code: str) -> None:
    at = plan.closes_at + timedelta(days=1)
    lots = Tender.objects.get(code=code).lots.filter(state="open")
    choices = {lot.number: (1, "") for lot in lots}
    buyer = actor(plan.purchase.purchaser, at)
    trading.confirm_winner(actor=buyer, code=code, choices=choices, at=at)
    trading.publish_result(actor=actor("sun", at), code=code, at=at + timedelta(hours=3))
    if plan.purchase.state != "published":  # whose term is running
        deposits.pay_back(code, at + timedelta(days=4))


def _challenge(plan: Plan, code: str) -> None:
    disputes.challenge(plan.purchase, code, plan.closes_at)


def _complain(plan: Plan, code: str) -> None:
    disputes.complain(plan.purchase, code, plan.closes_at)


def _contract(plan: Plan, code: str) -> None:
    at = plan.closes_at + timedelta(days=16)
    if plan.purchase.framework:
        _call(plan, code, at)
        return
    buyer = actor(plan.purchase.purchaser, at)
    content = files.pdf(
        f"{plan.purchase.title}合同", ["甲方、乙方依照采购文件和投标文件订立本合同。"]
    )
    for lot in Tender.objects.get(code=code).lots.filter(state="awarded"):
        upload = Upload("other", "合同.pdf", content)
        trading.sign_contract(actor=buyer, code=code, number=lot.number, document=upload, at=at)
        later = at + timedelta(hours=20)
        trading.publish_contract(actor=buyer, code=code, number=lot.number, at=later)
        trading.file_contract(actor=buyer, code=code, number=lot.number, at=later)
    # The one of the two that is still going on went out too late, with interest.
    late = timedelta(days=11) if plan.purchase.state == "contracted" else timedelta(days=1)
    deposits.pay_back(code, at + late)


def _call(plan: Plan, code: str, at: datetime) -> None:
    """Sign the agreements, and call off from the first two."""
    first, second, *_rest = plan.purchase.prices[0]
    frameworks.sign(code, plan.purchase.purchaser, at)
    if plan.purchase.framework["way"] == COMPETITION:
        return
    frameworks.call(code, plan.purchase.purchaser, (first, second), at + timedelta(days=3))


def _accept(plan: Plan, lot: Lot, at: datetime) -> None:
    """Write down that all was delivered as agreed."""
    buyer = actor(plan.purchase.purchaser, at)
    lines = [Line("与合同约定一致，运行正常。", passed=True) for _ in acceptance.parts(lot.items)]
    report = acceptance.Report(local_date(at), lines, ("高志远", "葛明"))
    code = lot.tender.code
    trading.accept_contract(actor=buyer, code=code, number=lot.number, report=report, at=at)


def _archive(plan: Plan, code: str) -> None:
    at = plan.closes_at + timedelta(days=18)
    for lot in Tender.objects.get(code=code).lots.filter(state="contracted"):
        _accept(plan, lot, at)
    trading.archive_tender(actor=actor("sun", at), code=code, at=at)


STEPS: Iterable[Any] = (
    ("entered", _submit),
    ("review", _approve),
    ("approved", _publicise),
    ("publicised", _publish),
    ("announced", _bid),
    ("terminated", lambda _plan, _code: None),
    ("assigned", _assign),
    ("live", _close),
    ("failed", _open),
    ("opened", _gather),
    ("gathered", _talk),
    ("talking", _quote),
    ("technical", _judge),
    ("evaluated", _award),
    ("published", _challenge),
    ("challenged", _complain),
    ("complained", _contract),
    ("contracted", _archive),
    ("archived", lambda _plan, _code: None),
)
"""The state a purchase stops at, before the step that would take it further."""

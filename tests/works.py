"""Construction tenders in every state, made by the ordinary services from the cast.

case = judged(world)     # two lots, evaluated by a drawn factor, the report handed in
publicised(case)         # its candidates stand before the public
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bidding.models import Bid
from evaluation.services import factors, marking, motions, report, review, summary
from kernel.calendar import local_date
from tests import opened, tenders
from tests.opened import Case
from tests.tenders import CUSTODIANS, DOCUMENT, Story, deadline
from tests.world import World
from trading import services
from trading.models import Tender

SCHEME: dict[str, Any] = {
    "method": "drawn_mean",
    "price": {"weight": "60"},
    "criteria": [
        {
            "code": "T",
            "part": "technical",
            "title": "施工组织设计",
            "children": [
                {
                    "code": "T1",
                    "title": "施工方案与技术措施",
                    "full": "20",
                    "subjective": True,
                    "rule": "优 16—20 分，良 10—15 分，一般 0—9 分。",
                },
                {
                    "code": "T2",
                    "title": "质量、安全与进度保障",
                    "full": "12",
                    "subjective": True,
                    "rule": "优 10—12 分，良 6—9 分，一般 0—5 分。",
                },
            ],
        },
        {
            "code": "B",
            "part": "commercial",
            "title": "项目管理机构与信用",
            "children": [
                {
                    "code": "B1",
                    "title": "同类工程业绩",
                    "full": "8",
                    "subjective": False,
                    "rule": "近五年同类工程每项 2 分，最多 8 分。",
                }
            ],
        },
    ],
}
LOT = {
    "title": "道路工程",
    "description": "道路、排水、照明与绿化工程施工。",
    "quantity": "3.2 公里",
    "delivery": "240 日历天",
    "budget": "10000000.00",
    "ceiling": "9800000.00",
}
FIELDS: dict[str, Any] = {
    "summary": "新建次干路一条，长 3.2 公里，红线宽 30 米，含道路、排水、照明与绿化。",
    "contact_name": "孙洁",
    "contact_phone": "0393-8800102",
    "plan_number": "2411-410900-04-01-118207",
    "trade_class": "A02",
    "funding": "财政资金",
    "place": "新安市公共资源交易中心第二开标室（不见面开标大厅）",
    "qualification": [
        {"text": "具有市政公用工程施工总承包三级及以上资质", "evidence": "资质证书"},
        {"text": "项目负责人具有市政公用工程二级注册建造师执业资格", "evidence": "注册证书"},
    ],
    "conformity": [
        {"text": "投标报价未超过最高投标限价", "evidence": "开标一览表"},
        {"text": "投标有效期不少于 90 日", "evidence": "投标函"},
    ],
    "scheme": SCHEME,
    "threshold": 2,
    "bid_security": "400000.00",
    "particulars": {"consortium": "不接受联合体投标"},
}
OFFER = {
    "quality": "符合国家现行验收规范，一次验收合格",
    "manager": "周建国",
    "certificate": "二级注册建造师（市政公用工程）豫241191912345",
}
PRICES = {"chen": "9400000.00", "zhao": "9520000.00", "hu": "9650000.00"}
SHARES = {
    "晨光医疗科技有限公司": "0.9",
    "朝阳信息技术有限公司": "0.8",
    "琥珀办公设备有限公司": "0.6",
}
NONCE = "新安市公证处现场随机数"


def draft(
    world: World,
    at: datetime | None = None,
    *,
    lots: int = 2,
    title: str = "城东次干路新建工程",
    method: str = "open_tender",
    **changes: Any,
) -> Story:
    """Draft everything but the custodians' keys."""
    when = at or world.at
    sun, lin = world.actor("sun", when), world.organisation_of("lin")
    kind = {"market": "construction", "method": method, "category": "works"}
    tender = services.draft_tender(actor=sun, purchaser=lin.uscc, title=title, **kind, at=when)
    code = tender.code
    dates = {
        "documents_from": local_date(when),
        "documents_until": local_date(when) + timedelta(days=6),
        "bids_close_at": changes.pop("bids_close_at", deadline(when)),
    }
    for number in range(1, lots + 1):
        lot = {**LOT, "title": f"{LOT['title']}第 {number} 标段"}
        services.add_lot(actor=sun, code=code, lot=lot, at=when)
    given = {**FIELDS, **dates, **changes}
    services.change_tender(actor=sun, code=code, changes=given, at=when)
    services.attach_document(actor=sun, code=code, document=DOCUMENT, at=when)
    for person, office in CUSTODIANS:
        services.name_custodian(actor=sun, code=code, person=person, office=office, at=when)
    return Story(world, code, when)


def announced(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Publish: the tender takes bids."""
    return tenders.publish(tenders.register_keys(draft(world, at, **changes)))


def opening_ended(
    world: World,
    story: Story | None = None,
    *,
    prices: dict[str, str] | None = None,
    **changes: Any,
) -> Case:
    """Read out three bids in every lot and end the opening."""
    story = story or announced(world, **changes)
    case = opened.opened(world, prices=prices or PRICES, story=story)
    for bid in Bid.objects.filter(tender__code=case.code):
        bid.fields |= OFFER
        bid.save(update_fields=["fields"])
    return case


def draw_factor(case: Case, name: str = "feng") -> None:
    """Let somebody give the number by which the factor is drawn."""
    factors.draw_factor(actor=case.actor(name), code=case.code, nonce=NONCE, at=case.at)


def led(world: World, **changes: Any) -> Case:
    """Draw the committee, gather it and elect its lead."""
    return gather(opening_ended(world, **changes))


def gather(case: Case) -> Case:
    """Draw the committee of bids that are opened, gather it and elect its lead."""
    opened.draw(case, speciality="工程施工")
    opened.start(case)
    opened.elect(case)
    return case


def conforming(world: World, **changes: Any) -> Case:
    """Close the preliminary review with everybody in: members mark next."""
    return conform(led(world, **changes))


def conform(case: Case) -> Case:
    """Let everybody find every bid in order, and close the preliminary review."""
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    return case


def go_on(case: Case) -> None:
    """Let three members vote that enough compete still, so that nothing is rejected."""
    given = {"motion": case.evaluation.motions.get().number, "agrees": False, "at": case.at}
    for member in case.members[:3]:
        motions.vote_motion(actor=member, code=case.code, reason="仍有竞争。", **given)


def mark_all(case: Case, shares: dict[str, str] | None = None) -> None:
    """Let everybody mark every lot and lock."""
    for member in case.members:
        for number in sorted({bid.lot.number for bid in case.bids}):
            opened.mark(case, member, shares or SHARES, lot=number)
            marking.lock_scorecard(actor=member, code=case.code, lot=number, at=case.at)


def sign(case: Case) -> None:
    """Summarise, draft the report, and let everybody sign it."""
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)


def judged(world: World, **changes: Any) -> Case:
    """Mark, draw the factor, and hand the report in."""
    case = conforming(world, **changes)
    mark_all(case)
    draw_factor(case)
    sign(case)
    return case


def evaluated(
    world: World, *, order: Sequence[tuple[str, int]] | None = None, **changes: Any
) -> Case:
    """Hand in a report that ranks three bidders in each lot, without the apps above; `order` gives
    their ranks, which several may share.
    """
    return reported(announced(world, **changes), order=order)


def reported(story: Story, *, order: Sequence[tuple[str, int]] | None = None) -> Case:
    """Do the same with a tender that takes bids already."""
    closes_at = story.tender.bids_close_at
    assert closes_at is not None
    case = Case(story.world, story.code, closes_at + timedelta(seconds=1))
    services.close_tender(code=case.code, at=case.at)
    for step in (services.open_tender, services.confirm_record, services.seat_committee):
        step(actor=case.actor("qian"), code=case.code, at=case.at)
    names = [name for name, _rank in order or ()] or ("chen", "zhao", "hu")
    report_again(case, names, [rank for _name, rank in order or ()])
    return case


def report_again(
    case: Case, order: Sequence[str] = ("chen", "zhao", "hu"), ranks: Sequence[int] = ()
) -> None:
    """Hand in a report that ranks bidders in this order."""
    services.receive_report(
        code=case.code,
        candidates=[
            _candidate(case, lot, rank, name)
            for lot in tender_of(case).lots.values_list("number", flat=True)
            for rank, name in zip(ranks or range(1, len(order) + 1), order, strict=True)
        ],
        experts=["吴哲", "罗敏", "宋凯", "高岚", "谢军"],
        at=case.at,
    )


def _candidate(case: Case, lot: int, rank: int, name: str) -> dict[str, Any]:
    bidder = case.world.organisation_of(name)
    return {
        "lot": lot,
        "rank": rank,
        "supplier_uscc": bidder.uscc,
        "supplier": bidder.name,
        "bid": f"{lot}-{name}",
        "price": PRICES[name],
        "total": f"{95 - 3 * rank}.20",
        "offer": {**OFFER, "days": "60"},
    }


def tender_of(case: Case) -> Tender:
    """Read the tender as it is now."""
    return Tender.objects.get(code=case.code)


def publicised(case: Case) -> Case:
    """Show the candidates to the public."""
    services.publish_candidates(actor=case.actor("sun"), code=case.code, at=case.at)
    return case


def after_publicity(case: Case) -> Case:
    """Let the publicity end."""
    until = tender_of(case).publicity_until
    assert until is not None
    case.at += timedelta(days=(until - local_date(case.at)).days + 1)
    return case


def confirmed(case: Case) -> Case:
    """Confirm the first of every lot once the publicity is over."""
    after_publicity(case)
    numbers = tender_of(case).lots.filter(state="open").values_list("number", flat=True)
    choices = dict.fromkeys(numbers, (1, ""))
    services.confirm_winner(actor=case.actor("lin"), code=case.code, choices=choices, at=case.at)
    return case


def notified(case: Case) -> Case:
    """Send the award notices."""
    services.publish_result(actor=case.actor("sun"), code=case.code, at=case.at)
    return case

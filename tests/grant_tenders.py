"""Grants of land by tender in every state, made by the ordinary services from the cast.

story = announced(world)                 # a tender whose announcement runs
case = judged(world, floor="430000000")  # evaluated, the reserve opened
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evaluation.services import marking, report, review, summary
from tests import grants, opened, tenders
from tests.opened import Case
from tests.tenders import CUSTODIANS, Story
from tests.world import World
from trading import services
from trading.models import Lot, Tender

HIGHEST: dict[str, Any] = {"method": "highest_price"}
BEST: dict[str, Any] = {
    "method": "best_offer",
    "price": {"weight": "60"},
    "criteria": [
        {
            "code": "T",
            "part": "technical",
            "title": "开发建设方案",
            "children": [
                {
                    "code": "T1",
                    "title": "规划与建设方案",
                    "full": "40",
                    "subjective": True,
                    "rule": "优 31—40 分，良 20—30 分，一般 0—19 分。",
                }
            ],
        }
    ],
}
FIELDS: dict[str, Any] = {
    **grants.FIELDS,
    "place": "清河市公共资源交易中心第三开标室（不见面开标大厅）",
    "qualification": [{"text": "具有房地产开发资质", "evidence": "资质证书"}],
    "conformity": [{"text": "承诺按规划条件开发建设", "evidence": "投标函"}],
    "scheme": HIGHEST,
    "threshold": 2,
}
PRICES = {"chen": "430000000.00", "zhao": "452000000.00", "hu": "441000000.00"}
SPECIALITY = "土地评估与规划"
DECISION = "清自然资会纪〔2026〕21号"


def draft(world: World, at: datetime | None = None, *, lots: int = 1, **changes: Any) -> Story:
    """Draft everything but the custodians' keys."""
    when = at or world.at
    story, sun = grants.begun(world, when, "land_tender"), world.actor("sun", when)
    fields = {**FIELDS, "bids_close_at": grants.closing(when), **changes}
    services.change_tender(actor=sun, code=story.code, changes=fields, at=when)
    for _number in range(lots):
        services.add_lot(actor=sun, code=story.code, lot=grants.LOT, at=when)
    services.attach_document(actor=sun, code=story.code, document=grants.DOCUMENT, at=when)
    for person, office in CUSTODIANS:
        services.name_custodian(actor=sun, code=story.code, person=person, office=office, at=when)
    return story


def announced(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Announce a grant by tender: it takes bids."""
    return tenders.publish(tenders.register_keys(draft(world, at, **changes)))


def seal(story: Story, price: str, number: int = 1, **more: Any) -> None:
    """Seal the reserve of a parcel."""
    given = {"actor": story.world.actor("lin", story.at), "decision": DECISION, "at": story.at}
    services.seal_reserve(code=story.code, number=number, price=price, **{**given, **more})


def conforming(
    world: World,
    *,
    floor: str = "",
    offered: Mapping[str, str] | None = None,
    story: Story | None = None,
    **changes: Any,
) -> Case:
    """Read the bids out, seat a committee, and let everybody through the review."""
    story = story or announced(world, **changes)
    if floor:
        seal(story, floor)
    case = opened.opened(world, prices=dict(offered or PRICES), story=story)
    opened.draw(case, speciality=SPECIALITY)
    opened.start(case)
    opened.elect(case)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    return case


def mark(case: Case, shares: Mapping[str, str]) -> None:
    """Let everybody mark and lock."""
    for member in case.members:
        opened.mark(case, member, dict(shares))
        marking.lock_scorecard(actor=member, code=case.code, lot=1, at=case.at)


def sign(case: Case) -> Case:
    """Summarise, draft the report, and let everybody sign it."""
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    return case


def judged(world: World, **changes: Any) -> Case:
    """Hand the report in: the reserve is opened, the price told."""
    return sign(conforming(world, **changes))


def confirmed(case: Case) -> Case:
    """Let the grantor confirm the first of every lot."""
    numbers = tender_of(case).lots.filter(state="open").values_list("number", flat=True)
    choices = dict.fromkeys(numbers, (1, ""))
    services.confirm_winner(actor=case.actor("lin"), code=case.code, choices=choices, at=case.at)
    return case


def tender_of(case: Case) -> Tender:
    """Read the tender as it is now."""
    return Tender.objects.get(code=case.code)


def lot_of_tender(tender: Tender, number: int = 1) -> Lot:
    """Read a parcel of a tender as it is now."""
    return Lot.objects.select_related("tender").get(tender=tender, number=number)


def lot_of(case: Case, number: int = 1) -> Lot:
    """Read a parcel as it is now."""
    return Lot.objects.get(tender__code=case.code, number=number)

"""Sales of state property by tender in every state, made by the ordinary services from the cast."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evaluation.services import review
from ledger import private
from ledger.queries import has_private_tree
from tests import grant_tenders, opened, sales, tenders
from tests.opened import Case
from tests.tenders import CUSTODIANS, Story
from tests.world import World
from trading import services
from trading.domain.priority import PriorityTerms

FIELDS: dict[str, Any] = {
    **sales.FIELDS,
    "place": "清河市公共资源交易中心第三开标室（不见面开标大厅）",
    "conformity": [{"text": "承诺按评估基准日承接债权债务", "evidence": "投标函"}],
    "qualification": [{"text": "境内依法设立的企业法人", "evidence": "营业执照"}],
    "scheme": grant_tenders.HIGHEST,
    "threshold": 2,
}
PRICES = {"chen": "2700000.00", "zhao": "2950000.00", "hu": "2810000.00"}
SPECIALITY = "产权评估"


def draft(
    world: World,
    at: datetime | None = None,
    *,
    right: PriorityTerms | None = None,
    lots: int = 1,
    **changes: Any,
) -> Story:
    """Draft everything but the custodians' keys; the first lot has the right of first refusal."""
    when = at or world.at
    story, sun = sales.begun(world, when, method="tender"), world.actor("sun", when)
    fields = {**FIELDS, "bids_close_at": sales.closing(when), **changes}
    services.change_tender(actor=sun, code=story.code, changes=fields, at=when)
    for number in range(1, lots + 1):
        services.add_lot(actor=sun, code=story.code, lot=sales.LOT, at=when)
        given = (right if number == 1 else None) or sales.priority(world)
        services.change_priority(actor=sun, code=story.code, number=number, right=given, at=when)
    services.attach_document(actor=sun, code=story.code, document=sales.DOCUMENT, at=when)
    for person, office in CUSTODIANS:
        services.name_custodian(actor=sun, code=story.code, person=person, office=office, at=when)
    return story


def announced(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Disclose a sale by tender: it takes bids."""
    return tenders.publish(tenders.register_keys(draft(world, at, **changes)))


def conforming(
    world: World,
    *,
    offered: Mapping[str, str] | None = None,
    story: Story | None = None,
    **changes: Any,
) -> Case:
    """Read the bids out, seat a panel, and let everybody through the review."""
    story = story or announced(world, **changes)
    if not has_private_tree(story.code):  # the hall of a test begins after closing
        private.publish_tree(tender=story.code, reveal=(), at=story.at)
    case = opened.opened(world, prices=dict(offered or PRICES), story=story)
    opened.draw(case, speciality=SPECIALITY)
    opened.start(case)
    opened.elect(case)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    return case


def judged(world: World, **changes: Any) -> Case:
    """Hand the report in: the price is told."""
    return grant_tenders.sign(conforming(world, **changes))

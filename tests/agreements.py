"""Transfers by agreement in every state, made by the ordinary services from the cast.

story = published(world, at)    # approved and told to the public: Chen's house is the taker
sold = certified(world, at)     # confirmed, signed, paid and certified
"""

from datetime import datetime, timedelta
from typing import Any

from kernel.calendar import local_date
from tests import sales
from tests.tenders import Story
from tests.world import World
from trading import queries, services
from trading.domain.files import Upload

DRAFT = Upload("contract_draft", "股权转让协议.pdf", b"%PDF-1.7\n% agreement\n%%EOF\n")
CONSENT = Upload("consent", "批准文件.pdf", b"%PDF-1.7\n% approval\n%%EOF\n")
FIELDS: dict[str, Any] = {
    name: sales.FIELDS[name] for name in ("summary", "plan_number", "contact_name", "contact_phone")
}


def lot(world: World, taker: str = "chen", **changes: Any) -> dict[str, Any]:
    """Give a lot as an ordinary agreement has it; names of particulars change those."""
    said = {
        "taker_uscc": world.organisation_of(taker).uscc,
        "relation": "双方均为清河市国有资本运营有限公司的全资子公司。",
        "ground": "restructuring",
        "reasons": "供水板块内部重组整合，不引入外部股东。",
        "approver": "清河市国有资本运营有限公司",
    }
    said |= {name: changes.pop(name) for name in list(changes) if name in said}
    given = {
        "title": "清河供水有限公司 30% 股权",
        "quantity": "30%",
        "delivery": "合同生效后五个工作日内一次付清",
        "budget": "2600000.00",
        "start_price": "2600000.00",
        "particulars": said,
    }
    return given | changes


def begun(world: World, at: datetime, category: str = "equity") -> Story:
    """Begin a draft in which nothing is written yet."""
    made = services.draft_tender(
        actor=world.actor("sun", at),
        purchaser=world.organisation_of("lin").uscc,
        category=category,
        title="清河供水有限公司 30% 股权协议转让",
        market="property",
        method="direct_agreement",
        at=at,
    )
    return Story(world, made.code, at)


def draft(world: World, at: datetime, **changes: Any) -> Story:
    """Write a whole draft; other names change its lot."""
    story, sun = begun(world, at), world.actor("sun", at)
    services.change_tender(actor=sun, code=story.code, changes=FIELDS, at=at)
    services.add_lot(actor=sun, code=story.code, lot=lot(world, **changes), at=at)
    for upload in (DRAFT, CONSENT):
        services.attach_document(actor=sun, code=story.code, document=upload, at=at)
    return story


def published(world: World, at: datetime, **changes: Any) -> Story:
    """Approve an agreement and tell the public of it."""
    story = draft(world, at, **changes)
    sun, lin = world.actor("sun", at), world.actor("lin", at)
    services.submit_tender(actor=sun, code=story.code, at=at)
    services.approve_tender(actor=lin, code=story.code, at=at)
    services.publish_tender(actor=sun, code=story.code, at=at)
    return story


def heard(story: Story) -> Story:
    """Let the days pass in which the public may object."""
    until = queries.objection_until(story.tender)
    assert until is not None
    story.at += timedelta(days=(until - local_date(story.at)).days + 1)
    return story


def certified(world: World, at: datetime, **changes: Any) -> Story:
    """Confirm, sign, pay and certify it; the result is not published yet."""
    story = heard(published(world, at, **changes))
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    return sales.concluded(story, publish=False)

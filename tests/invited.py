"""Tenders by invitation, made by the ordinary services from the cast.

story = publish_drawn(purchase_draft(world))   # a purchase that drew chen, zhao, hu or others
story = invited_works(world)         # construction that invites chen, zhao and hu
"""

from typing import Any

from tests import sealed, tenders, works
from tests.tenders import Story
from tests.world import World
from trading import queries, services

NAMES = ("chen", "zhao", "hu")
APPROVAL = {
    "approval_by": "新安市发展和改革委员会",
    "approval_on": "2026-11-20",
    "approval_text": "同意按申请采用该方式。",
}
GROUND = {
    **APPROVAL,
    "ground": "few",
    "reason": "跨铁路转体桥，具备同类业绩的施工单位不足五家。",
    "approval": "新发改审〔2026〕31号",
    "drawn_from": "",
}
SPECIAL = {
    **APPROVAL,
    "ground": "special",
    "reason": "涉密信息系统集成，只能从具备资质的单位采购。",
    "approval": "新财采批〔2026〕9号",
    "drawn_from": "library",
}
WATCHED = ("吴敏", "郑岚")
NONCE = "采购人现场随机数二〇二六"


def codes(world: World, *names: str) -> list[str]:
    """Give the credit codes of those the cast's bidders bid for."""
    return [world.organisation_of(name).uscc for name in names]


def works_draft(world: World, *names: str, **changes: Any) -> Story:
    """Draft construction by invitation, its list handed in."""
    given = {"grounds": GROUND, "bid_security": "200000.00", **changes}
    story = works.draft(world, method="invited_tender", lots=1, **given)
    services.list_invited(
        actor=world.actor("sun"),
        code=story.code,
        suppliers=codes(world, *(names or NAMES)),
        at=story.at,
    )
    return story


def invited_works(world: World, *names: str, **changes: Any) -> Story:
    """Publish construction by invitation."""
    return tenders.publish(tenders.register_keys(works_draft(world, *names, **changes)))


def pool(world: World, size: int = 6) -> list[str]:
    """Give the codes of so many who may be drawn; beyond the cast, newcomers."""
    more = [sealed.newcomer(world.at)[1].uscc for _one in range(size - len(NAMES))]
    return [*codes(world, *NAMES), *more]


def purchase_draft(world: World, size: int = 6, count: int = 3, **changes: Any) -> Story:
    """Draft a purchase by invitation, its pool handed in."""
    given = {"grounds": SPECIAL, **changes}
    story = tenders.draft(world, method="invited_tender", **given)
    services.list_invited(
        actor=world.actor("sun"),
        code=story.code,
        suppliers=pool(world, size),
        count=count,
        at=story.at,
    )
    return story


def publish_drawn(story: Story) -> Story:
    """Give the nonce and publish, which draws whom a purchase invites."""
    give_nonce(tenders.register_keys(story))
    sun, lin = story.world.actor("sun", story.at), story.world.actor("lin", story.at)
    services.approve_tender(actor=lin, code=story.code, at=story.at)
    services.publish_tender(actor=sun, code=story.code, at=story.at)
    return story


def hand_in(story: Story) -> Story:
    """Let the agency hand the draft to the purchaser."""
    actor = story.world.actor("sun", story.at)
    services.submit_tender(actor=actor, code=story.code, at=story.at)
    return story


def give_nonce(story: Story) -> None:
    """Let the purchaser give the nonce of the draw, once it was handed the draft."""
    if story.tender.state == "draft":
        hand_in(story)
    actor = story.world.actor("lin", story.at)
    services.give_invited_nonce(
        actor=actor, code=story.code, nonce=NONCE, supervisors=WATCHED, at=story.at
    )


def chosen(story: Story) -> tuple[str, ...]:
    """Give who is invited."""
    return queries.chosen_of(story.tender)

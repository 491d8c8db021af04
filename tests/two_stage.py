"""Tenders in two stages, made by the ordinary services from the cast.

story = proposing(world)               # the first notice is out: proposals are asked for
propose(story, "chen", "zhao", "hu")   # …
proposed(story)                        # the deadline has passed
call(rewrite(story))                   # the second document, and the call for bids
"""

from datetime import datetime, timedelta
from typing import Any

from kernel.calendar import local_date
from tests import tenders, works
from tests.tenders import CUSTODIANS, Story, deadline
from tests.world import World
from trading import queries, services
from trading.domain.files import Upload
from trading.domain.gates import Application

NAMES = ("chen", "zhao", "hu")
ASKED = Upload("first_stage", "第一阶段招标文件.pdf", b"%PDF-1.7 what the bridge has to do")
FILE = Upload("application", "技术建议书.pdf", b"%PDF-1.7 how we would build it")
FIRST = ("summary", "contact_name", "contact_phone", "plan_number", "trade_class", "funding")
LOT = {**works.LOT, "title": "跨江大桥工程", "ceiling": "0.00"}


def draft(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Draft what the first stage needs, and nothing of the second."""
    when = at or world.at
    sun, lin = world.actor("sun", when), world.organisation_of("lin")
    kind = {"market": "construction", "method": "two_stage_tender", "category": "works"}
    made = services.draft_tender(
        actor=sun, purchaser=lin.uscc, title="跨江大桥工程设计施工", **kind, at=when
    )
    services.add_lot(actor=sun, code=made.code, lot=LOT, at=when)
    on = local_date(when)
    given = {name: works.FIELDS[name] for name in (*FIRST, "qualification")}
    given |= {"proposals_from": on, "proposals_until": on + timedelta(days=5)}
    given |= {"proposals_close_at": deadline(when, 20, 17), **changes}
    services.change_tender(actor=sun, code=made.code, changes=given, at=when)
    services.attach_document(actor=sun, code=made.code, document=ASKED, at=when)
    return Story(world, made.code, when)


def proposing(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Let a draft be approved and publish its first notice."""
    story = tenders.enter(tenders.approve(draft(world, at, **changes)))
    sun = world.actor("sun", story.at)
    services.publish_first_stage(actor=sun, code=story.code, at=story.at)
    return story


def proposal(**changes: Any) -> Application:
    """Give what a proposer hands in."""
    said = {"statement": "建议采用双塔斜拉桥方案。", "contact": "陈晨", "phone": "13900000000"}
    return Application(**{**said, "file": FILE, **changes})


def propose(story: Story, *names: str, **changes: Any) -> Story:
    """Let so many of the cast propose."""
    for name in names or NAMES:
        actor = story.world.actor(name, story.at)
        given = {"code": story.code, "application": proposal(**changes), "at": story.at}
        services.submit_proposal(actor=actor, **given)
    return story


def proposed(story: Story) -> Story:
    """Let the deadline of the proposals pass."""
    closes = story.tender.proposals_close_at
    assert closes is not None
    story.at = closes + timedelta(seconds=2)
    services.close_proposals(code=story.code, at=story.at)
    return story


def rewrite(story: Story, **changes: Any) -> Story:
    """Make the second document: the ceiling, the scheme, the terms, the dates, the keys."""
    sun = story.world.actor("sun", story.at)
    given = {"actor": sun, "code": story.code, "at": story.at}
    services.change_lot(number=1, lot={**LOT, "ceiling": works.LOT["ceiling"]}, **given)
    names = ("place", "conformity", "scheme", "threshold", "particulars")
    fields = {n: works.FIELDS[n] for n in names}
    on = local_date(story.at)
    fields |= {"bid_security": "200000.00", "documents_from": on + timedelta(days=1)}
    fields |= {"documents_until": on + timedelta(days=8), "bids_close_at": deadline(story.at, 24)}
    services.change_tender(changes={**fields, **changes}, **given)
    services.attach_document(document=tenders.DOCUMENT, **given)
    for person, office in CUSTODIANS:
        services.name_custodian(person=person, office=office, **given)
    return tenders.register_keys(story)


def call(story: Story, name: str = "lin") -> Story:
    """Call for bids with the document as it stands."""
    digest = queries.digest_of(queries.text_of(story.tender))
    actor = story.world.actor(name, story.at)
    services.call_second_stage(actor=actor, code=story.code, digest=digest, at=story.at)
    return story

"""Tenders with a prequalification, made by the ordinary services from the cast.

story = applying(world)              # construction, its notice out: applications are open
apply(story, "chen", "zhao", "hu")   # …
reviewing(story)                     # the deadline has passed
close(review(story, hu={"Q1": "…"})) # each told its own, those who passed may bid
"""

from datetime import datetime, timedelta
from typing import Any

from kernel.calendar import local_date
from ledger.models import Entry
from tests import tenders, works
from tests.tenders import Story, deadline
from tests.world import World
from trading import queries, services
from trading.domain.files import Upload
from trading.domain.gates import Application
from trading.queries import Filed

NAMES = ("chen", "zhao", "hu")
PANEL = ("吴哲", "罗敏", "宋凯", "高岚", "谢军")
DOCUMENT = Upload("prequalification", "资格预审文件.pdf", b"%PDF-1.7 prequalification")
AGREEMENT = Upload("agreement", "共同投标协议.pdf", b"%PDF-1.7 jointly and severally")
FILE = Upload("application", "资格预审申请文件.pdf", b"%PDF-1.7 our licences and works")
REASON = "资质证书已过有效期，未提供延续证明。"


def dates(at: datetime) -> dict[str, Any]:
    """Give the lawful dates of a prequalification published now, and of what follows it."""
    on = local_date(at)
    return {
        "prequalification_from": on,
        "prequalification_until": on + timedelta(days=5),
        "prequalification_close_at": deadline(at, 11, 17),
        "documents_from": on + timedelta(days=16),
        "documents_until": on + timedelta(days=23),
        "bids_close_at": deadline(at, 39),
    }


def works_draft(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Draft construction with a prequalification."""
    when = at or world.at
    given = {**dates(when), "bid_security": "200000.00", "particulars": {}, **changes}
    story = works.draft(world, when, method="prequalified_tender", lots=1, **given)
    return _with_document(story)


def purchase_draft(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Draft a purchase with a prequalification."""
    when = at or world.at
    of_works = ("prequalification_from", "prequalification_until")
    given = {name: on for name, on in dates(when).items() if name not in of_works}
    story = tenders.draft(world, when, method="prequalified_tender", **{**given, **changes})
    return _with_document(story)


def _with_document(story: Story) -> Story:
    sun = story.world.actor("sun", story.at)
    services.attach_document(actor=sun, code=story.code, document=DOCUMENT, at=story.at)
    return story


def publish(story: Story) -> Story:
    """Let a complete draft be approved, and publish its prequalification notice."""
    tenders.enter(tenders.approve(tenders.register_keys(story)))
    sun = story.world.actor("sun", story.at)
    services.publish_prequal(actor=sun, code=story.code, at=story.at)
    return story


def applying(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Open the applications of construction."""
    return publish(works_draft(world, at, **changes))


def application(**changes: Any) -> Application:
    """Give what an applicant hands in."""
    said = {"statement": "具备资质和业绩，见申请文件。", "contact": "陈晨", "phone": "13900000000"}
    return Application(**{**said, "file": FILE, **changes})


def apply(story: Story, *names: str, **changes: Any) -> Story:
    """Let so many of the cast apply."""
    for name in names or NAMES:
        services.submit_prequal(
            actor=story.world.actor(name, story.at),
            code=story.code,
            application=application(**changes),
            at=story.at,
        )
    return story


def apply_jointly(story: Story, lead: str, *partners: str, joined: bool = True) -> Story:
    """Let one of the cast apply as the lead of a consortium, and let its partners say so too."""
    named = tuple(story.world.organisation_of(name).uscc for name in partners)
    apply(story, lead, partners=named, agreement=AGREEMENT)
    for name in partners if joined else ():
        join(story, name)
    return story


def join(story: Story, name: str) -> None:
    """Say that one takes part in every consortium that names it."""
    actor = story.world.actor(name, story.at)
    for asked in queries.asked_to_join(actor, story.tender):
        if not asked.joined:
            services.join_prequal(actor=actor, code=story.code, application=asked.row, at=story.at)


def reviewing(story: Story) -> Story:
    """Let the deadline of the applications pass."""
    closes = story.tender.prequalification_close_at
    assert closes is not None
    story.at = closes + timedelta(seconds=2)
    services.close_applications(code=story.code, at=story.at)
    return story


def filed(story: Story) -> dict[str, Filed]:
    """Give the applications by the name of the organisation."""
    return {one.name: one for one in queries.filed_for_review(story.tender)}


def review(story: Story, **unmet: dict[str, str]) -> Story:
    """Review everybody: those named do not meet these terms, the others meet all."""
    failing = {story.world.organisation_of(name).name: found for name, found in unmet.items()}
    for name, one in filed(story).items():
        if one.void:
            continue
        services.review_prequal(
            actor=story.world.actor("sun", story.at),
            code=story.code,
            application=one.row,
            unmet=failing.get(name, {}),
            at=story.at,
        )
    return story


def kinds(story: Story) -> list[str]:
    """List the facts of a tender in their order."""
    rows = Entry.objects.filter(stream=f"tender.{story.code}").order_by("number")
    return list(rows.values_list("kind", flat=True))


def register(story: Story, name: str) -> None:
    """Let one of the cast register for the lot."""
    actor = story.world.actor(name, story.at)
    services.register_for_lot(
        actor=actor, code=story.code, number=1, contact="陈立", phone="139", at=story.at
    )


def close(story: Story, **given: Any) -> Story:
    """Tell everybody its result, and let in those who passed."""
    actor = story.world.actor("lin", story.at)
    services.close_prequal(
        actor=actor, code=story.code, panel=given.pop("panel", PANEL), at=story.at, **given
    )
    return story

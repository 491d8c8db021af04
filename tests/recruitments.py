"""Recruitments in every state, made by the ordinary services from the cast.

story = posted(world, AT)             # a posting that takes applications
story = screened(world, AT, people=12)  # closed, everybody's papers found good
"""

from datetime import datetime, timedelta
from typing import Any

from accounts import queries as accounts
from accounts.domain import Actor
from evaluation.models import Expert
from kernel.calendar import SHANGHAI, WorkCalendar, end_of_day, local_date
from recruitment import queries, services
from recruitment.domain.applying import CHECKS, WEIGHTS, Application
from recruitment.models import Applicant
from recruitment.queries.applicants import script_code
from tests import factories
from tests.factories import credit_code
from tests.tenders import Story
from tests.world import World
from trading import services as trading

FIELDS: dict[str, Any] = {
    "summary": "医院因工作需要，按公开、平等、竞争、择优的原则招聘工作人员。",
    "plan_number": "新编办〔2026〕18号",
    "contact_name": "孙洁",
    "contact_phone": "0393-8800102",
}
POST: dict[str, Any] = {
    "title": "信息科工程师",
    "description": "医院信息系统的运行维护",
    "openings": 2,
    "education": "bachelor",
    "majors": "计算机类",
    "age_most": 35,
    "written_weight": "60",
}
WORK = WorkCalendar()


def identity(serial: int, born: str = "19950620") -> str:
    """Give a made-up identity number with its check character (GB 11643)."""
    head = f"410900{born}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True))
    return head + CHECKS[total % 11]


def said(serial: int = 1, **changes: Any) -> Application:
    """Give what an applicant says of themselves."""
    given = {
        "id_number": identity(serial),
        "phone": f"1390000{serial:04d}",
        "education": "bachelor",
        "school": "新安大学",
        "major": "计算机科学与技术",
        "experience": "三年运维",
    }
    return Application(**(given | changes))


def personnel(world: World) -> None:
    """Add somebody of the personnel authority, "ren"."""
    if "ren" in world.people:
        return
    bureau = factories.organisation(
        "新安市人力资源和社会保障局",
        uscc=credit_code(11, kind="11", region="410900"),
        size="none",
        at=world.at,
    )
    world.organisations["personnel"] = bureau
    world.people["ren"] = factories.person("ren", "任远")
    factories.role(world.people["ren"], "personnel", bureau, at=world.at)


def people(count: int) -> list[str]:
    """Add persons without any role, who may apply."""
    names = [f"p{number:02d}" for number in range(1, count + 1)]
    for number, name in enumerate(names, start=1):
        factories.person(name, f"考生{number:02d}")
    return names


def acting(name: str, at: datetime) -> Actor:
    """Give one of them as rules see them."""
    return accounts.actor(accounts.person(name), at)


def closing(at: datetime, days: int = 8) -> datetime:
    """Give five in the afternoon of a working day so many working days later."""
    day = WORK.add_working_days(local_date(at), days).due
    return datetime(day.year, day.month, day.day, 17, tzinfo=SHANGHAI)


def draft(
    world: World,
    at: datetime,
    *posts: dict[str, Any],
    method: str = "open_recruitment",
    closes: datetime | None = None,
) -> Story:
    """Write a whole draft."""
    personnel(world)
    sun = world.actor("sun", at)
    made = trading.draft_tender(
        actor=sun,
        purchaser=world.organisation_of("lin").uscc,
        category="tech_post",
        title="新安市第一人民医院 2026 年公开招聘",
        market="talent",
        method=method,
        at=at,
    )
    changes = {**FIELDS, "bids_close_at": closes or closing(at)}
    trading.change_tender(actor=sun, code=made.code, changes=changes, at=at)
    for post in posts or (POST,):
        trading.add_lot(actor=sun, code=made.code, lot=post, at=at)
    return Story(world, made.code, at)


def posted(world: World, at: datetime, *posts: dict[str, Any], **changes: Any) -> Story:
    """Post a recruitment whose plan was approved."""
    story = draft(world, at, *posts, **changes)
    sun, lin, ren = (world.actor(name, at) for name in ("sun", "lin", "ren"))
    trading.submit_tender(actor=sun, code=story.code, at=at)
    trading.approve_tender(actor=lin, code=story.code, at=at)
    trading.approve_plan(actor=ren, code=story.code, at=at)
    trading.publish_tender(actor=sun, code=story.code, at=at)
    return story


def apply(story: Story, *names: str, lot: int = 1) -> None:
    """Let persons apply for a post, each under an identity of their own."""
    for serial, name in enumerate(names, start=1):
        services.submit_application(
            actor=acting(name, story.at),
            code=story.code,
            number=lot,
            application=said(100 * lot + serial),
            at=story.at + timedelta(minutes=serial),
        )


def close(story: Story) -> None:
    """End the applications."""
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    trading.close_tender(code=story.code, at=story.at)


def review(story: Story) -> None:
    """Find everybody's papers good."""
    lin = story.world.actor("lin", story.at)
    for applicant in Applicant.objects.filter(tender__code=story.code, state="submitted"):
        services.review_applicant(
            actor=lin,
            code=story.code,
            number=applicant.number,
            passed=True,
            reason="",
            at=story.at,
        )


def settle(story: Story, number: int = 1, outcome: str = "opened", reason: str = "") -> None:
    """Decide a post."""
    ren = story.world.actor("ren", story.at)
    services.settle_post(
        actor=ren, code=story.code, number=number, outcome=outcome, reason=reason, at=story.at
    )


def screened(world: World, at: datetime, *, count: int, post: dict[str, Any] = POST) -> Story:
    """Close a posting for which so many applied, all with good papers."""
    story = posted(world, at, post)
    apply(story, *people(count))
    close(story)
    review(story)
    return story


EXAMINERS = ("wu", "luo", "song", "gao", "xie", "han", "deng")
WRITTEN = (92, 88, 85, 81, 78, 76, 74, 70, 66, 61, 55, 40)


def examiners(world: World) -> None:
    """Put the cast's experts into the pool."""
    for serial, name in enumerate(EXAMINERS, start=1):
        Expert.objects.create(
            person=world.people[name],
            code=f"ZJ-410900-{serial:04d}",
            title="高级工程师",
            region="410900",
            registered_at=world.at,
        )


def settled(world: World, at: datetime, *, count: int = 12, post: dict[str, Any] = POST) -> Story:
    """Settle a post for which so many applied; everybody has a ticket."""
    story = screened(world, at, count=count, post=post)
    settle(story)
    return story


def own(story: Story, number: int) -> Applicant:
    """Give an applicant by number."""
    return Applicant.objects.get(tender__code=story.code, number=number)


def mark_written(story: Story, marks: tuple[Any, ...] = WRITTEN) -> None:
    """Mark the papers: each applicant, in the order they applied, gets the mark in its place."""
    rows = Applicant.objects.filter(tender__code=story.code).exclude(ticket="").order_by("number")
    given = {script_code(a): str(mark) for a, mark in zip(rows, marks, strict=False)}
    sun = story.world.actor("sun", story.at)
    services.mark_scripts(actor=sun, code=story.code, marks=given, at=story.at)


def written(world: World, at: datetime, **changes: Any) -> Story:
    """Publish the written scores."""
    marks = changes.pop("marks", WRITTEN)
    story = settled(world, at, **changes)
    mark_written(story, marks)
    sun = story.world.actor("sun", story.at)
    services.publish_written(actor=sun, code=story.code, at=story.at)
    return story


def verify(story: Story, number: int, reason: str = "") -> None:
    """Check the originals of somebody called; a reason is a no."""
    services.verify_applicant(
        actor=story.world.actor("lin", story.at),
        code=story.code,
        number=number,
        passed=not reason,
        reason=reason,
        at=story.at,
    )


def shortlisted(world: World, at: datetime, **changes: Any) -> Story:
    """Find the papers of everybody called good, and go on to the interview."""
    story = written(world, at, **changes)
    for applicant in Applicant.objects.filter(tender__code=story.code, state="shortlisted"):
        verify(story, applicant.number)
    pass_recounts(story)
    lin = story.world.actor("lin", story.at)
    services.confirm_shortlist(actor=lin, code=story.code, at=story.at)
    return story


def pass_recounts(story: Story) -> None:
    """Let the days to ask for a recount go by."""
    until = queries.recounts_end(story.tender)
    assert until is not None
    story.at = end_of_day(until) + timedelta(hours=9)


def drawn(world: World, at: datetime, **changes: Any) -> Story:
    """Draw the panel and the order."""
    examiners(world)
    story = shortlisted(world, at, **changes)
    sun, feng = (world.actor(name, story.at) for name in ("sun", "feng"))
    services.commit_panel(actor=sun, code=story.code, size=5, at=story.at)
    services.draw_panel(actor=feng, code=story.code, nonce="2026-12-20 一号球", at=story.at)
    return story


def interview(story: Story, number: int, *marks: object) -> None:
    """Let the seated examiners mark the candidate who is up."""
    panel = queries.panel_of(story.tender)
    assert panel is not None
    for seat, mark in zip(queries.seated(panel), marks, strict=True):
        services.mark_interview(
            actor=accounts.actor(seat.person, story.at),
            code=story.code,
            number=number,
            mark=str(mark),
            at=story.at,
        )


def ranked(world: World, at: datetime, **changes: Any) -> Story:
    """Interview everybody; who applied earlier is marked higher."""
    story = drawn(world, at, **changes)
    while (up := queries.up_now(story.tender)) is not None:
        best = 95 - up.number
        interview(story, up.number, best, best - 1, best - 2, best - 1, best - 3)
    services.rank(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    return story


def check(story: Story, number: int, *, medical: bool = True, inspection: bool = True) -> None:
    """Note the checks of somebody who is due."""
    lin = story.world.actor("lin", story.at)
    for kind, passed in (("inspection", inspection), ("medical", medical)):
        if kind == "inspection" or inspection:
            services.record_check(
                actor=lin,
                code=story.code,
                number=number,
                kind=kind,
                passed=passed,
                note="" if passed else "血压偏高",
                at=story.at,
            )


def publicised(world: World, at: datetime, **changes: Any) -> Story:
    """Check as many as there are places, and tell the public."""
    story = ranked(world, at, **changes)
    for lot in story.tender.lots.filter(state="open"):
        for number in queries.due_checks(lot):
            check(story, number)
    services.publicise_hire(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    return story


def filed(world: World, at: datetime, **changes: Any) -> Story:
    """Let the publicity end and file the hire."""
    story = publicised(world, at, **changes)
    publicity = queries.publicity_of(story.tender)
    assert publicity is not None
    story.at = end_of_day(publicity.until) + timedelta(hours=9)
    ren = world.actor("ren", story.at)
    services.file_hire(actor=ren, code=story.code, number="新人社聘〔2027〕3号", at=story.at)
    return story


def sign(story: Story, number: int, **changes: Any) -> None:
    """Sign the contract with somebody hired."""
    given = {"years": 3, "trial_months": 12, "first_job": True} | changes
    lin = story.world.actor("lin", story.at)
    services.sign_employment(actor=lin, code=story.code, number=number, at=story.at, **given)


def hired(world: World, at: datetime, **changes: Any) -> Story:
    """Sign with everybody who was told to the public."""
    story = filed(world, at, **changes)
    for hire in queries.hires_of(story.tender):
        sign(story, hire.applicant.number)
    return story

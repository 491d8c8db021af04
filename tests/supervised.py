"""A hall with its camera and its supervisors, made by the ordinary services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bidding.models import OpeningSession
from ledger.models import Document
from ledger.services import store_document
from monitoring.models import Camera, Recording, Segment, Supervisor
from monitoring.services import recordings, supervision, supervisors
from tests import factories, tenders
from tests.world import World

PEOPLE = ("mei", "bai", "kong", "ning")


def supervisor(world: World, username: str, at: datetime, **changes: object) -> Supervisor:
    """Take a person from nomination to office."""
    if username not in world.people:
        world.people[username] = factories.person(username, username.title())
    begun = at - timedelta(days=60)
    tang = world.actor("tang")
    found = supervisors.nominate(
        actor=tang,
        username=username,
        uscc=world.organisation_of("tang").uscc,
        background="市人大代表",
        opinion="同意推荐。",
        at=begun,
    )
    supervisors.vet(
        actor=world.actor("zheng"),
        supervisor=found.pk,
        passed=True,
        reason="",
        interests=changes.get("interests", ()),
        at=begun,
    )
    agreed = begun + timedelta(days=20)
    own = world.actor(username, agreed)
    supervisors.agree(actor=own, supervisor=found.pk, at=agreed)
    return supervisors.appoint(actor=world.actor("zhou"), supervisor=found.pk, at=agreed)


@dataclass
class Hall:
    """An opening under supervision, and who serves in it."""

    world: World
    session: OpeningSession
    at: datetime
    serving: list[str]

    @property
    def where(self) -> dict[str, str]:
        """Name the hall as services do."""
        return {"code": self.session.tender.code, "stage": self.session.stage}

    @property
    def address(self) -> str:
        """Give the hall's address."""
        return f"/halls/{self.session.tender.code}/{self.session.stage}"

    def again(self) -> "Hall":
        """Read the session as it is now."""
        self.session = OpeningSession.objects.select_related("tender").get(pk=self.session.pk)
        return self


def hall(world: World, *, drawn: bool = True, **interests: object) -> Hall:
    """Announce a tender and draw its supervisors."""
    story = tenders.announced(world)
    for name in PEOPLE:
        supervisor(world, name, story.at, interests=interests.get(name, ()))
    session = OpeningSession.objects.select_related("tender").get(tender__code=story.code)
    made = Hall(world, session, story.at, [])
    if drawn:
        supervision.freeze_pool(actor=world.actor("zheng"), **made.where, at=story.at)
        served = supervision.draw_supervisors(
            actor=world.actor("qian"), **made.where, nonce="现场观众：二十八", at=story.at
        )
        made.serving = [own.supervisor.person.username for own in served]
    return made


def picture(text: bytes, at: datetime) -> Document:
    """Keep some bytes as a segment's document."""
    return store_document(content=text, media_type="video/mp4", at=at)


def filmed(hall: Hall, start: datetime, seconds: int = 20) -> Recording:
    """Give the hall a camera and two-second segments from an instant on, without a real camera."""
    device = Camera.objects.create(code="KB-01", room="第一开标室", title="第一开标室全景")
    recording = Recording.objects.create(
        session=hall.session, camera=device, token="token-of-a-recording", started_at=start
    )
    chain = ""
    for number in range(seconds // 2):
        begins = start + timedelta(seconds=2 * number)
        segment = Segment(
            recording=recording,
            sequence=number,
            run=0,
            place=number,
            starts_at=begins,
            ends_at=begins + timedelta(seconds=2),
            arrived_at=begins + timedelta(seconds=2, milliseconds=40),
            media_start_ms=2000 * number,
            media_ms=2000,
            init=picture(b"init", start),
            document=picture(b"frames of %d" % number, start),
        )
        segment.chain = chain = recordings.chain_of(segment, chain)
        segment.save()
    return recording

"""What happened before a story's first page, told to a site by the ordinary services, in the past.

A tender takes bids for twenty days at least (BL art. 24): a story cannot wait so long, so the
tender it plays with was published three weeks ago, by the same services at that time. Run inside
the site: `site.python("from tests.e2e import past; past.cast()")`.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from bidding.models import OpeningSession
from bidding.queries import attending
from bidding.queries import opening as halls
from bidding.sealing import keys, unwrap_share_b
from bidding.sealing.suites import x25519
from bidding.services import opening, quoting
from bidding.services.opening import counting
from evaluation.services import report, review
from evaluation.services.committee import move
from kernel.calendar import local_date
from tests import opened, openings, sealed, supervised, tenders, works
from tests import world as worlds
from trading import services
from trading.domain import STAGES
from trading.models import Tender

ROLES_SINCE = timedelta(days=90)
PUBLISHED_BEFORE = timedelta(days=22)
WORKS_PUBLISHED_BEFORE = timedelta(days=23)
SUPERVISORS = ("mei", "bai")


def cast(*, fourth: bool = False) -> None:
    """Make the cast, in their roles for months: experts in the pool, supervisors in office."""
    now = timezone.now()
    made = worlds.cast(now - ROLES_SINCE)
    if fourth:
        worlds.fourth_bidder(made)
    opened.experts(made)
    for name in SUPERVISORS:
        supervised.supervisor(made, name, now)


def world() -> worlds.World:
    """Find the cast again."""
    names = (*worlds.PEOPLE, worlds.FOURTH[0])
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    codes = {code: key for key, (_name, code, _size) in worlds.ORGANISATIONS.items()}
    codes[worlds.credit_code(worlds.FOURTH_SERIAL)] = worlds.FOURTH[0]
    bodies = {codes[body.uscc]: body for body in Organisation.objects.filter(uscc__in=list(codes))}
    return worlds.World(timezone.now() - ROLES_SINCE, people, bodies)


def tender(
    key_files: Mapping[str, str],
    passphrase: str,
    closes_in: float,
    recovery: Sequence[tuple[str, str]] = (),
    **changes: Any,
) -> None:
    """Publish three weeks ago a tender whose deadline comes in so many seconds; prints its code.

    Each custodian registers the public keys of the key file that its browser made; `recovery` names
    people and their offices.
    """
    now = timezone.now()
    at, closes_at = now - PUBLISHED_BEFORE, now + timedelta(seconds=closes_in)
    story = tenders.draft(
        world(), at, bids_close_at=closes_at, documents_until=local_date(now), **changes
    )
    for person, office in recovery:
        services.name_custodian(
            actor=story.world.actor("sun", at),
            code=story.code,
            person=person,
            office=office,
            circle="recovery",
            at=at,
        )
    for person, path in key_files.items():
        key = keys.unlock(Path(path).read_bytes(), passphrase)
        services.register_custodian_key(
            actor=story.world.actor(person, at),
            code=story.code,
            public_keys={
                stage: _text(x25519.public_of(key.stage(story.code, stage)))
                for stage in STAGES[story.tender.stages]
            },
            at=at,
        )
    tenders.publish(story)
    print(story.code)  # noqa: T201 - the answer to the test


def newest() -> str:
    """Give the code of the tender published last."""
    return str(Tender.objects.order_by("-pk")[0].code)


def bid(code: str, names: Sequence[str], prices: Mapping[str, str] | None = None) -> None:
    """Register and hand in a bid of each, as the command line does, in a moment."""
    found, now = Tender.objects.get(code=code), timezone.now()
    for place, name in enumerate(names):
        sealed.register(world(), found, name)
        offer = _offer(found, name)
        price = (prices or {}).get(name, f"{1_020_000 + place * 1000}.00")
        sealed.accept(world().actor(name), offer, offer.seal(price=price), now)


def quote(code: str, prices: Mapping[str, str]) -> None:
    """Hand in the last quote of each of these."""
    found, now = Tender.objects.get(code=code), timezone.now()
    for name, price in prices.items():
        offer = _offer(found, name, stage="price")
        sealed.accept(world().actor(name), offer, offer.seal(price=price), now)


def lead(code: str, stage: str, *acts: str) -> None:
    """Take the host's steps in a hall."""
    for act in acts:
        now = timezone.now()
        opening.STEPS[act](actor=world().actor("sun", now), code=code, stage=stage, at=now)


def unlock(code: str, names: Sequence[str], stage: str = "whole") -> None:
    """Hand in the shares of those bids with the keys they were sealed to."""
    session = OpeningSession.objects.get(tender__code=code, stage=stage)
    for name in names:
        actor = world().actor(name, timezone.now())
        (own,) = attending.own_bids(actor, session)
        envelope = halls.envelope_of(own, session.stage)
        key = _offer(session.tender, name).device.wrap_private()
        share = unwrap_share_b(bytes(envelope.core), bytes(envelope.wraps), key)
        place = {"code": code, "stage": session.stage, "lot": 1}
        opening.hand_in_share(actor=actor, **place, share=share, at=timezone.now())


def release(code: str, stage: str, key_files: Mapping[str, str], passphrase: str) -> None:
    """Publish the stage keys of these custodians, from the files their keys are in."""
    for name, path in key_files.items():
        now = timezone.now()
        opening.release_key(
            actor=world().actor(name, now),
            code=code,
            stage=stage,
            index=openings.CUSTODIANS.index(name) + 1,
            private_key=keys.unlock(Path(path).read_bytes(), passphrase).stage(code, stage),
            at=now,
        )


def _offer(found: Tender, name: str, **more: str) -> sealed.Offer:
    held = {
        kind: keys.Key(f"bidder-{kind}", hashlib.sha256(f"{kind} {name}".encode()).digest())
        for kind in ("device", "paper")
    }
    return sealed.Offer(found, world().organisation_of(name).uscc, **held, **more)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def key_file(person: str, folder: str, passphrase: str) -> str:
    """Make a custodian's key file as its browser would, and give its path."""
    path = Path(folder) / f"{person}.custodian-key.json"
    path.write_bytes(keys.lock(keys.new_key("custodian"), passphrase, kdf="pbkdf2-sha256"))
    return str(path)


# --- between a technical opening and the opening of the prices ---


def gathered(code: str) -> None:
    """Draw, gather, elect and check qualification; prints the members, the lead first."""
    case = _case(code)
    opened.draw(case)
    opened.start(case)
    opened.elect(case)
    opened.qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=code, at=case.at)
    members = sorted(case.seats, key=lambda seat: not seat.lead)
    print(*[seat.person.username for seat in members])  # noqa: T201 - the answer to the test


def others_object(code: str, clause: str, bidder: str) -> None:
    """Let all but the lead give their opinions; two of them find that a bidder fails a clause."""
    case = _case(code)
    others = [member for member in case.members if member != case.lead]
    opened.conform(case, {(bidder, clause): 2}, others)


def all_in_order(code: str) -> None:
    """Let every member find every response in order, and the lead begin the talks."""
    case = _case(code)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=code, at=case.at)


def ask_quotes(code: str, closes_in: float) -> None:
    """Ask for last quotes as the lead does; the law's pace leaves half an hour, this so many
    seconds.
    """
    case = _case(code)
    with transaction.atomic():
        evaluation = case.evaluation
        move(evaluation, "request_quotes")
        admitted = [bid.pk for bid in case.bids]
        closes_at = case.at + timedelta(seconds=closes_in)
        quoting.open_window(code=code, admitted=admitted, closes_at=closes_at, at=case.at)


def others_mark(code: str, shares: Mapping[str, str]) -> None:
    """Let all but the lead mark and lock."""
    case = _case(code)
    for member in [member for member in case.members if member != case.lead]:
        opened.mark(case, member, dict(shares))
        opened.lock(case, member)


def call_prices(code: str, opens_in: float) -> None:
    """Move the price opening, which the law's pace calls in half an hour, to so many seconds."""
    now = timezone.now()
    with transaction.atomic():
        counting.schedule_opening(
            tender=Tender.objects.get(code=code),
            stage="price",
            opens_at=now + timedelta(seconds=opens_in),
            at=now,
        )


def others_sign(code: str) -> None:
    """Let all but the lead sign the report."""
    case = _case(code)
    for member in [member for member in case.members if member != case.lead]:
        report.sign_report(actor=member, code=code, dissent="", at=case.at)


# --- construction ---


def works_opened() -> None:
    """Open two days ago a construction tender of two sections with three bids; prints its code."""
    at = timezone.now() - WORKS_PUBLISHED_BEFORE
    with transaction.atomic():
        case = works.opening_ended(world(), at=at)
    print(case.code)  # noqa: T201 - the answer to the test


def works_gathered(code: str) -> None:
    """Draw the committee, gather it and elect its lead; prints the members, the lead first."""
    case = _case(code)
    opened.draw(case, speciality="工程施工")
    opened.start(case)
    opened.elect(case)
    members = sorted(case.seats, key=lambda seat: not seat.lead)
    print(*[seat.person.username for seat in members])  # noqa: T201 - the answer to the test


def works_marked(code: str, shares: Mapping[str, str]) -> None:
    """Let all review, close the review, mark and lock."""
    case = _case(code)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=code, at=case.at)
    works.mark_all(case, dict(shares))


def _case(code: str) -> opened.Case:
    return opened.Case(world(), code, timezone.now())

"""What happened before a story's first page, told to a site by the ordinary services, in the past.

A tender takes bids for twenty days at least (BL art. 24): a story cannot wait so long, so the
tender it plays with was published three weeks ago, by the same services at that time. Run inside
the site: `site.python("from tests.e2e import past; past.cast()")`.
"""

import base64
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from bidding.sealing import keys
from bidding.sealing.suites import x25519
from kernel.calendar import local_date
from tests import opened, supervised, tenders
from tests import world as worlds
from trading import services
from trading.domain import STAGES

ROLES_SINCE = timedelta(days=90)
PUBLISHED_BEFORE = timedelta(days=22)
SUPERVISORS = ("mei", "bai")


def cast() -> None:
    """Make the cast, in their roles for months: experts in the pool, supervisors in office."""
    now = timezone.now()
    made = worlds.cast(now - ROLES_SINCE)
    opened.experts(made)
    for name in SUPERVISORS:
        supervised.supervisor(made, name, now)


def world() -> worlds.World:
    """Find the cast again."""
    people = {user.username: user for user in User.objects.filter(username__in=worlds.PEOPLE)}
    codes = {code: key for key, (_name, code, _size) in worlds.ORGANISATIONS.items()}
    bodies = {codes[body.uscc]: body for body in Organisation.objects.filter(uscc__in=list(codes))}
    return worlds.World(timezone.now() - ROLES_SINCE, people, bodies)


def tender(key_files: Mapping[str, str], passphrase: str, closes_in: float, **changes: Any) -> None:
    """Publish three weeks ago a tender whose deadline comes in so many seconds; prints its code.

    Each custodian registers the public keys of the key file that its browser made.
    """
    now = timezone.now()
    at, closes_at = now - PUBLISHED_BEFORE, now + timedelta(seconds=closes_in)
    story = tenders.draft(
        world(), at, bids_close_at=closes_at, documents_until=local_date(now), **changes
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
    sun, lin = story.world.actor("sun", at), story.world.actor("lin", at)
    services.submit_tender(actor=sun, code=story.code, at=at)
    services.approve_tender(actor=lin, code=story.code, at=at)
    services.publish_tender(actor=sun, code=story.code, at=at)
    print(story.code)  # noqa: T201 - the answer to the test


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def key_file(person: str, folder: str, passphrase: str) -> str:
    """Make a custodian's key file as its browser would, and give its path."""
    path = Path(folder) / f"{person}.custodian-key.json"
    path.write_bytes(keys.lock(keys.new_key("custodian"), passphrase, kdf="pbkdf2-sha256"))
    return str(path)

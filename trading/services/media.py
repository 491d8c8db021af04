"""Record that a notice stands in another medium too (BLR 15)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import media
from trading.models import Notice, Tender
from trading.queries.media import names_media
from trading.services.telling import tell


@transaction.atomic
def record_medium(  # noqa: PLR0913 - what is recorded has this many parts
    *,
    actor: Actor,
    code: str,
    number: int,
    medium: str,
    address: str,
    digest: str,
    identical: bool,
    at: datetime,
) -> Notice:
    """Record where another medium published a notice, with the digest of the copy kept of it; a
    later record of the same medium takes the earlier one's place on the page.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "notice.record_medium", tender)
    found = _notice(tender, number)
    allowed = media.listed(tender.other_media)
    read = media.read_publication(medium, address, digest, allowed=allowed, identical=identical)
    told = {"medium": read.medium, "address": read.address, "digest": read.digest}
    tell(tender, "notice.published_elsewhere", actor, at, notice=number, **told)
    return found


def _notice(tender: Tender, number: int) -> Notice:
    found = tender.notices.filter(number=number).first()
    if found is None or not names_media(tender):
        raise Missing("notice.missing", _("没有这个公告，或者它不需要在其他媒介发布。"))
    return found

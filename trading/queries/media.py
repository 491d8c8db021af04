"""In which media the notices of a tender were published, as it was recorded."""

from ledger import queries as record
from trading.domain import media
from trading.markets import method_of
from trading.models import Notice, Tender

TOLD = "notice.published_elsewhere"


def names_media(tender: Tender) -> bool:
    """Tell whether the law asks for media beside this platform (BLR 15)."""
    return bool(method_of(tender).media_article)


def media_of(tender: Tender) -> list[media.Published]:
    """Give the media of a tender with nothing recorded yet."""
    return media.standing(tender.other_media, {}) if names_media(tender) else []


def publications_of(notice: Notice) -> list[media.Published]:
    """Give each medium of a notice with its address, its digest and when that was recorded."""
    if not names_media(notice.tender):
        return []
    told = {
        fact.data["medium"]: media.Published(
            fact.data["medium"], fact.data["address"], fact.data["digest"], fact.at
        )
        for fact in record.facts_of(notice.tender.code, only=[TOLD])
        if fact.data["notice"] == notice.number
    }
    return media.standing(notice.tender.other_media, told)

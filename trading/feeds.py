"""The newest notices as Atom (RFC 4287) and RSS 2.0."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from kernel.text import gettext_noop as _
from trading.models import Notice

SIZE: Final = 50
ATOM: Final = "http://www.w3.org/2005/Atom"
EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
SUBTITLE: Final = _("采购公告、更正、澄清与中标结果")


def url_of(notice: Notice) -> str:
    """Give the full address of a notice."""
    return settings.SITE_URL + reverse("notice", args=[notice.tender.code, notice.number])


def summary(notice: Notice) -> str:
    """Say in one line what a notice is about."""
    tender = notice.tender
    kind = gettext(notice.kind_title)
    return f"{kind} · {tender.code} · {tender.purchaser.name} · {tender.agency.name}"


def atom(notices: Sequence[Notice]) -> bytes:
    """Write the Atom feed."""
    feed = Element("feed", xmlns=ATOM)
    _texts(feed, id=f"{settings.SITE_URL}/feeds/notices.atom", title=gettext(settings.SITE_NAME))
    _texts(feed, subtitle=gettext(SUBTITLE), updated=_newest(notices).isoformat())
    SubElement(feed, "link", rel="self", href=f"{settings.SITE_URL}/feeds/notices.atom")
    SubElement(feed, "link", href=f"{settings.SITE_URL}/notices/")
    for notice in notices:
        entry = SubElement(feed, "entry")
        at = notice.published_at.isoformat()
        _texts(entry, id=url_of(notice), title=notice.title, updated=at, published=at)
        SubElement(entry, "link", href=url_of(notice))
        _texts(SubElement(entry, "author"), name=notice.tender.agency.name)
        _texts(entry, summary=summary(notice))
    return _written(feed)


def rss(notices: Sequence[Notice]) -> bytes:
    """Write the RSS feed."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _texts(channel, title=gettext(settings.SITE_NAME), link=f"{settings.SITE_URL}/notices/")
    _texts(channel, description=gettext(SUBTITLE), language="zh-cn")
    _texts(channel, lastBuildDate=format_datetime(_newest(notices)))
    for notice in notices:
        item = SubElement(channel, "item")
        _texts(item, title=notice.title, link=url_of(notice), guid=url_of(notice))
        _texts(item, description=summary(notice), pubDate=format_datetime(notice.published_at))
    return _written(root)


def _newest(notices: Sequence[Notice]) -> datetime:
    return max((notice.published_at for notice in notices), default=EPOCH)


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def _written(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))

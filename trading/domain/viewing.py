"""When and where what is auctioned can be seen before (拍卖标的展示, AL 48)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import WorkCalendar, is_sensible, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain import rooms
from trading.domain.findings import Finding

if TYPE_CHECKING:
    from trading.domain.completeness import LotFacts, TenderFacts

KEY: Final = rooms.VIEWING
LONGEST_PLACE: Final = 200
ARTICLE: Final = "《拍卖法》第四十八条"


@dataclass(frozen=True)
class Viewing:
    """From when until when, and where, a lot can be seen."""

    viewing_from: date | None = None
    viewing_until: date | None = None
    viewing_place: str = ""


def read(given: Viewing) -> dict[str, str]:
    """Clean when and where a lot can be seen: the whole of it, or nothing while all is open."""
    starts, ends, place = given.viewing_from, given.viewing_until, given.viewing_place.strip()
    if starts is None and ends is None and not place:
        return {}
    if starts is None or ends is None or not place:
        raise _incomplete(given)
    for name, on in (("viewing_from", starts), ("viewing_until", ends)):
        if not is_sensible(on):
            raise Invalid("tender.date", _("日期不合理，请检查年份。"), field=name)
    if len(place) > LONGEST_PLACE:
        raise Invalid(
            "text.required",
            _("请填写内容，不超过 %(most)s 字。"),
            most=LONGEST_PLACE,
            field="viewing_place",
        )
    return {"from": starts.isoformat(), "until": ends.isoformat(), "place": place}


def _incomplete(given: Viewing) -> Invalid:
    """Name the first part that is missing: a half would be dropped, and what was saved lost."""
    if given.viewing_from is None:
        missing = "viewing_from"
    else:
        missing = "viewing_until" if given.viewing_until is None else "viewing_place"
    return Invalid(
        "auction.viewing",
        _("请把展示开始、展示结束和地点三项填写完整，或全部留空。"),
        field=missing,
    )


def checks(facts: "TenderFacts") -> Iterator[Finding]:
    """List lots of which nobody knows yet when and where they can be seen."""
    for lot in facts.lots:
        if lot.auction.get("kind") and not lot.auction.get(KEY):
            message = _("标的 %(number)s 还没有写明展示时间和地点。")
            told = {"number": lot.number}
            yield Finding("auction.viewing_from", "auction", message, told, ARTICLE)


def dates_of(lot: "LotFacts") -> Mapping[str, date]:
    """Give the dates the auction of a lot sets, by the names the rules give them."""
    begins, shown = rooms.opens_at(lot.auction), lot.auction.get(KEY, {})
    found = {} if begins is None else {"auction_held": local_date(begins)}
    if shown:
        found |= {f"viewing_{name}": date.fromisoformat(shown[name]) for name in ("from", "until")}
    return found


def moved(
    auction: Mapping[str, Any], before: datetime, after: datetime, calendar: WorkCalendar, on: date
) -> dict[str, Any]:
    """Move an auction with the end of its disclosure, and the viewing by as many days as the
    auction; one that would not lie ahead of the day has been held, and stays what it was.
    """
    later, told = rooms.moved(auction, before, after, calendar), auction.get(KEY)
    was, will = rooms.opens_at(auction), rooms.opens_at(later)
    if not told or was is None or will is None:
        return later
    days = local_date(will) - local_date(was)
    ahead = {name: date.fromisoformat(told[name]) + days for name in ("from", "until")}
    if ahead["from"] <= on:
        return later
    return {**later, KEY: {**told, **{name: day.isoformat() for name, day in ahead.items()}}}


def shown(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give when and where a lot can be seen, in the types that pages write."""
    told = auction.get(KEY)
    if not told:
        return {}
    return {**told, **{name: date.fromisoformat(told[name]) for name in ("from", "until")}}

"""When what is auctioned can be seen: written whole, and moved on with the auction."""

from datetime import date, datetime, timedelta

from kernel.calendar import SHANGHAI, WorkCalendar
from trading import timetable
from trading.domain import viewing
from trading.domain.viewing import Viewing
from trading.periods import RuleSet, Scope

CALENDAR = WorkCalendar()
CLOSES = datetime(2026, 12, 11, 17, tzinfo=SHANGHAI)
AUCTION = {
    "opens_at": "2026-12-15T10:00:00+08:00",
    "closes_at": "2026-12-15T11:00:00+08:00",
    "viewing": {"from": "2026-12-07", "until": "2026-12-10", "place": "库房"},
}
WHOLE = Viewing(date(2026, 12, 7), date(2026, 12, 10), "库房")


def moved(days, on):
    later = CLOSES + timedelta(days=days)
    found = viewing.moved(AUCTION, CLOSES, later, CALENDAR, on)
    return found["opens_at"][:10], found["viewing"]["from"], found["viewing"]["until"]


def test_a_viewing_ahead_moves_by_the_days_of_its_auction():
    assert moved(7, date(2026, 12, 1)) == ("2026-12-22", "2026-12-14", "2026-12-17")


def test_one_that_has_begun_is_held_again_where_that_lies_ahead():
    assert moved(7, date(2026, 12, 9)) == ("2026-12-22", "2026-12-14", "2026-12-17")


def test_one_that_has_been_held_stays_what_it_was_where_no_other_can_follow():
    assert moved(3, date(2026, 12, 11)) == ("2026-12-16", "2026-12-07", "2026-12-10")


def test_an_auction_without_a_viewing_moves_alone():
    auction = {name: value for name, value in AUCTION.items() if name != "viewing"}
    found = viewing.moved(auction, CLOSES, CLOSES + timedelta(days=7), CALENDAR, date(2026, 12, 1))
    assert (found["opens_at"][:10], "viewing" in found) == ("2026-12-22", False)


def test_a_viewing_is_written_whole_or_not_at_all():
    assert viewing.read(Viewing()) == {}
    assert viewing.read(WHOLE) == AUCTION["viewing"]


def test_what_is_not_announced_yet_cannot_be_seen():
    rules = RuleSet(Scope("property", "auction", on=date(2026, 11, 24)))
    dates = {"announced": date(2026, 12, 8), "viewing_from": WHOLE.viewing_from}
    [broken] = timetable.breaches(dates, rules)
    assert (broken.code, broken.target) == ("timetable.disorder", "viewing_from")

"""The working calendar: what an official notice says, declared by the centre, seen by all."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.errors import Conflict, Denied, Invalid
from ledger.models import Entry
from tests import tenders
from tests.integration.trading.conftest import NOW
from trading import queries, services
from trading.models import DeclaredDay

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 7)  # a Monday
TITLE = "国务院办公厅关于调整放假安排的通知"
PAGE = "/rules/calendar/"
GIVEN = {"day": "2026-12-07", "is_working": "no", "title": TITLE, "number": "国办发明电〔2026〕9号"}


def declare(world, name="zhou", **changes):
    given = {"day": DAY, "is_working": False, "title": TITLE, "number": "", "at": NOW} | changes
    return services.declare_day(actor=world.actor(name), **given)


def test_a_declared_day_counts_in_every_period_from_now_on(world):
    story = tenders.announced(world, NOW)
    before = queries.rules_of(story.tender, NOW).last_day("challenge_answer", date(2026, 12, 1))
    declare(world)
    after = queries.rules_of(story.tender, NOW).last_day("challenge_answer", date(2026, 12, 1))
    assert (before, after) == (date(2026, 12, 10), date(2026, 12, 11))


def test_a_declaration_is_a_public_fact(world):
    made = declare(world, number="国办发明电〔2026〕9号")
    entry = Entry.objects.get(stream="calendar")
    assert (entry.kind, entry.data) == (
        "calendar.day_declared",
        {
            "day": "2026-12-07",
            "is_working": False,
            "was_working": True,
            "notice": "国务院办公厅关于调整放假安排的通知（国办发明电〔2026〕9号）",
        },
    )
    assert str(made) == f"2026-12-07 {TITLE}"


def test_a_correction_supersedes_and_removes_nothing(world):
    declare(world)
    declare(world, is_working=True, title="更正通知")
    assert queries.work_calendar().day(DAY).is_working
    assert [(d.title, d.is_working) for d in DeclaredDay.objects.all()] == [
        (TITLE, False),
        ("更正通知", True),
    ]
    text = world.client("public").get(PAGE, {"year": "2026"}).content.decode()
    assert "已更正" in text
    assert text.index("更正通知") < text.index(TITLE)


@pytest.mark.parametrize(
    ("changes", "refused", "code"),
    [
        ({"name": "lin"}, Denied, "calendar.declare_day.denied"),
        ({"name": "sun"}, Denied, "calendar.declare_day.denied"),
        ({"title": " "}, Invalid, "text.required"),
        ({"number": "九" * 81}, Invalid, "text.required"),
        ({"day": date(1999, 1, 1)}, Invalid, "calendar.year_unknown"),
    ],
)
def test_what_may_not_be_declared_is_refused_and_leaves_nothing(world, changes, refused, code):
    with pytest.raises(refused) as refusal:
        declare(world, **changes)
    assert refusal.value.code == code
    assert not DeclaredDay.objects.exists()
    assert not Entry.objects.filter(stream="calendar").exists()


def test_the_same_declaration_twice_changes_nothing(world):
    declare(world)
    with pytest.raises(Conflict) as refusal:
        declare(world)
    assert refusal.value.code == "calendar.unchanged"


def test_a_request_reads_the_calendar_once_and_the_next_sees_what_changed(world):
    with CaptureQueriesContext(connection) as read, queries.one_calendar():
        assert queries.work_calendar() is queries.work_calendar()
    assert len(read) == 1
    with queries.one_calendar():
        assert queries.work_calendar().day(DAY).is_working
        declare(world)
        assert not queries.work_calendar().day(DAY).is_working


def test_everybody_sees_the_year_and_only_the_centre_may_declare(world):
    for name, may in (("public", False), ("lin", False), ("zhou", True)):
        answer = world.client(name).get(PAGE, {"year": "2026"})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert text.count('class="calendar-month"') == 12
        assert (f'action="{PAGE}declare/"' in text) is may
    assert "暂定" not in text
    assert "法定节假日：国务院办公厅节假日安排通知（2026 年）" in text


def test_a_year_that_is_not_announced_says_so(world):
    text = world.client("public").get(PAGE, {"year": "2029"}).content.decode()
    assert "2029 年的放假安排国务院尚未公布" in text


@pytest.mark.parametrize(
    ("year", "status"),
    [("", 200), ("2001", 200), ("2100", 200), ("2000", 422), ("2101", 422), ("x", 422),
     ("２０２６", 422), ("99999", 422)],
)  # fmt: skip
def test_a_year_nobody_knows_is_refused(world, year, status):
    assert world.client("public").get(PAGE, {"year": year}).status_code == status


def test_the_centre_declares_a_day_on_the_page(world):
    answer = world.client("zhou").post(f"{PAGE}declare/", GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?year=2026")
    text = world.client("public").get(PAGE, {"year": "2026"}).content.decode()
    assert 'data-kind="declared"' in text
    assert "国办发明电〔2026〕9号" in text


@pytest.mark.parametrize(
    "changes",
    [{"day": "2026-02-30"}, {"title": ""}, {"is_working": "maybe"}, {"day": "1999-01-01"}],
)
def test_a_form_that_does_not_hold_is_shown_again(world, changes):
    answer = world.client("zhou").post(f"{PAGE}declare/", GIVEN | changes)
    assert answer.status_code == 422
    assert TITLE in answer.content.decode() or not changes.get("title", "x")
    assert not DeclaredDay.objects.exists()


def test_the_api_declares_and_lists_as_the_page_does(world):
    client, path = world.client("zhou"), "/api/v1/rules/calendar"
    body = {"day": "2026-12-07", "is_working": False, "title": TITLE}
    made = client.post(path, body, content_type="application/json")
    assert (made.status_code, made.json()["day"]) == (201, "2026-12-07")
    listed = world.client("public").get(path, {"year": 2026}).json()
    assert (listed["year"], listed["provisional"]) == (2026, False)
    assert [row["title"] for row in listed["declared"]] == [TITLE]
    assert {"date": "2026-12-07", "is_working": False, "reason": "放假", "source": TITLE} in listed[
        "days"
    ]
    assert (
        world.client("public").get(path, {"year": 1990}).json()["code"] == "calendar.year_unknown"
    )
    refused = world.client("sun").post(path, body, content_type="application/json")
    assert refused.status_code == 403


def test_a_draft_says_which_of_its_dates_are_provisional(world):
    story = tenders.draft(world, NOW)
    path = f"/tenders/{story.code}/draft/timetable/"
    sun = world.client("sun")
    soon = sun.get(f"{path}check/?bids_close_at=2026-12-24T09:00").content.decode()
    assert "“暂定”：期限所在年份的放假安排国务院尚未公布" in soon  # its contract is of next year
    assert "暂定：这一年的放假安排" not in soon
    late = sun.get(f"{path}check/?documents_from=2028-12-20").content.decode()
    assert "暂定：这一年的放假安排国务院尚未公布" in late

"""The desk: everything to do, by due time in Beijing, and the ways people of a role often go."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from kernel.calendar import SHANGHAI
from kernel.desk import DeskItem
from ledger import papers
from portal import desk, paperwork

# A Tuesday, nine in the morning in Beijing.
AT = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


def item(title, due_at=None, *, waiting=False):
    return DeskItem(title, "GP-1", "/desk/", due_at, waiting)


def grouped(*items):
    return [(g.key, [i.title for i in g.items]) for g in desk.grouped(items, AT)]


def test_items_are_grouped_by_the_days_of_beijing_and_ordered_by_due_time():
    assert grouped(
        item("no clock"),
        item("next Monday", datetime(2026, 11, 30, 0, 0, tzinfo=SHANGHAI)),
        item("Sunday night", datetime(2026, 11, 29, 23, 59, tzinfo=SHANGHAI)),
        item("midnight", datetime(2026, 11, 25, 0, 0, tzinfo=SHANGHAI)),
        item("tonight", datetime(2026, 11, 24, 23, 59, tzinfo=SHANGHAI)),
        item("now", AT),
        item("a second ago", AT - timedelta(seconds=1)),
        item("others", AT, waiting=True),
    ) == [
        ("late", ["a second ago"]),
        ("today", ["now", "tonight"]),
        ("week", ["midnight", "Sunday night"]),
        ("later", ["next Monday", "no clock"]),
        ("waiting", ["others"]),
    ]


def test_on_a_sunday_tomorrow_is_already_later():
    sunday = datetime(2026, 11, 29, 20, 0, tzinfo=SHANGHAI)
    found = desk.grouped([item("Monday", sunday + timedelta(hours=8))], sunday)
    assert [group.key for group in found] == ["later"]


def test_every_item_is_in_exactly_one_group():
    items = [item(str(hours), AT + timedelta(hours=hours)) for hours in range(-30, 300, 5)]
    found = [i for group in desk.grouped(items, AT) for i in group.items]
    assert sorted(found, key=lambda i: i.due_at) == items


def test_desk_merges_what_every_app_says(world, monkeypatch):
    def one(actor, at):
        return [item(f"for {actor.name}")]

    def other(actor, at):
        return [item("due", at + timedelta(hours=1)), item("elsewhere", waiting=True)]

    monkeypatch.setattr(desk, "SOURCES", (one, other))
    page = world.client("sun").get("/desk/")
    titles = [i.title for group in page.context["groups"] for i in group.items]
    assert titles == ["due", "for 孙洁", "elsewhere"]


@pytest.mark.parametrize(("name", "words"), [("sun", "现在没有要办的事"), ("he", "您还没有角色")])
def test_an_empty_desk_says_so(world, monkeypatch, name, words):
    monkeypatch.setattr(desk, "SOURCES", ())
    assert words in world.client(name).get("/desk/").content.decode()


def test_desk_is_for_people_who_have_signed_in(world):
    answer = world.client("public").get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/desk/")


@pytest.mark.parametrize("name", ["chen", "sun", "qian", "zhou", "wang", "wu", "mei", "he"])
def test_every_shortcut_leads_to_a_page_its_people_may_open(world, name):
    client = world.client(name)
    found = [url for _, url in desk.shortcuts(world.actor(name))]
    assert bool(found) == (name != "he")
    assert [url for url in found if client.get(url, follow=True).status_code != 200] == []


def test_a_paper_that_is_not_made_stands_on_the_desk_of_the_centres_staff_alone(world):
    told = {"kind": "award_notice", "subject": "GP-1.1", "stream": "tender.GP-1", "tender": "GP-1"}
    with transaction.atomic():
        paper = papers.order(**told, content={}, at=AT)
    assert paperwork.desk_items(world.actor("qian"), AT) == []
    for lost in (AT, AT + papers.LEASE):
        papers.claim(paper.pk, lost)
    papers.pause_lost(AT + 2 * papers.LEASE)
    found = paperwork.desk_items(world.actor("qian"), AT)
    assert [(i.title, i.subject, i.url) for i in found] == [
        (
            "文书未能签发",
            f"GP-1 · {papers.LOST % 2}",
            "/verify/papers/award_notice/GP-1.1/",
        )
    ]
    assert paperwork.desk_items(world.actor("sun"), AT) == []
    assert papers.LOST % 2 in world.client("qian").get("/desk/").content.decode()

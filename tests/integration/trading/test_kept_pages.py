"""Public pages are made once and given again, yet never show what is old or somebody's own."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts import kept
from tests import tenders
from tests.world import AT
from trading import queries, search
from trading.models import Tender
from trading.queries import Filters

NONCE = re.compile(r'nonce="([^"]+)"')


@pytest.fixture
def story(world):
    return tenders.announced(world, AT, title="医用检验设备采购项目").tender


def pages(story):
    return ("/", "/notices/", "/results/", f"/notices/{story.code}/1/")


def test_a_page_is_given_again_with_a_nonce_and_a_time_of_its_own(world, story):
    for url in pages(story):
        first, second = (world.client("public").get(url) for _ in range(2))
        assert second.context is None, url  # nothing was rendered
        for page in (first, second):
            (nonce,) = set(NONCE.findall(page.content.decode()))
            assert f"'nonce-{nonce}'" in page["Content-Security-Policy"]
            assert kept.MARK not in page.content.decode()
        assert first["Content-Security-Policy"] != second["Content-Security-Policy"]


def test_a_page_changes_in_the_moment_a_value_it_shows_does(world, story):
    for url in ("/", "/notices/", f"/notices/{story.code}/1/"):
        world.client("public").get(url)
    Tender.objects.filter(pk=story.pk).update(state="closed")
    for url in ("/", "/notices/", f"/notices/{story.code}/1/"):
        page = world.client("public").get(url)
        assert page.context is not None, url  # made anew
    assert "已截止" in page.content.decode()


def test_a_notice_published_now_is_in_the_list_now(world, story):
    reader = world.client("public")
    assert story.title in reader.get("/notices/").content.decode()
    later = tenders.announced(world, AT, title="刚刚发布的项目").tender
    assert later.title in reader.get("/notices/").content.decode()


def test_who_is_signed_in_neither_makes_nor_meets_a_kept_page(world, story):
    for url in pages(story):
        name = world.person("chen").name
        assert name in world.client("chen").get(url).content.decode()
        assert name not in world.client("public").get(url).content.decode()
        assert name in world.client("chen").get(url).content.decode()


def test_a_message_for_one_reader_is_kept_for_nobody(world, story):
    leaving = world.client("chen")
    leaving.post("/account/logout/")
    said = leaving.get("/notices/").content.decode()
    assert "toast" in said
    assert said.count('class="toast') > world.client("public").get(
        "/notices/"
    ).content.decode().count('class="toast')


def test_each_language_and_theme_has_its_own_page(story):
    texts = set()
    for cookies in ({}, {"django_language": "en"}, {"theme": "dark"}, {"theme": "nonsense"}):
        reader = Client()
        reader.cookies.load(cookies)
        page = reader.get("/notices/").content.decode()
        texts.add(re.search(r"<html[^>]*>", page)[0])
    assert texts == {
        '<html lang="zh-CN">',
        '<html lang="en">',
        '<html lang="zh-CN" data-theme="dark">',
    }


def test_only_so_many_pages_are_kept(world, story):
    reader = world.client("public")
    for number in range(kept.MOST + 5):
        kept._keep(("filler", number), kept.Page())
    reader.get("/notices/")
    assert len(kept._pages) == kept.MOST


@pytest.mark.parametrize("few", [0, 2000])
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(query="采购"), [4, 3, 2, 1, 0]),
        (Filters(query="采购", kind="result"), []),
        (Filters(group="taking_bids"), [4, 3, 2, 1, 0]),
        (Filters(group="awarded"), []),
        (Filters(region="4109"), [4, 3, 2, 1, 0]),
        (Filters(region="41"), [4, 3, 2, 1, 0]),
        (Filters(region="4108"), []),
        (Filters(region="x"), []),
        (Filters(category="goods", query="采购"), [4, 3, 2, 1, 0]),
    ],
)
def test_rare_and_common_finds_are_read_in_two_ways_and_are_the_same(
    world, monkeypatch, few, filters, found
):
    monkeypatch.setattr(search, "FEW", few)
    made = [
        tenders.announced(world, AT + timedelta(minutes=n), title=f"采购项目 {n}") for n in range(5)
    ]
    assert list(queries.notices(filters).values_list("tender__code", flat=True)) == [
        made[n].code for n in found
    ]
    seen, key = [], ""
    for _page in range(3):
        page = queries.notices_page(filters, key, size=2)
        seen += [notice.tender.code for notice in page.items]
        if not (key := page.next_key):
            break
    assert seen == [made[n].code for n in found]

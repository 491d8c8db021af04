"""Search by Chinese words, of two characters too, on whichever database the tests run."""

import pytest

from tests import tenders
from tests.world import AT, cast
from trading import queries, search
from trading.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories():
    world = cast(AT)
    titles = ("医用检验设备采购项目", "校园保洁服务采购", "城区道路照明节能改造设备CT2000采购")
    return [tenders.announced(world, AT, title=title) for title in titles]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("保洁", [2]),
        ("检验设备", [1]),
        ("采购", [3, 2, 1]),
        ("设备", [3, 1]),
        ("设备 照明", [3]),
        ("医", [3, 2, 1]),
        ("ct2000", [3]),
        ("CT20", [3]),
        ("ZC-2026-0002", [2]),
        ("xybj", [2]),
        ("bjfw", [2]),
        ("第一人民医院", [3, 2, 1]),
        ("备设", []),
        ("保　洁", [2]),
        ("”\"' OR 1=1 --", []),
        ("*", []),
        ("NEAR(", []),
        ("'' | !", []),
        ("\\", []),
    ],
)
def test_search_finds_by_words(stories, query, found):
    page = queries.notices_page(queries.Filters(query=query))
    assert [n.tender.code for n in page.items] == [stories[n - 1].code for n in found]


def test_what_is_found_often_is_walked_newest_first(stories, monkeypatch):
    monkeypatch.setattr(search, "FEW", 1)
    found = search.matching(Notice.objects.order_by("-pk"), "采购")
    assert [n.tender.code for n in found] == [story.code for story in reversed(stories)]


def test_pages_go_on_by_key(stories):
    first = queries.notices_page(queries.Filters(), size=2)
    second = queries.notices_page(queries.Filters(), first.next_key, size=2)
    assert [n.tender.code for n in [*first.items, *second.items]] == [
        story.code for story in reversed(stories)
    ]
    assert (first.total, second.next_key) == (3, "")


@pytest.mark.parametrize("key", ["x", "-1", "99999999999999999999", "0", "１"])
def test_an_unknown_key_begins_at_the_newest(stories, key):
    assert len(queries.notices_page(queries.Filters(), key).items) == 3

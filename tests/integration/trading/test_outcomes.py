"""The public list of results and its sums: awards, shortlists of frameworks, and call-offs."""

from decimal import Decimal

import pytest
import time_machine

from tests import agreements, frameworks, tenders
from tests.world import AT, cast
from trading import queries, services

pytestmark = pytest.mark.django_db
NOW = AT


@pytest.fixture
def world():
    return cast(AT)


@pytest.fixture
def story(world):
    return frameworks.signed(world)


def called(story, **order):
    made = frameworks.call(story, **order)
    name = {1: "chen", 2: "zhao", 3: "hu"}[made.agreement.place]
    frameworks.answer(story, name, serial=made.number)
    services.publish_call_off(
        actor=story.world.actor("lin", story.at),
        code=story.code,
        number=1,
        serial=made.number,
        at=story.at,
    )
    return made


def awarded(world):
    story = tenders.evaluated(world)
    given = {"code": story.code, "at": story.at}
    choices = {lot.number: (1, "") for lot in story.tender.lots.filter(state="open")}
    services.confirm_winner(actor=world.actor("lin", story.at), choices=choices, **given)
    services.publish_result(actor=world.actor("sun", story.at), **given)


def rows(**given):
    found, _key = queries.outcomes_page(**given)
    return [(r.kind, r.supplier, r.others, r.budget, r.price, r.call_off) for r in found]


def test_a_shortlist_and_what_is_called_from_it_are_results(story):
    shortlist = ("shortlist", "晨光医疗科技有限公司", 2, Decimal(2_000_000), None, None)
    assert rows() == [shortlist]
    called(story, place=2, price=Decimal(4650))
    agreed, paid = Decimal(47_000), Decimal(46_500)
    assert rows() == [("call", "朝阳信息技术有限公司", 0, agreed, paid, 1), shortlist]
    [market] = queries.figures()
    assert (market["awards"], market["awarded"], market["budget"]) == (2, paid, agreed)


def test_nothing_is_a_result_before_it_is_published(world):
    story = frameworks.evaluated(world)
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    assert (rows(), queries.figures()) == ([], [])


def test_a_result_that_is_taken_back_is_none(story):
    called(story, place=1)
    given = {"code": story.code, "number": 1, "place": 1, "at": story.at}
    why = {"ground": "breach", "reason": "逾期不交货。"}
    services.terminate_framework(actor=story.world.actor("lin", story.at), **given, **why)
    assert [kind for kind, *_rest in rows()] == ["shortlist"]


def test_pages_of_one_go_through_all_of_them_once(world, story):
    for place in (1, 3, 2):
        called(story, place=place)
    awarded(world)
    whole, last = queries.outcomes_page()
    assert last == ""
    assert sorted({row.kind for row in whole}) == ["award", "call", "shortlist"]
    seen, key = [], ""
    while True:
        [row], key = queries.outcomes_page(key, size=1)
        seen.append(row)
        if not key:
            break
    assert seen == whole


@pytest.mark.parametrize("key", ["nonsense", "call-", "call-999999999", "5", "award-" + "9" * 40])
def test_a_key_that_names_nothing_begins_at_the_beginning(story, key):
    assert queries.outcomes_page(key) == queries.outcomes_page()


def test_everybody_reads_them_on_pages_and_by_the_api(story):
    called(story, place=2)
    reader = story.world.client("public")
    with time_machine.travel(story.at, tick=True):
        listed, home = (reader.get(path).content.decode() for path in ("/results/", "/"))
        given = reader.get("/api/v1/results").json()["items"]
    assert f"/tenders/{story.code}/call-offs/1/1/" in listed
    assert f"/tenders/{story.code}/frameworks/" in listed
    for page in (listed, home):
        assert "晨光医疗科技有限公司及另外 2 家" in " ".join(page.split())
        assert "47,000.00" in page
    assert [(one["kind"], one["call_off"], one["price"]) for one in given] == [
        ("call", 1, "47000.00"),
        ("shortlist", None, None),
    ]


def test_a_framework_has_an_order_and_words_of_its_own(story):
    with time_machine.travel(story.at, tick=True):
        page = story.world.client("public").get(f"/tenders/{story.code}/award/").content.decode()
        lots = story.world.client("public").get(f"/tenders/{story.code}/").content.decode()
    assert ("评审排序" in page, "排名" in page) == (True, False)
    assert ("框架协议执行中" in lots, "已签合同" in lots) == (True, False)


def test_what_one_party_takes_by_agreement_has_no_order(world):
    story = agreements.certified(world, NOW)
    page = world.client("lin").get(f"/tenders/{story.code}/award/").content.decode()
    assert ("晨光" in page, "排名" in page) == (True, False)

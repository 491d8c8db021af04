"""The page of rules, for everybody, and the same list for programs."""

import re
from datetime import timedelta

import pytest

from kernel.calendar import local_date
from tests import tenders
from tests.integration.trading.conftest import NOW
from trading import queries
from trading.periods import Scope

pytestmark = pytest.mark.django_db


def page(client, **asked):
    answer = client.get("/rules/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(text):
    return re.findall(r'<th scope="row">\s*(.+?)\s*</th>', text)


def test_everybody_reads_the_rules_of_every_market(world):
    first = page(world.client("public"))
    assert len(titles(first)) == 100
    whole, number = first, 1
    while f"page={number + 1}" in whole:
        number += 1
        whole += page(world.client("public"), page=number)
    for market in ("工程建设", "政府采购", "人才招聘", "各市场"):
        assert f">{market}</h2>" in whole


def test_filters_narrow_by_market_method_kind_and_words(world):
    client = world.client("public")
    text = page(client, market="procurement", method="inquiry", kind="period", q="响应")
    assert titles(text) == ["响应文件编制期", "影响响应文件编制的澄清或修改"]
    assert "不少于 3 个工作日" in text
    assert "采购文件开始提供 → 响应截止" in text
    assert "《政府采购非招标采购方式管理办法》第四十五条" in text
    assert "部门规章" in text
    assert "2014-02-01" in text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"market": "land", "kind": "figure", "q": "保证金"}, "不少于 20%"),
        ({"market": "construction", "q": "保证金最高"}, "不超过 800,000 元"),
        ({"market": "construction", "q": "评标专家最低"}, "不少于 2/3"),
        ({"market": "construction", "q": "对招标文件提出异议"}, "至少提前 10 日"),
        ({"market": "construction", "q": "公示期"}, "末日遇节假日顺延"),
        ({"market": "procurement", "q": "本国产品价格"}, "等于 20%"),
        ({"market": "procurement", "q": "公开招标数额"}, "中央预算"),
        ({"market": "property", "q": "竞价方式"}, "信息披露公告须载明"),
        ({"market": "property", "q": "分期付款最长"}, "不超过 1 年"),
        ({"q": "监督记录"}, "各市场"),
    ],
)
def test_a_rule_says_how_much_it_asks_for(world, asked, shown):
    assert shown in page(world.client("public"), **asked)


def test_the_day_decides_which_rules_are_listed(world):
    client = world.client("public")
    assert "没有符合条件的规则" in page(client, q="本国产品价格", on="2025-12-31")
    assert titles(page(client, q="本国产品价格", on="2026-01-01")) == ["本国产品价格扣除"]


def test_what_is_malformed_narrows_nothing_and_says_so(world):
    text = page(world.client("public"), market="moon", on="2026-02-30")
    assert len(titles(text)) == 100
    assert text.count("errorlist") == 2


def test_a_draft_leads_from_each_period_to_its_rule(world):
    story = tenders.draft(world, NOW)
    text = world.client("sun").get(f"/tenders/{story.code}/draft/timetable/").content.decode()
    found = re.findall(r'href="(/rules/\?[^"#]+)#([^"]+)"', text)
    assert found
    for address, place in found:
        answer = world.client("public").get(address.replace("&amp;", "&"))
        assert f'id="{place}"' in answer.content.decode()


def test_the_api_gives_the_same_rows(world):
    client = world.client("public")
    asked = {"market": "land", "method": "land_listing", "kind": "figure", "q": "最低价"}
    assert client.get("/api/v1/rules", asked).json() == {
        "items": [
            {
                "slug": "land-figure-deposit_least_share-min",
                "kind": "figure",
                "code": "deposit_least_share",
                "title": "竞买保证金占出让最低价",
                "bound": "min",
                "value": "20",
                "unit": "percent",
                "market": "land",
                "methods": [],
                "subjects": [],
                "region": "",
                "budget_level": "",
                "source": "LD34",
                "article": "国土资发〔2010〕34号",
                "confidence": "rule",
                "effective_from": "2010-03-08",
                "effective_to": None,
                "pack": "",
            }
        ],
        "next": "",
    }


def test_the_api_goes_on_where_a_page_ended(world):
    client, after, seen = world.client("public"), "", []
    while True:
        answer = client.get("/api/v1/rules", {"after": after}).json()
        seen += [row["slug"] for row in answer["items"]]
        assert len(answer["items"]) <= 100
        if not (after := answer["next"]):
            break
    assert len(seen) == len(set(seen)) > 200


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"market": "moon"}, 422, "rules.unknown_market"),
        ({"method": "barter"}, 422, "rules.unknown_method"),
        ({"market": "land", "method": "open_tender"}, 422, "rules.unknown_method"),
        ({"kind": "rumour"}, 422, "rules.unknown_kind"),
    ],
)
def test_the_api_refuses_what_no_rule_knows(world, asked, status, code):
    answer = world.client("public").get("/api/v1/rules", asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_tender_keeps_the_rules_of_its_first_announcement(world):
    later = NOW + timedelta(days=400)
    draft, announced = tenders.draft(world, NOW), tenders.announced(world, NOW)
    assert queries.rules_of(draft.tender, later).scope == Scope(
        subject="goods", region=draft.tender.region, on=local_date(later)
    )
    assert queries.rules_of(announced.tender, later).scope.on == local_date(NOW)


def test_a_project_shows_the_rules_of_its_first_announcement_and_no_others(world):
    story = tenders.announced(world)
    client = world.client("public")
    page = client.get(f"/tenders/{story.code}/rules/").content.decode()
    rules = queries.rules_of(story.tender, story.at)
    assert page.count('<th scope="row">') == len(rules.all()) > 20
    assert "二次竞价" not in page
    assert f"首次公告之日 {rules.day}" in page
    overview = client.get(f"/tenders/{story.code}/").content.decode()
    assert f'href="/tenders/{story.code}/rules/"' in overview


def test_the_rules_of_a_draft_are_no_way_to_learn_of_it(world):
    draft = tenders.draft(world, NOW)
    path = f"/tenders/{draft.code}/rules/"
    assert world.client("public").get(path).status_code == 404
    assert world.client("sun").get(path).status_code == 200

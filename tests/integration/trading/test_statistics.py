"""The figures that everybody reads: what was published and nothing sooner, each with what is behind
it, and the same by the tool.
"""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from kernel.errors import Invalid
from tests import frameworks, sales, tenders
from tests.integration.trading.conftest import NOW
from tests.world import AT, cast
from trading import queries, services
from trading.domain.statistics import run_stats
from trading.domain.statistics.asked import FIGURES, Asked, year_of

pytestmark = pytest.mark.django_db
YEAR = year_of(NOW.date())


@pytest.fixture
def world():
    return cast(AT)


def outcomes(asked=YEAR):
    return {row.name: (row.outcome, row.deal) for row in queries.statistics(asked)["rows"]}


def publish(story):
    world, given = story.world, {"code": story.code, "at": story.at}
    choices = {lot.number: (1, "") for lot in story.tender.lots.filter(state="open")}
    services.confirm_winner(actor=world.actor("lin", story.at), choices=choices, **given)
    before = outcomes()
    services.publish_result(actor=world.actor("sun", story.at), **given)
    return before


def test_a_deal_counts_from_its_publication_and_the_tool_says_the_same(world, tmp_path):
    story = tenders.evaluated(world)
    tenders.draft(world, NOW)  # nobody knows of it
    lots = {f"{story.code}/{lot.number}": lot for lot in story.tender.lots.all()}
    before = publish(story)
    assert before.keys() == lots.keys()
    assert {before[name] for name, lot in lots.items() if lot.state == "open"} == {("open", None)}
    after = outcomes()
    awards = {n: lot.award.price for n, lot in lots.items() if lot.award}
    assert {n: deal for n, (outcome, deal) in after.items() if outcome == "concluded"} == awards

    reader = world.client("public")
    period = f"since={YEAR.since}&until={YEAR.until}"
    told = reader.get(f"/statistics/statistics.json?{period}&denominator=deal").json()
    assert reader.get(f"/api/v1/statistics?{period}&denominator=deal").json() == told
    file = tmp_path / "case.json"
    file.write_text(json.dumps(told["case"]), encoding="utf-8")
    printed = io.StringIO()
    call_command("stats", file=str(file), stdout=printed)
    answer = json.loads(printed.getvalue())
    shared = {name: answer[name] for name in ("total", "items", "inconsistencies")}
    assert shared == {name: told[name] for name in shared}
    assert told["groups"] == {"procurement": told["total"]}
    assert told["total"]["mean_bidders"] is None  # who and how many took part stays out
    assert Decimal(told["total"]["deal"]) == sum(awards.values())

    listed = reader.get(f"/statistics/statistics.csv?{period}").content.decode("utf-8-sig")
    lines = {line["name"]: line for line in csv.DictReader(io.StringIO(listed))}
    assert {n: line["deal"] for n, line in lines.items() if line["deal"]} == {
        name: f"{price:.2f}" for name, price in awards.items()
    }
    page = reader.get(f"/statistics/?{period}&figure=deal&part=procurement").content.decode()
    divisor = Decimal(told["total"]["divided_by"]["saved_rate"])
    assert f"{divisor:,.2f}" in page.partition('id="behind"')[0].partition("各比率的除数")[2]
    behind = page[page.index('id="behind"') :]
    assert {name for name in lots if f">{name}<" in behind} == set(awards)
    assert f'href="/tenders/{story.code}/"' in behind
    assert "/statistics/" in reader.get("/results/").content.decode()


def test_a_framework_is_a_project_and_its_call_offs_are_the_money(world):
    story = frameworks.signed(world)
    made = frameworks.call(story, place=1)
    frameworks.answer(story, "chen", serial=made.number)
    shortlist = {f"{story.code}/1": ("open", None)}
    assert outcomes() == shortlist
    services.publish_call_off(
        actor=world.actor("lin", story.at), code=story.code, number=1, serial=1, at=story.at
    )
    made.refresh_from_db()
    assert outcomes() == {**shortlist, f"{story.code}/1/1": ("concluded", made.amount)}
    found = queries.statistics(YEAR)
    assert found["total"]["planned"] == found["total"]["budget"]  # never the framework's as well


def test_of_a_sale_the_start_and_the_valuation_are_told_apart_by_month_and_method(world):
    story = sales.announced(world, NOW)
    [row] = queries.statistics(YEAR)["rows"]
    lot = story.tender.lots.get()
    assert (row.budget, row.valuation, row.start) == (None, lot.budget, lot.start_price)
    for group, key in (
        ("month", NOW.date().isoformat()[:7]),
        ("year", NOW.date().isoformat()[:4]),
        ("method", f"property.{story.tender.method}"),
    ):
        found = queries.statistics(Asked(YEAR.since, YEAR.until, group=group))
        assert list(found["groups"]) == [key]
        page = world.client("public").get(f"/statistics/?group={group}")
        assert f"part={key}" in page.content.decode()
    assert outcomes(Asked(YEAR.since, YEAR.until, by="ended")) == {}
    assert outcomes(Asked(YEAR.since, YEAR.until, market="land")) == {}


def test_a_lot_keeps_the_day_on_which_it_failed_whatever_becomes_of_the_others(world):
    story = sales.priced(world, NOW, "chen", "zhao", lots=2)
    choices = {1: (1, ""), 2: (1, "")}
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)
    why = {"reason": "拒绝签订合同。", "article": "《拍卖法》第三十九条"}
    void = {"actor": world.actor("wang", story.at), "code": story.code, **why}
    services.void_lot(number=1, at=story.at, **void)
    services.void_lot(number=2, at=story.at + timedelta(days=40), **void)
    ended = {row.number: row.ended_at for row in queries.statistics(YEAR)["rows"]}
    assert ended == {1: story.at, 2: story.at + timedelta(days=40)}


def test_what_cannot_be_asked_is_refused_by_a_sentence(world):
    for asked, code in (
        (Asked(YEAR.until, YEAR.since), "statistics.period_reversed"),
        (Asked(YEAR.since, YEAR.until, market="\x00"), "statistics.unknown_market"),
        (Asked(YEAR.since, YEAR.until, market="land", method="x"), "statistics.unknown_method"),
    ):
        with pytest.raises(Invalid) as refused:
            queries.statistics(asked)
        assert refused.value.code == code
    page = world.client("public").get("/statistics/?since=2026-13-45&by=x&market=moon&page=z")
    assert page.status_code == 200
    assert "统计期内没有公告过的项目" in page.content.decode()


def test_every_figure_says_which_items_are_behind_it(world):
    answer = run_stats(
        {"denominator": "budget", "items": [{"name": "甲", "budget": "2", "deal": "1"}]}
    )
    assert FIGURES.keys() <= answer["total"].keys()
    assert set(answer["items"][0]["counted_in"]) <= FIGURES.keys()

"""Orders without a complaint: to stand still and go on, and to declare lots failed."""

from datetime import timedelta

import pytest

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import sales, tenders, works
from tests.world import AT, cast
from trading import services
from trading.services import complaints as clock

pytestmark = pytest.mark.django_db
WHY = "接到实名举报，核查招标程序。"
LAW = "《招标投标法实施条例》第六十二条"


@pytest.fixture
def world():
    return cast(AT)


def order(story, who, **given):
    actor = story.world.actor(who, story.at)
    return services.suspend_tender(
        actor=actor, code=story.code, **{"reason": WHY, **given}, at=story.at
    )


def lift(story, who):
    actor = story.world.actor(who, story.at)
    return services.resume_tender(actor=actor, code=story.code, reason="核查完毕。", at=story.at)


def refused(act, *given, **named):
    with pytest.raises((Conflict, Invalid)) as refusal:
        act(*given, **named)
    return refusal.value.code


def test_the_authority_orders_a_standstill_by_an_article_and_lifts_it(world):
    story = works.announced(world)
    assert refused(order, story, "wang") == "order.article"
    order(story, "wang", article=LAW)
    assert refused(order, story, "wang", article=LAW) == "order.held"
    notice = story.tender.notices.get(kind="suspension")
    assert (notice.fields["article"], notice.body) == (LAW, WHY)
    told = record.first_fact(story.code, "standstill.ordered").data
    assert (told["side"], told["article"]) == ("authority", LAW)
    story.at += timedelta(days=2)
    lift(story, "wang")
    assert services.open_reasons(story.tender) == []
    assert refused(lift, story, "wang") == "order.not_held"


def test_whoever_runs_it_orders_with_a_last_day_and_the_clock_lets_it_go_on(world):
    story = sales.announced(world, AT)
    today = local_date(story.at)
    assert refused(order, story, "sun") == "order.until"
    assert refused(order, story, "sun", until=today + timedelta(days=90)) == "order.too_long"
    order(story, "sun", until=today + timedelta(days=3))
    assert clock.due(story.at + timedelta(days=3)) == 0
    assert clock.due(story.at + timedelta(days=4)) == 1
    assert services.open_reasons(story.tender) == []


def test_the_centre_and_the_exchange_of_a_sale_lift_only_their_own_and_the_authority_all(world):
    story = sales.announced(world, AT)
    until = local_date(story.at) + timedelta(days=3)
    order(story, "qian", until=until)
    assert refused(lift, story, "sun") == "order.not_held"
    order(story, "sun", until=until)
    lift(story, "qian")
    assert refused(lift, story, "qian") == "order.not_held"
    assert len(services.open_reasons(story.tender)) == 1
    order(story, "qian", until=until)
    lift(story, "wang")
    assert services.open_reasons(story.tender) == []


def test_nobody_else_orders_it_and_the_centre_lifts_only_its_own(world):
    story = works.announced(world)
    for name in ("lin", "sun", "chen", "he"):
        with pytest.raises(Denied):
            order(story, name, article=LAW)
    order(story, "wang", article=LAW)
    assert refused(lift, story, "qian") == "order.not_held"


def test_the_page_orders_and_lifts(world):
    story = works.announced(world)
    wang, url = world.client("wang"), f"/tenders/{story.code}/suspend/"
    assert "暂停与恢复" in wang.get(f"/tenders/{story.code}/").content.decode()
    assert world.client("chen").get(url).status_code == 403
    assert wang.post(url, {"reason": WHY}).status_code == 422
    assert wang.post(url, {"reason": WHY, "article": LAW}).status_code == 302
    assert WHY in wang.get(url).content.decode()
    assert wang.post(f"/tenders/{story.code}/resume/", {"reason": "核查完毕。"}).status_code == 302
    assert services.open_reasons(story.tender) == []


def fail(story, who="lin", **given):
    told = {"ground": "unlawful", "reason": "评审专家与供应商存在利害关系而未回避。", **given}
    actor = story.world.actor(who, story.at)
    return services.declare_failed(actor=actor, code=story.code, **told, at=story.at)


def test_the_purchaser_declares_a_lot_failed_on_a_ground_of_the_law(world):
    story = tenders.evaluated(world, lots=2)
    fail(story, lots=[1])
    states = list(story.tender.lots.order_by("number").values_list("state", flat=True))
    assert (story.tender.state, states) == ("evaluated", ["failed", "open"])
    notice = story.tender.notices.get(kind="failure")
    assert notice.fields["article"] == "《政府采购法》第三十六条第一款第（二）项"
    assert notice.body.startswith("出现影响采购公正的违法、违规行为：")
    fail(story, "sun", ground="over_budget")
    assert story.tender.state == "failed"


def test_lots_are_declared_failed_neither_too_early_nor_on_another_ground(world):
    story = tenders.evaluated(world)
    assert refused(fail, story, ground="no_competition") == "failing.ground"
    with pytest.raises(Denied):
        fail(story, "chen")
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    assert refused(fail, story) == "failing.not_now"
    works_story = works.evaluated(world)
    assert refused(fail, works_story) == "failing.ground"


def test_the_page_declares_failed(world):
    story = tenders.evaluated(world)
    lin, url = world.client("lin"), f"/tenders/{story.code}/declare-failed/"
    assert url in lin.get(f"/tenders/{story.code}/").content.decode()
    assert url not in world.client("he").get(f"/tenders/{story.code}/").content.decode()
    given = {"ground": "over_budget", "lots": ["1"], "reason": "各供应商报价均超过预算。"}
    assert lin.post(url, {**given, "ground": ""}).status_code == 422
    assert lin.post(url, given).status_code == 302
    assert story.tender.state == "failed"

"""Why something is not put out to open tender, from the draft to the notice (GPL 27, 30)."""

import pytest

from kernel.errors import Conflict
from tests import tenders
from trading import services

REASON = "汛期检验设备损毁，急需恢复检验能力。"


def test_a_negotiation_says_why_and_is_approved_before_it_is_announced(world):
    story = tenders.draft(
        world, method="negotiation", grounds={}, scheme={"method": "lowest_price"}
    )
    tenders.register_keys(story)
    sun, place = world.client("sun"), f"/tenders/{story.code}/draft/grounds/"
    page = sun.get(place).text
    for said in (
        "《政府采购法》第三十条",
        "没有写明采用该方式的法定情形",
        "不能事先计算出价格总额",
    ):
        assert said in page
    assert f"{place}#id_approval" in sun.get(f"/tenders/{story.code}/draft/").text
    with pytest.raises(Conflict, match="没有写明采用该方式的法定情形"):
        services.submit_tender(actor=world.actor("sun"), code=story.code, at=story.at)
    wrong = sun.post(place, {"ground": "sole", "reason": REASON})
    assert wrong.status_code == 422
    sent = {"part": "ground", "ground": "urgent", "reason": REASON}
    assert sun.post(place, sent).status_code == 302
    assert "无论金额大小都须写明批准" in sun.get(place).text
    # The central budget has a figure, and this purchase lies below it.
    services.change_tender(
        actor=world.actor("sun"),
        code=story.code,
        changes={"budget_level": "central"},
        at=story.at,
    )
    assert "才须批准，本项目不须" in sun.get(place).text
    services.change_tender(
        actor=world.actor("sun"), code=story.code, changes={"budget_level": ""}, at=story.at
    )
    approved = {**tenders.APPROVED, "approval_on": tenders.approved_on(story.at)}
    assert sun.post(place, {**sent, **approved}).status_code == 302
    tenders.publish(story)
    for address in (f"/notices/{story.code}/1/", f"/tenders/{story.code}/"):
        page = world.client("public").get(address).text
        for said in ("采用招标所需时间不能满足用户紧急需要", REASON, *tenders.APPROVED.values()):
            assert said in page, (address, said)
    told = sun.get(f"/api/v1/tenders/{story.code}").json()
    assert told["grounds"]["approval"] == tenders.APPROVED["approval"]
    rules = world.client("public").get("/rules/?market=procurement&method=negotiation").text
    assert "不能事先计算出价格总额" in rules

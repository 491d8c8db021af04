"""A priority right exercised in the room, in browsers (rulebook EX-23).

Two takers bid, the timed phase is prolonged, the holder takes the price that stands; nobody goes
beyond it, so it is the holder's, and the log repeats it.
"""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bidding.auction.replaying import replay_case
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(700)
FREE_SECONDS, CYCLE_SECONDS = 60, 40
SEED = f"""
from datetime import timedelta
from django.utils import timezone
from tests import auctions, world
now = timezone.now()
cast = world.cast(now - timedelta(days=90))
holder = cast.organisation_of("hu")
held = auctions.sale(
    cast,
    closed_at=now - timedelta(minutes=2),
    opens_at=(now + timedelta(seconds=2)).isoformat(),
    closes_at=(now + timedelta(seconds={FREE_SECONDS})).isoformat(),
    extension={{"add_s": {CYCLE_SECONDS}, "from": "bid"}},
    priority_right={{
        "mode": "in_room_equal",
        "holders": [{{"name": holder.name, "uscc": holder.uscc}}],
        "same_rank": False,
        "notified_on": "2026-10-01",
    }},
)
print(held.auction.code)
"""


def test_a_holder_takes_the_price_that_two_takers_have_made(
    new_site: Callable[[], Site],
    cast_of: Callable[[Site], Cast],
    axe: Callable[[Page], None],
) -> None:
    site = new_site()
    code = site.python(SEED).split()[-1]
    site.start()
    cast = cast_of(site)
    cast.arrive("chen", "zhao", "hu")
    public, chen = cast.visitor("public"), cast.visitor("chen")
    zhao, hu = cast.visitor("zhao"), cast.visitor("hu")
    for page in (public, chen, zhao, hu):
        page.goto(f"/auctions/{code}/")
    chen.locator("[data-put=steps] button").first.click()
    expect(chen.locator("[data-put=standing]")).to_contain_text("您领先")
    expect(zhao.locator("[data-put=standing]")).to_contain_text("他人领先")
    zhao.locator("[data-put=steps] button").first.click()
    expect(zhao.locator("[data-put=standing]")).to_contain_text("您领先")

    status = public.locator("#auction-status")
    expect(status).to_contain_text("没有新的有效报价即结束", timeout=120_000)
    chen.locator("[data-put=steps] button").first.click()
    expect(public.locator(".stage .price")).to_contain_text("2,640,000.00")
    expect(hu.locator("[data-put=current]")).to_contain_text("2,640,000.00")
    axe(hu)
    hu.locator("[data-form=exercise] button").click()
    hu.locator("dialog").get_by_role("button", name="确定").click()
    expect(hu.locator("[data-put=standing]")).to_contain_text("您领先")
    expect(chen.locator("[data-put=standing]")).to_contain_text("他人领先")
    expect(public.locator(".stage")).to_contain_text("按同等价格行使")
    expect(public.locator(".stage")).to_contain_text("已延时 2 次")

    expect(public.locator(".stage")).to_contain_text("成交", timeout=120_000)
    expect(public.locator(".stage")).to_contain_text("行使优先购买权")
    expect(hu.locator("main")).to_contain_text("您已竞得")
    public.reload()
    address = public.get_by_role("link", name=re.compile("完整报价记录")).get_attribute("href")
    told = replay_case(json.loads(public.request.get(f"{site.url}{address}").text()))
    mine = hu.locator("auction-room").get_attribute("data-you")
    assert (told["winner"], told["price"], told["outcome"]) == (mine, "2640000", "sold")

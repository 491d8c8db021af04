"""Sealed quotes in browsers: two are given, nobody sees them, and all are told at the end."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bidding.auction.replaying import replay_case
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(600)
SECONDS = 80
SEED = f"""
from datetime import timedelta
from django.utils import timezone
from tests import auctions, world
now = timezone.now()
cast = world.cast(now - timedelta(days=90))
held = auctions.sale(
    cast,
    closed_at=now - timedelta(minutes=2),
    only={{
        "kind": "one_shot",
        "start_price": "2600000",
        "opens_at": (now + timedelta(seconds=2)).isoformat(),
        "closes_at": (now + timedelta(seconds={SECONDS})).isoformat(),
        "sealed": {{"tie": "time"}},
    }},
)
print(held.auction.code)
"""


def quotes(page: Page, price: str) -> None:
    """Give a sealed quote and confirm it."""
    page.locator("#quote-price").fill(price)
    page.locator("[data-form=quote] button").click()
    page.locator("dialog").get_by_role("button", name="确定").click()
    expect(page.locator(".hall-side")).to_contain_text("已密封报价")


def test_quotes_stay_secret_until_all_are_told(
    new_site: Callable[[], Site],
    cast_of: Callable[[Site], Cast],
    axe: Callable[[Page], None],
) -> None:
    site = new_site()
    code = site.python(SEED).split()[-1]
    site.start()
    cast = cast_of(site)
    cast.arrive("chen", "zhao")
    public, chen, zhao = cast.visitor("public"), cast.visitor("chen"), cast.visitor("zhao")
    for page in (public, chen, zhao):
        page.goto(f"/auctions/{code}/")
    expect(chen.locator("[data-form=quote]")).to_be_visible()
    axe(chen)
    quotes(chen, "2710000")
    expect(chen.locator(".hall-side")).to_contain_text("2,710,000.00")
    quotes(zhao, "2730000")
    for page in (public, zhao):
        expect(page.locator("main")).not_to_contain_text("2,710,000")
    expect(public.locator(".stage")).to_contain_text("任何人都看不到")

    expect(public.locator(".stage")).to_contain_text("成交", timeout=120_000)
    expect(public.locator("main")).to_contain_text("2,710,000.00")
    expect(zhao.locator(".hall-side")).to_contain_text("您已竞得")
    public.reload()
    address = public.get_by_role("link", name=re.compile("完整报价记录")).get_attribute("href")
    told = replay_case(json.loads(public.request.get(f"{site.url}{address}").text()))
    mine = zhao.locator("auction-room").get_attribute("data-you")
    assert (told["winner"], told["price"]) == (mine, "2730000")

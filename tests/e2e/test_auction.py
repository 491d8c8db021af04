"""A live auction in browsers: bids, a maximum, a server that dies in the middle, the log after.

State property by dynamic bidding (rulebook 5.3): a free phase, then cycles; the last cycle without
an offer ends it, and the log repeats it.
"""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bidding.auction.replaying import replay_case
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(600)
FREE_SECONDS, CYCLE_SECONDS = 60, 60
SEED = f"""
from datetime import timedelta
from django.utils import timezone
from tests import auctions, world
now = timezone.now()
cast = world.cast(now - timedelta(days=90))
held = auctions.sale(
    cast,
    closed_at=now - timedelta(minutes=2),
    opens_at=(now + timedelta(seconds=2)).isoformat(),
    closes_at=(now + timedelta(seconds={FREE_SECONDS})).isoformat(),
    extension={{"add_s": {CYCLE_SECONDS}, "from": "bid"}},
)
print(held.auction.code)
"""


@pytest.fixture
def sold(new_site: Callable[[], Site], cast_of: Callable[[Site], Cast]) -> tuple[Site, Cast, str]:
    """A site with an auction that opens at once, and who may sign in there."""
    site = new_site()
    code = site.python(SEED).split()[-1]
    site.start()
    return site, cast_of(site), code


def bids(page: Page, place: int = 0) -> None:
    """Press one of the prices that are offered."""
    page.locator("[data-put=steps] button").nth(place).click()


def test_two_takers_a_maximum_and_a_dead_server(
    sold: tuple[Site, Cast, str], axe: Callable[[Page], None]
) -> None:
    site, cast, code = sold
    cast.arrive("chen", "zhao")
    public = cast.visitor("public")
    public.set_viewport_size({"width": 390, "height": 844})
    chen, zhao = cast.visitor("chen"), cast.visitor("zhao")
    for page in (chen, zhao, public):
        page.goto(f"/auctions/{code}/")
    bids(chen)
    expect(chen.locator("[data-put=standing]")).to_contain_text("您领先")
    expect(zhao.locator("[data-put=standing]")).to_contain_text("他人领先")
    expect(public.locator(".stage .price")).to_contain_text("2,600,000.00")
    zhao.locator(".hall-side summary").click()
    zhao.locator("#maximum-price").fill("2720000")
    zhao.locator("[data-form=maximum] button").click()
    expect(zhao.locator("[data-put=standing]")).to_contain_text("您领先")
    expect(public.locator(".stage .price")).to_contain_text("2,620,000.00")
    expect(public.locator("main")).not_to_contain_text("2,720,000")
    axe(chen)
    axe(public)
    bids(chen)
    expect(chen.locator("[data-put=standing]")).to_contain_text("他人领先")
    expect(public.locator(".stage .price")).to_contain_text("2,660,000.00")

    site.kill()
    site.start()
    expect(public.locator("#link-state")).to_be_empty(timeout=60_000)
    expect(chen.locator("#link-state")).to_be_empty(timeout=60_000)
    bids(chen, 3)
    expect(chen.locator("[data-put=standing]")).to_contain_text("您领先")
    expect(public.locator(".stage .price")).to_contain_text("2,780,000.00")

    expect(public.locator(".stage")).to_contain_text("成交", timeout=180_000)
    expect(public.locator(".stage .price")).to_contain_text("2,780,000.00")
    public.reload()
    address = public.get_by_role("link", name=re.compile("完整报价记录")).get_attribute("href")
    case = json.loads(public.request.get(f"{site.url}{address}").text())
    told = replay_case(case)
    mine = chen.locator("auction-room").get_attribute("data-you")
    assert (told["winner"], told["price"], told["outcome"]) == (mine, "2780000", "sold")
    assert all(verdict["accepted"] for verdict in told["verdicts"])

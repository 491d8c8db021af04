"""A grant of land in browsers: listing, quiet while, the question, the timed phase, the highest
price, the draw with a notary's nonce, and the log that repeats it (rulebook 5.1 and 5.2).
"""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bidding.auction.replaying import replay_case
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(900)
CEILING = "420000000"
SEED = """
from datetime import timedelta
from django.utils import timezone
from tests import grants, world
now = timezone.now()
print(grants.applied(world.cast(now - timedelta(days=90)), now, "chen", "zhao", "hu").code)
"""
LIST = """
from datetime import timedelta
from django.utils import timezone
from tests import grants
times = {{"listing": {0} * 20, "quiet": {0} * 4, "ask": {0} * 30, "cycle": {0} * 90}}
print(grants.list_now("{1}", timezone.now() + timedelta(seconds=1), "{2}", **times))
"""


@pytest.fixture
def granted(
    new_site: Callable[[], Site], cast_of: Callable[[Site], Cast]
) -> tuple[Site, Cast, str]:
    """A site with a grant that was applied for, and who may sign in there."""
    site = new_site()
    code = site.python(SEED).split()[-1]
    site.start()
    return site, cast_of(site), code


def bid(page: Page, price: str) -> None:
    """Type a price and offer it."""
    page.locator("#bid-price").fill(price)
    page.locator("[data-form=bid] button[type=submit]").click()


def answer(page: Page, phase: str, kind: str) -> None:
    """Answer the question of a phase once it is asked."""
    asked = page.locator(f"section.question[data-phases={phase}]")
    asked.locator(f"[data-form={kind}] button").click()
    expect(asked.locator(f"[data-answered={kind}]")).to_be_visible()


def test_listing_timed_auction_ceiling_and_lottery(
    granted: tuple[Site, Cast, str], axe: Callable[[Page], None]
) -> None:
    site, cast, tender = granted
    cast.arrive("chen", "zhao", "feng")
    phase = 60_000 * site.slowness
    public = cast.visitor("public")
    public.set_viewport_size({"width": 390, "height": 844})
    chen, zhao, feng = (cast.visitor(name) for name in ("chen", "zhao", "feng"))
    code = site.python(LIST.format(site.slowness, tender, CEILING)).split()[-1]
    for page in (chen, zhao, feng, public):
        page.goto(f"/auctions/{code}/")
    bid(chen, "400000000")
    expect(public.locator(".stage .price")).to_contain_text("400,000,000.00", timeout=phase)
    expect(zhao.locator("[data-phases=quiet]")).to_be_visible(timeout=phase)
    expect(zhao.locator("#bid-price")).to_be_hidden()

    for page in (zhao, chen):
        answer(page, "inquiry", "join")
    expect(public.locator(".stage")).to_contain_text("正在询问各竞买人")
    mine = zhao.locator("auction-room").get_attribute("data-you")
    expect(public.locator(".stage")).not_to_contain_text(str(mine))
    axe(zhao)

    expect(public.locator(".stage")).to_contain_text("参加限时竞价", timeout=phase)
    expect(public.locator(".stage")).to_contain_text(str(mine))
    bid(zhao, "405000000")
    expect(zhao.locator("[data-put=standing]")).to_contain_text("您领先")
    bid(chen, CEILING)
    for page in (zhao, chen):
        answer(page, "ceiling-lottery", "join")
    expect(public.locator(".stage")).to_contain_text("等待摇号", timeout=phase)
    expect(public.get_by_role("button", name="给出随机数并摇号")).to_have_count(0)
    feng.get_by_label("随机数").fill("公证处当场掷出的数 271828")
    feng.get_by_role("button", name="给出随机数并摇号").click()
    feng.locator("dialog[open] button[value=yes]").click()
    expect(public.locator(".stage")).to_contain_text("以最高限价竞得")
    axe(public)

    public.reload()
    address = public.get_by_role("link", name=re.compile("完整报价记录")).get_attribute("href")
    case = json.loads(public.request.get(f"{site.url}{address}").text())
    told = replay_case(case)
    codes = {str(mine), str(chen.locator("auction-room").get_attribute("data-you"))}
    assert (told["outcome"], told["price"], told["winner"] in codes) == ("sold", CEILING, True)
    expect(public.locator(".stage")).to_contain_text(str(told["winner"]))

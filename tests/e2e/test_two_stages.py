"""A tender opened in two stages (rulebook 3.3): what bidders can do is judged while every price is
closed to everybody; then the prices of those who passed are opened, and nobody else's.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bidding.domain import READ_OUT
from tests.e2e.navigators.agency import Agency
from tests.e2e.navigators.bidder import Bidder
from tests.e2e.navigators.custodian import PASSPHRASE, Custodian
from tests.e2e.navigators.evaluation import Expert
from tests.e2e.navigators.hall import Host, Watcher
from tests.e2e.navigators.person import Person
from tests.e2e.navigators.purchaser import Purchaser
from tests.rig.browser import Cast
from tests.rig.site import Site
from tests.tenders import DOCUMENT
from tests.world import FOURTH, ORGANISATIONS

TELL = "from tests.e2e import past; past."
CUSTODIANS = ("lin", "zhou", "feng")
CHEN, ZHAO, HU = (ORGANISATIONS[key][0] for key in ("chenguang", "zhaoyang", "hupo"))
QIU = FOURTH[2]
PRICES = {"chen": "980000.00", "zhao": "1020000.00", "hu": "700000.00", "qiu": "1050000.00"}
SHARES = {CHEN: "0.90", ZHAO: "0.80", QIU: "0.70"}
OTHERS = tuple(name for name in PRICES if name != "chen")
"""Who bids and unlocks without a browser; other stories look at theirs."""

READING = len(PRICES) * READ_OUT.seconds  # bids are read by themselves
REASON = "投标有效期只承诺 30 日，不满足不少于 90 日的要求。"


class Town:
    """Everybody of the story, each in their own browser context."""

    def __init__(self, site: Site, cast: Cast, folder: Path) -> None:
        self.site, self.cast = site, cast
        cast.arrive("sun", *CUSTODIANS, *PRICES)
        self.sun, self.host = Agency(cast.member("sun")), Host(cast.member("sun"))
        self.lin = Purchaser(cast.member("lin"))
        self.custodians = {n: Custodian(cast.member(n), n, folder) for n in CUSTODIANS}
        self.bidders = {n: Bidder(cast.member(n), n, folder) for n in PRICES}
        self.watcher = Watcher(cast.visitor())
        self.document = folder / "采购文件.pdf"
        self.document.write_bytes(DOCUMENT.content)

    def tell(self, call: str) -> list[str]:
        """Let the ordinary services do what the story does not look at."""
        return self.site.python(f"{TELL}{call}").split()

    def hear(self, name: str) -> Expert:
        """Give a member of the committee at their browser."""
        self.cast.arrive(name)
        return Expert(self.cast.member(name))


@pytest.fixture
def town(new_site: Callable[..., Site], cast_of: Callable[[Site], Cast], tmp_path: Path) -> Town:
    """A site at the pace of the law: nothing moves by a timer while a slow machine clicks."""
    site = new_site(PACE="law")
    site.python(f"{TELL}cast(fourth=True)")
    site.start()
    return Town(site, cast_of(site), tmp_path)


@pytest.mark.timeout(1200)
def test_prices_stay_closed_until_the_technical_result_and_one_of_them_for_good(
    town: Town,
) -> None:
    draft_in_two_stages(town)
    files = {name: str(holder.file) for name, holder in town.custodians.items()}
    closes_in = 15 * town.site.slowness
    (code,) = town.tell(f"tender({files!r}, {PASSPHRASE!r}, {closes_in}, stages='two')")[-1:]
    town.bidders["chen"].bids(code, PRICES["chen"])
    town.tell(f"bid({code!r}, {OTHERS!r}, {PRICES!r})")
    open_technical_parts(town, code, files)
    lead = judge_technical_parts(town, code)
    call_price_opening(town, code)
    open_prices(town, code)
    rank(town, code, lead)


def draft_in_two_stages(town: Town) -> None:
    sun = town.sun
    code = sun.begins_draft("检验信息系统建设服务项目", "新安市第一人民医院")
    sun.opens_in_two_stages()
    sun.adds_lot()
    sun.writes_terms()
    sun.writes_scheme()
    sun.chooses_dates()
    sun.uploads(town.document)
    for name in ("林晓", "周平", "冯正"):
        sun.names_custodian(name)
    sun.needs_custodians(2)
    sun.submits()
    for holder in town.custodians.values():
        holder.makes_key(code)
        holder.registers_key(code)
    town.lin.approves(code)
    sun.publishes()
    town.watcher.open(f"/tenders/{code}/")
    town.watcher.sees("技术部分开标")
    assert town.watcher.page.get_by_role("link", name="价格部分开标").count() == 0


def open_technical_parts(town: Town, code: str, files: dict[str, str]) -> None:
    hall, watcher = f"/halls/{code}/technical/", town.watcher
    watcher.watches(hall)
    watcher.sees_live("投标已截止", ".stage", seconds=90 * town.site.slowness)
    open_without_looking(town, code, files, OTHERS)
    expect(watcher.page.locator("#hall-bids tr", has_text="已唱标")).to_have_count(len(PRICES))
    assert not prices_on(watcher)
    end_without_looking(town, code)
    sees_no_price(town.bidders["chen"], hall)
    assert watcher.page.request.get(f"/halls/{code}/price/").status == 404


def open_without_looking(
    town: Town, code: str, files: dict[str, str], others: tuple[str, ...]
) -> None:
    """Lead a technical opening, which another story looks at, until objections are asked for; chen
    alone is at a browser.
    """
    place = f"{code!r}, 'technical'"
    town.tell(f"lead({place}, 'announce', 'list', 'check_seals', 'start_unlock')")
    town.bidders["chen"].unlocks(f"/halls/{code}/technical/")
    town.tell(f"unlock({code!r}, {others!r}, 'technical')")
    two = {name: files[name] for name in ("lin", "feng")}
    town.tell(f"release({place}, {two!r}, {PASSPHRASE!r})")
    town.watcher.sees_live("现场异议", ".stage", seconds=(READING + 90) * town.site.slowness)


def end_without_looking(town: Town, code: str) -> None:
    """Ask for confirmation and end the technical opening."""
    town.tell(f"lead({code!r}, 'technical', 'invite_confirmation', 'end')")
    town.watcher.sees_live("开标记录（PDF）", ".stage", seconds=60 * town.site.slowness)


def lead_to_unlocking(town: Town, hall: str, first: str) -> None:
    town.host.leads(hall, "宣布开标开始")
    town.host.leads(hall, "公布投标人名单")
    town.watcher.sees_live(first)
    town.host.leads(hall, "开始密封核验")
    town.bidders["chen"].checks_seal(hall)
    town.host.leads(hall, "开启解密窗口")
    town.watcher.sees_live("投标人解密", ".stage")


def release_keys(town: Town, hall: str) -> None:
    town.watcher.sees_live("托管人启封", ".stage")
    for name in ("lin", "feng"):
        town.custodians[name].releases(hall, with_file=False)


def finish(town: Town, hall: str) -> None:
    town.host.leads(hall, "进入确认签字")
    town.host.confirms(hall)
    town.host.leads(hall, "结束开标")
    town.watcher.sees_live("开标记录（PDF）", ".stage", seconds=60 * town.site.slowness)


def sees_no_price(person: Person, page: str) -> None:
    """Find no amount anybody bid anywhere on a page."""
    person.open(page)
    assert not prices_on(person)


def prices_on(person: Person) -> list[str]:
    """Whose amounts are anywhere on the page."""
    text = person.page.locator("main").inner_text()
    return [name for name, price in PRICES.items() if f"{float(price):,.2f}" in text]


def judge_technical_parts(town: Town, code: str) -> Expert:
    """One bidder is out by majority; neither the committee nor the purchaser sees a price."""
    first, *_others = town.tell(f"gathered({code!r})")[-5:]
    lead = town.hear(first)
    for person in (lead, town.lin, town.sun):
        sees_no_price(person, f"/tenders/{code}/evaluation/")
    town.tell(f"others_object({code!r}, 'C2', {HU!r})")
    lead.finds_failing(code, HU, "C2", REASON)
    lead.closes_conformity(code)
    lead.sees("投标无效")
    town.tell(f"others_mark({code!r}, {SHARES!r})")
    sees_no_price(lead, f"/tenders/{code}/evaluation/scores/1/")
    lead.marks(code, SHARES)
    lead.open(f"/tenders/{code}/evaluation/")
    lead.sees("等待价格开启")
    return lead


def call_price_opening(town: Town, code: str) -> None:
    """Everybody is told of the second session, who is admitted, and who is not."""
    watcher, hall = town.watcher, f"/halls/{code}/price/"
    watcher.open(f"/tenders/{code}/")
    watcher.page.get_by_role("link", name="价格部分开标").click()
    watcher.page.wait_for_url(f"**{hall}")
    watcher.sees("距价格部分开启")
    for name in (CHEN, ZHAO, QIU):
        expect(watcher.page.locator("#hall-bids table")).to_contain_text(name)
    expect(watcher.page.locator("#hall-bids .notice")).to_contain_text(HU)
    assert HU not in watcher.page.locator("#hall-bids table").inner_text()
    watcher.watches(hall)
    town.tell(f"call_prices({code!r}, {5 * town.site.slowness})")
    watcher.sees_live("价格部分即将开启", ".stage", seconds=60 * town.site.slowness)


def open_prices(town: Town, code: str) -> None:
    hall, watcher = f"/halls/{code}/price/", town.watcher
    lead_to_unlocking(town, hall, QIU)
    watcher.sees_live("0 / 3", ".stage")
    hu = town.bidders["hu"]
    hu.open(hall)
    hu.sees("您正在旁观")
    expect(hu.page.locator("unlock-bid")).to_have_count(0)
    town.bidders["chen"].unlocks(hall)
    town.tell(f"unlock({code!r}, ('zhao', 'qiu'), 'price')")
    release_keys(town, hall)
    watcher.sees_live("现场异议", ".stage", seconds=(READING + 30) * town.site.slowness)
    assert prices_on(watcher) == ["chen", "zhao", "qiu"]
    finish(town, hall)
    assert prices_on(watcher) == ["chen", "zhao", "qiu"]


def rank(town: Town, code: str, lead: Expert) -> None:
    lead.summarises(code)
    assert lead.reads_ranking(code) == [CHEN, ZHAO, QIU]
    lead.drafts_report(code)
    town.tell(f"others_sign({code!r})")
    lead.signs_report(code)
    town.lin.open(f"/tenders/{code}/evaluation/report/")
    town.lin.sees(REASON)
    assert "hu" not in prices_on(town.lin)

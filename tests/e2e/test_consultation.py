"""A consultation with final quotes: the panel talks with each supplier by itself, then each seals
one last quote in its own browser; nobody reads a price before all are opened, and none is read out.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.navigators.custodian import PASSPHRASE, Custodian
from tests.e2e.navigators.person import Person
from tests.e2e.test_two_stages import (
    CHEN,
    CUSTODIANS,
    HU,
    READING,
    ZHAO,
    Town,
    end_without_looking,
    finish,
    lead_to_unlocking,
    open_without_looking,
)
from tests.rig.browser import Cast
from tests.rig.site import Site

PRICES = {"chen": "780000.00", "zhao": "800000.00", "hu": "820000.00"}
OTHERS = ("zhao", "hu")
SHARES = {CHEN: "0.90", ZHAO: "0.80", HU: "0.70"}
ASKED = {CHEN: "请说明培训安排。", ZHAO: "请说明备件供应。"}
CHANGE = "质保期由一年改为三年，其余要求不变。"


@pytest.fixture
def town(new_site: Callable[..., Site], cast_of: Callable[[Site], Cast], tmp_path: Path) -> Town:
    """A site at the pace of the law: nothing moves by a timer while a slow machine clicks."""
    site = new_site(PACE="law")
    site.python("from tests.e2e import past; past.cast(fourth=True)")
    site.start()
    return Town(site, cast_of(site), tmp_path)


@pytest.mark.timeout(1200)
def test_talks_and_last_quotes_that_nobody_reads_early(town: Town, tmp_path: Path) -> None:
    files = {}
    for name in CUSTODIANS:
        key = f"print(past.key_file({name!r}, {str(tmp_path)!r}, {PASSPHRASE!r}))"
        files[name] = town.site.python(f"from tests.e2e import past; {key}").split()[-1]
        town.custodians[name] = Custodian(town.cast.member(name), name, tmp_path)
    closes_in = 15 * town.site.slowness
    told = f"tender({files!r}, {PASSPHRASE!r}, {closes_in}, method='consultation')"
    (code,) = town.tell(told)[-1:]
    town.bidders["chen"].bids(code, "")
    town.tell(f"bid({code!r}, {OTHERS!r})")
    open_responses(town, code, files)
    lead = town.hear(talk(town, code))
    quote(town, code, lead)
    open_quotes(town, code)
    lead.summarises(code)
    assert lead.reads_ranking(code) == [CHEN, ZHAO, HU]
    award(town, code, lead)


def open_responses(town: Town, code: str, files: dict[str, str]) -> None:
    town.watcher.watches(f"/halls/{code}/technical/")
    town.watcher.sees_live("投标已截止", ".stage", seconds=90 * town.site.slowness)
    open_without_looking(town, code, files, OTHERS)
    end_without_looking(town, code)


def release(town: Town, hall: str) -> None:
    """Publish two custodians' keys, from the files their keys are in."""
    town.watcher.sees_live("托管人启封", ".stage")
    for name in ("lin", "feng"):
        town.custodians[name].releases(hall, with_file=True)


def talk(town: Town, code: str) -> str:
    """Hold one round: each is asked by itself, the change goes to all; gives the lead."""
    first, *_others = town.tell(f"gathered({code!r})")[-3:]
    town.tell(f"all_in_order({code!r})")
    lead = town.hear(first)
    lead.opens_round(code, ASKED, CHANGE)
    chen, hu = town.bidders["chen"], town.bidders["hu"]
    chen.open(f"/tenders/{code}/talks/")
    chen.sees(ASKED[CHEN])
    chen.sees(CHANGE)
    assert ASKED[ZHAO] not in chen.page.locator("main").inner_text()
    hu.open(f"/tenders/{code}/talks/")
    assert ASKED[CHEN] not in hu.page.locator("main").inner_text()
    for name in PRICES:
        town.bidders[name].answers_panel(code, f"{name}：同意，按变动后的要求响应。")
    lead.open(f"/tenders/{code}/evaluation/talks/")
    lead.sees("hu：同意，按变动后的要求响应。")
    expect(lead.page.get_by_role("button", name="要求提交最后报价")).to_be_visible()
    return first


def quote(town: Town, code: str, lead: Person) -> None:
    """Each seals its last quote, chen in a browser; until the window ends nobody finds a price or
    its hall.
    """
    town.tell(f"ask_quotes({code!r}, {20 * town.site.slowness})")
    town.bidders["chen"].quotes(code, PRICES["chen"])
    town.tell(f"quote({code!r}, { ({n: PRICES[n] for n in OTHERS})!r})")
    for person in (lead, town.lin, town.sun):
        sees_no_price(person, f"/tenders/{code}/evaluation/talks/")
    town.watcher.open(f"/tenders/{code}/")
    town.watcher.sees("最后报价")
    assert town.watcher.page.request.get(f"/halls/{code}/price/").status == 404
    lead.open(f"/tenders/{code}/evaluation/")
    marking = lead.page.get_by_role("link", name="第 1 包评分")
    expect(marking).to_be_visible(timeout=90_000 * town.site.slowness)
    sees_no_price(lead, f"/tenders/{code}/evaluation/")
    town.tell(f"others_mark({code!r}, {SHARES!r})")
    lead.marks(code, SHARES)


def open_quotes(town: Town, code: str) -> None:
    """All are opened together; the hall says whose, and never what."""
    hall, watcher = f"/halls/{code}/price/", town.watcher
    town.tell(f"call_prices({code!r}, {5 * town.site.slowness})")
    watcher.watches(hall)
    watcher.sees_live("价格部分即将开启", ".stage", seconds=60 * town.site.slowness)
    lead_to_unlocking(town, hall, CHEN)
    town.bidders["chen"].unlocks(hall)
    town.tell(f"unlock({code!r}, {OTHERS!r}, 'price')")
    release(town, hall)
    watcher.sees_live("现场异议", ".stage", seconds=(READING + 90) * town.site.slowness)
    finish(town, hall)
    sees_no_price(watcher, hall)


def award(town: Town, code: str, lead: Person) -> None:
    """The report, the winner, and a result that names the winner's price alone."""
    lead.drafts_report(code)
    town.tell(f"others_sign({code!r})")
    lead.signs_report(code)
    town.lin.confirms_winner(code)
    town.sun.open(f"/tenders/{code}/award/")
    town.sun.send("发布成交结果公告")
    town.watcher.open(f"/tenders/{code}/award/")
    assert prices_on(town.watcher) == ["chen"]


def sees_no_price(person: Person, page: str) -> None:
    person.open(page)
    assert not prices_on(person)


def prices_on(person: Person) -> list[str]:
    """Whose amounts are anywhere on the page."""
    text = person.page.locator("main").inner_text()
    return [name for name, price in PRICES.items() if f"{float(price):,.2f}" in text]

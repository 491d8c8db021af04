"""A bidder that lost both keys, in browsers: it asks, two of the recovery set release their parts,
and its bid is read out like the others.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.navigators.bidder import Bidder
from tests.e2e.navigators.custodian import PASSPHRASE, Custodian
from tests.e2e.navigators.hall import Host, Watcher
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(900)
KEEPERS = ("lin", "zhou", "feng", "qian", "wang")
RECOVERY = (("qian", "centre"), ("wang", "regulator"))
RIVALS = ("zhao", "hu")
CLOSES_IN = 20
TELL = "from tests.e2e import past; past."


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """A site at the pace of the law: no window closes while a slow machine clicks."""
    made = new_site(PACE="law")
    made.python(f"{TELL}cast()")
    return made


@pytest.fixture
def cast(site: Site, cast_of: Callable[[Site], Cast]) -> Cast:
    """Browsers of the cast of this site."""
    return cast_of(site)


def published(site: Site, folder: Path) -> str:
    """A tender with a recovery set and two bids; all custodians' key files lie in the folder."""
    told = site.python(
        f"{TELL}tender({{n: past.key_file(n, {str(folder)!r}, {PASSPHRASE!r})"
        f" for n in {KEEPERS!r}}}, {PASSPHRASE!r}, {CLOSES_IN * site.slowness}, {RECOVERY!r});"
        f" past.bid(past.newest(), {RIVALS!r})"
    )
    return told.split()[-1]


def test_lost_keys_are_no_lost_bid_when_the_share_was_escrowed(
    site: Site, cast: Cast, tmp_path: Path
) -> None:
    site.start()
    chen, hu = (Bidder(cast.member(n), n, tmp_path) for n in ("chen", "hu"))
    qian, wang = (Custodian(cast.member(n), n, tmp_path) for n in ("qian", "wang"))
    host, watcher = Host(cast.member("sun")), Watcher(cast.visitor())
    code = published(site, tmp_path)
    hall = f"/halls/{code}/whole/"
    chen.bids(code, "980000.00", escrow=True)
    watcher.open(f"/tenders/{code}/")
    watcher.sees("为恢复托管人")
    watcher.watches(hall)
    watcher.sees_live("投标已截止", ".stage", seconds=(CLOSES_IN + 60) * site.slowness)
    for act in ("宣布开标开始", "公布投标人名单", "开始密封核验", "开启解密窗口"):
        host.leads(hall, act)
    host.extends(hall, 30, "一家投标人申请恢复份额")

    hu.open(hall)
    hu.sees("密封时没有选择代存份额")
    chen.asks_for_recovery(hall)
    watcher.sees_live("恢复份额的申请")
    site.python(f"{TELL}unlock({code!r}, {RIVALS!r})")
    qian.releases_part(hall)
    watcher.sees_live("已收 1 / 2 份")
    wang.releases_part(hall)
    watcher.sees_live("份额已恢复")
    chen.open(hall)
    chen.sees("已交出解密份额")

    for keeper in (Custodian(cast.member(n), n, tmp_path) for n in ("lin", "feng")):
        keeper.releases(hall)
    watcher.sees_live("¥ 980,000.00", seconds=60 * site.slowness)
    watcher.sees_live("现场异议", ".stage", seconds=60 * site.slowness)

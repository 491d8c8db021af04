"""What goes wrong, in browsers: too few bids, too late, a lost share, a missing custodian, an
objection nobody answers. A challenge that holds the contract is part of the whole story.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.navigators.bidder import Bidder
from tests.e2e.navigators.custodian import PASSPHRASE, Custodian
from tests.e2e.navigators.hall import Host, Watcher
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(900)  # the machine may be busy
CUSTODIANS = ("lin", "zhou", "feng")
TELL = "from tests.e2e import past; past."
STEP_IS_OVER = """async hall => {
  const { state, step_due_at } = await (await fetch(hall)).json();
  return state === "objecting" && Date.parse(step_due_at) < Date.now();
}"""


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """A site where minutes of the hall are seconds, so that windows close by themselves."""
    made = new_site(PACE="demo")
    made.python(f"{TELL}cast()")
    return made


@pytest.fixture
def cast(site: Site, cast_of: Callable[[Site], Cast]) -> Cast:
    """Browsers of the cast of this site, who have signed in."""
    site.start()
    made = cast_of(site)
    made.arrive("sun", "lin", "feng", "chen", "zhao", "hu")
    return made


def published(site: Site, folder: Path, closes_in: float) -> str:
    """A tender of three weeks ago; its custodians' key files lie in the folder."""
    told = site.python(
        f"{TELL}tender({{n: past.key_file(n, {str(folder)!r}, {PASSPHRASE!r})"
        f" for n in {CUSTODIANS!r}}}, {PASSPHRASE!r}, {closes_in})"
    )
    return told.split()[-1]


def test_two_bids_fail_the_tender_and_a_third_comes_too_late(
    site: Site, cast: Cast, tmp_path: Path
) -> None:
    hu, watcher = Bidder(cast.member("hu"), "hu", tmp_path), Watcher(cast.visitor())
    code = published(site, tmp_path, closes_in=15 * site.slowness)
    hall = f"/halls/{code}/whole/"
    watcher.watches(hall)
    site.python(f"{TELL}bid({code!r}, ('chen', 'zhao'))")
    hu.seals(code, "1050000.00")
    watcher.sees_live("投标人不足三家，不予开标", ".stage", seconds=90 * site.slowness)
    hu.comes_too_late()
    watcher.open(f"/tenders/{code}/")
    watcher.sees("废标")


def test_lost_share_missing_custodian_and_open_objection_hold_nothing_but_what_they_must(
    site: Site, cast: Cast, tmp_path: Path
) -> None:
    zhao = Bidder(cast.member("zhao"), "zhao", tmp_path)
    lin, feng = (Custodian(cast.member(n), n, tmp_path) for n in ("lin", "feng"))
    host, watcher = Host(cast.member("sun")), Watcher(cast.visitor())
    code = published(site, tmp_path, closes_in=15 * site.slowness)
    hall = f"/halls/{code}/whole/"
    watcher.watches(hall)
    zhao.bids(code, "1020000.00")
    site.python(f"{TELL}bid({code!r}, ('chen', 'hu'))")
    watcher.sees_live("投标已截止", ".stage", seconds=90 * site.slowness)
    for act in ("宣布开标开始", "公布投标人名单", "开始密封核验"):
        host.leads(hall, act)
    watcher.sees_live("投标人解密", ".stage")  # five seconds later, by itself

    zhao.unlocks(hall)
    site.python(f"{TELL}unlock({code!r}, ('chen',))")  # hu never does
    watcher.sees_live("视为撤销", seconds=60 * site.slowness)
    watcher.sees_live("未在规定时间内交出解密份额")

    lin.releases(hall)  # one of the two that are needed
    watcher.sees_live(
        "延期启封：密钥不足，没有任何投标被打开", ".stage", seconds=40 * site.slowness
    )
    host.must_wait(hall, "有效的阶段密钥不足")
    feng.releases(hall)
    watcher.sees_live("现场异议", ".stage", seconds=40 * site.slowness)

    zhao.objects(hall, "请说明第三份投标为何未唱标。")
    watcher.page.wait_for_function(STEP_IS_OVER, arg=f"/api/v1{hall[:-1]}", polling=500)
    host.must_wait(hall, "还有异议未答复")
    host.answers_objection(hall, "该投标人未在时限内交出解密份额，依法视为撤销其投标。")
    watcher.sees_live("确认开标记录", ".stage", seconds=40 * site.slowness)
    watcher.sees_live("开标记录（PDF）", ".stage", seconds=60 * site.slowness)

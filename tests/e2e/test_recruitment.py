"""A recruitment in browsers, from an application to the archived file: twelve for two posts.

One applicant, every office and one examiner act at their own browser; the other eleven and the
other examiners do the same by the services. The deadline is made to have come, and the days of the
publicity to have passed.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.navigators.person import Person
from tests.recruitments import WRITTEN, identity
from tests.rig.browser import Cast
from tests.rig.site import Site

pytestmark = pytest.mark.timeout(900)
PATIENCE = 60
SEED = """
from datetime import timedelta
from django.utils import timezone
from tests import recruitments, world
now = timezone.now()
cast = world.cast(now - timedelta(days=90))
recruitments.examiners(cast)
begun = now - timedelta(days=30)
closes = now + timedelta(hours=2)
story = recruitments.posted(cast, begun, closes=closes)
recruitments.apply(story, *recruitments.people(11))
print(story.code)
"""
OTHERS = """
from django.utils import timezone
from accounts.models import User
from recruitment import queries, services
from tests import recruitments
from tests.e2e import past
from tests.tenders import Story
cast = past.world()
cast.people["ren"] = User.objects.get(username="ren")
story = Story(cast, "{code}", timezone.now())
{act}
"""
CLOSE = """
from trading.models import Tender
Tender.objects.update(bids_close_at=story.at, next_due_at=story.at)
"""
REVIEW = "recruitments.review(story)"
VERIFY = """
for number in range(2, 7):
    recruitments.verify(story, number)
"""
MARK = """
up = queries.up_now(story.tender)
seats = queries.seated(queries.panel_of(story.tender))
for seat in seats[1:]:
    cast.people[seat.person.username] = seat.person
    services.mark_interview(
        actor=cast.actor(seat.person.username, story.at),
        code=story.code,
        number=up.number,
        mark=str(90 - up.number),
        at=story.at,
    )
"""
FIRST_SEAT = "print(queries.seated(queries.panel_of(story.tender))[0].person.username)"
CODES = """
from recruitment.models import Applicant
from recruitment.queries.applicants import script_code
for applicant in Applicant.objects.order_by("number"):
    print(applicant.number, script_code(applicant))
"""
NO_RECOUNTS = """
from datetime import timedelta
from trading.models import Notice
earlier = story.at - timedelta(days=12)
Notice.objects.filter(kind="scores").update(published_at=earlier)
"""
PASSED = """
from datetime import timedelta
from recruitment.models import Publicity
Publicity.objects.update(until=story.at.date() - timedelta(days=1))
"""


@pytest.fixture
def held(new_site: Callable[[], Site], cast_of: Callable[[Site], Cast]) -> tuple[Site, Cast, str]:
    """A site whose posting closes soon, and who may sign in there."""
    site = new_site()
    code = site.python(SEED).split()[-1]
    site.start()
    return site, cast_of(site), code


def test_twelve_apply_for_two_posts_and_two_are_hired(
    held: tuple[Site, Cast, str], axe: Callable[[Page], None]
) -> None:
    site, cast, code = held
    base = f"/tenders/{code}"
    cast.arrive("he", "lin", "sun", "ren", "feng")
    he, lin, sun, ren, feng, public = (
        Person(cast.visitor(name)) for name in ("he", "lin", "sun", "ren", "feng", "public")
    )

    def others(act: str) -> str:
        return str(site.python(OTHERS.format(code=code, act=act)))

    applies(he, base, axe)
    public.open(f"{base}/recruitment/")
    expect(public.page.locator("main")).not_to_contain_text("报名人数")
    others(CLOSE)
    until_closed(public, base)
    screens(others, lin, ren, base)
    writes(others, lin, sun, base)
    axe(sun.page)
    draws(sun, feng, base)
    first = others(FIRST_SEAT).split()[-1]
    cast.arrive(first)
    public.open(f"{base}/interview/")
    marks(others, Person(cast.visitor(first)), base)
    expect(public.page.locator("tbody tr td.number", has_text="—")).to_have_count(0)
    axe(public.page)
    sun.open(f"{base}/interview/")
    sun.send("面试结束，公布总成绩和名次", "已公布")
    hires(others, (lin, sun, ren), base)
    public.open(f"{base}/recruitment/")
    public.sees("考生01")
    expect(public.page.locator("main")).not_to_contain_text(identity(101))
    axe(public.page)
    he.open(f"{base}/application/")
    he.sees("未进入下一环节")


def screens(others: Callable[[str], str], lin: Person, ren: Person, base: str) -> None:
    """Review the papers, and settle the post."""
    lin.open(f"{base}/applicants/12/review/")
    lin.page.get_by_label("通过", exact=True).check()
    lin.send("提交审查结论", "已审查")
    others(REVIEW)
    ren.open(f"{base}/recruitment/")
    ren.page.get_by_label("按计划开考").check()
    ren.send("核定", "岗位已核定")


def writes(others: Callable[[str], str], lin: Person, sun: Person, base: str) -> None:
    """Mark the papers by their codes, tell the scores, and check originals."""
    told = others(CODES).splitlines()
    codes = [line.split() for line in told if re.match(r"\d+ \d{6}$", line)]
    sun.open(f"{base}/written/")
    for (_number, paper), mark in zip(codes, WRITTEN, strict=True):
        sun.fill(paper, str(mark))
    sun.send("保存", "已保存")
    sun.send("公布笔试成绩", "已公布")
    lin.open(f"{base}/applicants/1/verify/")
    lin.page.get_by_label("通过", exact=True).check()
    lin.send("提交复审结论", "已复审")
    others(VERIFY)
    others(NO_RECOUNTS)
    lin.open(f"{base}/recruitment/")
    lin.send("复审完毕，确定面试人员", "面试人员已确定")


def draws(sun: Person, feng: Person, base: str) -> None:
    """Freeze the pool, and let a notary draw."""
    sun.open(f"{base}/interview/commit/")
    sun.page.get_by_label("考官人数（单数）").fill("5")
    sun.send("冻结名单并公布种子承诺")
    feng.open(f"{base}/interview/draw/")
    feng.fill("随机数", "七号球 三号球 九号球")
    feng.send("抽取", "已抽取")


def marks(others: Callable[[str], str], examiner: Person, base: str) -> None:
    """Mark the six candidates in the order drawn."""
    for turn in range(1, 7):
        examiner.open(f"{base}/interview/")
        examiner.sees(f"第 {turn} 号")
        examiner.fill("评分", "88")
        examiner.send("提交评分", "评分已提交")
        others(MARK)


def applies(he: Person, base: str, axe: Callable[[Page], None]) -> None:
    """Apply at the own browser."""
    he.open(f"{base}/application/")
    axe(he.page)
    he.fill("身份证号码", identity(1))
    he.fill("手机号码", "13900000001")
    he.page.get_by_label("最高学历").select_option("bachelor")
    he.fill("毕业院校", "新安大学")
    he.fill("所学专业", "计算机科学与技术")
    he.page.get_by_label(re.compile("所填内容真实")).check()
    he.send("提交报名", "报名成功")
    he.sees("已报名")


def until_closed(public: Person, base: str) -> None:
    """Wait until the clock of the site has closed the posting."""
    for _second in range(PATIENCE):
        public.open(f"{base}/recruitment/")
        if public.page.locator("main", has_text="报名人数").count():
            return
        public.page.wait_for_timeout(1000)


def hires(others: Callable[[str], str], offices: tuple[Person, Person, Person], base: str) -> None:
    """Check, tell the public, file, sign and close the file."""
    lin, sun, ren = offices
    for _place in range(2):
        for kind in ("体检", "考察"):
            lin.open(f"{base}/recruitment/")
            lin.page.locator("#do").locator("..").get_by_role("link").first.click()
            lin.page.get_by_label(kind, exact=True).check()
            lin.page.get_by_label("合格", exact=True).check()
            lin.send("登记结论", "已登记")
    sun.open(f"{base}/recruitment/")
    sun.send("公示拟聘用人员", "已办理")
    others(PASSED)
    ren.open(f"{base}/hire/file/")
    ren.fill("备案文号", "新人社聘〔2026〕3号")
    ren.send("备案", "已备案")
    for _place in range(2):
        lin.open(f"{base}/recruitment/")
        lin.page.get_by_role("link", name="签订聘用合同").first.click()
        lin.page.get_by_label("初次就业").check()
        lin.send("登记合同", "聘用合同已登记")
    lin.open(f"{base}/recruitment/")
    lin.send("归档", "已归档")

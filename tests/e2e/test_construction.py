"""Construction in two sections (rulebook 2.1): a factor drawn before everybody's eyes, candidates
before the public, an objection that is upheld, and an evaluation done again.
"""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import expect

from tests.e2e.navigators.evaluation import Expert
from tests.e2e.navigators.person import Person
from tests.rig.browser import Cast
from tests.rig.site import Site
from tests.works import NONCE, OFFER
from tests.world import ORGANISATIONS

TELL = "from tests.e2e import past; past."
CHEN, ZHAO, HU = (ORGANISATIONS[key][0] for key in ("chenguang", "zhaoyang", "hupo"))
FIRST = {CHEN: "0.95", ZHAO: "0.75", HU: "0.60"}
AGAIN = {CHEN: "0.55", ZHAO: "0.95", HU: "0.60"}
MATTERS = "第一中标候选人所报同类工程业绩竣工日期在五年之外，按评标办法不应得分。"
ANSWER = "经核实情况属实，请评标委员会重新评标。"


class Works:
    """Everybody of the story, each in their own browser context."""

    def __init__(self, site: Site, cast: Cast) -> None:
        self.site, self.cast = site, cast
        cast.arrive("sun", "lin", "feng", "zhao")
        people = {name: Person(cast.member(name)) for name in ("sun", "lin", "feng", "zhao")}
        self.sun, self.lin, self.feng, self.zhao = people.values()
        self.public = Person(cast.visitor())

    def tell(self, call: str) -> list[str]:
        """Let the ordinary services do what the story does not look at."""
        return self.site.python(f"{TELL}{call}").split()


@pytest.fixture
def works(new_site: Callable[..., Site], cast_of: Callable[[Site], Cast]) -> Works:
    """A site at the pace of the law."""
    site = new_site(PACE="law")
    site.python(f"{TELL}cast()")
    site.start()
    return Works(site, cast_of(site))


@pytest.mark.timeout(900)
def test_an_upheld_objection_sends_the_tender_back_and_the_new_result_is_shown(
    works: Works,
) -> None:
    code = works.tell("works_opened()")[-1]
    draw_factor(works, code)
    lead = works.tell(f"works_gathered({code!r})")[-5]
    works.cast.arrive(lead)
    judge(works, code, Expert(works.cast.member(lead)), FIRST)
    first = show_candidates(works, code)
    assert first == [CHEN, CHEN]
    object_to_result(works, code)
    uphold(works, code)
    judge(works, code, Expert(works.cast.member(lead)), AGAIN)
    assert show_candidates(works, code) == [ZHAO, ZHAO]
    keep_what_was(works, code)


def draw_factor(works: Works, code: str) -> None:
    """Everybody sees the commitment; the notary gives the number; everybody can repeat it."""
    page = f"/tenders/{code}/factors/"
    works.public.open(page)
    works.public.sees("种子承诺")
    expect(works.public.page.get_by_role("textbox", name="现场给出的随机数")).to_have_count(0)
    works.feng.open(page)
    works.feng.fill("现场给出的随机数", NONCE)
    works.feng.send("给出随机数并抽取", "系数已抽取")
    works.public.open(page)
    expect(works.public.page.locator(".checklist li[data-tone=good]")).to_have_count(4)
    expect(works.public.page.locator("tbody tr")).to_have_count(2)


def judge(works: Works, code: str, lead: Expert, shares: Mapping[str, str]) -> None:
    """The members review and mark; the lead lets the machine rank, and all sign."""
    works.tell(f"works_marked({code!r}, {dict(shares)!r})")
    lead.summarises(code)
    assert lead.reads_ranking(code)[0] == max(shares, key=lambda name: float(shares[name]))
    lead.drafts_report(code)
    works.tell(f"others_sign({code!r})")
    lead.signs_report(code)


def show_candidates(works: Works, code: str) -> list[str]:
    """Publish the candidates; read who is first in each section."""
    works.sun.open(f"/tenders/{code}/award/")
    works.sun.send("公示中标候选人", "中标候选人已公示")
    works.public.open(works.sun.page.url.removeprefix(works.site.url))
    works.public.sees(OFFER["manager"])
    works.public.sees("提出异议的渠道和方式")
    firsts = works.public.page.locator("tbody tr:first-child td[data-label=候选人]")
    return firsts.all_inner_texts()


def object_to_result(works: Works, code: str) -> None:
    """A bidder objects inside the publicity; the tender stands still at once."""
    works.zhao.open(f"/tenders/{code}/challenges/")
    works.zhao.page.get_by_label("对象").select_option("result")
    works.zhao.fill("事项与事实依据", MATTERS)
    works.zhao.fill("请求", "请重新评审业绩得分。")
    works.zhao.fill("法律依据", "《招标投标法实施条例》第五十四条")
    works.zhao.send("提交", "已提交")
    works.public.open(f"/tenders/{code}/")
    expect(works.public.page.locator("body")).to_contain_text("暂停中")


def uphold(works: Works, code: str) -> None:
    """The tenderee takes it up and finds it right; the committee is called together again."""
    works.lin.open(f"/tenders/{code}/challenges/")
    works.lin.page.get_by_role("link", name="评标结果").click()
    works.lin.send("受理")
    works.lin.sees("原评标委员会重新评标")
    works.lin.page.get_by_label("成立", exact=True).check()
    works.lin.fill("答复", ANSWER)
    works.lin.send("发出答复")
    works.public.open(f"/tenders/{code}/history/")
    works.public.sees("重新评标公告")


def keep_what_was(works: Works, code: str) -> None:
    """The tenderee still has the first report; the public both notices; the factor stays."""
    works.lin.open(f"/tenders/{code}/evaluation/")
    works.lin.sees("原评标结果")
    works.lin.sees("成立：重新评审（评标），原结果不再有效")
    works.public.open(f"/tenders/{code}/history/")
    notices = works.public.page.locator("main a[href*='/notices/']", has_text="中标候选人公示")
    assert len({link.get_attribute("href") for link in notices.all()}) == 2
    works.public.open(f"/tenders/{code}/factors/")
    expect(works.public.page.locator(".checklist li[data-tone=good]")).to_have_count(4)

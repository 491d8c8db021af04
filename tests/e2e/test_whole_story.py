"""One tender, all the way: drafted, sealed, opened live, scored, awarded, supervised.

Everybody acts on the pages, in a browser of their own, against a real server; keys are made and
used in these browsers and nowhere else.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.navigators.agency import Agency
from tests.e2e.navigators.bidder import Bidder
from tests.e2e.navigators.custodian import PASSPHRASE, Custodian
from tests.e2e.navigators.evaluation import Expert, Organiser
from tests.e2e.navigators.hall import Host, Watcher
from tests.e2e.navigators.purchaser import Purchaser
from tests.e2e.navigators.supervisor import Assigner, Supervisor
from tests.rig.browser import Cast
from tests.rig.site import Site
from tests.tenders import DOCUMENT
from tests.world import EXPERTS, ORGANISATIONS

CUSTODIANS = ("lin", "zhou", "feng")
CHEN, ZHAO, HU = (ORGANISATIONS[key][0] for key in ("chenguang", "zhaoyang", "hupo"))
SHARES = {CHEN: "0.90", ZHAO: "0.80", HU: "0.70"}


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """A site at the pace of the law: nothing moves by a timer while a slow machine clicks."""
    made = new_site(PACE="law", ROOM_CAMERA="synthetic")
    made.python("from tests.e2e import past; past.cast()")
    return made.start()


class Town:
    """Everybody of the story, each in their own browser context."""

    def __init__(self, site: Site, cast: Cast, folder: Path) -> None:
        self.site, self.folder = site, folder
        cast.arrive(
            "sun", *CUSTODIANS, "chen", "zhao", "hu", "mei", "zheng", "qian", "wang", *EXPERTS
        )
        self.sun = Agency(cast.member("sun"))
        self.lin = Purchaser(cast.member("lin"))
        self.custodians = {n: Custodian(cast.member(n), n, folder) for n in CUSTODIANS}
        self.chen, self.zhao, self.hu = (
            Bidder(cast.member(n), n, folder) for n in ("chen", "zhao", "hu")
        )
        self.host = Host(cast.member("sun"))
        self.watcher = Watcher(cast.visitor())
        self.mei = Supervisor(cast.member("mei"))
        self.zheng, self.zhou = Assigner(cast.member("zheng")), Assigner(cast.member("zhou"))
        self.qian, self.wang = Organiser(cast.member("qian")), Organiser(cast.member("wang"))
        self.lin_as_reviewer = Organiser(cast.member("lin"))
        self.experts = [Expert(cast.member(name)) for name in EXPERTS]
        self.document = folder / "采购文件.pdf"
        self.document.write_bytes(DOCUMENT.content)

    @property
    def bidders(self) -> tuple[Bidder, Bidder, Bidder]:
        return self.chen, self.zhao, self.hu

    def published_three_weeks_ago(self, closes_in: float) -> str:
        """A tender whose custodians' keys are those these browsers made."""
        files = {name: str(holder.file) for name, holder in self.custodians.items()}
        call = f"past.tender({files!r}, {PASSPHRASE!r}, {closes_in})"
        return self.site.python(f"from tests.e2e import past; {call}").split()[-1]


@pytest.fixture
def town(site: Site, cast_of: Callable[[Site], Cast], tmp_path: Path) -> Town:
    return Town(site, cast_of(site), tmp_path)


@pytest.mark.timeout(1200)  # forty people's clicks, on a machine that may be busy
def test_one_tender_from_draft_to_contract(town: Town) -> None:
    publish_in_the_browser(town)
    code = town.published_three_weeks_ago(closes_in=45 * town.site.slowness)
    hall = f"/halls/{code}/whole/"
    draw_supervisors(town, hall)
    submit_bids(town, code)
    open_bids(town, hall)
    town.chen.verifies_receipt()
    town.chen.sees("已列入公布的记录")
    evaluate_bids(town, code)
    conclude(town, code)


def publish_in_the_browser(town: Town) -> None:
    sun, lin = town.sun, town.lin
    code = sun.begins_draft("医用检验设备采购项目", "新安市第一人民医院")
    sun.fills_in_basics()
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
    lin.approves(code)
    sun.publishes()
    town.watcher.watches(f"/tenders/{code}/")
    town.watcher.sees("医用检验设备采购项目")
    ask_about_the_documents(town, code)


def ask_about_the_documents(town: Town, code: str) -> None:
    town.chen.registers(code)
    assert town.chen.downloads_documents(code) == DOCUMENT.content
    town.chen.asks(code, "配套试剂是否须为原厂试剂？")
    town.sun.answers_question("不要求原厂，但须提供适用性证明。")
    town.watcher.open(f"/tenders/{code}/questions/")
    town.watcher.sees("须提供适用性证明")


def draw_supervisors(town: Town, hall: str) -> None:
    town.zheng.freezes_supervisors(hall)
    town.zhou.draws_supervisors(hall, "现场观众：二十八")


def submit_bids(town: Town, code: str) -> None:
    town.chen.bids(code, "980000.00")
    town.zhao.bids(code, "1020000.00")
    town.hu.bids(code, "1050000.00")
    town.chen.replaces(code, "960000.00")
    town.chen.verifies_receipt()
    town.chen.sees("签名有效")


def open_bids(town: Town, hall: str) -> None:
    host, watcher, mei = town.host, town.watcher, town.mei
    watcher.watches(hall)
    mei.comes(hall)
    town.chen.signs_in(hall)
    watcher.sees_live("投标已截止", ".stage", seconds=90 * town.site.slowness)
    host.leads(hall, "宣布开标开始")
    watcher.sees_live("宣布开标纪律", ".stage")
    host.leads(hall, "公布投标人名单")
    watcher.sees_live("共 3 份投标", ".stage")
    observation = mei.observes("2", "名单公布时未说明投标文件份数。")
    watcher.sees_live(observation)
    host.answers_observation(observation, "已当场补充说明：共三份投标文件。")
    watcher.sees_live("已当场补充说明")
    mei.accepts_answer(observation)
    unlock_bids(town, hall)
    read_bids_out(town, hall)
    confirm_record(town, hall)


def unlock_bids(town: Town, hall: str) -> None:
    host, watcher, (chen, zhao, hu) = town.host, town.watcher, town.bidders
    host.leads(hall, "开始密封核验")
    for bidder in town.bidders:
        bidder.checks_seal(hall)
    host.leads(hall, "开启解密窗口")
    watcher.sees_live("投标人解密", ".stage")
    host.must_wait(hall, "仍有投标人未解密")
    chen.unlocks(hall)
    zhao.unlocks(hall)
    hu.unlocks_with_recovery_file(hall)
    watcher.sees_live("托管人启封", ".stage")
    town.custodians["lin"].releases(hall, with_file=False)
    host.must_wait(hall, "有效的阶段密钥不足")
    town.custodians["feng"].releases(hall, with_file=False)


def read_bids_out(town: Town, hall: str) -> None:
    """The first bid is read as soon as the keys are there, the others by themselves, a while for
    the ear between them; chen, who replaced, submitted last."""
    for price in ("¥ 1,020,000.00", "¥ 1,050,000.00", "¥ 960,000.00"):
        town.watcher.sees_live(price, "#hall-bids", seconds=60 * town.site.slowness)
    town.watcher.sees_live("现场异议", ".stage", seconds=60 * town.site.slowness)


def confirm_record(town: Town, hall: str) -> None:
    host, watcher = town.host, town.watcher
    town.zhao.objects(hall, "请说明第一份投标的提交时间。")
    watcher.sees_live("请说明第一份投标的提交时间。")
    host.must_wait(hall, "还有异议未答复")
    host.answers_objection(hall, "提交时间以平台签名回执为准，已在一览表中公布。")
    watcher.sees_live("已在一览表中公布。")
    host.leads(hall, "进入确认签字")
    for present in (*town.bidders, host):
        present.confirms(hall)
    host.leads(hall, "结束开标")
    watcher.sees_live("开标记录（PDF）", ".stage")


def evaluate_bids(town: Town, code: str) -> None:
    town.qian.freezes_pool(code)
    town.wang.draws(code, "市财政局现场给出的随机数")
    members = [expert for expert in town.experts if expert.is_drawn(code)]
    assert len(members) == 5
    for member in members:
        member.comes(code)
    town.qian.starts(code)
    for member in members:
        member.votes(code)
    (lead,) = [member for member in members if member.leads(code)]
    town.lin_as_reviewer.qualifies_all(code)
    for member in members:
        member.finds_all_conforming(code)
    lead.closes_conformity(code)
    members[0].marks(code, SHARES)
    members[1].sees_no_other_marks(code)
    for member in members[1:]:
        member.marks(code, SHARES)
    lead.summarises(code)
    assert lead.reads_ranking(code) == [CHEN, ZHAO, HU]
    lead.drafts_report(code)
    for member in members:
        member.signs_report(code)


def conclude(town: Town, code: str) -> None:
    town.lin.confirms_winner(code)
    town.sun.code = code
    town.sun.publishes_result()
    town.watcher.open(f"/tenders/{code}/award/")
    town.watcher.sees(CHEN)
    town.zhao.challenges(code, "中标人的同类业绩不满足采购文件要求。")
    town.sun.accepts_challenge()
    town.lin.cannot_sign_contract(code, town.document, "采购活动暂停中")
    town.sun.answers_challenge("经复核，中标人业绩真实有效，质疑事项不成立。")
    town.lin.signs_contract(code, town.document)
    town.lin.publishes_contract(code)
    town.watcher.open(f"/tenders/{code}/contracts/")
    town.watcher.sees("960,000.00")

"""A bid is rejected on a ground of the law, whatever the document says; prices point at leads."""

import pytest

from bidding.models import Bid
from evaluation import domain, statutory
from evaluation.models import Exclusion, PriceReview
from evaluation.queries import leads
from evaluation.services import asking, motions, rejecting, report
from kernel.errors import Conflict, Denied, Invalid
from tests import opened
from tests.integration.evaluation.test_committee import facts, refused

pytestmark = pytest.mark.django_db
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"
FOUR = {"chen": "980000.00", "zhao": "1000000.00", "hu": "1020000.00", "lin": "1040000.00"}
WHY = "两份投标文件由同一台计算机编制，见第 12 页"


def vote(case, number, agrees):
    for member in case.members:
        if case.evaluation.motions.get(number=number).decided_at is None:
            motions.vote_motion(
                actor=member, code=case.code, motion=number, agrees=agrees, reason="属实",
                at=case.at,
            )  # fmt: skip


def test_every_ground_has_a_code_an_article_and_its_words():
    for market in ("construction", "procurement", "property", "land"):
        for code, ground in statutory.grounds(market).items():
            assert code in domain.REASON_CODES
            assert "第" in ground.article
            assert ground.title
    named = {"R02", "R04", "R08", "R10", "R12", "R13", "R14"}
    assert set(statutory.grounds("construction")) == set(statutory.grounds("procurement")) == named
    assert statutory.grounds("talent") == {}
    cited = {market: {one.article for one in statutory.grounds(market).values()} for market in (
        "construction", "procurement", "land")}  # fmt: skip
    blr = "《招标投标法实施条例》第%s条"
    assert cited["construction"] == {blr % "五十一", blr % "三十四"}
    assert cited["procurement"] == {"《政府采购货物和服务招标投标管理办法》第六十三条"}
    assert cited["land"] == {"本平台否决投标规则第 4.3 节"}


def test_a_member_puts_a_ground_of_the_law_and_the_majority_rejects_the_bid(world):
    case = opened.marked(world, prices=FOUR)
    evaluation = case.evaluation
    member = next(one for one in case.members if one != case.lead)
    bid = {"actor": member, "bid": case.bid("hu").pk}
    refused(case, Denied, "rejection.put.denied", rejecting.put_rejection,
            **bid | {"actor": case.actor("sun")}, ground="R08", reason=WHY)  # fmt: skip
    for part, code in (
        ({"ground": "R03", "reason": WHY}, "rejection.ground"),
        ({"ground": "R08", "reason": " "}, "rejection.reason"),
        ({"ground": "R08", "reason": WHY, "bid": 2**30}, "rejection.bid"),
    ):
        refused(case, Invalid, code, rejecting.put_rejection, **bid | part)
    asking.ask_about_price(
        actor=case.lead, code=case.code, bid=bid["bid"], reason="偏低", at=case.at
    )
    url = f"/tenders/{case.code}/evaluation/"
    client = case.world.client(member.ref.removeprefix("person:"))
    assert "提请表决法定否决情形" in client.get(url).content.decode()
    put = client.post(
        f"{url}act/put-rejection/", {"bid": bid["bid"], "ground": "R08", "reason": WHY}
    )
    assert put.status_code == 302
    page = client.get(url).content.decode()
    assert "是，否决该投标" in page
    assert "第六十三条" in page
    refused(case, Conflict, "motion.open", rejecting.put_rejection, **bid, ground="R13", reason=WHY)
    vote(case, 1, agrees=True)
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code, out.stage) == (HU, "R08", "price_review")
    assert PriceReview.objects.get(bid=bid["bid"]).decision == "void"
    assert "rejection.decided" in facts(case)
    told = report.report_content(evaluation, case.at)
    assert told["motions"][0]["supplier"] == HU
    assert told["excluded"][0]["reason"].startswith("串通投标")
    assert "否决该投标" in client.get(url).content.decode()


def test_a_ground_that_is_not_carried_leaves_the_bid_in(world):
    case = opened.conforming(world)
    rejecting.put_rejection(
        actor=case.lead, code=case.code, bid=case.bid("hu").pk, ground="R13", reason=WHY, at=case.at
    )
    vote(case, 1, agrees=False)
    assert not Exclusion.objects.exists()
    opened.mark(case, case.members[0])
    again = {"actor": case.members[1], "bid": case.bid("hu").pk, "reason": WHY}
    refused(case, Conflict, "rejection.decided", rejecting.put_rejection, **again, ground="R13")


def test_prices_a_rule_apart_are_a_lead_for_the_members_and_in_the_report(world):
    case = opened.marked(world, prices=FOUR)
    ((lot, flags),) = leads.leads(case.evaluation)
    assert (lot.number, flags[0]["code"]) == (1, "regular_gaps")
    url = f"/tenders/{case.code}/evaluation/"
    lead = case.world.client(case.lead.ref.removeprefix("person:"))
    assert "报价线索" in lead.get(url).content.decode()
    assert "报价线索" not in case.world.client("chen").get(url).content.decode()
    assert Exclusion.objects.count() == 0
    assert leads.said(case.evaluation, lot)[0].startswith("报价线索（仅供核查，不作结论）")
    assert Bid.objects.filter(lot=lot).count() == 4

"""An inquiry: one sealed quote that nobody may change, and the lowest wins (GPL 40, M74 44-50)."""

import pytest

from evaluation import queries
from evaluation.services import report, review, summary
from tests import opened, openings, tenders
from tests.opened import Case
from tests.openings import refused
from trading import services
from trading.domain.scheme import read
from trading.models import Notice
from trading.services.publicity import send_back

pytestmark = pytest.mark.django_db

CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"


@pytest.fixture
def case(world):
    hall = openings.sealed_bids(
        world,
        method="inquiry",
        scheme=read({"method": "lowest_price", "deductions": {}}),
        qualification=tenders.QUALIFICATION,
        conformity=tenders.CONFORMITY,
    )
    opened.experts(world)
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    hall.act("end")
    made = Case(world, hall.tender.code, hall.at)
    opened.draw(made)
    opened.start(made)
    opened.elect(made)
    opened.qualify(made)
    review.close_qualification(actor=made.actor("lin"), code=made.code, at=made.at)
    return made


def test_a_panel_of_three_ranks_by_the_quote_alone_and_the_result_is_a_deal(case):
    assert case.evaluation.size == 3
    opened.conform(case)
    close = {"actor": case.lead, "code": case.code, "at": case.at}
    opened.judge_document(case, [False, False])
    assert refused(lambda: review.close_conformity(**close)) == "document.mend_asked"
    member = case.world.client(case.members[0].ref.removeprefix("person:"))
    place = f"/api/v1/tenders/{case.code}/evaluation/document"
    assert member.post(place, {"agrees": True}, "application/json").status_code == 200
    review.close_conformity(**close)
    assert case.evaluation.state == "price_review"  # nothing to mark, and no talks
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    ranking = queries.lots_of(case.evaluation)[0].ranking
    assert [(c.rank, c.bid.bidder.name, str(c.price)) for c in ranking.candidates.all()] == [
        (1, CHEN, "800000.00"),
        (2, ZHAO, "801000.00"),
        (3, HU, "802000.00"),
    ]
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    told = report.report_content(case.evaluation, case.at)["document"]
    assert told["standing"] == "已确认"
    assert [said["agrees"] for said in told["opinions"]] == [True, False, True]
    place = {"code": case.code, "at": case.at}
    services.confirm_winner(actor=case.actor("lin"), choices={1: (1, "")}, **place)
    services.publish_result(actor=case.actor("sun"), **place)
    assert Notice.objects.get(kind="result").title.endswith("成交结果公告")
    page = case.world.client("chen").get(f"/tenders/{case.code}/award/").content.decode()
    assert "成交通知书" in page
    assert "中标" not in page


def test_what_the_panel_said_of_the_document_stands_when_bids_are_evaluated_anew(case):
    opened.conform(case)
    opened.judge_document(case, [True, True, False])
    place = {"code": case.code, "at": case.at}
    review.close_conformity(actor=case.lead, **place)
    summary.summarise(actor=case.lead, **place)
    report.draft_report(actor=case.lead, **place)
    for member in case.members:
        report.sign_report(actor=member, dissent="", **place)
    lin, tender = case.actor("lin"), case.evaluation.tender
    send_back(actor=lin, tender=tender, reason="排序有误，重新评审。", at=case.at)
    assert case.evaluation.state == "qualification"
    assert refused(lambda: opened.judge_document(case, [False])) == "document.settled"
    opened.qualify(case)
    review.close_qualification(actor=lin, **place)
    opened.conform(case)
    review.close_conformity(actor=case.lead, **place)
    told = report.report_content(case.evaluation, case.at)["document"]
    assert (told["earlier"], len(told["opinions"])) == (True, 3)


def test_fewer_than_three_quotes_end_an_inquiry(world):
    hall = openings.sealed_bids(world, ("chen", "zhao"), method="inquiry")
    hall.close()
    hall.tender.refresh_from_db()
    assert hall.tender.state == "failed"


def test_an_inquiry_is_drafted_with_the_lowest_price_alone(world):
    story = tenders.draft(world, method="inquiry", scheme={"method": "lowest_price"})
    assert story.tender.stages == "whole"
    sun = world.actor("sun")
    for changes, code in (
        ({"scheme": tenders.SCHEME}, "scheme.method"),
        ({"stages": "two"}, "tender.choice"),
        ({"listed_case": "thin_research"}, "tender.choice"),
    ):
        place = {"actor": sun, "code": story.code, "changes": changes, "at": story.at}
        assert refused(lambda place=place: services.change_tender(**place)) == code

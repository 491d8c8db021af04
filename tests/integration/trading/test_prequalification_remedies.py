"""A prequalification that is complained of, held still, or ends early tells nobody who applied."""

from datetime import timedelta

import pytest
import time_machine

from kernel.calendar import local_date
from kernel.errors import Conflict
from tests import prequalified as pq
from tests import world as worlds
from trading import queries, services
from trading.services.due import due

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}
TEXT = {
    "matters": "资格预审文件要求本市业绩，排斥潜在申请人。",
    "claim": "请责令删除本市业绩要求。",
    "law": "《招标投标法实施条例》第六十条",
}


@pytest.fixture
def story(world):
    worlds.fourth_bidder(world)
    return pq.applying(world)


def complaint(story, name="chen"):
    filed = services.file_complaint(
        actor=story.world.actor(name, story.at),
        code=story.code,
        ground="other",
        **TEXT,
        known_on=local_date(story.at),
        at=story.at,
    )
    wang = story.world.actor("wang", story.at)
    return {"actor": wang, "code": story.code, "number": filed.code}


@pytest.mark.parametrize("state", ["prequalifying", "prequal_review"])
def test_a_decided_complaint_does_not_name_who_may_have_applied(world, story, state):
    pq.apply(story)
    if state == "prequal_review":
        pq.reviewing(story)
    given = complaint(story)
    services.accept_complaint(**given, at=story.at)
    services.decide_complaint(**given, outcome="dismissed", decision="经查不属实。", at=story.at)
    assert story.tender.state == state
    notice = story.tender.notices.get(kind="complaint_decision")
    assert "filer" not in notice.fields
    page = world.client("public").get(f"/notices/{story.code}/{notice.number}/").content.decode()
    assert "晨光" not in page


def test_who_applied_stays_unknown_when_it_is_terminated_before_the_deadline(world, story):
    pq.apply(story)
    row = pq.filed(pq.reviewing(pq.apply(pq.applying(world))))["晨光医疗科技有限公司"].row
    services.terminate_tender(
        actor=world.actor("lin", story.at),
        code=story.code,
        reason="项目规划调整，不再采购。",
        at=story.at,
    )
    assert story.tender.state == "terminated"
    place = f"/tenders/{story.code}/prequalification/"
    api = f"/api/v1/tenders/{story.code}/prequalification/applications"
    for name in ("sun", "lin"):
        page = world.client(name).get(place).content.decode()
        assert "晨光" not in page
        assert "在申请截止前终止" in page
        assert world.client(name).get(api).json() == []
        assert world.client(name).get(f"{place}applications/{row}/file/").status_code == 404


def test_nothing_is_ended_while_the_authority_holds_it_still(world, story):
    pq.review(pq.reviewing(pq.apply(story)))
    given = complaint(story)
    services.accept_complaint(**given, at=story.at)
    services.hold_for_complaint(**given, reason="核查资格条件。", at=story.at)
    before = pq.kinds(story)
    with pytest.raises(Conflict) as refused:
        pq.close(story)
    assert refused.value.code == "tender.suspended"
    assert (story.tender.state, pq.kinds(story)) == ("prequal_review", before)
    page = world.client("public").get(f"/tenders/{story.code}/").content.decode()
    assert "暂停" in page
    services.release_for_complaint(**given, at=story.at)
    pq.close(story)
    assert story.tender.state == "announced"


def test_an_upheld_complaint_about_the_result_lets_the_applicant_in(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    qiu, sun = world.actor("qiu", story.at), world.actor("sun", story.at)
    filed = services.file_challenge(
        actor=qiu,
        code=story.code,
        about="passing",
        matters="本单位资质证书的延续证明已随申请文件提交。",
        claim="请核实后认定本单位合格。",
        law="《招标投标法实施条例》第十九条",
        at=story.at,
    )
    answer = {"actor": sun, "code": story.code, "number": filed.code, "at": story.at}
    services.accept_challenge(**answer)
    services.answer_challenge(**answer, outcome="dismissed", answer="延续证明无效。")
    found = services.file_complaint(
        actor=qiu, code=story.code, ground=filed.code, **TEXT, at=story.at
    )
    given = {"actor": world.actor("wang", story.at), "code": story.code, "number": found.code}
    services.accept_complaint(**given, at=story.at)
    services.hold_for_complaint(**given, reason="核查延续证明。", at=story.at)
    services.decide_complaint(**given, outcome="upheld", decision="延续证明有效。", at=story.at)
    own, _turns = queries.own_filed(qiu, story.tender)
    assert own.verdict.passed
    pq.register(story, "qiu")
    assert queries.registered_lots(qiu, story.tender) == [1]
    assert (
        world.organisation_of("qiu").uscc
        not in story.tender.notices.get(kind="complaint_decision").fields.values()
    )


def test_whom_the_failed_prequalification_shut_out_is_not_sent_to_object(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story)), hu=FAILS))
    assert story.tender.state == "failed"
    place = f"/tenders/{story.code}/prequalification/"
    page = world.client("hu").get(place).content.decode()
    assert "本次招标失败" in page
    assert "提出异议" not in page


@pytest.mark.parametrize(("draft", "said"), [("works", "行政监督部门"), ("purchase", "财政部门")])
def test_the_letter_and_the_page_name_the_remedy_of_the_market(world, draft, said):
    worlds.fourth_bidder(world)
    story = pq.publish(getattr(pq, f"{draft}_draft")(world))
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    tender, filed = queries.own_result(world.actor("qiu", story.at), story.code, story.at)
    assert said in queries.result_letter(tender, filed, story.at)["remedy"]
    place = f"/tenders/{story.code}/prequalification/"
    assert said in world.client("qiu").get(place).content.decode()


def desk(world, name, at):
    items = queries.desk_items(world.actor(name, at), at)
    return {item.title: item.due_at for item in items if "prequalification/" in item.url}


def test_the_desk_tells_who_did_not_pass_until_the_last_day_to_object(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    [(title, due)] = desk(world, "qiu", story.at).items()
    assert title == "未通过资格预审，查看理由"
    assert local_date(due) == local_date(story.at) + timedelta(days=3)
    assert desk(world, "qiu", story.at + timedelta(days=4)) == {}
    assert "未通过资格预审，查看理由" not in desk(world, "chen", story.at)
    assert desk(world, "he", story.at) == {}


def test_the_desk_tells_every_applicant_of_a_failed_prequalification(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story)), hu=FAILS))
    for name in pq.NAMES:
        assert desk(world, name, story.at) == {"资格预审失败，查看结果": None}
    assert desk(world, "qiu", story.at) == {}


@pytest.fixture
def purchase(world):
    worlds.fourth_bidder(world)
    return pq.publish(pq.purchase_draft(world))


def challenged(story, name, about, **changes):
    return services.file_challenge(
        **{
            "actor": story.world.actor(name, story.at),
            "code": story.code,
            "about": about,
            "matters": "资格条件与采购需求无关，排斥供应商。",
            "claim": "请予更正。",
            "law": "《政府采购法》第二十二条",
            "affects_result": False,
            "at": story.at,
            **changes,
        }
    )


def test_in_procurement_the_document_is_challenged_within_seven_working_days(world, purchase):
    filed = challenged(purchase, "qiu", "prequal")
    assert (filed.about_title, filed.state) == ("资格预审文件", "filed")
    with pytest.raises(Conflict) as refused:
        challenged(purchase, "hu", "prequal", at=purchase.at + timedelta(days=15))
    assert refused.value.code == "challenge.too_late"
    pq.reviewing(pq.apply(purchase))
    with pytest.raises(Conflict) as refused:
        challenged(purchase, "hu", "prequal")
    assert refused.value.code == "challenge.too_early"


def test_in_procurement_a_challenge_to_the_result_holds_the_bidding_until_it_is_answered(
    world, purchase
):
    story = purchase
    pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu"))
    pq.close(pq.review(story, qiu=FAILS), panel=("林晓",))
    closes, sun = story.tender.bids_close_at, world.actor("sun", story.at)
    filed = challenged(story, "qiu", "passing")
    given = {"actor": sun, "code": story.code, "number": filed.code}
    services.accept_challenge(**given, at=story.at)
    assert due(closes + timedelta(seconds=2)) == 0
    assert story.tender.state == "announced"
    later = story.at + timedelta(days=5)
    services.answer_challenge(**given, outcome="upheld", answer="证明有效。", at=later)
    assert story.tender.bids_close_at >= closes + timedelta(days=5)
    story.at = later
    pq.register(story, "qiu")


def test_with_no_application_it_ends_without_a_committee(world, story):
    pq.reviewing(story)
    place = f"/tenders/{story.code}/prequalification/close/"
    with time_machine.travel(story.at, tick=True):
        assert world.client("lin").post(place, {"panel": ""}).status_code == 302
    assert story.tender.state == "failed"

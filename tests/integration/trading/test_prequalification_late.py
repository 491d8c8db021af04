"""A challenge to the result of a prequalification that nobody takes up while bids are taken."""

from datetime import timedelta

import pytest

from kernel.errors import Conflict, Denied
from ledger.models import Entry
from tests import prequalified as pq
from tests import world as worlds
from tests.remedied import heard
from trading import queries, services
from trading.models import Tender
from trading.services import challenges

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}


@pytest.fixture
def case(world):
    """Give a purchase whose bids have closed over a challenge that was not taken up."""
    worlds.fourth_bidder(world)
    story = pq.publish(pq.purchase_draft(world))
    pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu"))
    pq.close(pq.review(story, qiu=FAILS), panel=("林晓",))
    filed = services.file_challenge(
        actor=world.actor("qiu", story.at),
        code=story.code,
        about="passing",
        matters="本单位资质证书的延续证明已随申请文件提交。",
        claim="请予更正。",
        law="《政府采购法》第二十二条",
        affects_result=False,
        at=story.at,
    )
    story.at = story.tender.bids_close_at + timedelta(seconds=2)
    services.close_tender(code=story.code, at=story.at)
    challenges.on_tender_closed(Entry.objects.get(kind="tender.closed"))
    sun = world.actor("sun", story.at)
    return story, {"actor": sun, "code": story.code, "number": filed.code, "at": story.at}


def test_the_close_of_bids_holds_it_still_once_without_naming_who_raised_it(case):
    story, given = case
    assert story.tender.state == "closed"
    assert len(services.open_reasons(story.tender)) == 1
    services.accept_challenge(**given)
    challenges.on_tender_closed(Entry.objects.get(kind="tender.closed"))
    assert len(services.open_reasons(story.tender)) == 1
    notice = story.tender.notices.get(kind="suspension")
    assert "秋实" not in f"{notice.fields}{notice.body}"


def test_found_right_then_it_voids_the_bidding(case, world):
    story, given = case
    services.accept_challenge(**given)
    Tender.objects.filter(code=story.code).update(state="opened")  # from here on ways are open
    page = world.client("lin").get(f"/tenders/{story.code}/challenges/{given['number']}/")
    assert "投标已经截止，不能再让该申请人参加" in page.content.decode()
    assert page.context["form"].fields.keys() == {"outcome", "answer"}
    upheld = {"outcome": "upheld", "answer": "证明有效。"}
    with pytest.raises(Denied):  # its agency alone
        services.answer_challenge(**given, **upheld)
    given |= {"actor": world.actor("lin", story.at)}
    wang, law = world.actor("wang", story.at), {"reason": "核查。", "article": "第六十条"}
    services.suspend_tender(actor=wang, code=story.code, **law, at=story.at)
    with pytest.raises(Conflict) as held:
        services.answer_challenge(**given, **upheld)
    assert held.value.code == "tender.suspended"
    services.resume_tender(actor=wang, code=story.code, reason="完毕。", at=story.at)
    services.answer_challenge(**given, **upheld)
    tender = story.tender
    assert tender.state == "failed"
    assert services.open_reasons(tender) == []
    failed = tender.notices.get(kind="failure")
    assert failed.fields["article"] == "《政府采购法实施条例》第七十一条"
    qiu = world.actor("qiu", story.at)
    own, _turns = queries.own_filed(qiu, tender)
    assert own.is_too_late


def test_found_right_and_said_to_change_nothing_it_voids_nothing(case, world):
    story, given = case
    services.accept_challenge(**given)
    given |= {"actor": world.actor("lin", story.at)}
    services.answer_challenge(**given, outcome="upheld", answer="证明有效。", redress="")
    assert story.tender.state == "closed"


@pytest.mark.parametrize("outcome", ["dismissed", "partly"])
def test_found_wrong_the_procurement_goes_on(case, outcome):
    story, given = case
    services.accept_challenge(**given)
    services.answer_challenge(**given, outcome=outcome, answer="延续证明无效。")
    assert story.tender.state == "closed"
    assert services.open_reasons(story.tender) == []


def test_a_complaint_over_an_unanswered_challenge_voids_the_bidding(case, world):
    story, given = case
    Tender.objects.filter(code=story.code).update(state="opened")
    story.at += timedelta(days=1)
    found = services.file_complaint(
        actor=world.actor("qiu", story.at),
        code=story.code,
        ground=given["number"],
        matters="质疑逾期未答复，延续证明有效。",
        claim="请责令更正。",
        law="《政府采购法》第五十五条",
        at=story.at,
    )
    decide = {"actor": world.actor("wang", story.at), "code": story.code, "number": found.code}
    services.accept_complaint(**decide, at=story.at)
    page = world.client("wang").get(f"/tenders/{story.code}/complaints/{found.code}/")
    assert "投标已经截止，不能再让该申请人参加" in page.content.decode()
    heard(story, found.code)
    found = "证明有效。" * 700
    services.decide_complaint(**decide, outcome="upheld", decision=found, at=story.at)
    assert story.tender.state == "failed"


def test_the_page_says_until_when_as_the_rules_have_it(world):
    worlds.fourth_bidder(world)
    said = {"works": ("2 日前", "3 日内", "10 日前"), "purchase": ("7 个工作日内",)}
    for draft, figures in said.items():
        story = pq.publish(getattr(pq, f"{draft}_draft")(world))
        page = world.client("qiu").get(f"/tenders/{story.code}/challenges/").content.decode()
        assert [one for one in figures if one not in page] == []
        wanted = world.client("qiu").get(f"/tenders/{story.code}/complaints/").content.decode()
        assert ("10 日内" if draft == "works" else "15 个工作日内") in wanted

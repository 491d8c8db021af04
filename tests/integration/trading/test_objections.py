"""Objections (异议): to the document, to the result; what they hold still and what follows."""

import re
from datetime import timedelta

import pytest

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied
from ledger import queries as record
from tests import grants, sales, works
from tests.tenders import took_part
from tests.world import AT, cast
from trading import queries, services
from trading.models import Challenge, Suspension
from trading.services.due import due

pytestmark = pytest.mark.django_db
TEXT = {
    "matters": "评标委员会对第一中标候选人的业绩认定有误，其所列工程不属于市政道路工程。",
    "claim": "请重新评审业绩得分。",
    "law": "《招标投标法实施条例》第五十四条",
}
DOCUMENT = {
    "matters": "招标文件要求本地业绩，属于以不合理条件限制潜在投标人。",
    "claim": "请删除本地业绩要求。",
    "law": "《招标投标法实施条例》第三十二条",
}


@pytest.fixture
def world():
    return cast(AT)


def object_to(case, about, name="zhao", **more):
    text = DOCUMENT if about == "document" else TEXT
    actor = case.world.actor(name, case.at)
    return services.file_challenge(
        actor=actor, code=case.code, about=about, **text, **more, at=case.at
    )


def answered(case, filed, outcome, words="经核实，作出如下答复。"):
    sun = case.world.actor("sun", case.at)
    given = {"code": case.code, "number": filed.code}
    if Challenge.objects.get(pk=filed.pk).state == "filed":
        services.accept_challenge(actor=sun, **given, at=case.at)
    services.answer_challenge(actor=sun, **given, outcome=outcome, answer=words, at=case.at)


def test_an_objection_to_the_document_holds_the_tender_from_its_receipt(world):
    story = works.announced(world)
    filed = object_to(story, "document")
    assert re.fullmatch(rf"{story.code}-YY-[A-Z2-9]{{8}}", filed.code)
    assert filed.answer_due == local_date(story.at) + timedelta(days=3)
    assert Suspension.objects.get().ended_at is None
    assert story.tender.notices.filter(kind="suspension").count() == 1


def test_bids_do_not_close_while_an_objection_is_open_and_the_days_are_given_back(world):
    story = works.announced(world)
    before = story.tender.bids_close_at
    filed = object_to(story, "document")
    assert due(before + timedelta(minutes=1)) == 0
    assert story.tender.state == "announced"
    story.at += timedelta(days=2, hours=1)
    answered(story, filed, "dismissed")
    tender = story.tender
    assert tender.bids_close_at >= before + timedelta(days=3)
    assert queries.work_calendar().is_working_day(local_date(tender.bids_close_at))
    assert record.first_fact(story.code, "tender.deadline_moved") is not None
    assert tender.notices.order_by("-number").first().kind == "amendment"
    assert due(tender.next_due_at) == 1


def test_a_document_is_objected_to_ten_days_before_the_deadline_and_not_later(world):
    story = works.announced(world)
    last = local_date(story.tender.bids_close_at) - timedelta(days=10)
    story.at += timedelta(days=(last - local_date(story.at)).days + 1)
    with pytest.raises(Conflict) as refusal:
        object_to(story, "document")
    assert refusal.value.code == "challenge.too_late"
    story.at -= timedelta(days=1)
    object_to(story, "document")


def test_the_side_of_the_tender_does_not_object_and_strangers_see_nothing(world):
    story = works.announced(world)
    with pytest.raises(Denied):
        object_to(story, "document", "lin")
    filed = object_to(story, "document")
    url = f"/tenders/{story.code}/challenges/{filed.code}/"
    seen = {
        n: world.client(n).get(url).status_code for n in ("zhao", "sun", "wang", "chen", "qian")
    }
    assert seen == {"zhao": 200, "sun": 200, "wang": 200, "chen": 404, "qian": 404}


def test_the_result_is_objected_to_inside_the_publicity_only(world):
    case = works.evaluated(world)
    with pytest.raises(Conflict) as refusal:
        object_to(case, "result")
    assert refusal.value.code == "challenge.too_early"
    works.publicised(case)
    until = works.tender_of(case).publicity_until
    case.at += timedelta(days=(until - local_date(case.at)).days + 1)
    with pytest.raises(Conflict) as refusal:
        object_to(case, "result")
    assert refusal.value.code == "challenge.too_late"
    case.at -= timedelta(days=1)
    object_to(case, "result")


def test_a_dismissed_objection_lets_the_publicity_go_on_for_as_long_as_it_stood(world):
    case = works.publicised(works.evaluated(world))
    before = works.tender_of(case).publicity_until
    filed = object_to(case, "result")
    works.after_publicity(case)
    with pytest.raises(Conflict) as refusal:
        works.confirmed(case)
    assert refusal.value.code == "tender.suspended"
    answered(case, filed, "dismissed")
    tender = works.tender_of(case)
    assert tender.state == "candidate_publicity"
    assert tender.publicity_until > before
    assert tender.notices.get(kind="resumption").fields["until"] == str(tender.publicity_until)
    works.confirmed(case)
    assert works.tender_of(case).state == "winner_confirmed"


def test_an_objection_that_is_not_taken_up_holds_nothing_any_more(world):
    case = works.publicised(works.evaluated(world))
    filed = object_to(case, "result")
    services.reject_challenge(
        actor=case.actor("sun"), code=case.code, number=filed.code, reason="未署名", at=case.at
    )
    assert services.open_reasons(works.tender_of(case)) == []


def test_an_upheld_objection_sends_the_tender_back_and_keeps_what_was_shown(world):
    case = works.publicised(works.evaluated(world))
    shown = works.tender_of(case).notices.get(kind="candidates")
    answered(case, object_to(case, "result"), "upheld")
    tender = works.tender_of(case)
    assert (tender.state, tender.publicity_until) == ("evaluating", None)
    assert [lot.candidates for lot in tender.lots.all()] == [[], []]
    page = world.client("he").get(f"/tenders/{case.code}/").content.decode()
    assert f"/tenders/{case.code}/award/" not in page
    kinds = list(tender.notices.order_by("number").values_list("kind", flat=True))
    assert kinds == ["tender", "candidates", "suspension", "resumption", "reevaluation"]
    assert record.first_fact(case.code, "tender.reevaluated").data["reason"].startswith("异议")
    works.report_again(case, ("zhao", "chen", "hu"))
    works.publicised(case)
    again = works.tender_of(case).notices.filter(kind="candidates").order_by("-number").first()
    first = [n.fields["lots"][0]["candidates"][0]["name"] for n in (shown, again)]
    assert first == ["晨光医疗科技有限公司", "朝阳信息技术有限公司"]


@pytest.mark.parametrize("outcome", ["partly", "dismissed"])
def test_only_what_is_found_right_is_evaluated_again(world, outcome):
    case = works.publicised(works.evaluated(world))
    answered(case, object_to(case, "result"), outcome)
    assert works.tender_of(case).state == "candidate_publicity"


def test_two_objections_hold_until_both_are_answered(world):
    case = works.publicised(works.evaluated(world))
    first, second = object_to(case, "result"), object_to(case, "result", "hu")
    answered(case, first, "dismissed")
    assert len(services.open_reasons(works.tender_of(case))) == 1
    answered(case, second, "dismissed")
    assert services.open_reasons(works.tender_of(case)) == []


def test_challenges_of_procurement_keep_their_name_and_their_page(world):
    from tests import tenders  # noqa: PLC0415 - the other market

    story = tenders.announced(world)
    took_part(story, "chen")
    page = world.client("chen").get(f"/tenders/{story.code}/challenges/").content.decode()
    assert "质疑" in page
    assert "异议" not in page


# --- state property ---


def sold(world):
    story = sales.priced(world, AT, "chen", "zhao")
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    sales.concluded(story)
    return story


def test_a_taker_objects_to_the_result_of_a_sale_while_it_is_before_the_public(world):
    story = sold(world)
    filed = object_to(story, "result")
    work = queries.work_calendar()
    assert filed.answer_due == work.add_working_days(local_date(story.at), 5).due
    assert filed.about_title == "交易结果"
    answered(story, filed, "dismissed")
    with pytest.raises(Conflict) as refusal:
        object_to(story, "result", "hu")
    assert refusal.value.code == "challenge.no_standing"
    last = work.add_working_days(local_date(story.at), 5).due
    story.at += timedelta(days=(last - local_date(story.at)).days + 1)
    with pytest.raises(Conflict) as refusal:
        object_to(story, "result", "chen")
    assert refusal.value.code == "challenge.too_late"


def test_an_objection_to_a_disclosure_tells_nobody_who_has_registered(world):
    story = sales.announced(world, AT)
    filed = object_to(story, "document", "hu")
    assert (filed.about_title, services.open_reasons(story.tender)) == ("信息披露", [])


def test_an_objection_to_a_grant_may_come_from_anybody_and_is_answered_in_five_working_days(world):
    story = grants.announced(world, AT)
    filed = object_to(story, "document", "hu")
    assert filed.about_title == "出让公告和出让文件"
    due_on = queries.work_calendar().add_working_days(local_date(story.at), 5).due
    assert filed.answer_due == due_on

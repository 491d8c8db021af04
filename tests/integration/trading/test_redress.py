"""What an upheld challenge or complaint undoes, before the award and after it."""

from datetime import timedelta

import pytest

from kernel.errors import Conflict, Denied
from ledger import queries as record
from tests import tenders, works
from tests.integration.trading.test_awarding import CONTRACT, MATTERS, awarded
from tests.tenders import took_part
from tests.world import AT, cast
from trading import queries, services
from trading.models import Award, Challenge, Contract

pytestmark = pytest.mark.django_db
ZHAO = "朝阳信息技术有限公司"
FINDING = "经核实，中标供应商提供的业绩证明材料不实，影响中标结果。"


@pytest.fixture
def world():
    return cast(AT)


def challenged(story, about="result", **more):
    took_part(story, "zhao")
    given = {"code": story.code, "at": story.at}
    filed = services.file_challenge(
        actor=story.world.actor("zhao", story.at), about=about, **MATTERS, **more, **given
    )
    lin = story.world.actor("lin", story.at)
    services.accept_challenge(actor=lin, number=filed.code, **given)
    return filed


def upheld(story, filed, who="lin", outcome="upheld", **undone):
    given = {"code": story.code, "number": filed.code, "outcome": outcome, "answer": FINDING}
    actor = story.world.actor(who, story.at)
    return services.answer_challenge(actor=actor, **given, **undone, at=story.at)


def refused(act, *given, **named):
    with pytest.raises(Conflict) as refusal:
        act(*given, **named)
    return refusal.value.code


def test_the_purchaser_takes_the_next_candidate_after_the_award_of_a_procurement(world):
    story = awarded(world)
    filed = challenged(story)
    upheld(story, filed, redress="next_candidate")
    tender = story.tender
    assert tender.state == "evaluated"
    assert (Award.objects.count(), Contract.objects.count()) == (0, 0)
    lot = tender.lots.get()
    assert [one["ground"] for one in lot.passed_over] == ["upheld"]
    notice = tender.notices.get(kind="passed_over")
    assert (notice.fields["ground"], filed.code in notice.body) == ("质疑、投诉成立", True)
    assert FINDING not in notice.body  # the answer is its parties'
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (2, "")}, at=story.at)
    assert Award.objects.get().supplier.name == ZHAO


def test_the_award_is_void_and_the_procurement_is_done_again(world):
    story = awarded(world)
    upheld(story, challenged(story), redress="void")
    tender = story.tender
    assert (tender.state, Award.objects.count()) == ("failed", 0)
    notice = tender.notices.get(kind="voided")
    assert notice.fields["article"] == "《政府采购法实施条例》第七十一条"
    assert notice.fields["supplier"] == "晨光医疗科技有限公司"
    kinds = [fact.kind for fact in record.facts_of(story.code)]
    assert kinds.index("lot.annulled") < kinds.index("lot.failed") < kinds.index("tender.failed")
    page = world.client("he").get(f"/notices/{story.code}/{notice.number}/")
    assert "保证金全部退还" in page.content.decode()


def test_what_is_looked_at_again_takes_the_award_back(world):
    story = awarded(world)
    upheld(story, challenged(story), redress="reevaluate")
    tender, lot = story.tender, story.tender.lots.get()
    assert (tender.state, lot.state, lot.candidates) == ("evaluating", "open", [])
    assert (Award.objects.count(), Award.every.get().voided_at) == (0, story.at)
    assert tender.notices.get(kind="reevaluation").body.startswith("质疑")


def test_nothing_is_undone_unless_somebody_was_right_and_the_purchaser_says_so(world):
    story = awarded(world)
    filed = challenged(story)
    dismissed = {"outcome": "dismissed", "redress": "void"}
    assert refused(upheld, story, filed, **dismissed) == "redress.not_upheld"
    with pytest.raises(Denied):
        upheld(story, filed, "sun", redress="void")
    assert refused(upheld, story, filed, redress="correct") == "redress.not_now"
    upheld(story, filed)
    assert (story.tender.state, Challenge.objects.get().redress) == ("award_notified", "")
    assert Award.objects.count() == 1


def test_the_ground_is_open_to_the_purchaser_only_where_somebody_was_right(world):
    story = awarded(world)
    over = {"ground": "upheld", "reason": "质疑成立。", "code": story.code, "number": 1}
    lin = world.actor("lin", story.at)
    assert refused(services.pass_over, actor=lin, **over, at=story.at) == "pass_over.not_upheld"
    url = f"/tenders/{story.code}/award/1/pass-over/"
    assert "质疑、投诉成立" not in world.client("lin").get(url).content.decode()
    filed = challenged(story)
    upheld(story, filed)
    row, lot = Challenge.objects.filter(pk=filed.pk), story.tender.lots.get()
    assert queries.was_upheld(lot)
    for other in ({"about": "document"}, {"answered_at": AT}, {"redress": "next_candidate"}):
        kept = row.values(*other).get()
        row.update(**other)
        assert not queries.was_upheld(lot)
        row.update(**kept)
    assert "质疑、投诉成立" in world.client("lin").get(url).content.decode()
    services.pass_over(actor=lin, **over, at=story.at)
    assert story.tender.state == "evaluated"


def test_the_page_offers_what_can_be_undone_and_its_agency_less(world):
    story = awarded(world)
    filed = challenged(story)
    url = f"/tenders/{story.code}/challenges/{filed.code}/"
    shown = world.client("lin").get(url).content.decode()
    assert "依次确定下一候选人" in shown
    assert "依次确定下一候选人" not in world.client("sun").get(url).content.decode()
    given = {"outcome": "upheld", "answer": FINDING, "redress": "void"}
    assert world.client("lin").post(url, given).status_code == 302
    assert story.tender.state == "failed"


@pytest.mark.parametrize("affects", [True, False])
def test_a_wrong_text_is_corrected_before_bids_go_on_though_the_deadline_has_passed(world, affects):
    story = tenders.announced(world)
    services.register_for_lots(
        actor=world.actor("zhao", story.at),
        code=story.code,
        numbers=(1,),
        contact="王建",
        phone="13900000000",
        at=story.at,
    )
    filed, wang = challenged(story, "document"), world.actor("wang", story.at)
    law = {"reason": "核查采购文件。", "article": "《政府采购法》第五十七条"}
    services.suspend_tender(actor=wang, code=story.code, **law, at=story.at)
    story.at = story.tender.bids_close_at + timedelta(days=2)
    upheld(story, filed)
    services.resume_tender(actor=wang, code=story.code, reason="核查完毕。", at=story.at)
    assert [row for row in services.open_reasons(story.tender) if filed.code in row]
    assert corrections(story) == {"sun": (False, True), "lin": (True, True)}
    for hollow in ({}, {"contact_phone": "0571-12345678"}):
        services.amend_tender(
            actor=world.actor("sun", story.at),
            code=story.code,
            changes=hollow,
            reason="更正联系方式。",
            affects_bids=False,
            at=story.at,
        )
        assert services.open_reasons(story.tender)  # what was found wrong is as it was
    services.amend_tender(
        actor=world.actor("sun", story.at),
        code=story.code,
        changes={"summary": "删除本地业绩要求后的采购需求。"},
        reason="质疑成立，删除本地业绩要求。",
        affects_bids=affects,
        at=story.at,
    )
    tender = story.tender
    assert (services.open_reasons(tender), tender.state) == ([], "announced")
    assert tender.bids_close_at > story.at + timedelta(days=15 if affects else 0)
    assert tender.next_due_at > tender.bids_close_at
    assert corrections(story) == {}


def corrections(story):
    """Whose desk says that the text has to be corrected: whether it waits, and where it leads."""
    found = {}
    for name in ("sun", "lin", "zhao", "wang", "qian"):
        for line in queries.desk_items(story.world.actor(name, story.at), story.at):
            if "发布更正公告" in line.title:
                found[name] = (line.waiting, line.url == f"/tenders/{story.code}/amend/")
    return found


def complained(case, **undone):
    wang = case.actor("wang")
    known = {"known_on": case.at.date(), "ground": "other"}
    found = services.file_complaint(
        actor=case.actor("zhao"), code=case.code, **MATTERS, **known, at=case.at
    )
    given = {"code": case.code, "number": found.code, "at": case.at}
    services.accept_complaint(actor=wang, **given)
    decided = {"outcome": "upheld", "decision": FINDING}
    return services.decide_complaint(actor=wang, **given, **decided, **undone)


def test_the_authority_voids_one_lot_after_the_award_of_works_and_the_other_stands(world):
    case = works.notified(works.confirmed(works.publicised(works.evaluated(world))))
    complained(case, redress="void", lot=1)
    tender = works.tender_of(case)
    states = list(tender.lots.order_by("number").values_list("state", flat=True))
    assert (tender.state, states) == ("award_notified", ["failed", "awarded"])
    assert tender.notices.get(kind="voided").fields["article"].endswith("第八十一条")
    decision = tender.notices.get(kind="complaint_decision")
    assert decision.fields["redress"] == "结果无效，重新开展采购（招标、出让、转让）活动"


def test_what_is_evaluated_again_takes_the_other_s_award_back_where_one_is_decided_anew(world):
    case = works.notified(works.confirmed(works.publicised(works.evaluated(world))))
    complained(case, redress="next_candidate", lot=1)
    lots = works.tender_of(case).lots.order_by("number")
    assert [lot.state for lot in lots] == ["open", "awarded"]
    complained(case, redress="reevaluate")
    tender = works.tender_of(case)
    assert (tender.state, {lot.state for lot in tender.lots.all()}) == ("evaluating", {"open"})
    assert not Award.objects.exists()


def test_of_a_lot_that_is_over_nothing_is_undone_by_itself(world):
    case = works.publicised(works.evaluated(world))
    given = {"code": case.code, "at": case.at}
    filed = services.file_challenge(
        actor=case.actor("zhao"), about="result", lot=1, **MATTERS, **given
    )
    wang, order = case.actor("wang"), {"reason": FINDING, "article": "第六十二条"}
    services.suspend_tender(actor=wang, **order, **given)
    answer = {"actor": case.actor("lin"), "number": filed.code, "answer": FINDING, **given}
    services.accept_challenge(actor=case.actor("sun"), number=filed.code, **given)
    assert queries.redone_if_upheld(filed) == "reevaluate"
    assert refused(services.answer_challenge, outcome="upheld", **answer) == "tender.suspended"
    tender = works.tender_of(case)
    tender.lots.filter(number=1).update(state="failed")
    services.answer_challenge(outcome="upheld", **answer)
    assert (works.tender_of(case).state, Challenge.objects.get().redress) == (
        "candidate_publicity",
        "",
    )


def test_the_authority_sends_the_next_candidate_up_where_works_are_awarded(world):
    case = works.notified(works.confirmed(works.publicised(works.evaluated(world))))
    complained(case, redress="next_candidate", lot=1)
    tender = works.tender_of(case)
    assert tender.state == "candidate_publicity"
    assert queries.candidates_left(tender.lots.get(number=1))[0]["name"] == ZHAO


def test_a_challenge_after_signing_stops_the_performance_and_tells_both_parties(world):
    story = awarded(world)
    lin = world.actor("lin", story.at)
    given = {"code": story.code, "number": 1, "at": story.at}
    services.sign_contract(actor=lin, document=CONTRACT, **given)
    filed = challenged(story)
    assert len(services.open_reasons(story.tender)) == 1
    for act in (services.publish_contract, services.file_contract):
        assert refused(act, actor=lin, **given) == "tender.suspended"
    told = record.first_fact(story.code, "contract.halted").data
    assert told["parties"] == [world.organisation_of(n).uscc for n in ("lin", "chen")]
    for name in ("lin", "chen"):
        items = queries.desk_items(world.actor(name, story.at), story.at)
        assert "合同中止履行，等待处理结果" in [item.title for item in items]
    upheld(story, filed, outcome="dismissed")
    services.publish_contract(actor=lin, **given)

"""Bids closed without one who was kept out wrongly: found right later, the bidding is void."""

import pytest

from bidding.models import OpeningSession
from evaluation.models import Exclusion, Expert
from evaluation.services import review
from kernel.errors import Conflict, Denied
from ledger import queries as ledger
from tests import opened, works
from tests import prequalified as pq
from tests import world as worlds
from tests.world import AT, cast
from trading import queries, services
from trading.models import Award, Contract
from trading.services.voiding import void_bidding

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}
RAISED = {
    "matters": "本单位资质证书的延续证明已随申请文件提交。",
    "claim": "请核实后认定本单位合格。",
    "law": "《招标投标法实施条例》第十九条",
}
VOID = [
    "complaint.decided",
    "tender.bidding_voided",
    "lot.failed",
    "tender.failed",
]


@pytest.fixture
def world():
    made = cast(AT)
    worlds.fourth_bidder(made)
    return made


def dismissed(world):
    """Give construction that goes on without one whose objection was dismissed."""
    story = pq.applying(world)
    pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu"))
    pq.close(pq.review(story, qiu=FAILS))
    for name in pq.NAMES:
        pq.register(story, name)
    given = {"code": story.code, "at": story.at}
    qiu, sun = world.actor("qiu", story.at), world.actor("sun", story.at)
    filed = services.file_challenge(actor=qiu, about="passing", **RAISED, **given)
    services.accept_challenge(actor=sun, number=filed.code, **given)
    answer = {"outcome": "dismissed", "answer": "延续证明无效。"}
    services.answer_challenge(actor=sun, number=filed.code, **answer, **given)
    found = services.file_complaint(actor=qiu, ground=filed.code, **RAISED, **given)
    services.accept_complaint(actor=world.actor("wang", story.at), number=found.code, **given)
    return story, found.code


def uphold(case, number):
    services.decide_complaint(
        actor=case.actor("wang"),
        code=case.code,
        number=number,
        outcome="upheld",
        decision="延续证明有效。",
        at=case.at,
    )


def test_a_complaint_upheld_during_the_evaluation_voids_the_bidding_and_stops_it(world):
    story, number = dismissed(world)
    case = works.led(world, story=story)
    uphold(case, number)
    tender = story.tender
    assert (tender.state, tender.next_due_at) == ("failed", None)
    assert [lot.state for lot in tender.lots.all()] == ["failed"]
    assert (case.evaluation.state, case.evaluation.next_due_at) == ("failed", None)
    assert "错误认定为资格预审不合格" in case.evaluation.failure
    assert pq.kinds(story)[-4:] == VOID
    assert ledger.facts_of(case.code, only=["evaluation.failed"]).count() == 1
    failed = tender.notices.get(kind="failure")
    assert failed.fields["article"] == "《招标投标法实施条例》第八十一条"
    assert world.organisation_of("qiu").name not in failed.body
    own, _turns = queries.own_filed(case.actor("qiu"), tender)
    assert own is not None
    assert (own.verdict and own.verdict.passed, own.is_too_late) == (True, True)
    page = world.client("qiu").get(f"/tenders/{case.code}/prequalification/").content.decode()
    assert "本次投标活动无效" in page
    assert "不能参加投标" not in page
    _tender, filed = queries.own_result(case.actor("qiu"), case.code, case.at)
    letter = queries.result_letter(tender, filed, case.at)
    assert (letter["passed"], letter["voided"]) == (True, failed.body)


def test_a_complaint_upheld_before_the_opening_ends_cancels_the_hall(world):
    story, number = dismissed(world)
    case = works.opening_ended(world, story=story)
    OpeningSession.objects.update(state="counted")
    story.tender.__class__.objects.filter(code=case.code).update(state="closed")
    uphold(case, number)
    assert story.tender.state == "failed"
    assert {session.state for session in OpeningSession.objects.all()} == {"cancelled"}


def test_a_complaint_upheld_after_the_award_notice_voids_award_and_contract(world):
    story, number = dismissed(world)
    case = works.notified(works.confirmed(works.publicised(works.judged(world, story=story))))
    uphold(case, number)
    assert story.tender.state == "failed"
    assert not Contract.objects.exists()
    assert Award.every.get().voided_at == case.at
    assert pq.kinds(story)[-4:] == VOID
    assert case.evaluation.state == "submitted"
    with pytest.raises((Conflict, Denied)):
        void_bidding(actor=case.actor("sun"), code=case.code, uscc="", reason="", at=case.at)


def test_what_is_signed_stands(world):
    story, number = dismissed(world)
    case = works.notified(works.confirmed(works.publicised(works.judged(world, story=story))))
    document = pq.Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
    services.sign_contract(
        actor=case.actor("lin"), code=case.code, number=1, document=document, at=case.at
    )
    before = pq.kinds(story)
    uphold(case, number)
    assert story.tender.state == "contracted"
    assert pq.kinds(story) == [*before, "complaint.decided"]
    assert Contract.objects.get().voided_at is None


def test_only_the_purchaser_that_answers_voids_the_bidding(world):
    story, _number = dismissed(world)
    case = works.led(world, story=story)
    for name in ("qiu", "chen", "qian", "wu", "sun"):
        with pytest.raises(Denied):
            void_bidding(
                actor=case.actor(name),
                code=case.code,
                uscc=world.organisation_of("qiu").uscc,
                reason="更正",
                at=case.at,
            )
    assert story.tender.state == "evaluating"


def test_a_consortium_whose_members_changed_is_out(world):
    story = pq.applying(world, most_partners=1)
    pq.apply_jointly(story, "chen", "qiu")
    pq.apply(story, "zhao", "hu")
    pq.close(pq.review(pq.reviewing(story)))
    opened.experts(world)
    ours = Expert.objects.order_by("code").first()
    ours.interests.add(world.organisation_of("qiu"))  # of a partner that bids under another's name
    case = works.led(world, story=story)
    assert ours.code not in case.evaluation.pool
    names = [world.organisation_of(name).name for name in ("chen", "qiu")]
    client = world.client(next(seat.person.username for seat in case.seats if seat.lead))
    page = client.get(f"/tenders/{case.code}/evaluation/").content.decode()
    assert f"联合体其他成员：{names[1]}" in "".join(page.split())
    place = f"/tenders/{case.code}/evaluation/review/{case.bid('chen').pk}/"
    assert names[1] in client.get(place).content.decode()
    opened.conform(case, {(names[0], "R12"): 5})
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code) == (names[0], "R12")

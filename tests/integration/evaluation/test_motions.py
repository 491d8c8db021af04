"""Below three valid bids of works the members decide; they may decide on other grounds too."""

import pytest

from evaluation import queries
from evaluation.models import Motion, MotionVote
from evaluation.services import leaving, motions, report, review
from kernel.errors import Conflict, Denied
from tests import opened, works
from tests.world import AT, cast

pytestmark = pytest.mark.django_db
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"


@pytest.fixture
def world():
    return cast(AT)


def thin(world, *out, **changes):
    """Put these bids out of the first lot by the preliminary review."""
    case = works.led(world, lots=1, bid_security="190000.00", **changes)
    first = queries.clauses(case.evaluation, "conformity")[0]["code"]
    opened.conform(case, {(name, first): 5 for name in out})
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    return case


def vote(case, votes, number=1):
    for member, agrees in zip(case.members, votes, strict=False):
        given = {"actor": member, "code": case.code, "motion": number, "at": case.at}
        motions.vote_motion(**given, agrees=agrees, reason=f"竞争{'不' if agrees else ''}充分")


def refused(act, **given):
    with pytest.raises(Conflict) as refusal:
        act(**given)
    return refusal.value.code


def test_two_valid_bids_are_put_to_the_members_and_nobody_marks_before_they_decide(world):
    case = thin(world, HU)
    made = Motion.objects.get()
    assert (made.ground, made.bids_left, made.put_by) == ("no_competition", 2, None)
    marking = {"case": case, "member": case.members[0]}
    assert refused(opened.mark, **marking) == "motion.open"
    page = world.client(case.members[0].ref.removeprefix("person:"))
    assert "有结论前不能评分" in page.get(f"/tenders/{case.code}/evaluation/").content.decode()
    vote(case, [False, False, True])
    assert Motion.objects.get().carried is None
    vote(case, [False, False, False])
    assert Motion.objects.get().carried is False
    opened.mark(case, case.members[0])
    assert case.evaluation.state == "technical"


def test_a_clear_lack_of_competition_fails_the_lot_by_the_law_of_works(world):
    case = thin(world, HU)
    vote(case, [True, True, True])
    tender = works.tender_of(case)
    assert (tender.state, case.evaluation.state) == ("failed", "failed")
    notice = tender.notices.get(kind="failure")
    assert "第四十二条" in notice.fields["article"]
    assert notice.body.endswith("有效投标不足三家，投标明显缺乏竞争：竞争不充分")


def test_no_valid_bid_fails_without_a_question(world):
    case = thin(world, HU, CHEN, ZHAO)
    assert (works.tender_of(case).state, Motion.objects.count()) == ("failed", 0)


def test_the_report_says_what_was_decided(world):
    case = thin(world, HU)
    vote(case, [False, False, False])
    told = report.report_content(case.evaluation, case.at)["motions"]
    assert [(one["carried"], len(one["votes"])) for one in told] == [(False, 3)]


def test_the_lead_of_a_procurement_puts_a_ground_and_the_majority_decides(world):
    case = opened.conforming(world)
    given = {"code": case.code, "lot": 1, "reason": "供应商之间存在串通。", "at": case.at}
    assert (
        refused(
            motions.vote_motion,
            actor=case.lead,
            code=case.code,
            motion=1,
            agrees=True,
            reason="是",
            at=case.at,
        )
        == "motion.decided"
    )
    other = next(m for m in case.members if m.ref != case.lead.ref)
    with pytest.raises(Denied):
        motions.put_motion(actor=other, ground="unlawful", **given)
    motions.put_motion(actor=case.lead, ground="unlawful", **given)
    assert refused(motions.put_motion, actor=case.lead, ground="unlawful", **given) == "motion.open"
    vote(case, [True, True, True])
    tender = works.tender_of(case)
    assert (tender.state, case.evaluation.state) == ("failed", "failed")
    assert tender.notices.get(kind="failure").fields["article"].endswith("第（二）项")


def test_the_votes_of_who_left_decide_nothing(world):
    case = opened.conforming(world)
    given = {"code": case.code, "at": case.at}
    put = {"lot": 1, "ground": "unlawful", "reason": "供应商之间存在串通。"}
    motions.put_motion(actor=case.lead, **put, **given)
    vote(case, [True, True])
    for member in case.members[:2]:
        leaving.recuse(actor=member, reason="与供应商有利害关系。", **given)
    opened.gather(case, case.seats[-1])
    newcomer = case.members[-1]
    motions.vote_motion(actor=newcomer, motion=1, agrees=True, reason="属实", **given)
    assert (Motion.objects.get().carried, MotionVote.objects.count()) == (None, 1)

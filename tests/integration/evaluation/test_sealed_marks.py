"""Marks are bound to the record: locked with a salted hash, opened with the report."""

from decimal import Decimal

from evaluation.commitments import commit_to_marks
from evaluation.models import Score, Scorecard
from evaluation.queries import marks as comparing
from evaluation.queries.sealed_marks import mark_proofs
from evaluation.services import marking, report, summary
from kernel.errors import Conflict
from ledger import queries as record
from tests import opened
from tests.integration.evaluation.test_committee import refused

CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"


def summarised(world, **changes):
    case = opened.marked(world, **changes)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    return case


def page_of(case, path, who=None):
    name = who or case.lead.ref.removeprefix("person:")
    return case.world.client(name).get(f"/tenders/{case.code}/evaluation/{path}/")


def test_each_lock_commits_to_its_marks_and_the_report_opens_them(world):
    case = summarised(world)
    facts = list(record.facts_of(case.code, only=("scorecard.locked",)))
    assert [set(fact.data) for fact in facts] == [{"seat", "lot", "commit"}] * 5
    proofs = mark_proofs(case.evaluation)
    assert [(proof.seat, proof.holds) for proof in proofs] == [(n, True) for n in range(1, 6)]
    first = proofs[0]
    place = {"tender": case.code, "lot": 1, "seat": 1}
    again = commit_to_marks(bytes.fromhex(first.salt), place, first.marks)
    assert again == first.commit == facts[0].data["commit"]
    assert len({proof.salt for proof in proofs}) == len({proof.commit for proof in proofs}) == 5
    assert page_of(case, "ranking").content.decode().count("一致") >= 5
    told = case.world.client("lin").get(f"/api/v1/tenders/{case.code}/evaluation/mark-proofs")
    assert told.status_code == 404
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    told = case.world.client("lin").get(f"/api/v1/tenders/{case.code}/evaluation/mark-proofs")
    assert [proof["commit"] for proof in told.json()] == [proof.commit for proof in proofs]


def test_a_mark_changed_behind_the_record_is_seen_and_reported_by_nobody(world):
    case = summarised(world)
    Score.objects.filter(scorecard__seat__number=3, bid=case.bid("chen"), criterion="T1").update(
        mark=Decimal("0.01")
    )
    assert [proof.seat for proof in mark_proofs(case.evaluation) if not proof.holds] == [3]
    assert "不一致，锁定后评分有改动" in page_of(case, "ranking").content.decode()
    refused(case, Conflict, "marks.altered", report.draft_report, actor=case.lead)
    Scorecard.objects.filter(seat__number=3).update(salt=b"another")
    refused(case, Conflict, "marks.altered", report.draft_report, actor=case.lead)


def test_a_card_locked_again_commits_anew(world):
    case = opened.conforming(world)
    for number, member in enumerate(case.members):
        opened.mark(case, member, changed={(CHEN, "T2"): "5"} if number == 0 else None)
        opened.lock(case, member)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    before = mark_proofs(case.evaluation)[0].commit
    place = {"lot": 1, "bid": case.bid("chen").pk, "criterion": "T2"}
    given = {"seat": case.seats[0].number, "reason": "畸低"} | place
    marking.reopen_scorecard(actor=case.lead, code=case.code, at=case.at, **given)
    anew = place | {"mark": Decimal(16), "comment": "看漏一页"}
    marking.score(actor=case.members[0], code=case.code, at=case.at, **anew)
    opened.lock(case, case.members[0])
    after = mark_proofs(case.evaluation)[0]
    assert (after.holds, after.commit != before) == (True, True)


def test_a_member_whose_order_runs_against_all_others_is_pointed_out(world):
    case = opened.conforming(world)
    usual, against = {CHEN: "0.9", ZHAO: "0.8", HU: "0.6"}, {CHEN: "0.1", ZHAO: "0.5", HU: "1"}
    for number, member in enumerate(case.members):
        own = [leaf for leaf in opened.queries.leaves(case.evaluation) if leaf.subjective]
        changed = {
            (name, leaf.code): str(leaf.full * Decimal(share))
            for leaf in own
            for name, share in against.items()
        }
        opened.mark(case, member, usual, changed=changed if number == 1 else None)
        opened.lock(case, member)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    assert comparing.leaning(case.evaluation, case.evaluation.rankings.get()) == [2]
    assert "席位 2 的排序与其他成员相反" in page_of(case, "ranking").content.decode()


def test_members_who_tell_no_bids_apart_lean_nowhere(world):
    case = summarised(world)
    assert comparing.leaning(case.evaluation, case.evaluation.rankings.get()) == []

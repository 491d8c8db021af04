"""The supervisor of an opening learns of the evaluation that something was asked, later why bids
are out; nobody else learns it here, and each look is on record.
"""

import pytest
from django.urls import reverse

from bidding.models import OpeningSession
from evaluation.models import Evaluation, Exclusion
from evaluation.services import clarifying
from kernel.errors import Missing
from ledger import queries as record
from ledger.canonical import timestamp
from monitoring.models import Supervision, Supervisor
from monitoring.services.evaluations import read_evaluation
from tests import factories, opened
from trading.models import Challenge

SECRET = "第 12 页写明质保三年，第 30 页写明五年，请说明以哪一处为准。"


@pytest.fixture
def case(world):
    """A committee that has asked Chen and put Zhao's bid out, watched by Mei."""
    case = opened.qualified(world)
    question = clarifying.Question("inconsistent", "第 12 页", SECRET)
    given = {"actor": case.lead, "code": case.code, "bid": case.bid("chen").pk, "at": case.at}
    clarifying.ask_clarification(**given, question=question)
    Exclusion.objects.create(
        bid=case.bid("zhao"),
        stage="conformity",
        code="R07",
        clause="C1",
        reason="交付期限不符",
        at=case.at,
    )
    mei = Supervisor.objects.create(
        person=world.person("mei"),
        nominated_by=world.organisation_of("tang"),
        nominated_at=case.at,
        state="active",
    )
    session = OpeningSession.objects.get(tender__code=case.code)
    session.supervisions.create(supervisor=mei, drawn_at=case.at)
    return case


def read(case, who="mei"):
    given = {"code": case.code, "stage": "whole", "address": "", "at": case.at}
    return read_evaluation(actor=case.actor(who), **given)


def reported(case):
    Evaluation.objects.filter(tender__code=case.code).update(state="submitted")
    return case


def looks():
    return [entry.kind for entry in record.entries_since("access", 0)]


def test_a_supervisor_learns_that_one_was_asked_and_no_reason_yet(case):
    found = read(case)
    assert [(n.number, n.lot, n.asked_at) for n in found.notes] == [(1, 1, case.at)]
    assert (found.is_reported, found.rejections, looks()) == (False, [], ["access.read"])


def test_with_the_report_a_supervisor_learns_why_bids_are_out(case):
    found = read(reported(case))
    assert [(out.bid, out.reason) for out in found.rejections] == [
        (case.bid("zhao"), "交付期限不符")
    ]


@pytest.mark.parametrize("who", ["bai", "he", "chen", "zhao", "wu", "sun", "qian", "public"])
def test_nobody_but_the_supervisor_of_this_opening_reads_it_here(case, who):
    if who == "bai":
        case.world.people[who] = factories.person(who, "白")
    with pytest.raises(Missing) as refusal:
        read(reported(case), who)
    assert (refusal.value.code, looks()) == ("supervision.evaluation_missing", [])


@pytest.mark.parametrize("gone", ["recused", "suspended"])
def test_who_stepped_aside_or_is_suspended_reads_nothing_any_more(case, gone):
    if gone == "recused":
        Supervision.objects.update(recused_at=case.at)
    else:
        Supervisor.objects.update(state="suspended")
    with pytest.raises(Missing):
        read(reported(case))


def test_the_page_and_the_api_tell_the_same_and_neither_whom_nor_what(case):
    mei, place = case.world.client("mei"), ["supervised_evaluation", case.code, "whole"]
    page = mei.get(reverse(place[0], args=place[1:])).content.decode()
    assert "评审报告提交后，这里列出无效投标及理由。" in page
    path = f"/api/v1/halls/{case.code}/whole/supervision/evaluation"
    told = mei.get(path).json()
    assert ([c["lot"] for c in told["clarifications"]], told["rejections"]) == ([1], None)
    for secret in (SECRET, case.bid("chen").bidder.name, case.bid("zhao").bidder.name, "R07"):
        assert secret not in page
        assert secret not in str(told)
    reported(case)
    page = mei.get(reverse(place[0], args=place[1:])).content.decode()
    (out,) = mei.get(path).json()["rejections"]
    assert out["reason"] in page
    assert out["bidder"] in page
    assert case.world.client("chen").get(path).status_code == 404


def test_only_the_supervisors_assignment_page_leads_there(case):
    address = reverse("supervised_evaluation", args=[case.code, "whole"])
    place = reverse("assignment", args=[case.code, "whole"])
    for who, leads in (("mei", True), ("he", False), ("public", False)):
        page = case.world.client(who).get(place).content.decode()
        assert (address in page) is leads
        assert case.world.client(who).get(address).status_code == (
            200 if leads else 302 if who == "public" else 404
        )


def test_the_supervisor_learns_of_a_challenge_neither_by_whom_nor_what_it_says(case):
    zhao = case.world.organisation_of("zhao")
    filed = Challenge.objects.create(
        code="Z-1",
        tender=case.bid("zhao").tender,
        filer=zhao,
        filed_by=case.world.person("zhao"),
        about="process",
        matters=SECRET,
        claim="请求重新评审",
        law="第五十二条",
        filed_at=case.at,
        answer_due=case.at.date(),
    )
    place = reverse("assignment", args=[case.code, "whole"])
    path = f"/api/v1/halls/{case.code}/whole/supervision/challenges"
    page, told = (case.world.client("mei").get(asked) for asked in (place, path))
    assert told.json() == [
        {
            "code": filed.code,
            "about": "process",
            "title": "采购过程",
            "lot": None,
            "state": "filed",
            "filed_at": timestamp(case.at),
            "answer_due": case.at.date().isoformat(),
        }
    ]
    for secret in (zhao.name, filed.matters, filed.claim, filed.law):
        assert secret not in page.content.decode().split('id="challenges"')[1]
    for other in ("he", "chen"):
        assert filed.code not in case.world.client(other).get(place).content.decode()
        assert case.world.client(other).get(path).status_code == 404

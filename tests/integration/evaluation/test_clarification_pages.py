"""Asking, answering and looking again through the pages and the API."""

import pytest
from django.urls import reverse

from evaluation.models import BidClarification, MarkReview
from evaluation.services import summary
from tests import opened
from tests.integration.evaluation.test_clarifying import WHAT, WHERE, answer, ask, judge
from tests.integration.evaluation.test_marking import striking
from tests.integration.evaluation.test_pages import names, page, post, url


def lead(case):
    return case.lead.ref.removeprefix("person:")


def question(case, **changes):
    given = {"bid": case.bid("chen").pk, "ground": "inconsistent", "place": WHERE, "text": WHAT}
    return given | {"minutes": 30} | changes


def api(case, who, path, body=None):
    client = case.world.client(who)
    place = f"/api/v1/tenders/{case.code}/{path}"
    return client.get(place) if body is None else client.post(place, body, "application/json")


@pytest.fixture
def case(world):
    return opened.qualified(world)


def test_ask_answer_and_judge_through_the_pages(case):
    place, back = url(case, "clarifications"), url(case, "committee_questions")
    client = case.world.client(lead(case))
    assert "要求供应商澄清" in client.get(place).content.decode()
    assert client.post(place, question(case, text="")).status_code == 422
    assert client.post(place, question(case, ground="price")).status_code == 422
    assert client.post(place, question(case)).status_code == 302
    assert client.post(place, question(case)).status_code == 422  # one question at a time
    bidder = case.world.client("chen")
    shown = bidder.get(back).content.decode()
    assert WHAT in shown
    assert "到时未答复的，视为放弃澄清" in shown
    given = {"kind": "clarification", "number": 1, "text": "以五年为准。"}
    assert bidder.post(back, given).status_code == 422
    assert bidder.post(back, given | {"confirmed": "on"}).status_code == 302
    assert "以五年为准。" in bidder.get(back).content.decode()
    assert case.world.client("zhao").get(back).status_code == 404
    assert case.world.client("zhao").post(back, given).status_code == 404
    judging = reverse("judge_clarification", args=[case.code, 1])
    for who in names(case)[:3]:
        member = case.world.client(who)
        assert member.post(judging, {"within": "yes", "reason": ""}).status_code == 422
        assert member.post(judging, {"within": "yes", "reason": "一致"}).status_code == 302
    assert BidClarification.objects.get().state == "kept"


def test_who_reads_the_clarifications(case):
    answer(case, ask(case))
    for who in (names(case)[0], "sun", "lin", "wang", "tang"):
        shown = page(case, who, "clarifications").content.decode()
        assert WHAT in shown, who
        assert ("要求供应商澄清</h2>" in shown) is (who == lead(case))
        assert page(case, who, "clarification_list").status_code == 200
        assert len(api(case, who, "evaluation/clarifications").json()) == 1
    assert page(case, "qian", "clarifications").status_code == 404
    assert api(case, "qian", "evaluation/clarifications").json() == []
    for who in ("chen", "zhao", "mei", "he"):
        assert page(case, who, "clarifications").status_code == 404
        assert api(case, who, "evaluation/clarifications").status_code == 404


def test_the_tender_leads_an_asked_bidder_to_its_questions(case):
    ask(case)
    door = url(case, "committee_questions")
    assert door in page(case, "chen", "tender").content.decode()
    assert door not in page(case, "zhao", "tender").content.decode()
    assert door in case.world.client("chen").get("/desk/").content.decode()


def test_the_api_asks_answers_and_judges(case):
    asked = api(case, lead(case), "evaluation/clarifications", question(case))
    assert asked.json()["clarification"] == 1
    refusal = api(case, "sun", "evaluation/clarifications", question(case))
    assert (refusal.status_code, refusal.json()["code"]) == (403, "bid_clarification.ask.denied")
    told = api(case, "chen", "committee-questions").json()
    assert [c["question"] for c in told["clarifications"]] == [WHAT]
    assert api(case, "zhao", "committee-questions").status_code == 404
    given = {"clarification": 1, "text": "以五年为准。", "confirmed": False}
    refusal = api(case, "chen", "committee-questions/clarification", given)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "bid_clarification.unconfirmed")
    given["confirmed"] = True
    strange = api(case, "zhao", "committee-questions/clarification", given)
    assert (strange.status_code, strange.json()["code"]) == (404, "bid_clarification.missing")
    done = api(case, "chen", "committee-questions/clarification", given)
    assert done.json() == {"state": "answered"}
    opinion = {"clarification": 1, "within": False, "reason": "改变质保期"}
    for who in names(case)[:3]:
        done = api(case, who, "evaluation/clarifications/opinion", opinion)
    assert done.json() == {"state": "disregarded"}


def test_the_overview_tells_what_waits_and_the_report_what_was_said(case):
    made = ask(case)
    assert "项澄清还没有结论" in page(case, names(case)[1]).content.decode()
    answer(case, made)
    judge(case, made, [True] * 3)
    assert "项澄清还没有结论" not in page(case, names(case)[1]).content.decode()


def test_a_striking_mark_is_explained_or_given_back_on_the_page(world):
    case, place = striking(world)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    here, first = url(case, "evaluation_marks"), names(case)[0]
    mark = ".".join(str(place[part]) for part in ("lot", "bid", "criterion"))
    client = world.client(first)
    assert "保留这一分数的理由" in client.get(here).content.decode()
    others = world.client(names(case)[1]).get(here).content.decode()
    assert "保留这一分数的理由" not in others
    assert post(case, lead(case), "draft-report").status_code == 422
    keeping = {"step": "keep", "place": mark}
    assert client.post(here, keeping).status_code == 422
    assert client.post(here, keeping | {"step": "x"}).status_code == 404
    assert client.post(here, keeping | {"reason": "无检测报告"}).status_code == 302
    assert "无检测报告" in client.get(here).content.decode()
    back = {"step": "reopen", "place": mark, "seat": 1, "reason": "请再看一遍"}
    assert world.client(lead(case)).post(here, back).status_code == 302
    sheet = url(case, "scores", 1)
    shown = client.get(sheet).content.decode()
    assert "请再看一遍" in shown
    assert "<score-sheet>" not in shown
    anew = {"place": mark, "mark": "16", "comment": ""}
    assert client.post(sheet, anew).status_code == 422
    assert client.post(sheet, anew | {"mark": "21", "comment": "漏看"}).status_code == 422
    assert client.post(sheet, anew | {"comment": "漏看"}).status_code == 302
    assert post(case, first, "lock", lot="1").status_code == 302
    kept, changed = MarkReview.objects.all()
    assert (str(kept.after), str(changed.before), str(changed.after)) == ("5.00", "5.00", "16.00")


def test_the_api_keeps_and_reopens_one_mark(world):
    case, place = striking(world)
    keeping = place | {"reason": "无检测报告"}
    assert api(case, names(case)[0], "evaluation/marks/keep", keeping).json() == {"kept": "T2"}
    refusal = api(case, names(case)[1], "evaluation/marks/keep", keeping)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "score.not_flagged")
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    settled = place | {"seat": 2, "reason": "复核"}
    refusal = api(case, lead(case), "evaluation/marks/reopen", settled)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "score.settled")
    done = api(case, lead(case), "evaluation/marks/reopen", settled | {"seat": 1})
    assert done.json()["state"] == "technical"

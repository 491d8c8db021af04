"""The evaluation in the browser: who gets which page, and every step through its button."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from evaluation.models import PriceReview, Score
from evaluation.scoring import evaluate_case
from evaluation.services import prices, report, summary
from tests import opened
from tests.integration.evaluation.test_committee import facts

OUTSIDERS = ("chen", "mei", "he")


def url(case, name, *args):
    return reverse(name, args=[case.code, *args])


def page(case, who, name="evaluation", *args):
    return case.world.client(who).get(url(case, name, *args))


def post(case, who, step, **data):
    return case.world.client(who).post(url(case, "evaluation_act", step), data)


def names(case):
    return [seat.person.username for seat in case.seats]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_do_not_know_of_the_evaluation(world, who):
    case = opened.led(world)
    assert page(case, who).status_code == 404
    assert post(case, who, "start").status_code == 404


def test_the_public_is_asked_to_sign_in(world):
    case = opened.opened(world)
    assert page(case, "public").status_code == 302


def test_freeze_and_draw_through_the_page(world):
    case = opened.opened(world)
    assert "冻结名单并公布承诺" in page(case, "sun").content.decode()
    answer = post(case, "sun", "freeze", speciality="货物采购", owner_rep="lin")
    assert answer.status_code == 302
    assert case.evaluation.pool_digest in page(case, "wang").content.decode()
    assert post(case, "wang", "draw", nonce="短").status_code == 422
    assert post(case, "wang", "draw", nonce=opened.NONCE).status_code == 302
    shown = page(case, "qian").content.decode()
    drawn = [s for s in case.seats if s.kind == "expert"]
    assert all(seat.person.expert.code in shown for seat in drawn)
    assert all(seat.person.name not in shown for seat in drawn)


def test_a_member_sees_the_bidders_only_after_signing_in(world):
    case = opened.drawn(world)
    who = names(case)[0]
    assert "晨光医疗" not in page(case, who).content.decode()
    for step in ("accept", "sign-in"):
        assert post(case, who, step).status_code == 302
    assert "晨光医疗" in page(case, who).content.decode()
    assert post(case, who, "recuse", reason=" ").status_code == 422
    assert post(case, who, "recuse", reason="亲属").url == reverse("desk")
    assert page(case, who).status_code == 404


def test_gathering_election_and_review_through_the_pages(world):
    case = opened.drawn(world)
    for who in names(case):
        for step in ("accept", "sign-in", "pledge"):
            post(case, who, step)
    assert post(case, "qian", "start").status_code == 302
    for who in names(case):
        assert post(case, who, "vote", seat="2").status_code == 302
    for bid in case.bids:
        place = url(case, "review_bid", bid.pk)
        asked = world.client("lin").get(place).content.decode()
        assert asked.count('<span class="needed">（不通过时必填）</span>') == 2
        assert '<textarea name="Q1.reason"' in asked
        bad = world.client("lin").post(place, {"Q1.passed": "no", "Q2.passed": "yes"})
        assert bad.status_code == 422
        text = case.evaluation.tender.qualification[0]["text"]
        assert f"“Q1　{text}”认定不通过，请写明理由。" in bad.content.decode()
        good = world.client("lin").post(place, {"Q1.passed": "yes", "Q2.passed": "yes"})
        assert good.status_code == 302
    post(case, "lin", "close-qualification")
    assert case.evaluation.state == "conformity"
    given = {"C1.passed": "yes", "C2.passed": "yes", "consortium.passed": "no"}
    given["consortium.reason"] = "未提供联合体协议"
    for who in names(case):
        client = world.client(who)
        for bid in case.bids:
            assert client.get(url(case, "review_bid", bid.pk)).status_code == 200
            client.post(url(case, "review_bid", bid.pk), given)
    post(case, names(case)[1], "close-conformity")
    assert case.evaluation.state == "technical"


def test_marks_are_saved_one_by_one_and_locked(world):
    case = opened.conforming(world)
    who = names(case)[0]
    client, place = world.client(who), url(case, "scores", 1)
    name = f"{case.bid('chen').pk}.T1"
    json_ = {"HTTP_ACCEPT": "application/json"}
    assert client.post(place, {name: "27.5"}, **json_).json() == {"saved": 1}
    refusal = client.post(place, {name: "31"}, **json_)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "score.range")
    refusal = client.post(place, {name: "好"}, **json_)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "score.number")
    assert [str(s.mark) for s in Score.objects.all()] == ["27.50"]
    assert "27.50" in client.get(place).content.decode()
    assert client.get(url(case, "evaluation_marks")).status_code == 404
    assert post(case, who, "lock", lot="1").status_code == 422
    opened.mark(case, case.members[0])
    assert post(case, who, "lock", lot="1").status_code == 302


def test_the_result_pages_open_when_there_is_one(world):
    case = opened.marked(world)
    lead = case.lead.ref.removeprefix("person:")
    assert page(case, lead, "evaluation_marks").status_code == 200
    assert page(case, lead, "evaluation_ranking").status_code == 404
    assert post(case, lead, "summarise").status_code == 302
    shown = page(case, lead, "evaluation_ranking").content.decode()
    assert "价格分 ＝ 满分 × 基准价 ÷ 评审价" in shown
    for row in case.evaluation.rankings.get().result["ranking"]:
        prices = [f"{Decimal(row[name]):,.2f}" for name in ("evaluated_price", "contract_price")]
        for number in (row["total"], *prices):
            assert re.search(rf'href="#t1-\d-\w+">(<strong>)?{number}<', shown)
    places = set(re.findall(r'href="#(t1-[\w-]+)"', shown))
    assert places == set(re.findall(r'id="(t1-[\w-]+)"', shown))
    assert page(case, "lin", "evaluation_ranking").status_code == 404
    post(case, lead, "draft-report")
    assert page(case, lead, "evaluation_report").status_code == 200
    assert page(case, "public", "verify_draw").status_code == 404
    for who in names(case):
        assert post(case, who, "sign", dissent="").status_code == 302
    assert facts(case)[-1] == "evaluation.report_submitted"
    for who in ("lin", "sun", "wang"):
        assert page(case, who, "evaluation_report").status_code == 200
    proof = page(case, "public", "verify_draw").content.decode()
    assert (proof.count('data-tone="good"'), proof.count('data-tone="bad"')) == (4, 0)


def test_the_command_that_the_page_names_gives_what_the_page_shows(world, tmp_path, monkeypatch):
    case = opened.marked(world, words={"chen": "玖拾肆万元整"})
    correction = PriceReview.objects.get().pk
    prices.answer_correction(
        actor=case.actor("chen"), code=case.code, review=correction, accepted=True, at=case.at
    )
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    who = case.lead.ref.removeprefix("person:")
    shown = page(case, who, "evaluation_ranking").content.decode()
    _python, _manage, *command = re.search(r"<code>(python manage.py [^<]+)", shown)[1].split()
    exported = page(case, who, "evaluation_case", 1)
    name = re.search(r'filename="([^"]+)"', exported["Content-Disposition"])[1]
    (tmp_path / name).write_bytes(exported.content)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    call_command(*command, stdout=printed)
    ranking = case.evaluation.rankings.get()
    assert json.loads(printed.getvalue()) == ranking.result
    assert evaluate_case(ranking.case) == ranking.result


def test_a_bidder_explains_on_its_own_page(world):
    low = {"chen": "420000.00", "zhao": "1020000.00", "hu": "1050000.00"}
    case = opened.marked(world, prices=low)
    assert page(case, "zhao", "committee_questions").status_code == 404
    place, pk = url(case, "committee_questions"), PriceReview.objects.get().pk
    assert "说明报价合理性" in page(case, "chen", "committee_questions").content.decode()
    client = world.client("chen")
    blank = client.post(place, {"kind": "low_price", "number": pk, "text": ""})
    assert blank.status_code == 422
    assert client.post(place, {"kind": "x", "number": pk}).status_code == 404
    said = {"kind": "low_price", "number": pk, "text": "原厂直供，附成本明细。"}
    assert client.post(place, said).status_code == 302
    assert "我的认定" not in page(case, "lin").content.decode()
    opinion = {"review": pk, "accepted": "yes", "reason": "成本可信"}
    for number, who in enumerate(names(case), start=1):
        shown = page(case, who).content.decode()
        assert "原厂直供，附成本明细。" in shown
        assert ("我的认定" in shown) == (number <= 3)  # more than half have settled it then
        if number <= 3:
            assert post(case, who, "low-price", **opinion).status_code == 302
    assert PriceReview.objects.get().decision == "accepted"


def test_pages_of_lists_ask_the_database_no_more_for_more_bids(
    world, django_assert_max_num_queries
):
    case = opened.conforming(world, lots=2)
    client = world.client(names(case)[0])
    with django_assert_max_num_queries(64):
        client.get(url(case, "evaluation"))
    with django_assert_max_num_queries(40):
        client.get(url(case, "scores", 1))


def test_the_report_is_read_by_the_side_after_it_is_handed_in(world):
    case = opened.marked(world)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    assert page(case, "lin", "evaluation_report").status_code == 404
    assert page(case, "wang", "evaluation_marks").status_code == 404

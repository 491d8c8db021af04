"""Whoever was to have a lot falls away: the committee decides anew, the next has it, or nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from kernel.errors import Conflict, Denied, DomainError, Invalid
from ledger import queries as record
from ledger.papers import paper_of
from tests import tenders, works
from tests.world import AT, cast
from trading import queries, services
from trading.domain.files import Upload
from trading.domain.separation import Ballot
from trading.models import Award, Contract, Lot
from trading.services.publicity import send_back

CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
FACTS = "供应商书面声明放弃，见新采〔2026〕12 号。"
SECURED = {"performance_share": "5.00", "performance_forms": ["guarantee", "transfer"]}


def uscc(case, name):
    return case.world.organisation_of(name).uscc


def over(case, who="lin", number=1, **given):
    told = {"ground": "gave_up", "reason": FACTS, **given}
    return services.pass_over(
        actor=case.actor(who), code=case.code, number=number, at=case.at, **told
    )


def decide(case, name, number=1):
    said = [Ballot(f"成员{n}", "总工", (uscc(case, name),), "业绩好") for n in range(5)]
    return services.decide_award(
        actor=case.actor("lin"),
        code=case.code,
        number=number,
        ballots=said,
        reason="业绩好。",
        at=case.at,
    )


def confirm(case, **ranks):
    choices = {int(lot.removeprefix("lot")): (rank, "") for lot, rank in ranks.items()}
    return services.confirm_winner(
        actor=case.actor("lin"), code=case.code, choices=choices, at=case.at
    )


def sign(case, number=1):
    return services.sign_contract(
        actor=case.actor("lin"), code=case.code, number=number, document=CONTRACT, at=case.at
    )


def apart(world, **changes):
    given = {"lots": 1, "bid_security": "200000.00"} | {"award_way": "direct_vote"} | changes
    return works.evaluated(world, **given)


def ranked(world, **changes):
    given = {"lots": 1, "bid_security": "200000.00", **changes}
    return works.notified(works.confirmed(works.publicised(works.evaluated(world, **given))))


def test_the_committee_decides_anew_when_the_chosen_gives_up_in_the_publicity(world):
    case = apart(world)
    decide(case, "zhao")
    works.publicised(case)
    notice = over(case)
    tender = works.tender_of(case)
    assert (tender.state, tender.publicity_until) == ("evaluated", None)
    assert notice.fields["supplier"] == "朝阳信息技术有限公司"
    assert notice.fields["follows"] == "定标委员会在其余候选人中重新定标，并重新公示"
    assert queries.undecided(tender) == [1]
    with pytest.raises(Invalid) as gone:
        decide(case, "zhao")
    assert gone.value.code == "decision.not_a_finalist"
    decide(case, "hu")
    works.publicised(case)
    shown = queries.notices_of(works.tender_of(case)).filter(kind="candidates").latest("number")
    assert [c["name"] for c in shown.fields["lots"][0]["candidates"]] == [
        "琥珀办公设备有限公司",
        "晨光医疗科技有限公司",
    ]
    works.after_publicity(case)
    with pytest.raises(Invalid):
        confirm(case, lot1=2)
    confirm(case, lot1=3)
    works.notified(case)
    assert Award.objects.get().supplier.uscc == uscc(case, "hu")


def test_after_the_award_notice_the_committee_decides_anew_and_it_is_shown_again(world):
    case = apart(world)
    decide(case, "zhao")
    works.after_publicity(works.publicised(case))
    confirm(case, lot1=2)
    works.notified(case)
    over(case)
    assert (Lot.objects.get().state, Contract.objects.count()) == ("open", 0)
    assert Award.every.get().voided_at == case.at
    page = world.client("lin").get(f"/tenders/{case.code}/award/decide/").content.decode()
    assert "朝阳信息技术有限公司" not in page
    assert "成员4" in world.client("tang").get(f"/tenders/{case.code}/award/minutes/").text
    decide(case, "chen")
    with pytest.raises(Conflict):
        confirm(case, lot1=1)
    works.after_publicity(works.publicised(case))
    confirm(case, lot1=1)
    works.notified(case)
    first = paper_of("award_notice", f"{case.code}.1")
    second = paper_of("award_notice", f"{case.code}.1-2")
    assert first.content["winner"] != second.content["winner"]
    assert first.content["number"] != second.content["number"]
    assert case.world.client("lin").get(f"/tenders/{case.code}/award/").text.count("已失效") == 3
    assert "已失效" in case.world.client("zhao").get(f"/tenders/{case.code}/award/").text
    results = queries.notices_of(works.tender_of(case)).filter(kind="result")
    assert results.count() == 2
    told = world.client("tang").get(f"/api/v1/tenders/{case.code}/award/minutes").json()
    assert [one["decision"]["chosen"] for one in told] == [
        "朝阳信息技术有限公司",
        "晨光医疗科技有限公司",
    ]
    sign(case)
    assert works.tender_of(case).state == "contracted"


def test_the_minutes_name_whom_another_evaluation_leaves_out(world):
    case = apart(world)
    decide(case, "zhao")
    works.publicised(case)
    over(case)
    decide(case, "hu")
    works.publicised(case)
    send_back(
        actor=case.actor("lin"), tender=works.tender_of(case), reason="异议成立。", at=case.at
    )
    tang, place = world.client("tang"), f"/tenders/{case.code}/award/minutes/"
    assert "朝阳信息技术有限公司" in tang.get(place).text
    works.report_again(case, ("chen", "hu"))
    told = tang.get(f"/api/v1{place.rstrip('/')}").json()
    assert [one["decision"]["chosen"] for one in told] == ["朝阳信息技术有限公司"]
    assert told[0]["ballots"][0]["choices"] == ["朝阳信息技术有限公司"]


def test_by_rank_the_next_is_confirmed_without_another_publicity(world):
    case = ranked(world)
    over(case)
    tender = works.tender_of(case)
    assert tender.state == "candidate_publicity"
    with pytest.raises(Invalid):
        confirm(case, lot1=1)
    confirm(case, lot1=2)
    works.notified(case)
    made = Award.objects.get()
    assert (made.rank, made.reason) == (2, "晨光医疗科技有限公司：放弃中标")
    sign(case)


def test_in_procurement_the_next_is_confirmed_from_the_report(world):
    story = tenders.evaluated(world)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    services.pass_over(
        actor=lin, code=story.code, number=1, ground="gave_up", reason=FACTS, at=story.at
    )
    assert story.tender.state == "evaluated"
    notice = queries.notices_of(story.tender).get(kind="passed_over")
    assert notice.fields["follows"].startswith("按照评审报告推荐的中标或者成交候选人名单")
    services.confirm_winner(actor=lin, code=story.code, choices={1: (2, "")}, at=story.at)
    assert Award.objects.get().rank == 2


def test_what_was_published_stays_and_the_next_is_told_with_its_own_result(world):
    story = tenders.evaluated(world)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    place = f"/tenders/{story.code}/award/"
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    assert world.client("public").get(place).status_code == 404
    services.publish_result(actor=sun, code=story.code, at=story.at)
    services.pass_over(
        actor=lin, code=story.code, number=1, ground="gave_up", reason=FACTS, at=story.at
    )
    assert FACTS in world.client("public").get(place).text
    services.confirm_winner(actor=lin, code=story.code, choices={1: (2, "")}, at=story.at)
    best = 'data-tone="best"'
    assert best in world.client("lin").get(place).text
    assert best not in world.client("public").get(place).text
    services.publish_result(actor=sun, code=story.code, at=story.at)
    assert best in world.client("public").get(place).text


def test_procurement_cites_its_own_law_for_a_lot_bought_anew(world):
    story = tenders.evaluated(world)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    page = world.client("lin").get(f"/tenders/{story.code}/award/1/pass-over/").text
    assert "政府采购法实施条例第四十九条" in page
    assert "招标投标法实施条例" not in page
    told = {"ground": "gave_up", "reason": FACTS, "retender": True}
    services.pass_over(actor=lin, code=story.code, number=1, **told, at=story.at)
    failed = record.first_fact(story.code, "lot.failed")
    assert failed.data["article"] == "《政府采购法实施条例》第四十九条"


def test_the_lot_is_tendered_anew_and_the_tender_ends_where_nothing_is_left(world):
    case = ranked(world)
    over(case, retender=True)
    tender = works.tender_of(case)
    assert (tender.state, Lot.objects.get().state) == ("failed", "failed")
    assert "放弃" in Lot.objects.get().failure
    kinds = list(tender.notices.order_by("number").values_list("kind", flat=True))
    assert kinds[-2:] == ["passed_over", "failure"]
    told = [e.kind for e in record.facts_of(case.code).order_by("id")][-3:]
    assert told == ["award.passed_over", "lot.failed", "tender.failed"]


def test_the_next_by_rank_declines_before_it_is_confirmed_and_before_its_result(world):
    case = ranked(world)
    over(case)
    with pytest.raises(Conflict) as unsaid:
        over(case)
    assert unsaid.value.code == "pass_over.nobody"
    with pytest.raises(Conflict) as another:
        over(case, supplier=uscc(case, "chen"))
    assert another.value.code == "pass_over.another"
    over(case, supplier=uscc(case, "zhao"))
    assert [one["uscc"] for one in Lot.objects.get().passed_over] == [
        uscc(case, "chen"),
        uscc(case, "zhao"),
    ]
    confirm(case, lot1=3)
    with pytest.raises(Invalid):
        over(case)
    over(case, retender=True)
    assert (works.tender_of(case).state, Lot.objects.get().state) == ("failed", "failed")


def test_a_lot_fails_before_the_result_and_the_other_s_is_still_told(world):
    case = works.confirmed(works.publicised(works.evaluated(world, lots=2)))
    over(case, number=2)
    assert works.tender_of(case).state == "candidate_publicity"
    over(case, number=2, retender=True, supplier=uscc(case, "zhao"))
    assert works.tender_of(case).state == "winner_confirmed"
    works.notified(case)
    sign(case, 1)
    assert works.tender_of(case).state == "contracted"


def test_nobody_is_named_whom_the_public_does_not_know_yet(world):
    case = apart(world)
    decide(case, "zhao")
    notice = over(case)
    assert notice.fields["supplier"] == ""
    assert record.first_fact(case.code, "award.passed_over").data["supplier"] == ""
    page = world.client("public").get(f"/notices/{case.code}/{notice.number}/").text
    assert "朝阳信息技术有限公司" not in page


def test_after_another_evaluation_the_first_needs_no_reason(world):
    case = ranked(world)
    over(case)
    send_back(
        actor=case.actor("lin"), tender=works.tender_of(case), reason="异议成立。", at=case.at
    )
    works.report_again(case, ("zhao", "chen", "hu"))
    works.after_publicity(works.publicised(case))
    confirm(case, lot1=1)
    made = Award.objects.get()
    assert (made.supplier.uscc, made.reason) == (uscc(case, "zhao"), "")


def test_where_everybody_fell_away_only_a_new_tender_is_left(world):
    case = ranked(world)
    for rank in (2, 3):
        over(case)
        confirm(case, lot1=rank)
        works.notified(case)
    with pytest.raises(Invalid) as nobody:
        over(case)
    assert nobody.value.code == "pass_over.nobody_left"
    over(case, retender=True)
    assert works.tender_of(case).state == "failed"


def test_another_lot_goes_on_while_one_is_decided_anew(world):
    case = ranked(world, lots=2)
    over(case, number=2)
    sign(case, 1)
    assert works.tender_of(case).state == "candidate_publicity"
    with pytest.raises(Conflict) as others:
        services.terminate_tender(
            actor=case.actor("lin"), code=case.code, reason="项目取消。", at=case.at
        )
    assert others.value.code == "award.others_stand"
    with pytest.raises(Conflict):
        send_back(
            actor=case.actor("lin"), tender=works.tender_of(case), reason="异议成立。", at=case.at
        )
    confirm(case, lot2=2)
    works.notified(case)
    assert Award.objects.filter(lot__number=1).get().rank == 1
    sign(case, 2)
    assert works.tender_of(case).state == "contracted"


def test_where_one_lot_is_tendered_anew_the_other_keeps_its_award(world):
    case = ranked(world, lots=2)
    over(case, number=2, retender=True)
    assert works.tender_of(case).state == "award_notified"
    sign(case, 1)
    assert works.tender_of(case).state == "contracted"


def test_a_reopened_lot_that_is_tendered_anew_leaves_the_signed_one_contracted(world):
    case = apart(world, lots=2)
    for number in (1, 2):
        decide(case, "zhao", number)
    works.after_publicity(works.publicised(case))
    confirm(case, lot1=2, lot2=2)
    works.notified(case)
    over(case, number=2)
    sign(case, 1)
    decide(case, "hu", 2)
    over(case, number=2, retender=True)
    assert works.tender_of(case).state == "contracted"


@pytest.mark.parametrize("who", ["sun", "qian", "wang", "chen", "zhao", "feng"])
def test_only_the_tenderee_passes_anybody_over(world, who):
    case = ranked(world)
    with pytest.raises(Denied):
        over(case, who)
    place = f"/tenders/{case.code}/award/1/pass-over/"
    assert world.client(who).get(place).status_code == 403
    assert f'href="{place}"' not in world.client(who).get(f"/tenders/{case.code}/award/").text
    api = f"/api/v1/tenders/{case.code}/lots/1/pass-over"
    given = {"ground": "gave_up", "reason": FACTS}
    assert world.client(who).post(api, given, "application/json").status_code == 403
    assert Award.every.get().voided_at is None


def test_nobody_is_passed_over_before_the_choice_or_after_the_contract(world):
    case = apart(world)
    with pytest.raises(Conflict) as early:
        over(case)
    assert early.value.code == "pass_over.nobody"
    decide(case, "zhao")
    works.after_publicity(works.publicised(case))
    confirm(case, lot1=2)
    with pytest.raises(Conflict) as between:
        over(case)
    assert between.value.code == "tender.wrong_state"
    works.notified(case)
    sign(case)
    with pytest.raises(Conflict):
        over(case)


def test_a_ground_is_one_of_the_law_s_and_facts_are_said(world):
    case = ranked(world)
    for given, code in (
        ({"ground": "too_dear"}, "award.ground"),
        ({"reason": " "}, "text.required"),
        ({"ground": "no_security"}, "pass_over.no_security_asked"),
        ({"number": 9}, "pass_over.nobody"),
    ):
        with pytest.raises(DomainError) as refusal:
            over(case, **given)
        assert refusal.value.code == code
    assert record.first_fact(case.code, "award.passed_over") is None


def test_want_of_a_security_counts_once_its_last_day_is_over(world):
    case = ranked(world, **SECURED)
    contract = Contract.objects.get()
    assert contract.security_due_on is not None
    assert contract.security_due_on <= contract.due_on
    notice = paper_of("award_notice", f"{case.code}.1").content["security"]
    assert notice["due"] == contract.security_due_on.isoformat()
    with pytest.raises(Conflict) as early:
        over(case, ground="no_security")
    assert early.value.code == "pass_over.not_due"
    case.at += timedelta(days=21)
    over(case, ground="no_security")
    assert Lot.objects.get().passed_over[0]["ground"] == "no_security"


def test_a_tender_that_stands_still_passes_nobody_over(world):
    case = ranked(world)
    services.suspensions.suspend(
        actor=case.actor("wang"),
        tender=works.tender_of(case),
        cause="complaint",
        ref="TS-1",
        reason="投诉处理期间暂停。",
        at=case.at,
    )
    with pytest.raises(Conflict) as still:
        over(case)
    assert still.value.code == "tender.suspended"


def test_the_page_says_who_why_and_what_follows(world):
    case = ranked(world)
    place, client = f"/tenders/{case.code}/award/1/pass-over/", world.client("lin")
    assert place in client.get(f"/tenders/{case.code}/award/").text
    page = client.get(place).text
    assert "未按招标文件要求提交履约保证金" not in page
    assert "朝阳信息技术有限公司" in page
    assert client.post(place, {"ground": "gave_up"}).status_code == 422
    assert client.post(place, {"ground": "gave_up", "reason": FACTS}).status_code == 302
    told = client.get(f"/tenders/{case.code}/award/").text
    assert FACTS in told
    assert "取消资格" in told
    again = client.get(place).text
    assert f'value="{uscc(case, "zhao")}"' in again
    sent_twice = {"ground": "gave_up", "reason": FACTS, "supplier": uscc(case, "chen")}
    client.post(place, sent_twice)
    assert len(Lot.objects.get().passed_over) == 1
    notice = queries.notices_of(works.tender_of(case)).get(kind="passed_over")
    public = world.client("public").get(f"/notices/{case.code}/{notice.number}/").text
    assert "晨光医疗科技有限公司" in public
    assert "依次确定其他中标候选人" in public


def test_the_api_passes_over(world):
    case = ranked(world)
    api = f"/api/v1/tenders/{case.code}/lots/1/pass-over"
    given = {"ground": "force_majeure", "reason": FACTS, "retender": True}
    answer = world.client("lin").post(api, given, "application/json")
    assert (answer.status_code, answer.json()["kind"]) == (201, "passed_over")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_pass_over_one():
    case = ranked(cast(AT))

    def try_it(_turn):
        try:
            over(case)
        except DomainError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, range(2))) == ["done", "pass_over.nobody"]
    assert record.facts_of(case.code, only=["award.passed_over"]).count() == 1

"""Evaluation and award apart: candidates without an order, an award committee of the tenderer's,
then the publicity (rulebook 4.8).
"""

from datetime import timedelta

import pytest
import time_machine

from kernel.calendar import local_date
from kernel.draw import draw
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import works
from trading import queries, services
from trading.domain.separation import Ballot, purpose_of
from trading.models import Award, Lot
from trading.services.publicity import send_back

NONCE = "新安市公证处现场随机数"


def code_of(case, name):
    return case.world.organisation_of(name).uscc


def ballots(case, *names):
    return [
        Ballot(f"成员{n}", "班子成员", (code_of(case, name),), "履约能力和信誉良好")
        for n, name in enumerate(names)
    ]


def separated(world, way, **changes):
    return works.evaluated(world, lots=1, bid_security="200000.00", award_way=way, **changes)


def decide(case, who="lin", **given):
    return services.decide_award(
        actor=case.actor(who), code=case.code, number=1, at=case.at, **given
    )


def test_a_vote_is_recorded_shown_to_the_public_and_alone_can_be_confirmed(world):
    case = separated(world, "direct_vote")
    votes = ballots(case, "zhao", "zhao", "zhao", "chen", "hu")
    decide(case, ballots=votes, reason="履约能力突出。")
    works.publicised(case)
    notice = queries.notices_of(works.tender_of(case)).get(kind="candidates")
    [lot] = notice.fields["lots"]
    assert [c["is_chosen"] for c in lot["candidates"]] == [True, False, False]
    assert {c["rank"] for c in lot["candidates"]} == {""}
    assert {c["total"] for c in lot["candidates"]} == {""}
    assert lot["decision"]["way"] == "票决"
    assert lot["decision"]["reason"] == "履约能力突出。"
    assert {row["name"]: row["votes"] for row in lot["decision"]["rounds"][0]} == {
        "朝阳信息技术有限公司": 3,
        "晨光医疗科技有限公司": 1,
        "琥珀办公设备有限公司": 1,
    }
    assert "成员0" not in str(notice.fields)
    page = world.client("public").get(f"/notices/{case.code}/{notice.number}/").content.decode()
    assert "拟中标" in page
    assert "履约能力突出" in page
    works.after_publicity(case)
    lin = case.actor("lin")
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(actor=lin, code=case.code, choices={1: (1, "")}, at=case.at)
    assert refusal.value.code == "decision.other"
    services.confirm_winner(actor=lin, code=case.code, choices={1: (2, "")}, at=case.at)
    assert Award.objects.get().supplier.name == "朝阳信息技术有限公司"
    works.notified(case)
    fields = queries.notices_of(works.tender_of(case)).get(kind="result").fields
    assert (fields["lots"][0]["rank"], fields["lots"][0]["total"]) == ("", "")


def test_nothing_is_shown_before_the_committee_has_decided(world):
    case = separated(world, "direct_vote")
    with pytest.raises(Conflict) as refusal:
        works.publicised(case)
    assert refusal.value.code == "decision.missing"


def test_a_decision_is_made_once_by_the_tenderee_and_in_its_time(world):
    case = separated(world, "direct_vote")
    votes = ballots(case, "zhao", "zhao", "zhao", "chen", "hu")
    for who in ("sun", "qian", "wang", "chen"):
        with pytest.raises(Denied):
            decide(case, who, ballots=votes, reason="好")
    decide(case, ballots=votes, reason="好")
    with pytest.raises(Conflict) as twice:
        decide(case, ballots=votes, reason="好")
    assert twice.value.code == "decision.made"
    works.publicised(case)
    with pytest.raises(Conflict) as late:
        decide(case, ballots=votes, reason="好")
    assert late.value.code == "decision.not_now"


def test_a_committee_below_five_or_a_stranger_is_refused_and_nothing_kept(world):
    case = separated(world, "direct_vote")
    for votes in (ballots(case, "zhao", "zhao", "zhao"), ballots(case, *["lin"] * 5)):
        with pytest.raises(Invalid):
            decide(case, ballots=votes, reason="好")
    assert Lot.objects.get().decision == {}
    assert record.first_fact(case.code, "award.decided") is None


def test_a_debate_records_what_each_said_and_the_chair_s_choice(world):
    case = separated(world, "collective_decision")
    said = ballots(case, "chen", "chen", "hu", "hu", "zhao")
    decide(case, ballots=said, chosen=code_of(case, "hu"), reason="综合考虑。")
    kept = Lot.objects.get().decision
    assert (kept["chosen"], len(kept["ballots"])) == (code_of(case, "hu"), 5)


def test_by_price_the_lowest_wins_without_a_vote(world):
    case = separated(world, "price_competition")
    decide(case)
    assert Lot.objects.get().decision["chosen"] == code_of(case, "chen")
    works.publicised(case)


def test_lots_decide_only_between_those_voted_first_and_anybody_repeats_the_draw(world):
    case = separated(world, "vote_then_lot")
    given = {"code": case.code, "number": 1, "nonce": NONCE, "at": case.at}
    with pytest.raises(Conflict) as early:
        services.draw_award(actor=case.actor("feng"), **given)
    assert early.value.code == "decision.no_vote"
    votes = ballots(case, "chen", "chen", "zhao", "zhao", "hu")
    decide(case, ballots=votes, reason="履约能力突出。")
    assert queries.undecided(works.tender_of(case)) == [1]
    with pytest.raises(Conflict) as twice:
        decide(case, ballots=votes, reason="好")
    assert twice.value.code == "decision.draws"
    promised = record.first_fact(case.code, "award.draw_committed")
    assert "成员" not in str(promised.data)
    for who in ("lin", "sun", "chen"):
        with pytest.raises(Denied):
            services.draw_award(actor=case.actor(who), **given)
    services.draw_award(actor=case.actor("feng"), **given)
    kept = Lot.objects.get().decision
    again = draw(
        sorted(code_of(case, name) for name in ("chen", "zhao")),
        seed=bytes.fromhex(kept["seed"]),
        nonce=bytes.fromhex(kept["nonce"]),
        purpose=purpose_of(case.code, 1),
        count=1,
    )
    assert again.drawn == (kept["chosen"],)
    assert promised.data["commit"] == again.commit == kept["commit"]
    assert len(kept["ballots"]) == 5
    works.publicised(case)
    notice = queries.notices_of(works.tender_of(case)).get(kind="candidates")
    told = notice.fields["lots"][0]["decision"]
    assert (told["draw"]["seed"], len(told["draw"]["among"])) == (kept["seed"], 2)
    assert told["reason"] == "履约能力突出。"
    page = world.client("public").get(f"/notices/{case.code}/{notice.number}/").content.decode()
    assert "参加抽签" in page


def test_whom_all_voted_for_needs_no_draw(world):
    case = separated(world, "vote_then_lot")
    decide(case, ballots=ballots(case, *["hu"] * 5), reason="一致同意。")
    assert Lot.objects.get().decision["chosen"] == code_of(case, "hu")
    assert record.first_fact(case.code, "award.draw_committed") is None


def test_the_committee_has_days_of_its_own_and_the_publicity_counts_from_its_decision(world):
    case = separated(world, "price_competition")
    told = record.first_fact(case.code, "tender.evaluated").data
    tender = works.tender_of(case)
    rules, on = queries.rules_of(tender, case.at), local_date(tender.evaluated_at)
    due = rules.last_day("award_decision", on)
    assert (told["decide_by"], "publish_by" in told) == (due.isoformat(), False)
    assert local_date(queries.next_step(tender).due) == due
    decided = tender.evaluated_at + timedelta(days=5)
    services.decide_award(actor=case.actor("lin"), code=case.code, number=1, at=decided)
    shown = local_date(queries.next_step(works.tender_of(case)).due)
    assert shown == rules.last_day("decision_notice", local_date(decided))
    assert shown > rules.last_day("candidates_notice", on)


def test_a_tender_without_separation_knows_no_award_committee(world):
    case = works.evaluated(world, lots=1, bid_security="200000.00")
    with pytest.raises(Conflict) as refusal:
        decide(case)
    assert refusal.value.code == "decision.not_now"
    assert world.client("lin").get(f"/tenders/{case.code}/award/decide/").status_code == 404


def test_a_new_evaluation_takes_the_decision_back(world):
    case = separated(world, "price_competition")
    decide(case)
    works.publicised(case)
    send_back(
        actor=case.actor("lin"), tender=works.tender_of(case), reason="异议成立。", at=case.at
    )
    assert Lot.objects.get().decision == {}


def test_a_way_is_one_of_the_method_s_and_stands_in_the_text(world):
    story = works.draft(world, lots=1, award_way="direct_vote")
    assert queries.text_of(story.tender)["award_way"] == "direct_vote"
    with pytest.raises(Invalid):
        services.change_tender(
            actor=world.actor("sun"), code=story.code, changes={"award_way": "dice"}, at=story.at
        )
    page = world.client("sun").get(f"/tenders/{story.code}/draft/").content.decode()
    assert "评定分离" in page


def sent(case, *names, **more):
    rows = {"lot": "1", "lot1-members-TOTAL_FORMS": "7", "lot1-members-INITIAL_FORMS": "0"}
    for n, name in enumerate(names):
        row = f"lot1-members-{n}"
        rows |= {f"{row}-name": f"成员{n}", f"{row}-post": "班子成员"}
        rows |= {f"{row}-choice": code_of(case, name), f"{row}-reason": "信誉良好"}
    return rows | {"lot1-reason": "履约能力突出。", **more}


def test_the_minutes_are_written_on_their_page(world):
    case = separated(world, "direct_vote")
    place = f"/tenders/{case.code}/award/decide/"
    client = world.client("lin")
    assert place in client.get("/desk/").content.decode()
    page = client.get(place).content.decode()
    assert "92.20" not in page
    assert world.client("chen").get(place).status_code == 404
    two = client.post(place, sent(case, "chen", "chen", "zhao", "zhao", "hu"))
    assert two.status_code == 422
    assert "第二轮" in two.content.decode()
    more = {f"lot1-members-{n}-run_off": code_of(case, "zhao") for n in range(5)}
    done = client.post(place, sent(case, "chen", "chen", "zhao", "zhao", "hu", **more))
    assert done.status_code == 302
    assert Lot.objects.get().decision["chosen"] == code_of(case, "zhao")
    assert "公示中标候选人" in client.get(f"/tenders/{case.code}/award/").content.decode()


def test_a_run_off_vote_never_becomes_a_member_s_first_choice(world):
    case = separated(world, "direct_vote")
    said = sent(case, *["chen"] * 5)
    said |= {"lot1-members-0-choice": "", "lot1-members-0-run_off": code_of(case, "zhao")}
    refused = world.client("lin").post(f"/tenders/{case.code}/award/decide/", said)
    assert refused.status_code == 422
    assert "第一选择" in refused.content.decode()
    assert Lot.objects.get().decision == {}


def test_a_row_without_a_name_is_asked_about_not_dropped(world):
    case = separated(world, "direct_vote")
    said = sent(case, *["chen"] * 5, "zhao", "zhao") | {"lot1-members-6-name": ""}
    place = f"/tenders/{case.code}/award/decide/"
    refused = world.client("lin").post(place, said)
    assert refused.status_code == 422
    assert "请填写成员姓名" in refused.content.decode()
    blank = dict.fromkeys(
        (
            f"lot1-members-{n}-{field}"
            for n in (5, 6)
            for field in ("name", "post", "choice", "reason")
        ),
        "",
    )
    assert world.client("lin").post(place, said | blank).status_code == 302
    assert len(Lot.objects.get().decision["ballots"]) == 5


def test_the_notary_draws_on_the_page_once_the_committee_has_voted(world):
    case = separated(world, "vote_then_lot")
    place = f"/tenders/{case.code}/award/decide/"
    feng, lin = world.client("feng"), world.client("lin")
    assert place not in feng.get("/desk/").content.decode()
    assert feng.get(place).status_code == 404
    assert lin.post(place, sent(case, "hu", "hu", "chen", "chen", "zhao")).status_code == 302
    assert "等待公证人员" in lin.get(place).content.decode()
    assert place in feng.get("/desk/").content.decode()
    assert feng.post(place, {"lot": "1", "lot1-nonce": NONCE}).status_code == 302
    assert Lot.objects.get().decision["chosen"]


def test_a_notary_is_told_what_a_notary_gives_and_each_lot_has_its_own_field(world):
    case = works.evaluated(world, bid_security="200000.00", award_way="vote_then_lot")
    numbers = [lot.number for lot in works.tender_of(case).lots.filter(state="open")]
    votes = ballots(case, "hu", "hu", "chen", "chen", "zhao")
    for number in numbers:
        services.decide_award(
            actor=case.actor("lin"),
            code=case.code,
            number=number,
            ballots=votes,
            reason="好",
            at=case.at,
        )
    page = world.client("feng").get(f"/tenders/{case.code}/award/decide/").content.decode()
    assert "由采购人在" not in page
    assert len(numbers) > 1
    assert all(page.count(f'id="id_lot{number}-nonce"') == 1 for number in numbers)


def test_a_committee_larger_than_the_page_gets_more_rows_and_loses_nothing(world):
    case = separated(world, "direct_vote")
    place, client = f"/tenders/{case.code}/award/decide/", world.client("lin")
    wider = client.post(place, sent(case, *["chen"] * 7, more="1"))
    page = wider.content.decode()
    assert wider.status_code == 200
    assert 'name="lot1-members-TOTAL_FORMS" value="11"' in page
    assert 'value="成员6"' in page
    assert "履约能力突出。" in page
    assert Lot.objects.get().decision == {}
    full = sent(case, *["chen"] * 9) | {
        "lot1-members-TOTAL_FORMS": "11",
        "lot1-members-INITIAL_FORMS": "7",
    }
    assert client.post(place, full).status_code == 302
    assert len(Lot.objects.get().decision["ballots"]) == 9


def test_only_whoever_may_decide_is_offered_to_others_are_told_whose_turn_it_is(world):
    case = separated(world, "direct_vote")
    place = f"/tenders/{case.code}/award/"
    assert f'href="{place}decide/"' in world.client("lin").get(place).content.decode()
    page = world.client("sun").get(place).content.decode()
    assert f'href="{place}decide/"' not in page
    assert "等待招标人登记定标委员会的定标结果" in page
    assert "等待招标人" in world.client("sun").get(f"{place}decide/").content.decode()


def test_the_minutes_are_read_by_the_side_and_oversight_alone_and_each_look_is_recorded(world):
    case = separated(world, "direct_vote")
    place = f"/tenders/{case.code}/award/minutes/"
    assert world.client("lin").get(place).status_code == 404
    decide(case, ballots=ballots(case, "zhao", "zhao", "zhao", "chen", "hu"), reason="业绩好。")
    for who in ("lin", "sun", "wang", "tang"):
        page = world.client(who).get(place).content.decode()
        assert "成员4" in page, who
        assert "琥珀办公设备有限公司" in page
    looks = list(record.facts_of(case.code, only=["access.read"]))
    assert [look.data["subject"] for look in looks] == [f"award_minutes:{case.code}"] * 4
    for who in ("chen", "zhao", "feng", "public"):
        assert world.client(who).get(place).status_code in {302, 404}, who
    assert place in world.client("lin").get(f"/tenders/{case.code}/award/").content.decode()
    told = world.client("tang").get(f"/api/v1/tenders/{case.code}/award/minutes").json()
    assert len(told[0]["ballots"]) == 5
    assert world.client("chen").get(f"/api/v1/tenders/{case.code}/award/minutes").status_code == 404


def test_the_api_records_and_draws(world):
    case = separated(world, "direct_vote")
    said = [
        {"name": f"成员{n}", "post": "班子成员", "choices": [code_of(case, who)], "reason": "好"}
        for n, who in enumerate(("hu", "hu", "hu", "chen", "zhao"))
    ]
    place = f"/api/v1/tenders/{case.code}/lots/1/decision"
    answer = world.client("lin").post(place, {"ballots": said, "reason": "好"}, "application/json")
    assert (answer.status_code, answer.json()["chosen"]) == (201, "琥珀办公设备有限公司")
    assert world.client("chen").post(place, {}, "application/json").status_code == 403


def test_the_winner_s_choice_page_offers_the_chosen_alone(world):
    case = separated(world, "price_competition")
    decide(case)
    works.after_publicity(works.publicised(case))
    with time_machine.travel(case.at + timedelta(hours=1), tick=False):
        page = world.client("lin").get(f"/tenders/{case.code}/award/").content.decode()
    assert page.count('type="radio"') == 1


def test_in_rounds_each_drops_the_last_on_the_page_too(world):
    case = separated(world, "round_vote")
    place, client = f"/tenders/{case.code}/award/decide/", world.client("lin")
    first = sent(case, "chen", "chen", "zhao", "zhao", "hu")
    short = client.post(place, first)
    assert short.status_code == 422
    assert "投满 2 轮" in short.content.decode()
    more = {f"lot1-members-{n}-run_off": code_of(case, "zhao") for n in range(5)}
    assert client.post(place, first | more).status_code == 302
    kept = Lot.objects.get().decision
    assert (kept["way"], kept["chosen"]) == ("round_vote", code_of(case, "zhao"))
    works.publicised(case)
    notice = queries.notices_of(works.tender_of(case)).get(kind="candidates")
    assert notice.fields["lots"][0]["decision"]["way"] == "逐轮票决"

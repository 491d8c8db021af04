"""Sales by tender whose taker falls away, or of which any bidder is found out after the end."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from deposits.models import Deposit, JournalLine
from deposits.services import forfeits, settling
from kernel.errors import Denied, DomainError
from ledger import private
from ledger import queries as record
from ledger.papers import paper_of
from tests import factories, grants, sales
from tests import grant_tenders as granted
from tests import sale_tenders as sold
from tests.deposited import Till
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.models import Award, Contract, Tender
from trading.services import due as trading

pytestmark = pytest.mark.django_db
NAMES = ("chen", "zhao", "hu")
FACTS = "查实投标文件所附审计报告系伪造，见新国资监〔2026〕9 号。"
ARTICLE = "《招标投标法》第五十四条"


@pytest.fixture
def world():
    return cast(AT)


def paid(world, market, deposit, **changes):
    """Let three lay their deposit down and hand in bids, and the report be handed in."""
    story = market.announced(world)
    till = Till(story)
    for name in NAMES:
        till.pay(name, deposit)
    if "floor" in changes:
        market.seal(story, changes.pop("floor"))
    private.publish_tree(tender=story.code, reveal=(), at=story.at)
    bodies = {world.organisation_of(name).uscc for name in NAMES}
    settling.settle(code=story.code, bidders={1: bodies}, at=story.at)
    return market.judged(world, story=story, **changes)


def sale(world):
    return paid(world, sold, sales.LOT["deposit"])


def grant(world, **changes):
    return paid(world, granted, grants.LOT["deposit"], **changes)


def uscc(case, name):
    return case.world.organisation_of(name).uscc


def given(case, who, **more):
    return {"actor": case.actor(who), "code": case.code, "number": 1, "at": case.at, **more}


def over(case, name, **more):
    told = {"ground": "gave_up", "reason": "书面放弃。", "supplier": uscc(case, name), **more}
    return services.pass_over(**given(case, "lin"), **told)


def disqualify(case, name, who="wang", **more):
    told = {"supplier": uscc(case, name), "reason": FACTS, "article": ARTICLE, **more}
    return services.disqualify_bidder(**given(case, who), **told)


def money(case):
    """Give by bidder whether its deposit is held for a decision, and what of it is due."""
    rows = Deposit.objects.filter(tender__code=case.code)
    assert JournalLine.objects.aggregate(sum=Sum("fen"))["sum"] == 0
    names = {uscc(case, name): name for name in NAMES}
    return {
        names[row.bidder.uscc]: (row.hold, [r.outcome for r in row.refunds.filter(state="due")])
        for row in rows
    }


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def test_a_taker_that_gives_up_makes_room_for_the_next_who_has_its_own_papers(world):
    case = sale(world)
    granted.confirmed(case)
    assert money(case) == {
        "chen": ("", ["not_awarded"]),
        "zhao": ("", []),
        "hu": ("", ["not_awarded"]),
    }
    notice = over(case, "zhao")
    assert (notice.fields["supplier"], notice.fields["follows"]) == (
        "",
        "按照评标排序，由不低于底价的下一名取得",
    )
    tender = granted.tender_of(case)
    assert (tender.state, Contract.objects.count()) == ("evaluated", 0)
    assert money(case)["zhao"] == ("passed_over", [])
    assert money(case)["hu"] == ("", [])
    services.confirm_winner(
        actor=case.actor("lin"), code=case.code, choices={1: (2, "")}, at=case.at
    )
    made = Award.objects.get()
    assert (made.supplier.uscc, str(made.price)) == (uscc(case, "hu"), "2810000.00")
    assert "放弃成交" in made.reason
    first, second = (paper_of("deal_confirmation", f"{case.code}.1{turn}") for turn in ("", "-2"))
    assert first.content["number"] != second.content["number"]
    assert second.content["amount"] == "2810000.00"
    told = record.facts_of(case.code, only=["lot.priced"]).order_by("id")
    assert [fact.data["price"] for fact in told] == ["2950000.00", "2810000.00"]


def test_the_first_that_gives_up_before_it_is_confirmed_is_passed_over_by_its_code_alone(world):
    case = sale(world)
    assert code_of(lambda: over(case, "zhao", supplier="")) == "pass_over.nobody"
    assert code_of(lambda: over(case, "hu")) == "pass_over.another"
    over(case, "zhao")
    over(case, "hu")
    over(case, "chen", retender=True)
    lot = granted.lot_of(case)
    assert (lot.state, granted.tender_of(case).state) == ("failed", "failed")
    assert {held for held, _due in money(case).values()} == {"passed_over"}


def test_holders_of_a_right_are_asked_anew_at_the_price_of_the_next(world):
    newcomer(world)
    right = {"mode": "after_close_once", "same_rank": False, "window_minutes": 60}
    story = sold.announced(world, right=sales.priority(world, "deng_b", **right))
    Till(story).pay("deng_b", sales.LOT["deposit"])
    case = sold.judged(world, story=story)
    told = {"code": case.code, "number": 1}
    asked = queries.inquiries_of(granted.tender_of(case)).get()
    assert str(asked.price) == "2950000.00"
    holder = world.actor("deng_b", case.at)
    services.answer_priority(
        actor=holder, exercises=False, at=case.at + timedelta(seconds=9), **told
    )
    over(case, "zhao")
    asked = queries.inquiries_of(granted.tender_of(case)).get()
    assert (str(asked.price), asked.state) == ("2810000.00", "asked")
    assert code_of(lambda: granted.confirmed(case)) == "priority.waiting"
    services.answer_priority(
        actor=holder, exercises=True, at=case.at + timedelta(seconds=19), **told
    )
    left = queries.candidates_left(granted.lot_of(case))
    assert [one["price"] for one in left[:2]] == ["2810000.00", "2810000.00"]
    assert left[0]["uscc"] == world.organisation_of("deng_b").uscc


def test_of_a_lot_that_failed_nobody_is_asked_and_the_other_s_award_stands(world):
    newcomer(world)
    right = {"mode": "after_close_once", "same_rank": False, "window_minutes": 60}
    right = sales.priority(world, "deng_b", **right)
    story = sold.announced(world, right=right, lots=2)
    Till(story).pay("deng_b", sales.LOT["deposit"])
    case = sold.judged(world, story=story)
    asked = queries.inquiries_of(granted.tender_of(case)).get()
    for name in ("zhao", "hu"):
        over(case, name)
    over(case, "chen", retender=True)
    asked.refresh_from_db()
    tender = granted.tender_of(case)
    assert (asked.state, tender.state, tender.next_due_at) == ("lapsed", "evaluated", None)
    assert trading.due(case.at + timedelta(hours=9)) == 0
    told = {"code": case.code, "number": 1, "at": case.at}
    late = {"actor": world.actor("deng_b", case.at), "exercises": True, **told}
    assert code_of(lambda: services.answer_priority(**late)) == "priority_inquiry.wrong_state"
    granted.confirmed(case)
    signing = {"actor": case.actor("lin"), "code": case.code, "number": 2, "at": case.at}
    services.sign_contract(**signing, document=sales.SIGNED)
    assert granted.tender_of(case).state == "contracted"


def test_a_confirmed_lot_of_a_sale_is_signed_though_another_was_decided_anew_and_failed(world):
    case = granted.confirmed(sold.judged(world, lots=2))
    over(case, "zhao")
    assert granted.tender_of(case).state == "evaluated"
    for name in ("hu", "chen"):
        over(case, name, retender=name == "chen")
    assert granted.tender_of(case).state == "winner_confirmed"
    nothing = {"actor": case.actor("lin"), "code": case.code, "choices": {}, "at": case.at}
    Tender.objects.filter(code=case.code).update(state="evaluated")
    assert code_of(lambda: services.confirm_winner(**nothing)) == "award.no_lot"
    Tender.objects.filter(code=case.code).update(state="winner_confirmed")
    told = {"actor": case.actor("lin"), "code": case.code, "at": case.at}
    services.sign_contract(**told, number=2, document=sales.SIGNED)
    assert granted.tender_of(case).state == "contracted"


def newcomer(world):
    """Let a shareholder's firm live in the town."""
    body = factories.organisation("清河甲投资公司", at=world.at)
    world.organisations["deng_b"] = body
    world.people["deng_b"] = factories.person("deng_b", "股东")
    factories.role(world.people["deng_b"], "bidder", body, at=world.at)


def test_of_land_nobody_below_the_reserve_stands_next(world):
    case = grant(world, floor="440000000")
    granted.confirmed(case)
    services.publish_result(actor=case.actor("sun"), code=case.code, at=case.at)
    over(case, "zhao")
    assert granted.tender_of(case).state == "evaluated"
    assert [one["name"] for one in queries.candidates_left(granted.lot_of(case))] == [
        world.organisation_of("hu").name
    ]
    assert money(case) == {
        "chen": ("", ["not_awarded"]),
        "zhao": ("passed_over", []),
        "hu": ("", []),
    }
    assert code_of(lambda: over(case, "hu")) == "pass_over.nobody_left"
    services.confirm_winner(
        actor=case.actor("lin"), code=case.code, choices={1: (2, "")}, at=case.at
    )
    services.publish_result(actor=case.actor("sun"), code=case.code, at=case.at)
    assert Award.objects.get().supplier.uscc == uscc(case, "hu")


def test_a_loser_found_out_leaves_the_result_and_its_deposit_waits(world):
    case = sale(world)
    granted.confirmed(case)
    notice = disqualify(case, "hu")
    assert notice.fields["supplier"] == world.organisation_of("hu").name
    assert "成交结果不受影响" in notice.fields["follows"]
    assert Award.objects.get().supplier.uscc == uscc(case, "zhao")
    assert money(case)["hu"] == ("disqualified", [])
    told = {"ground": "fraud", "article": ARTICLE, "reason": FACTS, "uscc": uscc(case, "hu")}
    forfeits.forfeit(**given(case, "wang"), **told)
    assert money(case)["hu"] == ("", [])
    over(case, "zhao")
    assert queries.candidates_left(granted.lot_of(case))[0]["uscc"] == uscc(case, "chen")
    assert code_of(lambda: disqualify(case, "hu")) == "disqualify.already"


def test_a_taker_found_out_loses_the_lot_to_the_next(world):
    case = sale(world)
    granted.confirmed(case)
    notice = disqualify(case, "zhao")
    assert notice.fields["supplier"] == ""
    assert granted.tender_of(case).state == "evaluated"
    assert (Award.objects.count(), Contract.objects.count()) == (0, 0)
    assert money(case) == {
        "chen": ("", ["not_awarded"]),
        "zhao": ("disqualified", []),
        "hu": ("", []),
    }
    services.confirm_winner(
        actor=case.actor("lin"), code=case.code, choices={1: (2, "")}, at=case.at
    )
    assert "经监督部门查实" in Award.objects.get().reason


def test_collusion_that_touched_the_result_voids_it_whoever_did_it(world):
    case = sale(world)
    granted.confirmed(case)
    disqualify(case, "hu", touches=True)
    tender = granted.tender_of(case)
    assert (tender.state, granted.lot_of(case).state) == ("failed", "failed")
    assert money(case) == {
        "chen": ("", ["not_awarded"]),
        "zhao": ("voided", []),
        "hu": ("disqualified", []),
    }
    kinds = [notice.kind for notice in queries.notices_of(tender)]
    assert {"disqualified", "voided", "failure"} <= set(kinds)


def test_with_nobody_left_above_the_reserve_the_lot_is_not_sold(world):
    case = grant(world, floor="450000000")
    disqualify(case, "zhao")
    assert granted.lot_of(case).state == "failed"
    assert money(case) == {
        "chen": ("", ["not_awarded"]),
        "zhao": ("disqualified", []),
        "hu": ("", ["not_awarded"]),
    }


@pytest.mark.parametrize("who", ["lin", "sun", "qian", "chen", "he"])
def test_nobody_but_the_authority_disqualifies(world, who):
    case = sold.judged(world)
    with pytest.raises(Denied):
        disqualify(case, "hu", who)
    place = f"/tenders/{case.code}/award/1/disqualify/"
    assert world.client(who).get(place).status_code in {403, 404}
    assert record.first_fact(case.code, "bidder.disqualified") is None


def test_a_stranger_an_empty_reason_and_a_signed_contract_are_refused(world):
    case = sold.judged(world)
    stranger = {"supplier": world.organisation_of("lin").uscc}
    assert code_of(lambda: disqualify(case, "hu", **stranger)) == "disqualify.nobody"
    assert code_of(lambda: disqualify(case, "hu", reason=" ")) == "text.required"
    granted.confirmed(case)
    services.sign_contract(**given(case, "lin"), document=sales.SIGNED)
    assert code_of(lambda: disqualify(case, "zhao")) == "void.signed"
    assert code_of(lambda: disqualify(case, "hu", touches=True)) == "void.signed"
    disqualify(case, "hu")


def test_the_authority_disqualifies_on_the_page_and_by_the_api(world):
    case = sold.judged(world)
    client, place = world.client("wang"), f"/tenders/{case.code}/award/"
    assert f"{place}1/disqualify/" in client.get(place).text
    assert f"{place}1/disqualify/" not in world.client("lin").get(place).text
    page = client.get(f"{place}1/disqualify/").text
    assert world.organisation_of("zhao").name in page
    assert client.post(f"{place}1/disqualify/", {"article": ARTICLE}).status_code == 422
    sent = {"supplier": uscc(case, "hu"), "article": ARTICLE, "reason": FACTS}
    assert client.post(f"{place}1/disqualify/", sent).status_code == 302
    api = f"/api/v1/tenders/{case.code}/lots/1/disqualify"
    again = client.post(api, {**sent, "supplier": uscc(case, "chen")}, "application/json")
    assert (again.status_code, again.json()["kind"]) == (201, "disqualified")
    notice = queries.notices_of(granted.tender_of(case)).filter(kind="disqualified").first()
    shown = world.client("public").get(f"/notices/{case.code}/{notice.number}/").text
    assert FACTS in shown
    assert "成交结果不受影响" in shown


def letter(case, name, about=""):
    paper = paper_of("sale_letter", f"{case.code}.1{about}.{uscc(case, name)}")
    assert_known_shape(paper, "property" if case.code.startswith("CQ") else "land")
    return paper.content


def test_each_who_did_not_get_it_is_written_why_and_not_by_whom_before_the_result(world):
    case = granted.confirmed(sold.judged(world))
    assert letter(case, "hu")["own_reason"] == "评标排序第 2 名"
    assert (letter(case, "chen")["amount"], letter(case, "chen")["winner"]) == ("2950000.00", "")
    over(case, "zhao")
    services.confirm_winner(
        actor=case.actor("lin"), code=case.code, choices={1: (2, "")}, at=case.at
    )
    assert letter(case, "zhao", "-2")["own_reason"] == "放弃成交"


def test_whoever_stayed_below_the_reserve_is_written_so_whether_the_land_went_or_not(world):
    case = granted.confirmed(granted.judged(world, floor="450000000"))
    services.publish_result(actor=case.actor("sun"), code=case.code, at=case.at)
    assert letter(case, "chen")["own_reason"] == "报价低于底价"
    assert letter(case, "chen")["winner"] == world.organisation_of("zhao").name
    page = world.client("chen").get(f"/tenders/{case.code}/award/").text
    assert f"sale_letter/{case.code}.1.{uscc(case, 'hu')}" not in page


def test_of_land_nobody_gets_each_is_written_why(world):
    case = granted.judged(world, floor="460000000")
    assert granted.tender_of(case).state == "failed"
    for name in NAMES:
        said = letter(case, name, "-0")
        assert (said["own_reason"], said["amount"]) == ("报价低于底价", "")
        assert said["failure"]
    assert "结果通知书" in world.client("chen").get(f"/tenders/{case.code}/award/").text

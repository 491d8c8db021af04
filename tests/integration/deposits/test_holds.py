"""Deposits that stay until somebody decides: whoever fell away after winning, or was put out."""

from datetime import timedelta

import pytest
from django.db import transaction

from deposits import queries
from deposits.models import Deposit, Forfeit, Refund, Security
from deposits.services import accounts, forfeits, holds, securities
from kernel.errors import Denied, DomainError
from ledger.models import Entry
from tests import tenders, works
from tests.deposited import ASKED, Till
from tests.opened import Case
from trading import queries as trading_queries
from trading import services as trading
from trading.domain.files import Upload
from trading.models import Contract
from trading.services.publicity import send_back

PDF = Upload("contract", "合同.pdf", b"%PDF-1.7\n%%EOF\n")
FILE = b"%PDF-1.7\n% performance guarantee\n%%EOF\n"
FACTS = "供应商书面声明放弃，见新采〔2026〕12 号。"
NAMES = ("chen", "zhao")


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


@pytest.fixture
def won(world):
    """Two laid down their deposits, Chen has its award notice and owes a security."""
    asks = {"performance_share": "5.00", "performance_forms": ["guarantee", "transfer"]}
    till = Till(tenders.announced(world, bid_security=ASKED, **asks))
    for name in NAMES:
        till.pay(name)
    till.close(*NAMES)
    story = till.story
    qian = world.actor("qian", story.at)
    for step in (trading.open_tender, trading.confirm_record, trading.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    ranked = [(1, "chen", "980000.00", "91.20"), (2, "zhao", "1020000.00", "86.75")]
    rows = [tenders._candidate(world, 1, *row) for row in ranked]
    trading.receive_report(code=story.code, candidates=rows, at=story.at)
    confirm(till, 1)
    return till


def confirm(till, rank):
    story, choices = till.story, {1: (rank, "")}
    lin, sun = till.world.actor("lin", story.at), till.world.actor("sun", story.at)
    trading.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)
    trading.publish_result(actor=sun, code=story.code, at=story.at)


def given(till, who="lin", **more):
    story = till.story
    actor = till.world.actor(who, story.at)
    return {"actor": actor, "code": story.code, "number": 1, "at": story.at, **more}


def over(till, ground="gave_up", **more):
    return trading.pass_over(**given(till), ground=ground, reason=FACTS, **more)


def uscc(till, name):
    return till.world.organisation_of(name).uscc


def states(till):
    return {row.uscc: row.state for row in queries.deposits_of(till.story.tender)}


def lift(till, name="chen", who="lin"):
    told = {"uscc": uscc(till, name), "reason": "查明无过错。"}
    return holds.lift_hold(**given(till, who), **told)


def balance():
    found = queries.trial_balance()
    assert sum(found.values()) == 0
    return found


def kinds():
    rows = Entry.objects.filter(stream="deposits").order_by("number")
    return list(rows.values_list("kind", flat=True))


def forfeit(till):
    told = {"ground": "no_security", "article": "招标文件第 12 条", "reason": FACTS}
    return forfeits.forfeit(**given(till), uscc=uscc(till, "chen"), **told)


def test_for_want_of_a_security_the_next_has_the_lot_and_the_deposit_is_decided_about(won):
    before = kinds()
    assert code_of(lambda: over(won, "no_security")) == "pass_over.not_due"
    won.story.at += timedelta(days=21)
    over(won, "no_security")
    assert (Forfeit.objects.count(), states(won)[uscc(won, "chen")]) == (0, "held")
    forfeit(won)
    assert balance()["treasury"] == -24000
    assert kinds()[len(before) :] == ["deposits.held", "deposit.forfeited"]
    confirm(won, 2)
    assert states(won)[uscc(won, "chen")] == "forfeited"
    assert Contract.objects.get().supplier.uscc == uscc(won, "zhao")
    assert Contract.every.exclude(voided_at=None).get().supplier.uscc == uscc(won, "chen")


def test_where_a_statute_says_so_the_deposit_is_kept_for_want_of_a_security(world):
    asks = {"performance_share": "5.00", "performance_forms": ["guarantee", "transfer"]}
    till = Till(works.announced(world, lots=1, bid_security="200000.00", **asks))
    till.pay("chen", "200000.00")
    till.close("chen")
    qian = world.actor("qian", till.story.at)
    for step in (trading.open_tender, trading.confirm_record, trading.seat_committee):
        step(actor=qian, code=till.story.code, at=till.story.at)
    case = Case(world, till.story.code, till.story.at)
    works.report_again(case)
    works.notified(works.confirmed(works.publicised(case)))
    till.story.at = case.at + timedelta(days=21)
    over(till, "no_security")
    [kept] = Forfeit.objects.all()
    assert (kept.ground, kept.decided_by, kept.reason) == ("no_security", "person:lin", FACTS)
    assert "第七十四条" in kept.article
    assert (balance()["treasury"], states(till)[uscc(till, "chen")]) == (-200000, "forfeited")


def test_a_forfeit_for_want_of_a_security_is_undone_by_its_mirror(won):
    won.story.at += timedelta(days=21)
    over(won, "no_security")
    forfeit(won)
    key = Forfeit.objects.get().pk
    told = {"actor": won.world.actor("lin", won.story.at), "code": won.story.code}
    forfeits.undo_forfeit(**told, key=key, reason="不可抗力。", at=won.story.at)
    assert balance()["treasury"] == 0
    assert Deposit.objects.get(bidder__uscc=uscc(won, "chen")).hold == "passed_over"
    confirm(won, 2)
    assert states(won)[uscc(won, "chen")] == "held"
    lift(won)
    assert states(won)[uscc(won, "chen")] == "due"


def test_whoever_gives_up_does_not_get_its_deposit_back_by_itself(won):
    over(won)
    assert states(won)[uscc(won, "chen")] == "held"
    confirm(won, 2)
    assert not Refund.objects.filter(deposit__bidder__uscc=uscc(won, "chen")).exists()
    with pytest.raises(Denied):
        lift(won, who="sun")
    lift(won)
    assert states(won)[uscc(won, "chen")] == "due"
    assert code_of(lambda: lift(won)) == "hold.none"
    assert balance()["payable"] == -24000  # the next one's secures its own contract now
    assert kinds()[-2:] == ["hold.lifted", "refunds.due"]


def test_a_held_deposit_is_kept_with_ground_article_and_reason(won):
    over(won)
    told = {"ground": "refused_contract", "article": "第七十四条", "reason": "无正当理由放弃。"}
    forfeits.forfeit(**given(won, "wang"), uscc=uscc(won, "chen"), **told)
    assert states(won)[uscc(won, "chen")] == "forfeited"
    assert Deposit.objects.get(bidder__uscc=uscc(won, "chen")).hold == ""


def test_nobody_s_fault_goes_with_the_losers(won):
    over(won, "force_majeure")
    assert states(won)[uscc(won, "chen")] == "full"
    confirm(won, 2)
    assert states(won)[uscc(won, "chen")] == "due"


def test_where_the_lot_is_tendered_anew_the_others_get_theirs_and_it_stays(won):
    over(won, retender=True)
    assert states(won) == {uscc(won, "chen"): "held", uscc(won, "zhao"): "due"}
    lift(won)
    refund = Refund.objects.get(deposit__bidder__uscc=uscc(won, "chen"))
    assert refund.outcome == "failed"


def test_the_page_says_why_and_who_decides(won):
    over(won)
    client, place = won.world.client("lin"), f"/tenders/{won.story.code}/deposits/"
    page = client.get(place).text
    assert "暂不退还，待决定" in page
    assert "被取消中标（成交）资格" in page
    assert f"{place}1/{uscc(won, 'chen')}/lift/" in page
    assert "决定暂不退还的保证金" in client.get("/desk/").text
    assert "/lift/" not in won.world.client("sun").get(place).text
    lifting = f"{place}1/{uscc(won, 'chen')}/lift/"
    assert client.post(lifting, {"reason": " "}).status_code == 422
    assert won.world.client("sun").get(lifting).status_code == 403
    assert client.post(lifting, {"reason": "查明无过错。"}).status_code == 302
    assert Deposit.objects.exclude(hold="").count() == 0


def test_the_api_lifts_too(won):
    over(won)
    api = f"/api/v1/tenders/{won.story.code}/lots/1/deposits/{uscc(won, 'chen')}/lift"
    told = {"reason": "查明无过错。"}
    assert won.world.client("chen").post(api, told, "application/json").status_code == 403
    answer = won.world.client("wang").post(api, told, "application/json")
    assert (answer.status_code, answer.json()["hold"]) == (200, "")


# --- the security's own account, its terms, and its forfeit ---


def account(till):
    return queries.security_account(Contract.objects.get())


def transfer(till, amount="49000.00", **more):
    to = more.pop("account", None) or account(till)
    told = {"account": to, "at": till.story.at, "credited_at": till.story.at}
    return till.pay("chen", amount, **{**told, **more})


def sign(till):
    return trading.sign_contract(**given(till), document=PDF)


def test_the_winner_finds_an_account_and_what_it_pays_there_is_booked(won):
    page = won.world.client("chen").get(f"/tenders/{won.story.code}/security/").text
    assert account(won) in page
    assert account(won) != won.deposit("chen").account
    assert transfer(won).taken
    assert balance()["secured"] == -49000
    assert (Security.objects.get().state, Security.objects.get().form) == ("lodged", "transfer")
    sign(won)


@pytest.mark.parametrize(
    "changes",
    [{"amount": "48999.99"}, {"amount": "49000.01"}, {"payer": "别的公司", "payer_uscc": ""}],
)
def test_what_is_not_the_whole_sum_of_the_winner_goes_back(won, changes):
    transfer(won, **changes)
    assert (Security.objects.count(), balance()["secured"]) == (0, 0)
    refund = Refund.objects.get(outcome="not_counted")
    assert refund.receipt.code == "receipt.not_security"
    assert f"{refund.amount:.2f}" == changes.get("amount", "49000.00")
    assert code_of(lambda: sign(won)) == "contract.no_security"


def test_money_that_comes_twice_or_after_the_winner_fell_away_goes_back(won):
    transfer(won)
    transfer(won)
    assert Refund.objects.filter(outcome="not_counted").count() == 1
    assert balance()["secured"] == -49000


def test_a_late_transfer_for_a_voided_contract_goes_back(won):
    to = account(won)
    won.story.at += timedelta(days=21)
    over(won, "no_security")
    transfer(won, account=to)
    assert Security.objects.count() == 0
    assert Refund.objects.get(outcome="not_counted").amount == 49000


def test_a_security_that_is_there_is_decided_about_before_its_winner_is_passed_over(won):
    transfer(won)
    assert code_of(lambda: over(won)) == "pass_over.security_open"
    told = {"article": "第七十四条", "reason": "中标人拒签合同。"}
    securities.drop_security(**given(won), **told)
    securities.return_security(**given(won, "qian"), bank="OUT-7001")
    over(won)
    assert balance()["secured"] == 0


def test_a_new_evaluation_waits_for_the_security_and_holds_the_losers_deposits_again(won):
    story = won.story
    loser = Refund.objects.get(outcome="not_awarded", state="due")
    transfer(won)

    def again():
        with transaction.atomic():
            lin, why = won.world.actor("lin", story.at), "质疑成立，重新评审。"
            send_back(actor=lin, tender=story.tender, reason=why, at=story.at)

    assert code_of(again) == "pass_over.security_open"
    assert story.tender.state == "award_notified"
    told = {"article": "第七十一条", "reason": "质疑成立，重新评审。"}
    securities.drop_security(**given(won), **told)
    securities.return_security(**given(won, "qian"), bank="OUT-7002")
    again()
    loser.refresh_from_db()
    assert (loser.state, balance()["secured"]) == ("stopped", 0)
    assert states(won) == {uscc(won, name): "full" for name in NAMES}
    rows = [tenders._candidate(won.world, 1, 1, "zhao", "1020000.00", "86.75")]
    trading.receive_report(code=story.code, candidates=rows, at=story.at)
    confirm(won, 1)
    assert states(won) == {uscc(won, "chen"): "due", uscc(won, "zhao"): "full"}
    balance()


def test_who_lodged_a_security_is_not_passed_over_for_want_of_one(won):
    transfer(won)
    told = {"article": "第七十四条", "reason": "采购人要求改交保函。"}
    securities.drop_security(**given(won), **told)
    securities.return_security(**given(won, "qian"), bank="OUT-7003")
    won.story.at += timedelta(days=21)
    assert code_of(lambda: over(won, "no_security")) == "pass_over.secured"
    assert (Forfeit.objects.count(), states(won)[uscc(won, "chen")]) == (0, "full")


def test_a_winner_that_lodges_nothing_the_second_time_is_passed_over_for_it(won):
    story = won.story
    transfer(won)
    told = {"article": "第七十一条", "reason": "质疑成立，重新评审。"}
    # The authority may free it too: its decision does not wait for the purchaser.
    securities.drop_security(**given(won, "wang"), **told)
    securities.return_security(**given(won, "qian"), bank="OUT-7004")
    with transaction.atomic():
        why = "投诉成立，重新评审。"
        send_back(
            actor=won.world.actor("wang", story.at), tender=story.tender, reason=why, at=story.at
        )
    rows = [
        tenders._candidate(won.world, 1, *row)
        for row in ((1, "chen", "980000.00", "91.20"), (2, "zhao", "1020000.00", "86.75"))
    ]
    trading.receive_report(code=story.code, candidates=rows, at=story.at)
    confirm(won, 1)
    story.at += timedelta(days=21)
    over(won, "no_security")
    assert Contract.every.filter(lot__tender__code=story.code).exclude(voided_at=None).count() == 2


def test_the_desks_tell_the_terms(won):
    assert "提交履约保证金" in won.world.client("chen").get("/desk/").text
    transfer(won)
    sign(won)
    released = securities.release_security(**given(won))
    assert (released.return_due_on - won.story.at.date()).days == 5
    page = won.world.client("chen").get(f"/tenders/{won.story.code}/security/").text
    assert "应退还日期" in page


def test_the_security_of_a_contract_not_performed_is_kept_and_restored(won):
    transfer(won)
    told = {"article": "《招标投标法》第六十条", "reason": "逾期交付九十日，经催告仍未履行。"}
    keep = lambda: securities.forfeit_security(**given(won), **told)  # noqa: E731
    assert code_of(keep) == "security.unsigned_yet"
    sign(won)
    keep()
    assert (balance()["secured"], balance()["damages"]) == (0, -49000)
    assert code_of(keep) == "security.wrong_state"
    again = {"reason": "仲裁裁决撤销。"}
    securities.restore_security(**given(won, "wang"), **again)
    assert (balance()["secured"], balance()["damages"]) == (-49000, 0)
    keep()
    securities.restore_security(**given(won), **again)
    securities.release_security(**given(won))
    securities.return_security(**given(won, "qian"), bank="OUT-7002")
    assert balance()["bank"] == 48000
    assert kinds()[-6:] == [
        "security.forfeited",
        "security.restored",
        "security.forfeited",
        "security.restored",
        "security.released",
        "security.returned",
    ]


@pytest.mark.parametrize("who", ["sun", "qian", "chen", "zhao"])
def test_only_purchaser_or_regulator_keeps_a_security(won, who):
    transfer(won)
    sign(won)
    with pytest.raises(Denied):
        securities.forfeit_security(**given(won, who), article="六十条", reason="不履行合同。")
    place = f"/tenders/{won.story.code}/security/1/forfeit/"
    assert won.world.client(who).get(place).status_code == 403


def test_the_pages_and_the_api_keep_and_restore(won):
    transfer(won)
    sign(won)
    client, place = won.world.client("lin"), f"/tenders/{won.story.code}/security/"
    assert f"{place}1/forfeit/" in client.get(place).text
    said = {"article": "《招标投标法》第六十条", "reason": "逾期交付九十日，经催告仍未履行。"}
    assert client.post(f"{place}1/forfeit/", {}).status_code == 422
    assert client.post(f"{place}1/forfeit/", said).status_code == 302
    assert said["reason"] in won.world.client("chen").get(place).text
    api = f"/api/v1/tenders/{won.story.code}/lots/1/security/"
    undone = client.post(f"{api}restore", {"reason": "仲裁裁决撤销。"}, "application/json")
    assert (undone.status_code, undone.json()["state"]) == (200, "lodged")
    kept = client.post(f"{api}forfeit", said, "application/json")
    assert (kept.status_code, kept.json()["state"]) == (200, "forfeited")
    assert client.post(f"{place}1/restore/", {"reason": "仲裁裁决撤销。"}).status_code == 302


def test_losers_of_a_lot_that_failed_get_theirs_though_the_other_is_judged_anew(world):
    till = Till(tenders.announced(world, bid_security=ASKED, lots=2))
    story = till.story
    for name in NAMES:
        for number in (1, 2):
            till.register(name, number)
            opened = accounts.open_account(
                actor=world.actor(name), code=story.code, number=number, at=story.at
            )
            asked = str(trading_queries.deposit_asked(story.tender, number))
            till.pay(name, asked, account=opened, lot=number)
    till.close(*NAMES, lots=2)
    qian = world.actor("qian", story.at)
    for step in (trading.open_tender, trading.confirm_record, trading.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    ranked = [(1, "chen", "980000.00", "91.20"), (2, "zhao", "1020000.00", "86.75")]
    rows = [tenders._candidate(world, lot, *row) for lot in (1, 2) for row in ranked]
    trading.receive_report(code=story.code, candidates=rows, at=story.at)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    choices = {1: (1, ""), 2: (1, "")}
    trading.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)
    trading.publish_result(actor=sun, code=story.code, at=story.at)
    zhao = world.actor("zhao", story.at)
    served = {paper["subject"] for paper in trading_queries.award_papers(zhao, story.tender)}
    over(till, retender=True)
    with transaction.atomic():
        send_back(actor=lin, tender=story.tender, reason="质疑成立，重新评审。", at=story.at)
    due = Refund.objects.filter(state="due", deposit__bidder__uscc=uscc(till, "zhao"))
    assert [row.deposit.lot.number for row in due] == [1]
    trading.receive_report(code=story.code, candidates=rows[2:], at=story.at)
    kept = {paper["subject"] for paper in trading_queries.award_papers(zhao, story.tender)}
    assert served == kept == {f"{story.code}.{lot}.{uscc(till, 'zhao')}" for lot in (1, 2)}

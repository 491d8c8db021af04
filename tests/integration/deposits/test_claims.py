"""A letter whose bidder falls away: the claim on its guarantor, a due row mirrored in the book."""

from datetime import timedelta

import pytest
import time_machine

from deposits import queries
from deposits.domain import claims as rules
from deposits.models import Claim, Deposit, Forfeit, JournalEntry
from deposits.services import claims, forfeits, guarantees, holds
from kernel.calendar import local_date
from kernel.errors import Denied, DomainError
from ledger.models import Entry
from tests import tenders
from tests.deposited import ASKED, Till
from trading import services as trading
from trading.domain.files import Upload

LETTER = Upload("letter", "保函.pdf", b"%PDF-1.7\n% bid guarantee\n%%EOF\n")
WHY = {"ground": "refused_contract", "article": "第七十四条", "reason": "无正当理由拒签合同。"}


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


@pytest.fixture
def lost(world):
    """Chen bid with a letter, won, and gave up; what it laid down waits for a decision."""
    till = Till(tenders.announced(world, bid_security=ASKED))
    till.register("chen")
    wanted = queries.wanted_letter(till.story.tender, 1)
    guarantees.hand_in_guarantee(
        actor=world.actor("chen"),
        code=till.story.code,
        number=1,
        issuer="清河商业银行",
        letter_number="BH-2026-0001",
        amount=ASKED,
        valid_until=wanted.valid_until,
        beneficiary=wanted.beneficiary,
        document=LETTER,
        at=till.story.at,
    )
    till.pay("zhao")
    till.close("chen", "zhao")
    story = till.story
    qian = world.actor("qian", story.at)
    for step in (trading.open_tender, trading.confirm_record, trading.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    ranked = [(1, "chen", "980000.00", "91.20"), (2, "zhao", "1020000.00", "86.75")]
    rows = [tenders._candidate(world, 1, *row) for row in ranked]
    trading.receive_report(code=story.code, candidates=rows, at=story.at)
    lin = world.actor("lin", story.at)
    trading.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    told = {"ground": "gave_up", "reason": "书面放弃。"}
    trading.pass_over(actor=lin, code=story.code, number=1, **told, at=story.at)
    return till


def given(till, who="lin"):
    return {
        "actor": till.world.actor(who, till.story.at),
        "code": till.story.code,
        "at": till.story.at,
    }


def uscc(till, name="chen"):
    return till.world.organisation_of(name).uscc


def forfeit(till):
    return forfeits.forfeit(**given(till), number=1, uscc=uscc(till), **WHY)


def state(till):
    return {row.uscc: row.state for row in queries.deposits_of(till.story.tender)}[uscc(till)]


def balance():
    found = queries.trial_balance()
    assert sum(found.values()) == 0
    return found["guarantor"], found["claims"]


def made(till, **changes):
    on = changes.pop("on", local_date(till.story.at))
    return claims.make_claim(**given(till), key=Claim.objects.get().pk, on=on)


def answered(till, answer, **more):
    told = {"on": local_date(till.story.at), **more}
    return claims.answer_claim(**given(till), key=Claim.objects.get().pk, answer=answer, **told)


def kinds():
    return list(
        JournalEntry.objects.filter(deposit__guarantee__isnull=False).values_list("kind", flat=True)
    )


def test_a_letter_waits_for_a_decision_and_is_claimed_on_until_it_ends(lost):
    assert state(lost) == "held"
    assert balance() == (0, 0)
    decided = forfeit(lost)
    claim = Claim.objects.get()
    assert (f"{decided.amount:.2f}", claim.amount) == (ASKED, decided.amount)
    assert claim.due_on == Deposit.objects.get(bidder__uscc=uscc(lost)).guarantee.valid_until
    assert (state(lost), balance()) == ("claim_due", (24000, -24000))
    made(lost)
    assert state(lost) == "claim_made"
    answered(lost, "pay", bank="PF-20261201")
    assert (state(lost), balance()) == ("claim_paid", (0, 0))
    assert kinds() == ["claimed", "recovered"]
    rows = Entry.objects.filter(stream="deposits").order_by("number").values_list("kind", flat=True)
    assert list(rows)[-3:] == ["deposit.forfeited", "claim.made", "claim.paid"]
    undo = {**given(lost), "key": decided.pk, "reason": "复议撤销。"}
    assert code_of(lambda: forfeits.undo_forfeit(**undo)) == "claim.paid"


def test_what_is_refused_may_be_claimed_again_and_the_decision_taken_back(lost):
    decided = forfeit(lost)
    assert code_of(lambda: answered(lost, "pay", bank="PF-20261201")) == "claim.wrong_state"
    made(lost)
    assert code_of(lambda: answered(lost, "refuse")) == "claim.reason"
    assert code_of(lambda: answered(lost, "pay", bank="?")) == "security.bank_number"
    taken = JournalEntry.objects.get(kind="received").ref
    assert code_of(lambda: answered(lost, "pay", bank=taken)) == "deposit.number_used"
    answered(lost, "refuse", reason="称保函条款不覆盖该情形。")
    assert (state(lost), balance()) == ("claim_refused", (0, 0))
    made(lost)
    assert balance() == (24000, -24000)
    answered(lost, "refuse", reason="仍拒绝。")
    forfeits.undo_forfeit(**given(lost), key=decided.pk, reason="复议撤销。")
    assert (Claim.objects.get().state, balance(), state(lost)) == ("dropped", (0, 0), "held")
    forfeit(lost)
    assert (Forfeit.objects.count(), Claim.objects.filter(state="due").count()) == (2, 1)
    assert balance() == (24000, -24000)


def test_a_decision_is_taken_back_once_the_claim_is_withdrawn_and_leaves_by_its_mirror(lost):
    undo = {**given(lost), "key": forfeit(lost).pk, "reason": "复议撤销。"}
    assert code_of(lambda: answered(lost, "withdraw", reason="误报。")) == "claim.wrong_state"
    made(lost)
    assert code_of(lambda: forfeits.undo_forfeit(**undo)) == "claim.made"
    assert code_of(lambda: answered(lost, "withdraw")) == "claim.reason"
    answered(lost, "withdraw", reason="复议撤销，函告不再索赔。")
    claim = Claim.objects.get()
    assert (claim.state, claim.made_on, claim.answered_on) == ("due", None, None)
    assert (balance(), kinds()) == ((24000, -24000), ["claimed"])
    told = Entry.objects.filter(stream="deposits").order_by("number").last()
    assert (told.kind, told.data["reason"]) == ("claim.withdrawn", "复议撤销，函告不再索赔。")
    assert code_of(lambda: answered(lost, "pay", bank="PF-20261201")) == "claim.wrong_state"
    forfeits.undo_forfeit(**undo)
    assert (balance(), kinds()) == ((0, 0), ["claimed", "reversed"])


def test_a_withdrawn_claim_may_be_made_again_and_is_booked_once(lost):
    forfeit(lost)
    made(lost)
    answered(lost, "withdraw", reason="索赔函金额写错。")
    made(lost)
    answered(lost, "pay", bank="PF-20261201")
    assert (balance(), kinds()) == ((0, 0), ["claimed", "recovered"])


def test_a_letter_that_is_let_go_is_not_claimed_on(lost):
    told = {"number": 1, "uscc": uscc(lost), "reason": "查明无过错。"}
    holds.lift_hold(**given(lost), **told)
    assert (state(lost), Claim.objects.count(), balance()) == ("letter", 0, (0, 0))


def test_after_its_last_day_nobody_claims_and_it_is_told_once(lost):
    forfeit(lost)
    claim = Claim.objects.get()
    early = local_date(lost.story.at) - timedelta(days=1)
    assert code_of(lambda: made(lost, on=early)) == "claim.day"
    lost.story.at += timedelta(days=(claim.due_on - local_date(lost.story.at)).days + 1)
    assert code_of(lambda: made(lost)) == "claim.expired"
    assert (claims.due(lost.story.at), claims.due(lost.story.at)) == (1, 0)
    made(lost, on=claim.due_on)  # it was asked in time and is noted late
    assert state(lost) == "claim_made"


def test_a_letter_that_ended_holds_nothing(world, lost):
    lost.story.at += timedelta(days=400)
    assert code_of(lambda: forfeit(lost)) == "forfeit.nothing_held"


@pytest.mark.parametrize("who", ["sun", "qian", "wang", "chen", "zhao"])
def test_only_the_beneficiary_claims(lost, who):
    forfeit(lost)
    key = Claim.objects.get().pk
    with pytest.raises(Denied):
        claims.make_claim(**given(lost, who), key=key, on=local_date(lost.story.at))
    place = f"/tenders/{lost.story.code}/deposits/claims/{key}/"
    for act in ("make", "answer"):
        assert lost.world.client(who).get(f"{place}{act}/").status_code == 403


def test_the_pages_and_the_api_lead_through_it(lost):
    with time_machine.travel(lost.story.at, tick=False):
        lead_through(lost)


def lead_through(lost):
    forfeit(lost)
    key, client = Claim.objects.get().pk, lost.world.client("lin")
    place = f"/tenders/{lost.story.code}/deposits/"
    assert f"{place}claims/{key}/make/" in client.get(place).text
    assert "/make/" not in lost.world.client("wang").get(place).text
    assert "向保函出具机构索赔" in client.get("/desk/").text
    on = local_date(lost.story.at).isoformat()
    assert client.get(f"{place}claims/{key}/make/").status_code == 200
    assert client.post(f"{place}claims/{key}/make/", {"on": "x"}).status_code == 422
    assert client.post(f"{place}claims/{key}/make/", {"on": on}).status_code == 302
    assert f"{place}claims/{key}/answer/" in client.get(place).text
    sent = {"answer": "refuse", "on": on, "reason": "称保函已失效。"}
    assert client.post(f"{place}claims/{key}/answer/", sent).status_code == 302
    assert "称保函已失效。" in client.get(place).text
    api = f"/api/v1/tenders/{lost.story.code}/claims/{key}/"
    again = client.post(f"{api}make", {"on": on}, "application/json")
    assert (again.status_code, again.json()["state"]) == (200, "made")
    paid = client.post(
        f"{api}answer", {"answer": "pay", "on": on, "bank": "PF-20261201"}, "application/json"
    )
    assert (paid.status_code, paid.json()["state"]) == (200, "paid")
    missing = client.get(f"{place}claims/{key + 9}/make/")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("asked", "held", "letter", "part"),
    [(24, 0, 24, 24), (24, 0, 30, 24), (24, 10, 30, 14), (24, 24, 24, 0), (24, 30, 24, 0)],
)
def test_a_letter_stands_for_what_no_money_covers(asked, held, letter, part):
    assert rules.part_of_letter(asked, held, letter) == part

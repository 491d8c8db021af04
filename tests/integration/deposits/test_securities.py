"""Performance security: asked by the draft, there before the contract, returned after it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.services import exchange_code
from deposits import queries
from deposits.models import Refund, Security
from deposits.services import refunds, securities
from kernel.calendar import local_date
from kernel.errors import DomainError
from ledger.models import Entry
from ledger.papers import paper_of
from tests import tenders
from tests.deposited import ASKED as DEPOSIT
from tests.deposited import Till
from tests.world import AT
from trading import queries as trading
from trading import services
from trading.domain import completeness
from trading.domain.files import Upload

PDF = Upload("contract", "合同.pdf", b"%PDF-1.7\n%%EOF\n")
FILE = b"%PDF-1.7\n% performance guarantee\n%%EOF\n"
ASKED = "49000.00"
BOTH = {"performance_share": "5.00", "performance_forms": ["guarantee", "transfer"]}
EVERYBODY = ("public", "he", "chen", "zhao", "sun", "lin", "qian", "zhou", "zheng", "wang", "tang")


def notified(world, **changes):
    """A tender of 980,000 whose winner has its notice."""
    return awarded(tenders.evaluated(world, **{**BOTH, **changes}))


def won(till):
    """A tender that asked a deposit, won by somebody who laid down none."""
    till.close("chen")
    story = till.story
    qian = story.world.actor("qian", story.at)
    for step in (services.open_tender, services.confirm_record, services.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    candidate = tenders._candidate(story.world, 1, 1, "chen", "980000.00", "91.20")
    services.receive_report(code=story.code, candidates=[candidate], at=story.at)
    return awarded(story)


def awarded(story):
    world = story.world
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    return story


@pytest.fixture
def story(world):
    return notified(world)


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def given(story, name, **more):
    actor = story.world.actor(name, story.at)
    return {"actor": actor, "code": story.code, "number": 1, "at": story.at, **more}


def letter(story, **changes):
    told = {
        "issuer": "清河商业银行新安支行",
        "letter_number": "LY-2026-0001",
        "amount": ASKED,
        "valid_until": story.at.date() + timedelta(days=400),
        "beneficiary": "新安市第一人民医院",
        "document": Upload("other", "履约保函.pdf", FILE),
    }
    return securities.lodge_security(**given(story, "chen"), **{**told, **changes})


def transfer(story, amount=ASKED, bank="LY-000001", who="qian"):
    return securities.receive_security(**given(story, who), amount=amount, bank=bank)


def sign(story):
    return services.sign_contract(**given(story, "lin"), document=PDF)


def kinds():
    return list(
        Entry.objects.filter(stream="deposits", kind__startswith="security.")
        .order_by("number")
        .values_list("kind", flat=True)
    )


def test_a_draft_asks_no_more_than_the_law_and_says_in_which_form(world):
    story = tenders.draft(world, performance_share="10.01", performance_forms=[])
    found = {f.code: f for f in _missing(story)}
    assert "第四十八条" in found["basic.performance"].article
    assert "basic.performance_forms" in found
    story = tenders.draft(world, performance_share="10", performance_forms=["transfer"])
    assert not {"basic.performance", "basic.performance_forms"} & {f.code for f in _missing(story)}


def _missing(story):
    return completeness.missing_before_submission(trading.facts(story.tender, AT))


def test_the_notice_asks_it_and_the_contract_waits_for_it(story, client):
    page = client.get(f"/notices/{story.code}/1/").content.decode()
    assert "合同金额的 5.00%，签订合同前提交" in page
    paper = paper_of("award_notice", f"{story.code}.1").content["security"]
    due = trading.contract_of(story.tender, 1).security_due_on
    assert paper == {
        "amount": ASKED,
        "in_capitals": "肆万玖仟元整",
        "forms": ["保函", "转账"],
        "due": due.isoformat(),
    }
    assert code_of(lambda: sign(story)) == "contract.no_security"
    letter(story)
    assert sign(story).signed_at == story.at
    assert kinds() == ["security.lodged"]


def test_a_tender_that_asks_nothing_signs_as_before(world):
    story = notified(world, performance_share="0", performance_forms=[])
    assert code_of(lambda: letter(story)) == "security.not_asked"
    assert sign(story).signed_at


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": " "}, "security.issuer"),
        ({"letter_number": "<b>"}, "security.number"),
        ({"amount": "48999.99"}, "security.amount"),
        ({"valid_until": AT.date()}, "security.validity"),
        ({"beneficiary": "别人"}, "security.beneficiary"),
    ],
)
def test_a_letter_that_falls_short_is_refused(story, changes, code):
    assert code_of(lambda: letter(story, **changes)) == code
    assert (Security.objects.count(), kinds()) == (0, [])


def test_the_validity_refused_is_the_one_checked(story):
    """How long performance takes is prose: no more is demanded than is looked at."""
    with pytest.raises(DomainError) as refusal:
        letter(story, valid_until=AT.date())
    assert "履约期" not in refusal.value.text()
    with time_machine.travel(story.at, tick=False):
        page = story.world.client("chen").get(f"/tenders/{story.code}/security/1/lodge/")
    assert "是否覆盖履约期由采购人核对" in page.content.decode()


def test_a_transfer_is_booked_whole_and_goes_back_when_the_contract_was_performed(story):
    assert code_of(lambda: transfer(story, "48999.99")) == "security.amount"
    assert code_of(lambda: transfer(story, bank="?")) == "security.bank_number"
    transfer(story)
    assert code_of(lambda: transfer(story, bank="LY-000002")) == "security.lodged_already"
    assert code_of(lambda: letter(story)) == "security.lodged_already"
    balance = queries.trial_balance()
    assert (balance["secured"], sum(balance.values())) == (-49000, 0)
    assert queries.deposits_of(story.tender) == []
    release = lambda: securities.release_security(**given(story, "lin"))  # noqa: E731
    assert code_of(release) == "security.unsigned"
    sign(story)
    back = lambda: securities.return_security(**given(story, "qian"), bank="OUT-1001")  # noqa: E731
    assert code_of(back) == "security.wrong_state"
    release()
    back()
    balance = queries.trial_balance()
    assert (balance["secured"], balance["bank"], sum(balance.values())) == (0, 0, 0)
    assert Security.objects.get().state == "returned"
    assert kinds() == ["security.received", "security.released", "security.returned"]


def test_one_transfer_is_booked_once_whatever_as(world):
    till = Till(tenders.announced(world, **BOTH, bid_security=DEPOSIT))
    account = till.open("chen")
    story = won(till)
    told = {"account": account, "amount": ASKED, "at": story.at, "credited_at": story.at}
    till.pay("chen", number="BANK-900001", **told)
    assert code_of(lambda: transfer(story, bank="BANK-900001")) == "deposit.number_used"
    assert Security.objects.count() == 0
    transfer(story, bank="BANK-900002")
    again = lambda: till.pay("chen", number="BANK-900002", **told)  # noqa: E731
    assert code_of(again) == "receipt.differs"
    sign(story)
    securities.release_security(**given(story, "lin"))
    for used in ("BANK-900001", "BANK-900002"):
        back = lambda: securities.return_security(**given(story, "qian"), bank=used)  # noqa: B023, E731
        assert code_of(back) == "deposit.number_used"
        assert code_of(lambda: pay_back(story, used)) == "deposit.number_used"  # noqa: B023
    securities.return_security(**given(story, "qian"), bank="OUT-000001")
    assert code_of(lambda: pay_back(story, "OUT-000001")) == "deposit.number_used"
    pay_back(story, "OUT-000002")
    assert code_of(lambda: till.pay("chen", number="OUT-000002", **told)) == "deposit.number_used"
    balance = queries.trial_balance()
    assert (balance["bank"], balance["secured"], balance["payable"]) == (0, 0, 0)


def test_a_security_does_not_pass_for_the_deposit_that_was_not_laid_down(world):
    story = won(Till(tenders.announced(world, **BOTH, bid_security=DEPOSIT)))
    chen = world.organisation_of("chen").uscc
    assert queries.status_of(story.tender, 1, chen).is_missing
    transfer(story)
    assert queries.status_of(story.tender, 1, chen).is_missing
    (row,) = queries.deposits_of(story.tender)
    assert (f"{row.asked:.2f}", row.counted, row.state, row.has_bid) == (DEPOSIT, 0, "none", True)


def drop(story, who="lin", **changes):
    told = {"article": "《民法典》第五百六十三条", "reason": "中标人拒绝签订合同"}
    return securities.drop_security(**given(story, who), **{**told, **changes})


def test_a_security_goes_back_if_the_contract_is_never_signed(story):
    transfer(story)
    assert code_of(lambda: drop(story, "qian")) == "security.drop.denied"
    assert code_of(lambda: drop(story, reason=" "))
    drop(story)
    assert code_of(lambda: drop(story)) == "security.wrong_state"
    assert code_of(lambda: sign(story)) == "contract.no_security"
    securities.return_security(**given(story, "qian"), bank="OUT-1001")
    assert queries.trial_balance()["bank"] == 0
    assert kinds() == ["security.received", "security.dropped", "security.returned"]
    fact = Entry.objects.get(kind="security.dropped").data
    assert (fact["reason"], fact["article"]) == ("中标人拒绝签订合同", "《民法典》第五百六十三条")


def test_a_security_of_a_signed_contract_waits_for_its_performance(story):
    transfer(story)
    sign(story)
    assert code_of(lambda: drop(story)) == "security.signed"
    assert Security.objects.get().state == "lodged"


def test_the_desk_and_the_page_lead_to_it(story):
    def desk(name):
        actor = story.world.actor(name, story.at)
        return [item.title for item in queries.desk_items(actor, story.at) if "履约" in item.title]

    letter(story)
    assert desk("lin") == []
    story.at += timedelta(days=60)
    assert (desk("lin"), desk("zheng")) == (["合同逾期未签订，处理履约保证金"], [])
    place = f"/tenders/{story.code}/security/"
    with time_machine.travel(story.at, tick=False):
        lin, chen = story.world.client("lin"), story.world.client("chen")
        page = lin.get(place).content.decode()
        assert "1/drop/" in page
        assert "1/release/" not in page
        assert lin.get(f"{place}1/drop/").status_code == 200
        assert lin.post(f"{place}1/drop/", {"article": "", "reason": ""}).status_code == 422
        told = {"article": "某条", "reason": "中标人拒签"}
        assert chen.get(f"{place}1/drop/").status_code == 403
        assert lin.post(f"{place}1/drop/", told).status_code == 302
        assert "中标人拒签（某条）" in chen.get(place).content.decode()
    assert (desk("lin"), desk("chen"), desk("qian")) == ([], [], ["退还履约保证金"])


def pay_back(story, number):
    row = Refund.objects.get(outcome="not_counted")
    return refunds.confirm_refunds(
        actor=story.world.actor("qian", story.at),
        payments={row.pk: number},
        paid_on=local_date(story.at),
        at=story.at,
    )


def test_only_the_forms_of_the_document_are_taken(world):
    story = notified(world, performance_forms=["guarantee"])
    assert code_of(lambda: transfer(story)) == "security.form"


@pytest.mark.parametrize(
    ("act", "who", "code"),
    [
        (lambda story, who: transfer(story, who=who), "lin", "security.receive.denied"),
        (
            lambda story, who: securities.release_security(**given(story, who)),
            "chen",
            "security.release.denied",
        ),
        (
            lambda story, who: securities.return_security(**given(story, who), bank="OUT-1"),
            "lin",
            "security.return.denied",
        ),
    ],
)
def test_each_act_is_of_one_side_alone(story, act, who, code):
    assert code_of(lambda: act(story, who)) == code


def test_the_desk_tells_the_winner_to_lodge_and_the_centre_to_return(story):
    def desk(name):
        actor = story.world.actor(name, story.at)
        return [item.title for item in queries.desk_items(actor, story.at) if "履约" in item.title]

    assert {name: desk(name) for name in ("chen", "zhao", "qian", "sun")} == {
        "chen": ["提交履约保证金"],
        "zhao": [],
        "qian": [],
        "sun": [],
    }
    transfer(story)
    sign(story)
    securities.release_security(**given(story, "lin"))
    assert (desk("chen"), desk("qian")) == ([], ["退还履约保证金"])


def test_parties_and_oversight_see_it_and_nobody_else(story):
    with time_machine.travel(story.at, tick=False):
        place = f"/tenders/{story.code}/security/"
        found = {n: story.world.client(n).get(place).status_code for n in EVERYBODY}
    may = ("chen", "sun", "lin", "qian", "wang", "tang")
    assert found == dict.fromkeys(EVERYBODY, 404) | {"public": 302} | dict.fromkeys(may, 200)


def test_the_pages_and_the_api_take_it_from_the_letter_to_the_return(story):
    with time_machine.travel(story.at, tick=False):
        world, place = story.world, f"/tenders/{story.code}/security/"
        chen, lin, qian = (world.client(name) for name in ("chen", "lin", "qian"))
        assert "提交履约保函" in chen.get(place).content.decode()
        told = {
            "issuer": "清河商业银行新安支行",
            "letter_number": "LY-2026-0001",
            "amount": ASKED,
            "valid_until": "2028-06-30",
            "beneficiary": "新安市第一人民医院",
            "file": SimpleUploadedFile("履约保函.pdf", FILE),
        }
        lodge = f"{place}1/lodge/"
        assert chen.get(lodge).status_code == 200
        assert chen.post(lodge, told | {"amount": "1"}).status_code == 422
        told["file"].seek(0)
        assert chen.post(lodge, told).status_code == 302
        assert "已提交" in lin.get(f"/tenders/{story.code}/contracts/").content.decode()
        sign(story)
        assert lin.post(f"{place}1/release/").status_code == 302
        assert qian.get(f"{place}1/return/").status_code == 200
        assert qian.post(f"{place}1/return/", {"bank": ""}).status_code == 302
        token = exchange_code(user=world.person("wang"), code="", at=story.at)
        answer = world.client("public").get(
            f"/api/v1/tenders/{story.code}/securities",
            headers={"authorization": f"Bearer {token}"},
        )
        assert [row["state"] for row in answer.json()] == ["returned"]

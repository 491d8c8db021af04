"""The pages and the API of money around a bid, for each of the cast."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.services import exchange_code
from deposits import queries
from deposits.models import Forfeit, Guarantee, Refund
from kernel.calendar import local_date
from ledger.models import Document, Entry, Withheld
from tests.deposited import ASKED, bank
from tests.world import AT

PDF = b"%PDF-1.7\n% letter\n%%EOF\n"
EVERYBODY = ("public", "he", "chen", "zhao", "sun", "lin", "qian", "zhou", "zheng", "wang", "tang")


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def closed(till):
    for name in ("chen", "zhao", "hu"):
        till.pay(name)
    till.close("chen", "zhao")
    with time_machine.travel(till.story.at, tick=False):
        yield till


def address(till, rest=""):
    return f"/tenders/{till.story.code}/{rest}"


def statuses(till, path, names=EVERYBODY):
    return {name: till.world.client(name).get(path).status_code for name in names}


def test_a_bidder_takes_its_account_pays_and_sees_it(till):
    client = till.world.client("chen")
    assert "报名后才能取得" in client.get(address(till, "deposit/")).content.decode()
    till.register("chen")
    assert "取得子账号" in client.get(address(till, "deposit/")).content.decode()
    assert client.post(address(till, "deposit/1/account/")).status_code == 302
    till.pay("chen", "100.00")
    page = client.get(address(till, "deposit/")).content.decode()
    account = queries.own_deposits(till.world.actor("chen"), till.story.tender)[0].account
    assert account in page
    assert "已到账，尚未足额" in page
    other = till.world.client("zhao").get(address(till, "deposit/")).content.decode()
    assert account not in other


def test_only_bidders_have_a_page_of_their_own(till):
    found = statuses(till, address(till, "deposit/"))
    assert found == dict.fromkeys(EVERYBODY, 403) | {"public": 302, "chen": 200, "zhao": 200}


def test_before_closing_nobody_reads_the_list_and_after_it_those_who_may(till, closed):
    list_of = address(till, "deposits/")
    may = ("sun", "lin", "qian", "wang", "tang")
    expected = dict.fromkeys(EVERYBODY, 404) | {"public": 302} | dict.fromkeys(may, 200)
    assert statuses(till, list_of) == expected
    looks = Entry.objects.filter(kind="access.read").values_list("data__subject", flat=True)
    assert list(looks) == [f"deposits:{till.story.code}"] * len(may)


def test_before_closing_the_list_is_not_there(till):
    till.pay("chen")
    expected = dict.fromkeys(EVERYBODY, 404) | {"public": 302}
    assert statuses(till, address(till, "deposits/")) == expected


def test_the_centre_pays_back_by_its_page(closed):
    client = closed.world.client("qian")
    refund = Refund.objects.get()
    page = client.get("/refunds/").content.decode()
    assert "琥珀办公设备有限公司" in page
    given = {"paid_on": str(local_date(closed.story.at)), f"number_{refund.pk}": "OUT-000001"}
    assert client.post("/refunds/", given, follow=True).status_code == 200
    assert Refund.objects.get().state == "paid"
    again = client.post("/refunds/", given)
    assert again.status_code == 422
    assert statuses(closed, "/refunds/") == dict.fromkeys(EVERYBODY, 403) | {
        "public": 302,
        "qian": 200,
    }


@pytest.mark.parametrize("number", ["x", "a" * 41, "1 OR 1=1", "<b>"])
def test_a_number_no_bank_gives_is_refused_on_the_page(closed, number):
    refund = Refund.objects.get()
    given = {"paid_on": str(local_date(closed.story.at)), f"number_{refund.pk}": number}
    assert closed.world.client("qian").post("/refunds/", given).status_code == 422
    assert Refund.objects.get().state == "due"


def test_the_purchaser_decides_and_takes_back(closed):
    lin = closed.world.client("lin")
    uscc = closed.world.organisation_of("chen").uscc
    place = address(closed, f"deposits/1/{uscc}/forfeit/")
    assert lin.get(place).status_code == 200
    given = {"ground": "revoked", "article": "第二十三条", "reason": "截止后撤销投标。"}
    assert lin.post(place, given | {"reason": ""}).status_code == 422
    assert lin.post(place, given).status_code == 302
    own = closed.world.client("chen").get(address(closed, "deposit/")).content.decode()
    assert "截止后撤销投标。" in own
    key = Forfeit.objects.get().pk
    undo = address(closed, f"deposits/decisions/{key}/undo/")
    assert "撤销这项决定" in lin.get(address(closed, "deposits/")).content.decode()
    assert lin.post(undo, {"reason": "复核。"}).status_code == 302
    assert lin.post(undo, {"reason": "复核。"}).status_code == 422
    found = statuses(closed, place)
    assert found == dict.fromkeys(EVERYBODY, 403) | {"public": 302, "lin": 200, "wang": 200}


LETTER = {
    "issuer": "清河商业银行新安支行",
    "letter_number": "GUA-2026-0001",
    "amount": ASKED,
    "valid_until": "2027-06-30",
    "beneficiary": "新安市第一人民医院",
}


def letter_file(content=PDF):
    return SimpleUploadedFile("保函.pdf", content, "application/pdf")


def test_a_letter_is_bound_before_and_shown_after_closing(till):
    till.register("chen")
    chen = till.world.client("chen")
    place = address(till, "deposit/1/letter/")
    assert chen.get(place).status_code == 200
    documents = Document.objects.count()
    wrong = chen.post(place, LETTER | {"amount": "1.00", "file": letter_file()})
    assert wrong.status_code == 422
    assert "保函金额不足" in wrong.content.decode()
    assert chen.post(place, LETTER | {"file": letter_file(b"MZ")}).status_code == 422
    assert chen.post(place, LETTER | {"file": letter_file()}).status_code == 302
    assert chen.post(place, LETTER | {"file": letter_file()}).status_code == 422
    assert Document.objects.count() == documents
    assert {len(bytes(row.ciphertext)) for row in Withheld.objects.all()} == {12 + 1024 + 16}
    assert "GUA-2026-0001" in chen.get(address(till, "deposit/")).content.decode()
    till.close("chen")
    with time_machine.travel(till.story.at, tick=False):
        chen = till.world.client("chen")  # three weeks on: signed in again
        late = chen.post(place, LETTER | {"file": letter_file()})
        assert late.status_code in {409, 422}
        show = address(till, "deposit/1/letter/show/")
        assert chen.get(show).status_code == 200
        assert chen.post(show, {"file": letter_file(PDF + b"x")}).status_code == 422
        assert chen.post(show, {"file": letter_file()}).status_code == 302
        assert Guarantee.objects.get().document_id
        row = queries.deposits_of(till.story.tender)[0]
    assert (row.state, row.letter) == ("letter", "清河商业银行新安支行 GUA-2026-0001")
    status = queries.status_of(till.story.tender, 1, row.uscc)
    assert (status.form, status.is_missing) == ("guarantee", False)
    missing = queries.status_of(till.story.tender, 1, "none")
    assert (missing.form, missing.is_missing) == ("missing", True)


def test_the_widest_letter_is_a_row_like_any_other(till):
    till.register("chen")
    wide = {"issuer": "银" * 100, "letter_number": "第" * 60, "file": letter_file()}
    place = address(till, "deposit/1/letter/")
    assert till.world.client("chen").post(place, LETTER | wide).status_code == 302
    assert {len(bytes(row.ciphertext)) for row in Withheld.objects.all()} == {12 + 1024 + 16}


# --- the API ---


def bearer(till, name):
    person = till.world.person(name)
    token = exchange_code(user=person, code="", at=AT + timedelta(hours=1))
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_the_bank_tells_by_its_token_and_learns_nothing(till, client):
    account = till.open("chen")
    bank(till.world)
    body = {
        "number": "BANK-000001",
        "account": account,
        "amount": ASKED,
        "payer": "某某人",
        "credited_at": AT.isoformat(),
    }
    post = {"path": "/api/v1/bank/receipts", "content_type": "application/json"}
    told = client.post(data=body, **post, **bearer(till, "bank"))
    assert told.json() == {"number": "BANK-000001", "code": "receipt.noted", "taken": True}
    assert client.post(data=body, **post, **bearer(till, "bank")).json() == told.json()
    assert client.post(data=body, **post).status_code == 401
    assert client.post(data=body, **post, **bearer(till, "qian")).status_code == 403
    odd = {"amount": "1e5"}, {"amount": "-5"}, {"credited_at": "2020-01-01T00:00:00+08:00"}
    for changes in odd:
        answer = client.post(data=body | changes, **post, **bearer(till, "bank"))
        assert answer.status_code == 422
    assert client.post(data=body | {"x": 1}, **post, **bearer(till, "bank")).status_code == 422


def test_all_the_pages_do_the_api_does(till, client):
    base = f"/api/v1/tenders/{till.story.code}"
    till.register("chen")
    till.register("zhao")
    chen = bearer(till, "chen")
    account = client.post(f"{base}/lots/1/deposit-account", **chen).json()["account"]
    till.pay("chen", account=account)
    own = client.get(f"{base}/deposit", **chen).json()
    assert [(line["state"], line["account"]) for line in own] == [("full", account)]
    zhao = bearer(till, "zhao")
    handed = client.post(f"{base}/lots/1/guarantee", LETTER | {"file": letter_file()}, **zhao)
    assert handed.status_code == 201
    assert client.get(f"{base}/deposits", **bearer(till, "qian")).status_code == 404
    till.close("zhao")
    with time_machine.travel(AT + timedelta(hours=2), tick=False):
        shown = client.post(f"{base}/lots/1/guarantee/show", {"file": letter_file()}, **zhao)
        assert shown.status_code == 200
        rows = client.get(f"{base}/deposits", **bearer(till, "qian")).json()
        assert {row["state"] for row in rows} == {"due", "letter"}
        wang = bearer(till, "wang")
        uscc = till.world.organisation_of("chen").uscc
        made = client.post(
            f"{base}/lots/1/deposits/{uscc}/forfeit",
            {"ground": "fraud", "article": "某条", "reason": "某事"},
            content_type="application/json",
            **wang,
        )
        assert made.status_code == 201
        undone = client.post(
            f"{base}/forfeits/{made.json()['id']}/undo",
            {"reason": "复核"},
            content_type="application/json",
            **wang,
        )
        assert undone.json()["undo_reason"] == "复核"
    with time_machine.travel(till.story.at, tick=False):
        qian = till.world.client("qian")
        due = qian.get("/api/v1/refunds").json()
        assert [row["outcome"] for row in due] == ["not_bid"]
        paid = qian.post(
            "/api/v1/refunds/confirm",
            {
                "paid_on": str(local_date(till.story.at)),
                "payments": [{"id": due[0]["id"], "bank_number": "OUT-000001"}],
            },
            content_type="application/json",
        )
        assert [row["state"] for row in paid.json()] == ["paid"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_as_often_for_many_as_for_one(till, django_assert_num_queries, count):
    for name in ("chen", "zhao", "hu")[:count]:
        till.pay(name)
    till.close()
    tender = till.story.tender
    with django_assert_num_queries(5):
        assert len(queries.deposits_of(tender)) == count
    with django_assert_num_queries(2):
        assert len(queries.refunds_to_pay()) == count

"""What was sold is paid for, certified and only then published (SA32 28 to 30)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import press
from ledger import queries as record
from ledger.papers import paper_of
from tests import sales, tenders
from tests.integration.trading.conftest import NOW
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.domain.settlement import Given
from trading.models import Contract

pytestmark = pytest.mark.django_db
PRICE = Decimal(2_740_000)


@pytest.fixture
def world():
    return cast(AT)


@pytest.fixture
def signed(world):
    """Give a sale whose contract is signed."""
    story = sales.priced(world, NOW, "chen", "zhao")
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.sign_contract(actor=lin, code=story.code, number=1, document=sales.SIGNED, at=story.at)
    return story


def pay(story, amount=PRICE, name="sun", at=None, **more):
    when = at or story.at
    payment = Given(Decimal(amount), local_date(when), **more)
    actor = story.world.actor(name, when)
    return services.record_payment(actor=actor, code=story.code, number=1, payment=payment, at=when)


def certify(story, name="sun"):
    actor = story.world.actor(name, story.at)
    return services.certify_tender(actor=actor, code=story.code, at=story.at)


def test_the_winner_is_told_before_the_result_is_published(signed):
    kinds = [fact.kind for fact in record.facts_of(signed.code)]
    assert kinds.index("award.notified") < kinds.index("contract.signed")
    assert "tender.result_published" not in kinds
    assert paper_of("deal_confirmation", f"{signed.code}.1") is not None


def test_what_the_winner_promised_beside_the_price_binds_in_result_and_papers(world):
    story = sales.closed(world, NOW, "chen")
    lot, promised = story.tender.lots.get(), [{"title": "付款期限（日）", "value": "5"}]
    weighed = {"code": "付款期限（日）", "weight": "0.4", "worst": "60", "best": "0"}
    lot.auction |= {"kind": "weighted", "weights": {"price": "0.6", "items": [weighed]}}
    lot.save(update_fields=["auction"])
    story.at = sales.opening(story.tender.bids_close_at) + timedelta(hours=2)
    services.start_auction(code=story.code, at=story.at)
    uscc = world.organisation_of("chen").uscc
    won = {"rank": 1, "uscc": uscc, "price": f"{PRICE}", "offer": {"付款期限（日）": "5"}}
    services.form_price(code=story.code, number=1, candidates=[won], at=story.at)
    lin, award = world.actor("lin", story.at), f"/tenders/{story.code}/award/"
    assert "承诺：付款期限（日）" in world.client("lin").get(award).content.decode()
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    notice = sales.concluded(story).tender.notices.get(kind="result")
    assert notice.fields["lots"][0]["promises"] == promised
    page = world.client("public").get(reverse("notice", args=(story.code, notice.number)))
    assert "承诺：付款期限（日）" in page.content.decode()
    for kind in ("deal_confirmation", "transaction_certificate"):
        paper = paper_of(kind, f"{story.code}.1")
        assert_known_shape(paper, "property")
        assert paper.content["promises"] == promised


def test_one_payment_of_the_whole_price_settles_the_sale(signed):
    pay(signed)
    told = record.first_fact(signed.code, "payment.recorded").data
    due = sales.WORK.add_working_days(local_date(signed.at), 5).due
    assert (told["amount"], told["paid"], told["due"], told["is_late"]) == (
        "2740000.00",
        "2740000.00",
        due.isoformat(),
        False,
    )
    assert (signed.tender.state, Contract.objects.get().settled_at) == ("settled", signed.at)


def test_the_deposit_counts_and_what_is_owed_is_counted_down(signed):
    pay(signed, 500_000, source="deposit")
    assert signed.tender.state == "contracted"
    assert queries.owed(Contract.objects.get()).paid == Decimal(500_000)
    with pytest.raises(Invalid) as refusal:
        pay(signed, "2240000.01")
    assert refusal.value.code == "payment.amount"
    pay(signed, 2_240_000)
    assert signed.tender.state == "settled"


def test_instalments_begin_with_three_tenths_and_end_within_a_year(signed):
    year = local_date(signed.at).replace(year=local_date(signed.at).year + 1)
    with pytest.raises(Invalid) as refusal:
        pay(signed, 900_000, rest_due=year + timedelta(days=1))
    assert refusal.value.code == "payment.rest_due"
    pay(signed, "821999.99", rest_due=year)
    assert signed.tender.state == "contracted", "less than thirty per cent"
    pay(signed, "0.01")
    assert (signed.tender.state, Contract.objects.get().rest_due_on) == ("settled", year)
    certify(signed)
    assert_known_shape(paper_of("transaction_certificate", f"{signed.code}.1"), "property")
    paper = paper_of("transaction_certificate", f"{signed.code}.1").content
    assert (paper["paid"], paper["rest"], paper["rest_due"]) == (
        "822000.00",
        "1918000.00",
        year.isoformat(),
    )
    pay(signed, 1_918_000)
    assert queries.owed(Contract.objects.get()).paid == PRICE


def test_a_payment_after_the_fifth_working_day_is_recorded_as_late(signed):
    due = sales.WORK.add_working_days(local_date(signed.at), 5).due
    pay(signed, at=signed.at + (due - local_date(signed.at)) + timedelta(days=1))
    assert record.first_fact(signed.code, "payment.recorded").data["is_late"] is True


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": Decimal(0)}, "payment.amount"),
        ({"amount": Decimal(-5)}, "payment.amount"),
        ({"amount": Decimal("1.001")}, "money.too_fine"),
        ({"source": "cash"}, "payment.source"),
        ({"days": 1}, "payment.date"),
        ({"days": -1}, "payment.date"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(signed, changes, code):
    on = local_date(signed.at) + timedelta(days=changes.pop("days", 0))
    payment = replace(Given(PRICE, on), **changes)
    sun = signed.world.actor("sun", signed.at)
    with pytest.raises(Invalid) as refusal:
        services.record_payment(
            actor=sun, code=signed.code, number=1, payment=payment, at=signed.at
        )
    assert refusal.value.code == code
    assert record.first_fact(signed.code, "payment.recorded") is None


def test_only_the_exchange_records_and_certifies_and_each_in_its_turn(signed, world):
    for name in ("lin", "chen", "qian"):
        with pytest.raises(Denied):
            pay(signed, name=name)
        with pytest.raises(Denied):
            certify(signed, name)
    with pytest.raises(Conflict) as early:
        certify(signed)
    assert early.value.code == "tender.wrong_state"
    pay(signed)
    with pytest.raises(Conflict):
        services.publish_result(actor=world.actor("sun", signed.at), code=signed.code, at=signed.at)
    certify(signed)
    services.publish_result(actor=world.actor("sun", signed.at), code=signed.code, at=signed.at)
    assert signed.tender.state == "award_notified"


def test_nothing_is_paid_through_the_exchange_before_a_contract_or_in_a_procurement(world):
    story = sales.priced(world, NOW, "chen")
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    with pytest.raises(Conflict) as refusal:
        pay(story)
    assert refusal.value.code == "payment.not_now"
    bought = tenders.evaluated(world)
    at = bought.at
    services.confirm_winner(
        actor=world.actor("lin", at), code=bought.code, choices={1: (1, "")}, at=at
    )
    services.publish_result(actor=world.actor("sun", at), code=bought.code, at=at)
    with pytest.raises(Conflict) as other:
        pay(bought)
    assert other.value.code == "payment.not_here"


def test_the_certificate_says_what_was_sold_and_paid(signed):
    pay(signed)
    certify(signed)
    paper = paper_of("transaction_certificate", f"{signed.code}.1")
    page = press.page_of(paper.kind, paper.subject, paper.content)
    for words in (
        "产 权 交 易 凭 证",
        f"{signed.code}-PZ-01",
        "晨光医疗科技有限公司",
        "2,740,000.00",
        "贰佰柒拾肆万元整",
        "第二十九条",
    ):
        assert words in page
    assert "余款" not in page
    assert press.render(paper.kind, paper.subject, paper.content).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("chen", ["deal_confirmation", "transaction_certificate"]),
        ("sun", ["deal_confirmation", "transaction_certificate", "sale_letter"]),
        ("wang", ["deal_confirmation", "transaction_certificate", "sale_letter"]),
        ("zhao", []),
        ("qian", []),
        ("public", []),
    ],
)
def test_papers_and_contract_are_for_those_they_concern(signed, name, kinds):
    pay(signed)
    certify(signed)
    actor = signed.world.actor(name, signed.at)
    found = queries.award_papers(actor, signed.tender)
    assert [paper["kind"] for paper in found] == kinds
    assert bool(queries.contracts_for(actor, signed.tender)) == ("deal_confirmation" in kinds)


def test_pages_and_api_record_certify_and_show(signed):
    with time_machine.travel(signed.at + timedelta(minutes=1), tick=True):
        sun, chen = signed.world.client("sun"), signed.world.client("chen")
        page = f"/tenders/{signed.code}/contracts/"
        assert "登记价款" in sun.get(page).content.decode()
        assert "登记价款" not in chen.get(page).content.decode()
        form = f"{page}1/payments/new/"
        assert chen.get(form).status_code == 403
        assert "2,740,000.00" in sun.get(form).content.decode()
        given = {"amount": "9000000", "paid_on": f"{signed.at:%Y-%m-%d}", "source": "transfer"}
        assert sun.post(form, given).status_code == 422
        assert sun.post(form, given | {"amount": "740000"}).status_code == 302
        body = {"amount": "2000000.00", "paid_on": f"{signed.at:%Y-%m-%d}"}
        api = f"/api/v1/tenders/{signed.code}"
        answer = sun.post(f"{api}/contracts/1/payments", body, content_type="application/json")
        assert (answer.status_code, signed.tender.state) == (201, "settled")
        assert "已按约定支付" in chen.get(page).content.decode()
        public = signed.world.client("public")
        assert "晨光医疗" not in public.get(page).content.decode()
        assert signed.world.client("zhao").get(f"{api}/contracts").json() == []
        assert sun.post(f"/tenders/{signed.code}/certify/").status_code == 302
        assert signed.tender.state == "certified"
        assert "交易凭证" in chen.get(f"/tenders/{signed.code}/award/").content.decode()
        assert public.get(f"/tenders/{signed.code}/award/").status_code == 404
        assert sun.post(f"/tenders/{signed.code}/award/publish/").status_code == 302
        assert "晨光医疗" in public.get(page).content.decode()


def two_lots(world):
    """Give a sale of two lots, both confirmed, of which the first is signed."""
    story = sales.priced(world, NOW, "chen", "zhao", lots=2)
    lin = world.actor("lin", story.at)
    services.confirm_winner(
        actor=lin, code=story.code, choices={1: (1, ""), 2: (1, "")}, at=story.at
    )
    services.sign_contract(actor=lin, code=story.code, number=1, document=sales.SIGNED, at=story.at)
    return story


def test_a_sale_goes_on_when_its_last_open_lot_is_voided_after_the_others_are_paid(world):
    story = two_lots(world)
    sun = world.actor("sun", story.at)
    assert "登记价款" in {item.title for item in queries.desk_items(sun, story.at)}
    pay(story)
    assert story.tender.state == "winner_confirmed"
    services.void_lot(
        actor=world.actor("wang", story.at),
        code=story.code,
        number=2,
        reason="拒绝签订合同。",
        article="《拍卖法》第三十九条",
        defaulted=True,
        at=story.at,
    )
    assert story.tender.state == "settled"
    certify(story)
    services.publish_result(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    services.archive_tender(actor=world.actor("lin", story.at), code=story.code, at=story.at)
    assert story.tender.state == "archived"


def test_the_rest_of_a_price_paid_by_instalments_is_followed_to_its_day(signed, world):
    rest = local_date(signed.at) + timedelta(days=200)
    pay(signed, 900_000, rest_due=rest)
    certify(signed)
    services.publish_result(actor=world.actor("sun", signed.at), code=signed.code, at=signed.at)
    lin = world.actor("lin", signed.at)
    with pytest.raises(Conflict) as refusal:
        services.archive_tender(actor=lin, code=signed.code, at=signed.at)
    assert refusal.value.code == "tender.unpaid"
    for name, title in (("sun", "登记价款"), ("chen", "支付成交价款")):
        actor = world.actor(name, signed.at)
        due = {item.title: item.due_at for item in queries.desk_items(actor, signed.at)}
        assert local_date(due[title]) == rest, name
    assert "归档" not in {item.title for item in queries.desk_items(lin, signed.at)}
    pay(signed, 1_840_000)
    chen = world.actor("chen", signed.at)
    assert "支付成交价款" not in {i.title for i in queries.desk_items(chen, signed.at)}
    services.archive_tender(actor=lin, code=signed.code, at=signed.at)
    assert signed.tender.state == "archived"

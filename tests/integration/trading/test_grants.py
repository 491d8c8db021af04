"""A grant of land from its first line to the file: parcel, listing, notice, deal, contract."""

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from kernel.calendar import local_date, months_later
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.models import Paper
from tests import grants, sales
from tests.integration.trading.conftest import NOW
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness
from trading.domain.files import Upload
from trading.domain.settlement import Given
from trading.models import Contract

pytestmark = pytest.mark.django_db
CONTRACT = Upload("other", "出让合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")


@pytest.fixture
def world():
    return cast(AT)


def findings(story):
    found = completeness.missing_before_publication(queries.facts(story.tender, NOW))
    return [finding.code for finding in found]


def set_terms(story, **changes):
    own = grants.terms(story.tender.bids_close_at or grants.closing(story.at), **changes)
    return services.change_listing(
        actor=story.world.actor("sun", story.at), code=story.code, number=1, terms=own, at=story.at
    )


def change_lot(story, **changes):
    sun, lot = story.world.actor("sun", story.at), {**grants.LOT, **changes}
    return services.change_lot(actor=sun, code=story.code, number=1, lot=lot, at=story.at)


def test_an_empty_draft_asks_for_what_an_announcement_must_say(world):
    story = grants.begun(world, NOW)
    assert story.code.startswith("TD-2026-")
    assert findings(story) == [
        "basic.summary",
        "basic.plan_number",
        "basic.contact_name",
        "basic.contact_phone",
        "lots.none",
        "timetable.bids_close_at",
        "documents.none",
    ]


def test_a_whole_draft_lacks_nothing_and_its_text_holds_parcel_and_terms(world):
    story = grants.draft(world, NOW)
    assert findings(story) == []
    text = queries.text_of(story.tender)
    assert {"extension", "scheme", "place"} & set(text) == set()
    [lot] = text["lots"]
    assert lot["particulars"] == grants.PARCEL
    chosen = {"kind", "quiet_s", "inquiry_s", "extension", "increment", "start_price"}
    assert {name: lot["auction"][name] for name in chosen} == {
        "kind": "listing",
        "quiet_s": 3600,
        "inquiry_s": 240,
        "extension": {"window_s": 300, "add_s": 300, "from": "bid"},
        "increment": "5000000.00",
        "start_price": "400000000.00",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"budget": "0"}, ["lots.no_valuation"]),
        ({"start_price": "379999999.99"}, ["lots.start_price"]),
        ({"deposit": "75999999.99"}, ["lots.deposit"]),
        ({"deposit": "76000000.00"}, []),
        ({"particulars": {**grants.PARCEL, "area": " ", "use": ""}}, ["lots.particular"] * 2),
        (
            {"start_price": "100.00", "budget": "100.00", "deposit": "20.00"},
            ["listing.increment"],
        ),
    ],
)
def test_what_a_parcel_lacks_is_named(world, changes, expected):
    story = grants.draft(world, NOW)
    change_lot(story, **changes)
    assert findings(story) == expected


@pytest.mark.parametrize(
    "said", [{"colour": "red"}, ["area"], {**grants.PARCEL, "area": "1" * 41}, "all of it"]
)
def test_a_parcel_is_described_by_what_the_method_asks_and_nothing_else(world, said):
    story = grants.draft(world, NOW)
    with pytest.raises(Invalid):
        change_lot(story, particulars=said)


def test_what_only_one_market_has_is_refused_in_the_other(world):
    sale, grant = sales.draft(world, NOW), grants.draft(world, NOW)
    sun = world.actor("sun", NOW)
    for act in (
        lambda: services.change_listing(
            actor=sun,
            code=sale.code,
            number=1,
            terms=grants.terms(grants.closing(NOW)),
            at=NOW,
        ),
        lambda: services.change_auction(
            actor=sun,
            code=grant.code,
            number=1,
            auction=sales.terms(grants.closing(NOW), kind="listing"),
            at=NOW,
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.code == "auction.kind"
    with pytest.raises(Invalid) as refusal:
        services.change_lot(
            actor=sun, code=sale.code, number=1, lot={"particulars": grants.PARCEL}, at=NOW
        )
    assert refusal.value.code == "lot.unknown_field"
    with pytest.raises(Invalid) as refusal:
        services.change_tender(
            actor=sun, code=grant.code, changes={"extension": {"rounds": 1, "days": 5}}, at=NOW
        )
    assert refusal.value.code == "tender.unknown_field"


def test_a_listing_before_applications_close_or_on_a_rest_day_is_named(world):
    story = grants.draft(world, NOW)
    closes = story.tender.bids_close_at
    set_terms(story, opens_at=closes)
    assert findings(story) == ["listing.opens_at"]
    own = grants.terms(closes)
    saturday = own.closes_at + timedelta(days=(5 - own.closes_at.weekday()) % 7)
    set_terms(story, closes_at=saturday)
    assert findings(story) == ["listing.closes_at"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"increment": Decimal(0)}, "auction.increment"),
        ({"increment": Decimal(400_000_001)}, "auction.increment"),
        ({"increment": Decimal("0.001")}, "money.too_fine"),
        ({"quiet_minutes": 241}, "tender.out_of_bounds"),
        ({"inquiry_s": 59}, "tender.out_of_bounds"),
        ({"cycle_s": 601}, "tender.out_of_bounds"),
        ({"closes_at": grants.closing(NOW) + timedelta(hours=2)}, "auction.listing_ends"),
        ({"closes_at": NOW.replace(year=1926)}, "tender.date"),
    ],
)
def test_terms_no_listing_could_run_by_are_refused(world, changes, code):
    story = grants.draft(world, NOW)
    before = story.tender.lots.get().auction
    with pytest.raises(Invalid) as refusal:
        set_terms(story, **changes)
    assert (refusal.value.code, story.tender.lots.get().auction) == (code, before)


def test_too_short_an_announcement_is_refused_with_its_article(world):
    story = grants.draft(world, NOW, days=17)
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    assert (refusal.value.code, "第八条" in refusal.value.text()) == ("tender.period_broken", True)


def test_too_short_a_listing_is_refused_with_its_article(world):
    story = grants.draft(world, NOW)
    set_terms(story, closes_at=story.tender.bids_close_at + timedelta(days=8))
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    assert (refusal.value.code, "第十八条" in refusal.value.text()) == (
        "tender.period_broken",
        True,
    )


def test_publishing_freezes_the_text_and_says_all_of_the_parcel(world):
    story = grants.announced(world, NOW)
    tender = story.tender
    assert (tender.state, tender.next_due_at > tender.bids_close_at) == ("announced", True)
    page = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    for said in (*grants.PARCEL.values(), "出让公告", "400,000,000.00", "不答复即不参加"):
        assert said in page
    with pytest.raises(Conflict):
        set_terms(story)


def test_an_amendment_of_weight_begins_the_announcement_anew(world):
    story = grants.announced(world, NOW)
    before, listed = story.tender, story.tender.lots.get().auction
    later = NOW + timedelta(days=5)
    services.amend_tender(
        actor=world.actor("sun", later),
        code=story.code,
        changes={},
        reason="容积率调整为 2.0。",
        affects_bids=True,
        at=later,
    )
    after = story.tender
    assert after.bids_close_at >= later + timedelta(days=19)
    assert after.bids_close_at > before.bids_close_at
    moved = after.lots.get().auction
    assert moved["opens_at"] > listed["opens_at"]
    assert moved["closes_at"] > listed["closes_at"]


def test_nobody_applied_and_nothing_is_granted(world):
    story = grants.closed(world, NOW)
    assert (story.tender.state, story.tender.lots.get().failure) == (
        "failed",
        "申请截止时无人申请竞买。",
    )


def test_a_deal_is_confirmed_announced_contracted_and_filed(world):
    story = grants.closed(world, NOW, "chen")
    at = story.at + timedelta(days=12)
    services.start_auction(code=story.code, at=at)
    winner = world.organisation_of("chen").uscc
    offers = [{"rank": 1, "uscc": winner, "price": "430000000.00"}]
    services.form_price(code=story.code, number=1, candidates=offers, at=at)
    lin, sun = world.actor("lin", at), world.actor("sun", at)
    with pytest.raises(Denied):
        services.confirm_winner(actor=sun, code=story.code, choices={1: (1, "")}, at=at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=at)
    services.publish_result(actor=sun, code=story.code, at=at)
    assert_known_shape(Paper.objects.get(kind="grant_confirmation"), "land")
    paper = Paper.objects.get(kind="grant_confirmation").content
    assert (paper["winner"], paper["amount"], paper["area"]) == (
        world.organisation_of("chen").name,
        "430000000.00",
        grants.PARCEL["area"],
    )
    assert paper["contract_due"] == str(
        grants.WORK.add_working_days(at.astimezone(grants.SHANGHAI).date(), 10).due
    )
    services.sign_contract(actor=lin, code=story.code, number=1, document=CONTRACT, at=at)
    _first_payment_is_told(story, at)
    at = _price_is_paid(story, at)
    services.archive_tender(actor=sun, code=story.code, at=at)
    assert story.tender.state == "archived"
    kept = record.first_fact(story.code, "tender.archived").data["kept_until"]
    assert date.fromisoformat(kept).year - at.year == 15
    assert kept in queries.next_step(story.tender).note
    kinds = [entry.kind for entry in record.public_facts_of(story.code)]
    assert {"tender.price_formed", "tender.result_published", "tender.archived"} <= set(kinds)


def _first_payment_is_told(story, at):
    """Half is due within a month of the contract, on the taker's desk and on the page."""
    due = months_later(local_date(at), 1)
    chen = story.world.actor("chen", at)
    items = {item.title: item.due_at for item in queries.desk_items(chen, at)}
    assert local_date(items["支付成交价款"]) == due
    with time_machine.travel(at, tick=True):
        page = story.world.client("chen").get(f"/tenders/{story.code}/contracts/")
    assert "不低于 50%" in page.content.decode()
    assert page.context["contracts"][0].promised.first_due == due


def _price_is_paid(story, at):
    """Half within the month, the rest late: the page says overdue, the record says late, and the
    file stays open until all is there.
    """
    sun, code = story.world.actor("sun", at), story.code
    given = {"actor": sun, "code": code, "number": 1}
    with pytest.raises(Conflict):
        services.archive_tender(actor=sun, code=code, at=at)
    part = Given(Decimal(80_000_000), local_date(at), source="deposit")
    services.record_payment(payment=part, at=at, **given)
    contract = Contract.objects.get(lot__tender__code=code)
    due = queries.payment_due(contract)
    assert (due.amount, due.on) == (Decimal(135_000_000), months_later(local_date(at), 1))
    with pytest.raises(Denied):
        services.record_payment(
            payment=part, at=at, **given | {"actor": story.world.actor("lin", at)}
        )
    half = Given(Decimal(135_000_000), local_date(at), rest_due=months_later(local_date(at), 6))
    services.record_payment(payment=half, at=at, **given)
    contract.refresh_from_db()
    assert (story.tender.state, queries.payment_due(contract).on) == (
        "contracted",
        months_later(local_date(at), 6),
    )
    late = at + timedelta(days=200)
    with time_machine.travel(late, tick=True):
        page = story.world.client("chen").get(f"/tenders/{code}/contracts/").content.decode()
        form = story.world.client("sun").get(f"/tenders/{code}/contracts/1/payments/new/")
    assert "逾期未付" in page
    assert "承办机构凭到账凭证逐笔登记" in form.content.decode()
    items = {i.title: i.due_at for i in queries.desk_items(story.world.actor("sun", late), late)}
    assert local_date(items["登记价款"]) == months_later(local_date(at), 6)
    rest = Given(Decimal(215_000_000), local_date(late))
    services.record_payment(payment=rest, at=late, **given)
    recorded = record.facts_of(code, only=("payment.recorded",))
    told = [e.data["is_late"] for e in recorded.order_by("id")]
    assert (story.tender.state, told) == ("settled", [False, False, True])
    return late


def test_a_grant_may_end_until_its_listing_begins(world):
    story = grants.closed(world, NOW, "chen")
    services.terminate_tender(
        actor=world.actor("lin", story.at), code=story.code, reason="规划调整。", at=story.at
    )
    assert story.tender.state == "terminated"


def test_a_grant_whose_listing_has_begun_is_not_terminated(world):
    story = grants.closed(world, NOW, "chen")
    services.start_auction(code=story.code, at=story.at)
    with pytest.raises(Conflict):
        services.terminate_tender(
            actor=world.actor("lin", story.at), code=story.code, reason="反悔。", at=story.at
        )


def test_a_grant_is_drafted_on_its_pages(world):
    story, sun = grants.begun(world, NOW), world.client("sun")
    draft = f"/tenders/{story.code}/draft/"
    assert sun.get(draft + "auction/").status_code == 404
    basic = {**grants.FIELDS, "title": "八号地块", "category": "residence"}
    assert sun.post(draft + "basic/", basic).status_code == 302
    lot = {name: value for name, value in grants.LOT.items() if name != "particulars"}
    refused = sun.post(draft + "lots/new/", lot)
    assert (refused.status_code, "宗地坐落" in refused.content.decode()) == (422, True)
    assert sun.post(draft + "lots/new/", lot | grants.PARCEL).status_code == 302
    assert story.tender.lots.get().particulars == grants.PARCEL
    closes = grants.closing(NOW)
    moment = "%Y-%m-%dT%H:%M"
    assert (
        sun.post(draft + "timetable/", {"bids_close_at": closes.strftime(moment)}).status_code
        == 302
    )
    page = sun.get(draft + "listing/").content.decode()
    own = asdict(grants.terms(closes))
    sent = {
        f"lot1-{name}": value.strftime(moment) if name.endswith("_at") else value
        for name, value in own.items()
        if value is not None
    }
    assert sent["lot1-opens_at"] in page
    too_short = sent | {"lot1-closes_at": (closes + timedelta(days=2)).strftime(moment)}
    assert sun.post(draft + "listing/", too_short | {"lot": "1"}).status_code == 302
    assert "不得少于 10" in sun.get(draft + "listing/").content.decode()
    assert sun.post(draft + "listing/", sent | {"lot": "1"}).status_code == 302
    assert findings(story) == ["documents.none"]
    shown = sun.get(draft).content.decode()
    assert grants.PARCEL["boundary"] in shown
    edited = sun.get(draft + "lots/1/").content.decode()
    assert grants.PARCEL["boundary"] in edited


def test_the_listing_of_a_parcel_is_set_by_the_api_too(world):
    story = grants.draft(world, NOW)
    body = {
        "increment": "4000000.00",
        "opens_at": (story.tender.bids_close_at + timedelta(hours=2)).isoformat(),
        "closes_at": grants.terms(story.tender.bids_close_at).closes_at.isoformat(),
    }
    address = f"/api/v1/tenders/{story.code}/lots/1/listing"
    answer = world.client("sun").put(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["auction"]["increment"]) == (200, "4000000.00")
    assert (
        world.client("lin").put(address, body, content_type="application/json").status_code == 403
    )

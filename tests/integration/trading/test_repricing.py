"""A sale that nobody has registered for: it lapses, is offered again, or begins anew."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import called, sales
from tests.integration.trading.conftest import NOW
from tests.world import AT, cast
from trading import queries, services
from trading.domain import viewing
from trading.domain.files import Upload
from trading.domain.repricing import NewTerms
from trading.services.due import due

pytestmark = pytest.mark.django_db

CONSENT = Upload("consent", "批准单位同意函.pdf", b"%PDF-1.7\n% consent\n%%EOF\n")
LOWER = NewTerms(Decimal(2_340_000), Decimal(500_000), "合同生效后五个工作日内付清")
"""Nine tenths of the valuation: the least that needs nobody's consent."""


@pytest.fixture
def world():
    return cast(AT)


@pytest.fixture
def lapsed(world):
    """Give a sale that nobody has registered for, at the end of its disclosure."""
    story = sales.announced(world, NOW)
    story.at = story.tender.next_due_at
    assert due(story.at) == 1
    return story


def reprice(story, terms=LOWER, name="lin", at=None, days=21, **more):
    when = at or story.at
    given = {
        "lots": {1: terms},
        "reason": "转让底价由 260 万元调整为 234 万元。",
        "bids_close_at": sales.closing(when, days),
        **more,
    }
    actor = story.world.actor(name, when)
    return services.reprice_tender(actor=actor, code=story.code, at=when, **given)


def test_a_disclosure_without_a_taker_waits_for_the_transferor(lapsed):
    tender = lapsed.tender
    first = tender.published_at.astimezone(SHANGHAI).date()
    again = datetime(first.year + 1, first.month, first.day, tzinfo=SHANGHAI) + timedelta(days=1)
    assert (tender.state, tender.next_due_at) == ("no_taker", again)
    assert [fact.kind for fact in record.facts_of(lapsed.code)][-1] == "tender.lapsed"
    desk = lapsed.world.client("lin").get("/desk/").content.decode()
    assert f"/tenders/{lapsed.code}/reprice/" in desk


def test_a_lower_floor_is_disclosed_anew_for_the_whole_period(lapsed):
    notice = reprice(lapsed)
    tender, lot = lapsed.tender, lapsed.tender.lots.get()
    assert (notice.kind, notice.title) == (
        "repricing",
        "清河供水有限公司 30% 股权转让重新披露公告",
    )
    assert (tender.state, tender.bids_close_at) == ("announced", sales.closing(lapsed.at, 21))
    assert (lot.start_price, lot.delivery) == (Decimal(2_340_000), LOWER.delivery)
    assert datetime.fromisoformat(lot.auction["opens_at"]) == sales.opening(tender.bids_close_at)
    assert queries.document_versions(tender)[-1] == tender.text_digest
    kinds = [fact.kind for fact in record.facts_of(lapsed.code)]
    assert kinds[-3:] == ["tender.lapsed", "tender.repriced", "tender.deadline_moved"]


def test_a_sale_offered_again_finds_its_taker(lapsed):
    reprice(lapsed)
    sales.register(lapsed, "chen")
    services.close_tender(code=lapsed.code, at=lapsed.tender.next_due_at)
    assert (lapsed.tender.state, record.has_private_tree(lapsed.code)) == ("closed", True)


def test_below_nine_tenths_of_the_valuation_the_approver_consents_in_writing(lapsed):
    cheaper = NewTerms(Decimal("2339999.99"), Decimal(500_000), "")
    with pytest.raises(Invalid) as refusal:
        reprice(lapsed, cheaper)
    assert (refusal.value.code, lapsed.tender.state) == ("sale.consent", "no_taker")
    assert "第十八条" in refusal.value.text()
    reprice(lapsed, cheaper, consent=CONSENT)
    kept = queries.attachments_of(lapsed.tender)
    assert "批准单位同意函.pdf" in [one.name for one in kept]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (NewTerms(Decimal("2600000.01"), Decimal(0), ""), "sale.price_raised"),
        (NewTerms(Decimal(0), Decimal(0), ""), "lot.start_price"),
        (NewTerms(Decimal(2_340_000), Decimal("702000.01"), ""), "sale.deposit"),
        (NewTerms(Decimal(2_340_000), Decimal(-1), ""), "sale.deposit"),
        (NewTerms(Decimal(2_340_000), Decimal(0), "天" * 121), "text.required"),
    ],
)
def test_terms_that_do_not_hold_are_refused_and_nothing_changes(lapsed, terms, code):
    before = lapsed.tender.lots.get().auction
    with pytest.raises(Invalid) as refusal:
        reprice(lapsed, terms)
    assert refusal.value.code == code
    assert (lapsed.tender.state, lapsed.tender.lots.get().auction) == ("no_taker", before)


def test_a_floor_below_the_step_is_refused(lapsed):
    terms = NewTerms(Decimal(19_999), Decimal(0), "")
    with pytest.raises(Invalid) as refusal:
        reprice(lapsed, terms, consent=CONSENT)
    assert refusal.value.code == "auction.increment"


def test_a_new_disclosure_is_not_shorter_than_the_first(lapsed):
    with pytest.raises(Conflict) as refusal:
        reprice(lapsed, days=19)
    assert refusal.value.code == "tender.period_broken"
    for wrong in (lapsed.at, datetime(1926, 1, 1, tzinfo=SHANGHAI)):
        with pytest.raises(Invalid) as date_refusal:
            reprice(lapsed, bids_close_at=wrong)
        assert date_refusal.value.code == "tender.date"
    with pytest.raises(Invalid) as lots_refusal:
        reprice(lapsed, lots={})
    assert lots_refusal.value.code == "sale.lots"


@pytest.fixture
def unwanted(world):
    """Give a sale by auction that nobody has registered for."""
    story = called.announced(called.sale_draft(world, NOW))
    story.at = story.tender.next_due_at
    assert due(story.at) == 1
    return story


def can_be_seen(story):
    seen = viewing.shown(story.tender.lots.get().auction)
    return seen["from"], seen["until"]


def test_a_sale_by_auction_is_offered_again_with_a_viewing_ahead(unwanted):
    before, held = can_be_seen(unwanted), sales.opening(unwanted.tender.bids_close_at)
    reprice(unwanted)
    days = sales.opening(unwanted.tender.bids_close_at).date() - held.date()
    assert can_be_seen(unwanted) == (before[0] + days, before[1] + days)
    assert can_be_seen(unwanted)[0] > local_date(unwanted.at)


def test_twelve_months_after_the_first_disclosure_everything_begins_anew(lapsed):
    ends = lapsed.tender.next_due_at
    with pytest.raises(Conflict) as refusal:
        reprice(lapsed, at=ends)
    assert refusal.value.code == "sale.restart_required"
    with pytest.raises(Conflict):
        services.restart_tender(code=lapsed.code, at=ends - timedelta(seconds=1))
    assert due(ends - timedelta(seconds=1)) == 0
    assert due(ends) == 1
    tender = lapsed.tender
    assert (tender.state, tender.next_due_at) == ("failed", None)
    notice = tender.notices.get(kind="failure")
    assert "十二个月" in notice.body
    assert "第十九条" in notice.fields["article"]


def test_only_the_transferor_says_on_which_terms_it_sells(lapsed):
    for name in ("sun", "chen", "qian"):
        with pytest.raises(Denied):
            reprice(lapsed, name=name)
        assert lapsed.world.client(name).get(f"/tenders/{lapsed.code}/reprice/").status_code == 403
    with pytest.raises(Conflict) as refusal:
        services.lapse_tender(code=lapsed.code, at=lapsed.at)
    assert refusal.value.code == "tender.wrong_state"


def test_a_disclosure_somebody_has_registered_for_does_not_lapse(world):
    story = sales.announced(world, NOW)
    assert world.client("lin").get(f"/tenders/{story.code}/reprice/").status_code == 404
    sales.register(story, "chen")
    with pytest.raises(Conflict) as refusal:
        services.lapse_tender(code=story.code, at=story.tender.next_due_at)
    assert refusal.value.code == "tender.has_takers"
    longer = sales.announced(world, NOW, rounds=1)
    with pytest.raises(Conflict) as goes_on:
        services.lapse_tender(code=longer.code, at=longer.tender.next_due_at)
    assert goes_on.value.code == "tender.goes_on"
    with pytest.raises(Conflict) as wrong:
        reprice(story)
    assert wrong.value.code == "tender.wrong_state"


def test_the_transferor_offers_again_on_a_page_and_by_the_api(lapsed):
    lin, page = lapsed.world.client("lin"), f"/tenders/{lapsed.code}/reprice/"
    assert "重新披露的最后期限" in lin.get(page).content.decode()
    # pages go by the real clock, so the closing lies far beyond the period
    closes = sales.closing(lapsed.at, 60)
    given = {
        "lot1-start_price": "2000000",
        "lot1-deposit": "500000",
        "lot1-delivery": "",
        "reason": "降价",
        "bids_close_at": f"{closes:%Y-%m-%dT%H:%M}",
    }
    refused = lin.post(page, given)
    assert refused.status_code == 422
    assert "批准单位的书面同意" in refused.content.decode()
    upload = SimpleUploadedFile("同意.pdf", CONSENT.content, "application/pdf")
    assert lin.post(page, given | {"consent": upload}).status_code == 302
    assert lapsed.tender.lots.get().start_price == Decimal(2_000_000)
    answer = lin.post(f"/api/v1/tenders/{lapsed.code}/reprice", {"terms": "{}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "input.malformed")
    body = {"terms": '{"lots": {}, "reason": "降价", "bids_close_at": "2027-03-01T17:00:00+08:00"}'}
    again = lin.post(f"/api/v1/tenders/{lapsed.code}/reprice", body)
    assert (again.status_code, again.json()["code"]) == (409, "tender.wrong_state")

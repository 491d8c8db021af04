"""State property transferred by agreement: the law's cases only, from the draft to the archive."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.errors import Conflict, Invalid
from ledger import queries as record
from ledger.papers import paper_of
from tests import agreements
from tests.integration.trading.conftest import NOW
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness
from trading.models import Award, Contract, Tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def findings(story):
    facts = queries.facts(story.tender, NOW)
    return [finding.code for finding in completeness.missing_before_publication(facts)]


def test_it_goes_from_the_draft_to_the_archive_without_any_bidding(world):
    story = agreements.published(world, NOW)
    tender = story.tender
    assert (tender.state, tender.bids_close_at, tender.next_due_at) == ("priced", None, None)
    [notice] = tender.notices.all()
    assert notice.title == "清河供水有限公司 30% 股权协议转让非公开协议转让公告"
    later = agreements.heard(story).at
    lin, sun = world.actor("lin", later), world.actor("sun", later)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=later)
    made = Award.objects.get(lot__tender=tender)
    assert (made.price, made.supplier) == (Decimal("2600000.00"), world.organisation_of("chen"))
    agreements.sales.concluded(story)
    assert story.tender.state == "award_notified"
    services.archive_tender(actor=lin, code=story.code, at=later)
    kinds = [fact.kind for fact in record.public_facts_of(story.code).order_by("id")]
    assert kinds == [
        "tender.published",
        "tender.contracts_signed",
        "tender.settled",
        "tender.certified",
        "tender.result_published",
        "tender.archived",
    ]
    assert sun.name
    assert Contract.objects.get(lot__tender=tender).settled_at


def test_the_papers_say_by_whom_and_why_it_was_approved(world):
    story = agreements.certified(world, NOW)
    for kind in ("deal_confirmation", "transaction_certificate"):
        paper = paper_of(kind, f"{story.code}.1")
        assert paper.content["approver"] == "清河市国有资本运营有限公司"
        assert "内部重组整合" in paper.content["ground"]
        assert_known_shape(paper, "property")


def test_an_empty_draft_asks_for_what_an_agreement_needs_and_for_no_deadline(world):
    assert findings(agreements.begun(world, NOW)) == [
        "basic.summary",
        "basic.plan_number",
        "basic.contact_name",
        "basic.contact_phone",
        "lots.none",
        "documents.no_agreement",
        "documents.no_consent",
    ]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"start_price": "2599999.99"}, ["lots.start_price"]),
        ({"start_price": "2600000.01"}, []),
        ({"budget": "0"}, ["lots.no_valuation"]),
        ({"deposit": "1.00"}, ["lots.deposit"]),
        ({"ground": ""}, ["lots.agreed"]),
        ({"approver": " "}, ["lots.agreed"]),
        ({"reasons": ""}, ["lots.agreed"]),
        ({"taker_uscc": ""}, ["lots.agreed"]),
        ({"ground": "key_sector"}, []),
    ],
)
def test_what_the_law_asks_is_missed_by_name(world, changes, found):
    story = agreements.draft(world, NOW, **changes)
    assert findings(story) == found
    if found:
        with pytest.raises(Conflict) as refusal:
            services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
        assert refusal.value.code == "tender.incomplete"


def test_assets_are_not_transferred_so(world):
    assert "basic.category" in findings(agreements.begun(world, NOW, "assets"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ground": "friendship"}, "lot.choice"),
        ({"taker_uscc": "91410902MA9K2T7D2G"}, "organisation.missing"),
        ({"reasons": "长" * 1001}, "text.required"),
    ],
)
def test_another_ground_or_an_unknown_taker_is_refused(world, changes, code):
    with pytest.raises(Invalid) as refusal:
        agreements.draft(world, NOW, **changes)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["lin", "sun"])
def test_nobody_sells_to_its_own_side(world, name):
    with pytest.raises(Invalid) as refusal:
        agreements.draft(world, NOW, taker=name)
    assert refusal.value.code == "agreement.own_side"


def test_the_register_names_the_taker_whatever_was_sent(world):
    said = agreements.lot(world)
    said["particulars"]["taker"] = "另一家公司"
    story = agreements.begun(world, NOW)
    sun = world.actor("sun", NOW)
    kept = services.add_lot(actor=sun, code=story.code, lot=said, at=NOW)
    assert kept.particulars["taker"] == world.organisation_of("chen").name


def test_nobody_registers_bids_or_asks_and_nothing_is_known_before_it_is_published(world):
    story = agreements.draft(world, NOW)
    assert world.client("chen").get(f"/tenders/{story.code}/").status_code == 404
    told = agreements.published(world, NOW)
    with pytest.raises(Conflict):
        agreements.sales.register(told, "zhao")
    with pytest.raises(Conflict):
        services.close_tender(code=told.code, at=NOW)


def test_a_changed_text_after_the_approval_is_not_published(world):
    story = agreements.draft(world, NOW)
    sun, lin = world.actor("sun", NOW), world.actor("lin", NOW)
    services.submit_tender(actor=sun, code=story.code, at=NOW)
    services.approve_tender(actor=lin, code=story.code, at=NOW)
    story.tender.lots.update(budget=1)
    with pytest.raises(Conflict) as refusal:
        services.publish_tender(actor=sun, code=story.code, at=NOW)
    assert refusal.value.code == "tender.not_as_approved"


def test_it_may_be_terminated_before_it_is_confirmed(world):
    story = agreements.published(world, NOW)
    lin = world.actor("lin", NOW)
    services.terminate_tender(actor=lin, code=story.code, reason="重组方案调整。", at=NOW)
    assert [n.kind for n in queries.notices_of(story.tender)] == ["termination", "tender"]


def test_it_is_drafted_approved_published_and_concluded_on_pages(world):
    sun, lin, chen = world.client("sun"), world.client("lin"), world.client("chen")
    sun.post(
        "/tenders/new/",
        {
            "kind": "property.direct_agreement.equity",
            "title": "清河供水有限公司 30% 股权协议转让",
            "purchaser": world.organisation_of("lin").uscc,
        },
    )
    code = Tender.objects.get().code
    page = f"/tenders/{code}/draft/"
    basic = {**agreements.FIELDS, "title": "清河供水股权协议转让", "category": "equity"}
    assert sun.post(f"{page}basic/", basic).status_code == 302
    given = agreements.lot(world)
    flat = {**given, **given.pop("particulars")}
    flat.pop("particulars", None)
    refused = sun.post(f"{page}lots/new/", {**flat, "taker_uscc": "91410902MA9K2T7D2G"})
    assert (refused.status_code, "没有统一社会信用代码" in refused.content.decode()) == (422, True)
    assert sun.post(f"{page}lots/new/", flat).status_code == 302
    for kind in ("contract_draft", "consent"):
        upload = SimpleUploadedFile(f"{kind}.pdf", b"%PDF-1.7\n", "application/pdf")
        assert sun.post(f"{page}documents/", {"kind": kind, "file": upload}).status_code == 302
    for section in ("", "basic/", "lots/", "lots/1/", "documents/"):
        assert sun.get(page + section).status_code == 200, section
    assert sun.get(f"{page}timetable/").status_code == 404
    assert "内容齐全" in sun.get(page).content.decode()
    assert sun.get(f"/api/v1/tenders/{code}/findings").status_code == 200
    assert sun.post(f"{page}submit/").status_code == 302
    assert lin.post(f"{page}approve/").status_code == 302
    assert "发布协议转让公告" in sun.get(f"{page}publish/").content.decode()
    assert sun.post(f"{page}publish/").status_code == 302
    public = world.client("public")
    dossier = public.get(f"/tenders/{code}/").content.decode()
    assert "登记受让意向" not in dossier
    notice = public.get(f"/notices/{code}/1/").content.decode()
    for said in ("内部重组整合", "清河市国有资本运营有限公司", world.organisation_of("chen").name):
        assert said in notice
    for name in ("history", "calendar.ics"):
        address = f"/tenders/{code}/{name}" + ("" if "." in name else "/")
        assert public.get(address).status_code == 200
    assert "异议期满后" in dossier
    # The days in which the public may object have passed.
    Tender.objects.update(published_at=NOW - timedelta(days=10))
    assert f"/tenders/{code}/award/" in lin.get("/desk/").content.decode()
    assert "受让方和价格已经批准并公告" in lin.get(f"/tenders/{code}/award/").content.decode()
    assert (
        lin.post(
            f"/tenders/{code}/award/", {"lot1-supplier": world.organisation_of("chen").uscc}
        ).status_code
        == 302
    )
    assert Tender.objects.get().state == "winner_confirmed"
    assert chen.get(f"/tenders/{code}/contracts/").status_code == 200


def test_a_taker_that_does_not_sign_leaves_the_agreement_void(world):
    story = agreements.heard(agreements.published(world, NOW))
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    place, wang = f"/tenders/{story.code}/award/", world.client("wang")
    assert place in wang.get(f"/tenders/{story.code}/").content.decode()
    assert f"{place}1/void/" in wang.get(place).content.decode()
    told = {"reason": "经催告拒绝签订交易合同。", "article": "国资委令第32号第十八条"}
    assert wang.post(f"{place}1/void/", told).status_code == 302
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")
    assert Contract.every.get().voided_at is not None
    assert story.tender.notices.get(kind="voided").fields["supplier"] == ""

"""A sale from its first line to the end of its disclosure: draft, terms, notice, extension."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bidding.auction.terms import read_terms
from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict, Denied, Invalid
from kernel.reading import Fields
from ledger import queries as record
from tests import sales, tenders
from tests.integration.trading.conftest import NOW
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness, priority
from trading.models import Tender
from trading.services.due import due

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def findings(story):
    found = completeness.missing_before_publication(queries.facts(story.tender, NOW))
    return [finding.code for finding in found]


def set_terms(story, **changes):
    sun = story.world.actor("sun", story.at)
    closes = story.tender.bids_close_at or sales.closing(story.at)
    given = sales.terms(closes, **changes)
    return services.change_auction(actor=sun, code=story.code, number=1, auction=given, at=story.at)


def change(story, **changes):
    sun = story.world.actor("sun", story.at)
    return services.change_tender(actor=sun, code=story.code, changes=changes, at=story.at)


def change_lot(story, **changes):
    sun = story.world.actor("sun", story.at)
    return services.change_lot(
        actor=sun, code=story.code, number=1, lot={**sales.LOT, **changes}, at=story.at
    )


def holders_given(*lines, **changes):
    given = {
        "lot1-mode": "none",
        "lot1-holders-TOTAL_FORMS": str(len(lines)),
        "lot1-holders-INITIAL_FORMS": "0",
    }
    for place, (name, uscc) in enumerate(lines):
        given |= {f"lot1-holders-{place}-name": name, f"lot1-holders-{place}-uscc": uscc}
    return given | changes


def test_an_empty_draft_asks_for_what_a_sale_needs_and_nothing_of_a_procurement(world):
    story = sales.begun(world, NOW)
    assert story.code.startswith("CQ-2026-")
    assert findings(story) == [
        "basic.summary",
        "basic.plan_number",
        "basic.contact_name",
        "basic.contact_phone",
        "lots.none",
        "timetable.bids_close_at",
        "pre_disclosure.control_changes",
        "documents.none",
        *(f"basic.said-{name}" for name in sales.STATED),
    ]


def test_a_whole_draft_lacks_nothing_and_its_text_holds_the_terms_of_the_auction(world):
    story = sales.draft(world, NOW, rounds=2)
    assert findings(story) == []
    text = queries.text_of(story.tender)
    assert {"scheme", "conformity", "stages", "threshold", "place"} & set(text) == set()
    assert text["extension"] == {"rounds": 2, "days": 5}
    lot = text["lots"][0]
    opens = sales.opening(story.tender.bids_close_at).astimezone(UTC)
    assert (lot["budget"], lot["deposit"]) == ("2600000.00", "500000.00")
    assert lot["auction"] == {
        "kind": "dynamic",
        "start_price": "2600000.00",
        "increment": "20000.00",
        "multiples_only": True,
        "opens_at": f"{opens:%Y-%m-%dT%H:%M:%S.%fZ}",
        "closes_at": f"{opens + timedelta(hours=2):%Y-%m-%dT%H:%M:%S.%fZ}",
        "extension": {"window_s": 180, "add_s": 180, "from": "bid"},
        "self_outbid": False,
        "priority_right": {"mode": "none"},
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"budget": "0"}, ["lots.no_valuation"]),
        ({"budget": "2600000.01"}, ["lots.start_price"]),
        ({"deposit": "780000.01"}, ["lots.deposit"]),
        ({"start_price": "10000", "budget": "10000", "deposit": "0"}, ["auction.increment"]),
    ],
)
def test_money_of_a_lot_that_does_not_add_up_is_named(world, changes, expected):
    story = sales.draft(world, NOW)
    change_lot(story, **changes)
    assert findings(story) == expected


def test_an_auction_before_the_disclosure_ends_or_on_a_rest_day_is_named(world):
    story = sales.draft(world, NOW)
    closes = story.tender.bids_close_at
    saturday = next(
        day
        for n in range(1, 9)
        if (day := sales.opening(closes) + timedelta(days=n)).weekday() == 5
    )
    for opens_at in (closes - timedelta(days=1), closes + timedelta(minutes=1), saturday):
        set_terms(story, opens_at=opens_at)
        assert findings(story) == ["auction.opens_at"], opens_at


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"increment": Decimal(0)}, "auction.increment"),
        ({"increment": Decimal(-1)}, "auction.increment"),
        ({"increment": Decimal(2_600_001)}, "auction.increment"),
        ({"increment": Decimal("0.001")}, "money.too_fine"),
        ({"kind": "dutch"}, "auction.kind"),
        ({"increment": None}, "auction.increment"),
        ({"cycle_s": None}, "tender.out_of_bounds"),
        ({"kind": "one_shot", "tie": "dice"}, "auction.tie"),
        ({"kind": "one_shot", "tie": "round"}, "tender.out_of_bounds"),
        ({"kind": "multi_shot", "round_minutes": 30}, "tender.out_of_bounds"),
        ({"kind": "multi_shot", "rounds": 1, "round_minutes": 30}, "tender.out_of_bounds"),
        ({"kind": "multi_shot", "rounds": 3, "round_minutes": 4}, "tender.out_of_bounds"),
        ({"cycle_s": 59}, "tender.out_of_bounds"),
        ({"cycle_s": 301}, "tender.out_of_bounds"),
        ({"free_minutes": 0}, "tender.out_of_bounds"),
        ({"opens_at": datetime(1926, 1, 1, tzinfo=SHANGHAI)}, "tender.date"),
    ],
)
def test_terms_no_auction_could_run_by_are_refused(world, changes, code):
    story = sales.draft(world, NOW)
    before = story.tender.lots.get().auction
    with pytest.raises(Invalid) as refusal:
        set_terms(story, **changes)
    assert (refusal.value.code, story.tender.lots.get().auction) == (code, before)


@pytest.mark.parametrize(
    ("changes", "sealed"),
    [
        ({"kind": "one_shot"}, {"tie": "time"}),
        (
            {"kind": "one_shot", "tie": "round", "round_minutes": 10},
            {"tie": "round", "round_s": 600},
        ),
        (
            {"kind": "multi_shot", "rounds": 3, "round_minutes": 20},
            {"tie": "time", "rounds": 3, "round_s": 1200},
        ),
    ],
)
def test_sealed_quotes_are_drafted_shown_and_run_by_the_engine(world, changes, sealed):
    story = sales.draft(world, NOW)
    auction = set_terms(story, **changes).auction
    assert (auction["sealed"], findings(story)) == (sealed, [])
    assert {"increment", "extension"} & set(auction) == set()
    coded = {**priority.with_codes(auction, {}), "qualified": ["A234", "B345"]}
    assert read_terms(Fields(coded)).kind == changes["kind"]
    page = world.client("sun").get(f"/tenders/{story.code}/draft/auction/").content.decode()
    assert f'value="{changes["kind"]}" selected' in page
    services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    services.approve_tender(actor=world.actor("lin", NOW), code=story.code, at=NOW)
    services.publish_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    notice = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert "到期前任何人都看不到报价和家数" in notice
    tender = world.client("public").get(f"/tenders/{story.code}/")
    assert tender.status_code == 200


def test_a_right_exercised_in_the_room_needs_open_offers(world):
    story = sales.draft(world, NOW)
    sun, right = world.actor("sun", NOW), sales.priority(world, "chen")
    services.change_priority(actor=sun, code=story.code, number=1, right=right, at=NOW)
    set_terms(story, kind="one_shot")
    assert findings(story) == ["priority.in_room"]


@pytest.mark.parametrize(
    "changes",
    [{"rounds": 21, "days": 5}, {"rounds": 1, "days": 4}, {"rounds": -1}, {"weeks": 2}, "often"],
)
def test_an_extension_shorter_than_five_working_days_or_without_end_is_refused(world, changes):
    story = sales.begun(world, NOW)
    with pytest.raises(Invalid):
        change(story, extension=changes)


@pytest.mark.parametrize("name", ["scheme", "threshold", "conformity", "stages", "funding"])
def test_what_only_a_procurement_has_cannot_be_written_into_a_sale(world, name):
    story = sales.begun(world, NOW)
    with pytest.raises(Invalid) as refusal:
        change(story, **{name: 1})
    assert refusal.value.code == "tender.unknown_field"


def test_a_sale_has_no_sections_and_no_custodians_of_a_procurement(world):
    story, sun = sales.draft(world, NOW), world.client("sun")
    page = f"/tenders/{story.code}/draft/"
    shown = {
        name: sun.get(f"{page}{name}/").status_code
        for name in ("scheme", "custodians", "recovery", "auction", "terms")
    }
    assert shown == {
        "scheme": 404,
        "custodians": 404,
        "recovery": 404,
        "auction": 200,
        "terms": 200,
    }
    with pytest.raises(Conflict) as refusal:
        services.name_custodian(
            actor=world.actor("sun", NOW),
            code=story.code,
            person="lin",
            office="purchaser",
            at=NOW,
        )
    assert refusal.value.code == "custodian.nothing_sealed"
    procurement = tenders.draft(world, NOW)
    assert sun.get(f"/tenders/{procurement.code}/draft/auction/").status_code == 404


def test_nor_can_the_terms_of_a_sale_be_written_into_a_procurement(world):
    story = tenders.draft(world, NOW)
    with pytest.raises(Invalid) as refusal:
        set_terms(story)
    assert refusal.value.code == "auction.kind"
    with pytest.raises(Invalid) as refusal:
        change(story, extension={"rounds": 1, "days": 5})
    assert refusal.value.code == "tender.unknown_field"
    with pytest.raises(Invalid) as refusal:
        change_lot(story)
    assert refusal.value.code == "lot.unknown_field"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"market": "carbon"}, "tender.method"),
        ({"method": "open_tender"}, "tender.method"),
        ({"category": "goods"}, "tender.category"),
    ],
)
def test_a_draft_begins_with_a_method_and_a_kind_of_its_market(world, given, code):
    chosen = {"market": "property", "method": "online_bidding", "category": "equity"} | given
    with pytest.raises(Invalid) as refusal:
        services.draft_tender(
            actor=world.actor("sun"),
            purchaser=world.organisation_of("lin").uscc,
            title="股权转让",
            at=NOW,
            **chosen,
        )
    assert refusal.value.code == code


def test_a_disclosure_shorter_than_its_size_asks_is_refused_with_the_article(world):
    story = sales.draft(world, NOW, days=19)
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    assert refusal.value.code == "tender.period_broken"
    assert "第十三条" in refusal.value.text()
    change(story, category="assets")
    services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)


def test_publishing_a_sale_freezes_its_text_and_seals_nothing(world):
    story = sales.announced(world, NOW)
    tender = story.tender
    assert (tender.state, tender.policy, tender.policy_digest) == ("announced", {}, "")
    told = record.first_fact(story.code, "tender.published").data
    assert told["text_digest"] == queries.digest_of(queries.text_of(tender))
    assert {"policy", "stages"} & set(told) == set()
    notice = tender.notices.get()
    assert notice.title == "清河供水有限公司 30% 股权转让信息披露公告"
    with pytest.raises(Conflict):
        set_terms(story)


def test_an_amendment_that_moves_the_end_moves_the_auctions_as_many_working_days(world):
    story = sales.announced(world, NOW)
    before = queries.text_of(story.tender)["lots"][0]["auction"]
    wanted = story.tender.bids_close_at + timedelta(days=7)
    services.amend_tender(
        actor=world.actor("sun", NOW),
        code=story.code,
        changes={"summary": "补充披露：标的企业年度审计报告。"},
        reason="补充披露审计报告。",
        affects_bids=True,
        bids_close_at=wanted,
        at=NOW,
    )
    after = story.tender.lots.get().auction
    moved = datetime.fromisoformat(after["opens_at"])
    assert moved == sales.opening(wanted)
    length = datetime.fromisoformat(after["closes_at"]) - moved
    assert length == timedelta(hours=2)
    assert {**after, "opens_at": "", "closes_at": ""} == {
        **before,
        "opens_at": "",
        "closes_at": "",
    }


def test_a_disclosure_without_a_taker_goes_on_as_often_as_it_said_and_then_lapses(world):
    story = sales.announced(world, NOW, rounds=1)
    first = story.tender.bids_close_at
    assert due(first + timedelta(seconds=1)) == 1
    tender = story.tender
    assert (tender.state, tender.extended) == ("announced", 1)
    assert local_date(tender.bids_close_at) == (
        sales.WORK.add_working_days(local_date(first), 5).due
    )
    notice = tender.notices.get(kind="extension")
    assert "第 1 次" in notice.body
    assert queries.document_versions(tender)[-1] == tender.text_digest
    assert datetime.fromisoformat(tender.lots.get().auction["opens_at"]) == (
        sales.opening(tender.bids_close_at)
    )
    assert due(tender.bids_close_at + timedelta(seconds=1)) == 1
    ended = story.tender
    assert (ended.state, ended.lots.get().state) == ("no_taker", "open")
    kinds = [entry.kind for entry in record.facts_of(story.code)]
    assert kinds[-1] == "tender.lapsed"
    assert kinds.count("tender.extended") == 1


def test_one_taker_is_enough_and_lots_without_any_fail_at_once(world):
    story = sales.announced(world, NOW, lots=2, rounds=1)
    sales.register(story, "chen", 2)
    assert due(story.tender.next_due_at) == 1
    tender = story.tender
    states = dict(tender.lots.values_list("number", "state"))
    assert (tender.state, states) == ("closed", {1: "failed", 2: "open"})
    with pytest.raises(Conflict):
        services.extend_tender(code=story.code, at=tender.bids_close_at)


def test_nobody_extends_by_hand_or_before_the_end(world):
    story = sales.announced(world, NOW, rounds=1)
    with pytest.raises(Denied):
        services.extend_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    with pytest.raises(Conflict) as refusal:
        services.extend_tender(code=story.code, at=NOW)
    assert refusal.value.code == "tender.not_due"
    sales.register(story, "chen")
    with pytest.raises(Conflict) as refusal:
        services.extend_tender(code=story.code, at=story.tender.next_due_at)
    assert refusal.value.code == "tender.no_extension"


def test_a_sale_is_drafted_approved_disclosed_and_registered_for_on_pages(world):
    sun, lin, chen = world.client("sun"), world.client("lin"), world.client("chen")
    answer = sun.post(
        "/tenders/new/",
        {
            "kind": "property.online_bidding.equity",
            "title": "清河供水有限公司 30% 股权转让",
            "purchaser": world.organisation_of("lin").uscc,
        },
    )
    code = Tender.objects.get().code
    page = f"/tenders/{code}/draft/"
    assert answer["Location"] == f"{page}basic/"
    basic = {**sales.FIELDS, "title": "清河供水有限公司 30% 股权转让", "category": "equity"}
    basic |= {f"said-{name}": text for name, text in sales.STATED.items()}
    assert sun.post(f"{page}basic/", basic).status_code == 302
    assert sun.post(f"{page}lots/new/", sales.LOT).status_code == 302
    closes = sales.closing(NOW)
    dates = {"bids_close_at": f"{closes:%Y-%m-%dT%H:%M}", "rounds": "2", "days": "5"}
    assert sun.post(f"{page}timetable/", dates).status_code == 302
    terms = {
        "lot": "1",
        "lot1-kind": "dynamic",
        "lot1-increment": "20000",
        "lot1-opens_at": f"{sales.opening(closes):%Y-%m-%dT%H:%M}",
        "lot1-free_minutes": "120",
        "lot1-cycle_s": "180",
    }
    refused = sun.post(f"{page}auction/", terms | {"lot1-increment": "9000000"})
    assert (refused.status_code, "不超过转让底价" in refused.content.decode()) == (422, True)
    assert sun.post(f"{page}auction/", terms).status_code == 302
    right = {"lot": "1", **holders_given()}
    refused = sun.post(f"{page}priority/", right | {"lot1-mode": ""})
    assert refused.status_code == 422
    assert sun.post(f"{page}priority/", right).status_code == 302
    assert sun.post(f"{page}pre-disclosure/", {"control_changes": "no"}).status_code == 302
    upload = SimpleUploadedFile("产权转让公告.pdf", b"%PDF-1.7\n", "application/pdf")
    given = {"kind": "tender_document", "file": upload}
    assert sun.post(f"{page}documents/", given).status_code == 302
    for section in ("", "basic/", "lots/", "lots/1/", "timetable/", "auction/", "terms/"):
        assert sun.get(page + section).status_code == 200, section
    whole = sun.get(page).content.decode()
    assert "内容齐全" in whole
    assert not {"采购", "投标", "中标", "评标"} & {
        word for word in ("采购", "投标", "中标", "评标") if word in _body(whole)
    }
    assert sun.post(f"{page}submit/").status_code == 302
    assert lin.post(f"{page}approve/").status_code == 302
    assert "发布信息披露公告" in sun.get(f"{page}publish/").content.decode()
    assert sun.post(f"{page}publish/").status_code == 302
    public = world.client("public")
    dossier = public.get(f"/tenders/{code}/").content.decode()
    assert "登记受让意向" in dossier
    assert "质疑" not in _body(chen.get(f"/tenders/{code}/").content.decode())
    assert "异议" in chen.get(f"/tenders/{code}/challenges/").content.decode()
    registered = chen.post(
        f"/tenders/{code}/register/", {"lots": ["1"], "contact": "陈立", "phone": "13900000000"}
    )
    assert registered.status_code == 302
    for name in ("documents", "questions", "history"):
        assert chen.get(f"/tenders/{code}/{name}/").status_code == 200
    assert "信息披露公告" in public.get("/notices/?market=property").content.decode()
    assert "信息披露公告" in public.get("/feeds/notices.atom").content.decode()


def _body(page):
    """Cut the frame of the site away, which speaks of all markets."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]

"""The sale of state property: from the end of its disclosure to the formed price."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import private
from ledger import queries as record
from ledger.models import Paper
from ledger.papers import paper_of
from tests import factories, sales
from tests.integration.trading.conftest import NOW
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.domain.files import Upload
from trading.models import Award, Contract
from trading.services.due import due

pytestmark = pytest.mark.django_db
CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
PROPERTY = {"market": "property", "method": "online_bidding", "category": "equity"}


@pytest.fixture
def world():
    return cast(AT)


def closed(world, *takers):
    """Make a sale whose disclosure has ended, with these takers registered for its lot."""
    sale = factories.tender(
        world.organisations["hospital"],
        world.organisations["agency"],
        world.person("sun"),
        **PROPERTY,
        state="closed",
        bids_close_at=AT,
    )
    sale.lots.update(auction={"kind": "dynamic", "start_price": "1000.00"})
    for taker in takers:
        owner = world.organisation_of(taker).uscc
        private.withhold(
            tender=sale.code,
            owner=owner,
            kind="bidder.registered",
            actor=taker,
            at=AT,
            once=f"register.{owner}.1",
            lot=1,
        )
    private.publish_tree(tender=sale.code, reveal=(), at=AT)
    return sale


def offer(world, rank, taker, price, **more):
    return {"rank": rank, "uscc": world.organisation_of(taker).uscc, "price": price, **more}


def refused(kind, world, sale, *offers):
    with pytest.raises(kind) as refusal:
        services.form_price(code=sale.code, number=1, candidates=offers, at=AT)
    return refusal.value.code


def test_entrants_are_those_who_registered_and_nobody_before_closing(world):
    sale = closed(world, "zhao", "chen")
    lot = sale.lots.get()
    codes = {world.organisation_of(name).uscc for name in ("chen", "zhao")}
    assert set(queries.entrants_of(sale, lot)) == codes
    assert queries.entrants_of(sale, lot)[world.organisation_of("chen").uscc] == (
        "晨光医疗科技有限公司"
    )
    sale.code = "CQ-2026-9999"
    assert queries.entrants_of(sale, lot) == {}


def test_form_price_ranks_the_offers_and_prices_the_tender_with_its_last_lot(world):
    sale = closed(world, "chen", "zhao")
    services.start_auction(code=sale.code, at=AT)
    offers = [offer(world, 2, "zhao", "1100"), offer(world, 1, "chen", "1200", bid="offer-7")]
    done = services.form_price(code=sale.code, number=1, candidates=offers, at=AT)
    assert (done.state, done.evaluated_at) == ("priced", AT)
    ranked = done.lots.get().candidates
    assert [(c["rank"], c["name"], c["price"], c["bid"]) for c in ranked] == [
        (1, "晨光医疗科技有限公司", "1200.00", "offer-7"),
        (2, "朝阳信息技术有限公司", "1100.00", world.organisation_of("zhao").uscc),
    ]
    told = [entry.kind for entry in record.facts_of(sale.code)]
    assert told == ["tender.auction_started", "lot.priced", "tender.price_formed"]
    assert record.first_fact(sale.code, "lot.priced").data["price"] == "1200.00"


def test_form_price_without_an_offer_fails_the_lot_and_with_its_last_the_sale(world):
    sale = closed(world, "chen")
    services.start_auction(code=sale.code, at=AT)
    done = services.form_price(code=sale.code, number=1, candidates=[], at=AT)
    assert (done.state, done.lots.get().state) == ("failed", "failed")
    assert done.lots.get().failure == "竞价期内无人有效报价。"
    assert done.notices.get().kind == "failure"


def test_form_price_of_one_unsold_lot_leaves_the_other_to_be_sold(world):
    sale = closed(world, "chen")
    lot = sale.lots.get()
    lot.pk, lot.number = None, 2
    lot.save()
    services.start_auction(code=sale.code, at=AT)
    first = services.form_price(
        code=sale.code, number=1, candidates=[offer(world, 1, "chen", "1000")], at=AT
    )
    assert first.state == "bidding"
    assert refused(Conflict, world, sale, offer(world, 1, "chen", "1000")) == "lot.not_open"
    done = services.form_price(code=sale.code, number=2, candidates=[], reason="无人报价", at=AT)
    assert (done.state, done.lots.get(number=2).failure) == ("priced", "无人报价")


def test_form_price_refuses_what_no_auction_could_give(world):
    sale = closed(world, "chen", "zhao")
    services.start_auction(code=sale.code, at=AT)
    unsound = "award.unsound_offers"
    below = offer(world, 1, "chen", "999.99")
    assert refused(Invalid, world, sale, below) == unsound
    assert refused(Invalid, world, sale, offer(world, 2, "chen", "1000")) == unsound
    assert refused(Invalid, world, sale, offer(world, 1, "hu", "1000")) == unsound
    twice = (offer(world, 1, "chen", "1200"), offer(world, 2, "chen", "1100"))
    assert refused(Invalid, world, sale, *twice) == unsound
    upside_down = (offer(world, 1, "chen", "1100"), offer(world, 2, "zhao", "1200"))
    assert refused(Invalid, world, sale, *upside_down) == unsound
    assert [entry.kind for entry in record.facts_of(sale.code)] == ["tender.auction_started"]


def test_form_price_and_start_auction_come_in_their_order_and_from_their_hands(world):
    sale = closed(world, "chen")
    assert refused(Conflict, world, sale, offer(world, 1, "chen", "1000")) == "tender.wrong_state"
    with pytest.raises(Denied):
        services.start_auction(actor=world.actor("chen"), code=sale.code, at=AT)
    services.start_auction(actor=world.actor("qian"), code=sale.code, at=AT)
    with pytest.raises(Conflict):
        services.start_auction(code=sale.code, at=AT)
    with pytest.raises(Denied):
        services.form_price(
            actor=world.actor("sun"), code=sale.code, number=1, candidates=[], at=AT
        )


def test_a_sale_knows_no_opening_and_a_procurement_no_auction(world):
    sale = closed(world)
    with pytest.raises(Conflict) as refusal:
        services.open_tender(actor=world.actor("qian"), code=sale.code, at=AT)
    assert refusal.value.code == "tender.wrong_state"
    call = factories.tender(sale.purchaser, sale.agency, world.person("sun"), state="closed")
    with pytest.raises(Conflict) as refusal:
        services.start_auction(code=call.code, at=AT)
    assert refusal.value.code == "tender.wrong_state"


def awarded(world, *takers):
    story = sales.priced(world, NOW, *takers)
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    return story


def published(world, *takers):
    return sales.concluded(awarded(world, *takers))


def test_confirm_winner_takes_the_highest_offer_and_no_other(world):
    story = sales.priced(world, NOW, "chen", "zhao")
    lin = world.actor("lin", story.at)
    for denied in ("sun", "chen"):
        with pytest.raises(Denied):
            services.confirm_winner(
                actor=world.actor(denied, story.at),
                code=story.code,
                choices={1: (1, "")},
                at=story.at,
            )
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(
            actor=lin, code=story.code, choices={1: (2, "受让方更可靠。")}, at=story.at
        )
    assert refusal.value.code == "award.not_the_price"
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    made = Award.objects.get()
    assert (made.supplier.name, made.price) == ("晨光医疗科技有限公司", Decimal(2_740_000))


def test_a_priced_sale_waits_for_the_transferor_however_long(world):
    story = sales.priced(world, NOW, "chen")
    assert story.tender.next_due_at is None
    assert due(story.at + timedelta(days=60)) == 0
    assert story.tender.state == "priced"


def test_the_result_is_a_notice_of_its_own_and_the_deal_is_confirmed_on_paper(world):
    story = awarded(world, "chen", "zhao")
    assert not story.tender.notices.filter(kind="result").exists()
    assert queries.next_step(story.tender).text == "转让方与受让方签订交易合同"
    decided_at = story.at
    notice = sales.concluded(story).tender.notices.get(kind="result")
    lot = notice.fields["lots"][0]
    assert (lot["budget"], lot["start_price"], "candidates" in lot) == (
        "2600000.00",
        "2600000.00",
        False,
    )
    assert notice.title == "清河供水有限公司 30% 股权转让交易结果公告"
    assert_known_shape(paper_of("deal_confirmation", f"{story.code}.1"), "property")
    paper = paper_of("deal_confirmation", f"{story.code}.1").content
    due_on = sales.WORK.add_working_days(local_date(decided_at), 5).due
    assert {name: paper[name] for name in ("number", "winner", "amount", "start_price")} == {
        "number": f"{story.code}-CJ-01",
        "winner": "晨光医疗科技有限公司",
        "amount": "2740000.00",
        "start_price": "2600000.00",
    }
    assert paper["contract_due"] == due_on.isoformat()
    contract = Contract.objects.get()
    assert (contract.due_on, contract.amount) == (due_on, Decimal(2_740_000))
    kinds = Paper.objects.filter(tender=story.code).values_list("kind", flat=True)
    assert sorted(kinds) == ["deal_confirmation", "sale_letter", "transaction_certificate"]
    assert queries.next_step(story.tender).text == "整理归档"


def test_a_sale_is_contracted_and_archived_without_the_acts_of_a_procurement(world):
    story = awarded(world, "chen")
    lin, at = world.actor("lin", story.at), story.at
    given = {"actor": lin, "code": story.code, "at": at}
    services.sign_contract(**given, number=1, document=CONTRACT)
    for act in (services.publish_contract, services.file_contract):
        with pytest.raises(Conflict) as refusal:
            act(**given, number=1)
        assert refusal.value.code == "contract.no_such_act"
    with pytest.raises(Conflict) as early:
        services.archive_tender(actor=world.actor("sun", at), code=story.code, at=at)
    assert early.value.code == "tender.wrong_state"
    sales.concluded(story)
    services.archive_tender(actor=world.actor("sun", at), code=story.code, at=at)
    assert story.tender.state == "archived"


def test_the_result_pages_speak_of_taker_and_price(world):
    story = sales.priced(world, NOW, "chen", "zhao")
    path = f"/tenders/{story.code}/award/"
    with time_machine.travel(story.at, tick=True):
        assert world.client("public").get(path).status_code == 404
        lin = world.client("lin")
        page = lin.get(path).content.decode()

        def uscc(name):
            return str(world.organisation_of(name).uscc)

        assert ("确定受让方" in page, "朝阳信息技术有限公司" in page) == (True, True)
        assert lin.post(path, {"lot1-supplier": uscc("zhao")}).status_code == 422
        assert lin.post(path, {"lot1-supplier": uscc("chen")}).status_code == 302
        assert world.client("public").get(path).status_code == 404
        sun = world.client("sun")
        assert sun.post(f"{path}publish/").status_code == 409
        sales.concluded(story, publish=False)
        assert world.client("public").get(path).status_code == 404
        assert world.client("zhao").get(path).status_code == 404
        assert sun.post(f"{path}publish/").status_code == 302
        for name in ("public", "chen", "zhao", "lin", "sun", "wang"):
            for part in ("", "award/", "contracts/", "history/"):
                shown = world.client(name).get(f"/tenders/{story.code}/{part}")
                assert shown.status_code == 200, (name, part)
                main = shown.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
                assert [word for word in ("中标", "采购", "投标") if word in main] == []
        told = [name for name in ("public", "chen", "hu", "sun") if _names_loser(world, name, path)]
        assert told == ["sun"]
        assert "成交确认书" in world.client("chen").get(path).content.decode()


def _names_loser(world, name, path):
    return "朝阳信息技术有限公司" in world.client(name).get(path).content.decode()


def test_a_desk_names_the_work_of_a_sale_in_its_own_words(world):
    story = sales.draft(world, NOW)
    sun, lin = world.actor("sun", NOW), world.actor("lin", NOW)
    assert [item.title for item in queries.desk_items(sun, NOW)] == ["完善披露文件，提交审核"]
    services.submit_tender(actor=sun, code=story.code, at=NOW)
    assert [item.title for item in queries.desk_items(lin, NOW)] == ["审核披露文件"]
    services.approve_tender(actor=lin, code=story.code, at=NOW)
    assert [item.title for item in queries.desk_items(sun, NOW)] == ["发布信息披露公告"]

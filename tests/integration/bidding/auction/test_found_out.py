"""Who is put out, or found out after the end: deposits wait for a decision, results become void."""

import json
from datetime import timedelta

import pytest
from django.db.models import Sum

from bidding import gate
from bidding.models import Auction
from bidding.queries import offers as offered
from bidding.services import auction as services
from deposits.models import Deposit, JournalLine, Refund
from deposits.services import forfeits, holds
from kernel.errors import Conflict, Denied, DomainError, Invalid
from ledger import queries as record
from tests import grants, sales
from tests.auctions import Sale
from tests.integration.bidding.auction.test_deciding import facts
from tests.integration.bidding.auction.test_priority import act
from trading import services as trading
from trading.models import Award, Contract, Lot

SECOND = timedelta(seconds=1)
REASON = "经查实提供虚假文件隐瞒事实，见新国资监〔2026〕7 号。"
ARTICLE = "《产权交易规则》第三十条"


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


@pytest.fixture
def room(world):
    """A free phase in which hu leads before zhao; chen has said nothing."""
    story = sales.closed(world, world.at, "chen", "zhao", "hu")
    held = Sale(world, Auction.objects.get(lot__tender__code=story.code))
    opens = sales.opening(story.tender.bids_close_at)
    held.at(opens)
    for second, name, price in ((1, "zhao", "2640000"), (3, "hu", "2700000")):
        act(held, name, price, opens + second * SECOND)
    return story, held, opens


def put_out(held, name, at):
    services.exclude_bidder(
        actor=held.world.actor("wang"),
        code=held.auction.code,
        bidder=held.code_of(name),
        reason="经查实串通报价。",
        at=at,
    )


def ended(room):
    story, held, opens = room
    end = opens + timedelta(minutes=120) + 2 * SECOND
    held.at(end)
    story.at = end + timedelta(seconds=184)
    held.at(story.at)
    assert held.auction.phase == "ended"
    return story, held


def confirmed(story):
    lin = story.world.actor("lin", story.at)
    trading.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)


def void(story, held, who="wang", **changes):
    told = {"reason": REASON, "article": ARTICLE, **changes}
    actor = held.world.actor(who, story.at)
    services.void_auction(actor=actor, code=held.auction.code, at=story.at, **told)


def states(story):
    """Give by bidder whether its deposit is held, and what of it is due for what."""
    rows = Deposit.objects.filter(tender__code=story.code).prefetch_related("refunds")
    return {
        row.bidder.uscc: (row.hold, [r.outcome for r in row.refunds.all() if r.state == "due"])
        for row in rows
    }


def of(held, **named):
    return {held.uscc(name): said for name, said in named.items()}


def adds_up():
    return JournalLine.objects.aggregate(sum=Sum("fen"))["sum"] == 0


def test_the_deposit_of_whoever_was_put_out_does_not_go_back_with_the_losers(room):
    story, held, opens = room
    put_out(held, "hu", opens + 5 * SECOND)
    nothing = ("", [])
    assert states(story) == of(held, chen=nothing, zhao=nothing, hu=nothing)
    assert record.first_fact(story.code, "deposits.held") is None
    ended(room)
    assert states(story)[held.uscc("hu")] == ("excluded", [])
    confirmed(story)
    assert states(story) == of(held, chen=("", ["not_awarded"]), zhao=nothing, hu=("excluded", []))
    assert adds_up()


def test_while_the_auction_runs_no_page_links_a_code_to_a_deposit(room):
    story, held, opens = room
    put_out(held, "hu", opens + 5 * SECOND)
    for who in ("qian", "lin", "sun", "wang"):
        page = held.world.client(who).get(f"/tenders/{story.code}/deposits/").content.decode()
        assert "暂不退还" not in page, who


def test_what_was_held_is_given_back_or_kept_by_decision(room):
    story, held, opens = room
    put_out(held, "hu", opens + 5 * SECOND)
    put_out(held, "chen", opens + 7 * SECOND)
    ended(room)
    confirmed(story)
    given = {"code": story.code, "number": 1, "at": story.at}
    for who in ("qian", "sun", "chen"):
        with pytest.raises(Denied):
            holds.lift_hold(
                actor=held.world.actor(who, story.at),
                uscc=held.uscc("hu"),
                reason="查无实据。",
                **given,
            )
    wang = held.world.actor("wang", story.at)
    holds.lift_hold(actor=wang, uscc=held.uscc("chen"), reason="查无实据。", **given)
    told = {"ground": "fraud", "article": ARTICLE, "reason": "查实串通。"}
    forfeits.forfeit(actor=wang, uscc=held.uscc("hu"), **told, **given)
    assert states(story)[held.uscc("chen")] == ("", ["not_awarded"])
    assert states(story)[held.uscc("hu")] == ("", [])
    assert adds_up()


def test_with_everybody_put_out_the_lot_fails_and_all_wait_for_a_decision(room):
    story, held, opens = room
    for second, name in enumerate(("chen", "zhao", "hu"), start=5):
        put_out(held, name, opens + second * SECOND)
    assert Lot.objects.get(tender__code=story.code).state == "failed"
    assert all(said == ("excluded", []) for said in states(story).values())


def test_a_termination_gives_back_what_is_not_held(room):
    story, held, opens = room
    put_out(held, "hu", opens + 5 * SECOND)
    story, held = ended(room)
    void(story, held)
    assert states(story) == of(
        held, chen=("", ["failed"]), zhao=("voided", []), hu=("excluded", [])
    )


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_taker_found_out_after_the_end_loses_the_lot_and_nobody_takes_its_place(
    room, is_confirmed
):
    story, held = ended(room)
    if is_confirmed:
        confirmed(story)
    void(story, held)
    lot = Lot.objects.get(tender__code=story.code)
    assert (story.tender.state, lot.state, lot.failure) == ("failed", "failed", REASON)
    assert (Award.objects.count(), Contract.objects.count()) == (0, 0)
    assert states(story)[held.uscc("hu")] == ("voided", [])
    assert all(due for name in ("chen", "zhao") for due in [states(story)[held.uscc(name)][1]])
    told = [entry.kind for entry in record.facts_of(story.code).order_by("id")]
    assert told.index("lot.voided") < told.index("lot.failed") < told.index("tender.failed")
    [voided] = facts(held, "auction.voided")
    assert (voided["reason"], voided["article"]) == (REASON, ARTICLE)
    assert adds_up()
    with pytest.raises(DomainError):
        void(story, held)


def test_everybody_is_told_and_no_name_before_a_result_told_it(room):
    story, held = ended(room)
    before = offered.log_of(held.auction)
    void(story, held)
    page = held.world.client("public").get(f"/auctions/{held.auction.code}/").content.decode()
    assert "成交结果无效" in page
    assert REASON in page
    name = held.world.organisation_of("hu").name
    assert name not in page
    notice = story.tender.notices.get(kind="voided")
    assert name not in json.dumps([notice.fields, notice.body], ensure_ascii=False)
    public = held.world.client("public").get(f"/notices/{story.code}/{notice.number}/")
    assert "成交结果无效，可以依法重新组织" in public.content.decode()
    assert offered.log_of(held.auction) == before
    own = held.world.client("hu").get(f"/auctions/{held.auction.code}/").content.decode()
    assert "决定前暂不退还" in own
    award = story.world.client("public").get(f"/tenders/{story.code}/award/")
    assert award.status_code == 200
    assert name not in award.text


@pytest.mark.parametrize("by", ["qian", "chen", "lin", "sun", "wu", "he"])
def test_nobody_but_the_regulator_voids(room, by):
    story, held = ended(room)
    with pytest.raises(Denied):
        void(story, held, by)
    place = f"/auctions/{held.auction.code}/"
    client = held.world.client(by)
    assert "认定成交结果无效" not in client.get(place).content.decode()
    assert client.post(f"{place}void/", {"cause": REASON, "article": ARTICLE}).status_code == 403


def test_a_running_auction_a_named_firm_and_an_empty_reason_are_refused(room):
    story, held, _opens = room
    with pytest.raises(Conflict) as running:
        void(story, held)
    assert running.value.code == "auction.nothing_to_void"
    story, held = ended(room)
    for changes in (
        {"reason": f"{held.world.organisation_of('hu').name}串通。"},
        {"reason": " "},
        {"article": " "},
        {"article": f"对{held.world.organisation_of('hu').name}适用"},
    ):
        with pytest.raises(Invalid):
            void(story, held, **changes)
    assert record.first_fact(story.code, "lot.voided") is None


def test_a_signed_contract_is_for_the_courts(room):
    story, held = ended(room)
    confirmed(story)
    lin = held.world.actor("lin", story.at)
    given = {"code": story.code, "number": 1, "document": sales.SIGNED}
    trading.sign_contract(actor=lin, **given, at=story.at)
    with pytest.raises(Conflict) as refusal:
        void(story, held)
    assert refusal.value.code in {"void.signed", "tender.wrong_state"}
    assert not Refund.objects.filter(outcome="failed").exists()


def test_the_regulator_voids_on_the_page_and_by_the_api(room):
    story, held = ended(room)
    client, place = held.world.client("wang"), f"/auctions/{held.auction.code}/"
    assert "认定成交结果无效" in client.get(place).content.decode()
    api = f"/api/v1/auctions/{held.auction.code}/void"
    told = {"reason": "", "article": ARTICLE}
    assert client.post(api, told, "application/json").status_code == 422
    assert client.post(f"{place}void/", {"cause": REASON, "article": ARTICLE}).status_code == 302
    assert Lot.objects.get(tender__code=story.code).state == "failed"
    assert client.post(api, {**told, "reason": REASON}, "application/json").status_code == 409


def test_a_grant_of_land_is_void_after_its_result_was_published_and_names_the_taker(world):
    story = grants.closed(world, world.at, "chen", "zhao")
    trading.start_auction(code=story.code, at=story.at)
    lot = story.tender.lots.get()
    offer = {"rank": 1, "uscc": world.organisation_of("chen").uscc, "price": str(lot.start_price)}
    trading.form_price(code=story.code, number=1, candidates=[offer], at=story.at)
    given = {"code": story.code, "at": story.at}
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    trading.confirm_winner(actor=lin, choices={1: (1, "")}, **given)
    trading.publish_result(actor=sun, **given)
    told = {"reason": REASON, "article": "国土资源部令第39号第二十五条"}
    with pytest.raises(Denied):
        trading.void_lot(actor=lin, number=1, **told, **given)
    trading.void_lot(actor=world.actor("wang", story.at), number=1, **told, **given)
    assert story.tender.state == "failed"
    notice = story.tender.notices.get(kind="voided")
    assert notice.fields["supplier"] == world.organisation_of("chen").name
    rows = Deposit.objects.filter(tender__code=story.code)
    assert {row.bidder.uscc: row.hold for row in rows} == {
        world.organisation_of("chen").uscc: "voided",
        world.organisation_of("zhao").uscc: "",
    }
    assert adds_up()
    award = world.client("public").get(f"/tenders/{story.code}/award/").text
    assert world.organisation_of("chen").name in award

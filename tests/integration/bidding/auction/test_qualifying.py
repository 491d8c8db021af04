"""Takers are judged by the conditions printed before they are let in: the exchange's opinion, the
owner's word, one answer of whoever is refused, and the list that fills the rooms.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.domain import SYSTEM
from accounts.queries import names_a_bidder
from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from deposits.models import Deposit
from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import private
from ledger import queries as record
from tests import grants, sales
from tests.deposited import Till
from trading import queries, services
from trading.domain import completeness
from trading.models import Tender
from trading.queries.desk import desk_items
from trading.services.suspensions import resume, suspend

TERMS = [
    {"text": "境内依法设立的企业法人", "evidence": "营业执照"},
    {"text": "注册资本不低于 500 万元", "evidence": "验资报告"},
]
WHY = {"Q2": "验资报告载明注册资本 300 万元。"}


def at_ten(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def sale(world, *, days=6):
    """Draft a sale with conditions, whose bidding begins so many working days after its end."""
    story = sales.draft(world, world.at)
    sun = world.actor("sun")
    services.change_tender(
        actor=sun, code=story.code, changes={"qualification": TERMS}, at=world.at
    )
    closes = story.tender.bids_close_at
    opens = at_ten(sales.WORK.add_working_days(local_date(closes), days).due)
    terms = replace(sales.terms(closes), opens_at=opens)
    services.change_auction(actor=sun, code=story.code, number=1, auction=terms, at=world.at)
    return story


def closed(story, deposit, *takers):
    """Publish, register and pay, and end it."""
    world, at = story.world, story.at
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=at)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=at)
    services.publish_tender(actor=world.actor("sun"), code=story.code, at=at)
    till = Till(story)
    for name in takers:
        sales.register(story, name)
        till.pay(name, deposit)
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


def uscc(story, name):
    return story.world.organisation_of(name).uscc


def judge(story, name, unmet=None):
    given = {"code": story.code, "supplier": uscc(story, name), "at": story.at}
    services.judge_taker(actor=story.world.actor("sun"), unmet=unmet or {}, **given)


def turns(story, name):
    found = queries.candidates_to_judge(story.tender, story.at)
    return next(one.standing.turns for one in found if one.uscc == uscc(story, name))


def confirm(story, name, read=None):
    read = turns(story, name) if read is None else read
    given = {"code": story.code, "supplier": uscc(story, name), "at": story.at, "turns": read}
    return services.confirm_taker(actor=story.world.actor("lin"), **given)


def settle(story):
    services.settle_takers(actor=story.world.actor("sun"), code=story.code, at=story.at)


def own(story, name):
    return queries.own_standing(story.world.actor(name), story.tender, story.at)


def let_in(story):
    auction = Auction.objects.get(lot__tender__code=story.code)
    tags = set(map(bytes, Entrant.objects.filter(auction=auction).values_list("tag", flat=True)))
    names = ("chen", "zhao", "hu")
    return [n for n in names if bytes(entrant_tag(auction.code, uscc(story, n))) in tags]


def refunds(story, name):
    held = Deposit.objects.get(tender__code=story.code, bidder=story.world.organisation_of(name))
    return [refund.outcome for refund in held.refunds.all()]


def titles(story, name):
    return [i.title for i in desk_items(story.world.actor(name), story.at) if story.code in i.url]


def page(story, name, part=""):
    with time_machine.travel(story.at, tick=True):
        return story.world.client(name).get(f"/tenders/{story.code}/qualification/{part}")


def test_a_bidding_with_conditions_leaves_the_days_to_judge(world):
    story = sale(world, days=2)
    missing = completeness.missing_before_publication(queries.facts(story.tender, world.at))
    assert [one.code for one in missing if one.code == "auction.opens_at"] == ["auction.opens_at"]


def test_only_who_meets_the_conditions_is_let_in(world):
    story = closed(sale(world), sales.LOT["deposit"], "chen", "zhao", "hu")
    code, refused, about = story.code, uscc(story, "zhao"), WHY["Q2"]
    assert not Auction.objects.filter(lot__tender__code=code).exists()
    assert [refunds(story, name) for name in ("chen", "zhao", "hu")] == [[], [], []]
    assert titles(story, "sun") == ["审查登记单位的资格，提出意见并确定名单"]
    assert [i.waiting for i in desk_items(world.actor("lin"), story.at)] == [True]

    # An opinion goes by what is printed, tells nobody anything yet, and may be sent back.
    with pytest.raises(Invalid, match=r"prequal\.term"):
        judge(story, "zhao", {"Q9": "没有这一条件。"})
    judge(story, "zhao", WHY)
    assert [i.waiting for i in desk_items(world.actor("lin"), story.at)] == [False]
    assert (own(story, "zhao").state, own(story, "zhao").unmet) == ("waiting", {})
    given = {"code": code, "supplier": refused, "turns": 1, "at": story.at}
    with pytest.raises(Denied):
        services.confirm_taker(actor=world.actor("sun"), **given)
    services.return_taker(actor=world.actor("lin"), reason="请核对验资报告日期。", **given)
    with pytest.raises(Conflict, match=r"taker\.wrong_state"):
        confirm(story, "zhao")
    assert "请核对验资报告日期" in page(story, "sun", f"{refused}/").content.decode()

    # Confirmed, each learns of itself alone; who is refused may answer, once.
    for name in ("chen", "hu"):
        judge(story, name)
        confirm(story, name)
    judge(story, "zhao", WHY)
    assert confirm(story, "zhao").state == "refused"
    with pytest.raises(Conflict, match=r"taker\.unsettled"):
        settle(story)
    assert own(story, "zhao").unmet == WHY
    told = page(story, "zhao").content.decode()
    assert about in told
    assert TERMS[1]["text"] in told
    assert about not in page(story, "chen").content.decode()
    for name, status in (("he", 404), ("wu", 404), ("mei", 404), ("lin", 200), ("wang", 200)):
        assert page(story, name).status_code == status, name
    assert page(story, "chen", f"{refused}/").status_code == 404
    assert titles(story, "zhao") == ["不符合资格，可以申辩、补正"]
    answered = {"actor": world.actor("zhao"), "code": code, "at": story.at}
    services.answer_taker(answer="增资已完成，验资报告见附件。", **answered)
    with pytest.raises(Conflict, match=r"taker\.wrong_state"):
        services.answer_taker(answer="再说一次。", **answered)
    judge(story, "zhao", WHY)
    assert own(story, "zhao").state == "answered"
    assert confirm(story, "zhao").state == "out"

    settle(story)
    assert let_in(story) == ["chen", "hu"]
    assert [refunds(story, name) for name in ("chen", "zhao", "hu")] == [[], ["not_bid"], []]
    with pytest.raises(Conflict, match=r"taker\.settled"):
        settle(story)
    assert own(story, "zhao").state == "out"
    # What is public names nobody, and no reason of a refusal.
    said = "".join(str(entry.data) for entry in record.entries_since(story.tender.stream, 0))
    assert about not in said
    assert not any(uscc(story, name) in said for name in ("chen", "zhao"))
    assert not names_a_bidder(said)


def test_what_was_read_is_confirmed_not_what_was_put_in_its_place_since(world):
    story = closed(sale(world), sales.LOT["deposit"], "chen", "zhao")
    code, refused = story.code, uscc(story, "zhao")
    given = {"code": code, "supplier": refused, "turns": 1, "at": story.at}
    judge(story, "zhao")
    read = turns(story, "zhao")
    assert f'name="turns" value="{read}"' in page(story, "lin", f"{refused}/").content.decode()
    judge(story, "zhao", WHY)
    with pytest.raises(Conflict, match=r"taker\.changed"):
        confirm(story, "zhao", read)
    with pytest.raises(Conflict, match=r"taker\.changed"):
        services.return_taker(actor=world.actor("lin"), reason="再核对。", **given)
    with time_machine.travel(story.at, tick=True):
        api = f"/api/v1/tenders/{code}/qualification"
        owner = world.client("lin")
        stale = owner.post(f"{api}/{refused}/confirm", {"turns": read}, "application/json")
        assert (stale.status_code, stale.json()["code"]) == (409, "taker.changed")
        listed = {one["uscc"]: one["turns"] for one in owner.get(api).json()}
        assert listed[refused] == read + 1
        sent = owner.post(
            f"/tenders/{code}/qualification/{refused}/confirm/", {"turns": listed[refused]}
        )
        assert sent.status_code == 302
    assert own(story, "zhao").state == "refused"


def test_silence_is_no_answer_and_a_late_list_moves_the_bidding(world):
    story = closed(sale(world), sales.LOT["deposit"], "chen", "zhao")
    planned = datetime.fromisoformat(story.tender.lots.get().auction["opens_at"])
    judge(story, "chen")
    confirm(story, "chen")
    judge(story, "zhao", WHY)
    until = confirm(story, "zhao").answer_until
    assert local_date(until) == sales.WORK.add_working_days(local_date(story.at), 2).due
    story.at = planned + timedelta(hours=1)
    assert own(story, "zhao").state == "out"
    with pytest.raises(Conflict, match=r"taker\.wrong_state"):
        services.answer_taker(
            actor=world.actor("zhao"), code=story.code, answer="晚了。", at=story.at
        )
    settle(story)
    lot = story.tender.lots.get()
    opens = datetime.fromisoformat(lot.auction["opens_at"])
    assert opens == at_ten(sales.WORK.add_working_days(local_date(planned), 1).due)
    notice = story.tender.notices.order_by("-number").first()
    assert notice.kind == "amendment"
    assert f"{opens.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" in notice.body
    assert Tender.objects.get(code=story.code).next_due_at is None
    auction = Auction.objects.get(lot=lot)
    assert (auction.terms["kind"], let_in(story)) == ("one_shot", ["chen"])


def test_land_is_judged_alike_and_a_lot_for_nobody_is_not_sold(world):
    story = grants.draft(world, world.at)
    sun = world.actor("sun")
    services.change_tender(
        actor=sun, code=story.code, changes={"qualification": TERMS}, at=world.at
    )
    assert "listing.opens_at" in {
        one.code
        for one in completeness.missing_before_publication(queries.facts(story.tender, world.at))
    }
    closes = story.tender.bids_close_at
    opens = at_ten(grants.WORK.add_working_days(local_date(closes), 6).due)
    ends = grants.WORK.roll_over(local_date(opens) + timedelta(days=10))[0]
    terms = grants.terms(closes, opens_at=opens, closes_at=at_ten(ends) + timedelta(hours=6))
    services.change_listing(actor=sun, code=story.code, number=1, terms=terms, at=world.at)
    story = closed(story, grants.LOT["deposit"], "chen")
    judge(story, "chen", WHY)
    until = confirm(story, "chen").answer_until
    story.at = until + timedelta(seconds=2)
    settle(story)
    lot = story.tender.lots.get()
    assert (story.tender.state, lot.state) == ("failed", "failed")
    assert "资格条件" in lot.failure
    assert refunds(story, "chen") == ["not_bid"]


def priced_land(world):
    """Sell a parcel whose announcement says that its taker is judged after the bidding."""
    story = grants.draft(world, world.at)
    sent = {"qualification-TOTAL_FORMS": "2", "qualification-INITIAL_FORMS": "0"}
    for place, term in enumerate(TERMS):
        sent |= {f"qualification-{place}-{name}": text for name, text in term.items()}
    with time_machine.travel(world.at, tick=True):
        draft = f"/tenders/{story.code}/draft/terms/"
        answer = world.client("sun").post(draft, sent | {"qualification_after": "on"})
    assert answer.status_code == 302
    story = closed(story, grants.LOT["deposit"], "chen", "zhao")
    assert let_in(story) == ["chen", "zhao"]
    story.at = datetime.fromisoformat(story.tender.lots.get().auction["closes_at"])
    services.start_auction(code=story.code, at=story.at - timedelta(days=5))
    offers = [
        {"rank": rank, "uscc": uscc(story, name), "price": str(410_000_000 - 5_000_000 * rank)}
        for rank, name in enumerate(("chen", "zhao"), start=1)
    ]
    services.form_price(code=story.code, number=1, candidates=offers, at=story.at)
    return story


def confirm_winner(story):
    lin = story.world.actor("lin")
    choices = {1: (uscc(story, "chen"), "")}
    services.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)


def test_a_taker_of_land_is_judged_after_the_bidding_where_the_announcement_says_so(world):
    story = priced_land(world)
    text = story.tender.notices.get(kind="tender").fields["text"]
    assert text["qualification_after"] is True
    assert (own(story, "chen").state, own(story, "zhao")) == ("waiting", None)
    assert "审查登记单位的资格，提出意见并确定名单" in titles(story, "sun")
    with pytest.raises(Conflict, match=r"award\.unchecked"):
        confirm_winner(story)
    with pytest.raises(Missing):
        judge(story, "zhao")
    judge(story, "chen", WHY)
    confirm(story, "chen")
    services.answer_taker(
        actor=world.actor("chen"), code=story.code, answer="已补正验资报告。", at=story.at
    )
    judge(story, "chen")
    assert confirm(story, "chen").state == "passed"
    settle(story)
    confirm_winner(story)
    assert story.tender.state == "winner_confirmed"
    assert page(story, "zhao").status_code == 404
    assert "注册资本" not in page(story, "chen").content.decode()


def test_a_parcel_whose_taker_does_not_meet_the_conditions_is_not_sold(world):
    story = priced_land(world)
    judge(story, "chen", WHY)
    story.at = confirm(story, "chen").answer_until
    settle(story)
    lot = story.tender.lots.get()
    assert (story.tender.state, lot.state) == ("failed", "failed")
    assert lot.failure == "竞得人不符合公告的资格条件。"
    assert [refunds(story, name) for name in ("chen", "zhao")] == [["failed"], ["not_awarded"]]


def test_without_conditions_nobody_is_judged(world):
    story = sales.closed(world, world.at, "chen", "zhao")
    assert Auction.objects.filter(lot__tender__code=story.code).exists()
    with pytest.raises(Missing):
        judge(story, "chen")
    assert page(story, "sun").status_code == 404
    with time_machine.travel(story.at, tick=True):
        listed = world.client("sun").get(f"/api/v1/tenders/{story.code}/qualification")
    assert listed.status_code == 404
    assert not [
        e for e in private.events_of_owner(story.code, uscc(story, "chen")) if "taker" in e.kind
    ]


def test_a_standstill_gives_back_the_time_to_answer_a_refusal(world):
    story = closed(sale(world), sales.LOT["deposit"], "chen", "zhao")
    judge(story, "zhao", WHY)
    until = confirm(story, "zhao").answer_until
    cause = {"actor": SYSTEM, "cause": "challenge", "ref": "YC-1"}
    began, ended = until - timedelta(hours=3), until + timedelta(days=2)
    suspend(tender=story.tender, reason="正在处理异议。", at=began, **cause)
    story.at = until + timedelta(hours=1)
    assert own(story, "zhao").state == "refused"
    with pytest.raises(Conflict, match=r"tender\.suspended"):
        judge(story, "chen")
    resume(tender=story.tender, at=ended, **cause)
    story.at = ended + timedelta(hours=1)
    assert own(story, "zhao").answer_until == until + timedelta(days=3)
    story.at = until + timedelta(days=3)
    assert own(story, "zhao").state == "out"
    # One that begins later gives nothing back of what has run out.
    suspend(tender=story.tender, reason="另一异议。", at=story.at, **cause)
    story.at += timedelta(days=1)
    assert own(story, "zhao").state == "out"


def test_of_a_lot_that_fails_with_the_list_no_new_start_is_told(world):
    story = sale(world)
    sun = world.actor("sun")
    services.add_lot(actor=sun, code=story.code, lot=sales.LOT, at=world.at)
    first = story.tender.lots.get(number=1)
    story.tender.lots.filter(number=2).update(auction=first.auction)
    services.change_priority(
        actor=sun, code=story.code, number=2, right=sales.priority(world), at=world.at
    )
    services.submit_tender(actor=sun, code=story.code, at=story.at)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=story.at)
    services.publish_tender(actor=sun, code=story.code, at=story.at)
    till = Till(story)
    for name, lot in (("chen", 1), ("zhao", 2)):
        sales.register(story, name, lot)
        till.pay(name, sales.LOT["deposit"], lot=lot)
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    planned = datetime.fromisoformat(first.auction["opens_at"])
    judge(story, "chen")
    confirm(story, "chen")
    judge(story, "zhao", WHY)
    confirm(story, "zhao")
    story.at = planned + timedelta(hours=1)
    settle(story)
    lots = {lot.number: lot for lot in story.tender.lots.all()}
    assert (lots[1].state, lots[2].state) == ("open", "failed")
    notice = story.tender.notices.get(kind="amendment")
    assert "1　" in notice.body
    assert "2　" not in notice.body
    opens = datetime.fromisoformat(lots[1].auction["opens_at"])
    assert opens > planned
    assert Auction.objects.get(lot=lots[1]).next_due_at == opens


def test_who_registered_for_a_failed_lot_waits_for_nothing(world):
    story = closed(sale(world), sales.LOT["deposit"], "chen", "zhao")
    assert own(story, "chen").state == "waiting"
    story.tender.lots.update(state="failed")
    assert own(story, "chen") is None

"""Talks with each supplier by itself, and one last quote that nobody reads before its time (GPL 38,
C214, M74).
"""

from datetime import timedelta

import pytest

from bidding.models import Bid, Envelope
from bidding.queries import bids, hall_list, windows
from bidding.queries import opening as openings_of
from bidding.queries import receipts as receipts_of
from bidding.services import quoting
from bidding.services.reading import record_content
from evaluation import queries
from evaluation.models import Turn
from evaluation.queries import talks as found
from evaluation.services import motions, summary
from evaluation.services import talks as services
from evaluation.services.stages import exclude
from kernel.errors import DomainError
from kernel.facts import Reach
from ledger import private
from ledger import queries as ledger
from ledger.facts import reach
from tests import opened, talks
from tests.openings import refused
from trading.services import resume, suspend, terminate_tender

pytestmark = pytest.mark.django_db

PRICES = {"chen": "780000.00", "zhao": "800000.00", "hu": "820000.00"}
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"


def hand_in(town, *names):
    for name in names or PRICES:
        town.quote(name, PRICES[name])


def rank(town):
    """Mark, open the last quotes, and rank."""
    case = town.case
    for member in case.members if queries.leaves(case.evaluation) else ():
        opened.mark(case, member)
        opened.lock(case, member)
    hall = town.open_quotes()
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    return hall


def ranked(town):
    ranking = queries.lots_of(town.case.evaluation)[0].ranking
    return [(c.rank, c.bid.bidder.name, str(c.price)) for c in ranking.candidates.all()]


def denied(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.status == 403


def facts(town, *kinds):
    return [fact.data for fact in ledger.facts_of(town.code, only=kinds)]


def test_a_consultation_goes_from_the_responses_to_a_ranking_by_last_quotes(world):
    town = talks.quoting_open(world)
    hand_in(town)
    town.close_quotes()
    assert town.case.evaluation.state == "technical"
    assert town.case.evaluation.tender.state == "ranking"
    rank(town)
    # Chen and Hu are small firms: theirs count a tenth less, and they are paid what they quoted.
    assert ranked(town) == [(1, CHEN, "780000.00"), (2, HU, "820000.00"), (3, ZHAO, "800000.00")]
    case = queries.lots_of(town.case.evaluation)[0].ranking.case
    assert (case["formula"], case["params"]) == ("consultation_score", {"weight": "0.3"})


def test_a_negotiation_ranks_by_the_lowest_last_quote_alone(world):
    town = talks.quoting_open(world, "negotiation")
    hand_in(town)
    town.close_quotes()
    assert town.case.evaluation.state == "price_opening"
    rank(town)
    assert ranked(town) == [(1, CHEN, "780000.00"), (2, HU, "820000.00"), (3, ZHAO, "800000.00")]


def test_a_round_asks_each_by_itself_and_a_change_goes_to_all_at_once(world):
    town = talks.talking(world)
    town.round({"chen": "请说明培训安排。"})
    assert [turn.bid.bidder.name for turn in Turn.objects.all()] == [CHEN]
    town.answer("chen")
    made = town.round({"zhao": "请说明备件。"}, change="质保期由一年改为三年。")
    assert [(t.bid.bidder.name, t.question) for t in made.turns.all()] == [
        (CHEN, ""),
        (ZHAO, "请说明备件。"),
        (HU, ""),
    ]
    assert [fact["change"] for fact in facts(town, "round.opened")] == ["", made.change]


def test_no_supplier_reads_what_another_is_asked_or_answers(world):
    town = talks.talking(world)
    town.round({"chen": "请说明培训安排。", "zhao": "请说明备件。"})
    own = found.talk_of(town.actor("chen"), town.code)
    assert [turn.question for turn in own.turns] == ["请说明培训安排。"]
    assert refused(lambda: found.talk_of(town.actor("hu"), town.code)) == "talks.missing"
    turn = town.turn("zhao")
    act = {"code": town.code, "turn": turn.pk, "text": "x", "at": town.at}
    assert refused(lambda: services.answer_turn(actor=town.actor("chen"), **act)) == "turn.missing"


def test_only_the_lead_opens_a_round_and_asks_for_last_quotes(world):
    town = talks.talking(world)
    others = [seat.person.username for seat in town.case.seats if not seat.lead]
    for who in ("sun", "lin", "chen", "qian", *others):
        place = {"actor": town.actor(who), "code": town.code, "at": town.at}
        assert denied(lambda place=place: services.open_round(questions={}, change="x", **place))
        assert denied(lambda place=place: services.request_quotes(**place))


def test_the_talks_wait_for_the_members_to_decide_a_motion(world):
    town = talks.talking(world)
    lead = town.case.lead
    given = {"actor": lead, "code": town.code, "at": town.at}
    motions.put_motion(**given, lot=1, ground="unlawful", reason="供应商之间存在串通。")
    opening = lambda: services.open_round(questions={}, change="x", **given)  # noqa: E731
    for act in (opening, lambda: services.request_quotes(**given)):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == "motion.open"


def test_what_a_round_refuses(world):
    town = talks.talking(world)
    assert refused(lambda: town.round({})) == "round.empty"
    assert refused(lambda: town.round({"chen": "问" * 2001})) == "round.too_long"
    assert refused(lambda: town.round({"chen": "?"}, minutes=5)) == "round.minutes"
    assert refused(town.ask_quotes) == "round.unequal"
    town.round({"chen": "请说明培训安排。"})
    assert refused(lambda: town.round({"zhao": "?"})) == "round.waiting"
    assert refused(town.ask_quotes) == "round.waiting"
    assert refused(lambda: town.answer("chen", " ")) == "turn.text"
    town.answer("chen")
    assert refused(lambda: town.answer("chen")) == "turn.answered"
    town.round({"zhao": "请说明备件。"})
    town.later(minutes=30)
    assert refused(lambda: town.answer("zhao")) == "turn.late"
    assert refused(town.ask_quotes) == "round.unequal"
    town.round({"hu": "请说明保修。"})
    town.answer("hu")
    assert town.ask_quotes().closes_at == town.at + timedelta(minutes=30)


def test_nobody_learns_before_the_end_of_the_window_who_quoted_or_what(world):
    town = talks.quoting_open(world)
    before = ledger.facts_of(town.code).count()
    hand_in(town)
    assert ledger.facts_of(town.code).count() == before
    assert not Envelope.objects.filter(stage="price").exists()
    assert set(Bid.objects.values_list("price", flat=True)) == {None}
    assert refused(lambda: openings_of.session_for(town.code, "price")) == "opening.missing"
    assert refused(lambda: quoting.close_window(code=town.code, at=town.at)) == "tender.not_due"
    town.close_quotes()
    assert Envelope.objects.filter(stage="price").count() == 3
    assert set(Bid.objects.values_list("price", flat=True)) == {None}
    assert not queries.prices_known(town.case.evaluation)


def test_a_last_quote_is_sealed_to_the_price_keys_alone_under_a_chain_of_its_own(world):
    town = talks.quoting_open(world)
    policy = bids.sealing_policy(town.case.evaluation.tender)
    assert (policy.stages, policy.opening.k) == (("price",), 2)
    accepted = town.quote("chen", PRICES["chen"])
    again = town.quote("chen", "760000.00", bytes.fromhex(accepted.commit))
    assert refused(lambda: town.quote("chen", "1.00")) == "bid.forked"
    first = town.hall.offers["chen", 1]
    assert town.quotes["chen"].chain != first.chain
    told = bids.receipts_of(town.code, town.case.world.organisation_of("chen").uscc)
    assert [(line["lot"], line["live"]) for line in told] == [(1, True), (1, False), (1, True)]
    town.close_quotes()
    envelope = Envelope.objects.get(stage="price")
    assert envelope.bid.bidder.name == CHEN
    checked = receipts_of.check_receipt(again.receipt)
    assert (checked.is_closed, checked.is_missing) == (True, False)
    assert private.events_in_tree(f"{town.code}/last") != []


def test_a_quote_at_its_deadline_is_late(world):
    town = talks.quoting_open(world)
    town.later(seconds=(town.window.closes_at - town.at).total_seconds())
    assert refused(lambda: town.quote("chen", PRICES["chen"])) == "bid.too_late"


def test_who_did_not_take_part_hands_in_no_last_quote(world):
    town = talks.quoting_open(world)
    Bid.objects.filter(pk=town.case.bid("hu").pk).update(state="revoked")
    assert denied(lambda: town.quote("hu", PRICES["hu"]))


def test_fewer_than_three_last_quotes_and_the_lot_is_void(world):
    town = talks.quoting_open(world)
    hand_in(town, "chen", "zhao")
    town.close_quotes()
    assert town.case.evaluation.state == "failed"
    assert town.case.evaluation.tender.state == "failed"
    assert [fact["bid"] for fact in facts(town, "quotes.missing")] == [
        town.case.bid("hu").commit_hash
    ]


@pytest.mark.parametrize("case", ["thin_research", "public_services"])
def test_two_last_quotes_are_enough_in_a_case_the_law_lists(world, case):
    town = talks.quoting_open(world, listed_case=case)
    hand_in(town, "chen", "zhao")
    town.close_quotes()
    rank(town)
    assert ranked(town) == [(1, CHEN, "780000.00"), (2, ZHAO, "800000.00")]


def test_a_supplier_leaves_before_its_last_quote_and_fewer_than_three_end_the_lot(world):
    town = talks.talking(world)
    town.round({"chen": "请说明培训安排。"})
    act = {"code": town.code, "lot": 1, "at": town.at}
    assert refused(lambda: services.leave(actor=town.actor("wu"), **act)) == "bid.missing"
    services.leave(actor=town.actor("hu"), **act)
    assert town.case.bid("hu").state == "left"
    assert [fact["what"] for fact in facts(town, "talks.noted")] == ["left"]
    assert town.case.evaluation.state == "failed"


def test_who_was_put_out_takes_no_deposit_along_by_leaving(world):
    town = talks.talking(world)
    exclude(town.case.bid("hu"), "conformity", "R08", "弄虚作假", "证书系伪造", town.at)
    act = {"code": town.code, "lot": 1, "at": town.at}
    assert refused(lambda: services.leave(actor=town.actor("hu"), **act)) == "turn.out"
    assert (town.case.bid("hu").state, facts(town, "talks.noted")) == ("read", [])


def test_the_window_for_last_quotes_is_neither_opened_nor_broken_off_by_a_standstill(world):
    town = talks.talking(world)
    for name in PRICES:
        town.round({name: "请说明培训安排。"})
        town.answer(name)
    cause = {"cause": "order", "ref": "X-1"}
    tender = town.case.evaluation.tender
    actor = town.actor("wang")
    suspend(actor=actor, tender=tender, reason="监督部门责令暂停。", at=town.at, **cause)
    assert refused(town.ask_quotes) == "tender.suspended"
    resume(actor=actor, tender=tender, at=town.at, **cause)
    town.ask_quotes()
    tender.refresh_from_db()
    act = {"actor": actor, "tender": tender, "reason": "再次暂停。", "at": town.at, **cause}
    assert refused(lambda: suspend(**act)) == "tender.quotes_running"


def test_once_quotes_are_asked_for_silence_is_how_one_leaves(world):
    town = talks.quoting_open(world, listed_case="thin_research")
    act = {"code": town.code, "lot": 1, "at": town.at}
    assert refused(lambda: services.leave(actor=town.actor("hu"), **act)) == "talks.not_now"
    hand_in(town, "chen", "zhao")
    town.close_quotes()
    assert [fact["supplier"] for fact in facts(town, "quotes.missing")] == [
        town.case.world.organisation_of("hu").uscc
    ]


def test_the_log_does_not_tell_an_answer_from_a_leaving(world):
    town = talks.talking(world, listed_case="thin_research")
    town.round({"chen": "请说明培训安排。", "hu": "请说明备件。"})
    town.answer("chen")
    services.leave(actor=town.actor("hu"), code=town.code, lot=1, at=town.at)
    noted = ledger.facts_of(town.code, only=["talks.noted"])
    assert [fact.data["what"] for fact in noted] == ["answered", "left"]
    assert {reach(fact.kind) for fact in noted} == {Reach.RESTRICTED}


def test_a_last_quote_over_the_ceiling_is_out(world):
    town = talks.quoting_open(world, listed_case="thin_research")
    hand_in(town, "chen", "zhao")
    town.quote("hu", "900000.01")
    town.close_quotes()
    rank(town)
    assert ranked(town) == [(1, CHEN, "780000.00"), (2, ZHAO, "800000.00")]
    assert town.case.bid("hu").exclusion.code == "R05"


def test_all_over_the_ceiling_voids_the_lot(world):
    town = talks.quoting_open(world)
    for name in PRICES:
        town.quote(name, "950000.00")
    town.close_quotes()
    for member in town.case.members:
        opened.mark(town.case, member)
        opened.lock(town.case, member)
    town.open_quotes()
    assert town.case.evaluation.state == "failed"


def test_neither_opening_tells_what_was_offered(world):
    town = talks.quoting_open(world)
    hand_in(town)
    town.close_quotes()
    hall = rank(town)
    for session in (hall.technical, hall.session):
        lines = hall_list.hall_bids(session)
        assert {(line.amount, bool(line.fields)) for line in lines} == {(None, False)}
        assert {line.state for line in lines} == {"read"}
        content = record_content(session, town.at)
        assert not {"price", "price_in_words"} & set(content["bids"][0])
        told = ledger.entries_since(session.stream, 0)
        read = [fact.data for fact in told if fact.kind == "bid.read"]
        assert len(read) == 3
        assert all(line["fields"] == {} and "readout_key" not in line for line in read)
    assert queries.prices_known(town.case.evaluation)


def test_termination_stops_the_window(world):
    town = talks.quoting_open(world)
    hand_in(town)
    terminate_tender(actor=town.actor("lin"), code=town.code, reason="任务取消", at=town.at)
    town.close_quotes()
    assert town.window.closed_at is None
    assert not Envelope.objects.filter(stage="price").exists()


def test_the_window_waits_for_its_logged_deadline(world):
    town = talks.quoting_open(world)
    window = town.window
    window.closes_at -= timedelta(minutes=10)
    window.save()
    assert refused(lambda: town.quote("chen", "1.00")) == "bid.deadline_mismatch"
    act = {"code": town.code, "at": town.at + timedelta(hours=1)}
    assert refused(lambda: quoting.close_window(**act)) == "bid.deadline_mismatch"
    assert windows.window_of(town.case.evaluation.tender) == "last"

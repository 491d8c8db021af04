"""The draw anybody can repeat, gathering, recusal, and the election of the lead."""

import pytest

from evaluation.models import Evaluation, Seat
from evaluation.services import committee, leaving
from kernel.draw import commitment, draw, list_digest
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from tests import opened
from tests.opened import NONCE
from trading.models import Tender


def facts(case):
    return [entry.kind for entry in record.entries_since(f"evaluation.{case.code}", 0)]


def refused(case, kind, code, call, *args, **kwargs):
    """Ask for something and be refused: with this code, and nothing recorded."""
    before = facts(case)
    with pytest.raises(kind) as caught:
        call(*args, code=case.code, at=case.at, **kwargs)
    assert (caught.value.code, facts(case)) == (code, before)


def freeze(case, actor="qian", speciality="货物采购", owner_rep=""):
    return committee.freeze_pool(
        actor=case.actor(actor),
        code=case.code,
        speciality=speciality,
        owner_rep=owner_rep,
        at=case.at,
    )


def test_the_end_of_the_opening_begins_the_evaluation(world):
    case = opened.opened(world)
    evaluation = case.evaluation
    assert (evaluation.state, evaluation.size, evaluation.speciality, facts(case)) == (
        "drawing",
        5,
        "货物采购",
        [],
    )


def test_a_large_budget_asks_for_seven_members(world):
    case = opened.opened(world)
    Evaluation.objects.all().delete()
    tender = Tender.objects.get(code=case.code)
    tender.lots.update(budget=12_000_000)
    opened._tell_ended(tender, "whole", case.at)
    assert case.evaluation.size == 7


def test_the_purchaser_may_take_more_members_within_the_law(world):
    case = opened.opened(world)
    qian = {"actor": case.actor("qian"), "speciality": "货物采购", "owner_rep": ""}
    for size in (3, 4, 23):
        wrong = qian | {"size": size}
        refused(case, Invalid, "committee.chosen_size", committee.freeze_pool, **wrong)
    strange = qian | {"large_case": "rich"}
    refused(case, Invalid, "committee.case", committee.freeze_pool, **strange)
    few = qian | {"large_case": "complex", "size": 5}
    refused(case, Invalid, "committee.chosen_size", committee.freeze_pool, **few)
    committee.freeze_pool(code=case.code, at=case.at, **qian, large_case="complex")
    found = case.evaluation
    assert (found.size, found.large_case) == (7, "complex")
    told = record.first_fact(case.code, "evaluation.pool_frozen").data
    assert (told["members"], told["large_case"]) == (7, "complex")
    committee.draw_experts(actor=case.actor("wang"), code=case.code, nonce=opened.NONCE, at=case.at)
    assert len(case.seats) == 7


def test_the_page_asks_for_the_size_and_its_case(world):
    case = opened.opened(world)
    page = world.client("qian").get(f"/tenders/{case.code}/evaluation/").content.decode()
    assert ('name="size"' in page, 'name="large_case"' in page) == (True, True)
    sent = {"speciality": "货物采购", "owner_rep": "", "size": "7", "large_case": ""}
    world.client("qian").post(f"/tenders/{case.code}/evaluation/act/freeze/", sent)
    assert case.evaluation.size == 7


def test_the_pool_is_frozen_and_the_seed_committed_before_the_nonce(world):
    case = opened.opened(world)
    evaluation = freeze(case, owner_rep="lin")
    assert evaluation.pool == [f"ZJ000{n}" for n in range(1, 8)]
    assert evaluation.pool_digest == list_digest(evaluation.pool)
    assert evaluation.seed_commit == commitment(committee.seed_of(evaluation))
    assert committee.seed_of(evaluation) not in bytes(evaluation.sealed_seed)
    entries = record.entries_since(f"evaluation.{case.code}", 0)
    assert [(e.kind, e.data) for e in entries] == [
        (
            "evaluation.pool_frozen",
            {
                "digest": evaluation.pool_digest,
                "size": 7,
                "speciality": "货物采购",
                "members": 5,
                "large_case": "",
            },
        ),
        ("evaluation.draw_committed", {"commit": evaluation.seed_commit}),
    ]
    assert [(s.kind, s.person.username) for s in case.seats] == [("owner_rep", "lin")]


@pytest.mark.parametrize(
    ("actor", "speciality", "owner", "kind", "code"),
    [
        ("lin", "货物采购", "", Denied, "evaluation.freeze_pool.denied"),
        ("chen", "货物采购", "", Denied, "evaluation.freeze_pool.denied"),
        ("qian", "信息工程", "", Conflict, "evaluation.pool_too_small"),
        ("qian", "货物采购", "sun", Invalid, "seat.not_purchaser"),
    ],
)
def test_a_wrong_freeze_is_refused(world, actor, speciality, owner, kind, code):
    case = opened.opened(world)
    given = {"actor": case.actor(actor), "speciality": speciality, "owner_rep": owner}
    refused(case, kind, code, committee.freeze_pool, **given)
    assert not case.evaluation.pool_digest


def test_the_pool_is_frozen_once_and_who_organises_cannot_give_the_nonce(world):
    case = opened.opened(world)
    draws = committee.draw_experts
    refused(case, Conflict, "evaluation.no_pool", draws, actor=case.actor("wang"), nonce=NONCE)
    freeze(case)
    given = {"actor": case.actor("qian"), "speciality": "货物采购", "owner_rep": ""}
    refused(case, Conflict, "evaluation.pool_frozen", committee.freeze_pool, **given)
    refused(case, Denied, "evaluation.draw.denied", draws, actor=case.actor("qian"), nonce=NONCE)
    refused(case, Invalid, "draw.nonce", draws, actor=case.actor("wang"), nonce="短")


def test_anybody_can_repeat_the_draw_from_its_fact(world):
    case = opened.drawn(world, owner="lin")
    fact = record.first_fact(case.code, "evaluation.drawn")
    made = draw(
        case.evaluation.pool,
        seed=bytes.fromhex(fact.data["seed"]),
        nonce=bytes.fromhex(fact.data["nonce"]),
        purpose=fact.data["purpose"],
        count=fact.data["count"],
    )
    drawn = [s.person.expert.code for s in case.seats if s.kind == Seat.Kind.EXPERT]
    assert (list(made.drawn), made.commit, fact.data["count"]) == (
        drawn,
        case.evaluation.seed_commit,
        4,
    )


def test_who_has_an_interest_is_not_in_the_pool(world):
    case = opened.opened(world)
    expert = world.person("wu").expert
    expert.employer = world.organisation_of("zhao")
    expert.save()
    world.person("luo").expert.interests.add(world.organisation_of("chen"))
    assert freeze(case).pool == [f"ZJ000{n}" for n in range(3, 8)]


def test_who_declines_is_replaced_by_lot_and_nobody_twice(world):
    case = opened.drawn(world)
    first = case.seats[0]
    fresh = leaving.decline_seat(
        actor=case.member(first), code=case.code, reason="出差", at=case.at
    )
    assert (fresh.number, len(case.seats), facts(case)[-2:]) == (
        6,
        5,
        ["seat.declined", "seat.replaced"],
    )
    assert first.person not in [seat.person for seat in case.seats]
    own = case.actor(first.person.username)
    refused(case, Denied, "seat.act.denied", committee.accept_seat, actor=own)
    step = {"actor": case.member(case.seats[0]), "reason": "出差"}
    leaving.decline_seat(code=case.code, at=case.at, **step)
    step["actor"] = case.member(case.seats[0])
    refused(case, Conflict, "evaluation.pool_used_up", leaving.decline_seat, **step)


def test_steps_out_of_order_are_refused(world):
    case = opened.drawn(world)
    own, other = case.member(case.seats[0]), case.actor("chen")
    refused(case, Conflict, "seat.wrong_state", committee.pledge, actor=own)
    refused(case, Denied, "seat.act.denied", committee.pledge, actor=other)
    refused(case, Invalid, "seat.reason", leaving.recuse, actor=own, reason=" ")
    refused(case, Conflict, "evaluation.not_gathered", committee.start, actor=case.actor("qian"))
    with pytest.raises(Missing, match=r"evaluation\.missing"):
        committee.pledge(actor=own, code="ZC-2026-9999", at=case.at)


def test_the_evaluation_starts_when_all_have_pledged(world):
    case = opened.started(world, owner="lin")
    assert (case.evaluation.state, case.evaluation.started_at) == ("electing", case.at)
    assert case.evaluation.tender.state == "evaluating"
    assert facts(case)[-1] == "evaluation.started"


def test_another_representative_is_sent_for_one_who_steps_aside(world):
    case = opened.drawn(world, owner="lin")
    seat = next(seat for seat in case.seats if seat.kind == Seat.Kind.OWNER)
    lin = case.actor("lin")
    given = {"actor": lin, "username": "lin"}
    refused(case, Conflict, "seat.none_free", leaving.appoint_owner, **given)
    leaving.recuse(actor=case.member(seat), code=case.code, reason="亲属任职", at=case.at)
    assert len(case.seats) == 4
    refused(case, Conflict, "seat.twice", leaving.appoint_owner, **given)
    given["username"] = "sun"
    refused(case, Invalid, "seat.not_purchaser", leaving.appoint_owner, **given)


def test_the_majority_elects_the_lead(world):
    case = opened.started(world)
    for member, choice in zip(case.members, (1, 1, 2, 2, 2), strict=True):
        committee.vote_lead(actor=member, code=case.code, seat=choice, at=case.at)
    entry = record.first_fact(case.code, "lead.elected")
    assert (entry.data, case.evaluation.state) == ({"seat": 2, "by_lot": False}, "qualification")
    assert [seat.number for seat in case.seats if seat.lead] == [2]
    given = {"actor": case.members[0], "seat": 1}
    refused(case, Conflict, "lead.elected_already", committee.vote_lead, **given)


def test_equal_votes_are_settled_by_lot_among_the_equal(world):
    case = opened.started(world)
    for member, choice in zip(case.members, (1, 1, 2, 2, 3), strict=True):
        committee.vote_lead(actor=member, code=case.code, seat=choice, at=case.at)
    entry = record.first_fact(case.code, "lead.elected")
    assert entry.data["by_lot"]
    assert entry.data["seat"] in {1, 2}


def test_the_representative_may_not_lead(world):
    case = opened.started(world, owner="lin")
    given = {"actor": case.members[0], "seat": case.evaluation.size}
    refused(case, Invalid, "lead.not_eligible", committee.vote_lead, **given)


def test_a_lead_who_steps_aside_leaves_an_election(world):
    case = opened.led(world)
    lead = case.lead
    leaving.recuse(actor=lead, code=case.code, reason="发现与投标人有亲属关系", at=case.at)
    assert [seat.lead for seat in case.seats] == [False] * 5
    fresh = case.seats[-1]
    vote = {"actor": case.member(fresh), "seat": 2}
    refused(case, Denied, "lead.vote.denied", committee.vote_lead, **vote)
    opened.gather(case, fresh)
    for member in case.members:
        committee.vote_lead(actor=member, code=case.code, seat=2, at=case.at)
    assert (case.evaluation.state, [s.number for s in case.seats if s.lead]) == (
        "qualification",
        [2],
    )

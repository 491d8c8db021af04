"""A sale of state property by tender from its disclosure to the archive."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.domain import SYSTEM
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.papers import paper_of
from tests import factories, openings, sales
from tests import grant_tenders as judging
from tests import sale_tenders as sold
from tests.deposited import Till
from tests.papers import assert_known_shape
from tests.tenders import Story
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness
from trading.models import Award
from trading.services import suspensions
from trading.services.due import due

pytestmark = pytest.mark.django_db
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"


@pytest.fixture
def world():
    return cast(AT)


def newcomers(world):
    """Let two firms live in the town that bid for nothing."""
    for place, name in enumerate(("deng_b", "qi_b")):
        body = factories.organisation(f"清河{'甲乙'[place]}投资公司", at=world.at)
        world.organisations[name] = body
        world.people[name] = factories.person(name, "股东")
        factories.role(world.people[name], "bidder", body, at=world.at)


def test_the_whole_way_from_the_disclosure_to_the_archive(world):
    case = sold.judged(world)
    code, lot = case.code, judging.lot_of(case)
    assert [(c["rank"], c["name"]) for c in lot.candidates] == [(1, ZHAO), (2, HU), (3, CHEN)]
    judging.confirmed(case)
    paper = paper_of("deal_confirmation", f"{code}.1")
    assert (paper.content["method"], paper.content["amount"]) == ("招投标", "2950000.00")
    assert_known_shape(paper, "property")
    sales.concluded(Story(world, code, case.at))
    sun = case.actor("sun")
    services.archive_tender(actor=sun, code=code, at=case.at + timedelta(days=30))
    assert judging.tender_of(case).state == "archived"
    told = [fact.kind for fact in record.public_facts_of(code).order_by("id")]
    assert [kind for kind in told if kind.split(".")[0] in {"tender", "lot"}] == [
        "tender.published",
        "tender.committee_seated",
        "tender.evaluated",
        "lot.priced",
        "tender.contracts_signed",
        "tender.settled",
        "tender.certified",
        "tender.result_published",
        "tender.archived",
    ]


def test_a_draft_asks_for_what_a_disclosure_of_a_tender_must_say(world):
    story = sales.begun(world, AT, method="tender")
    found = completeness.missing_before_publication(queries.facts(story.tender, AT))
    assert {finding.code for finding in found} >= {
        "basic.place",
        "lots.none",
        "conformity.none",
        "scheme.missing",
        "timetable.bids_close_at",
        "documents.none",
        "custodians.too_few",
    }


def test_a_right_of_first_refusal_is_exercised_afterwards_or_not_at_all(world):
    story = sold.draft(world)
    right = sales.priority(world, "chen")  # in the room, which a tender does not have
    with pytest.raises(Invalid) as refusal:
        services.change_priority(
            actor=world.actor("sun", AT), code=story.code, number=1, right=right, at=AT
        )
    assert refusal.value.code == "priority.mode"
    page = world.client("sun").get(f"/tenders/{story.code}/draft/priority/").content.decode()
    assert "after_close_once" in page
    assert "in_room_equal" not in page


def right(world, *holders, **changes):
    """Give the terms under which holders are asked when the bidding is over."""
    asked = {"mode": "after_close_once", "same_rank": False, "window_minutes": 60}
    return sales.priority(world, *holders, **{**asked, **changes})


def asked(world, *present, rights, unpaid=(), **changes):
    """Let a report be handed in for a lot over which these hold a right; those present registered,
    laid their deposit down unless named, and handed in no bid.
    """
    story = sold.announced(world, right=right(world, *rights, **changes))
    till = Till(story)
    for name in present:
        sales.register(story, name)
        if name not in unpaid:
            till.pay(name, sales.LOT["deposit"])
    return sold.judged(world, story=story)


def answer(case, name, exercises, *, later=60):
    return services.answer_priority(
        actor=case.world.actor(name, case.at),
        code=case.code,
        number=1,
        exercises=exercises,
        at=case.at + timedelta(seconds=later),
    )


def test_a_holder_that_did_not_bid_is_asked_and_takes_the_lot_at_the_best_price(world):
    newcomers(world)
    case = asked(world, "deng_b", rights=("deng_b",))
    tender = judging.tender_of(case)
    [row] = queries.inquiries_of(tender)
    assert (row.holder, row.price) == (world.organisation_of("deng_b"), Decimal("2950000.00"))
    assert tender.next_due_at == row.due_at == case.at + timedelta(hours=1)
    with pytest.raises(Conflict) as refusal:
        judging.confirmed(case)
    assert refusal.value.code == "priority.waiting"
    for name, status in (("deng_b", 200), ("lin", 200), ("wang", 200), ("chen", 404), ("he", 404)):
        page = world.client(name).get(f"/tenders/{case.code}/priority/")
        assert page.status_code == status, name
    assert (
        "2,950,000.00"
        in world.client("deng_b").get(f"/tenders/{case.code}/priority/").content.decode()
    )
    with pytest.raises(Denied):
        answer(case, "chen", exercises=True)
    answer(case, "deng_b", exercises=True)
    with pytest.raises(Conflict):
        answer(case, "deng_b", exercises=False)
    judging.confirmed(case)
    made = Award.objects.get()
    assert (made.supplier, made.price) == (world.organisation_of("deng_b"), row.price)
    told = [c["rank"] for c in judging.lot_of(case).candidates]
    assert told == [1, 2, 3, 4]


def test_a_holder_that_laid_no_deposit_down_is_not_asked(world):
    newcomers(world)
    case = asked(world, "deng_b", "qi_b", rights=("deng_b", "qi_b"), unpaid=("deng_b",))
    [row] = queries.inquiries_of(judging.tender_of(case))
    assert row.holder == world.organisation_of("qi_b")


def test_silence_waives_and_an_answer_at_the_very_end_is_late(world):
    newcomers(world)
    case = asked(world, "deng_b", rights=("deng_b",))
    with pytest.raises(Conflict) as refusal:
        answer(case, "deng_b", exercises=True, later=3600)
    assert refusal.value.code == "priority.late"
    due(case.at + timedelta(seconds=3600))
    assert queries.inquiries_of(judging.tender_of(case)).get().state == "lapsed"
    case.at += timedelta(hours=2)
    judging.confirmed(case)
    assert Award.objects.get().supplier == world.organisation_of("zhao")


@pytest.mark.parametrize(
    ("present", "rights"),
    [
        ((), ("deng_b",)),  # was told and stayed away: it has waived
        ((), ("zhao",)),  # the best offer is its own
        ((), ("chen",)),  # bid, and offered less
    ],
)
def test_nobody_is_asked_who_took_part_or_stayed_away(world, present, rights):
    newcomers(world)
    case = asked(world, *present, rights=rights)
    assert not queries.inquiries_of(judging.tender_of(case)).exists()
    judging.confirmed(case)
    assert Award.objects.get().supplier == world.organisation_of("zhao")


@pytest.mark.parametrize(("same_rank", "winner"), [(False, "deng_b"), (True, "qi_b")])
def test_of_two_who_exercise_the_higher_rank_has_it_or_of_equals_the_first(
    world, same_rank, winner
):
    newcomers(world)
    case = asked(world, "deng_b", "qi_b", rights=("deng_b", "qi_b"), same_rank=same_rank)
    answer(case, "qi_b", exercises=True, later=10)
    with pytest.raises(Conflict):
        judging.confirmed(case)
    answer(case, "deng_b", exercises=True, later=20)
    assert judging.lot_of(case).candidates[0]["uscc"] == world.organisation_of(winner).uscc


def test_a_holder_answers_on_its_page_and_by_the_api(world):
    newcomers(world)
    case = asked(world, "deng_b", "qi_b", rights=("deng_b", "qi_b"))
    with time_machine.travel(case.at + timedelta(minutes=1), tick=False):
        page = f"/tenders/{case.code}/priority/"
        assert (
            "优先购买权询问" in world.client("qi_b").get(f"/tenders/{case.code}/").content.decode()
        )
        assert "答复是否行使优先购买权" in world.client("qi_b").get("/desk/").content.decode()
        empty = world.client("qi_b").post(page, {"lot": "1"})
        assert empty.status_code == 422
        assert world.client("qi_b").post(page, {"lot": "1", "answer": "waive"}).status_code == 302
        api = f"/api/v1/tenders/{case.code}/lots/1/priority"
        client, kind = world.client("deng_b"), "application/json"
        taken = client.post(api, {"exercises": True}, content_type=kind)
        assert (taken.status_code, taken.json()["state"]) == (200, "exercised")
        listed = world.client("lin").get(f"/api/v1/tenders/{case.code}/priority").json()
        assert [row["state"] for row in listed] == ["exercised", "waived"]
        assert world.client("chen").get(f"/api/v1/tenders/{case.code}/priority").json() == []


def test_a_standstill_gives_every_holder_its_time_to_answer_back(world):
    newcomers(world)
    case = asked(world, "deng_b", "qi_b", rights=("deng_b", "qi_b"))
    tender, day = judging.tender_of(case), timedelta(days=1)
    held = {"actor": SYSTEM, "tender": tender, "cause": "complaint", "ref": "TS-1"}
    suspensions.suspend(**held, reason="核查转让程序。", at=case.at + timedelta(minutes=20))
    with pytest.raises(Conflict) as refusal:
        answer(case, "deng_b", exercises=True, later=1800)
    assert refusal.value.code == "tender.suspended"
    due(case.at + timedelta(hours=2))
    suspensions.resume(**held, at=case.at + timedelta(minutes=20) + day)
    rows = queries.inquiries_of(tender)
    ends = case.at + timedelta(hours=1) + day
    assert {(row.state, row.due_at) for row in rows} == {("asked", ends)}
    assert judging.tender_of(case).next_due_at == ends
    case.at += day
    answer(case, "qi_b", exercises=False, later=1900)
    due(ends - timedelta(minutes=1))
    answer(case, "deng_b", exercises=True, later=3500)
    assert judging.lot_of(case).candidates[0]["uscc"] == world.organisation_of("deng_b").uscc


def test_nobody_registered_and_the_disclosure_goes_on_then_lapses(world):
    story = sold.announced(world, extension={"rounds": 1, "days": 5})
    first = story.tender.bids_close_at
    due(first + timedelta(seconds=2))
    assert story.tender.state == "announced"
    later = story.tender.bids_close_at
    assert later > first
    due(later + timedelta(seconds=2))
    assert story.tender.state == "no_taker"


def test_two_bids_are_returned_unopened(world):
    story = sold.announced(world)
    tender = story.tender
    hall = openings.Hall(world, tender, "whole", at=tender.bids_close_at)
    for name in ("chen", "zhao"):
        at = tender.bids_close_at - timedelta(hours=1)
        openings.submit(hall, name, 1, at, price=sold.PRICES[name])
    services.close_tender(code=story.code, at=tender.bids_close_at + timedelta(seconds=2))
    failed = story.tender
    assert failed.state == "failed"
    notice = failed.notices.get(kind="failure")
    assert notice.fields["article"] == "《招标投标法》第二十八条、第四十二条"
    assert not Award.objects.exists()


def test_the_disclosure_says_how_it_is_judged_and_names_are_told_last(world):
    case = sold.judged(world)
    tender = judging.tender_of(case)
    notice = tender.notices.get(kind="tender")
    shown = world.client("public").get(f"/notices/{case.code}/{notice.number}/").content.decode()
    for word in ("招投标", "2,600,000.00", "价高者得", "没有优先购买权人", "开标地点"):
        assert word in shown, word
    judging.confirmed(case)
    for name, status in (("public", 404), ("hu", 404), ("lin", 200), ("sun", 200)):
        page = world.client(name).get(f"/tenders/{case.code}/award/")
        assert page.status_code == status, name

"""Who the document's own rules put out, and stages that end whoever ends what was waited for."""

import pytest

from bidding.models import Bid
from evaluation import queries
from evaluation.services import leaving, motions, rejecting, summary
from tests import opened, works
from tests.world import AT, cast

pytestmark = pytest.mark.django_db
HU = "琥珀办公设备有限公司"
FOUR = {"chen": "980000.00", "zhao": "1000000.00", "hu": "1020000.00", "lin": "1040000.00"}
TECHNICAL = {
    "code": "T1",
    "part": "technical",
    "title": "技术方案",
    "full": "100",
    "subjective": True,
    "rule": "好者高",
}


@pytest.fixture
def world():
    return cast(AT)


def with_least(least="60"):
    chosen = {"slug": "quality_and_cost", "params": {"least_technical": least}}
    return {"method": "formula", "formula": chosen, "criteria": [TECHNICAL]}


def with_outliers():
    return {
        "method": "formula",
        "formula": {"slug": "second_mean", "params": {}},
        "criteria": [TECHNICAL | {"full": "40"}],
        "options": {"outliers": {"highest_above_second_pct": "1", "then": "invalid"}},
    }


def judged(world, scheme, weak=(), **story):
    case = works.conforming(world, lots=1, bid_security="190000.00", scheme=scheme, **story)
    for member in case.members:
        opened.mark(case, member, dict.fromkeys(weak, "0.3"))
        opened.lock(case, member)
    return case


def vote(case, number, *, agrees=True):
    for member in case.members:
        if case.evaluation.motions.get(number=number).decided_at is None:
            said = {"agrees": agrees, "reason": "属实", "at": case.at}
            motions.vote_motion(actor=member, code=case.code, motion=number, **said)


def summarise(case):
    summary.summarise(actor=case.lead, code=case.code, at=case.at)


def out(case):
    return [(x.bid.bidder.name, x.stage, x.code) for x in queries.exclusions_of(case.evaluation)]


def ranked(case):
    (made,) = case.evaluation.rankings.all()
    return [row["bidder"] for row in made.result["ranking"]]


def settled(case):
    """Answer every question whether the bids that are left still compete: they do."""
    for asked in case.evaluation.motions.filter(decided_at=None):
        vote(case, asked.number, agrees=False)


def test_below_the_technical_minimum_is_out_and_the_others_are_ranked(world):
    case = judged(world, with_least(), weak=[HU])
    summarise(case)
    assert case.evaluation.state == "price_review"  # whether two bids compete is asked first
    settled(case)
    summarise(case)
    assert out(case) == [(HU, "summary", "R15")]
    assert HU not in ranked(case)


def test_prices_apart_of_who_misses_the_minimum_are_never_opened(world):
    case = judged(world, with_least(), weak=[HU], stages="two")
    assert case.evaluation.state == "technical"
    settled(case)
    assert (out(case), case.evaluation.state) == ([(HU, "minimum", "R15")], "price_opening")


def test_a_lot_without_anybody_left_fails_and_the_other_goes_on_to_its_prices(world):
    case = works.conforming(world, scheme=with_least(), stages="two", bid_security="190000.00")
    everybody = [bid.bidder.name for bid in Bid.objects.filter(tender__code=case.code)]
    for member in case.members:
        for lot, weak in ((1, everybody), (2, ())):
            opened.mark(case, member, dict.fromkeys(weak, "0.3"), lot=lot)
            opened.lock(case, member, lot)
    assert [lot.number for lot in queries.lots_of(case.evaluation)] == [2]
    assert case.evaluation.state == "price_opening"


def test_whoever_was_put_out_by_the_marks_of_a_member_that_left_is_marked_again(world):
    case = judged(world, with_least(), weak=[HU], stages="two")
    assert out(case) == [(HU, "minimum", "R15")]
    given = {"actor": case.actor("qian"), "seat": 2, "reason": "突发疾病"}
    leaving.remove_member(code=case.code, at=case.at, **given)
    assert out(case) == []


def test_a_price_far_from_the_others_is_out_and_the_same_one_when_summed_up_again(world):
    case = judged(world, with_outliers())
    summarise(case)
    settled(case)
    summarise(case)
    [(name, stage, _code)] = out(case)
    (made,) = case.evaluation.rankings.all()
    assert (stage, [row["bidder"] for row in made.result["invalid"]]) == ("summary", [name])


def test_a_rejection_that_settles_what_differed_ends_the_marking(world):
    case = opened.conforming(world, prices=FOUR)
    objective = next(leaf for leaf in queries.leaves(case.evaluation) if not leaf.subjective)
    for number, member in enumerate(case.members):
        opened.mark(case, member, changed={} if number else {(HU, objective.code): "1"})
        opened.lock(case, member)
    assert case.evaluation.state == "technical"
    rejecting.put_rejection(
        actor=case.lead, code=case.code, bid=case.bid("hu").pk, ground="R08", reason="串通",
        at=case.at,
    )  # fmt: skip
    vote(case, 1)
    assert case.evaluation.state != "technical"


def test_a_lot_that_fails_while_the_other_is_marked_ends_the_marking(world):
    case = works.conforming(world)
    for member in case.members:
        opened.mark(case, member, lot=1)
        opened.lock(case, member, 1)
    rejecting.put_rejection(
        actor=case.lead, code=case.code, bid=case.bid("hu", 2).pk, ground="R08", reason="串通",
        at=case.at,
    )  # fmt: skip
    vote(case, 1)
    vote(case, 2)
    assert [lot.number for lot in queries.lots_of(case.evaluation)] == [1]
    assert case.evaluation.state != "technical"

"""The factor of the price score: committed to in the notice, drawn in public, repeated by all."""

import pytest

from evaluation.models import FactorDraw
from evaluation.queries import factors as queries
from evaluation.queries import overview
from evaluation.services import factors, summary
from kernel.draw import commitment, draw
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from ledger.papers import paper_of
from tests import opened, tenders, works
from tests.papers import assert_known_shape
from tests.world import AT, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def test_the_seed_is_committed_to_with_the_notice_and_stays_secret(world):
    story = works.announced(world)
    told = record.first_fact(story.code, "factor.committed")
    found = FactorDraw.objects.get()
    assert told.data["commit"] == found.commit
    assert told.at == story.at
    proof = queries.factor_proof(story.tender)
    assert (proof.seed, proof.nonce, proof.lines) == ("", "", ())
    assert proof.printed == ["0.95", "0.955", "0.96", "0.965", "0.97", "0.975", "0.98"]


def test_a_tender_without_a_drawn_factor_commits_to_nothing(world):
    story = tenders.announced(world)
    assert not FactorDraw.objects.exists()
    with pytest.raises(Missing):
        queries.factor_proof(story.tender)
    with pytest.raises(Conflict) as refusal:
        factors.draw_factor(
            actor=world.actor("feng", story.at), code=story.code, nonce="12345678", at=story.at
        )
    assert refusal.value.code == "factor.none"


def test_draw_factor_gives_each_lot_one_and_anybody_can_repeat_it(world):
    case = works.opening_ended(world)
    works.draw_factor(case)
    told = record.first_fact(case.code, "factor.drawn").data
    seed, nonce = bytes.fromhex(told["seed"]), bytes.fromhex(told["nonce"])
    assert commitment(seed) == FactorDraw.objects.get().commit
    again = {
        lot: draw(
            told["printed"],
            seed=seed,
            nonce=nonce,
            purpose=f"factor-draw:{case.code}:{lot}/factor",
            count=1,
        ).drawn[0]
        for lot in ("1", "2")
    }
    assert told["factors"] == again
    proof = queries.factor_proof(case.evaluation.tender)
    assert set(proof.checks.values()) == {True}
    paper = paper_of("draw_record", f"{case.code}.factor")
    assert_known_shape(paper, "construction")
    assert [line["drawn"] for line in paper.content["lines"]] == [[again["1"]], [again["2"]]]
    shown = world.client("he").get(f"/tenders/{case.code}/factors/").content.decode()
    assert f"/verify/papers/draw_record/{case.code}.factor/" in shown


def test_the_ranking_is_made_with_the_factor_that_was_drawn(world):
    case = works.judged(world)
    told = record.first_fact(case.code, "factor.drawn").data
    for ranking in case.evaluation.rankings.all():
        steps = [step for step in ranking.result["trace"] if step["step"] == "draw"]
        assert [step["result"] for step in steps] == [told["factors"][str(ranking.lot.number)]]


@pytest.mark.parametrize("name", ["feng", "wang", "lin", "chen"])
def test_who_is_present_may_give_the_number(world, name):
    case = works.opening_ended(world)
    works.draw_factor(case, name)
    assert FactorDraw.objects.get().drawn_by == case.actor(name).ref


@pytest.mark.parametrize("name", ["sun", "qian", "wu", "mei"])
def test_nobody_else_gives_the_number(world, name):
    case = works.opening_ended(world)
    with pytest.raises(Denied):
        works.draw_factor(case, name)


def test_it_is_drawn_once_after_the_prices_and_with_a_whole_number(world):
    story = works.announced(world)
    with pytest.raises(Conflict) as refusal:
        factors.draw_factor(
            actor=world.actor("feng", story.at), code=story.code, nonce="12345678", at=story.at
        )
    assert refusal.value.code == "factor.not_yet"
    case = works.opening_ended(world)
    with pytest.raises(Invalid) as refusal:
        factors.draw_factor(actor=case.actor("feng"), code=case.code, nonce="短", at=case.at)
    assert refusal.value.code == "draw.nonce"
    works.draw_factor(case)
    with pytest.raises(Conflict) as refusal:
        works.draw_factor(case)
    assert refusal.value.code == "factor.drawn"


def test_prices_are_not_scored_before_the_factor_is_drawn(world):
    case = works.conforming(world)
    works.mark_all(case)
    with pytest.raises(Conflict) as refusal:
        summary.summarise(actor=case.lead, code=case.code, at=case.at)
    assert refusal.value.code == "factor.not_drawn"


def test_the_committee_reviews_qualification_with_all_else(world):
    case = works.led(world)
    assert case.evaluation.state == "conformity"
    steps = [step["title"] for step in overview.steps_of(case.evaluation)]
    assert "资格审查" not in steps
    opened.conform(case, {("琥珀办公设备有限公司", "Q1"): 3})
    assert {bid.bidder.name for bid in case.bids} >= {"琥珀办公设备有限公司"}


def test_the_page_of_the_draw_is_public_and_draws(world):
    case = works.opening_ended(world)
    url = f"/tenders/{case.code}/factors/"
    page = world.client("he").get(url)
    assert page.status_code == 200
    assert FactorDraw.objects.get().commit in page.content.decode()
    assert 'name="nonce"' not in page.content.decode()
    refused = world.client("feng").post(url, {"nonce": "短"})
    assert refused.status_code == 422
    drawn = world.client("feng").post(url, {"nonce": works.NONCE})
    assert drawn.status_code == 302
    page = world.client("he").get(url).content.decode()
    assert record.first_fact(case.code, "factor.drawn").data["seed"] in page
    assert page.count("相符") == 4


def test_the_api_draws_and_tells_the_same(world):
    case = works.opening_ended(world)
    url = f"/api/v1/tenders/{case.code}/evaluation/factor-draw"
    before = world.client("he").get(url).json()
    assert (before["seed"], before["holds"]) == ("", None)
    told = world.client("feng").post(url, {"nonce": works.NONCE}, content_type="application/json")
    assert told.status_code == 200
    assert told.json()["holds"] is True
    assert [lot["lot"] for lot in told.json()["lots"]] == [1, 2]

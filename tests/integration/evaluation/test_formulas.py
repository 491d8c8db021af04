"""A tender judged by a formula of the registry, from its draft page to the report."""

import pytest

from evaluation.queries import result
from evaluation.queries.factors import factor_proof
from evaluation.scoring import evaluate_case
from kernel.errors import Invalid
from tests import works
from tests.world import AT, cast
from trading import services

pytestmark = pytest.mark.django_db
CRITERIA = works.SCHEME["criteria"]
OPTIONS = {
    "experts": {"drop_highest": 1, "drop_lowest": 1, "from_members": 5},
    "rounding": {"score_decimals": 3, "mode": "half_up"},
    "tie_break": ["price_low"],
    "partial_pct": "floor",
}


@pytest.fixture
def world():
    return cast(AT)


def chosen(slug, **more):
    formula = {"slug": slug, "params": {"full": "60"}}
    return {"method": "formula", "formula": formula, "criteria": CRITERIA} | more


def test_a_draft_offers_every_formula_and_asks_for_its_parameters(world):
    story = works.draft(world)
    sun, url = world.client("sun"), f"/tenders/{story.code}/draft/scheme/"
    page = sun.get(url).content.decode()
    assert 'value="formula:second_mean"' in page
    assert 'value="formula:my_formula"' not in page
    assert 'name="param-full"' not in page
    form = {
        "method": "formula:percent_trimmed_mean",
        "criteria-TOTAL_FORMS": "1",
        "criteria-INITIAL_FORMS": "0",
        "criteria-0-part": "technical",
        "criteria-0-title": "施工组织设计",
        "criteria-0-full": "50",
        "criteria-0-rule": "见附表",
    }
    stays = sun.post(url, form)
    assert stays["Location"] == url
    page = sun.get(url).content.decode()
    assert 'name="param-trim_share"' in page
    assert 'name="small_firm"' not in page
    params = {
        "param-full": "50",
        "param-trim_share": "0.10",
        "param-per_pct_above": "2",
        "param-per_pct_below": "1",
        "rules-experts-drop_highest": "1",
        "rules-tie-0": "price_low",
        "rules-partial_pct": "floor",
    }
    assert sun.post(url, form | params)["Location"].endswith("/draft/timetable/")
    kept = story.tender.scheme
    assert kept["formula"]["params"]["trim_share"] == "0.10"
    assert kept["price"] == {"weight": "50"}
    assert kept["options"] == {
        "experts": {"drop_highest": 1},
        "tie_break": ["price_low"],
        "partial_pct": "floor",
    }
    beyond = sun.post(url, form | params | {"param-trim_share": "0.50"})
    assert beyond.status_code == 422
    refused = sun.post(url, form | params | {"rules-outliers-score": "3", "method": "drawn_mean"})
    assert refused.status_code == 422


def test_what_cannot_be_scored_is_not_announced(world):
    bad = chosen("second_mean", options={"tie_break": ["credit_high"]})
    story = works.draft(world, scheme=bad)
    page = world.client("sun").get(f"/tenders/{story.code}/draft/").content.decode()
    assert "credit_high" in page
    sun, changes = world.actor("sun", AT), {"scheme": chosen("highest_price")}
    with pytest.raises(Invalid) as refused:
        services.change_tender(actor=sun, code=story.code, changes=changes, at=AT)
    assert refused.value.code == "scheme.formula"


def test_bids_are_drawn_scored_and_printed_by_the_chosen_formula(world):
    case = works.judged(world, scheme=chosen("abc_synthesis", options=OPTIONS))
    page = world.client("chen").get(f"/notices/{case.code}/1/").content.decode()
    assert "ABC 合成法" in page
    assert "去掉评委最高分" in page
    assert "公开抽取" in page
    ranking = case.evaluation.rankings.get(lot__number=1)
    told = result.case_of_lot(case.evaluation, 1)
    assert told["curve"]["partial_pct"] == "floor"
    assert told["experts"] == OPTIONS["experts"]
    assert told["benchmark"]["parts"][0]["value"] == works.LOT["ceiling"]
    assert evaluate_case(told) == ranking.result
    proof = factor_proof(works.tender_of(case))
    assert (proof.printed, list(proof.lines)) == ([], [])
    assert all(proof.checks.values())
    drawn = world.client("chen").get(f"/tenders/{case.code}/factors/").content.decode()
    assert "打开评审工具" in drawn
    assert "系数列表" not in drawn.replace("系数列表与招标文件", "")

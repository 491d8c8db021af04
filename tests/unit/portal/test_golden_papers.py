"""Every kind of paper says, of fixed facts, exactly what was read and committed."""

import pytest
from django.conf import settings as configured

from ledger.press import ON_REQUEST
from portal.paperwork import KINDS
from tests.papers import FOLDER, Golden, golden_papers, is_known_shape, text_of
from trading.markets import markets

PAPERS = golden_papers()
SAID = {(paper.kind, paper.market) for paper in PAPERS}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.path.stem)
def test_a_paper_says_of_fixed_facts_what_was_read(paper: Golden, request, settings):
    settings.SITE_NAME, settings.SITE_URL = "清河市公共资源交易平台", "https://trade.example"
    said = paper.says()
    if request.config.getoption("renew_papers", default=False):
        paper.known.write_text(said, encoding="utf-8")
    assert said == paper.known.read_text(encoding="utf-8")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.path.stem)
def test_a_paper_leaves_no_fact_of_its_frame_blank(paper: Golden):
    assert "None" not in paper.says()
    assert "||" not in paper.says().replace(" ", "")


def test_every_kind_of_paper_has_a_golden_one():
    printed = {
        path.stem
        for path in configured.ROOT.glob("*/templates/papers/*.html")
        if not path.stem.startswith("_")
    }
    assert {kind for kind, _market in SAID} == printed == {*KINDS, *ON_REQUEST}


def test_every_market_that_gives_papers_has_golden_ones_in_its_own_words():
    assert set(markets()) == {market for _kind, market in SAID} - {""}


def test_a_name_of_an_inner_level_counts_as_one_of_the_top():
    facts = Golden(FOLDER / "deposit_slip.json").facts["content"]
    assert is_known_shape("deposit_slip", facts)
    [first, *_rest] = facts["receipts"]
    for other in (
        {**facts, "words": {**facts["words"], "new": ""}},
        {**facts, "receipts": [{**first, "new": ""}]},
        {name: facts[name] for name in list(facts)[1:]},
        {**facts, "title": {"new": ""}},
    ):
        assert not is_known_shape("deposit_slip", other)


def test_a_page_is_read_line_by_line():
    table = "<table><tr><th>甲</th><td>乙<br>丙</td></tr></table>"
    page = f"<title>x</title><h1>一\n 二</h1>{table}<p>丁</p>"
    assert text_of(page) == "一 二\n甲 | 乙 丙\n丁\n"

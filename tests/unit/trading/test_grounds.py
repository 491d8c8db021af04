"""Why something is not put out to open tender: the ground of its law, and whose approval it needs
from the figure of its budget on (GPL 27, 29 to 32; C214 3).
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.errors import Invalid
from trading.domain import grounds
from trading.domain.attempts import AttemptFacts
from trading.domain.completeness import LotFacts
from trading.markets import markets
from trading.periods import RuleSet
from trading.periods.rule import Scope

ON = date(2026, 11, 24)
GIVEN = {"ground": "urgent", "reason": "汛期设备损毁。"}
APPROVED = {
    "approval": "41 号",
    "approval_by": "财政局",
    "approval_on": "2026-11-24",
    "approval_text": "同意。",
}
METHODS = markets()["procurement"].methods


def rules(method: str = "negotiation", level: str = "central") -> RuleSet:
    return RuleSet(Scope("procurement", method, "goods", budget_level=level, on=ON))


def lacking(method: str = "negotiation", level: str = "central", **given: Any) -> list[str]:
    """List the codes of what a draft lacks."""
    facts = {
        "rules": rules(method, level),
        "departs": METHODS[method].departs,
        "grounds": given.pop("said", {}),
        "state_funded": True,
        "lots": (LotFacts(1, "一", given.pop("budget", 2_000_000), 0, 1),),
        "attempt": AttemptFacts(),
        "attachments": frozenset(),
    }
    return [f.code for f in grounds.findings(SimpleNamespace(**{**facts, **given}))]


def test_what_is_not_tendered_in_the_open_names_a_ground_and_from_the_line_on_an_approval() -> None:
    assert lacking(budget=1_999_999) == ["grounds.ground"]
    assert lacking(budget=1_999_999, said=GIVEN) == []
    assert lacking(said=GIVEN) == ["grounds.approval"]
    # Where no figure of the place and budget level is known, any size needs one.
    assert lacking(level="city", budget=1, said=GIVEN) == ["grounds.approval"]
    assert lacking(said={**GIVEN, "approval": "41 号"}) == [
        "grounds.approval_by",
        "grounds.approval_on",
        "grounds.approval_text",
    ]
    assert lacking(said=GIVEN | APPROVED) == []


def test_an_approval_is_quoted_or_uploaded_and_comes_before_the_notice() -> None:
    unquoted = GIVEN | APPROVED | {"approval_text": ""}
    assert lacking(said=unquoted) == ["grounds.approval_text"]
    assert lacking(said=unquoted, attachments=frozenset({"consent"})) == []
    later = GIVEN | APPROVED | {"approval_on": "2026-11-25"}
    assert lacking(said=later) == ["grounds.approval_on"]


def test_what_was_tendered_in_vain_is_approved_as_that() -> None:
    converted = AttemptFacts(2, was_tender=True, only_failed=True)
    said = {**GIVEN, "ground": "no_tender"}
    assert lacking(said=said, attempt=converted) == []
    ended_by_itself = AttemptFacts(2, was_tender=True)
    assert lacking(said=said, attempt=ended_by_itself) == ["grounds.approval"]


def test_a_single_source_says_elsewhere_why_and_an_open_tender_nothing() -> None:
    assert lacking("single_source") == ["grounds.approval"]
    assert lacking("single_source", said=APPROVED) == []
    for method in ("open_tender", "framework", "prequalified_tender", "mini_competition"):
        assert METHODS[method].departs is None


@pytest.mark.parametrize("method", [m for m, how in METHODS.items() if how.departs])
def test_each_method_knows_grounds_of_its_own_law_and_no_other(method: str) -> None:
    known, law = grounds.titles(rules(method)), grounds.article(rules(method))
    assert known
    assert law
    for ground, title in known.items():
        kept = grounds.read({"ground": ground}, rules(method))
        assert (kept["title"], kept["article"]) == (title, law)
    if method != "single_source":
        other = next(one for one in ("sole", "works") if one not in known)
        said = {"ground": other, "reason": "某。"}
        section = METHODS[method].departs.section
        assert lacking(method, budget=1, said=said) == [f"{section}.ground"]


def test_what_is_said_is_read_strictly_and_an_approval_is_of_one_attempt() -> None:
    kept = grounds.read({"ground": " urgent ", **APPROVED}, rules())
    assert kept["ground"] == "urgent"
    assert grounds.again(kept) == {
        "ground": "urgent",
        "reason": "",
        "drawn_from": "",
        "title": "采用招标所需时间不能满足用户紧急需要",
        "article": "《政府采购法》第三十条",
    }
    assert "title" not in grounds.read({"ground": "sole"}, rules())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ([], "ground"),
        ({"who": "x"}, "ground"),
        ({"reason": "字" * 601}, "reason"),
        ({"approval_on": "昨天"}, "approval_on"),
        ({"approval_on": "0020-01-01"}, "approval_on"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(given: object, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        grounds.read(given, rules())
    assert refusal.value.facts["field"] == field


def test_only_where_a_panel_talks_may_a_draft_leave_the_solution_to_suppliers():
    why = {"solutions": " 技术路线不能事先确定。 "}
    kept = grounds.read(why, rules("consultation"))
    assert kept["solutions"] == "技术路线不能事先确定。"
    assert kept["solutions_article"].endswith("《政府采购法实施条例》第三十五条")
    assert "solutions" not in grounds.read({"solutions": " "}, rules("negotiation"))
    with pytest.raises(Invalid) as refusal:
        grounds.read(why, rules("inquiry"))
    assert refusal.value.code == "grounds.solutions"


@pytest.mark.parametrize(
    ("market", "category", "ground"),
    [
        ("construction", "works", "few"),
        ("construction", "works", "cost"),
        ("procurement", "goods", "special"),
        ("procurement", "goods", "cost"),
    ],
)
def test_a_text_of_earlier_days_shows_its_ground_with_the_law_under_the_name_of_now(
    market: str, category: str, ground: str
) -> None:
    said = {"ground": ground, "reason": "潜在供应商有限。", "drawn_from": "pool"}
    text = {
        "market": market,
        "method": "invited_tender",
        "category": category,
        "region": "",
        "documents_from": "2026-11-24",
    }
    known = RuleSet(Scope(market, "invited_tender", category, on=ON))
    law = {"title": grounds.titles(known)[ground], "article": grounds.article(known, ground)}
    shown = grounds.named_as_now({**text, "invitation": said})
    assert shown["grounds"] == {**said, **law}
    assert law["article"]
    assert grounds.named_as_now(shown) == shown
    assert grounds.named_as_now(text) == text

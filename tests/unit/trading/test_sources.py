"""When a sole supplier is made public first, and when it may be invited (GPL 31, GPR 38)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import DomainError
from trading.domain import sources
from trading.domain.sources import SourceFacts, SourceTerms
from trading.periods import RuleSet, Scope

TODAY = date(2026, 11, 24)
TOWN = RuleSet(Scope(market="procurement", method="single_source", on=TODAY))
CENTRAL = replace(TOWN, scope=replace(TOWN.scope, budget_level="central"))
SOLE = SourceFacts(
    ground="sole",
    supplier="某公司",
    reason="专利",
    arguments=3,
    authority="财政局",
    budget=Decimal(100),
)
AMOUNTS = st.decimals(0, 10**9, places=2)


def refused(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


@pytest.mark.parametrize(
    ("ground", "budget", "rules", "asked"),
    [
        ("sole", "2000000", CENTRAL, True),
        ("sole", "1999999.99", CENTRAL, False),
        ("sole", "1", TOWN, True),  # no rule gives this place a threshold
        ("urgent", "9000000", CENTRAL, False),
        ("top_up", "9000000", TOWN, False),
    ],
)
def test_the_public_is_asked_where_one_supplier_is_the_only_one_over_the_threshold(
    ground, budget, rules, asked
):
    source = SourceFacts(ground=ground, budget=Decimal(budget))
    assert sources.needs_publicity(source, rules) is asked


@given(st.sampled_from(sorted(sources.GROUNDS)), AMOUNTS, AMOUNTS)
def test_a_greater_budget_is_never_asked_less_of(ground, one, other):
    less, more = sorted((one, other))
    low, high = (SourceFacts(ground=ground, budget=budget) for budget in (less, more))
    assert sources.needs_publicity(low, CENTRAL) <= sources.needs_publicity(high, CENTRAL)


def test_it_is_invited_when_the_publicity_is_over_and_everybody_answered():
    shown = replace(SOLE, publicity_until=TODAY)
    tomorrow = date(2026, 11, 25)
    invite = sources.require_invitable
    assert refused(lambda: invite(SOLE, 0, TOWN, TODAY)) == "source.not_publicised"
    assert refused(lambda: invite(shown, 0, TOWN, TODAY)) == "source.publicity_running"
    assert refused(lambda: invite(shown, 1, TOWN, tomorrow)) == "source.unanswered"
    invite(shown, 0, TOWN, tomorrow)
    invite(replace(SOLE, ground="urgent"), 0, TOWN, TODAY)


def test_what_needs_no_publicity_is_not_made_public():
    sources.require_publicity(SOLE, TOWN)
    urgent = replace(SOLE, ground="urgent")
    assert refused(lambda: sources.require_publicity(urgent, TOWN)) == "source.no_publicity"


class Draft:
    """What the findings read of a draft."""

    def __init__(self, source):
        self.source, self.rules = source, TOWN


def lacking(source):
    return [finding.code for finding in sources.findings(Draft(source))]


def test_what_a_draft_lacks():
    assert lacking(None) == ["source.none"]
    assert lacking(SOLE) == []
    bare = SourceFacts(ground="sole", supplier="某公司", arguments=2)
    assert lacking(bare) == ["source.reason", "source.unargued", "source.authority"]
    assert lacking(replace(bare, ground="urgent", reason="水灾")) == []


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_all_that_is_added_stays_within_a_tenth_of_the_first_contract(base, added, budget):
    source = replace(SOLE, ground="top_up", base_amount=base, base_added=added, budget=budget)
    within = base > 0 and (budget + added) * 10 <= base
    expected = [] if within else ["source.base" if base <= 0 else "source.top_up"]
    assert lacking(source) == expected


def test_only_a_top_up_names_an_earlier_contract():
    said = SourceTerms("sole", " 91X ", " 专利 ", base_contract="HT-1", base_amount=Decimal(9))
    read = sources.read(said)
    assert (read.supplier, read.reason, read.base_contract) == ("91X", "专利", "")
    added = sources.read(replace(said, ground="top_up"))
    assert (added.base_contract, added.base_amount, added.base_added) == ("HT-1", 9, 0)

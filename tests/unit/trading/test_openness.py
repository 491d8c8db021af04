"""All five that the law opens are there of every market and method, and the check can fail."""

from dataclasses import replace
from datetime import date

import pytest

from trading.domain.openness import PARTS, lacking, opened
from trading.markets import markets
from trading.periods import Figure, Period, national

TODAY = date(2026, 11, 28)


def rules(market, method):
    return [
        row
        for row in national().all()
        if row.basis.holds_on(TODAY)
        and row.reach.market in {"", market}
        and (not row.reach.methods or method in row.reach.methods)
    ]


def of(market):
    return opened(market, {method: rules(market.slug, method) for method in market.methods})


@pytest.mark.parametrize("slug", markets())
def test_everything_the_law_opens_is_open_of_every_market(slug):
    assert lacking(of(markets()[slug])) == []


def test_each_of_the_five_is_missed_when_it_is_not_there():
    market = markets()["land"]
    assert lacking(replace(of(market), subjects=())) == [("items", "")]
    whole = of(market).methods[0]
    broken = {
        "procedure": replace(whole, procedure=(replace(whole.procedure[0], then=""),)),
        "materials": replace(whole, materials=()),
        "limits": replace(whole, limits=()),
        "fees": replace(whole, charges=""),
        "items": replace(whole, title=""),
    }
    for part, method in broken.items():
        assert lacking(replace(of(market), methods=(method,))) == [(part, whole.slug)]
    assert broken.keys() == PARTS.keys()


def test_what_is_owed_and_until_when_comes_from_the_rows():
    [listing, *_others] = of(markets()["land"]).methods
    assert {row.code for row in listing.fees} >= {"deposit_least_share", "first_payment_share"}
    assert all(isinstance(row, Figure) for row in listing.fees)
    assert all(isinstance(row, Period) for row in listing.limits)
    assert [step.state for step in listing.procedure] == list(
        markets()["land"].methods["land_listing"].lifecycle.states
    )

"""The demo's property and land: told in advance, by agreement, with ceilings, by tender."""

from functools import partial

import pytest

from portal.demo import agreements, grants, parcels, sales, seed, tendered
from tests import world as worlds
from trading.models import Tender

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_sale_told_in_advance_an_agreement_and_ceilings(monkeypatch):
    monkeypatch.setattr(seed, "PURCHASES", ())
    told = tuple(s for s in sales.SALES if s.state == "pre_disclosed" or s.method == "tender")
    capped = tuple(grant for grant in parcels.GRANTS if grant.ceiling)

    def rest(at):
        yield from (partial(sales.make, sale, at) for sale in told)
        yield partial(agreements.make, at)
        yield from (partial(grants.make, grant, at) for grant in capped)
        yield partial(tendered.make, at)

    monkeypatch.setattr(seed, "rest", rest)
    seed.fill(worlds.AT)
    found = list(Tender.objects.order_by("pk").values_list("method", "state"))
    assert found == [
        ("tender", "announced"),
        ("online_bidding", "pre_disclosed"),
        ("direct_agreement", "priced"),
        ("land_listing", "bidding"),
        ("land_listing", "announced"),
        ("land_tender", "contracted"),
    ]
    kinds = [
        lot.auction["after_cap"]["kind"]
        for tender in Tender.objects.filter(method="land_listing").order_by("pk")
        for lot in tender.lots.all()
    ]
    assert kinds == ["conditions", "one_shot"]

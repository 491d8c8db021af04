"""The demo's procurement without a tender: what a visitor finds in which state."""

import pytest

from bidding.models import Bid
from evaluation.models import Turn
from portal.demo import seed
from tests import world as worlds
from trading.models import Award, CallOff, Challenge, FrameworkAgreement, Tender

pytestmark = pytest.mark.django_db


def test_the_demo_has_talks_under_way_and_a_consultation_with_its_result(monkeypatch):
    bought = tuple(one for one in seed.PURCHASES if not one.method.endswith("_tender"))
    monkeypatch.setattr(seed, "PURCHASES", bought)
    monkeypatch.setattr(seed, "rest", lambda _at: ())
    seed.fill(worlds.AT)
    found = {tender.method: [] for tender in Tender.objects.all()}
    for tender in Tender.objects.order_by("pk"):
        found[tender.method].append(tender.state)
    assert found == {
        "inquiry": ["announced"],
        "consultation": ["negotiating", "award_notified"],
        "single_source": ["source_publicity"],
        "framework": ["contracted", "contracted"],
    }
    assert Challenge.objects.get().about == "source"
    assert Turn.objects.filter(answered_at=None).count() == 0
    talking = Tender.objects.get(state="negotiating")
    assert set(Bid.objects.filter(tender=talking).values_list("price", flat=True)) == {None}
    award = Award.objects.get()
    assert award.price in set(Bid.objects.filter(lot=award.lot).values_list("price", flat=True))
    made = CallOff.objects.get()
    standing = FrameworkAgreement.objects.filter(lot=made.lot).order_by("place")
    standing = standing.values_list("place", "price", "state")
    assert [(place, f"{price}", state) for place, price, state in standing] == [
        (1, "54800.00", "in_force"),
        (2, "55600.00", "in_force"),
        (3, "56900.00", "in_force"),
    ]
    assert (made.state, made.agreement.place, bool(made.published_at)) == ("accepted", 2, True)
    assert list(made.turns.values_list("answer", flat=True)) == ["refused", "accepted"]

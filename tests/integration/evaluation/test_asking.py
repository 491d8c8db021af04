"""The lead asks a bidder of works to explain its price, where no line of the rules would (B3)."""

from datetime import timedelta

import pytest

from evaluation.models import Exclusion, PriceReview
from evaluation.services import asking, prices, report, summary
from kernel.errors import Conflict, Denied, Invalid
from tests import works
from tests.integration.evaluation.test_committee import facts, refused
from tests.world import AT, cast

pytestmark = pytest.mark.django_db
WHY = "报价明显低于其他投标，人工费低于当地最低标准"


def test_a_price_of_works_is_asked_about_explained_and_rejected(db):
    case = works.conforming(cast(AT))
    bid, lead = case.bid("chen").pk, case.lead
    refused(case, Conflict, "evaluation.wrong_stage", asking.ask_about_price,
            actor=lead, bid=bid, reason=WHY)  # fmt: skip
    works.mark_all(case)
    other = next(member for member in case.members if member != lead)
    refused(case, Denied, "low_price.ask.denied", asking.ask_about_price,
            actor=other, bid=bid, reason=WHY)  # fmt: skip
    refused(case, Invalid, "low_price.reason", asking.ask_about_price,
            actor=lead, bid=bid, reason=" ")  # fmt: skip
    refused(case, Invalid, "low_price.bid", asking.ask_about_price,
            actor=lead, bid=2**30, reason=WHY)  # fmt: skip
    name = lead.ref.removeprefix("person:")
    client, url = case.world.client(name), f"/tenders/{case.code}/evaluation/"
    assert "要求投标人说明报价" in client.get(url).content.decode()
    asking.ask_about_price(actor=lead, code=case.code, bid=bid, reason=WHY, at=case.at)
    review = PriceReview.objects.get()
    assert review.finding == {"price": "9400000.00", "triggers": [], "reason": WHY}
    assert facts(case)[-1] == "low_price.asked"
    assert WHY in client.get(url).content.decode()
    refused(case, Conflict, "low_price.asked", asking.ask_about_price,
            actor=lead, bid=bid, reason=WHY)  # fmt: skip
    works.draw_factor(case)
    refused(case, Conflict, "price_review.open", summary.summarise, actor=lead)
    prices.explain_low_price(
        actor=case.actor("chen"), code=case.code, review=review.pk, text="自有设备", at=case.at
    )
    case.at += timedelta(minutes=31)
    for member in case.members:
        if not Exclusion.objects.exists():
            prices.decide_low_price(
                actor=member, code=case.code, review=review.pk, accepted=False,
                reason="没有成本证明", at=case.at,
            )  # fmt: skip
    assert Exclusion.objects.get().code == "R06"
    told = report.report_content(case.evaluation, case.at)["price_reviews"]
    assert WHY in told[0]["words"]

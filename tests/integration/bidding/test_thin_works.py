"""Too few bids for a construction tender: nothing is opened, by the law of construction."""

from datetime import timedelta

import pytest

from tests import works
from trading import services

pytestmark = pytest.mark.django_db


def test_fewer_than_three_bids_fail_the_tender_by_the_bidding_law(world):
    story = works.announced(world)
    closes_at = story.tender.bids_close_at
    services.close_tender(code=story.code, at=closes_at + timedelta(seconds=1))
    tender = story.tender
    assert tender.state == "failed"
    notice = tender.notices.filter(kind="failure").order_by("number").first()
    assert notice.title == "城东次干路新建工程招标失败公告"
    assert notice.fields["article"] == "《招标投标法》第二十八条、第四十二条"
    assert notice.body == "投标截止时间结束后，投标人为 0 家，不足三家"

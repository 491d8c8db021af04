"""In which media a call for works stands: the national platform first, each with its address."""

import pytest

from kernel.errors import Denied, DomainError
from ledger import queries as record
from tests import invited, works
from tests.integration.trading.conftest import NOW
from trading import services
from trading.domain import media

pytestmark = pytest.mark.django_db
NATIONAL, PAPER = "中国招标投标公共服务平台", "新安日报"
ADDRESS, DIGEST = "https://www.cebpubservice.com/ctpsp_iiss/1.html", "ab" * 32


def refused(act, **given):
    with pytest.raises(DomainError) as refusal:
        act(**given)
    return refusal.value.code


def test_a_list_holds_the_national_platform_once_and_first():
    assert media.listed(media.read([PAPER, "", NATIONAL, f" {PAPER} "])) == [NATIONAL, PAPER]
    for wrong in ("新安日报", [1], [f"报{n}" for n in range(11)], ["长" * 61]):
        assert refused(media.read, given=wrong) == "media.list"


def test_media_are_named_in_the_draft_told_in_the_text_and_recorded_afterwards(world):
    story = works.draft(world, NOW)
    sun = {"actor": world.actor("sun", NOW), "code": story.code, "at": NOW}
    page = world.client("sun").get(f"/tenders/{story.code}/draft/basic/").content.decode()
    assert 'name="other_media"' in page
    services.change_tender(**sun, changes={"other_media": [PAPER]})
    works.tenders.publish(works.tenders.register_keys(story))
    notice = f"/notices/{story.code}/1/"
    before = world.client("public").get(notice).content.decode()
    assert before.index(NATIONAL) < before.index(PAPER)
    assert "尚未登记" in before
    given = {"number": 1, "address": ADDRESS, "digest": DIGEST, "identical": True}
    record_it = services.record_medium
    assert refused(record_it, **sun, **given, medium="别的报纸") == "media.unknown"
    wrong = {"address": "javascript:alert(1)"}, {"digest": "ab"}, {"identical": False}
    codes = [refused(record_it, **sun, **{**given, "medium": PAPER, **one}) for one in wrong]
    assert codes == ["media.address", "media.digest", "media.differs"]
    with pytest.raises(Denied):
        record_it(**{**sun, "actor": world.actor("lin", NOW)}, **given, medium=PAPER)
    assert refused(record_it, **sun, **{**given, "number": 9}, medium=PAPER) == "notice.missing"
    client = world.client("sun")
    assert "登记发布网址" in client.get(f"/tenders/{story.code}/media/").content.decode()
    form = {"medium": NATIONAL, "address": ADDRESS, "digest": DIGEST}
    assert client.post(f"/tenders/{story.code}/media/1/", form).status_code == 422
    sent = client.post(f"/tenders/{story.code}/media/1/", form | {"identical": "on"})
    assert sent.status_code == 302
    after = world.client("public").get(notice).content.decode()
    assert (f'href="{ADDRESS}"' in after, DIGEST in after, "尚未登记" in after) == (True,) * 3
    (fact,) = record.facts_of(story.code, only=["notice.published_elsewhere"])
    assert fact.data == {"notice": 1, "medium": NATIONAL, "address": ADDRESS, "digest": DIGEST}


def test_an_invitation_stands_in_no_other_medium(world):
    story = invited.works_draft(world)
    given = {"actor": world.actor("sun", NOW), "code": story.code, "at": NOW}
    changes = {"other_media": [PAPER]}
    assert refused(services.change_tender, **given, changes=changes) == "tender.unknown_field"

"""Entry with the centre before a construction tender is announced (rulebook 2.1): unless a pack
waives it, on the form alone, as often as it takes.
"""

import pytest

from kernel.errors import Denied, DomainError
from ledger import queries as record
from tests import prequalified, tenders, works
from tests.integration.trading.conftest import NOW
from tests.unit.trading.test_packs import figure
from trading import services
from trading.queries import desk

pytestmark = pytest.mark.django_db
WAIVED = figure('code = "entry_review"\nbound = "exact"\nvalue = "0"\nmarket = "construction"')
CONTRACT = tenders.AGENCY_CONTRACT


@pytest.fixture
def waived(tmp_path, settings):
    (tmp_path / "city.toml").write_text(WAIVED, encoding="utf-8")
    settings.RULE_PACKS = str(tmp_path)


def approved(world, **changes):
    return tenders.approve(tenders.register_keys(works.draft(world, NOW, **changes)))


def refused(act, **given):
    with pytest.raises(DomainError) as refusal:
        act(**given)
    return refusal.value.code


def waiting(world, name):
    return [item.title for item in desk.desk_items(world.actor(name, NOW), NOW)]


@pytest.mark.usefixtures("waived")
def test_where_a_city_waives_it_a_tender_is_announced_as_ever(world):
    story = approved(world)
    sun = {"actor": world.actor("sun", NOW), "code": story.code, "at": NOW}
    assert refused(services.submit_entry, agency_contract=CONTRACT, **sun) == "entry.not_asked"
    assert services.publish_tender(**sun).state == "announced"


def test_the_centre_names_what_is_missing_and_registers_what_is_whole(world):
    story = approved(world)
    code, url = story.code, f"/tenders/{story.code}/entry/"
    sun, qian = world.client("sun"), world.client("qian")
    agency = {"actor": world.actor("sun", NOW), "code": code, "at": NOW}
    centre = {"actor": world.actor("qian", NOW), "code": code, "at": NOW}
    assert refused(services.publish_tender, **agency) == "entry.missing"
    assert (waiting(world, "sun"), qian.get(url).status_code) == (["提交进场登记"], 404)
    assert "进场登记" in sun.get(f"/tenders/{code}/draft/").content.decode()
    page = sun.get(url).content.decode()
    assert ("本平台进场登记规则" in page, "其他材料" in page) == (True, False)
    assert sun.post(url, {"agency_contract": " "}).status_code == 422
    assert sun.post(url, {"agency_contract": CONTRACT}).status_code == 302
    assert waiting(world, "qian") == ["核对进场登记材料"]
    shown = qian.get(url).content.decode()
    assert (CONTRACT in shown, "完成进场登记" in shown) == (True, True)
    assert qian.get(f"/tenders/{code}/draft/").status_code == 403
    told = qian.get(f"/api/v1/tenders/{code}").json()
    assert ("entry" in told, told.keys() & {"scheme", "lots", "qualification"}) == (True, set())
    assert qian.get(f"/api/v1/tenders/{code}/text").status_code == 404
    assert world.client("chen").get(url).status_code == 404
    with pytest.raises(Denied):
        services.accept_entry(**agency)
    for wrong in ([], ["price"], ["funds", "substance"]):
        assert refused(services.refuse_entry, missing=wrong, **centre) == "entry.items"
    qian.post(f"{url}refuse/", {"missing": ["agency_contract", "approval"], "note": "缺盖章页"})
    again = sun.get(url).content.decode()
    assert "缺少：项目审批、核准、备案文号或者投资项目代码、招标代理委托合同。缺盖章页" in again
    assert qian.get(url).status_code == 404
    assert sun.post(url, {"agency_contract": f"{CONTRACT}补盖章"}).status_code == 302
    assert qian.post(f"{url}accept/").status_code == 302
    assert story.tender.state == "registered"
    assert "已完成进场登记" in qian.get(url).content.decode()
    assert refused(services.refuse_entry, missing=["funds"], **centre) == "tender.wrong_state"
    services.publish_tender(**agency)
    kinds = [fact.kind for fact in record.facts_of(code) if "entry" in fact.kind]
    assert kinds == [
        "tender.entry_submitted",
        "tender.entry_refused",
        "tender.entry_submitted",
        "tender.entry_accepted",
    ]


def test_the_rule_holds_before_a_prequalification_and_sends_nothing_changed_on(world):
    story = tenders.approve(tenders.register_keys(prequalified.works_draft(world, NOW)))
    given = {"code": story.code, "at": NOW}
    sun, lin = world.actor("sun", NOW), world.actor("lin", NOW)
    assert refused(services.publish_prequal, actor=sun, **given) == "entry.missing"
    services.submit_entry(actor=sun, agency_contract=CONTRACT, **given)
    services.accept_entry(actor=world.actor("qian", NOW), **given)
    services.return_tender(actor=lin, reason="资金来源有误", **given)
    assert story.tender.state == "draft"
    services.submit_tender(actor=sun, **given)
    services.approve_tender(actor=lin, **given)
    assert refused(services.publish_prequal, actor=sun, **given) == "entry.missing"
    services.submit_entry(actor=sun, agency_contract=CONTRACT, **given)
    # Who approved it may take it back while the centre looks at it.
    place = f"/tenders/{story.code}/draft/return/"
    assert place in world.client("lin").get(f"/tenders/{story.code}/draft/").content.decode()
    services.return_tender(actor=lin, reason="最高限价有误", **given)
    assert story.tender.state == "draft"
    services.submit_tender(actor=sun, **given)
    services.approve_tender(actor=lin, **given)
    services.submit_entry(actor=sun, agency_contract=CONTRACT, **given)
    services.accept_entry(actor=world.actor("qian", NOW), **given)
    assert services.publish_prequal(actor=sun, **given).state == "prequalifying"

"""What the authority undoes of a procurement whose contract, or framework agreement, is signed."""

from decimal import Decimal

import pytest
import time_machine

from deposits.models import Security
from kernel.errors import Conflict
from ledger import queries as record
from ledger import services as ledger
from portal.reactions import REACTIONS
from tests import frameworks, tenders
from tests.integration.deposits.test_securities import BOTH, letter
from tests.integration.trading.test_awarding import CONTRACT, awarded
from tests.integration.trading.test_redress import challenged, upheld
from tests.remedied import heard
from tests.world import AT, cast
from trading import queries, services
from trading.models import CallOff, Contract

pytestmark = pytest.mark.django_db
DECISION = {"outcome": "upheld", "decision": "经查，评审标准执行有误，影响中标结果。"}
TEXT = {
    "matters": "中标供应商的业绩证明材料与公示信息不一致。",
    "claim": "请求撤销合同。",
    "law": "《政府采购法》第五十五条",
}


@pytest.fixture
def world():
    return cast(AT)


def complained(story, **about):
    """Take what was answered to the authority, and let both sides be heard."""
    filed = challenged(story, **about)
    refused_itself(story, filed)
    upheld(story, filed, outcome="dismissed")
    zhao, wang = (story.world.actor(name, story.at) for name in ("zhao", "wang"))
    given = {"code": story.code, "at": story.at}
    found = services.file_complaint(actor=zhao, ground=filed.code, **TEXT, **given)
    services.accept_complaint(actor=wang, number=found.code, **given)
    return heard(story, found.code)


def refused_itself(story, filed):
    """Those who run a tender undo nothing that is signed."""
    assert undo(lambda: upheld(story, filed, redress="cancel")) == "redress.not_now"


def decided(story, found, way):
    given = {"code": story.code, "number": found.code, "redress": way, "at": story.at}
    return services.decide_complaint(actor=story.world.actor("wang", story.at), **given, **DECISION)


def undo(act):
    with pytest.raises(Conflict) as refusal:
        act()
    return refusal.value.code


def signed(world, **changes):
    story = awarded(world, **changes)
    if changes:
        letter(story)
    given = {"code": story.code, "number": 1, "at": story.at}
    services.sign_contract(actor=world.actor("lin", story.at), document=CONTRACT, **given)
    return story


def test_a_contract_signed_and_not_performed_is_cancelled(world, monkeypatch):
    ours = {"contract.ended": REACTIONS["contract.ended"]}
    monkeypatch.setattr(ledger, "_reactions", lambda: ours)
    story = signed(world, **BOTH)
    found = complained(story)
    url = f"/tenders/{story.code}/complaints/{found.code}/"
    with time_machine.travel(story.at, tick=True):
        page = world.client("wang").get(url).content.decode()
        assert 'value="cancel"' in page
        assert 'value="reevaluate"' not in page
        assert 'value="harm"' not in page  # nothing was performed
        sent = {**DECISION, "redress": "cancel"}
        assert world.client("wang").post(url, sent).status_code == 302
    tender = story.tender
    contract, lot = Contract.objects.get(), tender.lots.get()
    assert (tender.state, lot.state, contract.end_ground) == ("contracted", "ended", "ordered")
    assert not services.open_reasons(tender)
    security = Security.objects.get()
    assert (security.state, bool(security.return_due_on)) == ("released", True)
    notice = tender.notices.get(kind="voided")
    assert notice.fields["article"] == "《政府采购法实施条例》第七十一条"
    assert notice.fields["supplier"] == contract.supplier.name
    public = world.client("he").get(f"/notices/{story.code}/{notice.number}/").content.decode()
    assert "不再履行，重新组织" in public
    kinds = [fact.kind for fact in record.facts_of(story.code)]
    assert kinds.index("complaint.decided") < kinds.index("contract.ended")
    assert (
        "监督部门认定投诉成立"
        in world.client("he").get(f"/tenders/{story.code}/contracts/").content.decode()
    )
    services.archive_tender(actor=world.actor("lin", story.at), code=story.code, at=story.at)


def test_a_complaint_of_one_lot_leaves_the_contracts_of_the_others_alone(world):
    story = awarded(world, lots=2)
    given = {"code": story.code, "document": CONTRACT, "at": story.at}
    for number in (1, 2):
        services.sign_contract(actor=world.actor("lin", story.at), number=number, **given)
    found = complained(story, lot=2)
    url = f"/tenders/{story.code}/complaints/{found.code}/"
    with time_machine.travel(story.at, tick=True):
        page = world.client("wang").get(url).content.decode()
        assert '<option value="2" selected>' in page
        api = world.client("wang").get(f"/api/v1{url.removesuffix(f'{found.code}/')[:-1]}").json()
        assert [one["lot"] for one in api] == [2]
    decided(story, found, "cancel")  # nothing is said of a lot
    states = list(story.tender.lots.order_by("number").values_list("state", flat=True))
    assert states == ["contracted", "ended"]
    assert story.tender.notices.get(kind="voided").fields["lot"] == 2
    assert story.tender.notices.get(kind="complaint_decision").fields["lot"] == 2


def test_of_what_was_performed_only_the_harm_is_left(world):
    story = signed(world)
    found = complained(story)
    tenders.accept(world, story.code, story.at)
    assert undo(lambda: decided(story, found, "cancel")) == "redress.not_now"
    decided(story, found, "harm")
    assert story.tender.lots.get().state == "accepted"
    told = story.tender.notices.get(kind="complaint_decision").fields["redress"]
    assert told.startswith("合同已经履行")


def agreements(story):
    return set(story.tender.lots.get().agreements.values_list("state", "ground"))


def test_a_shortlist_is_void_before_anybody_signed(world):
    story = frameworks.told(world)
    decided(story, complained(story), "void")
    assert agreements(story) == {("terminated", "upheld")}
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")


def test_framework_agreements_under_which_something_was_bought_are_performed(world):
    story = frameworks.signed(world)
    frameworks.call(story, place=1)
    frameworks.answer(story, "chen")
    assert queries.redress_ways(story.tender) == ["cancel"]
    given = {"code": story.code, "number": 1, "serial": 1, "at": story.at}
    lin = world.actor("lin", story.at)
    services.publish_call_off(actor=lin, **given)
    services.sign_call_off(actor=lin, document=frameworks.CONTRACT, **given)
    assert queries.redress_ways(story.tender) == ["harm"]


@pytest.mark.parametrize(("places", "state"), [((1,), "failed"), ((1, 2, 3), "ended")])
def test_framework_agreements_in_force_are_cancelled_and_nothing_more_is_called_off(
    world, places, state
):
    story = frameworks.told(world)
    for place in places:
        frameworks.sign(story, place)
    if state == "ended":
        frameworks.call(story, place=1, price=Decimal("4600.00"))
    found = complained(story)
    assert undo(lambda: decided(story, found, "void")) == "redress.not_now"
    decided(story, found, "cancel")
    assert agreements(story) == {("terminated", "upheld")}
    assert story.tender.lots.get().state == state
    assert not queries.redress_ways(story.tender)
    assert {one.state for one in CallOff.objects.all()} <= {"failed"}
    with time_machine.travel(story.at, tick=True):
        page = world.client("he").get(f"/tenders/{story.code}/frameworks/1/1/")
        assert "入围结果无效" in page.content.decode()

"""From the signed contract to its acceptance: a report item by item, found wanting, mended, and
told to the public (GPR 45).
"""

from datetime import timedelta

import pytest
import time_machine

from kernel.errors import Conflict, Invalid
from ledger import queries as record
from ledger import services as ledger
from tests import tenders
from tests.integration.trading.test_awarding import CONTRACT, awarded
from trading import services
from trading.domain.acceptance import Line
from trading.models import Contract, Lot

SATISFIED = "就诊人员代表三人到场，满意。"
WANTING = "验收书登记前试剂短少两盒。"


def test_what_was_delivered_is_examined_by_others_than_who_wrote_the_document(world):
    story = awarded(world)
    # Pages read the clock themselves: the contract is signed weeks after the story began.
    with time_machine.travel(story.at + timedelta(hours=1)):
        accepted_at_last(world, story)


def accepted_at_last(world, story):
    code, at = story.code, story.at
    lin, client = world.actor("lin", at), world.client("lin")
    with pytest.raises(Conflict) as refusal:
        tenders.accept(world, code, at)
    assert refusal.value.code == "contract.unsigned"
    services.sign_contract(actor=lin, code=code, number=1, document=CONTRACT, at=at)
    place = f"/tenders/{code}/contracts/1/accept/"
    assert place in client.get(f"/tenders/{code}/contracts/").text
    assert "履约验收" in client.get("/desk/").text
    for name, status in (("chen", 403), ("sun", 403), ("public", 302)):
        assert world.client(name).get(place).status_code == status, name
    # Neither who began the document examines, nor who only changed it.
    began, changed = story.tender.drafted_by, world.person("wu")
    told = {"stream": story.tender.stream, "kind": "tender.changed", "actor": changed.ref}
    ledger.record(**told, at=at, tender=code)
    for drafter in (began.name, changed.name):
        with pytest.raises(Invalid) as refusal:
            tenders.accept(world, code, at, reviewers=("高远", drafter))
        assert refusal.value.code == "acceptance.own_reviewer"
    # Something is missing: the parties know, the public does not, and the contract stays open.
    page = client.get(place).text
    assert "《政府采购法实施条例》第四十五条" in page
    lines = [Line("一致。", passed=True)] * 3 + [Line(WANTING, passed=False)]
    tenders.accept(world, code, at, lines=lines)
    assert list(record.facts_of(code))[-1].kind == "contract.found_wanting"
    assert Lot.objects.get(tender__code=code).state == "contracted"
    for name, sees in (("lin", True), ("chen", True), ("public", False)):
        assert (WANTING in world.client(name).get(f"/tenders/{code}/contracts/").text) is sees, name
    sent = {
        "held_on": at.date().isoformat(),
        "reviewers": "高远\n葛明",
        "serves_public": "on",
        **{f"result_{n}": "补足后与合同一致。" for n in range(4)},
        **{f"passed_{n}": "yes" for n in range(4)},
    }
    assert "须有服务对象参与并出具意见" in client.post(place, sent).text
    assert client.post(place, {**sent, "opinion": SATISFIED}).status_code == 302
    contract = Contract.objects.get()
    assert (contract.lot.state, contract.accepted_at is not None) == ("accepted", True)
    assert [one.passed for one in contract.acceptances.all()] == [False, True]
    public = world.client("public")
    notice = story.tender.notices.get(kind="acceptance")
    for address in (f"/notices/{code}/{notice.number}/", f"/tenders/{code}/contracts/"):
        page = public.get(address).text
        for said in ("补足后与合同一致。", "高远", SATISFIED):
            assert said in page, address
        assert WANTING not in page
    assert "已验收" in public.get(f"/tenders/{code}/").text
    # It is done once; a second report has nothing left to say.
    body = {
        "held_on": at.date().isoformat(),
        "lines": [{"result": "一致。", "passed": True}] * 4,
        "reviewers": ["高远"],
    }
    again = client.post(f"/api/v1/tenders/{code}/contracts/1/accept", body, "application/json")
    assert again.status_code == 409
    listed = client.get(f"/api/v1/tenders/{code}/contracts").json()
    assert listed[0]["accepted_at"]
    late = at + timedelta(days=1)
    services.publish_contract(actor=lin, code=code, number=1, at=late)
    services.file_contract(actor=lin, code=code, number=1, at=late)
    services.archive_tender(actor=lin, code=code, at=late)
    assert story.tender.state == "archived"

"""Anonymous leads: no name, a receipt code, a tracked answer; seen by who looks into them alone."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from accounts import limits
from accounts.domain import PUBLIC
from kernel.errors import Conflict, Invalid, Missing
from ledger import queries as record
from monitoring import leads as queries
from monitoring.models import Lead, LeadMessage
from monitoring.services import leads
from tests import tenders
from tests.world import AT, cast
from trading.domain import remedies

pytestmark = pytest.mark.django_db
TEXT = "十二月三日晚，采购人代表与一家供应商在城东茶楼商量评分标准。"


@pytest.fixture
def world():
    cache.clear()
    return cast(AT)


def code_in(answer):
    return re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", answer.content.decode())[0]


def test_a_lead_is_filed_followed_answered_added_to_and_closed(world):
    story = tenders.announced(world)
    states = story.tender.state, list(story.tender.suspensions.all())
    public, wang = world.client("public"), world.client("wang")
    assert public.post("/leads/", {"text": "短"}).status_code == 422
    assert public.post("/leads/", {"text": TEXT, "tender": "ZC-1"}).status_code == 422
    # Who is signed in is not written down either.
    code = code_in(world.client("zhao").post("/leads/", {"text": TEXT, "tender": story.code}))
    lead = Lead.objects.get()
    inbox = f"/leads/inbox/{lead.number}/"
    assert lead.receipt == queries.receipt_digest(code.lower().replace("-", " "))
    assert LeadMessage.objects.get().answered_by is None
    assert TEXT.encode() not in bytes(LeadMessage.objects.get().sealed)
    assert (story.tender.state, list(story.tender.suspensions.all())) == states

    names = ("public", "he", "zhao", "sun", "lin", "tang", "mei", "qian")
    assert {world.client(name).get(inbox).status_code for name in names} == {404}
    assert {world.client(name).get("/leads/inbox/").status_code for name in names} == {404}
    assert TEXT in wang.get(inbox).content.decode()
    assert lead.number in wang.get("/desk/").content.decode()
    assert "核查匿名线索" not in world.client("lin").get("/desk/").content.decode()
    answer = "已调取当日门禁和评审记录，正在核查，请补充供应商名称。"
    assert world.client("zhao").post(inbox, {"way": "answer", "text": answer}).status_code == 404
    assert wang.post(inbox, {"way": "answer", "text": answer}).status_code == 302
    # That a lead was read tells that it came, and when, and who looks into it.
    looks = {
        name: lead.number in world.client(name).get("/accesses/").content.decode()
        for name in ("wang", "zheng", "zhou", "tang")
    }
    assert looks == {"wang": True, "zheng": True, "zhou": False, "tang": False}

    assert public.post("/leads/follow/", {"receipt": "AAAA-AAAA-AAAA-AAAA"}).status_code == 404
    own = public.post("/leads/follow/", {"receipt": code}).content.decode()
    assert answer in own
    assert "王" not in own.split(answer)[0].split("</header>")[-1]
    more = {"receipt": code, "text": "供应商是城东一家信息公司，车牌可以查监控。"}
    assert more["text"] in public.post("/leads/follow/add/", more).content.decode()
    found = "经查不属实：门禁记录显示当日该人员在外地开会。"
    assert wang.post(inbox, {"way": "close", "text": found}).status_code == 302
    with pytest.raises(Conflict):
        leads.add_to_lead(actor=PUBLIC, **more, at=AT + timedelta(days=1))
    facts = [e for e in record.entries_since(remedies.STREAM, 0) if e.kind.startswith("lead.")]
    assert [(e.kind, e.actor) for e in facts] == [
        ("lead.filed", "public"),
        ("lead.answered", world.actor("wang", AT).ref),
        ("lead.added", "public"),
        ("lead.closed", world.actor("wang", AT).ref),
    ]
    said = " ".join(str(e.data) for e in facts)
    assert (story.code in said, "127.0.0.1" in said, code in said) == (False, False, False)


def test_leads_are_few_from_one_address_and_refused_in_words(world):
    public = world.client("public")
    codes = [public.post("/leads/", {"text": TEXT}).status_code for _try in range(11)]
    assert codes == [200] * 10 + [429]
    # Of whom it was neither the address is kept, nor an instant that stands elsewhere beside it.
    kept = " ".join(cache._cache)
    assert ("allauth:rl" in kept, "127.0.0.1" in kept) == (True, False)
    filed = [one.filed_at for one in Lead.objects.all()]
    filed += [one.at for one in LeadMessage.objects.all()]
    filed += [one.at for one in record.entries_since(remedies.STREAM, 0) if "lead" in one.kind]
    assert len(filed) == 30
    assert {(one.minute, one.second, one.microsecond) for one in filed} == {(0, 0, 0)}
    salts = dict(limits._salts)
    with time_machine.travel(AT + timedelta(days=400), tick=True):
        assert public.post("/leads/", {"text": TEXT}).status_code == 200
    assert not salts.keys() & limits._salts.keys()
    with pytest.raises(Invalid) as refusal:
        leads.file_lead(actor=PUBLIC, text=TEXT, tender="ZC-0", at=AT)
    assert refusal.value.code == "lead.tender"
    with pytest.raises(Missing):
        leads.read_lead(actor=world.actor("sun", AT), number="XS-1", address="", at=AT)

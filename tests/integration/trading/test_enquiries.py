"""What a supplier asks of a procurement at any time (询问, GPL 51): answered, and nothing more."""

from datetime import timedelta

import pytest
import time_machine

from kernel.calendar import local_date, start_of_day
from kernel.errors import Denied, Missing
from ledger import queries as record
from tests import tenders, works
from tests.integration.trading.test_awarding import awarded
from tests.integration.trading.test_examined import refused, working_days
from tests.world import AT, cast
from trading import queries, services
from trading.domain import remedies
from trading.models import Enquiry

pytestmark = pytest.mark.django_db
QUESTION = "采购文件第三章所称同类业绩，是否包括县级医院的项目？"
ANSWER = "包括。以合同所载内容为准。"


@pytest.fixture
def world():
    return cast(AT)


def titles(world, name, at):
    return {one.title for one in queries.desk_items(world.actor(name, at), at)}


def shown(world, *pages):
    """Give who reads by whom it was asked."""
    return {
        name
        for name in ("zhao", "sun", "lin", "wang", "tang")
        if any(filer_named(world, name, page) for page in pages)
    }


def filer_named(world, name, page):
    body = world.client(name).get(page).content.decode().split("<main", 1)[1]
    return world.organisation_of("zhao").name in body


def test_a_supplier_asks_and_is_answered_in_three_working_days_and_nothing_stands_still(world):
    story = tenders.announced(world)
    place = f"/tenders/{story.code}/enquiries/"
    with time_machine.travel(story.at, tick=True):
        page = world.client("zhao").get(place).content.decode()
        assert "3 个工作日内答复" in page
        assert place in world.client("zhao").get(f"/tenders/{story.code}/challenges/").text
        assert world.client("zhao").post(place, {"question": ""}).status_code == 422
        assert world.client("zhao").post(place, {"question": QUESTION}).status_code == 302
        asked = Enquiry.objects.get()
        own = f"{place}{asked.code}/"
        assert asked.answer_due == working_days(local_date(story.at), 3)
        assert not services.open_reasons(story.tender)
        again = {"actor": world.actor("zhao", story.at), "code": story.code, "at": story.at}
        assert refused(services.ask_enquiry, **again, question=QUESTION) == "enquiry.open"
        for name in ("sun", "lin"):
            assert "答复询问" in titles(world, name, story.at)
        assert "等待询问答复" in titles(world, "zhao", story.at)
        readers = {
            name
            for name in ("zhao", "chen", "sun", "lin", "wang", "tang", "qian", "he", "hu")
            if QUESTION in world.client(name).get(own).content.decode()
        }
        assert readers == {"zhao", "sun", "lin", "wang", "tang"}
        assert shown(world, own, place) == {"zhao"}  # nobody else may know who bids
        assert world.client("zhao").post(own, {"answer": ANSWER}).status_code == 403
        assert world.client("sun").post(own, {"answer": ANSWER}).status_code == 302
        for name in ("zhao", "lin"):
            assert ANSWER in world.client(name).get(own).content.decode()
        api = f"/api/v1/tenders/{story.code}/enquiries"
        [listed] = world.client("zhao").get(api).json()
        assert (listed["state"], listed["answer"]) == ("answered", ANSWER)
        assert listed["filer"] == world.organisation_of("zhao").name
        assert [one["filer"] for one in world.client("sun").get(api).json()] == ["供应商"]
        assert world.client("chen").get(api).json() == []
        twice = world.client("sun").post(
            f"{api}/{asked.code}/answer", {"answer": ANSWER}, content_type="application/json"
        )
        assert twice.status_code == 409
    assert "答复询问" not in titles(world, "sun", story.at)
    assert not [f for f in record.facts_of(story.code) if f.kind.startswith("enquiry")]
    apart = [e.kind for e in record.entries_since(remedies.STREAM, 0)]
    assert apart == ["enquiry.asked", "enquiry.answered"]


def test_silence_stops_nobody_from_asking_again_and_a_question_may_be_taken_back(world):
    story = tenders.announced(world)
    given = {"code": story.code, "question": QUESTION}
    asking = {"actor": world.actor("zhao", story.at), **given}
    first = services.ask_enquiry(**asking, at=story.at)
    assert refused(services.ask_enquiry, **asking | {"question": "？"}, at=story.at) == (
        "enquiry.open"
    )
    with time_machine.travel(story.at, tick=True):
        own = f"/tenders/{story.code}/enquiries/{first.code}/"
        assert "撤回询问" in world.client("zhao").get(own).content.decode()
        assert "撤回询问" not in world.client("sun").get(own).content.decode()
        assert world.client("zhao").post(f"{own}withdraw/").status_code == 302
        assert "已撤回" in world.client("zhao").get(own).content.decode()
        api = f"/api/v1{own}withdraw"
        assert world.client("zhao").post(api).status_code == 409
    assert "答复询问" not in titles(world, "sun", story.at)
    short = asking | {"question": "？"}
    assert refused(services.ask_enquiry, **short, at=story.at) == "enquiry.question"
    second = services.ask_enquiry(**asking, at=story.at)
    on_time = {**asking, "at": start_of_day(second.answer_due)}
    assert refused(services.ask_enquiry, **on_time) == "enquiry.open"
    late = on_time["at"] + timedelta(days=1)
    assert services.ask_enquiry(**asking, at=late).state == "asked"
    answering = {"actor": world.actor("sun", late), "code": story.code, "number": second.code}
    assert services.answer_enquiry(**answering, answer=ANSWER, at=late).state == "answered"


def test_it_may_be_asked_after_the_award_too_but_by_suppliers_of_procurement_alone(world):
    story = awarded(world)
    given = {"code": story.code, "question": QUESTION, "at": story.at}
    asked = services.ask_enquiry(actor=world.actor("zhao", story.at), **given)
    with time_machine.travel(story.at, tick=True):
        own = f"/tenders/{story.code}/enquiries/{asked.code}/"
        assert shown(world, own) == {"zhao", "sun", "lin", "wang", "tang"}
    assert services.ask_enquiry(actor=world.actor("hu", story.at), **given).state == "asked"
    for name in ("lin", "sun", "wang"):
        with pytest.raises(Denied):
            services.ask_enquiry(actor=world.actor(name, story.at), **given)
    case = works.publicised(works.evaluated(world))
    with pytest.raises((Denied, Missing)):
        services.ask_enquiry(
            actor=case.actor("zhao"), code=case.code, question=QUESTION, at=case.at
        )
    page = world.client("zhao").get(f"/tenders/{case.code}/enquiries/")
    assert page.status_code == 404

"""Purchasers other than the one that made a framework call off from it, as its document says."""

from decimal import Decimal

import pytest
import time_machine

from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from tests import competing, factories, frameworks
from tests.world import AT, cast, credit_code
from trading import queries, services

pytestmark = pytest.mark.django_db
SCHOOL, TOWN = "新安市第二中学", "410902"


@pytest.fixture
def world():
    world = cast(AT)
    buyer(world, "dong", SCHOOL, 21, TOWN)
    buyer(world, "fei", "洛川市图书馆", 22, "410300")
    return world


def buyer(world, name, body, serial, region):
    made = factories.organisation(body, uscc=credit_code(serial, kind="12", region=region))
    made.region = region
    made.save(update_fields=["region"])
    world.organisations[name] = made
    world.people[name] = factories.person(name, body[-4:])
    factories.role(world.people[name], "purchaser", made, at=world.at)


def named(world, **changes):
    code = world.organisations["dong"].uscc
    return frameworks.signed(world, terms={"scope": "named", "named": [code], **changes})


def in_region(world, **changes):
    return frameworks.signed(world, terms={"scope": "region", **changes})


def shown(story, name, path, expected=200):
    with time_machine.travel(story.at, tick=True):
        answer = story.world.client(name).get(path)
    assert answer.status_code == expected, (name, path, answer.status_code)
    return answer.content.decode()


def sent(story, name, path, **data):
    with time_machine.travel(story.at, tick=True):
        return story.world.client(name).post(f"/tenders/{story.code}/{path}", data)


def test_who_is_named_calls_off_for_itself_and_nobody_else_may(world):
    story = named(world)
    made = frameworks.call(story, by="dong", place=1)
    assert made.purchaser.name == SCHOOL
    told = record.first_fact(story.code, "call_off.placed").data
    assert told["purchaser"] == world.organisations["dong"].uscc
    for stranger in ("fei", "sun", "chen", "he"):
        with pytest.raises(Denied):
            frameworks.call(story, by=stranger, place=1)
    assert frameworks.call(story, by="lin", place=1).purchaser == world.organisations["hospital"]


def test_all_of_the_region_may_and_those_of_another_may_not(world):
    story = in_region(world)
    story_region = story.tender.region
    assert world.organisations["dong"].region == story_region
    assert frameworks.call(story, by="dong", place=2).purchaser.name == SCHOOL
    with pytest.raises(Denied):
        frameworks.call(story, by="fei", place=2)


def test_where_the_document_says_nothing_its_purchaser_alone_may(world):
    story = frameworks.signed(world)
    with pytest.raises(Denied):
        frameworks.call(story, by="dong", place=1)


def test_each_has_a_limit_of_its_own_over_the_whole_term(world):
    story = in_region(world, limit="50000")
    made = frameworks.call(story, by="dong", place=1)  # 46,000
    with pytest.raises(Conflict) as refusal:
        frameworks.call(story, by="dong", place=1, quantity=Decimal(1))
    assert refusal.value.code == "call_off.above_limit"
    assert frameworks.call(story, by="lin", place=1).amount == Decimal(46_000)
    frameworks.answer(story, "chen", accepts=False, serial=made.number)
    assert queries.spent_by(made.purchaser, story.tender) == 0
    assert frameworks.call(story, by="dong", place=1).number == 3


def test_in_rotation_the_limit_holds_at_the_highest_price_that_may_come_of_it(world):
    story = in_region(world, limit="46900", way="rotation")
    with pytest.raises(Conflict) as refusal:
        frameworks.call(story, by="dong")  # 46,000 of the first, 47,500 of the third
    assert refusal.value.code == "call_off.above_limit"


def test_in_rotation_what_may_pass_to_a_dearer_one_counts_so_until_it_is_signed(world):
    story = in_region(world, limit="94000", way="rotation")
    frameworks.call(story, by="dong")  # 46,000 now, and 47,500 if the others refuse
    with pytest.raises(Conflict) as refusal:
        frameworks.call(story, by="dong")
    assert refusal.value.code == "call_off.above_limit"
    assert frameworks.call(story, by="dong", quantity=Decimal(9)).number == 2


def test_a_purchaser_sees_its_own_before_the_result_and_no_other_does(world):
    story = in_region(world)
    made = frameworks.call(story, by="dong", place=1)
    seen = {
        name: queries.call_offs_for(world.actor(name, story.at), story.tender).count()
        for name in ("dong", "fei", "lin", "sun", "chen", "zhao", "public")
    }
    assert seen == {"dong": 1, "fei": 0, "lin": 1, "sun": 1, "chen": 1, "zhao": 0, "public": 0}
    given = {"code": story.code, "number": 1, "serial": made.number, "at": story.at}
    fei, lin, dong = (world.actor(name, story.at) for name in ("fei", "lin", "dong"))
    frameworks.answer(story, "chen")
    with pytest.raises(Missing):
        services.publish_call_off(actor=fei, **given)
    with pytest.raises(Denied):
        services.sign_call_off(actor=lin, document=frameworks.CONTRACT, **given)
    notice = services.publish_call_off(actor=lin, **given)
    assert notice.fields["purchaser"]["name"] == SCHOOL
    services.sign_call_off(actor=dong, document=frameworks.CONTRACT, **given)
    assert queries.outcomes_page()[0][0].purchaser == SCHOOL


def test_who_purchases_for_two_says_for_whom(world):
    story = in_region(world)
    factories.role(world.people["lin"], "purchaser", world.organisations["dong"], at=world.at)
    assert frameworks.call(story, place=1).purchaser == world.organisations["hospital"]
    school = world.organisations["dong"].uscc
    assert frameworks.call(story, place=1, purchaser=school).purchaser.name == SCHOOL
    with pytest.raises(Invalid) as refusal:
        frameworks.call(story, place=1, purchaser=world.organisations["fei"].uscc)
    assert refusal.value.code == "call_off.purchaser"
    assert "id_purchaser" in shown(story, "lin", f"/tenders/{story.code}/frameworks/1/call/")
    assert "id_purchaser" not in shown(story, "dong", f"/tenders/{story.code}/frameworks/1/call/")


def test_nobody_buys_from_itself(world):
    story = in_region(world)
    supplier = world.organisation_of("chen")
    supplier.region = TOWN
    supplier.save(update_fields=["region"])
    factories.role(world.people["chen"], "purchaser", supplier, at=world.at)
    with pytest.raises(Conflict) as refusal:
        frameworks.call(story, by="chen", place=1)
    assert refusal.value.code == "call_off.own_supplier"


def test_another_purchaser_competes_as_a_project_of_its_own_within_its_limit(world):
    story = competing.signed(
        world, terms={"way": "competition", "scope": "region", "limit": "470000"}
    )
    made = competing.opened(story, by="dong")  # 460,000 at most
    assert (made.purchaser.name, made.agency) == (SCHOOL, story.tender.agency)
    assert queries.spent_by(made.purchaser, story.tender) == Decimal(460_000)
    with pytest.raises(Conflict) as refusal:
        competing.opened(story, by="dong", quantity=Decimal(3))
    assert refusal.value.code == "call_off.above_limit"
    with pytest.raises(Denied):
        competing.opened(story, by="fei")


def test_the_draft_names_them_and_refuses_whom_nobody_knows(world):
    story = frameworks.draft(world)
    path = f"/tenders/{story.code}/draft/framework/"
    given = {"way": "direct", "months": "12", "elimination": "20", "most": "0", "case": ""}
    school = world.organisations["dong"].uscc
    refused = sent(story, "sun", "draft/framework/", **given, scope="named", named="9144")
    assert refused.status_code == 422
    assert "9144 不是登记的采购人" in refused.content.decode()
    saved = sent(story, "sun", "draft/framework/", **given, scope="named", named="")
    assert saved.status_code == 302
    assert "须逐一列明" in shown(story, "sun", path)
    given |= {"scope": "named", "named": f"{school}\n", "limit": "80000"}
    assert sent(story, "sun", "draft/framework/", **given).status_code == 302
    kept = story.tender.framework
    assert (kept["scope"], kept["named"], kept["limit"]) == ("named", [school], "80000.00")


def test_the_notice_and_the_pages_say_who_may_and_what_is_spent(world):
    story = named(world, limit="80000")
    notice = shown(story, "public", f"/notices/{story.code}/1/")
    assert SCHOOL in notice
    assert "80,000.00" in notice
    listed = f"/tenders/{story.code}/frameworks/"
    call = f"{listed}1/call/"
    assert call in shown(story, "dong", listed)
    assert call not in shown(story, "fei", listed)
    shown(story, "fei", call, 403)
    assert sent(story, "dong", "frameworks/1/call/", content="电脑", quantity="5", place="1")
    assert "23,000.00" in shown(story, "dong", call)
    assert "电脑" in shown(story, "dong", "/frameworks/")

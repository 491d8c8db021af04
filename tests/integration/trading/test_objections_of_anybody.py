"""Any supplier, unit or person may object to a sole supplier; the answer is told to the public
without who asked (GPR 38, M74 38 to 40).
"""

from datetime import timedelta

import pytest
import time_machine

from accounts import queries as accounts
from kernel.errors import Invalid
from ledger import queries as ledger
from tests import factories, sole, tenders
from tests.openings import refused
from trading import queries, services
from trading.models import Challenge, Notice

pytestmark = pytest.mark.django_db

OBJECTION = {
    "about": "source",
    "matters": "市内另有两家单位能提供相同的接口服务，并非只有一家供应商。",
    "claim": "请改用公开招标方式采购。",
    "law": "《政府采购非招标采购方式管理办法》第三十九条",
}
REACHED = {"unit": "新安市医学工程学会", "contact": "0393-8811234"}


def publicised(world):
    story = sole.approved(world)
    sole.publicise(story)
    return story


def object_to(story, who="he", **changes):
    actor = story.world.actor(who, story.at)
    given = OBJECTION | REACHED | changes
    return services.file_challenge(actor=actor, code=story.code, **given, at=story.at)


def answer(story, filed, outcome="dismissed"):
    place = {"code": story.code, "number": filed.code, "at": story.at}
    sun = story.world.actor("sun", story.at)
    services.accept_challenge(actor=sun, **place)
    return services.answer_challenge(actor=sun, outcome=outcome, answer="经补充论证。", **place)


def page(story, who, path=""):
    with time_machine.travel(story.at, tick=True):
        return story.world.client(who).get(f"/tenders/{story.code}/challenges/{path}")


def test_a_person_objects_under_its_name_for_a_unit_or_for_itself(world):
    story = publicised(world)
    filed = object_to(story)
    assert (filed.filer, filed.filed_by.username) == (None, "he")
    assert filed.filer_name == f"新安市医学工程学会（{filed.filed_by.name}）"
    other = object_to(story, _person(world), unit="")
    assert other.filer_name == "吴居民"


def _person(world, name="resident"):
    world.people[name] = factories.person(name, "吴居民")
    return name


@pytest.mark.parametrize("contact", ["", " 12 ", "1" * 121])
def test_who_objects_says_how_it_is_reached(world, contact):
    story = publicised(world)
    with pytest.raises(Invalid) as refusal:
        object_to(story, contact=contact)
    assert (refusal.value.code, refusal.value.facts["field"]) == ("challenge.contact", "contact")
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("who", ["lin", "sun", "public"])
def test_neither_those_who_answer_nor_a_visitor_without_a_name_object(world, who):
    assert refused(lambda: object_to(publicised(world), who)) == "challenge.file.denied"


@pytest.mark.parametrize("about", ["document", "process", "result"])
def test_all_else_is_left_to_suppliers(world, about):
    story = publicised(world)
    assert refused(lambda: object_to(story, about=about)) == "challenge.no_standing"


def test_a_person_objects_nowhere_else(world):
    story = tenders.announced(world)
    assert refused(lambda: object_to(story, about="document")) == "challenge.file.denied"


def test_it_is_raised_once_and_taken_back_by_itself_alone(world):
    story = publicised(world)
    filed = object_to(story)
    assert refused(lambda: object_to(story)) == "challenge.once"
    object_to(story, _person(world))
    place = {"code": story.code, "number": filed.code, "at": story.at}
    for who in ("resident", "zhao", "chen"):
        actor = world.actor(who, story.at)
        missing = refused(lambda actor=actor: services.withdraw_challenge(actor=actor, **place))
        assert missing == "challenge.missing"
    services.withdraw_challenge(actor=world.actor("he", story.at), **place)
    assert refused(lambda: object_to(story)) == "challenge.once"


def test_nobody_is_invited_before_a_person_has_its_answer_and_the_public_reads_it(world):
    story = publicised(world)
    filed = object_to(story)
    sole.over(story)
    assert refused(lambda: sole.invite(story)) == "source.unanswered"
    answer(story, filed)
    told = Notice.objects.get(tender=story.tender, kind="source_answer")
    assert (told.title, told.body) == (
        f"{story.tender.title}单一来源公示异议处理结果",
        "经补充论证。",
    )
    assert set(told.fields) == {"outcome", "received_on"}
    fact = ledger.first_fact(story.code, "tender.source_answered")
    assert fact.data == {"outcome": "dismissed", "notice": told.number}
    shown = world.client("public").get(f"/notices/{story.code}/{told.number}/").content.decode()
    assert "不成立" in shown
    for secret in (filed.filed_by.name, REACHED["unit"], REACHED["contact"], filed.code):
        assert secret not in shown
    assert sole.invite(story).state == "announced"


def test_a_person_found_right_ends_the_single_source(world):
    story = publicised(world)
    answer(story, object_to(story), "upheld")
    kinds = [notice.kind for notice in story.tender.notices.order_by("number")]
    assert kinds == ["sole_source", "source_answer", "termination"]


def test_who_reads_a_persons_objection(world):
    story = publicised(world)
    filed = object_to(story)
    _person(world)
    everybody = ("he", "resident", "lin", "sun", "wang", "chen", "zhao", "hu")
    seen = {
        who: queries.challenges_visible_to(world.actor(who, story.at)).filter(pk=filed.pk).exists()
        for who in everybody
    }
    assert seen == {who: who in {"he", "lin", "sun", "wang"} for who in everybody}
    assert not queries.challenges_visible_to(accounts.actor(None, story.at)).exists()


def test_the_page_takes_an_objection_says_what_lacks_and_shows_where_it_stands(world):
    story = publicised(world)
    fields = page(story, "he").context["form"].fields
    assert {"unit", "contact"} <= set(fields)
    assert [value for value, _title in fields["about"].choices] == ["source"]
    assert "unit" not in page(story, "zhao").context["form"].fields
    with time_machine.travel(story.at, tick=True):
        he, url = world.client("he"), f"/tenders/{story.code}/challenges/"
        refusal = he.post(url, OBJECTION | REACHED | {"contact": ""})
        assert (refusal.status_code, list(refusal.context["form"].errors)) == (422, ["contact"])
        assert he.post(url, OBJECTION | REACHED).status_code == 302
    filed = Challenge.objects.get()
    shown = page(story, "sun", f"{filed.code}/").content.decode()
    for said in (REACHED["unit"], REACHED["contact"], OBJECTION["matters"]):
        assert said in shown
    items = [item.title for item in queries.desk_items(world.actor("he", story.at), story.at)]
    assert items == ["等待质疑答复"]
    answer(story, filed)
    mine = page(story, "he", f"{filed.code}/").content.decode()
    assert "经补充论证" in mine
    assert "向财政部门投诉" not in mine
    notice = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert "任何供应商、单位或者个人" in notice
    assert "/people/register/" in notice


def test_too_many_objections_from_one_address_are_turned_away(world, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"objection": "2/h/ip"}
    story = publicised(world)
    with time_machine.travel(story.at + timedelta(minutes=1), tick=True):
        he, url = world.client("he"), f"/tenders/{story.code}/challenges/"
        codes = [he.post(url, OBJECTION | {"contact": ""}).status_code for _try in range(3)]
    assert codes == [422, 422, 429]


def test_a_person_objects_by_the_api(world):
    story = publicised(world)
    with time_machine.travel(story.at, tick=True):
        answered = world.client("he").post(
            f"/api/v1/tenders/{story.code}/challenges",
            OBJECTION | REACHED,
            content_type="application/json",
        )
    assert answered.status_code == 201
    assert answered.json()["filer"].startswith(REACHED["unit"])

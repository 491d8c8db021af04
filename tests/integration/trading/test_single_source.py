"""Single source: the sole supplier stands before the public, who may object, and is invited alone
(GPL 31, GPR 38, M74 38 to 40).
"""

from datetime import timedelta

import pytest

from kernel.calendar import local_date
from ledger import queries as ledger
from tests import sole, works
from tests.openings import refused
from trading import queries, services
from trading.domain import sources
from trading.models import Challenge, Notice, SoleSource, Tender

pytestmark = pytest.mark.django_db

OBJECTION = {
    "about": "source",
    "matters": "我公司同类设备已在三家医院与该接口对接，并非只有一家供应商。",
    "claim": "请改用公开招标方式采购。",
    "law": "《政府采购非招标采购方式管理办法》第三十九条",
}
REGISTRATION = {"number": 1, "contact": "某某", "phone": "139****0000"}


def object_to(story, who="zhao"):
    actor = story.world.actor(who, story.at)
    return services.file_challenge(actor=actor, code=story.code, **OBJECTION, at=story.at)


SAID = "经补充论证，对接仅为单向导出，不能替代。"


def answer(story, filed, outcome, who="sun", said=SAID):
    place = {"code": story.code, "number": filed.code, "at": story.at}
    actor = story.world.actor(who, story.at)
    services.accept_challenge(actor=actor, **place)
    return services.answer_challenge(actor=actor, outcome=outcome, answer=said, **place)


def kinds(story):
    return [fact.kind for fact in ledger.entries_since(story.tender.stream, 0)]


def test_the_sole_supplier_is_made_public_with_reason_and_arguments(world):
    story = sole.approved(world)
    tender = sole.publicise(story)
    notice = Notice.objects.get(tender=tender)
    source = SoleSource.objects.get(tender=tender)
    assert (tender.state, tender.published_at) == ("source_publicity", story.at)
    # Five working days after Tuesday 24 November.
    assert str(source.publicity_until) == "2026-12-01"
    assert (notice.kind, notice.title) == ("sole_source", f"{tender.title}单一来源公示")
    assert notice.fields["source"]["supplier"]["name"] == "晨光医疗科技有限公司"
    assert [one["name"] for one in notice.fields["source"]["arguments"]] == ["丁一", "于二", "万三"]
    page = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    for said in ("晨光医疗科技有限公司", "接口协议", "丁一", "高级工程师", "2026-12-01"):
        assert said in page


def test_nobody_is_invited_before_the_publicity_is_over(world):
    story = sole.approved(world)
    assert refused(lambda: sole.invite(story)) == "source.not_publicised"
    sole.publicise(story)
    assert refused(lambda: sole.invite(story)) == "source.publicity_running"
    sole.over(story)
    tender = sole.invite(story)
    assert (tender.state, tender.published_at < story.at) == ("announced", True)
    assert [notice.kind for notice in tender.notices.order_by("number")] == [
        "sole_source",
        "tender",
    ]
    assert "tender.published" in kinds(story)
    told = [fact["title"] for fact in queries.public_facts(tender)]
    assert {"公示拟定的唯一供应商", "发出单一来源采购邀请"} <= set(told)


def test_only_the_sole_supplier_can_accept_the_invitation(world):
    story = sole.approved(world)
    sole.publicise(story)
    sole.over(story)
    sole.invite(story)
    place = {"code": story.code, **REGISTRATION, "at": story.at}
    zhao, chen = world.actor("zhao", story.at), world.actor("chen", story.at)
    assert refused(lambda: services.register_for_lot(actor=zhao, **place)) == "lot.register.denied"
    services.register_for_lot(actor=chen, **place)
    assert queries.registered_lots(chen, story.tender) == [1]


def desk(story, who):
    actor = story.world.actor(who, story.at)
    found = queries.desk_items(actor, story.at)
    return [(item.title, item.waiting) for item in found if story.code in item.subject]


def test_the_desk_leads_agency_and_supplier(world):
    story = sole.approved(world)
    assert desk(story, "sun") == [("公示拟定的唯一供应商", False)]
    sole.publicise(story)
    assert desk(story, "sun") == [("发出单一来源采购邀请", True)]
    sole.over(story)
    assert desk(story, "sun") == [("发出单一来源采购邀请", False)]
    sole.invite(story)
    assert (desk(story, "chen"), desk(story, "zhao")) == ([("接受邀请并获取采购文件", False)], [])
    chen = world.actor("chen", story.at)
    services.register_for_lot(actor=chen, code=story.code, **REGISTRATION, at=story.at)
    assert desk(story, "chen") == []


def test_an_objection_is_answered_before_anybody_is_invited(world):
    story = sole.approved(world)
    sole.publicise(story)
    filed = object_to(story)
    # Five working days after the publicity ends on 1 December (M74 40).
    assert str(filed.answer_due) == "2026-12-08"
    sole.over(story)
    assert refused(lambda: sole.invite(story)) == "source.unanswered"
    answer(story, filed, "dismissed")
    assert sole.invite(story).state == "announced"


def test_an_objection_found_right_ends_the_single_source(world):
    story = sole.approved(world)
    sole.publicise(story)
    whole = SAID * 150
    answer(story, object_to(story), "upheld", said=whole)
    tender = story.tender
    assert tender.state == "terminated"
    assert {lot.state for lot in tender.lots.all()} == {"terminated"}
    notice = Notice.objects.get(tender=tender, kind="termination")
    assert notice.body.endswith(whole)  # nothing it rests on is cut off
    assert kinds(story)[-1] == "tender.source_dropped"


def test_one_objects_while_it_stands_before_the_public_and_once(world):
    story = sole.approved(world)
    assert refused(lambda: object_to(story)) == "tender.missing"
    sole.publicise(story)
    object_to(story)
    assert refused(lambda: object_to(story)) == "challenge.once"
    sole.over(story)
    assert refused(lambda: object_to(story, "hu")) == "challenge.too_late"
    assert Challenge.objects.count() == 1


def test_who_objected_is_known_to_the_purchasing_side_and_itself_alone(world):
    story = sole.approved(world)
    sole.publicise(story)
    filed = object_to(story)
    seen = {
        who: queries.challenges_visible_to(world.actor(who, story.at)).filter(pk=filed.pk).exists()
        for who in ("zhao", "lin", "sun", "wang", "chen", "hu", "he", "public")
    }
    assert seen == {
        "zhao": True, "lin": True, "sun": True, "wang": True,
        "chen": False, "hu": False, "he": False, "public": False,
    }  # fmt: skip


def test_an_emergency_is_not_made_public_first(world):
    story = sole.approved(world, source={"ground": "urgent", "arguments": (), "authority": ""})
    assert refused(lambda: sole.publicise(story)) == "source.no_publicity"
    tender = sole.invite(story)
    assert (tender.state, tender.published_at) == ("announced", story.at)


def test_a_central_purchase_below_its_threshold_is_not_made_public_first(world):
    story = sole.approved(world, budget_level="central", source={"arguments": (), "authority": ""})
    assert refused(lambda: sole.publicise(story)) == "source.no_publicity"
    assert sole.invite(story).state == "announced"
    number = story.tender.notices.latest("number").number
    page = world.client("public").get(f"/notices/{story.code}/{number}/").content.decode()
    assert "中央预算" in page
    told = world.client("sun").get(f"/api/v1/tenders/{story.code}").json()
    assert told["budget_level"] == "central"


def test_a_draft_names_a_budget_level_only_where_the_law_knows_it(world):
    story = sole.draft(world)
    change = {"actor": world.actor("sun"), "code": story.code, "at": story.at}
    unknown = {"changes": {"budget_level": "moon"}}
    assert refused(lambda: services.change_tender(**change, **unknown)) == "tender.choice"
    page = world.client("sun").get(f"/tenders/{story.code}/draft/basic/").content.decode()
    assert ('name="budget_level"' in page, "省级预算" in page) == (True, True)
    other = works.draft(world)
    change |= {"code": other.code, "changes": {"budget_level": "city"}}
    assert refused(lambda: services.change_tender(**change)) == "tender.unknown_field"
    page = world.client("sun").get(f"/tenders/{other.code}/draft/basic/").content.decode()
    assert 'name="budget_level"' not in page


def test_a_draft_is_unknown_to_everybody_else_even_to_its_supplier(world):
    story = sole.approved(world)
    for who in ("public", "chen", "zhao"):
        page = world.client(who).get(f"/tenders/{story.code}/")
        assert page.status_code == 404
    sole.publicise(story)
    for who in ("public", "chen", "zhao"):
        assert world.client(who).get(f"/tenders/{story.code}/").status_code == 200


def test_dates_leave_time_for_the_publicity_and_its_objections(world):
    start = local_date(world.at)
    story = sole.draft(world, documents_from=start, documents_until=start + timedelta(days=5))
    act = {"actor": world.actor("sun"), "code": story.code, "at": story.at}
    assert refused(lambda: services.submit_tender(**act)) == "tender.period_broken"


def test_what_a_draft_lacks_of_its_supplier(world):
    story = sole.draft(world, source={"reason": "", "arguments": (), "authority": ""})
    facts = queries.facts(story.tender, story.at)
    assert [finding.code for finding in sources.findings(facts)] == [
        "source.reason",
        "source.unargued",
        "source.authority",
    ]
    SoleSource.objects.all().delete()
    facts = queries.facts(story.tender, story.at)
    assert [finding.code for finding in sources.findings(facts)] == ["source.none"]


def test_what_is_said_of_a_supplier_is_refused_where_it_cannot_be(world):
    story = sole.draft(world)

    def say(**changes):
        source = sole.terms(world, **changes)
        place = {"code": story.code, "source": source, "at": story.at}
        return refused(lambda: services.change_source(actor=world.actor("sun"), **place))

    assert say(supplier="91110000000000000X") == "source.supplier"
    assert say(supplier=world.organisation_of("lin").uscc) == "source.supplier"
    assert say(ground="habit") == "source.ground"
    assert say(reason="长" * 3001) == "source.too_long"
    assert say(arguments=(sources.Argument("丁一", "", "", "独家"),)) == "source.argument"
    assert say(arguments=sole.ARGUMENTS * 4) == "source.arguments"
    assert say(ground="top_up", base_amount=-1) == "source.amount"
    other = sole.tenders.draft(world)
    place = {"code": other.code, "source": sole.terms(world), "at": other.at}
    act = {"actor": world.actor("sun"), **place}
    assert refused(lambda: services.change_source(**act)) == "source.not_here"


def test_after_the_deadline_nobody_can_be_invited(world):
    story = sole.approved(world)
    sole.publicise(story)
    story.at = Tender.objects.get(code=story.code).bids_close_at
    assert refused(lambda: sole.invite(story)) == "source.deadline_passed"


def test_the_pages_lead_from_the_draft_to_the_invitation(world):
    story = sole.draft(world)
    sun, lin = world.client("sun"), world.client("lin")
    page = sun.get(f"/tenders/{story.code}/draft/source/").content.decode()
    assert "晨光医疗科技有限公司" in page
    kept = {
        "supplier": world.organisation_of("chen").uscc,
        "ground": "sole",
        "reason": "接口协议独家。",
        "authority": "新安市财政局政府采购科",
        "arguments-TOTAL_FORMS": "3",
        "arguments-INITIAL_FORMS": "0",
    }
    for number, one in enumerate(sole.ARGUMENTS):
        kept |= {f"arguments-{number}-{name}": text for name, text in vars(one).items()}
    assert sun.post(f"/tenders/{story.code}/draft/source/", kept).status_code == 302
    assert SoleSource.objects.get().reason == "接口协议独家。"
    wrong = {**kept, "arguments-0-employer": ""}
    assert sun.post(f"/tenders/{story.code}/draft/source/", wrong).status_code == 422
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=story.at)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=story.at)
    draft = sun.get(f"/tenders/{story.code}/draft/").content.decode()
    act = f"/tenders/{story.code}/draft/publicise/"
    assert act in draft
    assert act not in lin.get(f"/tenders/{story.code}/draft/").content.decode()
    sole.publicise(story)
    invited = sun.get(f"/tenders/{story.code}/draft/publish/").content.decode()
    assert "公示期到 2026-12-01 为止" in invited
    public = world.client("public").get(f"/tenders/{story.code}/")
    assert "单一来源公示" in public.content.decode()


def test_the_api_names_the_supplier_and_makes_it_public(world):
    story = sole.draft(world)
    sun, zhao = world.client("sun"), world.client("zhao")
    body = {
        "ground": "sole",
        "supplier": world.organisation_of("chen").uscc,
        "reason": "接口协议独家。",
        "authority": "新安市财政局政府采购科",
        "arguments": [vars(one) for one in sole.ARGUMENTS],
    }
    url = f"/api/v1/tenders/{story.code}"
    kept = sun.put(f"{url}/source", body, content_type="application/json")
    assert (kept.status_code, kept.json()["reason"]) == (200, "接口协议独家。")
    refusal = zhao.put(f"{url}/source", body, content_type="application/json")
    assert refusal.status_code == 404
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=story.at)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=story.at)
    told = sun.post(f"{url}/publicise-source", content_type="application/json")
    assert (told.status_code, told.json()["state"]) == (200, "source_publicity")
    again = sun.post(f"{url}/publicise-source", content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "tender.wrong_state")
    refusal = zhao.post(f"{url}/publicise-source", content_type="application/json")
    assert refusal.status_code == 403


@pytest.mark.parametrize("who", ["public", "chen", "sun", "lin", "wang", "qian"])
def test_every_page_of_a_publicity_answers(world, who):
    story = sole.approved(world)
    sole.publicise(story)
    browser = world.client(who)
    parts = ("phases", "lots", "notices", "timetable", "facts")
    paths = (
        "", "history/", "custody/", "bid/", "register/", "documents/", "questions/", "challenges/",
        "complaints/", "record/", "calendar.ics", "award/", "contracts/", "takers/", "hall/whole/",
        "draft/", "draft/publish/", "draft/source/", "evaluation/", "deposit/", "terminate/",
        *(f"parts/{part}/" for part in parts),
    )  # fmt: skip
    found = {path: browser.get(f"/tenders/{story.code}/{path}").status_code for path in paths}
    assert {code for code in found.values() if code >= 500} == set()
    assert {path: code for path, code in found.items() if path in {"", "history/", "record/"}} == {
        "": 200,
        "history/": 200,
        "record/": 200,
    }
    for path in (f"tenders/{story.code}", "tenders", f"tenders/{story.code}/text", "notices"):
        assert browser.get(f"/api/v1/{path}").status_code < 500


def test_the_purchaser_may_end_it_while_it_stands_before_the_public(world):
    story = sole.approved(world)
    sole.publicise(story)
    lin = world.actor("lin", story.at)
    act = {"actor": lin, "code": story.code, "reason": "采购任务取消。", "at": story.at}
    assert services.terminate_tender(**act).state == "terminated"
    assert refused(lambda: object_to(story)) == "challenge.too_early"

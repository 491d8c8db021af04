"""Two stages: proposals without a price in secret, the document made from them, bids of those alone
who proposed.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.domain import SYSTEM
from kernel.calendar import SHANGHAI
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger.models import Entry
from tests import prequalified as pq
from tests import tenders, two_stage, works
from tests import world as worlds
from trading import queries, services
from trading.domain.files import Upload
from trading.services.due import due
from trading.services.suspensions import resume, suspend

pytestmark = pytest.mark.django_db
NAMES = ("晨光", "朝阳", "琥珀")


@pytest.fixture
def story(world):
    worlds.fourth_bidder(world)
    return two_stage.proposing(world)


def seen_by(world, name, place):
    return world.client(name).get(place).content.decode()


def test_who_proposed_what_is_its_own_sides_alone_once_proposals_are_closed(world, story):
    code, place = story.code, f"/tenders/{story.code}/first-stage/"
    assert story.tender.state == "proposing"
    notice = story.tender.notices.get()
    assert (notice.kind, notice.title) == (
        "first_stage",
        f"{story.tender.title}第一阶段招标公告",
    )
    assert not {"scheme", "ceiling", "bid_security", "conformity"} & set(notice.fields)
    assert "两阶段招标" in seen_by(world, "public", f"/notices/{code}/{notice.number}/")
    assert world.client("public").get(f"/api/v1{place[:-1]}").json()["own"] is None

    # The proposals: withheld from everybody, the last of each counts, by the page and the API.
    sent = {"statement": "建议采用悬索桥方案。", "contact": "陈立", "phone": "139"}
    upload = SimpleUploadedFile("建议.pdf", b"%PDF-1.7 a suspension bridge")
    page = world.client("chen").post(f"{place}propose/", {**sent, "file": upload})
    assert page.status_code == 302
    two_stage.propose(story, "chen", "zhao", "hu", "qiu")
    services.withdraw_proposal(actor=world.actor("qiu", story.at), code=code, at=story.at)
    assert "本单位的技术建议" in seen_by(world, "chen", place)
    for name in ("sun", "lin", "qian", "wang", "public", "he", "zhao"):
        mine = {"zhao": "朝阳"}.get(name)
        seen = seen_by(world, name, place)
        assert not [body for body in NAMES if body in seen and body != mine]
    assert world.client("sun").get(f"/api/v1{place}proposals").json() == []

    closes = story.tender.proposals_close_at
    assert (due(closes), due(closes + timedelta(seconds=2))) == (0, 1)
    story.at = closes + timedelta(seconds=2)
    assert story.tender.state == "proposals_review"
    seen = seen_by(world, "sun", place)
    assert [body for body in NAMES if body in seen] == [*NAMES]
    assert "秋实" not in seen
    found = world.client("lin").get(f"/api/v1{place}proposals").json()
    assert {one["statement"] for one in found} == {"建议采用双塔斜拉桥方案。"}
    proposal = f"{place}proposals/{found[0]['id']}/"
    assert "双塔斜拉桥" in seen_by(world, "sun", proposal)
    assert world.client("sun").get(f"{proposal}file/").content == two_stage.FILE.content
    for name in ("qian", "wang", "wu", "public", "chen", "he"):
        assert world.client(name).get(proposal).status_code in {302, 404}


def test_the_second_document_is_nobodys_before_the_call_and_the_first_notice_stands(world, story):
    two_stage.rewrite(two_stage.proposed(two_stage.propose(story)))
    code, at = story.code, story.at
    sun, call = world.actor("sun", at), f"/tenders/{code}/first-stage/call/"
    # The second document is written in secret, and the first notice is not undone.
    services.change_tender(
        actor=sun, code=code, changes={"title": story.tender.title, "validity_days": 120}, at=at
    )
    for changes in ({"title": "另一个项目"}, {"proposals_close_at": at}):
        with pytest.raises(Invalid) as refused:
            services.change_tender(actor=sun, code=code, changes=changes, at=at)
        assert refused.value.code == "tender.unknown_field"
    for name in ("public", "chen"):
        assert "9,800,000" not in seen_by(world, name, f"/tenders/{code}/")
        told = world.client(name).get(f"/api/v1/tenders/{code}").json()
        assert not {"scheme", "bid_security", "conformity"} & set(told)
        assert "ceiling" not in told["lots"][0]
        assert world.client(name).get(f"/api/v1/tenders/{code}/text").status_code == 404
    tender = story.tender
    closes = {"told": tender.proposals_close_at, "written": tender.bids_close_at}
    days = {name: f"{when.astimezone(SHANGHAI):%Y-%m-%d}" for name, when in closes.items()}
    dates = seen_by(world, "public", f"/tenders/{code}/calendar.ics")
    assert f"DTSTART:{closes['told']:%Y%m%dT%H%M%S}Z" in dates
    assert f"{closes['written']:%Y%m%d}" not in dates
    assert "技术建议提交截止" in dates
    assert tender.place
    assert tender.place not in dates
    listed = seen_by(world, "public", "/notices/")
    assert days["told"] in listed
    assert days["written"] not in listed
    assert call in seen_by(world, "lin", "/desk/")
    assert f"/tenders/{code}/draft/" in seen_by(world, "sun", "/desk/")
    assert "9,800,000" in seen_by(world, "lin", call)
    digest = queries.digest_of(queries.text_of(story.tender))
    services.change_tender(actor=sun, code=code, changes={"validity_days": 100}, at=at)
    lin = world.actor("lin", at)
    with pytest.raises(Conflict) as stale:
        services.call_second_stage(actor=lin, code=code, digest=digest, at=at)
    assert stale.value.code == "second_stage.changed"
    with pytest.raises(Denied):
        two_stage.call(story, "sun")
    two_stage.call(story)
    assert story.tender.state == "announced"
    assert pq.kinds(story)[-1] == "tender.published"


def test_from_the_call_to_the_award_only_those_who_proposed_take_part(world, story):
    two_stage.propose(story)
    two_stage.call(two_stage.rewrite(two_stage.proposed(story)))
    code, place = story.code, f"/tenders/{story.code}/first-stage/"
    # Those who proposed are invited and bid; nobody else learns of it or gets in.
    assert "投标邀请书" in seen_by(world, "chen", f"/tenders/{code}/invitation/")
    for name in ("qiu", "he"):
        with pytest.raises((Missing, Denied)):
            pq.register(story, name)
        assert world.client(name).get(f"/tenders/{code}/invitation/").status_code == 404
        assert world.client(name).get(f"/tenders/{code}/documents/").status_code == 404
    for name in ("public", "qian", "wang", "qiu"):
        assert not [b for b in NAMES if b in seen_by(world, name, place)]
    for name in two_stage.NAMES:
        pq.register(story, name)
    case = works.notified(works.confirmed(works.publicised(works.reported(story))))
    assert works.tender_of(case).state == "award_notified"
    assert "第一阶段" in seen_by(world, "public", f"/tenders/{code}/history/")
    withheld = {"proposal.submitted", "proposal.withdrawn", "invitation.issued"}
    assert not Entry.objects.filter(kind__in=withheld, stream=f"tender.{code}").exists()


def test_who_and_when_may_propose(world, story):
    for name in ("sun", "lin", "qian", "wang", "wu"):
        with pytest.raises(Denied):
            two_stage.propose(story, name)
    with pytest.raises(Missing):
        services.submit_prequal(
            actor=world.actor("chen", story.at),
            code=story.code,
            application=two_stage.proposal(),
            at=story.at,
        )
    for act in (pq.register, lambda s, _n: two_stage.call(s)):
        with pytest.raises((Missing, Conflict)):
            act(story, "chen")
    kept = queries.gate_documents(story.tender).get()
    given = {"code": story.code, "number": kept.pk}
    chen = world.actor("chen", story.at)
    services.download_first_document(actor=chen, **given, at=story.at)
    late = {"actor": world.actor("zhao", story.at), **given, "at": story.at + timedelta(days=7)}
    with pytest.raises(Conflict) as refused:
        services.download_first_document(**late)
    assert refused.value.code == "gate.not_offered"

    # An amendment that may affect the proposals leaves three days; a standstill gives them back.
    closes = story.tender.proposals_close_at
    amended = services.amend_first_stage(
        actor=world.actor("sun", story.at),
        code=story.code,
        changes={"summary": "跨江大桥一座，主跨不小于 600 米。"},
        reason="明确主跨。",
        affects_proposals=True,
        at=closes - timedelta(days=1),
    )
    assert story.tender.proposals_close_at > closes
    assert "600" in seen_by(world, "public", f"/notices/{story.code}/{amended.number}/")
    story.at = story.tender.proposals_close_at
    with pytest.raises(Conflict) as refused:
        two_stage.propose(story, "chen")
    assert refused.value.code == "gate.closed"
    with pytest.raises(Conflict):
        services.withdraw_proposal(actor=chen, code=story.code, at=story.at)


def test_fewer_than_three_who_propose_fail_it_at_the_deadline(world, story):
    held = {"actor": SYSTEM, "tender": story.tender, "cause": "order", "ref": "authority"}
    suspend(**held, reason="责令暂停。", at=story.at)
    story.at += timedelta(days=3)
    resume(**held, at=story.at)
    assert "技术建议提交截止时间顺延" in story.tender.notices.get(kind="first_amendment").body
    two_stage.propose(story, "chen", "zhao")
    two_stage.proposed(story)
    assert story.tender.state == "failed"
    failed = story.tender.notices.get(kind="failure")
    assert "不足三家" in failed.body
    assert failed.fields["article"] == "《招标投标法》第二十八条"
    assert not [body for body in NAMES if body in failed.body]
    with pytest.raises(Missing):
        pq.register(story, "chen")


def test_the_second_stage_waits_for_a_whole_document_and_is_called_once(world, story):
    two_stage.proposed(two_stage.propose(story))
    with pytest.raises(Conflict) as refused:
        two_stage.call(story)
    assert refused.value.code == "tender.incomplete"
    two_stage.rewrite(story)
    story.at += timedelta(days=3)
    with pytest.raises(Conflict) as late:
        two_stage.call(story)
    assert late.value.code == "gate.dates_passed"
    story.at -= timedelta(days=3)
    two_stage.call(story)
    with pytest.raises(Conflict):
        two_stage.call(story)
    sun = world.actor("sun", story.at)
    with pytest.raises(Conflict) as locked:
        services.change_tender(
            actor=sun, code=story.code, changes={"validity_days": 90}, at=story.at
        )
    assert locked.value.code == "tender.not_a_draft"


def test_the_second_document_is_written_and_called_for_by_its_pages(world):
    story = two_stage.draft(world)
    place, sun = f"/tenders/{story.code}", world.client("sun")
    for section in ("", "basic/", "timetable/", "documents/", "lots/"):
        assert sun.get(f"{place}/draft/{section}").status_code == 200
    tenders.enter(tenders.approve(story))
    assert "技术建议提交截止" in sun.get(f"{place}/draft/publish/").content.decode()
    assert sun.post(f"{place}/draft/publish/").status_code == 302
    assert story.tender.state == "proposing"
    two_stage.rewrite(two_stage.proposed(two_stage.propose(story)))
    for section in ("", "basic/", "timetable/", "documents/", "lots/"):
        assert sun.get(f"{place}/draft/{section}").status_code == 200
    lin = world.client("lin")
    page = lin.get(f"{place}/first-stage/call/")
    digest = page.context["digest"]
    assert lin.post(f"{place}/first-stage/call/", {"digest": "0" * 64}).status_code == 422
    assert lin.post(f"{place}/first-stage/call/", {"digest": digest}).status_code == 302
    assert story.tender.state == "announced"


def test_the_second_document_changes_neither_who_may_bid_nor_what_is_tendered(world, story):
    two_stage.rewrite(two_stage.proposed(two_stage.propose(story)))
    code, at, sun = story.code, story.at, world.client("sun")
    mine = {"actor": world.actor("sun", at), "code": code, "at": at}

    def refused(act, **given):
        with pytest.raises((Conflict, Invalid)) as refusal:
            act(**mine, **given)
        return refusal.value.code

    narrow = [{"text": "仅限做过悬索桥的投标人", "evidence": "合同"}]
    change = services.change_tender
    assert refused(change, changes={"qualification": narrow}) == "tender.unknown_field"
    other = {**two_stage.LOT, "title": "引桥工程"}
    assert refused(services.add_lot, lot=other) == "second_stage.lots"
    assert refused(services.remove_lot, number=1) == "second_stage.lots"
    for changes in ({"title": "引桥工程"}, {"budget": "9000000.00"}):
        assert refused(services.change_lot, number=1, lot=changes) == "second_stage.lots"
    services.change_lot(number=1, lot={**two_stage.LOT, "ceiling": "9700000.00"}, **mine)

    # What the first stage handed out stays what was asked.
    kept = queries.gate_documents(story.tender).get()
    taken = {"number": kept.pk}
    assert refused(services.remove_document, **taken) == "attachment.handed_out"
    swapped = Upload("first_stage", "另一份.pdf", b"%PDF-1.7 something else was asked")
    assert refused(services.attach_document, document=swapped) == "attachment.handed_out"

    # The pages offer none of it, and save what is left to be written.
    place = f"/tenders/{code}/draft"
    terms = sun.get(f"{place}/terms/")
    assert "第一阶段公告已经公布" in terms.text
    assert 'name="qualification-0-text"' not in terms.text
    clauses = {"conformity-TOTAL_FORMS": "1", "conformity-INITIAL_FORMS": "0"}
    clauses |= {"conformity-0-text": "投标有效期满足要求。", "conformity-0-evidence": ""}
    assert sun.post(f"{place}/terms/", clauses).status_code == 302
    assert [one["text"] for one in story.tender.conformity] == ["投标有效期满足要求。"]
    assert f"{place}/lots/new/" not in sun.get(f"{place}/lots/").text
    files = sun.get(f"{place}/documents/").text
    assert f"{place}/documents/{kept.pk}/remove/" not in files
    assert 'value="first_stage"' not in files
    lot = sun.get(f"{place}/lots/1/")
    assert lot.context["form"].fields["title"].disabled


def test_the_call_is_held_to_what_a_notice_must_say_and_the_first_notice_is_not(world, story):
    two_stage.rewrite(two_stage.proposed(two_stage.propose(story)), particulars={})
    with pytest.raises(Conflict) as refused:
        two_stage.call(story)
    assert refused.value.code == "tender.incomplete"
    assert "是否接受联合体投标" in refused.value.text()
    sun = world.actor("sun", story.at)
    said = {"particulars": {"consortium": "不接受联合体投标"}}
    services.change_tender(actor=sun, code=story.code, changes=said, at=story.at)
    two_stage.call(story)
    text = story.tender.notices.get(kind="tender").fields["text"]
    assert "不接受联合体投标" in str(text)


def objected(story, name, at=None):
    return services.file_challenge(
        actor=story.world.actor(name, at or story.at),
        code=story.code,
        about="first",
        matters="第一阶段招标文件指定了特定品牌的支座，排斥潜在投标人。",
        claim="请求删除品牌要求。",
        law="《招标投标法实施条例》第二十二条",
        at=at or story.at,
    )


def test_the_first_document_is_objected_to_in_time_and_corrected_before_proposals_go_on(
    world, story
):
    closes = story.tender.proposals_close_at
    shown = seen_by(world, "chen", f"/tenders/{story.code}/challenges/")
    assert "第一阶段招标文件" in shown
    assert "技术建议提交截止 2 日前提出" in shown
    with pytest.raises(Conflict) as late:
        objected(story, "zhao", closes - timedelta(days=1))
    assert late.value.code == "challenge.too_late"
    filed = objected(story, "chen")
    assert (filed.about_title, services.open_reasons(story.tender) != []) == (
        "第一阶段招标文件",
        True,
    )
    sun = world.actor("sun", story.at)
    services.accept_challenge(actor=sun, code=story.code, number=filed.code, at=story.at)
    story.at += timedelta(days=2)
    answer = {"outcome": "upheld", "answer": "删除品牌要求。", "at": story.at}
    services.answer_challenge(actor=sun, code=story.code, number=filed.code, **answer)
    assert due(closes + timedelta(seconds=2)) == 0  # it stands still until its text is corrected
    assert story.tender.state == "proposing"
    services.amend_first_stage(
        actor=world.actor("sun", story.at),
        code=story.code,
        changes={"summary": "跨江大桥一座，支座不限品牌。"},
        reason="异议成立，删除品牌要求。",
        affects_proposals=False,
        at=story.at,
    )
    assert services.open_reasons(story.tender) == []
    assert story.tender.proposals_close_at >= closes + timedelta(days=2)
    two_stage.proposed(two_stage.propose(story))
    with pytest.raises(Conflict) as over:
        objected(story, "zhao")
    assert over.value.code == "challenge.too_early"


@pytest.mark.parametrize("affects", [True, False])
def test_the_first_document_is_corrected_though_its_deadline_has_passed_meanwhile(
    world, story, affects
):
    closes = story.tender.proposals_close_at
    filed = objected(story, "chen", closes - timedelta(days=2, hours=1))
    sun = world.actor("sun", story.at)
    given = {"actor": sun, "code": story.code}
    story.at = closes + timedelta(days=1)
    services.accept_challenge(**given, number=filed.code, at=story.at)
    answer = {"outcome": "upheld", "answer": "删除品牌要求。", "at": story.at}
    services.answer_challenge(**given, number=filed.code, **answer)
    services.amend_first_stage(
        **given,
        changes={"summary": "跨江大桥一座，支座不限品牌。"},
        reason="异议成立，删除品牌要求。",
        affects_proposals=affects,
        at=story.at,
    )
    tender = story.tender
    assert (services.open_reasons(tender), tender.state) == ([], "proposing")
    assert tender.proposals_close_at > story.at + timedelta(days=3 if affects else 0)
    assert tender.next_due_at > tender.proposals_close_at

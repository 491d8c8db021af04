"""Every page of a draft: who may open it, who may not, what it says, and what is mended there."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.calendar import SHANGHAI, local_date
from tests import tenders
from tests.integration.trading.conftest import NOW
from tests.world import cast
from trading import queries, services
from trading.domain import datechecks
from trading.models import Tender

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(days=40)


@pytest.fixture
def world():
    return cast(EARLIER)


DRAFT_PAGES = (
    "draft/",
    "draft/basic/",
    "draft/lots/",
    "draft/lots/new/",
    "draft/lots/1/",
    "draft/terms/",
    "draft/scheme/",
    "draft/timetable/",
    "draft/timetable/check/?bids_close_at=2026-12-24T09:00",
    "draft/documents/",
    "draft/custodians/",
    "draft/publish/",
)


@pytest.mark.parametrize("page", DRAFT_PAGES)
def test_draft_page_is_for_its_own_side(world, page):
    story = tenders.draft(world, NOW)
    path = f"/tenders/{story.code}/{page}"
    assert {name: world.status(name, path) for name in ("sun", "lin", "chen", "wang", "mei")} == {
        "sun": 200,
        "lin": 200,
        "chen": 404,
        "wang": 404,
        "mei": 404,
    }
    assert world.status("zhou", path) == 403
    assert world.client("public").get(path).status_code == 302


@pytest.mark.parametrize(
    "page", ["/tenders/{code}/", "/notices/{code}/1/", "/tenders/{code}/history/"]
)
def test_draft_is_missing_for_the_public(world, page):
    story = tenders.approved(world, NOW)
    assert world.status("public", page.format(code=story.code)) == 404


def test_draft_is_made_submitted_approved_and_published_on_pages(world):
    sun, lin = world.client("sun"), world.client("lin")
    hospital = world.organisation_of("lin").uscc
    answer = sun.post(
        "/tenders/new/",
        {
            "title": "病房护理设备采购",
            "purchaser": hospital,
            "kind": "procurement.open_tender.goods",
        },
    )
    code = Tender.objects.get().code
    assert answer["Location"] == f"/tenders/{code}/draft/basic/"
    page = f"/tenders/{code}/draft/"
    basic = {
        "title": "病房护理设备采购",
        "category": "goods",
        "stages": "whole",
        "summary": "采购电动护理床 20 张。",
        "plan_number": "新财采计〔2026〕201号",
        "funding": "财政性资金",
        "bid_security": "0",
        "validity_days": "90",
        "contact_name": "孙洁",
        "contact_phone": "0393-8800102",
        "place": "不见面开标大厅",
    }
    assert sun.post(page + "basic/", basic).status_code == 302
    lot = {
        "title": "电动护理床",
        "budget": "300000",
        "ceiling": "295000",
        "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "0",
        "items-0-name": "电动护理床",
        "items-0-quantity": "20",
        "items-0-unit": "张",
        "items-1-name": "",
    }
    assert sun.post(page + "lots/new/", lot).status_code == 302
    terms = {}
    for prefix in ("qualification", "conformity"):
        terms |= {
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-INITIAL_FORMS": "0",
            f"{prefix}-0-text": "具有独立承担民事责任的能力",
            f"{prefix}-0-evidence": "营业执照",
        }
    assert sun.post(page + "terms/", terms).status_code == 302
    scheme = {
        "method": "comprehensive",
        "weight": "40",
        "small_firm": "10",
        "criteria-TOTAL_FORMS": "2",
        "criteria-INITIAL_FORMS": "0",
        "criteria-0-part": "technical",
        "criteria-0-branch": "技术响应",
        "criteria-0-title": "技术参数",
        "criteria-0-full": "50",
        "criteria-0-rule": "全部满足得满分。",
        "criteria-1-part": "commercial",
        "criteria-1-title": "质保",
        "criteria-1-full": "10",
        "criteria-1-rule": "每延长一年 2 分。",
    }
    assert sun.post(page + "scheme/", scheme).status_code == 302
    dates = {
        "documents_from": str(local_date(NOW)),
        "documents_until": str(local_date(NOW) + timedelta(days=10)),
        "bids_close_at": f"{local_date(NOW) + timedelta(days=21)}T09:30",
    }
    assert sun.post(page + "timetable/", dates).status_code == 302
    upload = SimpleUploadedFile("采购文件.pdf", b"%PDF-1.7\n", "application/pdf")
    kept = sun.post(page + "documents/", {"kind": "tender_document", "file": upload})
    assert kept.status_code == 302
    for holder in ("purchaser:lin", "centre:zhou", "notary:feng"):
        assert sun.post(page + "custodians/", {"holder": holder}).status_code == 302
    story = tenders.register_keys(tenders.Story(world, code, NOW))
    assert sun.post(page + "submit/").status_code == 302
    assert lin.post(page + "approve/").status_code == 302
    assert "发布招标公告" in sun.get(page + "publish/").content.decode()
    assert sun.post(page + "publish/").status_code == 302
    tender = story.tender
    assert tender.state == "announced"
    assert [leaf["code"] for b in tender.scheme["criteria"] for leaf in b["children"]] == [
        "T1",
        "B1",
    ]
    assert "电动护理床" in world.client("public").get(f"/notices/{code}/1/").content.decode()


def test_refused_form_is_shown_again_with_its_reason(world):
    story = tenders.draft(world, NOW)
    path = f"/tenders/{story.code}/draft/documents/"
    upload = SimpleUploadedFile("采购文件2.pdf", b"not a pdf", "application/pdf")
    answer = world.client("sun").post(path, {"kind": "other", "file": upload})
    assert answer.status_code == 422
    assert "文件内容与扩展名不符" in answer.content.decode()


def test_draft_page_names_the_article_of_a_broken_period(world):
    story = tenders.draft(world, NOW, bids_close_at=tenders.deadline(NOW, days=10))
    for page in ("draft/", "draft/timetable/"):
        text = world.client("sun").get(f"/tenders/{story.code}/{page}").content.decode()
        assert "《政府采购法》第三十五条" in text


def test_a_broken_period_stands_beside_its_field_with_the_first_lawful_day(world):
    story = tenders.draft(world, NOW, bids_close_at=tenders.deadline(NOW, days=10))
    path = f"/tenders/{story.code}/draft/timetable/"
    page = world.client("sun").get(path).content.decode()
    check = page[page.index('id="check-bids_close_at"') :]
    check = check[: check.index("</button>")]
    assert "《政府采购法》第三十五条" in check
    assert 'name="take" value="bids_close_at"' in check
    assert 'value="documents_until"' not in page
    assert f'href="{path}#id_bids_close_at"' in (
        world.client("sun").get(f"/tenders/{story.code}/draft/").content.decode()
    )


def test_one_button_takes_the_first_lawful_day_without_scripts(world):
    story = tenders.draft(world, NOW, bids_close_at=tenders.deadline(NOW, days=10))
    path = f"/tenders/{story.code}/draft/timetable/"
    sun = world.client("sun")
    sent = {
        "documents_from": story.tender.documents_from,
        "documents_until": story.tender.documents_until,
        "bids_close_at": local(story.tender.bids_close_at),
    }
    assert sun.post(path, sent | {"take": "bids_close_at"}).status_code == 302
    story.tender.refresh_from_db()
    facts = queries.facts(story.tender, NOW)
    checks = datechecks.date_checks(facts, local_date(NOW))
    assert checks["bids_close_at"].earliest == story.tender.bids_close_at
    assert checks["bids_close_at"].breaches == ()
    assert local(story.tender.bids_close_at)[-5:] == sent["bids_close_at"][-5:]


def test_dates_are_judged_beside_their_fields_before_they_are_saved(world):
    story = tenders.draft(world, NOW)
    path = f"/tenders/{story.code}/draft/timetable/check/"
    given = {"documents_from": "2027-03-02", "documents_until": "2027-03-01"}
    part = world.client("sun").get(path, given | {"bids_close_at": "x"}).content.decode()
    until = part[part.index('id="check-documents_until"') :]
    assert 'hx-swap-oob="true"' in until
    assert 'name="take" value="documents_until"' in until
    assert "2027-03-09" in until  # five working days
    assert 'name="take" value="documents_from"' not in part
    assert queries.tender_for(world.actor("sun", NOW), story.code, NOW).documents_until != (
        date(2027, 3, 1)
    )


def test_what_is_missing_leads_to_where_it_is_mended(world):
    story = tenders.draft(world, NOW, place="")
    story.tender.lots.update(ceiling=0)
    page = world.client("sun").get(f"/tenders/{story.code}/draft/").content.decode()
    base = f"/tenders/{story.code}/draft/"
    for place in (f"{base}basic/#id_place", f"{base}lots/1/#id_budget"):
        assert f'href="{place}"' in page
    assert 'id="id_place"' in world.client("sun").get(f"{base}basic/").content.decode()
    assert 'id="id_budget"' in world.client("sun").get(f"{base}lots/1/").content.decode()


def local(at):
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def test_custodian_registers_keys_on_a_page(world):
    story = tenders.draft(world, NOW)
    feng = world.client("feng")
    assert feng.get(f"/tenders/{story.code}/custody/").status_code == 200
    answer = feng.post(f"/tenders/{story.code}/custody/key/", {"key-whole": "A" * 42 + "E"})
    assert answer.status_code == 302
    assert world.client("chen").get(f"/tenders/{story.code}/custody/").status_code == 404
    assert world.client("sun").get(f"/tenders/{story.code}/custody/").status_code == 404


def test_terminated_draft_stays_unknown(world):
    story = tenders.draft(world, NOW)
    lin = world.client("lin")
    assert lin.get(f"/tenders/{story.code}/terminate/").status_code == 200
    assert lin.post(f"/tenders/{story.code}/terminate/", {"reason": "任务取消"}).status_code == 302
    assert world.status("public", f"/tenders/{story.code}/") == 404


def test_desk_lists_each_act_with_its_clock(world):
    story = tenders.draft(world, NOW)

    def titles(name):
        return [item.title for item in queries.desk_items(world.actor(name, NOW), NOW)]

    assert titles("sun") == ["完善采购文件，提交审核"]
    assert titles("feng") == ["生成并登记托管公钥"]
    tenders.register_keys(story)
    services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    assert titles("lin") == ["审核采购文件"]
    services.approve_tender(actor=world.actor("lin", NOW), code=story.code, at=NOW)
    assert titles("sun") == ["发布招标公告"]
    assert titles("public") == []

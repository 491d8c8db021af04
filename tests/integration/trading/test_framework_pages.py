"""The pages of framework agreements, for everybody of the cast."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import frameworks
from tests.world import AT, cast
from trading import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def page(world, name, path, expected=200):
    answer = world.client(name).get(path)
    assert answer.status_code == expected, (name, path, answer.status_code)
    return answer.content.decode()


def test_a_draft_says_its_terms_on_a_page_of_its_own(world):
    story = frameworks.draft(world, terms={"way": "", "months": 0, "elimination": "10"})
    path = f"/tenders/{story.code}/draft/framework/"
    shown = page(world, "sun", path)
    assert "尚未确定第二阶段成交供应商的方式" in shown
    assert "不得低于 20%" in shown
    given = {"way": "rotation", "months": "24", "elimination": "25", "most": "2", "case": ""}
    answer = world.client("sun").post(path, given)
    assert answer.status_code == 302
    assert story.tender.framework == {
        "way": "rotation",
        "months": 24,
        "elimination": "25",
        "most": 2,
        "case": "",
        "scope": "own",
        "named": [],
        "limit": "0.00",
    }
    assert "不超过 12 个月" in page(world, "sun", path)
    answer = world.client("sun").post(path, {**given, "months": "-1"})
    assert answer.status_code == 422
    for name in ("chen", "qian", "public"):
        assert world.client(name).get(path).status_code in {302, 404}
    scheme = page(world, "sun", f"/tenders/{story.code}/draft/scheme/")
    assert "id_weight" not in scheme


def test_an_open_tender_has_no_such_page(world):
    story = frameworks.tenders.draft(world)
    page(world, "sun", f"/tenders/{story.code}/draft/framework/", 404)


def test_the_notice_says_how_long_who_is_left_out_and_how_it_is_called_from(world):
    story = frameworks.announced(world)
    shown = page(world, "public", f"/notices/{story.code}/1/")
    for words in ("直接选定", "自签订之日起 12 个月", "20%，至少淘汰一家", "价格优先法"):
        assert words in shown


def shown(story, name, path, expected=200):
    with time_machine.travel(story.at, tick=True):
        return page(story.world, name, f"/tenders/{story.code}/{path}", expected)


def sent(story, name, path, **data):
    with time_machine.travel(story.at, tick=True):
        return story.world.client(name).post(f"/tenders/{story.code}/{path}", data)


def test_the_purchaser_sees_whom_the_share_leaves_and_confirms_without_a_choice(world):
    story = frameworks.evaluated(world)
    said = shown(story, "lin", "award/")
    assert "淘汰：秋实数字科技有限公司" in said
    assert 'type="radio"' not in said
    shown(story, "public", "award/", 404)
    shown(story, "lin", "frameworks/", 404)
    assert sent(story, "lin", "award/").status_code == 302
    assert story.tender.state == "winner_confirmed"
    assert sent(story, "sun", "award/publish/").status_code == 302
    told = shown(story, "public", "award/")
    assert told.count(">入围<") == 3
    with time_machine.travel(story.at, tick=True):
        notice = page(world, "public", f"/notices/{story.code}/2/")
    assert "淘汰的供应商" in notice
    assert "琥珀办公设备有限公司" in notice


def test_papers_go_to_those_they_are_about(world):
    story = frameworks.told(world)
    listed = {
        name: [p["kind"] for p in queries.award_papers(world.actor(name, story.at), story.tender)]
        for name in ("chen", "qiu", "lin", "public")
    }
    assert listed == {
        "chen": ["shortlist_notice"],
        "qiu": ["shortlist_letter"],
        "lin": ["shortlist_notice"] * 3 + ["shortlist_letter"],
        "public": [],
    }


def test_agreements_are_signed_and_terminated_on_their_own_page(world):
    story = frameworks.told(world)
    path = "frameworks/1/1/"
    assert "登记已签框架协议" in shown(story, "lin", path)
    assert "登记已签框架协议" not in shown(story, "chen", path)
    shown(story, "lin", "frameworks/1/9/", 404)
    shown(story, "sun", f"{path}sign/", 403)
    file = SimpleUploadedFile("框架协议.pdf", frameworks.AGREEMENT.content)
    assert sent(story, "lin", f"{path}sign/", file=file).status_code == 302
    assert "协议有效" in shown(story, "public", path)
    given = {"ground": "refusal", "reason": "经催告仍拒绝签订。"}
    assert sent(story, "lin", "frameworks/1/2/terminate/", **given).status_code == 302
    assert sent(story, "lin", "frameworks/1/3/terminate/", ground="").status_code == 422
    listed = shown(story, "public", "frameworks/")
    for words in ("协议有效", "协议解除", "待签订框架协议", "直接选定"):
        assert words in listed
    assert "经催告仍拒绝签订" in shown(story, "public", "frameworks/1/2/")


def test_a_purchase_goes_from_the_choice_to_the_notice_on_pages(world):
    story = frameworks.signed(world)
    assert "frameworks/1/call/" in shown(story, "lin", "frameworks/")
    assert "frameworks/1/call/" not in shown(story, "chen", "frameworks/")
    path, given = "frameworks/1/call/", {"content": "办公电脑", "quantity": "5", "place": "2"}
    shown(story, "sun", path, 403)
    refused = sent(story, "lin", path, **given, price="4700.01")
    assert refused.status_code == 422
    assert "高于框架协议约定的" in refused.content.decode()
    assert sent(story, "lin", path, **given).status_code == 302
    call = "call-offs/1/1/"
    for name in ("public", "chen", "qian"):
        shown(story, name, call, 404)
    assert "接受" in shown(story, "zhao", call)
    assert "拒绝</button>" not in shown(story, "lin", call)
    assert sent(story, "zhao", f"{call}accept/").status_code == 302
    assert "签订合同期限" in shown(story, "lin", call)
    assert sent(story, "lin", f"{call}publish/").status_code == 302
    notice = story.tender.notices.get(kind="call_off")
    with time_machine.travel(story.at, tick=True):
        said = page(world, "public", f"/notices/{story.code}/{notice.number}/")
    assert "朝阳信息技术有限公司" in said
    assert "23,500.00" in said
    shown(story, "public", call)
    file = SimpleUploadedFile("合同.pdf", frameworks.CONTRACT.content)
    assert sent(story, "lin", f"{call}sign/", file=file).status_code == 302
    assert "合同已签订" in shown(story, "public", "frameworks/")


def test_in_rotation_the_form_offers_no_choice_and_a_refusal_is_on_record(world):
    story = frameworks.signed(world, terms={"way": "rotation"})
    asked = shown(story, "lin", "frameworks/1/call/")
    assert "id_place" not in asked
    assert sent(story, "lin", "frameworks/1/call/", content="电脑", quantity="1").status_code == 302
    assert sent(story, "chen", "call-offs/1/1/refuse/", reason="").status_code == 422
    assert sent(story, "chen", "call-offs/1/1/refuse/", reason="产能不足").status_code == 302
    seen = shown(story, "lin", "call-offs/1/1/")
    assert "产能不足" in seen
    assert "朝阳信息技术有限公司" in seen
    own = shown(story, "chen", "call-offs/1/1/")
    assert "产能不足" in own
    assert sent(story, "zhao", "call-offs/1/1/accept/").status_code == 302
    behind = shown(story, "chen", "call-offs/1/1/")
    assert ("朝阳信息技术有限公司" in behind, "4,700.00" in behind) == (False, False)
    assert "跳过该供应商" not in shown(story, "lin", "call-offs/1/1/")
    assert sent(story, "zhao", "call-offs/1/1/refuse/", reason="不签合同").status_code == 302
    assert "成交后未签订合同" in shown(story, "lin", "call-offs/1/1/")


def test_the_api_does_the_same(world):
    story = frameworks.told(world)
    base = f"/api/v1/tenders/{story.code}"

    def api(name, method, path, body=None, **more):
        with time_machine.travel(story.at, tick=True):
            client = story.world.client(name)
            if method == "get":
                return client.get(f"{base}{path}")
            return client.post(f"{base}{path}", body, **more)

    json = {"content_type": "application/json"}
    for place in (1, 2, 3):
        file = SimpleUploadedFile("协议.pdf", frameworks.AGREEMENT.content)
        assert api("lin", "post", f"/frameworks/1/{place}/sign", {"file": file}).status_code == 200
    rows = api("chen", "get", "/frameworks").json()
    assert [(r["place"], r["price"], r["unit"], r["state"]) for r in rows] == [
        (1, "4600.00", "台", "in_force"),
        (2, "4700.00", "台", "in_force"),
        (3, "4750.00", "台", "in_force"),
    ]
    order = {"content": "电脑", "quantity": "3", "place": 1, "price": "4600.01"}
    refused = api("lin", "post", "/lots/1/call-offs", order, **json)
    assert (refused.status_code, refused.json()["code"]) == (422, "call_off.above_agreed")
    made = api("lin", "post", "/lots/1/call-offs", {**order, "price": "4500"}, **json)
    assert (made.status_code, made.json()["amount"]) == (201, "13500.00")
    assert api("zhao", "get", "/call-offs").json() == []
    assert api("zhao", "post", "/call-offs/1/1/accept", {}, **json).status_code == 404
    assert api("chen", "post", "/call-offs/1/1/accept", {}, **json).json()["state"] == "accepted"
    assert api("lin", "post", "/call-offs/1/1/publish", {}, **json).status_code == 201
    file = SimpleUploadedFile("合同.pdf", frameworks.CONTRACT.content)
    signed = api("lin", "post", "/call-offs/1/1/sign", {"file": file})
    assert signed.json()["state"] == "contracted"
    given = {"ground": "breach", "reason": "逾期不交货。"}
    ended = api("lin", "post", "/frameworks/1/1/terminate", given, **json)
    assert ended.json()["state"] == "terminated"

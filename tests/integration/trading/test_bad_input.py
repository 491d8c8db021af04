"""What is malformed, oversized, out of order or somebody else's is refused by a code and a
sentence, and leaves nothing behind.
"""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ledger.models import Entry
from tests import tenders, works
from tests.integration.trading.conftest import NOW
from tests.world import cast
from trading.models import Tender
from trading.urls import urlpatterns

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(days=40)
OUTSIDERS = ("public", "he", "chen", "wu", "mei")
REFUSED = {302, 403, 404, 405, 409, 422}
RUBBISH = {
    "title": "\x00",
    "reason": "",
    "threshold": "x",
    "holder": "nobody:he",
    "take": "state",
    "about": "weather",
    "rank": "-1",
    "items-TOTAL_FORMS": "99999999",
    "criteria-TOTAL_FORMS": "-1",
}
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def world():
    return cast(EARLIER)


def addresses(code):
    """Every address of trading that writes to a tender, with numbers that may not exist."""
    parts = {"code": code, "number": 1, "index": 1, "token": "none", "name": "lots"}
    parts |= {"kind": "award_notice", "subject": "x", "supplier": "91410900MA9K1012X6"}
    parts |= {"place": 1, "serial": 1, "file": 1, "appeal": 1, "row": UUID(int=0)}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if route.startswith("tenders/<code:code>/"):
            values = dict(parts, number="CH-1") if "<code:number>" in route else parts
            for name in pattern.pattern.converters:
                start = route.index("<")
                route = f"{route[:start]}{values[name]}{route[route.index('>') + 1 :]}"
            yield f"/{route}"


def snapshot():
    rows = Tender.objects.order_by("pk").values_list("pk", "state", "version", "title")
    return Entry.objects.count(), list(rows)


@pytest.mark.parametrize("stage", [tenders.draft, tenders.announced, tenders.closed])
def test_outsiders_write_nothing_at_any_address(world, stage):
    story = stage(world, EARLIER)
    before = snapshot()
    for name in OUTSIDERS:
        client = world.client(name)
        for url in addresses(story.code):
            answer = client.post(url, RUBBISH, **JSON)
            assert answer.status_code in REFUSED, (name, url, answer.status_code)
            if answer.status_code in {403, 404, 409} and "json" in answer["Content-Type"]:
                body = json.loads(answer.content)
                assert body["code"], (name, url)
                assert body["message"], (name, url)
    assert snapshot() == before


def test_the_own_side_out_of_order_is_told_why(world):
    story = tenders.announced(world, NOW)
    before = snapshot()
    base = f"/tenders/{story.code}/"
    out_of_order = {
        "sun": (
            "draft/submit/",
            "draft/publish/",
            "draft/lots/1/remove/",
            "draft/custodians/1/remove/",
            "award/publish/",
            "archive/",
        ),
        "lin": ("draft/approve/", "draft/return/", "award/", "contracts/1/publish/"),
    }
    for name, pages in out_of_order.items():
        for page in pages:
            answer = world.client(name).post(base + page, {"reason": "晚了"}, **JSON)
            assert answer.status_code in {403, 404, 409}, (page, answer.status_code)
            body = json.loads(answer.content)
            assert ("." in body["code"], bool(body["message"])) == (True, True), page
    assert snapshot() == before


LONG = "长" * 6000


@pytest.mark.parametrize(
    ("page", "given", "said"),
    [
        ("basic/", {"title": ""}, "id_title"),
        ("basic/", {"title": LONG}, "id_title"),
        ("basic/", {"title": "采购\x00项目"}, "id_title"),
        ("basic/", {"bid_security": "1e9999999"}, "id_bid_security"),
        ("basic/", {"bid_security": "-1"}, "id_bid_security"),
        ("basic/", {"bid_security": "NaN"}, "id_bid_security"),
        ("basic/", {"validity_days": "99999999999999999999"}, "id_validity_days"),
        ("basic/", {"category": "weapons"}, "id_category"),
        ("timetable/", {"bids_close_at": "2026-02-30T09:00"}, "id_bids_close_at"),
        ("timetable/", {"bids_close_at": "9999-12-31T23:59"}, "id_bids_close_at"),
        ("timetable/", {"documents_from": "0001-01-01"}, "id_documents_from"),
        ("timetable/", {"documents_from": "'; DROP TABLE"}, "id_documents_from"),
        ("lots/1/", {"title": "一", "budget": "x", "ceiling": "1"}, "id_budget"),
        ("lots/1/", {"title": "一", "budget": "1", "ceiling": "1" * 40}, "id_ceiling"),
        ("scheme/", {"method": "dice"}, "id_method"),
        ("scheme/", {"method": "comprehensive", "weight": "1000"}, "id_weight"),
        ("custodians/", {"holder": "centre:nobody"}, "id_holder"),
        ("custodians/", {"threshold": "0"}, "id_threshold"),
        ("documents/", {"kind": "other"}, "id_file"),
    ],
)
def test_a_malformed_draft_is_shown_again_with_the_reason_beside_its_field(
    world, page, given, said
):
    story = tenders.draft(world, NOW)
    before = snapshot()
    whole = {
        "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
        "criteria-TOTAL_FORMS": "0",
        "criteria-INITIAL_FORMS": "0",
    }
    answer = world.client("sun").post(f"/tenders/{story.code}/draft/{page}", whole | given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'href="#{said}' in text
    assert f'id="{said}' in text
    assert "errorlist" in text
    assert snapshot() == before


@pytest.mark.parametrize("prefix", ["items", "criteria", "qualification"])
def test_forms_of_rows_refuse_a_broken_or_boundless_count(world, prefix):
    story = tenders.draft(world, NOW)
    before = snapshot()
    page = {"items": "lots/1/", "criteria": "scheme/", "qualification": "terms/"}[prefix]
    for count in ("", "x", "-1", "1000000"):
        given = {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": "0"}
        answer = world.client("sun").post(f"/tenders/{story.code}/draft/{page}", given)
        assert answer.status_code == 422, count
    assert snapshot() == before


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("采购文件.exe", b"MZ", "不"),
        ("采购文件.pdf", b"", "id_file"),
        ("../../etc/passwd.pdf", b"not a pdf", "不符"),
        ("长" * 300 + ".pdf", b"%PDF-1.7", "id_file"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(world, name, content, code):
    story = tenders.draft(world, NOW)
    before = snapshot()
    upload = SimpleUploadedFile(name, content, "application/pdf")
    path = f"/tenders/{story.code}/draft/documents/"
    answer = world.client("sun").post(path, {"kind": "other", "file": upload})
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert snapshot() == before


@pytest.mark.parametrize(
    "query",
    [
        "?q=" + "长" * 500,
        "?q=%22%20OR%20*",
        "?after=99999999999999999.999999999999999999",
        "?after=-1.1",
        "?after=1.1%27",
        "?since=9999-99-99",
        "?since=0001-01-01&until=9999-12-31",
        "?kind=weather&market=&category=x&group=y&region=%25",
        "?region=999999999999",
        "?page=-1",
    ],
)
def test_lists_take_any_address(world, query):
    tenders.announced(world, EARLIER)
    for page in ("/notices/", "/results/", "/feeds/notices.atom", "/feeds/notices.rss"):
        assert world.client("public").get(page + query).status_code == 200, page
    assert world.client("sun").get("/tenders/" + query).status_code == 200


WRONG = (None, 7, "x", ["x"], {"x": 1}, [{"x": 1}], [[1]], {"method": ["a"]}, {"named": 7})
UNKEPT = ("甲\u0000乙", "甲\ud800")


def test_a_body_of_the_wrong_kind_or_with_signs_nothing_keeps_is_refused(world):
    draft, told = tenders.draft(world, NOW), works.announced(world, NOW)
    before = snapshot()
    client = world.client("sun")

    def sent(method, url, body):
        answer = getattr(client, method)(url, json.dumps(body), content_type="application/json")
        return answer.status_code

    patched, amended = f"/api/v1/tenders/{draft.code}", f"/api/v1/tenders/{told.code}/amend"
    for name in ("scheme", "qualification", "framework", "extension", "invitation"):
        for wrong in WRONG:
            assert sent("patch", patched, {name: wrong}) == 422, (name, wrong)
    change = {"reason": "更正。", "affects_bids": False}
    for name in ("summary", "place", "contact_name", "scheme", "qualification"):
        for wrong in WRONG[3:]:
            body = change | {"changes": {name: wrong}}
            assert sent("post", amended, body) == 422, (name, wrong)
    for text in UNKEPT:
        terms = [{"text": text, "evidence": "执照"}]
        assert sent("patch", patched, {"qualification": terms}) == 422
        assert sent("post", amended, change | {"changes": {"summary": text}}) == 422
        assert sent("post", amended, change | {"changes": {text: "项目概况"}}) == 422
    assert snapshot() == before

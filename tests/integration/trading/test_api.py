"""The API of trading: the whole way by tokens, the same refusals as the pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.calendar import local_date
from tests import tenders
from tests.integration.trading.conftest import NOW
from tests.world import cast
from trading import queries
from trading.models import Tender

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(days=40)
JSON = "application/json"


@pytest.fixture
def world():
    return cast(EARLIER)


def call(world, name, method, path, body=None):
    answer = getattr(world.client(name), method)(f"/api/v1{path}", body, content_type=JSON)
    return answer.status_code, (answer.json() if answer.content else None)


def test_a_tender_goes_from_draft_to_archive_by_the_api(world):
    hospital = world.organisation_of("lin").uscc
    new = {"title": "病房护理设备采购", "purchaser": hospital, "category": "goods"}
    code = call(world, "sun", "post", "/tenders", new)[1]["code"]
    base = f"/tenders/{code}"
    assert call(world, "sun", "post", f"{base}/lots", tenders.LOT)[0] == 201
    dates = {
        "documents_from": str(local_date(NOW)),
        "documents_until": str(local_date(NOW) + timedelta(days=9)),
        "bids_close_at": tenders.deadline(NOW).isoformat(),
    }
    changes = {**tenders.FIELDS, **dates, "version": 0}
    assert call(world, "sun", "patch", base, changes)[0] == 200
    assert call(world, "sun", "patch", base, changes) == (
        409,
        {
            "code": "tender.changed_meanwhile",
            "message": "页面打开后，他人已修改此草稿。请刷新后再改。",
            "facts": {},
        },
    )
    upload = SimpleUploadedFile("采购文件.pdf", tenders.DOCUMENT.content)
    kept = world.client("sun").post(
        f"/api/v1{base}/documents", {"kind": "tender_document", "file": upload}
    )
    assert kept.status_code == 201, kept.content
    for person, office in tenders.CUSTODIANS:
        body = {"person": person, "office": office}
        assert call(world, "sun", "post", f"{base}/custodians", body)[0] == 201
    found = call(world, "sun", "get", f"{base}/findings")[1]
    assert [f["code"] for f in found["missing"]] == ["custodians.no_key"] * 3
    assert found["breaches"] == []
    story = tenders.register_keys(tenders.Story(world, code, NOW))
    assert call(world, "sun", "post", f"{base}/submit")[0] == 200
    assert call(world, "sun", "post", f"{base}/approve")[0] == 403
    assert call(world, "lin", "post", f"{base}/approve")[0] == 200
    status, published = call(world, "sun", "post", f"{base}/publish")
    assert (status, published["state"]) == (200, "announced")
    policy = call(world, "public", "get", f"{base}/policy")[1]
    assert policy["digest"] == story.tender.policy_digest
    facts = call(world, "public", "get", f"{base}/facts")[1]["facts"]
    assert facts[0]["kind"] == "tender.published"
    text = call(world, "public", "get", f"{base}/text")[1]
    assert queries.digest_of(text["text"]) == text["digest"] == story.tender.text_digest
    registration = {"contact": "陈立", "phone": "139"}
    assert call(world, "chen", "post", f"{base}/lots/1/register", registration)[0] == 201
    assert call(world, "chen", "post", f"{base}/lots/1/register", registration)[0] == 409
    several = registration | {"lots": [1]}
    assert call(world, "zhao", "post", f"{base}/registrations", several) == (201, {"lots": [1]})
    assert call(world, "hu", "post", f"{base}/registrations", several | {"lots": [1, 9]})[0] == 404
    assert call(world, "hu", "get", f"{base}/registrations") == (200, [])
    assert call(world, "chen", "get", f"{base}/registrations")[1] == [1]
    files = call(world, "chen", "get", f"{base}/documents")[1]
    whole = world.client("chen").get(f"/api/v1{base}/documents/{files[0]['id']}")
    assert whole.content == tenders.DOCUMENT.content
    question = {"question": "是否接受联合体？"}
    assert call(world, "chen", "post", f"{base}/questions", question)[0] == 201
    token = call(world, "sun", "get", f"{base}/open-questions")[1][0]["token"]
    answer = {"answer": "不接受。", "affects_bids": False}
    assert call(world, "sun", "post", f"{base}/questions/{token}/answer", answer)[0] == 201
    assert call(world, "public", "get", f"{base}/questions")[1][0]["answer"] == "不接受。"
    amendment = {"reason": "更正地点。", "affects_bids": False, "changes": {"place": "第二开标室"}}
    assert call(world, "sun", "post", f"{base}/amend", amendment)[0] == 201
    assert call(world, "lin", "post", f"{base}/terminate", {"reason": "任务取消"})[0] == 200


def test_the_result_by_the_api(world):
    story = tenders.evaluated(world, EARLIER, bids_close_at=tenders.deadline(EARLIER))
    Tender.objects.update(next_due_at=NOW + timedelta(days=1))
    base = f"/tenders/{story.code}"
    listed = call(world, "lin", "get", f"{base}/candidates")[1]
    assert [c["rank"] for c in listed[0]["candidates"]] == [1, 2]
    assert call(world, "chen", "get", f"{base}/candidates")[0] == 403
    winners = {"winners": [{"lot": 1, "supplier": world.organisation_of("chen").uscc}]}
    assert call(world, "lin", "post", f"{base}/award/confirm", winners)[0] == 200
    assert call(world, "sun", "post", f"{base}/award/publish")[0] == 201
    assert call(world, "public", "get", "/results")[1]["items"][0]["supplier"] == (
        "晨光医疗科技有限公司"
    )
    challenge = {
        "about": "result",
        "matters": "评审过程中未对同类业绩逐项核对。",
        "claim": "请求重新核对。",
        "law": "政府采购法第五十二条",
    }
    assert call(world, "zhao", "post", f"{base}/challenges", challenge)[1]["code"] == (
        "challenge.no_standing"
    )
    upload = {"file": SimpleUploadedFile("合同.pdf", b"%PDF-1.7\n")}
    signed = world.client("lin").post(f"/api/v1{base}/contracts/1/sign", upload)
    assert signed.status_code == 200
    assert call(world, "lin", "post", f"{base}/contracts/1/publish")[0] == 201
    assert call(world, "lin", "post", f"{base}/contracts/1/file")[0] == 200
    tenders.accept(world, story.code, NOW)
    assert call(world, "lin", "post", f"{base}/archive")[1]["state"] == "archived"


def test_a_draft_is_missing_in_the_api_for_strangers(world):
    story = tenders.draft(world, NOW)
    for name in ("public", "chen"):
        status, body = call(world, name, "get", f"/tenders/{story.code}")
        assert (status, body["code"]) == (404, "tender.missing")
    assert call(world, "chen", "get", "/tenders")[1]["items"] == []
    assert [t["code"] for t in call(world, "sun", "get", "/tenders")[1]["items"]] == [story.code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"nonsense": 1}, "request.malformed"),
        ({"scheme": {"method": "magic"}}, "scheme.malformed"),
        ({"scheme": {"method": "comprehensive", "criteria": "x"}}, "scheme.malformed"),
        ({"scheme": {"method": "lowest_price", "deductions": {"x": "1"}}}, "scheme.malformed"),
        ({"qualification": [{"x": "y"}]}, "terms.malformed_row"),
        ({"conformity": [{"text": "长" * 601}]}, "terms.too_long"),
        ({"stages": "three"}, "tender.choice"),
        ({"category": "works"}, "tender.choice"),
        ({"bid_security": "-1e99"}, "tender.invalid_field"),
        ({"title": ""}, "tender.invalid_field"),
        ({"threshold": 99999999}, "tender.out_of_bounds"),
        ({"documents_from": "yesterday"}, "request.malformed"),
    ],
)
def test_malformed_changes_are_refused_and_leave_nothing(world, body, code):
    story = tenders.draft(world, NOW)
    before = queries.digest_of(queries.text_of(story.tender)), story.tender.version
    status, answer = call(world, "sun", "patch", f"/tenders/{story.code}", body)
    assert (status, answer["code"]) == (422, code)
    assert (queries.digest_of(queries.text_of(story.tender)), story.tender.version) == before


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "attachment.bad_type"),
        ("a.pdf", b"MZ", "attachment.not_what_it_says"),
        ("a.pdf", b"", "attachment.bad_size"),
        ("采购文件.pdf", b"%PDF-1.7", "attachment.name_taken"),
    ],
)
def test_malformed_files_are_refused(world, name, content, code):
    story = tenders.draft(world, NOW)
    upload = {"kind": "other", "file": SimpleUploadedFile(name, content)}
    answer = world.client("sun").post(f"/api/v1/tenders/{story.code}/documents", upload)
    assert (answer.status_code in {409, 422}, answer.json()["code"]) == (True, code)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scheme": None}, 422),
        ({"scheme": {"method": ["a"]}}, 422),
        ({"scheme": {"method": "comprehensive", "ties": "\x00"}}, 422),
        ({"qualification": [{"text": "a\x00b", "evidence": ""}]}, 422),
        ({"framework": ["a"]}, 422),
    ],
)
def test_what_has_no_shape_is_refused_and_not_kept(world, change, status):
    story = tenders.draft(world, NOW)
    answer = call(
        world, "sun", "patch", f"/tenders/{story.code}", {**change, "version": story.tender.version}
    )
    assert (answer[0], type(answer[1]["message"])) == (status, str)


def test_an_amendment_of_the_wrong_type_is_refused(world):
    story = tenders.announced(world, NOW)
    body = {"changes": {"summary": ["x"]}, "reason": "改正。", "affects_bids": False}
    status, answer = call(world, "sun", "post", f"/tenders/{story.code}/amend", body)
    assert status == 422, answer

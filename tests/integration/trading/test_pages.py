"""Every page of trading from its notice on: who may open it, who may not, and what it says."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import tenders
from tests.integration.trading.conftest import NOW
from tests.world import cast
from trading import queries
from trading.models import Award, Challenge, Tender

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(days=40)
LOWEST = {"method": "lowest_price", "deductions": {"small_firm": "0.10"}}


@pytest.fixture
def world():
    return cast(EARLIER)


PUBLIC_PAGES = (
    "/notices/",
    "/notices/?q=生化&kind=tender&category=goods&group=taking_bids&since=2020-01-01",
    "/notices/{code}/1/",
    "/results/",
    "/feeds/notices.atom",
    "/feeds/notices.rss",
    "/calendar.ics",
    "/tenders/{code}/",
    "/tenders/{code}/history/",
    "/tenders/{code}/questions/",
    "/tenders/{code}/calendar.ics",
    "/tenders/{code}/parts/lots/",
    "/tenders/{code}/parts/notices/",
    "/tenders/{code}/parts/timetable/",
    "/tenders/{code}/parts/facts/",
    "/tenders/{code}/parts/phases/",
)


@pytest.mark.parametrize("page", PUBLIC_PAGES)
def test_published_page_is_for_everybody(world, page):
    story = tenders.announced(world, NOW)
    path = page.format(code=story.code)
    names = ("public", "chen", "sun", "lin", "mei", "he")
    assert {name: world.status(name, path) for name in names} == dict.fromkeys(names, 200)


def test_bidder_registers_downloads_and_asks(world):
    story = tenders.announced(world, NOW)
    chen, sun = world.client("chen"), world.client("sun")
    base = f"/tenders/{story.code}/"
    kept = queries.attachments_of(story.tender).get()
    file = f"{base}documents/{kept.pk}/"
    assert chen.get(file).status_code == 403
    registered = chen.post(base + "register/", {"lots": ["1"], "contact": "陈立", "phone": "139"})
    assert registered.status_code == 302, registered.content.decode()[-4000:]
    assert registered["Location"] == f"{base}documents/"
    assert chen.get(base + "documents/").status_code == 200
    whole = chen.get(file)
    assert whole.content == tenders.DOCUMENT.content
    assert (
        "filename*=UTF-8''%E9%87%87%E8%B4%AD%E6%96%87%E4%BB%B6.pdf" in whole["Content-Disposition"]
    )
    part = chen.get(file, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PDF")
    assert chen.get(file, headers={"Range": "bytes=900-"}).status_code == 416
    assert chen.post(base + "questions/", {"question": "是否接受进口产品？"}).status_code == 302
    public = world.client("public").get(base + "questions/").content.decode()
    assert "是否接受进口产品" not in public
    assert "是否接受进口产品" in sun.get(base + "questions/").content.decode()
    token = queries.open_questions(story.tender).get().token
    answered = sun.post(f"{base}questions/{token}/", {"answer": "不接受。", "affects_bids": ""})
    assert answered["Location"] == f"/notices/{story.code}/2/"
    public = world.client("public").get(base + "questions/").content.decode()
    assert "是否接受进口产品" in public
    assert "晨光" not in public
    assert world.client("public").get(base + "history/").status_code == 200


def test_amendment_shows_its_difference(world):
    story = tenders.announced(world, NOW)
    sun = world.client("sun")
    answer = sun.post(
        f"/tenders/{story.code}/amend/",
        {
            "reason": "开标地点变更。",
            "summary": story.tender.summary,
            "place": "新安市公共资源交易中心第二开标室",
            "contact_name": "孙洁",
            "contact_phone": "0393-8800102",
            "bids_close_at": "",
        },
    )
    assert answer["Location"] == f"/notices/{story.code}/2/"
    text = world.client("public").get(f"/tenders/{story.code}/history/").content.decode()
    assert "<ins>新安市公共资源交易中心第二开标室</ins>" in text
    assert "<del>新安市公共资源交易中心第一开标室（不见面开标大厅）</del>" in text
    assert (
        "此后还有公告" in world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    )


def test_result_challenge_and_contract_pages(world):
    story = tenders.evaluated(world, EARLIER, bids_close_at=tenders.deadline(EARLIER))
    tender, base = story.tender, f"/tenders/{story.code}/"
    Tender.objects.update(next_due_at=NOW + timedelta(days=1))
    assert world.status("public", base + "award/") == 404
    assert base + "award/" not in world.client("public").get(base + "history/").content.decode()
    assert world.status("sun", base + "award/") == 200
    lin, sun = world.client("lin"), world.client("sun")
    first, second = (str(c["uscc"]) for c in tender.lots.get().candidates[:2])
    refused = lin.post(base + "award/", {"lot1-supplier": second, "lot1-reason": ""})
    assert refused.status_code == 422
    chosen = {"lot1-supplier": first, "lot1-reason": ""}
    assert lin.post(base + "award/", chosen).status_code == 302
    assert sun.post(base + "award/publish/").status_code == 302
    assert Award.objects.get().supplier.name == "晨光医疗科技有限公司"
    for path in (
        f"/notices/{story.code}/2/",
        base + "award/",
        base,
        "/results/",
        base + "contracts/",
    ):
        assert "晨光医疗科技有限公司" in world.client("public").get(path).content.decode() or (
            path == base
        )
    assert world.status("public", base + "contracts/") == 200
    challenge = {
        "about": "result",
        "matters": "评审过程中未对同类业绩逐项核对，评分结果明显有误。",
        "claim": "请求重新核对评分。",
        "law": "《政府采购法》第五十二条",
        "affects_result": "on",
    }
    zhao = world.client("zhao")
    assert zhao.get(base + "challenges/").status_code == 200
    gone = zhao.post(base + "challenges/", challenge | {"about": "document"})
    assert gone.status_code == 422
    assert "选择一个有效的选项" in gone.content.decode()
    assert zhao.post(base + "challenges/", challenge).status_code == 422
    tenders.took_part(story, "zhao")
    answer = zhao.post(base + "challenges/", challenge)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    number = Challenge.objects.get().code
    page = f"{base}challenges/{number}/"
    assert world.status("chen", page) == 404
    assert sun.get(page).status_code == 200
    assert sun.post(page + "accept/").status_code == 302
    assert "暂停" in lin.get(base + "contracts/").content.decode()
    upload = {"file": SimpleUploadedFile("合同.pdf", b"%PDF-1.7\n", "application/pdf")}
    assert lin.post(base + "contracts/1/sign/", upload).status_code == 422
    done = sun.post(page, {"outcome": "dismissed", "answer": "经核对评分无误。"})
    assert done.status_code == 302
    upload = {"file": SimpleUploadedFile("合同.pdf", b"%PDF-1.7\n", "application/pdf")}
    assert lin.post(base + "contracts/1/sign/", upload).status_code == 302
    assert lin.post(base + "contracts/1/publish/").status_code == 302
    assert lin.post(base + "contracts/1/file/").status_code == 302
    assert lin.post(base + "archive/").status_code == 409  # nothing was accepted yet
    tenders.accept(world, story.code, NOW)
    assert lin.post(base + "archive/").status_code == 302
    tender.refresh_from_db()
    assert tender.state == "archived"
    assert world.status("public", base) == 200


def test_list_of_notices_costs_the_same_for_one_and_for_three(world, django_assert_num_queries):
    tenders.announced(world, NOW)
    queries_of_one = 2
    with django_assert_num_queries(queries_of_one):
        _read_all()
    tenders.announced(world, NOW, title="办公家具采购")
    tenders.announced(world, NOW, title="校园保洁服务采购")
    with django_assert_num_queries(queries_of_one):
        _read_all()


def _read_all():
    page = queries.notices_page(queries.Filters())
    return [(n.title, n.tender.purchaser.name) for n in page.items]


@pytest.mark.parametrize(
    ("method", "title", "opened"),
    [
        ("consultation", "竞争性磋商", "先开启响应文件，磋商谈判后一次密封提交最后报价"),
        ("negotiation", "竞争性谈判", "先开启响应文件，磋商谈判后一次密封提交最后报价"),
        ("inquiry", "询价", "一次开启"),
    ],
)
def test_published_text_says_the_method_and_how_responses_are_opened(world, method, title, opened):
    scheme = tenders.SCHEME if method == "consultation" else LOWEST
    story = tenders.announced(world, NOW, method=method, scheme=scheme)
    page = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert f"{title}（货物）" in page
    assert "响应截止暨开启时间" in page
    assert f"{opened}；" in page
    for said in ("公开招标", "技术、价格分两次开启", "投标截止暨开标时间"):
        assert said not in page

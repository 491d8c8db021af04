"""What anybody checks: papers by file and by code, facts by proof, the log by its signed heads."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from ledger import note, papers, press, sequencer, services
from ledger import queries as ledger
from portal import paperwork
from tests import tenders
from tests import world as worlds
from tests.rig.tampering import unguarded
from trading import services as trading

pytestmark = pytest.mark.django_db
AT = worlds.AT


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path, monkeypatch):
    """Give each test its own keys, files and head, and leave the reactions of higher apps out."""
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.LOG_HEAD_FILE = tmp_path / "log-head.json"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    monkeypatch.setattr(services, "_reactions", dict)


@pytest.fixture
def awarded():
    """A tender with its result out, and its notices and letters ordered."""
    world = worlds.cast(AT)
    story = tenders.evaluated(world)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    trading.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    trading.publish_result(actor=sun, code=story.code, at=story.at)
    return story


def made(kind, subject, at):
    paper = papers.paper_of(kind, subject)
    papers.make(paper.pk, at)
    return papers.paper_of(kind, subject)


def words(answer):
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def brought(client, content):
    file = SimpleUploadedFile("文书.pdf", content, "application/pdf")
    return client.post("/verify/document/", {"file": file})


def test_the_hub_leads_to_every_way_of_checking(client):
    page = client.get("/verify/")
    for address in ("/verify/receipt/", "/verify/document/", "/verify/fact/", "/verify/log/"):
        assert f'"{address}"' in page.content.decode()


def test_a_paper_is_found_by_its_file_and_a_changed_one_is_found_out(client, awarded):
    paper = made("award_notice", f"{awarded.code}.1", awarded.at)
    content = ledger.read_document(paper.document_id)
    good = brought(client, content)
    assert "真实：这是本平台签发的中标通知书" in words(good)
    assert "晨光医疗科技有限公司" in words(good)
    place = content.index(b"startxref")
    altered = content[:100] + bytes([content[100] ^ 1]) + content[101:]
    assert "真实" not in words(brought(client, altered))
    appended = brought(client, content + content[place:])
    assert "签名后被改动" in words(appended)
    plain = press.render(paper.kind, paper.subject, paper.content)
    assert "内容真实，但没有签名" in words(brought(client, plain))


def test_a_paper_signed_by_somebody_else_is_said_to_be(client, awarded, settings, tmp_path):
    paper = papers.paper_of("award_notice", f"{awarded.code}.1")
    plain = press.render(paper.kind, paper.subject, {**paper.content, "amount": "1.00"})
    assert "没有签名，也不在记录中" in words(brought(client, plain))
    settings.KEYS_ROOT = tmp_path / "forger"
    forged = press.sign(plain, paper.kind, awarded.at)
    settings.KEYS_ROOT = tmp_path / "keys"
    assert "签名不是交易中心的" in words(brought(client, forged))
    own = press.sign(plain, paper.kind, awarded.at)
    assert "签名成立，但不在公开记录中" in words(brought(client, own))


@pytest.mark.parametrize("content", [b"x", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"[" * 100_000])
def test_what_is_not_a_pdf_is_said_to_be_unreadable(client, content):
    answer = brought(client, content)
    assert answer.status_code == 200
    assert "这不是完好的 PDF 文件" in words(answer)


def test_no_file_and_too_large_a_file_are_refused_with_a_sentence(client):
    assert client.post("/verify/document/", {}).status_code == 422
    large = brought(client, b"%PDF-1.7" + bytes(10 * 1024 * 1024))
    assert (large.status_code, "文件超过 10 MB" in words(large)) == (422, True)


READERS = {
    ("award_notice", ""): {"chen", "lin", "sun", "wang", "tang"},
    ("result_letter", "zhao"): {"zhao", "lin", "sun", "wang", "tang"},
}


@pytest.mark.parametrize(("kind", "addressee"), READERS)
def test_a_paper_goes_to_those_it_concerns_and_its_summary_to_all(awarded, kind, addressee):
    world, subject = awarded.world, f"{awarded.code}.1"
    if addressee:
        subject += f".{world.organisation_of(addressee).uscc}"
    paper = made(kind, subject, awarded.at)
    got = set()
    for name in ("public", *worlds.PEOPLE):
        client = world.client(name)
        assert client.get(f"/verify/papers/{kind}/{subject}/").status_code == 200
        answer = client.get(f"/papers/{paper.document_id}.pdf")
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:
            got.add(name)
            assert answer.content == ledger.read_document(paper.document_id)
    assert got == READERS[kind, addressee]


def test_the_public_page_of_a_letter_keeps_what_is_its_bidders_own(client, awarded):
    uscc = awarded.world.organisation_of("hu").uscc
    made("result_letter", f"{awarded.code}.1.{uscc}", awarded.at)
    page = words(client.get(f"/verify/papers/result_letter/{awarded.code}.1.{uscc}/"))
    assert "晨光医疗科技有限公司" in page
    assert "资格审查不合格" not in page


@pytest.mark.parametrize("address", ["award_notice/x", "nothing/x", "bid_receipt/x"])
def test_a_paper_nobody_ordered_is_not_there(client, address):
    assert client.get(f"/verify/papers/{address}/").status_code == 404
    assert client.get(f"/papers/{'0' * 64}.pdf").status_code == 404


def test_a_paper_that_cannot_be_made_says_so_and_tells_the_machines_words_to_staff(awarded):
    paper = papers.paper_of("award_notice", f"{awarded.code}.1")
    assert paperwork.reason_unmade(awarded.world.actor("qian"), paper) == ""
    papers._note_failure(paper, OSError("cannot load library"), awarded.at)
    for name, said in (("public", "服务器缺少排版组件"), ("qian", "OSError: cannot load library")):
        page = words(
            awarded.world.client(name).get(f"/verify/papers/award_notice/{paper.subject}/")
        )
        assert "PDF 暂不可用" in page
        assert said in page


def recorded(kind="tender.amended", count=1):
    for _ in range(count):
        with transaction.atomic():
            entry = services.record(
                stream="tender.ZC-1", kind=kind, actor="system", at=AT, notice=2, reason="改期"
            )
    return entry


def test_a_fact_is_proven_step_by_step(client):
    entry = recorded(count=5)
    address = f"/verify/fact/?stream=tender.ZC-1&number={entry.number}"
    assert "还没有列入检查点" in words(client.get(address))
    sequencer.sequence(at=AT)
    answer = client.get(address)
    proof, check = answer.context["proof"], answer.context["check"]
    assert (proof["index"], proof["size"], len(check.steps), check.holds) == (4, 5, 1, True)
    assert "得到的根与签名的根相同" in words(answer)
    assert "检查点的签名成立" in words(answer)


def test_a_fact_that_was_changed_in_the_database_no_longer_proves(client):
    entry = recorded()
    sequencer.sequence(at=AT)
    with unguarded():
        type(entry).objects.filter(pk=entry.pk).update(data={"notice": 2, "reason": "另有原因"})
    page = words(client.get(f"/verify/fact/?stream=tender.ZC-1&number={entry.number}"))
    assert "证明不成立" in page


def test_restricted_facts_and_odd_questions_are_not_answered(client):
    entry = recorded("tender.approved")
    sequencer.sequence(at=AT)
    address = f"/verify/fact/?stream=tender.ZC-1&number={entry.number}"
    assert client.get(address).status_code == 404
    for query in ("stream=%20&number=1", "stream=tender.ZC-1&number=-1", "stream=&number=x"):
        assert client.get(f"/verify/fact/?{query}").status_code == 422
    assert client.get("/verify/log/?below=abc").status_code == 200
    assert client.get("/verify/log/9.txt").status_code == 404


def test_the_log_offers_its_checkpoints_as_signed_text(client, django_capture_on_commit_callbacks):
    for day in range(23):
        recorded()
        with django_capture_on_commit_callbacks(execute=True):
            sequencer.sequence(at=AT + timedelta(days=day))
    page = client.get("/verify/log/")
    assert [row.size for row in page.context["checkpoints"]] == list(range(23, 3, -1))
    older = client.get(f"/verify/log/?below={page.context['older']}")
    assert [row.size for row in older.context["checkpoints"]] == [3, 2, 1]
    key = note.parse_verifier(page.context["log_key"])
    text = client.get("/verify/log/7.txt").content.decode()
    assert note.verify(text, [key])[0].split("\n")[1] == "7"


def test_the_log_tells_everybody_when_it_went_on_after_a_restore(client):
    told = {"stream": "log", "actor": "system", "at": AT, "published_size": 512, "size": 498}
    with transaction.atomic():
        services.record(kind="log.reopened", **told)
        services.record(kind="log.began_anew", reason="磁盘损坏 <b>", **told)
    page = client.get("/verify/log/").content.decode()
    assert "已公布的 512 条全部在库，从第 498 条之后接续" in page
    assert "原记录公布到第 512 条，恢复后只有 498 条" in page
    assert "磁盘损坏 &lt;b&gt;" in page

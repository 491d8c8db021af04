"""Files beside a bidder's answer: handed in once with it, named by digest, read by its readers."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluation.models import AnswerFile, BidClarification, PriceReview
from evaluation.services import clarifying, clock, prices, report, review, summary
from kernel.errors import Conflict, Invalid, Missing
from ledger import press
from ledger import queries as record
from ledger.models import Document
from ledger.papers import paper_of
from tests import opened
from tests.integration.evaluation.test_clarification_pages import api
from tests.integration.evaluation.test_clarifying import answer, ask, judge
from tests.integration.evaluation.test_committee import refused
from tests.integration.evaluation.test_pages import names, page, url
from tests.integration.evaluation.test_prices import LOW
from trading.domain import answer_files
from trading.domain.files import Upload

PDF, XLSX = b"%PDF-1.7 quotation", b"PK\x03\x04 costs"
PROOF = (Upload("answer", "报价单.pdf", PDF), Upload("answer", "成本表.xlsx", XLSX))


def named(name, content):
    return {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sm3": hashlib.new("sm3", content).hexdigest(),
    }


NAMED = [named("报价单.pdf", PDF), named("成本表.xlsx", XLSX)]


def sent(*files):
    chosen = files or (("报价单.pdf", PDF), ("成本表.xlsx", XLSX))
    return [SimpleUploadedFile(name, content, "text/html") for name, content in chosen]


def explain(case, **changes):
    given = {"actor": case.actor("chen"), "review": PriceReview.objects.get().pk}
    given |= {"text": "成本明细见附件。", "attached": PROOF, "code": case.code, "at": case.at}
    return prices.explain_low_price(**given | changes)


def nothing_kept():
    return not AnswerFile.objects.exists() and not Document.objects.filter(
        digest__in=[one["sha256"] for one in NAMED]
    )


@pytest.fixture
def case(world):
    return opened.qualified(world)


@pytest.fixture
def low(world):
    return opened.marked(world, prices=LOW)


@pytest.fixture
def answered(case):
    answer(case, ask(case), attached=PROOF)
    return case


def test_a_clarification_is_answered_with_files_and_its_fact_names_them(answered):
    kept = BidClarification.objects.get().files.all()
    assert [(one.place, one.name) for one in kept] == [(1, "报价单.pdf"), (2, "成本表.xlsx")]
    entry = record.first_fact(answered.code, "bid_clarification.answered")
    assert entry.data["files"] == NAMED
    assert [record.read_document(one.document_id) for one in kept] == [PDF, XLSX]


def test_a_low_price_is_explained_with_its_proof_and_its_fact_names_it(low):
    explain(low)
    entry = record.first_fact(low.code, "low_price.explained")
    assert entry.data == {"bid": low.bid("chen").commit_hash, "files": NAMED}


def test_an_answer_needs_no_files(case):
    answer(case, ask(case))
    assert record.first_fact(case.code, "bid_clarification.answered").data["files"] == []


def test_the_same_bytes_handed_in_twice_are_stored_once(case):
    twice = (Upload("answer", "甲.pdf", PDF), Upload("answer", "乙.pdf", PDF))
    answer(case, ask(case), attached=twice)
    assert [one.document_id for one in AnswerFile.objects.all()] == [NAMED[0]["sha256"]] * 2


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (Upload("answer", "x.exe", b"MZ"), "answer_file.bad_type"),
        (Upload("answer", "x.pdf", b""), "answer_file.empty"),
        (Upload("answer", "../x.pdf", PDF), "answer_file.bad_name"),
        (Upload("answer", "x.pdf", XLSX), "answer_file.not_what_it_says"),
    ],
)
def test_one_bad_file_and_nothing_at_all_is_kept(case, bad, code):
    made = ask(case)
    given = {"actor": case.actor("chen"), "clarification": 1, "text": "见附件", "confirmed": True}
    service = clarifying.answer_clarification
    refused(case, Invalid, code, service, **given, attached=(*PROOF, bad))
    made.refresh_from_db()
    assert (made.state, made.answer) == ("asked", "")
    assert nothing_kept()
    answer(case, made, attached=PROOF)


def test_a_low_price_s_bad_file_is_refused_and_nothing_is_kept(low):
    bad = (*PROOF, Upload("answer", "报价单.PDF", PDF))
    given = {"actor": low.actor("chen"), "review": PriceReview.objects.get().pk, "text": "见附件"}
    service = prices.explain_low_price
    refused(low, Invalid, "answer_file.same_name", service, **given, attached=bad)
    assert PriceReview.objects.get().answered_at is None
    assert nothing_kept()


def test_after_the_time_or_the_answer_nothing_may_be_added(case):
    made = ask(case)
    given = {"actor": case.actor("chen"), "clarification": 1, "text": "见附件", "confirmed": True}
    given |= {"attached": PROOF}
    service = clarifying.answer_clarification
    case.at = made.due_at
    refused(case, Conflict, "bid_clarification.late", service, **given)
    clock.due(case.at)
    refused(case, Conflict, "bid_clarification.wrong_state", service, **given)
    assert nothing_kept()
    answer(case, ask(case), at=case.at)
    again = given | {"clarification": 2}
    refused(case, Conflict, "bid_clarification.wrong_state", service, **again)
    assert nothing_kept()


def test_an_explanation_stands_as_it_was_handed_in(low):
    explain(low, attached=())
    given = {"actor": low.actor("chen"), "review": PriceReview.objects.get().pk, "text": "另附"}
    service = prices.explain_low_price
    refused(low, Conflict, "price_review.answered", service, **given, attached=PROOF)
    assert PriceReview.objects.get().answer == "成本明细见附件。"
    low.at += timedelta(minutes=30)
    refused(low, Conflict, "price_review.late", service, **given, attached=PROOF)
    assert nothing_kept()


def test_nobody_but_the_bidder_hands_in_files(case):
    ask(case)
    given = {"clarification": 1, "text": "见附件", "confirmed": True, "attached": PROOF}
    service = clarifying.answer_clarification
    for who in ("zhao", "sun", "lin", "wang"):
        strange = given | {"actor": case.actor(who)}
        refused(case, Missing, "bid_clarification.missing", service, **strange)
    assert nothing_kept()


def test_a_file_belongs_to_one_answer_or_the_database_refuses(answered):
    one = AnswerFile.objects.first()
    priced = PriceReview.objects.create(
        bid=one.bid, kind="low_price", asked_at=answered.at, due_at=answered.at
    )
    parts = {"place": 9, "name": "x.pdf", "document": one.document, "added_at": answered.at}
    for both in ({}, {"clarification": one.clarification, "review": priced}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AnswerFile.objects.create(**parts, **both)


# --- who reads them ---


def addresses(case):
    number = AnswerFile.objects.first().pk
    return (
        reverse("answer_file", args=[case.code, number]),
        f"/api/v1/tenders/{case.code}/answer-files/{number}",
    )


def looks(case):
    return record.facts_of(case.code, only=["access.read"]).count()


def test_who_reads_the_answer_reads_its_files_and_each_look_is_on_record(answered):
    case = answered
    for who in (names(case)[0], "sun", "lin", "wang", "tang"):
        for address in addresses(case):
            before = looks(case)
            got = case.world.client(who).get(address)
            assert (got.status_code, b"".join(got.streaming_content)) == (200, PDF), who
            assert looks(case) == before + 1
    look = record.first_fact(case.code, "access.read")
    subject = f"answer_file:{case.bid('chen').commit_hash}:{NAMED[0]['sha256']}"
    assert (look.data["subject"], look.data["purpose"]) == (subject, "查阅答复所附文件")


def test_a_bidder_opens_its_own_file_without_a_record(answered):
    for address in addresses(answered):
        got = answered.world.client("chen").get(address)
        assert b"".join(got.streaming_content) == PDF
    assert looks(answered) == 0


def test_nobody_else_learns_of_a_file(answered):
    for who in ("zhao", "hu", "qian", "mei", "he"):
        for address in addresses(answered):
            assert answered.world.client(who).get(address).status_code == 404, who
    page_address, api_address = addresses(answered)
    assert answered.world.client("public").get(page_address).status_code == 302  # to sign in
    assert answered.world.client("public").get(api_address).status_code in {401, 404}
    assert looks(answered) == 0


def test_a_member_who_has_not_signed_in_reads_nothing_yet(answered):
    who = names(answered)[0]
    answered.evaluation.seats.filter(person__username=who).update(state="accepted")
    for address in addresses(answered):
        assert answered.world.client(who).get(address).status_code == 404


def test_a_file_is_found_under_its_own_tender_only(answered):
    number = AnswerFile.objects.first().pk
    client = answered.world.client("chen")
    for address in (
        reverse("answer_file", args=["ZC-2026-9999", number]),
        reverse("answer_file", args=[answered.code, number + 9]),
        reverse("answer_file", args=[answered.code, 2**70]),
        f"/api/v1/tenders/{answered.code}/answer-files/{2**70}",
    ):
        assert client.get(address).status_code == 404


def test_a_file_is_sent_as_dead_bytes_under_its_name(answered):
    got = answered.world.client("wang").get(addresses(answered)[0])
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95.pdf"
    )
    assert (got["X-Content-Type-Options"], got["Content-Length"]) == ("nosniff", str(len(PDF)))
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got["Cache-Control"].startswith("private, no-store")


# --- pages and API ---


def test_the_page_takes_files_and_the_committee_s_page_shows_them(case):
    ask(case)
    here, bidder = url(case, "committee_questions"), case.world.client("chen")
    shown = bidder.get(here).content.decode()
    assert 'enctype="multipart/form-data"' in shown
    assert 'type="file" name="attached" accept=".pdf,.docx' in shown
    assert "最多 10 份，每份不超过 20 MB，一共不超过 50 MB" in shown
    given = {"kind": "clarification", "number": 1, "text": "见附件。", "confirmed": "on"}
    assert bidder.post(here, given | {"attached": sent()}).status_code == 302
    own = bidder.get(here).content.decode()
    seen = page(case, names(case)[0], "clarifications").content.decode()
    live = page(case, names(case)[0], "clarification_list").content.decode()
    for html in (own, seen, live):
        assert addresses(case)[0] in html
        assert "成本表.xlsx" in html
        assert f"SHA-256 {NAMED[0]['sha256'][:16]}…" in html
    assert ("每次查阅都记录在案" in own, "每次查阅都记录在案" in seen) == (False, True)


def test_a_refused_file_is_named_and_what_was_typed_stays(case):
    ask(case)
    here, bidder = url(case, "committee_questions"), case.world.client("chen")
    given = {"kind": "clarification", "number": 1, "text": "以五年为准，见附件。"}
    given |= {"confirmed": "on", "attached": sent(("报价单.pdf", PDF), ("坏<b>.exe", b"MZ"))}
    refusal = bidder.post(here, given)
    shown = refusal.content.decode()
    assert refusal.status_code == 422
    assert "以五年为准，见附件。</textarea>" in shown
    assert "文件名“坏&lt;b&gt;.exe”不能用" in shown
    assert "浏览器不保留选过的文件" in shown
    assert nothing_kept()
    empty = bidder.post(here, given | {"attached": sent(("空.pdf", b""))}).content.decode()
    assert "文件“空.pdf”是空的" in empty
    both = bidder.post(here, given | {"attached": sent(("空.pdf", b"")), "confirmed": ""})
    assert "文件“空.pdf”是空的" in both.content.decode()
    assert "请先确认，再提交澄清。" in both.content.decode()
    untold = bidder.post(here, given | {"attached": [], "text": ""}).content.decode()
    assert "浏览器不保留选过的文件" not in untold


def test_the_page_explains_a_low_price_with_files_and_who_reads_it(low):
    here, bidder = url(low, "committee_questions"), low.world.client("chen")
    given = {"kind": "low_price", "number": PriceReview.objects.get().pk, "text": "成本见附件。"}
    many = sent(*[(f"{place}.pdf", PDF) for place in range(answer_files.MOST + 1)])
    refusal = bidder.post(here, given | {"attached": many})
    assert (refusal.status_code, "这次选了 11 份" in refusal.content.decode()) == (422, True)
    assert bidder.post(here, given | {"attached": sent()}).status_code == 302
    for who in (names(low)[0], "sun", "lin", "wang", "tang"):
        shown = page(low, who).content.decode()
        assert "成本见附件。" in shown, who
        assert addresses(low)[0] in shown
    for address in addresses(low):
        got = low.world.client("qian").get(address)
        assert got.status_code == 404
    assert "成本见附件。" not in page(low, "qian").content.decode()


def test_the_api_takes_files_and_gives_them_to_whoever_reads_the_answer(case):
    ask(case)
    client = case.world.client("chen")
    place = f"/api/v1/tenders/{case.code}/committee-questions/clarification/with-files"
    given = {"clarification": "1", "text": "见附件。", "confirmed": "true"}
    bad = client.post(place, given | {"attached": sent(("x.exe", b"MZ"))})
    assert (bad.status_code, bad.json()["code"]) == (422, "answer_file.bad_type")
    assert bad.json()["facts"]["file"] == "x.exe"
    assert client.post(place, given | {"files": sent()}).status_code == 422  # not lost in silence
    strange = case.world.client("zhao").post(place, given | {"attached": sent()})
    assert (strange.status_code, strange.json()["code"]) == (404, "question.missing")
    assert client.post(place, given | {"attached": sent()}).json() == {"state": "answered"}
    again = client.post(place, given | {"attached": sent()})
    assert (again.status_code, again.json()["code"]) == (409, "bid_clarification.wrong_state")
    numbers = list(AnswerFile.objects.values_list("pk", flat=True))
    listed = [{"number": pk} | one for pk, one in zip(numbers, NAMED, strict=True)]
    (told,) = api(case, "chen", "committee-questions").json()["clarifications"]
    (read,) = api(case, names(case)[0], "evaluation/clarifications").json()
    assert told["files"] == read["files"] == listed


def test_the_api_explains_a_low_price_with_its_proof(low):
    place = f"/api/v1/tenders/{low.code}/committee-questions/price/with-files"
    given = {"review": str(PriceReview.objects.get().pk), "text": "成本见附件。"}
    assert low.world.client("zhao").post(place, given | {"attached": sent()}).status_code == 404
    saved = low.world.client("chen").post(place, given | {"attached": sent()})
    assert saved.json() == {"saved": "yes"}
    (told,) = api(low, names(low)[0], "evaluation/price-reviews").json()
    assert (told["bidder"], told["answer"]) == ("晨光医疗科技有限公司", "成本见附件。")
    assert [one["sha256"] for one in told["files"]] == [one["sha256"] for one in NAMED]
    assert api(low, "qian", "evaluation/price-reviews").json() == []
    assert api(low, "zhao", "evaluation/price-reviews").status_code == 404
    assert [
        one["name"] for one in api(low, "chen", "committee-questions").json()["prices"][0]["files"]
    ] == [
        "报价单.pdf",
        "成本表.xlsx",
    ]


# --- the report ---


def reported(case):
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)


def handed_in(case):
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    return paper_of("evaluation_report", case.code)


def test_the_report_names_the_files_beside_the_answers(world):
    case = opened.qualified(world, prices=LOW)
    made = ask(case)
    answer(case, made, attached=PROOF)
    judge(case, made, [True] * 3)
    reported(case)
    explain(case)
    for member in case.members[:3]:  # more than half decide
        given = {"actor": member, "review": PriceReview.objects.get().pk, "reason": "有据"}
        prices.decide_low_price(code=case.code, at=case.at, accepted=True, **given)
    paper = handed_in(case)
    assert paper.content["clarifications"][0]["files"] == NAMED
    assert paper.content["price_reviews"][0]["files"] == NAMED
    printed = press.page_of(paper.kind, paper.subject, paper.content)
    assert printed.count(f"SHA-256 {NAMED[0]['sha256']}") == 2
    shown = page(case, "lin", "evaluation_report").content.decode()
    assert shown.count(f"SHA-256 {NAMED[1]['sha256']}") == 2
    assert shown.count(f"SM3 {NAMED[1]['sm3']}") == 2

"""Prequalification by pages and API: the applicant's, the reviewer's, and what is printed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.calendar import SHANGHAI
from kernel.errors import Conflict, Missing
from ledger import canonical, private
from tests import prequalified as pq
from tests import tenders
from tests import world as worlds
from tests.papers import is_known_shape
from trading import queries, services

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}


@pytest.fixture
def story(world):
    worlds.fourth_bidder(world)
    return pq.applying(world)


# --- its pages ---


def test_an_applicant_applies_by_the_page_and_the_side_reviews_and_ends_it(world, story):
    place = f"/tenders/{story.code}/prequalification/"
    for name in ("chen", "zhao", "hu"):
        client = world.client(name)
        assert client.get(f"{place}apply/").status_code == 200
        sent = {"statement": "见申请文件。", "contact": "陈立", "phone": "13900000000"}
        refused = client.post(f"{place}apply/", sent)
        assert refused.status_code == 422
        file = SimpleUploadedFile("申请文件.pdf", pq.FILE.content)
        done = client.post(f"{place}apply/", {**sent, "file": file})
        assert (done.status_code, done["Location"]) == (302, place)
        assert client.get(f"{place}file/").content == pq.FILE.content
    pq.reviewing(story)
    with time_machine.travel(story.at, tick=True):
        sun, lin = world.client("sun"), world.client("lin")
        assert f"{place}" in sun.get("/desk/").content.decode()
        for one in pq.filed(story).values():
            page = f"{place}applications/{one.row}/"
            assert one.name in sun.get(page).content.decode()
            assert sun.get(f"{page}file/").content == pq.FILE.content
            assert sun.post(page, {"meets_Q1": "on"}).status_code == 422
            assert sun.post(page, {"meets_Q1": "on", "meets_Q2": "on"}).status_code == 302
        page = lin.get(f"{place}close/")
        assert page.status_code == 200
        dates = {
            "documents_from": story.tender.documents_from,
            "documents_until": story.tender.documents_until,
            "bids_close_at": story.tender.bids_close_at.astimezone(SHANGHAI).strftime(
                "%Y-%m-%dT%H:%M"
            ),
        }
        assert lin.post(f"{place}close/", {"panel": "吴哲", **dates}).status_code == 422
        panel = {"panel": "\n".join(pq.PANEL), "representatives": "\n".join(pq.PANEL[:2])}
        many = lin.post(f"{place}close/", {**panel, **dates})
        assert (many.status_code, "其中评审专家至少 4 人" in many.content.decode()) == (
            422,
            True,
        )
        done = lin.post(f"{place}close/", {"panel": "\n".join(pq.PANEL), **dates})
        assert done.status_code == 302
        assert story.tender.state == "announced"
        desk = world.client("chen").get("/desk/").content.decode()
        assert "通过资格预审，可以投标" in desk


def test_a_draft_is_published_by_its_page_and_the_notice_reads(world):
    story = pq.works_draft(world)
    tenders.register_keys(story)
    sun, lin = world.client("sun"), world.client("lin")
    for page in ("timetable", "documents"):
        assert sun.get(f"/tenders/{story.code}/draft/{page}/").status_code == 200
    assert sun.post(f"/tenders/{story.code}/draft/submit/").status_code == 302
    assert lin.post(f"/tenders/{story.code}/draft/approve/").status_code == 302
    tenders.enter(story)
    preview = sun.get(f"/tenders/{story.code}/draft/publish/").content.decode()
    assert "合格制" in preview
    assert sun.post(f"/tenders/{story.code}/draft/publish/").status_code == 302
    assert story.tender.state == "prequalifying"
    notice = world.client("public").get(f"/notices/{story.code}/1/")
    assert "资格预审申请截止" in notice.content.decode()
    assert world.client("public").get(f"/tenders/{story.code}/").status_code == 200


# --- the documents, the letter, the API ---


def test_documents_go_out_in_the_days_offered_and_the_first_time_is_noted(world, story):
    kept = queries.gate_documents(story.tender).get()
    given = {"actor": world.actor("chen", story.at), "code": story.code, "number": kept.pk}
    services.download_prequal_document(**given, at=story.at)
    services.download_prequal_document(**given, at=story.at + timedelta(hours=1))
    uscc = world.organisation_of("chen").uscc
    taken = private.events_of_owner(story.code, uscc, only=("prequal.taken",))
    assert [event.at for event in taken] == [story.at]
    late = {**given, "actor": world.actor("hu", story.at), "at": story.at + timedelta(days=7)}
    with pytest.raises(Conflict) as refused:
        services.download_prequal_document(**late)
    assert refused.value.code == "gate.not_offered"
    other = queries.attachments_of(story.tender).get(kind="tender_document")
    with pytest.raises(Missing):
        services.download_prequal_document(**{**given, "number": other.pk}, at=story.at)
    place = f"/tenders/{story.code}/prequalification/documents/{kept.pk}/"
    assert world.client("chen").get(place).content == pq.DOCUMENT.content
    assert world.client("sun").get(place).status_code == 200
    assert world.client("qian").get(place).status_code == 403


def test_what_is_added_after_the_offer_reaches_everybody_and_who_took_keeps_access(world, story):
    first = queries.gate_documents(story.tender).get()
    chen, hu = world.actor("chen", story.at), world.actor("hu", story.at)
    given = {"code": story.code, "number": first.pk}
    services.download_prequal_document(actor=chen, **given, at=story.at)
    later = story.at + timedelta(days=7)
    services.amend_prequal(
        actor=world.actor("sun", later),
        code=story.code,
        changes={},
        reason="补充业绩证明的格式。",
        affects_applications=True,
        documents=[pq.Upload("prequalification", "补充文件.pdf", b"%PDF-1.7 more")],
        at=later,
    )
    added = queries.gate_documents(story.tender).exclude(pk=first.pk).get()
    for actor in (chen, hu):
        kept = services.download_prequal_document(
            actor=actor, code=story.code, number=added.pk, at=later
        )
        assert kept == added
    assert services.download_prequal_document(actor=chen, **given, at=later) == first


def test_the_letter_says_what_each_is_told(world, story):
    with pytest.raises(Missing):
        queries.own_result(world.actor("chen", story.at), story.code, story.at)
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    for name, passed in (("chen", True), ("qiu", False)):
        tender, filed = queries.own_result(world.actor(name, story.at), story.code, story.at)
        letter = queries.result_letter(tender, filed, story.at)
        assert (letter["passed"], letter["goes_on"]) == (passed, True)
        assert is_known_shape("prequal_result", canonical.to_plain(letter), "construction")
    with pytest.raises(Missing):
        queries.own_result(world.actor("sun", story.at), story.code, story.at)


def test_the_api_goes_the_whole_way(world):
    story = pq.works_draft(world)
    tenders.register_keys(story)
    sun, lin = world.client("sun"), world.client("lin")
    base = f"/api/v1/tenders/{story.code}"
    assert sun.post(f"{base}/submit").status_code == 200
    assert lin.post(f"{base}/approve").status_code == 200
    entry = {"agency_contract": tenders.AGENCY_CONTRACT}
    assert sun.post(f"{base}/submit-entry", entry, "application/json").status_code == 200
    assert world.client("qian").post(f"{base}/accept-entry").status_code == 200
    assert lin.post(f"{base}/prequalification/publish").status_code == 403
    assert sun.post(f"{base}/prequalification/publish").json()["state"] == "prequalifying"
    amended = {"reason": "更正联系电话。", "affects_applications": False}
    amended["changes"] = {"contact_phone": "0393-8800199"}
    done = sun.post(f"{base}/prequalification/amend", amended, "application/json")
    assert done.status_code == 201
    own = f"{base}/prequalification/application"
    said = {"statement": "见文件。", "contact": "陈立", "phone": "139"}
    for name in pq.NAMES:
        file = SimpleUploadedFile("申请文件.pdf", pq.FILE.content)
        assert world.client(name).post(own, {**said, "file": file}).status_code == 201
    chen = world.client("chen")
    assert chen.get(f"{base}/prequalification").json()["own"]["statement"] == "见文件。"
    assert chen.delete(own).status_code == 204
    assert chen.get(f"{base}/prequalification").json()["own"] is None
    file = SimpleUploadedFile("申请文件.pdf", pq.FILE.content)
    assert chen.post(own, {**said, "file": file}).status_code == 201
    kept = queries.gate_documents(story.tender).get()
    listed = chen.get(f"{base}/prequalification").json()["files"]
    assert listed == [{"number": kept.pk, "name": kept.name, "sha256": kept.document_id}]
    taken = chen.post(f"{base}/prequalification/documents/{kept.pk}")
    assert taken.json()["sha256"] == kept.document_id
    pq.reviewing(story)
    with time_machine.travel(story.at, tick=True):
        sun, lin, chen = (world.client(name) for name in ("sun", "lin", "chen"))
        rows = sun.get(f"{base}/prequalification/applications").json()
        assert chen.get(f"{base}/prequalification/applications").json() == []
        for row in rows:
            place = f"{base}/prequalification/applications/{row['id']}"
            assert sun.put(place, {"unmet": {}}, "application/json").json()["passed"] is True
        end = {"panel": list(pq.PANEL)}
        assert (
            sun.post(f"{base}/prequalification/close", end, "application/json").status_code == 403
        )
        done = lin.post(f"{base}/prequalification/close", end, "application/json")
        assert done.json()["state"] == "announced"
        assert chen.get(f"{base}/prequalification").json()["own"]["passed"] is True

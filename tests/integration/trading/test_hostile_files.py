"""What somebody hands in to harm its readers is refused, or handed out as dead bytes."""

import io
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.errors import Invalid
from ledger.models import Document, Entry
from tests import tenders
from tests.integration.trading.conftest import NOW
from tests.world import cast
from trading import queries, services
from trading.domain import files

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(document.cookie)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def bomb() -> bytes:
    """Ten megabytes of nothing in ten kilobytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("word/document.xml", b"\0" * 10_000_000)
    return made.getvalue()


def huge_picture() -> bytes:
    """A picture that says it is 65,535 pixels each way."""
    head = b"IHDR" + (65_535).to_bytes(4) * 2 + b"\x08\x06\0\0\0"
    chunk = (13).to_bytes(4) + head + zlib.crc32(head).to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk


REFUSED = [
    ("drawing.svg", DRAWING, "attachment.bad_type"),
    ("page.html", PAGE, "attachment.bad_type"),
    ("page.xhtml", PAGE, "attachment.bad_type"),
    ("file.pdf.html", b"%PDF-1.7\n" + PAGE, "attachment.bad_type"),
    ("file", b"%PDF-1.7\n", "attachment.bad_type"),
    ("drawing.png", DRAWING, "attachment.not_what_it_says"),
    ("page.pdf", PAGE + b"%PDF-1.7", "attachment.not_what_it_says"),
    ("page.docx", PAGE, "attachment.not_what_it_says"),
    ("page.pdf\u202ehtml.pdf", b"%PDF-1.7\n", "attachment.bad_name"),
    ("a\r\nX-Evil: 1.pdf", b"%PDF-1.7\n", "attachment.bad_name"),
]
KEPT = [
    ("both.pdf", b"%PDF-1.7\n" + PAGE, "application/pdf"),
    ("both.png", b"\x89PNG\r\n\x1a\n" + DRAWING, "image/png"),
    ("both.jpg", b"\xff\xd8\xff" + PAGE, "image/jpeg"),
    ("bomb.docx", bomb(), files.KINDS[".docx"][0]),
    ("bomb.zip", bomb(), "application/zip"),
    ("huge.png", huge_picture(), "image/png"),
]


@pytest.fixture
def world():
    return cast(NOW - timedelta(days=1))


@pytest.mark.parametrize(("name", "content", "code"), REFUSED)
def test_a_file_that_is_no_document_is_refused(world, name, content, code):
    story = tenders.draft(world, NOW)
    before = Document.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        services.attach_document(
            actor=world.actor("sun", NOW),
            code=story.code,
            document=files.Upload("other", name, content),
            at=NOW,
        )
    assert refusal.value.code == code
    assert (Document.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize(("name", "content", "media_type"), KEPT)
def test_a_file_of_two_natures_is_handed_out_as_dead_bytes(world, name, content, media_type):
    story = tenders.draft(world, NOW)
    sun = world.client("sun")
    # What the sender says of its type counts for nothing.
    told = sun.post(
        f"/api/v1/tenders/{story.code}/documents",
        {"kind": "other", "file": SimpleUploadedFile(name, content, "text/html")},
    )
    assert told.status_code == 201
    kept = queries.attachments_of(story.tender).get(name=name)
    for address in (
        f"/tenders/{story.code}/documents/{kept.pk}/",
        f"/api/v1/tenders/{story.code}/documents/{kept.pk}",
    ):
        for headers in ({}, {"Range": "bytes=5-30"}, {"If-None-Match": f'"{kept.document_id}"'}):
            answer = sun.get(address, headers=headers)
            assert answer.status_code in {200, 206, 304}
            sent = answer.headers
            assert sent["Content-Disposition"].startswith(f'attachment; filename="{name}"')
            assert sent["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert sent["X-Content-Type-Options"] == "nosniff"
            if answer.status_code != 304:
                assert sent["Content-Type"] == media_type


@pytest.mark.parametrize("name", ["contract.zip", "contract.png", "contract.docx"])
def test_a_contract_is_a_pdf_or_an_ofd(name):
    given = files.Upload("contract_draft", name, b"PK\x03\x04")
    with pytest.raises(Invalid) as refusal:
        files.checked(given, files.CONTRACT_KINDS)
    assert (refusal.value.code, refusal.value.facts["types"]) == (
        "attachment.bad_type",
        ".pdf、.ofd",
    )

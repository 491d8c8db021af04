"""A paper is made once, signed, and reproducible; a killed press leaves nothing half made."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from ledger import papers, press, queries
from ledger.models import Entry, Paper

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CONTENT = {
    "tender_code": "ZC-2026-0007",
    "title": "医学影像系统采购",
    "stage": "whole",
    "bids": [],
    "lots": [],
    "started_at": "2026-11-24T01:00:00.000000Z",
    "ended_at": "2026-11-24T01:20:00.000000Z",
    "planned_at": "2026-11-24T01:00:00.000000Z",
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }


def order(subject="ZC-2026-0007.whole"):
    with transaction.atomic():
        return papers.order(
            kind="opening_record",
            subject=subject,
            stream="opening.ZC-2026-0007.whole",
            tender="ZC-2026-0007",
            content=CONTENT,
            at=AT,
        )


def test_ordering_again_gives_the_first_order():
    assert order() == order()
    assert Paper.objects.count() == 1


def test_a_made_paper_is_signed_kept_and_recorded():
    paper = order()
    assert papers.make(paper.pk, AT)
    made = papers.paper_of("opening_record", "ZC-2026-0007.whole")
    content = queries.read_document(made.document.digest)
    signature = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    status = validate_pdf_signature(signature)
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
    fact = Entry.objects.get(kind="paper.made")
    assert fact.data == {
        "paper": "opening_record",
        "subject": "ZC-2026-0007.whole",
        "digest": made.document.digest,
    }


def test_the_unsigned_rendering_has_the_same_bytes_each_time():
    paper = order()
    papers.make(paper.pk, AT)
    paper.refresh_from_db()
    again = press.render(paper.kind, paper.subject, paper.content)
    assert hashlib.sha256(again).hexdigest() == paper.plain_digest


def test_a_paper_under_lease_is_left_alone_until_the_lease_ends():
    paper = order()
    assert papers.claim(paper.pk, AT) is not None
    assert papers.claim(paper.pk, AT) is None
    assert papers.waiting(AT) == []
    later = AT + papers.LEASE + timedelta(seconds=1)
    assert papers.waiting(later) == [paper.pk]
    assert papers.make(paper.pk, later)
    assert not papers.make(paper.pk, later)
    assert Entry.objects.filter(kind="paper.made").count() == 1


def test_a_paper_that_fails_again_and_again_is_given_up():
    paper = order()
    Paper.objects.filter(pk=paper.pk).update(attempts=papers.MOST_ATTEMPTS)
    assert papers.waiting(AT) == []

"""A paper is made once, signed, and reproducible; a killed press leaves nothing half made."""

import hashlib
import os
import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from unittest import mock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.db import transaction
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from ledger import papers, press, queries
from ledger.models import Document, Entry, Paper

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


def test_the_lease_is_renewed_as_long_as_the_paper_is_being_made(monkeypatch):
    paper, seen = order(), []
    monkeypatch.setattr(papers, "BEAT_SECONDS", 0.02)

    def renewed():
        lease = Paper.objects.get(pk=paper.pk).leased_until
        seen.append(lease)
        return lease > AT + papers.LEASE

    def render(*_args):
        end = time.monotonic() + 20
        while not renewed() and time.monotonic() < end:
            time.sleep(0.02)
        raise OSError("no more paper")

    monkeypatch.setattr(press, "render", render)
    with pytest.raises(OSError, match="no more paper"):
        papers.make(paper.pk, AT)
    assert seen[0] <= seen[-1]
    assert seen[-1] > AT + papers.LEASE
    time.sleep(0.1)  # whoever renewed it has stopped, and does not shorten the pause
    assert Paper.objects.get(pk=paper.pk).leased_until == AT + papers.FIRST_PAUSE


def no_pango(monkeypatch):
    """Let the import of WeasyPrint fail as it does where Pango is not installed."""
    reason = "cannot load library 'libpango-1.0-0'"

    def find_spec(name, path=None, target=None):
        if name == "weasyprint":
            raise OSError(reason)

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [SimpleNamespace(find_spec=find_spec), *sys.meta_path])
    return reason


def test_a_paper_that_cannot_be_made_says_why_and_is_tried_again(monkeypatch):
    paper = order()
    with monkeypatch.context() as patched:
        reason = no_pango(patched)
        with pytest.raises(OSError, match="libpango"):
            papers.make(paper.pk, AT)
        paper.refresh_from_db()
        assert (paper.document, paper.failure) == (None, f"OSError: {reason}")
        assert papers.waiting(AT + papers.FIRST_PAUSE - timedelta(seconds=1)) == []
    later = AT + papers.FIRST_PAUSE
    assert papers.waiting(later) == [paper.pk]
    assert papers.make(paper.pk, later)
    paper.refresh_from_db()
    assert (paper.failure, paper.leased_until) == ("", None)


def test_pauses_between_tries_grow_to_an_hour(monkeypatch):
    paper = order()
    no_pango(monkeypatch)
    at, pauses = AT, []
    for _ in range(9):
        with pytest.raises(OSError, match="libpango"):
            papers.make(paper.pk, at)
        paper.refresh_from_db()
        pauses.append((paper.leased_until - at).seconds)
        at = paper.leased_until
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_paper_that_kills_its_press_is_tried_after_longer_and_longer_pauses():
    paper, at, pauses = order(), AT, []
    for _ in range(10):
        assert papers.claim(paper.pk, at) is not None
        lost = at + papers.LEASE
        papers.pause_lost(lost)
        paper.refresh_from_db()
        at = max(lost, paper.leased_until)
        pauses.append((at - lost).total_seconds())
        assert papers.waiting(at) == [paper.pk]
        assert papers.waiting(at - timedelta(seconds=1)) == []
    assert pauses == [0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert paper.failure == papers.LOST % 10
    assert papers.make(paper.pk, at)
    paper.refresh_from_db()
    assert (paper.failure, paper.leased_until, papers.troubled()) == ("", None, [])


def test_nobody_takes_a_twice_lost_paper_before_its_pause_is_written():
    paper, again = order(), AT + papers.LEASE
    papers.claim(paper.pk, AT)
    papers.claim(paper.pk, again)
    lost = again + papers.LEASE
    assert (papers.waiting(lost), papers.claim(paper.pk, lost)) == ([], None)
    assert (papers.pause_lost(lost), papers.pause_lost(lost)) == (1, 0)
    assert [found.failure for found in papers.troubled()] == [papers.LOST % 2]


def test_of_two_processes_that_make_one_paper_the_first_stands():
    paper = order()
    first = papers.claim(paper.pk, AT)
    later = AT + papers.LEASE
    assert papers.make(paper.pk, later)
    plain = press.render(first.kind, first.subject, first.content)
    assert not papers._keep(first, plain, press.sign(plain, first.kind, AT), later)
    assert (Entry.objects.filter(kind="paper.made").count(), Document.objects.count()) == (1, 1)


def test_the_key_is_private_from_its_first_byte_and_one_for_all_processes(tmp_path, settings):
    settings.KEYS_ROOT = tmp_path / "keys"
    modes = set()
    linked = os.link

    def watched(source, target):
        modes.add((target.name, stat.S_IMODE(source.stat().st_mode)))
        linked(source, target)

    with mock.patch("os.link", watched), ThreadPoolExecutor(8) as pool:
        list(pool.map(press.ensure_certificate, [AT] * 8))
    key, certificate = press.ensure_certificate(AT)
    assert modes == {("centre-key.pem", 0o600), ("centre-certificate.pem", 0o644)}
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert sorted(path.name for path in key.parent.iterdir()) == [
        "centre-certificate.pem",
        "centre-key.pem",
    ]
    own = serialization.load_pem_private_key(key.read_bytes(), None).public_key()
    assert x509.load_pem_x509_certificate(certificate.read_bytes()).public_key() == own

"""Facts are numbered without gap, told after commit, and refused outside a transaction."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from ledger import queries, services
from ledger.models import Entry, Head

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def fact(stream="tender.T-1", kind="tender.suspended", **data):
    with transaction.atomic():
        return services.record(
            stream=stream, kind=kind, actor="person:sun", at=AT, tender="T-1", **data
        )


@pytest.mark.django_db
def test_record_numbers_a_stream_from_one_without_gap():
    numbers = [fact().number for _ in range(3)]
    assert (numbers, fact(stream="tender.T-2").number) == ([1, 2, 3], 1)


@pytest.mark.django_db
def test_a_rolled_back_fact_leaves_no_gap():
    fact()
    with transaction.atomic():
        services.record(stream="tender.T-1", kind="tender.suspended", actor="system", at=AT)
        transaction.set_rollback(True)
    assert fact().number == 2
    assert list(Entry.objects.values_list("kind", flat=True)) == ["tender.suspended"] * 2


@pytest.mark.django_db
def test_a_withheld_kind_is_never_recorded_in_clear():
    with pytest.raises(ValueError, match="withheld"):
        fact(kind="bid.submitted")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_a_programming_error():
    with pytest.raises(RuntimeError, match="transaction"):
        services.record(stream="tender.T-1", kind="tender.suspended", actor="system", at=AT)


@pytest.mark.django_db
def test_frame_of_a_public_fact_carries_its_payload_and_of_another_only_that_it_is():
    shown, hidden = fact(price="1.00"), fact(kind="tender.approved", note="secret")
    assert queries.frame(shown) == {
        "stream": "tender.T-1",
        "number": 1,
        "kind": "tender.suspended",
        "at": "2026-11-24T01:00:00.000000Z",
        "actor": "person:sun",
        "data": {"price": "1.00"},
    }
    assert queries.frame(hidden) == {
        "stream": "tender.T-1",
        "number": 2,
        "kind": "tender.approved",
    }


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_give_one_sequence():
    def write():
        try:
            for _ in range(10):
                fact()
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Entry.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 41))
    assert Head.objects.get(stream="tender.T-1").number == 40


@pytest.mark.django_db
def test_the_same_bytes_are_stored_once_and_read_back(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    one = services.store_document(content="招标文件".encode(), media_type="text/plain", at=AT)
    two = services.store_document(content="招标文件".encode(), media_type="text/plain", at=AT)
    assert one == two
    assert (one.size, len(one.digest), len(one.sm3)) == (12, 64, 64)
    assert queries.read_document(one.digest).decode() == "招标文件"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1

"""A document on disk is whole or not there, whatever interrupts its writing."""

import os

import pytest
from django.core.files.base import ContentFile

from ledger.storage import WholeFiles

NAME = "documents/ab/abcd"


def test_a_write_cut_short_leaves_nothing_under_the_name(tmp_path, monkeypatch):
    files = WholeFiles(location=str(tmp_path))

    def cut(_descriptor):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", cut)
        with pytest.raises(OSError, match="no space"):
            files.save(NAME, ContentFile(b"whole"))
    assert not files.exists(NAME)
    assert files.save(NAME, ContentFile(b"whole")) == NAME
    assert files.open(NAME).read() == b"whole"


def test_the_same_bytes_written_twice_are_one_file(tmp_path):
    files = WholeFiles(location=str(tmp_path))
    assert [files.save(NAME, ContentFile(b"whole")) for _ in range(2)] == [NAME, NAME]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["abcd"]

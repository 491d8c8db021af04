"""What the environment says is taken as it is meant, or refused at the start."""

from pathlib import Path

import pytest
from django.conf import settings

from config import env
from trading.timetable import PACES


def test_every_pace_may_be_set():
    assert set(settings.PACE_NAMES) == set(PACES)


@pytest.mark.parametrize("given", ["law", "hand"])
def test_a_word_of_several_is_one_of_them(monkeypatch, given):
    monkeypatch.setenv("PACE", given)
    assert env.one_of("PACE", "demo", ("law", "demo", "hand")) == given


@pytest.mark.parametrize("given", [None, ""])
def test_without_a_word_the_default_holds(monkeypatch, given):
    monkeypatch.delenv("PACE", raising=False)
    if given is not None:
        monkeypatch.setenv("PACE", given)
    assert env.one_of("PACE", "demo", ("law", "demo")) == "demo"


def test_another_word_is_refused_with_those_that_are_known(monkeypatch):
    monkeypatch.setenv("PACE", "fast")
    with pytest.raises(ValueError, match="PACE must be one of: law, demo"):
        env.one_of("PACE", "law", ("law", "demo"))


def test_another_kind_of_database_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="DATABASE_URL"):
        env.database("mysql://somewhere/base", tmp_path)

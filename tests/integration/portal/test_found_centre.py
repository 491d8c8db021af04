"""An empty installation gets its first administrator, once."""

import pytest
from django.core.management import CommandError, call_command

from accounts import queries
from accounts.domain import CENTRE_ADMIN
from ledger.queries import entries_since
from tests.factories import AT, PASSWORD, credit_code

pytestmark = pytest.mark.django_db

WORDS = {
    "uscc": credit_code(1, kind="12", region="410900"),
    "centre": "清河市公共资源交易中心",
    "legal_representative": "周平",
    "address": "清河市人民路一号",
    "phone": "0393-8800001",
    "username": "zhou",
    "name": "周平",
}


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("FOUNDER_PASSWORD", PASSWORD)


def test_the_first_administrator_may_grant_roles_and_administers_the_centre():
    call_command("found_centre", **WORDS)
    person = queries.person("zhou")
    centre = queries.organisation(WORDS["uscc"])
    assert person.check_password(PASSWORD)
    assert [r.role for r in queries.roles_at(person, AT.replace(year=2100))] == [CENTRE_ADMIN]
    assert centre.administrator == person
    kinds = [entry.kind for entry in entries_since(centre.stream, 0)]
    assert kinds == ["organisation.registered", "organisation.changed"]


def test_it_works_once():
    call_command("found_centre", **WORDS)
    with pytest.raises(CommandError, match="already"):
        call_command("found_centre", **(WORDS | {"username": "other"}))


def test_what_the_services_refuse_leaves_nothing_behind():
    with pytest.raises(CommandError, match="uscc"):
        call_command("found_centre", **(WORDS | {"uscc": "12"}))
    assert not queries.has_people()


def test_a_weak_password_leaves_nothing_behind(monkeypatch):
    monkeypatch.setenv("FOUNDER_PASSWORD", "12345678901")
    with pytest.raises(CommandError, match="password"):
        call_command("found_centre", **WORDS)
    assert not queries.has_people()

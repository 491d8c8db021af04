"""Two people at once: the centre keeps an administrator, and a role ends once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction

from accounts import services
from accounts.models import Role
from kernel.errors import Conflict
from ledger.models import Entry
from tests import factories
from tests.world import AT, cast

LATER = AT + timedelta(days=3)
OVERLAP_SECONDS = 1
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two_centres():
    """Zhou and Wei, each the administrator of another organisation of the centre."""
    world = cast(AT)
    other = factories.organisation("新安市第二交易中心")
    wei = factories.person("wei", "魏强")
    factories.role(wei, "centre_admin", other, at=AT)
    return {
        "zhou": {"actor": world.actor("zhou"), "uscc": world.organisation_of("zhou").uscc},
        "wei": {"actor": world.actor("zhou"), "uscc": other.uscc},
    }


def end(centres, username, at=LATER):
    """End a centre administrator's role, or give the code of the refusal."""
    try:
        with transaction.atomic():
            services.end_role(
                username=username, role="centre_admin", reason="退休", at=at, **centres[username]
            )
    except Conflict as refusal:
        return refusal.code
    return "ended"


def overlapping(first, second):
    """Let the second act come while the first has acted and not yet committed."""
    answers = {}

    def run():
        try:
            answers["second"] = second()
        finally:
            connections.close_all()

    beside = threading.Thread(target=run)
    with transaction.atomic():
        answers["first"] = first()
        beside.start()
        beside.join(OVERLAP_SECONDS)
    beside.join()
    return answers["first"], answers["second"]


def test_two_administrators_of_two_centres_ended_at_once_leave_one(two_centres):
    # The second read the clock a moment earlier: by it the first one's role has not ended yet.
    earlier = LATER - timedelta(milliseconds=5)
    answers = overlapping(
        lambda: end(two_centres, "zhou"), lambda: end(two_centres, "wei", at=earlier)
    )
    assert answers == ("ended", "role.last_admin")
    staying = Role.objects.filter(role="centre_admin", ends_at=None)
    assert [role.person.username for role in staying] == ["wei"]
    assert Entry.objects.filter(kind="role.ended").count() == 1


def test_a_role_ended_twice_at_once_ends_once(two_centres):
    earlier = LATER - timedelta(milliseconds=5)
    answers = overlapping(
        lambda: end(two_centres, "wei"), lambda: end(two_centres, "wei", at=earlier)
    )
    assert answers == ("ended", "role.not_held")
    assert Role.objects.get(person__username="wei").ends_at == LATER
    assert Entry.objects.filter(kind="role.ended").count() == 1

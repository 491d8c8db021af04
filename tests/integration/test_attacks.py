"""What a hostile outsider, bidder or member tries: each attack once succeeded, or nearly."""

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from bidding.queries import bids
from evaluation import queries as evaluation
from evaluation.models import Expert
from kernel.calendar import SHANGHAI
from kernel.errors import Invalid
from ledger import queries as ledger
from tests import factories, tenders
from tests.opened import opened
from tests.world import World
from trading import services

FAR = ("0001-01-01", "9999-12-31")


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize("path", ["/notices/", "/feeds/notices.atom", "/api/v1/notices"])
def test_a_year_beyond_reckoning_narrows_nothing(world: World, path: str, day: str):
    story = tenders.announced(world)
    answer = world.client("public").get(path, {"since": day, "until": day})
    assert (answer.status_code, story.code in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_tenders_since_a_year_beyond_reckoning_are_all(world: World, day: str):
    story = tenders.announced(world)
    answer = world.client("public").get("/api/v1/tenders", {"since": day})
    assert [item["code"] for item in answer.json()["items"]] == [story.code]


@pytest.mark.parametrize("year", [1, 9999])
def test_a_draft_takes_no_date_beyond_reckoning(world: World, year: int):
    story = tenders.draft(world)
    given = {"code": story.code, "at": story.at, "actor": world.actor("sun")}
    for name, moment in (
        ("documents_from", date(year, 1, 1)),
        ("bids_close_at", datetime(year, 12, 31, tzinfo=SHANGHAI)),
    ):
        with pytest.raises(Invalid) as refusal:
            services.change_tender(changes={name: moment}, **given)
        assert (refusal.value.code, refusal.value.facts) == ("tender.date", {"field": name})


def test_objects_of_one_owner_have_nothing_in_common():
    """Were it the owner's alone, the envelopes of a closed tender would tell who bids elsewhere."""
    tags = {bids.owner_tag("91410902MA9K2T7D2G", name) for name in ("a" * 43, "b" * 43)}
    assert len(tags) == 2


def test_whoever_acts_for_a_bidder_is_never_drawn_to_judge(world: World):
    case = opened(world)
    first, second, *others = evaluation.pool(case.evaluation, "货物采购")
    factories.role(first.person, "bidder", world.organisation_of("zhao"), at=case.at)
    Expert.objects.filter(pk=second.pk).update(employer_name=world.organisation_of("hu").name)
    assert evaluation.pool(case.evaluation, "货物采购") == others


@pytest.mark.django_db
def test_a_thousand_watched_names_cost_two_questions(django_assert_num_queries):
    names = [f"opening.X-{number}.whole" for number in range(1000)]
    with django_assert_num_queries(2):
        assert ledger.last_numbers(names) == {}


def test_the_folder_of_drafts_and_opened_bids_is_its_owners_alone(tmp_path: Path):
    made = tmp_path / "var"
    command = [sys.executable, "manage.py", "diffsettings"]
    given = os.environ | {"YANGGUANG_VAR": str(made), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, env=given, cwd=settings.ROOT, check=True, capture_output=True)
    assert [path.stat().st_mode & 0o77 for path in (made, *(made / "keys").iterdir())] == [0] * 5

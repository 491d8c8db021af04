"""Recounts by the API: asked by whoever has the score, listed and answered by whoever marked."""

import pytest
import time_machine

from recruitment.models import Recount
from recruitment.queries.applicants import script_code
from tests.recruitments import own, written
from tests.world import AT

pytestmark = pytest.mark.django_db
JSON = "application/json"
BACKEND = "django.contrib.auth.backends.ModelBackend"
OF_A_LIST = 5
"""What a list of recounts asks the database, however long it is."""


@pytest.fixture
def story(world):
    story = written(world, AT)
    with time_machine.travel(story.at, tick=True):
        yield story


def client_of(story, number):
    client = story.world.client("he")
    client.force_login(own(story, number).person, BACKEND)
    return client


def ask(story, number, reason="第三题似有漏评，请核对。"):
    return client_of(story, number).post(url(story), {"reason": reason}, content_type=JSON)


def url(story):
    return f"/api/v1/tenders/{story.code}/recounts"


def test_a_recount_is_asked_listed_and_answered(story):
    filed = ask(story, 8)
    assert (filed.status_code, filed.json()["paper"]) == (201, script_code(own(story, 8)))
    token, name = filed.json()["token"], own(story, 8).name
    sun = story.world.client("sun")
    listed = sun.get(url(story))
    assert [row["token"] for row in listed.json()] == [token]
    assert name not in listed.content.decode()
    answer = {"mark": "79", "answer": "第三题漏加分。"}
    given = sun.post(f"{url(story)}/{token}/answer", answer, content_type=JSON)
    assert (given.status_code, given.json()["state"], given.json()["after"]) == (
        200,
        "answered",
        "79",
    )
    assert own(story, 8).state == "shortlisted"


def test_what_is_not_asked_well_is_refused_and_others_learn_nothing(story):
    assert ask(story, 8, "？").status_code == 422
    assert client_of(story, 8).post(url(story), {}, content_type=JSON).status_code == 422
    token = ask(story, 8).json()["token"]
    assert ask(story, 8).status_code == 409
    for name in ("lin", "qian", "he", "chen"):
        client = story.world.client(name)
        assert client.get(url(story)).json() == []
        answer = {"mark": "79", "answer": "第三题漏加分。"}
        said = client.post(f"{url(story)}/{token}/answer", answer, content_type=JSON)
        assert said.status_code == 404
    assert Recount.objects.get().state == "filed"


def test_a_list_costs_the_same_for_one_and_for_three(story, django_assert_num_queries):
    sun = story.world.client("sun")
    ask(story, 8)
    sun.get(url(story))  # what is read once in a process is read
    with django_assert_num_queries(OF_A_LIST):
        assert len(sun.get(url(story)).json()) == 1
    ask(story, 9)
    ask(story, 10)
    with django_assert_num_queries(OF_A_LIST):
        assert len(sun.get(url(story)).json()) == len({8, 9, 10})

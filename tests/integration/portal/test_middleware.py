"""Around every page: an id, a language, a readable address, and refusals as page, toast or JSON."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client


@pytest.mark.parametrize("address", ["/people/%00/", "/?q=%00"])
def test_an_address_with_a_nul_is_a_bad_request(db, address):
    assert Client().get(address).status_code == 400


def test_every_answer_has_an_id_of_its_own(db):
    first, second = (Client().get("/api/v1/clock")["X-Request-Id"] for _ in range(2))
    assert first != second


def test_language_is_the_one_chosen_and_not_the_browsers(db):
    client = Client(headers={"Accept-Language": "en"})
    assert client.get("/api/v1/clock")["Content-Language"] == "zh-hans"
    answer = client.post("/language/", {"language": "en", "next": "/halls/"})
    assert (answer.status_code, answer["Location"]) == (302, "/halls/")
    assert client.get("/api/v1/clock")["Content-Language"] == "en"


def test_language_does_not_lead_to_another_site(db):
    answer = Client().post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_a_session_is_noted_once_and_not_written_for_every_page(world, django_assert_num_queries):
    client = world.client("chen")
    client.get("/account/sessions/")
    seen = UserSession.objects.get(user=world.person("chen")).last_seen_at
    with django_assert_num_queries(3):  # session, person, roles
        client.get("/api/v1/clock")
    assert UserSession.objects.get(user=world.person("chen")).last_seen_at == seen

"""The first page explains, and works for everybody."""

import pytest


@pytest.mark.parametrize("name", ["public", "chen", "he"])
def test_home_says_what_this_is(world, name):
    page = world.client(name).get("/")
    assert page.status_code == 200
    assert ("供应商注册" in page.content.decode()) == (name == "public")


def test_home_asks_the_database_a_fixed_number_of_times(world, django_assert_num_queries):
    client = world.client("public")
    client.get("/")
    with django_assert_num_queries(2):
        client.get("/")


def test_an_unknown_address_of_the_api_answers_in_its_shape(world):
    answer = world.client("public").get("/api/v1/nothing-here")
    assert (answer.status_code, answer.json()["code"]) == (404, "request.missing")

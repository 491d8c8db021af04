"""The API's frame: the tools over HTTP, and what is refused before any app sees it."""

import json

import pytest
from django.core.cache import cache

from portal.tools import TOOLS

DRAW = {
    "candidates": ["甲", "乙", "丙", "丁", "戊"],
    "seed": bytes(range(32)).hex(),
    "nonce": "01" * 16,
    "purpose": "expert-draw:GC-2026-0007",
    "count": 3,
}


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def post(client, path, body):
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(f"/api/v1/{path}", content, content_type="application/json")


def test_a_tool_gives_over_http_what_it_gives_on_the_command_line(db, client):
    answer = post(client, "tools/draw", DRAW)
    assert (answer.status_code, answer.json()) == (200, TOOLS["draw"](DRAW))
    assert answer.json()["drawn"] == ["乙", "丙", "戊"]


@pytest.mark.parametrize("name", sorted(TOOLS))
@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', '{"a": 1, "a": 2}', b"\xff", '{"zz": 1}'])
def test_every_tool_refuses_bad_input_in_the_one_shape(db, client, name, body):
    answer = post(client, f"tools/{name}", body)
    assert (answer.status_code, set(answer.json())) == (422, {"code", "message", "facts"})


def test_a_body_that_is_too_large_is_refused(db, client):
    answer = post(client, "tools/uscc", b" " * (5 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


def test_tools_are_documented(db, client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {f"/api/v1/tools/{name}" for name in TOOLS} <= set(paths)


def test_refusals_are_told_in_the_language_of_the_request(db, client):
    answer = client.get("/api/v1/me")
    assert answer.json()["message"] == "请先登录，或重新换取令牌。"
    assert answer["WWW-Authenticate"] == "Bearer"

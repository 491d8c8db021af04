"""Accounts by the API: who gets a token, what it opens, and one shape of refusal."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from accounts import queries
from tests import factories
from tests.entrance import code_now, later, with_app
from tests.world import PASSWORD

SUPPLIER = {
    "organisation": {
        "uscc": factories.credit_code(77),
        "name": "新安启明软件有限公司",
        "legal_representative": "高远",
        "address": "新安市建设路 8 号",
        "phone": "0393-8800123",
        "size": "small",
    },
    "administrator": {"username": "gaoyuan", "name": "高远", "password": PASSWORD},
}


def call(method, path, body=None, token=None, client=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = (client or Client()).generic(
        method,
        f"/api/v1/{path}",
        b"" if body is None else json.dumps(body).encode(),
        content_type="application/json",
        headers=headers,
    )
    return answer.status_code, answer.json() if answer.content else None


def token_of(name, **more):
    _, body = call("POST", "token", {"username": name, "password": PASSWORD, **more})
    return body["token"]


def code_of(answer):
    status, body = answer
    assert set(body) == {"code", "message", "facts"}
    assert body["message"]
    return status, body["code"]


def test_token_says_who_calls(world):
    status, body = call("GET", "me", token=token_of("chen"))
    assert (status, body["username"], [role["role"] for role in body["roles"]]) == (
        200,
        "chen",
        ["bidder"],
    )


@pytest.mark.parametrize(("name", "password"), [("chen", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_token_is_refused_alike_for_a_wrong_name_and_a_wrong_password(world, name, password):
    answer = call("POST", "token", {"username": name, "password": password})
    assert code_of(answer) == (403, "token.refused")


def test_an_address_that_guesses_must_wait_and_locks_nobody_else_out(world):
    for _ in range(30):
        call("POST", "token", {"username": "chen", "password": "wrong"})
    own = {"username": "chen", "password": PASSWORD}
    assert code_of(call("POST", "token", own)) == (429, "request.too_many")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert call("POST", "token", own, client=elsewhere)[0] == 200


def test_token_needs_the_second_step_where_one_is_set_up(world):
    secret = with_app(world.person("chen"))
    body = {"username": "chen", "password": PASSWORD}
    assert code_of(call("POST", "token", body)) == (403, "token.code_needed")
    assert code_of(call("POST", "token", body | {"code": "000"})) == (403, "token.code_needed")
    with later():
        assert call("POST", "token", body | {"code": code_now(secret)})[0] == 200


@pytest.mark.parametrize("path", ["me", "people/chen", "organisations/x"])
def test_nobody_reads_without_signing_in(world, path):
    assert code_of(call("GET", path)) == (401, "request.not_signed_in")
    assert code_of(call("GET", path, token="forged")) == (401, "request.not_signed_in")


def test_token_that_is_over_is_told_as_such_and_not_as_a_missing_form_token(world):
    client = Client(enforce_csrf_checks=True)
    answer = call("POST", "intake-token", {}, client=client, token="forged")
    assert code_of(answer) == (401, "request.not_signed_in")


def test_a_session_reads_and_needs_its_csrf_token_to_write(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person("chen"), "django.contrib.auth.backends.ModelBackend")
    assert call("GET", "me", client=client)[0] == 200
    assert code_of(call("POST", "tokens/revoke", client=client)) == (403, "request.csrf")


def test_malformed_body_is_answered_with_where_and_why(world):
    answer = call("POST", "token", {"username": "ch\0en", "password": 7, "colour": "red"})
    assert code_of(answer) == (422, "request.malformed")
    assert [error["where"] for error in answer[1]["facts"]["errors"]] == [
        "body.body.username",
        "body.body.password",
        "body.body.colour",
    ]


def test_unreadable_body_is_answered_in_the_same_shape(world):
    answer = Client().post("/api/v1/token", "{", content_type="application/json")
    assert code_of((answer.status_code, answer.json())) == (400, "request.unreadable")


def test_register_supplier_and_sign_in_with_it(db):
    status, body = call("POST", "suppliers", SUPPLIER)
    assert (status, body["username"], body["roles"][0]["role"]) == (201, "gaoyuan", "bidder")
    uscc = SUPPLIER["organisation"]["uscc"]
    status, body = call("GET", f"organisations/{uscc}", token=token_of("gaoyuan"))
    assert (status, body["name"], body["administrator"]) == (
        200,
        "新安启明软件有限公司",
        "gaoyuan",
    )
    assert code_of(call("POST", "suppliers", SUPPLIER)) == (409, "person.username_taken")


def test_register_supplier_with_a_token_that_is_over_is_not_taken_for_the_public(db):
    assert code_of(call("POST", "suppliers", SUPPLIER, token="over")) == (
        401,
        "request.not_signed_in",
    )


def test_intake_token_stands_for_the_own_organisation(world):
    status, body = call("POST", "intake-token", {}, token=token_of("chen"))
    bearer = queries.intake_bearer(body["token"], timezone.now())
    assert (status, bearer.uscc) == (200, world.organisation_of("chen").uscc)
    assert code_of(call("POST", "intake-token", {}, token=token_of("sun"))) == (
        404,
        "organisation.none_to_bid_for",
    )
    foreign = {"uscc": world.organisation_of("zhao").uscc}
    assert code_of(call("POST", "intake-token", foreign, token=token_of("chen"))) == (
        403,
        "intake.not_a_bidder",
    )
    factories.role(world.person("chen"), "bidder", world.organisation_of("zhao"))
    assert code_of(call("POST", "intake-token", {}, token=token_of("chen"))) == (
        422,
        "organisation.several",
    )


def test_centre_registers_grants_and_ends_by_the_api(world):
    zhou = token_of("zhou")
    body = SUPPLIER["organisation"]
    assert call("POST", "organisations", body, token=zhou)[0] == 201
    staff = SUPPLIER["administrator"] | {"uscc": body["uscc"]}
    assert call("POST", "people", staff, token=zhou)[0] == 201
    role = {"role": "agency", "uscc": body["uscc"], "reason": "入库"}
    assert call("POST", "people/gaoyuan/roles", role, token=zhou)[0] == 201
    assert code_of(call("POST", "people/gaoyuan/roles", role, token=zhou)) == (
        409,
        "role.held_already",
    )
    status, ended = call("POST", "people/gaoyuan/roles/end", role, token=zhou)
    assert (status, ended["end_reason"]) == (200, "入库")
    status, person = call("GET", "people/gaoyuan", token=zhou)
    assert [item["ends_at"] is None for item in person["roles"]] == [False]


def test_organisation_and_own_contact_are_changed_by_the_api(world):
    chen, uscc = token_of("chen"), world.organisation_of("chen").uscc
    details = SUPPLIER["organisation"] | {"uscc": uscc, "phone": "0393-1"}
    status, body = call("PUT", f"organisations/{uscc}", details, token=chen)
    assert (status, body["phone"], body["name"]) == (200, "0393-1", "晨光医疗科技有限公司")
    assert call("PUT", "me", {"phone": "139"}, token=chen)[0] == 200
    assert queries.person("chen").phone == "139"
    administrator = {"username": "chen"}
    assert call("POST", f"organisations/{uscc}/administrator", administrator, token=chen)[0] == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [("chen", 200), ("zhou", 200), ("qian", 200), ("wang", 200), ("zhao", 404), ("he", 404)],
)
def test_organisation_is_read_by_its_people_and_by_oversight(world, name, status):
    uscc = world.organisation_of("chen").uscc
    assert call("GET", f"organisations/{uscc}", token=token_of(name))[0] == status


@pytest.mark.parametrize(
    ("name", "status"),
    [("chen", 200), ("zhou", 200), ("tang", 200), ("qian", 404), ("zhao", 404)],
)
def test_person_is_read_by_himself_and_by_oversight(world, name, status):
    assert call("GET", "people/chen", token=token_of(name))[0] == status


def test_revoked_tokens_open_nothing(world):
    chen = token_of("chen")
    assert call("POST", "tokens/revoke", token=chen) == (204, None)
    assert code_of(call("GET", "me", token=chen)) == (401, "request.not_signed_in")


def test_documentation_lists_the_calls_and_runs_no_inline_script(db):
    page = Client().get("/api/v1/docs").content.decode()
    assert ("cdn" in page, "<script>" in page) == (False, False)
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/token", "/api/v1/intake-token", "/api/v1/me"} <= set(paths)

"""The pages about people: who may, who may not, and what a refused form says."""

import re

import pytest
from django.test import Client

from accounts import queries
from accounts.models import User
from tests import factories
from tests.world import PASSWORD

SUPPLIER = {
    "uscc": factories.credit_code(77),
    "name": "新安启明软件有限公司",
    "legal_representative": "高远",
    "address": "新安市建设路 8 号",
    "phone": "0393-8800123",
    "size": "small",
    "bank_account": "",
    "person_name": "高远",
    "person_phone": "",
    "username": "gaoyuan",
    "password": PASSWORD,
    "again": PASSWORD,
    "declared": "on",
}


@pytest.fixture
def uscc(world):
    """Chen's organisation, which Chen administers."""
    return world.organisation_of("chen").uscc


def statuses(world, address, names):
    return {name: world.client(name).get(address).status_code for name in names}


def text(answer):
    return answer.content.decode()


# --- registering ---


def test_register_signs_the_new_administrator_in(world):
    client = world.client("public")
    answer = client.post("/organisations/register/", SUPPLIER)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert "高远" in text(client.get("/desk/"))
    assert queries.organisation(SUPPLIER["uscc"]).administrator.username == "gaoyuan"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"uscc": SUPPLIER["uscc"][:-1]}, "uscc", "应为 18 位"),
        ({"uscc": factories.credit_code(7)}, "uscc", "已注册"),
        ({"name": "晨光医疗科技有限公司"}, "name", "同名"),
        ({"username": "chen"}, "username", "已有人使用"),
        ({"password": "1234567890", "again": "1234567890"}, "password", "不够安全"),
        ({"again": "other"}, "again", "不一致"),
        ({"declared": ""}, "declared", "必填"),
        ({"size": "giant"}, "size", "giant"),
        ({"name": "a\0b"}, "name", "不允许"),
    ],
)
def test_register_shows_the_form_again_with_the_reason_beside_the_field(
    world, change, field, words
):
    answer = world.client("public").post("/organisations/register/", SUPPLIER | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in str(answer.context["form"].errors[field])
    assert not User.objects.filter(username="gaoyuan").exists()


def test_register_is_refused_to_people_who_have_an_account(world):
    names = ["public", "chen", "he"]
    assert statuses(world, "/organisations/register/", names) == {
        "public": 200,
        "chen": 403,
        "he": 403,
    }


def test_register_is_refused_after_too_many_tries(world):
    client = world.client("public")
    for _ in range(30):
        client.post("/organisations/register/", SUPPLIER | {"uscc": factories.credit_code(7)})
    answer = client.post("/organisations/register/", SUPPLIER)
    assert (answer.status_code, answer.context["code"]) == (429, "request.too_many")


# --- who sees which page ---

PEOPLE_PAGES = {
    "public": 302,
    "he": 403,
    "chen": 403,
    "qian": 403,
    "zhou": 200,
    "zheng": 200,
    "wang": 200,
    "tang": 200,
}


@pytest.mark.parametrize("address", ["/people/", "/accesses/"])
def test_people_and_accesses_are_for_administration_and_oversight(world, address):
    assert statuses(world, address, PEOPLE_PAGES) == PEOPLE_PAGES


@pytest.mark.parametrize("address", ["/people/new/", "/organisations/new/"])
def test_registering_others_is_for_the_centre_administration(world, address):
    names = ["public", "chen", "qian", "zheng", "zhou"]
    expected = {"public": 302, "chen": 403, "qian": 403, "zheng": 403, "zhou": 200}
    assert statuses(world, address, names) == expected


def test_organisation_is_shown_to_its_people_and_to_oversight(world, uscc):
    seen = {
        "public": 302, "he": 404, "zhao": 404, "sun": 404, "chen": 200, "qian": 200, "zhou": 200,
        "zheng": 200, "wang": 200, "tang": 200,
    }  # fmt: skip
    assert statuses(world, f"/organisations/{uscc}/", seen) == seen


def test_organisation_is_changed_by_its_administrator_or_the_centre(world, uscc):
    may = {"public": 302, "zhao": 404, "qian": 403, "wang": 403, "chen": 200, "zhou": 200}
    assert statuses(world, f"/organisations/{uscc}/change/", may) == may
    assert statuses(world, f"/organisations/{uscc}/people/new/", may) == may


def test_person_is_shown_to_himself_his_administrator_and_oversight(world, uscc):
    factories.role(world.person("he"), "bidder", world.organisation_of("chen"))
    seen = {"public": 302, "zhao": 404, "qian": 404, "he": 200, "chen": 200, "zhou": 200}
    assert statuses(world, "/people/he/", seen) == seen


def test_bank_account_is_for_the_organisation_and_the_centre_administration(world, uscc):
    body = world.organisation_of("chen")
    body.bank_account = "6222000011112222"
    body.save()
    shown = {
        name: "6222000011112222" in text(world.client(name).get(f"/organisations/{uscc}/"))
        for name in ["chen", "zhou", "qian", "wang"]
    }
    assert shown == {"chen": True, "zhou": True, "qian": False, "wang": False}


@pytest.mark.parametrize("name", ["chen", "he", "wu", "zhou"])
def test_account_shows_me_and_how_i_sign_in(world, name):
    page = text(world.client(name).get("/account/"))
    assert world.person(name).name in page
    assert "/account/2fa/" in page


def test_organisations_leads_to_the_only_one(world, uscc):
    assert world.client("chen").get("/organisations/")["Location"] == f"/organisations/{uscc}/"
    assert "不代表任何单位" in text(world.client("he").get("/organisations/"))
    factories.role(world.person("chen"), "bidder", world.organisation_of("zhao"))
    page = text(world.client("chen").get("/organisations/"))
    assert page.count("card-link") == 2


# --- doing ---


def test_administrator_opens_an_account_for_new_staff(world, uscc):
    fields = {k: SUPPLIER[k] for k in ["person_name", "person_phone", "username", "password"]}
    form = fields | {"again": PASSWORD, "role": "bidder"}
    client = world.client("chen")
    assert client.post(f"/organisations/{uscc}/people/new/", form).status_code == 302
    assert "gaoyuan" in text(client.get(f"/organisations/{uscc}/"))
    again = client.post(f"/organisations/{uscc}/people/new/", form)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["username"])


def test_administrator_may_hand_on_only_the_roles_the_organisation_has(world, uscc):
    client = world.client("chen")
    form = {"username": "he", "role": "agency", "reason": ""}
    answer = client.post(f"/organisations/{uscc}/people/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["role"])
    answer = client.post(f"/organisations/{uscc}/people/", form | {"role": "bidder"})
    assert answer.status_code == 302
    assert world.actor("he", queries.person("he").roles.get().starts_at).has("bidder")


def test_organisation_is_changed_by_its_form(world, uscc):
    fields = ["legal_representative", "address", "phone", "size", "bank_account"]
    form = {name: SUPPLIER[name] for name in fields} | {"phone": "0393-1"}
    answer = world.client("chen").post(f"/organisations/{uscc}/change/", form)
    assert (answer.status_code, queries.organisation(uscc).phone) == (302, "0393-1")
    answer = world.client("chen").post(f"/organisations/{uscc}/change/", form | {"phone": ""})
    assert (answer.status_code, queries.organisation(uscc).phone) == (422, "0393-1")


def test_administration_is_handed_to_a_colleague(world, uscc):
    factories.role(world.person("he"), "bidder", world.organisation_of("chen"))
    address = f"/organisations/{uscc}/administrator/"
    assert world.client("zhao").post(address, {"username": "he"}).status_code == 404
    assert world.client("chen").post(address, {"username": "he"}).status_code == 302
    assert queries.organisation(uscc).administrator == world.person("he")


def test_centre_grants_a_role_and_is_told_why_others_are_excluded(world, uscc):
    client = world.client("zhou")
    page = client.get("/people/chen/")
    offered = {role for role, _ in page.context["form"].fields["role"].choices}
    assert offered == {"bidder", "expert", "auditor", "notary", "staff"}
    assert "决策执行监督三分离" in text(client.get("/people/qian/"))
    form = {"role": "agency", "uscc": uscc, "reason": "委托"}
    answer = client.post("/people/chen/roles/", form)
    assert (answer.status_code, "供应商人员不得同时任职" in text(answer)) == (422, True)
    answer = client.post("/people/he/roles/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/people/he/")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"role": "expert"}, "uscc"), ({"uscc": ""}, "uscc"), ({"reason": ""}, "reason")],
)
def test_centre_is_told_beside_the_field_what_is_wrong(world, uscc, change, field):
    form = {"role": "bidder", "uscc": uscc, "reason": "委托"} | change
    answer = world.client("zhou").post("/people/he/roles/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_nobody_grants_a_role_to_himself_even_the_centre_administration(world, uscc):
    page = world.client("zhou").get("/people/zhou/")
    assert not page.context["may_grant"]
    form = {"role": "notary", "uscc": uscc, "reason": "x"}
    assert world.client("zhou").post("/people/zhou/roles/", form).status_code == 403


def test_role_is_ended_with_a_reason_and_stays_in_the_history(world, uscc):
    form = {"role": "bidder", "uscc": uscc, "reason": "调离", "back": "organisation"}
    answer = world.client("chen").post("/people/chen/roles/end/", form)
    assert answer["Location"] == f"/organisations/{uscc}/"
    assert "调离" in text(world.client("zhou").get("/people/chen/"))
    again = world.client("zhou").post("/people/chen/roles/end/", form)
    assert (again.status_code, again.context["code"]) == (409, "role.not_held")
    empty = world.client("zhou").post("/people/zhao/roles/end/", {})
    assert empty.status_code == 409


def test_contact_is_changed_and_tokens_are_revoked(world):
    client = world.client("chen")
    assert client.post("/account/", {"phone": "139", "email": "x"}).status_code == 422
    assert client.post("/account/", {"phone": "139", "email": ""}).status_code == 302
    assert client.post("/account/tokens/revoke/").status_code == 302
    chen = queries.person("chen")
    assert (chen.phone, chen.token_epoch) == ("139", 1)


# --- lists ---


def test_people_are_found_by_name_user_name_organisation_and_role(world):
    client = world.client("zhou")

    def found(query):
        return [person.username for person in client.get(f"/people/?{query}").context["page"]]

    assert found("q=陈") == ["chen"]
    assert found("q=qian") == ["qian"]
    assert found("q=清源") == ["sun"]
    assert found("role=notary") == ["feng"]
    assert found("role=nonsense") == found("")
    assert "没有符合条件的人员" in text(client.get("/people/?q=没有的人"))


@pytest.mark.parametrize("more", [0, 3])
def test_people_list_asks_the_database_a_fixed_number_of_times(
    world, django_assert_num_queries, more
):
    for _ in range(more):
        factories.role(factories.person(), "bidder", world.organisation_of("chen"))
    client = world.client("zhou")
    client.get("/people/")
    with django_assert_num_queries(7):
        client.get("/people/")


@pytest.mark.parametrize("more", [0, 3])
def test_organisation_page_asks_the_database_a_fixed_number_of_times(
    world, uscc, django_assert_num_queries, more
):
    for _ in range(more):
        factories.role(factories.person(), "bidder", world.organisation_of("chen"))
    client = world.client("chen")
    client.get(f"/organisations/{uscc}/")
    with django_assert_num_queries(7):
        client.get(f"/organisations/{uscc}/")


# --- signing in ---


def test_sign_in_leads_to_the_desk_and_an_address_that_guesses_must_wait(world):
    client = world.client("public")
    good = {"login": "chen", "password": PASSWORD}
    assert client.post("/account/login/", good)["Location"] == "/desk/"
    stranger = world.client("public")
    for _ in range(6):
        stranger.post("/account/login/", good | {"password": "wrong"})
    assert "Location" not in stranger.post("/account/login/", good)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/account/login/", good)["Location"] == "/desk/"


def test_nobody_signs_up_without_an_organisation(db, client):
    page = text(client.get("/account/signup/"))
    assert 'name="password1"' not in page


def test_demo_lists_the_cast_beside_the_sign_in_form_and_the_law_does_not(world, settings):
    client = world.client("public")
    assert "演示角色" not in text(client.get("/account/login/"))
    settings.DEMO = True
    page = text(client.get("/account/login/"))
    assert re.findall(r'name="login" value="(\w+)"', page) == [
        "lin", "sun", "chen", "zhao", "hu", "wu", "luo", "song", "qian", "zhou", "zheng", "wang",
        "mei", "tang", "feng",
    ]  # fmt: skip


def test_password_that_is_too_short_is_refused_in_chinese(world):
    given = {"oldpassword": PASSWORD, "password1": "kj3h7q", "password2": "kj3h7q"}
    answer = world.client("chen").post("/account/password/change/", given)
    assert "密码太短，至少要有 10 个字符。" in answer.content.decode()


def test_passkey_is_named_in_chinese(world):
    client = world.client("chen")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = client.get("/account/2fa/webauthn/add/")
    assert "名称" in answer.content.decode()


# --- registering oneself ---

ONESELF = {
    "person_name": "方晴",
    "person_phone": "",
    "username": "fangqing",
    "password": "a long enough secret",
    "again": "a long enough secret",
    "declared": "on",
}


def test_a_person_opens_an_account_without_any_role(world):
    client = world.client("public")
    assert client.get("/people/register/").status_code == 200
    answer = client.post("/people/register/", ONESELF)
    assert (answer.status_code, answer.url) == (302, "/desk/")
    person = queries.person("fangqing")
    assert (person.name, person.roles.count()) == ("方晴", 0)
    assert client.get("/desk/").status_code == 200


def test_an_account_for_oneself_is_for_those_who_have_none(world):
    assert world.client("he").post("/people/register/", ONESELF).status_code == 403
    wrong = world.client("public").post("/people/register/", ONESELF | {"username": "lin"})
    assert (wrong.status_code, "已有人使用" in text(wrong)) == (422, True)


def test_a_person_opens_an_account_by_the_api(world):
    body = {"username": "fangqing", "name": "方晴", "password": "a long enough secret"}
    answer = world.client("public").post(
        "/api/v1/people/oneself", body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["name"]) == (201, "方晴")

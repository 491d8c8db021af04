"""Registering, granting and ending: the good path, each refusal by its code, and the facts left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import queries, services
from accounts.domain import PUBLIC, Access, OrganisationDetails, PersonDetails
from accounts.models import Organisation, Role, User
from kernel.errors import DomainError
from ledger.models import Entry
from tests import factories
from tests.world import AT, PASSWORD

LATER = AT + timedelta(days=3)
DETAILS = OrganisationDetails(
    uscc=factories.credit_code(77),
    name="新安启明软件有限公司",
    legal_representative="高远",
    address="新安市建设路 8 号",
    phone="0393-8800123",
    size="small",
)
GAO = PersonDetails("gaoyuan", "高远", "13900000001", "gao@example.cn")


def facts():
    return list(Entry.objects.order_by("id").values_list("stream", "kind", "actor", "data"))


def refused(call, **kwargs):
    """Give the code of a refusal, after making sure that it changed and recorded nothing."""
    before = (Organisation.objects.count(), User.objects.count(), Role.objects.count(), facts())
    with pytest.raises(DomainError) as refusal:
        call(**kwargs)
    assert before == (
        Organisation.objects.count(),
        User.objects.count(),
        Role.objects.count(),
        facts(),
    )
    return refusal.value.code


def supplier(**change):
    given = {
        "actor": PUBLIC,
        "organisation": DETAILS,
        "administrator": GAO,
        "password": PASSWORD,
        "at": AT,
    }
    return given | change


def granting(world, by="zhou", **change):
    given = {
        "actor": world.actor(by),
        "username": "he",
        "role": "bidder",
        "uscc": world.organisation_of("chen").uscc,
        "reason": "新入职",
        "at": LATER,
    }
    return given | change


# --- registering ---


@pytest.mark.django_db
def test_register_supplier_opens_organisation_administrator_and_role_at_once():
    user = services.register_supplier(**supplier())
    body = queries.organisation(DETAILS.uscc)
    actor = queries.actor(user, AT)
    assert (actor.ref, actor.organisations("bidder"), body.administrator, body.region) == (
        "person:gaoyuan",
        {body.pk},
        user,
        "410902",
    )
    assert user.check_password(PASSWORD)
    assert facts() == [
        (
            body.stream,
            "organisation.registered",
            "person:gaoyuan",
            {"organisation": body.uscc, "name": body.name, "code_as_printed": False},
        ),
        ("person.gaoyuan", "person.registered", "person:gaoyuan", {"person": "gaoyuan"}),
        (
            "person.gaoyuan",
            "role.granted",
            "person:gaoyuan",
            {"person": "gaoyuan", "role": "bidder", "organisation": body.uscc, "reason": ""},
        ),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"organisation": replace(DETAILS, uscc=DETAILS.uscc[:-1] + "0")}, "uscc.check"),
        ({"organisation": replace(DETAILS, name="")}, "text.missing"),
        ({"administrator": replace(GAO, username="高")}, "person.bad_username"),
        ({"administrator": replace(GAO, username="chen")}, "person.username_taken"),
        ({"administrator": replace(GAO, email="nowhere")}, "person.bad_email"),
        ({"password": "12345678"}, "password.weak"),
        ({"password": "gaoyuan-2026"}, "password.weak"),
        (
            {"organisation": replace(DETAILS, uscc=factories.credit_code(7))},
            "organisation.registered_already",
        ),
        (
            {"organisation": replace(DETAILS, name="晨光医疗科技有限公司")},
            "organisation.name_taken",
        ),
    ],
)
def test_register_supplier_refuses(world, change, code):
    assert refused(services.register_supplier, **supplier(**change)) == code


def test_register_supplier_is_for_visitors_without_an_account(world):
    call = supplier(actor=world.actor("chen"))
    assert refused(services.register_supplier, **call) == "supplier.register.denied"


@pytest.mark.django_db
def test_register_supplier_takes_an_early_code_as_printed_on_the_certificate():
    code = DETAILS.uscc[:-1] + ("0" if DETAILS.uscc[-1] != "0" else "1")
    early = replace(DETAILS, uscc=code)
    services.register_supplier(**supplier(organisation=early, lenient=True))
    assert queries.organisation(code).name == DETAILS.name
    assert facts()[0][3]["code_as_printed"] is True


@pytest.mark.parametrize("name", ["public", "qian", "chen", "he"])
def test_register_organisation_is_for_the_centre_administration(world, name):
    call = {"actor": world.actor(name), "details": DETAILS, "at": AT}
    assert refused(services.register_organisation, **call) == "organisation.register.denied"


def test_register_organisation_and_its_first_person_becomes_administrator(world):
    zhou = world.actor("zhou")
    body = services.register_organisation(actor=zhou, details=DETAILS, at=AT)
    assert body.administrator is None
    services.register_person(actor=zhou, details=GAO, password=PASSWORD, uscc=body.uscc, at=AT)
    services.grant_role(**granting(world, username="gaoyuan", role="agency", uscc=body.uscc))
    body.refresh_from_db()
    assert body.administrator == queries.person("gaoyuan")
    assert [kind for _, kind, _, _ in facts()] == [
        "organisation.registered",
        "person.registered",
        "role.granted",
    ]


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("chen", True), ("zhou", True), ("zhao", False), ("qian", False), ("public", False)],
)
def test_register_person_by_the_own_administrator_or_the_centre(world, name, allowed):
    call = {
        "actor": world.actor(name),
        "details": GAO,
        "password": PASSWORD,
        "uscc": world.organisation_of("chen").uscc,
        "at": AT,
    }
    if allowed:
        assert services.register_person(**call).roles.count() == 0
        assert [kind for _, kind, _, _ in facts()] == ["person.registered"]
    else:
        assert refused(services.register_person, **call) == "person.register.denied"


# --- changing ---


def test_change_organisation_records_which_fields_moved(world):
    body = world.organisation_of("chen")
    details = replace(DETAILS, uscc=body.uscc, name=body.name, phone="0393-1", size="medium")
    services.change_organisation(actor=world.actor("chen"), details=details, at=AT)
    body.refresh_from_db()
    assert (body.phone, body.size) == ("0393-1", "medium")
    assert facts() == [
        (
            body.stream,
            "organisation.changed",
            "person:chen",
            {"organisation": body.uscc, "fields": ["phone", "size"]},
        )
    ]
    services.change_organisation(actor=world.actor("chen"), details=details, at=AT)
    assert len(facts()) == 1


def test_change_organisation_of_others_is_refused(world):
    details = replace(DETAILS, uscc=world.organisation_of("chen").uscc)
    call = {"actor": world.actor("zhao"), "details": details, "at": AT}
    assert refused(services.change_organisation, **call) == "organisation.change.denied"


def test_appoint_administrator_takes_somebody_of_the_house(world):
    body = world.organisation_of("chen")
    call = {"actor": world.actor("chen"), "uscc": body.uscc, "username": "he", "at": LATER}
    assert refused(services.appoint_administrator, **call) == "organisation.administrator_outside"
    services.grant_role(**granting(world))
    services.appoint_administrator(**call)
    body.refresh_from_db()
    assert body.administrator == world.person("he")
    assert facts()[-1][1:] == (
        "organisation.changed",
        "person:chen",
        {"organisation": body.uscc, "administrator": "he"},
    )
    assert refused(services.appoint_administrator, **call) == "organisation.change.denied"


def test_change_person_changes_ones_own_telephone_and_mail(world):
    chen = world.actor("chen")
    given = {"actor": chen, "phone": "139", "email": "chen@example.cn", "at": AT}
    assert refused(services.change_person, **given) == "person.password_needed"
    assert facts() == []
    services.change_person(password=PASSWORD, **given)
    assert facts() == [
        ("person.chen", "person.changed", "person:chen", {"fields": ["phone", "email"]})
    ]
    services.change_person(**given)
    assert len(facts()) == 1
    wrong = {"actor": chen, "phone": "", "email": "x", "at": AT}
    assert refused(services.change_person, **wrong) == "person.bad_email"
    nobody = {"actor": PUBLIC, "phone": "", "email": "", "at": AT}
    assert refused(services.change_person, **nobody) == "person.change.denied"


# --- roles ---


def test_grant_role_begins_now_and_is_recorded(world):
    call = granting(world)
    services.grant_role(**call)
    he = world.person("he")
    assert queries.actor(he, LATER).has("bidder")
    assert not queries.actor(he, LATER - timedelta(seconds=1)).grants
    assert facts() == [
        (
            "person.he",
            "role.granted",
            "person:zhou",
            {"person": "he", "role": "bidder", "organisation": call["uscc"], "reason": "新入职"},
        )
    ]


@pytest.mark.parametrize(
    ("by", "role", "code"),
    [
        ("chen", "bidder", None),
        ("chen", "agency", "role.grant.denied"),
        ("chen", "centre_ops", "role.grant.denied"),
        ("zhao", "bidder", "role.grant.denied"),
        ("qian", "bidder", "role.grant.denied"),
        ("zheng", "bidder", "role.grant.denied"),
        ("he", "bidder", "role.grant.denied"),
        ("public", "bidder", "role.grant.denied"),
        ("zhou", "centre_inspector", None),
    ],
)
def test_grant_role_by_the_centre_or_by_the_own_administrator(world, by, role, code):
    call = granting(world, by, role=role)
    if code:
        assert refused(services.grant_role, **call) == code
    else:
        assert services.grant_role(**call).role == role


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "zhou"}, "role.grant.denied"),
        ({"username": "nobody"}, "person.missing"),
        ({"uscc": "0" * 18}, "organisation.missing"),
        ({"role": "emperor"}, "role.unknown"),
        ({"role": "expert"}, "role.personal"),
        ({"uscc": None}, "role.organisation_needed"),
        ({"username": "chen"}, "role.held_already"),
        ({"username": "sun"}, "role.exclusive"),
        ({"username": "qian", "role": "centre_inspector"}, "role.exclusive"),
        ({"username": "wang", "role": "agency"}, "role.exclusive"),
        ({"username": "mei"}, "role.exclusive"),
        ({"reason": "长" * 201}, "text.too_long"),
    ],
)
def test_grant_role_refuses(world, change, code):
    assert refused(services.grant_role, **granting(world, **change)) == code


def test_change_of_the_centres_side_waits_thirty_days(world):
    centre = world.organisation_of("qian").uscc
    ending = granting(world, username="qian", role="centre_ops", uscc=centre)
    services.end_role(**ending)
    wanted = ending | {"role": "centre_inspector", "at": LATER + timedelta(days=29, hours=23)}
    assert refused(services.grant_role, **wanted) == "role.cooling_down"
    services.grant_role(**wanted | {"at": LATER + timedelta(days=30)})
    assert [(kind, data["role"]) for _, kind, _, data in facts()] == [
        ("role.ended", "centre_ops"),
        ("role.granted", "centre_inspector"),
    ]


def test_end_role_keeps_the_history_and_is_recorded(world):
    body = world.organisation_of("chen")
    call = granting(world, "chen", username="chen", reason="调离")
    services.end_role(**call)
    assert not queries.actor(world.person("chen"), LATER).grants
    ended = queries.role_history(world.person("chen")).get()
    assert (ended.ends_at, ended.ended_by, ended.end_reason) == (LATER, "person:chen", "调离")
    assert facts() == [
        (
            "person.chen",
            "role.ended",
            "person:chen",
            {"person": "chen", "role": "bidder", "organisation": body.uscc, "reason": "调离"},
        )
    ]
    assert refused(services.end_role, **call) == "role.not_held"


def test_whoever_left_administers_nothing_any_more(world):
    body = world.organisation_of("chen")
    services.grant_role(**granting(world))
    services.end_role(**granting(world, "chen", username="chen", reason="调离"))
    chen = queries.actor(world.person("chen"), LATER)
    own = {"actor": chen, "uscc": body.uscc, "at": LATER}
    staff = own | {"details": GAO, "password": PASSWORD, "role": "bidder"}
    assert refused(services.register_staff, **staff) == "person.register.denied"
    mine = replace(DETAILS, uscc=body.uscc, bank_account="6222")
    call = {"actor": chen, "details": mine, "at": LATER}
    assert refused(services.change_organisation, **call) == "organisation.change.denied"
    call = own | {"username": "he"}
    assert refused(services.appoint_administrator, **call) == "organisation.change.denied"
    ending = granting(world) | {"actor": chen}
    assert refused(services.end_role, **ending) == "role.end.denied"
    assert [found.username for found in queries.people_visible_to(chen)] == ["chen"]
    with pytest.raises(DomainError):
        queries.organisation_for(chen, body.uscc)
    services.appoint_administrator(**call | {"actor": world.actor("zhou")})
    he = queries.actor(world.person("he"), LATER)
    assert services.register_staff(**staff | {"actor": he}).username == "gaoyuan"


@pytest.mark.parametrize(
    ("by", "change", "code"),
    [
        ("zhao", {"username": "chen"}, "role.end.denied"),
        ("public", {"username": "chen"}, "role.end.denied"),
        ("zhou", {"username": "he"}, "role.not_held"),
        ("zhou", {"username": "chen", "reason": " "}, "text.missing"),
        ("zhou", {"username": "nobody"}, "person.missing"),
    ],
)
def test_end_role_refuses(world, by, change, code):
    assert refused(services.end_role, **granting(world, by, **change)) == code


def test_the_centre_keeps_one_administrator(world):
    centre = world.organisation_of("zhou").uscc
    call = granting(world, username="zhou", role="centre_admin", uscc=centre)
    assert refused(services.end_role, **call) == "role.last_admin"


# --- accesses and tokens ---


def test_record_access_says_who_read_what_and_why(world):
    access = Access("bid.T-1.2", "处理投诉", "T-1", "evaluating", "10.0.0.9")
    services.record_access(actor=world.actor("wang"), access=access, at=AT)
    assert queries.accesses(world.actor("wang")) == [
        {
            "at": AT,
            "actor": "person:wang",
            "name": "王敏",
            "tender": "T-1",
            "roles": ["regulator"],
            "subject": "bid.T-1.2",
            "purpose": "处理投诉",
            "state": "evaluating",
            "address": "10.0.0.9",
        }
    ]
    silent = {"actor": world.actor("wang"), "access": replace(access, purpose=""), "at": AT}
    assert refused(services.record_access, **silent) == "text.missing"


def test_api_token_lives_twelve_hours_and_dies_with_the_password(world):
    chen = world.person("chen")
    token = services.issue_token(user=chen, at=AT)
    almost = AT + timedelta(hours=11, minutes=59)
    assert queries.bearer(token, almost) == chen
    assert queries.bearer(token, AT + timedelta(hours=12)) is None
    assert queries.bearer(token[:-1], AT) is None
    assert queries.bearer("", AT) is None
    assert queries.intake_bearer(token, AT) is None
    chen.set_password("another-Yangguang-2027")
    chen.save()
    assert queries.bearer(token, AT) is None


def test_revoke_tokens_makes_all_of_them_void(world):
    chen = world.person("chen")
    uscc = world.organisation_of("chen").uscc
    token = services.issue_token(user=chen, at=AT)
    intake = services.issue_intake_token(actor=world.actor("chen"), uscc=uscc, at=AT)
    services.revoke_tokens(actor=world.actor("chen"), at=AT)
    assert (queries.bearer(token, AT), queries.intake_bearer(intake, AT)) == (None, None)
    assert facts() == [("person.chen", "tokens.revoked", "person:chen", {})]


def test_intake_token_stands_for_person_and_organisation_while_the_role_lasts(world):
    chen, body = world.actor("chen"), world.organisation_of("chen")
    token = services.issue_intake_token(actor=chen, uscc=body.uscc, at=AT)
    assert queries.intake_bearer(token, AT) == queries.IntakeBearer(chen, body.pk, body.uscc)
    assert queries.bearer(token, AT) is None
    assert facts() == []
    services.end_role(**granting(world, username="chen"))
    assert queries.intake_bearer(token, LATER) is None


@pytest.mark.parametrize("name", ["zhao", "sun", "he", "public"])
def test_intake_token_is_for_the_organisations_bidders(world, name):
    uscc = world.organisation_of("chen").uscc
    call = {"actor": world.actor(name), "uscc": uscc, "at": AT}
    assert refused(services.issue_intake_token, **call) == "intake.not_a_bidder"


def test_a_person_whose_account_is_closed_acts_no_more(world):
    chen = world.person("chen")
    token = services.issue_token(user=chen, at=AT)
    chen.is_active = False
    chen.save()
    assert (queries.actor(chen, AT), queries.bearer(token, AT)) == (PUBLIC, None)

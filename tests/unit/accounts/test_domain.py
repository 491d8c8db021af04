"""Roles, exclusions and what an organisation or a person may be called."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import domain
from accounts.domain import Actor, Grant, OrganisationDetails, PersonDetails
from kernel.errors import Conflict, Invalid

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DETAILS = OrganisationDetails(
    uscc="91350100M000100Y43",
    name="晨光医疗科技有限公司",
    legal_representative="高远",
    address="新安市建设路 8 号",
    phone="0393-8800123",
    size="small",
)


def code_of(call, *args, **kwargs):
    with pytest.raises((Conflict, Invalid)) as refused:
        call(*args, **kwargs)
    return refused.value.code


@pytest.mark.parametrize("held", sorted(domain.CENTRE_SIDES))
@pytest.mark.parametrize("wanted", sorted(domain.CENTRE_SIDES))
def test_one_person_holds_at_most_one_side_of_the_centre(held, wanted):
    found = domain.exclusion({held}, wanted)
    assert (found is None) == (held == wanted)


@pytest.mark.parametrize("held", sorted(domain.ROLES))
@pytest.mark.parametrize("wanted", sorted(domain.ROLES))
def test_exclusion_is_the_same_in_both_directions(held, wanted):
    one, other = domain.exclusion({held}, wanted), domain.exclusion({wanted}, held)
    assert (one and one[1]) == (other and other[1])


def test_bidder_is_kept_from_the_whole_selling_side():
    kept = {role for role in domain.ROLES if domain.exclusion({"bidder"}, role)}
    assert kept == domain.SELLING_SIDE | {"social_supervisor", "bank"}


def test_the_banks_machine_which_knows_who_paid_deals_in_nothing_else():
    kept = {role for role in domain.ROLES if domain.exclusion({"bank"}, role)}
    assert kept == domain.ROLES.keys() - {"bank"}


def test_refuse_exclusive_names_both_roles():
    with pytest.raises(Conflict) as refused:
        domain.refuse_exclusive(["expert", "bidder"], "purchaser")
    assert (refused.value.code, refused.value.facts) == (
        "role.exclusive",
        {"held": "bidder", "wanted": "purchaser"},
    )


@pytest.mark.parametrize(
    ("left", "wanted", "days", "refused"),
    [
        ("centre_ops", "centre_admin", 29, True),
        ("centre_ops", "centre_admin", 30, False),
        ("centre_ops", "centre_ops", 1, False),
        ("centre_ops", "notary", 1, False),
        ("bidder", "centre_ops", 1, False),
    ],
)
def test_change_of_side_waits_thirty_days(left, wanted, days, refused):
    ended = [(left, AT - timedelta(days=days))]
    if refused:
        with pytest.raises(Conflict) as refusal:
            domain.refuse_change_of_side(ended, wanted, AT)
        assert refusal.value.facts == {"free_at": "2026-11-25 09:00"}
    else:
        domain.refuse_change_of_side(ended, wanted, AT)


@pytest.mark.parametrize(
    ("role", "has_organisation", "code"),
    [
        ("emperor", True, "role.unknown"),
        ("expert", True, "role.personal"),
        ("bidder", False, "role.organisation_needed"),
    ],
)
def test_role_belongs_to_an_organisation_or_to_the_person(role, has_organisation, code):
    refused = code_of(domain.refuse_misplaced, role, has_organisation=has_organisation)
    assert refused == code


@pytest.mark.parametrize("role", sorted(domain.ROLES))
def test_every_role_has_exactly_one_place(role):
    domain.refuse_misplaced(role, has_organisation=role not in domain.PERSONAL)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uscc": "91350100M000100Y4"}, "uscc.length"),
        ({"uscc": "91350100M000100Y44"}, "uscc.check"),
        ({"uscc": "91350100M000100O43"}, "uscc.characters"),
        ({"size": "giant"}, "organisation.size_unknown"),
        ({"name": "  "}, "text.missing"),
        ({"name": "长" * 121}, "text.too_long"),
        ({"address": "一\x00二"}, "text.unprintable"),
    ],
)
def test_check_organisation_refuses(change, code):
    wrong = OrganisationDetails(**(vars(DETAILS) | change))
    assert code_of(domain.check_organisation, wrong, lenient=False) == code


def test_check_organisation_gives_the_standard_form():
    typed = OrganisationDetails(
        **(vars(DETAILS) | {"uscc": " 91350100m000100y43 ", "name": " 晨光 "})
    )
    assert domain.check_organisation(typed, lenient=False) == OrganisationDetails(
        **(vars(DETAILS) | {"name": "晨光"})
    )


def test_lenient_check_takes_an_early_code_with_a_wrong_check_character():
    early = OrganisationDetails(**(vars(DETAILS) | {"uscc": "91350100M000100Y44"}))
    assert domain.check_organisation(early, lenient=True) == early


@pytest.mark.parametrize("username", ["", "a", "3chen", "陈立", "system", "a" * 31, "chen li"])
def test_check_person_refuses_a_user_name(username):
    assert code_of(domain.check_person, PersonDetails(username, "陈立")) == "person.bad_username"


def test_check_person_gives_the_standard_form():
    typed = PersonDetails(" Chen.Li ", " 陈立 ", " 139 ")
    assert domain.check_person(typed) == PersonDetails("chen.li", "陈立", "139")


def test_sees_organisation_own_people_and_oversight():
    def actor(role, organisation):
        return Actor("person:x", "某", 1, frozenset({Grant(role, organisation)}))

    seen = {
        (role, organisation): domain.sees_organisation(actor(role, organisation), 7)
        for role, organisation in [
            ("bidder", 7),
            ("bidder", 8),
            ("centre_ops", 1),
            ("regulator", 2),
            ("notary", 3),
        ]
    }
    assert seen == {
        ("bidder", 7): True,
        ("bidder", 8): False,
        ("centre_ops", 1): True,
        ("regulator", 2): True,
        ("notary", 3): False,
    }
    assert not domain.sees_organisation(domain.PUBLIC, 7)


def test_actor_acts_only_for_its_organisations():
    actor = Actor("person:x", "某", 1, frozenset({Grant("bidder", 7), Grant("expert", None)}))
    assert (
        actor.organisations("bidder", "expert"),
        actor.has_for(7, "bidder"),
        actor.has_for(8, "bidder"),
        actor.has_for(None, "expert"),
        actor.is_known,
        domain.PUBLIC.is_known,
    ) == ({7}, True, False, False, True, False)

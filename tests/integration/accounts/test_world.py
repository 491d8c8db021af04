"""The cast the other tests stand on is itself within the rules."""

from accounts import domain
from kernel import uscc


def test_cast_holds_every_role_once_and_he_holds_none(world):
    held = {grant.role for name in world.people for grant in world.actor(name).grants}
    # A bank's role is a machine's; the personnel authority and a unit's staff come with
    # recruitments alone.
    of_people = set(domain.ROLES) - {domain.BANK, domain.PERSONNEL, domain.STAFF}
    assert (held, world.actor("he").grants) == (of_people, frozenset())


def test_cast_organisations_have_valid_codes(world):
    assert [o.uscc for o in world.organisations.values() if not uscc.check(o.uscc).valid] == []


def test_actor_of_a_member_acts_for_its_organisation(world):
    chen = world.actor("chen")
    assert chen.organisations("bidder") == {world.organisation_of("chen").pk}
    assert world.actor("public") == domain.PUBLIC


def test_client_of_a_member_is_signed_in(world):
    answer = world.client("chen").get("/api/v1/clock")
    assert (answer.status_code, answer.wsgi_request.actor.ref) == (200, "person:chen")

"""A unit says by itself who works there: its administrator hands the role on."""

import pytest

from accounts import domain, queries
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_administrator_of_a_unit_that_recruits_names_its_staff(world):
    unit, supplier = world.organisation_of("lin"), world.organisation_of("chen")
    assert domain.STAFF in queries.delegable_roles(unit, world.at)
    assert domain.STAFF not in queries.delegable_roles(supplier, world.at)


def test_staff_alone_hand_on_nothing(world):
    body = factories.organisation("新安市图书馆", uscc=factories.credit_code(77), at=world.at)
    factories.role(world.person("he"), "staff", body, at=world.at)
    assert queries.delegable_roles(body, world.at) == frozenset()

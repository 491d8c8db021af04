"""A package for small firms: said in the notice, refused to others (财库〔2020〕46号)."""

import pytest

from kernel.errors import Denied, Invalid
from tests import tenders, works
from trading import services

CALL = {"contact": "联系人", "phone": "13900000000"}


def test_who_registered_another_size_takes_no_part(world):
    story = tenders.draft(world)
    sun, place = world.client("sun"), f"/tenders/{story.code}/draft/lots/1/"
    assert "专门面向小微企业采购" in sun.get(place).text
    given = {"actor": world.actor("sun"), "code": story.code, "number": 1, "at": story.at}
    with pytest.raises(Invalid):
        services.change_lot(**given, lot={"reserved": "large"})
    services.change_lot(**given, lot={"reserved": "small"})
    tenders.publish(tenders.register_keys(story))
    public = world.client("public")
    for address in (f"/notices/{story.code}/1/", f"/tenders/{story.code}/"):
        assert "专门面向小微企业采购" in public.get(address).text, address
    register = {"code": story.code, "number": 1, **CALL, "at": story.at}
    with pytest.raises(Denied) as refusal:
        services.register_for_lot(actor=world.actor("zhao"), **register)
    assert refusal.value.code == "register.not_small"
    page = world.client("zhao").post(f"/tenders/{story.code}/register/", {"lots": ["1"], **CALL})
    assert page.status_code == 403
    services.register_for_lot(actor=world.actor("chen"), **register)


def test_a_section_of_works_is_not_reserved(world):
    story = works.draft(world, lots=1)
    page = world.client("sun").get(f"/tenders/{story.code}/draft/lots/1/").text
    assert "专门面向" not in page
    with pytest.raises(Invalid):
        services.change_lot(
            actor=world.actor("sun"), code=story.code, number=1, lot={"reserved": "sme"},
            at=story.at,
        )  # fmt: skip

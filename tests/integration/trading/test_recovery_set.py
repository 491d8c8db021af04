"""The recovery set of a draft: named apart from those who open, frozen with the policy."""

from typing import Any

import pytest

from bidding.sealing import parse_policy
from ledger import canonical
from ledger import queries as ledger
from tests import tenders
from tests.openings import refused
from tests.world import World
from trading import queries, services
from trading.domain import completeness

SET = (("qian", "centre"), ("wang", "regulator"))


def name(story: tenders.Story, person: str, office: str, who: str = "sun", **more: Any) -> Any:
    actor, circle = story.world.actor(who, story.at), more.get("circle", "recovery")
    return services.name_custodian(
        actor=actor, code=story.code, person=person, office=office, circle=circle, at=story.at
    )


def findings(story: tenders.Story) -> list[str]:
    facts = queries.facts(story.tender, story.tender.drafted_at)
    return [finding.code for finding in completeness.missing_before_publication(facts)]


def test_recovery_set_is_numbered_by_itself_and_stands_in_the_published_policy(
    world: World,
) -> None:
    story = tenders.register_keys(tenders.draft(world))
    for person, office in SET:
        name(story, person, office)
    assert findings(story) == ["custodians.no_key"] * 2
    tenders.register_recovery_keys(story, SET)
    assert findings(story) == []
    tenders.publish(story)
    policy = parse_policy(canonical.encode(story.tender.policy))
    assert policy.recovery is not None
    assert (policy.recovery.k, [one.name for one in policy.recovery.custodians]) == (
        2,
        ["钱勇", "王敏"],
    )
    assert [one.name for one in policy.opening.custodians] == ["林晓", "周平", "冯正"]
    page = world.client("public").get(f"/tenders/{story.code}/").content.decode()
    assert "为恢复托管人" in page
    text = queries.text_of(story.tender)
    assert text["recovery"] == {"k": 2, "n": 2}


def test_tender_without_a_recovery_set_names_none(world: World) -> None:
    story = tenders.register_keys(tenders.draft(world))
    tenders.publish(story)
    assert "recovery" not in story.tender.policy
    assert "recovery" not in queries.text_of(story.tender)
    page = world.client("public").get(f"/tenders/{story.code}/").content.decode()
    assert "恢复托管人" not in page


def test_nobody_is_in_both_sets(world: World) -> None:
    story = tenders.draft(world)
    before = ledger.last_number(story.tender.stream)
    assert refused(lambda: name(story, "feng", "notary")) == "custodian.in_other_set"
    name(story, "wang", "regulator")
    assert refused(lambda: name(story, "wang", "regulator")) == "custodian.named_already"
    again = lambda: name(story, "wang", "regulator", circle="opening")  # noqa: E731
    assert refused(again) == "custodian.in_other_set"
    assert ledger.last_number(story.tender.stream) == before + 1


@pytest.mark.parametrize(
    ("person", "office", "circle", "who", "code"),
    [
        ("qian", "notary", "recovery", "sun", "custodian.not_of_office"),
        ("qian", "nobody", "recovery", "sun", "custodian.office"),
        ("qian", "centre", "third", "sun", "custodian.circle"),
        ("qian", "centre", "recovery", "lin", "custodian.name.denied"),
        ("qian", "centre", "recovery", "wang", "custodian.name.denied"),
    ],
)
def test_naming_is_refused(
    world: World, person: str, office: str, circle: str, who: str, code: str
) -> None:
    story = tenders.draft(world)
    before = ledger.last_number(story.tender.stream)
    assert refused(lambda: name(story, person, office, who, circle=circle)) == code
    assert ledger.last_number(story.tender.stream) == before


def test_set_is_closed_once_the_draft_is_handed_over(world: World) -> None:
    story = tenders.approved(world)
    assert refused(lambda: name(story, "qian", "centre")) == "tender.not_a_draft"


def test_key_shared_between_the_sets_is_refused(world: World) -> None:
    story = tenders.register_keys(tenders.draft(world))
    name(story, "wang", "regulator")
    stolen = queries.custodians_of(story.tender)[0].public_keys
    act = lambda: services.register_custodian_key(  # noqa: E731
        actor=world.actor("wang", story.at), code=story.code, public_keys=stolen, at=story.at
    )
    assert refused(act) == "custodian.key_reused"


def test_removing_one_leaves_the_other_set_alone(world: World) -> None:
    story = tenders.draft(world)
    for person, office in SET:
        name(story, person, office)
    services.remove_custodian(
        actor=world.actor("sun", story.at),
        code=story.code,
        index=1,
        circle="recovery",
        at=story.at,
    )
    left = [(c.index, c.person.username) for c in queries.custodians_of(story.tender, "recovery")]
    assert (left, len(queries.custodians_of(story.tender))) == ([(1, "wang")], 3)


def test_page_and_api_name_count_and_remove(world: World) -> None:
    story = tenders.draft(world)
    client, address = world.client("sun"), f"/tenders/{story.code}/draft/recovery/"
    assert client.post(address, {"holder": "regulator:wang"}).status_code == 302
    assert client.post(address, {"recovery_threshold": 3}).status_code == 302
    assert story.tender.recovery_threshold == 3
    assert client.post(address, {"recovery_threshold": 1}).status_code == 422
    assert client.post(address, {"holder": "notary:feng"}).status_code == 422
    page = client.get(address).content.decode()
    assert "王敏" in page
    assert "恢复托管人中至少一名" not in page
    api = f"/api/v1/tenders/{story.code}/custodians"
    body = {"person": "qian", "office": "centre", "circle": "recovery"}
    answer = client.post(api, body, content_type="application/json")
    assert (answer.status_code, answer.json()["index"], answer.json()["circle"]) == (
        201,
        2,
        "recovery",
    )
    assert client.delete(f"{api}/1?circle=recovery").status_code == 204
    assert client.post(f"{address}1/remove/").status_code == 302
    assert queries.custodians_of(story.tender, "recovery") == []
    assert len(queries.custodians_of(story.tender)) == 3
    assert world.client("he").get(address).status_code == 404

"""The draw for an opening, recusal, sign-in, and what closing changes."""

from datetime import timedelta

import pytest

from kernel.draw import draw
from kernel.errors import DomainError
from ledger import queries as ledger
from monitoring import queries
from monitoring.services import supervision
from tests import supervised
from tests.factories import credit_code
from tests.supervised import Hall
from tests.world import World


def facts(hall: Hall, kind: str) -> list[dict]:
    return [e.data for e in ledger.entries_since(hall.session.stream, 0) if e.kind == kind]


def refused(act, **given) -> str:
    with pytest.raises(DomainError) as refusal:
        act(**given)
    return refusal.value.code


def test_anybody_can_repeat_the_draw_from_its_facts(hall: Hall) -> None:
    (pool,), (drawn,) = facts(hall, "supervision.pool_frozen"), facts(hall, "supervision.drawn")
    again = draw(
        pool["pool"],
        seed=bytes.fromhex(drawn["seed"]),
        nonce=drawn["nonce"].encode(),
        purpose=drawn["purpose"],
        count=len(pool["pool"]),
    )
    assert (again.commit, again.list_digest) == (pool["commit"], pool["digest"])
    assert list(again.drawn) == drawn["order"]
    letters = [s.supervisor.letter_number for s in queries.supervisions_of(hall.session)]
    assert letters == drawn["order"][:2]


def test_who_froze_the_pool_gives_no_nonce(world: World) -> None:
    hall = supervised.hall(world, drawn=False)
    zheng = world.actor("zheng")
    given = {"actor": zheng, **hall.where, "at": hall.at}
    assert refused(supervision.draw_supervisors, **given, nonce="x") == "supervision.no_pool"
    supervision.freeze_pool(**given)
    assert refused(supervision.freeze_pool, **given) == "supervision.pool_frozen"
    assert refused(supervision.draw_supervisors, **given, nonce="x") == "supervision.same_person"
    other = given | {"actor": world.actor("chen")}
    assert refused(supervision.draw_supervisors, **other, nonce="x") == "supervision.draw.denied"
    qian = given | {"actor": world.actor("qian")}
    assert refused(supervision.draw_supervisors, **qian, nonce=" ") == "supervision.nonce"
    assert len(supervision.draw_supervisors(**qian, nonce="x")) == 2
    assert refused(supervision.draw_supervisors, **qian, nonce="x") == "supervision.drawn_already"


def test_recusal_names_no_ground_and_the_next_in_order_stands_in(hall: Hall) -> None:
    (drawn,) = facts(hall, "supervision.drawn")
    actor = hall.world.actor(hall.serving[0])
    supervision.recuse(actor=actor, **hall.where, reason="表弟在投标单位任职", at=hall.at)
    serving = queries.supervisions_of(hall.session).filter(recused_at=None).order_by("place")
    assert [s.supervisor.letter_number for s in serving] == drawn["order"][1:3]
    assert facts(hall, "supervision.recused") == [{"name": actor.name}]
    assert [fact["place"] for fact in facts(hall, "supervision.replaced")] == [3]
    told = {"actor": actor, **hall.where, "at": hall.at}
    assert refused(supervision.sign_in, **told) == "supervision.none"


def test_sign_in_happens_once(hall: Hall) -> None:
    actor = hall.world.actor(hall.serving[0])
    for minutes in (0, 5):
        at = hall.at + timedelta(minutes=minutes)
        own = supervision.sign_in(actor=actor, **hall.where, at=at)
    assert own.signed_in_at == hall.at
    assert len(facts(hall, "supervision.signed_in")) == 1


def test_interest_in_a_bidder_counts_only_once_closing_makes_bidders_known(world: World) -> None:
    from tests import openings  # noqa: PLC0415 - the sealed story is heavy

    story = openings.sealed_bids(world)
    interested = {name: [credit_code(7)] for name in ("mei", "bai")}
    for name in supervised.PEOPLE:
        supervised.supervisor(world, name, world.at, interests=interested.get(name, ()))
    hall = Hall(world, story.session, world.at, [])
    supervision.freeze_pool(actor=world.actor("zheng"), **hall.where, at=world.at)
    (pool,) = facts(hall, "supervision.pool_frozen")
    assert len(pool["pool"]) == 4
    supervision.draw_supervisors(actor=world.actor("qian"), **hall.where, nonce="1", at=world.at)
    story.close()
    serving = queries.supervisions_of(hall.session).filter(recused_at=None)
    assert {s.supervisor.person.username for s in serving} == {"kong", "ning"}
    assert all(set(fact) == {"name"} for fact in facts(hall, "supervision.recused"))

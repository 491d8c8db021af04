"""Laws of the draw of whom a purchase invites (GPL 34): no order, no list, no second try helps."""

from hypothesis import given
from hypothesis import strategies as st

from kernel.draw import Draw
from tests.factories import credit_code
from trading.domain import invitations
from trading.domain.invitations import Invited

POOLS = st.lists(
    st.integers(min_value=0, max_value=400).map(credit_code), min_size=1, max_size=24, unique=True
)
SEEDS = st.binary(min_size=32, max_size=32)
NONCES = st.binary(min_size=8, max_size=64)


WATCHED = ("吴敏", "郑岚")


def listed(pool: list[str], count: int, seed: bytes) -> Invited:
    return invitations.take_list(pool, count, seed=seed, draws=True)


def drawn(pool: Invited, nonce: bytes) -> tuple[Invited, Draw]:
    ready = invitations.give_nonce(pool, nonce, WATCHED, state="review", least=2)
    assert ready.drawn == ()
    return invitations.draw_lots(ready, "ZC-1")


@given(POOLS, SEEDS, NONCES, st.data())
def test_those_drawn_are_as_many_as_said_all_of_the_pool_and_each_once(pool, seed, nonce, data):
    count = data.draw(st.integers(min_value=1, max_value=min(len(pool), 20)))
    kept, made = drawn(listed(pool, count, seed), nonce)
    assert len(set(kept.drawn)) == count
    assert set(kept.drawn) <= set(pool)
    assert invitations.repeat_draw(kept, "ZC-1", bytes.fromhex(kept.nonce)) == made
    assert made.commit == kept.commit


@given(POOLS, SEEDS, NONCES, st.randoms())
def test_the_order_of_the_list_decides_nothing(pool, seed, nonce, random):
    other = list(pool)
    random.shuffle(other)
    first, second = (listed(p, 1, seed) for p in (pool, other))
    assert first == second
    assert first.digest == second.digest
    assert drawn(first, nonce) == drawn(second, nonce)


@given(POOLS, SEEDS, SEEDS)
def test_the_digest_of_a_list_is_not_guessed_without_the_seed(pool, seed, other):
    assert (listed(pool, 1, seed).digest == listed(pool, 1, other).digest) == (seed == other)

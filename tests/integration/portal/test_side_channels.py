"""Before the deadline no address tells by anything whether, or how many, bid, registered or paid.

Every address of a tender and its hall, and the lists it stands in, is asked with no bid and with
five: status, headers with ETag and length, every byte of the body, and how often the database was
asked. The clock stands, so that nothing else may differ but what is random in each answer.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import queries as accounts
from accounts.domain import Actor
from bidding.views.hall_parts import PARTS
from deposits.services import accounts as sub_accounts
from deposits.services import receipts
from ledger import queries as ledger
from tests import deposited, openings, prequalified, sealed
from tests.openings import CLOSES_AT, Hall
from tests.routes import at, routes_with
from tests.world import World, fourth_bidder
from trading import queries as trading
from trading.domain.invitations import Invited

NOW = CLOSES_AT - timedelta(minutes=10)
pytestmark = pytest.mark.once  # every address twice, for every role: on one database
RANDOM = re.compile(
    rb"""csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken":"[^"]*"|'nonce-[^']*'"""
)
REFUSED = 400
METHOD_REFUSED = 405
UNLIKE = {"X-Request-Id"}
LISTS = (
    "/",
    "/notices/",
    "/results/",
    "/halls/",
    "/tenders/",
    "/desk/",
    "/calendar.ics",
    "/feeds/notices.atom",
    "/verify/",
    "/verify/log/",
    "/verify/log/checkpoint.txt",
    "/accesses/",
    "/refunds/",
    "/api/v1/tenders",
    "/api/v1/notices",
    "/api/v1/halls",
    "/api/v1/desk",
    "/api/v1/refunds",
)


class Told(NamedTuple):
    """All that somebody can see of an answer; the number of questions is what a stopwatch sees."""

    status: int
    headers: tuple[tuple[str, bytes], ...]
    length: int
    body: bytes
    questions: int


def told(client: Client, address: str) -> Told:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
    if answer.headers["Content-Type"] == "application/pdf":
        body = b""  # made and signed at the request, no two are alike; its own test reads it
        del answer.headers["Content-Length"]
    headers = sorted((k, v) for k, v in answer.headers.items() if k not in UNLIKE)
    masked = tuple((name, RANDOM.sub(b"", value.encode())) for name, value in headers)
    plain = RANDOM.sub(b"", body).replace(answer["X-Request-Id"].encode(), b"")
    return Told(answer.status_code, masked, len(body), plain, len(asked))


def addresses(hall: Hall | SimpleNamespace) -> list[str]:
    code = hall.tender.code
    base = f"/halls/{code}/{hall.stage}/"
    routes = [at(route, code) for route in routes_with("code")]
    parts = [f"{base}parts/{name}/" for name in PARTS]
    return [*routes, *parts, f"{base}?board", f"/tenders/{code}/?q=1", *LISTS]


def look(
    client: Client, hall: Hall | SimpleNamespace, known: dict[str, Told] | None = None
) -> dict[str, Told]:
    """Ask every address; whatever only takes forms reads nothing of a tender before it refuses to
    be looked at, so that its first answer stands for all.
    """
    stands = {a: answer for a, answer in (known or {}).items() if answer.status == METHOD_REFUSED}
    return {a: stands[a] if a in stands else told(client, a) for a in addresses(hall)}


def changed_by(
    act: Callable[[], object],
    client: Client,
    hall: Hall | SimpleNamespace,
    heard: Callable[[], object] = lambda: None,
) -> dict[str, list[str]]:
    """Give the addresses at which an act can be told; nothing that is heard may tell it either.

    Whatever is made once is made at a first look, and what is shown is asked again. A refusal makes
    nothing, so that the first stands for the second; only one that then differs is asked again as
    it was before the act.
    """
    first, said = look(client, hall), heard()
    before = {
        address: told(client, address) if answer.status < REFUSED else answer
        for address, answer in first.items()
    }
    mark = transaction.savepoint()
    act()
    assert heard() == said
    after = look(client, hall, first)
    doubtful = [one for one in differing(before, after) if first[one].status >= REFUSED]
    if doubtful:
        transaction.savepoint_rollback(mark)
        for address in doubtful:
            told(client, address)
            before[address] = told(client, address)
    return differing(before, after)


def lines(hall: Hall) -> list[Any]:
    """What every line that somebody may watch says, with its numbers."""
    streams = (hall.session.stream, hall.tender.stream, "portal")
    return [[ledger.frame(entry) for entry in ledger.entries_since(name, 0)] for name in streams]


def newcomer_bids(hall: Hall) -> None:
    person, body = sealed.newcomer(hall.world.at)
    sealed.register_organisation(hall.tender, body, person)
    bids(hall, accounts.actor(person, NOW), body.uscc)


def bids(hall: Hall, actor: Actor, uscc: str) -> None:
    offer = sealed.Offer(hall.tender, uscc)
    sealed.accept(actor, offer, offer.seal(), NOW)


def pays(hall: Hall, name: str, amount: str) -> None:
    """Let a bidder of the cast open its account, and the bank tell of its payment."""
    sealed.register(hall.world, hall.tender, name)
    body = hall.world.organisation_of(name)
    account = sub_accounts.open_account(
        actor=hall.world.actor(name), code=hall.tender.code, number=1, at=NOW
    )
    receipts.note_receipt(
        actor=deposited.bank(hall.world),
        number=f"BANK-{name}-000001",
        account=account,
        amount=amount,
        payer=body.name,
        payer_uscc=body.uscc,
        credited_at=NOW,
        at=NOW,
    )


def differing(before: dict[str, Told], after: dict[str, Told]) -> dict[str, list[str]]:
    return {
        address: [part for part in Told._fields if getattr(was, part) != getattr(now, part)]
        for (address, was), now in zip(before.items(), after.values(), strict=True)
        if was != now
    }


@pytest.fixture
def hall(world: World) -> Iterator[Hall]:
    """A hall ten minutes before the deadline, with no bid."""
    with time_machine.travel(NOW, tick=False):
        yield openings.sealed_bids(world, ())


@pytest.mark.timeout(600)
def test_a_bidder_who_has_bid_learns_nothing_of_the_others(world: World, hall: Hall) -> None:
    def others_bid() -> None:
        openings.submit(hall, "hu", 1, NOW)
        for _more in range(4):
            newcomer_bids(hall)

    openings.submit(hall, "chen", 1, NOW)
    assert changed_by(others_bid, world.client("chen"), hall) == {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["public", "zhao", "qian", "sun", "lin", "wang", "tang"])
def test_no_address_tells_whether_or_how_many_paid_or_bid(
    world: World, hall: Hall, name: str
) -> None:
    def pay_and_bid() -> None:
        for number, bidder in enumerate(("chen", "hu", "qiu"), 1):
            if bidder == "qiu":
                fourth_bidder(world)
            pays(hall, bidder, f"{number}00.00")
        for bidder in ("chen", "hu"):
            bids(hall, world.actor(bidder), world.organisation_of(bidder).uscc)
        for _more in range(3):
            newcomer_bids(hall)

    asks_deposit(hall)
    deposited.bank(world)
    if name == "zhao":
        pays(hall, "zhao", "100.00")
    assert changed_by(pay_and_bid, world.client(name), hall, lambda: lines(hall)) == {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["public", "hu", "qian", "wang"])
def test_no_address_tells_who_or_how_many_are_invited(world: World, name: str) -> None:
    some = tuple(world.organisation_of(who).uscc for who in ("chen", "zhao"))

    def invite_more() -> None:
        invite(hall, (*some, *(sealed.newcomer(world.at)[1].uscc for _more in range(5))))

    with time_machine.travel(NOW, tick=False):
        hall = openings.sealed_bids(world, (), method="invited_tender")
        invite(hall, some)
        assert changed_by(invite_more, world.client(name), hall, lambda: lines(hall)) == {}


def invite(hall: Hall, codes: tuple[str, ...]) -> None:
    """Let the purchaser of a hall have drawn these."""
    drawn = Invited(listed=codes, count=len(codes), seed="00" * 32, nonce="00", drawn=codes)
    hall.tender.invited = trading.lock_invited(hall.tender.code, drawn)
    hall.tender.save(update_fields=["invited"])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["hu", "sun"])
def test_no_address_tells_who_or_how_many_apply_to_be_prequalified(world: World, name: str) -> None:
    def apply() -> None:
        prequalified.apply(story, "chen", "zhao")
        prequalified.apply(story, "chen")

    def heard() -> int:
        return ledger.last_number(story.tender.stream)

    when = world.at + timedelta(days=1)
    with time_machine.travel(when, tick=False):
        story = prequalified.applying(world)
        hall = SimpleNamespace(tender=story.tender, stage="whole")
        assert changed_by(apply, world.client(name), hall, heard) == {}


def asks_deposit(hall: Hall) -> None:
    hall.tender.bid_security = 200
    hall.tender.save(update_fields=["bid_security"])

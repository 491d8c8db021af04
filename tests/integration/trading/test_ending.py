"""A contract that was signed and is not performed: its purchaser or grantor records its end, the
public reads it, and the file of the rest can close.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import grants, sales, tenders
from tests.integration.trading.conftest import NOW
from tests.integration.trading.test_awarding import CONTRACT, awarded
from tests.world import AT, cast
from trading import queries, services
from trading.domain.ending import Given
from trading.domain.settlement import Given as Payment
from trading.domain.statistics.asked import year_of
from trading.models import Contract
from trading.queries.desk import desk_items

pytestmark = pytest.mark.django_db
WHY = "供应商经两次书面催告仍未交货。"


@pytest.fixture
def world():
    return cast(AT)


def end(story, number=1, *, ground="default", name="lin", on=None, reason=WHY):
    when = story.at
    given = Given(ground, reason, on or local_date(when))
    actor = story.world.actor(name, when)
    return services.end_contract(actor=actor, code=story.code, number=number, given=given, at=when)


def sign(story, number=1):
    lin = story.world.actor("lin", story.at)
    paper = {"number": number, "document": CONTRACT, "at": story.at}
    services.sign_contract(actor=lin, code=story.code, **paper)


def pay(story, number, amount=None):
    contract = Contract.objects.get(lot__tender__code=story.code, lot__number=number)
    given = Payment(amount or contract.amount, local_date(story.at))
    sun = story.world.actor("sun", story.at)
    services.record_payment(actor=sun, code=story.code, number=number, payment=given, at=story.at)


def land(world, *, lots):
    """Grant parcels whose result is told and whose contracts are signed."""
    story = grants.closed(world, NOW, "chen", lots=lots)
    story.at += timedelta(days=12)
    services.start_auction(code=story.code, at=story.at)
    offer = {"rank": 1, "uscc": world.organisation_of("chen").uscc, "price": "430000000.00"}
    numbers = range(1, lots + 1)
    for number in numbers:
        services.form_price(code=story.code, number=number, candidates=[offer], at=story.at)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    choices = dict.fromkeys(numbers, (1, ""))
    services.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    for number in numbers:
        sign(story, number)
    return story


def test_a_purchase_that_is_never_delivered_is_closed_and_bought_anew(world):
    story = awarded(world)
    code, at = story.code, story.at
    with pytest.raises(Conflict, match=r"contract\.unsigned"):
        end(story)
    sign(story)
    lin = world.actor("lin", at)
    with pytest.raises(Conflict, match=r"tender\.contracts_open"):
        services.archive_tender(actor=lin, code=code, at=at)
    for name in ("chen", "sun"):
        with pytest.raises(Denied):
            end(story, name=name)
    for wrong, refusal in (
        ({"ground": "bored"}, "ending.ground"),
        ({"reason": " "}, "text.required"),
        ({"on": local_date(at) + timedelta(days=1)}, "ending.day"),
        ({"on": local_date(at) - timedelta(days=1)}, "ending.day"),
    ):
        with pytest.raises(Invalid) as refused:
            end(story, **wrong)
        assert refused.value.code == refusal
    place = f"/tenders/{code}/contracts/"
    with time_machine.travel(at + timedelta(hours=1), tick=True):
        client = world.client("lin")
        assert f"{place}1/end/" in client.get(place).text
        assert f"{place}1/end/" not in world.client("chen").get(place).text
        assert "《政府采购法》第五十条" in client.get(f"{place}1/end/").text
        sent = {"ground": "default", "reason": WHY, "ended_on": f"{local_date(at)}"}
        assert client.post(f"{place}1/end/", sent).status_code == 302
        for reader in ("public", "chen", "lin"):
            page = world.client(reader).get(place).text
            assert WHY in page, reader
            assert "合同已终止" in page
            assert f"{place}1/accept/" not in page
        listed = client.get(f"/api/v1/tenders/{code}/contracts").json()
        assert (listed[0]["end_ground"], bool(listed[0]["ended_at"])) == ("default", True)
        again = client.post(f"/api/v1/tenders/{code}/contracts/1/end", sent)
        assert (again.status_code, again.json()["code"]) == (409, "contract.ended")
    told = record.first_fact(code, "contract.ended").data
    assert (told["lot"], told["ground"]) == (1, "default")
    assert "contract.ended" in {entry.kind for entry in record.public_facts_of(code)}
    with pytest.raises(Conflict, match=r"contract\.ended"):
        tenders.accept(world, code, at)
    assert "履约验收" not in {item.title for item in desk_items(lin, at)}
    services.archive_tender(actor=lin, code=code, at=at)
    assert story.tender.state == "archived"
    # What was bought and not delivered may be tendered again, but not bought without a tender.
    assert "single_source" not in queries.ways_to_repeat(story.tender)
    anew = services.retender(actor=world.actor("sun", at), code=code, at=at)
    assert anew.lots.get().follows.number == 1


def test_a_parcel_whose_taker_never_pays_holds_up_no_other(world):
    story = land(world, lots=2)
    pay(story, 1)
    assert story.tender.state == "contracted"
    with pytest.raises(Conflict, match=r"ending\.paid"):
        end(story, 1)
    pay(story, 2, Decimal(1_000_000))
    end(story, 2)
    assert story.tender.state == "settled"
    with pytest.raises(Conflict, match=r"contract\.ended"):
        pay(story, 2)
    chen = world.actor("chen", story.at)
    assert "支付成交价款" not in {item.title for item in desk_items(chen, story.at)}
    lot = story.tender.lots.get(number=2)
    assert (lot.state, [one["uscc"] for one in lot.defaulted]) == (
        "ended",
        [world.organisation_of("chen").uscc],
    )
    services.archive_tender(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    assert story.tender.state == "archived"
    anew = services.retender(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    assert [one.follows.number for one in anew.lots.all()] == [2]


def test_a_grant_none_of_whose_contracts_was_performed_fails(world):
    story = land(world, lots=1)
    end(story, ground="agreed")
    assert (story.tender.state, story.tender.lots.get().defaulted) == ("failed", [])
    assert story.tender.notices.latest("number").kind == "failure"


def test_a_sale_whose_result_was_never_told_names_nobody_when_its_contract_ends(world):
    story = sales.priced(world, NOW, "chen", "zhao", lots=2)
    lin = world.actor("lin", story.at)
    choices = {1: (1, ""), 2: (1, "")}
    services.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)
    sign(story, 1)
    sign(story, 2)
    end(story, 1, reason="受让方未付款。")
    assert story.tender.state == "contracted"
    pay(story, 2)
    assert story.tender.state == "settled"
    services.certify_tender(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    notice = services.publish_result(
        actor=world.actor("sun", story.at), code=story.code, at=story.at
    )
    assert [one["number"] for one in notice.fields["lots"]] == [2]
    rows = {row.number: row.outcome for row in queries.statistics(year_of(NOW.date()))["rows"]}
    assert rows == {1: "failed", 2: "concluded"}


def test_a_sale_whose_only_contract_ends_fails_and_still_names_nobody(world):
    alone = sales.priced(world, NOW, "chen", "zhao")
    lin = world.actor("lin", alone.at)
    services.confirm_winner(actor=lin, code=alone.code, choices={1: (1, "")}, at=alone.at)
    sign(alone)
    end(alone, reason="受让方未付款。")
    assert alone.tender.state == "failed"
    with time_machine.travel(alone.at + timedelta(hours=1), tick=True):
        for part in ("", "contracts/", "award/"):
            page = world.client("public").get(f"/tenders/{alone.code}/{part}").text
            assert world.organisation_of("chen").name not in page

"""Two processes at once: a tender is published, closed and awarded once, and so on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from kernel.errors import Conflict
from ledger import private
from ledger import queries as record
from tests import frameworks, tenders
from tests.world import AT, cast
from trading import services
from trading.models import Award, CallOff, Notice
from trading.services import calling
from trading.services.due import due

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    def run(call):
        try:
            return call()
        except Conflict as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_clocks_close_a_tender_once():
    story = tenders.announced(cast(AT))
    later = story.tender.bids_close_at + timedelta(seconds=1)
    assert sum(at_once(lambda: due(later), lambda: due(later))) == 1
    closings = record.facts_of(story.code, only=["tender.closed"])
    assert closings.count() == 1


def test_two_registrations_of_one_bidder_count_once():
    world = cast(AT)
    story, chen = tenders.announced(world), world.actor("chen")

    def register():
        services.register_for_lot(
            actor=chen, code=story.code, number=1, contact="陈立", phone="139", at=AT
        )
        return "registered"

    answers = sorted(at_once(register, register))
    assert answers == ["ledger.happened_already", "registered"]
    assert len(private.events_of(story.code)) == 1


def test_two_amendments_get_two_numbers():
    world = cast(AT)
    story, sun = tenders.announced(world), world.actor("sun")

    def amend(place):
        return lambda: (
            services.amend_tender(
                actor=sun,
                code=story.code,
                changes={"place": place},
                reason=f"开标地点改为{place}。",
                affects_bids=False,
                at=AT,
            ).number
        )

    assert sorted(at_once(amend("第二开标室"), amend("第三开标室"))) == [2, 3]
    assert Notice.objects.filter(tender__code=story.code).count() == 3
    assert story.tender.document_version == 3


def test_two_clicks_publish_once():
    world = cast(AT)
    story, sun = tenders.approved(world), world.actor("sun")

    def publish():
        services.publish_tender(actor=sun, code=story.code, at=AT)
        return "published"

    assert sorted(at_once(publish, publish)) == ["published", "tender.wrong_state"]
    assert record.facts_of(story.code, only=["tender.published"]).count() == 1
    assert Notice.objects.count() == 1


def test_two_clicks_award_once_and_tell_the_result_once():
    world = cast(AT)
    story, sun, lin = tenders.evaluated(world), world.actor("sun"), world.actor("lin")

    def confirm():
        services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=AT)
        return "confirmed"

    def tell():
        services.publish_result(actor=sun, code=story.code, at=AT)
        return "told"

    assert sorted(at_once(confirm, confirm)) == ["confirmed", "tender.wrong_state"]
    assert sorted(at_once(tell, tell)) == ["tender.wrong_state", "told"]
    assert Award.objects.count() == 1
    assert Notice.objects.filter(kind="result").count() == 1


def test_two_call_offs_at_once_have_a_turn_each():
    story = frameworks.signed(cast(AT), terms={"way": "rotation"})
    made = at_once(lambda: frameworks.call(story), lambda: frameworks.call(story))
    assert sorted(one.number for one in made) == [1, 2]
    assert sorted(one.agreement.place for one in made) == [1, 2]


def test_of_an_answer_and_the_clock_one_comes_first():
    story = frameworks.signed(cast(AT))
    made = frameworks.call(story, place=1)
    story.at, late = made.answer_due_at - timedelta(seconds=1), made.answer_due_at
    answers = at_once(
        lambda: frameworks.answer(story, "chen").state,
        lambda: calling.due(late),
    )
    state = CallOff.objects.get().state
    assert (answers, state) in [
        (["accepted", 0], "accepted"),
        (["call_off.wrong_state", 1], "failed"),
    ]

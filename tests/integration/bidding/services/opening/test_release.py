"""The custodians' stage keys."""

from bidding.models import Envelope, ReleasedKey
from bidding.services import opening
from tests import sealed
from tests.openings import Hall, refused


def test_wrong_keys_are_refused_recorded_and_do_not_count(hall: Hall) -> None:
    hall.unlocked()
    other_tender = sealed.CUSTODIANS[0].stage("XA-GP-2026-0009", "whole")
    other_stage = sealed.CUSTODIANS[0].stage(hall.tender.code, "price")
    others = sealed.CUSTODIANS[1].stage(hall.tender.code, "whole")
    for wrong in (b"\1" * 32, other_tender, other_stage, others):
        assert refused(lambda wrong=wrong: hall.release("lin", wrong)) == "seal.stage_key"
    assert refused(lambda: hall.release("lin", index=2)) == "opening.no_seat"
    assert hall.kinds().count("opening.key_refused") == 4
    assert ReleasedKey.objects.count() == 0
    hall.release("lin")
    hall.release("lin")
    assert hall.kinds().count("opening.key_released") == 1


def test_key_before_the_window_is_closed_is_refused(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    assert refused(lambda: hall.release("lin")) == "opening.wrong_step"
    assert ReleasedKey.objects.count() == 0


def test_too_few_keys_postpone_and_a_later_key_resumes(hall: Hall) -> None:
    hall.unlocked()
    hall.release("lin")
    assert refused(lambda: hall.act("start_reading")) == "opening.too_few_keys"
    assert refused(lambda: hall.act("postpone")) == "opening.release_open"
    hall.at = hall.session.step_due_at
    assert opening.due(hall.at) == 1
    assert (hall.state, hall.facts("opening.postponed")) == (
        "postponed",
        [{"released": 1, "needed": 2}],
    )
    assert Envelope.objects.exclude(opened_at=None).count() == 0
    hall.later(days=1)
    assert opening.due(hall.at) == 0
    hall.release("feng")
    assert opening.due(hall.at) == 2
    assert (hall.state, len(hall.facts("bid.read"))) == ("reading", 1)
    hall.read_all()
    assert len(hall.facts("bid.read")) == 3

"""Objections on the spot, and confirmation."""

from bidding.models import Objection
from bidding.services import opening
from ledger import papers
from tests.openings import Hall, refused


def raise_one(hall: Hall, who: str = "chen", text: str = "开标记录有误") -> Objection:
    return opening.raise_objection(actor=hall.actor(who), **hall.place, text=text, at=hall.at)


def answer(hall: Hall, number: int, who: str = "qian", text: str = "已核对，无误") -> object:
    return opening.answer_objection(
        actor=hall.actor(who), **hall.place, objection=number, text=text, at=hall.at
    )


def confirm(hall: Hall, who: str) -> object:
    return opening.confirm(actor=hall.actor(who), **hall.place, at=hall.at)


def test_unanswered_objection_holds_the_step(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    raised = raise_one(hall)
    assert refused(lambda: hall.act("invite_confirmation")) == "objection.open"
    hall.at = hall.session.step_due_at
    assert (opening.due(hall.at), hall.state) == (0, "objecting")
    assert refused(lambda: answer(hall, raised.pk, who="zhao")) == "opening.host.denied"
    assert refused(lambda: answer(hall, raised.pk, text=" ")) == "opening.text"
    assert refused(lambda: answer(hall, 0)) == "objection.missing"
    answer(hall, raised.pk)
    assert refused(lambda: answer(hall, raised.pk)) == "objection.answered"
    assert (opening.due(hall.at), hall.state) == (1, "confirming")
    assert refused(lambda: raise_one(hall)) == "opening.wrong_step"


def test_only_bidders_here_object_and_not_endlessly(hall: Hall) -> None:
    hall.opened()
    for who in ("sun", "he", "public"):
        assert refused(lambda who=who: raise_one(hall, who)) == "opening.raise_objection.denied"
    assert refused(lambda: raise_one(hall, text="")) == "opening.text"
    for _again in range(10):
        raise_one(hall)
    assert refused(lambda: raise_one(hall)) == "objection.too_many"


def test_silence_is_recorded_as_not_signed(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    assert refused(lambda: confirm(hall, "he")) == "opening.confirm.denied"
    assert refused(lambda: confirm(hall, "wu")) == "opening.confirm.denied"
    for name in ("chen", "chen", "qian", "mei"):
        confirm(hall, name)
    hall.at = hall.session.step_due_at
    assert (opening.due(hall.at), hall.state) == (1, "ended")
    paper = papers.paper_of("opening_record", f"{hall.tender.code}.whole")
    assert paper is not None
    assert [
        (a["name"], a["role"], bool(a["confirmed_at"])) for a in paper.content["attendances"]
    ] == [
        ("陈立", "bidder", True),
        ("钱勇", "centre_ops", True),
        ("梅芳", "social_supervisor", True),
    ]
    assert refused(lambda: confirm(hall, "zhao")) == "opening.wrong_step"

"""Objections on the spot, and confirmation."""

from django.utils import translation

from bidding.models import Objection
from bidding.services import opening
from ledger import papers
from tests.openings import Hall, refused
from tests.papers import assert_known_shape
from trading import services as trading
from trading.models import Challenge, Tender

TEXT = {
    "matters": "主持人答复称报价核对无误，但唱标金额与报价表不符。",
    "claim": "请认定开标记录有误。",
    "law": "《招标投标法实施条例》第四十四条、第六十条",
}


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
    assert_known_shape(paper, "procurement")
    assert [
        (a["name"], a["role"], bool(a["confirmed_at"])) for a in paper.content["attendances"]
    ] == [
        ("陈立", "bidder", True),
        ("钱勇", "centre_ops", True),
        ("梅芳", "social_supervisor", True),
    ]
    assert refused(lambda: confirm(hall, "zhao")) == "opening.wrong_step"


def test_the_record_speaks_chinese_whatever_its_host_reads(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    with translation.override("en"):
        hall.act("end")
    paper = papers.paper_of("opening_record", f"{hall.tender.code}.whole")
    assert paper is not None
    assert [seat["office"] for seat in paper.content["custodians"]] == [
        "采购人",
        "交易中心",
        "公证机构",
    ]


def complain(hall: Hall, ground: str) -> object:
    return trading.file_complaint(
        actor=hall.actor("chen"), code=hall.tender.code, ground=ground, **TEXT, at=hall.at
    )


def objected_to(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    answer(hall, raise_one(hall).pk)


def test_who_is_not_content_with_an_answer_in_the_hall_may_complain_of_a_construction_tender(
    hall: Hall,
) -> None:
    # The hall is the same in every market; what may follow is a word of the market's own.
    Tender.objects.filter(pk=hall.tender.pk).update(
        market="construction", method="open_tender", category="works"
    )
    objected_to(hall)
    noted = Challenge.objects.get()
    assert noted.code.startswith(f"{hall.tender.code}-XC-")
    assert (noted.about, noted.state, noted.answer) == (
        "opening",
        "answered",
        "已核对，无误",
    )
    code = hall.tender.code
    page = hall.world.client("chen").get(f"/tenders/{code}/challenges/{noted.code}/")
    assert ("开标记录有误" in page.content.decode(), page.status_code) == (True, 200)
    assert hall.world.client("zhao").get(page.wsgi_request.path).status_code == 404
    filed = complain(hall, noted.code)
    assert (filed.challenge, filed.about_title) == (noted, "开标")


def test_in_procurement_what_was_said_in_the_hall_is_no_challenge(hall: Hall) -> None:
    objected_to(hall)
    assert Challenge.objects.count() == 0
    assert refused(lambda: complain(hall, "opening")) == "complaint.nothing_before"

"""Every fragment of the hall comes with the fact that changes it, as its address gives it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bidding.models import Attendance, Objection
from bidding.services import opening
from bidding.views import hall_parts
from bidding.views.hall_parts import PARTS
from ledger import queries as ledger
from portal import streams
from tests import factories, openings
from tests.openings import Hall
from tests.world import World

DAY = timedelta(days=1)


def test_what_is_pushed_to_watchers_is_what_they_would_have_been_given(world: World) -> None:
    hall = openings.sealed_bids(world)
    hall.close()
    hall.to("checking")
    number = ledger.last_number(hall.session.stream)
    kinds = ["opening.seal_check_started"]
    pushed = streams.parts(hall.session.stream, kinds, number, "zh-hans")
    client = world.client("public")
    base = f"/halls/{hall.tender.code}/whole/parts"
    assert sorted(pushed) == [f"{base}/{name}/" for name in ("stage", "status", "steps")]
    for address, html in pushed.items():
        assert without_countdown(html) == without_countdown(client.get(address).content.decode())
    assert (
        "3 bids in all" in streams.parts(hall.session.stream, kinds, number, "en")[f"{base}/stage/"]
    )
    assert streams.parts("portal", ["tender.published"], 1, "en") == {}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("recording.started", ["camera"]),
        ("observation.filed", ["observations"]),
        ("supervision.drawn", ["observations"]),
        ("recording.chained", []),
    ],
)
def test_the_camera_and_the_observations_are_pushed_too_and_the_panel_never(
    world: World, kind: str, names: list[str]
) -> None:
    hall = openings.sealed_bids(world)
    number = ledger.last_number(hall.session.stream)
    pushed = streams.parts(hall.session.stream, [kind], number, "zh-hans")
    base = f"/halls/{hall.tender.code}/whole"
    assert list(pushed) == [f"{base}/{name}/" for name in names]
    client = world.client("public")
    for address, html in pushed.items():
        assert html == client.get(address).content.decode()


def test_a_hall_full_of_people_names_sixty_and_all_when_asked(world: World) -> None:
    hall = openings.sealed_bids(world)
    hall.close()
    hall.act("announce")
    hall.act("list")
    for place in range(hall_parts.LISTED + 15):
        person = factories.person(f"guest{place:03}", f"来宾{place:03}")
        signed = {"role": "guest", "signed_in_at": hall.at}
        Attendance.objects.create(session=hall.session, person=person, **signed)
    present = Attendance.objects.filter(session=hall.session).count()
    address = f"/halls/{hall.tender.code}/whole/parts/presence/"
    few, everybody = (
        world.client("public").get(f"{address}{more}").content.decode()
        for more in ("", "?everybody")
    )
    assert (few.count("<li"), everybody.count("<li")) == (hall_parts.LISTED, present)
    assert f"全部 {present} 人" in few
    assert "全部" not in everybody


def test_the_log_shows_the_date_of_facts_of_another_day_alone(world: World) -> None:
    hall = openings.sealed_bids(world)
    hall.close()
    lines = hall_parts.log_lines(hall.session, hall.at)
    assert {line["form"] for line in lines if line["entry"].at == hall.at} == {"clock"}
    assert {line["form"] for line in hall_parts.log_lines(hall.session, hall.at + DAY)} == {
        "moment"
    }


@pytest.mark.parametrize("name", sorted(set(PARTS) - {"acts", "log"}))
def test_every_fact_of_a_whole_opening_that_changes_a_fragment_refreshes_it(
    world: World, name: str
) -> None:
    """What the frames themselves write into the page (shares, lines read) is put in by script."""
    hall = openings.sealed_bids(world)
    client, address = world.client("public"), f"/halls/{hall.tender.code}/whole/parts/{name}/"
    written = {
        "bids": {"opening.share_accepted", "bid.read", "opening.objections_invited"},
        "stage": {"bid.read"},
        "presence": {"opening.seal_checked", "opening.confirmed"},
    }
    written["stage"] |= {"opening.share_accepted"}
    listens = set(PARTS[name].split()) | written.get(name, set())

    def look() -> tuple[str, int]:
        html = without_countdown(client.get(address).content.decode())
        return html, len(hall.kinds())

    stale = []
    before = look()
    for act in story(hall):
        act()
        after = look()
        if after[0] != before[0] and not listens & set(hall.kinds()[before[1] :]):
            stale.append(hall.kinds()[before[1] :])
        before = after
    assert (hall.state, stale) == ("ended", [])


def story(hall: Hall) -> Iterator[Callable[[], object]]:
    yield hall.close
    for event, _state in openings.ORDER:
        yield lambda event=event: hall.act(event)
    for name, _lot in hall.offers:
        yield lambda name=name: hall.hand_in(name)
    yield lambda: hall.act("close_unlock")
    for name in openings.CUSTODIANS[:2]:
        yield lambda name=name: hall.release(name)
    yield lambda: hall.act("start_reading")
    yield lambda: hall.act("read_next")
    yield lambda: hall.act("read_all")
    yield lambda: hall.act("read_next")
    raised = {"text": "开标记录有误", "at": hall.at}
    yield lambda: opening.raise_objection(actor=hall.actor("chen"), **hall.place, **raised)
    yield lambda: opening.answer_objection(
        actor=hall.actor("qian"),
        **hall.place,
        objection=Objection.objects.get().pk,
        text="已核对，无误",
        at=hall.at,
    )
    yield lambda: hall.act("invite_confirmation")
    yield lambda: opening.confirm(actor=hall.actor("chen"), **hall.place, at=hall.at)
    yield lambda: hall.act("end")


def without_countdown(html: str) -> str:
    return re.sub(r"<time-left.*?</time-left>", "", html, flags=re.DOTALL)

"""A whole opening with truly sealed bids, from the waiting room to the end; one by the clock."""

from bidding.services import opening
from tests.openings import Hall

WHOLE_STORY = [
    "opening.scheduled",
    "opening.counted",
    "opening.announced",
    "opening.listed",
    "opening.seal_check_started",
    "opening.unlock_started",
    *["opening.share_accepted"] * 3,
    "opening.unlock_closed",
    "opening.release_started",
    *["opening.key_released"] * 2,
    "opening.reading_started",
    *["bid.read"] * 3,
    "opening.objections_invited",
    "opening.confirmation_invited",
    "opening.ended",
]


def test_whole_session_from_count_to_record(hall: Hall) -> None:
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    hall.act("end")
    assert (hall.state, hall.kinds()) == ("ended", WHOLE_STORY)
    assert [
        (line["bidder"], line["price"], line["price_in_words"], line["differs"])
        for line in hall.facts("bid.read")
    ] == [
        ("晨光医疗科技有限公司", "800000.00", "捌拾万元整", False),
        ("朝阳信息技术有限公司", "801000.00", "捌拾万壹仟元整", False),
        ("琥珀办公设备有限公司", "802000.00", "捌拾万贰仟元整", False),
    ]
    hall.tender.refresh_from_db()
    assert hall.tender.state == "opened"


def test_clock_that_stood_still_for_an_hour_catches_up(hall: Hall) -> None:
    hall.close()
    hall.to("checking")
    hall.later(hours=1)
    assert (opening.due(hall.at), hall.state) == (1, "unlocking")
    hall.hand_in_all()
    opening.due(hall.at)
    hall.release("lin")
    hall.release("feng")
    taken = 0
    for _tick in range(60):
        hall.later(hours=1)
        taken += opening.due(hall.at)
    assert (hall.state, taken) == ("ended", 7)
    assert opening.due(hall.at) == 0

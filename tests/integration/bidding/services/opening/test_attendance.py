"""Who signs in, also before anybody may know who bids, and checks the seals."""

from datetime import timedelta

from bidding.models import Attendance
from bidding.services import opening
from tests import openings
from tests.openings import Hall, refused
from tests.world import World


def sign_in(hall: Hall, who: str) -> bool:
    return opening.sign_in(actor=hall.actor(who), **hall.place, at=hall.at)


def test_bidders_who_sign_in_early_are_told_to_nobody_before_the_count(world: World) -> None:
    hall = openings.sealed_bids(world)
    hall.at = openings.CLOSES_AT - timedelta(minutes=10)
    assert [sign_in(hall, "chen"), sign_in(hall, "chen"), sign_in(hall, "qian")] == [
        True,
        False,
        True,
    ]
    assert refused(lambda: sign_in(hall, "he")) == "opening.sign_in.denied"
    assert list(Attendance.objects.values_list("person__username", flat=True)) == ["qian"]
    assert hall.kinds() == ["opening.scheduled", "attendance.signed_in"]
    hall.close()
    hall.to("listed")
    kept = Attendance.objects.get(person__username="chen")
    assert (kept.role, kept.signed_in_at) == ("bidder", openings.CLOSES_AT - timedelta(minutes=10))
    assert [p["name"] for p in hall.facts("opening.listed")[0]["present"]] == ["陈立"]


def test_early_sign_in_of_one_who_did_not_bid_stays_unknown(world: World) -> None:
    hall = openings.sealed_bids(world, ("chen", "zhao"))
    hall.at = openings.CLOSES_AT - timedelta(minutes=10)
    sign_in(hall, "hu")
    hall.close()
    assert Attendance.objects.count() == 0


def test_who_signs_in_between_count_and_list_is_not_named_before_the_list(world: World) -> None:
    hall = openings.sealed_bids(world)
    hall.close()
    sign_in(hall, "chen")
    place = "/halls/{code}/{stage}".format(**hall.place)
    public = world.client("public")
    seen = [public.get(f"{place}/parts/{part}/") for part in ("log", "presence")]
    seen += [public.get(f"{place}/"), public.get(f"/api/v1/tenders/{hall.tender.code}/facts")]
    assert [answer.status_code for answer in seen] == [200] * 4
    assert [answer for answer in seen if "陈立" in answer.content.decode()] == []
    assert "已签到" in seen[0].content.decode()


def test_seal_check_is_the_bidders_own(hall: Hall) -> None:
    hall.close()
    hall.to("checking")

    def check(who: str, verdict: str) -> object:
        return opening.check_seals(
            actor=hall.actor(who), **hall.place, intact=verdict == "intact", at=hall.at
        )

    assert refused(lambda: check("qian", "intact")) == "opening.check_seals.denied"
    check("chen", "intact")
    check("chen", "intact")
    check("zhao", "broken")
    assert [(f["bidder"], f["intact"]) for f in hall.facts("opening.seal_checked")] == [
        ("晨光医疗科技有限公司", True),
        ("朝阳信息技术有限公司", False),
    ]

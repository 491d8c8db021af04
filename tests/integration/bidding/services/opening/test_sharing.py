"""The bidders' shares, within their window."""

from datetime import timedelta

from bidding.services import opening
from tests.openings import Hall, refused


def test_wrong_share_is_refused_and_recorded_and_may_be_tried_again(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    assert refused(lambda: hall.hand_in("chen", share=b"\0" * 32)) == "seal.share_b"
    assert refused(lambda: hall.hand_in("chen", share=hall.share("zhao"))) == "seal.share_b"
    hall.hand_in("chen")
    hall.hand_in("chen")
    assert hall.kinds()[-3:] == [
        "opening.share_refused",
        "opening.share_refused",
        "opening.share_accepted",
    ]
    assert hall.facts("opening.share_accepted") == [
        {
            "lot": 1,
            "sequence": 1,
            "bidder": "晨光医疗科技有限公司",
            "commit": hall.bid("chen").commit_hash,
        }
    ]


def test_missing_share_revokes_the_bid_when_the_window_closes(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    hall.hand_in("chen")
    hall.hand_in("zhao")
    assert refused(lambda: hall.act("close_unlock")) == "opening.window_open"
    hall.at = hall.session.step_due_at
    assert refused(lambda: hall.hand_in("hu")) == "opening.window_closed"
    assert opening.due(hall.at) == 1
    assert (hall.state, hall.bid("hu").state, hall.bid("hu").note) == (
        "releasing",
        "revoked",
        "未在规定时间内交出解密份额",
    )
    assert hall.kinds()[-3:] == [
        "opening.unlock_closed",
        "bid.revoked",
        "opening.release_started",
    ]
    assert refused(lambda: hall.hand_in("hu")) == "opening.wrong_step"


def test_last_share_lets_the_clock_close_the_window(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    hall.hand_in_all()
    assert opening.due(hall.at) == 1
    assert hall.state == "releasing"


def test_extension_needs_the_host_and_a_reason(hall: Hall) -> None:
    hall.close()
    hall.to("unlocking")
    before = hall.session.step_due_at

    def extend(who: str, longer: int, reason: str) -> object:
        return opening.extend_unlock(
            actor=hall.actor(who), **hall.place, longer=longer, reason=reason, at=hall.at
        )

    assert refused(lambda: extend("qian", 5, " ")) == "opening.extension"
    assert refused(lambda: extend("qian", 31, "设备故障")) == "opening.extension"
    assert refused(lambda: extend("chen", 5, "设备故障")) == "opening.host.denied"
    extend("qian", 5, "一家投标人设备故障")
    assert hall.session.step_due_at == before + timedelta(minutes=5)
    hall.at = hall.session.step_due_at
    assert refused(lambda: extend("qian", 5, "又一家")) == "opening.window_closed"
    assert [fact["reason"] for fact in hall.facts("opening.unlock_extended")] == [
        "一家投标人设备故障"
    ]

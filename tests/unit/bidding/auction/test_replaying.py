"""Whoever has terms and acts arrives at the same decisions, told step by step."""

import json

import pytest

from bidding.auction import replay
from bidding.auction.replaying import replay_case
from bidding.auction.sentences import REASONS, facts, sentence
from kernel.errors import Invalid
from tests.auction_room import CALLED, DAY, ENGLISH, LISTING, REVERSE, WEIGHTED, act, terms_of


def told(clock, by, price=None, **more):
    given = {} if price is None else {"price": price}
    return {"at": f"{DAY}T{clock}+08:00", "by": by} | given | more


def steps(answer, *names):
    return [(s["bidder"], s["formula"], s["result"]) for s in answer["trace"] if s["step"] in names]


def test_a_verdict_carries_its_reason_and_a_sentence():
    bids = [told("10:01:00", "A", "1000"), told("10:02:00", "B", "1005")]
    answer = replay_case(ENGLISH | {"bids": bids, "reserve": "1000"})
    assert answer["verdicts"] == [
        {
            "accepted": True,
            "reason": "",
            "sentence": "",
            "closes_at": f"{DAY}T11:00:00+08:00",
        },
        {
            "accepted": False,
            "reason": "not_higher",
            "sentence": "至少应报 1010。",
            "closes_at": f"{DAY}T11:00:00+08:00",
        },
    ]
    assert (answer["end"], answer["next_phase"]) == (f"{DAY}T11:00:00+08:00", "")
    assert steps(answer, "offer", "refused", "reserve", "premium_rate") == [
        ("A", "首次报价不低于起始价", "1000"),
        ("B", "报价", "not_higher"),
        ("A", "报价 ≥ 底价", "达到底价"),
        ("", "（成交价 － 基准）÷ 基准", "0.00"),
    ]
    json.dumps(answer)


def test_every_call_is_told_with_the_price_it_calls():
    answer = replay_case(CALLED | {"bids": [told("10:59:00", "A", "1000")]})
    calls = [step["inputs"] for step in answer["trace"] if step["step"] == "call"]
    assert [(call["call"], call["at"][11:19], call["price"]) for call in calls] == [
        ("1", "11:00:00", "1000"),
        ("2", "11:00:30", "1000"),
        ("3", "11:01:00", "1000"),
    ]
    assert (answer["winner"], answer["price"]) == ("A", "1000")


def test_the_end_is_told_by_its_formula():
    bids = [told("10:58:00", "A", "1000"), told("10:59:00", "B", "990", kind="maximum")]
    answer = replay_case(REVERSE | {"bids": bids, "reserve": "980"})
    assert steps(answer, "offer", "automatic", "deadline", "reserve") == [
        ("A", "首次报价不高于起始价", "1000"),
        ("A", "截止时间 ＝ 收到时间 ＋ 顺延", f"{DAY}T11:03:00+08:00"),
        ("B", "报价 ≤ 当前价 － 幅度", "990"),
        ("B", "截止时间 ＝ 收到时间 ＋ 顺延", f"{DAY}T11:04:00+08:00"),
        ("B", "报价 ≤ 底价", "未达到底价"),
    ]
    of_close = {"window_s": 300, "add_s": 60, "from": "close"}
    late = replay_case(ENGLISH | {"bids": bids[:1], "extension": of_close})
    assert steps(late, "deadline") == [
        ("A", "截止时间 ＝ 原截止时间 ＋ 顺延", f"{DAY}T11:01:00+08:00")
    ]


def test_a_replay_may_stop_before_the_end():
    bids = [told("10:01:00", "A", "1000"), told("11:01:00", "B", kind="join")]
    answer = replay_case(LISTING | {"bids": bids, "until": f"{DAY}T11:06:00+08:00"})
    assert (answer["next_phase"], answer["end"], answer["outcome"]) == ("closing", None, "")
    assert (answer["winner"], answer["price"], answer["premium_rate"]) == (None, "1000", None)


def test_orders_and_data_are_replayed():
    bids = [
        told("10:01:00", "A", "1000"),
        {
            "at": f"{DAY}T11:30:00+08:00",
            "kind": "credit",
            "data": {"seconds": 3600, "reason": "停电"},
        },
        told("11:59:00", "B", "1010"),
        {"at": f"{DAY}T12:00:00+08:00", "kind": "void"},
    ]
    answer = replay_case(ENGLISH | {"bids": bids})
    assert [v["closes_at"][11:19] for v in answer["verdicts"]] == [
        "11:00:00", "12:00:00", "12:04:00", "12:00:00",
    ]  # fmt: skip
    assert (answer["outcome"], answer["winner"]) == ("void", None)
    assert ("", "补足停机时间", "2") in steps(answer, "accepted")


def test_a_repeated_key_gets_the_same_answer_even_a_refusal():
    terms = terms_of(ENGLISH)
    acts = [
        act("10:01:00", "A", "990", key="k"),
        act("10:02:00", "A", "1000", key="k"),
        act("10:02:00", "A", "1000", key="m"),
        act("10:03:00", "A", "1010", key="m"),
        act("10:01:59", "B", "1010"),
    ]
    decisions = replay(terms, acts).decisions
    assert [d.reason for d in decisions] == ["below_start", "below_start", "", "", "out_of_order"]
    assert [d.repeated for d in decisions] == [False, True, False, True, False]


def test_a_mean_and_a_score_are_told_with_their_numbers():
    capped = ENGLISH | {
        "cap": "1100",
        "after_cap": {"kind": "one_shot", "window_s": 60, "over": "0.1"},
    }
    bids = [
        told("10:01:00", "A", "1100"),
        told("10:01:10", "A", "1100", kind="quote"),
        told("10:01:20", "B", "1100", kind="quote"),
        told("10:01:30", "C", "1101", kind="quote"),
    ]
    answer = replay_case(capped | {"bids": bids})
    assert steps(answer, "mean", "distance") == [
        ("", "平均值 ＝ 报价之和 ÷ 个数", "1100.33…"),
        ("A", "与平均值之差", "0.33…"),
        ("B", "与平均值之差", "0.33…"),
        ("C", "与平均值之差", "0.66…"),
    ]
    assert ("A", "阶段改变", f"{DAY}T10:02:00+08:00") in steps(answer, "deadline")
    scored = [told("10:01:00", "A", "1200", data={"items": {"years": "2"}})]
    answer = replay_case(WEIGHTED | {"bids": scored})
    assert steps(answer, "total") == [("A", "总分 ＝ 各项得分之和", "90.00")]
    json.dumps(answer)


@pytest.mark.parametrize(
    ("bid", "where"),
    [
        ({"by": "A"}, "bids[0].at"),
        (told("10:01:00", "A", "1000", x=1), "bids[0].x"),
        (told("10:01:00", "A", "1000", data={"x": 1}), "bids[0].data.x"),
        (told("10:01:00", "A", "1000", data={"seconds": "1"}), "bids[0].data.seconds"),
    ],
)
def test_a_bid_is_read_strictly(bid, where):
    with pytest.raises(Invalid) as refusal:
        replay_case(ENGLISH | {"bids": [bid]})
    assert refusal.value.facts["where"] == where


def test_every_reason_has_a_sentence_whose_facts_are_known():
    terms = terms_of(ENGLISH, cap="1100")
    state = replay(terms, [act("10:01:00", "A", "1000")]).state
    assert all(sentence(terms, state, reason).endswith("。") for reason in REASONS)
    assert sentence(terms, state, "above_cap") == "报价不能高于最高限价 1100。"
    assert facts(terms, state)["price"] == "1000"

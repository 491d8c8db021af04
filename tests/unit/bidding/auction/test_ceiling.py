"""The ceiling branch: what decides once price bidding has stopped (rulebook 5.2)."""

from decimal import Decimal

import pytest

from bidding.auction import decide, settle, visible
from bidding.auction.ceiling import nearest
from bidding.auction.details import given
from bidding.auction.state import Quote
from tests.auction_room import DAY, ENGLISH, LISTING, NONCE, SEED, act, at, end_of, run, terms_of

WINDOW = {"window_s": 240}
LOTTERY = {"kind": "lottery", "lottery": {"seed": SEED, "nonce": NONCE}} | WINDOW
ONE_SHOT = {"kind": "one_shot", "over": "0.05"} | WINDOW
CONDITIONS = {"kind": "conditions", "step": "100", "most": "300"} | WINDOW
AT_CAP = act("10:30:00", "A", "1100")


def capped(after, **changes):
    return terms_of(ENGLISH, cap="1100", after_cap=after, **changes)


EX_21 = ENGLISH | {
    "start_price": "40000",
    "increment": "500",
    "cap": "46000",
    "opens_at": f"{DAY}T10:00:00+08:00",
}
EX_21_ACTS = [
    act("10:30:00", "A", "46000"),
    *(
        act(f"10:31:0{n}", by, "quote", price)
        for n, (by, price) in enumerate(
            [("A", "46900"), ("B", "46300"), ("C", "47400"), ("D", "46600")]
        )
    ),
]


@pytest.mark.parametrize(
    ("rule", "pays", "winner", "price"),
    [
        ("absolute", "quote", "A", "46900"),
        ("absolute", "cap", "A", "46000"),
        ("not_above", "quote", "D", "46600"),
    ],
)
def test_ex_21_the_quote_nearest_to_the_mean_wins(rule, pays, winner, price):
    after = ONE_SHOT | {"nearest": rule, "pays": pays}
    terms = terms_of(EX_21, after_cap=after)
    assert end_of(terms, EX_21_ACTS) == ("sold", winner, price, [])


def test_quotes_at_the_ceiling_keep_their_range_and_are_given_once():
    terms = capped(ONE_SHOT)
    acts = [
        AT_CAP,
        act("10:30:01", "B", "1090"),
        act("10:30:02", "B", "quote", "1099"),
        act("10:30:03", "B", "quote", "1155.01"),
        act("10:30:04", "B", "quote", "1150.001"),
        act("10:30:05", "B", "quote"),
        act("10:30:06", "B", "quote", "1155"),
        act("10:30:07", "B", "quote", "1155"),
        act("10:30:08", "B", "join"),
        act("10:30:09", "B", "decline"),
        act("10:30:10", "B", "condition"),
        act("10:34:00", "C", "quote", "1100"),
    ]
    assert end_of(terms, acts) == (
        "sold", "B", "1155",
        ["wrong_phase", "below_cap", "above_range", "too_many_digits", "malformed",
         "already_quoted", "wrong_phase", "wrong_phase", "wrong_phase", "closed"],
    )  # fmt: skip
    assert visible(terms, run(terms, acts[:-1])[0])["quotes"] == []


def test_equal_distances_go_to_the_earlier_quote_and_no_rounding_decides():
    quotes = [("A", "100"), ("B", "100.01"), ("C", "100.02")]
    three = tuple(Quote(b, Decimal(p), n, at("10:00:00")) for n, (b, p) in enumerate(quotes))
    assert nearest(three, "absolute").by == "B"
    two = (three[2], three[0])
    assert nearest(two, "absolute").by == "A"
    assert nearest(two, "not_above").by == "A"
    assert nearest((three[0],), "not_above").by == "A"


def test_price_bidding_stops_at_the_ceiling_and_the_window_begins():
    state, verdicts = run(capped(LOTTERY), [AT_CAP, act("10:30:01", "B", "maximum", "1100")])
    assert (state.phase, state.branch, state.closes_at) == ("ceiling", "lottery", at("10:34:00"))
    assert verdicts[1] == "wrong_phase"


def test_a_ceiling_without_a_branch_is_only_a_limit():
    terms = terms_of(ENGLISH, cap="1100")
    acts = [AT_CAP, act("10:31:00", "B", "1110"), act("10:32:00", "B", "1100")]
    assert end_of(terms, acts) == ("sold", "A", "1100", ["above_cap", "not_higher"])


@pytest.mark.parametrize(
    ("after", "joins", "end"),
    [
        (LOTTERY, "", ("unsold", "A")),
        (LOTTERY | {"nobody": "offeror"}, "", ("sold", "A")),
        (LOTTERY, "C", ("sold", "C")),
        (LOTTERY, "CB", ("sold", "C")),
        (ONE_SHOT, "", ("unsold", "A")),
        (CONDITIONS | {"nobody": "offeror"}, "", ("sold", "A")),
    ],
)
def test_who_joins_at_the_ceiling_decides_the_end(after, joins, end):
    acts = [AT_CAP, *(act(f"10:31:0{n}", by, "join") for n, by in enumerate(joins))]
    assert end_of(capped(after), acts)[:2] == end


def test_an_answer_is_given_once_and_hidden_until_the_window_is_over():
    terms = capped(LOTTERY | {"lottery": {}})
    acts = [AT_CAP]
    acts += [act("10:31:00", "B", "decline"), act("10:32:00", "B", "join")]
    acts += [act("10:33:00", "C", "join"), act("10:33:01", "D", "join")]
    state, verdicts = run(terms, acts)
    assert [v for v in verdicts if ":" not in v] == ["already_answered"]
    assert visible(terms, state)["joined"] == []
    waiting = settle(terms, state, at("10:34:00"))
    assert visible(terms, waiting)["joined"] == ["C", "D"]
    drawn = decide(terms, waiting, act("10:40:00", "", "draw", data={"seed": SEED, "nonce": "01"}))
    assert drawn.state.drawn[0] in "CD"


def test_the_ceiling_is_reached_in_the_listing_too_and_by_a_maximum():
    terms = terms_of(LISTING, cap="1100", after_cap=LOTTERY)
    assert run(terms, [AT_CAP])[0].phase == "ceiling"
    acts = [act("10:01:00", "A", "maximum", "1100"), act("10:02:00", "B", "maximum", "1100")]
    state, _verdicts = run(terms, acts)
    assert (state.phase, state.leader, state.price) == ("ceiling", "A", Decimal(1100))


def offer(clock, by, amount):
    return act(clock, by, "condition", data={"amount": amount})


def test_conditions_rise_by_steps_and_each_restarts_the_window():
    acts = [
        AT_CAP,
        offer("10:31:00", "A", "100"),
        offer("10:31:30", "A", "200"),
        offer("10:34:59", "B", "100"),
        offer("10:34:59", "B", "250"),
        offer("10:34:59", "B", "400"),
        offer("10:34:59", "B", 200),
        offer("10:34:59", "B", "200"),
        act("10:35:00", "B", "quote", "1100"),
    ]
    state, verdicts = run(capped(CONDITIONS), acts)
    assert verdicts[1:] == [
        "10:35:00", "already_leading", "condition_too_low", "condition_off_step", "above_most",
        "malformed", "10:38:59", "wrong_phase",
    ]  # fmt: skip
    assert visible(capped(CONDITIONS), state)["condition"] == "200"
    assert end_of(capped(CONDITIONS), acts)[:3] == ("sold", "B", "1100")


def test_the_most_of_a_condition_leads_to_a_draw():
    after = CONDITIONS | {"lottery": {"seed": SEED, "nonce": NONCE}}
    acts = [AT_CAP, offer("10:31:00", "B", "300")]
    assert end_of(capped(after), acts)[:2] == ("sold", "B")
    joined = [*acts, act("10:32:00", "C", "join")]
    assert end_of(capped(after), joined)[:2] == ("sold", "C")


def test_what_the_terms_do_not_have_is_a_bug_and_not_a_refusal():
    with pytest.raises(ValueError, match="None"):
        given(None)

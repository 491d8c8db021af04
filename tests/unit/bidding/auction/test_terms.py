"""Terms are read strictly, and contradictions have codes of their own."""

import pytest

from bidding.auction.terms import read_terms, terms_as_json
from kernel.errors import Invalid
from kernel.reading import Fields
from tests.auction_room import (
    BASE,
    DAY,
    DUTCH,
    DYNAMIC,
    ENGLISH,
    LISTING,
    LOTTERY,
    MULTI_SHOT,
    ONE_SHOT,
    REVERSE,
    SEED,
    WEIGHTED,
    refused_terms,
)

CAPPED = ENGLISH | {"cap": "1100"}
BRANCH = {"kind": "lottery", "window_s": 60}
RIGHT = {"holder": "A", "mode": "in_room_equal"}
ITEM = WEIGHTED["weights"]["items"][0]


@pytest.mark.parametrize(
    ("base", "changes", "code"),
    [
        (ENGLISH, {"kind": "candle"}, "input.not_allowed"),
        (ENGLISH, {"oops": 1}, "input.unknown_key"),
        (ENGLISH, {"increment": None}, "input.missing_key"),
        (ENGLISH, {"start_price": 1000}, "input.not_decimal"),
        (ENGLISH, {"opens_at": "2026-11-24T10:00:00"}, "input.not_time"),
        (ENGLISH, {"opens_at": "tomorrow"}, "input.not_time"),
        (ENGLISH, {"opens_at": "9999-11-24T10:00:00+08:00"}, "input.not_time"),
        (ENGLISH, {"direction": "low"}, "input.not_allowed"),
        (ENGLISH, {"closes_at": BASE["opens_at"]}, "auction.closes_before_opens"),
        (ENGLISH, {"increment": "0"}, "auction.not_positive"),
        (ENGLISH, {"increment": "-10"}, "auction.not_positive"),
        (ENGLISH, {"start_price": "0"}, "auction.not_positive"),
        (ENGLISH, {"start_price": "1000.001"}, "auction.too_many_places"),
        (ENGLISH, {"qualified": []}, "auction.nobody_qualified"),
        (ENGLISH, {"qualified": ["A", "A"]}, "auction.name_twice"),
        (ENGLISH, {"quiet_s": 60}, "auction.not_for_kind"),
        (ENGLISH, {"sealed": {}}, "auction.not_for_kind"),
        (ENGLISH, {"after_cap": BRANCH}, "auction.after_cap_without_cap"),
        (ENGLISH, {"cap": "990"}, "auction.cap_below_start"),
        (ENGLISH, {"cap": "1105"}, "auction.cap_off_step"),
        (CAPPED, {"reserve": "1110"}, "auction.reserve_above_cap"),
        (CAPPED, {"after_cap": BRANCH | {"kind": "conditions"}}, "input.missing_key"),
        (
            CAPPED,
            {"after_cap": BRANCH | {"kind": "conditions", "step": "7", "most": "10"}},
            "auction.condition_off_step",
        ),
        (
            CAPPED,
            {"after_cap": BRANCH | {"kind": "conditions", "step": "0", "most": "10"}},
            "auction.condition_off_step",
        ),
        (CAPPED, {"after_cap": BRANCH | {"kind": "one_shot"}}, "input.missing_key"),
        (REVERSE, {"reserve": "1010"}, "auction.reserve_above_start"),
        (REVERSE, {"cap": "900"}, "auction.not_for_kind"),
        (LISTING, {"quiet_s": 3600}, "auction.quiet_too_long"),
        (LISTING, {"inquiry_s": None}, "input.missing_key"),
        (DYNAMIC, {"extension": None}, "input.missing_key"),
        (DYNAMIC, {"calls": 3}, "auction.not_for_kind"),
        (ENGLISH, {"calls": 3}, "auction.calls_restart"),
        (ENGLISH, {"calls": 3, "extension": None}, "auction.calls_restart"),
        (
            ENGLISH,
            {"calls": 3, "extension": {"add_s": 30, "most": 2}},
            "auction.calls_restart",
        ),
        (DYNAMIC, {"extension": {"add_s": 0}}, "input.not_whole"),
        (ENGLISH, {"priority_right": RIGHT | {"holder": "X"}}, "auction.holder_not_qualified"),
        (
            ENGLISH,
            {"priority_right": {"holders": ["A", "A"], "mode": "waived"}},
            "auction.name_twice",
        ),
        (ENGLISH, {"priority_right": {"mode": "waived"}}, "auction.no_holder"),
        (ENGLISH, {"priority_right": RIGHT | {"mode": "after_close_once"}}, "input.missing_key"),
        (ONE_SHOT, {"priority_right": RIGHT}, "auction.priority_mode"),
        (ONE_SHOT, {"sealed": {"rounds": 2, "round_s": 60}}, "auction.not_for_kind"),
        (ONE_SHOT, {"sealed": {"tie": "round"}}, "input.missing_key"),
        (MULTI_SHOT, {"sealed": None}, "input.missing_key"),
        (WEIGHTED, {"weights": {"price": "0.5", "items": [ITEM]}}, "auction.weights_sum"),
        (WEIGHTED, {"weights": {"price": "0", "items": []}}, "auction.weights_sum"),
        (
            WEIGHTED,
            {"weights": {"price": "0.2", "items": [ITEM, ITEM]}},
            "auction.item_twice",
        ),
        (
            WEIGHTED,
            {"weights": {"price": "0.6", "items": [ITEM | {"best": "5"}]}},
            "auction.item_scale",
        ),
        (DUTCH, {"dutch": {"every_s": 60, "floor": "1010"}}, "auction.floor_off_step"),
        (DUTCH, {"dutch": {"every_s": 60, "floor": "955"}}, "auction.floor_off_step"),
        (DUTCH, {"dutch": {"every_s": 60, "floor": "0"}}, "auction.floor_off_step"),
        (DUTCH, {"dutch": {"every_s": 30, "floor": "950"}}, "auction.fall_ends_elsewhere"),
        (
            DUTCH,
            {"increment": "0.01", "dutch": {"every_s": 1, "floor": "1"}},
            "auction.too_many_falls",
        ),
        (DUTCH, {"reserve": "1010"}, "auction.reserve_above_start"),
        (LOTTERY, {"lottery": {"seed": SEED}}, "auction.half_a_draw"),
        (LOTTERY, {"lottery": {"seed": "01", "nonce": "01"}}, "auction.draw_mismatch"),
        (
            LOTTERY,
            {"lottery": {"seed": SEED, "nonce": "01", "commit": "00" * 32}},
            "auction.draw_mismatch",
        ),
        (LOTTERY, {"lottery": {"seed": "xyz", "nonce": "01"}}, "input.not_hex"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(base, changes, code):
    assert refused_terms(base, **changes) == code


@pytest.mark.parametrize(
    "body",
    [
        LISTING
        | {"cap": "1100", "reserve": "1050", "valuation": "900", "quiet_s": 60}
        | {"after_cap": {"kind": "one_shot", "window_s": 60, "over": "0.03"}},
        CAPPED | {"after_cap": {"kind": "conditions", "window_s": 60, "step": "5", "most": "10"}},
        ENGLISH | {"priority_right": {"holders": ["B", "A"], "mode": "waived", "same_rank": True}},
        ENGLISH | {"priority_right": RIGHT | {"mode": "after_close_loop", "window_s": 60}},
        MULTI_SHOT | {"direction": "low"},
        ONE_SHOT | {"sealed": {"tie": "round", "round_s": 60}},
        ONE_SHOT | {"sealed": {"tie": "time"}},
        WEIGHTED,
        DUTCH,
        LOTTERY,
    ],
    ids=lambda body: body["kind"],
)
def test_terms_are_written_as_they_are_read(body):
    terms = read_terms(Fields(body))
    assert read_terms(Fields(terms_as_json(terms))) == terms


def test_a_refusal_names_the_place():
    body = ENGLISH | {"extension": {"add_s": "5"}, "closes_at": f"{DAY}T12:00:00+08:00"}
    with pytest.raises(Invalid) as refusal:
        read_terms(Fields(body))
    assert refusal.value.facts["where"] == "extension.add_s"

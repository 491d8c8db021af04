"""One tender from draft to contract; at every step a process dies at its commit, then lives on."""

from collections import Counter

import pytest
from django.utils import timezone

from bidding.models import Bid
from bidding.services import bids
from bidding.services import opening as opening_services
from evaluation.services import committee, marking, report, review, summary
from ledger.models import Entry, Head
from portal.demo import purchases, seed
from tests.integration.crash.deaths import Deaths
from trading import services as trading

ONCE = {
    trading: ("submit_tender", "approve_tender", "publish_tender", "close_tender"),
    opening_services: (
        "announce",
        "list_bidders",
        "start_seal_check",
        "start_unlock",
        "close_unlock",
        "end",
    ),
    committee: ("draw_experts", "accept_seat", "pledge"),
    review: ("close_qualification", "close_conformity"),
    marking: ("lock_scorecard",),
    summary: ("summarise",),
    report: ("draft_report", "sign_report"),
}
ONCE_LATER = ("confirm_winner", "publish_result", "sign_contract", "publish_contract")
OFTEN = {
    trading: (
        "draft_tender",
        "add_lot",
        "change_tender",
        "attach_document",
        "name_custodian",
        "register_custodian_key",
        "register_for_lots",
        "download_document",
        "file_contract",
    ),
    opening_services: (
        "check_seals",
        "hand_in_share",
        "release_key",
        "start_reading",
        "read_next",
        "confirm",
    ),
    bids: ("hand_in",),
    committee: ("freeze_pool", "sign_in", "vote_lead"),
    review: ("decide_qualification", "vote_conformity"),
}
MILESTONES = (
    "tender.published",
    "tender.closed",
    "opening.counted",
    "opening.announced",
    "opening.ended",
    "technical.closed",
    "evaluation.report_submitted",
)


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> Deaths:
    """Stand around every service the story calls."""
    made = Deaths()
    for module, names in {**ONCE, trading: ONCE[trading] + ONCE_LATER}.items():
        for name in names:
            real = getattr(module, name)
            monkeypatch.setattr(module, name, made.around(real, again=True))
    for module, names in OFTEN.items():
        for name in names:
            monkeypatch.setattr(module, name, made.around(getattr(module, name)))
    return made


@pytest.mark.timeout(400)
def test_death_at_any_commit_of_the_story_leaves_nothing_half_done_and_nothing_twice(
    transactional_db: None, deaths: Deaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    bought = next(one for one in seed.PURCHASES if one.state == "contracted")
    monkeypatch.setattr(seed, "PURCHASES", ())
    monkeypatch.setattr(seed, "rest", lambda _at: ())
    seed.fill(at)
    monkeypatch.setattr(seed, "PURCHASES", (bought,))
    tender = purchases.make(bought, at)
    assert sum(deaths.before.values()) > 90
    assert set(deaths.after) == {*ONCE_LATER, *(name for names in ONCE.values() for name in names)}
    kinds = Counter(Entry.objects.filter(tender=tender.code).values_list("kind", flat=True))
    assert {kind: kinds[kind] for kind in MILESTONES} == dict.fromkeys(MILESTONES, 1)
    assert kinds["bid.read"] == Bid.objects.count() == 3
    for head in Head.objects.all():
        numbers = Entry.objects.filter(stream=head.stream).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, head.number + 1))

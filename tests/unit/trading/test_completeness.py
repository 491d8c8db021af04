"""What is missing before publication, and what publication and amendments set."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.errors import Conflict, Invalid
from tests.tenders import CONFORMITY, QUALIFICATION, SCHEME
from trading.domain import completeness
from trading.domain.completeness import LotFacts, TenderFacts
from trading.domain.custody import CustodianFacts
from trading.domain.scheme import read
from trading.periods import RuleSet, Scope

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
WHOLE = TenderFacts(
    code="ZC-2026-0001",
    rules=RuleSet(Scope(subject="goods", on=date(2026, 11, 24))),
    state="approved",
    category="goods",
    title="医用检验设备采购",
    summary="生化分析仪一套",
    contact_name="孙洁",
    contact_phone="0393-8800102",
    region="410902",
    plan_number="新财采计〔2026〕118号",
    funding="财政性资金",
    place="不见面开标大厅",
    qualification=tuple(QUALIFICATION),
    conformity=tuple(CONFORMITY),
    scheme=read(SCHEME),
    stages="whole",
    threshold=2,
    bid_security=Decimal(0),
    validity_days=90,
    documents_from=date(2026, 11, 24),
    documents_until=date(2026, 12, 3),
    bids_close_at=CLOSES,
    lots=(LotFacts(1, "生化分析仪", Decimal(1200000), Decimal(1180000), 1),),
    custodians=(
        CustodianFacts(1, "林晓", "purchaser", frozenset({"whole"})),
        CustodianFacts(2, "周平", "centre", frozenset({"whole"})),
        CustodianFacts(3, "冯正", "notary", frozenset({"whole"})),
    ),
    attachments=frozenset({"tender_document"}),
)


def missing(**changes):
    found = completeness.missing_before_publication(replace(WHOLE, **changes))
    assert all(finding.text() for finding in found)
    return [finding.code for finding in found]


def lot(**changes):
    return (replace(WHOLE.lots[0], **changes),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"title": " "}, ["basic.title"]),
        ({"plan_number": ""}, ["basic.plan_number"]),
        ({"bid_security": Decimal("24000.01")}, ["basic.bid_security"]),
        ({"bid_security": Decimal(24000)}, []),
        ({"lots": ()}, ["lots.none"]),
        ({"lots": lot(budget=Decimal(0), ceiling=Decimal(0))}, ["lots.no_budget"]),
        ({"lots": lot(ceiling=Decimal("1200000.01"))}, ["lots.ceiling"]),
        ({"lots": lot(items=0)}, ["lots.no_items"]),
        ({"qualification": ()}, ["qualification.none"]),
        ({"conformity": ()}, ["conformity.none"]),
        ({"scheme": {}}, ["scheme.missing"]),
        ({"documents_from": None}, ["timetable.documents_from"]),
        ({"bids_close_at": None}, ["timetable.bids_close_at"]),
        ({"attachments": frozenset({"other"})}, ["documents.none"]),
        ({"stages": "two"}, ["custodians.no_key"] * 3),
        (
            {"custodians": WHOLE.custodians[:1]},
            [
                "custodians.too_few",
                "custodians.one_office",
            ],
        ),
        ({"threshold": 1}, ["custodians.too_few", "custodians.office_opens"]),
        ({"threshold": 4}, ["custodians.too_few"]),
        (
            {"custodians": tuple(replace(c, office="centre") for c in WHOLE.custodians)},
            ["custodians.one_office", "custodians.office_opens"],
        ),
    ],
)
def test_missing_before_publication(changes, expected):
    assert missing(**changes) == expected


def test_submission_waits_for_everything_but_the_keys():
    draft = replace(WHOLE, stages="two", title="")
    found = completeness.missing_before_submission(draft)
    assert [finding.code for finding in found] == ["basic.title"]


def test_plan_publication_sets_deadline_and_grace():
    plan = completeness.plan_publication(WHOLE, AT)
    assert plan == completeness.Publication(CLOSES, CLOSES + timedelta(seconds=1), ("whole",), (1,))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "tender.incomplete"),
        ({"bids_close_at": CLOSES - timedelta(days=2)}, "tender.period_broken"),
        ({"documents_until": date(2026, 11, 30)}, "tender.period_broken"),
    ],
)
def test_plan_publication_refuses(changes, code):
    with pytest.raises(Conflict) as refusal:
        completeness.plan_publication(replace(WHOLE, **changes), AT)
    assert refusal.value.code == code


def test_amendment_fifteen_days_before_moves_nothing_and_one_later_does():
    last = CLOSES - timedelta(days=15)
    assert not completeness.plan_amendment(WHOLE, last, affects_bids=True).moved
    later = completeness.plan_amendment(WHOLE, last + timedelta(days=1), affects_bids=True)
    assert (later.moved, later.bids_close_at) == (True, CLOSES + timedelta(days=1))
    assert later.article == "《政府采购法实施条例》第三十一条"
    quiet = completeness.plan_amendment(WHOLE, last + timedelta(days=1), affects_bids=False)
    assert (quiet.moved, quiet.bids_close_at) == (False, CLOSES)


def test_amendment_may_postpone_but_never_hasten():
    wanted = CLOSES + timedelta(days=3)
    plan = completeness.plan_amendment(WHOLE, AT, affects_bids=False, wanted=wanted)
    assert (plan.moved, plan.bids_close_at) == (True, wanted)
    with pytest.raises(Invalid):
        completeness.plan_amendment(
            WHOLE, AT, affects_bids=False, wanted=CLOSES - timedelta(minutes=1)
        )
    with pytest.raises(Conflict):
        completeness.plan_amendment(WHOLE, CLOSES, affects_bids=False)


def test_closing_waits_for_its_grace():
    with pytest.raises(Conflict):
        completeness.require_closing_time(WHOLE, CLOSES + timedelta(milliseconds=999))
    completeness.require_closing_time(WHOLE, CLOSES + timedelta(seconds=1))
    with pytest.raises(Conflict):
        completeness.require_closing_time(replace(WHOLE, bids_close_at=None), CLOSES)


def held(*offices):
    return tuple(
        CustodianFacts(place, f"托管人{place}", office, frozenset({"whole"}))
        for place, office in enumerate(offices, 1)
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"recovery": ()}, []),
        ({"recovery": held("centre", "regulator", "notary")}, []),
        ({"recovery": held("regulator")}, ["recovery.too_few", "recovery.one_office"]),
        (
            {"recovery": held("centre", "regulator"), "recovery_threshold": 3},
            ["recovery.too_few"],
        ),
        (
            {"recovery": held("centre", "notary"), "recovery_threshold": 1},
            ["recovery.too_few", "recovery.office_recovers"],
        ),
        (
            {"recovery": held("notary", "notary")},
            ["recovery.one_office", "recovery.office_recovers"],
        ),
        ({"recovery": held("purchaser", "centre")}, ["recovery.no_outsider"]),
        (
            {"recovery": held("regulator", "regulator", "centre")},
            ["recovery.office_recovers"],
        ),
        ({"custodians": held("purchaser", "centre")}, ["custodians.no_outsider"]),
    ],
)
def test_recovery_set_is_complete_of_several_offices_and_with_an_outsider(changes, expected):
    assert missing(**changes) == expected

"""A bid's files, truly sealed, are decrypted for members only, and each look is on record."""

import base64
from datetime import timedelta

import pytest
from django.urls import reverse

from bidding import sealing
from bidding.models import Bid, Envelope
from bidding.services.objects import load
from bidding.services.reading import keep
from ledger import queries as record
from tests import opened, sealed
from tests.world import AT
from trading.models import Tender

CONTENT = b"%PDF-1.7 technical offer" * 20_000


def plain(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def case(world):
    case = opened.led(world)
    bid = case.bid("chen")
    tender = sealed.published(world, AT + timedelta(days=1))
    offer = sealed.Offer(tender, bid.bidder.uscc)
    request = offer.seal(content=CONTENT)
    sealed.store(offer, case.at)
    stage = request["envelopes"][0]
    commit = plain(request["commit"])
    Bid.objects.filter(pk=bid.pk).update(commit=commit, state="unlocked")
    envelope = Envelope.objects.select_related("bid").get(bid=bid)
    envelope.core, envelope.wraps = plain(stage["core"]), plain(stage["wraps"])
    envelope.readout, envelope.body = stage["readout"], stage["body"]
    envelope.body_length = stage["body_length"]
    envelope.save()
    keep(envelope, _opened(offer, envelope, commit), case.at)
    Bid.objects.filter(pk=bid.pk).update(state="read")
    return case


def _opened(offer, envelope, commit):
    policy = offer.policy
    terms = sealing.Terms(policy, bytes.fromhex(offer.tender.text_digest), "1", "whole")
    entry = sealing.parse_commit(commit).stages[0]
    stored = sealing.Envelope(envelope.core, envelope.wraps, load(envelope.readout), entry)
    published = {
        place: sealed.CUSTODIANS[place - 1].stage(offer.tender.code, "whole") for place in (1, 2)
    }
    keys = sealing.accept_stage_keys(policy, "whole", published)
    share = sealing.unwrap_share_b(envelope.core, envelope.wraps, offer.device.wrap_private())
    return sealing.open_readout(stored, terms, keys, share)


def ask(case, who, place=0):
    address = reverse("bid_file", args=[case.code, case.bid("chen").pk, place])
    return case.world.client(who).get(address)


def test_a_member_gets_the_very_bytes_and_the_look_is_on_record(case):
    who = case.seats[0].person.username
    answer = ask(case, who)
    assert b"".join(answer.streaming_content) == CONTENT
    assert (answer["X-Content-Type-Options"], answer["Content-Length"]) == (
        "nosniff",
        str(len(CONTENT)),
    )
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    look = record.first_fact(case.code, "access.read")
    assert (look.actor, look.data["subject"]) == (
        f"person:{who}",
        f"bid:{case.bid('chen').commit_hash}:0",
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("lin", 200), ("sun", 200), ("wang", 200), ("qian", 403), ("tang", 403), ("chen", 404)],
)
def test_who_checks_qualification_reads_and_others_do_not(case, who, status):
    assert ask(case, who).status_code == status
    assert (record.first_fact(case.code, "access.read") is not None) is (status == 200)


def test_a_file_that_is_not_there_is_missing(case):
    assert ask(case, "lin", place=9).status_code == 404
    assert record.first_fact(case.code, "access.read") is None


def test_a_program_downloads_the_same_file_by_the_api(case):
    own = case.seats[0].person.username
    path = f"/api/v1/tenders/{case.code}/evaluation/bids/{case.bid('chen').pk}/files"
    answer = case.world.client(own).get(f"{path}/0")
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert case.world.client(own).get(f"{path}/1").json()["code"] == "file.missing"
    assert case.world.client("chen").get(f"{path}/0").status_code == 404


def test_a_file_of_the_price_stage_stays_closed_until_all_prices_were_read_out(case):
    bid, own = case.bid("chen"), case.seats[0].person.username
    Tender.objects.filter(code=case.code).update(stages="two")
    Envelope.objects.filter(bid=bid).update(stage="price")
    Bid.objects.filter(pk=bid.pk).update(files=[bid.files[0] | {"stage": "price"}])
    assert ask(case, own).status_code == 404

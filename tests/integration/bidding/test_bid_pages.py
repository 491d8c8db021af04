"""The bidder's own pages, and the page where anybody checks a receipt."""

import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from bidding.queries import receipts
from bidding.sealing import strict
from bidding.sealing.lint import ENDINGS
from ledger import merkle
from ledger.models import Document, Entry, Paper
from tests import sealed
from tests import world as worlds
from tests.world import World
from trading.models import Tender
from trading.services import close_tender

CODE = "XA-GP-2026-0001"


@pytest.fixture
def scene(db: None) -> tuple[World, Tender]:
    now = timezone.now()
    world = worlds.cast(now - timedelta(hours=1))
    tender = sealed.published(world, now + timedelta(hours=1), lots=2)
    sealed.register(world, tender, "chen")
    return world, tender


def submitted(world: World, tender: Tender, **terms: Any) -> str:
    now = timezone.now()
    offer = sealed.Offer(tender, world.organisation_of("chen").uscc)
    return sealed.accept(world.actor("chen", now), offer, offer.seal(**terms), now).receipt


def words(answer: Any) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def test_overview_says_where_the_bidder_stands_with_each_lot(scene: tuple[World, Tender]) -> None:
    world, tender = scene
    page = world.client("chen").get(f"/tenders/{CODE}/bid/")
    assert page.status_code == 200
    assert "尚未提交" in words(page)
    assert "未报名" in words(page)
    submitted(world, tender)
    page = world.client("chen").get(f"/tenders/{CODE}/bid/")
    assert "已提交，密封中" in words(page)
    assert "no-store" in page["Cache-Control"]


def test_the_kinds_of_file_a_bid_may_hold_are_shown_checked_and_told_to_programs(
    scene: tuple[World, Tender],
) -> None:
    world, _tender = scene
    page = world.client("chen").get(f"/tenders/{CODE}/bid/1/")
    shown = " ".join(ENDINGS)
    assert f'data-endings="{shown}"' in page.content.decode()
    assert f"可以接受的类型：{shown}" in words(page)
    assert "data-confirm=" in page.content.decode()  # giving up asks first
    told = world.client("chen").get(f"/api/v1/tenders/{CODE}/policy").json()
    assert told["endings"] == list(ENDINGS)


@pytest.mark.parametrize(
    "path", ["", "1/", "receipts/", "receipts/" + "0" * 64 + "/", "receipts/" + "0" * 64 + ".pdf"]
)
def test_pages_are_the_bidders_alone(scene: tuple[World, Tender], path: str) -> None:
    world, _ = scene
    target = f"/tenders/{CODE}/bid/{path}"
    assert world.client("public").get(target).status_code == 302
    for name in ("sun", "lin", "qian", "wang", "he"):
        assert world.client(name).get(target).status_code == 403


def test_another_bidder_sees_only_its_own_and_no_count(scene: tuple[World, Tender]) -> None:
    world, tender = scene
    before = world.client("zhao").get(f"/tenders/{CODE}/bid/")
    submitted(world, tender)
    after = world.client("zhao").get(f"/tenders/{CODE}/bid/")
    plain = [re.sub(r'nonce="[^"]*"|\w{64}|\d\d:\d\d:\d\d', "", words(a)) for a in (before, after)]
    assert plain[0] == plain[1]


def test_sealing_page_wires_the_element_and_its_words(scene: tuple[World, Tender]) -> None:
    world, _ = scene
    page = world.client("chen").get(f"/tenders/{CODE}/bid/1/")
    text = page.content.decode()
    given = dict(re.findall(r'(data-[a-z-]+)="([^"]*)"', text[text.index("<seal-bid") :]))
    assert given["data-tender"] == CODE
    assert given["data-bidder"] == world.organisation_of("chen").uscc
    assert given["data-receipt-key"] == str(receipts.receipt_verifier())
    assert given["data-policy-url"] == f"/api/v1/tenders/{CODE}/policy"
    assert 'data-stage="whole"' in text
    assert 'data-ceiling="900000.00"' in text
    for state in ("offer", "checked", "proven", "sealing", "resumable", "ready", "pending"):
        assert f'data-for="{state}"' in text
    assert 'data-code="lint.over_ceiling"' in text


def test_sealing_page_is_refused_to_who_has_not_registered(scene: tuple[World, Tender]) -> None:
    world, _ = scene
    answer = world.client("chen").get(f"/tenders/{CODE}/bid/2/")
    assert answer.status_code == 403
    assert "尚未报名" in words(answer)


def test_receipts_are_listed_and_downloaded_byte_for_byte(scene: tuple[World, Tender]) -> None:
    world, tender = scene
    receipt = submitted(world, tender)
    page = world.client("chen").get(f"/tenders/{CODE}/bid/receipts/")
    link = re.search(rf"/tenders/{CODE}/bid/receipts/[0-9a-f]{{64}}/", page.content.decode())
    assert link
    answer = world.client("chen").get(link.group())
    assert answer.content.decode() == receipt
    assert "attachment" in answer["Content-Disposition"]
    assert world.client("zhao").get(link.group()).status_code == 404


def test_receipt_is_checked_before_and_after_closing(scene: tuple[World, Tender]) -> None:
    world, tender = scene
    receipt = submitted(world, tender)
    answer = Client().post("/verify/receipt/", {"receipt": receipt.replace("\n", "\r\n")})
    assert (answer.status_code, "签名有效" in words(answer)) == (200, True)
    assert world.organisation_of("chen").uscc not in answer.content.decode()
    close_tender(code=CODE, at=tender.bids_close_at + timedelta(seconds=1))
    answer = Client().post("/verify/receipt/", {"receipt": receipt})
    assert "已列入公布的记录" in words(answer)


def test_proof_of_a_receipt_leads_to_the_published_root(scene: tuple[World, Tender]) -> None:
    world, tender = scene
    receipt = submitted(world, tender)
    asked = {"data": {"receipt": receipt}, "content_type": "application/json"}
    told = Client().post("/api/v1/receipts/check", **asked).json()
    assert (told["closed"], told["inclusion"], told["missing"]) == (False, None, False)
    close_tender(code=CODE, at=tender.bids_close_at + timedelta(seconds=1))
    told = Client().post("/api/v1/receipts/check", **asked).json()["inclusion"]
    leaf = merkle.leaf_hash(bytes.fromhex(told["salt"]) + told["event"].encode())
    path = [bytes.fromhex(node) for node in told["path"]]
    root = merkle.root_from_inclusion(leaf, told["index"], told["size"], path)
    assert root is not None
    assert root.hex() == told["root"]


@pytest.mark.parametrize("bad", ["", "x", "sealed-bid receipt v1\n"])
def test_what_is_no_receipt_is_refused_with_a_sentence(
    scene: tuple[World, Tender], bad: str
) -> None:
    answer = Client().post("/verify/receipt/", {"receipt": bad})
    assert answer.status_code == 422


def test_changed_receipt_is_refused(scene: tuple[World, Tender]) -> None:
    world, tender = scene
    receipt = submitted(world, tender)
    changed = receipt.replace(CODE, "XA-GP-2026-0002")
    answer = Client().post("/verify/receipt/", {"receipt": changed})
    assert (answer.status_code, "签名不对" in words(answer)) == (422, True)


def test_policy_for_clients_is_the_published_bytes(scene: tuple[World, Tender]) -> None:
    _, tender = scene
    told = Client().get(f"/api/v1/tenders/{CODE}/policy").json()
    content = strict.binary(told["policy"])
    assert sha256(content).hexdigest() == told["digest"] == tender.policy_digest
    assert (told["document_digest"], told["stages"], told["k"]) == (sealed.TEXT, ["whole"], 2)
    assert [lot["ceiling"] for lot in told["lots"]] == ["900000.00", "900000.00"]


def test_the_printed_receipt_is_made_for_its_owner_and_kept_nowhere(
    scene: tuple[World, Tender], caplog: pytest.LogCaptureFixture
) -> None:
    world, tender = scene
    submitted(world, tender)
    (row,) = world.client("chen").get(f"/tenders/{CODE}/bid/receipts/").context["rows"]
    before = Paper.objects.count(), Document.objects.count(), Entry.objects.count()
    answer = world.client("chen").get(f"/tenders/{CODE}/bid/receipts/{row['hash']}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert PdfFileReader(BytesIO(answer.content)).embedded_signatures[0].field_name == "Centre"
    assert "no-store" in answer["Cache-Control"]
    assert before == (Paper.objects.count(), Document.objects.count(), Entry.objects.count())
    assert row["hash"] not in caplog.text

"""The sealing elements in a real browser: seal, send, commit, resume, unlock, release, check."""

import base64
import os
from collections.abc import Sequence

import pytest
from playwright.sync_api import expect

from bidding import sealing
from bidding.sealing import keys, receipt
from bidding.sealing.strict import base64url, binary
from bidding.sealing.suites import x25519
from ledger import canonical, merkle, note
from tests.e2e.navigators.sealer import PASSPHRASE, Sealer, opened
from tests.e2e.sealing_pages import BIDDER, HPKE, SealingSite

pytestmark = pytest.mark.skipif(not HPKE.is_file(), reason="node_modules has no hpke: run npm ci")


@pytest.fixture
def site(sealing_site: SealingSite) -> SealingSite:
    return sealing_site


@pytest.fixture
def bidder(sealer: Sealer) -> Sealer:
    return sealer


def test_bid_sealed_in_the_page_opens_and_is_repriced_and_withdrawn(
    bidder: Sealer, site: SealingSite
) -> None:
    content = os.urandom(3_000_000)
    paper = bidder.offer("500000.50", content)
    bidder.seal_and_submit()
    text = bidder.page.locator("[data-show=receipt]").inner_text()
    found = receipt.verify_receipt(
        site.receipts[-1]["receipt"], site.signer.verifier, sealing.commit_hash(site.chain[-1])
    )
    assert (text.split("\n")[0], found.tender) == (receipt.TITLE, site.tender)
    assert opened(site, "technical", paper) == ({}, BIDDER, [content])
    price = {"price": "1000001.00", "currency": "CNY", "x-item-1": "500000.50"}
    assert opened(site, "price", paper) == (price, BIDDER, [])

    first = {item["stage"]: item for item in site.handed[-1]}
    bidder.do("replace")
    bidder.fill_in("400000", None)
    bidder.do("check")
    bidder.state("proven")
    bidder.seal_and_submit()
    second = {item["stage"]: item for item in site.handed[-1]}
    assert second["technical"] == first["technical"]
    assert opened(site, "price", paper)[0]["price"] == "800000.00"

    bidder.do("withdraw")
    bidder.state("withdrawn")
    actions = [sealing.parse_commit(content).action for content in site.chain]
    assert actions == ["submit", "replace", "withdraw"]


def test_closed_tab_goes_on_with_the_same_envelope_and_refuses_other_files(
    bidder: Sealer, site: SealingSite
) -> None:
    content = os.urandom(4_000_000)
    paper = bidder.offer("1", content)
    site.puts_let_in = 4
    bidder.do("seal")
    bidder.waits("client.waiting")
    arrived = list(site.uploads)
    assert arrived
    bidder.page.close()

    bidder.page = bidder.open("/seal")
    bidder.state("resumable")
    expect(bidder.page.locator("[data-show=files]")).to_have_text(bidder.technical.name)
    stamp = bidder.technical.stat()
    bidder.technical.write_bytes(os.urandom(4_000_000))
    os.utime(bidder.technical, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    site.puts_let_in = 1_000_000
    bidder.page.locator("[data-in=again]").set_input_files(bidder.technical)
    bidder.do("resume")
    expect(bidder.page.locator("seal-bid")).to_have_attribute(
        "data-problem", "client.files_changed"
    )
    bidder.technical.write_bytes(content)
    os.utime(bidder.technical, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    bidder.page.locator("[data-in=again]").set_input_files(bidder.technical)
    bidder.do("resume")
    bidder.state("ready")
    bidder.do("submit")
    bidder.state("committed")
    assert {name for name, _entry in arrived} <= {item["body"] for item in site.handed[-1]}
    assert len(site.uploads) == len(set(site.uploads))  # what had arrived was not sent again
    assert opened(site, "technical", paper)[2] == [content]


def test_lost_answer_is_asked_again_and_gives_the_same_commit(
    bidder: Sealer, site: SealingSite
) -> None:
    bidder.offer("1", b"x")
    bidder.do("seal")
    bidder.state("ready")
    site.lose_answers = 1
    bidder.do("submit")
    bidder.state("committed")
    assert len(site.chain) == 1


def test_lint_stops_before_sealing(bidder: Sealer, site: SealingSite) -> None:
    bidder.state("offer")
    bidder.fill_in("1000000.01", b"x")
    bidder.do("check")
    line = bidder.page.locator("[data-show=findings] li")
    expect(line).to_have_attribute("data-code", "lint.over_ceiling")
    bidder.state("offer")
    assert site.objects == {}


def test_recovery_file_with_a_wrong_passphrase_proves_nothing(bidder: Sealer) -> None:
    bidder.state("offer")
    bidder.fill_in("1", b"x")
    bidder.do("check")
    bidder.make_keys()
    bidder.page.locator("[data-in=key-file]").set_input_files(bidder.recovery_file)
    bidder.page.locator("[data-in=passphrase]").fill("another passphrase")
    bidder.do("prove")
    expect(bidder.page.locator("[data-show=problem]")).to_contain_text("seal.passphrase")
    bidder.state("checked")


def test_share_is_handed_in_with_the_device_and_with_the_recovery_key_but_only_in_force(
    bidder: Sealer, site: SealingSite
) -> None:
    paper = bidder.offer("1", b"x")
    bidder.seal_and_submit()
    item = next(item for item in site.handed[-1] if item["stage"] == "price")
    site.small = (item["core"], item["wraps"])
    share = sealing.unwrap_share_b(
        binary(item["core"]), binary(item["wraps"]), keys.from_paper(paper).wrap_private()
    )
    page = bidder.open("/unlock")
    expect(page.locator("unlock-bid")).to_have_attribute("data-state", "device")
    bidder.do("device", page)
    page.wait_for_url("**/posted")
    page = bidder.open("/unlock")
    page.locator("[data-in=key-file]").set_input_files(bidder.recovery_file)
    page.locator("[data-in=passphrase]").fill(PASSPHRASE)
    bidder.do("recovery", page)
    page.wait_for_url("**/posted")
    assert [form["share"] for form in site.posted] == [base64url(share)] * 2

    bidder.do("replace")
    bidder.fill_in("2", None)
    bidder.do("check")
    bidder.seal_and_submit()
    page = bidder.open("/unlock")
    bidder.do("device", page)
    expect(page.locator("[data-show=problem]")).to_contain_text("client.not_live")


def test_stored_objects_are_checked_against_the_receipt(bidder: Sealer, site: SealingSite) -> None:
    bidder.offer("1", b"x")
    bidder.seal_and_submit()
    page = bidder.open("/check")
    expect(page.locator("check-envelope")).to_have_attribute("data-state", "intact")
    body = site.objects[site.handed[-1][0]["body"]]
    body[1] = bytes([body[1][0] ^ 1]) + body[1][1:]
    page.reload()
    expect(page.locator("check-envelope")).to_have_attribute("data-state", "broken")
    expect(page.locator("[data-show=object]")).to_have_text("object.body")


def proven(
    site: SealingSite, *facts: tuple[str, str, str], admitted: Sequence[str] = ()
) -> list[dict]:
    """Give the proofs of facts that follow one another in the site's log; a call names bids."""
    calls = {"opening.scheduled": {"admitted": list(admitted)}}
    leaves = [
        canonical.encode(
            {"type": kind, "stream": stream_, "at": at, "tender": site.tender}
            | {"data": calls.get(kind, {})}
        )
        for kind, stream_, at in facts
    ]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    root = base64.b64encode(merkle.root(hashes)).decode()
    signed = note.sign(f"centre.example/log\n{len(leaves)}\n{root}\n", site.log)
    return [
        {
            "leaf": leaf.decode(),
            "index": index,
            "size": len(leaves),
            "path": [node.hex() for node in merkle.inclusion(hashes, index)],
            "checkpoint": signed,
        }
        for index, leaf in enumerate(leaves)
    ]


def test_custodian_registers_and_releases_only_after_all_facts_are_proven(
    bidder: Sealer, site: SealingSite
) -> None:
    page = bidder.open("/custodian")
    register, release = page.locator("[data-mode=register]"), page.locator("[data-mode=release]")
    register.locator("[data-in=new-passphrase]").fill(PASSPHRASE)
    with page.expect_download() as download:
        register.locator("[data-do=make]").click()
    file = bidder.folder / "custodian.json"
    download.value.save_as(file)
    register.locator("[data-in=key-file]").set_input_files(file)
    register.locator("[data-in=passphrase]").fill(PASSPHRASE)
    register.locator("[data-do=register]").click()
    page.wait_for_url("**/posted")
    key = keys.unlock(file.read_bytes(), PASSPHRASE)
    registered = {
        f"key-{stage}": base64url(x25519.public_of(key.stage(site.tender, stage)))
        for stage in ("technical", "price")
    }
    assert site.posted[0] == registered | {"csrfmiddlewaretoken": "c"}

    page = bidder.open("/custodian")
    release = page.locator("[data-mode=release]")

    def refused(code: str, **told: dict) -> None:
        site.proofs = told
        release.locator("[data-do=release]").click()
        expect(release.locator("[data-show=problem]")).to_contain_text(code)

    day, hall, bids = "2026-01-01T00", f"opening.{site.tender}.price", ["ab" * 32]
    closed = ("tender.closed", f"tender.{site.tender}", f"{day}:00:00.000000Z")
    called = ("opening.scheduled", hall, f"{day}:10:00.000000Z")
    unlocked = ("opening.unlock_closed", hall, f"{day}:30:00.000000Z")
    refused("client.not_closed")
    names = ("unlocked", "closed", "called")  # the window before the closing
    proofs = proven(site, unlocked, closed, called, admitted=bids)
    refused("client.not_closed", **dict(zip(names, proofs, strict=True)))
    names = ("called", "closed", "unlocked")  # the call before the closing
    proofs = proven(site, called, closed, unlocked, admitted=bids)
    refused("client.not_called", **dict(zip(names, proofs, strict=True)))
    names = ("closed", "called", "unlocked")
    proofs = proven(site, closed, called, unlocked)  # a call for nobody
    refused("client.not_called", **dict(zip(names, proofs, strict=True)))
    first, second, third = proven(site, closed, called, unlocked, admitted=bids)
    refused("client.not_called", closed=first, unlocked=third)
    refused("client.not_closed", closed=first, called=second)

    site.proofs = {"closed": first, "called": second, "unlocked": third}
    release.locator("[data-do=release]").click()  # its key is not the policy's first
    expect(release.locator("[data-show=problem]")).to_contain_text("seal.stage_key")
    record = sealing.parse_policy(site.policy)
    own = x25519.public_of(key.stage(site.tender, "price"))
    site.policy = site.policy.replace(
        base64url(record.opening.custodians[0].keys["price"]).encode(), base64url(own).encode()
    )
    release.locator("[data-do=release]").click()
    page.wait_for_url("**/posted")
    assert binary(site.posted[-1]["private"]) == key.stage(site.tender, "price")

"""The auction's pages: who sees what, acts without scripts, orders, and the log after the end."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from bidding import gate
from bidding.models import Auction
from tests.auctions import CYCLE, DYNAMIC, sale

PAGE = "/auctions/{}/"


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


@pytest.fixture
def running(world):
    """An auction that has been open for a minute by the real clock, as pages know no other."""
    now = timezone.now()
    held = sale(
        world,
        opens_at=(now - timedelta(minutes=1)).isoformat(),
        closes_at=(now + timedelta(hours=1)).isoformat(),
    )
    Auction.objects.filter(pk=held.auction.pk).update(seen_at=now)
    held.at(now)
    return held


def post(client, held, kind, price, key="k1"):
    address = PAGE.format(held.auction.code) + "act/"
    return client.post(address, {"kind": kind, "price": price, "key": key}, follow=True)


def test_the_public_sees_price_and_codes_and_nothing_to_act_with(world, running):
    post(world.client("chen"), running, "bid", "2600000")
    page = world.client("public").get(PAGE.format(running.auction.code)).content.decode()
    assert "2,600,000.00" in page
    assert running.code_of("chen") in page
    assert "我的竞价" not in page
    assert world.organisation_of("chen").name not in page


def test_an_entrant_sees_its_code_and_acts(world, running):
    page = world.client("chen").get(PAGE.format(running.auction.code)).content.decode()
    assert "我的竞价" in page
    assert running.code_of("chen") in page
    assert running.code_of("zhao") not in page


def test_a_bid_without_scripts_is_taken_and_its_refusal_said(world, running):
    assert "报价有效" in post(world.client("chen"), running, "bid", "2600000").content.decode()
    said = post(world.client("zhao"), running, "bid", "2600000").content.decode()
    assert "至少应报 ¥ 2,620,000.00" in said


@pytest.mark.parametrize(("name", "status"), [("public", 302), ("lin", 409), ("he", 409)])
def test_who_is_no_entrant_cannot_act(world, running, name, status):
    address = PAGE.format(running.auction.code) + "act/"
    answer = world.client(name).post(address, {"kind": "bid", "price": "2600000", "key": "k"})
    assert answer.status_code == status


@pytest.mark.parametrize("kind", ["pause", "credit", "resume", "void", "", "draw"])
def test_no_bidder_gives_an_order_as_an_act(world, running, kind):
    answer = post(world.client("chen"), running, kind, "2600000")
    assert answer.status_code == 422
    running.auction.refresh_from_db()
    assert running.auction.acts == 0


@pytest.mark.parametrize(
    ("name", "status"), [("qian", 302), ("wang", 302), ("chen", 403), ("lin", 403), ("sun", 403)]
)
def test_only_centre_and_regulator_pause(world, running, name, status):
    address = PAGE.format(running.auction.code) + "order/pause/"
    answer = world.client(name).post(address, {"reason": "线路故障"})
    assert answer.status_code == status
    running.auction.refresh_from_db()
    assert running.auction.phase == ("paused" if status == 302 else "open")


def test_a_paused_auction_takes_no_bid_until_it_goes_on(world, running):
    order = PAGE.format(running.auction.code) + "order/{}/"
    world.client("qian").post(order.format("pause"), {"reason": "线路故障"})
    said = post(world.client("chen"), running, "bid", "2600000").content.decode()
    assert "竞价已暂停" in said
    world.client("qian").post(order.format("resume"), {"reason": "已修复"})
    assert "报价有效" in post(world.client("chen"), running, "bid", "2600000").content.decode()


def test_a_pause_without_reason_is_refused(world, running):
    order = PAGE.format(running.auction.code) + "order/pause/"
    assert world.client("qian").post(order, {"reason": "  "}).status_code == 422


@pytest.mark.parametrize("name", ["status", "stage", "offers"])
def test_each_fragment_is_given_by_itself(world, running, name):
    address = PAGE.format(running.auction.code) + f"parts/{name}/"
    assert world.client("public").get(address).status_code == 200
    assert world.client("public").get(address.replace(name, "acts")).status_code == 404


def test_the_log_is_given_after_the_end_only(world, running):
    address = PAGE.format(running.auction.code) + "log.json"
    post(world.client("chen"), running, "bid", "2600000")
    assert world.client("public").get(address).status_code == 409
    free_until = timezone.now() + timedelta(hours=1)
    running.at(free_until + timedelta(seconds=2))
    running.at(free_until + timedelta(seconds=CYCLE + 4))
    case = json.loads(world.client("public").get(address).content)
    assert {**case, "bids": [], "qualified": []} == {
        **running.auction.terms,
        "bids": [],
        "qualified": [],
    }
    assert [(act["by"], act["price"]) for act in case["bids"]] == [
        (running.code_of("chen"), "2600000")
    ]
    assert len(case["qualified"]) == 3


def test_the_logs_signature_holds_for_its_file_and_the_replay_asks_for_it(
    world, running, tmp_path, capsys
):
    page = PAGE.format(running.auction.code)
    public = world.client("public")
    assert public.get(page + "log.note").status_code == 409
    free_until = timezone.now() + timedelta(hours=1)
    post(world.client("chen"), running, "bid", "2600000")
    running.at(free_until + timedelta(seconds=2))
    running.at(free_until + timedelta(seconds=CYCLE + 4))
    log, signed = tmp_path / "log.json", tmp_path / "log.note"
    log.write_bytes(public.get(page + "log.json").content)
    signed.write_bytes(public.get(page + "log.note").content)
    told = public.get(f"/api/v1{page}log/note").json()
    assert told["note"] == signed.read_text(encoding="utf-8")
    words = ["--file", str(log), "--note", str(signed), "--key", told["key"]]
    call_command("auction_replay", *words)
    assert json.loads(capsys.readouterr().out)["winner"] == running.code_of("chen")
    log.write_bytes(log.read_bytes().replace(b"2600000", b"2700000"))
    with pytest.raises(SystemExit):
        call_command("auction_replay", *words)
    assert json.loads(capsys.readouterr().out)["code"] == "auction.log_changed"
    with pytest.raises(SystemExit):
        call_command("auction_replay", *words[:4])
    assert json.loads(capsys.readouterr().out)["code"] == "auction.note_and_key"


def test_lists_show_auctions_that_run_and_that_are_past(world, running):
    page = world.client("public").get("/auctions/").content.decode()
    assert PAGE.format(running.auction.code) in page
    assert DYNAMIC["kind"] not in page

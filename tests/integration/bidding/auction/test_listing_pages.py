"""The room of a listing: what stands on it in each phase, and for whom."""

from datetime import timedelta

import pytest
import time_machine

from bidding import gate
from tests import grants
from tests.world import AT

PAGE = "/auctions/{}/"
ASK = "是否参加限时竞价？"
OUT = "贵单位没有表示参加限时竞价"


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


@pytest.fixture
def held(world):
    found = grants.listed(world, AT, "chen", "zhao", "hu").begin()
    found.offer("chen", "400000000", found.moment("opens_at", 60))
    return found


def room(world, held, name, at):
    """Give the room as somebody sees it at an instant: its text with the hidden parts apart."""
    with time_machine.travel(at, tick=False):
        return world.client(name).get(PAGE.format(held.auction.code)).content.decode()


def act(world, held, name, kind, at, price=""):
    sent = {"kind": kind, "price": price, "key": f"{name}-{kind}"}
    with time_machine.travel(at, tick=False):
        address = PAGE.format(held.auction.code) + "act/"
        return world.client(name).post(address, sent, follow=True).content.decode()


def is_shown(page, phase):
    """Tell whether the entrant's part for a phase stands on the page."""
    part = page.split(f'data-phases="{phase}"', 1)[1].split(">", 1)[0]
    return "hidden" not in part


def test_listing_days_show_when_offers_stop_and_what_follows(world, held):
    page = room(world, held, "public", held.moment("opens_at", 120))
    for said in ("挂牌报价停止", "400,000,000.00", "挂牌截止前 60 分钟不再接受报价", "240 秒内"):
        assert said in page
    own = room(world, held, "zhao", held.moment("opens_at", 120))
    assert [is_shown(own, phase) for phase in ("quiet", "inquiry", "closing")] == [False] * 3


def test_the_quiet_hour_takes_no_offer_and_says_why(world, held):
    at = held.moment("closes_at", -60)
    held.at(held.moment("closes_at", -3600))
    own = room(world, held, "zhao", at)
    assert is_shown(own, "quiet")
    held.at(at)
    assert "挂牌报价已停止" in act(world, held, "zhao", "bid", at, "405000000")


def test_each_entrant_is_asked_and_its_answer_stands_on_its_own_page_only(world, held):
    at = held.ask() + timedelta(seconds=1)
    held.at(at)
    assert ASK not in room(world, held, "public", at)
    assert is_shown(room(world, held, "zhao", at), "inquiry")
    assert "不接受报价；请先答复" in act(world, held, "zhao", "bid", at, "405000000")
    said = act(world, held, "zhao", "join", at)
    assert "已答复：参加。答复已加密写入记录" in said
    assert '<p data-answered="join" hidden>' not in said
    assert '<p data-answered="join" hidden>' in room(world, held, "hu", at)
    for name in ("public", "qian", "wang", "lin", "sun"):
        assert held.code_of("zhao") not in room(world, held, name, at)
    with time_machine.travel(at, tick=False):
        told = world.client("qian").get(f"/api/v1/auctions/{held.auction.code}").json()
    assert (told["phase"], told["joined"]) == ("inquiry", [])


def test_in_the_timed_phase_only_who_goes_on_may_offer(world, held):
    asked = held.ask()
    held.say("zhao", "join", asked)
    at = held.moment("closes_at", 241)
    held.at(at)
    page = room(world, held, "public", at)
    assert "参加限时竞价" in page
    assert held.code_of("zhao") in page
    out = room(world, held, "hu", at)
    assert is_shown(out, "closing")
    assert OUT in out
    assert not is_shown(room(world, held, "zhao", at), "closing")
    assert "没有表示继续参加" in act(world, held, "hu", "bid", at, "405000000")
    assert "报价有效" in act(world, held, "zhao", "bid", at, "405000000")

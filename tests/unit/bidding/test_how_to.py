"""The auction of docs/how-to/add-an-auction.md works as it is printed, as one file more."""

import re
import sys
import textwrap
from pathlib import Path

import pytest

import bidding.auctions
from bidding.auction import kinds
from bidding.auction.replaying import replay_case
from kernel.registry import discover
from tests.auction_room import BASE, DAY

PAGE = Path(__file__).parents[3] / "docs/how-to/add-an-auction.md"


@pytest.fixture
def candle(tmp_path, monkeypatch):
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "candle.py"
    file.write_text(textwrap.dedent(block[1]), encoding="utf-8")
    monkeypatch.setattr(bidding.auctions, "__path__", [*bidding.auctions.__path__, str(tmp_path)])
    discover.cache_clear()
    yield kinds()["candle"]
    sys.modules.pop("bidding.auctions.candle")
    discover.cache_clear()


def test_the_printed_auction_is_found_and_ends_when_the_candle_is_out(candle):
    bids = [
        {"at": f"{DAY}T10:59:59+08:00", "by": "A", "price": "1000"},
        {"at": f"{DAY}T10:59:59+08:00", "by": "B", "price": "1010"},
        {"at": f"{DAY}T11:00:00+08:00", "by": "A", "price": "1020"},
    ]
    answer = replay_case(BASE | {"kind": candle.slug, "increment": "10", "bids": bids})
    assert [verdict["reason"] for verdict in answer["verdicts"]] == ["", "", "closed"]
    assert (answer["winner"], answer["price"], answer["extensions"]) == ("B", "1010", 0)

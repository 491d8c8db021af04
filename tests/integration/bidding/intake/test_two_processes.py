"""Two server processes on one PostgreSQL are sent the same rush at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.integration.bidding.intake.rush import BIDDERS, LOTS, STEPS, Rush
from tests.rig.site import Site

SEED = "from tests.integration.bidding.intake import rush; rush.{}"


@pytest.mark.timeout(600)
def test_each_commit_is_decided_once_and_both_give_its_one_receipt(
    two_servers: tuple[Site, Site],
) -> None:
    first = two_servers[0]
    first.python(SEED.format(f"stage({str(first.var)!r})"))
    chains = json.loads((first.var / "rush.json").read_text())
    until = timezone.now() + timedelta(seconds=400)
    rushes = [Rush(site, chains, until) for site in two_servers]
    with ThreadPoolExecutor() as pool:  # whose results are asked for: no refusal goes unheard
        for sent in [pool.submit(rush.run) for rush in rushes]:
            sent.result()
    assert rushes[0].receipts == rushes[1].receipts
    assert len(rushes[0].receipts) == STEPS * LOTS * len(BIDDERS)
    first.python(SEED.format(f"record({str(first.var)!r})"))
    held = json.loads((first.var / "held.json").read_text())
    assert [len(chain) for chain in held] == [STEPS] * LOTS * len(BIDDERS)
    assert {s["commit"]: s["receipt"] for chain in held for s in chain} == rushes[0].receipts

"""What can go wrong at 8:59: each gives a sentence, and nothing that was sealed or sent is lost."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from bidding import sealing
from tests.e2e.navigators.sealer import Sealer, opened
from tests.e2e.sealing_pages import HPKE, SealingSite

pytestmark = pytest.mark.skipif(not HPKE.is_file(), reason="node_modules has no hpke: run npm ci")

CONTENT = os.urandom(6_000_000)
ALL = 1_000_000

# What a browser does when the disk is full, in the worker, which no test script reaches otherwise.
FULL = b"""IDBObjectStore.prototype.put = () => {
  throw new DOMException("The disk is full.", "QuotaExceededError");
};
"""


def test_server_that_goes_away_and_comes_back_costs_only_time(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    paper = sealer.offer("1", CONTENT)
    sealing_site.is_away = True
    sealer.do("seal")
    sealer.problem("client.unreachable")
    sealer.state("proven")  # what was filled in is still there
    sealing_site.is_away, sealing_site.puts_let_in = False, 3
    sealer.do("seal")
    sealer.waits("client.waiting")
    sealing_site.is_away = True
    sealer.waits("client.out_of_reach")
    sealing_site.is_away, sealing_site.puts_let_in = False, ALL
    sealer.state("ready")
    sealing_site.is_away = True
    sealer.do("submit")
    sealer.waits("client.out_of_reach")
    sealing_site.is_away = False
    sealer.state("committed")
    assert len(sealing_site.chain) == 1
    assert opened(sealing_site, "technical", paper)[2] == [CONTENT]


@pytest.mark.parametrize("requests", [1, 3, 5])
def test_reload_while_sending_goes_on_where_it_was(
    sealer: Sealer, sealing_site: SealingSite, requests: int
) -> None:
    paper = sealer.offer("1", CONTENT)
    sealing_site.puts_let_in = requests
    sealer.do("seal")
    sealer.waits("client.waiting")
    sealer.page.on("dialog", lambda dialog: dialog.accept())  # it warns before it goes
    sealer.page.reload()
    sealer.state("resumable")
    sealing_site.puts_let_in = ALL
    sealer.page.locator("[data-in=again]").set_input_files(sealer.technical)
    sealer.do("resume")
    sealer.state("ready")
    sealer.page.reload()  # at a hundred per cent
    sealer.state("ready")
    sealer.do("submit")
    sealer.state("committed")
    sealer.page.reload()
    sealer.state("committed")
    expect(sealer.page.locator("[data-show=receipt]")).not_to_be_empty()
    at = sealer.page.locator("[data-show=accepted]")
    expect(at).to_have_text(re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{3}$"))
    assert len(sealing_site.uploads) == len(set(sealing_site.uploads))
    assert opened(sealing_site, "technical", paper)[2] == [CONTENT]


def test_token_that_has_run_out_is_fetched_again_and_a_lost_session_is_told(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    sealer.offer("1", CONTENT)
    sealing_site.refuses_token = 1
    sealing_site.puts_let_in = 3
    sealer.do("seal")
    sealer.waits("client.waiting")
    sealer.do("pause")
    sealer.problem("client.stopped")
    sealing_site.refusals["/api/v1/intake-token"] = (
        403,
        {},
    )  # Django's page about the form's token
    sealer.do("resume")
    sealer.problem("client.signed_out")
    sealer.state("resumable")
    sealing_site.refusals.clear()
    sealing_site.puts_let_in = ALL
    sealer.do("resume")
    sealer.state("ready")
    assert len(sealing_site.uploads) == len(set(sealing_site.uploads))


def test_deadline_that_passes_while_sending_is_told_in_the_platforms_words(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    sealer.offer("1", b"x")
    sealer.do("seal")
    sealer.state("ready")
    told = {"code": "bid.too_late", "message": "已过投标截止时间", "facts": {}}
    sealing_site.refusals["/intake/commits"] = (409, told)
    sealer.do("submit")
    expect(sealer.page.locator("[data-show=problem]")).to_have_text("已过投标截止时间")
    sealer.state("ready")
    assert sealing_site.chain == []


def test_second_tab_neither_disturbs_the_first_nor_writes_over_its_receipt(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    sealer.offer("1", CONTENT)
    first, second = sealer.page, sealer.open("/seal")
    expect(second.locator("seal-bid")).to_have_attribute("data-state", "offer")
    sealing_site.puts_let_in = 3
    sealer.do("seal")
    sealer.waits("client.waiting")
    third = sealer.open("/seal")
    sealer.page = third
    sealer.state("resumable")
    sealer.do("discard")
    sealer.problem("client.other_tab")
    sealer.page = first
    sealing_site.puts_let_in = ALL
    sealer.state("ready")
    sealer.do("submit")
    sealer.state("committed")
    sealer.page = third
    sealer.do("discard")
    sealer.problem("client.moved_elsewhere")
    sealer.state("committed")
    expect(third.locator("[data-show=receipt]")).to_contain_text(sealing_site.tender)
    assert [sealing.parse_commit(one).action for one in sealing_site.chain] == ["submit"]


def test_file_changed_since_it_was_chosen_is_named_at_the_check_and_at_the_sealing(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    sealer.state("offer")
    sealer.fill_in("1", CONTENT)
    sealer.technical.write_bytes(os.urandom(1000))
    sealer.do("check")
    sealer.problem("client.file_unreadable")
    expect(sealer.page.locator("[data-show=problem]")).to_contain_text(sealer.technical.name)
    sealer.state("offer")
    sealer.offer("1", CONTENT)
    sealer.technical.write_bytes(os.urandom(1000))
    sealer.do("seal")
    sealer.problem("client.file_unreadable")
    expect(sealer.page.locator("[data-show=problem]")).to_contain_text(sealer.technical.name)
    sealer.state("resumable")
    sealer.do("discard")
    sealer.state("offer")
    assert sealing_site.chain == []


def test_empty_file_is_warned_of_and_can_be_sealed(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    paper = sealer.offer("1", b"")
    line = sealer.page.locator("[data-show=findings] li[data-code='lint.file_empty']")
    expect(line).to_have_attribute("data-level", "warning")
    sealer.seal_and_submit()
    assert opened(sealing_site, "technical", paper)[2] == [b""]


def test_field_that_is_missing_is_called_by_its_label(sealer: Sealer) -> None:
    sealer.state("offer")
    sealer.do("check")
    line = sealer.page.locator("[data-show=findings] li[data-code='lint.field_missing']")
    expect(line).to_contain_text("“总价”")


def test_full_storage_stops_before_anything_leaves_unremembered(
    sealer: Sealer, sealing_site: SealingSite
) -> None:
    paper = sealer.offer("1", CONTENT)
    sealing_site.puts_let_in = 3
    sealer.do("seal")
    sealer.waits("client.waiting")
    sealer.do("pause")
    sealer.problem("client.stopped")
    sealing_site.first_lines["seal-worker.js"] = FULL
    sealing_site.puts_let_in = ALL
    sent = len(sealing_site.uploads)
    sealer.do("resume")
    sealer.problem("client.storage_full")
    sealer.state("resumable")
    assert len(sealing_site.uploads) == sent
    sealing_site.first_lines.clear()
    sealer.do("resume")
    sealer.state("ready")
    sealer.do("submit")
    sealer.state("committed")
    assert opened(sealing_site, "technical", paper)[2] == [CONTENT]


WITHOUT = {
    "client.no_storage": "Object.defineProperty(window, 'indexedDB', {value: undefined})",
    "client.no_curves": """crypto.subtle.generateKey = async () => {
        throw new DOMException("Unrecognized name.", "NotSupportedError");
    }""",
}


@pytest.mark.parametrize("code", WITHOUT)
def test_browser_that_cannot_seal_says_so_before_anything_is_filled_in(
    new_context: Callable[..., BrowserContext],
    sealing_site: SealingSite,
    tmp_path: Path,
    code: str,
) -> None:
    context = new_context()
    context.add_init_script(WITHOUT[code])
    sealer = Sealer(context, sealing_site, tmp_path)
    sealer.problem(code)
    sealer.state("unable")
    expect(sealer.page.locator("[data-do=check]")).to_be_hidden()
    assert sealer.problems == []

"""A bidder at the sealing element alone, beside the platform of sealing_pages."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from bidding import sealing
from bidding.sealing import keys, stream
from bidding.sealing.strict import binary
from tests.e2e.sealing_pages import SealingSite
from tests.vectors.sealing import make as v

PASSPHRASE = "一个足够长的恢复口令"


class Sealer:
    """A bidder at the page, with a file to offer."""

    def __init__(self, context: BrowserContext, site: SealingSite, folder: Path) -> None:
        self.context, self.site, self.folder = context, site, folder
        self.problems: list[str] = []
        self.recovery_file = folder / "recovery.json"
        self.technical = folder / "投标文件.pdf"
        self.page = self.open("/seal")

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(self.site.url + path)
        return page

    def do(self, act: str, page: Page | None = None) -> None:
        (page or self.page).locator(f"[data-do='{act}']:visible").click()

    def state(self, state: str) -> None:
        expect(self.page.locator("seal-bid")).to_have_attribute("data-state", state, timeout=30_000)

    def problem(self, code: str) -> None:
        """Wait until the page tells of a problem, in its own sentence."""
        element = self.page.locator("seal-bid")
        expect(element).to_have_attribute("data-problem", code, timeout=30_000)
        expect(self.page.locator("[data-show=problem]")).to_contain_text(code)

    def waits(self, code: str) -> None:
        """Wait until the page tells why it waits."""
        told = self.page.locator("[data-show=waiting]:visible")
        expect(told).to_contain_text(code, timeout=30_000)

    def fill_in(self, price: str, content: bytes | None) -> None:
        """Fill in both stages; without content only the price is offered again."""
        technical, priced = (self.page.locator(f"[data-stage={s}]") for s in ("technical", "price"))
        if content is None:
            technical.locator("[data-keep]").check()
        else:
            self.technical.write_bytes(content)
            technical.locator("[data-files]").set_input_files(self.technical)
        priced.locator("[data-item]").fill(price)

    def make_keys(self) -> str:
        self.page.locator("[data-in=new-passphrase]").fill(PASSPHRASE)
        with self.page.expect_download() as download:
            self.do("new-keys")
        download.value.save_as(self.recovery_file)
        return self.page.locator("[data-show=paper]").inner_text()

    def prove(self) -> None:
        self.page.locator("[data-in=key-file]").set_input_files(self.recovery_file)
        self.page.locator("[data-in=passphrase]").fill(PASSPHRASE)
        self.do("prove")
        self.state("proven")

    def offer(self, price: str, content: bytes) -> str:
        self.state("offer")
        self.fill_in(price, content)
        self.do("check")
        self.state("checked")
        paper = self.make_keys()
        self.prove()
        return paper

    def seal_and_submit(self) -> None:
        self.do("seal")
        self.state("ready")
        self.do("submit")
        self.state("committed")


def opened(site: SealingSite, stage: str, paper: str) -> tuple[dict, str, list[bytes]]:
    """Open a stage of the last commit with three custodian keys and the paper key."""
    place = next(i for i, item in enumerate(site.handed[-1]) if item["stage"] == stage)
    item = site.handed[-1][place]
    core, wraps = binary(item["core"]), binary(item["wraps"])
    commit = sealing.parse_commit(site.chain[-1])
    readout = b"".join(part for _i, part in sorted(site.objects[item["readout"]].items()))
    envelope = sealing.Envelope(core, wraps, readout, commit.stages[place])
    policy = sealing.parse_policy(site.policy)
    stage_keys = sealing.accept_stage_keys(policy, stage, v.privates("opening", (1, 3, 5), stage))
    share = sealing.unwrap_share_b(core, wraps, keys.from_paper(paper).wrap_private())
    terms = sealing.Terms(policy, v.DOC, "1", stage)
    found = sealing.open_readout(envelope, terms, stage_keys, share)
    body = b"".join(part for _i, part in sorted(site.objects[item["body"]].items()))
    reader = sealing.open_body(found, stream.BytesSource(body))
    files = [b"".join(sealing.read_file(reader, file)) for file in found.readout.files]
    return dict(found.readout.fields), found.readout.bidder, files

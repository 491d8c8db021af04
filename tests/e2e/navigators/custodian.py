"""A custodian makes a key, registers its public side, and releases one stage's key."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.navigators.person import Person

PASSPHRASE = "一个足够长的托管口令"
LOG_ATTEMPTS = 20


class Custodian(Person):
    """Somebody whose key is in their own browser and in a file they keep."""

    def __init__(self, page: Page, name: str, folder: Path) -> None:
        super().__init__(page)
        self.file = folder / f"{name}.custodian-key.json"

    def makes_key(self, code: str) -> None:
        """Make the key and keep its file."""
        self.open(f"/tenders/{code}/custody/")
        self.page.locator("[data-in=new-passphrase]").fill(PASSPHRASE)
        with self.page.expect_download() as download:
            self.page.locator("[data-do=make]").click()
        download.value.save_as(self.file)

    def registers_key(self, code: str) -> None:
        """Register the public keys that the file gives for this tender."""
        self.open(f"/tenders/{code}/custody/")
        self._chooses_file()
        with self.hearing("公钥已登记"):
            self.page.locator("[data-do=register]").click()

    def _chooses_file(self) -> None:
        self.page.locator("[data-in=key-file]").set_input_files(self.file)
        self.page.locator("[data-in=passphrase]").fill(PASSPHRASE)

    def releases_part(self, hall: str) -> None:
        """Let the browser check the request in the log and release the part of that one bid.

        The log takes a moment; until the request is in it, the browser refuses.
        """
        self.open(hall)
        element = self.page.locator("recovery-part")
        expect(element).to_have_attribute("data-state", "empty")
        self.unfold("用密钥文件", element)
        self._chooses_file()
        for _attempt in range(LOG_ATTEMPTS):
            element.locator("[data-do=release]").click()
            told = self.page.locator("recovery-part[data-problem], toast-note").first
            expect(told).to_be_attached(timeout=20_000)
            if self.page.locator("toast-note").count():
                break
            expect(element).to_have_attribute("data-problem", "client.not_requested")
            self.page.wait_for_timeout(500)
        self.hears("恢复份额有效")
        self.leaves()

    def releases(self, hall: str, *, with_file: bool = True) -> None:
        """Let the browser check the log and publish this stage's key."""
        self.open(hall)
        element = self.page.locator("custodian-key")
        expect(element).to_have_attribute("data-state", "empty" if with_file else "ready")
        if with_file:
            self.unfold("用密钥文件", element)
            self._chooses_file()
        with self.hearing("阶段密钥有效，已公布"):
            element.locator("[data-do=release]").click()
        self.leaves()

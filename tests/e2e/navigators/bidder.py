"""A bidder registers, asks, seals in the browser, submits, and takes part in the opening."""

from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, expect

from kernel.money import in_capitals
from tests.e2e.navigators.person import Person

PASSPHRASE = "一个足够长的恢复口令"


class Bidder(Person):
    """Somebody who bids, with a folder of their own for files and keys."""

    def __init__(self, page: Page, name: str, folder: Path) -> None:
        super().__init__(page)
        self.name = name
        self.recovery_file = folder / f"{name}.recovery.json"
        self.receipt = folder / f"{name}.receipt.txt"
        self.document = folder / f"{name}-投标文件.pdf"
        self.document.write_bytes(b"%PDF-1.7\n% " + name.encode() * 4000 + b"\n%%EOF\n")

    def registers(self, code: str) -> None:
        """Register for every lot."""
        self.open(f"/tenders/{code}/register/")
        for lot in self.page.locator("input[name=lots]").all():
            lot.check()
        self.fill("联系人", "投标联系人")
        self.fill("联系电话", "0393-8800199")
        self.send("报名")

    def downloads_documents(self, code: str) -> bytes:
        """Download the tender document."""
        self.open(f"/tenders/{code}/documents/")
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="下载").first.click()
        return download.value.path().read_bytes()

    def asks(self, code: str, question: str) -> None:
        """Ask about the documents."""
        self.open(f"/tenders/{code}/questions/")
        self.fill("疑问", question)
        self.send("提交疑问")

    def state(self, state: str) -> None:
        """Wait until the sealing page is in a state."""
        element = self.page.locator("seal-bid")
        expect(element).to_have_attribute("data-state", state, timeout=30_000)

    def does(self, act: str) -> None:
        """Press a button of the sealing page."""
        self.page.locator(f"[data-do='{act}']:visible").click()

    def offers(self, code: str, price: str, *, escrow: bool = False) -> None:
        """Write the offer, check it, make both keys and prove the recovery key."""
        self.open(f"/tenders/{code}/bid/1/")
        self.state("offer")
        self.writes_price(price)
        self.page.locator("[data-field=days]").fill("60")
        self.page.locator("[data-files]").first.set_input_files(self.document)
        self.does("check")
        self.state("checked")
        self.unfold("第一次投标")
        self.page.locator("[data-in=new-passphrase]").fill(PASSPHRASE)
        with self.page.expect_download() as download:
            self.does("new-keys")
        download.value.save_as(self.recovery_file)
        if escrow:
            self.page.get_by_label("同时交恢复托管人代存一份").check()
        self.proves()

    def proves(self) -> None:
        """Prove that the recovery key is at hand: its file and the passphrase."""
        self.page.locator("[data-in=key-file]").set_input_files(self.recovery_file)
        self.page.locator("[data-in=passphrase]").fill(PASSPHRASE)
        self.does("prove")
        self.state("proven")

    def writes_price(self, price: str) -> None:
        """Write the price in figures and in capitals; a first response to talks names none."""
        if not self.page.locator("[data-field=price]").count():
            return
        for item in self.page.locator("[data-item]").all():
            item.fill(price)
        self.page.locator("[data-field=price]").fill(price)
        self.page.locator("[data-field=price_in_words]").fill(in_capitals(Decimal(price)))

    def seals_and_submits(self) -> None:
        """Seal, send, commit, and keep the receipt."""
        self.does("seal")
        self.state("ready")
        self.does("submit")
        self.state("committed")
        with self.page.expect_download() as download:
            self.does("download-receipt")
        download.value.save_as(self.receipt)

    def bids(self, code: str, price: str, *, escrow: bool = False) -> None:
        """Register, seal an offer and submit it."""
        self.registers(code)
        self.offers(code, price, escrow=escrow)
        self.seals_and_submits()

    def answers_panel(self, code: str, text: str) -> None:
        """Answer in writing what the panel asks."""
        self.open(f"/tenders/{code}/talks/")
        self.fill("书面答复", text)
        self.send("提交书面答复", "答复已提交")

    def quotes(self, code: str, price: str) -> None:
        """Seal the one last quote with the keys that are at hand, and hand it in."""
        self.open(f"/tenders/{code}/talks/")
        self.page.get_by_role("link", name="密封并提交最后报价").click()
        self.state("offer")
        self.writes_price(price)
        self.does("check")
        self.state("checked")
        self.proves()
        self.seals_and_submits()

    def seals(self, code: str, price: str) -> None:
        """Register, seal and send, but leave the last step."""
        self.registers(code)
        self.offers(code, price)
        self.does("seal")
        self.state("ready")

    def comes_too_late(self) -> None:
        """Hand in after the deadline what was ready before, and be refused."""
        self.does("submit")
        element = self.page.locator("seal-bid")
        expect(element).to_have_attribute("data-problem", "bid.too_late", timeout=30_000)
        expect(self.page.locator("[data-show=problem]")).to_be_visible()

    def replaces(self, code: str, price: str) -> None:
        """Come back another time and seal another offer in place of the first."""
        self.open(f"/tenders/{code}/bid/1/")
        self.state("committed")
        self.does("replace")
        self.state("offer")
        self.writes_price(price)
        self.page.locator("[data-field=days]").fill("45")
        self.page.locator("[data-files]").set_input_files(self.document)
        self.does("check")
        self.state("checked")
        self.proves()
        self.seals_and_submits()

    def verifies_receipt(self) -> None:
        """Give the receipt to the page that anybody checks one on."""
        self.open("/verify/receipt/")
        self.page.locator("#id_file").set_input_files(self.receipt)
        self.send("查验")

    def signs_in(self, hall: str) -> None:
        """Sign in at the hall."""
        self.open(hall)
        self.send("签到", "签到成功")
        self.leaves()

    def checks_seal(self, hall: str) -> None:
        """Let the own browser compare the stored objects with the receipt."""
        self.open(hall)
        with self.page.expect_navigation():
            self.page.locator("check-envelope [data-do=check]").click()
        self.sees("密封完好")
        self.leaves()

    def unlocks(self, hall: str) -> None:
        """Hand in the share with the device key."""
        self.open(hall)
        expect(self.page.locator("unlock-bid")).to_have_attribute("data-state", "device")
        with self.hearing("解密份额有效"):
            self.page.locator("unlock-bid [data-do=device]").click()
        self.leaves()

    def unlocks_with_recovery_file(self, hall: str) -> None:
        """Hand in the share with the recovery key."""
        self.open(hall)
        element = self.page.locator("unlock-bid")
        self.unfold("用恢复密钥解密", element)
        element.locator("[data-in=key-file]").set_input_files(self.recovery_file)
        element.locator("[data-in=passphrase]").fill(PASSPHRASE)
        with self.hearing("解密份额有效"):
            element.locator("[data-do=recovery]").click()
        self.leaves()

    def asks_for_recovery(self, hall: str) -> None:
        """Ask that the share be recovered: both keys are lost."""
        self.open(hall)
        self.unfold("两把密钥都丢失")
        self.send("申请恢复份额", "已申请恢复份额")
        self.leaves()

    def objects(self, hall: str, text: str) -> None:
        """Raise an objection in the hall."""
        self.open(hall)
        self.unfold("提出现场异议")
        self.fill("异议内容", text)
        self.send("提交异议", "异议已提交")
        self.leaves()

    def confirms(self, hall: str) -> None:
        """Confirm the opening record."""
        self.open(hall)
        self.send("确认开标记录", "您已确认开标记录")
        self.leaves()

    def challenges(self, code: str, matters: str) -> None:
        """Challenge the result."""
        self.open(f"/tenders/{code}/challenges/")
        self.page.locator("#id_about").select_option("result")
        self.fill("事项与事实依据", matters)
        self.fill("请求", "请求重新评审。")
        self.fill("法律依据", "《政府采购法》第五十二条")
        self.send("提交", "已提交")

"""The purchaser approves the text, confirms the winner, and signs the contract."""

from pathlib import Path

from tests.e2e.navigators.person import Person


class Purchaser(Person):
    """Lin, for the hospital that buys."""

    def approves(self, code: str) -> None:
        """Approve the text as it stands."""
        self.open(f"/tenders/{code}/draft/")
        self.send("审核通过", "审核通过")

    def confirms_winner(self, code: str) -> None:
        """Choose the first in rank of every lot."""
        self.open(f"/tenders/{code}/award/")
        for choice in self.page.locator("fieldset").all():
            choice.locator("input[type=radio]").first.check()
        self.send("确定")

    def signs_contract(self, code: str, file: Path) -> None:
        """Register the signed contract."""
        self.open(f"/tenders/{code}/contracts/1/sign/")
        self.page.locator("#id_file").set_input_files(file)
        self.send("登记")

    def cannot_sign_contract(self, code: str, file: Path, reason: str) -> None:
        """Find the contract held, and why."""
        self.open(f"/tenders/{code}/contracts/1/sign/")
        self.page.locator("#id_file").set_input_files(file)
        self.send("登记")
        self.sees(reason)

    def publishes_contract(self, code: str) -> None:
        """Publish the signed contract."""
        self.open(f"/tenders/{code}/contracts/")
        self.send("公告合同")

"""The evaluation: organisers draw the committee, experts review, mark, lock and sign."""

from collections.abc import Mapping
from decimal import Decimal

from playwright.sync_api import expect

from tests.e2e.navigators.person import Person


class Organiser(Person):
    """Whoever runs the draw, gives the nonce, starts, or checks qualification."""

    def freezes_pool(self, code: str) -> None:
        """Freeze the list of experts and commit to a seed."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("冻结名单并公布承诺", "候选名单已冻结")

    def draws(self, code: str, nonce: str) -> None:
        """Give the number nobody could know, and draw."""
        self.open(f"/tenders/{code}/evaluation/")
        self.fill("随机数", nonce)
        self.send("抽取", "评审专家已抽取")

    def starts(self, code: str) -> None:
        """Begin when all have pledged."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("开始评审", "评审开始")

    def qualifies_all(self, code: str) -> None:
        """Pass every bidder on every term, and close the check."""
        _passes_all(self, code)
        self.send("结束资格审查", "资格审查已结束")


class Expert(Person):
    """A member of the committee."""

    def is_drawn(self, code: str) -> bool:
        """Find the task on the desk, or not."""
        self.open("/desk/")
        return self.page.locator(f"main a[href*='/tenders/{code}/evaluation/']").count() > 0

    def comes(self, code: str) -> None:
        """Accept, sign in, read who bids, and pledge."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("确认参加")
        self.send("签到", "已签到")
        self.send("无回避情形，签署承诺", "已签署承诺")

    def votes(self, code: str) -> None:
        """Vote for the first expert of the list."""
        self.open(f"/tenders/{code}/evaluation/")
        self.page.locator("input[name=seat]").first.check()
        self.send("投票", "已投票")

    def leads(self, code: str) -> bool:
        """Say whether the others elected this one."""
        self.open(f"/tenders/{code}/evaluation/")
        own = self.page.locator("section[aria-labelledby=seats] tr", has_text="本人")
        return "组长" in own.inner_text()

    def finds_all_conforming(self, code: str) -> None:
        """Give an opinion on every clause of every bid."""
        _passes_all(self, code)

    def finds_failing(self, code: str, bidder: str, clause: str, reason: str) -> None:
        """Say no to one clause of one bidder, with reason and page, and yes to everything else."""
        _passes_all(self, code, failing=bidder, clause=clause, reason=reason)

    def marks(self, code: str, shares: Mapping[str, str]) -> None:
        """Give every bidder its share of full marks, and lock."""
        self.open(f"/tenders/{code}/evaluation/scores/1/")
        for bidder, share in shares.items():
            for cell in self.page.locator(f"td[data-label='{bidder}'] input").all():
                full = Decimal(cell.get_attribute("max") or "0")
                cell.fill(f"{full * Decimal(share):.2f}")
        self.send("保存并核对进度", "评分已保存")
        self.send("锁定评分", "评分已锁定")

    def sees_no_other_marks(self, code: str) -> None:
        """Find the comparison closed while somebody still marks."""
        answer = self.page.goto(f"/tenders/{code}/evaluation/marks/")
        assert answer is not None
        assert answer.status == 404

    def closes_conformity(self, code: str) -> None:
        """Close the review by majority."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("结束符合性审查", "符合性审查已结束")

    def opens_round(self, code: str, questions: Mapping[str, str], change: str) -> None:
        """Ask each supplier by itself, and tell all of a change."""
        self.open(f"/tenders/{code}/evaluation/talks/")
        for bidder, question in questions.items():
            self.fill(f"1 · {bidder}", question)
        self.fill("对采购文件的实质性变动", change)
        self.send("发出", "已发给供应商")

    def summarises(self, code: str) -> None:
        """Let the machine score prices and rank."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("计算价格分并汇总排序", "已汇总排序")

    def reads_ranking(self, code: str) -> list[str]:
        """Read who is where, and open a trace."""
        self.open(f"/tenders/{code}/evaluation/ranking/")
        self.page.locator("td[data-label=价格分] a").first.click()
        expect(self.page.locator("details.trace[open] dd").first).to_be_visible()
        return self.page.locator("tbody td[data-label=投标人]").all_inner_texts()

    def drafts_report(self, code: str) -> None:
        """Draft the report."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("复核无误，起草评审报告", "评审报告已起草")

    def signs_report(self, code: str) -> None:
        """Sign the report without dissent."""
        self.open(f"/tenders/{code}/evaluation/")
        self.send("签署评审报告", "已签署评审报告")


def _passes_all(
    person: Person, code: str, failing: str = "", clause: str = "", reason: str = ""
) -> None:
    """Go from bid to bid, judging every clause, until the page leads back to the overview."""
    person.open(f"/tenders/{code}/evaluation/")
    person.page.locator("a[href*='/evaluation/review/']").first.click()
    while "/evaluation/review/" in person.page.url:
        for choice in person.page.locator("input[type=radio][value=yes]").all():
            choice.check()
        if failing and person.page.get_by_role("heading", name=failing).count():
            person.page.locator(f"input[name='{clause}.passed'][value=no]").check()
            person.page.locator(f"[name='{clause}.reason']").fill(reason)
            person.page.locator(f"[name='{clause}.page']").fill("第 12 页")
        person.send("保存并看下一家", "意见已保存")

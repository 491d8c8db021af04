"""The agency drafts a tender section by section, publishes it, answers, and tells the result."""

from pathlib import Path

from tests.e2e.navigators.person import Person
from tests.tenders import CONFORMITY, FIELDS, LOT, QUALIFICATION

CRITERIA = (
    ("technical", "技术参数响应", "30", False, "全部满足得 30 分，每负偏离一项扣 2 分。"),
    ("technical", "实施与培训方案", "20", True, "优 16—20 分，良 10—15 分，一般 0—9 分。"),
    ("commercial", "同类业绩", "15", False, "近三年同类业绩每项 3 分，最多 15 分。"),
    ("commercial", "售后服务", "5", False, "质保每延长一年 1 分，最多 5 分。"),
)


class Agency(Person):
    """Sun, who runs the procedure for the purchaser."""

    code = ""

    def begins_draft(self, title: str, purchaser: str) -> str:
        """Begin a draft and give its code."""
        self.open("/tenders/new/")
        self.page.locator("#id_kind").select_option("procurement.open_tender.goods")
        self.fill("项目名称", title)
        option = self.page.locator("#id_purchaser option", has_text=purchaser)
        self.page.locator("#id_purchaser").select_option(option.get_attribute("value"))
        self.send("开始起草")
        self.code = self.page.locator(".page-head .code").inner_text()
        return self.code

    def section(self, name: str) -> None:
        """Turn to a section of the draft."""
        self.open(f"/tenders/{self.code}/draft/{name}")

    def opens_in_two_stages(self) -> None:
        """Write what a notice names, and choose that prices are opened later."""
        self.section("basic/")
        self.page.locator("#id_stages").select_option("two")
        self._writes_basics()

    def fills_in_basics(self) -> None:
        """Write what a notice names."""
        self.section("basic/")
        self._writes_basics()

    def _writes_basics(self) -> None:
        for name in ("summary", "plan_number", "funding", "contact_name", "contact_phone", "place"):
            self.page.locator(f"#id_{name}").fill(FIELDS[name])
        self.page.locator("#id_bid_security").fill("0")
        self.send("保存并继续", "已保存")

    def adds_lot(self) -> None:
        """Add the lot with the item bidders price."""
        self.section("lots/new/")
        for name in ("title", "description", "quantity", "delivery", "budget", "ceiling"):
            self.page.locator(f"#id_{name}").fill(LOT[name])
        for name, value in LOT["items"][0].items():
            self.page.locator(f"#id_items-0-{name}").fill(value)
        self.send("保存", "已保存")

    def writes_terms(self) -> None:
        """Write what bidders must meet."""
        self.section("terms/")
        for prefix, rows in (("qualification", QUALIFICATION), ("conformity", CONFORMITY)):
            for place, row in enumerate(rows):
                for name, value in row.items():
                    self.page.locator(f"#id_{prefix}-{place}-{name}").fill(value)
        self.send("保存并继续", "已保存")

    def writes_scheme(self) -> None:
        """Write how bids are scored: two rows are empty at first, so the page is asked for more."""
        self.section("scheme/")
        self.page.locator("#id_weight").fill("30")
        self.page.locator("#id_small_firm").fill("10")
        self._criteria(0, 2)
        self.send("保存并增加空行")
        self._criteria(2, 4)
        self.send("保存并继续", "已保存")

    def _criteria(self, first: int, last: int) -> None:
        for place, (part, title, full, subjective, rule) in enumerate(CRITERIA[first:last], first):
            row = f"#id_criteria-{place}-"
            self.page.locator(f"{row}part").select_option(part)
            self.page.locator(f"{row}title").fill(title)
            self.page.locator(f"{row}full").fill(full)
            self.page.locator(f"{row}subjective").set_checked(subjective)
            self.page.locator(f"{row}rule").fill(rule)

    def chooses_dates(self, closes: str = "") -> None:
        """Take the dates the rules propose, or another deadline."""
        self.section("timetable/")
        if closes:
            self.page.locator("#id_bids_close_at").fill(closes)
        self.send("保存")

    def uploads(self, file: Path) -> None:
        """Upload the tender document."""
        self.section("documents/")
        self.page.locator("#id_kind").select_option("tender_document")
        with self.page.expect_navigation():
            self.page.locator("#id_file").set_input_files(file)
            upload = self.page.locator("file-drop").get_by_role("button", name="上传")
            if upload.is_enabled():
                upload.click()
        self.sees(file.name)

    def names_custodian(self, name: str) -> None:
        """Name somebody who keeps a key."""
        self.section("custodians/")
        option = self.page.locator("#id_holder option", has_text=name).first
        self.page.locator("#id_holder").select_option(option.get_attribute("value"))
        self.send("指定托管人")
        self.sees(name)

    def needs_custodians(self, number: int) -> None:
        """Say how many of them open the bids together."""
        self.section("custodians/")
        self.page.locator("#id_threshold").fill(str(number))
        self.send("保存人数", "已保存")

    def submits(self) -> None:
        """Hand the draft to the purchaser."""
        self.section("")
        self.send("提交采购人审核", "已提交采购人审核")

    def publishes(self) -> None:
        """Publish the approved text."""
        self.section("publish/")
        self.send("发布招标公告", "公告已发布")

    def answers_question(self, answer: str) -> None:
        """Answer the oldest question in public."""
        self.open(f"/tenders/{self.code}/questions/")
        self.page.get_by_role("link", name="答复并公开").first.click()
        self.fill("答复", answer)
        self.send("发布澄清公告")

    def publishes_result(self) -> None:
        """Tell everybody who won."""
        self.open(f"/tenders/{self.code}/award/")
        self.send("发布中标结果公告")

    def accepts_challenge(self) -> None:
        """Take the challenge up."""
        self._reads_challenge()
        self.send("受理")

    def answers_challenge(self, answer: str) -> None:
        """Answer the challenge as unfounded."""
        self._reads_challenge()
        self.page.locator("input[name=outcome][value=dismissed]").check()
        self.page.locator("#id_answer").fill(answer)
        self.send("发出答复")

    def _reads_challenge(self) -> None:
        self.open(f"/tenders/{self.code}/challenges/")
        self.page.locator("article h3 a").first.click()

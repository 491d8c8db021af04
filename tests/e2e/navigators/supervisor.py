"""Supervisors are drawn, watch the hall, and observe in two keys and a sentence."""

import re

from playwright.sync_api import expect

from tests.e2e.navigators.person import Person


class Assigner(Person):
    """The centre's inspector freezes the pool; somebody else draws."""

    def freezes_supervisors(self, hall: str) -> None:
        """Freeze who may be drawn."""
        self.open(f"{hall}supervision/")
        self.send("冻结候选名单并公布承诺", "候选名单已冻结")

    def draws_supervisors(self, hall: str, nonce: str) -> None:
        """Give the number and draw."""
        self.open(f"{hall}supervision/")
        self.fill("随机数", nonce)
        self.send("抽取", "抽取完成")


class Supervisor(Person):
    """Somebody from the public who was drawn for the opening."""

    def comes(self, hall: str) -> None:
        """Sign in at the hall and declare no interest."""
        self.open(hall)
        self.send("签到并声明无回避情形", "已签到")

    def observes(self, key: str, sentence: str) -> str:
        """File an observation: a key for its category, a sentence, Enter; gives its number."""
        self.page.locator("h1").click()
        self.page.keyboard.press(key)
        self.page.keyboard.type(sentence)
        self.page.keyboard.press("Enter")
        told = self.page.locator("observe-hall output")
        expect(told).to_contain_text("监督意见已提出")
        return re.sub(r"^.*：\s*", "", told.inner_text())

    def accepts_answer(self, number: str) -> None:
        """Accept the host's answer."""
        self.open(f"/observations/{number}/")
        self.send("认可答复")

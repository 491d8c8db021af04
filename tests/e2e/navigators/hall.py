"""The opening hall: the host leads, and watchers without an account see every step at once."""

from playwright.sync_api import expect

from tests.e2e.navigators.person import Person


class Host(Person):
    """Whoever presides over the opening."""

    def leads(self, hall: str, act: str) -> None:
        """Take the next step."""
        self.open(hall)
        button = self.page.get_by_role("button", name=act, exact=True)
        expect(button).to_be_enabled()
        self.send(act)
        self.leaves()

    def extends(self, hall: str, minutes: int, reason: str) -> None:
        """Give more time to hand in shares."""
        self.open(hall)
        self.unfold("延长解密时间")
        self.page.locator("#id_minutes").fill(str(minutes))
        self.page.locator("#id_reason").fill(reason)
        self.send("延长并公告理由", "解密时间已延长")
        self.leaves()

    def must_wait(self, hall: str, reason: str) -> None:
        """Find the next step closed, with the reason beside it."""
        self.open(hall)
        expect(self.page.locator("#host-waits")).to_contain_text(reason)
        expect(self.page.locator("[aria-describedby=host-waits]")).to_be_disabled()
        self.leaves()

    def answers_objection(self, hall: str, text: str) -> None:
        """Answer an objection in writing."""
        self.open(hall)
        self.fill("答复", text, self.page.locator("section[aria-labelledby=objections]"))
        self.send("书面答复", "答复已记录并公开")
        self.leaves()

    def answers_observation(self, number: str, text: str) -> None:
        """Answer what a supervisor observed."""
        self.open(f"/observations/{number}/")
        form = self.page.locator(f"form[action$='/observations/{number}/answer/']")
        form.locator("textarea").fill(text)
        self.send("公开答复", within=form)

    def confirms(self, hall: str) -> None:
        """Confirm the opening record."""
        self.open(hall)
        self.send("确认开标记录", "您已确认开标记录")
        self.leaves()


class Watcher(Person):
    """Somebody without an account whose page is never reloaded."""

    def watches(self, hall: str) -> None:
        """Open the hall once."""
        self.open(hall)
        self.page.evaluate("window.opened = true")

    def sees_live(self, words: str, within: str = "main", seconds: float | None = None) -> None:
        """See something appear without reloading."""
        place = self.page.locator(within).first
        expect(place).to_contain_text(words, timeout=seconds and seconds * 1000)
        assert self.page.evaluate("window.opened") is True, "the page was reloaded"

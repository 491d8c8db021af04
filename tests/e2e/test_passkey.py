"""A passkey in a real browser: registered, used to sign in, and refused when nobody shows a finger.

The device is Chromium's virtual authenticator; registering asks for the password once more.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.rig.browser import PASSWORD, Cast

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """A computer's own passkey store, with a sensor for its owner's finger."""

    def __init__(self, page: Page) -> None:
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("WebAuthn.enable")
        made = self.line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.name = {"authenticatorId": made["authenticatorId"]}

    def forgets_its_owner(self) -> None:
        """From now on the sensor knows nobody."""
        self.line.send("WebAuthn.setUserVerified", self.name | {"isUserVerified": False})


def registers(page: Page) -> None:
    """Add a passkey that stands for name and password."""
    page.goto("/account/2fa/webauthn/add/")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")


@pytest.mark.timeout(400)
def test_a_passkey_signs_its_owner_in_and_nobody_else(
    cast: Cast, axe: Callable[[Page], None]
) -> None:
    page = cast.member("tang")
    device = Device(page)
    registers(page)
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/desk/")
    page.context.clear_cookies()
    page.goto("/account/login/")
    device.forgets_its_owner()
    page.locator("#passkey_login").click()
    expect(page.locator("#toasts")).to_contain_text("没有用上密钥")
    axe(page)
    assert "/account/login/" in page.url

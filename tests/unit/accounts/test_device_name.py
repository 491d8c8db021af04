"""A browser is named as people do."""

import pytest

from accounts.domain import device_name

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {KIT} Chrome/126.0.0.0 Safari/537.36", "Chrome · Linux"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/126 Safari/537.36 Edg/126",
            "Edge · Windows",
        ),
        (f"Mozilla/5.0 (Linux; Android 14) {KIT} Chrome/126 Mobile Safari", "Chrome · Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Firefox/127.0",
            "Firefox · macOS",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_device_name(user_agent, name):
    assert device_name(user_agent) == name

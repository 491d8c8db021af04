"""The camera of a hall in a real browser: the very frame, and two keys and a sentence."""

import json
import re
import time
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from monitoring import camera

pytestmark = pytest.mark.timeout(600)
SEED = """
import json
from datetime import timedelta
from django.utils import timezone
from bidding.models import OpeningSession
from tests import supervised, world
from trading.models import Tender
at = timezone.now() - timedelta(days=90)
cast = world.cast(at)
hall = supervised.hall(cast)
# The waiting room is open now, and the camera starts with it; nobody closes the tender.
Tender.objects.update(next_due_at=None)
OpeningSession.objects.filter(pk=hall.session.pk).update(
    opens_at=timezone.now() + timedelta(seconds=60)
)
print(json.dumps({"address": hall.address, "serving": hall.serving}))
"""
END = """
from django.utils import timezone
from bidding.models import OpeningSession
OpeningSession.objects.update(state="failed", ended_at=timezone.now())
"""
# The lowest bit is the leftmost square; the video is drawn at its own size.
SQUARES = [
    (camera.LEFT + bit * camera.PITCH + camera.SQUARE // 2, camera.TOP + camera.SQUARE // 2)
    for bit in range(camera.BITS)
]
PIXELS = """squares => {
  const video = document.querySelector("video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 360];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, 640, 360);
  return squares.map(([x, y]) => context.getImageData(x, y, 1, 1).data[0] > 127);
}"""
READY = "(document.querySelector('room-video')?.stretches?.length ?? 0) >= {}"
INSTANT = "document.querySelector('room-video').instant"
PLAYING = "document.querySelector('room-video')?.instant > 0"
A_FRAME = 1000 / camera.FRAMES_PER_SECOND


@pytest.fixture
def place(new_site):
    site = new_site(ROOM_CAMERA="synthetic")
    given = json.loads(site.python(SEED).strip().splitlines()[-1])
    return site.start(), given


def until(page: Page, expression: str, seconds: float = 90) -> None:
    """Ask again and again; Playwright's own waiting evaluates text, which the policy refuses."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(100)


def segments(page: Page, address: str) -> list[dict]:
    """Give the pieces the recording has registered by now."""
    token = page.locator("room-video").get_attribute("data-trail")
    return page.request.get(token).json()["pieces"]


def frame_of(pieces: list[dict], instant: float) -> int:
    """Say which frame of its run the camera was at, from the dates alone."""
    for piece in pieces:
        begins = milliseconds(piece["starts_at"])
        if begins <= instant < begins + piece["media_ms"]:
            before = [
                p for p in pieces if p["run"] == piece["run"] and p["sequence"] < piece["sequence"]
            ]
            frames = sum(p["media_ms"] for p in before) * camera.FRAMES_PER_SECOND // 1000
            return frames + int((instant - begins) * camera.FRAMES_PER_SECOND // 1000)
    raise AssertionError("in no piece")


def milliseconds(stamp: str) -> float:
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)


def shown(page: Page, wanted: int) -> int:
    """Read the frame from the pixels, once the picture has come to rest."""
    for _try in range(300):
        bits = page.evaluate(PIXELS, SQUARES)
        found = sum(white << bit for bit, white in enumerate(bits))
        if found == wanted:
            break
        page.wait_for_timeout(100)
    return found


def test_two_keys_and_a_sentence_and_the_very_frame_afterwards(  # noqa: PLR0915 - one story
    place, cast_of, axe
):
    site, given = place
    cast = cast_of(site)
    mei = cast.member(given["serving"][0])
    visitor = cast.visitor()
    visitor.goto(f"{given['address']}/")
    mei.goto(f"{given['address']}/")
    expect(mei.locator("room-video")).to_be_visible(timeout=30_000 * site.slowness)
    mei.reload()
    until(mei, PLAYING)
    mei.get_by_role("button", name="签到并声明无回避情形").click()
    until(mei, PLAYING)

    # two keys and a sentence: the instant is the one on the screen at the first key
    before = mei.evaluate(INSTANT)
    mei.keyboard.press("3")
    after = mei.evaluate(INSTANT)
    mei.wait_for_timeout(1500)
    mei.keyboard.type("主持人席位无人值守")
    mei.keyboard.press("Enter")
    expect(mei.locator("observe-hall output")).to_contain_text("监督意见已提出")
    expect(visitor.locator(".observation")).to_contain_text(
        "主持人席位无人值守", timeout=15_000 * site.slowness
    )
    number = visitor.locator(".observation .code").inner_text()
    filed = mei.request.get(f"/api/v1/observations/{number}").json()
    observed = milliseconds(filed["observed_at"])
    assert before - A_FRAME <= observed <= after + A_FRAME
    assert (filed["category"], filed["segment"] is not None) == ("irregularity", True)
    axe(mei)
    axe(visitor)

    # the recording plays for those who have a duty; a click lands on the very frame
    site.python(END)
    official = cast.member("wang")
    for _try in range(120):
        official.goto(f"{given['address']}/timeline/")
        token = official.locator("room-video").get_attribute("data-src")
        if "ENDLIST" in official.request.get(token).text():
            break
        time.sleep(0.5)
    official.reload()
    pieces = segments(official, given["address"])
    until(official, READY.format(len(pieces)))
    link = official.locator("tr[data-lane=observation] a[href^='#t=']")
    link.click()
    at = milliseconds(link.get_attribute("href").removeprefix("#t="))
    wanted = frame_of(pieces, at)
    assert shown(official, wanted) == wanted
    for key, step in ((".", 1), (".", 2), (",", 1)):
        official.keyboard.press(key)
        assert shown(official, wanted + step) == wanted + step
    middle = milliseconds(pieces[len(pieces) // 2]["starts_at"]) + 1_240
    official.evaluate(f"location.hash = 't=' + new Date({middle}).toISOString()")
    assert shown(official, frame_of(pieces, middle)) == frame_of(pieces, middle)
    axe(official)
    official.set_viewport_size({"width": 390, "height": 844})
    assert (
        official.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        == 0
    )

    # nobody else sees the recording now, and everybody the trail
    visitor.goto(f"{given['address']}/timeline/")
    expect(visitor.locator("room-video")).to_have_count(0)
    expect(visitor.locator("tr[data-lane=observation]")).to_contain_text("主持人席位无人值守")
    assert visitor.request.get(token).status == 404
    axe(visitor)


def test_a_killed_server_leaves_a_gap_and_goes_on(place, cast_of):
    site, given = place
    cast = cast_of(site)
    page = cast.visitor()
    expect_recording(page, given["address"], 2)
    site.kill()
    time.sleep(2)
    site.start()
    pieces = expect_recording(page, given["address"], 2, run=1)
    runs = sorted({piece["run"] for piece in pieces})
    assert runs == [0, 1]
    source = page.locator("room-video").get_attribute("data-src")
    text = page.request.get(source).text()
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert re.findall(r"init-(\d)", text) == ["0", "1"]
    starts = [milliseconds(piece["starts_at"]) for piece in pieces]
    assert starts == sorted(starts)
    page.goto(f"{given['address']}/timeline/")
    until(page, READY.format(len(pieces)))
    second = next(piece for piece in pieces if piece["run"] == 1)
    instant = milliseconds(second["starts_at"]) + 840
    page.evaluate(f"location.hash = 't=' + new Date({instant}).toISOString()")
    assert shown(page, 21) == 21


def expect_recording(page: Page, address: str, count: int, run: int = 0) -> list[dict]:
    """Wait until so many segments of a run are registered."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        page.goto(f"{address}/timeline/")
        if page.locator("room-video").count():
            pieces = segments(page, address)
            if sum(piece["run"] == run for piece in pieces) >= count:
                return pieces
        time.sleep(0.5)
    raise AssertionError("no recording")

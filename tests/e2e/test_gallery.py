"""Every part of the design system in a real browser, in both themes, wide and narrow."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.rig.site import Site, own_var

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
LIVE = """<live-stream stream="tender.x" since="7">
  <div data-refresh="bid.read" data-src="/part/read"></div>
  <div data-refresh="tender.*" data-src="/part/tender"></div>
  <div data-refresh="bid.read" data-src="/part/busy"><button aria-busy="true"></button></div>
  <div data-refresh="bid.read" data-src="/part/written"><textarea></textarea></div>
</live-stream>"""
LATE = """<live-stream stream="tender.x" since="7">
  <div data-refresh="bid.read" data-src="/part/late"><input value="410"><button>other</button></div>
</live-stream>"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def gallery(prepared_var, tmp_path_factory):
    """One site for all: nothing here writes anything."""
    var = own_var(prepared_var, tmp_path_factory.mktemp("gallery") / "var")
    site = Site(var, extra={"DEBUG": "1"}).start()
    yield site
    site.end()


@pytest.fixture
def cast(gallery, cast_of):
    return cast_of(gallery)


def fact(number, kind):
    return {"stream": "tender.x", "number": number, "kind": kind}


def frames(*facts):
    return f"data: {json.dumps(facts)}\n\n"


def test_gallery_has_no_fault_and_fits_wide_narrow_and_on_the_wall(cast, axe):
    page = cast.visitor()
    for size, address in ((WIDE, "/gallery/"), (NARROW, "/gallery/"), (WIDE, "/gallery/?board")):
        page.set_viewport_size(size)
        page.goto(address)
        expect(page.locator("time-left[data-near]").first).to_have_text(
            re.compile(r"^00:0\d:\d\d$")
        )
        axe(page)
        assert page.evaluate(OVERFLOW) == 0


def test_every_target_is_large_enough_to_press(cast):
    page = cast.visitor()
    page.set_viewport_size(NARROW)
    page.goto("/gallery/")
    small = page.locator(".button, .tabs a, .site-nav a, input:not([type=checkbox], [type=radio])")
    heights = small.evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.offsetHeight)"
    )
    assert min(heights) >= 44


def chosen(name, size=9):
    return {"name": name, "mimeType": "application/pdf", "buffer": b"x" * size}


def names_of(field):
    return field.evaluate("field => [...field.files].map((file) => file.name)")


def test_files_chosen_one_after_another_are_listed_and_taken_out_by_the_keyboard(cast):
    page = cast.visitor()
    page.set_viewport_size(NARROW)
    page.goto("/gallery/")
    part, field = page.locator("file-list"), page.get_by_label("证明材料")
    field.set_input_files([chosen("报价单.pdf", 2_621_440), chosen("很长" * 40 + ".pdf")])
    field.set_input_files([chosen("合同.ofd"), chosen("报价单.pdf", 2_621_440)])
    expect(part.locator("li")).to_have_count(4)
    expect(part.locator("li .error")).to_have_text(["与另一份同名"] * 2)
    expect(part.locator("output")).to_have_text("已选 4 / 10 · 5.0 MB")
    assert page.evaluate(OVERFLOW) == 0
    part.get_by_role("button", name="移除 报价单.pdf").last.focus()
    page.keyboard.press("Enter")
    expect(part.get_by_role("button", name="移除 合同.ofd")).to_be_focused()
    assert names_of(field) == ["报价单.pdf", "很长" * 40 + ".pdf", "合同.ofd"]
    for _each in range(3):
        page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(part.locator("output")).to_be_empty()


def test_what_would_be_refused_is_not_sent_but_named(cast):
    page = cast.visitor()
    page.goto("/gallery/")
    part, field = page.locator("file-list"), page.get_by_label("证明材料")
    send = page.locator("form:has(file-list)").get_by_role("button", name="提交书面答复")
    field.set_input_files([chosen("报价单.pdf"), chosen("成本表.exe"), chosen("空白.pdf", 0)])
    send.click()
    expect(part.locator("output")).to_have_text("请先移除标出的文件，再提交。")
    expect(part.get_by_role("button", name="移除 成本表.exe")).to_be_focused()
    expect(part.locator("li .error")).to_have_text(["不收这一类型", "空文件"])
    assert not page.url.endswith("#content")


def test_the_chosen_theme_stays_and_comes_with_the_page(cast):
    page = cast.visitor(color_scheme="light")
    page.goto("/gallery/")
    page.get_by_role("button", name="切换深色与浅色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in page.request.get("/gallery/").text()


def test_the_chosen_language_stays(cast):
    page = cast.visitor()
    page.goto("/gallery/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_form_that_asks_first_is_sent_only_after_yes(cast):
    page = cast.visitor()
    page.goto("/gallery/")
    sent = []
    page.on("request", lambda request: sent.append("?title=" in request.url))
    page.get_by_role("button", name="发布公告").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not any(sent)
    page.get_by_role("button", name="发布公告").click()
    with page.expect_request(lambda request: "?title=" in request.url):
        page.get_by_role("dialog").get_by_role("button", name="确定").click()


def test_an_amount_is_written_in_capitals_as_one_types(cast):
    page = cast.visitor()
    page.goto("/gallery/")
    page.locator("#id_good-budget").fill("1180000.05")
    expect(page.locator("output[for=id_good-budget]")).to_have_text("壹佰壹拾捌万元零伍分")


def test_a_live_part_is_fetched_again_and_a_lost_connection_resumes(cast):
    page = cast.visitor()
    answers = iter(
        (frames(fact(8, "bid.read")), frames(fact(8, "bid.read"), fact(9, "tender.closed")))
    )
    asked, fetched = [], []

    def watch(route):
        asked.append(route.request.url.split("since=")[1])
        body = next(answers, None)
        if body is None:
            return route.abort()
        return route.fulfill(body=body, content_type="text/event-stream")

    def part(route):
        fetched.append(route.request.url.rsplit("/", 1)[1])
        return route.fulfill(body=f"<p>{len(fetched)}</p>", content_type="text/html")

    page.route("**/live/**", watch)
    page.route("**/part/*", part)
    page.goto("/gallery/")
    page.locator("#content").evaluate(
        """(place, html) => {
          place.insertAdjacentHTML('beforeend', html);
          place.querySelector("[data-src] textarea").value = "unsent";
        }""",
        LIVE,
    )
    expect(page.locator("[data-src='/part/read'] p")).to_be_visible()
    expect(page.locator("[data-src='/part/tender'] p")).to_be_visible()
    expect(page.locator("#link-state")).to_have_text("连接已断开，正在重连…")
    assert (asked[:2], sorted(fetched)) == (["7", "8"], ["read", "tender"])
    page.locator("[data-src='/part/busy'] button").evaluate("b => b.removeAttribute('aria-busy')")
    expect(page.locator("[data-src='/part/busy'] p")).to_be_visible()
    assert sorted(fetched) == ["busy", "read", "tender"]
    page.locator("[data-src='/part/written'] textarea").evaluate("text => { text.value = ''; }")
    expect(page.locator("[data-src='/part/written'] p")).to_be_visible()


def test_what_is_typed_while_a_part_is_on_its_way_stays_until_it_is_sent(cast):
    page = cast.visitor()
    on_its_way, bodies = [], iter((frames(fact(8, "bid.read")),))

    def watch(route):
        body = next(bodies, None)
        return route.fulfill(body=body, content_type="text/event-stream") if body else route.abort()

    def late(route):
        on_its_way.append(route)

    def arrives():
        while not on_its_way:
            page.wait_for_timeout(50)
        on_its_way.pop().fulfill(body="<p>fresh</p>", content_type="text/html")

    page.route("**/live/**", watch)
    page.route("**/part/late", late)
    page.goto("/gallery/")
    with page.expect_request("**/part/late"):
        page.locator("#content").evaluate(
            "(place, html) => place.insertAdjacentHTML('beforeend', html)", LATE
        )
    part = page.locator("[data-src='/part/late']")
    price = part.locator("input")
    price.fill("420")
    arrives()
    part.get_by_role("button").focus()
    page.wait_for_timeout(1_000)  # longer than a part waits before it is fetched
    assert (price.input_value(), on_its_way) == ("420", [])
    price.evaluate("input => { input.defaultValue = input.value; }")
    arrives()
    expect(part.locator("p")).to_have_text("fresh")

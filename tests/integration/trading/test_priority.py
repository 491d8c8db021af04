"""Priority rights in a draft, in the notice and for those who register."""

from datetime import timedelta

import pytest

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from tests import sales, tenders
from tests.integration.trading.conftest import NOW
from tests.integration.trading.test_sale_drafts import findings, holders_given
from tests.world import AT, cast
from trading import services
from trading.queries.takers import takers_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def change(story, right, name="sun", number=1):
    return services.change_priority(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        right=right,
        at=story.at,
    )


def disclosed(world, **changes):
    story = sales.draft(world, NOW)
    change(story, sales.priority(world, "chen", **changes))
    sun, lin = world.actor("sun", NOW), world.actor("lin", NOW)
    services.submit_tender(actor=sun, code=story.code, at=NOW)
    services.approve_tender(actor=lin, code=story.code, at=NOW)
    services.publish_tender(actor=sun, code=story.code, at=NOW)
    return story


def test_a_draft_that_says_nothing_of_priority_rights_is_not_whole(world):
    story = sales.draft(world, NOW)
    lot = story.tender.lots.get()
    del lot.auction["priority_right"]
    lot.save()
    assert findings(story) == ["priority.mode"]


def test_the_right_stays_when_the_terms_of_the_auction_change(world):
    story = sales.draft(world, NOW)
    kept = change(story, sales.priority(world, "chen")).auction["priority_right"]
    sun = world.actor("sun", NOW)
    terms = sales.terms(story.tender.bids_close_at, cycle_s=240)
    lot = services.change_auction(actor=sun, code=story.code, number=1, auction=terms, at=NOW)
    assert (lot.auction["priority_right"], lot.auction["extension"]["add_s"]) == (kept, 240)


def test_shareholders_told_less_than_thirty_days_before_the_end_are_named(world):
    story = sales.draft(world, NOW)
    ends = local_date(story.tender.bids_close_at)
    change(story, sales.priority(world, "chen", notified_on=ends - timedelta(days=29)))
    assert findings(story) == ["priority.notified_on"]
    change(story, sales.priority(world, "chen", notified_on=ends - timedelta(days=40)))
    assert findings(story) == []


def test_who_may_not_write_a_draft_says_nothing_of_rights(world):
    story = sales.draft(world, NOW)
    for name in ("lin", "chen", "qian"):
        with pytest.raises(Denied):
            change(story, sales.priority(world), name)
    procurement = tenders.draft(world, NOW)
    with pytest.raises(Invalid) as refusal:
        change(procurement, sales.priority(world))
    assert refusal.value.code == "priority.not_here"
    with pytest.raises(Conflict) as late:
        change(sales.announced(world, NOW), sales.priority(world))
    assert late.value.code == "tender.not_a_draft"


def test_rights_are_written_on_a_page_and_by_the_api(world):
    story, sun = sales.draft(world, NOW), world.client("sun")
    page = f"/tenders/{story.code}/draft/priority/"
    holder = world.organisation_of("chen")
    lines = ((holder.name, holder.uscc), ("", ""))
    given = {"lot": "1", **holders_given(*lines), "lot1-mode": "after_close_once"}
    refused = sun.post(page, given)
    assert refused.status_code == 422
    assert "请填写书面通知优先购买权人的日期" in refused.content.decode()
    given |= {"lot1-notified_on": "2026-10-01", "lot1-window_minutes": "30"}
    assert sun.post(page, given).status_code == 302
    right = story.tender.lots.get().auction["priority_right"]
    assert (right["mode"], right["window_s"], len(right["holders"])) == (
        "after_close_once",
        1800,
        1,
    )
    shown = sun.get(page).content.decode()
    assert holder.name in shown
    body = {"mode": "in_room_equal", "holders": right["holders"], "notified_on": "2026-10-02"}
    answer = sun.put(
        f"/api/v1/tenders/{story.code}/lots/1/priority", body, content_type="application/json"
    )
    assert answer.status_code == 200
    assert answer.json()["auction"]["priority_right"]["notified_on"] == "2026-10-02"


def test_the_notice_names_the_holder_and_how_it_exercises_its_right(world):
    story = disclosed(world, mode="after_close_once", window_minutes=45)
    page = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert world.organisation_of("chen").name in page
    assert "场外行使：竞价结束后询问一次" in page
    assert "答复期 45 分钟" in page
    assert (
        "场外行使：竞价结束后询问一次"
        in world.client("public").get(f"/tenders/{story.code}/").content.decode()
    )


def test_a_holder_is_told_so_where_it_registers_and_others_are_not(world):
    story = disclosed(world)
    page = f"/tenders/{story.code}/register/"
    assert "贵单位是披露的优先购买权人" in world.client("chen").get(page).content.decode()
    assert "贵单位是披露的优先购买权人" not in world.client("zhao").get(page).content.decode()


def test_after_closing_those_who_may_read_takers_see_who_holds_a_right(world):
    story = disclosed(world)
    for name in ("chen", "zhao"):
        sales.register(story, name)
    services.close_tender(code=story.code, at=story.tender.next_due_at)
    found = {t.name: t.holds_priority for t in takers_of(world.actor("lin"), story.tender)}
    assert found == {
        world.organisation_of("chen").name: True,
        world.organisation_of("zhao").name: False,
    }

"""A sale that hands over control of an enterprise: told of in advance, then disclosed."""

from datetime import date, datetime, timedelta

import pytest

from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import sales
from tests.integration.trading.conftest import NOW
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness, datechecks

pytestmark = pytest.mark.django_db

WORK = WorkCalendar()
SAID = {
    "control_changes": True,
    "approved_on": local_date(NOW) - timedelta(days=3),
    "subject": "主营城区自来水生产与供应。",
    "holders": "清河国资 70%，职工持股会 30%。",
    "decisions": "转让方董事会决议，国资委批复。",
    "accounts": "净利润 612 万元。",
}


@pytest.fixture
def world():
    return cast(AT)


def changed(story, **said):
    given = {"pre_disclosure": SAID | said}
    sun = story.world.actor("sun", story.at)
    return services.change_tender(actor=sun, code=story.code, changes=given, at=story.at)


def approved(world, days=48, **said):
    """Approve a sale that is to be told of first; its disclosure ends so many working days on."""
    story = sales.draft(world, NOW, days=days)
    changed(story, **said)
    services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    services.approve_tender(actor=world.actor("lin", NOW), code=story.code, at=NOW)
    return story


def told(world, **given):
    story = approved(world, **given)
    services.pre_disclose_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    return story


def publish(story, at):
    sun = story.world.actor("sun", at)
    return services.publish_tender(actor=sun, code=story.code, at=at)


def twenty_days_on(at):
    """Give the morning after the twentieth working day."""
    day = WORK.add_working_days(local_date(at), 21).due
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


def test_it_is_told_in_advance_for_twenty_working_days_and_then_disclosed(world):
    story = told(world)
    tender, first = story.tender, twenty_days_on(NOW)
    assert (tender.state, tender.published_at) == ("pre_disclosed", None)
    assert tender.disclosure_from == first.date()
    last = WORK.add_working_days(local_date(NOW), 20).due
    assert tender.notices.get().fields["until"] == last.isoformat()
    with pytest.raises(Conflict) as refusal:
        publish(story, first - timedelta(days=1))
    assert (refusal.value.code, story.tender.state) == ("predisclosure.runs", "pre_disclosed")
    assert "第十三条" in refusal.value.text()
    assert publish(story, first).state == "announced"
    assert [notice.kind for notice in queries.notices_of(story.tender)] == [
        "tender",
        "pre_disclosure",
    ]
    assert [fact.kind for fact in record.facts_of(story.code)][-2:] == [
        "tender.pre_disclosed",
        "tender.published",
    ]


def test_the_notice_says_what_is_sold_and_never_its_price(world):
    story = told(world)
    notice = story.tender.notices.get()
    assert notice.title == "清河供水有限公司 30% 股权转让信息预披露公告"
    assert set(notice.fields) == {
        "agency",
        "approved_on",
        "conditions",
        "contact",
        "lots",
        "purchaser",
        "told",
        "until",
    }
    public = world.client("public")
    page = public.get(f"/notices/{story.code}/1/").content.decode()
    assert "职工持股会 30%" in page
    listed = public.get("/notices/?group=told_in_advance").content.decode()
    assert story.code in listed
    closes = f"{story.tender.bids_close_at.astimezone(SHANGHAI):%Y-%m-%d}"
    for text in (page, listed, public.get(f"/api/v1/notices/{story.code}/1").content.decode()):
        assert not {"2600000", "2,600,000", closes} & {
            word for word in ("2600000", "2,600,000", closes) if word in text
        }


def test_nobody_but_its_own_side_reads_what_is_not_disclosed_yet(world):
    story = told(world)
    for name in ("public", "chen", "wu"):
        client = world.client(name)
        assert client.get(f"/tenders/{story.code}/").status_code == 404, name
        assert client.get(f"/tenders/{story.code}/parts/lots/").status_code == 404, name
        assert client.get(f"/api/v1/tenders/{story.code}").status_code in {401, 404}, name
    assert world.client("lin").get(f"/tenders/{story.code}/draft/").status_code == 200


def test_without_it_such_a_sale_is_not_disclosed(world):
    story = approved(world)
    with pytest.raises(Conflict) as refusal:
        publish(story, NOW)
    assert (refusal.value.code, story.tender.state) == ("predisclosure.owed", "approved")


def test_eleven_working_days_after_the_approval_are_too_late(world):
    late = WORK.add_working_days(local_date(NOW), -11).due
    with pytest.raises(Conflict) as refusal:
        approved(world, approved_on=late)
    assert refusal.value.code == "tender.period_broken"
    assert "申请信息预披露" in refusal.value.text()


def test_an_approval_of_tomorrow_is_none(world):
    with pytest.raises(Conflict) as refusal:
        told(world, approved_on=local_date(NOW) + timedelta(days=1))
    assert refusal.value.code in {"predisclosure.early", "tender.period_broken"}


def test_the_disclosure_counts_from_the_first_day_it_may_begin(world):
    story = sales.draft(world, NOW, days=39)
    changed(story)
    facts = queries.facts(story.tender, NOW)
    broken = completeness.broken_periods(facts, local_date(NOW))
    assert [breach.target for breach in broken] == ["disclosed_until"]
    checks = datechecks.date_checks(facts, local_date(NOW))
    assert checks["bids_close_at"].earliest > facts.bids_close_at


def test_a_sale_that_keeps_control_is_disclosed_at_once_and_never_in_advance(world):
    story = sales.draft(world, NOW)
    for name, serve in (("sun", services.submit_tender), ("lin", services.approve_tender)):
        serve(actor=world.actor(name, NOW), code=story.code, at=NOW)
    with pytest.raises(Conflict) as refusal:
        services.pre_disclose_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    assert refusal.value.code == "predisclosure.not_due"
    assert publish(story, NOW).state == "announced"


def test_only_the_exchange_tells_it_and_only_once(world):
    story = approved(world)
    with pytest.raises(Denied):
        services.pre_disclose_tender(actor=world.actor("lin", NOW), code=story.code, at=NOW)
    sun = world.actor("sun", NOW)
    services.pre_disclose_tender(actor=sun, code=story.code, at=NOW)
    with pytest.raises(Conflict):
        services.pre_disclose_tender(actor=sun, code=story.code, at=NOW)


def test_returned_afterwards_it_is_mended_but_not_told_again(world):
    story = told(world)
    lin, sun = world.actor("lin", NOW), world.actor("sun", NOW)
    services.return_tender(actor=lin, code=story.code, reason="补充职工安置方案。", at=NOW)
    with pytest.raises(Conflict) as refusal:
        changed(story, holders="另写")
    assert refusal.value.code == "predisclosure.told"
    page = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert "补充职工" not in page
    assert "起草" not in page.split("<main", 1)[0].split("</nav>")[-1]
    services.submit_tender(actor=sun, code=story.code, at=NOW)
    services.approve_tender(actor=lin, code=story.code, at=NOW)
    with pytest.raises(Conflict) as refusal:
        services.pre_disclose_tender(actor=sun, code=story.code, at=NOW)
    assert refusal.value.code == "predisclosure.told"
    assert publish(story, twenty_days_on(NOW)).state == "announced"


def test_terminated_it_is_told_to_be_over(world):
    story = told(world)
    lin = world.actor("lin", NOW)
    services.terminate_tender(actor=lin, code=story.code, reason="不再转让。", at=NOW)
    assert [n.kind for n in queries.notices_of(story.tender)] == ["termination", "pre_disclosure"]
    assert world.client("public").get(f"/notices/{story.code}/2/").status_code == 200


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"control_changes": "yes"}, "predisclosure.fields", "control_changes"),
        ({"approved_on": "2026-13-01"}, "tender.date", "approved_on"),
        ({"approved_on": date(9999, 12, 31)}, "tender.date", "approved_on"),
        ({"holders": "长" * 3001}, "text.required", "holders"),
        ({"price": "1"}, "predisclosure.fields", "control_changes"),
    ],
)
def test_bad_input_is_refused_by_a_stable_code(world, said, code, field):
    story = sales.begun(world, NOW)
    with pytest.raises(Invalid) as refusal:
        changed(story, **said)
    assert (refusal.value.code, refusal.value.facts["field"]) == (code, field)


def test_only_equity_has_it(world):
    story = sales.begun(world, NOW, "assets")
    changed(story)
    found = completeness.missing_before_publication(queries.facts(story.tender, NOW))
    assert "pre_disclosure.control_changes" in [finding.code for finding in found]
    services.change_tender(
        actor=world.actor("sun", NOW),
        code=story.code,
        changes={"pre_disclosure": {"control_changes": False}},
        at=NOW,
    )
    found = completeness.missing_before_publication(queries.facts(story.tender, NOW))
    assert "pre_disclosure.control_changes" not in [finding.code for finding in found]


def test_a_draft_of_assets_that_says_control_changes_can_be_read_and_mended(world):
    story, sun = sales.begun(world, NOW, "assets"), world.client("sun")
    changed(story)
    page = f"/tenders/{story.code}/draft/"
    for part in ("", "lots/", "timetable/", "pre-disclosure/"):
        assert sun.get(f"{page}{part}").status_code == 200, part
    assert sun.get(f"{page}pre-disclose/").status_code == 302
    answer = sun.post(f"{page}pre-disclosure/", {"control_changes": "no"})
    assert (answer.status_code, story.tender.pre_disclosure) == (302, {"control_changes": False})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s, a: services.add_lot(**a, lot=sales.LOT), "pre_disclosure.lots"),
        (
            lambda s, a: services.change_lot(**a, number=1, lot={"quantity": "60%"}),
            "pre_disclosure.lots",
        ),
        (
            lambda s, a: services.change_tender(**a, changes={"title": "另一家公司转让"}),
            "pre_disclosure.title",
        ),
        (
            lambda s, a: services.change_tender(
                **a, changes={"qualification": [{"text": "仅限本地企业。"}]}
            ),
            "pre_disclosure.conditions",
        ),
    ],
)
def test_what_was_told_in_advance_is_not_swapped_before_the_disclosure(world, change, code):
    story = told(world)
    lin, sun = world.actor("lin", NOW), world.actor("sun", NOW)
    services.return_tender(actor=lin, code=story.code, reason="补充材料。", at=NOW)
    change(story, {"actor": sun, "code": story.code, "at": NOW})
    found = completeness.missing_before_publication(queries.facts(story.tender, NOW))
    assert code in [finding.code for finding in found]
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=sun, code=story.code, at=NOW)
    assert refusal.value.code == "tender.incomplete"


def test_it_is_said_and_told_by_the_api(world):
    story = sales.draft(world, NOW, days=48)
    sun, address = world.client("sun"), f"/api/v1/tenders/{story.code}"
    said = {"pre_disclosure": {**SAID, "approved_on": SAID["approved_on"].isoformat()}}
    changed_by = sun.patch(address, said, content_type="application/json")
    assert (changed_by.status_code, changed_by.json()["pre_disclosure"]["control_changes"]) == (
        200,
        True,
    )
    assert sun.post(f"{address}/pre-disclose").status_code == 409
    services.submit_tender(actor=world.actor("sun", NOW), code=story.code, at=NOW)
    services.approve_tender(actor=world.actor("lin", NOW), code=story.code, at=NOW)
    assert world.client("chen").post(f"{address}/pre-disclose").status_code == 404
    answer = sun.post(f"{address}/pre-disclose")
    assert (answer.status_code, answer.json()["kind"]) == (201, "pre_disclosure")
    assert sun.get(address).json()["pre_disclosed_at"]


def test_it_is_said_told_and_waited_for_on_pages(world):
    story = sales.draft(world, NOW, days=48)
    sun, lin = world.client("sun"), world.client("lin")
    page = f"/tenders/{story.code}/draft/"
    given = {**SAID, "control_changes": "yes", "approved_on": SAID["approved_on"].isoformat()}
    assert sun.post(f"{page}pre-disclosure/", {**given, "approved_on": ""}).status_code == 302
    lacking = sun.get(f"{page}pre-disclosure/").content.decode()
    assert "没有写明转让行为获批准的日期" in lacking
    assert sun.post(f"{page}pre-disclosure/", given).status_code == 302
    assert "职工持股会" in sun.get(f"{page}pre-disclosure/").content.decode()
    assert sun.post(f"{page}submit/").status_code == 302
    assert lin.post(f"{page}approve/").status_code == 302
    assert "pre-disclose/" in sun.get(page).content.decode()
    assert f"{page}pre-disclose/" in sun.get("/desk/").content.decode()
    assert "信息预披露预览" in sun.get(f"{page}pre-disclose/").content.decode()
    assert "须先发布信息预披露公告" in sun.get(f"{page}publish/").content.decode()
    answer = sun.post(f"{page}pre-disclose/")
    assert answer["Location"] == f"/notices/{story.code}/1/"
    assert "信息预披露期未满" in sun.get(f"{page}publish/").content.decode()
    assert f"{page}publish/" in sun.get("/desk/").content.decode()
    assert "正式披露不早于" in lin.get(page).content.decode()

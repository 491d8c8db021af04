"""A consortium applies as one party, and nobody is drawn into one by being named (BLR 37)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.calendar import SHANGHAI
from kernel.errors import Conflict, Invalid, Missing
from ledger.models import Entry
from tests import prequalified as pq
from tests import world as worlds
from trading import queries, services
from trading.domain import consortia

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}


@pytest.fixture
def story(world):
    worlds.fourth_bidder(world)
    return pq.applying(world, most_partners=2)


def asked(story, name):
    return queries.asked_to_join(story.world.actor(name, story.at), story.tender)


def name_of(story, name):
    return story.world.organisation_of(name).name


def test_the_notice_says_whether_consortia_are_accepted(world, story):
    page = world.client("public").get(f"/tenders/{story.code}/prequalification/").content.decode()
    assert "接受联合体，除牵头人外最多 2 家成员" in page
    assert story.tender.notices.get().fields["most_partners"] == 2
    alone = pq.applying(world)
    page = world.client("public").get(f"/tenders/{alone.code}/prequalification/").content.decode()
    assert "不接受联合体" in page
    with pytest.raises(Invalid) as refused:
        pq.apply_jointly(alone, "chen", "zhao")
    assert refused.value.code == "consortium.not_accepted"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"partners": ("朝阳信息技术有限公司",), "agreement": None}, "consortium.no_agreement"),
        ({"partners": ("不存在的公司",), "agreement": pq.AGREEMENT}, "consortium.unknown"),
        ({"partners": ("晨光医疗科技有限公司",), "agreement": pq.AGREEMENT}, "consortium.twice"),
    ],
)
def test_a_consortium_that_is_not_whole_is_refused_and_nothing_kept(world, story, changes, code):
    with pytest.raises(Invalid) as refused:
        pq.apply(story, "chen", **changes)
    assert refused.value.code == code
    assert queries.own_filed(world.actor("chen", story.at), story.tender) == (None, 0)
    assert asked(story, "zhao") == []


def test_whoever_is_named_is_asked_and_a_new_application_asks_again(world, story):
    pq.apply_jointly(story, "chen", "zhao", "hu")
    own, _turns = queries.own_filed(world.actor("chen", story.at), story.tender)
    assert {one.name: one.joined for one in own.partners} == {
        name_of(story, "zhao"): True,
        name_of(story, "hu"): True,
    }
    [before] = asked(story, "zhao")
    assert (before.lead, before.joined) == (name_of(story, "chen"), True)
    pq.apply_jointly(story, "chen", "zhao", joined=False)
    assert [one.joined for one in asked(story, "zhao")] == [False]
    assert asked(story, "hu") == []
    given = {"actor": world.actor("zhao", story.at), "code": story.code, "at": story.at}
    with pytest.raises(Missing):
        services.join_prequal(**given, application=before.row)
    services.withdraw_prequal(actor=world.actor("chen", story.at), code=story.code, at=story.at)
    assert asked(story, "zhao") == []


def test_one_leaves_while_applications_are_open_and_never_after(world, story):
    pq.apply_jointly(story, "chen", "zhao")
    [one] = asked(story, "zhao")
    given = {"actor": world.actor("zhao", story.at), "code": story.code, "application": one.row}
    services.leave_prequal(**given, at=story.at)
    with pytest.raises(Conflict) as refused:
        services.leave_prequal(**given, at=story.at)
    assert refused.value.code == "consortium.said"
    services.join_prequal(**given, at=story.at)
    pq.reviewing(story)
    for act in (services.leave_prequal, services.join_prequal):
        with pytest.raises(Conflict) as refused:
            act(**given, at=story.at)
        assert refused.value.code == "gate.closed"


def test_a_party_in_two_applications_voids_both_and_they_need_no_review(world, story):
    pq.apply_jointly(story, "chen", "zhao")
    pq.apply(story, "zhao", "hu", "qiu")
    found = pq.filed(pq.reviewing(story))
    void = {name: bool(one.void) for name, one in found.items()}
    assert void == {
        name_of(story, "chen"): True,
        name_of(story, "zhao"): True,
        name_of(story, "hu"): False,
        name_of(story, "qiu"): False,
    }
    given = {"actor": world.actor("sun", story.at), "code": story.code, "at": story.at}
    with pytest.raises(Conflict) as refused:
        services.review_prequal(**given, application=found[name_of(story, "chen")].row, unmet={})
    assert refused.value.code == "prequal.void"
    page = world.client("sun").get(
        f"/tenders/{story.code}/prequalification/applications/{found[name_of(story, 'chen')].row}/"
    )
    assert consortia.LINKED in page.content.decode()
    pq.close(pq.review(story))
    assert story.tender.state == "failed"
    own, _turns = queries.own_filed(world.actor("zhao", story.at), story.tender)
    assert own.verdict.unmet == {consortia.LAW: consortia.LINKED}


def test_being_named_without_joining_voids_the_one_who_names_alone(world, story):
    pq.apply_jointly(story, "chen", "zhao", joined=False)
    pq.apply(story, "zhao", "hu", "qiu")
    found = pq.filed(pq.reviewing(story))
    assert [name for name, one in found.items() if one.void] == [name_of(story, "chen")]
    pq.close(pq.review(story))
    assert story.tender.state == "announced"
    own, _turns = queries.own_filed(world.actor("chen", story.at), story.tender)
    assert own.verdict.unmet == {consortia.LAW: consortia.NOT_JOINED}
    tender, filed = queries.own_result(world.actor("chen", story.at), story.code, story.at)
    [unmet] = queries.result_letter(tender, filed, story.at)["unmet"]
    assert unmet["text"] == consortia.LAW_SAID


def test_the_consortium_that_passed_bids_under_its_lead_with_the_same_members(world, story):
    pq.apply_jointly(story, "chen", "zhao")
    pq.apply(story, "hu", "qiu")
    pq.reviewing(story)
    pq.review(story)
    with pytest.raises(Missing):
        pq.register(story, "chen")
    assert [one.void for one in pq.filed(story).values()] == ["", "", ""]
    pq.close(story)
    pq.register(story, "chen")
    with pytest.raises(Missing):
        pq.register(story, "zhao")
    [partner] = queries.partners_of(story.tender, world.organisation_of("chen").uscc)
    assert (partner.name, partner.joined) == (name_of(story, "zhao"), True)
    page = world.client("zhao").get(f"/tenders/{story.code}/prequalification/").content.decode()
    assert "邀请本单位组成联合体" in page
    assert "合格" in page
    letter = queries.result_letter(
        *queries.own_result(world.actor("chen", story.at), story.code, story.at), story.at
    )
    assert letter["partners"] == [
        {"name": partner.name, "uscc": partner.uscc},
    ]
    story.at = story.tender.bids_close_at + timedelta(seconds=2)
    services.close_tender(code=story.code, at=story.at)
    page = world.client("sun").get(f"/tenders/{story.code}/takers/").content.decode()
    assert f"联合体成员：{partner.name}" in "".join(page.split())


def test_nobody_else_learns_of_a_consortium(world, story):
    pq.apply_jointly(story, "chen", "zhao")
    [one] = asked(story, "zhao")
    place = f"/tenders/{story.code}/prequalification/"
    paper = f"{place}consortia/{one.row}/agreement/"
    for name in ("sun", "lin", "qian", "wang", "hu", "he"):
        assert world.client(name).get(paper).status_code == 404
        page = world.client(name).get(place).content.decode()
        assert "晨光" not in page
        assert "朝阳" not in page
    for name in ("chen", "zhao"):
        got = world.client(name).get(paper)
        assert (got.status_code, b"".join(got) if got.streaming else got.content) == (
            200,
            pq.AGREEMENT.content,
        )
    everything = str(list(Entry.objects.values_list("data", flat=True)))
    for name in ("chen", "zhao"):
        assert world.organisation_of(name).uscc not in everything
    pq.reviewing(story)
    assert world.client("sun").get(paper).status_code == 200


def test_the_pages_name_ask_join_and_leave(world, story):
    place = f"/tenders/{story.code}/prequalification/"
    given = {
        "statement": "具备资质。",
        "contact": "陈晨",
        "phone": "139",
        "file": _file("申请.pdf"),
    }
    joint = {"partners": name_of(story, "zhao"), "agreement": _file("协议.pdf")}
    assert world.client("chen").post(f"{place}apply/", given | joint).status_code == 302
    [one] = asked(story, "zhao")
    zhao = world.client("zhao")
    assert "确认参加" in zhao.get(place).content.decode()
    assert zhao.post(f"{place}consortia/{one.row}/join/").status_code == 302
    assert [found.joined for found in asked(story, "zhao")] == [True]
    assert "已确认" in world.client("chen").get(place).content.decode()
    api = f"/api/v1/tenders/{story.code}/prequalification/consortia"
    assert [row["joined"] for row in zhao.get(api).json()] == [True]
    assert zhao.post(f"{place}consortia/{one.row}/leave/").status_code == 302
    assert [found.joined for found in asked(story, "zhao")] == [False]


def _file(name):
    return SimpleUploadedFile(name, b"%PDF-1.7 signed", "application/pdf")


def test_a_draft_says_on_its_page_whether_it_accepts_them(world):
    draft = pq.works_draft(world)
    place = f"/tenders/{draft.code}/draft/timetable/"
    sun = world.client("sun")
    assert "接受联合体：除牵头人外最多成员数" in sun.get(place).content.decode()
    dates = {
        name: on.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") if name.endswith("_at") else on
        for name, on in pq.dates(draft.at).items()
    }
    version = str(draft.tender.version)
    assert sun.post(place, {**dates, "version": version, "most_partners": "2"}).status_code == 302
    assert draft.tender.most_partners == 2
    with pytest.raises(Invalid):
        services.change_tender(
            actor=world.actor("sun", draft.at),
            code=draft.code,
            changes={"most_partners": consortia.MOST + 1},
            at=draft.at,
        )

"""Prequalification: applied for in secret, reviewed by the published terms, told to each alone."""

from datetime import timedelta

import pytest

from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger.models import Entry
from tests import prequalified as pq
from tests import world as worlds
from trading import queries, services
from trading.domain import gates
from trading.domain.invitations import Invited
from trading.services.due import due

pytestmark = pytest.mark.django_db
FAILS = {"Q1": pq.REASON}


@pytest.fixture
def story(world):
    worlds.fourth_bidder(world)
    return pq.applying(world)


def test_the_locked_list_is_of_one_length_for_nobody_and_for_all_that_may_be_let_in():
    everybody = tuple(f"{n:018}" for n in range(gates.MOST_LET_IN))
    kept = [queries.lock_invited("GC-1", Invited(who)) for who in ((), everybody)]
    assert len({len(one) for one in kept}) == 1


def test_those_who_passed_alone_get_the_documents_and_may_bid(world, story):
    tender = story.tender
    assert (tender.state, tender.published_at) == ("prequalifying", story.at)
    notice = tender.notices.get()
    assert (notice.kind, notice.title) == ("prequalification", f"{tender.title}资格预审公告")
    assert not {"scheme", "ceiling", "policy"} & set(notice.fields)
    pq.apply(story, "chen", "zhao", "hu", "qiu")
    pq.reviewing(story)
    assert story.tender.state == "prequal_review"
    pq.close(pq.review(story, qiu=FAILS))
    assert story.tender.state == "announced"
    assert pq.kinds(story)[-4:] == [
        "tender.prequal_published",
        "tender.applications_closed",
        "tender.prequal_closed",
        "tender.published",
    ]
    pq.register(story, "chen")
    assert queries.registered_lots(world.actor("chen", story.at), story.tender) == [1]
    for stranger in ("qiu", "he"):
        with pytest.raises((Missing, Denied)):
            pq.register(story, stranger)


# --- who may, and when ---


def test_nobody_registers_or_reads_the_documents_before_the_end(world, story):
    pq.apply(story)
    with pytest.raises(Missing):
        pq.register(story, "chen")
    pq.reviewing(story)
    with pytest.raises(Missing):
        pq.register(story, "chen")


@pytest.mark.parametrize("name", ["sun", "lin", "qian", "wang", "wu"])
def test_only_a_bidder_applies(world, story, name):
    with pytest.raises(Denied):
        pq.apply(story, name)


def test_an_application_after_the_deadline_is_refused(world, story):
    story.at = story.tender.prequalification_close_at
    with pytest.raises(Conflict) as refused:
        pq.apply(story, "chen")
    assert refused.value.code == "gate.closed"


def test_applications_close_at_their_deadline_by_the_clock_once(world, story):
    closes = story.tender.prequalification_close_at
    with pytest.raises(Conflict) as refused:
        services.close_applications(code=story.code, at=closes)
    assert refused.value.code == "tender.not_due"
    assert due(closes) == 0
    assert due(closes + timedelta(seconds=2)) == 1
    assert due(closes + timedelta(seconds=2)) == 0
    assert story.tender.state == "prequal_review"


def test_the_last_application_counts_and_one_taken_back_does_not(world, story):
    pq.apply(story, "chen", "zhao", "hu", "qiu")
    pq.apply(story, "chen", statement="以本次提交为准。")
    qiu = world.actor("qiu", story.at)
    services.withdraw_prequal(actor=qiu, code=story.code, at=story.at)
    with pytest.raises(Conflict) as refused:
        services.withdraw_prequal(actor=qiu, code=story.code, at=story.at)
    assert refused.value.code == "gate.none"
    found = pq.filed(pq.reviewing(story))
    assert sorted(found) == sorted(world.organisation_of(n).name for n in ("chen", "zhao", "hu"))
    assert found["晨光医疗科技有限公司"].content["statement"] == "以本次提交为准。"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statement": " "}, "text.required"),
        ({"phone": "1" * 31}, "text.required"),
        ({"file": pq.Upload("application", "申请.exe", b"MZ")}, "attachment.bad_type"),
        (
            {"file": pq.Upload("application", "申请.pdf", b"%PDF-" + b"0" * 20 * 1024 * 1024)},
            "gate.file_size",
        ),
    ],
)
def test_an_application_that_is_not_whole_is_refused_and_nothing_kept(world, story, changes, code):
    with pytest.raises(Invalid) as refused:
        pq.apply(story, "chen", **changes)
    assert refused.value.code == code
    assert queries.own_filed(world.actor("chen", story.at), story.tender) == (None, 0)


def test_of_two_applications_that_saw_the_same_state_one_is_kept(world, story, monkeypatch):
    seen = queries.own_filed(world.actor("chen", story.at), story.tender)
    monkeypatch.setattr(queries, "own_filed", lambda _actor, _tender: seen)
    pq.apply(story, "chen")
    with pytest.raises(Conflict) as refused:
        pq.apply(story, "chen", statement="同一时刻的另一份。")
    assert refused.value.code == "ledger.happened_already"
    monkeypatch.undo()
    found = pq.filed(pq.reviewing(story))
    assert [one.content["statement"] for one in found.values()] == ["具备资质和业绩，见申请文件。"]


# --- the review ---


def test_a_review_names_published_terms_and_a_reason_and_may_be_corrected(world, story):
    pq.reviewing(pq.apply(story))
    row = pq.filed(story)["琥珀办公设备有限公司"].row
    sun = world.actor("sun", story.at)
    given = {"actor": sun, "code": story.code, "application": row, "at": story.at}
    for unmet, code in (({"Q9": pq.REASON}, "prequal.term"), ({"Q1": "差"}, "prequal.reason")):
        with pytest.raises(Invalid) as refused:
            services.review_prequal(**given, unmet=unmet)
        assert refused.value.code == code
    assert not services.review_prequal(**given, unmet=FAILS).verdict.passed
    assert services.review_prequal(**given, unmet={}).verdict.passed
    with pytest.raises(Denied):
        services.review_prequal(**{**given, "actor": world.actor("lin", story.at)}, unmet={})
    with pytest.raises(Denied):
        services.review_prequal(**{**given, "actor": world.actor("chen", story.at)}, unmet={})


def test_it_ends_only_by_the_purchaser_with_all_reviewed_and_a_lawful_committee(world, story):
    pq.reviewing(pq.apply(story))
    with pytest.raises(Conflict) as refused:
        pq.close(story)
    assert (refused.value.code, refused.value.facts["left"]) == ("prequal.unreviewed", 3)
    pq.review(story)
    for panel in ((), ("吴哲",), ("吴哲", "罗敏", "宋凯", "高岚")):
        with pytest.raises(Invalid) as wrong:
            pq.close(story, panel=panel)
        assert wrong.value.code == "prequal.panel"
    for own, code in (
        (pq.PANEL[:2], "prequal.representatives"),
        (("程远",), "prequal.not_on_panel"),
    ):
        with pytest.raises(Invalid) as wrong:
            pq.close(story, representatives=own)
        assert wrong.value.code == code
    with pytest.raises(Denied):
        services.close_prequal(
            actor=world.actor("sun", story.at), code=story.code, panel=pq.PANEL, at=story.at
        )
    pq.close(story)
    with pytest.raises(Conflict):
        pq.close(story)


def test_fewer_than_three_who_pass_fail_it_and_each_learns_its_own(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story)), hu=FAILS))
    assert story.tender.state == "failed"
    failed = story.tender.notices.get(kind="failure")
    assert "不足三家" in failed.body
    own, _turns = queries.own_filed(world.actor("hu", story.at), story.tender)
    assert own.verdict.unmet == FAILS
    with pytest.raises(Missing):
        pq.register(story, "chen")


def test_a_review_that_took_long_gives_new_dates(world, story):
    pq.review(pq.reviewing(pq.apply(story)))
    story.at += timedelta(days=9)
    with pytest.raises(Conflict) as refused:
        pq.close(story)
    assert refused.value.code == "gate.dates_passed"
    dates = pq.dates(story.at)
    names = ("documents_from", "documents_until", "bids_close_at")
    pq.close(story, dates={name: dates[name] for name in names})
    assert story.tender.bids_close_at == dates["bids_close_at"]
    assert story.tender.state == "announced"


# --- what is secret ---


def test_nobody_learns_who_applied_before_the_deadline_and_only_its_own_side_after(world, story):
    pq.apply(story, "chen", "zhao", "hu", "qiu")
    names = ("晨光", "朝阳", "琥珀", "秋实")
    place = f"/tenders/{story.code}/prequalification/"
    api = f"/api/v1/tenders/{story.code}/prequalification/applications"
    for name in ("sun", "lin", "qian", "wang", "public", "he"):
        page = world.client(name).get(place).content.decode()
        assert not [body for body in names if body in page]
    for name in ("sun", "lin"):
        assert world.client(name).get(api).json() == []
    pq.reviewing(story)
    for name in ("sun", "lin"):
        page = world.client(name).get(place).content.decode()
        assert [body for body in names if body in page] == [*names]
        assert len(world.client(name).get(api).json()) == 4
    for name in ("qian", "wang", "wu", "mei", "public", "he"):
        assert not [b for b in names if b in world.client(name).get(place).content.decode()]
    mine = world.client("chen").get(place).content.decode()
    assert "本单位的申请" in mine
    assert not [body for body in names[1:] if body in mine]
    row = pq.filed(story)["朝阳信息技术有限公司"].row
    for name in ("chen", "qian", "wang", "he"):
        for tail in ("", "file/"):
            got = world.client(name).get(f"{place}applications/{row}/{tail}")
            assert got.status_code in {403, 404}


def test_neither_facts_nor_rows_tell_who_or_how_many(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    everything = str(list(Entry.objects.values_list("data", flat=True)))
    for name in ("chen", "zhao", "hu", "qiu"):
        organisation = world.organisation_of(name)
        assert organisation.uscc not in everything
        assert organisation.name not in everything
    told = Entry.objects.get(kind="tender.prequal_closed", tender=story.code)
    assert told.data == {}
    for notice in story.tender.notices.all():
        assert "晨光" not in str(notice.fields) + notice.body


def test_one_who_passed_does_not_learn_of_the_others(world, story):
    pq.close(pq.review(pq.reviewing(pq.apply(story, "chen", "zhao", "hu", "qiu")), qiu=FAILS))
    for name in ("chen", "qiu"):
        client = world.client(name)
        for place in ("", "prequalification/", "history/"):
            page = client.get(f"/tenders/{story.code}/{place}").content.decode()
            assert "朝阳" not in page
    assert (
        f"/tenders/{story.code}/register/"
        in world.client("chen").get(f"/tenders/{story.code}/").content.decode()
    )
    assert world.client("qiu").get(f"/tenders/{story.code}/register/").status_code == 404
    assert (
        pq.REASON
        in world.client("qiu").get(f"/tenders/{story.code}/prequalification/").content.decode()
    )

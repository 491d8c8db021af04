"""A tender by invitation: who and how many are invited is known to its own side, and to each of
those invited about itself (BL 17, BLR 8; GPL 29, 34; M87 14).
"""

from datetime import timedelta

import pytest

from kernel import draw
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import private
from ledger import queries as record
from ledger.models import Entry, Withheld
from tests import factories, invited, tenders, works
from tests.world import fourth_bidder
from trading import queries, services
from trading.domain import completeness, invitations
from trading.models import Tender

CALL = {"contact": "联系人", "phone": "13900000000"}


def lacking(story):
    facts = queries.facts(story.tender, story.at)
    return [
        f.code for f in completeness.missing_before_publication(facts) if f.section == "invited"
    ]


def register(story, name, at=None):
    services.register_for_lot(
        actor=story.world.actor(name), code=story.code, number=1, **CALL, at=at or story.at
    )


# --- the draft ---


def test_a_works_draft_says_what_it_lacks_of_grounds_and_names(world):
    story = works.draft(world, method="invited_tender", lots=1)
    assert lacking(story) == ["invited.ground", "invited.approval", "invited.too_few"]
    sun = world.actor("sun")
    given = {"actor": sun, "code": story.code, "at": story.at}
    services.list_invited(**given, suppliers=invited.codes(world, "chen", "zhao"))
    services.change_tender(**given, changes={"grounds": {"ground": "cost"}})
    assert lacking(story) == ["invited.reason", "invited.approval", "invited.too_few"]
    services.change_tender(**given, changes={"grounds": invited.GROUND})
    services.list_invited(
        **given, suppliers=["琥珀办公设备有限公司", *invited.codes(world, "chen", "zhao")]
    )
    assert lacking(story) == []


def test_without_state_money_or_below_the_threshold_no_ground_binds(world):
    free = invited.works_draft(world, grounds={}, state_funded=False)
    assert lacking(free) == []
    small = invited.works_draft(world, grounds={}, bid_security="0")
    lot = {**works.LOT, "budget": "3999999.00", "ceiling": "3999999.00"}
    services.change_lot(actor=world.actor("sun"), code=small.code, number=1, lot=lot, at=small.at)
    assert lacking(small) == []


def test_a_purchase_needs_a_ground_and_a_pool_of_twice_as_many(world):
    story = invited.purchase_draft(world, size=5, count=3, grounds={})
    wanting = ["invited.ground", "invited.approval", "invited.source", "invited.pool"]
    assert lacking(story) == wanting
    unapproved = invited.purchase_draft(world, grounds={**invited.SPECIAL, "approval": ""})
    assert lacking(unapproved) == ["invited.approval", "invited.no_nonce"]
    few = invited.purchase_draft(world, size=6, count=2)
    assert lacking(few) == ["invited.too_few"]
    assert lacking(invited.purchase_draft(world)) == ["invited.no_nonce"]


def test_a_ground_of_another_law_is_no_ground(world):
    story = invited.works_draft(world, grounds={**invited.GROUND, "ground": "special"})
    assert lacking(story) == ["invited.ground"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["chen", "zhao", "chen"], "invited.twice"),
        (["chen", "zhao", "lin"], "invited.not_a_bidder"),
        (["chen", "zhao", "sun"], "invited.not_a_bidder"),
        (["chen", "zhao", "notary"], "invited.not_a_bidder"),
    ],
)
def test_a_list_names_bidders_each_once(world, names, code):
    story = works.draft(world, method="invited_tender", lots=1)
    given = {"suppliers": invited.codes(world, *names), "at": story.at}
    with pytest.raises(Invalid) as refusal:
        services.list_invited(actor=world.actor("sun"), code=story.code, **given)
    assert refusal.value.code == code
    assert queries.invited_of(story.tender).listed == ()


def test_only_its_agency_lists_and_only_a_draft_by_invitation(world):
    story = works.draft(world, method="invited_tender", lots=1)
    given = {"code": story.code, "suppliers": invited.codes(world, "chen"), "at": story.at}
    with pytest.raises(Denied):
        services.list_invited(actor=world.actor("lin"), **given)
    other = works.draft(world, lots=1)
    with pytest.raises(Invalid) as refusal:
        services.list_invited(actor=world.actor("sun"), **{**given, "code": other.code})
    assert refusal.value.code == "invited.not_here"
    changes = {"grounds": invited.GROUND}
    with pytest.raises(Invalid):
        services.change_tender(
            actor=world.actor("sun"), code=other.code, changes=changes, at=story.at
        )


def test_a_published_list_cannot_be_changed(world):
    story = invited.invited_works(world)
    with pytest.raises(Conflict) as refusal:
        services.list_invited(actor=world.actor("sun"), code=story.code, suppliers=[], at=story.at)
    assert refusal.value.code == "tender.not_a_draft"


# --- the draw ---


def test_the_notice_draws_once_and_anybody_with_the_list_repeats_it(world):
    story = invited.purchase_draft(world)
    before = queries.invited_of(story.tender)
    invited.publish_drawn(story)
    kept = queries.invited_of(story.tender)
    assert (kept.listed, kept.commit) == (before.listed, before.commit)
    again = draw.draw(
        kept.listed,
        seed=bytes.fromhex(kept.seed),
        nonce=bytes.fromhex(kept.nonce),
        purpose=invitations.purpose_of(story.code),
        count=3,
    )
    assert (again.drawn, again.commit) == (kept.drawn, before.commit)
    with pytest.raises(Conflict) as twice:
        invited.give_nonce(story)
    assert twice.value.code == "invited.too_late"


def test_whom_lots_invite_nobody_knows_before_the_notice(world):
    story = invited.purchase_draft(world)
    invited.give_nonce(story)
    kept = queries.invited_of(story.tender)
    assert (kept.drawn, kept.supervisors) == ((), invited.WATCHED)
    for name in ("sun", "lin"):
        client = world.client(name)
        page = client.get(f"/tenders/{story.code}/draft/invited/").content.decode()
        told = client.get(f"/api/v1/tenders/{story.code}/invited").json()
        assert kept.seed not in page
        assert (told["drawn"], told["seed"]) == ([], "")
    assert record.first_fact(story.code, "invited.drawn") is None
    said = record.first_fact(story.code, "invited.nonce_given").data
    assert said["supervisors"] == list(invited.WATCHED)
    with pytest.raises(Conflict) as twice:
        invited.give_nonce(story)
    assert twice.value.code == "invited.nonce_given"


def test_a_returned_list_is_mended_and_needs_a_nonce_of_its_own(world):
    story = invited.purchase_draft(world)
    invited.give_nonce(story)
    lin, sun = world.actor("lin"), world.actor("sun")
    services.return_tender(actor=lin, code=story.code, reason="换一家", at=story.at)
    given = {"suppliers": invited.pool(world, 7), "count": 3}
    services.list_invited(actor=sun, code=story.code, **given, at=story.at)
    assert lacking(story) == ["invited.no_nonce"]
    invited.give_nonce(story)
    assert lacking(story) == []


def test_the_agency_that_made_the_list_gives_no_nonce(world):
    story = invited.hand_in(invited.purchase_draft(world))
    with pytest.raises(Denied):
        services.give_invited_nonce(
            actor=world.actor("sun"),
            code=story.code,
            nonce=invited.NONCE,
            supervisors=invited.WATCHED,
            at=story.at,
        )


def test_an_interim_list_takes_no_nonce_and_may_still_be_mended(world):
    story = invited.purchase_draft(world, size=5, count=3)
    given = {"nonce": invited.NONCE, "supervisors": invited.WATCHED, "at": story.at}
    given |= {"actor": world.actor("lin"), "code": story.code}
    with pytest.raises(Conflict) as refusal:
        services.give_invited_nonce(**given)
    assert refusal.value.code == "invited.too_early"
    assert "draft/invited/" not in world.client("lin").get("/desk/").content.decode()
    Tender.objects.filter(code=story.code).update(state="review")
    with pytest.raises(Conflict) as refusal:
        services.give_invited_nonce(**given)
    assert refusal.value.code == "invited.incomplete"
    assert queries.invited_of(story.tender).nonce == ""


def test_a_purchase_is_handed_in_before_the_nonce_but_not_published(world):
    story = tenders.register_keys(invited.purchase_draft(world))
    sun, lin = world.actor("sun"), world.actor("lin")
    services.submit_tender(actor=sun, code=story.code, at=story.at)
    services.approve_tender(actor=lin, code=story.code, at=story.at)
    with pytest.raises(Conflict) as refusal:
        services.publish_tender(actor=sun, code=story.code, at=story.at)
    assert refusal.value.code == "tender.incomplete"
    invited.give_nonce(story)
    services.publish_tender(actor=sun, code=story.code, at=story.at)
    assert len(invited.chosen(story)) == 3


def test_works_are_not_drawn(world):
    story = invited.works_draft(world)
    with pytest.raises(Invalid) as refusal:
        invited.give_nonce(story)
    assert refusal.value.code == "invited.no_draw"


# --- who may take part ---


def test_those_invited_register_and_read_others_have_nothing(world):
    fourth_bidder(world)
    story = invited.invited_works(world, "chen", "zhao", "qiu")
    register(story, "chen")
    number = story.tender.attachments.get().pk
    services.download_document(
        actor=world.actor("chen"), code=story.code, number=number, at=story.at
    )
    services.ask_question(
        actor=world.actor("chen"), code=story.code, question="何时踏勘？", at=story.at
    )
    for act in (
        lambda who: register(story, who),
        lambda who: services.download_document(
            actor=world.actor(who), code=story.code, number=number, at=story.at
        ),
        lambda who: services.ask_question(
            actor=world.actor(who), code=story.code, question="？", at=story.at
        ),
    ):
        for who in ("hu", "wang", "he", "lin"):
            with pytest.raises(Missing):
                act(who)


@pytest.fixture
def story(world):
    """Construction that invites chen, zhao and qiu; hu bids elsewhere."""
    fourth_bidder(world)
    return invited.invited_works(world, "chen", "zhao", "qiu")


ADDRESSES = ("documents/", "register/", "invitation/", "invitation/file/", "bid/")


@pytest.mark.parametrize("name", ["hu", "he", "wang", "qian"])
@pytest.mark.parametrize("place", [p for p in ADDRESSES if p != "bid/"])
def test_what_those_invited_have_is_to_others_not_there(world, story, name, place):
    assert world.client(name).get(f"/tenders/{story.code}/{place}").status_code == 404


def test_an_uninvited_bidder_sees_the_notice_and_no_way_in(world, story):
    client = world.client("hu")
    page = client.get(f"/tenders/{story.code}/").content.decode()
    assert client.get(f"/tenders/{story.code}/bid/").status_code == 404
    assert "邀请招标" in page
    for hidden in (f"/tenders/{story.code}/register/", "投标邀请书", "/invited/", "/deposit/"):
        assert hidden not in page
    notice = client.get(f"/notices/{story.code}/1/").content.decode()
    assert "跨铁路转体桥" in notice
    for name in ("晨光", "朝阳", "秋实"):
        assert name not in page + notice
    base = f"/api/v1/tenders/{story.code}"
    for place in ("invitation", "invited", "documents"):
        assert client.get(f"{base}/{place}").status_code == 404
    sent = {"contact": "x", "phone": "1"}
    answer = client.post(f"{base}/lots/1/register", sent, "application/json")
    assert answer.status_code == 404


def test_the_invited_has_its_invitation_on_the_desk_as_page_and_by_api(world, story):
    client = world.client("chen")
    assert f"/tenders/{story.code}/invitation/" in client.get("/desk/").content.decode()
    page = client.get(f"/tenders/{story.code}/invitation/").content.decode()
    assert "晨光医疗科技有限公司" in page
    assert "朝阳" not in page
    told = client.get(f"/api/v1/tenders/{story.code}/invitation").json()
    assert told["invited"]["name"] == "晨光医疗科技有限公司"
    assert "朝阳" not in str(told)
    assert f"/tenders/{story.code}/register/" in page
    answer = client.post(f"/tenders/{story.code}/register/", {"lots": ["1"], **CALL}, follow=False)
    assert answer.status_code == 302
    assert "invitation" not in world.client("hu").get("/desk/").content.decode()


def test_the_invitation_is_a_paper_made_for_the_asker(world, story):
    answer = world.client("chen").get(f"/tenders/{story.code}/invitation/file/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_who_bids_for_several_takes_part_for_the_one_that_is_invited(world, story):
    """Hu bids for a firm of its own, and for Zhao's too, whichever was made first."""
    for name, other in (("hu", "zhao"), ("zhao", "hu")):
        factories.role(world.person(name), "bidder", world.organisation_of(other), at=world.at)
    for name in ("hu", "zhao"):
        actor = world.actor(name)
        assert queries.bidder_in(actor, story.tender) == world.organisation_of("zhao")
        client = world.client(name)
        assert f"/tenders/{story.code}/invitation/" in client.get("/desk/").content.decode()
        page = client.get(f"/tenders/{story.code}/invitation/").content.decode()
        assert world.organisation_of("zhao").name in page
    register(story, "hu")
    owner = world.organisation_of("zhao").uscc
    [event] = private.events_of_owner(story.code, owner, only=("bidder.registered",))
    assert event.content["lot"] == 1
    assert queries.registered_lots(world.actor("zhao"), story.tender) == [1]
    assert f"/tenders/{story.code}/bid/" in world.client("hu").get("/desk/").content.decode()


def test_before_the_notice_nobody_is_invited(world):
    story = invited.works_draft(world)
    assert "invitation" not in world.client("chen").get("/desk/").content.decode()
    assert world.client("chen").get(f"/tenders/{story.code}/invitation/").status_code == 404


def test_its_own_side_reads_the_list_and_nobody_s_registration(world, story):
    register(story, "chen")
    for name in ("sun", "lin"):
        client = world.client(name)
        page = client.get(f"/tenders/{story.code}/draft/invited/").content.decode()
        for body in ("晨光", "朝阳", "秋实"):
            assert body in page
        assert len(client.get(f"/api/v1/tenders/{story.code}/invited").json()["listed"]) == 3
        assert client.get(f"/tenders/{story.code}/takers/").status_code == 404


@pytest.mark.parametrize("name", ["wang", "tang", "qian"])
def test_oversight_reads_the_list_once_bids_are_closed(world, story, name):
    place = f"/tenders/{story.code}/takers/"
    assert world.client(name).get(place).status_code == 404
    private.publish_tree(tender=story.code, reveal=[], at=story.at)
    page = world.client(name).get(place).content.decode()
    assert "秋实数字科技有限公司" in page
    assert world.client("hu").get(place).status_code == 404


# --- what is kept ---


def test_neither_facts_nor_rows_tell_who_or_how_many(world):
    three = invited.invited_works(world)
    five = invited.works_draft(world)
    services.list_invited(
        actor=world.actor("sun"), code=five.code, suppliers=invited.pool(world, 8), at=five.at
    )
    tenders.publish(tenders.register_keys(five))
    sizes = {len(bytes(s.tender.invited)) for s in (three, five)}
    assert len(sizes) == 1
    told = [
        [(e.kind, sorted(e.data)) for e in Entry.objects.filter(tender=s.code).order_by("id")]
        for s in (three, five)
    ]
    assert [t for t in told[1] if t != ("invited.listed", [])] == [
        t for t in told[0] if t != ("invited.listed", [])
    ]
    everything = str([e.data for e in Entry.objects.all()])
    for code in invited.codes(world, "chen", "zhao", "hu"):
        assert code not in everything


def test_the_invitations_rest_in_the_private_tree_in_a_row_like_others(world, story):
    [event] = [e for e in private.events_of(story.code) if e.kind == "invitation.issued"]
    assert sorted(event.content["invited"]) == sorted(invited.chosen(story))
    full = 12 + private.SMALLEST_ROW + 16
    assert len(bytes(Withheld.objects.get(pk=event.row).ciphertext)) == full


def test_the_longest_list_still_fits_into_one_row(world):
    story = invited.works_draft(world)
    most = invited.pool(world, invitations.MOST_INVITED)
    services.list_invited(actor=world.actor("sun"), code=story.code, suppliers=most, at=story.at)
    tenders.publish(tenders.register_keys(story))
    assert {len(bytes(row.ciphertext)) for row in Withheld.objects.all()} == {
        12 + private.SMALLEST_ROW + 16
    }


def test_fewer_than_three_bids_fail_as_in_an_open_tender(world, story):
    register(story, "chen")
    at = story.tender.bids_close_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=at)
    assert queries.least_parties(story.tender, at) == 3
    assert record.first_fact(story.code, "tender.closed") is not None
    assert Tender.objects.get(code=story.code).state == "closed"


# --- pages of the draft ---


def test_the_draft_is_written_on_its_page(world):
    story = tenders.draft(world, method="invited_tender")
    client, place = world.client("sun"), f"/tenders/{story.code}/draft/invited/"
    assert client.get(place).status_code == 200
    assert client.post(place, {"part": "ground", **invited.SPECIAL}).status_code == 302
    bad = client.post(place, {"part": "listed", "suppliers": "某某公司", "count": "3"})
    assert bad.status_code == 422
    assert "某某公司" in bad.content.decode()
    lines = "\n".join(invited.pool(world))
    sent = {"part": "listed", "suppliers": lines, "count": "3"}
    assert client.post(place, sent).status_code == 302
    assert queries.invited_of(story.tender).seed not in client.get(place).content.decode()
    invited.hand_in(story)
    lin = world.client("lin")
    assert "draft/invited/" in lin.get("/desk/").content.decode()
    watched = {"supervisors": "\n".join(invited.WATCHED)}
    sent = {"part": "nonce", "nonce": invited.NONCE, **watched}
    assert lin.post(place, {**sent, "nonce": "短"}).status_code == 422
    assert lin.post(place, {**sent, "supervisors": "吴敏"}).status_code == 422
    assert lin.post(place, sent).status_code == 302
    page = lin.get(place).content.decode()
    assert "吴敏、郑岚" in page
    assert "公告发布时抽取" in page
    assert "draft/invited/" not in lin.get("/desk/").content.decode()
    assert lacking(story) == []
    tenders.register_keys(story)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=story.at)
    services.publish_tender(actor=world.actor("sun"), code=story.code, at=story.at)
    assert queries.invited_of(story.tender).seed in lin.get(place).content.decode()


def test_the_api_lists_takes_the_nonce_and_shows_no_seed(world):
    story = tenders.draft(world, method="invited_tender", grounds=invited.SPECIAL)
    base = f"/api/v1/tenders/{story.code}/invited"
    sent = {"suppliers": invited.pool(world), "count": 3}
    told = world.client("sun").put(base, sent, "application/json").json()
    assert (len(told["listed"]), told["seed"], told["drawn"]) == (6, "", [])
    invited.hand_in(story)
    sent = {"nonce": invited.NONCE, "supervisors": list(invited.WATCHED)}
    told = world.client("lin").post(f"{base}/nonce", sent, "application/json").json()
    assert (told["drawn"], told["seed"]) == ([], "")
    assert told["supervisors"] == sent["supervisors"]

"""What failed is tried once more: the same way, another way, or after two failures not at all."""

from datetime import timedelta

import pytest

from accounts.domain import SYSTEM
from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import sales, tenders, two_stage, works
from tests.tenders import Story
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness
from trading.markets import method_of
from trading.models import Award

pytestmark = pytest.mark.django_db
FEW = "投标截止时投标人不足三家。"


@pytest.fixture
def world():
    return cast(AT)


def failed(story, article=None, reason=FEW):
    """Fail what is closed, for want of bidders where no other article is given."""
    article = method_of(story.tender).thin_article if article is None else article
    services.fail_tender(actor=SYSTEM, code=story.code, reason=reason, article=article, at=story.at)
    return story


def again(story, who="sun", **given):
    actor = story.world.actor(who, story.at)
    made = services.retender(actor=actor, code=story.code, **given, at=story.at)
    return Story(story.world, made.code, story.at)


def change(story, **changes):
    sun = story.world.actor("sun", story.at)
    services.change_tender(actor=sun, code=story.code, changes=changes, at=story.at)
    return story


def dated(story):
    """Choose the dates anew, which are never carried over."""
    day = local_date(story.at)
    return change(
        story,
        documents_from=day,
        documents_until=day + timedelta(days=9),
        bids_close_at=tenders.deadline(story.at),
    )


def over(story):
    """Let the deadline pass."""
    story.at = story.tender.bids_close_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


def closed(story):
    """Complete a draft, publish it, and let its deadline pass."""
    return over(tenders.publish(tenders.register_keys(dated(story))))


def codes(story):
    facts = queries.facts(story.tender, story.at)
    return [found.code for found in completeness.missing_before_publication(facts)]


def stop(story, who="lin", **given):
    told = {"reason": "两次招标投标人均不足三家。", **given}
    actor = story.world.actor(who, story.at)
    return services.stop_retendering(actor=actor, code=story.code, **told, at=story.at)


def refused(act, *given, **named):
    with pytest.raises((Conflict, Invalid, Denied)) as refusal:
        act(*given, **named)
    return refusal.value.code


def test_works_are_tendered_again_with_what_was_said_and_after_two_failures_given_up(world):
    story = over(works.announced(world))
    assert refused(again, story) == "retender.nothing_left"
    failed(story)
    assert refused(stop, story) == "stop.too_early"
    sun, page = world.client("sun"), f"/tenders/{story.code}/"
    assert "重新招标" in sun.get(page).text
    assert "依法不再进行招标" not in world.client("lin").get(page).text
    assert refused(again, story, "lin") == "tender.retender.denied"
    second = again(story)
    assert refused(again, story) == "retender.nothing_left"
    first, made = story.tender, second.tender
    assert (made.follows, made.summary, made.scheme) == (first, first.summary, first.scheme)
    assert made.bids_close_at is None
    assert [lot.follows.number for lot in made.lots.order_by("number")] == [1, 2]
    assert [kept.document_id for kept in queries.attachments_of(made)] == [
        kept.document_id for kept in queries.attachments_of(first)
    ]
    assert made.custodians.count() == first.custodians.count()
    assert not any(one.public_keys for one in made.custodians.all())
    assert set(codes(second)) == {
        "timetable.documents_from",
        "timetable.documents_until",
        "timetable.bids_close_at",
        "custodians.no_key",
    }
    assert second.code not in world.client("public").get(page).text
    assert second.code in sun.get(page).text
    failed(closed(second))
    notice = made.notices.get(kind="tender")
    assert notice.fields["text"]["follows"] == {"code": story.code, "attempt": 2}
    shown = world.client("public").get(f"/notices/{second.code}/{notice.number}/").text
    assert "前次项目编号" in shown
    for own, other in ((story, second), (second, story)):
        assert other.code in world.client("public").get(f"/tenders/{own.code}/").text
    lin, url = world.client("lin"), f"/tenders/{second.code}/stop-retendering/"
    assert url in lin.get(f"/tenders/{second.code}/").text
    assert world.client("sun").get(url).status_code == 403
    assert lin.post(url, {"needs_approval": "on", "reason": "两次均不足。"}).status_code == 422
    given = {"needs_approval": "on", "reason": "两次均不足。", "approval": "新发改〔2027〕3号"}
    assert lin.post(url, given).status_code == 302
    told = second.tender.notices.get(kind="no_retender")
    assert (told.fields["failures"], told.fields["approval"]) == (2, "新发改〔2027〕3号")
    assert "《工程建设项目施工招标投标办法》" in told.fields["article"]
    assert "新发改〔2027〕3号" in lin.get(f"/notices/{second.code}/{told.number}/").text
    assert refused(again, second) == "retender.stopped"
    assert refused(stop, second) == "retender.stopped"


def test_a_failure_for_another_reason_is_no_second_failure_for_want_of_bidders(world):
    story = failed(over(works.announced(world)))
    second = failed(closed(again(story)), article="《招标投标法实施条例》第八十一条")
    assert refused(stop, second) == "stop.too_early"
    assert not queries.may_stop(second.tender, second.at)


def test_only_the_lot_that_failed_twice_for_want_of_bidders_is_given_up(world):
    second = closed(again(failed(over(works.announced(world)))))
    article = method_of(second.tender).thin_article
    given = {"actor": SYSTEM, "code": second.code, "at": second.at}
    services.fail_lot(number=1, reason=FEW, article=article, **given)
    assert [lot.number for lot, _count in queries.lots_to_stop(second.tender, second.at)] == [1]
    told = stop(second, approval="新发改〔2027〕3号")
    assert [lot["number"] for lot in told.fields["lots"]] == [1]
    assert refused(again, second) == "retender.stopped"

    # The other lot was alive: it fails for another reason, and may be tendered once more.
    services.fail_lot(number=2, reason="全部否决。", article="《招标投标法》第四十二条", **given)
    assert "重新招标" in world.client("sun").get(f"/tenders/{second.code}/").text
    assert refused(stop, second, approval="新发改〔2027〕4号") == "stop.too_early"
    third = again(second)
    assert [lot.follows.number for lot in third.tender.lots.all()] == [2]
    assert refused(again, second) == "retender.stopped"


def test_a_lot_terminated_beside_one_that_failed_twice_is_not_given_up(world):
    second = closed(again(failed(over(works.announced(world)))))
    article = method_of(second.tender).thin_article
    given = {"code": second.code, "at": second.at}
    services.fail_lot(actor=SYSTEM, number=1, reason=FEW, article=article, **given)
    lin = world.actor("lin", second.at)
    services.terminate_tender(actor=lin, reason="规划调整。", **given)
    assert second.tender.state == "terminated"
    told = stop(second, approval="新发改〔2027〕3号")
    assert [lot["number"] for lot in told.fields["lots"]] == [1]
    assert [lot.follows.number for lot in again(second).tender.lots.all()] == [2]


def test_too_few_proposals_are_a_failure_for_want_of_bidders_and_two_stages_are_a_tender(world):
    first = failed(over(works.announced(world)))
    made = again(first, method="two_stage_tender")
    assert "basic.conversion_approval" not in codes(made)
    assert not queries.attempt_facts(made.tender).converts
    story = two_stage.proposed(two_stage.proposing(world))
    assert story.tender.state == "failed"
    assert queries.most_failures(story.tender) == 1
    back = again(story, method="open_tender")
    assert not queries.attempt_facts(back.tender).converts
    assert not queries.attachments_of(back.tender).filter(kind="first_stage").exists()


def test_a_failed_tender_becomes_a_negotiation_with_approval_and_nobody_else_asks_for_two(world):
    alone = tenders.draft(world, method="negotiation", scheme={"method": "lowest_price"})
    assert set(codes(alone)) == {"custodians.no_key"}
    change(alone, listed_case="converted_tender")
    assert set(codes(alone)) - {"custodians.no_key"} == {
        "basic.not_converted",
        "basic.conversion_approval",
        "basic.conversion_review",
    }
    story = failed(tenders.closed(world))
    assert refused(again, story, method="online_bidding") == "retender.method"
    made = dated(again(story, method="negotiation"))
    assert made.tender.scheme == {}
    change(made, scheme={"method": "lowest_price"}, listed_case="converted_tender")
    assert "grounds.ground" in codes(made)
    # What was tendered in vain needs the approval of the change alone, not a second one.
    change(made, grounds={"ground": "no_tender", "reason": "招标后没有供应商投标。"})
    wanted = {"basic.conversion_approval", "basic.conversion_review", "custodians.no_key"}
    assert set(codes(made)) == wanted
    basic = world.client("sun").get(f"/tenders/{made.code}/draft/basic/").text
    assert "变更采购方式的批准文号" in basic
    change(made, conversion_approval="新财购〔2026〕9号", conversion_review="文件无不合理条款。")
    tenders.publish(tenders.register_keys(made))
    assert queries.least_parties(made.tender, made.at) == 2
    text = made.tender.notices.get(kind="tender").fields["text"]
    assert text["follows"] == {
        "code": story.code,
        "attempt": 2,
        "approval": "新财购〔2026〕9号",
        "review": "文件无不合理条款。",
    }
    assert "新财购〔2026〕9号" in world.client("public").get(f"/notices/{made.code}/1/").text


def test_a_tender_that_failed_for_another_ground_does_not_make_two_enough(world):
    story = failed(tenders.closed(world), article="《政府采购法》第三十六条第一款第（二）项")
    made = change(again(story, method="negotiation"), listed_case="converted_tender")
    assert "basic.not_converted" in codes(made)
    change(made, listed_case="")
    assert "basic.not_converted" not in codes(made)
    assert "basic.conversion_approval" in codes(made)


def test_whoever_refused_to_sign_stays_out_of_the_resale_and_owes_the_difference(world):
    story = sales.priced(world, AT, "chen", "zhao")
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    won = Award.objects.get(lot__tender__code=story.code)
    lot = story.tender.lots.get()
    wang = world.actor("wang", story.at)
    told = {"reason": "逾期拒绝签订合同。", "article": "《拍卖法》第三十九条"}
    services.void_lot(actor=wang, code=story.code, number=1, **told, defaulted=True, at=story.at)
    made = again(story)
    assert made.tender.lots.get().follows == lot
    sun, closes = world.actor("sun", made.at), sales.closing(made.at)
    change(made, bids_close_at=closes)
    auction = sales.terms(closes)
    services.change_auction(actor=sun, code=made.code, number=1, auction=auction, at=made.at)
    tenders.publish(made)
    register = {"code": made.code, "number": 1, "contact": "陈晨", "phone": "0393-1"}
    chen = world.actor("chen", made.at)
    with pytest.raises(Denied) as refusal:
        services.register_for_lot(actor=chen, **register, at=made.at)
    assert refusal.value.code == "register.defaulted"
    assert "《拍卖法》第三十九条" in refusal.value.text()
    page = world.client("chen").post(
        f"/tenders/{made.code}/register/", {"lots": ["1"], "contact": "陈", "phone": "1"}
    )
    assert page.status_code == 403
    zhao = world.actor("zhao", made.at)
    services.register_for_lot(actor=zhao, **register, at=made.at)
    made.at = closes + timedelta(seconds=1)
    services.close_tender(code=made.code, at=made.at)
    services.start_auction(code=made.code, at=made.at)
    offer = {"rank": 1, "uscc": world.organisation_of("zhao").uscc, "price": "2600000.01"}
    services.form_price(code=made.code, number=1, candidates=[offer], at=made.at)
    services.confirm_winner(
        actor=world.actor("lin", made.at), code=made.code, choices={1: (1, "")}, at=made.at
    )
    owed = record.first_fact(made.code, "award.shortfall").data
    assert owed["supplier"] == world.organisation_of("chen").uscc
    assert owed["shortfall"] == f"{won.price - queries.shortfalls_of(made.tender)[0][1].price:.2f}"
    name = world.organisation_of("chen").name
    for who in ("lin", "wang"):
        assert "应补足的差额" in world.client(who).get(f"/tenders/{made.code}/award/").text, who
    public = world.client("public").get(f"/tenders/{made.code}/award/")
    assert name not in public.text

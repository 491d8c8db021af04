"""Bidders found out after an auction's end, won or not: its log stays, its deposits wait."""

import pytest

from bidding.queries import offers as offered
from bidding.services import auction as services
from deposits.services import forfeits
from kernel.errors import Denied, DomainError
from ledger import queries as record
from ledger.papers import paper_of
from tests.integration.bidding.auction import test_found_out
from tests.integration.bidding.auction.test_deciding import facts
from tests.integration.bidding.auction.test_found_out import (
    ARTICLE,
    adds_up,
    confirmed,
    ended,
    of,
    put_out,
    states,
    void,
)
from trading.models import Award, Lot

room, _no_thread_stays = test_found_out.room, test_found_out._no_thread_stays
REASON = "经查实与竞得人约定轮流报价，见新国资监〔2026〕8 号。"


def disqualify(story, held, name, who="wang", **changes):
    told = {"reason": REASON, "article": ARTICLE, **changes}
    services.disqualify_bidder(
        actor=held.world.actor(who, story.at),
        code=held.auction.code,
        bidder=told.pop("bidder", None) or held.code_of(name),
        at=story.at,
        **told,
    )


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def test_a_loser_found_out_keeps_the_result_and_waits_for_its_money(room):
    story, held = ended(room)
    confirmed(story)
    nothing, due = ("", []), ("", ["not_awarded"])
    assert states(story) == of(held, chen=due, zhao=due, hu=nothing)
    before = offered.log_of(held.auction)
    disqualify(story, held, "zhao")
    assert states(story) == of(held, chen=due, zhao=("disqualified", []), hu=nothing)
    assert offered.log_of(held.auction) == before
    assert (Award.objects.count(), Lot.objects.get(tender__code=story.code).state) == (1, "awarded")
    told = {"ground": "fraud", "article": ARTICLE, "reason": REASON}
    wang = held.world.actor("wang", story.at)
    forfeits.forfeit(
        actor=wang, code=story.code, number=1, uscc=held.uscc("zhao"), **told, at=story.at
    )
    assert states(story)[held.uscc("zhao")] == nothing
    assert adds_up()


def test_collusion_voids_the_result_whoever_did_it(room):
    story, held = ended(room)
    confirmed(story)
    disqualify(story, held, "zhao", touches=True)
    lot = Lot.objects.get(tender__code=story.code)
    assert (lot.state, story.tender.state, Award.objects.count()) == ("failed", "failed", 0)
    found = states(story)
    assert found[held.uscc("zhao")] == ("disqualified", [])
    assert found[held.uscc("hu")] == ("voided", [])
    assert "failed" in found[held.uscc("chen")][1] or found[held.uscc("chen")][1] == ["not_awarded"]
    [voided] = facts(held, "auction.voided")
    assert voided["article"] == ARTICLE
    assert adds_up()


def test_a_taker_found_out_voids_its_result_and_is_named_by_code_alone(room):
    story, held = ended(room)
    disqualify(story, held, "hu", bidder=held.uscc("hu"))
    assert Lot.objects.get(tender__code=story.code).state == "failed"
    assert states(story)[held.uscc("hu")] == ("voided", [])
    [told] = facts(held, "auction.disqualified")
    assert (told["bidder"], told["touches"]) == (held.code_of("hu"), True)
    page = held.world.client("public").get(f"/auctions/{held.auction.code}/").text
    assert REASON in page
    assert held.world.organisation_of("hu").name not in page


def test_each_is_put_out_once_and_not_while_the_auction_runs(room):
    story, held, opens = room
    assert code_of(lambda: disqualify(story, held, "zhao")) == "auction.not_over"
    put_out(held, "chen", opens + test_found_out.SECOND * 5)
    story, held = ended(room)
    assert code_of(lambda: disqualify(story, held, "chen")) == "auction.already_excluded"
    disqualify(story, held, "zhao")
    assert code_of(lambda: disqualify(story, held, "zhao")) == "auction.already_excluded"
    assert code_of(lambda: disqualify(story, held, "", bidder="ZZZ")) == "auction.no_such_bidder"
    named = f"{held.world.organisation_of('hu').name}串通。"
    assert code_of(lambda: disqualify(story, held, "hu", reason=named)) == "auction.reason_names"
    void(story, held)
    disqualify(story, held, "hu")  # found out beside: its deposit waits already
    assert states(story)[held.uscc("hu")] == ("voided", [])


@pytest.mark.parametrize("by", ["qian", "chen", "lin", "sun", "he"])
def test_nobody_but_the_regulator_disqualifies(room, by):
    story, held = ended(room)
    with pytest.raises(Denied):
        disqualify(story, held, "zhao", by)
    place = f"/auctions/{held.auction.code}/"
    client = held.world.client(by)
    assert "竞价结束后取消竞买资格" not in client.get(place).text
    sent = {"bidder": held.code_of("zhao"), "cause": REASON, "article": ARTICLE}
    assert client.post(f"{place}disqualify/", sent).status_code == 403
    assert record.first_fact(story.code, "auction.disqualified") is None


def test_the_page_and_the_api_tell_everybody_by_code_and_the_bidder_itself(room):
    _story, held = ended(room)
    client, place = held.world.client("wang"), f"/auctions/{held.auction.code}/"
    assert "竞价结束后取消竞买资格" in client.get(place).text
    sent = {"bidder": held.code_of("zhao"), "cause": REASON, "article": ARTICLE}
    assert client.post(f"{place}disqualify/", sent).status_code == 302
    api = f"/api/v1/auctions/{held.auction.code}/disqualify"
    body = {"bidder": held.code_of("chen"), "reason": REASON, "article": ARTICLE}
    assert client.post(api, body, "application/json").status_code == 200
    assert client.post(api, body, "application/json").status_code == 409
    page = held.world.client("public").get(place).text
    assert page.count("在竞价结束后被取消资格") == 2
    assert held.world.organisation_of("zhao").name not in page
    assert "决定前暂不退还" in held.world.client("zhao").get(place).text
    assert "决定前暂不退还" not in held.world.client("hu").get(place).text


def test_whoever_did_not_get_it_is_written_its_own_price_alone(room):
    story, held = ended(room)
    confirmed(story)
    said = {
        name: paper_of("sale_letter", f"{story.code}.1.{held.uscc(name)}").content
        for name in ("chen", "zhao")
    }
    assert said["chen"]["own_reason"] == "没有有效报价"
    assert "2,640,000.00" in said["zhao"]["own_reason"]
    assert {one["winner"] for one in said.values()} == {""}
    # Who has it is nobody's news before its result: till then the letter waits with it.
    assert held.world.client("zhao").get(f"/tenders/{story.code}/award/").status_code == 404

"""Several stand first in a lot: no order of a list decides between them (M87 54, 57, 68)."""

from datetime import timedelta

import pytest

from kernel.draw import commitment, draw
from kernel.errors import Conflict, Denied, DomainError, Invalid
from ledger import queries as record
from tests import tenders, works
from tests.integration.trading.test_redress import challenged, upheld
from tests.tenders import SCHEME
from tests.world import AT, cast
from trading import queries, services
from trading.models import Award
from trading.services.due import due

pytestmark = pytest.mark.django_db
RULE = "技术部分得分高的优先"
NONCE = "公证处当场掷出的数字 31415"


@pytest.fixture
def world():
    return cast(AT)


def equal(world, **changes):
    """Let Chen and Zhao stand first with the very same total and price."""
    said = (("chen", 1), ("zhao", 1), ("hu", 3))
    return tenders.evaluated(world, ranked=[(rank, name) for name, rank in said], **changes)


def uscc(world, name):
    return world.organisation_of(name).uscc


def confirm(story, named, reason=""):
    lin = story.world.actor("lin", story.at)
    choices = {1: (named, reason)}
    return services.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)


def give(story, who="feng"):
    actor = story.world.actor(who, story.at)
    return services.draw_award(actor=actor, code=story.code, number=1, nonce=NONCE, at=story.at)


def refused(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def kinds(story):
    return [fact.kind for fact in record.entries_since(story.tender.stream, 0)]


def test_equals_are_drawn_with_a_seed_committed_to_before_the_nonce(world):
    story = equal(world)
    told = record.first_fact(story.code, "award.draw_committed").data
    assert refused(lambda: confirm(story, uscc(world, "chen"))) == "award.tied"
    assert refused(lambda: give(story, "lin")) == "award.draw.denied"
    lot = give(story)
    kept = lot.decision
    both = sorted([uscc(world, "chen"), uscc(world, "zhao")])
    again = draw(
        both,
        seed=bytes.fromhex(kept["seed"]),
        nonce=bytes.fromhex(kept["nonce"]),
        purpose=f"tie:{story.code}:1:1",
        count=1,
    )
    assert (again.drawn[0], commitment(bytes.fromhex(kept["seed"]))) == (
        kept["chosen"],
        told["commit"],
    )
    assert "sealed" not in kept
    assert refused(lambda: give(story)) == "decision.not_now"
    other = next(code for code in both if code != kept["chosen"])
    assert refused(lambda: confirm(story, other)) == "award.out_of_order"
    confirm(story, kept["chosen"])
    made = Award.objects.get()
    assert (made.supplier.uscc, made.rank, made.reason) == (
        kept["chosen"],
        1,
        "并列第一，公开抽签确定。",
    )
    assert [kind for kind in kinds(story) if kind.startswith("award.")] == [
        "award.tied",
        "award.draw_committed",
        "award.drawn",
        "award.confirmed",
    ]


def test_silence_decides_nothing_between_equals_and_begins_anew_with_the_draw(world):
    story = equal(world)
    story.at = story.tender.next_due_at
    assert due(story.at) == 1
    assert (story.tender.state, story.tender.next_due_at) == ("evaluated", None)
    assert kinds(story)[-1] == "award.stayed"
    assert due(story.at + timedelta(days=30)) == 0
    chosen = give(story).decision["chosen"]
    story.at = story.tender.next_due_at
    assert due(story.at) == 1
    assert Award.objects.get().supplier.uscc == chosen


def test_the_purchaser_chooses_by_the_rule_of_the_document_and_says_why(world):
    story = equal(world, scheme=SCHEME | {"ties": RULE})
    assert queries.awaiting_draw(story.tender) == []
    assert refused(lambda: give(story)) == "decision.not_now"
    zhao = uscc(world, "zhao")
    assert refused(lambda: confirm(story, zhao)) == "award.tie_reason"
    assert refused(lambda: confirm(story, uscc(world, "hu"))) == "award.out_of_order"
    story.at = story.tender.next_due_at
    assert due(story.at) == 1
    assert (story.tender.state, kinds(story)[-1]) == ("evaluated", "award.stayed")
    confirm(story, zhao, "技术部分得分 55 分，高于另一家的 54 分。")
    made = Award.objects.get()
    assert made.supplier.uscc == zhao
    assert made.reason.startswith("并列第一，按采购文件规定的方式确定：技术部分")


def test_whom_of_two_equals_is_passed_over_is_the_one_named_and_the_other_is_next(world):
    story = equal(world)
    chosen = give(story).decision["chosen"]
    confirm(story, chosen)
    told = {"ground": "gave_up", "reason": "供应商书面声明放弃。"}
    lin = world.actor("lin", story.at)
    services.pass_over(actor=lin, code=story.code, number=1, at=story.at, **told)
    lot = story.tender.lots.get()
    assert [one["uscc"] for one in lot.passed_over] == [chosen]
    other = ({uscc(world, "chen"), uscc(world, "zhao")} - {chosen}).pop()
    assert (lot.decision, queries.first_of(lot), queries.falling(lot)) == ({}, other, other)
    assert refused(lambda: confirm(story, chosen)) == "award.not_a_candidate"
    confirm(story, other)
    assert "放弃中标" in Award.objects.get().reason


def test_an_upheld_challenge_throws_none_of_two_equals_out_before_the_draw(world):
    story = equal(world)
    assert queries.redress_ways(story.tender) == ["reevaluate", "void"]
    filed = challenged(story, "process")
    page = world.client("lin").get(f"/tenders/{story.code}/challenges/{filed.code}/")
    assert "并列第一，还不能" in page.text
    named = {"redress": "next_candidate"}
    assert refused(lambda: upheld(story, filed, **named)) == "redress.joint"
    assert refused(lambda: upheld(story, filed, **named, lot=1)) == "redress.joint"
    assert story.tender.lots.get().passed_over == []

    # Once it goes on and is drawn, it is the drawn one who may fall for it.
    upheld(story, filed)
    assert record.first_fact(story.code, "tender.resumed").actor == "system"
    chosen = give(story).decision["chosen"]
    assert "next_candidate" in queries.redress_ways(story.tender)
    confirm(story, chosen)
    lin, told = world.actor("lin", story.at), {"ground": "upheld", "reason": "质疑成立。"}
    services.pass_over(actor=lin, code=story.code, number=1, at=story.at, **told)
    assert [one["uscc"] for one in story.tender.lots.get().passed_over] == [chosen]


def test_what_is_void_before_the_draw_names_none_of_two_equals(world):
    story = equal(world)
    upheld(story, challenged(story, "process"), redress="void")
    assert story.tender.notices.get(kind="voided").fields["supplier"] == ""


def test_of_three_equals_the_two_left_are_drawn_again(world):
    story = tenders.evaluated(world, ranked=[(1, "chen"), (1, "zhao"), (1, "hu")])
    chosen = give(story).decision["chosen"]
    confirm(story, chosen)
    lin, told = world.actor("lin", story.at), {"ground": "gave_up", "reason": "书面声明放弃。"}
    services.pass_over(actor=lin, code=story.code, number=1, at=story.at, **told)
    lot = story.tender.lots.get()
    assert (queries.falling(lot), len(lot.decision["among"])) == ("", 2)
    lot = give(story)
    assert lot.decision["purpose"] == f"tie:{story.code}:1:2"
    confirm(story, lot.decision["chosen"])


def test_the_pages_lead_from_the_tie_to_the_draw_and_its_proof(world):
    story = equal(world)
    award, decide = f"/tenders/{story.code}/award/", f"/tenders/{story.code}/award/decide/"
    page = world.client("lin").get(award).content.decode()
    assert ("并列第一，公开抽签确定" in page, 'name="lot1-supplier"' in page) == (True, False)
    assert world.client("chen").get(decide).status_code == 404
    assert world.client("lin").get(decide).status_code == 200
    for who in ("feng", "wang"):
        assert "给出定标抽签的随机数" in world.client(who).get("/desk/").content.decode()
    notary = world.client("feng")
    assert "给出随机数并抽取" in notary.get(decide).content.decode()
    sent = {"lot": 1, "lot1-nonce": NONCE}
    assert notary.post(decide, sent).status_code == 302
    lot = story.tender.lots.get()
    page = world.client("lin").get(award).content.decode()
    assert lot.decision["seed"] in page
    told = {"lot1-supplier": lot.decision["chosen"], "lot1-reason": ""}
    assert world.client("lin").post(award, told).status_code == 302
    services.publish_result(actor=world.actor("sun", story.at), code=story.code, at=story.at)
    notice = story.tender.notices.get(kind="result")
    page = world.client("public").get(f"/notices/{story.code}/{notice.number}/")
    assert (page.status_code, lot.decision["seed"] in page.content.decode()) == (200, True)


def test_the_choice_of_the_document_is_asked_for_on_the_page(world):
    story = equal(world, scheme=SCHEME | {"ties": RULE})
    page = world.client("lin").get(f"/tenders/{story.code}/award/").content.decode()
    assert ('name="lot1-supplier"' in page, RULE in page) == (True, True)
    number = story.tender.notices.get(kind="tender").number
    text = world.client("public").get(f"/notices/{story.code}/{number}/").content.decode()
    assert RULE in text


def test_the_rule_for_equals_belongs_to_procurement(world):
    story = works.draft(world)
    change = {"actor": world.actor("sun"), "code": story.code, "at": story.at}
    scheme = {**story.tender.scheme, "ties": RULE}
    assert refused(lambda: services.change_tender(**change, changes={"scheme": scheme})) == (
        "scheme.malformed"
    )


def test_no_equal_is_cut_off_by_the_most_a_report_may_recommend(world):
    case = works.evaluated(world, lots=1, bid_security="100000.00")
    lot = works.tender_of(case).lots.get()
    fourth = {"uscc": world.organisation_of("agency").uscc, "bid": "1-fourth"}
    lot.candidates = [{**c, "rank": 1} for c in (*lot.candidates, {**lot.candidates[0], **fourth})]
    assert len(queries.recommended(lot)) == len(queries.candidates_left(lot)) == 4
    lot.candidates[0]["rank"], lot.candidates[1]["rank"] = 1, 2
    lot.candidates[2]["rank"] = lot.candidates[3]["rank"] = 3
    assert len(queries.recommended(lot)) == 3


def test_works_are_drawn_between_equals_before_the_candidates_are_shown(world):
    case = works.evaluated(
        world, lots=1, bid_security="100000.00", order=(("chen", 1), ("zhao", 1), ("hu", 3))
    )
    show = {"actor": case.actor("sun"), "code": case.code, "at": case.at}
    assert refused(lambda: services.publish_candidates(**show)) == "award.tied"
    given = {"actor": case.actor("wang"), "code": case.code, "number": 1, "nonce": NONCE}
    chosen = services.draw_award(at=case.at, **given).decision["chosen"]
    works.publicised(case)
    fields = works.tender_of(case).notices.get(kind="candidates").fields
    shown = [(c["rank"], c["uscc"], c["is_chosen"]) for c in fields["lots"][0]["candidates"]]
    assert shown[0] == (1, chosen, True)
    assert [one[2] for one in shown] == [True, False, False]
    works.after_publicity(case)
    lin = case.actor("lin")
    other = shown[1][1]
    first = {"code": case.code, "choices": {1: (other, "")}, "at": case.at}
    with pytest.raises((Invalid, Conflict, Denied)):
        services.confirm_winner(actor=lin, **first)
    services.confirm_winner(actor=lin, code=case.code, choices={1: (chosen, "")}, at=case.at)
    assert Award.objects.get().supplier.uscc == chosen

"""Framework agreements: who is shortlisted, who signs, and how an agreement comes to its end."""

from datetime import date, timedelta

import pytest

from kernel.calendar import end_of_day
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from ledger.papers import paper_of
from tests import frameworks
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.models import Award, Contract, FrameworkAgreement, Notice
from trading.services import frameworks as agreements
from trading.services.due import due

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def confirm(story, by="lin"):
    actor = story.world.actor(by, story.at)
    services.confirm_winner(actor=actor, code=story.code, choices={1: (1, "")}, at=story.at)


def kept(story):
    rows = FrameworkAgreement.objects.filter(lot__tender__code=story.code)
    return [(one.place, one.supplier.name[:2], f"{one.price}", one.state) for one in rows]


def test_a_fifth_rounded_up_is_left_out_and_the_others_are_shortlisted_at_their_own_price(world):
    story = frameworks.evaluated(world)
    confirm(story)
    assert kept(story) == [
        (1, "晨光", "4600.00", "shortlisted"),
        (2, "朝阳", "4700.00", "shortlisted"),
        (3, "琥珀", "4750.00", "shortlisted"),
    ]
    assert (story.tender.state, Award.objects.count()) == ("winner_confirmed", 0)
    told = record.first_fact(story.code, "award.confirmed").data
    assert told["eliminated"] == [world.organisation_of("qiu").uscc]


def test_silence_shortlists_as_the_report_ranks(world):
    story = frameworks.evaluated(world)
    assert due(story.tender.next_due_at) == 1
    assert len(kept(story)) == 3


def test_of_two_qualified_one_is_left_out(world):
    story = frameworks.evaluated(world, offers=frameworks.OFFERS[:2])
    confirm(story)
    assert [place for place, *_rest in kept(story)] == [1]


def test_equals_at_the_line_are_left_out_together(world):
    offers = (
        ("chen", "4600.00"),
        ("zhao", "4700.00", 2),
        ("hu", "4750.00", 3),
        ("qiu", "4750.00", 3),
    )
    story = frameworks.evaluated(world, offers=offers)
    confirm(story)
    assert [name for _place, name, *_rest in kept(story)] == ["晨光", "朝阳"]


def test_where_all_are_equal_nobody_can_be_shortlisted(world):
    story = frameworks.evaluated(world, offers=[(n, "4600.00", 1) for n in ("chen", "zhao")])
    with pytest.raises(Conflict) as refusal:
        confirm(story)
    assert refusal.value.code == "framework.nobody"
    assert (kept(story), story.tender.state) == ([], "evaluated")
    assert due(story.tender.next_due_at) == 1
    assert (kept(story), story.tender.state) == ([], "failed")


def test_the_result_names_each_in_order_and_every_bidder_is_written_to(world):
    story = frameworks.told(world)
    notice = Notice.objects.get(tender__code=story.code, kind="result")
    [lot] = notice.fields["lots"]
    assert [(s["place"], s["supplier"]["name"], s["price"]) for s in lot["shortlisted"]] == [
        (1, "晨光医疗科技有限公司", "4600.00"),
        (2, "朝阳信息技术有限公司", "4700.00"),
        (3, "琥珀办公设备有限公司", "4750.00"),
    ]
    assert (lot["unit"], lot["eliminated"]) == ("台", ["秋实数字科技有限公司"])
    assert notice.title == "台式计算机框架协议采购项目入围结果公告"
    first = world.organisation_of("chen").uscc
    told = paper_of("shortlist_notice", f"{story.code}.1.{first}").content
    assert (told["price"], told["place"], told["unit"]) == ("4600.00", 1, "台")
    out = world.organisation_of("qiu").uscc
    letter = paper_of("shortlist_letter", f"{story.code}.1.{out}")
    assert letter.content["own_rank"] == 4
    assert_known_shape(letter, "procurement")
    assert_known_shape(paper_of("shortlist_notice", f"{story.code}.1.{first}"), "procurement")
    assert Contract.objects.count() == 0


def test_each_signs_for_the_term_of_the_document_and_the_last_one_moves_the_tender_on(world):
    story = frameworks.told(world)
    frameworks.sign(story, 1)
    frameworks.sign(story, 2)
    assert story.tender.state == "award_notified"
    frameworks.sign(story, 3)
    assert story.tender.state == "contracted"
    made = FrameworkAgreement.objects.get(place=1)
    signed = made.signed_at.date()
    assert made.ends_on == date(signed.year + 1, signed.month, signed.day) - timedelta(days=1)
    fact = record.first_fact(story.code, "framework.signed").data
    assert (fact["supplier"], fact["price"]) == ("晨光医疗科技有限公司", "4600.00")


def test_signed_twice_too_early_or_by_somebody_else_is_refused(world):
    story = frameworks.evaluated(world)
    confirm(story)
    with pytest.raises(Conflict) as refusal:
        frameworks.sign(story, 1)
    assert refusal.value.code == "tender.wrong_state"
    sun = world.actor("sun", story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    frameworks.sign(story, 1)
    with pytest.raises(Conflict) as refusal:
        frameworks.sign(story, 1)
    assert refusal.value.code == "framework.wrong_state"
    given = {"code": story.code, "number": 1, "document": frameworks.AGREEMENT, "at": story.at}
    for name in ("sun", "chen", "zhao", "qian", "wang"):
        with pytest.raises(Denied):
            services.sign_framework(actor=world.actor(name, story.at), place=2, **given)
    with pytest.raises(Missing):
        services.sign_framework(actor=world.actor("lin", story.at), place=9, **given)


def test_an_agreement_ends_after_its_last_day_and_not_before(world):
    story = frameworks.signed(world)
    made = FrameworkAgreement.objects.get(place=1)
    last = end_of_day(made.ends_on)
    with pytest.raises(Conflict) as refusal:
        services.end_framework(code=story.code, number=1, place=1, at=last - timedelta(seconds=1))
    assert refusal.value.code == "framework.not_due"
    assert agreements.due(last - timedelta(seconds=1)) == 0
    assert queries.standing_of(made, last) == "ended"
    assert agreements.due(last + timedelta(seconds=2)) == 3
    assert agreements.due(last + timedelta(seconds=3)) == 0
    assert {state for *_rest, state in kept(story)} == {"ended"}


def terminate(story, place, **changes):
    given = {"ground": "refusal", "reason": "经催告仍拒绝接受合同授予。", **changes}
    return services.terminate_framework(
        actor=story.world.actor(changes.pop("by", "lin"), story.at),
        code=story.code,
        number=1,
        place=place,
        at=story.at,
        **{name: text for name, text in given.items() if name != "by"},
    )


def test_a_supplier_loses_its_place_for_a_ground_of_the_rules_only(world):
    story = frameworks.signed(world)
    with pytest.raises(Invalid) as refusal:
        terminate(story, 1, ground="whim")
    assert refusal.value.code == "framework.ground"
    with pytest.raises(Invalid):
        terminate(story, 1, reason=" ")
    with pytest.raises(Denied):
        terminate(story, 1, by="sun")
    terminate(story, 1)
    assert kept(story)[0][3] == "terminated"
    with pytest.raises(Conflict):
        terminate(story, 1)
    assert record.first_fact(story.code, "framework.terminated").data["ground"] == "refusal"


def test_who_refuses_to_sign_is_put_out_and_the_others_go_on(world):
    story = frameworks.told(world)
    frameworks.sign(story, 1)
    frameworks.sign(story, 2)
    terminate(story, 3)
    assert (story.tender.state, story.tender.lots.get().state) == ("contracted", "contracted")


def test_a_lot_fails_where_nobody_signs(world):
    story = frameworks.told(world)
    for place in (1, 2, 3):
        terminate(story, place)
    assert (story.tender.state, story.tender.lots.get().state) == ("failed", "failed")
    notice = story.tender.notices.latest("number")
    assert (notice.kind, notice.body) == ("failure", agreements.NOTHING_LEFT)
    assert record.first_fact(story.code, "tender.contracts_signed") is None


def test_nothing_is_archived_while_an_agreement_is_in_force(world):
    story = frameworks.signed(world)
    lin = world.actor("lin", story.at)
    with pytest.raises(Conflict) as refusal:
        services.archive_tender(actor=lin, code=story.code, at=story.at)
    assert refusal.value.code == "framework.open"
    last = end_of_day(FrameworkAgreement.objects.latest("ends_on").ends_on)
    later = last + timedelta(seconds=2)
    agreements.due(later)
    lin = world.actor("lin", later)
    assert services.archive_tender(actor=lin, code=story.code, at=later).state == "archived"


def test_a_draft_says_its_terms_within_the_law(world):
    def lacking(**terms):
        story = frameworks.draft(world, terms=terms)
        found = services.drafting.completeness.missing_before_publication(
            queries.facts(story.tender, story.at)
        )
        return {f.code for f in found if f.section in {"framework", "lots"}}

    assert lacking() == set()
    assert lacking(way="") == {"framework.way"}
    assert lacking(months=13) == {"framework.months"}
    assert lacking(months=0) == {"framework.months"}
    assert lacking(elimination="19.99") == {"framework.elimination"}


def test_quality_first_asks_for_a_case_and_leaves_more_out_of_instruments(world):
    def lacking(**terms):
        scheme = {**frameworks.tenders.SCHEME, "method": "quality_first", "deductions": {}}
        story = frameworks.draft(world, terms=terms, scheme=scheme)
        found = services.drafting.completeness.missing_before_publication(
            queries.facts(story.tender, story.at)
        )
        return {f.code for f in found if f.section == "framework"}

    assert lacking() == {"framework.case"}
    assert lacking(case="test_instruments") == {"framework.elimination"}
    assert lacking(case="test_instruments", elimination="40") == set()
    assert lacking(case="state_priced") == set()


def test_a_draft_refuses_terms_that_are_none(world):
    story = frameworks.draft(world)
    sun = world.actor("sun")

    def change(**terms):
        given = {**frameworks.TERMS, **terms}
        services.change_tender(
            actor=sun, code=story.code, changes={"framework": given}, at=story.at
        )

    for code, terms in (
        ("framework.way", {"way": "whim"}),
        ("framework.number", {"months": "twelve"}),
        ("framework.number", {"most": 201}),
        ("framework.elimination", {"elimination": "100"}),
        ("framework.elimination", {"elimination": "x"}),
        ("framework.case", {"case": "whim"}),
    ):
        with pytest.raises(Invalid) as refusal:
            change(**terms)
        assert refusal.value.code == code

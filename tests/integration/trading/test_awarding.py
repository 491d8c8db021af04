"""From the report to the archive: rank order, clocks, challenge and suspension, contract."""

from datetime import date, timedelta

import pytest

from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.papers import paper_of
from tests import factories, tenders
from tests.world import AT, cast
from trading import queries, services
from trading.domain.files import Upload
from trading.models import Award, Contract
from trading.services import due as clock
from trading.services.due import due

pytestmark = pytest.mark.django_db
CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
MATTERS = {
    "matters": "中标供应商的业绩证明材料与官网公示信息不一致，涉嫌提供虚假材料。",
    "claim": "请求重新核查中标供应商业绩并依法处理。",
    "law": "《政府采购法》第五十二条、第七十七条",
}


@pytest.fixture
def world():
    return cast(AT)


def awarded(world, **changes):
    story = tenders.evaluated(world, **changes)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    choices = dict.fromkeys(story.tender.lots.values_list("number", flat=True), (1, ""))
    services.confirm_winner(actor=lin, code=story.code, choices=choices, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    return story


def test_confirm_winner_takes_the_first(world):
    story = tenders.evaluated(world)
    lin = world.actor("lin", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    made = Award.objects.get()
    assert (made.supplier.name, str(made.price), made.rank) == (
        "晨光医疗科技有限公司",
        "980000.00",
        1,
    )
    assert (story.tender.state, story.tender.next_due_at) == ("winner_confirmed", None)


def test_confirm_winner_out_of_order_needs_a_reason(world):
    story = tenders.evaluated(world)
    lin = world.actor("lin", story.at)
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (2, " ")}, at=story.at)
    assert refusal.value.code == "award.out_of_order"
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (3, "x")}, at=story.at)
    assert refusal.value.code == "award.not_a_candidate"
    services.confirm_winner(
        actor=lin, code=story.code, choices={1: (2, "第一名放弃中标资格。")}, at=story.at
    )
    assert Award.objects.get().reason == "第一名放弃中标资格。"


def test_every_open_lot_needs_a_choice(world):
    story = tenders.evaluated(world, lots=2)
    lin = world.actor("lin", story.at)
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    assert refusal.value.code == "award.lots"


def test_silence_past_five_working_days_counts_as_the_first(world):
    story = tenders.evaluated(world)
    last = story.tender.next_due_at
    assert due(last - timedelta(seconds=1)) == 0
    assert due(last) == 1
    made = Award.objects.get()
    assert (made.rank, story.tender.state) == (1, "winner_confirmed")
    assert "逾期" in made.reason
    assert record.first_fact(story.code, "award.confirmed").actor == "system"


def test_silence_waits_while_the_procurement_stands_still(world):
    story = tenders.evaluated(world)
    tenders.took_part(story, "zhao")
    sun = world.actor("sun", story.at)
    filed = challenge(story, story.at, about="process")
    services.accept_challenge(actor=sun, code=story.code, number=filed.code, at=story.at)
    last = story.tender.next_due_at
    assert due(last) == 0
    answered = story.at + timedelta(days=4)
    services.answer_challenge(
        actor=world.actor("sun", answered),
        code=story.code,
        number=filed.code,
        outcome="dismissed",
        answer="经复核，质疑不成立。",
        at=answered,
    )
    assert story.tender.next_due_at == last + timedelta(days=4)
    assert due(last) == 0
    assert due(last + timedelta(days=4)) == 1


def test_awards_that_stand_still_keep_no_other_from_its_turn(world, monkeypatch):
    story = tenders.evaluated(world)
    last = story.tender.next_due_at
    held = factories.tender(
        story.tender.purchaser,
        story.tender.agency,
        world.person("sun"),
        state="evaluated",
        next_due_at=last - timedelta(days=1),
    )
    held.suspensions.create(cause="challenge", ref="1", reason="…", started_at=story.at)
    monkeypatch.setattr(clock, "AT_ONCE", 1)
    assert due(last) == 1
    assert Award.objects.get().lot.tender == story.tender


def test_report_without_a_candidate_for_an_open_lot_is_refused(world):
    story = tenders.closed(world)
    qian = world.actor("qian", story.at)
    for step in (services.open_tender, services.confirm_record, services.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    with pytest.raises(Invalid) as refusal:
        services.receive_report(code=story.code, candidates=[], at=story.at)
    assert refusal.value.code == "award.no_candidates"
    assert story.tender.state == "evaluating"


def test_result_names_what_the_law_names_and_orders_the_letters(world):
    story = awarded(world)
    notice = story.tender.notices.get(kind="result")
    lot = notice.fields["lots"][0]
    assert notice.fields["experts"] == ["吴哲", "罗敏", "宋凯", "高岚", "谢军"]
    assert (lot["supplier"]["name"], lot["amount"], lot["capitals"]) == (
        "晨光医疗科技有限公司",
        "980000.00",
        "玖拾捌万元整",
    )
    assert paper_of("award_notice", f"{story.code}.1").content["winner"] == "晨光医疗科技有限公司"
    loser = world.organisation_of("zhao").uscc
    assert paper_of("result_letter", f"{story.code}.1.{loser}").content["own_rank"] == 2
    out = world.organisation_of("hu").uscc
    letter = paper_of("result_letter", f"{story.code}.1.{out}")
    assert "财务报表" in letter.content["excluded_reason"]


def test_only_the_purchaser_confirms_and_only_the_agency_publishes(world):
    story = tenders.evaluated(world)
    with pytest.raises(Denied):
        services.confirm_winner(
            actor=world.actor("sun", story.at),
            code=story.code,
            choices={1: (1, "")},
            at=story.at,
        )
    with pytest.raises(Denied):
        services.publish_result(actor=world.actor("lin", story.at), code=story.code, at=story.at)


def challenge(story, at, name="zhao", about="result"):
    return services.file_challenge(
        actor=story.world.actor(name, at), code=story.code, about=about, at=at, **MATTERS
    )


def test_challenge_holds_the_contract_and_its_answer_lets_it_go(world):
    story = awarded(world)
    tenders.took_part(story, "zhao")
    at = story.at + timedelta(days=1)
    filed = challenge(story, at)
    sun, lin = world.actor("sun", at), world.actor("lin", at)
    due_before = Contract.objects.get().due_on
    services.accept_challenge(actor=sun, code=story.code, number=filed.code, at=at)
    with pytest.raises(Conflict) as refusal:
        services.sign_contract(actor=lin, code=story.code, number=1, document=CONTRACT, at=at)
    assert refusal.value.code == "tender.suspended"
    later = at + timedelta(days=3)
    services.answer_challenge(
        actor=sun,
        code=story.code,
        number=filed.code,
        outcome="dismissed",
        answer="经核查，业绩材料属实，质疑不成立。",
        at=later,
    )
    assert Contract.objects.get().due_on == due_before + timedelta(days=3)
    services.sign_contract(actor=lin, code=story.code, number=1, document=CONTRACT, at=later)
    assert story.tender.state == "contracted"
    assert [n.kind for n in story.tender.notices.order_by("number")][-2:] == [
        "suspension",
        "resumption",
    ]


def test_challenge_by_a_stranger_or_too_late_is_refused(world):
    story = awarded(world)
    at = story.at + timedelta(days=1)
    with pytest.raises(Conflict) as refusal:
        challenge(story, at)
    assert refusal.value.code == "challenge.no_standing"
    tenders.took_part(story, "zhao")
    with pytest.raises(Conflict) as refusal:
        challenge(story, at + timedelta(days=20))
    assert refusal.value.code == "challenge.too_late"
    challenge(story, at)
    with pytest.raises(Conflict) as refusal:
        challenge(story, at)
    assert refusal.value.code == "challenge.once"


def test_challenge_is_read_by_its_parties_and_oversight_only(world):
    story = awarded(world)
    tenders.took_part(story, "zhao")
    filed = challenge(story, story.at)
    for name, sees in {
        "zhao": True,
        "sun": True,
        "lin": True,
        "wang": True,
        "tang": True,
        "chen": False,
        "mei": False,
        "public": False,
    }.items():
        visible = queries.challenges_visible_to(world.actor(name, story.at))
        assert visible.filter(code=filed.code).exists() is sees, name


def test_centre_staff_learn_of_a_challenge_neither_by_whom_nor_what_it_says(world):
    story = awarded(world)
    tenders.took_part(story, "zhao")
    filed = challenge(story, story.at)
    address = f"/tenders/{story.code}/challenges/"
    page = world.client("qian").get(address).content.decode()
    told = world.client("qian").get(f"/api/v1{address}".removesuffix("/")).json()
    assert [mark["code"] for mark in told] == [filed.code]
    assert filed.code in page
    for secret in (filed.filer.name, filed.matters, filed.claim, filed.law):
        assert secret not in page
        assert secret not in str(told)
    assert world.client("qian").get(f"{address}{filed.code}/").status_code == 404


def test_contract_is_signed_published_filed_and_the_tender_archived(world):
    story = awarded(world)
    lin, at = world.actor("lin", story.at), story.at
    assert isinstance(Contract.objects.get().due_on, date)
    with pytest.raises(Conflict):
        services.publish_contract(actor=lin, code=story.code, number=1, at=at)
    services.sign_contract(actor=lin, code=story.code, number=1, document=CONTRACT, at=at)
    services.publish_contract(actor=lin, code=story.code, number=1, at=at)
    with pytest.raises(Conflict) as refusal:
        services.archive_tender(actor=lin, code=story.code, at=at)
    assert refusal.value.code == "tender.contracts_open"
    services.file_contract(actor=lin, code=story.code, number=1, at=at)
    with pytest.raises(Conflict):
        services.archive_tender(actor=lin, code=story.code, at=at)
    tenders.accept(world, story.code, at)
    services.archive_tender(actor=lin, code=story.code, at=at)
    assert story.tender.state == "archived"
    assert [e.kind for e in record.facts_of(story.code)][-6:] == [
        "contract.signed",
        "tender.contracts_signed",
        "contract.published",
        "contract.filed",
        "contract.accepted",
        "tender.archived",
    ]

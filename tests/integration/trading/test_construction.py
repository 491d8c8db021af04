"""A construction tender from its notice to the archive: candidates first, then a winner (2.1)."""

from datetime import timedelta

import pytest

from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.papers import paper_of
from tests import tenders, works
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.domain.files import Upload
from trading.models import Award, Contract
from trading.services.due import due

pytestmark = pytest.mark.django_db
CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")


@pytest.fixture
def world():
    return cast(AT)


def test_the_whole_way_from_the_notice_to_the_archive(world):
    case = works.publicised(works.evaluated(world))
    code = case.code
    works.notified(works.confirmed(case))
    lin, sun = case.actor("lin"), case.actor("sun")
    for number in (1, 2):
        services.sign_contract(actor=lin, code=code, number=number, document=CONTRACT, at=case.at)
    with pytest.raises(Conflict) as refusal:
        services.archive_tender(actor=sun, code=code, at=case.at)
    assert refusal.value.code == "award.unreported"
    services.report_award(actor=sun, code=code, at=case.at)
    services.archive_tender(actor=sun, code=code, at=case.at)
    assert works.tender_of(case).state == "archived"
    kinds = [entry.kind for entry in record.public_facts_of(code).order_by("id")]
    told = [kind for kind in kinds if kind.startswith("tender.")]
    assert told == [
        "tender.published",
        "tender.closed",
        "tender.opened",
        "tender.record_confirmed",
        "tender.committee_seated",
        "tender.evaluated",
        "tender.candidates_published",
        "tender.result_published",
        "tender.contracts_signed",
        "tender.archived",
    ]


def test_a_code_begins_with_the_market_and_the_notice_names_the_money(world):
    story = works.announced(world)
    assert story.code == "GC-2026-0001"
    notice = story.tender.notices.get()
    assert notice.title == "城东次干路新建工程公开招标公告"
    assert notice.fields["text"]["state_funded"] is True
    assert notice.fields["text"]["scheme"]["price"]["factor_count"] == "7"


def test_a_deposit_above_two_percent_or_eight_hundred_thousand_is_refused(world):
    story = works.draft(world, bid_security="400000.01")
    found = {f.code for f in queries_missing(story)}
    assert "basic.bid_security" in found
    services.change_tender(
        actor=world.actor("sun", story.at),
        code=story.code,
        changes={"bid_security": "400000.00"},
        at=story.at,
    )
    assert "basic.bid_security" not in {f.code for f in queries_missing(story)}


def queries_missing(story):
    from trading.domain import completeness  # noqa: PLC0415 - what the page lists

    return completeness.missing_before_submission(queries.facts(story.tender, story.at))


def test_the_cap_of_a_deposit_goes_by_what_is_tendered(world):
    story = works.draft(world, category="design", bid_security="100000.01")
    (found,) = [f for f in queries_missing(story) if f.code == "basic.bid_security"]
    assert found.facts["most"] == "100000.00"


@pytest.mark.parametrize(("days", "is_lawful"), [(19, False), (20, True)])
def test_bids_are_prepared_for_twenty_days(world, days, is_lawful):
    closes = tenders.deadline(AT, days=days)
    story = tenders.register_keys(works.draft(world, bids_close_at=closes))
    sun = world.actor("sun", story.at)
    if is_lawful:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
        return
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
    assert refusal.value.code == "tender.period_broken"


def test_a_way_of_judging_of_another_market_is_refused(world):
    with pytest.raises(Invalid) as refusal:
        works.draft(world, scheme=tenders.SCHEME)
    assert refusal.value.code == "scheme.method"
    with pytest.raises(Invalid) as refusal:
        tenders.draft(world, scheme=works.SCHEME)
    assert refusal.value.code == "scheme.method"


def test_silence_confirms_nobody(world):
    case = works.publicised(works.evaluated(world))
    assert due(case.at + timedelta(days=30)) == 0
    assert works.tender_of(case).state == "candidate_publicity"


def test_publish_candidates_says_what_the_law_wants_of_each(world):
    case = works.publicised(works.evaluated(world))
    tender = works.tender_of(case)
    notice = tender.notices.get(kind="candidates")
    assert [lot["number"] for lot in notice.fields["lots"]] == [1, 2]
    first = notice.fields["lots"][0]["candidates"][0]
    assert (first["rank"], first["name"], first["price"]) == (
        1,
        "晨光医疗科技有限公司",
        "9400000.00",
    )
    assert first["offer"] == {**works.OFFER, "days": "60"}
    assert notice.fields["lots"][0]["qualification"] == [
        term["text"] for term in works.FIELDS["qualification"]
    ]
    paper = paper_of("candidate_publicity", f"{case.code}.{notice.number}")
    assert paper.content["until"] == tender.publicity_until.isoformat()
    assert_known_shape(paper, "construction")


def test_publicity_stays_three_days_and_ends_on_a_working_day(world):
    case = works.publicised(works.evaluated(world))
    until = works.tender_of(case).publicity_until
    assert (until - local_date(case.at)).days >= 3
    assert queries.work_calendar().is_working_day(until)


@pytest.mark.parametrize("name", ["chen", "qian", "wang"])
def test_only_the_tenderee_or_its_agency_publishes_candidates(world, name):
    case = works.evaluated(world)
    with pytest.raises(Denied):
        services.publish_candidates(actor=case.actor(name), code=case.code, at=case.at)


def test_no_winner_before_the_publicity_or_on_its_last_day(world):
    case = works.evaluated(world)
    lin, choices = case.actor("lin"), {1: (1, ""), 2: (1, "")}
    with pytest.raises(Conflict) as refusal:
        services.confirm_winner(actor=lin, code=case.code, choices=choices, at=case.at)
    assert refusal.value.code == "tender.wrong_state"
    works.publicised(case)
    works.after_publicity(case)
    last = case.at - timedelta(days=1)
    with pytest.raises(Conflict) as refusal:
        services.confirm_winner(actor=lin, code=case.code, choices=choices, at=last)
    assert refusal.value.code == "award.publicity"
    services.confirm_winner(actor=lin, code=case.code, choices=choices, at=case.at)
    assert Award.objects.count() == 2


def choose(case, **more):
    works.after_publicity(case)
    services.confirm_winner(
        actor=case.actor("lin"),
        code=case.code,
        choices={1: (2, more.pop("reason", "书面放弃中标")), 2: (1, "")},
        at=case.at,
        **more,
    )


def test_with_state_money_a_later_candidate_needs_a_lawful_ground(world):
    case = works.publicised(works.evaluated(world))
    with pytest.raises(Invalid) as refusal:
        choose(case)
    assert refusal.value.code == "award.rank_one_only"
    with pytest.raises(Invalid) as refusal:
        choose(case, grounds={1: "cheaper"})
    assert refusal.value.code == "award.ground"
    with pytest.raises(Invalid) as refusal:
        choose(case, grounds={1: "gave_up"}, reason=" ")
    assert refusal.value.code == "award.out_of_order"
    choose(case, grounds={1: "gave_up"})
    assert Award.objects.get(lot__number=1).reason == "排名在前的中标候选人放弃中标：书面放弃中标"


def test_without_state_money_a_reason_is_enough(world):
    case = works.publicised(works.evaluated(world, state_funded=False))
    choose(case)
    assert Award.objects.get(lot__number=1).rank == 2


def test_a_fourth_of_the_ranking_is_no_candidate(world):
    case = works.evaluated(world)
    tender = works.tender_of(case)
    lot = tender.lots.get(number=1)
    fourth = {"rank": 4, "uscc": world.organisation_of("agency").uscc}
    lot.candidates = [*lot.candidates, {**lot.candidates[-1], **fourth}]
    lot.save()
    works.publicised(case)
    works.after_publicity(case)
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(
            actor=case.actor("lin"),
            code=case.code,
            choices={1: (4, "x"), 2: (1, "")},
            grounds={1: "gave_up"},
            at=case.at,
        )
    assert refusal.value.code == "award.not_a_candidate"


def test_the_contract_is_due_thirty_days_after_the_notice_and_letters_name_the_way_to_complain(
    world,
):
    case = works.notified(works.confirmed(works.publicised(works.evaluated(world))))
    contract = Contract.objects.get(lot__number=1)
    assert contract.due_on == local_date(case.at) + timedelta(days=30)
    notice = paper_of("award_notice", f"{case.code}.1").content
    assert notice["offer"]["manager"] == "周建国"
    assert (notice["words"]["purchaser"], notice["lot_called"]) == ("招标人", "第 1 标段")
    loser = world.organisation_of("zhao").uscc
    for kind, subject in (("award_notice", "1"), ("result_letter", f"1.{loser}")):
        assert_known_shape(paper_of(kind, f"{case.code}.{subject}"), "construction")
    letter = paper_of("result_letter", f"{case.code}.1.{loser}").content
    assert letter["challenge_until"] == ""
    assert "十日内向行政监督部门投诉" in letter["remedy"]


def test_report_award_is_noted_once_and_only_where_the_law_asks_for_it(world):
    case = works.confirmed(works.publicised(works.evaluated(world)))
    sun = case.actor("sun")
    services.report_award(actor=sun, code=case.code, at=case.at)
    with pytest.raises(Conflict) as refusal:
        services.report_award(actor=sun, code=case.code, at=case.at)
    assert refusal.value.code == "award.reported"
    story = tenders.evaluated(world)
    with pytest.raises(Conflict) as refusal:
        services.report_award(actor=sun, code=story.code, at=story.at)
    assert refusal.value.code == "award.no_report"


def test_the_publicity_is_a_page_for_everybody(world):
    case = works.publicised(works.evaluated(world))
    number = works.tender_of(case).notices.get(kind="candidates").number
    page = world.client("he").get(f"/notices/{case.code}/{number}/")
    shown = page.content.decode()
    assert page.status_code == 200
    for words in ("晨光医疗科技有限公司", "9,400,000.00", "周建国", works.OFFER["quality"], "异议"):
        assert words in shown


def test_the_publicity_says_so_while_its_file_is_being_made(world):
    case = works.publicised(works.evaluated(world))
    number = works.tender_of(case).notices.get(kind="candidates").number
    address = f"/tenders/{case.code}/candidates/{{}}/file/"
    page = world.client("public").get(address.format(number))
    assert (page.status_code, "文书正在签发" in page.content.decode()) == (200, True)
    assert world.client("public").get(address.format(number + 1)).status_code == 404


def test_the_tenderee_chooses_only_when_it_may(world):
    case = works.publicised(works.evaluated(world))
    url = f"/tenders/{case.code}/award/"
    assert 'name="lot1-supplier"' not in world.client("lin").get(url).content.decode()
    tender = works.tender_of(case)
    lot = tender.lots.get(number=1)
    lot.candidates = [*lot.candidates, {**lot.candidates[-1], "rank": 4, "name": "第四名公司"}]
    lot.save()
    assert "第四名公司" not in world.client("chen").get(url).content.decode()
    assert "第四名公司" in world.client("lin").get(url).content.decode()


def test_the_draft_is_written_on_pages_with_the_words_of_construction(world):
    story = works.draft(world)
    sun = world.client("sun")
    basic = sun.get(f"/tenders/{story.code}/draft/basic/").content.decode()
    assert "招标范围与工程概况" in basic
    assert 'name="state_funded"' in basic
    scheme = sun.get(f"/tenders/{story.code}/draft/scheme/").content.decode()
    assert 'name="factor_from"' in scheme
    assert 'name="small_firm"' not in scheme
    kept = sun.post(f"/tenders/{story.code}/draft/scheme/", scheme_form(weight="60"))
    assert kept.status_code == 302
    assert story.tender.scheme["price"]["factor_step"] == "0.01"
    refused = sun.post(f"/tenders/{story.code}/draft/scheme/", scheme_form(factor_from="0.99"))
    assert refused.status_code == 422
    assert "最大的系数超过 1" in refused.content.decode()


def scheme_form(**more):
    row = {
        "criteria-0-part": "technical",
        "criteria-0-title": "施工组织设计",
        "criteria-0-full": "40",
        "criteria-0-subjective": "on",
        "criteria-0-rule": "优 31—40，良 20—30，一般 0—19。",
    }
    return {
        "method": "drawn_mean",
        "weight": "60",
        "factor_from": "0.95",
        "factor_step": "0.01",
        "factor_count": "4",
        "per_pct_above": "1",
        "per_pct_below": "0.5",
        "criteria-TOTAL_FORMS": "1",
        "criteria-INITIAL_FORMS": "0",
        **row,
        **more,
    }


def test_a_tenderee_may_terminate_until_the_winner_is_confirmed(world):
    case = works.publicised(works.evaluated(world))
    given = {"code": case.code, "reason": "规划调整，项目取消。", "at": case.at}
    services.terminate_tender(actor=case.actor("lin"), **given)
    tender = works.tender_of(case)
    assert tender.state == "terminated"
    notice = tender.notices.get(kind="termination")
    assert notice.fields["article"] == "《招标投标法实施条例》第三十一条"
    other = works.confirmed(works.publicised(works.evaluated(world)))
    with pytest.raises(Conflict):
        services.terminate_tender(
            actor=other.actor("lin"), code=other.code, reason="x", at=other.at
        )

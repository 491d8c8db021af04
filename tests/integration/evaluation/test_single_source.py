"""The talks with one supplier: its price is agreed, not above the limit, and minutes are kept (GPL
31, M74 41 to 43).
"""

import pytest

from evaluation import queries
from evaluation.services import report
from ledger.papers import paper_of
from tests import sole, tenders
from tests.openings import refused
from trading import services
from trading.models import Notice

pytestmark = pytest.mark.django_db


def test_one_supplier_is_talked_with_and_its_price_agreed(world):
    town = sole.talking(world)
    assert (town.case.evaluation.size, town.case.evaluation.state) == (3, "negotiating")
    assert refused(town.ask_quotes) == "round.unequal"
    sole.agree(town)
    ranking = queries.lots_of(town.case.evaluation)[0].ranking
    assert [(c.rank, str(c.price)) for c in ranking.candidates.all()] == [(1, "780000.00")]
    sole.minuted(town)
    assert town.case.evaluation.tender.state == "evaluated"


def test_a_price_above_the_limit_ends_the_procurement(world):
    town = sole.talking(world)
    sole.agree(town, "900000.01")
    tender = town.case.evaluation.tender
    assert (town.case.evaluation.state, tender.state) == ("failed", "failed")
    notice = Notice.objects.get(tender=tender, kind="failure")
    assert notice.fields["article"].endswith("第四十三条")


def test_a_supplier_that_names_no_price_ends_it_too(world):
    town = sole.talking(world)
    town.round({"chen": "请说明成本构成。"})
    town.answer("chen")
    town.ask_quotes()
    town.close_quotes()
    assert town.case.evaluation.tender.state == "failed"


def test_minutes_say_every_part_and_are_the_paper_that_all_sign(world):
    town = sole.talking(world)
    sole.agree(town)
    act = {"actor": town.case.lead, "code": town.code, "at": town.at}
    assert refused(lambda: report.draft_report(**act)) == "minutes.incomplete"
    partly = {**sole.MINUTES, "costs": " "}
    assert refused(lambda: report.draft_report(**act, minutes=partly)) == "minutes.incomplete"
    sole.minuted(town)
    assert paper_of("evaluation_report", town.code) is None
    content = paper_of("negotiation_minutes", town.code).content
    assert content["minutes"] == sole.MINUTES
    assert content["source"]["supplier"] == "晨光医疗科技有限公司"
    assert [made["number"] for made in content["rounds"]] == [1]
    assert [member["signed_at"] != "" for member in content["committee"]] == [True] * 3


def test_from_the_minutes_to_the_archive(world):
    town = sole.talking(world)
    sole.agree(town)
    sole.minuted(town)
    place = {"code": town.code, "at": town.at}
    lin, sun = town.actor("lin"), town.actor("sun")
    services.confirm_winner(actor=lin, choices={1: (1, "")}, **place)
    services.publish_result(actor=sun, **place)
    assert Notice.objects.get(kind="result").title.endswith("成交结果公告")
    town.later(days=3)
    place["at"] = town.at
    lin = town.actor("lin")
    services.sign_contract(actor=lin, number=1, document=sole.CONTRACT, **place)
    services.publish_contract(actor=lin, number=1, **place)
    services.file_contract(actor=lin, number=1, **place)
    tenders.accept(town.case.world, town.code, town.at)
    services.archive_tender(actor=town.actor("sun"), **place)
    assert town.case.evaluation.tender.state == "archived"


def test_the_lead_writes_the_minutes_on_the_page(world):
    town = sole.talking(world)
    sole.agree(town)
    lead = next(seat.person.username for seat in town.case.seats if seat.lead)
    browser = town.case.world.client(lead)
    page = browser.get(f"/tenders/{town.code}/evaluation/").content.decode()
    assert "起草协商情况记录" in page
    act = f"/tenders/{town.code}/evaluation/act/draft-report/"
    refusal = browser.post(act, {**sole.MINUTES, "costs": ""})
    assert refusal.status_code == 422
    assert browser.post(act, sole.MINUTES).status_code == 302
    assert town.case.evaluation.minutes == sole.MINUTES
    shown = browser.get(f"/tenders/{town.code}/evaluation/report/")
    assert sole.MINUTES["terms"] in shown.content.decode()


def test_the_lead_writes_the_minutes_by_the_api(world):
    town = sole.talking(world)
    sole.agree(town)
    names = [seat.person.username for seat in town.case.seats if not seat.lead]
    lead = next(seat.person.username for seat in town.case.seats if seat.lead)
    url = f"/api/v1/tenders/{town.code}/evaluation/report"

    def send(who, minutes):
        body = {"minutes": minutes}
        answer = world.client(who).post(url, body, content_type="application/json")
        return answer.status_code

    assert [send(names[0], sole.MINUTES), send("chen", sole.MINUTES)] == [403, 404]
    assert send(lead, {**sole.MINUTES, "terms": ""}) == 422
    assert send(lead, sole.MINUTES) == 200
    assert town.case.evaluation.state == "signing"

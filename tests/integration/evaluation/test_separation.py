"""Evaluation and award apart, on a report that a real committee handed in."""

import pytest

from ledger.papers import paper_of
from tests import works
from tests.world import AT, cast
from trading import services
from trading.domain.files import Upload
from trading.domain.separation import Ballot
from trading.models import Award

pytestmark = pytest.mark.django_db
CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")


@pytest.fixture
def world():
    return cast(AT)


def test_the_award_committee_decides_between_the_report_and_the_publicity(world):
    story = works.announced(world, lots=1, bid_security="200000.00", award_way="direct_vote")
    case = works.judged(world, story=story)
    lin, sun, code = case.actor("lin"), case.actor("sun"), case.code
    for page in ("report", "ranking"):
        shown = world.client("lin").get(f"/tenders/{code}/evaluation/{page}/").content.decode()
        assert "不约束定标" in shown, page
        assert 'data-tone="best"' not in shown
    assert paper_of("evaluation_report", code).content["unranked"] is True
    chosen = works.tender_of(case).lots.get().candidates[-1]
    ballots = [Ballot(f"成员{n}", "总工", (chosen["uscc"],), "业绩好") for n in range(5)]
    given = {"actor": lin, "code": code, "number": 1, "at": case.at}
    services.decide_award(**given, ballots=ballots, reason="业绩好。")
    works.after_publicity(works.publicised(case))
    services.confirm_winner(
        actor=case.actor("lin"), code=code, choices={1: (chosen["rank"], "")}, at=case.at
    )
    works.notified(case)
    services.sign_contract(
        actor=case.actor("lin"), code=code, number=1, document=CONTRACT, at=case.at
    )
    services.report_award(actor=sun, code=code, at=case.at)
    services.archive_tender(actor=sun, code=code, at=case.at)
    assert works.tender_of(case).state == "archived"
    assert Award.objects.get().supplier.uscc == chosen["uscc"]

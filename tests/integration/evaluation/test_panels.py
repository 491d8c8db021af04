"""A panel confirms its document before anything follows from it, and votes for the solutions that
go on where only suppliers can say what is to be bought (M74 art. 8; GPR art. 35).
"""

import pytest
from django.urls import reverse

from evaluation.models import DocumentOpinion
from evaluation.queries import paneling as panels
from evaluation.services import leaving, paneling, review
from evaluation.services.paneling import Said
from kernel.errors import DomainError
from ledger import queries as ledger
from tests import opened, talks
from tests.openings import refused
from tests.tenders import GROUNDS, approved_on

pytestmark = pytest.mark.django_db
NAMES = talks.NAMES
WHY = "方案没有说明院前数据怎样接入。"
NEEDS = "对接方案有多种技术路线，须由供应商提供最终方案。"


def facts(town, *kinds):
    return [fact.data for fact in ledger.facts_of(town.code, only=kinds)]


def closing(town):
    case = town.case
    return review.close_conformity(actor=case.lead, code=case.code, at=case.at)


def page(town, who, name="evaluation"):
    client = town.case.world.client(who)
    return client.get(reverse(name, args=[town.code])).content.decode()


def username(actor):
    return actor.ref.removeprefix("person:")


def test_talks_wait_for_the_panel_and_a_document_it_wants_mended_is_mended_in_writing_to_all(world):
    town = talks.reviewing(world)
    case = town.case
    opened.conform(case)
    assert case.evaluation.document == "confirmed"
    assert facts(town, "document.confirmed")[0]["text"] == case.evaluation.tender.text_digest
    DocumentOpinion.objects.all().delete()
    assert refused(lambda: closing(town)) == "document.unconfirmed"
    sun = {"actor": town.actor("sun"), "code": town.code, "at": town.at}
    with pytest.raises(DomainError) as refusal:
        paneling.judge_document(**sun, agrees=True, reason="")
    assert refusal.value.status == 403
    place = f"/api/v1/tenders/{town.code}/evaluation/document"
    # By the page: who wants it mended says why; the majority decides.
    for number, member in enumerate(case.members):
        told = case.world.client("sun").get(place).json()
        assert (told["spoken"], told["opinions"]) == (number, [])  # unseen until all have spoken
        assert world.client(username(member)).get(place).json()["opinions"] == []
        client = world.client(username(member))
        act = reverse("evaluation_act", args=[town.code, "judge-document"])
        assert client.post(act, {"agrees": "no", "reason": ""}).status_code == 422
        given = {"agrees": "no", "reason": "第三章没有写明质保期。"}
        assert client.post(act, given).status_code == 302
    shown = page(town, "sun")
    assert "小组要求修改：组长在第一轮" in shown
    assert "第三章没有写明质保期。" in shown
    assert "席位 2" in page(town, username(case.lead))
    assert len(world.client("wang").get(place).json()["opinions"]) == 3
    assert "评审小组要求修改采购文件" in world.client("sun").get("/desk/").content.decode()
    assert facts(town, "document.mend_asked")[0]["reasons"] == ["第三章没有写明质保期。"] * 2
    closing(town)
    assert case.evaluation.state == "negotiating"
    assert refused(lambda: town.round({"chen": "?"})) == "document.mend_first"
    assert refused(lambda: opened.judge_document(case, [True])) == "evaluation.wrong_stage"
    town.round({}, change="第三章增加：质保期三年。")
    assert case.evaluation.document == "mended"
    assert facts(town, "document.mended") == [{"round": 1}]
    assert "评审小组要求修改采购文件" not in world.client("sun").get("/desk/").content.decode()
    told = world.client("lin").get(place).json()
    assert (told["standing"], told["spoken"], told["opinions"]) == ("mended", 3, [])
    assert world.client("qian").get(place).json()["opinions"] == []
    # Who leaves takes away nothing of what was decided.
    said = panels.reported(case.evaluation)["document"]["opinions"]
    leaving.recuse(actor=case.members[2], code=town.code, reason="亲属", at=town.at)
    assert panels.reported(case.evaluation)["document"]["opinions"] == said
    assert len(said) == 3
    assert world.client("chen").get(place).status_code == 404


def test_a_conclusion_about_the_document_does_not_outlive_who_came_to_it(world):
    town = talks.reviewing(world)
    case = town.case
    DocumentOpinion.objects.all().delete()
    opened.conform(case)
    case.evaluation.refresh_from_db()
    opened.judge_document(case, [True])
    assert refused(lambda: closing(town)) == "document.unconfirmed"
    opened.judge_document(case, [True, True])
    before = len(facts(town, "document.confirmed"))
    leaving.recuse(actor=case.members[1], code=town.code, reason="亲属", at=town.at)
    assert len(facts(town, "document.reopened")) == 2
    assert case.evaluation.document == ""
    opened.gather(case, case.seats[-1])
    opened.judge_document(case, [True, True])
    assert len(facts(town, "document.confirmed")) == before + 1


def test_only_the_solutions_most_members_recommend_go_on_to_a_last_quote(world):
    grounds = GROUNDS["consultation"] | {"approval_on": approved_on(world.at), "solutions": NEEDS}
    # For research that few can do, two are enough to go on (C214 art. 21).
    town = talks.talking(world, grounds=grounds, listed_case="thin_research")
    case = town.case
    assert NEEDS in page(town, "chen", "tender")
    vote = {"code": town.code, "at": town.at}
    yes = {case.bid(name).pk: Said(agrees=True) for name in NAMES}
    act = lambda: paneling.vote_solutions(actor=case.lead, given=yes, **vote)  # noqa: E731
    assert refused(act) == "solutions.too_early"
    town.round(dict.fromkeys(NAMES, "请说明方案。"))
    for name in NAMES:
        town.answer(name)
    assert refused(town.ask_quotes) == "solutions.incomplete"
    no = Said(agrees=False, reason=WHY)
    zhao, hu = case.bid("zhao").pk, case.bid("hu").pk
    assert refused(
        lambda: paneling.vote_solutions(
            actor=case.lead, given={**yes, hu: Said(agrees=False)}, **vote
        )
    ) == ("panel.reason")
    assert refused(lambda: paneling.vote_solutions(actor=case.lead, given={hu: no}, **vote)) == (
        "solutions.each"
    )
    first, second, third = case.members
    long = Said(agrees=False, reason="不能" * 150)
    paneling.vote_solutions(actor=first, given={**yes, zhao: no, hu: long}, **vote)
    paneling.vote_solutions(actor=second, given={**yes, zhao: no, hu: no}, **vote)
    assert panels.solutions_told(case.evaluation) == []  # unseen until all have voted
    sent = {f"agrees-{pk}": "yes" for pk in yes} | {"act": "solutions"}
    client = world.client(username(third))
    place = reverse("talks_panel", args=[town.code])
    assert "表决推荐方案" in client.get(place).content.decode()
    assert client.post(place, sent).status_code == 302
    assert refused(town.ask_quotes) == "solutions.too_few"
    paneling.vote_solutions(actor=second, given={**yes, hu: no}, **vote)
    window = town.ask_quotes()
    assert window.admitted == [case.bid(name).pk for name in ("chen", "zhao")]
    told = facts(town, "solutions.recommended")[0]["solutions"]
    assert [one["goes_on"] for one in told] == [True, True, False]
    assert told[-1]["reason"] == f"{long.reason}；{WHY}"
    assert WHY in page(town, "hu", "talks")
    assert WHY not in page(town, "zhao", "talks")
    assert "推荐方案的表决" in page(town, "lin", "talks_panel")
    # Neither who hands in no quote nor who leaves the panel takes a vote out of the report.
    town.quote("chen", "980000.00")
    town.close_quotes()
    assert case.evaluation.state == "technical" or case.evaluation.failure
    reported = panels.reported(case.evaluation)
    assert [len(one["votes"]) for one in reported["solutions"]] == [3, 3, 3]
    assert "推荐方案的表决" in page(town, "lin", "talks_panel")
    assert [one["goes_on"] for one in reported["solutions"]] == [True, True, False]
    assert reported["document"]["standing"] == "已确认"

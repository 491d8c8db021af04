"""A supervisor from nomination to the end of the term, through pages, services and the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from bidding.models import OpeningSession
from kernel.errors import DomainError
from ledger import press
from ledger.models import Paper
from monitoring.models import Supervisor
from monitoring.services import supervisors
from tests import supervised
from tests.supervised import Hall
from tests.world import AT, World

EVERYBODY = (
    *("lin", "sun", "qian", "zhou", "zheng", "wang", "feng", "tang", "chen", "zhao", "hu"),
    *("wu", "mei", "he", "public"),
)


def nominated(world: World) -> Supervisor:
    return supervisors.nominate(
        actor=world.actor("tang"),
        username="he",
        uscc=world.organisation_of("tang").uscc,
        background="退休教师",
        opinion="同意推荐。",
        at=AT,
    )


def code_of(act, **given) -> str:
    with pytest.raises(DomainError) as refusal:
        act(**given)
    return refusal.value.code


def test_nobody_nominates_for_another_unit(world: World) -> None:
    given = {"username": "he", "background": "x", "opinion": "x", "at": AT}
    other = world.organisation_of("lin").uscc
    refused = code_of(supervisors.nominate, actor=world.actor("tang"), uscc=other, **given)
    assert refused == "supervisor.nominate.denied"


def test_agreement_waits_for_five_working_days_of_publicity(world: World) -> None:
    found = nominated(world)
    supervisors.vet(
        actor=world.actor("zheng"), supervisor=found.pk, passed=True, reason="", interests=(), at=AT
    )
    he = {"actor": world.actor("he"), "supervisor": found.pk}
    last = AT + timedelta(days=7)
    assert code_of(supervisors.agree, **he, at=last) == "supervisor.publicity"
    supervisors.agree(**he, at=last + timedelta(days=1))
    made = supervisors.appoint(actor=world.actor("zhou"), supervisor=found.pk, at=last)
    assert (made.state, (made.term_until - made.term_from).days) == ("active", 730)
    assert Role.objects.filter(person=made.person, role="social_supervisor").exists()


def test_the_letter_is_a_page_of_chinese_print(world: World) -> None:
    made = supervised.supervisor(world, "bai", AT)
    paper = Paper.objects.get(kind="supervisor_letter", subject=made.letter_number)
    page = press.page_of(paper.kind, paper.subject, paper.content)
    assert "聘　书" in page
    assert f"{made.term_until.year}年{made.term_until.month}月{made.term_until.day}日" in page


def test_the_term_ends_by_itself_and_with_it_the_role(world: World) -> None:
    made = supervised.supervisor(world, "bai", AT)
    over = AT + timedelta(days=800)
    assert (supervisors.due(over), supervisors.due(over)) == (1, 0)
    made.refresh_from_db()
    assert made.state == "ended"
    assert not Role.objects.filter(person=made.person, ends_at=None).exists()


def test_a_suspended_supervisor_files_nothing(hall: Hall) -> None:
    found = Supervisor.objects.get(person__username=hall.serving[0])
    given = {"actor": hall.world.actor("zheng"), "supervisor": found.pk, "at": hall.at}
    supervisors.suspend(**given, reason="调查期间")
    page = hall.world.client(hall.serving[0]).get(f"{hall.address}/panel/").content.decode()
    assert "observe-hall" not in page
    supervisors.resume(**given)
    page = hall.world.client(hall.serving[0]).get(f"{hall.address}/panel/").content.decode()
    assert "observe-hall" in page


def test_pages_open_for_whom_they_are_meant(hall: Hall) -> None:
    world = hall.world
    waiting = nominated(world)
    serving = Supervisor.objects.get(person__username=hall.serving[0])
    for name in EVERYBODY:
        client = world.client(name)
        for path in (
            "/supervisors/",
            f"/supervisors/{serving.pk}/",
            f"{hall.address}/supervision/",
            f"{hall.address}/timeline/",
            f"{hall.address}/camera/",
            f"{hall.address}/panel/",
            f"{hall.address}/observations/",
            f"{hall.address}/",
        ):
            assert client.get(path).status_code == 200, (name, path)
        knows = name in {"he", "zhou", "zheng", "wang", "tang"}
        found = client.get(f"/supervisors/{waiting.pk}/").status_code
        assert found == (200 if knows else 404), name
        form = client.get("/supervisors/nominate/")
        assert form.status_code == (302 if name == "public" else 200)


def test_only_the_inspector_vets(world: World) -> None:
    found = nominated(world)
    path = f"/supervisors/{found.pk}/vet/"
    given = {"passed": "no", "reason": "不符合条件"}
    for name in EVERYBODY:
        if name != "zheng":
            assert world.client(name).post(path, given).status_code in {403, 404}, name
    assert world.client("zheng").post(path, {"passed": "no"}).status_code == 422
    assert world.client("zheng").post(path, given).status_code == 302
    found.refresh_from_db()
    assert found.state == "rejected"


def test_the_api_takes_the_same_steps(hall: Hall) -> None:
    OpeningSession.objects.update(opens_at=timezone.now())
    mine, sun = hall.world.client(hall.serving[0]), hall.world.client("sun")
    base = f"/api/v1{hall.address}"
    filed = mine.post(
        f"{base}/observations", {"category": "stop", "text": "请暂停"}, "application/json"
    )
    assert filed.status_code == 201
    one = f"/api/v1/observations/{filed.json()['number']}"
    assert sun.post(f"{one}/rule", {"text": "x"}, "application/json").status_code == 403
    answered = sun.post(f"{one}/answer", {"text": "继续，理由如下"}, "application/json")
    assert answered.json()["state"] == "answered"
    assert mine.post(f"{one}/accept").json()["state"] == "accepted"
    public = hall.world.client("public")
    assert [o["number"] for o in public.get(f"{base}/observations").json()] == [
        filed.json()["number"]
    ]
    assert len(public.get("/api/v1/supervisors").json()) == 4
    assert public.post(f"{base}/supervision/sign-in").status_code == 401
    assert mine.post(f"{base}/supervision/sign-in").status_code == 200
    wrong = mine.post(
        f"{base}/observations", {"category": "stop", "text": "x", "y": 1}, "application/json"
    )
    assert wrong.status_code == 422

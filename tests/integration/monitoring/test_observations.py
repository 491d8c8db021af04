"""Observations: filed, bound to what was on the screen, answered by duty, never edited."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bidding.models import OpeningSession
from kernel.errors import DomainError
from ledger import queries as ledger
from ledger.canonical import to_plain
from ledger.services import record
from monitoring.models import Observation
from monitoring.services import observations, sheets
from monitoring.services.observations import Sight
from tests import supervised
from tests.papers import is_known_shape
from tests.supervised import Hall


def file(hall: Hall, name: str | None = None, at=None, **changes) -> Observation:
    when = at or hall.session.opens_at
    given = {
        "actor": hall.world.actor(name or hall.serving[0], when),
        **hall.where,
        "category": "irregularity",
        "text": "主持人席位无人值守",
        "sight": Sight(when),
        "at": when,
    }
    return observations.file_observation(**(given | changes))


def code_of(act, **given) -> str:
    with pytest.raises(DomainError) as refusal:
        act(**given)
    return refusal.value.code


def facts(hall: Hall, kind: str) -> list[dict]:
    return [e.data for e in ledger.entries_since(hall.session.stream, 0) if e.kind == kind]


def test_an_observation_is_bound_to_instant_fact_and_frame(hall: Hall) -> None:
    start = hall.session.opens_at
    recording = supervised.filmed(hall, start)
    step = record(
        stream=hall.session.stream,
        kind="opening.announced",
        actor="system",
        at=start,
        tender=hall.session.tender.code,
    )
    seen = start + timedelta(milliseconds=4_520)
    made = file(hall, sight=Sight(seen, step.number), at=start + timedelta(seconds=9))
    assert (made.segment.sequence, made.media_ms, made.clock_uncertainty_ms) == (2, 4_520, 40)
    assert (made.fact_number, made.fact_kind) == (step.number, "opening.announced")
    (fact,) = facts(hall, "observation.filed")
    assert fact["segment"] == recording.segments.get(sequence=2).document_id
    assert fact["text"] == "主持人席位无人值守"
    sheet = to_plain(sheets.observation_sheet(made, made.filed_at))
    assert is_known_shape("observation_sheet", sheet)
    assert (sheet["second"], sheet["segment"]) == ("00:00:04.520", fact["segment"])


def test_a_fact_that_is_no_step_of_this_opening_is_not_believed(hall: Hall) -> None:
    made = file(hall, sight=Sight(hall.session.opens_at, 9_999))
    assert made.fact_kind == "opening.scheduled"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "gossip"}, "observation.category"),
        ({"text": "  "}, "observation.text"),
        ({"text": "长" * 1001}, "observation.text"),
        ({"supersedes": "none"}, "observation.missing"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(hall: Hall, changes, code) -> None:
    assert code_of(lambda: file(hall, **changes)) == code
    assert not Observation.objects.exists()
    assert facts(hall, "observation.filed") == []


def test_an_instant_this_opening_cannot_have_shown_is_refused(hall: Hall) -> None:
    for shift in (timedelta(seconds=6), -timedelta(hours=3)):
        sight = Sight(hall.session.opens_at + shift)
        assert code_of(lambda sight=sight: file(hall, sight=sight)) == "observation.instant"


def test_the_same_words_of_the_same_instant_sent_again_are_one_observation(hall: Hall) -> None:
    first, later = file(hall), hall.session.opens_at + timedelta(seconds=3)
    again = file(hall, sight=Sight(first.observed_at), at=later)
    assert (again.pk, again.filed_at) == (first.pk, first.filed_at)
    others = [
        file(hall, sight=Sight(first.observed_at), at=later, text="另一句"),
        file(hall, sight=Sight(first.observed_at), at=later, category="question"),
        file(hall, hall.serving[1], sight=Sight(first.observed_at), at=later),
        file(hall, sight=Sight(later), at=later),
    ]
    assert len({first.pk, *(other.pk for other in others)}) == 5
    assert len(facts(hall, "observation.filed")) == 5


def test_what_was_said_first_may_be_said_again_instead_of_what_replaced_it(hall: Hall) -> None:
    first = file(hall)
    second = file(hall, supersedes=first.number, text="更正：席位有人")
    third = file(hall, supersedes=second.number)
    assert (third.number == first.number, third.supersedes) == (False, second)
    assert file(hall, supersedes=second.number).pk == third.pk
    assert len(facts(hall, "observation.filed")) == 3


@pytest.mark.parametrize("name", ["chen", "sun", "wang", "he", "public"])
def test_only_the_assigned_may_file(hall: Hall, name) -> None:
    assert code_of(lambda: file(hall, name)) == "observation.file.denied"


def test_the_host_answers_and_the_supervisor_contests_until_the_regulator_rules(
    hall: Hall,
) -> None:
    number, at = file(hall).number, hall.session.opens_at
    mine, sun, wang = (hall.world.actor(n, at) for n in (hall.serving[0], "sun", "wang"))
    assert code_of(observations.answer, actor=mine, number=number, text="x", at=at) == (
        "observation.answer.denied"
    )
    observations.answer(actor=sun, number=number, text="已到位。", at=at)
    again = {"actor": sun, "number": number, "text": "再答", "at": at}
    assert code_of(observations.answer, **again) == "observation.wrong_state"
    observations.contest(actor=mine, number=number, text="仍无人。", at=at)
    observations.rule(actor=wang, number=number, text="责令改正。", at=at)
    found = Observation.objects.get()
    assert found.state == "ruled"
    assert [r.kind for r in found.replies.order_by("id")] == ["answer", "contest", "rule"]


def test_what_nobody_answers_in_time_goes_to_the_regulator_once(hall: Hall) -> None:
    made = file(hall)
    assert observations.due(made.due_at - timedelta(seconds=1)) == 0
    assert (observations.due(made.due_at), observations.due(made.due_at)) == (1, 0)
    assert Observation.objects.get().state == "escalated"
    assert len(facts(hall, "observation.escalated")) == 1


def test_superseding_keeps_the_old_one_readable(hall: Hall) -> None:
    old = file(hall)
    new = file(hall, supersedes=old.number, text="更正：席位有人，未佩戴证件")
    old.refresh_from_db()
    assert (old.state, old.text, new.supersedes) == ("superseded", "主持人席位无人值守", old)
    other = hall.serving[1]
    refused = code_of(lambda: file(hall, other, supersedes=new.number))
    assert refused == "observation.supersede.denied"


def test_pages_show_each_what_they_may_do(hall: Hall) -> None:
    made = file(hall)
    page = f"/observations/{made.number}/"
    words = {"sun": "公开答复", "qian": "公开答复", "lin": "公开答复"}
    for name in ("sun", "qian", "lin", "chen", "wang", "he", "public", hall.serving[1]):
        answer = hall.world.client(name).get(page)
        assert answer.status_code == 200
        assert ("公开答复" in answer.content.decode()) == (name in words)
    own = hall.world.client(hall.serving[0]).get(page).content.decode()
    assert "提出并取代原意见" in own
    assert hall.world.client("public").get("/observations/none/").status_code == 404


def test_form_and_script_get_their_own_kind_of_answer(hall: Hall) -> None:
    client = hall.world.client(hall.serving[0])
    OpeningSession.objects.update(opens_at=timezone.now())
    path, given = f"{hall.address}/observe/", {"category": "normal", "text": "<b>-->密封完好"}
    assert client.post(path, given).status_code == 302
    told = client.post(path, given, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["number"][-3:]) == (201, "002")
    bad = given | {"observed_at": "noon"}
    wrong = client.post(path, bad, headers={"Accept": "application/json"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "observation.invalid")
    assert client.post(path, given | {"category": "x"}).status_code == 422
    shown = client.get(f"{hall.address}/observations/").content.decode()
    assert "&lt;b&gt;--&gt;密封完好" in shown
    assert "<b>" not in shown


def test_the_desk_says_who_must_attend_answer_and_rule(hall: Hall) -> None:
    made = file(hall)
    assert "到场监督开标" in hall.world.client(hall.serving[0]).get("/desk/").content.decode()
    for name in ("sun", "qian", "lin"):
        assert made.number in hall.world.client(name).get("/desk/").content.decode()
    assert made.number not in hall.world.client("wang").get("/desk/").content.decode()
    observations.due(made.due_at)
    assert made.number in hall.world.client("wang").get("/desk/").content.decode()

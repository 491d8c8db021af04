"""Applications: one post each, one identity each, and nobody knows of them before closing."""

from datetime import timedelta

import pytest

from kernel.errors import Conflict, Denied, Invalid
from ledger.models import Entry, Withheld
from recruitment import queries, services
from recruitment.models import Applicant
from tests.recruitments import acting, apply, close, identity, people, posted, said
from tests.world import AT

pytestmark = pytest.mark.django_db


def submit(story, actor, *, lot=1, at=None, **changes):
    services.submit_application(
        actor=actor,
        code=story.code,
        number=lot,
        application=said(**changes),
        at=at or story.at,
    )


def code_of(refused):
    return refused.value.code


def test_an_application_is_withheld_and_known_to_its_owner_alone(world):
    story = posted(world, AT)
    facts = Entry.objects.count()
    submit(story, world.actor("he"))
    own, sent = queries.own_application(world.actor("he"), story.tender)
    assert (own.lot, own.application, sent) == (1, said(), 1)
    assert queries.own_application(world.actor("mei"), story.tender) == (None, 0)
    assert Entry.objects.count() == facts
    assert Applicant.objects.count() == 0
    for name in ("lin", "sun", "ren", "wang", "qian"):
        assert list(queries.applicants_of(world.actor(name), story.tender)) == []


def test_no_row_of_the_database_holds_the_number_or_the_name(world):
    story = posted(world, AT)
    submit(story, world.actor("he"))
    stored = b"".join(
        bytes(row.ciphertext) + bytes(row.owner_tag) for row in Withheld.objects.all()
    )
    assert identity(1).encode() not in stored
    assert "何敏".encode() not in stored


def test_one_post_each_until_it_is_taken_back(world):
    story = posted(world, AT)
    he = world.actor("he")
    submit(story, he)
    with pytest.raises(Conflict) as refused:
        submit(story, he)
    assert code_of(refused) == "application.already"
    services.withdraw_application(actor=he, code=story.code, at=story.at)
    assert queries.own_application(he, story.tender) == (None, 1)
    submit(story, he)
    assert queries.own_application(he, story.tender)[1] == 2


def test_nothing_is_taken_back_twice(world):
    story = posted(world, AT)
    with pytest.raises(Conflict) as refused:
        services.withdraw_application(actor=world.actor("he"), code=story.code, at=story.at)
    assert code_of(refused) == "application.none"


def test_whoever_gives_the_same_identity_number_gets_the_same_answer(world):
    story = posted(world, AT)
    apply(story, *people(2))
    submit(story, world.actor("mei"))
    submit(story, world.actor("he"))
    for name in ("mei", "he"):
        assert queries.own_application(world.actor(name), story.tender)[1] == 1
    close(story)
    rows = Applicant.objects.filter(tender=story.tender)
    found = dict(rows.values_list("person__username", "is_double"))
    assert found == {"p01": False, "p02": False, "he": True, "mei": True}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_number": identity(1)[:-1] + "?"}, "application.id_number"),
        ({"id_number": identity(1, "19951340")}, "application.id_number"),
        ({"phone": "123"}, "application.phone"),
        ({"education": "any"}, "application.education"),
        ({"school": " "}, "application.text"),
    ],
)
def test_an_application_that_says_nothing_useful_is_refused(world, changes, code):
    story = posted(world, AT)
    with pytest.raises(Invalid) as refused:
        submit(story, world.actor("he"), **changes)
    assert code_of(refused) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"education": "college"}, "application.too_low"),
        ({"id_number": identity(1, "19800101")}, "application.too_old"),
    ],
)
def test_who_does_not_meet_the_post_is_told_at_once(world, changes, code):
    story = posted(world, AT)
    with pytest.raises(Conflict) as refused:
        submit(story, world.actor("he"), **changes)
    assert code_of(refused) == code


@pytest.mark.parametrize("name", ["lin", "sun", "ren", "wang", "tang", "feng", "qian", "public"])
def test_the_recruiting_side_and_strangers_do_not_apply(world, name):
    story = posted(world, AT)
    with pytest.raises(Denied) as refused:
        submit(story, world.actor(name))
    assert code_of(refused) == "application.submit.denied"


def test_what_comes_at_the_deadline_is_late(world):
    story = posted(world, AT)
    with pytest.raises(Conflict) as refused:
        submit(story, world.actor("he"), at=story.tender.bids_close_at)
    assert code_of(refused) == "application.closed"
    submit(story, world.actor("he"), at=story.tender.bids_close_at - timedelta(seconds=1))


def test_closing_tells_how_many_and_keeps_what_was_said_under_the_key(world):
    story = posted(world, AT)
    names = people(3)
    apply(story, *names)
    services.withdraw_application(
        actor=acting(names[1], story.at), code=story.code, at=story.at + timedelta(hours=1)
    )
    close(story)
    told = Entry.objects.get(kind="applications.counted")
    assert told.data["by_lot"] == [{"lot": 1, "count": 2}]
    kept = list(Applicant.objects.filter(tender=story.tender))
    assert [(a.number, a.person.username, a.state) for a in kept] == [
        (1, "p01", "submitted"),
        (2, "p03", "submitted"),
    ]
    assert kept[0].id_tail == identity(101)[-4:]
    assert identity(101).encode() not in bytes(kept[0].sealed)
    assert queries.details_of(kept[0]).school == "新安大学"

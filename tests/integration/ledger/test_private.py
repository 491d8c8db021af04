"""Until closing nothing stored tells who deals with a tender, or how many."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.calendar import local_date, start_of_day
from kernel.errors import Conflict
from ledger import merkle, private
from ledger.models import PrivateTree, Resolved, Withheld

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CHEN, ZHAO = "91410902MA9K2T7D2G", "12410900MB0A12342N"


def register(owner, tender="T-1", minutes=0, once=None):
    return private.withhold(
        tender=tender,
        owner=owner,
        kind="bidder.registered",
        actor="person:chen",
        at=AT + timedelta(minutes=minutes),
        once=once or f"registered:{owner}",
        lot=1,
    )


@pytest.mark.django_db
def test_an_owner_finds_its_own_events_and_nobody_elses():
    register(CHEN)
    register(ZHAO)
    own = private.events_of_owner("T-1", CHEN)
    assert [event.content["owner"] for event in own] == [CHEN]
    assert private.events_of_owner("T-2", CHEN) == []


@pytest.mark.django_db
def test_what_may_happen_once_is_refused_the_second_time():
    register(CHEN)
    with pytest.raises(Conflict) as refusal:
        register(CHEN, minutes=1)
    assert refusal.value.code == "ledger.happened_already"
    assert Withheld.objects.count() == 1


@pytest.mark.django_db
def test_no_stored_value_is_equal_for_two_bidders_or_two_tenders():
    register(CHEN)
    register(ZHAO)
    register(CHEN, tender="T-2")
    rows = list(Withheld.objects.all())
    for column in ("id", "owner_tag", "once_tag", "ciphertext"):
        assert len({bytes(str(getattr(row, column)), "utf-8") for row in rows}) == 3
    assert {len(row.ciphertext) for row in rows} == {1024 + 12 + 16}
    stored = b"".join(bytes(row.ciphertext) + bytes(row.owner_tag) for row in rows)
    assert CHEN.encode() not in stored
    assert b"T-1" not in stored


@pytest.mark.django_db
def test_a_row_tells_the_day_alone_and_its_owner_the_instant():
    for minutes in (70, 5, 30):
        register(CHEN, minutes=minutes, once=f"registered:{minutes}")
    assert {row.at for row in Withheld.objects.all()} == {start_of_day(local_date(AT))}
    told = [event.at for event in private.events_of_owner("T-1", CHEN)]
    assert told == [AT + timedelta(minutes=minutes) for minutes in (5, 30, 70)]


@pytest.mark.django_db
def test_the_published_tree_proves_each_event_and_reveals_only_what_it_may():
    register(CHEN)
    bid = private.withhold(
        tender="T-1",
        owner=CHEN,
        kind="bid.submitted",
        actor="person:chen",
        at=AT + timedelta(minutes=5),
        once="commit:abc",
        commit="abc",
    )
    tree = private.publish_tree(tender="T-1", reveal=["bid.submitted"], at=AT)
    hashes = [bytes.fromhex(leaf["hash"]) for leaf in tree.leaves]
    assert merkle.root(hashes) == bytes(tree.root)
    assert [sorted(leaf) for leaf in tree.leaves] == [["hash"], ["event", "hash", "salt"]]
    assert bid.leaf_hash() == hashes[1]
    assert CHEN not in str(tree.leaves[0])


@pytest.mark.django_db
def test_publishing_twice_gives_the_same_tree():
    register(CHEN)
    first = private.publish_tree(tender="T-1", reveal=[], at=AT)
    second = private.publish_tree(tender="T-1", reveal=[], at=AT + timedelta(hours=1))
    assert first.published_at == second.published_at
    assert PrivateTree.objects.count() == 1


@pytest.fixture
def opened(monkeypatch):
    """Note which rows are decrypted."""
    seen, really = [], private._opened
    monkeypatch.setattr(private, "_opened", lambda row: seen.append(row.id) or really(row))
    return seen


@pytest.mark.django_db
def test_a_row_of_another_tender_is_opened_once_in_the_life_of_a_process(opened):
    register(CHEN, tender="T-2")
    own = register(ZHAO)
    opened.clear()
    for _again in range(3):
        assert [event.row for event in private.events_of("T-1")] == [own.row]
    assert len(opened) == 2 + 3
    late = register(CHEN, minutes=1)
    assert [event.row for event in private.events_of("T-1")] == [own.row, late.row]


@pytest.mark.django_db
def test_after_closing_a_tenders_events_are_found_without_a_look_at_others(opened):
    register(CHEN, tender="T-2")
    own = register(ZHAO)
    private.publish_tree(tender="T-1", reveal=[], at=AT)
    late = register(CHEN, minutes=9)
    opened.clear()
    assert [event.row for event in private.events_in_tree("T-1")] == [own.row]
    assert opened == [own.row]
    assert [event.row for event in private.events_of("T-1")] == [own.row, late.row]
    opened.clear()
    private.events_of("T-2")
    assert own.row not in opened


@pytest.mark.django_db
def test_before_closing_nothing_leads_from_a_row_to_its_tender():
    register(CHEN)
    private.events_of("T-1")
    assert not Resolved.objects.exists()


@pytest.mark.django_db
def test_a_tree_published_before_its_rows_were_noted_gives_the_same_events():
    own = register(CHEN)
    private.publish_tree(tender="T-1", reveal=[], at=AT)
    Resolved.objects.all().delete()
    assert [event.row for event in private.events_in_tree("T-1")] == [own.row]

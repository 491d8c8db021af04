"""A tender's record, page and API: all public facts in order, with proofs; nothing else."""

from datetime import UTC, datetime

import pytest

from ledger import checking, note, sequencer
from ledger import queries as ledger
from portal.record import told
from tests import openings
from tests import world as worlds

CODE = "XA-GP-2026-0001"


@pytest.fixture
def hall(db, settings, tmp_path):
    settings.LOG_HEAD_FILE = tmp_path / "log-head.json"
    return openings.sealed_bids(worlds.cast())


def logged(hall):
    sequencer.sequence(at=hall.at)


def test_before_closing_the_record_tells_neither_who_nor_how_many(hall, client):
    logged(hall)
    page = client.get(f"/tenders/{CODE}/record/")
    assert page.context["tree"] is None
    text = page.content.decode() + client.get(f"/tenders/{CODE}/record.json").content.decode()
    for name in ("chen", "zhao", "hu"):
        assert hall.world.organisation_of(name).uscc not in text
        assert f"person:{name}" not in text


def test_after_closing_the_record_shows_size_and_root_of_the_private_tree(hall, client):
    hall.close()
    logged(hall)
    page = client.get(f"/tenders/{CODE}/record/")
    kinds = [row["entry"].kind for row in page.context["rows"]]
    assert kinds == [entry.kind for entry in ledger.public_facts_of(CODE)]
    tree = ledger.private_tree(CODE)
    assert page.context["tree"] == {
        "size": tree.size,
        "root": tree.root.hex(),
        "published_at": tree.published_at,
    }


def test_pages_of_the_record_follow_each_other_without_gap(hall, client, monkeypatch):
    monkeypatch.setattr("portal.record.PAGE", 2)
    hall.opened()
    logged(hall)
    seen, after = [], ""
    while after is not None:
        page = client.get(f"/tenders/{CODE}/record/?after={after}").context
        seen += [row["entry"].pk for row in page["rows"]]
        after = page["next_after"]
    assert seen == [entry.pk for entry in ledger.public_facts_of(CODE)]


def test_the_feed_gives_every_public_fact_once_in_the_order_of_the_log(hall, client):
    hall.opened()
    logged(hall)
    seen, since, more = [], 0, True
    while more:
        answer = client.get(f"/api/v1/facts?since={since}&limit=3").json()
        seen += answer["facts"]
        since, more = answer["next"], answer["more"]
    assert [fact["index"] for fact in seen] == sorted({fact["index"] for fact in seen})
    kinds = set(ledger.public_kinds())
    assert {fact["kind"] for fact in seen} <= kinds
    assert len(seen) == ledger.public_facts_of(CODE).count()


def test_an_unchanged_answer_is_not_sent_twice(hall, client):
    logged(hall)
    first = client.get("/api/v1/facts")
    again = client.get("/api/v1/facts", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    hall.close()
    logged(hall)
    assert client.get("/api/v1/facts", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_proof_from_the_api_holds_and_names_its_fact(hall, client):
    hall.close()
    logged(hall)
    head = client.get("/api/v1/log/checkpoint").json()
    proof = client.get(f"/api/v1/log/proof?stream=tender.{CODE}&number=1").json()
    check = checking.check_proof(proof, head["checkpoint"], note.parse_verifier(head["key"]))
    assert (check.holds, checking.says(proof["fact"], proof["leaf"])) == (True, True)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("facts?limit=0", 422),
        ("facts?limit=1001", 422),
        ("facts?since=-1", 422),
        ("log/proof?stream=tender.X&number=1", 404),
        ("log/proof?stream=tender.X", 422),
        ("tenders/NO-SUCH/facts", 404),
        ("log/checkpoint", 404),
    ],
)
def test_odd_questions_are_refused(db, client, query, status):
    answer = client.get(f"/api/v1/{query}")
    assert (answer.status_code, set(answer.json())) == (status, {"code", "message", "facts"})


def test_a_draft_has_no_public_record(db, client):
    assert client.get("/tenders/ZC-2026-0001/record/").status_code == 404
    assert client.get("/tenders/ZC-2026-0001/record.json").status_code == 404


def test_the_time_of_a_fact_is_told_with_its_label():
    assert told("closes_at", "2026-11-24T03:00:00.000000Z") == {
        "label": "投标截止时间",
        "as": "time",
        "value": datetime(2026, 11, 24, 3, tzinfo=UTC),
    }

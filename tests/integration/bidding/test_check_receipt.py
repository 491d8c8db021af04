"""A receipt is checked against a downloaded record by command, without the database."""

import json

import pytest
from django.core.management import CommandError, call_command

from bidding.queries import bids, receipts
from bidding.sealing import bundle as bundles
from ledger import sequencer
from portal.record import bundle
from tests import openings
from tests import world as worlds


@pytest.fixture
def record(db, settings, tmp_path):
    """Receipt, record and proof of a tender that has closed, as their holders downloaded them."""
    settings.LOG_HEAD_FILE = tmp_path / "log-head.json"
    world = worlds.cast()
    hall = openings.sealed_bids(world)
    steps = bids.steps_of(hall.tender.code, world.organisation_of("chen").uscc)
    hall.close()
    sequencer.sequence(at=hall.at)
    receipt = steps[-1].receipt
    proof = receipts.check_receipt(receipt).as_plain()["inclusion"]
    return receipt, json.loads(json.dumps(bundle(hall.tender.code))), proof


def broken(receipt, found, proof=None, keys=None):
    lines = bundles.check(receipt, found, keys or bundles.keys_of(found), proof)
    return [line.check for line in lines if not line.holds]


def test_every_line_holds_for_a_true_receipt_and_its_record(record):
    receipt, found, proof = record
    lines = bundles.check(receipt, found, bundles.keys_of(found), proof)
    assert [(line.check, line.holds) for line in lines] == [
        ("回执的签名", True),
        ("检查点的签名", True),
        ("每一条事实都在记录中", True),
        ("截止时公布的私有树与记录一致", True),
        ("回执的这次提交列入了记录", True),
    ]


def test_the_record_names_no_bidder(record):
    _receipt, found, proof = record
    assert {tuple(leaf) for leaf in found["private_tree"]["leaves"]} == {("hash",)}
    assert json.loads(proof["event"])["owner"] not in json.dumps(found)


def test_a_proof_of_another_commit_or_place_is_found_out(record):
    receipt, found, proof = record
    title = "回执的这次提交列入了记录"
    assert broken(receipt, found, {**proof, "index": proof["index"] - 1}) == [title]
    assert broken(receipt, found, {**proof, "salt": "00" * 32}) == [title]
    assert broken(receipt, {**found, "tender": "ZC-1"}, proof) == [title]


def test_a_leaf_taken_out_or_changed_in_the_tree_is_found_out(record):
    receipt, found, _proof = record
    leaves = found["private_tree"]["leaves"]
    for other in (leaves[1:], [{"hash": "00" * 32}, *leaves[1:]], []):
        forged = {**found, "private_tree": {**found["private_tree"], "leaves": other}}
        assert broken(receipt, forged) == ["截止时公布的私有树与记录一致"]


def test_a_changed_fact_is_found_out(record):
    receipt, found, proof = record
    found["facts"][0]["at"] = "2026-11-24T02:59:59.000000Z"
    assert broken(receipt, found, proof) == ["每一条事实都在记录中"]


def test_a_bundle_signed_with_keys_of_its_own_is_not_believed(record, settings):
    receipt, found, proof = record
    true = bundles.keys_of(found)
    settings.LOG_KEY = b"\x07" * 32
    other = bundles.keys_of(found, log=str(sequencer.log_signer().verifier))
    assert broken(receipt, found, proof, other) == ["检查点的签名", "每一条事实都在记录中"]
    assert bundles.keys_of({"keys": {}}, str(true.receipt), str(true.log)) == true


@pytest.mark.parametrize("part", ["facts", "private_tree", "checkpoint"])
@pytest.mark.parametrize("value", [None, 7, [7], {}])
def test_a_malformed_bundle_holds_nothing_and_breaks_nothing(record, part, value):
    receipt, found, proof = record
    assert broken(receipt, {**found, part: value}, proof)


def test_the_command_prints_each_line_and_fails_when_one_does_not_hold(
    record, tmp_path, capsys, django_assert_num_queries
):
    receipt, found, proof = record
    text, file, own = (tmp_path / name for name in ("receipt.txt", "record.json", "proof.json"))
    text.write_text(receipt)
    file.write_text(json.dumps(found))
    own.write_text(json.dumps(proof))
    with django_assert_num_queries(0):
        call_command("check_receipt", file=text)
        call_command("check_receipt", file=text, bundle=file, proof=own)
    assert capsys.readouterr().out.count("✓") == 6
    text.write_text(receipt.replace("included by closing", "included by tick 7"))
    with pytest.raises(CommandError, match="核对没有通过"):
        call_command("check_receipt", file=text, bundle=file)
    assert "✗ 回执的签名" in capsys.readouterr().out
    file.write_text("[]")
    with pytest.raises(CommandError, match="JSON"):
        call_command("check_receipt", file=text, bundle=file)

"""Whoever plays the demo by hand has the keys of its bidders and custodians."""

import json

from bidding.sealing.keys import unlock
from portal.demo import clients


def test_key_files_hold_the_keys_that_sealed_the_demo(settings, tmp_path):
    settings.VAR = tmp_path
    clients.make_secret()
    folder = clients.write_key_files(["chen"], ["feng"], "demo-Yangguang-2026")
    assert sorted(path.name for path in folder.iterdir()) == [
        "chen-device.json",
        "feng-custodian.json",
    ]
    device, custodian = (
        unlock((folder / name).read_bytes(), "demo-Yangguang-2026")
        for name in ("chen-device.json", "feng-custodian.json")
    )
    assert device == clients.device("chen")
    assert custodian == clients.custodian("feng")


def test_key_files_are_such_as_a_browser_opens_and_only_their_owner_reads(settings, tmp_path):
    settings.VAR = tmp_path
    clients.make_secret()
    file = clients.write_key_files(["chen"], [], "demo-Yangguang-2026") / "chen-device.json"
    assert json.loads(file.read_bytes())["kdf"] == "pbkdf2-sha256"
    assert file.stat().st_mode & 0o777 == 0o600

"""A backup is whole or refused, opened by enough people or by nobody, and keys stay apart."""

import json
import os
import tarfile
from datetime import UTC, datetime
from io import BytesIO

import pytest

from bidding.sealing.keys import new_key
from kernel.errors import DomainError
from ledger import sequencer
from portal.backup import archive, platform
from portal.backup.archive import Circle, Member, Recipient

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
PEOPLE = [new_key("backup") for _ in range(3)]


def circle(need=2, keys=PEOPLE):
    return Circle([Recipient(f"p{n}", key.wrap_public()) for n, key in enumerate(keys)], need)


def code_of(call):
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A backup of three files in volumes of 1000 bytes, and what they hold."""
    monkeypatch.setattr(archive, "VOLUME", 1000)
    source, folder = tmp_path / "source", tmp_path / "backup"
    source.mkdir()
    folder.mkdir()
    contents = {"files/a/b": os.urandom(3000), "files/empty": b"", "objects/中文": os.urandom(512)}
    for number, content in enumerate(contents.values()):
        (source / str(number)).write_bytes(content)
    write(folder, [Member(name, source / str(n)) for n, name in enumerate(contents)])
    return folder, contents


def write(folder, members, need=2, keys=PEOPLE):
    archive.write(
        folder,
        kind=archive.PLATFORM,
        members=members,
        about={"kind": "platform"},
        circle=circle(need, keys),
        signer=sequencer.log_signer(),
        at=AT,
    )


def header_of(folder):
    return archive.read_header(folder, sequencer.log_signer().verifier)


def unpacked(folder, to, keys):
    header = header_of(folder)
    tape = archive.Tape(folder, header, archive.content_key(header, keys))
    places = {"files": to / "f", "objects": to / "o"}
    archive.unpack(tape, places, to / "loose")
    return {
        "files/a/b": (to / "f" / "a" / "b").read_bytes(),
        "files/empty": (to / "f" / "empty").read_bytes(),
        "objects/中文": (to / "o" / "中文").read_bytes(),
    }


def test_any_two_of_three_people_get_every_byte_back(made, tmp_path):
    folder, contents = made
    archive.check_volumes(folder, header_of(folder))
    assert len(list(folder.glob("volume-*"))) > 4
    assert unpacked(folder, tmp_path / "x", PEOPLE[:2]) == contents
    assert unpacked(folder, tmp_path / "y", PEOPLE[1:]) == contents


def test_one_person_alone_opens_what_is_sealed_to_one(tmp_path):
    content = tmp_path / "content"
    content.write_bytes(b"x")
    folder = tmp_path / "backup"
    folder.mkdir()
    write(folder, [Member("files/x", content)], need=1, keys=PEOPLE[:1])
    header = header_of(folder)
    assert len(archive.content_key(header, PEOPLE[:1])) == 32
    assert code_of(lambda: archive.content_key(header, PEOPLE[1:])) == "backup.keys"


def test_too_few_people_open_nothing(made):
    header = header_of(made[0])
    assert code_of(lambda: archive.content_key(header, PEOPLE[:1])) == "backup.keys"
    assert code_of(lambda: archive.content_key(header, [new_key("backup")])) == "backup.keys"
    assert code_of(lambda: archive.content_key(header, [PEOPLE[0]] * 2)) == "backup.keys"


def test_no_name_or_content_is_readable_in_it(made):
    folder, _contents = made
    for volume in folder.glob("volume-*"):
        assert b"files/" not in volume.read_bytes()


def test_every_changed_volume_is_found_without_a_key(made):
    folder, _contents = made
    for volume in sorted(folder.glob("volume-*")):
        whole = volume.read_bytes()
        volume.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert code_of(lambda: archive.check_volumes(folder, header_of(folder))) == "backup.damaged"
        volume.write_bytes(whole)
    archive.check_volumes(folder, header_of(folder))


def test_volumes_swapped_with_those_of_another_backup_are_refused(made, tmp_path):
    folder, _contents = made
    other = tmp_path / "other"
    other.mkdir()
    write(other, [Member("files/x", next(folder.glob("volume-0001")))])
    (folder / "volume-0001").write_bytes((other / "volume-0001").read_bytes())
    assert code_of(lambda: archive.check_volumes(folder, header_of(folder))) == "backup.damaged"
    assert code_of(lambda: unpacked(folder, tmp_path / "x", PEOPLE)) == "seal.commitment"


def test_a_header_changed_by_one_letter_or_signed_by_another_key_is_refused(made, settings):
    path = made[0] / archive.HEADER
    signed = path.read_text()
    path.write_text(signed.replace('"need": 2', '"need": 1'))
    assert code_of(lambda: header_of(made[0])) == "note.signature"
    path.write_text(signed)
    settings.LOG_KEY = os.urandom(32)
    assert code_of(lambda: header_of(made[0])) == "note.unsigned"


def test_a_folder_without_a_header_is_no_backup(tmp_path):
    assert code_of(lambda: header_of(tmp_path)) == "backup.incomplete"


def tape_of(entries, manifest):
    """Give a tar as a backup would hold it, written by somebody who wishes ill."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for info, content in entries:
            info.size = len(content)
            tar.addfile(info, BytesIO(content))
        text = json.dumps(manifest).encode()
        last = tarfile.TarInfo(archive.MANIFEST)
        last.size = len(text)
        tar.addfile(last, BytesIO(text))
    return BytesIO(out.getvalue())


def link(name):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([(tarfile.TarInfo("../out"), b"x")], "backup.name"),
        ([(tarfile.TarInfo("files/../../out"), b"x")], "backup.name"),
        ([(tarfile.TarInfo("/etc/out"), b"x")], "backup.name"),
        ([(link("files/link"), b"")], "backup.format"),
        ([(tarfile.TarInfo("files/extra"), b"x")], "backup.damaged"),
    ],
)
def test_a_name_that_leaves_its_folder_and_a_file_not_listed_are_refused(tmp_path, entries, code):
    tape = tape_of(entries, {"files": []})
    places = {"files": tmp_path / "in" / "files"}
    assert code_of(lambda: archive.unpack(tape, places, tmp_path / "in")) == code
    assert not (tmp_path / "out").exists()


def test_a_listed_file_that_is_not_there_is_told(tmp_path):
    tape = tape_of([], {"files": [{"name": "files/x", "size": 1, "sha256": "00"}]})
    assert code_of(lambda: archive.unpack(tape, {}, tmp_path)) == "backup.damaged"


def test_keys_need_two_people_and_a_place_of_their_own(tmp_path, settings):
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.KEYS_ROOT.mkdir()
    for name in ("intake", "log", "log-head.json", "log-shut"):
        (settings.KEYS_ROOT / name).write_bytes(os.urandom(32))
    one = circle(1, PEOPLE[:1])
    to = tmp_path / "to"
    assert code_of(lambda: back_up_keys(to, one)) == "backup.two_people"
    (to / "platform-20260901T000000Z").mkdir(parents=True)
    assert code_of(lambda: back_up_keys(to, circle())) == "backup.together"
    made = back_up_keys(tmp_path / "apart", circle())
    header = header_of(made)
    archive.unpack(
        archive.Tape(made, header, archive.content_key(header, PEOPLE)), {}, tmp_path / "got"
    )
    assert sorted(path.name for path in (tmp_path / "got" / "keys").iterdir()) == ["intake", "log"]
    assert code_of(lambda: back_up_keys(tmp_path / "apart", circle())) == "backup.exists"


def back_up_keys(to, people):
    return platform.back_up_keys(to=to, circle=people, at=AT)


def test_a_recipient_is_a_name_and_a_key():
    assert code_of(lambda: archive.parse_recipient("zhou")) == "backup.recipient"
    assert code_of(lambda: archive.parse_recipient("zhou=abc")) == "seal.binary"

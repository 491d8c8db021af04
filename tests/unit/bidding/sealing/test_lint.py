import io
import zipfile
import zlib
from decimal import Decimal

import pytest

from bidding.sealing.contents import parse_fields
from bidding.sealing.errors import SealingError
from bidding.sealing.lint import Draft, DraftFile, Item, Requirements, has_errors, lint
from bidding.sealing.metadata import metadata
from bidding.sealing.strict import write

FIELDS = {
    "price": "1680.32",
    "currency": "CNY",
    "price_in_words": "壹仟陆佰捌拾元叁角贰分",
    "days": "30",
}
FILES = [DraftFile("投标函.pdf", 100), DraftFile("报价明细.xlsx", 200)]
NEEDS = Requirements(
    stage="whole",
    ceiling=Decimal(2000),
    fields=("price", "days"),
    items=(Item("投标函", ()), Item("分项报价表", ("报价明细", "分项报价"))),
    endings=(".pdf", ".xlsx"),
)


def codes(
    fields: dict | None = None, files: list | None = None, needs: Requirements = NEEDS
) -> list:
    draft = Draft(FIELDS if fields is None else fields, FILES if files is None else files)
    return [finding.code for finding in lint(draft, needs)]


def test_complete_bid_has_no_findings() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"price": "1,680.32"}, ["seal.price"]),
        ({"price": "2000.01", "price_in_words": ""}, ["lint.over_ceiling"]),
        ({"price": "2000.00", "price_in_words": ""}, []),
        ({"currency": "USD"}, ["lint.currency"]),
        ({"days": ""}, ["seal.number", "lint.field_missing"]),
        ({"price_in_words": "壹仟陆佰元整"}, ["lint.words_differ"]),
        ({"price_in_words": "一千多"}, ["lint.words_unreadable"]),
    ],
)
def test_fields_are_predicted(changes: dict, expected: list) -> None:
    assert codes(FIELDS | changes) == expected


@pytest.mark.parametrize(("price", "expected"), [("1999.99", ["lint.below_floor"]), ("2000", [])])
def test_where_something_is_sold_the_price_is_held_to_a_floor(price: str, expected: list) -> None:
    needs = Requirements(stage="whole", floor=Decimal(2000))
    assert codes({"price": price, "currency": "CNY"}, [], needs) == expected


def test_words_that_no_amount_reaches_are_still_answered() -> None:
    needs = Requirements(stage="whole")
    fields = {"price": "999999999999999", "currency": "CNY", "price_in_words": "壹元整"}
    assert codes(fields, [], needs) == ["lint.words_differ"]


def test_lint_and_parser_agree_on_the_fields() -> None:
    for changes in ({"price": "1e3"}, {"currency": "yuan"}, {"price": "0"}, {"colour": "red"}):
        fields = FIELDS | changes
        with pytest.raises(SealingError) as refusal:
            parse_fields(write(fields), "whole")
        assert refusal.value.code in codes(fields)


def test_price_in_the_technical_part_is_predicted() -> None:
    needs = Requirements(stage="technical")
    assert codes(FIELDS, [], needs) == ["seal.field_stage"]
    assert codes({"days": "30"}, [], needs) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([*FILES, DraftFile("附件.exe", 1)], ["lint.file_type"]),
        ([*FILES, DraftFile("a:b.pdf", 1)], ["seal.file_name"]),
        ([*FILES, DraftFile("投标函.PDF", 1)], ["seal.file_name_same"]),
        ([*FILES, DraftFile("空.pdf", 0)], ["lint.file_empty"]),
        (FILES[:1], ["lint.item_missing"]),
        ([*FILES, *(DraftFile(f"{i}.pdf", 1) for i in range(255))], ["seal.file_count"]),
        ([*FILES, DraftFile("大.pdf", 2**32 - 1)], ["lint.total_size"]),
    ],
)
def test_files_are_predicted(files: list, expected: list) -> None:
    assert codes(files=files) == expected


def test_file_over_the_tenders_own_limit_is_predicted() -> None:
    needs = Requirements(stage="whole", max_file=150, max_total=250)
    assert codes(files=FILES, needs=needs) == ["lint.file_size", "lint.total_size"]


def test_metadata_is_a_warning_that_says_whether_it_names_the_bidder() -> None:
    files = [DraftFile("a.pdf", 1, {"Author": "王五", "Company": "杭州某某科技有限公司"})]
    needs = Requirements(stage="technical", hidden_names=("某某科技",))
    found = lint(Draft({}, files), needs)
    assert [(item.level, item.code) for item in found] == [
        ("warning", "lint.metadata"),
        ("warning", "lint.metadata_names_bidder"),
    ]
    assert "某某科技" in found[1].text()
    assert not has_errors(found)


def test_has_errors_sees_one() -> None:
    assert has_errors(lint(Draft({}, []), NEEDS))


# --- metadata ----------------------------------------------------------------------------------


def office(parts: dict) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def test_office_properties_are_found() -> None:
    core = (
        "<cp:coreProperties><dc:creator>张 三&amp;李四</dc:creator>"
        "<cp:lastModifiedBy>王五</cp:lastModifiedBy></cp:coreProperties>"
    )
    app = "<Properties><Company>某某公司</Company><Manager></Manager></Properties>"
    file = office({"docProps/core.xml": core, "docProps/app.xml": app, "word/document.xml": ""})
    assert metadata("标书.docx", file) == {
        "creator": "张 三&李四",
        "lastModifiedBy": "王五",
        "Company": "某某公司",
    }


def test_office_file_that_is_none_tells_nothing() -> None:
    assert metadata("a.docx", io.BytesIO(b"not an archive")) == {}
    assert metadata("a.docx", office({"other.xml": ""})) == {}


def test_packed_bomb_is_read_only_to_the_limit() -> None:
    core = "<dc:creator>" + "x" * 20_000_000 + "</dc:creator>"
    assert metadata("a.docx", office({"docProps/core.xml": core})) == {}


@pytest.mark.parametrize(
    ("content", "author"),
    [
        (b"%PDF-1.7\n/Author (Wang \\(Wu\\)\\040Li)", "Wang (Wu) Li"),
        (b"%PDF /Author <FEFF738B4E94>", "王五"),
        (b"%PDF /Author <57616E6>", "Wan`"),
        (b"%PDF /Author (\xfe\xff\x73\x8b\x4e\x94)", "王五"),
        (b"%PDF /Author (a\\\nb\\n)", "ab"),
    ],
)
def test_pdf_author_is_found_in_each_spelling(content: bytes, author: str) -> None:
    assert metadata("a.PDF", io.BytesIO(content)) == {"Author": author}


def test_pdf_metadata_is_found_in_packed_streams() -> None:
    packed = zlib.compress(b"1 0 << /Author (Packed) >>")
    xmp = b"<?xpacket?><dc:creator><rdf:Seq><rdf:li>XMP</rdf:li></rdf:Seq></dc:creator>"
    content = (
        b"%PDF\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\n"
        b"<< /Type /Metadata >>\nstream\n" + xmp + b"\nendstream"
    )
    assert metadata("a.pdf", io.BytesIO(content)) == {"Author": "Packed", "creator": "XMP"}


def test_other_files_and_clean_ones_tell_nothing() -> None:
    assert metadata("a.txt", io.BytesIO(b"/Author (x)")) == {}
    assert metadata("a.pdf", io.BytesIO(b"%PDF /Author ()")) == {}

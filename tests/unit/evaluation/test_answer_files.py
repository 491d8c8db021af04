"""Which files may stand beside an answer; each refusal names the file and says what to do."""

import pytest

from kernel.errors import Invalid
from trading.domain import answer_files
from trading.domain.files import Upload

PDF = b"%PDF-1.7\n"
MEGABYTE = answer_files.MEGABYTE


def upload(name="报价单.pdf", content=PDF):
    return Upload("answer", name, content)


def sized(name, size):
    return upload(name, PDF.ljust(size, b"\0"))


def refusal_of(*uploads):
    with pytest.raises(Invalid) as refusal:
        answer_files.checked(uploads)
    assert refusal.value.facts["field"] == "attached"
    return refusal.value


def test_files_are_taken_under_their_clean_names_in_their_order():
    given = [
        upload(" 报价单.PDF "),
        upload("cafe\u0301.xlsx", b"PK\x03\x04"),
        upload("照片.jpg", b"\xff\xd8\xff"),
    ]
    kept = answer_files.checked(given)
    assert [one.name for one in kept] == ["报价单.PDF", "caf\u00e9.xlsx", "照片.jpg"]
    assert [one.content for one in kept] == [one.content for one in given]
    assert answer_files.checked([]) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("成本表.exe", b"MZ", "bad_type"),
        ("成本表", PDF, "bad_type"),
        ("成本表.pdf.html", PDF, "bad_type"),
        ("成本表.svg", b"<svg/>", "bad_type"),
        ("成本表.pdf", b"<html>", "not_what_it_says"),
        ("成本表.xlsx", PDF, "not_what_it_says"),
        ("成本表.pdf", b"", "empty"),
        ("成本表.exe", b"", "empty"),
    ],
)
def test_one_bad_file_refuses_all_and_is_named(name, content, code):
    refusal = refusal_of(upload(), upload(name, content))
    assert (refusal.code, refusal.facts["file"]) == (f"answer_file.{code}", name)
    assert name in refusal.text(refusal.message)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "../成本表.pdf",
        "C:\\成本表.pdf",
        "成本\0表.pdf",
        "成本\r\nX-Evil: 1.pdf",
        "成本\u202efdp.pdf",
        "成本<b>.pdf",
        "表" * 117 + ".pdf",
    ],
)
def test_a_malicious_name_is_refused_and_shown_without_its_sting(name):
    refusal = refusal_of(upload(), upload(name))
    assert (refusal.code, refusal.facts["place"]) == ("answer_file.bad_name", 2)
    shown = refusal.facts["file"]
    assert shown.isprintable()
    assert len(shown) <= answer_files.LONGEST_SHOWN + 1


def test_the_largest_file_is_taken_and_one_byte_more_is_not():
    assert answer_files.checked([sized("合同.pdf", answer_files.LARGEST)])
    refusal = refusal_of(sized("合同.pdf", answer_files.LARGEST + 1))
    facts = {"file": "合同.pdf", "size": "20.1", "most": 20, "field": "attached"}
    assert (refusal.code, refusal.facts) == ("answer_file.too_large", facts)


def test_all_files_together_are_bounded_too():
    each = answer_files.LARGEST_TOGETHER // 5
    whole = [sized(f"{place}.pdf", each) for place in range(5)]
    assert len(answer_files.checked(whole)) == 5
    refusal = refusal_of(*whole, upload("6.pdf"))
    facts = {"size": "50.1", "most": 50, "field": "attached"}
    assert (refusal.code, refusal.facts) == ("answer_file.too_much", facts)


def test_so_many_files_and_no_more():
    most = [upload(f"{place}.pdf") for place in range(answer_files.MOST)]
    assert len(answer_files.checked(most)) == 10
    refusal = refusal_of(*most, upload("11.pdf"))
    assert refusal.code == "answer_file.too_many"
    assert (refusal.facts["most"], refusal.facts["count"]) == (10, 11)


def test_two_files_of_one_name_are_refused():
    refusal = refusal_of(upload("合同.pdf"), upload("合同.PDF"))
    assert (refusal.code, refusal.facts["file"]) == ("answer_file.same_name", "合同.PDF")

"""Unified social credit codes are checked by both of their standards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as independent

from kernel import uscc
from kernel.uscc import CreditCode, check


@pytest.mark.parametrize(
    ("code", "authority", "kind", "region"),
    [
        ("12410900MB0A12342N", "机构编制", "事业单位", "410900"),
        ("91410902MA9K2T7D2G", "市场监督管理", "企业", "410902"),
        ("91350100M000100Y43", "市场监督管理", "企业", "350100"),
    ],
)
def test_ex_30_31_32_synthetic_and_standard_codes_pass(code, authority, kind, region):
    assert independent.is_valid(code)
    assert check(code) == CreditCode(code, True, "ok", "", (), authority, kind, region)  # noqa: FBT003
    assert uscc.check_character(code[:17]) == code[17]
    assert uscc.organisation_check_character(code[8:16]) == code[16]


def test_spaces_around_and_small_letters_are_forgiven():
    assert check(" 91350100m000100y43 ").valid


@pytest.mark.parametrize(
    ("code", "reason", "sentence"),
    [
        ("", "length", "应为 18 位，请检查是否漏写或多写。"),
        ("91350100M000100Y4", "length", "应为 18 位，请检查是否漏写或多写。"),
        ("91350100M000100O43", "characters", "只能用数字和大写字母，且不含 I、O、S、V、Z。"),
        ("９1350100M000100Y43", "characters", "只能用数字和大写字母，且不含 I、O、S、V、Z。"),
        ("B1350100M000100Y43", "authority", "第 1 位不是已知的登记管理部门代码。"),
        ("9135010AM000100Y43", "region", "第 3—8 位行政区划码应为数字。"),
        ("91350100M000100Y44", "check", "第 18 位校验码应为 3。"),
        ("91350100M000100Y53", "organisation_check", "第 17 位（主体标识码校验位）应为 4。"),
    ],
)
def test_each_fault_is_told_apart(code, reason, sentence):
    found = check(code)
    assert (found.valid, found.reason, found.explanation()) == (False, reason, sentence)


def test_lenient_mode_warns_of_check_characters_and_does_not_block():
    found = check("91350100M000100Y50", lenient=True)
    assert (found.valid, found.reason, found.warnings) == (
        True,
        "ok",
        ("organisation_check", "check"),
    )
    assert not check("91350100M000100Y5", lenient=True).valid


def test_collective_organisations_with_a_letter_authority_pass():
    code = "N2410900MB0A12342"
    assert check(code + uscc.check_character(code)).valid


@pytest.mark.parametrize(
    ("eight", "character"), [("00000000", "0"), ("D2143569", "X"), ("13211111", "6")]
)
def test_organisation_check_covers_ten_and_eleven(eight, character):
    assert uscc.organisation_check_character(eight) == character


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_wrong_character_passes(place, character):
    right = "91410902MA9K2T7D2G"
    wrong = right[:place] + character + right[place + 1 :]
    assert check(wrong).valid == (wrong == right)

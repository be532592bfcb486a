"""Masking of personal values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.masking import mask_address, mask_bank_card, mask_id_number, mask_name, mask_telephone, mask_value
from taizhang.pack.definitions import Field


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (mask_name("张三"), "张*"),
        (mask_name(" 李四光 "), "李*"),
        (mask_name("欧阳小燕"), "欧阳*"),
        (mask_name("欧阳"), "欧*"),
        (mask_name("张"), "张*"),
        (mask_name(""), ""),
        (mask_id_number("99012819900101001X"), "990************01X"),
        (mask_id_number("990128900101001"), "990*********001"),
        (mask_id_number("990128"), "******"),
        (mask_bank_card("6217000000000001234"), "***************1234"),
        (mask_bank_card("1234"), "****"),
        (mask_telephone("13812341234"), "138****1234"),
        (mask_telephone("0745-6812345"), "**********45"),
        (mask_telephone("110"), "***"),
        (mask_address("芷江县公坪镇銮塘村3组12号"), "芷江县公坪镇*"),
        (mask_address("銮塘村12号"), "*"),
        (mask_address(""), ""),
    ],
)
def test_masked_forms(masked: str, expected: str) -> None:
    assert masked == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (Field("a", "身份证号", "id_number"), "99012819900101001X", "990************01X"),
        (Field("a", "卡号", "bank_card"), "6217000000000001234", "***************1234"),
        (Field("a", "电话", "telephone"), "13812341234", "138****1234"),
        (Field("a", "姓名", "text", is_name=True, personal=True), "张三", "张*"),
        (Field("a", "经办人", "text", is_name=True), "张三", "张三"),
        (Field("a", "病种", "text", personal=True), "尿毒症", "***"),
        (Field("a", "面积", "area"), "3.2", "3.2"),
        (Field("a", "身份证号", "id_number"), None, None),
    ],
)
def test_a_field_says_whether_and_how_it_is_masked(field: Field, value: str | None, expected: str | None) -> None:
    assert mask_value(field, value) == expected


@given(st.text(alphabet="0123456789X", min_size=1, max_size=25))
def test_masking_hides_at_least_four_characters_or_all(text: str) -> None:
    for mask in (mask_id_number, mask_bank_card, mask_telephone):
        masked = mask(text)
        assert len(masked) == len(text)
        assert masked.count("*") >= min(4, len(text))

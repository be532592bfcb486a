"""Masking of personal values for anything that is shown or leaves the system.

Source: the customs collected in the project's notes on public lists (names 张*, cards their last four digits, telephones 138****1234,
addresses down to the town). An identity number keeps three characters at each end: enough to tell two people of one list apart,
too little to find a birth date or to rebuild the number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field

STAR = "*"

# Two-character surnames still borne by many; without them 欧阳修 would be shown as 欧*.
_DOUBLE_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于"
        "司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘公伯西门南荣东里东宫",
    )
)
_PERSONAL_TYPES = frozenset({"id_number", "bank_card", "telephone"})
_TOWN = re.compile(r"^.*?(?:街道|[镇乡苏木])")


def mask_name(name: str) -> str:
    """Keep the surname.

    >>> mask_name("张三"), mask_name("欧阳小燕"), mask_name("阿依古丽·买买提")
    ('张*', '欧阳*', '阿*')
    """
    name = name.strip()
    if not name:
        return ""
    keep = 2 if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else 1
    return name[:keep] + STAR


def mask_id_number(number: str) -> str:
    """Keep three characters at each end; a text too short for that is hidden whole.

    >>> mask_id_number("99012819900101001X")
    '990************01X'
    """
    return _ends(number.strip(), 3, 3)


def mask_bank_card(number: str) -> str:
    """Keep the last four digits.

    >>> mask_bank_card("6217000000000001234")
    '***************1234'
    """
    return _ends(number.strip(), 0, 4)


def mask_telephone(number: str) -> str:
    """Keep three digits in front and four at the end of a mobile number; of any other number only the last two.

    >>> mask_telephone("13812341234"), mask_telephone("0745-6812345")
    ('138****1234', '**********45')
    """
    number = number.strip()
    if re.fullmatch(r"1\d{10}", number):
        return _ends(number, 3, 4)
    return _ends(number, 0, 2)


def mask_address(address: str) -> str:
    """Keep the address down to the town or street office; what has neither is hidden whole.

    >>> mask_address("芷江县公坪镇銮塘村3组12号")
    '芷江县公坪镇*'
    """
    match = _TOWN.match(address.strip())
    return (match[0] if match else "") + STAR if address.strip() else ""


def _ends(text: str, front: int, back: int) -> str:
    hidden = len(text) - front - back
    # With fewer hidden characters than shown ones the rest could be guessed.
    if hidden < 4:
        return STAR * len(text)
    return text[:front] + STAR * hidden + text[len(text) - back :]


def is_personal(field: Field) -> bool:
    """Say whether a field is masked by default: by its type, or because its definition says so."""
    return field.personal or field.type in _PERSONAL_TYPES


def mask_text(text: str, *, type_: str, is_name: bool = False) -> str:
    """Mask one personal value by its field type; a personal text that is neither name nor address keeps nothing."""
    if type_ == "id_number":
        return mask_id_number(text)
    if type_ == "bank_card":
        return mask_bank_card(text)
    if type_ == "telephone":
        return mask_telephone(text)
    if is_name:
        return mask_name(text)
    return STAR * 3 if text.strip() else ""


def mask_value(field: Field, text: str | None) -> str | None:
    """Mask a value as its field demands; values of fields that are not personal are returned unchanged."""
    if text is None or not is_personal(field):
        return text
    return mask_text(text, type_=field.type, is_name=field.is_name)

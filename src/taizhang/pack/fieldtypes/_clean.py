"""Cleaning of typed text: full-width forms, blanks of all kinds, marks that mean empty, spreadsheet errors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from taizhang.pack.fieldtypes._model import Raw, Unreadable, shown_text

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE_ALNUM = {code: half for code, half in _WIDE.items() if chr(half).isalnum()}
_BLANKS = dict.fromkeys([0x09, 0x0B, 0x0C, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x3164], " ")
_INVISIBLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0B, 0x0C, 0x0D)),
        *(code for code in range(0x7F, 0xA0) if code != 0x85),
        0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF,
    ]
)  # fmt: skip
_LINES = {0x0D: "\n", 0x2028: "\n", 0x2029: "\n"}
_TEXT = {**_BLANKS, **_INVISIBLE, **_LINES, **_WIDE_ALNUM}
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2212, 0xFE63], "-")
_CODE = {**_TEXT, **_WIDE, **_DASHES, 0xFFE5: "¥", 0x2018: "'", 0x2019: "'"}

_EMPTY = frozenset({"", "-", "--", "---", "—", "——", "―", "/", "\\", "无", "暂无", "空"})
_SHEET_ERROR = re.compile(r"#(?:N/?A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)", re.IGNORECASE)
_RUNS = re.compile(r" {2,}")
_LINE_BREAKS = re.compile(r" *\n[ \n]*")
_PARAGRAPHS = re.compile(r"\n{3,}")

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NAME_BLANK = re.compile(rf"(?<=[{HAN}·]) +(?=[{HAN}·])")
_NAME_DOT = re.compile(rf"(?<=[{HAN}]) *[·•・･‧∙⋅●.．] *(?=[{HAN}])")


def _lay(text: str, table: Mapping[int, str | int | None]) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(table))
    if "\ufffd" in text:
        raise Unreadable("text.broken_character")
    if _SHEET_ERROR.fullmatch(text.strip()):
        raise Unreadable("cell.formula_error")
    return text.strip(" \n").lstrip("' \n")


def clean_code(raw: Raw) -> str:
    """Return a cell's text in half-width characters, NFC, trimmed, one kind of blank; for all types but free text.

    Raises ``Unreadable`` for a spreadsheet error such as ``#N/A`` and for damaged characters.
    """
    return _RUNS.sub(" ", _LINE_BREAKS.sub(" ", _lay(shown_text(raw), _CODE))).strip()


def clean_text(text: str, *, lines: bool = False) -> str:
    """Return free text: trimmed, NFC, full-width letters and digits made half-width, Chinese punctuation left.

    With ``lines`` line breaks stay (at most one empty line between paragraphs), otherwise each becomes a blank.
    Raises ``Unreadable`` like :func:`clean_code`.
    """
    text = _lay(text, _TEXT)
    if not lines:
        return _RUNS.sub(" ", _LINE_BREAKS.sub(" ", text)).strip()
    return _PARAGRAPHS.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def clean_name(text: str) -> str:
    """Return a person's name: no blanks between Han characters, one kind of middle dot."""
    return _NAME_BLANK.sub("", _NAME_DOT.sub("·", text))


def means_empty(text: str) -> bool:
    """Tell whether cleaned text is one of the marks that offices write into an empty cell."""
    return text in _EMPTY

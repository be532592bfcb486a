"""Characters that count as blanks or middle dots whatever the engine, and how long texts may be to be compared."""

from __future__ import annotations

LONGEST_COMPARED = 60  # characters; together fewer than the 127 marks of one byte that DuckDB needs
BLANKS = "".join(
    chr(c) for c in (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200E), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF)
)
DOTS = "·•・‧∙⋅．。.｡･"
WIDE_BRACKETS, BRACKETS = "（）", "()"

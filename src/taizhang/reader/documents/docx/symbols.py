"""Characters that are not written as such: signs of symbol fonts, and characters that nobody sees."""

from __future__ import annotations

import re

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SYMBOL = {
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
    0xBC: "…", 0x2D: "−", 0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ", 0x70: "π", 0x57: "Ω", 0x53: "Σ", 0xD7: "·", 0xE5: "∑",
}  # fmt: skip
_DINGBATS = {
    **{0x80 + n: chr(0x2460 + n - 1) if n else "⓪" for n in range(11)},
    **{0x8B + n: chr(0x2776 + n - 1) if n else "⓿" for n in range(11)},
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x74: "◆", 0x75: "◆", 0x76: "❖", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0xE0: "→", 0xF0: "⇨", 0x4A: "☺",
}  # fmt: skip
_DINGBATS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x9A: "□", 0xA3: "□"}
UNKNOWN = "�"


def symbol(font: str, code: str) -> str:
    """Return the character that a sign of a font shows, one character always.

    >>> symbol("Symbol", "F0B1"), symbol("Wingdings 2", "0052"), symbol("宋体", "4E07")
    ('±', '☑', '万')
    """
    try:
        number = int(code, 16)
    except ValueError:
        return UNKNOWN
    name = font.lower()
    if 0xF000 <= number <= 0xF0FF or name.startswith(("symbol", "wingdings")):
        low = number & 0xFF
        table = _DINGBATS_2 if name == "wingdings 2" else _DINGBATS if name.startswith("wingdings") else _SYMBOL
        found = table.get(low)
        if found is None and not name.startswith("wingdings") and 0x20 <= low < 0x7F:
            return chr(low)
        return found or UNKNOWN
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000 else UNKNOWN

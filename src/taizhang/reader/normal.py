"""Normalisation that keeps every character in its place: one character in, one character out.

Full-width digits, letters, percent signs, brackets and decimal points become half-width; clause marks (，。；：、) stay as they are, since what
a figure measures is read from them.
"""

from __future__ import annotations

_KEPT = set("，。；：！？、")
_SAME = {
    "％": "%", "﹪": "%", "‰": "‰", "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]", "．": ".", "﹒": ".", "＋": "+", "－": "-",
    "−": "-", "＝": "=", "～": "~", "〜": "~", "∼": "~", "〇": "〇", "○": "〇", "\u3000": " ", "\u00a0": " ", "\u2002": " ", "\u2003": " ",
    "／": "/", "＊": "*", "×": "×", "﹕": "：", "︰": "：", "—": "—", "–": "–",
}  # fmt: skip


def _table() -> dict[int, str]:
    table = {ord(a): b for a, b in _SAME.items()}
    for code in range(0xFF01, 0xFF5F):
        if chr(code) not in _KEPT:
            table.setdefault(code, chr(code - 0xFEE0))
    return table


_TABLE = _table()


def normalise(text: str) -> str:
    """Return the text with full-width forms made half-width; the result is as long as the text.

    >>> normalise("１２．５％，完成（率）")
    '12.5%，完成(率)'
    """
    return text.translate(_TABLE)

"""The measures of GB/T 9704-2012 for an official document on A4, in the units of a word-processing file.

Twips are twentieths of a point. The type area is 156 × 225 mm and holds 22 lines of 28 characters of size 3 (16 pt).
"""

from __future__ import annotations

from dataclasses import dataclass

_TWIPS_PER_MM = 1440 / 25.4


def twips(millimetres: float) -> int:
    """Return a length in twips, rounded."""
    return round(millimetres * _TWIPS_PER_MM)


PAGE_WIDTH, PAGE_HEIGHT = twips(210), twips(297)
TOP, BOTTOM, LEFT, RIGHT = twips(37), twips(35), twips(28), twips(26)
LINES, CHARACTERS = 22, 28

BODY_HALF_POINTS = 32  # size 3, 16 pt
TITLE_HALF_POINTS = 44  # size 2, 22 pt
NUMBER_HALF_POINTS = 28  # size 4, 14 pt

# 225 mm ÷ 22 lines, cut so that the last line still fits: 28.95 pt.
LINE_PITCH = int(225 * _TWIPS_PER_MM / LINES)
# What is added to each 16 pt character so that 28 fill 156 mm, in 4096ths of a point.
CHARACTER_SPACE = int((156 * _TWIPS_PER_MM / 20 / CHARACTERS - 16) * 4096) - 1
# The same for a paragraph that does not snap to the grid, in twips: 28 × 15.75 pt is 441 of 442.2 pt.
BODY_TIGHTER = -5
CHARACTER_PITCH = round(156 * _TWIPS_PER_MM / CHARACTERS)
TITLE_LINE = 720  # 36 pt, room for size 2 type
# Title and the space behind it take two lines of the grid, so that the text below stands on it.
TITLE_SPACE_AFTER = 2 * LINE_PITCH - TITLE_LINE
# The dash of the page number stands 7 mm under the type area: half its line (18 pt) above, the rest below.
FOOTER_DISTANCE = twips(35 - 7) - 180


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: its name in official documents, and the names under which systems without it keep a like one."""

    name: str
    alternative: str


BODY = Face("仿宋_GB2312", "仿宋")
TITLE = Face("方正小标宋简体", "宋体")
HEADINGS = (Face("黑体", "SimHei"), Face("楷体_GB2312", "楷体"), BODY, BODY)
DIGITS = Face("宋体", "SimSun")
LATIN = "Times New Roman"

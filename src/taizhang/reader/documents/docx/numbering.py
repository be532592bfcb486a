"""The numbers that word processors print before paragraphs and keep out of their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from taizhang.reader.documents.docx.styles import whole
from taizhang.reader.documents.docx.xmltree import Node

_HAN = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_HAN_STEPS, _FORMAL_STEPS = ("", "十", "百", "千"), ("", "拾", "佰", "仟")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
          (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_PLACEHOLDER = re.compile(r"%([1-9])")
_LARGEST = 9999  # beyond this, plain digits are printed


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    plain: bool = False  # prints all numbers of its text in Arabic digits
    restart: int | None = None
    style: str = ""


class Numbering:
    """The lists of a document; tells each paragraph's number in turn."""

    def __init__(self, root: Node | None) -> None:
        self._abstract: dict[str, list[_Level]] = {}
        self._lists: dict[str, str] = {}  # list → abstract list
        self._overridden: dict[tuple[str, int], _Level] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}  # by abstract list
        self._seen: set[tuple[str, int]] = set()
        self._by_style: dict[str, tuple[str, int]] = {}
        if root is not None:
            self._load(root)

    def _load(self, root: Node) -> None:
        for node in root.children:
            if node.tag == "w:abstractNum":
                levels = [_Level() for _ in range(9)]
                for child in node.children:
                    index = whole(child.attributes.get("w:ilvl", "0"))
                    if child.tag == "w:lvl" and 0 <= index < 9:
                        levels[index] = _level(child)
                self._abstract[node.attributes.get("w:abstractNumId", "")] = levels
        for node in root.children:
            if node.tag == "w:num":
                self._load_list(node)

    def _load_list(self, node: Node) -> None:
        name = node.attributes.get("w:numId", "")
        abstract = self._lists[name] = node.value("w:abstractNumId") or ""
        for index, level in enumerate(self._abstract.get(abstract, ())):
            if level.style:
                self._by_style.setdefault(level.style, (name, index))
        for child in node.children:
            index = whole(child.attributes.get("w:ilvl", "0"))
            if child.tag == "w:lvlOverride":
                start, level_node = child.value("w:startOverride"), child.first("w:lvl")
                if level_node is not None:
                    self._overridden[name, index] = _level(level_node)
                if start is not None:
                    self._starts[name, index] = whole(start)

    def of_style(self, style: str) -> tuple[str, int] | None:
        """Return list and level that are tied to a paragraph style."""
        return self._by_style.get(style)

    def next(self, name: str, index: int) -> str:
        """Return the number that is printed before the next paragraph of a list at a level from 0; empty where none is."""
        abstract = self._lists.get(name)
        levels = self._abstract.get(abstract) if abstract is not None else None
        if levels is None or abstract is None or not 0 <= index < 9:
            return ""
        counts = self._counts.setdefault(abstract, [None] * 9)
        shown = [self._overridden.get((name, i), level) for i, level in enumerate(levels)]
        begin = self._starts.get((name, index))
        if begin is not None and (name, index) not in self._seen:
            counts[index] = begin
        else:
            before = counts[index]
            counts[index] = shown[index].start if before is None else before + 1
        self._seen.add((name, index))
        for deeper in range(index + 1, 9):
            restart = shown[deeper].restart
            if restart is None or (restart and index < restart):
                counts[deeper] = None
        return _printed(shown, index, counts)


def _level(node: Node) -> _Level:
    start, restart = node.value("w:start"), node.value("w:lvlRestart")
    return _Level(
        start=1 if start is None else whole(start),
        form=node.value("w:numFmt") or "decimal",
        text=node.value("w:lvlText") or "",
        plain=bool(node.switched("w:isLgl")),
        restart=None if restart is None else whole(restart),
        style=node.value("w:pStyle") or "",
    )


def _printed(levels: list[_Level], index: int, counts: list[int | None]) -> str:
    if levels[index].form == "bullet":
        return levels[index].text

    def filled(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        count = counts[at]
        if count is None:
            count = counts[at] = levels[at].start
        return number_in(count, "decimal" if levels[index].plain else levels[at].form)

    return _PLACEHOLDER.sub(filled, levels[index].text)


def number_in(number: int, form: str) -> str:
    """Return a list number in one of the forms of word-processing files; forms that are not known print Arabic digits.

    >>> number_in(12, "chineseCounting"), number_in(3, "decimalEnclosedCircle"), number_in(4, "lowerRoman")
    ('十二', '③', 'iv')
    """
    if form == "none":
        return ""
    if number <= 0 or number > _LARGEST:
        return str(number)
    return _FORMS[form](number) if form in _FORMS else str(number)


def _han(number: int, digits: str, steps: tuple[str, ...]) -> str:
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if gap and written else "") + digits[digit] + steps[place]
        gap = not digit
    return written


def _counted(number: int) -> str:
    written = _han(number, _HAN, _HAN_STEPS)
    return written[1:] if 10 <= number < 20 else written


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(d)] for d in str(number))


def _letters(number: int) -> str:
    # Past Z, word processors double the letter: AA, BB.
    return chr(65 + (number - 1) % 26) * min((number - 1) // 26 + 1, 40)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _enclosed(first: str, last: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if number <= last else str(number)


def _circled(number: int) -> str:
    if number <= 20:
        return chr(0x2460 + number - 1)
    return chr(0x3251 + number - 21) if number <= 35 else chr(0x32B1 + number - 36) if number <= 50 else str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
         "koreanCounting"),
        _counted,
    ),
    "chineseLegalSimplified": lambda n: _han(n, _FORMAL, _FORMAL_STEPS),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _digits),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "decimalEnclosedParen": _enclosed("⑴", 20),
    "decimalEnclosedFullstop": _enclosed("⒈", 20),
    "ideographEnclosedCircle": _enclosed("㊀", 10),
    "decimalFullWidth": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "decimalFullWidth2": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "decimalZero": lambda n: f"{n:02d}",
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
}  # fmt: skip

"""How a figure was written, and the ledgers' value written in the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from taizhang.errors import TaizhangError
from taizhang.reader.model import Quantity, number_text
from taizhang.reader.normal import normalise
from taizhang.report.forms import WORDS, Form, print_figure

POWERS = {"": 0, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_HAN = "零〇一二两三四五六七八九十百千万亿"
_WRITTEN = re.compile(
    rf"(?P<before>[^0-9{_HAN}]*)(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?|[{_HAN}]+)"
    r"(?P<power>百万|千万|万亿|[百千万亿])?(?P<inner>[余多来几])?(?P<rest>.*)"
)  # fmt: skip
_HAN_PERCENT = re.compile(r"百分之(?:百|[零〇一二两三四五六七八九十点]+)")
_ALIKE = {
    "大约": "约",
    "约为": "约",
    "将近": "近",
    "接近": "近",
    "达": "",
    "多达": "",
    "来": "",
    "几": "",
    "超出": "超过",
    "不少于": "不低于",
}
_BEHIND = ("以上", "以内", "左右", "上下", "以下", "余", "多")


@dataclass(frozen=True, slots=True)
class Style:
    """The parts of a written figure: 2700余亩 is number 2700, word 余, unit 亩."""

    number: str  # digits without thousands marks; empty for Chinese numerals
    power: str  # 万 of 89.3万元
    unit: str  # as written, without its power
    word: str = ""  # an approximation word that can be printed
    han: bool = False
    percent_han: bool = False
    readable: bool = True

    @property
    def places(self) -> int:
        """Decimal places that were written."""
        return len(self.number.partition(".")[2])

    @property
    def digits(self) -> int:
        """Digits that count: 2700 has two of them, 89.30 three."""
        return len(self.number.replace(".", "").strip("0")) or 1


def style_of(q: Quantity) -> Style:
    """Return how a figure is written; an unusual one gets the plainest style."""
    text = normalise(q.text).replace(" ", "")
    if _HAN_PERCENT.search(text):
        return Style("", "", "%", percent_han=True)
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return Style(number_text(q.value), "", q.unit.name, readable=False)
    rest, word = match["rest"], _word(match["before"]) or _word(match["inner"] or "")
    for behind in _BEHIND:
        if rest.endswith(behind) and len(rest) >= len(behind):
            rest, word = rest[: -len(behind)], word or _word(behind)
            break
    if match["number"][0] in _HAN:
        return Style("", "", rest, word, han=True)
    return Style(match["number"].replace(",", ""), match["power"] or "", rest or "", word)


def _word(text: str) -> str:
    text = _ALIKE.get(text, text)
    return text if text in WORDS else ""


def written_as(value: Fraction, style: Style, *, power: str | None = None, unit: str | None = None, digits: int = 0) -> str:
    """Return a value in the style of a figure.

    ``value`` is in the unit that will be printed, before its power. ``power`` and ``unit`` replace those of the style. At least ``digits``
    digits are kept of a rounded number.
    """
    shown_power, shown_unit = style.power if power is None else power, style.unit if unit is None else unit
    number = _decimal(value)
    if style.percent_han:
        return print_figure(number, "%", Form(percent="han", places=2), value)
    form_unit = shown_power + shown_unit if shown_power else None
    if style.word:
        # A single digit is kept only where it was the only one: 200余 for 2734 says less than the writer did.
        form = Form(unit=form_unit, digits=max(style.digits, digits) if style.number else 2, word=style.word, han=style.han)
    elif style.han:
        form = Form(unit=form_unit, han=True)
    else:
        form = Form(unit=form_unit, places=_places(value / 10 ** POWERS.get(shown_power, 0), style))
    try:
        return print_figure(number, shown_unit, form, value)
    except TaizhangError:
        return number_text(number) + shown_unit


def _places(value: Fraction, style: Style) -> int:
    """Return as many places as were written, or more where fewer digits than were written would be left."""
    places = style.places
    wanted = max(len(style.number.replace(".", "").lstrip("0")), 1)
    while places < 8 and value * 10**places != int(value * 10**places) and len(str(int(abs(value) * 10**places))) < min(wanted, 8):
        places += 1
    return places


def _decimal(value: Fraction) -> Decimal:
    if value.denominator == 1:
        return Decimal(value.numerator)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0000000001")).normalize()

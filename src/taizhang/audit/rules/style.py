"""How figures are written: precision, approximate words, numeral style, ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from taizhang.audit.findings import Hit
from taizhang.audit.rules.facts import Facts
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import span_of
from taizhang.i18n import _
from taizhang.reader.model import Quantity, number_text

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FEW = 2  # more of them are the way in which the report is written
_HAN_NUMBER = re.compile("[一二两三四五六七八九十百千]+")
_RANGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?([千万亿]?)[^\d.,]{0,4}?[-—–~～至到]+\s?(\d[\d,]*(?:\.\d+)?)\s?([千万亿]?)")
_POWERS = {"千": Decimal(10**3), "万": Decimal(10**4), "亿": Decimal(10**8)}
_SMALL = 1000
_SHARED_FIRST = re.compile(r"\d[\d.,]*")
_SHARED = re.compile(r"\d[\d.,]*\s?[-—–~至]+\s?\d[\d.,]*[万亿千]")


def significant(q: Quantity) -> str:
    """Return the significant digits of a figure written in Arabic digits, zeros at the end of a whole number left out."""
    found = _DIGITS.search(q.text)
    if found is None:
        return ""
    digits = found.group().replace(",", "")
    digits = digits if "." in digits else digits.rstrip("0")
    return digits.replace(".", "").lstrip("0")


@check
def precision_unlike(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A figure with far more digits than the report's figures have."""
    lengths = [len(s) for q in facts.figures if (s := significant(q))]
    if len(lengths) < 5 or median(lengths) > options["usual"]:
        return
    fine = [q for q in facts.figures if "." in q.text and len(significant(q)) >= options["digits"]]
    for q in fine if len(fine) <= _FEW else ():
        digits = len(significant(q))
        if digits:
            line = _("{text}有{n}位有效数字，通篇中位数为{m}位").format(text=q.text, n=digits, m=int(median(lengths)))
            yield Hit(span_of(q), line, (q.number,), values={"figure": q.text, "digits": str(digits)})


@check
def approximate_exact(facts: Facts, options: Options) -> Iterator[Outcome]:
    """An approximate word with an exact figure, or two approximate words on one figure."""
    about = set(options["shared"])
    for q in facts.figures:
        words = [w for w in q.approx_words if w in about]
        values = {"figure": q.text}
        if len(q.approx_words) > 1 and words:
            yield Hit(span_of(q), "、".join(q.approx_words), (q.number,), "doubled", values)
        elif words:
            digits = significant(q)
            decimals = len(q.text.partition(".")[2].rstrip("".join(c for c in q.text if not c.isdigit())))
            if len(digits) >= options["digits"] or (decimals >= 2 and len(digits) >= 4):
                yield Hit(span_of(q), _("{word} + {n}位有效数字").format(word=words[0], n=len(digits)), (q.number,), values=values)


@check
def numeral_style(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Han and Arabic numerals mixed for figures of one kind."""
    counts = [q for q in facts.figures if q.kind in ("count", "rate", "money", "area")]
    han = [q for q in counts if not re.search(r"\d", q.text) and _HAN_NUMBER.search(q.text) and q.value >= 1]
    arabic = [q for q in counts if re.search(r"\d", q.text)]
    percent = [q for q in han if q.unit.name == "%"] if any(q.unit.name == "%" for q in arabic) else []
    han = han if len(arabic) >= len(han) * 3 else percent
    han = [q for q in han if q.unit.name == "%" or q.value <= Decimal(str(options["small"]))]
    named = {(q.unit.name if q.kind != "count" else ""): q for q in reversed(arabic)}
    mixed = [q for q in han if (q.unit.name if q.kind != "count" else "") in named]
    if len(mixed) >= options["least"] or any(q.unit.name == "%" for q in mixed):
        other = named[mixed[0].unit.name if mixed[0].kind != "count" else ""]
        values = {"han": "、".join(q.text for q in mixed[:6]), "arabic": other.text}
        line = _("汉字数字{h}处，阿拉伯数字{a}处").format(h=len(han), a=len(arabic))
        yield Hit(span_of(*mixed[:6], other), line, tuple(q.number for q in mixed[:6]), values=values)


def _ends(q: Quantity) -> tuple[Decimal, Decimal] | None:
    """Return the ends of a range as they are written, first and second; a reader may have put them in order."""
    found = _RANGE.search(q.text)
    if found is None:
        return None
    first, second = (Decimal(found[n].replace(",", "")) for n in (1, 3))
    one, two = (_POWERS.get(found[n], Decimal(1)) for n in (2, 4))
    # 8—5万元 shares its 万, 8000—1.2万元 does not.
    shared = two if one == 1 and first < _SMALL else one
    return first * shared, second * two


@check
def range_backwards(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A range whose upper end is less than its lower end, or whose lower end lacks its 万."""
    shared = []
    for q in facts.figures:
        if q.value_max is None:
            continue
        ends = _ends(q)
        if ends and ends[0] > ends[1]:
            low, high = (number_text(end) for end in ends)
            yield Hit(span_of(q), f"{low} > {high}", (q.number,), "", {"low": low, "high": high})
        elif _SHARED.search(q.text):
            shared.append(q)
    if shared and options.get("shared"):
        first = _SHARED_FIRST.search(shared[0].text)
        values = {"low": f"{first.group() if first else ''}{shared[0].unit.name}"}
        yield Hit(span_of(*shared), "、".join(q.text for q in shared), tuple(q.number for q in shared), "shared", values)

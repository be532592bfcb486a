"""A figure put together: interval, precision, kind and notes."""

from __future__ import annotations

from decimal import Decimal

from taizhang.reader.approximations import plain_interval, vague_interval
from taizhang.reader.model import Approximation, Interval, Quantity, QuantityKind, Unit
from taizhang.reader.quantities.context import kind_of
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.words import Words

_MARKS = frozenset("，。；、！？：:;,\n() \t”’》")


def build(number: int, text: str, plain: str, draft: Draft, unit: Unit, words: Words) -> Quantity:
    """Return a figure out of its draft."""
    kind = kind_of(plain, draft, unit, words)
    approx, said = _approximation(draft)
    notes = list(draft.notes)
    if len(said) > 1:
        notes.append("double_approx")
    if _threshold(plain, draft, unit):
        notes.append("threshold")
    match = draft.match
    value = -draft.value if draft.negative else draft.value
    return Quantity.made(
        number=number,
        start=draft.start,
        end=draft.end,
        text=text[draft.start : draft.end],
        value=value,
        unit=unit,
        written_unit=_scale(draft, words) + (match.surface if match else draft.share),
        value_max=draft.high,
        interval=_interval(draft, unit, kind, words),
        precision=draft.place,
        approx=approx,
        approx_words=said,
        kind=kind,
        notes=tuple(dict.fromkeys(notes)) if notes else (),
    )


def _scale(draft: Draft, words: Words) -> str:
    """Return the multipliers that belong to the written unit: 万 of 7.3万亩; of a Han numeral only the last large ones."""
    scale = draft.numeral.scale
    if draft.numeral.arabic:
        return scale
    kept = len(scale)
    while kept and words.letters.kinds[scale[kept - 1]] == "l":
        kept -= 1
    return scale[kept:]


def _approximation(draft: Draft) -> tuple[Approximation | None, tuple[str, ...]]:
    """Return what the words say, the first word deciding, and the words in text order."""
    vague = draft.numeral.vague or draft.after_unit
    if not vague and not draft.words:
        return None, ()
    said: list[tuple[str, Approximation]] = [(w.text, w.kind) for w in draft.words]
    if vague:
        at = 1 if draft.words and draft.start < draft.core_start else 0
        said.insert(at, (vague, "about" if draft.numeral.some else "over"))
    return said[0][1], tuple(s[0] for s in said)


def _interval(draft: Draft, unit: Unit, kind: QuantityKind, words: Words) -> Interval:
    value, high = draft.value, draft.high
    found = words.approximations.interval(value, high, draft.words)
    vague = _vague(draft)
    if found is not None:
        result = found if vague is None else words.approximations.either([found, vague])
    elif vague is not None:
        result = vague
    elif high is not None:
        result = Interval(value, high)
    else:
        result = plain_interval(value, draft.place, unit.whole or not value or not draft.place)
        if unit.name == "%" and kind == "rate" and value == Decimal(100):
            result = Interval(result.low, value)
    return _turned(result) if draft.negative else result


def _vague(draft: Draft) -> Interval | None:
    numeral = draft.numeral
    if numeral.some:
        return Interval(draft.value, draft.high, high_open=True)
    if numeral.vague and draft.high is not None:
        return Interval(draft.value, vague_interval(draft.high).high, high_open=True)
    if numeral.vague:
        return vague_interval(draft.value)
    if draft.after_unit:
        return Interval(draft.value, draft.value + 1, low_open=True, high_open=True)
    return None


def _turned(interval: Interval) -> Interval:
    low = None if interval.high is None else -interval.high
    high = None if interval.low is None else -interval.low
    return Interval(low, high, interval.high_open, interval.low_open)


def _threshold(plain: str, draft: Draft, unit: Unit) -> bool:
    """Tell whether the figure is a condition: 500万元以上的 4 家."""
    if not draft.words or draft.end == draft.core_end:
        return False
    after = plain[draft.end : draft.end + 1]
    return unit.dimension == "age" or not (after == "" or after in _MARKS)

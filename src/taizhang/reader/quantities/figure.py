"""One figure from one place of the text: number and unit decided together, then the approximate words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from taizhang.reader.approximations import Word
from taizhang.reader.model import QuantityKind
from taizhang.reader.numerals import Numeral, scan
from taizhang.reader.quantities.words import Words
from taizhang.reader.units import Match

_BLANKS = re.compile(r"[ \t]{0,3}")
_RANGE = re.compile(r"[ ]?(?:-{1,2}|—{1,2}|–{1,2}|~|至|到)[ ]?")
_HALF = Decimal("0.5")
_TEN = Decimal(10)


@dataclass(slots=True)
class Draft:
    """A figure in the making; offsets of the number and unit alone, and of the whole with its approximate words."""

    numeral: Numeral
    core_start: int
    core_end: int
    start: int
    end: int
    value: Decimal
    high: Decimal | None
    place: Decimal
    match: Match | None = None
    unit_name: str = ""  # of 百分之: the unit that the number brings along
    words: list[Word] = field(default_factory=list)
    after_unit: str = ""  # 多 of 3年多
    notes: list[str] = field(default_factory=list)
    negative: bool = False
    fraction: bool = False
    kind: QuantityKind | None = None  # where the context has told it already


def read_figure(text: str, pos: int, words: Words) -> Draft | None:
    """Read number and unit from a place; None when no number starts there."""
    numeral = scan(text, pos, words.letters)
    if numeral is None:
        return None
    draft = _share(text, numeral, words) or _with_unit(text, numeral, words)
    _range(text, draft, words)
    finish(text, draft, words)
    return draft


def finish(text: str, draft: Draft, words: Words) -> None:
    """Read what stands around number and unit."""
    _halves(text, draft, words)
    _approximate(text, draft, words)


def reach(text: str, numeral: Numeral, words: Words) -> Draft:
    """Read on behind a number that was put together elsewhere: vague words, multipliers, unit."""
    at = numeral.end
    if text[at : at + 1] in words.letters.vague and text[at : at + 1]:
        numeral.vague = text[at]
        at += 1
    while text[at : at + 1] and words.letters.kinds.get(text[at]) in ("s", "l"):
        if words.units.match(text, at):
            break
        factor = words.letters.multipliers[text[at]]
        numeral.value *= factor
        numeral.place *= factor
        numeral.scale += text[at]
        at += 1
    numeral.end = at
    return _attach(text, numeral, words)


def _share(text: str, numeral: Numeral, words: Words) -> Draft | None:
    """Read 百分之X and X分之Y."""
    for whole in words.whole_shares:
        if text.startswith(whole, numeral.start):
            end = numeral.start + len(whole)
            return Draft(numeral, numeral.start, end, numeral.start, end, Decimal(100), None, Decimal(1), unit_name="%")
    between = next((p for p in words.parts if text.startswith(p, numeral.end)), None)
    if between is None:
        return None
    part = scan(text, numeral.end + len(between), words.letters)
    if part is None or (part.vague in words.letters.vague_before_unit and part.vague):
        return None
    written = text[numeral.start : numeral.end]
    unit = words.shares.get(written, "")
    if unit:
        return Draft(part, numeral.start, part.end, numeral.start, part.end, part.value, part.high, part.place, unit_name=unit)
    if not numeral.value:
        return None
    value = part.value / numeral.value
    return Draft(part, numeral.start, part.end, numeral.start, part.end, value, None, Decimal(0), fraction=True)


def _with_unit(text: str, numeral: Numeral, words: Words) -> Draft:
    """Choose between readings of number and unit: the furthest reach, then the longest unit (375 千瓦, not 375千 瓦)."""
    best = _attach(text, numeral, words)
    for index in numeral.multipliers:
        if text[index] in words.units.first and index > numeral.start:
            found = words.units.match(text, index)
            if found is None or found.end < best.core_end or found.end <= numeral.end:
                continue
            shorter = scan(text, numeral.start, words.letters, limit=index)
            if shorter is not None and shorter.end == index and (best.match is None or _longer(found, best.match)):
                best = _attach(text, shorter, words)
    return best


def _longer(found: Match, other: Match) -> bool:
    return len(found.surface) > len(other.surface) or found.end > other.end


def _attach(text: str, numeral: Numeral, words: Words) -> Draft:
    blank = _BLANKS.match(text, numeral.end)
    at = blank.end() if blank else numeral.end
    found = words.units.match(text, at)
    if found is not None and at > numeral.end and not numeral.arabic:
        found = None
    end = found.end if found else numeral.end
    if found is None and numeral.vague and numeral.vague in words.letters.vague_before_unit and not numeral.some:
        # 来 without a unit behind it is the verb.
        shorter = scan(text, numeral.start, words.letters, limit=numeral.end - 1)
        if shorter is not None:
            numeral, end = shorter, shorter.end
    draft = Draft(numeral, numeral.start, end, numeral.start, end, numeral.value, numeral.high, numeral.place, found)
    if found and found.written.times != 1:
        _multiply(draft, found.written.times)
    return draft


def _multiply(draft: Draft, times: Decimal) -> None:
    """Bring 成 and 折 to per cent: 七成 is 70, 三八折 38."""
    if draft.value <= _TEN:
        draft.value *= times
        draft.place *= times
        draft.high = None if draft.high is None else draft.high * times


def _range(text: str, draft: Draft, words: Words) -> None:
    """Take the upper end of a range; both ends get unit and multiplier of the second."""
    if draft.high is not None or draft.numeral.vague or draft.fraction or draft.numeral.bare:
        return
    between = _RANGE.match(text, draft.core_end)
    if between is None or between.end() >= len(text) or text[between.end()] not in words.letters.kinds:
        return
    second = scan(text, between.end(), words.letters)
    if second is None or second.bare or second.some or (second.vague in words.letters.vague_before_unit and second.vague):
        return
    upper = _share(text, second, words) or _with_unit(text, second, words)
    own = draft.match is not None or bool(draft.unit_name)
    if own and (_name(upper) != _name(draft) or _from_to(text, draft, words)):
        if not (draft.unit_name and upper.match is None):
            return
        upper.unit_name = draft.unit_name
    if upper.match is None and not upper.unit_name:
        return
    if not own:
        _share_multiplier(draft, upper, words)
    draft.high, draft.core_end, draft.end = upper.value, upper.core_end, upper.core_end
    draft.match, draft.unit_name = upper.match, upper.unit_name
    draft.numeral.scale = upper.numeral.scale
    draft.numeral.vague = upper.numeral.vague
    draft.notes.append("range")


def _name(draft: Draft) -> str:
    return draft.unit_name or (draft.match.unit.name if draft.match else "")


def _from_to(text: str, draft: Draft, words: Words) -> bool:
    """Tell whether 由 or 从 stands shortly before: then two figures are compared."""
    return any(c in words.from_words for c in text[max(0, draft.core_start - 8) : draft.core_start])


def _share_multiplier(draft: Draft, upper: Draft, words: Words) -> None:
    """Give the lower end the 万 of the upper one: 5—8万元; not in 5000—1万元, where the range would run backwards."""
    factor = Decimal(1)
    for character in upper.numeral.scale:
        size = words.letters.multipliers[character]
        if not draft.numeral.multipliers or words.letters.kinds[character] == "l":
            factor *= size
    if not any(words.letters.kinds.get(c) == "l" for c in draft.numeral.scale) and draft.value < upper.numeral.value / factor * 10:
        draft.value *= factor
        draft.place *= factor
    if upper.match and upper.match.written.times != 1:
        _multiply(draft, upper.match.written.times)


def _halves(text: str, draft: Draft, words: Words) -> None:
    """Take 半 and 多 behind a measure: 两米半, 3年多, and 3 of 三成六."""
    found = draft.match
    if found is None or (found.unit.whole and not found.inner):
        return
    if found.inner:
        _inner(draft, found.inner, words)
        return
    after = text[draft.core_end : draft.core_end + 1]
    if after and after in words.letters.half and draft.high is None and not draft.numeral.vague:
        draft.value += _HALF * found.written.times
        draft.place = found.written.times / 2
        draft.core_end = draft.end = draft.core_end + 1
    elif after and after in words.after_unit and text[draft.core_end + 1 : draft.core_end + 2] not in words.units.first:
        draft.after_unit = after
        draft.core_end = draft.end = draft.core_end + 1


def _inner(draft: Draft, inner: str, words: Words) -> None:
    if inner in words.letters.half:
        draft.value += _HALF
    else:
        draft.after_unit = inner


def _approximate(text: str, draft: Draft, words: Words) -> None:
    """Take the approximate words before and behind."""
    found = words.approximations.before(text, draft.core_start, draft.numeral.bare)
    if found is not None:
        draft.start = found[0]
        draft.words.append(found[1])
    behind = words.approximations.after(text, draft.core_end)
    if behind is not None:
        draft.end = behind[0]
        draft.words.append(behind[1])

"""One figure from one place of the text: number and unit decided together, then the approximate words around them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from taizhang.reader.numerals import Numeral, scan
from taizhang.reader.quantities.around import approximate, negative, tail
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.words import Words
from taizhang.reader.units import Match

_BLANKS = re.compile(r"[ \t]{0,3}")
#: A line's end inside a figure, with a page's number on a line of its own.
_BREAK = re.compile(r"[ \t]{0,4}\r?\n(?:[ \t]{0,8}(?:[-—] ?)?[0-9]{1,3}(?: ?[-—])?[ \t]{0,4}\r?\n)?[ \t]{0,4}", re.ASCII)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SLASH = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)(?![0-9/.])", re.ASCII)
#: Blanks between thousands (2 700亩), where a character of the clause stands before: in columns of numbers one would join two cells.
_GROUPED = re.compile(r"(?<=[\u4e00-\u9fff，。；：])[0-9]{1,3}(?: [0-9]{3}){1,3}(?![0-9.])", re.ASCII)
_TEN = Decimal(10)
_HALF = Decimal("0.5")


def read_figure(text: str, pos: int, words: Words) -> Draft | None:
    """Read number and unit from a place; None when no number starts there."""
    numeral = scan(text, pos, words.letters)
    if numeral is None:
        return None
    draft = _core(text, numeral, words)
    _range(text, draft, words)
    finish(text, draft, words)
    return draft


def read_half(text: str, pos: int, words: Words) -> Draft | None:
    """Read 半 where it is the whole number: 半数以上, 半亩."""
    numeral = Numeral(pos, pos + 1, _HALF, place=_HALF, bare=True)
    draft = _share(text, numeral, words)
    if draft is None:
        found = words.units.match(text, pos + 1)
        barred = pos and text[pos - 1] in words.half_not_after
        if found is None or barred or found.unit.dimension not in words.half_of:
            return None
        numeral.bare = False
        draft = Draft.of(numeral, found.end, found)
    finish(text, draft, words)
    return draft


def finish(text: str, draft: Draft, words: Words) -> None:
    """Read what stands around number and unit."""
    tail(text, draft, words)
    approximate(text, draft, words)
    negative(text, draft, words)


def _core(text: str, numeral: Numeral, words: Words) -> Draft:
    if numeral.arabic and text[numeral.end : numeral.end + 1] in ("/", " "):
        found = _slashed(text, numeral, words) or _grouped(text, numeral, words)
        if found is not None:
            return found
    return _share(text, numeral, words) or _with_unit(text, numeral, words)


def reach(text: str, numeral: Numeral, words: Words) -> Draft:
    """Read on behind a number that was put together elsewhere: vague words, multipliers, unit."""
    at = numeral.end
    if text[at : at + 1] and text[at] in words.letters.vague:
        numeral.vague = text[at]
        at += 1
    while words.letters.kinds.get(text[at : at + 1]) in ("s", "l") and len(numeral.scale) < 3 and not words.units.match(text, at):
        factor = words.letters.multipliers[text[at]]
        numeral.value *= factor
        numeral.place *= factor
        numeral.scale += text[at]
        at += 1
    numeral.end = at
    return _attach(text, numeral, words)


def _grouped(text: str, numeral: Numeral, words: Words) -> Draft | None:
    """Read 2 700亩: blanks between groups of three, with a unit right behind."""
    found = _GROUPED.match(text, numeral.start)
    if found is None:
        return None
    digits = found.group().replace(" ", "")
    whole = Numeral(numeral.start, found.end(), Decimal(digits), arabic=True, digits=digits)
    draft = reach(text, whole, words)
    return draft if draft.match else None


def _slashed(text: str, numeral: Numeral, words: Words) -> Draft | None:
    """Read 1/3 where a word says that it is a part: 占1/3, 1/3的农户, 2/3以上."""
    found = _SLASH.match(text, numeral.start)
    if found is None or int(found[1]) >= int(found[2]):
        return None
    after = text[found.end() : found.end() + 2]
    before = text[max(0, numeral.start - 1) : numeral.start]
    if not (any(after.startswith(w) for w in words.part_after) or (before and before in words.part_before)):
        return None
    draft = Draft.of(numeral, found.end())
    draft.value, draft.place, draft.fraction = Decimal(found[1]) / Decimal(found[2]), Decimal(0), True
    return draft


def _share(text: str, numeral: Numeral, words: Words) -> Draft | None:
    """Read 百分之X and X分之Y."""
    for whole, value in words.whole_shares.items() if not numeral.arabic else ():
        if text.startswith(whole, numeral.start):
            draft = Draft.of(numeral, numeral.start + len(whole))
            draft.value, draft.place, draft.unit_name, draft.share = value, Decimal(1), "%", whole
            return draft
    if not text.startswith(words.parts, numeral.end):
        return None
    between = next(p for p in words.parts if text.startswith(p, numeral.end))
    part = scan(text, numeral.end + len(between), words.letters)
    if part is None or not numeral.value:
        return None
    draft = Draft.of(part, part.end)
    draft.start = draft.core_start = numeral.start
    unit = words.shares.get(text[numeral.start : numeral.end], "")
    if unit:
        draft.unit_name, draft.share = unit, text[numeral.start : part.start]
    else:
        draft.value, draft.high, draft.place, draft.fraction = part.value / numeral.value, None, Decimal(0), True
    return draft


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
    at = numeral.end
    if numeral.arabic and text[at : at + 1] in (" ", "\t") and (blank := _BLANKS.match(text, at)) is not None:
        at = blank.end()
    found = words.units.match(text, at)
    if found is not None:
        draft = Draft.of(numeral, found.end, found)
        if found.written.times != 1:
            _multiply(draft, found.written.times)
        return draft
    if numeral.arabic and (broken := _broken(text, numeral, words)) is not None:
        return broken
    if numeral.vague in words.letters.vague_before_unit and numeral.vague and not numeral.some:
        # 来 without a unit behind it is the verb.
        numeral = scan(text, numeral.start, words.letters, limit=numeral.end - 1) or numeral
    return Draft.of(numeral, numeral.end)


def _broken(text: str, numeral: Numeral, words: Words) -> Draft | None:
    """Read a unit of measure that stands on the next line, also behind a page's number between the two."""
    gap = _BREAK.match(text, numeral.end)
    if gap is None or not _CHINESE.match(text[numeral.start - 1 : numeral.start] if numeral.start else ""):
        return None
    at = gap.end()
    moved = replace(numeral, end=at)
    draft = reach(text, moved, words) if words.letters.kinds.get(text[at : at + 1]) == "l" else None
    found = draft.match if draft else words.units.match(text, at)
    if found is None or (found.unit.whole and not moved.scale) or len(found.surface) + len(moved.scale) < 2:
        return None
    draft = draft or Draft.of(moved, found.end, found)
    draft.notes.append("unit_after_break")
    return draft


def _multiply(draft: Draft, times: Decimal) -> None:
    """Bring 成 and 折 to per cent (七成 is 70, 三八折 38), 个亿 to 元."""
    if times > _TEN or draft.value <= _TEN:
        draft.value *= times
        draft.place *= times
        draft.high = None if draft.high is None else draft.high * times


def _range(text: str, draft: Draft, words: Words) -> None:
    """Take the upper end of a range; both ends get unit and multiplier of the second."""
    if draft.high is not None or draft.numeral.vague or draft.fraction or draft.numeral.bare:
        return
    between = words.range_sign.match(text, draft.core_end)
    if between is None or words.letters.kinds.get(text[between.end() : between.end() + 1], "v") == "v":
        return
    second = scan(text, between.end(), words.letters)
    if second is None or second.some:
        return
    upper = _core(text, second, words)
    if (upper.numeral.bare and not upper.share) or not _same_unit(text, draft, upper, words):
        return
    if draft.match is None and not draft.unit_name:
        _share_multiplier(draft, upper, words)
    draft.value, draft.high = min(draft.value, upper.value), max(draft.value, upper.value)
    draft.reach(upper.core_end)
    draft.match, draft.unit_name = upper.match, upper.unit_name
    draft.numeral.scale, draft.numeral.vague = upper.numeral.scale, upper.numeral.vague
    draft.notes.append("range")


def _same_unit(text: str, draft: Draft, upper: Draft, words: Words) -> bool:
    """Tell whether two ends make a range: the second has a unit, and the first the same or none."""
    if not draft.name:
        return bool(upper.name)
    # 由 85% 到 91% compares two figures.
    if any(c in words.from_words for c in text[max(0, draft.core_start - 8) : draft.core_start]):
        return False
    if draft.unit_name and not upper.name:
        upper.unit_name = draft.unit_name
    return upper.name == draft.name


def _share_multiplier(draft: Draft, upper: Draft, words: Words) -> None:
    """Give the lower end the 万 of the upper one: 5—8万元; not in 5000—1万元, where the range would run backwards."""
    factor = Decimal(1)
    for character in upper.numeral.scale:
        if not draft.numeral.multipliers or words.letters.kinds[character] == "l":
            factor *= words.letters.multipliers[character]
    if not any(words.letters.kinds.get(c) == "l" for c in draft.numeral.scale) and draft.value < upper.numeral.value / factor * 10:
        draft.value *= factor
        draft.place *= factor
    if upper.match and upper.match.written.times != 1:
        _multiply(draft, upper.match.written.times)

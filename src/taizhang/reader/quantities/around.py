"""What stands around number and unit: a half, smaller units, a sign, approximate words."""

from __future__ import annotations

from decimal import Decimal

from taizhang.reader.numerals import scan
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.words import Words

_HALF = Decimal("0.5")
_TENTH = Decimal(10)


def tail(text: str, draft: Draft, words: Words) -> None:
    """Take what stands behind a measure: 两米半, 3年多, 五元三毛, 七成六."""
    found = draft.match
    if found is None or (found.unit.whole and not found.inner):
        return
    if found.inner:
        if found.inner in words.letters.half:
            draft.value += _HALF
            draft.place = _HALF
        else:
            draft.after_unit = found.inner
        return
    after = text[draft.core_end : draft.core_end + 1]
    if not after or draft.numeral.vague or draft.high is not None:
        return
    if after in words.letters.half:
        draft.value += _HALF * found.written.times
        draft.place = found.written.times / 2
        draft.reach(draft.core_end + 1)
    elif after in words.after_unit and text[draft.core_end + 1 : draft.core_end + 2] not in words.units.first:
        draft.after_unit = after
        draft.reach(draft.core_end + 1)
    elif after in words.letters.kinds:
        _smaller(text, draft, words)


def _smaller(text: str, draft: Draft, words: Words) -> None:
    """Add a number in a smaller unit of the same dimension (五元三毛, 2小时30分钟), or a tenth (七成六)."""
    found = draft.match
    assert found is not None
    second = scan(text, draft.core_end, words.letters)
    if second is None or second.vague or second.bare or second.high is not None:
        return
    lower = words.units.part(text, second.end, found.unit.dimension)
    if lower is not None and lower[1] < found.unit.factor:
        factor = lower[1] / found.unit.factor
        draft.value += second.value * factor
        draft.place = factor
        draft.reach(lower[0])
    elif found.written.times == _TENTH and second.end == second.start + 1 and words.units.match(text, second.end) is None:
        draft.value += second.value
        draft.place = Decimal(1)
        draft.reach(second.end)


def approximate(text: str, draft: Draft, words: Words) -> None:
    """Take the approximate words before and behind."""
    found = words.approximations.before(text, draft.core_start, draft.numeral.bare)
    if found is not None:
        draft.start = found[0]
        draft.words.append(found[1])
    behind = words.approximations.after(text, draft.core_end)
    if behind is not None:
        draft.end = behind[0]
        draft.words.append(behind[1])


def negative(text: str, draft: Draft, words: Words) -> None:
    """Take a sign; a hyphen is one only before what can lie below zero, and never behind a digit or letter."""
    if draft.start != draft.core_start or not draft.core_start or draft.high is not None:
        return
    below = words.below
    if text.endswith(below, 0, draft.core_start) and draft.match and draft.match.unit.dimension in words.coldness:
        draft.negative = True
        draft.core_start = draft.start = draft.core_start - len(below)
        return
    sign = text[draft.core_start - 1]
    if sign in words.letters.minus:
        if not (draft.match or draft.unit_name):
            return
    elif sign != "-" or not _below_zero(draft, words) or text[max(0, draft.core_start - 2) : draft.core_start - 1].isascii():
        return
    draft.negative = True
    draft.core_start -= 1
    draft.start -= 1


def _below_zero(draft: Draft, words: Words) -> bool:
    return bool(draft.unit_name) or (draft.match is not None and draft.match.unit.dimension in words.below_zero)

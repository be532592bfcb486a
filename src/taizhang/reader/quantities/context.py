"""What stands around a number: whether it counts at all, which unit was left out, whether it tells a level or a change."""

from __future__ import annotations

import re

from taizhang.reader.model import PassedKind, QuantityKind, Unit
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.words import Words
from taizhang.reader.units import NO_UNIT, Match

_STOP = re.compile(r"[，。；、！？：:;,\n()]")
_LETTER = re.compile(r"[A-Za-z]", re.ASCII)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

#: A part of a whole, as a fraction of one.
FRACTION = Unit("", "ratio", kind="rate")


def judge(text: str, draft: Draft, words: Words) -> Unit | PassedKind | None:
    """Return the unit of a figure; or why a number is none; or None for a Han character that is no number here."""
    before = text[draft.numeral.start - 1 : draft.numeral.start] if draft.numeral.start else ""
    if before and before in words.pointing_always:
        return "ordinal"
    if not draft.numeral.arabic and inside_word(text, draft.numeral.start, words):
        return None
    if draft.fraction:
        return FRACTION
    if draft.share in words.only_approximate and not draft.words:
        return None
    if draft.unit_name:
        return words.units.by_surface[draft.unit_name].unit
    if draft.match is None:
        return _without_unit(text, draft, words)
    return _with_unit(text, draft, draft.match, before, words)


def inside_word(text: str, at: int, words: Words) -> bool:
    """Tell whether a Han digit is part of a word that is no number: 四川, 统一."""
    for before, behind in words.around_numbers.get(text[at], ()):
        if at >= before and text[at - before : at + behind] in words.not_numbers:
            return True
    return False


def approximate(draft: Draft) -> bool:
    """Tell whether any word makes the figure approximate."""
    return bool(draft.words or draft.numeral.vague or draft.after_unit)


def _with_unit(text: str, draft: Draft, match: Match, before: str, words: Words) -> Unit | PassedKind | None:
    written, numeral = match.written, draft.numeral
    if numeral.bare and not approximate(draft):
        return None
    if not numeral.arabic and _idle(text, draft, match, before, words):
        return None
    if written.order:
        return "ordinal"
    if before and _LETTER.match(before) and match.unit.whole and not numeral.scale:
        return "identifier"
    if match.unit.name == "年" and numeral.arabic and _FIRST_YEAR <= numeral.value <= _LAST_YEAR and not numeral.scale:
        return "date"
    if before and before in words.numbered_after.get(match.surface, "") and not approximate(draft):
        return "place"
    if before and before in words.rank_before and match.surface in words.rank_units:
        return "ordinal"
    if written.note:
        draft.notes.append("classifier_omitted")
    if written.not_person and any(c in written.not_person for c in text[max(0, draft.core_start - 8) : draft.core_end + 6]):
        return Unit(match.surface, match.surface, person="place", whole=True)
    return match.unit


def _idle(text: str, draft: Draft, match: Match, before: str, words: Words) -> bool:
    """Tell whether a Han numeral before a unit counts nothing."""
    numeral = draft.numeral
    if not match.written.han:
        return True
    if before and before in words.pointing and not draft.words:
        return True
    if numeral.value != 1 or numeral.end - numeral.start != 1 or draft.words:
        return False
    if not match.written.one or (before and before in words.one_after):
        return True
    return words.one_before.match(text, match.end) is not None


def _without_unit(text: str, draft: Draft, words: Words) -> Unit | PassedKind | None:
    numeral = draft.numeral
    after = text[draft.core_end : draft.core_end + 1]
    before = text[draft.core_start - 1 : draft.core_start] if draft.core_start else ""
    if numeral.arabic and ((before and _LETTER.match(before)) or (after and (_LETTER.match(after) or after == "*"))):
        return "identifier"
    large = any(words.letters.kinds[c] == "l" for c in numeral.scale)
    if numeral.bare and not draft.words:
        return None
    if numeral.arabic and not large and _missing_per_cent(text, draft, after, words):
        return NO_UNIT
    if large or (approximate(draft) and (numeral.value >= 10)):
        cued = _cued(text, draft, words)
        if cued is not None:
            unit = words.units.by_surface[cued].unit
            draft.notes.append("unit_omitted" if not unit.whole else "classifier_omitted")
            return unit
        if large and numeral.arabic:
            draft.notes.append("unit_omitted")
            return NO_UNIT
    if not numeral.value and before and before in words.zero_after and not (after and _CHINESE.match(after)):
        return NO_UNIT
    return "bare_number" if numeral.arabic else None


def _missing_per_cent(text: str, draft: Draft, after: str, words: Words) -> bool:
    """Tell whether a word of change or rate says that a per cent sign is missing."""
    if after and _CHINESE.match(after) and not draft.words:
        return False
    if change_word(text, draft, words):
        draft.notes.append("unit_omitted")
        draft.kind = "change"
        return True
    clause = _clause_before(text, draft.start, 12)
    if words.rate.search(clause):
        draft.notes.append("unit_omitted")
        draft.kind = "rate"
        return True
    return False


def _clause_before(text: str, at: int, length: int) -> str:
    """Return what stands before a place in its clause."""
    window = text[max(0, at - length) : at]
    cut = 0
    for stop in _STOP.finditer(window):
        cut = stop.end()
    return window[cut:].rstrip(" ")


def change_word(text: str, draft: Draft, words: Words) -> str:
    """Return the word that makes a rate a change; empty when the figure tells a level (提高到 95%)."""
    clause = _clause_before(text, draft.start, 16)
    last = last_match(words.change, clause)
    if last is None or words.levels.search(clause):
        return ""
    word, gap = last.group(), clause[last.end() :]
    if len(gap) > (words.change_gap if len(word) > 1 else 1) or any(c.isdigit() for c in gap):
        return ""
    if gap and gap[-1] in words.change_to:
        return ""
    if gap and gap[-1] in words.change_is and not any(c in words.change_nouns for c in word + gap):
        return ""
    return word


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the last place where a pattern is found."""
    found = None
    for each in pattern.finditer(text):
        found = each
    return found


def kind_of(text: str, draft: Draft, unit: Unit, words: Words) -> QuantityKind:
    """Return the kind of a figure, with a note on a fall."""
    if unit.dimension not in ("ratio", "points") and unit.name:
        return unit.kind
    word = change_word(text, draft, words)
    if word in words.down:
        draft.notes.append("decrease")
    if draft.kind:
        return draft.kind
    if unit.dimension == "points" or (word and unit.dimension == "ratio"):
        return "change"
    return unit.kind


def _cued(text: str, draft: Draft, words: Words) -> str | None:
    """Return the unit that the nearest word names: 元 for 53万小额贷款, 人 for 500多留守老人."""
    after = text[draft.end : draft.end + words.after_omitted]
    stop = _STOP.search(after)
    ahead = words.omitted.search(after[: stop.start()] if stop else after)
    left = text[max(0, draft.start - words.before_omitted) : draft.start]
    behind = last_match(words.omitted, left)
    if ahead and (behind is None or ahead.start() <= len(left) - behind.end()):
        return words.cues[ahead.group()]
    large = any(words.letters.kinds[c] == "l" for c in draft.numeral.scale)
    return words.cues[behind.group()] if behind and large else None

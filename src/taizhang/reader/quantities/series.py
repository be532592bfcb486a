"""Figures that are read together: parts of a ratio, decimals behind an enumeration comma, a word said once for a list."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from taizhang.reader.model import Interval, Quantity
from taizhang.reader.numerals import Numeral
from taizhang.reader.numerals.scan import place_of_digits
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.figure import finish, reach
from taizhang.reader.quantities.words import Words

_RATIO = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?(?:[:：∶][0-9]{1,3}(?:\.[0-9]{1,4})?){1,5}(?![0-9:：.])", re.ASCII)
_PART = re.compile(r"[0-9.]+", re.ASCII)
_DUNHAO = re.compile(r"([0-9]{1,12})、([0-9]{1,4})(?![0-9.、])", re.ASCII)


def read_ratio(text: str, at: int, words: Words) -> list[Draft]:
    """Read 18:68:14 as three shares; nothing when they do not make a whole."""
    found = _RATIO.match(text, at)
    if found is None:
        return []
    parts = list(_PART.finditer(text, at, found.end()))
    values = [Decimal(p.group().strip(".") or 0) for p in parts]
    if abs(sum(values) - words.ratio_sum) > words.ratio_slack:
        return []
    drafts = []
    for part, value in zip(parts, values, strict=True):
        place = place_of_digits(max(0, -int(value.as_tuple().exponent)))
        numeral = Numeral(part.start(), part.end(), value, place=place, arabic=True, digits=part.group())
        draft = Draft(numeral, part.start(), part.end(), part.start(), part.end(), value, None, place, unit_name="%")
        draft.notes.append("ratio")
        drafts.append(draft)
    return drafts


def read_dunhao(text: str, at: int, words: Words) -> Draft | None:
    """Read 3、19亿元 as 3.19亿元: a measure whose point was typed as an enumeration comma."""
    found = _DUNHAO.match(text, at)
    if found is None or line_start(text, at) or text[at - 1] in "、.,，0123456789":
        return None
    number = Decimal(f"{found[1]}.{found[2]}")
    place = place_of_digits(len(found[2]))
    numeral = Numeral(at, found.end(), number, place=place, arabic=True, digits=str(number))
    draft = reach(text, numeral, words)
    unit = draft.match.unit if draft.match else None
    if unit is None or (unit.whole and not draft.numeral.scale) or unit.dimension in words.never_decimal:
        return None
    draft.notes.append("dunhao_decimal")
    finish(text, draft, words)
    return draft


def line_start(text: str, at: int) -> bool:
    """Tell whether nothing but blanks stands before a place on its line."""
    while at and text[at - 1] in " \t":
        at -= 1
    return at == 0 or text[at - 1] == "\n"


def share_approximations(text: str, found: list[Quantity], words: Words) -> None:
    """Give what is said once for a list to all of it: 以上 behind the last, 增长 before the first."""
    for earlier, later in zip(found[-2::-1], found[:0:-1], strict=True):
        if _over_for_both(text, earlier, later, words):
            interval = Interval(earlier.value, None)
            earlier.fill(approx="over", approx_words=later.approx_words, interval=interval, notes=(*earlier.notes, "shared_approx"))
    for earlier, later in pairwise(found):
        if _change_for_both(text, earlier, later, words):
            fall = tuple(n for n in earlier.notes if n == "decrease")
            later.fill(kind="change", notes=(*later.notes, *fall))


def _over_for_both(text: str, earlier: Quantity, later: Quantity, words: Words) -> bool:
    if later.approx != "over" or earlier.approx is not None or earlier.value_max is not None or earlier.unit.name != later.unit.name:
        return False
    said_behind = "shared_approx" in later.notes or (not later.text.endswith(later.written_unit) and len(later.approx_words) == 1)
    return said_behind and text[earlier.end : later.start] in words.list_marks


def _change_for_both(text: str, earlier: Quantity, later: Quantity, words: Words) -> bool:
    same = later.kind == "rate" and earlier.kind == "change" and earlier.unit.dimension == later.unit.dimension
    return same and text[earlier.end : later.start] in words.list_marks

"""The scanner: one number from one place of a text, Arabic, Han or mixed, read from left to right without turning back.

Four places make a group (千百十 and a digit); 万, 亿 and 兆 close a group and multiply it with everything smaller that stands before. A last
digit without its multiplier is the spoken short form (九万四 is 94000). Behind 余, 多 or 几 only multipliers may follow (一千多万).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from taizhang.reader.numerals.alphabet import ARABIC, Alphabet, place_of

_ENDLESS = 10**40
#: More digits than this are an identifier, not an amount (and half of the last one would be beyond the 28 that Decimal reckons with); more
#: multipliers than this are no number, and each makes the number longer.
LONGEST = 26
MOST_MULTIPLIERS = 20


@dataclass(slots=True)
class Numeral:
    """One number of the text."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None = None  # of 两三百 300, of 几十 100
    vague: str = ""  # 余 多 来 几, or 几 数 in front
    place: Decimal = Decimal(1)  # value of one unit in the last written digit
    bare: bool = False  # 百 千 万 alone, without a digit
    arabic: bool = False
    some: bool = False  # 几十, 数百
    digits: str = ""  # the Arabic digits as they stand
    scale: str = ""  # the multipliers behind the last digit: 万 of 2700余万
    multipliers: tuple[int, ...] = ()  # where they stand, for a unit to claim them back (千 of 千瓦)


@dataclass(slots=True)
class _Sum:
    """A number in the making."""

    parts: list[tuple[Decimal | int, int]] = field(default_factory=list)  # closed groups with their multiplier
    group: Decimal | int = 0
    pending: Decimal | int | None = None  # a digit or Arabic number that waits for its multiplier
    spread: Decimal | int = 0  # 两三百: how far the upper end lies above
    last: int = 0  # the multiplier read last
    small: int = _ENDLESS  # the last one inside the open group
    place: Decimal | int = 1
    zero: bool = False
    fixed: bool = False  # nothing but multipliers may follow
    arabic: bool = False  # the pending number is Arabic
    first_arabic: bool = False
    bare: bool = False
    some: bool = False
    vague: str = ""
    digits: str = ""
    scale: list[str] = field(default_factory=list)
    where: list[int] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return self.pending is None and not self.group and not self.parts and not self.where

    def low(self) -> tuple[Decimal | int, Decimal | int, Decimal | int]:
        """Return the value, the spread and the last digit's place as they stand now."""
        value = self.group + sum(v for v, _ in self.parts)
        spread, place = self.spread, self.place
        if self.pending is not None:
            short = self._short_form()
            value += self.pending * short
            if short != 1:
                place = short
                spread *= short
        return value, spread, place

    def _short_form(self) -> int:
        one_digit = self.pending is not None and self.pending == int(self.pending) and 0 < self.pending < 10
        return self.last // 10 if one_digit and self.last >= 100 and not self.zero else 1


def scan(text: str, pos: int, letters: Alphabet, limit: int | None = None, spaced: bool = False) -> Numeral | None:
    """Read the number that starts at ``pos``; None when none does.

    ``limit`` ends the text early; ``spaced`` allows blanks between the characters (一 百 五 十).
    """
    end_of_text = len(text) if limit is None else limit
    short = _short(text, pos, end_of_text, letters) if pos < end_of_text else None
    if short is not None:
        return short
    state = _Sum()
    at = end = pos
    while at < end_of_text:
        kind = letters.kinds.get(text[at])
        if kind is None:
            at = _over_blanks(text, at, letters, state, spaced)
            if at < 0:
                break
            continue
        after = _STEPS[kind](state, text, at, end_of_text, letters)
        if after == at:
            break
        at = after
        if not (state.zero and state.pending is None and not state.vague and text[at - 1] in letters.zeros):
            end = at
    return _finish(state, text, pos, end)


def _plain(written: str, start: int, end: int) -> Numeral | None:
    digits = written.replace(",", "").replace("，", "")
    if len(digits) > LONGEST:
        return None
    point = digits.find(".")
    place = place_of_digits(0 if point < 0 else len(digits) - point - 1)
    return Numeral(start, end, Decimal(digits), place=place, arabic=True, digits=digits)


def _short(text: str, pos: int, limit: int, letters: Alphabet) -> Numeral | None:
    """Read what most numbers of a report are: Arabic and nothing else, or with one 万 or 亿, or one Han digit; None for any other."""
    kind = letters.kinds.get(text[pos])
    if kind == "d" and _ends(text, pos + 1, limit, letters):
        return Numeral(pos, pos + 1, Decimal(letters.digits[text[pos]]))
    found = ARABIC.match(text, pos, limit) if kind == "a" else None
    if found is None:
        return None
    end = found.end()
    if _ends(text, end, limit, letters):
        return _plain(found.group(), pos, end)
    if letters.kinds.get(text[end]) != "l" or not _ends(text, end + 1, limit, letters):
        return None
    numeral = _plain(found.group(), pos, end)
    return _scaled(numeral, text[end], letters) if numeral is not None and numeral.value else None


def _ends(text: str, at: int, limit: int, letters: Alphabet) -> bool:
    """Tell whether a number cannot go on at a place."""
    return at >= limit or (text[at] != " " and text[at] not in letters.kinds)


def _scaled(numeral: Numeral, multiplier: str, letters: Alphabet) -> Numeral:
    """Multiply an Arabic number by the 万 or 亿 right behind it."""
    factor = letters.multipliers[multiplier]
    numeral.value *= factor
    numeral.place *= factor
    numeral.scale, numeral.multipliers = multiplier, (numeral.end,)
    numeral.end += 1
    return numeral


def _over_blanks(text: str, at: int, letters: Alphabet, state: _Sum, spaced: bool) -> int:
    """Return where the number goes on behind a blank, -1 when it does not; without ``spaced`` only 万 and 亿 stand apart (1.2 亿元)."""
    if text[at] != " " or state.empty:
        return -1
    if spaced:
        return at + 1
    after = at + 1
    while after < at + 3 and text[after : after + 1] == " ":
        after += 1
    return after if state.arabic and not state.fixed and letters.kinds.get(text[after : after + 1]) == "l" else -1


def _finish(state: _Sum, text: str, pos: int, end: int) -> Numeral | None:
    if state.empty or end == pos or len(state.digits) > LONGEST:
        return None
    value, spread, place = state.low()
    low = Decimal(value)
    high = None
    if state.some:
        high = low / 2 * 10 if low else None
    elif spread:
        high = low + spread
    return Numeral(
        pos, end, low, high, state.vague, Decimal(place), state.bare, state.first_arabic, state.some, state.digits,
        "".join(state.scale), tuple(state.where),
    )  # fmt: skip


def _digits(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take a run of Han digits."""
    if state.fixed or state.pending is not None:
        return at
    found = letters.run.match(text, at, limit)
    assert found is not None
    run = found.group()
    if state.where and run[0] in letters.zeros:
        state.zero = True
        return at + 1
    numbers = [letters.digits[c] for c in run]
    if len(run) == 1:
        follows = letters.kinds.get(text[at + 1 : at + 2], "")
        if run in letters.never_last and state.where and follows not in ("s", "l"):
            return at
        state.pending = numbers[0]
    elif len(run) == 2 and _neighbours(*numbers):
        state.pending, state.spread = numbers[0], numbers[1] - numbers[0]
    elif state.where or any(c in letters.never_last for c in run) or len(run) > LONGEST:
        return at
    else:
        state.pending = int("".join(map(str, numbers)))
    state.place, state.arabic = 1, False
    state.scale.clear()
    return at + len(run)


def _neighbours(first: int, second: int) -> bool:
    return first > 0 and (second - first == 1 or (first, second) == (3, 5))


def _arabic(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take an Arabic number."""
    if state.fixed or state.pending is not None:
        return at
    found = ARABIC.match(text, at, limit)
    assert found is not None
    written = found.group()
    if state.where:
        if not written.isdigit() or int(written[: LONGEST + 1]) >= state.last or (written[0] == "0" and len(written) > 1):
            return at
    else:
        state.first_arabic = True
    state.digits = written.replace(",", "").replace("，", "")
    number = Decimal(state.digits)
    state.pending, state.arabic = number, True
    point = state.digits.find(".")
    state.place = 1 if point < 0 else place_of_digits(len(state.digits) - point - 1)
    if written[0] == "0" and state.where:
        state.zero = True
    state.scale.clear()
    return found.end()


def _small(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take 十 百 千."""
    factor = letters.multipliers[text[at]]
    if len(state.where) >= MOST_MULTIPLIERS:
        return at
    if state.fixed:
        return _scale_all(state, text, at, factor)
    if factor >= state.small:
        return at
    if state.pending is None or (state.pending == 0 and not state.arabic and not state.where):
        if state.where and factor != 10:
            return at
        state.bare = state.empty and factor != 10
        state.pending = 1
    state.group += state.pending * factor
    state.spread *= factor
    state.place = state.place * factor if state.arabic else 1
    state.pending, state.last, state.small, state.zero = None, factor, factor, False
    _note(state, text, at)
    return at + 1


def _large(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take 万 亿 兆."""
    factor = letters.multipliers[text[at]]
    if len(state.where) >= MOST_MULTIPLIERS:
        return at
    if state.fixed:
        return _scale_all(state, text, at, factor)
    if state.empty:
        state.bare, state.pending = True, 1
    base = state.group + (state.pending or 0)
    nothing = state.pending is None and not state.group
    while state.parts and (state.parts[-1][1] < factor or nothing):
        base += state.parts.pop()[0]
        nothing = False
    state.parts.append((base * factor, factor))
    state.spread *= factor
    state.place = state.place * factor
    state.group, state.pending, state.last, state.small, state.zero = 0, None, factor, _ENDLESS, False
    _note(state, text, at)
    return at + 1


def _scale_all(state: _Sum, text: str, at: int, factor: int) -> int:
    """Multiply all that was read: 万 of 一千多万."""
    state.group *= factor
    state.parts = [(v * factor, m) for v, m in state.parts]
    if state.pending is not None:
        state.pending *= factor
    state.spread *= factor
    state.place *= factor
    _note(state, text, at)
    return at + 1


def _note(state: _Sum, text: str, at: int) -> None:
    state.where.append(at)
    state.scale.append(text[at])
    if state.some:
        state.fixed = True


def _vague(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take 余 多 来 几 behind a round number."""
    follows = letters.kinds.get(text[at + 1 : at + 2], "")
    if state.fixed or state.empty:
        return at
    if state.pending is not None and not (state.arabic and (state.pending >= 10 or follows == "l")):
        return at
    if text[at] in letters.vague_before_unit and follows in ("d", "a"):
        return at
    state.vague, state.fixed, state.spread = text[at], True, 0
    return at + 1


def _some(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take 几 or 数 in front of a multiplier (几十), or behind one (十几)."""
    if not state.empty:
        return _vague(state, text, at, limit, letters)
    if letters.kinds.get(text[at + 1 : at + 2]) not in ("s", "l") or (text[at - 1 : at] in letters.some_not_after and at > 0):
        return at
    state.some, state.pending, state.vague = True, letters.some_low, text[at]
    return at + 1


def _point(state: _Sum, text: str, at: int, limit: int, letters: Alphabet) -> int:
    """Take 点 with Han digits behind it: decimals."""
    if state.fixed or state.empty or state.arabic:
        return at
    blank = 0
    while text[at + 1 + blank : at + 2 + blank] == " ":
        blank += 1
    found = letters.run.match(text, at + 1 + blank, limit)
    if found is None or letters.kinds.get(text[found.end() : found.end() + 1]) == "s":
        return at
    run = found.group()
    if any(c in letters.never_last for c in run) or len(run) > LONGEST:
        return at
    value, _, _ = state.low()
    decimals = Decimal("0." + "".join(str(letters.digits[c]) for c in run))
    state.pending, state.group, state.parts = value + decimals, 0, []
    state.place, state.spread, state.arabic, state.last = place_of_digits(len(run)), 0, True, 0
    state.small = _ENDLESS
    state.scale.clear()
    return found.end()


@lru_cache(maxsize=64)
def place_of_digits(count: int) -> Decimal:
    """Return the place value of the last of so many decimals."""
    return Decimal((0, (1,), -count))


_STEPS = {"d": _digits, "a": _arabic, "s": _small, "l": _large, "v": _vague, "f": _some, "p": _point}


def step_above(numeral: Numeral) -> Decimal:
    """Return how far 余 reaches: one step of the last digit that is not zero."""
    return place_of(numeral.value)

"""The entry points: one walk over the text for each kind of bare number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from taizhang.reader.lexicon import Lexicon, shipped
from taizhang.reader.normal import normalise
from taizhang.reader.numbers.plain import number_at
from taizhang.reader.numbers.ranges import range_at, with_text
from taizhang.reader.numbers.shares import percent_at
from taizhang.reader.numbers.tables import Bare, Number, NumberRange, bare_words
from taizhang.reader.numerals import scan
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.figure import read_figure

_ADDRESS = re.compile(r"https?://[!-~]+", re.ASCII)
_DIGITS = re.compile(r"[0-9]*", re.ASCII)
_BLANKS = re.compile(r" {0,3}")

Found = tuple[int, int, Decimal | None, str]
Reader = Callable[[str, int, Bare], Found | None]


def read_numbers(text: str, lexicon: Lexicon | None = None) -> list[Number]:
    """Return every number of a text in order, with fractions, powers and dozens; words that only contain a numeral are left out.

    >>> [(n.text, str(n.value)) for n in read_numbers("九万四，二分之一")]
    [('九万四', '94000'), ('二分之一', '0.5')]
    """
    return list(_each(text, lexicon, _bare))


def read_ordinals(text: str, lexicon: Lexicon | None = None) -> list[Number]:
    """Return 第 with its number: 第二百五十."""
    return list(_each(text, lexicon, _ordinal))


def read_percents(text: str, lexicon: Lexicon | None = None) -> list[Number]:
    """Return shares in per cent: 22%, 百分之三, 千分之三, 七成六, 八折, 2.4个百分点."""
    return list(_each(text, lexicon, _percent))


def read_measures(text: str, lexicon: Lexicon | None = None) -> list[Number]:
    """Return numbers with a unit of measure, money and time included; ``unit`` is the canonical name."""
    return list(_each(text, lexicon, _measure))


def read_currencies(text: str, lexicon: Lexicon | None = None) -> list[Number]:
    """Return amounts of money, and currencies named alone with no value: 人民币 8千元, 美元."""
    return list(_each(text, lexicon, _currency))


def read_ages(text: str, lexicon: Lexicon | None = None) -> list[Number]:
    """Return ages: 五岁, 十个月大."""
    return list(_each(text, lexicon, _age))


def read_number_ranges(text: str, lexicon: Lexicon | None = None) -> list[NumberRange]:
    """Return ranges of bare numbers: 大于 10, 五百以上, 20~100, 十几万."""
    bare = bare_words(lexicon or shipped())
    plain = normalise(text)
    found: list[NumberRange] = []
    at = 0
    while at < len(plain):
        each = range_at(plain, at, bare) if plain[at] != " " else None
        if each is not None:
            found.append(with_text(each, text))
            at = each.end
        else:
            digits = _DIGITS.match(plain, at)
            at = max(at + 1, digits.end() if digits else 0)
    return found


def _each(text: str, lexicon: Lexicon | None, read: Reader) -> Iterator[Number]:
    bare = bare_words(lexicon or shipped())
    plain = normalise(text)
    # Digits in the address of a page are no numbers: blanked, offsets kept.
    plain = _ADDRESS.sub(lambda m: "_" * len(m.group()), plain)
    pos = 0
    starts = bare.start if read is not _currency else bare.start_of_money
    while (start := starts.search(plain, pos)) is not None:
        at = start.start()
        found = read(plain, at, bare)
        if found is not None:
            begin, pos, value, unit = found
            yield Number(begin, pos, text[begin:pos], value, unit)
        else:
            digits = _DIGITS.match(plain, at)
            pos = max(at + 1, digits.end() if digits else 0)


def _bare(text: str, at: int, bare: Bare) -> Found | None:
    found = number_at(text, at, bare)
    # 22% is a share, not the number 22.
    return (*found, "") if found and text[found[1] : found[1] + 1] != "%" else None


def _percent(text: str, at: int, bare: Bare) -> Found | None:
    found = percent_at(text, at, bare)
    return (*found, "%") if found else None


def _ordinal(text: str, at: int, bare: Bare) -> Found | None:
    if text[at] != bare.ordinal:
        return None
    blanks = _BLANKS.match(text, at + 1)
    numeral = scan(text, blanks.end() if blanks else at + 1, bare.words.letters)
    return (at, numeral.end, numeral.value, "") if numeral and not numeral.bare else None


def _figure(text: str, at: int, bare: Bare) -> Draft | None:
    """Return number and unit of a measure, with a sign in front."""
    if text[at] in bare.minus or text[at] in "-.":
        return None
    draft = read_figure(text, at, bare.words)
    if draft is None or draft.match is None or draft.match.unit.whole or (draft.numeral.bare and not draft.words):
        return None
    return draft


def _measure(text: str, at: int, bare: Bare) -> Found | None:
    draft = _figure(text, at, bare)
    if draft is None:
        return None
    return draft.core_start, draft.core_end, -draft.value if draft.negative else draft.value, draft.name


def _currency(text: str, at: int, bare: Bare) -> Found | None:
    named = bare.currency.match(text, at)
    if named is None:
        draft = _figure(text, at, bare)
        return _measure(text, at, bare) if draft and draft.match and draft.match.unit.kind == "money" else None
    unit = bare.words.units.by_surface[named.group()].unit
    blanks = _BLANKS.match(text, named.end())
    after = blanks.end() if blanks else named.end()
    amount = _measure(text, after, bare) if after < len(text) else None
    if amount is not None and amount[0] == after and amount[3] == unit.name:
        return at, amount[1], amount[2], unit.name
    return at, named.end(), None, unit.name


def _age(text: str, at: int, bare: Bare) -> Found | None:
    draft = _figure(text, at, bare)
    if draft is None or draft.match is None:
        return None
    dimension = draft.match.unit.dimension
    if dimension == "age":
        return draft.core_start, draft.core_end, draft.value, draft.name
    if dimension in ("months", "duration") and text[draft.core_end : draft.core_end + 1] == bare.old:
        return draft.core_start, draft.core_end + 1, draft.value, draft.name
    return None

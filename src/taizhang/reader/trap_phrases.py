"""Set phrases, quoted slogans and patterned phrases (一村一品, 一核两翼) in which numerals count nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from taizhang.reader.calendar import NUMERAL
from taizhang.reader.date_words import any_of
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import PassedKind
from taizhang.reader.normal import normalise
from taizhang.reader.trap_bank import HAS_NUMBER, Candidate

HAN = r"[一-龥]"
NOT_NUM = rf"[^\W\d_{NUMERAL}A-Za-z]"
SCALE = r"(?:[十百千]万|[十百千万]亿|[百千万亿])"
_NUMERALS = frozenset(NUMERAL + "0123456789")
# A pattern that begins with a set of characters is looked for much faster than one that begins with alternatives.
_QUOTED = re.compile(
    r"[“〝‘「『](?:(?<=[“〝])([^“”〝〞\n]{1,24})[”〞]|(?<=‘)([^‘’\n]{1,24})’|(?<=「)([^「」\n]{1,24})」|(?<=『)([^『』\n]{1,24})』)"
)
_STRAIGHT_LINE = re.compile(r'"[^\n]*"')
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_SENTENCE = re.compile(r"[。！？!?\n]")
# Numerals that only look so inside a quoted phrase (统一, 一体) and quotes with none besides are no slogans.
_PALE = re.compile(r"[统唯单专如不逐同归划合]一|一[体致律切些般直定系流]|十分|百姓|万物")


@dataclass(frozen=True, slots=True)
class _Phrases:
    first: re.Pattern[str]
    by_head: dict[str, tuple[tuple[str, PassedKind], ...]]
    measured: re.Pattern[str]
    counted: re.Pattern[str]
    round_scale: re.Pattern[str]


def _make(lexicon: Lexicon) -> _Phrases:
    data = lexicon["traps"]
    by_head: dict[str, list[tuple[str, PassedKind]]] = {}
    for kind, words in data["phrases"].items():
        for word in dict.fromkeys(normalise(str(w)) for w in words):
            if HAS_NUMBER.search(word):
                by_head.setdefault(word[:2], []).append((word, kind))
    heads = {head: tuple(sorted(found, key=lambda w: -len(w[0]))) for head, found in by_head.items()}
    one = "".join(sorted(w for w in data["counters"] if len(w) == 1))
    return _Phrases(
        re.compile(f"{_one_of(h[0] for h in heads)}(?={_one_of(h[1:2] for h in heads)})"),
        heads,
        re.compile(rf"[\d{NUMERAL}]\s?[余多几]?\s?个?{any_of(data['measuring'])}"),
        re.compile(rf"\d\s?[余多]?\s?[{one}]"),
        re.compile(rf"{SCALE}{any_of(data['scale_units'])}{HAN}"),
    )


def _one_of(characters: Iterable[str]) -> str:
    return f"[{''.join(re.escape(c) for c in sorted(set(characters)))}]"


def find_phrases(plain: str, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield the listed phrases, the quoted slogans and the titles of books and papers that have a number in them."""
    made = lexicon.made(_make)
    yield from _listed(plain, made)
    yield from _quoted(plain, made)
    for m in _TITLE.finditer(plain):
        if HAS_NUMBER.search(m[0]):
            yield Candidate(m.start(), m.end(), "document", "title", rank=4)


def _listed(plain: str, made: _Phrases) -> Iterator[Candidate]:
    by_head = made.by_head
    for head in made.first.finditer(plain):
        at = head.start()
        words = by_head.get(plain[at : at + 2])
        if words is None:
            continue
        for word, kind in words:
            if plain.startswith(word, at) and _stands_alone(plain, at, word):
                yield Candidate(at, at + len(word), kind, word, rank=1)
                break


def _stands_alone(plain: str, at: int, word: str) -> bool:
    """Tell whether a phrase is no part of a longer number: 十分 of 八十分, 三八 of 三八〇."""
    if word[0] not in _NUMERALS:
        return True
    before, after = plain[at - 1 : at], plain[at + len(word) : at + len(word) + 1]
    if before and (before in _NUMERALS or before == "第"):
        return False
    return not (word[-1] in _NUMERALS and after and after in _NUMERALS)


def _quoted(plain: str, made: _Phrases) -> Iterator[Candidate]:
    for start, end in _quotes(plain):
        text = plain[start:end]
        if not HAS_NUMBER.search(_PALE.sub("", text)) or _SENTENCE.search(text):
            continue
        if made.round_scale.match(text):
            yield Candidate(start, end, "nominal_scale", "quoted", rank=4)
        elif not made.measured.search(text) and not (len(text) > 7 and made.counted.search(text)):
            yield Candidate(start, end, "slogan", "quoted", rank=4)


def _quotes(plain: str) -> Iterator[tuple[int, int]]:
    for m in _QUOTED.finditer(plain):
        yield m.span(m.lastindex or 0)
    # Straight marks do not tell which end they are: a line has them in pairs, or none is believed.
    for line in _STRAIGHT_LINE.finditer(plain):
        marks = [line.start() + i for i, char in enumerate(line[0]) if char == '"']
        if len(marks) % 2 == 0:
            yield from ((a + 1, b) for a, b in zip(marks[::2], marks[1::2], strict=True) if 1 < b - a <= 25)

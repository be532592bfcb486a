"""Set phrases, quoted slogans and patterned phrases (一村一品, 一核两翼) in which numerals count nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from taizhang.reader.dates import NUMERAL, any_of
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import PassedKind


class Candidate(NamedTuple):
    """A span that may become a trap; of spans of one length the lower ``rank`` wins."""

    start: int
    end: int
    kind: PassedKind
    rule: str
    value: str = ""
    rank: int = 5


NUMERALS = frozenset(NUMERAL + "0123456789")
HAS_NUMBER = re.compile(rf"[\d{NUMERAL}双半①-⒛㈠-㈩❶-➓]")
_HAN = r"[一-龥]"
_NOT_NUM = rf"[^\W\d_{NUMERAL}A-Za-z]"
_QUOTED = re.compile(r"“([^“”\n]{1,24})”|‘([^‘’\n]{1,24})’|「([^「」\n]{1,24})」|『([^『』\n]{1,24})』|\"([^\"\n。；]{1,12})\"")
_TITLE = re.compile(r"《[^《》\n]{1,80}》")
_SENTENCE = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True, slots=True)
class _Phrases:
    first: re.Pattern[str]
    by_head: dict[str, tuple[tuple[str, PassedKind], ...]]
    patterns: tuple[tuple[re.Pattern[str], PassedKind, str], ...]
    measured: re.Pattern[str]
    counted: re.Pattern[str]
    round_scale: re.Pattern[str]
    scale: re.Pattern[str]
    repeated: re.Pattern[str]
    paired: re.Pattern[str]
    counters: frozenset[str]


def _make(lexicon: Lexicon) -> _Phrases:
    data = lexicon["traps"]
    by_head: dict[str, list[tuple[str, PassedKind]]] = {}
    for kind, words in data["phrases"].items():
        for word in dict.fromkeys(words):
            if HAS_NUMBER.search(str(word)):
                by_head.setdefault(str(word)[:2], []).append((str(word), kind))
    heads = {head: tuple(sorted(found, key=lambda w: -len(w[0]))) for head, found in by_head.items()}
    patterns = tuple((re.compile(p["match"]), p["kind"], p["rule"]) for p in data["patterns"])
    counters = frozenset(data["counters"])
    one, measuring = "".join(sorted(w for w in counters if len(w) == 1)), any_of(data["measuring"])
    scale_number = rf"(?:[十百千]万|[十百千万]亿|[百千万亿])"
    pair = rf"[一二三四五六七八九十两][^\W\d_{NUMERAL}A-Za-z{one.translate(str.maketrans('', '', ''.join(data['pair_nouns'])))}]{_NOT_NUM}?"
    return _Phrases(
        re.compile("[" + "".join(re.escape(h[0]) for h in sorted(heads)) + "]"),
        heads,
        patterns,
        re.compile(rf"[\d{NUMERAL}]\s?[余多几]?\s?(?:个)?{measuring}"),
        re.compile(rf"\d\s?[余多]?\s?[{one}]"),
        re.compile(rf"(?<![\d.{NUMERAL}]){scale_number}{any_of(data['scale_units'])}{_HAN}"),
        re.compile(
            rf"(?<![\d.{NUMERAL}{''.join(w for w in data['scale_not_before'] if len(w) == 1)}])"
            rf"{scale_number}{any_of(data['scale_units'])}(?={_HAN})(?!{any_of(data['scale_not_behind'])})"
        ),
        re.compile(rf"(?<![\d{NUMERAL}第])一({_NOT_NUM}{{1,4}})一(?={_NOT_NUM})"),
        re.compile(rf"(?<![\d{NUMERAL}第])(?:{pair}){{2,4}}"),
        counters,
    )


def find_phrases(plain: str, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield what the lists, the quotes and the patterned phrases give."""
    made = lexicon.made(_make)
    yield from _listed(plain, made)
    for pattern, kind, rule in made.patterns:
        yield from (Candidate(m.start(), m.end(), kind, rule, rank=3) for m in pattern.finditer(plain) if m.end() > m.start())
    yield from _quoted(plain, made)
    for m in _TITLE.finditer(plain):
        if HAS_NUMBER.search(m[0]):
            yield Candidate(m.start(), m.end(), "document", "book title", rank=4)
    yield from (Candidate(m.start(), m.end(), "nominal_scale", "round scale", rank=4) for m in made.scale.finditer(plain))
    yield from _repeated(plain, made)
    yield from (Candidate(m.start(), m.end(), "slogan", "numeral pairs", rank=6) for m in made.paired.finditer(plain))


def _listed(plain: str, made: _Phrases) -> Iterator[Candidate]:
    for head in made.first.finditer(plain):
        at = head.start()
        for word, kind in made.by_head.get(plain[at : at + 2], ()):
            if plain.startswith(word, at) and _stands_alone(plain, at, word):
                yield Candidate(at, at + len(word), kind, word, rank=1)
                break


def _stands_alone(plain: str, at: int, word: str) -> bool:
    """Tell whether a phrase is no part of a longer number: 十分 of 八十分, 三八 of 三八〇."""
    end = at + len(word)
    before, after = plain[at - 1 : at], plain[end : end + 1]
    if word[0] in NUMERALS and (before in NUMERALS or before in ("第", ".")) and before:
        return False
    return not (word[0] in NUMERALS and word[-1] in NUMERALS and after in NUMERALS and after)


def _quoted(plain: str, made: _Phrases) -> Iterator[Candidate]:
    for m in _QUOTED.finditer(plain):
        text = m[m.lastindex or 0]
        start, end = m.span(m.lastindex or 0)
        if not HAS_NUMBER.search(text) or _SENTENCE.search(text):
            continue
        scale = made.round_scale.match(text)
        if scale:
            yield Candidate(start, end, "nominal_scale", "quoted", rank=4)
        elif not made.measured.search(text) and not (made.counted.search(text) and len(text) > 7):
            yield Candidate(start, end, "slogan", "quoted", rank=4)


def _repeated(plain: str, made: _Phrases) -> Iterator[Candidate]:
    for m in made.repeated.finditer(plain):
        noun = m[1]
        if len(noun) > 1 and noun[0] in made.counters and noun[0] not in "个名村户人乡镇县企月季年":
            continue
        tail = _TAIL.match(plain, m.end()) or _SHORT_TAIL.match(plain, m.end())
        yield Candidate(m.start(), tail.end() if tail else m.end(), "slogan", "repeated one", rank=4)


_TAIL = re.compile(rf"{_NOT_NUM}{{1,4}}(?=[”\"’、，。；;,)》！\s]|$)")
_SHORT_TAIL = re.compile(rf"个{_NOT_NUM}{{2}}|{_NOT_NUM}")


def data_words(lexicon: Lexicon, key: str) -> tuple[str, ...]:
    """Return a list of words of the section ``traps``."""
    found: Any = lexicon["traps"][key]
    return tuple(str(w) for w in found)

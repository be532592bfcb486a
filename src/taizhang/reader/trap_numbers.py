"""List numbers, ordinals, documents and plans, announcements, identifiers, village groups and page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from taizhang.reader.calendar import plan_years, small_number
from taizhang.reader.dates import NUMERAL, any_of
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.trap_phrases import NUMERALS, Candidate, data_words

_HAN = r"[一-龥]"
_H = "[一二三四五六七八九十]"
_FREE = rf"(?<![\d.{NUMERAL}])"

# A list number needs something behind it that is no digit: 608878.08 and 3、19亿元 are none. At a line's start a year or a long number may follow.
_LIST = re.compile(
    rf"^[ \t]*(?:\d{{1,2}}[ ]?[、.)](?![\d])|\d{{1,2}}[、.](?=(?:19|20)\d\d年)|\d{{1,2}}、(?=\d{{3}})|{_H}{{1,3}}[ ]?[、.)](?![一二三四五六七八九十]、)"
    rf"|\d{{1,2}}(?=[ ]{_HAN})|篇(?:{_H}{{1,3}}|\d{{1,2}}))"
    rf"|(?<=[。；;：:！？!?”)\]\s])(?:\d{{1,2}}[、.](?!\d)|{_H}{{1,3}}、(?!{_H}[、季]))"
    rf"|\((?:{_H}{{1,3}}|\d{{1,2}})\)、?|[①-⒛㈠-㈩❶-➓]、?",
    re.MULTILINE,
)
_SPOKEN = re.compile(
    rf"(?:(?<=[。；;：:，,、！？!?”)\]\s>])|^)(?:{_H}{{1,2}}(?:是|要|则|为了?(?!{_HAN}级))|其{_H}(?=[，,、：:是])|第{_H}{{1,2}}(?:[、]|(?=[，,：:。])))|其{_H}是",
    re.MULTILINE,
)
_PAGE = re.compile(r"^[ \t]*(?:[-—–]+[ \t]*\d{1,3}[ \t]*[-—–]+|\d{1,3})[ \t]*$", re.MULTILINE)
_PARTY = re.compile(rf"党的{_H}{{2,3}}大|{_FREE}(?:十[四五六七八九]|二十[一二]?)大(?![类项领工产行型户棚棚])")
_SESSION = re.compile(
    rf"(?:第{_H}{{1,3}}|(?<![第\d.{NUMERAL}]){_H}{{1,3}})届(?:第?{_H}(?:中)?(?:[、和及]{_H}(?:中)?)*中?全会|第?{_H}{{1,3}}次(?:全体)?(?:会议|全会|代表大会|党代会|人大会议)?)?"
)
_PLAN = re.compile(
    rf"第?{_FREE}(?P<n>{_H}{{1,2}})个五年(?:规划|计划)|{_FREE}(?P<a>十[一二三四六七八九]?五|[一二三四五六七八九]五)(?=[”\"’]?(?:规划|计划|时期|期间|末|以来|收官|开局|攻坚|发展|目标|普法|建设))"
    rf"|(?<![\d.{NUMERAL}第])(?P<b>十[一二三四六七八九]五)(?![{NUMERAL}日月年个号名])|(?<=[“\"‘])(?P<c>{_H}{{0,2}}五)(?=[”\"’])"
)
_NUMBERED = re.compile(r"[〔\[(【]\s?(?:19|20)\d\d(?:年)?\s?[〕\])】]\s?(?:第)?\s?\d{1,5}\s?号")
_GROUP = re.compile(rf"(?<=[村寨屯社居区庄湾坪])(?:第)?(?:\d{{1,2}}|{_H}{{1,2}})(?:村民小组|村民组|小组|[组队社])(?![织会区保长员建伍团])")
_TERMED = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两]")


@dataclass(frozen=True, slots=True)
class _Numbers:
    ordinals: re.Pattern[str]
    announced: re.Pattern[str]
    big: re.Pattern[str]
    identifiers: re.Pattern[str]
    duties: re.Pattern[str]
    meetings: tuple[str, ...]
    slogans: tuple[str, ...]


def _make(lexicon: Lexicon) -> _Numbers:
    words = {k: any_of(data_words(lexicon, k)) for k in ("ordinal_names", "announced", "slogan_nouns", "big_not", "identifier_words")}
    count = rf"(?:{_FREE}(?:\d{{1,2}}|[两{_H[1:-1]}]{{1,3}}|几|多))"
    dates = lexicon["dates"]
    return _Numbers(
        re.compile(rf"第\s?(?:\d{{1,4}}(?![\d.,])|[{NUMERAL}]{{1,5}})(?:{words['ordinal_names']})?"),
        re.compile(rf"{count}(?:个|大|项|条|种|点|类)?(?P<what>{words['announced']}(?!式)|个{words['slogan_nouns']})"),
        re.compile(rf"{_FREE}(?:\d{{1,2}}|[两二三四五六七八九十])大(?!{words['big_not']}){_HAN}{{2}}"),
        re.compile(rf"{words['identifier_words']}[ ]?[：:]?[ ]?[A-Za-z]{{0,4}}\d[\dA-Za-z/（）()-]{{2,30}}"),
        re.compile(rf"{_FREE}(?:24|二十四|8|八)(?:个)?小时(?:(?=[制”]|{_HAN}{{0,4}}{any_of(dates['duties'])})|(?=(?:以外|之外)))"),
        data_words(lexicon, "meeting_words"),
        data_words(lexicon, "slogan_nouns"),
    )


def find_numbered(plain: str, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield list numbers, ordinals, documents, announcements, identifiers, groups of a village and pages."""
    made = lexicon.made(_make)
    yield from (Candidate(*_trimmed(plain, m), "enumeration", "list number", rank=2) for m in _LIST.finditer(plain))
    yield from (Candidate(*m.span(), "enumeration", "spoken list number", rank=0) for m in _SPOKEN.finditer(plain))
    yield from (Candidate(*_trimmed(plain, m), "page", "page number", rank=2) for m in _PAGE.finditer(plain))
    yield from (Candidate(*m.span(), "document", "party congress", rank=2) for m in _PARTY.finditer(plain))
    yield from (Candidate(*m.span(), "document", "document number", rank=2) for m in _NUMBERED.finditer(plain))
    yield from _sessions(plain, made)
    yield from _plans(plain)
    yield from (Candidate(*m.span(), "ordinal", "ordinal", rank=3) for m in made.ordinals.finditer(plain))
    for m in made.announced.finditer(plain):
        slogan = m["what"].startswith("个") and m["what"][1:] in made.slogans
        yield Candidate(*m.span(), "slogan" if slogan else "enumeration", "announcement", rank=4)
    yield from (Candidate(*m.span(), "enumeration", "big", rank=5) for m in made.big.finditer(plain))
    yield from (Candidate(*m.span(), "identifier", "identifier", rank=3) for m in made.identifiers.finditer(plain))
    yield from (Candidate(*m.span(), "idiom", "duty hours", rank=2) for m in made.duties.finditer(plain))
    for m in _GROUP.finditer(plain):
        if plain[m.start() - 2 : m.start() - 1] not in NUMERALS:
            yield Candidate(*m.span(), "place", "village group", rank=3)


def _trimmed(plain: str, m: re.Match[str]) -> tuple[int, int]:
    start, end = m.span()
    while start < end and plain[start] in " \t":
        start += 1
    while end > start and plain[end - 1] in " \t":
        end -= 1
    return start, end


def _sessions(plain: str, made: _Numbers) -> Iterator[Candidate]:
    for m in _SESSION.finditer(plain):
        text = m[0]
        count = small_number(text.removeprefix("第").split("届")[0]) or 0
        if text.startswith("第") or "次" in text or "全会" in text or count >= 10 or plain.startswith(made.meetings, m.end()):
            yield Candidate(*m.span(), "document" if "全会" in text else "ordinal", "session", rank=2)


def _plans(plain: str) -> Iterator[Candidate]:
    for m in _PLAN.finditer(plain):
        law = plain[m.end() : m.end() + 3].lstrip("”\"’").startswith("普法")
        written = m["n"] or (m["a"] or m["b"] or m["c"])[:-1]
        value = plan_years(small_number(written) or 0, law=law)
        yield Candidate(*m.span(), "document", "five-year plan", value, rank=0)

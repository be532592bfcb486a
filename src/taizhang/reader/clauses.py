"""Headings, sentences and clauses of a text, without a tagger: by numbering and by clause marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Section, Sentence
from taizhang.reader.normal import normalise

_HAN = "[一二三四五六七八九十]{1,3}"
_STYLES = (
    (1, rf"(?:{_HAN}、|第{_HAN}(?:部分|章)[、，：\s]?)"),
    (2, rf"\({_HAN}\)[、.]?"),
    (3, r"\d{1,2}(?:、|\.)(?!\d)"),
    (4, r"(?:\(\d{1,2}\)[、.]?|[①-⑳])"),
    (5, rf"{_HAN}是(?!否)"),
)
_MARK = re.compile("|".join(f"(?P<l{level}>{pattern})" for level, pattern in _STYLES))
# Where a heading's number can begin: with one of its characters, behind one of those that may stand before it.
_MARK_START = re.compile(r"[第(\d①-⑳一二三四五六七八九十](?<![^\s。！？；;：:!?，,].)")
_TITLE_END = re.compile(r"[。！？：；;!?\n]|:(?!\d)")
_SENTENCE = re.compile(r"[^。！？；;!?\n]*[。！？；;!?]+|[^。！？；;!?\n]+")
# A comma between digits groups thousands; any other comma is a clause mark, half-width ones too.
_CLAUSE = re.compile(r"[^，：()\[\],]+(?:(?<=\d),(?=\d)[^，：()\[\],]+)*")
_BEFORE_INLINE = set("。！？；;：:!? \t\r")
_BEFORE_ITEM = _BEFORE_INLINE | {"，", ","}
_ITEM = 5  # the level of 一是, whose reach ends with its line
_TITLE_MAX = 60
_INLINE_TITLE_MAX = 40


def structure(plain: str, lexicon: Lexicon, printed: Mapping[int, str] | None = None) -> tuple[tuple[Section, ...], tuple[Sentence, ...]]:
    """Return the sections and the sentences of a normalised text.

    The first section is the whole text with its title (level 0, perhaps without words); a heading is one by its numbering at a line's start, or
    after a sentence's end where a text came as one long line. ``printed`` are numbers that the text lacks because the document's own numbering
    prints them, by the offset of their paragraph.
    """
    sections = _sections(plain, lexicon, printed or {})
    return sections, _sentences(plain, sections)


def _sections(plain: str, lexicon: Lexicon, printed: Mapping[int, str]) -> tuple[Section, ...]:
    plan, done = lexicon.made(_plan_patterns)
    found = [Section(0, "", _title(plain), 0, len(plain))]
    open_ = [0]
    for level, number, title, start, line_end in sorted([*_headings(plain), *_printed_headings(plain, printed)], key=lambda h: h[3]):
        while found[open_[-1]].level >= level or found[open_[-1]].end <= start:
            index = open_.pop()
            found[index] = replace(found[index], end=min(start, found[index].end))
        parent = open_[-1]
        told = found[parent].plan or (bool(plan.search(title)) and not done.search(title))
        end = min(line_end if level == _ITEM else len(plain), found[parent].end)
        found.append(Section(level, number, title, start, end, parent, told))
        open_.append(len(found) - 1)
    return tuple(found)


def _plan_patterns(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = lexicon["scopes"]
    return _either(words["plan_headings"]), _either(words["done_headings"])


def _either(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) or "(?!)")


def _title(plain: str) -> str:
    """Return the first line when it reads as a title: short, not numbered, without a sentence's end."""
    match = re.search(r"\S[^\n]*", plain[:2000])
    if match is None:
        return ""
    line = match.group().strip()
    if len(line) > _TITLE_MAX or line[-1] in "。；，、" or _MARK.match(line):
        return ""
    return line


def _headings(plain: str) -> Iterator[tuple[int, str, str, int, int]]:
    """Yield level, number, title, start and the end of the line of every heading."""
    line_start, line_end = 0, -1
    for head in _MARK_START.finditer(plain):
        start = head.start()
        match = _MARK.match(plain, start)
        if match is None:
            continue
        if start > line_end:
            line_start = plain.rfind("\n", max(line_end, 0), start) + 1 or line_start
            stop = plain.find("\n", start)
            line_end = len(plain) if stop < 0 else stop
        level = int((match.lastgroup or "l0")[1:])
        before = plain[start - 1] if start else "\n"
        inline = not (before == "\n" or (before.isspace() and not plain[line_start:start].strip()))
        if inline and before not in (_BEFORE_ITEM if level == _ITEM else _BEFORE_INLINE):
            continue
        title = _heading_title(plain, match.end(), line_end, inline)
        if len(title) > 1:
            yield level, match.group().strip(), title, start, line_end


def _printed_headings(plain: str, printed: Mapping[int, str]) -> Iterator[tuple[int, str, str, int, int]]:
    """Yield the headings whose numbers the document prints by itself, as ``_headings`` does."""
    for start, number in printed.items():
        mark = _MARK.match(normalise(number))
        if mark is None or _MARK.match(plain, start):
            continue
        stop = plain.find("\n", start)
        line_end = len(plain) if stop < 0 else stop
        title = _heading_title(plain, start, line_end, False)
        if len(title) > 1:
            yield int((mark.lastgroup or "l0")[1:]), number, title, start, line_end


def _heading_title(plain: str, start: int, line_end: int, inline: bool) -> str:
    limit = min(line_end, start + (_INLINE_TITLE_MAX if inline else _TITLE_MAX))
    stop = _TITLE_END.search(plain, start, limit)
    title = plain[start : stop.start() if stop else limit].strip()
    if inline:
        title = title.split()[0] if title else ""
    if stop is None and limit < line_end:
        title = re.split("[，,]", title, maxsplit=1)[0]
    return title


def _sentences(plain: str, sections: tuple[Section, ...]) -> tuple[Sentence, ...]:
    starts = sorted({s.start for s in sections})
    places, inside = _innermost(sections)
    found: list[Sentence] = []
    for match in _SENTENCE.finditer(plain):
        low, high = match.span()
        cuts = starts[bisect_right(starts, low) : bisect_right(starts, high - 1)]
        for start, end in pairwise((low, *cuts, high)):
            if not plain[start:end].isspace():
                clauses = [m.span() for m in _CLAUSE.finditer(plain, start, end) if not m.group().isspace()]
                section = inside[bisect_right(places, start) - 1]
                found.append(Sentence(start, end, section, tuple(clauses) or ((start, end),)))
    return tuple(found)


def _innermost(sections: tuple[Section, ...]) -> tuple[list[int], list[int]]:
    """Return boundaries and, for each, the innermost section that holds what follows it."""
    at: dict[int, int] = {}
    for index, section in enumerate(sections):
        at[section.start] = index
    for section in sections:
        end, holder = section.end, section.parent
        while holder is not None and sections[holder].end <= end:
            holder = sections[holder].parent
        at.setdefault(end, holder or 0)
    places = sorted(at)
    return places, [at[p] for p in places]

"""Numbers of headings and items, left-over marks, lost characters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import pattern_of, value_of
from taizhang.i18n import _
from taizhang.reader.model import Section

_INNER = re.compile(r"[\d一二三四五六七八九十]+")


@check
def numbering(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Numbers of one level under one heading run 1, 2, 3 without doubles and gaps."""
    siblings: dict[tuple[int | None, int, str], list[Section]] = defaultdict(list)
    for s in facts.reading.sections:
        if s.number and s.level:
            siblings[s.parent, s.level, _INNER.sub("", s.number)].append(s)
    for row in siblings.values():
        yield from _row(facts, row)


def _row(facts: Facts, row: Sequence[Section]) -> Iterator[Outcome]:
    values = [value_of(s.number) for s in row]
    numbers = [v for v in values if v is not None]
    if len(row) < 2 or len(numbers) < len(row):
        return
    spans = [(s.start, s.start + len(s.number + s.title)) for s in row]
    line = "、".join(map(str, numbers))
    if numbers == list(range(1, len(numbers) + 1)):
        yield Held(tuple((s.start, s.start + len(s.number)) for s in row), line)
        return
    # A list may stand inside an item of another: every number goes on with the latest list that it follows.
    open_: list[int] = []
    for n, value in enumerate(numbers):
        if value == 1:
            open_.append(1)
            continue
        last = next((i for i in reversed(range(len(open_))) if open_[i] == value - 1), None)
        if last is not None:
            del open_[last + 1 :]
            open_[last] = value
            continue
        top = open_[-1] if open_ else 0
        told = {"number": row[n].number, "expected": str(top + 1)}
        if n and value == top == numbers[n - 1]:
            should = "、".join(str(v if i < n else v + 1) for i, v in enumerate(numbers))
            yield Hit((spans[n - 1], spans[n]), f"{line} → {should}", values=told)
        elif n and value == top + 2 and top == numbers[n - 1] and not _written(facts, row[n - 1], row[n], top + 1):
            yield Hit((spans[n - 1], spans[n]), f"{line}：{top + 1}?", case="skipped", values={**told, "number": row[n - 1].number})
            open_[-1] = value


def _written(facts: Facts, before: Section, after: Section, number: int) -> bool:
    """Tell whether the missing number stands there after all, in a form that is read as no heading."""
    text = facts.plain[before.start : after.start]
    han = "〇一二三四五六七八九十"[number] if number <= 10 else ""
    return bool(
        re.search(rf"(?<![\d.]){number}\s*[、.．，,)：:]|[(（]\s*{number}\b" + (rf"|{han}\s*[、.)，,：:是要]" if han else ""), text)
    )


@check
def lone_first(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A first without a second up to the next heading."""
    second = pattern_of(options["second"])
    for match in pattern_of(options["first"]).finditer(facts.plain):
        if match.start() and facts.plain[match.start() - 1] not in "。，,；;：:！!？?\n) 　":
            continue
        end = facts.plain.find("\n", match.end())
        end = len(facts.plain) if end < 0 else end
        ahead = facts.plain.rfind("\n", 0, match.start()) + 1
        # Where the items stand on lines of their own the second is on the next line.
        follows = facts.plain[end : end + 400] if not facts.plain[ahead : match.start()].strip() else ""
        cut_off = end >= len(facts.plain.rstrip()) and facts.plain.rstrip()[-1:] not in "。！？!?”"
        if cut_off:
            continue
        if not second.search(facts.plain, match.end(), end) and not second.search(follows):
            clause = re.match(r"[^，,；;。、\n]{0,20}", facts.plain[match.start() : match.start() + 20])
            span = (match.start(), match.start() + (clause.end() if clause else len(match.group())))
            yield Hit((span,), _("1项，至少应有2项"), values={"first": match.group()})


@check
def leftover(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Marks of editing, place-holders, lost and odd characters."""
    text = facts.plain
    marks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in pattern_of(options["marks"]).finditer(text):
        marks[match.group()].append(match.span())
    for mark, spans in marks.items():
        yield Hit(tuple(spans), mark, values={"mark": mark})
    for entry in options.get("broken", ()):
        unless = entry.get("unless", ())
        start = text.find(entry["has"])
        while start >= 0:
            if not any(text.startswith(u, start + u_at) for u in unless if (u_at := -u.find(entry["has"])) <= 0):
                end = start + len(entry["has"])
                yield Hit(
                    ((start, end),),
                    f"{entry['has']} → {entry['say']}",
                    (),
                    "broken",
                    {"mark": entry["has"], "say": entry["say"]},
                    entry["say"],
                )
            start = text.find(entry["has"], start + 1)

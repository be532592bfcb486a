"""Counting words: so many items follow, so many names are listed, a rank among so many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import value_of, whole_number
from taizhang.reader.model import Section

_NUMBER = r"(\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[二两三四五六七八九])"
_SHORT = 80
_REACH = 150
_NAMES = re.compile(r"(?:[^，,；;。、：:\s\d“”‘’()（）]{1,12}、)+[^，,；;。、：:\s\d“”‘’()（）]{1,14}$")


@check
def listing_count(facts: Facts, options: Options) -> Iterator[Outcome]:
    """“The following n” is followed by n items."""
    opens, nouns = "|".join(map(re.escape, options["opens"])), "|".join(map(re.escape, options["nouns"]))
    pattern = re.compile(rf"(?:{opens}){_NUMBER}(?:个)?(?:大)?(?:{nouns})")
    for match in pattern.finditer(facts.plain):
        said = whole_number(match[1])
        items = _items_behind(facts, match.end())
        if said is None or len(items) < 2:
            continue
        last = items[-1]
        spans = ((match.start(), match.end()), (last.start, last.start + len(last.number)))
        values = {"said": str(said), "counted": str(len(items))}
        # A list of long items that the text ends with may have been cut off with the text.
        if len(items) < said and last.end >= len(facts.plain.rstrip()) and any(s.end - s.start > _SHORT for s in items):
            continue
        # Where the last number is the number that was said, an item between was misread or misnumbered; that is told of the numbering.
        if said in (len(items), value_of(last.number)):
            if len(items) == said:
                yield Held(spans, f"{said} = {len(items)}")
        else:
            yield Hit(spans, f"{said} ≠ {len(items)}", values=values)


def _items_behind(facts: Facts, place: int) -> list[Section]:
    """Return the numbered items of one level that begin next behind a place."""
    behind = [s for s in facts.reading.sections if s.start >= place and s.number]
    if not behind or facts.plain[place : behind[0].start].strip("：:。\n 的工作"):
        return []
    first = behind[0]
    return [s for s in behind if s.level == first.level and s.parent == first.parent]


@check
def names_count(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Names listed are as many as is said, or fewer where 等 stands."""
    nouns = "|".join(map(re.escape, sorted(options["nouns"], key=len, reverse=True)))
    pattern = re.compile(rf"(等)?{_NUMBER}个?({nouns})(?![民委组级])")
    for match in pattern.finditer(facts.plain):
        listed = _NAMES.search(facts.plain, max(match.start() - _REACH, 0), match.start())
        said = whole_number(match[2])
        if listed is None or said is None:
            continue
        names = [n for part in listed.group().split("、") for n in re.split("[和及与]", part) if n]
        # Only names that end in the noun itself are sure to be names of it.
        if not all(n.endswith(match[3]) for n in names):
            continue
        wrong = len(names) > said if match[1] else len(names) != said
        values = {"said": str(said), "counted": str(len(names))}
        span = (listed.start(), match.end())
        if wrong:
            yield Hit((span,), f"{len(names)} ≠ {said}", values=values)
        else:
            yield Held((span,), f"{len(names)} {'≤' if match[1] else '='} {said}")


@check
def rank_in_field(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A rank is not behind the last of the field."""
    field, rank = "|".join(map(re.escape, options["field"])), "|".join(map(re.escape, options["rank"]))
    pattern = re.compile(rf"{_NUMBER}个?(?:{field})(?:[^。；;\n]{{0,16}}?(?:{rank})[^。；;，,\d\n]{{0,4}}?第?|[中里]?第){_NUMBER}(?:位|名)")
    for match in pattern.finditer(facts.plain):
        among, place = whole_number(match[1]), whole_number(match[2])
        if among is None or place is None:
            continue
        values = {"rank": str(place), "field": str(among)}
        if place > among:
            yield Hit((match.span(),), f"{place} > {among}", values=values)
        else:
            yield Held((match.span(),), f"{place} ≤ {among}")

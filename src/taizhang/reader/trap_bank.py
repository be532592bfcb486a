"""Many patterns tried at once where a number begins.

A report has a few hundred places where a number begins and most patterns can only match there, so the patterns are joined into one expression
of optional look-aheads and tried once a place, instead of each one running over the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from taizhang.reader.calendar import NUMERAL
from taizhang.reader.model import PassedKind
from taizhang.reader.spots import Spots

Where = Literal["digit", "han", "number", "any"]

_CAPTURING = re.compile(r"\((?!\?[:=!<])|\(\?<[^=!]")
HAS_NUMBER = re.compile(rf"[\d{NUMERAL}双半①-⒛㈠-㈩❶-➓]")


class Candidate(NamedTuple):
    """A span that may become a trap; of spans of one length the lower ``rank`` wins."""

    start: int
    end: int
    kind: PassedKind
    rule: str
    value: str = ""
    rank: int = 5


class Rule(NamedTuple):
    """A pattern with what it finds; ``where`` says at which places a match can begin."""

    pattern: str
    kind: PassedKind
    name: str
    rank: int = 3
    where: Where = "any"


class Bank:
    """Rules joined by the place where they can begin."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self._digit = _joined(r for r in rules if r.where in ("digit", "number"))
        self._han = _joined(r for r in rules if r.where in ("han", "number"))
        self._any = tuple((re.compile(r.pattern, re.MULTILINE), r) for r in rules if r.where == "any")

    def find(self, plain: str, spots: Spots) -> Iterator[tuple[Rule, int, int]]:
        """Yield what the rules match, each rule by itself, in no order."""
        for (pattern, rules), places in ((self._digit, spots.digit), (self._han, spots.han)):
            match = pattern.match
            for at in places:
                found = match(plain, at)
                if found is not None and found.lastindex is not None:
                    for group, rule in rules:
                        end = found.end(group)
                        if end > at:
                            yield rule, at, end
        for single, rule in self._any:
            for found in single.finditer(plain):
                if found.end() > found.start():
                    yield rule, found.start(), found.end()


def _joined(rules: Iterable[Rule]) -> tuple[re.Pattern[str], tuple[tuple[int, Rule], ...]]:
    parts, groups, number = [], [], 1
    for rule in rules:
        # An empty alternative costs half of what an optional group does.
        parts.append(f"(?=({rule.pattern})|)")
        groups.append((number, rule))
        number += 1 + (re.compile(rule.pattern).groups if _CAPTURING.search(rule.pattern) else 0)
    return re.compile("".join(parts), re.MULTILINE), tuple(groups)

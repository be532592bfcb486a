"""The search through a text: figures against traps, from left to right.

A trap yields when a number with a unit covers more of the text than the trap does (2020年22.15亿元, 608878.08千元 at a line's start).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Passed, PassedKind, Quantity, Unit
from taizhang.reader.quantities.building import build
from taizhang.reader.quantities.context import judge
from taizhang.reader.quantities.draft import Draft
from taizhang.reader.quantities.figure import read_figure, read_half
from taizhang.reader.quantities.series import line_start, read_dunhao, read_ratio, share_approximations
from taizhang.reader.quantities.words import Words, words_of


def find_quantities(text: str, plain: str, traps: Sequence[Passed], lexicon: Lexicon) -> tuple[list[Quantity], list[Passed]]:
    """Return the figures of a text in order, and everything with a number in it that is none: the traps that stood, and bare numbers.

    ``plain`` is ``text`` normalised. Measure, scope and period are left to those who know the clauses.
    """
    search = _Search(text, plain, traps, words_of(lexicon))
    search.run()
    # Traps are looked for in the normalised text; what is shown is the text's own.
    stood = [
        t if t.text == (own := text[t.start : t.end]) else replace(t, text=own)
        for i, t in enumerate(search.traps)
        if i not in search.yielded
    ]
    return search.quantities(), sorted([*stood, *search.passed], key=lambda p: (p.start, p.end))


#: Section numbers, and digits that begin with a zero: telephone numbers, codes.
CODE = re.compile(r"[0-9]+(?:\.[0-9]+){2,}|0[0-9]+(?:-[0-9]+)*(?![.0-9])|[0-9]{3,4}-[0-9]{7,8}", re.ASCII)
#: What a ratio, a code and a decimal behind an enumeration comma (3、19亿元) begin with.
_ODD = re.compile(r"[0-9]+(?:\.[0-9]+)?[-.:：∶、]|0[0-9]", re.ASCII)
#: A run of digits that is too long for a number is passed in one step.
DIGITS = re.compile(r"[0-9,，.]+", re.ASCII)


class _Search:
    def __init__(self, text: str, plain: str, traps: Sequence[Passed], words: Words) -> None:
        self.text, self.plain, self.words = text, plain, words
        self.traps = sorted(traps, key=lambda t: (t.start, t.end))
        self.yielded: set[int] = set()
        self.passed: list[Passed] = []
        self.found: list[tuple[Draft, Unit]] = []
        self.owner = [0] * (len(plain) + 1)
        for number, trap in enumerate(self.traps, 1):
            for at in range(trap.start, min(trap.end, len(plain))):
                self.owner[at] = number

    def run(self) -> None:
        """Go through the text once."""
        plain, search = self.plain, self.words.start.search
        pos = 0
        while (start := search(plain, pos)) is not None:
            at = start.start()
            pos = max(at + 1, self._at(at))

    def _at(self, at: int) -> int:
        """Deal with the number at a place; return where to go on."""
        odd = self.plain[at] <= "9" and _ODD.match(self.plain, at) is not None
        if odd and ((end := self._ratio(at)) or (end := self._identifier(at))):
            return end
        if self.text[at] == "○" and line_start(self.plain, at):
            return at + 1  # a bullet, not a zero
        draft = self._read(at, odd)
        if draft is None:
            digits = DIGITS.match(self.plain, at)
            return digits.end() if digits else at + 1
        if end := self._enumerator(draft):
            return end
        verdict = judge(self.plain, draft, self.words)
        if isinstance(verdict, Unit):
            return self._take(draft, verdict)
        if verdict:
            # The second number of a range may still be a figure by itself.
            end = draft.numeral.end if "range" in draft.notes else draft.core_end
            self._pass(draft.core_start, end, verdict)
            return max(end, at + 1)
        return draft.numeral.end if draft.numeral.end > at else at + 1

    def _read(self, at: int, odd: bool) -> Draft | None:
        if self.plain[at] in self.words.letters.half:
            return read_half(self.plain, at, self.words)
        return (read_dunhao(self.plain, at, self.words) if odd else None) or read_figure(self.plain, at, self.words)

    def _take(self, draft: Draft, unit: Unit) -> int:
        if any(owners := self.owner[draft.start : draft.end]):
            against = {n for n in self.owner[draft.core_start : draft.core_end] if n}
            if any(self._stands(self.traps[n - 1], draft) for n in against):
                return max(draft.numeral.end, draft.core_start + 1)
            # Its approximate words may reach into a trap: 90%以上 before 上一百二十天.
            self.yielded |= {n - 1 for n in owners if n}
        self.found.append((draft, unit))
        return draft.end

    def _stands(self, trap: Passed, draft: Draft) -> bool:
        """Tell whether a trap holds against a figure: it does not when it cuts the number in two, or covers less text."""
        if draft.numeral.start < trap.end < draft.numeral.end:
            return False
        return trap.end - trap.start >= draft.core_end - draft.core_start or (trap.start <= draft.core_start and trap.end >= draft.core_end)

    def _ratio(self, at: int) -> int:
        drafts = read_ratio(self.plain, at, self.words)
        if not drafts or any(self.owner[drafts[0].start : drafts[-1].end]):
            return 0
        self.found += [(draft, self.words.units.by_surface["%"].unit) for draft in drafts]
        return drafts[-1].end

    def _identifier(self, at: int) -> int:
        """Pass over digits that are a code: 1.2.3, 0745-1234567."""
        found = CODE.match(self.plain, at)
        if found is None:
            return 0
        self._pass(at, found.end(), "identifier")
        return found.end()

    def _enumerator(self, draft: Draft) -> int:
        """Pass over the list number in 1.12户: whole things have no decimals, and it stands at a line's start."""
        point = draft.numeral.digits.find(".")
        unit = draft.match.unit if draft.match else None
        if point < 1 or draft.numeral.scale or unit is None or not (unit.whole or unit.name == "年"):
            return 0
        if not line_start(self.plain, draft.numeral.start):
            return 0
        end = draft.numeral.start + point + 1
        self._pass(draft.numeral.start, end, "enumeration")
        return end

    def _pass(self, start: int, end: int, kind: PassedKind) -> None:
        if not any(self.owner[start:end]):
            self.passed.append(Passed(start, end, self.text[start:end], kind, rule=kind))

    def quantities(self) -> list[Quantity]:
        """Return the figures, numbered."""
        built = [build(n, self.text, self.plain, draft, unit, self.words) for n, (draft, unit) in enumerate(self.found)]
        share_approximations(self.plain, built, self.words)
        return built

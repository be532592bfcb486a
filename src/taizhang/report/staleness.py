"""Which sentences of a written report no longer hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from taizhang.errors import TaizhangError
from taizhang.pack.definitions import ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report.composing import compose, template_hash
from taizhang.report.forms import plain
from taizhang.report.model import Report, ReportFigure, Sentence
from taizhang.report.saved import SavedReport, read_saved
from taizhang.report.source import Source


@dataclass(frozen=True, slots=True)
class Move:
    """A figure whose exact value has changed; a side is None when the sentence of that side does not use the figure."""

    indicator: str
    title: str
    unit: str
    old: ReportFigure | None
    new: ReportFigure | None

    def as_dict(self) -> dict[str, Any]:
        """Return the move as plain data."""
        sides = {"old": _value(self.old), "new": _value(self.new)}
        return {"indicator": self.indicator, "title": self.title, "unit": self.unit, **sides}


@dataclass(frozen=True, slots=True)
class StaleSentence:
    """A sentence as it was written and as it would be written today; an empty text means that the sentence is not there."""

    number: int | None  # in the saved report; None for a sentence that has come
    old: str
    new: str
    moved: tuple[Move, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the sentence as plain data."""
        return {"number": self.number, "old": self.old, "new": self.new, "moved": [move.as_dict() for move in self.moved]}


@dataclass(frozen=True, slots=True)
class Staleness:
    """What became of a saved report: sentences that no longer hold, and those that still do (仍成立) although a figure has moved."""

    stale: tuple[StaleSentence, ...]
    still_true: tuple[StaleSentence, ...]
    edited: tuple[int, ...]  # sentences that were changed by hand in the file
    template_changed: bool
    old_position: int
    new_position: int

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        lists = {"stale": [s.as_dict() for s in self.stale], "still_true": [s.as_dict() for s in self.still_true]}
        positions = {"old_position": self.old_position, "new_position": self.new_position}
        return {**lists, "edited": list(self.edited), "template_changed": self.template_changed, **positions}


def stale(saved: SavedReport | Path, definition: ReportDefinition, source: Source) -> Staleness:
    """Write a saved report anew from today's journal and compare it sentence by sentence.

    The source has to cut its figures off at the saved report's ``as_of``, if there is one.
    Raises ``TaizhangError`` (``report.not_ours``, ``report.unreadable``, ``report.other_report``) and what :func:`compose` raises.
    """
    name = saved.name if isinstance(saved, Path) else saved.report.name
    saved = read_saved(saved) if isinstance(saved, Path) else saved
    old = saved.report
    if old.name != definition.name:
        raise TaizhangError("report.other_report", file=name, saved=old.name, wanted=definition.name)
    dated = date.fromisoformat(old.dated) if old.dated else None
    new = compose(definition, source, Period.parse(old.period), old.division, dated=dated)
    gone, held = [], []
    for was, now in _pairs(old, new):
        moved = _moves(was, now)
        if (was.text if was else "") != (now.text if now else ""):
            gone.append(_told(was, now, moved))
        elif moved:
            held.append(_told(was, now, moved))
    return Staleness(tuple(gone), tuple(held), saved.edited, old.template != template_hash(definition), old.position, new.position)


def _told(was: Sentence | None, now: Sentence | None, moved: tuple[Move, ...]) -> StaleSentence:
    return StaleSentence(was.number if was else None, was.text if was else "", now.text if now else "", moved)


def _pairs(old: Report, new: Report) -> list[tuple[Sentence | None, Sentence | None]]:
    """Match sentences by their wording without figures; what differs between two matches is paired by likeness, in order."""
    before, after = list(old.sentences), list(new.sentences)
    matcher = SequenceMatcher(None, [s.skeleton for s in before], [s.skeleton for s in after], autojunk=False)
    pairs: list[tuple[Sentence | None, Sentence | None]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(before[i1:i2], after[j1:j2], strict=True)
        else:
            pairs += _alike(before[i1:i2], after[j1:j2])
    return pairs


def _alike(before: list[Sentence], after: list[Sentence]) -> list[tuple[Sentence | None, Sentence | None]]:
    pairs: list[tuple[Sentence | None, Sentence | None]] = []
    rest = list(after)
    for sentence in before:
        # At equal likeness the earlier one: sentences do not change their order.
        best = max(rest, key=lambda s: (_likeness(sentence, s), -s.number), default=None)
        if best is not None and _likeness(sentence, best) > 0.3:
            at = rest.index(best)
            pairs += [(None, s) for s in rest[:at]]
            rest = rest[at + 1 :]
            pairs.append((sentence, best))
        else:
            pairs.append((sentence, None))
    return pairs + [(None, s) for s in rest]


def _likeness(one: Sentence, other: Sentence) -> float:
    shared = {f.indicator for f in one.figures} & {f.indicator for f in other.figures}
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() + (1 if shared else 0)


def _moves(was: Sentence | None, now: Sentence | None) -> tuple[Move, ...]:
    old = {f.indicator: f for f in was.figures} if was else {}
    new = {f.indicator: f for f in now.figures} if now else {}
    moves = []
    for name in dict.fromkeys([*old, *new]):
        left, right = old.get(name), new.get(name)
        some = right or left
        assert some is not None
        if left is None or right is None or _fact(left) != _fact(right):
            moves.append(Move(name, some.title, some.unit, left, right))
    return tuple(moves)


def _fact(figure: ReportFigure) -> ReportFigure:
    # The journal moves on with every submission; only a change of the figure itself counts.
    return replace(figure, position=0)


def _value(figure: ReportFigure | None) -> str | None:
    return None if figure is None or figure.value is None else plain(figure.value)

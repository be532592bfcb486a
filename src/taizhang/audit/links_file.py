"""A person's choices of indicators for figures of a text, kept in a readable JSON file and found again in next year's text.

A choice is known by what the figure measures, its unit and the heading it stands under; synonyms, light words and small rewordings make no
difference. A choice without an indicator says that the ledgers do not have the figure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from taizhang.audit.candidates import grams, wording
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.pack.definitions import Pack
from taizhang.reader.lexicon import Lexicon, shipped

FORMAT = "taizhang-links/1"
_ALIKE, _ALIKE_UNDER_HEADING = 0.85, 0.7
_KEYS = ("measure", "unit", "section")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said of a figure; ``indicator`` None: it is in no ledger."""

    measure: str
    unit: str
    section: str
    indicator: str | None
    by: str = ""
    on: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Question:
    """A figure whose indicator a person has to choose; ``candidates`` are indicators with their titles, best first."""

    measure: str
    unit: str
    section: str
    text: str
    candidates: tuple[tuple[str, str], ...]

    def answered(self, indicator: str | None, by: str = "", on: str = "") -> Choice:
        """Return the choice that a person makes of it."""
        return Choice(self.measure, self.unit, self.section, indicator, by, on)


class SavedLinks:
    """The choices of a town; immutable: ``choose`` gives a new one."""

    def __init__(self, choices: Iterable[Choice] = (), lexicon: Lexicon | None = None) -> None:
        self._words = (lexicon or shipped()).made(wording)
        self._lexicon = lexicon
        self._kept: dict[tuple[str, str, str], Choice] = {}
        for choice in choices:
            self._kept[self._key(choice.measure, choice.unit, choice.section)] = choice

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All choices, ordered by heading, measure and unit."""
        return tuple(sorted(self._kept.values(), key=lambda c: (c.section, c.measure, c.unit)))

    def _key(self, measure: str, unit: str, section: str) -> tuple[str, str, str]:
        return self._words.bare(self._words.plain(measure), unit), unit, self._words.plain(section)

    def choose(self, choice: Choice) -> SavedLinks:
        """Return the choices with one more; it replaces an earlier one for the same figure."""
        return SavedLinks([*self._kept.values(), choice], self._lexicon)

    def find(self, measure: str, unit: str, section: str) -> Choice | None:
        """Return the choice for a figure: the same words first, then wording that is nearly the same; None when two are equally near."""
        if not measure or not self._kept:
            return None
        asked = self._key(measure, unit, section)
        if asked in self._kept:
            return self._kept[asked]
        near = [(self._nearness(asked, key), choice) for key, choice in self._kept.items() if key[1] == unit]
        best = max((n for n, _ in near), default=0.0)
        found = {choice.indicator: choice for n, choice in near if n == best}
        return next(iter(found.values())) if best > 0 and len(found) == 1 else None

    def _nearness(self, asked: tuple[str, str, str], key: tuple[str, str, str]) -> float:
        if self._words.marks(asked[0]) != self._words.marks(key[0]):
            return 0.0
        words, heading = _dice(asked[0], key[0]), _dice(asked[2], key[2])
        enough = words >= _ALIKE or (words >= _ALIKE_UNDER_HEADING and heading >= _ALIKE)
        return words + heading / 10 if enough else 0.0


def _dice(a: str, b: str) -> float:
    if a == b:
        return 1.0
    one, other = grams(a), grams(b)
    total = _count(one) + _count(other)
    return 2 * _count(one & other) / total if total else 0.0


def _count(found: Counter[str]) -> int:
    return sum(found.values())


def read_links(path: Path, pack: Pack | None = None, lexicon: Lexicon | None = None) -> SavedLinks:
    """Read a file of choices; an open question of which somebody has filled in the ``indicator`` (null: in no ledger) is a choice.

    Raises ``TaizhangError`` (``links.unreadable``) for a file that is none, ``Refusal`` with every choice that is not sound.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TaizhangError("links.unreadable", file=path.name, problem=str(error)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("links"), list):
        raise TaizhangError("links.unreadable", file=path.name, problem=FORMAT)
    faults: list[Fault] = []
    answered = [item for item in data.get("open") or () if isinstance(item, dict) and item.get("indicator", "") != ""]
    choices = [_choice(item, number, pack, Fault("", file=path.name), faults) for number, item in enumerate([*data["links"], *answered], 1)]
    if faults:
        raise Refusal(faults)
    return SavedLinks([c for c in choices if c], lexicon)


def _choice(item: Any, number: int, pack: Pack | None, place: Fault, faults: list[Fault]) -> Choice | None:
    texts = {**dict.fromkeys(("by", "on"), ""), **item} if isinstance(item, Mapping) else {}
    wrong = [k for k in (*_KEYS, "by", "on") if not isinstance(texts.get(k), str)]
    name = texts.get("indicator", "")
    if wrong or not (name is None or (isinstance(name, str) and name)) or not texts.get("measure"):
        faults.append(Fault("links.malformed", {"number": number, "keys": "、".join(wrong or ["indicator"])}).at(file=place.file))
        return None
    if pack is not None and name is not None and name not in pack.indicators:
        faults.append(Fault("links.unknown_indicator", {"number": number, "indicator": name}).at(file=place.file, value=name))
        return None
    return Choice(texts["measure"], texts["unit"], texts["section"], name, texts["by"], texts["on"])


def write_links(path: Path, links: SavedLinks, questions: Iterable[Question] = ()) -> None:
    """Write the choices, one a line group, in an order that does not depend on when they were made, and the open questions after them."""
    asked = [
        {"text": q.text, "measure": q.measure, "unit": q.unit, "section": q.section, "indicator": "", "candidates": dict(q.candidates)}
        for q in questions
    ]
    data = {"format": FORMAT, "links": [asdict(choice) for choice in links.choices], "open": asked}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")

"""The hierarchy province–city–county–town–village–group, each node with the days on which it exists.

Codes are the 12-digit statistical codes cut to their level (2, 4, 6, 9, 12 digits); village groups have no national code and add two digits.
A merger or a rename is a dated change: the old node ends and names its successor; it is never edited.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from taizhang.errors import Fault, Refusal

Level = Literal["province", "city", "county", "town", "village", "group"]
LEVELS: dict[int, Level] = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village", 14: "group"}
_PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9, 14: 12}
COLUMNS = ("code", "name", "valid_from", "valid_to", "successor")


@dataclass(frozen=True, slots=True)
class Division:
    """One node; ``valid_to`` is the first day on which it no longer exists."""

    code: str
    name: str
    valid_from: date = date(1900, 1, 1)
    valid_to: date | None = None
    successor: str | None = None

    @property
    def level(self) -> Level:
        """The level, which the length of the code tells."""
        return LEVELS[len(self.code)]

    @property
    def parent(self) -> str | None:
        """Code of the node above; None for a province."""
        length = _PARENT_LENGTH.get(len(self.code))
        return self.code[:length] if length else None

    @property
    def kind(self) -> str:
        """居 for a residents' committee (001–199), 村 for a villagers' committee, 组 for a group, else the level's word."""
        if self.level == "village":
            return "居" if 1 <= int(self.code[9:12]) <= 199 else "村"
        return {"group": "组", "town": "镇", "county": "县", "city": "市", "province": "省"}[self.level]

    def exists_on(self, day: date) -> bool:
        """Return whether the node exists on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def standard_code(text: str) -> str:
    """Return a code cut to its level: the zeros that fill a 12-digit code up are dropped.

    >>> standard_code("990128105000")
    '990128105'
    """
    if len(text) == 12 and text.isdigit():
        for length in (2, 4, 6, 9):
            if not text[length:].strip("0"):
                return text[:length]
    return text


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


class DivisionTree:
    """All divisions that a workspace knows."""

    def __init__(self, divisions: Iterable[Division], town: str | None = None, source: str = "") -> None:
        """``source`` is a fingerprint of the file that they were read from."""
        self.source = source
        self._nodes = {d.code: d for d in divisions}
        self.town = town
        self._children: dict[str, list[Division]] = {}
        self._names: dict[str, list[Division]] = {}
        for node in self._nodes.values():
            above_code = self._nearest(node)
            if above_code:
                self._children.setdefault(above_code, []).append(node)
            self._names.setdefault(_plain(node.name), []).append(node)
            above = self._nodes.get(node.parent or "")
            if node.level == "group" and above:
                self._names.setdefault(_plain(above.name + node.name), []).append(node)

    def __getitem__(self, code: str) -> Division:
        return self._nodes[code]

    def __contains__(self, code: object) -> bool:
        return code in self._nodes

    def __iter__(self) -> Iterator[Division]:
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def _nearest(self, node: Division) -> str | None:
        """Return the code of the nearest node above that the list has: a list may leave levels out."""
        code = node.parent
        while code and code not in self._nodes:
            length = _PARENT_LENGTH.get(len(code))
            code = code[:length] if length else None
        return code

    def above(self, node: Division) -> str | None:
        """Return the code of the nearest node above that the list has."""
        return self._nearest(node)

    def get(self, code: str) -> Division | None:
        """Return the node of a code, or None."""
        return self._nodes.get(code)

    def resolve(self, text: str) -> Division | None:
        """Return the division that a code or a name means, or None when there is none or more than one.

        A name may be a village (公坪社区), a group behind its village (公坪社区3组) or any unambiguous name.
        """
        text = _plain(text)
        node = self._nodes.get(standard_code(text))
        if node:
            return node
        found = self._names.get(text, [])
        if len(found) > 1 and self.town:
            found = [d for d in found if d.code.startswith(self.town)]
        if len(found) > 1:
            found = [d for d in found if d.valid_to is None]
        return found[0] if len(found) == 1 else None

    def children(self, code: str) -> list[Division]:
        """Return the nodes directly under a code, by code; a node whose own parent is not in the list stands under the next one above."""
        return sorted(self._children.get(code, []), key=lambda d: d.code)

    def subtree(self, code: str) -> list[Division]:
        """Return the node and all below it, parents first; without predecessors."""
        node = self._nodes.get(code)
        found = [node] if node else []
        for child in self.children(code):
            found.extend(self.subtree(child.code))
        return found

    def at_level(self, level: Level, within: str, on: date) -> list[Division]:
        """Return the divisions of one level inside ``within`` that exist on a day, by code."""
        return [d for d in self.subtree(within) if d.level == level and d.exists_on(on)]

    @cached_property
    def closure(self) -> tuple[tuple[str, str], ...]:
        """All (ancestor, descendant) pairs, each node with itself.

        A division that ended counts into its successor too, so that a merged village can be compared with the years before.
        """
        return tuple(sorted({(above, node.code) for node in self._nodes.values() for above in self._above(node, set())}))

    @cached_property
    def fingerprint(self) -> str:
        """What is another when any division lies elsewhere; names and days do not count."""
        return hashlib.sha256(repr(self.closure).encode()).hexdigest()[:16]

    def _above(self, node: Division, seen: set[str]) -> set[str]:
        if node.code in seen:
            return seen
        seen.add(node.code)
        for code in (self._nearest(node), node.successor):
            if code and code in self._nodes:
                self._above(self._nodes[code], seen)
        return seen


def read_divisions(path: Path, town: str | None = None) -> DivisionTree:
    """Read a division list (CSV: code, name, valid_from, valid_to, successor; in UTF-8, or GB18030 as spreadsheets save it).

    Raises ``Refusal`` with every fault of the file.
    """
    nodes: list[Division] = []
    faults: list[Fault] = []
    raw = path.read_bytes()
    reader = csv.DictReader(io.StringIO(_text(path, raw), newline=""))
    columns = [(name or "").strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    absent = [name for name in ("code", "name") if name not in columns]
    if absent:
        allowed = ",".join(COLUMNS)
        raise Refusal([Fault("division.column_missing", {"name": name, "allowed": allowed}, file=path.name, row=1) for name in absent])
    for row in reader:
        node = _node(row, Fault("", file=path.name, row=reader.line_num), faults)
        if node:
            nodes.append(node)
    known = {n.code for n in nodes}
    faults += [
        Fault("division.successor_unknown", {"value": n.successor, "code": n.code}, file=path.name, value=n.successor)
        for n in nodes
        if n.successor and n.successor not in known
    ]
    if len(known) < len(nodes):
        repeated = sorted({n.code for n in nodes if sum(m.code == n.code for m in nodes) > 1})
        faults.append(Fault("division.repeated", {"value": "、".join(repeated)}, file=path.name))
    if faults:
        raise Refusal(faults)
    return DivisionTree(nodes, town, hashlib.sha256(raw).hexdigest()[:16])


def _text(path: Path, raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal([Fault("division.not_text", {}, file=path.name)])


def _node(row: dict[str, str], place: Fault, faults: list[Fault]) -> Division | None:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    code = standard_code(values["code"])
    wrong = replace(place, params={"value": code}, value=code)
    if not (code.isascii() and code.isdigit()) or len(code) not in LEVELS:
        faults.append(replace(wrong, code="division.code_malformed"))
        return None
    try:
        since = date.fromisoformat(values["valid_from"] or "1900-01-01")
        until = date.fromisoformat(values["valid_to"]) if values["valid_to"] else None
    except ValueError:
        faults.append(replace(wrong, code="division.date_malformed"))
        return None
    if until is not None and until <= since:
        faults.append(replace(wrong, code="division.date_malformed"))
        return None
    return Division(code, values["name"] or code, since, until, standard_code(values["successor"]) or None)


def write_divisions(path: Path, divisions: Iterable[Division]) -> None:
    """Write a division list as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for d in divisions:
            writer.writerow([d.code, d.name, d.valid_from.isoformat(), d.valid_to.isoformat() if d.valid_to else "", d.successor or ""])

"""Faults on purpose: each rule's own worked examples, planted in the demonstration town under other names, and the list of what must be found.

A rule's example says which rows are a fault; what it leaves out is filled in as for an example, and what a ledger requires besides is taken from
the ledger's own accepted example. A rule whose examples would be no fault in a town that has rows already says by ``plant`` what is planted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.demo.filling import Filler
from taizhang.demo.renaming import Renaming
from taizhang.errors import Refusal

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack, Rule, RuleExample
    from taizhang.pack.divisions import DivisionTree
    from taizhang.workspace import Workspace

COPIES = 3
LIST = "faults.json"
IDENTITY = ("subject", "programme", "month")  # what tells one finding of a rule from another
_LONG_AGO = "1900-"
_QUOTED = re.compile("'([^']+)'")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Planted:
    """One instance of a fault: the rule, and the identities of what it must find."""

    rule: str
    finds: tuple[Mapping[str, Any], ...]
    entries: Mapping[str, int] = field(default_factory=dict)  # rows by ledger


@dataclass(frozen=True, slots=True)
class NotPlanted:
    """A rule of which an instance could not be planted, and why."""

    rule: str
    why: str


def plant(
    workspace: Workspace, copies: int = COPIES, *, person: str = "演示", tell: Callable[[str, float], None] | None = None
) -> tuple[list[Planted], list[NotPlanted]]:
    """Plant every rule's fault ``copies`` times in a workspace that holds the town, one submission each, and write the list beside it.

    ``tell`` hears which rule is being planted, and the share that is done.
    """
    from taizhang.intake.importing import import_rows
    from taizhang.journal.records import Source

    planted: list[Planted] = []
    failed: list[NotPlanted] = []
    filler, standing = Filler(workspace), _standing_names(workspace)
    instances = list(_instances(workspace.pack, copies))
    for number, (rule, copy) in enumerate(instances, start=1):
        if tell is not None and not copy:
            tell(rule.title, number / len(instances))
        try:
            instance, rows = _instance(workspace, filler, rule, number, copy, standing)
            import_rows(workspace, rows, person, Source("demo", f"{rule.name}-{copy + 1}"), confirm=True)
        except Refusal as refusal:
            failed.append(NotPlanted(rule.name, "；".join(f.message for f in refusal.faults[:3])))
        else:
            planted.append(instance)
    write_list(workspace.path(LIST), planted, failed)
    return planted, failed


def write_list(path: Path, planted: Sequence[Planted], failed: Sequence[NotPlanted]) -> None:
    """Write what was planted, and of which rules nothing could be."""
    data = {"planted": [asdict(p) for p in planted], "not_planted": [asdict(n) for n in failed]}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8", newline="\n")


def _instances(pack: Pack, copies: int) -> Iterator[tuple[Rule, int]]:
    for rule in pack.rules.values():
        if rule.plant or any(example.finds for example in rule.examples):
            yield from ((rule, copy) for copy in range(_times(rule, copies)))


def _times(rule: Rule, copies: int) -> int:
    """Return how often a rule's fault is planted: what stands as it is said only once."""
    return len(rule.plant) if any(not plant.renamed for plant in rule.plant) else max(copies, len(rule.plant))


def _instance(
    workspace: Workspace, filler: Filler, rule: Rule, number: int, copy: int, standing: Mapping[str, frozenset[str]]
) -> tuple[Planted, Rows]:
    plant = rule.plant[copy % len(rule.plant)] if rule.plant else None
    if plant is not None and not plant.renamed:
        rows = {name: [_said(row) for row in listed] for name, listed in _completed(workspace, filler, rule, plant.example).items()}
        return _planted(rule, plant.example.finds, rows), rows
    found = [example for example in rule.examples if example.finds]
    example = plant.example if plant is not None else found[copy % len(found)]
    villages = _rotated(workspace.divisions, copy)
    # A name that the town has already means that thing, unless the example brings its own; what the query names can have no other name.
    kept = {name for ledger, names in standing.items() if ledger not in example.rows for name in names if _is_word(name)} | _literals(
        workspace.pack, rule
    )
    renaming = Renaming(workspace.pack, number, villages, kept)
    full = _completed(workspace, filler, rule, example)
    renaming.note_names(full)
    for _ in range(2):  # a row may name what a later row is
        renamed = {ledger: [renaming.row(ledger, row) for row in listed] for ledger, listed in full.items()}
    rows = {ledger: new for ledger, listed in renamed.items() if (new := _new(workspace.pack, ledger, listed, standing))}
    told = [{column: renaming.told(value) for column, value in row.items() if not _made_up(value)} for row in example.finds]
    return _planted(rule, told, rows), rows


def _planted(rule: Rule, finds: Sequence[Mapping[str, Any]], rows: Rows) -> Planted:
    identities = tuple({column: row[column] for column in IDENTITY if column in row} for row in finds)
    return Planted(rule.name, identities, {ledger: len(listed) for ledger, listed in rows.items()})


def _said(row: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value is not None and not name.startswith("_")}


def _rotated(divisions: DivisionTree, copy: int) -> dict[str, str]:
    villages = sorted(d.code for d in divisions if d.level == "village" and d.code.startswith(divisions.town or ""))
    return {village: villages[(i + copy) % len(villages)] for i, village in enumerate(villages)}


def _standing_names(workspace: Workspace) -> dict[str, frozenset[str]]:
    """Return what stands in the town's open registers that others refer to by name: programmes, enterprises, plots."""
    from taizhang.journal import read

    registers = [n for n, ledger in workspace.pack.ledgers.items() if ledger.kind == "register" and ledger.access == "normal"]
    single = [name for name in registers if len(workspace.pack.ledgers[name].key) == 1]
    return {name: frozenset(read.standing(name)) for name in single}


def _completed(workspace: Workspace, filler: Filler, rule: Rule, example: RuleExample) -> dict[str, list[dict[str, str | None]]]:
    from taizhang.warehouse.literal_rows import completed

    pack, words = workspace.pack, _words(workspace.pack, rule)
    full = completed(pack, example.rows, workspace.divisions, str(example.as_of.year))
    return {
        name: [
            filler.filled(pack.ledgers[name], given, row, line, words, example.as_of)
            for line, (given, row) in enumerate(zip(example.rows[name], rows, strict=True))
        ]
        for name, rows in full.items()
    }


def _new(pack: Pack, ledger: str, rows: Sequence[dict[str, str]], standing: Mapping[str, frozenset[str]]) -> list[dict[str, str]]:
    """Return the rows that do not stand in the town's open registers already."""
    key = pack.ledgers[ledger].key
    return [row for row in rows if ledger not in standing or row.get(key[0]) not in standing[ledger]]


def _is_word(name: str) -> bool:
    return not any(c.isdigit() for c in name)  # a running number says nothing: an example's own may be the same by chance


def _made_up(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_LONG_AGO)  # from a day that the example itself does not say


def _selects(pack: Pack, rule: Rule) -> list[str]:
    """Return the queries of a rule and of the views under it."""
    out: list[str] = []
    words: set[str] = set()
    waiting = [step.select for step in rule.steps]
    while waiting:
        out.append(waiting.pop())
        new = set(_WORD.findall(out[-1])) - words
        words |= new
        waiting += [step.select for name in sorted(new & pack.views.keys()) for step in pack.views[name].steps]
    return out


def _literals(pack: Pack, rule: Rule) -> set[str]:
    return {text for select in _selects(pack, rule) for text in _QUOTED.findall(select)}


def _words(pack: Pack, rule: Rule) -> frozenset[str]:
    """Return every word of a rule's query and of the views under it."""
    return frozenset(word for select in _selects(pack, rule) for word in _WORD.findall(select))

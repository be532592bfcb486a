"""Faults on purpose: each rule's own worked examples, planted in the demonstration town under other names, and the list of what must be found.

A rule's example says which rows are a fault; what it leaves out is filled in as for an example, and what a ledger requires besides is taken from
the ledger's own accepted example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.demo.renaming import Renaming
from taizhang.errors import Refusal

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger, Pack, Rule, RuleExample
    from taizhang.pack.divisions import DivisionTree
    from taizhang.workspace import Workspace

COPIES = 3
LIST = "faults.json"
IDENTITY = ("subject", "programme", "month")  # what tells one finding of a rule from another
AS_OF = "as_of_on"  # the day on which a list delivered by others holds
_LONG_AGO = "1950"
_NOTHING = object()
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


def plant(workspace: Workspace, copies: int = COPIES, *, person: str = "演示") -> tuple[list[Planted], list[NotPlanted]]:
    """Plant every rule's fault ``copies`` times in a workspace that holds the town, one submission each, and write the list beside it."""
    from taizhang.intake.importing import import_rows
    from taizhang.journal.records import Source

    planted: list[Planted] = []
    failed: list[NotPlanted] = []
    standing = _standing_names(workspace)
    for number, (rule, copy) in enumerate(_instances(workspace.pack, copies), start=1):
        instance, rows = _instance(workspace, rule, number, copy, standing)
        try:
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
        if any(example.finds for example in rule.examples):
            yield from ((rule, copy) for copy in range(copies))


def _instance(workspace: Workspace, rule: Rule, number: int, copy: int, standing: Mapping[str, frozenset[str]]) -> tuple[Planted, Rows]:
    found = [example for example in rule.examples if example.finds]
    example = found[copy % len(found)]
    villages = _rotated(workspace.divisions, copy)
    # A name that the town has already means that thing, unless the example brings its own.
    kept = [name for ledger, names in standing.items() if ledger not in example.rows for name in names]
    renaming = Renaming(workspace.pack, number, villages, kept)
    full = _completed(workspace, rule, example)
    rows = {ledger: [renaming.row(ledger, row) for row in listed] for ledger, listed in full.items() if listed}
    finds = tuple({column: renaming.told(row[column]) for column in IDENTITY if column in row} for row in example.finds)
    return Planted(rule.name, finds, {ledger: len(listed) for ledger, listed in rows.items()}), rows


def _rotated(divisions: DivisionTree, copy: int) -> dict[str, str]:
    villages = sorted(d.code for d in divisions if d.level == "village" and d.code.startswith(divisions.town or ""))
    return {village: villages[(i + copy) % len(villages)] for i, village in enumerate(villages)}


def _standing_names(workspace: Workspace) -> dict[str, frozenset[str]]:
    """Return what stands in the town's open registers that others refer to by name: programmes, enterprises, plots."""
    from taizhang.journal import read

    registers = [n for n, ledger in workspace.pack.ledgers.items() if ledger.kind == "register" and ledger.access == "normal"]
    return {name: frozenset(read.standing(name)) for name in registers if len(workspace.pack.ledgers[name].key) == 1}


def _completed(workspace: Workspace, rule: Rule, example: RuleExample) -> dict[str, list[dict[str, str | None]]]:
    from taizhang.warehouse.literal_rows import completed

    pack, words = workspace.pack, _words(workspace.pack, rule)
    full = completed(pack, example.rows, workspace.divisions, str(example.as_of.year))
    return {name: [_filled(workspace, pack.ledgers[name], row, words, example.as_of) for row in rows] for name, rows in full.items()}


def _words(pack: Pack, rule: Rule) -> frozenset[str]:
    """Return every word of a rule's query and of the views under it."""
    words: set[str] = set()
    waiting = [step.select for step in rule.steps]
    while waiting:
        new = set(_WORD.findall(waiting.pop())) - words
        words |= new
        waiting += [step.select for name in new & pack.views.keys() for step in pack.views[name].steps]
    return frozenset(words)


def _filled(
    workspace: Workspace, ledger: Ledger, row: Mapping[str, str | None], words: frozenset[str], as_of: date
) -> dict[str, str | None]:
    """Fill what the ledger requires, and what the rule does not look at, from the ledger's own accepted example."""
    given = _accepted(workspace, ledger)
    day = row.get(ledger.at or ledger.begins or "")
    filled = dict(row)
    for name, field_ in ledger.fields.items():
        if (
            row.get(name) is not None
            or name not in given
            or (name in words and not field_.required)
            or name in (ledger.ends, ledger.division)
        ):
            continue
        dated = field_.type == "date"
        filled[name] = (as_of.isoformat() if name == AS_OF or not day or day < _LONG_AGO else day[:10]) if dated else given[name]
    return _suited(workspace, ledger, filled, [n for n in filled if filled[n] != row.get(n)])


def _accepted(workspace: Workspace, ledger: Ledger) -> Mapping[str, str | None]:
    """Return the ledger's own accepted example as canonical texts."""
    from taizhang.warehouse.literal_rows import completed

    row = next(example.row for example in ledger.examples if example.accepted)
    return completed(workspace.pack, {ledger.name: [row]}, workspace.divisions, "2020")[ledger.name][0]


def _suited(workspace: Workspace, ledger: Ledger, row: dict[str, str | None], own: Sequence[str]) -> dict[str, str | None]:
    """Change what was filled in until the ledger's checks hold: another choice, or nothing where nothing is required."""
    for check in _checks(workspace.pack, ledger):
        if check(row) is not False:
            continue
        for name in own:
            field_ = ledger.fields[name]
            tries = field_.choices if field_.type == "choice" else () if field_.required else (None,)
            better = next((value for value in tries if check({**row, name: value}) is not False), _NOTHING)
            if better is not _NOTHING:
                row = {**row, name: better}  # type: ignore[dict-item]
                break
    return row


def _checks(pack: Pack, ledger: Ledger) -> list[Callable[[Mapping[str, str | None]], bool | None]]:
    from taizhang.pack.expression import parse_expression
    from taizhang.pack.expression_python import compile_check

    errors = [c for c in ledger.checks if c.severity == "error"]
    return [compile_check(parse_expression(c.expect, ledger, pack, c.place, boolean=True), ledger) for c in errors]

"""Whose rows a person may send in: rows of other divisions, and entries that stand in other divisions, are faults with their places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from taizhang.errors import Fault
from taizhang.intake.checking import coverage
from taizhang.intake.difference import difference
from taizhang.intake.of_comparison import closed, of_comparison
from taizhang.intake.sheets import letters

if TYPE_CHECKING:
    from taizhang.intake.checking import Checked
    from taizhang.pack.divisions import DivisionTree

Within = Mapping[str, Sequence[str]]  # by ledger: the codes with which the divisions of a person's rows begin


def refuse_program_ledgers(tables: Iterable[Checked]) -> None:
    """Refuse ledgers that no person writes; the faults go into the tables."""
    for table in tables:
        if not table.ledger.takes("write"):
            _refuse_whole(table, "ledger.not_by_people")


def _refuse_whole(table: Checked, code: str) -> None:
    table.faults = [Fault(code, {"ledger": table.ledger.title}, file=table.file, sheet=table.sheet)]
    table.refused.update(range(len(table.lines)))
    table.covers = set()


def refuse_what_comparison_wrote(tables: Iterable[Checked]) -> None:
    """Refuse rows that say something else of what comparison wrote; the faults go into the tables."""
    for table in tables:
        wrote = of_comparison(table.ledger)
        if not wrote:
            continue
        from taizhang.journal import read

        mine = [index for index in table.good() if table.keys[index] in wrote]
        for row in difference(table, read.standing(table.ledger.name, wrote), mine).changed:
            for fault in closed(table.ledger, (change.field for change in row.fields)):
                _refuse(table, row.index, fault)


def keep_within(tables: Iterable[Checked], within: Within, divisions: DivisionTree) -> None:
    """Refuse what lies outside; the faults go into the tables.

    An entry that stands in another division cannot be taken over by writing one's own division into its row.
    """
    for table in tables:
        places = tuple(within.get(table.ledger.name, ()))
        if not places:
            _refuse_whole(table, "ledger.not_yours")
            continue
        _divisions(table, places, divisions)
        if divisions.town is None or not divisions.town.startswith(places):
            _standing(table, places)


def _divisions(table: Checked, places: tuple[str, ...], divisions: DivisionTree) -> None:
    outside = {code for code in set(table.divisions) if code and not code.startswith(places)}
    names = coverage(table.ledger)
    table.covers = {span for span in table.covers if span[names.index(table.ledger.division)] not in outside}
    if not outside:
        return
    mine = "、".join(_named(code, divisions) for code in places)
    for index, code in enumerate(table.divisions):
        if code in outside and code:
            _refuse(table, index, Fault("row.division_outside", {"division": _named(code, divisions), "mine": mine}, value=code))


def _standing(table: Checked, places: tuple[str, ...]) -> None:
    ledger = table.ledger
    if ledger.division in ledger.key:
        return  # an entry of another division has another key
    from taizhang.journal import read

    wanted = [i for i in range(len(table.keys)) if i not in table.refused]
    standing = read.standing(ledger.name, [table.keys[i] for i in wanted])
    for index in wanted:
        stands = standing.get(table.keys[index])
        if stands and not str(json.loads(stands.data).get(ledger.division) or "").startswith(places):
            _refuse(table, index, Fault("row.entry_elsewhere", {"key": table.keys[index].replace("|", " / ")}, value=table.keys[index]))


def _refuse(table: Checked, index: int, fault: Fault) -> None:
    name = fault.field or (table.ledger.division if fault.code == "row.division_outside" else table.ledger.key[-1])
    column = table.columns.get(name)
    place = {"file": table.file, "sheet": table.sheet, "row": table.lines[index], "field": name}
    title = table.titles.get(name) or table.ledger.fields[name].title
    table.faults.append(fault.at(**place, title=title, column=None if column is None else letters(column)))
    table.refused.add(index)


def _named(code: str, divisions: DivisionTree) -> str:
    found = divisions.resolve(code)
    return found.name if found else code

"""Which sheet of a file is which ledger's table, and what was passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from taizhang.errors import Fault
from taizhang.intake.checking import Checked, check
from taizhang.intake.headers import Grid, Header, choose_ledger, find_header, find_unit_line
from taizhang.intake.outline import SheetOutline, outline
from taizhang.intake.sheets import Sheet, SourceFile, is_blank
from taizhang.intake.titles import Titles, normal
from taizhang.pack.definitions import Ledger
from taizhang.pack.fieldtypes import Context

INSTRUCTIONS = "填表说明"
LISTS = "下拉清单"
FAULT_LIST = "问题清单"
ASIDE = {
    normal(name)
    for name in (INSTRUCTIONS, LISTS, FAULT_LIST, "说明", "填报说明", "使用说明", "示例", "样例", "代码表", "字典", "下拉选项", "数据字典")
}

Passed = Literal["hidden", "empty", "aside", "no_header", "told"]


@dataclass(frozen=True, slots=True)
class PassedSheet:
    """A sheet that was not read as a table, and why."""

    sheet: str
    reason: Passed


@dataclass(frozen=True, slots=True)
class AsTold:
    """How a person said that a file is to be read, where guessing is not enough."""

    sheets: Mapping[str, str | None] = field(default_factory=dict)  # the ledger of a sheet; None: left out
    headings: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)  # by ledger and ``heading_key``: a field, or None


@dataclass(slots=True)
class Reading:
    """All tables of a file, checked; sheets passed over; faults of the file as a whole."""

    source: SourceFile
    tables: list[Checked] = field(default_factory=list)
    passed: list[PassedSheet] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    outlines: list[SheetOutline] = field(default_factory=list)

    def all_faults(self) -> list[Fault]:
        """Return every fault, of the file first, then by sheet, row and column."""
        order = {sheet.name: index for index, sheet in enumerate(self.source.sheets)}
        rest = [fault for table in self.tables for fault in table.faults]
        rest.sort(key=lambda f: (order.get(f.sheet or "", 0), f.row or 0, len(f.column or ""), f.column or ""))
        return [*self.faults, *rest]


def read_tables(
    source: SourceFile, ledgers: Mapping[str, Ledger], context: Context, ledger: str | None = None, told: AsTold | None = None
) -> Reading:
    """Find and check every table of a file, of one ledger or of whichever ledgers its sheets are for, or as a person ``told``.

    With ``told``, ``outlines`` say how every sheet was read. The cells of the sheets are let go on the way; ``source`` is empty afterwards.
    """
    reading = Reading(source, faults=list(source.faults))
    headings = told.headings if told else {}
    titles = {name: Titles(definition, headings.get(name)) for name, definition in ledgers.items() if ledger in (None, name)}
    unmatched: list[Fault] = []
    for sheet in source.sheets:
        if reason := _aside(sheet):
            reading.passed.append(PassedSheet(sheet.name, reason))
            continue
        if told and sheet.name in told.sheets and told.sheets[sheet.name] is None:
            reading.passed.append(PassedSheet(sheet.name, "told"))
            reading.outlines.append(SheetOutline(sheet.name, left_out=True))
            continue
        found = _place(sheet, titles, source, (told.sheets.get(sheet.name) if told else None) or ledger)
        if told:
            reading.outlines.append(outline(sheet, found))
        if isinstance(found, Fault):
            unmatched.append(found.at(file=source.path.name, sheet=sheet.name))
        else:
            chosen, header = found
            reading.tables.append(check(sheet, header, chosen, context, source.path.name))
        sheet.rows = []
    for fault in unmatched:
        if reading.tables and fault.code == "sheet.no_header":
            reading.passed.append(PassedSheet(fault.sheet or "", "no_header"))
        else:
            reading.faults.append(fault)
    if not reading.tables and not reading.faults:
        reading.faults.append(Fault("file.empty", {"name": source.path.name}, file=source.path.name))
    _repeated_across(reading.tables)
    return reading


def _aside(sheet: Sheet) -> Passed | None:
    if sheet.hidden:
        return "hidden"
    if normal(sheet.name) in ASIDE:
        return "aside"
    if any(not is_blank(cell) for row in sheet.rows for cell in row):
        return None
    if sheet.later:
        sheet.complete()
        return _aside(sheet)
    return "empty"


def _place(sheet: Sheet, titles: Mapping[str, Titles], source: SourceFile, ledger: str | None) -> tuple[Titles, Header] | Fault:
    grid = Grid(sheet)
    if sheet.ledger is not None and ledger is None and sheet.ledger not in titles:
        return Fault("ledger.unknown", {"name": sheet.ledger}, value=sheet.ledger)
    if sheet.ledger is not None and sheet.ledger in titles:
        titles = {sheet.ledger: titles[sheet.ledger]}
    if ledger is not None and ledger in titles:
        titles = {ledger: titles[ledger]}
    if len(titles) == 1:
        chosen = next(iter(titles.values()))
        header = find_header(grid, chosen)
        if header is None:
            expected = "、".join(f.title for f in chosen.ledger.fields.values())
            return Fault("sheet.no_header", {"ledger": chosen.ledger.title, "expected": expected})
        return _with_unit_line(grid, chosen, header)
    found = choose_ledger(sheet, grid, titles, [sheet.name, source.path.stem])
    if found is None:
        return Fault("sheet.no_header", {"ledger": "任何台账", "expected": ""})
    if isinstance(found, list):
        return Fault("sheet.ambiguous", {"ledgers": "、".join(found)})
    return _with_unit_line(grid, *found)


def _with_unit_line(grid: Grid, titles: Titles, header: Header) -> tuple[Titles, Header]:
    header.unit_line = find_unit_line(grid, header.top)
    return titles, header


def _repeated_across(tables: list[Checked]) -> None:
    """Mark entries that stand on two sheets of one file."""
    for number, later in enumerate(tables):
        for earlier in tables[:number]:
            if earlier.ledger.name != later.ledger.name:
                continue
            where = {key: index for index, key in enumerate(earlier.keys)}
            for index, key in enumerate(later.keys):
                if key in where and index not in later.refused and where[key] not in earlier.refused:
                    for table, i, other, j in ((later, index, earlier, where[key]), (earlier, where[key], later, index)):
                        place = f"{other.sheet} {other.lines[j]}"
                        fault = Fault("row.repeated_sheet", {"place": place, "key": key.replace("|", " / ")}, value=key)
                        table.faults.append(fault.at(file=table.file, sheet=table.sheet, row=table.lines[i]))
                        table.refused.add(i)

"""Importing: read, check, compare with what stands, tell, record. One door for files and one for rows; both end in one journal action."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.clock import today
from taizhang.collector import without_collector
from taizhang.errors import Fault, Refusal
from taizhang.intake.sources import read_file

# Everything else is loaded while the file is being read.
if TYPE_CHECKING:
    from taizhang.intake.checking import Checked
    from taizhang.intake.difference import Difference, MissingRow
    from taizhang.intake.lines import SkippedLine
    from taizhang.intake.outline import SheetOutline
    from taizhang.intake.scope import Within
    from taizhang.intake.tables import AsTold, PassedSheet, Reading
    from taizhang.journal.records import Changes, Source
    from taizhang.workspace import Workspace

Progress = Callable[[str, float], None]  # stage (read, check, compare, record), share done from 0 to 1
_ATTEMPTS = 5


@dataclass(slots=True)
class LedgerResult:
    """What an import did, or would do, to one ledger."""

    ledger: str
    title: str
    sheets: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    withdrawn: int = 0
    refused: int = 0
    differences: list[Difference] = field(default_factory=list)
    missing_rows: list[MissingRow] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts, and the changed and missing rows, as plain data for JSON."""
        counts = {
            name: getattr(self, name)
            for name in ("ledger", "title", "sheets", "new", "changed", "unchanged", "missing", "withdrawn", "refused")
        }
        changed = [row for found in self.differences for row in found.as_dict()["changed"]]
        return {**counts, "changed_rows": changed, "missing_rows": [{"entry": m.entry, "division": m.division} for m in self.missing_rows]}


@dataclass(slots=True)
class ImportResult:
    """The outcome of an import; ``submission`` is None when nothing was recorded (a dry run, or nothing new)."""

    file: str | None = None
    ledgers: list[LedgerResult] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[SkippedLine] = field(default_factory=list)
    passed: list[PassedSheet] = field(default_factory=list)
    outlines: list[SheetOutline] = field(default_factory=list)  # how the sheets were read, when somebody said how
    submission: int | None = None
    sha256: str | None = None
    marked_copy: Path | None = None
    dry_run: bool = False
    pending: bool = False  # waits for somebody else to accept it

    def total(self, name: str) -> int:
        """Return one count (new, changed, unchanged, missing, withdrawn, refused) over all ledgers."""
        return sum(getattr(result, name) for result in self.ledgers)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON."""
        return {
            "file": self.file,
            "submission": self.submission,
            "sha256": self.sha256,
            "dry_run": self.dry_run,
            "pending": self.pending,
            "marked_copy": str(self.marked_copy) if self.marked_copy else None,
            "ledgers": [result.as_dict() for result in self.ledgers],
            "skipped": [{"sheet": s.sheet, "row": s.row, "reason": s.reason, "text": s.text} for s in self.skipped],
            "passed_sheets": [{"sheet": p.sheet, "reason": p.reason} for p in self.passed],
            "faults": [fault.as_dict() for fault in self.faults],
        }


class ImportRefused(Refusal):
    """A file that is not taken in; ``result`` holds what was found out about it, and where the marked copy lies."""

    def __init__(self, faults: list[Fault], result: ImportResult) -> None:
        super().__init__(faults, "import.refused" if any(f.severity == "error" for f in faults) else "import.unconfirmed")
        self.result = result


def import_file(
    workspace: Workspace,
    path: Path | str,
    *,
    ledger: str | None = None,
    person: str,
    partial: bool = False,
    confirm: bool | Iterable[str] = False,
    withdraw_missing: bool = False,
    dry_run: bool = False,
    review: bool = False,
    marked_copy: Path | None = None,
    progress: Progress | None = None,
    told: AsTold | None = None,
    within: Within | None = None,
    note: str = "",
) -> ImportResult:
    """Take a file into the journal as one submission.

    ``ledger`` names the ledger of all sheets; otherwise each sheet finds its own. ``partial`` takes the good rows of a faulty file. ``confirm``
    is True for all warnings or the codes (``kind_of``) that a person has confirmed. ``marked_copy`` is where a copy with the faults marked is written when
    there are any; ``review`` leaves the submission pending until somebody else accepts it; ``dry_run`` tells what would happen and records nothing. ``told`` is how a person
    said that sheets and headings are to be read; ``within`` names, by ledger, the divisions whose rows the person may send in (all by default); such a file may hold no formulas as texts.
    The same file again changes nothing.

    Raises ``ImportRefused`` (exit code 2) when the file has errors and ``partial`` is not set, or warnings that nobody has confirmed.
    """
    path = Path(path)
    tell = progress or (lambda stage, share: None)
    codes = confirm if isinstance(confirm, bool) else frozenset(confirm)
    with without_collector():
        reading = _read_and_check(workspace, path, ledger, tell, told)
        _refuse_what_is_not_hers(workspace, reading, within)
        faults = reading.all_faults()
        result = ImportResult(path.name, faults=faults, passed=reading.passed, outlines=reading.outlines, dry_run=dry_run)
        result.skipped = [line for table in reading.tables for line in table.skipped]
        if faults and marked_copy:
            from taizhang.intake.marking import write_marked_copy

            result.marked_copy = write_marked_copy(path, faults, marked_copy)
        wanted = _accepted(reading, partial, codes)
        if not dry_run and (refusing := _refusing(reading, partial, codes)):
            raise ImportRefused(refusing, result)
        tell("compare", 0.6)
        _record(workspace, result, reading.tables, wanted, person, path, codes, withdraw_missing, dry_run, tell, review=review, note=note)
        tell("record", 1.0)
    return result


def _refuse_what_is_not_hers(workspace: Workspace, reading: Reading, within: Within | None) -> None:
    from taizhang.intake.formulas import refuse_formulas
    from taizhang.intake.scope import keep_within, refuse_program_ledgers, refuse_what_comparison_wrote

    if within is not None:
        refuse_formulas(reading.tables)
        keep_within(reading.tables, within, workspace.divisions)
    refuse_program_ledgers(reading.tables)
    refuse_what_comparison_wrote(reading.tables)


def import_rows(
    workspace: Workspace,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    person: str,
    source: Source,
    *,
    confirm: bool | Iterable[str] = True,
    note: str = "",
    at: datetime | None = None,
) -> ImportResult:
    """Take rows (dicts of raw values by field, by ledger) into the journal as one submission: the same checks as for a file.

    It is a door of programs, not of people: ledgers that comparison writes are taken too.

    Raises ``ImportRefused`` for errors, or warnings that are not confirmed.
    """
    from taizhang.intake.checking import check_rows
    from taizhang.pack.fieldtypes import Context

    codes = confirm if isinstance(confirm, bool) else frozenset(confirm)
    context = Context(divisions=workspace.divisions, today=today())
    with without_collector():
        tables = []
        for name, table in rows.items():
            if name not in workspace.pack.ledgers:
                raise ImportRefused([Fault("ledger.unknown", {"name": name}, value=name)], ImportResult())
            checked = check_rows(workspace.pack.ledgers[name], table, context)
            checked.faults = [fault.at(sheet=name) for fault in checked.faults]
            tables.append(checked)
        faults = [fault for table in tables for fault in table.faults]
        result = ImportResult(source.name, faults=faults)
        refusing = [fault for fault in faults if fault.severity == "error" or not _confirmed(kind_of(fault), codes)]
        if refusing:
            raise ImportRefused(refusing, result)
        wanted = [table.good() for table in tables]
        _record(workspace, result, tables, wanted, person, source, codes, False, False, lambda stage, share: None, note=note, at=at)
    return result


def _ledger_named(text: str, ledgers: Mapping[str, Any]) -> str:
    for name, definition in ledgers.items():
        if definition.title == text:
            return name
    import difflib

    near = difflib.get_close_matches(text, [*ledgers, *(d.title for d in ledgers.values())], 1)
    raise Refusal([Fault("ledger.unknown", {"name": text, "nearest": near[0] if near else ""}, value=text)])


def _read_and_check(workspace: Workspace, path: Path, ledger: str | None, tell: Progress, told: AsTold | None = None) -> Reading:
    tell("read", 0.0)
    source = _read_while_libraries_load(workspace, path)
    from taizhang.intake.tables import read_tables
    from taizhang.pack.fieldtypes import Context

    definitions = workspace.pack.ledgers
    if ledger is not None and ledger not in definitions:
        ledger = _ledger_named(ledger, definitions)
    tell("check", 0.2)
    return read_tables(source, definitions, Context(divisions=workspace.divisions, today=today()), ledger, told)


def _read_while_libraries_load(workspace: Workspace, path: Path) -> Any:
    """The workbook reader works without the interpreter's lock, so the libraries for what follows load beside it."""
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_file, path, whole=False)
        importlib.import_module("taizhang.intake.tables")
        workspace.activate()
        importlib.import_module("taizhang.journal.actions")
        if workspace.pack.ledgers and workspace.divisions:
            importlib.import_module("taizhang.journal.read")
        return reading.result()


def kind_of(fault: Fault) -> str:
    """Return what a person confirms at once: the code; of a row check its own title behind it, as the journal keeps it."""
    return f"{fault.code}:{fault.params['title']}" if fault.code == "row.check" else fault.code


def _confirmed(kind: str, codes: bool | frozenset[str]) -> bool:
    return codes if isinstance(codes, bool) else kind in codes or kind.partition(":")[0] in codes


def _refusing(reading: Reading, partial: bool, codes: bool | frozenset[str]) -> list[Fault]:
    """Return the faults because of which a file is not taken in; with ``partial`` only those that concern the whole of it."""
    faults = reading.all_faults()
    if not partial:
        return [f for f in faults if f.severity == "error" or not _confirmed(kind_of(f), codes)] and faults
    whole = bool(reading.faults) and not reading.tables
    return faults if whole or any(table.blocked for table in reading.tables) else []


def _accepted(reading: Reading, partial: bool, codes: bool | frozenset[str]) -> list[list[int]]:
    """Return, for each table, the rows to be recorded: without errors, and with no warning that is not confirmed."""
    accepted = []
    for table in reading.tables:
        waiting = {index for index, warned in table.warned.items() if not all(_confirmed(code, codes) for code in warned)}
        good = table.good()
        accepted.append([index for index in good if index not in waiting] if waiting else good)
    return accepted


def _record(
    workspace: Workspace,
    result: ImportResult,
    tables: list[Checked],
    wanted: list[list[int]],
    person: str,
    origin: Path | Source,
    codes: bool | frozenset[str],
    withdraw: bool,
    dry_run: bool,
    tell: Progress,
    *,
    review: bool = False,
    note: str = "",
    at: datetime | None = None,
) -> None:
    workspace.activate()
    from taizhang.journal import actions
    from taizhang.journal.records import Changes, JournalConflict, Source

    for attempt in range(_ATTEMPTS):
        result.ledgers = _compare(tables, wanted, from_file=isinstance(origin, Path))
        if dry_run:
            return
        changes = Changes.joined([part for found in result.ledgers for part in _changes(found, codes, withdraw)])
        if not changes:
            return
        tell("record", 0.7)
        if isinstance(origin, Path) and result.sha256 is None:
            result.sha256 = workspace.store_file(origin)
        source = Source("file", origin.name, result.sha256) if isinstance(origin, Path) else origin
        try:
            act = actions.do_submit if review else actions.do_record
            result.submission = act(person, source, changes, note=note, at=at).number
            result.pending = review
        except JournalConflict:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        return


def _compare(tables: list[Checked], wanted: list[list[int]], *, from_file: bool) -> list[LedgerResult]:
    """Compare every ledger's tables with what stands of it."""
    from taizhang.intake.difference import difference, missing
    from taizhang.intake.of_comparison import of_comparison
    from taizhang.journal import read

    found: dict[str, LedgerResult] = {}
    for name in dict.fromkeys(table.ledger.name for table in tables):
        mine = [(table, rows) for table, rows in zip(tables, wanted, strict=True) if table.ledger.name == name]
        result = found[name] = LedgerResult(name, mine[0][0].ledger.title)
        standing = read.standing(name) if from_file else read.standing(name, [key for table, _ in mine for key in table.keys])
        for table, rows in mine:
            one = difference(table, standing, rows)
            result.differences.append(one)
            result.sheets += [table.sheet] if table.sheet else []
            result.new += len(one.new)
            result.changed += len(one.changed)
            result.unchanged += len(one.unchanged)
            result.refused += len(table.lines) - len(rows)
        if from_file:
            wrote = of_comparison(mine[0][0].ledger)
            result.missing_rows = [row for row in missing([table for table, _ in mine], standing) if row.entry not in wrote]
            result.missing = len(result.missing_rows)
    return list(found.values())


def _changes(result: LedgerResult, codes: bool | frozenset[str], withdraw: bool) -> list[Changes]:
    from taizhang.journal.records import Change, Changes

    parts: list[Changes] = []
    for found in result.differences:
        checked = found.checked
        parts.append(_new_changes(found, result.ledger))
        originals = checked.original_texts() if found.changed else []
        changed = []
        for row in found.changed:
            i = row.index
            source = (originals[i], _told(checked, i), checked.sheet, checked.lines[i])
            changed.append(Change(result.ledger, row.entry, "record", checked.divisions[i] or "", row.data, *source, row.base))
        parts.append(Changes.of(changed))
    if withdraw:
        missing = result.missing_rows
        parts.append(Changes.of(Change(result.ledger, m.entry, "withdraw", m.division, "{}", base=m.base) for m in missing))
        result.withdrawn = len(missing)
    return parts


def _new_changes(found: Difference, ledger: str) -> Changes:
    from taizhang.journal.records import Changes

    checked, rows = found.checked, found.new
    whole, count = len(rows) == len(checked.data), len(rows)
    pick: Callable[[list[Any]], list[Any]] = (lambda column: column) if whole else (lambda column: [column[i] for i in rows])
    warned = [_told(checked, index) for index in rows] if checked.warned else [None] * count
    return Changes((
        [ledger] * count, pick(checked.keys), ["record"] * count, pick(checked.divisions), pick(checked.data), pick(checked.original_texts()),
        warned, [checked.sheet] * count, pick(checked.lines), [None] * count,
    ))  # fmt: skip


def _told(checked: Checked, index: int) -> str | None:
    codes = checked.warned.get(index)
    return ",".join(sorted(codes)) if codes else None

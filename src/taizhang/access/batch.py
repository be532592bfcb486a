"""A batch of edits on its way: set against what stands, checked as an import is, turned into changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from taizhang.access.pending import Pending
from taizhang.access.sight import meant
from taizhang.clock import today
from taizhang.errors import Fault
from taizhang.intake.of_comparison import closed, of_comparison, unwithdrawn
from taizhang.masking import STAR, is_personal, mask_value
from taizhang.pack.fieldtypes import Context, Reading, reader, write_value

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.intake.checking import Checked
    from taizhang.journal.records import Change, Standing
    from taizhang.pack.definitions import Ledger
    from taizhang.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry that somebody changes (``entry`` and ``base`` given), adds (neither) or withdraws; values by field, as written."""

    values: Mapping[str, Any] = field(default_factory=dict)
    entry: str | None = None
    base: int | None = None
    withdraw: bool = False
    sheet: str | None = None  # where it stands in a file
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that somebody else has changed since; ``index`` is the edit's place in the batch. A withdrawn entry has no ``field``."""

    index: int
    field: str | None
    title: str
    yours: str | None
    theirs: str | None
    base: str | None
    person: str
    now: int  # the version that stands

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def fault_of(conflict: Conflict) -> Fault:
    """Return a conflict as a fault."""
    code = "edit.cell_changed" if conflict.field else "edit.entry_changed"
    params = {"title": conflict.title, "person": conflict.person, "theirs": conflict.theirs or "（空）"}
    return Fault(code, params, row=conflict.index + 1, field=conflict.field, title=conflict.title or None, value=conflict.yours)


@dataclass(slots=True)
class Working:
    """One existing entry while it is worked on."""

    index: int
    edit: Edit
    stands: Standing
    values: dict[str, str]
    changed: set[str]


class Batch:
    """One batch: call ``compare``, ``check`` and ``changes`` in this order."""

    def __init__(self, workspace: Workspace, sight: Sight, ledger: Ledger, edits: list[Edit], confirm: bool | frozenset[str]) -> None:
        self.workspace, self.sight, self.ledger, self.edits, self.confirm = workspace, sight, ledger, edits, confirm
        self.faults: list[Fault] = []
        self.conflicts: list[Conflict] = []
        self.existing: dict[int, Working] = {}
        self.withdrawn: dict[int, Standing] = {}
        self.new: list[int] = []
        self.checked: Checked | None = None
        self.order: list[int] = []  # the edit behind each checked row
        self.of_comparison = frozenset[str]()
        self.context = Context(divisions=workspace.divisions, today=today())
        self._readers: dict[str, Callable[[Any], str | Reading | None]] = {}

    def compare(self) -> None:
        """Set every edit against what stands, and tell what others have changed since."""
        from taizhang.journal import read

        named = [edit.entry for edit in self.edits if edit.entry is not None]
        standing = read.standing(self.ledger.name, named) if named else {}
        moved = {e.base for e in self.edits if e.entry in standing and e.base not in (None, standing[e.entry].seq)}
        bases = {
            seq: json.loads(v.data) for seq, v in read.versions(n for n in moved if n is not None).items() if v.ledger == self.ledger.name
        }
        waiting = Pending.of(self.workspace).entries(self.ledger.name)
        kept, self.of_comparison = self.sight.withheld(self.ledger), of_comparison(self.ledger, standing)
        for index, edit in enumerate(self.edits):
            self._look(index, edit)
            if edit.entry is None:
                self.new.append(index)
                continue
            stands = standing.get(edit.entry)
            if stands is None or not self._may(json.loads(stands.data).get(self.ledger.division)) or edit.entry in kept:
                self._tell(index, Fault("access.entry_unknown", {"ledger": self.ledger.title}))
            elif edit.entry in waiting:
                self._tell(index, Fault("edit.waiting", {"number": waiting[edit.entry][-1][0]}))
            elif edit.withdraw:
                self._withdraw(index, edit, stands)
            else:
                self._existing(index, edit, stands, bases.get(edit.base or 0))

    def _look(self, index: int, edit: Edit) -> None:
        """Refuse unknown fields, and masked forms where the real value belongs."""
        for name, raw in edit.values.items():
            if name not in self.ledger.fields:
                self._tell(index, Fault("row.unknown_field", {"field": name}))
            elif edit.entry is None and STAR in str(raw or "") and is_personal(meant(self.sight.pack, self.ledger.fields[name])):
                self._tell(index, Fault("edit.masked", {"title": self.ledger.fields[name].title}), name)

    def _withdraw(self, index: int, edit: Edit, stands: Standing) -> None:
        if edit.entry in self.of_comparison:
            self._tell(index, unwithdrawn())
        if edit.base != stands.seq:
            self.conflicts.append(Conflict(index, None, "", None, None, None, self._person(stands.seq), stands.seq))
        self.withdrawn[index] = stands

    def _existing(self, index: int, edit: Edit, stands: Standing, base: dict[str, str] | None) -> None:
        values: dict[str, str] = json.loads(stands.data)
        moved = edit.base != stands.seq
        if moved and base is None:
            self._tell(index, Fault("edit.base_unknown", {"base": edit.base or "—"}))
            return
        changed = {name for name, raw in edit.values.items() if name in self.ledger.fields and not self._same(name, values.get(name), raw)}
        if moved and base is not None:  # what says what was there before was not touched: the others' value stays
            changed = {name for name in changed if not self._same(name, base.get(name), edit.values[name])}
        for fault in closed(self.ledger, changed) if edit.entry in self.of_comparison else ():
            self._tell(index, fault, fault.field)
        for name in changed:
            if STAR in str(edit.values[name] or "") and is_personal(meant(self.sight.pack, self.ledger.fields[name])):
                self._tell(index, Fault("edit.masked", {"title": self.ledger.fields[name].title}), name)
        if moved and base is not None:
            for name in sorted(changed):
                if base.get(name) != values.get(name):
                    self._conflict(index, name, edit.values[name], values.get(name), base.get(name), stands.seq)
        self.existing[index] = Working(index, edit, stands, values, changed)

    def _same(self, name: str, stands: str | None, raw: Any) -> bool:
        """Say whether a written value says what stands: the value itself, what a spreadsheet shows of it, or its masked form."""
        definition, text = self.ledger.fields[name], "" if raw is None else str(raw).strip()
        if text == (stands or "") or (stands and text == mask_value(meant(self.sight.pack, definition), stands)):
            return True
        if name not in self._readers:
            self._readers[name] = reader(definition, self.context)
        found = self._readers[name](_cell(raw))
        return (found.value if isinstance(found, Reading) and not found.faults else found) == stands

    def _conflict(self, index: int, name: str, yours: Any, theirs: str | None, base: str | None, seq: int) -> None:
        shown = self.sight.shown(self.ledger, {name: theirs})[name], self.sight.shown(self.ledger, {name: base})[name]
        title = self.ledger.fields[name].title
        self.conflicts.append(Conflict(index, name, title, None if yours is None else str(yours), *shown, self._person(seq), seq))

    def _person(self, seq: int) -> str:
        from taizhang.journal import read

        return read.source_of(seq)[0].person

    def _may(self, division: str | None) -> bool:
        return self.sight.may("write", self.ledger, division or "")

    def check(self) -> None:
        """Read and check all rows as an import does, unchanged cells too."""
        from taizhang.intake.checking import check_rows

        rows = []
        self.order = [*self.new, *(index for index, work in self.existing.items() if work.changed)]
        fields = self.ledger.fields
        for index in self.order:
            work, written = self.existing.get(index), self.edits[index].values
            if work is None:
                rows.append({name: _cell(raw) for name, raw in written.items()})
            else:
                kept = {name: write_value(fields[name], value) for name, value in work.values.items() if name in fields}
                rows.append({**kept, **{name: _cell(written[name]) for name in work.changed}})
        self.checked = checked = check_rows(self.ledger, rows, self.context)
        for fault in checked.faults:
            index = self.order[(fault.row or 1) - 1]
            if fault.severity == "warning" and self._confirmed(index, fault):
                continue
            self.faults.append(self._shown(index, fault).at(row=index + 1))
        self._check_keys(checked)

    def _shown(self, index: int, fault: Fault) -> Fault:
        """Return a fault as it may be told: of a personal value that was there before, nothing but that it does not fit."""
        work, name = self.existing.get(index), fault.field or ""
        if work is None or name in work.changed or name not in self.ledger.fields or fault.code == "row.check":
            return fault
        if not is_personal(meant(self.sight.pack, self.ledger.fields[name])):
            return fault
        return Fault("edit.old_value_unfit", {"title": fault.title}, fault.severity, title=fault.title, field=name)

    def _confirmed(self, index: int, fault: Fault) -> bool:
        work = self.existing.get(index)
        if work is not None and fault.code != "row.check" and fault.field not in work.changed:
            return True  # it was confirmed when that cell was written
        return self.confirm if isinstance(self.confirm, bool) else fault.code in self.confirm

    def _check_keys(self, checked: Checked) -> None:
        from taizhang.journal import read

        new = set(self.new)
        fresh = {checked.keys[at] for at, index in enumerate(self.order) if index in new and at not in checked.refused}
        taken = read.standing(self.ledger.name, fresh) if fresh else {}
        waiting = Pending.of(self.workspace).entries(self.ledger.name)
        name = self.ledger.key[-1]
        for at, index in enumerate(self.order):
            if at in checked.refused:
                continue
            work = self.existing.get(index)
            if work is not None and checked.keys[at] != self.edits[index].entry:
                key = next((n for n in self.ledger.key if n in work.changed), name)
                self._tell(index, Fault("edit.key_changed", {"title": self.ledger.fields[key].title}), key)
            elif work is None and checked.keys[at] in taken:
                self._tell(index, Fault("edit.entry_exists", {"title": self._titles()}), name)
            elif work is None and checked.keys[at] in waiting:
                self._tell(index, Fault("edit.waiting", {"number": waiting[checked.keys[at]][-1][0]}), name)
            if not self._may(checked.divisions[at]):
                self._tell(
                    index, Fault("edit.not_your_place", {"title": self.ledger.fields[self.ledger.division].title}), self.ledger.division
                )

    def _titles(self) -> str:
        return "、".join(self.ledger.fields[name].title for name in self.ledger.key)

    def _tell(self, index: int, fault: Fault, name: str | None = None) -> None:
        written = self.edits[index].values.get(name or "")
        title = self.ledger.fields[name].title if name else None
        self.faults.append(fault.at(row=index + 1, field=name, title=title, value=None if written is None else str(written)))

    def changes(self) -> list[Change]:
        """Return what is to be recorded, in the order of the edits; nothing where nothing is different."""
        from taizhang.intake.difference import difference
        from taizhang.journal.records import Change

        if self.checked is None or self.faults or self.conflicts:
            return []
        checked, made = self.checked, dict[int, Change]()
        originals = checked.original_texts()
        standing = {work.edit.entry or "": work.stands for work in self.existing.values()}
        found = difference(checked, standing)
        data = {row.index: (row.data, row.base) for row in found.changed} | {at: (checked.data[at], None) for at in found.new}
        for at, (text, base) in data.items():
            index = self.order[at]
            told = ",".join(sorted(checked.warned.get(at, ()))) or None
            made[index] = Change(
                self.ledger.name,
                checked.keys[at],
                "record",
                checked.divisions[at] or "",
                text,
                self._original(index, originals[at]),
                told,
                self.edits[index].sheet,
                self.edits[index].line,
                base,
            )
        for index, stands in self.withdrawn.items():
            division = json.loads(stands.data).get(self.ledger.division) or ""
            made[index] = Change(self.ledger.name, self.edits[index].entry or "", "withdraw", division, "{}", base=stands.seq)
        return [made[index] for index in sorted(made)]

    def _original(self, index: int, text: str | None) -> str | None:
        """Keep what was written of the cells that were written now; of the others it was kept when they were."""
        work = self.existing.get(index)
        if work is None or text is None:
            return text
        kept = {name: value for name, value in json.loads(text).items() if name in work.changed}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else None


def _cell(raw: Any) -> Any:
    return raw if raw is None or isinstance(raw, str | bool | int) else str(raw)

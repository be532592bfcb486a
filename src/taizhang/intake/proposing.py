"""A ledger definition proposed from a workbook: what a person would otherwise type, to be looked at and corrected before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from taizhang.errors import Fault, Refusal
from taizhang.intake.guessing import Guess, Known, guess
from taizhang.intake.headers import Grid, likely_header
from taizhang.intake.lines import is_remark
from taizhang.intake.sheets import Sheet, SourceFile, is_blank, letters
from taizhang.intake.tables import ASIDE
from taizhang.intake.titles import bare, cell_text, is_serial, normal
from taizhang.pack.fieldtypes import Context

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack

_LOOKED = 5000  # rows
_SAMPLES = 3
_BEGAN = re.compile(r"起|始|开始|入|成立|立|登记|建档|纳入|认定|签订|发证")
_ENDED = re.compile(r"止|结束|终|到期|退出|注销|销|停|迁出|期满")
_BORN = re.compile(r"出生|生日|公示|评议")
_NUMBER = re.compile(r"编号|编码|证号|号码|单号|文号|号$")
_NO_KEY = ("long_text", "money", "area", "mass", "volume", "number", "count", "percentage", "yes_no", "attachment")
_NO_THING = ("date", "month", "year", "timestamp", "choice", "division")
_CAPTION = re.compile(r"\d{4}年(?:度|上半年|下半年|第[一二三四]季度|\d{1,2}月份?)?|^.{1,8}?(?:镇|乡|街道|县|市|区)(?=.{3})")
_PERIODS = ("year", "month", "date", "timestamp")


@dataclass(slots=True)
class Column:
    """One column of the sheet and the field that is proposed for it."""

    name: str
    title: str
    letters: str
    guess: Guess
    values: list[Any] = field(default_factory=list, repr=False)
    filled: int = 0

    def samples(self) -> list[str]:
        """Return the first different values."""
        texts = (cell_text(value)[:40] for value in self.values if not is_blank(value))
        return list(dict.fromkeys(texts))[:_SAMPLES]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed definition as plain data for YAML, and what a person should know about it."""

    definition: dict[str, Any]
    sheet: str
    row: int  # of the heading, as a spreadsheet counts
    rows: int
    columns: dict[str, dict[str, Any]]  # by field: column letters, heading, samples, why, how many filled
    notes: list[str]


def propose(source: SourceFile, pack: Pack, context: Context, sheet: str | None = None) -> Proposal:
    """Propose a ledger for a sheet of a workbook: the named one, or the one with the most rows.

    Raises ``Refusal`` (``file.empty``) when no sheet has a heading with rows below.
    """
    found = _sheet(source, sheet)
    if found is None:
        raise Refusal([Fault("file.empty", {"name": source.path.name}, file=source.path.name)])
    page, (top, bottom) = found
    rows = list(_rows(page, bottom + 1))
    columns = _columns(page, (top, bottom), rows, pack, context)
    if not columns or not rows:
        raise Refusal([Fault("file.empty", {"name": source.path.name}, file=source.path.name)])
    return _proposal(page, (top, bottom), rows, columns, pack, source)


def _sheet(source: SourceFile, wanted: str | None) -> tuple[Sheet, tuple[int, int]] | None:
    best: tuple[int, Sheet, tuple[int, int]] | None = None
    for sheet in source.sheets:
        if wanted is not None and sheet.name != wanted:
            continue
        if sheet.hidden or normal(sheet.name) in ASIDE:
            continue
        rows = likely_header(Grid(sheet))
        if rows and (best is None or len(sheet.rows) > best[0]):
            best = (len(sheet.rows), sheet, rows)
    return (best[1], best[2]) if best else None


def _rows(sheet: Sheet, first: int) -> Iterator[list[Any]]:
    for row in sheet.rows[first : first + _LOOKED]:
        filled = [cell_text(cell) for cell in row if not is_blank(cell)]
        if filled and not is_remark(filled, len(row)):
            yield row


def _columns(sheet: Sheet, header: tuple[int, int], rows: Sequence[list[Any]], pack: Pack, context: Context) -> list[Column]:
    known = Known(pack)
    found: list[Column] = []
    titles: set[str] = set()
    for index, path in enumerate(Grid(sheet).paths(*header)):
        if not path or is_serial(path[-1]):
            continue
        title = "".join(path) if path[-1] in titles else path[-1]
        values = [row[index] if index < len(row) else None for row in rows]
        present = [value for value in values if not is_blank(value)]
        titles.add(path[-1])
        taken = {c.name for c in found}
        made = guess(title, present, context, known)
        name = made.name if made.name and made.name not in taken else f"field_{index + 1}"
        found.append(Column(name, bare(normal(title))[0] or title, letters(index), made, values, len(present)))
    _tell_apart(found)
    return found


def _tell_apart(columns: Sequence[Column]) -> None:
    """Give columns of the same title titles of their own."""
    seen: dict[str, int] = {}
    for column in columns:
        count = seen[column.title] = seen.get(column.title, 0) + 1
        if count > 1:
            column.title += str(count)


def _title(sheet: Sheet, top: int, source: SourceFile) -> str:
    """Return the sheet's name, or the line above the heading without town and year, or the file's name."""
    if not re.fullmatch(r"(?i)sheet\s*\d*|工作表\s*\d*|表\s*\d*", sheet.name):
        return sheet.name
    for row in sheet.rows[:top]:
        text = next((cell_text(cell) for cell in row if not is_blank(cell)), "")
        if 4 <= len(text) <= 40 and not re.search(r"单位|填报|日期", text):
            return _CAPTION.sub("", text) or text
    return source.path.stem


def _proposal(
    sheet: Sheet, header: tuple[int, int], rows: Sequence[list[Any]], columns: list[Column], pack: Pack, source: SourceFile
) -> Proposal:
    top, bottom = header
    notes: list[str] = []
    title = _title(sheet, top, source)
    fields = {c.name: _field(c, len(rows)) for c in columns}
    division = next((c.name for c in columns if c.guess.type == "division"), None)
    if division is None:
        division = "village" if "village" not in fields else "of_village"
        fields[division] = {"title": "村", "type": "division", "required": True, "aliases": ["村名", "行政村"]}
        notes.append("no_division")
    fields[division]["required"] = True
    times = _times(columns, len(rows))
    if not times:
        times = {"kind": "register", "from": "began_on", "to": "ended_on"}
        fields["began_on"] = {"title": "登记日期", "type": "date"}
        fields["ended_on"] = {"title": "注销日期", "type": "date", "help": "不再有效的第一天；仍有效的不填"}
        notes.append("no_dates")
    elif times["kind"] == "register" and "to" not in times:
        times["to"] = "ended_on"
        fields["ended_on"] = {"title": "注销日期", "type": "date", "help": "不再有效的第一天；仍有效的不填"}
    key, unique = _key(columns, times, len(rows))
    if not unique:
        notes.append("no_key")
    for name in (*key, *([times["at"]] if "at" in times else [])):
        fields[name]["required"] = True
    personal = any(spec.get("personal") or c.guess.personal for c, spec in ((c, fields[c.name]) for c in columns))
    office, system = office_of(columns, pack)
    definition: dict[str, Any] = {
        "ledger": _name(pack), "title": title, "system": system, "office": office, **times, "division": division,
        "key": key, "access": "personal" if personal else "normal", "fields": fields,
    }  # fmt: skip
    told = {
        c.name: {"letters": c.letters, "samples": c.samples() if not c.guess.personal else [], "why": c.guess.why, "filled": c.filled, "unread": c.guess.unread}
        for c in columns
    }  # fmt: skip
    return Proposal(definition, sheet.name, bottom + sheet.base, len(rows), told, notes)


def office_of(columns: Sequence[Column], pack: Pack) -> tuple[str, int]:
    """Return office and system of the ledger of the pack whose fields are called most like these columns."""
    mine = {normal(c.title) for c in columns}
    shared = [(len(mine & {normal(f.title) for f in ledger.fields.values()}), ledger) for ledger in pack.ledgers.values()]
    best = max(shared, key=lambda pair: pair[0], default=None)
    return (best[1].office, best[1].system) if best else ("", 1)


def _field(column: Column, rows: int) -> dict[str, Any]:
    made = column.guess
    spec: dict[str, Any] = {"title": column.title, "type": made.type}
    if rows and column.filled == rows:
        spec["required"] = True
    if made.is_name:
        spec["name"] = True
    if made.personal and made.type not in ("id_number", "bank_card", "telephone"):
        spec["personal"] = True
    return spec | made.options


def _times(columns: Sequence[Column], rows: int) -> dict[str, Any]:
    """Return kind and date fields: a begin and an end make a register, any other date an event."""
    dates = [c for c in columns if c.guess.type in ("date", "timestamp") and not _BORN.search(c.title)]
    begins = [c for c in dates if _BEGAN.search(c.title) and not _ENDED.search(c.title)]
    ends = [c for c in dates if _ENDED.search(c.title)]
    if begins and ends:
        return {"kind": "register", "from": begins[0].name, "to": ends[0].name}
    full = [c for c in [*dates, *(c for c in columns if c.guess.type in ("month", "year"))] if c.filled * 10 >= rows * 9]
    plain = [c for c in full if c not in begins]
    if plain:
        return {"kind": "event", "at": plain[0].name}
    return {"kind": "register", "from": begins[0].name} if begins else {}


def _key(columns: Sequence[Column], times: dict[str, Any], rows: int) -> tuple[list[str], bool]:
    """Return the fewest full columns that tell rows apart: a number of its own first, else a person or thing with a period."""
    full = [c for c in columns if c.filled == rows and c.guess.type not in _NO_KEY]
    # Names and telephones of people are no keys, unless nothing else tells rows apart.
    weak = [c for c in full if c.guess.is_name or c.guess.type in ("telephone", "bank_card")]
    order = [c for c in full if c not in weak]
    order.sort(key=lambda c: (not _NUMBER.search(c.title), c.guess.type not in ("id_number", "reference")))
    periods = {times.get("at"), "year", "month"}
    for some in (*_choices(order, periods), *_choices([*order, *weak], periods), tuple(order[:4])):
        if len(set(zip(*([cell_text(v) for v in c.values] for c in some), strict=True))) == rows:
            return [c.name for c in some], True
    return [c.name for c in (order or weak)[:3]] or [columns[0].name], False


def _choices(order: Sequence[Column], periods: set[str | None]) -> Iterator[tuple[Column, ...]]:
    """Yield one, two, three columns that name a person or thing, with a period among them first."""
    for size in (1, 2, 3):
        some = [found for found in combinations(order, size) if any(c.guess.type not in _NO_THING for c in found)]
        if size > 1:
            some.sort(key=lambda columns: not any(c.name in periods or c.guess.type in _PERIODS for c in columns))
        yield from some[:400]


def _name(pack: Pack) -> str:
    return next(name for n in range(1, 10_000) if (name := f"local_{n}") not in pack.ledgers)

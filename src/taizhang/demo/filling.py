"""What a worked example leaves out, filled in so that a ledger takes the row.

A worked example names only what its rule looks at. A ledger asks for more: what it requires is taken from its own accepted example, and what
was filled in is changed until the ledger's checks hold. What the example itself says is never changed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from taizhang.demo.numbers import id_number

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field, Ledger, Pack
    from taizhang.workspace import Workspace

AS_OF = "as_of_on"  # the day on which a list delivered by others holds
_LONG_AGO = "1905"
_NUMBERS = ("money", "area", "number", "count", "percentage")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_MONTH = re.compile(r"(19|20)\d\d-\d\d")
_TRIES = 600  # changes that are tried before a check is given up
Row = dict[str, str | None]
Checked = tuple[
    str, Callable[[Mapping[str, str | None]], bool | None], bool
]  # what is expected, the check, whether a row is refused for it


class Filler:
    """Fills rows of examples; what ledgers take and ask for is looked up once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[str, tuple[Row, list[Checked], Row]] = {}

    def filled(
        self, ledger: Ledger, given: Mapping[str, Any], row: Mapping[str, str | None], line: int, words: frozenset[str], as_of: date
    ) -> Row:
        """Return a row with what the ledger requires, and what the rule does not look at (``words`` are all of its query's), filled in."""
        accepted, checks, defaults = self._of(ledger)
        day = row.get(ledger.at or ledger.begins or "")
        out = dict(row)
        free = [name for name in ledger.fields if given.get(name) is None and name != ledger.division]
        for name in free:
            field = ledger.fields[name]
            if row.get(name) is not None:
                if field.type == "id_number":
                    out[name] = _number(line)  # the key of an example is made up without regard to what it names
            elif name in accepted and (name not in words or field.required) and name != ledger.ends:
                dated = field.type == "date"
                out[name] = (as_of.isoformat() if name == AS_OF or not day or day < _LONG_AGO else day[:10]) if dated else accepted[name]
        out |= {name: value for name, value in defaults.items() if out.get(name) is None}  # as intake does
        return _suited(ledger, checks, out, free, accepted)

    def _of(self, ledger: Ledger) -> tuple[Row, list[Checked], Row]:
        """Return the ledger's own accepted example, its checks, and the fields' defaults."""
        if ledger.name not in self._known:
            accepted = next(example.row for example in ledger.examples if example.accepted)
            defaults = {name: field.default for name, field in ledger.fields.items() if field.default is not None}
            self._known[ledger.name] = self._read(ledger, accepted), _checks(self._workspace.pack, ledger), self._read(ledger, defaults)
        return self._known[ledger.name]

    def _read(self, ledger: Ledger, row: Mapping[str, Any]) -> Row:
        """Return what a row says as canonical texts."""
        from taizhang.warehouse.literal_rows import completed

        full = completed(self._workspace.pack, {ledger.name: [row]}, self._workspace.divisions, "2020")[ledger.name][0]
        return {name: value for name, value in full.items() if row.get(name) is not None}


def _number(line: int) -> str:
    return id_number("990128", date(1961, 4, 7) + timedelta(days=line), 12 + line)


def _suited(ledger: Ledger, checks: Sequence[Checked], row: Row, free: Sequence[str], accepted: Mapping[str, str | None]) -> Row:
    """Change what was filled in until the ledger's checks hold: another choice, another day, or nothing where nothing is required."""

    def wrong(of: Row) -> int:
        return sum(check(of) is False for _, check, _ in checks)

    # What a check only warns of comes first: a day of birth is right before another day is measured by it.
    for expect, check, refused in [*(c for c in checks if not c[2]), *checks]:
        if check(row) is not False:
            continue
        before = wrong(row)
        named = [name for name in ledger.fields if name in _WORD.findall(expect)]
        # What is missing may be the very fault: a warning alone does not fill it in.
        changeable = frozenset(name for name in free if refused or row.get(name) is not None)
        for tries, better in enumerate(_changed(ledger, row, named, changeable, accepted)):
            if check(better) is not False and wrong(better) < before:
                row = better
                break
            if tries > _TRIES:
                break
    return row


def _changed(ledger: Ledger, row: Row, named: Sequence[str], free: frozenset[str], accepted: Mapping[str, str | None]) -> Iterator[Row]:
    """Yield the row with one of the free fields that a check names changed, then with two."""
    # What was filled in is sooner taken out again than more is filled in for its sake.
    names = sorted((name for name in named if name in free), key=lambda name: row.get(name) is None)
    numbers = _combined([Decimal(row[n] or 0) for n in named if ledger.fields[n].type in _NUMBERS and row.get(n)])
    tries = {name: _tries(ledger.fields[name], name, row, accepted, numbers) for name in names}
    for count in (1, 2):
        for chosen in combinations(names, count):
            for values in product(*(tries[name] for name in chosen)):
                yield {**row, **dict(zip(chosen, values, strict=True))}


def _tries(field: Field, name: str, row: Row, accepted: Mapping[str, str | None], numbers: Sequence[str]) -> list[str | None]:
    nothing: list[str | None] = [] if field.required or field.default is not None else [None]
    if field.type == "choice":
        return [*nothing, *field.choices]
    if field.type == "yes_no":
        return [*nothing, "true", "false"]
    if field.type in _NUMBERS:
        return [*nothing, *numbers, accepted.get(name), "1"]
    if field.type == "date":
        values = [*row.values(), accepted.get(name), *(f"{v[6:10]}-{v[10:12]}-{v[12:14]}" for v in row.values() if v and len(v) == 18)]
        values += [day for v in row.values() if v and _MONTH.fullmatch(v) for day in (f"{v}-01", _last(v))]
        days = sorted({value for value in values if value and value > _LONG_AGO and _is_day(value)})
        return [*days, *(_moved(day, by) for day in days for by in (1, -1, 30, 365, -365)), *nothing]
    given = accepted.get(name)
    if given is None:
        return nothing
    # A number that begins with another: the accepted row's, with this row's in its place.
    parts = [
        (old, row[other]) for other, old in accepted.items() if other != name and old and len(old) > 3 and old in given and row.get(other)
    ]
    return [*(given.replace(old, new or "") for old, new in parts), *nothing, given]


def _combined(numbers: Sequence[Decimal]) -> list[str]:
    """Return numbers, their products, quotients and sums: what a check that reckons may ask for."""
    pairs = [(a, b) for a in numbers for b in numbers if a is not b]
    made = [*numbers, *(a * b for a, b in pairs), *(a / b for a, b in pairs if b), *(a + b for a, b in pairs), *(a - b for a, b in pairs)]
    made = [n.quantize(Decimal("0.01"), ROUND_HALF_UP) for n in made if n >= 0]
    return list(dict.fromkeys(f"{n.normalize():f}" for n in made))


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10


def _last(month: str) -> str:
    """Return the last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-{monthrange(year, number)[1]:02d}" if 1 <= number <= 12 else f"{month}-28"


def _moved(day: str, by: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


def _checks(pack: Pack, ledger: Ledger) -> list[Checked]:
    from taizhang.pack.expression import parse_expression
    from taizhang.pack.expression_python import compile_check

    return [
        (c.expect, compile_check(parse_expression(c.expect, ledger, pack, c.place, boolean=True), ledger), c.severity == "error")
        for c in ledger.checks
    ]

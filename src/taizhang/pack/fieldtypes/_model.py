"""What every field type shares: the cell as it comes, the reading that it gives, and the shape of a type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol

from taizhang.errors import Fault, Severity
from taizhang.pack.definitions import Field

Raw = str | int | float | bool | Decimal | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell, read: canonical text, the text as written when it differs, and what is wrong.

    ``value`` is None for an empty cell and for one with an error; with a mere warning it is filled.
    ``original`` is None when nothing has to be kept: the same text, outer blanks aside, or an empty mark.
    """

    value: str | None
    original: str | None = None
    faults: tuple[Fault, ...] = ()


EMPTY = Reading(None)


class DivisionLike(Protocol):
    """A node of the division tree, as far as a cell needs it."""

    @property
    def code(self) -> str:
        """Statistical code without trailing zero levels."""
        ...


class DivisionTreeLike(Protocol):
    """What finds a division by code or by name."""

    def resolve(self, text: str) -> DivisionLike | None:
        """Return the division, or None when there is none or more than one."""
        ...


@dataclass
class Context:
    """What reading a cell needs besides its field: the divisions, and today's date for birth dates."""

    divisions: DivisionTreeLike | None
    today: date


Slow = Callable[[Raw], Reading]
Fast = Callable[[Raw], "str | Reading | None"]


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of field: what it accepts, how it is stored, how its cells are read and written."""

    name: str
    title: str
    personal: bool
    keys: frozenset[str]
    sql_type: Callable[[Field], str]
    describe: Callable[[Field], str]
    slow: Callable[[Field, Context], Slow]
    fast: Callable[[Field, Context, Slow], Fast]
    write: Callable[[Field, str], Any]


class Unreadable(Exception):  # noqa: N818 - control flow inside the package, never seen outside it
    """Ends the reading of one cell: code, severity and parameters of its fault."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def make_fault(field: Field, raw: Raw, code: str, severity: Severity = "error", **params: Any) -> Fault:
    """Return a fault that names the field and the value as written."""
    shown = shown_text(raw)
    brief = shown if len(shown) <= 60 else shown[:60] + "…"
    return Fault(code, {"value": brief, **params}, severity, title=field.title, field=field.name, value=shown)


def plain_number(value: int | float | Decimal) -> str:
    """Return a number as decimal text without exponent; a float through its 15 significant digits.

    A float that is no number gives ``nan`` or ``inf``.
    """
    if isinstance(value, int):
        return str(int(value)) if -(10**400) < value < 10**400 else "inf"
    exact = Decimal(format(value, ".15g")) if isinstance(value, float) else value
    if not exact.is_finite():
        return "nan" if exact.is_nan() else "inf"
    if exact == 0:
        return "0"
    if abs(exact.adjusted()) > 400:
        return "inf"
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain_moment(value: datetime) -> str:
    if value.tzinfo is None and not (value.hour or value.minute or value.second or value.microsecond):
        return value.date().isoformat()
    return value.isoformat(sep=" ")


def shown_text(raw: Raw) -> str:
    """Return a cell as the text that a person would have read in it; lone surrogates become U+FFFD."""
    if isinstance(raw, str):
        return raw if raw.isascii() else raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float | Decimal):
        return plain_number(raw)
    if isinstance(raw, datetime):
        return _plain_moment(raw)
    if isinstance(raw, date | time):
        return raw.isoformat()
    return str(raw)


def settle(value: str, shown: str, faults: tuple[Fault, ...] = ()) -> Reading:
    """Return a reading that keeps the text as shown only when it says something else than the value."""
    return Reading(value, None if shown == value or shown.strip() == value else shown, faults)


def guarded(field: Field, read: Callable[[Raw], Reading]) -> Slow:
    """Turn ``Unreadable`` into a reading with one error, the text kept."""

    def slow(raw: Raw) -> Reading:
        try:
            return read(raw)
        except Unreadable as stop:
            return Reading(None, shown_text(raw), (make_fault(field, raw, stop.code, **stop.params),))

    return slow


def plain(reading: Reading) -> str | Reading | None:
    """Return the bare value of a reading that has nothing else to tell."""
    return reading if reading.faults or reading.original is not None else reading.value


_MEMO_SIZE = 20_000
_MEMO_LENGTH = 64


def memoised(slow: Slow) -> Fast:
    """Return a reader that remembers what it has read, up to a bounded number of cells.

    Kept apart by Python type, because ``1``, ``1.0`` and ``True`` are one key to a dictionary and not one cell.
    """
    memo: dict[type, dict[Any, str | Reading | None]] = {str: {}, float: {}, int: {}, bool: {}, date: {}, type(None): {None: None}}

    def read(raw: Raw) -> str | Reading | None:
        try:
            return memo[type(raw)][raw]
        except KeyError:
            result = plain(slow(raw))
        known = memo.get(type(raw))
        if known is not None and len(known) < _MEMO_SIZE and not (isinstance(raw, str) and len(raw) > _MEMO_LENGTH):
            known[raw] = result
        return result

    return read

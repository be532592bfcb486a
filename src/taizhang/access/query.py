"""A question to a ledger (filters, free text, order, page) and the SQL that it becomes, within what one person may see.

Personal values are not found out by asking: without the right to unmask they can be neither searched nor sorted by; with it, a row is found by a full
value only; parts of values, comparisons and order need the unmasking itself, which is recorded.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from taizhang.access.sight import covered, meant
from taizhang.clock import today
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.masking import is_personal
from taizhang.pack.fieldtypes import Context, read_value
from taizhang.pack.periods import Period
from taizhang.warehouse.columns import quoted, sql_type

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Field, Ledger

Operator = Literal["=", "in", "contains", ">=", "<=", "empty", "filled"]
OPERATORS: tuple[str, ...] = get_args(Operator)
PLACE = "_division"
_NUMBERS = ("_submission", "_seq")
_SPANS = frozenset({"date", "timestamp"})  # a year or a month means all its days
_ORDERED = frozenset({"money", "area", "mass", "volume", "number", "percentage", "count", "date", "timestamp", "month", "year"})
_SEARCHED = frozenset({"text", "long_text", "choice", "reference", "attachment", "credit_code", "plate"})


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a field, or on ``_division`` (a place and what lies in it), ``_submission`` or ``_seq``; values as a person writes them."""

    field: str
    operator: Operator = "="
    values: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The value of an operator that takes one."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a ledger. ``sort`` names fields, with ``-`` in front for descending; ``after`` is the cursor of an answer before.

    ``act`` is what the rows are for: only those with which it is allowed are found. ``unmasked`` shows personal values, and only rows whose may be
    seen; whoever asks so has recorded it (``actions.do_unmask``).
    """

    filters: tuple[Filter, ...] = ()
    text: str = ""
    sort: tuple[str, ...] = ()
    limit: int | None = 50
    offset: int = 0
    after: str | None = None
    act: str = "read"
    unmasked: bool = False


@dataclass(slots=True)
class Where:
    """A condition with its parameters."""

    sql: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def add(self, sql: str, *parameters: Any) -> None:
        """Ask for one thing more."""
        self.sql.append(f"({sql})")
        self.parameters += parameters

    @property
    def text(self) -> str:
        """The condition."""
        return " AND ".join(self.sql) or "true"


def personal(sight: Sight, ledger: Ledger, name: str) -> bool:
    """Say whether a field shows personal values: its own, or those of the key that it refers to."""
    return name in ledger.fields and is_personal(meant(sight.pack, ledger.fields[name]))


def personal_key(sight: Sight, ledger: Ledger) -> bool:
    """Say whether an entry's name holds a personal value."""
    return any(personal(sight, ledger, name) for name in ledger.key)


def operators(sight: Sight, ledger: Ledger, name: str, *, unmasked: bool = False) -> tuple[Operator, ...]:
    """Return the conditions that may be put on a field."""
    kind = ledger.fields[name].type
    if personal(sight, ledger, name) and not unmasked:
        return ("=", "in", "empty", "filled") if sight.places("unmask", ledger) else ("empty", "filled")
    if kind in _ORDERED:
        return ("=", ">=", "<=", "in", "empty", "filled")
    return (
        ("contains", "=", "in", "empty", "filled")
        if kind in _SEARCHED or is_personal(ledger.fields[name])
        else ("=", "in", "empty", "filled")
    )


def sortable(sight: Sight, ledger: Ledger, name: str, *, unmasked: bool = False) -> bool:
    """Say whether rows may be put in the order of a field."""
    return name in ledger.fields and (unmasked or not personal(sight, ledger, name))


def default_order(sight: Sight, ledger: Ledger) -> list[tuple[str, bool]]:
    """Return the order of a ledger's rows where none is asked for: by place, then by what of the key is not personal."""
    return [(PLACE, False), *((name, False) for name in ledger.key if not personal(sight, ledger, name) and name != ledger.division)]


def order_of(sight: Sight, ledger: Ledger, query: Query) -> list[tuple[str, bool]]:
    """Return the columns by which rows are put in order, each with whether it descends; the last one tells all rows apart.

    Raises ``Refusal`` for a field that there is none of, or that may not be sorted by.
    """
    asked: list[tuple[str, bool]] = []
    for one in query.sort:
        name = one.removeprefix("-")
        if name not in (PLACE, *_NUMBERS) and not sortable(sight, ledger, name, unmasked=query.unmasked):
            raise Refusal([_unfit(ledger, name, "query.personal" if name in ledger.fields else "query.no_field")], "query.unfit")
        asked.append((name, one.startswith("-")))
    return [*(asked or default_order(sight, ledger)), ("_seq", False)]


def where(sight: Sight, ledger: Ledger, query: Query) -> Where:
    """Return the condition of the rows that are asked for and that the one who asks may have.

    Raises ``Refusal`` with a fault for every filter that does not fit, ``TaizhangError`` (``access.refused``).
    """
    found, faults = Where(), list[Fault]()
    for act in dict.fromkeys(("read", query.act, *(("unmask",) if query.unmasked else ()))):
        sight.check(act, ledger)
        found.add(sight.condition(act, ledger))
    context = Context(divisions=sight.divisions, today=today())
    for one in query.filters:
        fault = _filter(sight, ledger, query, one, context, found)
        if fault:
            faults.append(fault)
    if faults:
        raise Refusal(faults, "query.unfit")
    if query.text.strip():
        _text(sight, ledger, query, query.text.strip(), found)
    return found


def _unfit(ledger: Ledger, name: str, code: str, **params: Any) -> Fault:
    title = ledger.fields[name].title if name in ledger.fields else name
    return Fault(code, {"title": title, **params}, field=name, title=title)


def _filter(sight: Sight, ledger: Ledger, query: Query, one: Filter, context: Context, found: Where) -> Fault | None:
    if one.operator not in OPERATORS:
        return _unfit(ledger, one.field, "query.no_operator", operator=one.operator)
    if one.operator not in ("empty", "filled") and not any(value.strip() for value in one.values):
        return None  # an empty box of a form asks for nothing
    if one.field == PLACE:
        return _place(sight, ledger, one, found)
    if one.field in _NUMBERS:
        if not all(value.strip().isdecimal() and len(value) < 18 for value in one.values):
            return _unfit(ledger, one.field, "query.not_a_number", value=one.value).at(value=one.value)
        found.add(f"{one.field} IN ({', '.join('?' * len(one.values))})", *map(int, one.values))
        return None
    if one.field not in ledger.fields:
        return _unfit(ledger, one.field, "query.no_field")
    if one.operator not in operators(sight, ledger, one.field, unmasked=query.unmasked):
        hidden = personal(sight, ledger, one.field) and not query.unmasked
        return _unfit(ledger, one.field, "query.personal" if hidden else "query.no_operator", operator=one.operator)
    if personal(sight, ledger, one.field) and one.operator in ("=", "in"):
        found.add(sight.condition("unmask", ledger))
    return _on_field(ledger, ledger.fields[one.field], one, context, found)


def _place(sight: Sight, ledger: Ledger, one: Filter, found: Where) -> Fault | None:
    codes: list[str] = []
    for value in one.values:
        node = sight.divisions.resolve(value)
        if node is None:
            return _unfit(ledger, ledger.division, "query.no_division", value=value).at(value=value)
        codes += covered(sight.divisions, node.code)
    found.add(" OR ".join(f"{PLACE} LIKE ?" for _ in codes), *(code + "%" for code in codes))
    return None


def _on_field(ledger: Ledger, definition: Field, one: Filter, context: Context, found: Where) -> Fault | None:
    column, kind = quoted(definition.name), sql_type(definition)
    if one.operator in ("empty", "filled"):
        found.add(f"{column} IS {'NOT ' if one.operator == 'filled' else ''}NULL")
        return None
    if one.operator == "contains":
        found.add(f"contains({column}, ?)", one.value.strip())
        return None
    choices, parameters = list[str](), list[Any]()
    for value in filter(str.strip, one.values):
        span = _span(definition, value)
        if span:
            choices.append(_within(column, kind, span, one.operator))
            continue
        text, fault = _read(ledger, definition, value, context)
        if fault:
            return fault
        operator = one.operator if one.operator in (">=", "<=") else "LIKE" if definition.type == "division" else "="
        choices.append(f"{column} LIKE ?" if operator == "LIKE" else f"{column} {operator} CAST(? AS {kind})")
        parameters.append(f"{text}%" if operator == "LIKE" else text)
    found.add(" OR ".join(choices), *parameters)
    return None


def _read(ledger: Ledger, definition: Field, value: str, context: Context) -> tuple[str, Fault | None]:
    """Return a value as it is stored, or what is wrong with it."""
    if definition.type == "choice":
        return value.strip(), None  # one that the definition has no more still stands in old rows
    reading = read_value(replace(definition, min=None, max=None), value, context)
    wrong = next((fault for fault in reading.faults if fault.severity == "error"), None)
    if wrong is None and reading.value is None:
        wrong = _unfit(ledger, definition.name, "query.no_value")
    return reading.value or "", wrong


def _span(definition: Field, value: str) -> Period | None:
    if definition.type not in _SPANS:
        return None
    try:
        return Period.parse(value)
    except TaizhangError:
        return None


def _within(column: str, kind: str, span: Period, operator: str) -> str:
    first = f"CAST('{span.start.isoformat()}' AS {kind})"
    behind = f"CAST('{(span.end + timedelta(days=1)).isoformat()}' AS {kind})"
    return {">=": f"{column} >= {first}", "<=": f"{column} < {behind}"}.get(operator, f"({column} >= {first} AND {column} < {behind})")


def _text(sight: Sight, ledger: Ledger, query: Query, text: str, found: Where) -> None:
    """Search a text in whatever may be searched; personal values are found by their full value where they may be unmasked."""
    open_, hidden = list[str](), list[str]()
    for name, definition in ledger.fields.items():
        if definition.type in _SEARCHED or is_personal(definition):
            (hidden if personal(sight, ledger, name) and not query.unmasked else open_).append(quoted(name))
    choices = [f"contains({column}, ?)" for column in open_]
    parameters: list[str] = [text] * len(open_)
    if hidden and sight.places("unmask", ledger):
        same = " OR ".join(f"{column} = ?" for column in hidden)
        choices.append(f"(({same}) AND ({sight.condition('unmask', ledger)}))")
        parameters += [text] * len(hidden)
    place = sight.divisions.resolve(text)
    if place is not None:
        choices.append(f"{PLACE} LIKE ?")
        parameters.append(place.code + "%")
    found.add(" OR ".join(choices) or "false", *parameters)


def beyond(order: list[tuple[str, bool]], types: dict[str, str], cursor: str, found: Where) -> None:
    """Ask for the rows behind the one that a cursor tells.

    Raises ``TaizhangError`` (``query.cursor_unreadable``).
    """
    values = _unpacked(cursor, len(order))
    same, same_values, ways, parameters = list[str](), list[Any](), list[str](), list[Any]()
    for (name, descends), value in zip(order, values, strict=True):
        column, typed = quoted(name), f"CAST(? AS {types[name]})"
        if value is not None:  # nothing comes behind what is empty
            ways.append(" AND ".join([*same, f"({column} {'<' if descends else '>'} {typed} OR {column} IS NULL)"]))
            parameters += [*same_values, value]
        same.append(f"{column} IS NULL" if value is None else f"{column} = {typed}")
        same_values += [] if value is None else [value]
    found.add(" OR ".join(f"({way})" for way in ways) or "false", *parameters)


def cursor_of(values: list[str | None]) -> str:
    """Return the cursor behind a row with these values in the columns of the order."""
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _unpacked(cursor: str, count: int) -> list[str | None]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise TaizhangError("query.cursor_unreadable") from error
    if not isinstance(values, list) or len(values) != count or not all(v is None or isinstance(v, str) for v in values):
        raise TaizhangError("query.cursor_unreadable")
    return values


def filters_of(pairs: list[tuple[str, str]]) -> tuple[Filter, ...]:
    """Return the filters of an address: ``field=value``, ``field.contains=value``, ``field.empty=1``; several values of ``in`` are repeated."""
    found: dict[tuple[str, str], list[str]] = {}
    words = {name: operator for operator, name in WORDS.items()}
    for key, value in pairs:
        name, _, word = key.partition(".")
        found.setdefault((name, words.get(word, word) if word else "="), []).append(value)
    made = []
    for (name, operator), values in found.items():
        one = "in" if operator == "=" and len(values) > 1 else operator
        made.append(Filter(name, cast(Operator, one), tuple(values)))
    return tuple(made)


WORDS: dict[str, str] = {"=": "is", "in": "in", "contains": "contains", ">=": "from", "<=": "to", "empty": "empty", "filled": "filled"}

"""Queries of the pack: named steps over ledgers, each one SELECT, parsed and checked against a list of what is allowed.

A step reads ledgers, views of the pack and steps before it. The language stands in ``docs/definition-language.md`` (Rule).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Ledger, Parameter, PersonColumns, Place, StepDefinition
from taizhang.pack.expression_functions import Kind
from taizhang.pack.rule_definitions import SAME_PERSON

if TYPE_CHECKING:
    from sqlglot import exp

LONGEST = 6000
MOST_STEPS = 40
AS_OF = "as_of"
AS_WRITTEN = "_as_written"  # ends the name of a step's rows under the numbers that stand in them
DIVISION = "division"  # the table of all divisions that a workspace knows: no ledger, but every query may read it


class Readable(Protocol):
    """What a query can read: asked of a pack that is still being read, or of a finished one."""

    @property
    def ledgers(self) -> Mapping[str, Ledger]:
        """Ledgers by name."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters by name."""

    @property
    def view_names(self) -> Sequence[str]:
        """Names of the views that may be read."""

    def view_answer(self, name: str) -> Step:
        """Return the last step of a view."""


class QueryEngine(Protocol):
    """A writer of queries for one engine; each engine's folder in the warehouse has one."""

    @property
    def dialect(self) -> str:
        """The name under which sqlglot writes for the engine."""

    @property
    def hash_function(self) -> str:
        """The engine's function that makes of several values one number, the same of the same values."""

    def function(self, name: str, arguments: list[exp.Expression]) -> exp.Expression:
        """Return the call of one of our own functions, aggregates among them."""

    def rewritten(self, tree: exp.Expression, number: str) -> exp.Expression:
        """Return a SELECT of sources that are cheap to read twice in the form that suits the engine best; the rows are the same.

        ``number`` is the column in which each row of what it reads first has a number.
        """


@dataclass(frozen=True, slots=True)
class Step:
    """A checked step: a table that is made of others."""

    name: str
    title: str
    tree: exp.Expression
    columns: Mapping[str, Kind]
    sources: tuple[str, ...]  # ledgers, views and steps, in the order of first mention
    parameters: frozenset[str]
    single: bool = False  # never more than one row
    place: Place | None = field(default=None, compare=False)

    def sql(self, engine: QueryEngine, values: Mapping[str, exp.Expression], names: Mapping[str, str] | None = None) -> str:
        """Return the step's SELECT for an engine (``written``)."""
        return self.written(engine, values, names).sql(dialect=engine.dialect, comments=False)

    def written(
        self,
        engine: QueryEngine,
        values: Mapping[str, exp.Expression],
        names: Mapping[str, str] | None = None,
        *,
        number: str | None = None,
    ) -> exp.Expression:
        """Return the step's SELECT as an engine reads it.

        ``values`` are literals by parameter (``literals``); ``names`` says what a source is called in the engine where that is not its own name;
        ``number`` is the column in which each row of what it reads first has a number, where all that it reads may be read twice, other than what rows
        are only tested against.
        """
        from sqlglot import exp

        tree = self.tree.copy()
        for node in reversed(list(tree.walk(bfs=True))):
            if isinstance(node, exp.Placeholder):
                node.replace(values[str(node.this)].copy())
            elif isinstance(node, exp.Anonymous):
                node.replace(engine.function(str(node.this), list(node.expressions)))
            elif isinstance(node, exp.Table) and names and node.name in names:
                node.set("this", exp.to_identifier(names[node.name], quoted=True))
        return engine.rewritten(tree, number) if number else tree


@dataclass(frozen=True, slots=True)
class Query:
    """Checked steps in order; the last one is the answer."""

    steps: tuple[Step, ...]

    @property
    def answer(self) -> Step:
        """The step whose rows are the answer."""
        return self.steps[-1]

    @property
    def sources(self) -> frozenset[str]:
        """Ledgers and views that the query reads."""
        own = {step.name for step in self.steps}
        return frozenset(source for step in self.steps for source in step.sources if source not in own)

    @property
    def parameters(self) -> frozenset[str]:
        """Parameters that the query uses, ``as_of`` among them."""
        return frozenset(name for step in self.steps for name in step.parameters)


def parse_query(steps: Sequence[StepDefinition], pack: Readable, name: str = "") -> Query:
    """Parse and check steps one after the other; ``name`` is the view's or rule's own.

    Raises ``Refusal`` with every fault found, each with its place.
    """
    from taizhang.pack.query_check import check_step

    if len(steps) > MOST_STEPS:
        raise Refusal([placed(Fault("query.too_many_steps", {"count": len(steps), "limit": MOST_STEPS}), steps[0])])
    faults: list[Fault] = []
    known: dict[str, Step] = {}
    broken: set[str] = set()  # a step that reads one of these would only repeat the fault
    for step in steps:
        if step.name in (*known, *broken, name, DIVISION) or step.name in pack.ledgers or step.name in pack.view_names:
            faults.append(placed(Fault("query.name_taken", {"name": step.name}), step))
            continue
        try:
            if step.person:
                written = replace(step, name=f"{step.name}{AS_WRITTEN}")
                known[written.name] = own = check_step(written, pack, known, broken)
                step = _under_links(step, step.person, own)
            known[step.name] = check_step(step, pack, known, broken)
        except Refusal as refusal:
            faults += refusal.faults
            broken.add(step.name)
    faults += _unread(steps, known) if not faults else []
    if faults:
        raise Refusal(faults)
    return Query(tuple(known.values()))


def _under_links(step: StepDefinition, person: PersonColumns, own: Step) -> StepDefinition:
    """Return the step that gives the rows of ``own``, and each again under the number that is the same person's by link.

    A link speaks of a number with a name: the same number with another name may be somebody else's.
    """
    if missing := [name for name in (person.number, person.name) if name not in own.columns]:
        known = "、".join(own.columns)
        raise Refusal([placed(Fault("query.column_unknown", {"alias": step.title, "name": n, "known": known}), step) for n in missing])
    columns = ", ".join(f"r.{name} as {name}" for name in own.columns)
    linked = columns.replace(f"r.{person.number} as", "l.same_as as")
    on = f"l.number = r.{person.number} and l.name = plain_name(r.{person.name})"
    select = f"select {columns} from {own.name} r union all select {linked} from {own.name} r join {SAME_PERSON} l on {on}"
    return replace(step, select=select)


def _unread(steps: Sequence[StepDefinition], known: Mapping[str, Step]) -> list[Fault]:
    read = {source for step in known.values() for source in step.sources}
    return [placed(Fault("query.step_unread", {"name": step.name}), step) for step in steps[:-1] if step.name not in read]


def placed(fault: Fault, step: StepDefinition, start: int | None = None) -> Fault:
    """Return a fault with the place of the step it is in, and the words of the text from ``start`` on."""
    text = step.select
    at = start or 0
    excerpt = " ".join(text[at : at + 80].split())
    value = ("…" if at else "") + excerpt[:60] + ("…" if len(excerpt) > 60 or at + 80 < len(text) else "")
    if step.place is None:
        return fault.at(value=value)
    row = step.place.keys.get("select", step.place.line)
    # A block that keeps its lines begins on the line after its key; a folded one has lost them.
    row += 1 + text[:at].count("\n") if "\n" in text.strip() else 0
    return fault.at(value=value, file=step.place.file, row=row, column=f"{step.name}.select")


def literals(names: frozenset[str], parameters: Mapping[str, Parameter], as_of: date) -> dict[str, exp.Expression]:
    """Return the values at a day as literals, by name; a parameter that is not yet in force is null."""
    from sqlglot import exp

    from taizhang.pack.expression_check import parameter_scale

    found: dict[str, exp.Expression] = {}
    for name in names:
        if name == AS_OF:
            found[name] = exp.cast(exp.Literal.string(as_of.isoformat()), "DATE")
        else:
            found[name] = number(parameters[name].on(as_of), parameter_scale(parameters[name].values))
    return found


def number(value: Decimal | None, scale: int) -> exp.Expression:
    """Return an exact number as an expression."""
    from sqlglot import exp

    inner = exp.Null() if value is None else exp.Literal.string(format(value, "f"))
    return exp.cast(inner, f"DECIMAL(38,{scale})", dialect="duckdb")

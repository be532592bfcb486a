"""The check of expressions inside a step: columns of several tables, aggregates and windows in their places, values on a row's day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from taizhang.errors import Fault
from taizhang.pack.definitions import StepDefinition
from taizhang.pack.expression_check import Checked, Checker, decimal, parameter_scale
from taizhang.pack.expression_functions import DATE, KIND_WORDS, NULL, OWN, TEXT, WHOLE, Kind
from taizhang.pack.query import AS_OF, Readable, number
from taizhang.pack.query_functions import OWN_AGGREGATES, QUERY, VALUE_ON, known_query_functions
from taizhang.pack.query_parse import start_of

SQL_AGGREGATES: dict[type[exp.Expression], str] = {exp.Count: "count", exp.Sum: "sum", exp.Min: "min", exp.Max: "max"}
NOWHERE: Checked = (exp.Null(), NULL)


def more(node: exp.Expression, *known: str) -> bool:
    """Tell whether a node has a part beyond the known ones: what was never looked at must not reach an engine."""
    return any(value not in (None, False, []) for key, value in node.args.items() if key not in known)


def is_aggregate(node: object) -> bool:
    """Tell whether a node is an aggregate, SQL's or our own."""
    return isinstance(node, tuple(SQL_AGGREGATES)) or (isinstance(node, exp.Anonymous) and str(node.this).lower() in OWN_AGGREGATES)


class QueryChecker(Checker):
    """Looks columns up in the tables of a SELECT instead of one ledger; every fault is told with its start in the text."""

    def __init__(self, step: StepDefinition, pack: Readable) -> None:
        super().__init__(step.select, None, pack, {})
        self.step = step
        self.told: list[tuple[Fault, int | None]] = []
        self.sources: dict[str, Mapping[str, Kind]] = {}  # columns by alias
        self.silent: set[str] = set()  # aliases whose columns are not known, because of a fault told elsewhere
        self.aggregating = self.windowing = False  # whether aggregates and windows may stand here
        self._aggregates_around = 0
        self._path: list[exp.Expression] = []
        rules: dict[type[exp.Expression], Any] = {
            exp.Placeholder: self._given,
            exp.Anonymous: self._function,
            exp.Window: self._window,
            exp.DPipe: self._join_texts,
            exp.In: self._in_list,
            **dict.fromkeys(SQL_AGGREGATES, self._aggregate),
        }
        self._rules |= rules

    def check(self, node: exp.Expression) -> Checked:
        """Return the checked copy of a node and its kind."""
        self._path.append(node)
        try:
            return super().check(node)
        finally:
            self._path.pop()

    def _fault(self, code: str, **params: object) -> None:
        starts = (start_of(node) for node in reversed(self._path))
        self.tell(code, next((s for s in starts if s is not None), None), **params)

    def tell(self, code: str, start: int | None = None, **params: object) -> None:
        """Keep a fault with its place in the text."""
        fault = Fault(code, {"text": self.text[:80], "step": self.step.title, **params})
        self.told.append((fault, start))
        self.faults.append(fault)

    def shown(self, node: exp.Expression) -> str:
        """Return a node as text, for a fault's sentence."""
        return self._shown(node)

    def condition(self, node: exp.Expression) -> exp.Expression:
        """Check what must be true or false."""
        checked, kind = self.check(node)
        self._need(kind, "boolean", node)
        return checked

    # --- names ---------------------------------------------------------------------------------------------------------------------

    def _column(self, node: exp.Column) -> Checked:
        if node.args.get("db") or not isinstance(node.this, exp.Identifier):
            self._fault("query.star") if isinstance(node.this, exp.Star) else self._refuse(node)
            return NOWHERE
        name, alias = node.name, node.table or self._holder(node.name)
        if alias in self.silent:
            return NOWHERE
        if alias and alias not in self.sources:
            self._fault("query.alias_unknown", name=alias, known="、".join(self.sources))
            return NOWHERE
        kind = self.sources[alias].get(name) if alias else None
        if kind is None:
            if alias is not None and not (not alias and self.silent):
                known = "、".join(self.sources[alias]) if alias else "、".join(self.sources)
                self._fault("query.column_unknown", alias=alias or self.step.title, name=name, known=known)
            return NOWHERE
        return exp.column(name, alias, quoted=True), kind

    def _holder(self, name: str) -> str | None:
        """Return the alias whose table alone has the column; empty when none has, None when told that several have."""
        holding = [alias for alias, columns in self.sources.items() if name in columns]
        if len(holding) > 1:
            self._fault("query.column_ambiguous", name=name, known="、".join(f"{a}.{name}" for a in holding))
            return None
        return holding[0] if holding else ""

    def _given(self, node: exp.Placeholder) -> Checked:
        name = node.this if isinstance(node.this, str) else ""
        if name == AS_OF:
            self.parameters.add(name)
            return exp.Placeholder(this=name), DATE
        if name in ("period_start", "period_end"):
            return self._unknown_parameter(name)
        return self._placeholder(node) if name in self.pack.parameters else self._unknown_parameter(name)

    def _unknown_parameter(self, name: str) -> Checked:
        from difflib import get_close_matches

        near = "、".join(f":{n}" for n in get_close_matches(name, self.pack.parameters, 3))
        self._fault("query.unknown_parameter", name=name, near=near or ":as_of")
        return NOWHERE

    # --- functions -----------------------------------------------------------------------------------------------------------------

    def _function(self, node: exp.Anonymous) -> Checked:
        name = str(node.this).lower()
        if name in OWN_AGGREGATES:
            return self._own_aggregate(node, name)
        if name == VALUE_ON:
            return self._value_on(node)
        if name in QUERY:
            return self._called(node, name)
        if name in OWN:
            return self._own(node)
        self._fault("expression.unknown_function", name=name, known=known_query_functions())
        return NOWHERE

    def _called(self, node: exp.Anonymous, name: str) -> Checked:
        takes, gives = QUERY[name].takes, QUERY[name].gives
        given = [self.check(n) for n in node.expressions]
        if len(given) != len(takes) or not all(self._fits(g, t[1]) for g, t in zip(given, takes, strict=True)):
            wanted = "，".join(f"{arg}：{KIND_WORDS[kind]}" for arg, kind in takes)
            self._fault("expression.arguments", name=name, got="，".join(KIND_WORDS[k.name] for _, k in given), wanted=wanted)
            return NOWHERE
        given = [self._as_date(g) if t[1] == "date" else g for g, t in zip(given, takes, strict=True)]
        return exp.Anonymous(this=name, expressions=[n for n, _ in given]), gives

    def _value_on(self, node: exp.Anonymous) -> Checked:
        """Check a parameter's value on a day of the row: value_on('name', day)."""
        first = node.expressions[0] if node.expressions else None
        name = first.name if isinstance(first, exp.Literal) and first.is_string else ""
        parameter = self.pack.parameters.get(name)
        if parameter is None or len(node.expressions) != 2:
            return self._unknown_parameter(name)
        day, kind = self.check(node.expressions[1])
        self._need(kind, "date", node.expressions[1])
        scale = parameter_scale(parameter.values)
        case = exp.Case(default=number(None, scale))
        for since, value in reversed(parameter.values):
            begun = exp.GTE(this=day.copy(), expression=exp.cast(exp.Literal.string(since.isoformat()), "DATE"))
            case.append("ifs", exp.If(this=begun, true=number(value, scale)))
        return case, Kind("number", scale)

    def _join_texts(self, node: exp.DPipe) -> Checked:
        left, right = self._pair(node, "text")
        return exp.DPipe(this=left[0], expression=right[0], safe=True), TEXT

    def _in_list(self, node: exp.In) -> Checked:
        return self._refuse(node) if more(node, "this", "expressions") or not node.expressions else self._in(node)

    # --- aggregates ----------------------------------------------------------------------------------------------------------------

    def _may_aggregate(self, node: exp.Expression) -> bool:
        if not self.aggregating or self._aggregates_around:
            self._fault("query.aggregate_misplaced", part=self._shown(node))
            return False
        return True

    def _inside(self, node: exp.Expression) -> Checked:
        self._aggregates_around += 1
        try:
            return self.check(node)
        finally:
            self._aggregates_around -= 1

    def _aggregate(self, node: exp.Expression) -> Checked:
        if not self._may_aggregate(node):
            return NOWHERE
        made, kind, _ = self._made(node)
        return (decimal(made, kind.scale), kind) if isinstance(made, exp.Sum) else (made, kind)

    def _made(self, node: exp.Expression) -> tuple[exp.Expression, Kind, bool]:
        """Return an aggregate without the cast around it, its kind, and whether it counts distinct values."""
        inner = node.this
        counts = isinstance(node, exp.Count)
        distinct = counts and isinstance(inner, exp.Distinct) and len(inner.expressions) == 1 and not more(inner, "expressions")
        if more(node, "this", "big_int"):
            return *self._refuse(node), False
        if counts and (inner is None or isinstance(inner, exp.Star)):
            return exp.Count(this=exp.Star()), WHOLE, False
        checked, kind = self._inside(inner.expressions[0] if distinct else inner)
        if counts:
            return exp.Count(this=exp.Distinct(expressions=[checked]) if distinct else checked), WHOLE, distinct
        if isinstance(node, exp.Sum):
            self._need(kind, "number", inner)
            return exp.Sum(this=checked), Kind("number", kind.scale), False
        return type(node)(this=checked), kind, False

    def _own_aggregate(self, node: exp.Anonymous, name: str) -> Checked:
        if not self._may_aggregate(node):
            return NOWHERE
        if len(node.expressions) != 1:
            return self._refuse(node)
        inner, kind = self._inside(node.expressions[0])
        self._need(kind, OWN_AGGREGATES[name], node.expressions[0])
        return exp.Anonymous(this=name, expressions=[inner]), kind

    # --- windows -------------------------------------------------------------------------------------------------------------------

    def _window(self, node: exp.Window) -> Checked:
        if not self.windowing or self._aggregates_around:
            self._fault("query.window_misplaced", part=self._shown(node))
            return NOWHERE
        if more(node, "this", "partition_by", "order", "over"):
            return self._refuse(node)
        self.windowing, before = False, self.windowing
        try:
            return self._windowed(node)
        finally:
            self.windowing = before

    def _windowed(self, node: exp.Window) -> Checked:
        order = node.args.get("order")
        asked = order.expressions if order else []
        aggregating, self.aggregating = self.aggregating, False
        partition = [self.check(n)[0] for n in node.args.get("partition_by") or []]
        ordered = [exp.Ordered(this=self.check(o.this)[0], desc=bool(o.args.get("desc")), nulls_first=False) for o in asked]
        self.aggregating = aggregating
        function, kind, sums = self._window_function(node.this, bool(ordered))
        if isinstance(function, exp.Null):
            return NOWHERE
        made = exp.Window(this=function, partition_by=partition)
        if ordered:
            made.set(
                "order", exp.Order(expressions=[*ordered, *self._ties({o.this.sql() for o in ordered} | {p.sql() for p in partition})])
            )
        return (decimal(made, kind.scale) if sums else made), kind

    def _window_function(self, inner: exp.Expression, ordered: bool) -> tuple[exp.Expression, Kind, bool]:
        ranks = isinstance(inner, exp.RowNumber) and not more(inner)
        if ranks or (isinstance(inner, exp.Lag | exp.Lead) and not more(inner, "this")):
            if not ordered:
                self._fault("query.window_unordered", part=self._shown(inner))
            if ranks:
                return exp.RowNumber(), WHOLE, False
            checked, kind = self._inside(inner.this)
            return type(inner)(this=checked), kind, False
        if ordered or not is_aggregate(inner):
            return *self._refuse(inner), False
        if isinstance(inner, exp.Anonymous):
            return *(self._own_aggregate(inner, "median") if str(inner.this).lower() == "median" else self._refuse(inner)), False
        made, kind, distinct = self._made(inner)
        return (*self._refuse(inner), False) if distinct else (made, kind, isinstance(made, exp.Sum))

    def _ties(self, given: set[str]) -> list[exp.Expression]:
        """Return what decides between rows that the order leaves equal, so that every engine puts the same row first."""
        columns = [
            exp.column(name, alias, quoted=True)
            for alias, known in self.sources.items()
            for name in (("_seq",) if "_seq" in known else known)
        ]
        return [exp.Ordered(this=c, nulls_first=False) for c in columns if c.sql() not in given]

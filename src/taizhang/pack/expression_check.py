"""The check of a parsed expression: what is allowed, which names are known, which kinds meet.

The checked tree differs from the parsed one in two ways: a text beside a date has become a date, and the left factor of a product
is widened, because an engine that keeps the width of the factors overflows on values that are quite possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from taizhang.errors import Fault
from taizhang.pack.definitions import Ledger
from taizhang.pack.expression import DEEPEST, Definitions
from taizhang.pack.expression_functions import BOOLEAN, DATE, KIND_WORDS, NULL, OWN, TEXT, WHOLE, Kind, kind_of_field, known_functions

Checked = tuple[exp.Expression, Kind]
WIDEST_SCALE = 24
NARROW = 18

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_PLAIN_NUMBER = re.compile(r"\d{1,24}(\.\d{1,12})?|\.\d{1,12}")


def parameter_scale(values: tuple[tuple[date, object], ...]) -> int:
    """Return the decimal places that hold every value of a parameter."""
    scales = [0]
    for _, value in values:
        exponent = value.normalize().as_tuple().exponent  # type: ignore[attr-defined]
        scales.append(-exponent if isinstance(exponent, int) else 0)
    return max(scales)


def decimal(node: exp.Expression, scale: int) -> exp.Cast:
    """Return a number as a decimal with so many places.

    sqlglot's own ``cast`` leaves what is a decimal already as it is, whatever its places.
    """
    return exp.Cast(this=node, to=exp.DataType.build(f"DECIMAL(38,{scale})", dialect="duckdb"))


def _widened(items: list[Checked], scale: int) -> list[Checked]:
    """Bring numbers to one number of decimal places.

    An engine that brings DECIMAL(38,0) and DECIMAL(2,1) together by itself drops the decimal place without a word. Columns and short
    literals have room enough.
    """
    if all(k.scale == scale or k.name == "null" for _, k in items) or all(_is_narrow(n) for n, _ in items):
        return items
    return [(n if k.name == "null" else decimal(n, scale), k) for n, k in items]


def _is_narrow(node: exp.Expression) -> bool:
    return isinstance(node, exp.Column | exp.Null) or (isinstance(node, exp.Literal) and len(node.name) <= NARROW)


class PackDialect(DuckDB):
    """DuckDB's dialect, in which our own functions keep their names."""

    class Parser(DuckDB.Parser):  # type: ignore[misc, valid-type]  # made by the dialect's metaclass
        """The parser without the foreign functions that are called like ours."""

        FUNCTIONS = {name: build for name, build in DuckDB.Parser.FUNCTIONS.items() if name.lower() not in OWN}


def pack_dialect() -> type[DuckDB]:
    """Return the dialect in which expressions are parsed."""
    return PackDialect


class Checker:
    """Walks one expression; gathers faults and the names that it uses."""

    def __init__(self, text: str, ledger: Ledger | None, pack: Definitions, names: Mapping[str, Kind]) -> None:
        self.text = text
        self.ledger = ledger
        self.pack = pack
        self.names = names
        self.faults: list[Fault] = []
        self.fields: set[str] = set()
        self.references: set[tuple[str, str]] = set()
        self.parameters: set[str] = set()
        self._deep = 0
        self._rules: dict[type[exp.Expression], Callable[..., Checked]] = {
            exp.Column: self._column,
            exp.Placeholder: self._placeholder,
            exp.Literal: self._literal,
            exp.Boolean: lambda n: (n.copy(), BOOLEAN),
            exp.Null: lambda n: (n.copy(), NULL),
            exp.Paren: self._paren,
            exp.Neg: lambda n: self._same("number", n),
            exp.Abs: lambda n: self._same("number", n),
            exp.Not: lambda n: self._same("boolean", n),
            exp.And: self._logic,
            exp.Or: self._logic,
            exp.Add: self._arithmetic,
            exp.Sub: self._arithmetic,
            exp.Mul: self._product,
            **dict.fromkeys(_COMPARISONS, self._compare),
            exp.NullSafeEQ: self._compare,
            exp.NullSafeNEQ: self._compare,
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.Case: self._case,
            exp.Cast: self._cast,
            exp.Coalesce: self._choice,
            exp.Least: self._choice,
            exp.Greatest: self._choice,
            exp.Round: self._round,
            exp.Length: self._length,
            exp.StartsWith: self._starts_with,
            exp.Anonymous: self._own,
        }

    def check(self, node: exp.Expression) -> Checked:
        """Return the checked copy of a node and its kind."""
        rule = self._rules.get(type(node))
        if rule is None:
            return self._refuse(node)
        self._deep += 1
        if self._deep > DEEPEST:
            raise RecursionError
        try:
            return rule(node)
        finally:
            self._deep -= 1

    def _fault(self, code: str, **params: object) -> None:
        self.faults.append(Fault(code, {"text": self.text[:80], **params}))

    def _shown(self, node: exp.Expression) -> str:
        return node.sql(dialect="duckdb", comments=False)[:60]

    def _refuse(self, node: exp.Expression) -> Checked:
        self._fault("expression.not_allowed", part=self._shown(node))
        return exp.Null(), NULL

    def _only(self, node: exp.Expression, *known: str) -> bool:
        """Whether a node has no part beyond the known ones: a part that was never looked at must not reach an engine."""
        extra = [k for k, v in node.args.items() if k not in known and v not in (None, False, [], True)]
        if extra:
            self._refuse(node)
        return not extra

    def _need(self, kind: Kind, wanted: str, node: exp.Expression) -> bool:
        if kind.name in (wanted, "null"):
            return True
        self._fault("expression.wrong_kind", part=self._shown(node), got=KIND_WORDS[kind.name], wanted=KIND_WORDS[wanted])
        return False

    def _column(self, node: exp.Column) -> Checked:
        if node.args.get("db") or not isinstance(node.this, exp.Identifier):
            return self._refuse(node)
        name = node.name
        if node.table:
            return self._through_reference(node, node.table, name)
        kind = self.names.get(name)
        if kind is None:
            owner = self.ledger.name if self.ledger else ""
            self._fault("expression.unknown_field", owner=owner, name=name, known="、".join(self.names))
            return exp.Null(), NULL
        self.fields.add(name)
        return node.copy(), kind

    def _through_reference(self, node: exp.Column, first: str, second: str) -> Checked:
        fields = self.ledger.fields if self.ledger else {}
        field = fields.get(first)
        if field is None:
            self._fault("expression.unknown_field", owner=self.ledger.name if self.ledger else "", name=first, known="、".join(fields))
            return exp.Null(), NULL
        target = self.pack.ledgers.get(field.to or "")
        if field.type != "reference" or target is None:
            self._fault("expression.not_reference", name=first, sub=second)
            return exp.Null(), NULL
        found = target.fields.get(second)
        if found is None:
            self._fault("expression.unknown_field", owner=target.name, name=second, known="、".join(target.fields))
            return exp.Null(), NULL
        self.fields.add(first)
        self.references.add((first, second))
        return node.copy(), kind_of_field(found.type, found.places)

    def _placeholder(self, node: exp.Placeholder) -> Checked:
        name = node.this if isinstance(node.this, str) else ""
        if name in ("period_start", "period_end"):
            self.parameters.add(name)
            return node.copy(), DATE
        parameter = self.pack.parameters.get(name)
        if parameter is None:
            self._fault("expression.unknown_parameter", name=name)
            return exp.Null(), NULL
        self.parameters.add(name)
        return node.copy(), Kind("number", parameter_scale(parameter.values))

    def _literal(self, node: exp.Literal) -> Checked:
        if node.is_string:
            return node.copy(), TEXT
        if not _PLAIN_NUMBER.fullmatch(node.name):
            return self._refuse(node)
        return node.copy(), Kind("number", len(node.name.partition(".")[2]))

    def _paren(self, node: exp.Paren) -> Checked:
        inner, kind = self.check(node.this)
        return exp.Paren(this=inner), kind

    def _same(self, wanted: str, node: exp.Expression) -> Checked:
        inner, kind = self.check(node.this)
        self._need(kind, wanted, node.this)
        return type(node)(this=inner), kind if kind.name == wanted else Kind(wanted)  # type: ignore[arg-type]

    def _pair(self, node: exp.Expression, wanted: str) -> tuple[Checked, Checked]:
        left, right = self.check(node.this), self.check(node.expression)
        self._need(left[1], wanted, node.this)
        self._need(right[1], wanted, node.expression)
        return left, right

    def _logic(self, node: exp.Expression) -> Checked:
        left, right = self._pair(node, "boolean")
        return type(node)(this=left[0], expression=right[0]), BOOLEAN

    def _arithmetic(self, node: exp.Expression) -> Checked:
        pair = list(self._pair(node, "number"))
        scale = max(kind.scale for _, kind in pair)
        left, right = _widened(pair, scale)
        return type(node)(this=left[0], expression=right[0]), Kind("number", scale)

    def _product(self, node: exp.Expression) -> Checked:
        left, right = self._pair(node, "number")
        scale = left[1].scale + right[1].scale
        if scale > WIDEST_SCALE:
            return self._refuse(node)
        wide = decimal(left[0], left[1].scale)
        return exp.Mul(this=wide, expression=right[0]), Kind("number", scale)

    def _meet(self, whole: exp.Expression, items: list[Checked]) -> tuple[list[exp.Expression], Kind]:
        """Bring values that stand side by side to one kind; a text literal beside a date becomes a date."""
        kinds = [k for _, k in items if k.name != "null"]
        if any(k.name == "date" for k in kinds):
            items = [self._as_date(item) for item in items]
            kinds = [k for _, k in items if k.name != "null"]
        names = {k.name for k in kinds}
        if len(names) > 1:
            left, right = sorted(names)[:2]
            self._fault("expression.kinds_differ", part=self._shown(whole), left=KIND_WORDS[left], right=KIND_WORDS[right])
        if not kinds:
            return [n for n, _ in items], NULL
        scale = max(k.scale for k in kinds)
        if kinds[0].name == "number":
            items = _widened(items, scale)
        return [n for n, _ in items], Kind(kinds[0].name, scale, any(k.timed for k in kinds))

    def _as_date(self, item: Checked) -> Checked:
        node, _ = item
        if not (isinstance(node, exp.Literal) and node.is_string):
            return item
        try:
            date.fromisoformat(node.name)
            if len(node.name) != 10:
                raise ValueError
        except ValueError:
            self._fault("expression.bad_date", value=node.name)
            return exp.Null(), NULL
        return exp.cast(node, "DATE"), DATE

    def _compare(self, node: exp.Expression) -> Checked:
        (left, right), _ = self._meet(node, [self.check(node.this), self.check(node.expression)])
        return type(node)(this=left, expression=right), BOOLEAN

    def _is(self, node: exp.Is) -> Checked:
        if not isinstance(node.expression, exp.Null | exp.Boolean):
            return self._refuse(node)
        inner, kind = self.check(node.this)
        if isinstance(node.expression, exp.Boolean):
            self._need(kind, "boolean", node.this)
        return exp.Is(this=inner, expression=node.expression.copy()), BOOLEAN

    def _in(self, node: exp.In) -> Checked:
        if not self._only(node, "this", "expressions") or not node.expressions:
            return self._refuse(node) if not self.faults else (exp.Null(), NULL)
        items, _ = self._meet(node, [self.check(n) for n in (node.this, *node.expressions)])
        return exp.In(this=items[0], expressions=items[1:]), BOOLEAN

    def _between(self, node: exp.Between) -> Checked:
        if not self._only(node, "this", "low", "high"):
            return exp.Null(), NULL
        items, _ = self._meet(node, [self.check(n) for n in (node.this, node.args["low"], node.args["high"])])
        return exp.Between(this=items[0], low=items[1], high=items[2]), BOOLEAN

    def _like(self, node: exp.Like) -> Checked:
        left, right = self._pair(node, "text")
        if not (isinstance(node.expression, exp.Literal) and "\\" not in node.expression.name):
            return self._refuse(node)
        like = exp.Like(this=left[0], expression=right[0])
        return (exp.Not(this=like) if node.args.get("negate") else like), BOOLEAN

    def _case(self, node: exp.Case) -> Checked:
        if not self._only(node, "this", "ifs", "default"):
            return exp.Null(), NULL
        conditions = [self.check(branch.this) for branch in node.args["ifs"]]
        subject = node.args.get("this")
        if subject is not None:
            met, _ = self._meet(node, [self.check(subject), *conditions])
        else:
            for (_, kind), branch in zip(conditions, node.args["ifs"], strict=True):
                self._need(kind, "boolean", branch.this)
            met = [exp.Null(), *(n for n, _ in conditions)]
        default = node.args.get("default")
        values = [self.check(branch.args["true"]) for branch in node.args["ifs"]]
        values.append(self.check(default) if default is not None else (exp.Null(), NULL))
        results, kind = self._meet(node, values)
        ifs = [exp.If(this=c, true=v) for c, v in zip(met[1:], results[:-1], strict=True)]
        return exp.Case(this=met[0] if subject is not None else None, ifs=ifs, default=results[-1]), kind

    def _cast(self, node: exp.Cast) -> Checked:
        if node.to.this != exp.DataType.Type.DATE or not isinstance(node.this, exp.Literal):
            return self._refuse(node)
        return self._as_date((node.this.copy(), TEXT))

    def _choice(self, node: exp.Expression) -> Checked:
        items, kind = self._meet(node, [self.check(n) for n in (node.this, *node.expressions)])
        kept = {k: v for k, v in node.args.items() if k not in ("this", "expressions") and isinstance(v, bool)}
        return type(node)(this=items[0], expressions=items[1:], **kept), kind

    def _round(self, node: exp.Round) -> Checked:
        places = node.args.get("decimals")
        if not self._only(node, "this", "decimals") or (places is not None and self._places(places) is None):
            return self._refuse(node)
        inner, kind = self.check(node.this)
        self._need(kind, "number", node.this)
        wanted = (self._places(places) or 0) if places is not None else 0
        wide = decimal(inner, kind.scale)
        return exp.Round(this=wide, decimals=exp.Literal.number(min(wanted, kind.scale))), Kind("number", min(wanted, kind.scale))

    def _places(self, node: exp.Expression) -> int | None:
        text = node.name if isinstance(node, exp.Literal) and not node.is_string else ""
        return int(text) if re.fullmatch("[0-8]", text) else None

    def _length(self, node: exp.Length) -> Checked:
        inner, kind = self.check(node.this)
        self._need(kind, "text", node.this)
        return (exp.Length(this=inner), WHOLE) if self._only(node, "this") else (exp.Null(), NULL)

    def _starts_with(self, node: exp.StartsWith) -> Checked:
        left, right = self._pair(node, "text")
        return exp.StartsWith(this=left[0], expression=right[0]), BOOLEAN

    def _own(self, node: exp.Anonymous) -> Checked:
        name = str(node.this).lower()
        function = OWN.get(name)
        if function is None:
            self._fault("expression.unknown_function", name=name, known=known_functions())
            return exp.Null(), NULL
        given = [self.check(n) for n in node.expressions]
        wanted = "，".join(f"{arg}：{KIND_WORDS[kind]}" for arg, kind in function.takes)
        if len(given) != len(function.takes) or not all(self._fits(g, t[1]) for g, t in zip(given, function.takes, strict=True)):
            self._fault("expression.arguments", name=name, got="，".join(KIND_WORDS[k.name] for _, k in given), wanted=wanted)
            return exp.Null(), NULL
        given = [self._as_date(g) if t[1] == "date" else g for g, t in zip(given, function.takes, strict=True)]
        scale = int(given[2][0].name) if name == "divide" else 0
        gives = Kind("number", scale) if function.gives.name == "number" else function.gives
        return exp.Anonymous(this=name, expressions=[n for n, _ in given]), gives

    def _fits(self, item: Checked, wanted: str) -> bool:
        node, kind = item
        if wanted == "places":
            return self._places(node) is not None
        if kind.name == "null":
            return True
        if wanted == "whole":
            return kind.name == "number" and kind.scale == 0
        if wanted == "day or month":
            return kind.name in ("date", "text")
        return kind.name == wanted or (wanted == "date" and isinstance(node, exp.Literal) and node.is_string)

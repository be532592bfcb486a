"""Run the worked examples of indicators and parameters: the value, and that the trace gives it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

from taizhang.errors import TaizhangError
from taizhang.figures.model import plain, text_of
from taizhang.figures.tracing import recombine, trace
from taizhang.pack.definitions import Indicator, IndicatorExample, Pack, Parameter
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.examples import ExampleResult
from taizhang.pack.loader import demonstration_divisions
from taizhang.warehouse.engine import Engine
from taizhang.warehouse.snapshot import Snapshot

THREADS = min(4, os.cpu_count() or 1)


def run_examples(pack: Pack, names: Collection[str] | None = None, engine: Callable[[], Engine] | None = None) -> list[ExampleResult]:
    """Run the examples of the named indicators and parameters (all when None or empty), in the order of the pack.

    ``engine`` gives an engine for one example; by default it is the workspace's own.
    """
    divisions = demonstration_divisions()
    results: list[ExampleResult] = []
    for parameter in pack.parameters.values():
        if not names or parameter.name in names:
            results += _parameter(parameter)
    wanted = [(indicator, e) for indicator in pack.indicators.values() if not names or indicator.name in names for e in indicator.examples]
    with ThreadPoolExecutor(THREADS) as pool:  # what one leaves idle while the engine works, another uses
        results += pool.map(lambda one: _indicator(pack, divisions, one[0], one[1], engine), wanted)
    return results


def _parameter(parameter: Parameter) -> Iterator[ExampleResult]:
    file, line = (parameter.place.file, parameter.place.line) if parameter.place else ("", 0)
    for day, gives in parameter.examples:
        yield ExampleResult("parameter", parameter.name, file, line, _shown(gives), _shown(parameter.on(day)))


def _indicator(
    pack: Pack, divisions: DivisionTree, indicator: Indicator, example: IndicatorExample, engine: Callable[[], Engine] | None
) -> ExampleResult:
    place = example.place or indicator.place
    file, line = (place.file, place.line) if place else ("", 0)
    try:
        got = _got(pack, divisions, indicator, example, engine() if engine else None)
    except TaizhangError as error:
        faults = getattr(error, "faults", [error.fault])
        got = "；".join(f"{f.title or f.field or ''}{f.message}" for f in faults)
    return ExampleResult("indicator", indicator.name, file, line, _shown(example.gives), got)


def _got(pack: Pack, divisions: DivisionTree, indicator: Indicator, example: IndicatorExample, engine: Engine | None) -> str:
    division = divisions.resolve(example.division) if example.division else None
    if example.division and division is None:
        raise TaizhangError("figure.division_unknown", code=example.division)
    as_of = date.fromisoformat(example.as_of) if isinstance(example.as_of, str) else example.as_of
    code = division.code if division else None
    with Snapshot.from_rows(pack, example.rows, divisions, example.period, engine) as snapshot:
        traced = trace(snapshot, indicator.name, example.period, code, as_of)
    value, again = traced.figure.value, recombine(traced)
    return _shown(value) if value == again else f"{_shown(value)}（溯源得{_shown(again)}）"


def _shown(value: Decimal | None) -> str:
    return text_of(plain(value)) or "null"

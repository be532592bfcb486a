"""The touchstone: the report of 公坪镇 2020 comes out of ledger rows, with the printed forms of the real one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from taizhang.workspace import Workspace

pytestmark = pytest.mark.slow
PRINTED = Path(__file__).with_name("printed_forms.tsv")
BIG = 1_000_000


def lines() -> list[list[str]]:
    text = PRINTED.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def expected() -> list[tuple[str, str]]:
    return [(line[0], line[1]) for line in lines()]


def changes_by_name() -> dict[str, str]:
    return {line[1]: line[3] if len(line) > 3 else "" for line in lines()}


def composed(workspace: Workspace) -> Any:
    from taizhang.cli.context import snapshot_of
    from taizhang.cli.writing import report_of

    with snapshot_of(workspace, None) as snapshot:
        return report_of(workspace, snapshot, "township_annual", "2020", workspace.town)


def printed(report: Any) -> Counter[tuple[str, str]]:
    return Counter((p.text, p.figure.indicator) for sentence in report.sentences for p in sentence.printed)


def test_every_quantity_of_the_real_report_is_printed_in_its_form(town: Workspace) -> None:
    wanted = Counter(expected())
    missing = wanted - printed(composed(town))
    assert sum(wanted.values()) == 84
    assert not missing


def test_no_figure_is_typed(town: Workspace) -> None:
    """Every digit of the prose belongs to a figure, a year, or a name that the real report has too."""
    report = composed(town)
    allowed = {"320国道", "24小时", "2020年", "2021年"}
    for sentence in report.sentences:
        rest = list(sentence.text)
        for p in sentence.printed:
            rest[p.start : p.end] = " " * (p.end - p.start)
        left = re.sub("|".join(allowed), "", "".join(rest))
        assert not re.search(r"[0-9０-９%％]", left), sentence.text


def test_changing_one_row_of_each_trace_changes_what_is_printed(town: Workspace) -> None:
    from taizhang.cli.context import snapshot_of

    before = composed(town)
    how = changes_by_name()
    with snapshot_of(town, None) as snapshot:
        for name, entry in _rows_to_change(town, snapshot, how).items():
            _change(snapshot, name, *entry, how[name])
    after = composed(town)
    was, now = _texts(before), _texts(after)
    values = {f.indicator: f.value for f in before.figures}, {f.indicator: f.value for f in after.figures}
    unmoved = {name for name in how if was[name] == now.get(name)}
    approximate = {name for name, change in how.items() if change == "approximate"}
    assert unmoved == approximate
    assert all(values[0][name] != values[1][name] for name in approximate)


def _texts(report: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for (text, name), count in printed(report).items():
        found.setdefault(name, []).extend([text] * count)
    return {name: sorted(texts) for name, texts in found.items()}


def _rows_to_change(town: Workspace, snapshot: Any, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Choose for each figure a row of its trace that no other figure has chosen; figures with few rows choose first."""
    from taizhang.figures.tracing import trace

    opened = {name: _innermost(trace(snapshot, name, "2020", town.town)) for name in names}
    taken: set[tuple[str, str]] = set()
    chosen: dict[str, tuple[Any, Any]] = {}
    for name, traced in sorted(opened.items(), key=lambda item: len(item[1].rows)):
        rows = [r for r in traced.rows if (traced.ledger, r.entry) not in taken] or list(traced.rows)
        row = max(rows, key=lambda r: r.contribution or 0)
        taken.add((traced.ledger, row.entry))
        chosen[name] = traced, row
    return chosen


def _innermost(opened: Any) -> Any:
    while opened.ledger is None:
        if opened.numerator is not None:
            opened = opened.numerator
        else:
            counted = [d.trace for d in opened.divisions if d.counts and d.trace.figure.value is not None]
            opened = min(counted, key=lambda t: t.figure.value)
    return opened


def _change(snapshot: Any, name: str, opened: Any, row: Any, how: str) -> None:
    from taizhang.journal.actions import do_record
    from taizhang.journal.read import standing
    from taizhang.journal.records import Change, Source

    rows = opened.rows if how == "all" else [row]
    made = []
    # A row may be withdrawn already, for another figure that counts the same few rows.
    for entry, stands in standing(opened.ledger, [r.entry for r in rows]).items():
        values = json.loads(stands.data)
        division = values[snapshot.pack.ledgers[opened.ledger].division]
        data = _changed(values, opened, name, how)
        made.append(Change(opened.ledger, entry, "record" if data else "withdraw", division, data or stands.data, base=stands.seq))
    if made:
        do_record("验收", Source("form", name), made)


def _changed(values: dict[str, str], opened: Any, name: str, how: str) -> str | None:
    """Return the row as changed, or None when it is to be withdrawn."""
    argument = opened.formula.argument or ""
    if "=" in how:
        field, value = how.split("=")
        values = {**values, field: value} if value else {k: v for k, v in values.items() if k != field}
    elif opened.formula.function == "sum" and argument in values and name not in ("lowest_village_income", "villages_reaching_income"):
        values[argument] = str(BIG + Decimal(values[argument]))
    else:
        return None
    return json.dumps(values, ensure_ascii=False)

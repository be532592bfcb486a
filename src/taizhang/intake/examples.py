"""Run the worked examples of ledgers: rows that are accepted and how they are stored, rows that are refused and why."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date

from taizhang.errors import Fault
from taizhang.intake.checking import Checked, check_rows
from taizhang.pack.check import WHOLE_ROW
from taizhang.pack.definitions import Ledger, LedgerExample, Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.examples import ExampleResult
from taizhang.pack.fieldtypes import Context
from taizhang.pack.loader import demonstration_divisions

EXAMPLE_DAY = date(2021, 1, 31)  # "today" of every example, so that none grows stale


def run_examples(pack: Pack, names: Collection[str] = ()) -> list[ExampleResult]:
    """Run the examples of the named ledgers (all when none is named), in the order of the pack."""
    divisions = demonstration_divisions()
    ledgers = [x for x in pack.ledgers.values() if not names or x.name in names]
    return [_result(ledger, example, divisions) for ledger in ledgers for example in ledger.examples]


def _result(ledger: Ledger, example: LedgerExample, divisions: DivisionTree) -> ExampleResult:
    # YAML keeps a long number whole, which a spreadsheet does not: it is taken as written.
    row = {name: str(value) if type(value) is int else value for name, value in example.row.items()}
    checked = check_rows(ledger, [row], Context(divisions=divisions, today=EXAMPLE_DAY))
    expected, got = _accepted(example, checked) if example.accepted else _refused(example, checked)
    return ExampleResult.of("ledger", ledger.name, example.place, expected, got)


def _accepted(example: LedgerExample, checked: Checked) -> tuple[str, str]:
    wanted = {name: None if value is None else str(value) for name, value in example.stored.items()}
    if checked.refused:
        return f"接收 {_text(wanted)}", "拒绝：" + "；".join(_told(f) for f in checked.errors)
    stored = json.loads(checked.data[0])
    return f"接收 {_text(wanted)}", f"接收 {_text({name: stored.get(name) for name in wanted})}"


def _refused(example: LedgerExample, checked: Checked) -> tuple[str, str]:
    wanted = f"拒绝 {_text(dict(sorted(example.because.items())))}"
    if not checked.refused:
        return wanted, f"接收 {checked.data[0]}"
    found = {fault.field or WHOLE_ROW: fault.code for fault in checked.errors}
    return wanted, f"拒绝 {_text(dict(sorted(found.items())))}"


def _told(fault: Fault) -> str:
    return f"{fault.field or WHOLE_ROW}: {fault.code}（{fault.message}）"


def _text(values: dict[str, str | None]) -> str:
    return json.dumps(values, ensure_ascii=False)

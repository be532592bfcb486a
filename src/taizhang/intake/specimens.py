"""Worked examples for a definition that has none: one row that is accepted and one that is refused, with invented values only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from taizhang.intake.checking import check_rows
from taizhang.intake.examples import EXAMPLE_DAY
from taizhang.pack.fieldtypes import Context
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.local import read_ledger, to_yaml

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger, Pack

_VALUES: Mapping[str, Any] = {
    "text": "样例一", "long_text": "样例说明", "attachment": "样例.pdf", "division": "銮塘村", "money": 1200.5, "area": 3.2, "mass": 150, "volume": 12,
    "number": 6, "percentage": 85, "count": 2, "yes_no": "是", "date": "2020-05-06", "month": "2020-05", "year": "2020", "timestamp": "2020-05-06 08:30",
    "telephone": "13800001234", "reference": "H0001", "plate": "湘N12345",
}  # fmt: skip
_WRONG: Mapping[str, Any] = {
    "choice": "没有这一项", "money": "很多", "area": "很多", "mass": "很多", "volume": "很多", "number": "很多", "percentage": "很多", "count": "很多",
    "date": "某一天", "month": "某个月", "year": "某一年", "timestamp": "某时", "yes_no": "不清楚", "division": "没有这个村", "id_number": "990128196503120010",
}  # fmt: skip
_NAME = "张大山"


def with_examples(definition: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """Return the definition with two examples in the place of those that it has: what they say is what the checks do with their rows."""
    bare = {name: value for name, value in definition.items() if name != "examples"}
    row = {name: _value(name, spec, pack) for name, spec in bare["fields"].items()}
    ledger = read_ledger(to_yaml({**bare, "examples": [{"accepts": row}, {"refuses": row}]}))[1]
    if ledger is None:
        return bare | {"examples": [{"accepts": row}, {"refuses": row}]}
    row = _accepted(ledger, row)
    stored, _ = _checked(ledger, row)
    wrong, because = _refused(ledger, row)
    kept = {name: value for name, value in stored.items() if str(row.get(name)) != value}
    accepts = {"accepts": row, **({"stored": dict(list(kept.items())[:4])} if kept else {})}
    return bare | {"examples": [accepts, {"refuses": wrong, "because": because}]}


def _value(name: str, spec: Mapping[str, Any], pack: Pack) -> Any:
    kind = spec["type"]
    if kind == "choice":
        return next(iter(spec.get("choices") or ["样例"]))
    if kind == "text":
        return _NAME if spec.get("name") else spec.get("example") or _VALUES["text"]
    return _VALUES[kind] if kind in _VALUES else _known(pack).get(kind, "样例")


def _known(pack: Pack) -> dict[str, str]:
    """Return, by type, a value out of the pack's own examples, which are invented, too."""
    found: dict[str, str] = {}
    for ledger in pack.ledgers.values():
        for example in ledger.examples:
            for name, value in example.row.items() if example.accepted else ():
                if name in ledger.fields and value is not None:
                    found.setdefault(ledger.fields[name].type, str(value))
    return found


def _checked(ledger: Ledger, row: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what is stored and the errors by field."""
    plain = {name: str(value) if type(value) is int else value for name, value in row.items()}
    checked = check_rows(ledger, [plain], Context(divisions=demonstration_divisions(), today=EXAMPLE_DAY))
    errors = {fault.field or "_row": fault.code for fault in checked.errors}
    return ({} if checked.refused else json.loads(checked.data[0])), errors


def _accepted(ledger: Ledger, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row without what does not pass and need not be there (a value outside bounds that somebody has set, say)."""
    errors = _checked(ledger, row)[1]
    if not errors:
        return dict(row)
    for name in errors:
        field = ledger.fields.get(name)
        if field and field.min is not None and field.type not in ("date", "month", "year"):
            row = {**row, name: int(field.min) + 1}
    errors = _checked(ledger, row)[1]
    return {name: value for name, value in row.items() if name not in errors or ledger.fields[name].required}


def _refused(ledger: Ledger, row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a row that is refused for one plain reason, and the reason."""
    for name, field in ledger.fields.items():
        if field.type in _WRONG and field.type != "division":
            wrong = {**row, name: _WRONG[field.type]}
            if errors := _checked(ledger, wrong)[1]:
                return wrong, errors
    wrong = {**row, ledger.division: _WRONG["division"]}
    return wrong, _checked(ledger, wrong)[1]

"""Texts that a spreadsheet would run as formulas: refused where people send files in, with their places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from taizhang.errors import Fault
from taizhang.intake.sheets import letters

if TYPE_CHECKING:
    from taizhang.intake.checking import Checked

# “=…”; “+f(…)”, “-f(…)”, “@f(…)”; “…|…!…” of dynamic data exchange. “-减半” and “+86 138…” are texts.
_FORMULA = re.compile(r"=|[+\-@]\s*[A-Za-z_][\w.]*\(|[+\-@][^|]*\|[^!]*!")
_MAYBE = re.compile(r':"[=+\-@]')


def refuse_formulas(tables: Iterable[Checked]) -> None:
    """Add a fault for every cell that holds a formula as text, and refuse its row."""
    for table in tables:
        for index, data in enumerate(table.data):
            if not _MAYBE.search(data):
                continue
            for name, text in json.loads(data).items():
                if _FORMULA.match(text):
                    column = table.columns.get(name)
                    fault = Fault("cell.formula", {"value": text[:60]}, file=table.file, sheet=table.sheet, row=table.lines[index])
                    place = None if column is None else letters(column)
                    title = table.titles.get(name) or table.ledger.fields[name].title
                    table.faults.append(fault.at(column=place, title=title, field=name, value=text[:200]))
                    table.refused.add(index)

"""Build the demonstration town: every system makes its rows, the rows go out as workbooks, the workbooks come in by import.

A system is a module ``demo/systems/sNN_<name>.py`` with ``rows(town)``; it may have ``payments(town)`` (benefits it pays, for the
payment ledger) and ``late_rows(town, so_far, payments)`` (rows that are drawn from those of all other systems).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.demo.town import Town
    from taizhang.intake.importing import ImportResult
    from taizhang.workspace import Workspace

Rows = dict[str, list[dict[str, Any]]]
Progress = Callable[[str, float], None]  # what is being done, share done from 0 to 1

FOLDER = "demo-files"


def generate(seed: int = 2020, year: int = 2020) -> Rows:
    """Return the rows of every ledger, ledger → rows with raw values by field; one seed gives the same rows always."""
    from taizhang.demo.town import Town

    return rows_of(Town(seed, year))


def rows_of(town: Town) -> Rows:
    """Return the rows of every ledger of a town that is made already."""
    modules = list(_systems())
    out: Rows = {}
    for module in modules:
        _add(out, module.rows(town))
    payments = [payment for module in modules if hasattr(module, "payments") for payment in module.payments(town)]
    for module in modules:
        if hasattr(module, "late_rows"):
            _add(out, module.late_rows(town, out, payments))
    return out


def build(
    workspace: Workspace, seed: int = 2020, progress: Progress | None = None, *, year: int = 2020, person: str = "演示"
) -> list[ImportResult]:
    """Fill a workspace with the town: one workbook and one submission for each system; the files stay in ``demo-files``.

    Returns what each import did. Raises what ``import_file`` raises: the town sends nothing that its own pack refuses.
    """
    from taizhang.demo.workbooks import write_workbook
    from taizhang.intake.importing import import_file

    tell = progress or (lambda what, share: None)
    tell("generate", 0.0)
    out = generate(seed, year)
    pack = workspace.pack
    folder = workspace.path(FOLDER)
    folder.mkdir(exist_ok=True)
    by_system: dict[int, list[str]] = {}
    for ledger in pack.ledgers.values():
        if out.get(ledger.name):
            by_system.setdefault(ledger.system, []).append(ledger.name)
    total = sum(len(rows) for rows in out.values()) or 1
    done, results = 0, []
    for system, names in sorted(by_system.items()):
        ledgers = [pack.ledgers[name] for name in names]
        path = folder / f"{system:02d}-{ledgers[0].title}{'等' if len(ledgers) > 1 else ''}.xlsx"
        tell(path.stem, 0.1 + 0.9 * done / total)
        write_workbook(path, [(ledger, f"{workspace.settings.title}{ledger.title}台账", out[ledger.name]) for ledger in ledgers])
        results.append(import_file(workspace, path, person=person, confirm=True))
        done += sum(len(out[name]) for name in names)
    tell("done", 1.0)
    return results


def _systems() -> Iterator[Any]:
    from taizhang.demo import systems

    for found in sorted(pkgutil.iter_modules(systems.__path__), key=lambda m: m.name):
        if found.name.startswith("s") and found.name[1:3].isdigit():
            yield importlib.import_module(f"{systems.__name__}.{found.name}")


def _add(out: Rows, more: Rows) -> None:
    for ledger, rows in more.items():
        out.setdefault(ledger, []).extend(rows)

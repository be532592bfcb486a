"""Writing one report in the forms that its users asked for; shared by ``report`` and ``demo``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.report import Report
    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.workspace import Workspace


def report_of(
    workspace: Workspace,
    snapshot: Snapshot,
    name: str,
    period: str,
    division: str,
    *,
    dated: date | None = None,
    as_of: date | None = None,
) -> Report:
    """Compose a report of the workspace's pack.

    Raises ``TaizhangError`` for an unknown report and what ``compose`` raises.
    """
    from taizhang.cli.context import report_named
    from taizhang.pack import Period
    from taizhang.report import SnapshotSource, compose

    definition = report_named(workspace.pack, name)
    source = SnapshotSource(snapshot, as_of)
    return compose(definition, source, Period.parse(period), division, dated=dated)


def write(report: Report, snapshot: Snapshot, path: Path) -> Path:
    """Write a report in the form that the file's ending names: .docx, .html or .json.

    Raises ``TaizhangError`` (``cli.form_unknown``).
    """
    from taizhang.report import as_json, open_panels, write_docx, write_html

    if path.suffix == ".docx":
        write_docx(report, path)
    elif path.suffix in (".html", ".htm"):
        write_html(report, open_panels(report, snapshot), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    else:
        raise TaizhangError("cli.form_unknown", value=path.name)
    return path

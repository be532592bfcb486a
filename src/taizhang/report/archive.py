"""Written reports kept in the workspace, version by version: ``reports/NAME/DIVISION/PERIOD/NUMBER/`` holds one, with who wrote it and when.

A version is never changed; writing again makes a new one.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.errors import TaizhangError
from taizhang.report.model import Report, as_json
from taizhang.report.saved import SavedReport, read_saved

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.workspace.folder import Workspace

FOLDER = "reports"
FORMS = ("docx", "html", "json")
_META = "meta.json"
_PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a written report; ``opened`` names the ledgers whose rows stand in its page."""

    name: str
    title: str
    division: str
    period: str
    number: int
    position: int
    by: str
    at: datetime
    opened: tuple[str, ...]
    folder: Path

    def file(self, form: str) -> Path:
        """Return the path of the version in a form; raises ``TaizhangError`` (``report.version_unknown``) where there is none."""
        path = self.folder / f"report.{form}"
        if form not in FORMS or not path.is_file():
            raise TaizhangError("report.version_unknown")
        return path

    @property
    def saved(self) -> SavedReport:
        """What was written."""
        return read_saved(self.file("json"))


def do_keep(
    workspace: Workspace, report: Report, by: str, at: datetime, write: Callable[[Path], None], opened: Sequence[str] = ()
) -> Written:
    """Keep a report as the next version; ``write`` puts its forms besides JSON into a folder.

    The version is there with all its files or not at all. Raises ``OSError`` when it cannot be written.
    """
    home = workspace.path(FOLDER, report.name, report.division, report.period)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=home) as made:
        folder = Path(made) / "version"
        folder.mkdir()
        _json(folder / "report.json", as_json(report))
        write(folder)
        _json(
            folder / _META,
            {"title": report.title, "position": report.position, "by": by, "at": at.isoformat(timespec="seconds"), "opened": list(opened)},
        )
        while True:
            target = home / str(_last(home) + 1)
            try:
                folder.rename(target)
            except OSError:
                if target.exists():  # somebody else has just taken the number
                    continue
                raise
            break
    return _read(target)


def _json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _last(home: Path) -> int:
    return max((int(path.name) for path in home.iterdir() if path.name.isdecimal()), default=0)


def _read(folder: Path) -> Written:
    data = json.loads((folder / _META).read_text(encoding="utf-8"))
    name, division, period, number = folder.parts[-4:]
    at = datetime.fromisoformat(data["at"])
    return Written(name, data["title"], division, period, int(number), data["position"], data["by"], at, tuple(data["opened"]), folder)


def written(workspace: Workspace) -> list[Written]:
    """Return all versions of all reports, the latest first; a folder that is none is passed over."""
    found = []
    for path in workspace.path(FOLDER).glob(f"*/*/*/*/{_META}"):
        if path.parent.name.isdecimal():
            try:
                found.append(_read(path.parent))
            except (OSError, ValueError, KeyError, TypeError):
                continue
    return sorted(found, key=lambda w: (w.at, w.number), reverse=True)


def version(workspace: Workspace, name: str, division: str, period: str, number: int) -> Written:
    """Return one version; raises ``TaizhangError`` (``report.version_unknown``)."""
    parts = (name, division, period)
    folder = workspace.path(FOLDER, *parts, str(number))
    if not all(_PART.fullmatch(part) for part in parts) or not (folder / _META).is_file():
        raise TaizhangError("report.version_unknown")
    return _read(folder)


def forms_for(sight: Sight, one: Written) -> list[str]:
    """Return the forms in which a person may have a version: the page holds rows, all of which she must be able to read."""
    pack = sight.pack
    rows = all(name in pack.ledgers and sight.may("read", name, one.division) and not sight.withheld(name) for name in one.opened)
    return [form for form in FORMS if form != "html" or rows]


def versions_beside(workspace: Workspace, one: Written) -> list[Written]:
    """Return all versions of the same report, division and period, the latest first."""
    home = one.folder.parent
    numbers = sorted((int(p.name) for p in home.iterdir() if p.name.isdecimal() and (p / _META).is_file()), reverse=True)
    return [_read(home / str(number)) for number in numbers]

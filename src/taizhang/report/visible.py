"""Which reports somebody may ask for, and what became of a written one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError
from taizhang.figures.desk import Desk
from taizhang.figures.visible import check
from taizhang.report import SnapshotSource, Staleness, stale
from taizhang.report.archive import Written, version, written
from taizhang.report.composing import indicators_of

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Pack, ReportDefinition
    from taizhang.workspace import Workspace


def definition_named(pack: Pack, name: str) -> ReportDefinition:
    """Return a report of the pack; raises ``TaizhangError`` (``report.report_unknown``)."""
    if name not in pack.reports:
        raise TaizhangError("report.report_unknown", name=name)
    return pack.reports[name]


def refuse_unseen(sight: Sight, definition: ReportDefinition, division: str) -> None:
    """Refuse to write a report that prints a figure which its writer may not see; raises ``TaizhangError`` (``access.refused``)."""
    for name in indicators_of(definition):
        if name in sight.pack.indicators:
            check(sight, sight.pack.indicators[name], division)


def visible_versions(workspace: Workspace, sight: Sight) -> list[Written]:
    """Return the written reports that a person may read, the latest first."""
    return [one for one in written(workspace) if _readable(sight, one)]


def _readable(sight: Sight, one: Written) -> bool:
    return sight.may("report") and sight.covers(one.division, "report")


def readable(workspace: Workspace, sight: Sight, name: str, division: str, period: str, number: int) -> Written:
    """Return a written report that a person may read; others do not exist for her.

    Raises ``TaizhangError`` (``report.version_unknown``).
    """
    one = version(workspace, name, division, period, number)
    if not _readable(sight, one):
        raise TaizhangError("report.version_unknown")
    return one


def staleness_of(desk: Desk, one: Written) -> Staleness:
    """Return what became of a written report since; looked up once for each position of the journal.

    Raises what ``report.stale`` raises, ``TaizhangError`` (``report.report_unknown``) where the pack has the report no more.
    """
    definition = definition_named(desk.pack, one.name)
    key = ("stale", one.name, one.division, one.period, one.number)
    return desk.kept(key, None, lambda snapshot: stale(one.saved, definition, SnapshotSource(snapshot)))

"""Writing a report in the background: compose, open every figure to its rows, keep all forms as a new version."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse

from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.figures.desk import Desk
from taizhang.figures.visible import ledgers_of, rows_for
from taizhang.i18n import N_
from taizhang.jobs.registry import job
from taizhang.jobs.work import Work
from taizhang.pack.periods import Period
from taizhang.report import SnapshotSource, compose, open_panels, write_docx, write_html
from taizhang.report.archive import do_keep
from taizhang.report.visible import definition_named, refuse_unseen

KIND = "report"


@job(KIND, title=N_("写报告"))
def write_report(work: Work, name: str, period: str, division: str, dated: str | None = None) -> dict[str, Any]:
    """Write a report of a period and keep it; what the page of it shows is what its writer may see."""
    sight, pack = work.sight, work.workspace.pack
    definition = definition_named(pack, name)
    if not sight.covers(division, "report"):
        raise TaizhangError("figure.division_unknown", code=division)
    refuse_unseen(sight, definition, division)
    desk = Desk.of(work.workspace)
    work.tell(N_("整理台账数据"), 0.05)
    with desk.snapshot() as snapshot:
        work.tell(N_("计算数字，写出正文"), 0.15)
        composed = compose(
            definition, SnapshotSource(snapshot), Period.parse(period), division, dated=date.fromisoformat(dated) if dated else None
        )
        panels = open_panels(
            composed,
            snapshot,
            visible=rows_for(sight),
            progress=lambda done, total: work.tell(N_("打开每个数字的明细"), 0.3 + 0.6 * done / max(total, 1)),
        )
    work.tell(N_("写出文件"), 0.9)
    used = [pack.indicators[f.indicator] for f in composed.figures if f.indicator in pack.indicators]
    ledgers = dict.fromkeys(ledger for indicator in used for ledger in ledgers_of(pack, indicator))
    opened = [ledger for ledger in ledgers if pack.ledgers[ledger].access != "need_to_know" and sight.may("read", ledger)]

    def forms(folder: Path) -> None:
        write_docx(composed, folder / "report.docx")
        write_html(composed, panels, folder / "report.html")

    kept = do_keep(work.workspace, composed, work.person, now(), forms, opened)
    return {"url": reverse("report-version", args=[kept.name, kept.division, kept.period, kept.number])}

"""The operations, part by part; the order is that of the description."""

from __future__ import annotations

from ninja import Router

from taizhang.api.operations import about, cases, comparison, entries, figures, imports, jobs, ledgers, reports, searching, submissions
from taizhang.i18n import N_

ROUTERS: tuple[tuple[str, Router], ...] = (
    (N_("本人与单元"), about.router),
    (N_("台账"), ledgers.router),
    (N_("记录"), entries.router),
    (N_("导入"), imports.router),
    (N_("报送"), submissions.router),
    (N_("指标与数字"), figures.router),
    (N_("比对与疑点"), comparison.router),
    (N_("核查"), cases.router),
    (N_("报告与审稿"), reports.router),
    (N_("搜索"), searching.router),
    (N_("后台任务"), jobs.router),
)

"""The operations, part by part; the order is that of the description."""

from __future__ import annotations

from ninja import Router

from taizhang.api.operations import about, cases, comparison, entries, figures, imports, jobs, ledgers, reports, searching, submissions

ROUTERS: tuple[tuple[str, Router], ...] = (
    ("本人与单元", about.router),
    ("台账", ledgers.router),
    ("记录", entries.router),
    ("导入", imports.router),
    ("报送", submissions.router),
    ("指标与数字", figures.router),
    ("比对与疑点", comparison.router),
    ("核查", cases.router),
    ("报告与审稿", reports.router),
    ("搜索", searching.router),
    ("后台任务", jobs.router),
)

"""Running comparison in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from taizhang.addresses import address
from taizhang.clock import today
from taizhang.comparison.checking import check
from taizhang.comparison.runs import Runs
from taizhang.i18n import N_, _
from taizhang.jobs.registry import job
from taizhang.jobs.work import Work

COMPARE = "compare"


@job(COMPARE, title=N_("比对"))
def compare(work: Work, *, rules: Sequence[str] = (), day: str = "", full: bool = False) -> dict[str, Any]:
    """Run rules, bring the findings up to date, record the run; nothing is recorded when it is cancelled."""
    work.sight.check("compare")

    def progress(title: str, done: int, total: int) -> None:
        work.tell(title, done / max(1, total) * 0.95)

    work.tell(N_("准备数据"), 0)
    on = date.fromisoformat(day) if day else today()
    result = check(work.workspace, tuple(rules), day=on, person=work.person, full=full, progress=progress)
    run = Runs(work.workspace, work.sight).one(result.number)
    if run is None:
        return {"url": address("findings-runs")}
    counts = run.counts
    facts = [
        [_("运行编号"), run.number], [_("已比对的规则"), counts["ran"]], [_("数据未变的规则"), counts["unchanged"]],
        [_("没有比对的规则"), counts["not_run"]], [_("新增疑点"), run.new], [_("消失疑点"), run.closed], [_("现有疑点"), run.standing],
    ]  # fmt: skip
    return {"url": address("findings-run", run.number), "facts": facts}

"""The jobs of sending in: reading and comparing a long file, sending it in, marking it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from taizhang.i18n import N_, _
from taizhang.jobs.registry import job
from taizhang.sending.actions import Tell, do_check, do_mark, do_send, do_settle
from taizhang.sending.drafts import own
from taizhang.sending.models import SENDING, SENT

if TYPE_CHECKING:
    from taizhang.jobs.work import Work

MARK = "import-mark"
STAGES = {"read": N_("读取文件"), "check": N_("检查每一格"), "compare": N_("与现有数据比较"), "record": N_("记录")}


def _teller(work: Work) -> Tell:
    return lambda stage, share: work.tell(STAGES[stage], share)


@job("import-check", title=N_("读取导入文件"))
def check(work: Work, *, draft: int) -> dict[str, Any]:
    """Read a long file and compare it with what stands."""
    do_check(work.workspace, work.sight, own(draft, work.person), _teller(work))
    return {"url": f"/import/{draft}/"}


@job("import-send", title=N_("报送导入文件"))
def send(work: Work, *, draft: int, partial: bool, confirmed: list[str], withdraw: bool, note: str) -> dict[str, Any]:
    """Send a long file in."""
    found = own(draft, work.person)
    if found.state == SENDING:
        do_settle(work.workspace, found)  # begun again: it may have been sent before the worker died
    if found.state == SENT:
        return {"url": f"/submissions/{found.submission}/"}
    result = do_send(
        work.workspace, work.sight, found, partial=partial, confirmed=confirmed, withdraw=withdraw, note=note, tell=_teller(work)
    )
    facts = [[_(title), result.total(name)] for name, title in COUNTS.items()]
    return {"url": f"/submissions/{result.submission}/" if result.submission else f"/import/{draft}/", "facts": facts}


COUNTS = {"new": N_("新增"), "changed": N_("修改"), "unchanged": N_("相同"), "withdrawn": N_("撤销"), "refused": N_("未收")}


@job(MARK, title=N_("标注问题"))
def mark(work: Work, *, draft: int) -> dict[str, Any]:
    """Write the marked copy of a long file."""
    work.tell(N_("标注问题"), 0.1)
    path = do_mark(work.workspace, own(draft, work.person))
    shutil.copyfile(path, work.folder / path.name)
    return {"files": {_("下载标出问题的工作簿"): path.name}, "url": f"/import/{draft}/"}

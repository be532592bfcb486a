"""Taking in a workbook, in the background."""

from __future__ import annotations

import secrets
from typing import Any

from ninja import Router
from ninja.files import UploadedFile
from ninja.params.functions import File, Form

from taizhang.api import work
from taizhang.api.callers import ApiRequest
from taizhang.api.operations.jobs import JobShape, started
from taizhang.api.shapes import changes
from taizhang.errors import TaizhangError
from taizhang.http.uploads import WORKBOOKS, kept
from taizhang.jobs.actions import do_start

router = Router()
UPLOAD: Any = File(..., description="工作簿 / a workbook: .xlsx .xls .ods .csv")
LEDGER: Any = Form(None, max_length=64, description="全部工作表都属于这本台账；不写则按表名和表头辨认 / the ledger of all sheets")
PARTIAL: Any = Form(False, description="只收没有问题的行 / only rows without faults")
CONFIRM: Any = Form([], max_length=100, description="已确认的提醒的代码，可重复 / codes of confirmed warnings")
WITHDRAW: Any = Form(False, description="撤销文件里已没有的行 / withdraw what the file has no more")
DRY_RUN: Any = Form(False, description="只说明差异，不报送 / only tell what would happen")
NOTE: Any = Form("", max_length=500, description="说明 / a note")


@router.post("/imports", response=changes(JobShape, 404, status=202), summary="导入文件")
def import_workbook(
    request: ApiRequest,
    file: UploadedFile = UPLOAD,
    ledger: str | None = LEDGER,
    partial: bool = PARTIAL,
    confirm: list[str] = CONFIRM,
    withdraw_missing: bool = WITHDRAW,
    dry_run: bool = DRY_RUN,
    note: str = NOTE,
) -> Any:
    """Take a workbook in as one submission; the answer is the job.

    Its result says whether the file was accepted, what it changes by ledger, and all faults; a marked copy of a faulty file is among its files.
    """
    sight = request.sight
    writable = {one.name for one in sight.ledgers("write")}
    if not writable:
        sight.check("write", next(iter(sight.pack.ledgers)))
    if ledger and ledger not in writable:
        raise TaizhangError("definition.unknown_ledger", name=ledger)
    folder = f"call-{secrets.token_hex(8)}"
    upload = kept(request, "file", request.workspace.path("jobs", folder), WORKBOOKS)
    job = do_start(
        work.KIND, sight, about=upload.name, folder=folder, name=upload.name, ledger=ledger or None, partial=partial,
        confirm=confirm, withdraw_missing=withdraw_missing, dry_run=dry_run, note=note,
    )  # fmt: skip
    return started(job)

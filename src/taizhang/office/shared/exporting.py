"""Lists that leave as a workbook or CSV: written so that no text runs as a formula, and recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse

from taizhang.access.actions import do_record_read
from taizhang.intake.export import write_table
from taizhang.office.shared.requests import OfficeRequest

FORMS = ("xlsx", "csv")


def table_file(
    request: OfficeRequest, title: str, header: Sequence[str], rows: Iterable[Iterable[Any]], *, ledger: str = "", what: str = ""
) -> HttpResponse:
    """Answer with a table as a file, in the form that the address asks for (``form=xlsx`` or ``csv``), and record that it left."""
    form = request.GET.get("form", "")
    suffix = form if form in FORMS else FORMS[0]
    listed = [list(row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{suffix}"
        write_table(title, header, listed, path)
        content = path.read_bytes()
    do_record_read(request.user.username, "export", ledger=ledger, what=what or title, rows=len(listed), address=request.address)
    # Django's stubs do not count what streams among the answers of a view; views and tests need not know the difference.
    return FileResponse(BytesIO(content), as_attachment=True, filename=f"{title}.{suffix}")  # type: ignore[return-value]

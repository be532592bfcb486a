"""Vertically merged data cells: the value of a merge belongs to each of its rows (a village named once for all its households)."""

from __future__ import annotations

from taizhang.intake.headers import Header
from taizhang.intake.sheets import Sheet, is_blank


def fill_down(sheet: Sheet, header: Header) -> None:
    """Write the value of each vertical merge of one mapped column into all its rows, in place."""
    columns = set(header.columns.values())
    for top, left, bottom, right in sheet.merged:
        if top <= header.bottom or bottom == top or left != right or left not in columns:
            continue
        value = sheet.rows[top][left] if top < len(sheet.rows) else None
        if is_blank(value):
            continue
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            if is_blank(sheet.rows[row][left]):
                sheet.rows[row][left] = value

"""Sentences about reviewing."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "review.returned": Entry("审核退回：{reason}", "Returned by the reviewer: {reason}"),
        "review.row_unknown": Entry("第{number}号报送没有第{row}行。", "Submission {number} has no row {row}."),
        "review.not_correctable": Entry(
            "第{number}号报送的内容已不再保留，或超过{most}行，不能在这里改正。",
            "The rows of submission {number} are kept no more, or more than the {most} that can be mended here.",
            "改好工作簿后重新导入",
            "mend the workbook and import it again",
        ),
    }
)

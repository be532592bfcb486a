"""Sentences about sending in."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "office.draft_unknown": Entry("没有这次导入，或不是您上传的。", "There is no such import, or it is not yours."),
        "office.import_refused": Entry(
            "文件有{count}处问题，没有报送任何内容。",
            "The file has {count} faults; nothing was sent.",
            "改正后再导入；或勾选只报送没有错误的行",
            "mend and import again, or send the good rows only",
        ),
        "office.import_unconfirmed": Entry(
            "文件有{count}处要确认，没有报送任何内容。",
            "The file has {count} warnings to be confirmed; nothing was sent.",
            "核对后逐项勾选",
            "tick each kind after checking",
        ),
        "office.already_waiting": Entry(
            "同一个文件已经报送，正等审核（第{number}号报送）。", "The same file waits for review already (submission {number})."
        ),
    }
)

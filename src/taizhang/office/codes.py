"""Sentences of the office itself."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "office.form_expired": Entry(
            "页面已过期，没有保存。",
            "The page has expired; nothing was saved.",
            "返回上一页刷新后再交一次",
            "go back, reload and send it again",
        ),
        "office.no_page": Entry("没有这个页面。", "There is no such page."),
        "office.broken": Entry(
            "系统出了问题，没有保存这一步；已记入日志。", "Something failed; this step was not saved. It is in the log."
        ),
        "office.forbidden": Entry("不允许这样做。", "This is not allowed."),
        "office.upload_missing": Entry("没有选文件。", "No file was chosen.", "{kinds}", "{kinds}"),
        "office.upload_empty": Entry("“{name}”是空文件。", "“{name}” is empty."),
        "office.upload_too_large": Entry(
            "上传的内容太大，没有接收。", "What was sent is too large and was not taken.", "不超过{limit}", "at most {limit}"
        ),
        "office.upload_kind": Entry("这里不收“{name}”这种文件。", "“{name}” is not a file for this.", "{kinds}", "{kinds}"),
        "office.not_found": Entry("没有找到“{what}”。", "“{what}” was not found."),
    }
)

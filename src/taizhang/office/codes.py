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
        "office.not_found": Entry("没有找到“{what}”。", "“{what}” was not found."),
    }
)

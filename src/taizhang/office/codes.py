"""Sentences of the office itself."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "office.host_refused": Entry(
            "这里不答应网址“{host}”。",
            "The office is not called “{host}”.",
            "用本机或内网的地址打开；要用这个域名，请管理员把它写进环境变量 TAIZHANG_HOSTS 再重新启动",
            "an address of this machine or the local network; to allow the name, put it into the environment variable TAIZHANG_HOSTS and start again",
        ),
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
        "office.day_unreadable": Entry("“{value}”不是日期。", "“{value}” is no date.", "例如：2020-12-31", "such as: 2020-12-31"),
        "office.amount_unreadable": Entry(
            "“{value}”不是大于零的金额。", "“{value}” is no amount above zero.", "元，例如：350.50", "yuan, such as: 350.50"
        ),
        "office.not_found": Entry("没有找到“{what}”。", "“{what}” was not found."),
        "ledgers.too_many_to_return": Entry(
            "筛选出 {count} 条，导出修改再交回一次最多 {most} 条。",
            "{count} entries; at most {most} can be exported to be returned.",
            "先按村组或条件筛选",
            "filter first",
        ),
        "ledgers.return_gone": Entry("这次交回已经过期。", "This return has expired.", "再交回一次文件", "return the file again"),
        "ledgers.choose_all": Entry(
            "请逐处选定用哪个值；您打开之后台账又有变动的，也要重新看一遍。",
            "Choose for each; look again where the ledger has changed since.",
        ),
    }
)

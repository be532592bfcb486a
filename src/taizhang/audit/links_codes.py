"""Error codes of saved links."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "links.unreadable": Entry(
            "读不懂对应关系文件 {file}：{problem}",
            "Cannot read the file of links {file}: {problem}",
            "由本程序保存的 JSON 文件",
            "A JSON file that Taizhang has saved",
        ),
        "audit.draft_unknown": Entry("没有这份审核的文稿", "There is no such draft"),
        "audit.indicator_unknown": Entry(
            "没有指标“{value}”", "There is no indicator {value!r}", "指标的名称或代码", "the title or the name of an indicator"
        ),
        "links.malformed": Entry(
            "第{number}条对应关系不完整或写法有误：{keys}",
            "Link number {number} is incomplete or not of the right kind: {keys}",
            "measure、unit、section 为文字，indicator 为指标代码或 null",
            "measure, unit and section are text; indicator is an indicator's name or null",
        ),
        "links.unknown_indicator": Entry(
            "第{number}条对应关系中的指标 {indicator} 在标准包中不存在",
            "Link number {number} names the indicator {indicator}, which the pack does not have",
            "标准包中的指标代码，或 null",
            "The name of an indicator of the pack, or null",
        ),
    }
)

"""Error codes of linkage."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "linkage.no_pinyin": Entry(
            "辨认同一人要用拼音，本机没有装拼音库",
            "Telling who is the same person needs pinyin, and the library for it is not installed",
            "先执行 pip install taizhang[linkage]",
            "pip install taizhang[linkage] first",
        ),
        "linkage.no_column": Entry(
            "人员表“{table}”缺少列“{column}”",
            "The table of persons {table!r} has no column {column!r}",
            "至少要有 {needed} 两列",
            "at least the columns {needed}",
        ),
        "linkage.key_repeated": Entry(
            "人员表“{table}”的主键有空值或重复",
            "Keys of the table of persons {table!r} are empty or repeated",
            "每人一行，主键不空不重",
            "a row for each person, with a key of its own",
        ),
        "linkage.no_persons": Entry("台账“{ledger}”里没有人的姓名", "The ledger {ledger!r} names no persons"),
        "linkage.link_unknown": Entry(
            "没有编号为“{number}”的一对，或所在的行已经改了",
            "There is no link {number!r}, or one of its rows has changed",
            "先用 taizhang link 重新列出",
            "a number that taizhang link lists now",
        ),
        "linkage.evidence_missing": Entry("没有写认定的依据", "No evidence is given", "用 --evidence 写明，例如“查验户口簿”", "--evidence"),
        "linkage.model_wrong": Entry("辨认同一人的模型有误：{reason}", "The model of linkage is wrong: {reason}"),
    }
)

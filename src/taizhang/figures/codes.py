"""Error codes of the figures."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "figure.indicator_unknown": Entry(
            "没有指标“{name}”", "There is no indicator {name!r}", "标准包里的指标名", "the name of an indicator of the pack"
        ),
        "figure.division_unknown": Entry("没有行政单元“{code}”", "There is no division {code!r}", "行政单元代码", "the code of a division"),
        "figure.day_unreadable": Entry(
            "“{value}”不是日期",
            "{value!r} is no day",
            "写成 2020-12-31；按当时所知也可写流水位置",
            "written 2020-12-31; or a position of the journal",
        ),
        "figure.file_gone": Entry("工作区里没有保存原始文件“{name}”", "The workspace does not hold the original file {name!r}"),
        "figure.when_unknown": Entry("“{ledger}”的指标不能写 when: {when}", "An indicator over {ledger!r} cannot say when: {when}"),
    }
)

"""Error codes of the figures."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "figure.indicator_unknown": Entry(
            "没有指标“{name}”", "There is no indicator {name!r}", "标准包里的指标名", "the name of an indicator of the pack"
        ),
        "figure.division_unknown": Entry("没有行政单元“{code}”", "There is no division {code!r}", "行政单元代码", "the code of a division"),
        "figure.when_unknown": Entry("“{ledger}”的指标不能写 when: {when}", "An indicator over {ledger!r} cannot say when: {when}"),
    }
)

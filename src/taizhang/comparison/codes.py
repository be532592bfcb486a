"""Error codes of comparison."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "comparison.rule_unknown": Entry("没有比对规则“{name}”", "There is no rule {name!r}"),
        "comparison.not_delivered": Entry(
            "没有比对：缺{ledgers}", "Not compared: {ledgers} is missing", "先报送这些台账", "these ledgers delivered first"
        ),
        "comparison.too_slow": Entry(
            "比对“{rule}”超过{seconds}秒，已停止；没有结果",
            "The rule {rule!r} took more than {seconds} seconds and was stopped; it has no result",
            "检查规则的连接条件，或放宽时限",
            "a look at how the rule joins, or a longer limit",
        ),
        "comparison.too_large": Entry(
            "比对“{rule}”要用的内存或磁盘超过限度，已停止；没有结果：{reason}",
            "The rule {rule!r} needed more memory or disk than allowed and was stopped; it has no result: {reason}",
            "检查规则的连接条件",
            "a look at how the rule joins",
        ),
        "comparison.failed": Entry("比对“{rule}”没有完成：{reason}", "The rule {rule!r} failed: {reason}"),
        "comparison.more_found": Entry(
            "“{rule}”查出{total}条，超过{limit}条，只列出前{limit}条",
            "The rule {rule!r} found {total} rows, more than {limit}; the first {limit} are listed",
        ),
    }
)

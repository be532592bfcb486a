"""Error codes of the report."""

from taizhang.error_catalogue import Entry, register

register(
    {
        "report.template_syntax": Entry("报告模板写法有误：{problem}", "The report template cannot be read: {problem}"),
        "report.template_forbidden": Entry(
            "报告模板里不允许使用 {what}",
            "{what} is not allowed in a report template",
            "允许：f.指标名、| form(…)、| entries(by='字段')、| sentence、if / for / set、比较、is none",
            "Allowed: f.INDICATOR, | form(…), | entries(by='field'), | sentence, if / for / set, comparisons, is none",
        ),
        "report.template_unknown": Entry(
            "报告模板用到了不存在的名称：{problem}",
            "The report template uses an unknown name: {problem}",
            "可用：f、town、year、next_year、last_year、period",
            "Available: f, town, year, next_year, last_year, period",
        ),
        "report.unknown_indicator": Entry(
            "报告模板用到的指标 {indicator} 在标准包中不存在",
            "The report template uses the indicator {indicator}, which the pack does not have",
            "先在 indicators/ 中定义该指标，或改用已有指标的名称",
            "Define it under indicators/, or use the name of an existing indicator",
        ),
        "report.null_figure": Entry(
            "指标 {indicator}（{title}）没有值，不能写进句子：“{sentence}”",
            "The indicator {indicator} ({title}) has no value and cannot be printed in the sentence: “{sentence}”",
            "补齐台账，或在模板中用 f.{indicator} is none 另写一句",
            "Complete the ledgers, or give another wording with f.{indicator} is none",
        ),
        "report.form": Entry("指标 {indicator} 的写法有误：{problem}", "The form of indicator {indicator} is wrong: {problem}"),
        "report.period_kind": Entry(
            "报告《{report}》按{wanted}编写，不能用于 {period}",
            "The report {report} is written for a {wanted}, not for {period}",
            "例如 {example}",
            "For example {example}",
        ),
        "report.not_ours": Entry(
            "{file} 不是由台账生成的报告，查不到其中数字的来源",
            "{file} is not a report written by Taizhang; the origin of its figures is unknown",
            "用 taizhang report 生成的 .docx、.html 或 .json 文件",
            "A .docx, .html or .json file written by taizhang report",
        ),
        "report.version_unknown": Entry("没有这一份写好的报告", "There is no such written report"),
        "report.report_unknown": Entry("标准包里没有报告“{name}”", "The pack has no report {name!r}"),
        "report.unreadable": Entry("打不开文件 {file}：{problem}", "Cannot open {file}: {problem}"),
        "report.other_report": Entry(
            "{file} 是报告 {saved}，不是 {wanted}",
            "{file} is the report {saved}, not {wanted}",
        ),
    }
)

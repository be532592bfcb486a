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
        "comparison.finding_unknown": Entry("没有编号为“{number}”的疑点", "There is no finding {number!r}"),
        "comparison.finding_settled": Entry("疑点{number}已经认定或消失，不必再交办", "The finding {number} is settled or gone"),
        "comparison.case_unknown": Entry("没有编号为“{number}”的核查", "There is no case {number!r}"),
        "comparison.case_decided": Entry("核查{number}已经核实或认定", "The case {number} is verified or decided already"),
        "comparison.case_undecided": Entry("核查{number}还没有认定", "The case {number} is not decided", "先认定", "a decision first"),
        "comparison.case_unverified": Entry(
            "核查{number}还没有入户核实", "Nobody has verified the case {number} yet", "先由核实人入户核实", "a visit by the handler first"
        ),
        "comparison.case_handed_over": Entry("核查{number}已经移送，线索{lead}", "The case {number} was handed over already as {lead}"),
        "comparison.nothing_to_recover": Entry(
            "核查{number}认定为“{result}”，不追缴、不移送", "The case {number} was decided as {result!r}: nothing to recover or hand over"
        ),
        "comparison.result_unknown": Entry("没有“{result}”这种认定结果", "There is no result {result!r}", "{known}", "{known}"),
        "comparison.note_missing": Entry("要写明情况或依据", "A sentence or the evidence is missing", "写一句话", "a sentence"),
        "comparison.not_the_handler": Entry("{person}不是核查{number}的核实人", "{person} is not the handler of the case {number}"),
        "comparison.appeal_same_person": Entry(
            "申诉由另一个人认定，{person}已经认定过", "{person} decided before; an appeal is decided by somebody else"
        ),
        "comparison.exclusion_over": Entry("截止日期{until}已经过了", "The last day {until} is over"),
        "comparison.handler_concerned": Entry(
            "{person}是疑点的当事人，应当回避", "{person} is concerned and may not handle this finding", "另派一人", "somebody else"
        ),
        "comparison.handler_related": Entry(
            "{person}是当事人的近亲属或同户人员，应当回避",
            "{person} is related to who is concerned and may not handle this finding",
            "另派一人",
            "somebody else",
        ),
        "comparison.handler_keyed": Entry(
            "{person}录入了所涉的记录，不得经办",
            "{person} keyed the rows concerned and may not handle this finding",
            "另派一人",
            "somebody else",
        ),
        "office.account_unfit": Entry("请选一个能办理线索的账号。", "Choose an account that may handle cases."),
        "office.attachment_kind": Entry(
            "“{name}”的内容不是可收的材料。",
            "The content of “{name}” is no kind of evidence that is kept.",
            "照片（JPG、PNG、WebP、HEIC）、PDF、Word或Excel文件",
            "photographs (JPG, PNG, WebP, HEIC), PDF, Word or Excel files",
        ),
        "office.attachment_too_large": Entry("“{name}”太大。", "“{name}” is too large.", "每个不超过{limit}", "at most {limit} each"),
        "office.attachments_too_many": Entry("材料太多。", "Too many files.", "一次不超过{most}个", "at most {most} at a time"),
    }
)

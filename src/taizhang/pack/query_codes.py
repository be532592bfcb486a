"""Error codes of queries."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

_SHAPE_ZH = "select 列 as 名称 from 台账 别名 join 台账 别名 on 相等条件 where 条件 group by 列 having 条件"
_SHAPE_EN = "select column as name from ledger alias join ledger alias on an equality where … group by … having …"

register(
    {
        "query.unreadable": Entry("步骤读不懂：{reason}", "The step cannot be read: {reason}", _SHAPE_ZH, _SHAPE_EN),
        "query.too_long": Entry(
            "步骤有 {length} 个字符，太长",
            "The step has {length} characters, which is too long",
            "至多 {limit} 个字符；分成几步",
            "at most {limit} characters, in several steps",
        ),
        "query.too_deep": Entry(
            "步骤“{step}”嵌套太深", "The step {step!r} is nested too deeply", "至多 {limit} 层", "at most {limit} levels"
        ),
        "query.too_many_steps": Entry("有 {count} 个步骤，太多", "{count} steps are too many", "至多 {limit} 个", "at most {limit}"),
        "query.several_statements": Entry(
            "步骤里有 {count} 个语句", "The step has {count} statements", "恰好一个 select", "exactly one select"
        ),
        "query.not_select": Entry("步骤“{step}”不是 select：“{part}”", "The step {step!r} is no select: {part!r}", _SHAPE_ZH, _SHAPE_EN),
        "query.part_not_allowed": Entry(
            "步骤“{step}”里不能写“{part}”", "{part!r} may not stand in the step {step!r}", _SHAPE_ZH, _SHAPE_EN
        ),
        "query.no_source": Entry("步骤“{step}”没有 from", "The step {step!r} has no from", _SHAPE_ZH, _SHAPE_EN),
        "query.subquery": Entry(
            "步骤“{step}”里套着另一个查询：“{part}”",
            "A query stands inside the step {step!r}: {part!r}",
            "写成前面的一个步骤，再用 join、semi join、anti join 连接",
            "a step before it, joined by join, semi join or anti join",
        ),
        "query.union_not_all": Entry("几个 select 只能用 union all 连接", "Selects are joined by union all only", "union all", "union all"),
        "query.union_differs": Entry(
            "union all 两边的列不同：{left}；{right}",
            "The columns of union all differ: {left}; {right}",
            "同名同类、顺序相同的列",
            "the same columns in order",
        ),
        "query.table_function": Entry(
            "步骤“{step}”的“{part}”不是台账、视图或步骤；不能读文件，也不能调用表函数",
            "{part!r} in the step {step!r} is no ledger, view or step; files and table functions cannot be read",
            "台账、视图或前面步骤的名称",
            "the name of a ledger, a view or a step before",
        ),
        "query.name_taken": Entry(
            "步骤“{name}”与台账、视图或别的步骤同名", "The step {name!r} has the name of a ledger, a view or another step"
        ),
        "query.step_unread": Entry("步骤“{name}”没有被后面的步骤用到", "The step {name!r} is read by no step after it"),
        "query.circular": Entry("视图“{name}”绕回到自己：{way}", "The view {name!r} leads back to itself: {way}"),
        "query.unknown_source": Entry(
            "步骤“{step}”里没有台账、视图或前面的步骤“{name}”",
            "The step {step!r} reads {name!r}, which is no ledger, view or step before it",
            "{known}",
            "{known}",
        ),
        "query.name_malformed": Entry(
            "名称“{name}”不合要求",
            "The name {name!r} is malformed",
            "小写英文字母开头，只用小写字母、数字和_",
            "lower-case letters, digits and _",
        ),
        "query.unknown_parameter": Entry(
            "没有参数“:{name}”",
            "There is no parameter :{name}",
            ":as_of（运行之日）、value_on('参数', 日期) 或标准包里的参数：{near}",
            ":as_of, value_on('parameter', day) or a parameter of the pack: {near}",
        ),
        "query.alias_repeated": Entry("步骤“{step}”里别名“{name}”用了两次", "The alias {name!r} is used twice in the step {step!r}"),
        "query.column_unknown": Entry("“{alias}”没有列“{name}”", "{alias!r} has no column {name!r}", "{known}", "{known}"),
        "query.alias_unknown": Entry("没有别名“{name}”", "There is no alias {name!r}", "{known}", "{known}"),
        "query.column_ambiguous": Entry(
            "列“{name}”在几张表里都有", "The column {name!r} stands in several tables", "写明别名：{known}", "with its alias: {known}"
        ),
        "query.column_unnamed": Entry(
            "步骤“{step}”里“{part}”没有名称", "{part!r} in the step {step!r} has no name", "“… as 名称”", "… as name"
        ),
        "query.star": Entry("步骤“{step}”里用了*", "The step {step!r} uses *", "逐列写出", "every column by name"),
        "query.column_repeated": Entry("步骤“{step}”里列“{name}”出现两次", "The column {name!r} stands twice in the step {step!r}"),
        "query.column_without_kind": Entry("步骤“{step}”的列“{name}”总是空", "The column {name!r} of the step {step!r} is always null"),
        "query.join_without_equality": Entry(
            "步骤“{step}”里“{name}”没有用相等条件连接，会把每一行与每一行相配",
            "{name!r} in the step {step!r} is not joined by an equality and would pair every row with every row",
            "on a.列 = b.列 and …",
            "on a.column = b.column and …",
        ),
        "query.aggregate_misplaced": Entry(
            "“{part}”不能写在这里",
            "{part!r} may not stand here",
            "汇总函数只写在 select 和 having 里",
            "aggregates stand in select and having",
        ),
        "query.window_misplaced": Entry(
            "“{part}”不能写在这里",
            "{part!r} may not stand here",
            "over (…) 只写在没有汇总的 select 里；条件写到下一个步骤",
            "over (…) stands in a select without aggregates; its condition in the next step",
        ),
        "query.window_unordered": Entry(
            "“{part}”没有写顺序",
            "{part!r} has no order",
            "over (partition by 列 order by 列)",
            "over (partition by column order by column)",
        ),
        "query.not_grouped": Entry(
            "步骤“{step}”里“{part}”既没有汇总，也不在 group by 里",
            "{part!r} in the step {step!r} is neither aggregated nor grouped by",
            "min(…)、max(…)，或写进 group by",
            "min(…), max(…), or in group by",
        ),
        "query.group_unfit": Entry("group by 里不能写“{part}”", "{part!r} may not stand in group by", "逐列写出", "every column by name"),
        "definition.plant_unclear": Entry(
            "要写第几个范例（example），或写rows和finds。", "Either the number of an example, or rows and what they find, is needed."
        ),
        "definition.query_unclear": Entry("要写select或steps之一。", "Either select or steps is needed."),
        "definition.answer_column_missing": Entry(
            "最后一步没有列“{name}”。",
            "The last step has no column {name!r}.",
            "subject（文字）、left（那一行的 _seq）",
            "subject (a text), left (the row's _seq)",
        ),
        "definition.answer_column_unfit": Entry(
            "最后一步的列“{name}”是{got}。", "The column {name!r} of the last step is {got}.", "{wanted}", "{wanted}"
        ),
        "definition.says_unknown": Entry(
            "句子里的“{name}”不是最后一步的列。", "The sentence shows {name!r}, which is no column of the last step.", "{known}", "{known}"
        ),
        "definition.says_malformed": Entry(
            "句子的花括号不成对。", "The braces of the sentence do not match.", "花括号里写列名", "the name of a column in braces"
        ),
        "definition.ledger_unread": Entry(
            "“{key}”里的台账“{name}”没有被读到。", "The ledger {name!r} in {key!r} is not read.", "{known}", "{known}"
        ),
        "definition.rule_examples_one_sided": Entry(
            "规则的样例至少要有一个查得出的、一个查不出的、一个已知的误报。",
            "A rule needs an example that is found, one that is not, and the known false alarm.",
            "finds有行的；finds为空的；finds为空并写false_alarm的",
            "one with rows in finds; one with none; one with none and false_alarm",
        ),
        "definition.false_alarm_finds": Entry(
            "误报的样例不应查出什么。", "An example of a false alarm finds nothing.", "finds: []", "finds: []"
        ),
    }
)

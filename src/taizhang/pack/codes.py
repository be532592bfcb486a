"""Sentences of faults in definitions, divisions and periods."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "input.refused": Entry("共有{count}处问题，没有保存任何内容。", "{count} faults; nothing was saved."),
        "pack.refused": Entry("标准包有{count}处问题，不能使用。", "The pack has {count} faults and cannot be used."),
        "pack.definition_unknown": Entry("没有名为“{name}”的定义。", "There is no definition named “{name}”."),
        "period.unreadable": Entry(
            "无法识别的时期“{value}”。", "Unreadable period “{value}”.", "2020、2020H1、2020Q3、2020-05", "2020, 2020H1, 2020Q3, 2020-05"
        ),
        "division.code_malformed": Entry(
            "行政单元代码“{value}”不正确。",
            "Division code “{value}” is malformed.",
            "2、4、6、9、12位统计用区划代码，村民小组14位",
            "2, 4, 6, 9 or 12 digits; 14 for a village group",
        ),
        "division.date_malformed": Entry(
            "行政单元{value}的起止日期不正确。", "Dates of division {value} are malformed.", "2020-01-01", "2020-01-01"
        ),
        "division.successor_unknown": Entry(
            "行政单元{code}的承继单元“{value}”不在名单内。", "Successor “{value}” of {code} is not in the list."
        ),
        "division.not_text": Entry(
            "行政单元名单无法读取。", "The division list cannot be read.", "UTF-8或GB18030编码的CSV文件", "a CSV file in UTF-8 or GB18030"
        ),
        "division.column_missing": Entry(
            "行政单元名单缺少列“{name}”。", "The division list has no column “{name}”.", "{allowed}", "{allowed}"
        ),
        "division.repeated": Entry("行政单元代码重复：{value}。", "Division codes repeated: {value}."),
        "definition.key_repeated": Entry("键“{key}”写了两次。", "Key “{key}” is given twice."),
        "definition.not_utf8": Entry("文件不是UTF-8编码。", "The file is not UTF-8.", "UTF-8", "UTF-8"),
        "definition.alias": Entry(
            "不能使用YAML的锚点和别名（&、*）。", "YAML anchors and aliases (&, *) are not allowed.", "把内容写全", "the content in full"
        ),
        "definition.unreadable": Entry("YAML无法读取：{problem}。", "YAML cannot be read: {problem}."),
        "definition.kind_unknown": Entry(
            "不知道这是什么定义。", "Unknown kind of definition.", "首键为{allowed}之一", "one of {allowed} as first key"
        ),
        "definition.repeated": Entry("定义“{name}”重复，已见于{other}。", "Definition “{name}” is repeated; first in {other}."),
        "definition.report_text_missing": Entry("缺少报告正文文件{name}。", "Report text {name} is missing."),
        "definition.wrong_type": Entry(
            "“{path}”应为{wanted}，现为{found}。", "“{path}” should be {wanted}, found {found}.", "{wanted}", "{wanted}"
        ),
        "definition.not_allowed": Entry(
            "“{path}”的值“{value}”不允许。", "Value “{value}” of “{path}” is not allowed.", "{allowed}", "{allowed}"
        ),
        "definition.malformed": Entry("“{path}”的写法“{value}”不正确。", "“{path}” is malformed: “{value}”.", "{allowed}", "{allowed}"),
        "definition.too_few": Entry("“{path}”至少要{wanted}项，现有{found}项。", "“{path}” needs at least {wanted} items, has {found}."),
        "definition.key_missing": Entry("缺少键“{key}”。", "Key “{key}” is missing."),
        "definition.key_unknown": Entry("未知的键“{key}”。", "Unknown key “{key}”.", "{allowed}", "{allowed}"),
        "definition.example_unclear": Entry("样例要写accepts或refuses之一。", "An example has either accepts or refuses."),
        "definition.examples_one_sided": Entry(
            "至少要有一个应接收和一个应拒绝的样例。", "One accepted and one refused example are needed."
        ),
        "definition.formula_unclear": Entry(
            "指标要写value（连同from、when）、ratio、over_divisions三者之一。",
            "An indicator has one of value (with from and when), ratio, over_divisions.",
        ),
        "definition.value_malformed": Entry(
            "算式“{value}”不正确。",
            "Formula “{value}” is malformed.",
            "sum(x)、count()、count(distinct x)、min(x)、max(x)、latest(x)",
            "sum(x), count(), count(distinct x), min(x), max(x), latest(x)",
        ),
        "definition.example_rows_unclear": Entry("样例行要按台账列出。", "Example rows must be listed by ledger."),
        "definition.unknown_field": Entry("台账{ledger}没有字段“{name}”。", "Ledger {ledger} has no field “{name}”."),
        "definition.unknown_ledger": Entry("没有台账“{name}”。", "There is no ledger “{name}”."),
        "definition.unknown_indicator": Entry("没有指标“{name}”。", "There is no indicator “{name}”."),
        "definition.circular": Entry("指标“{name}”绕回到自己。", "Indicator “{name}” leads back to itself."),
        "definition.reference_in_check": Entry("行内校验不能引用别的台账。", "A row check cannot go through a reference."),
        "definition.parameter_in_check": Entry(
            "行内校验不能用参数：参数有生效日期，宜写成比对规则。", "A row check cannot use a parameter, whose value depends on a date."
        ),
        "definition.dates_unfit": Entry(
            "{kind}类台账的“{key}”不合要求。",
            "“{key}” does not fit a ledger of kind {kind}.",
            "事件类写at；名册类写from和to",
            "event: at; register: from and to",
        ),
        "definition.due_unfit": Entry("名册类台账没有报送期限。", "A register has no due day.", "只用于事件类台账", "events only"),
        "definition.not_a_date": Entry("字段“{name}”不是日期类字段。", "Field “{name}” is not a date."),
        "definition.not_a_division": Entry("字段“{name}”不是行政单元字段。", "Field “{name}” is not of type division."),
        "definition.renamed": Entry(
            "本地台账“{name}”已经在用，名称不能改。", "The local ledger “{name}” is in use; its name cannot change."
        ),
        "definition.same_title": Entry(
            "标题“{title}”已是台账{name}的。", "The title “{title}” is that of ledger {name}.", "另一个标题", "another title"
        ),
        "definition.title_repeated": Entry("表头“{title}”与字段{other}重复。", "Heading “{title}” is also that of {other}."),
        "definition.field_key_unfit": Entry("{type}类型的字段不能写“{key}”。", "A field of type {type} has no “{key}”."),
        "definition.reference_unfit": Entry(
            "引用的台账“{name}”要以单个字段为主键。", "Referenced ledger “{name}” must have a single-field key."
        ),
        "definition.when_unfit": Entry("{kind}类台账不能用when: {when}。", "A ledger of kind {kind} has no when: {when}."),
        "definition.unknown_parameter": Entry(
            "没有参数“{name}”。", "There is no parameter “{name}”.", "数，或标准包中的参数名", "a number or a parameter"
        ),
        "definition.audit_case_unknown": Entry(
            "这种检查不分“{name}”的情形。", "This check knows no case “{name}”.", "{allowed}", "{allowed}"
        ),
        "definition.audit_value_unknown": Entry(
            "句子里的“{name}”没有值可填。", "The sentence has no value for “{name}”.", "{allowed}", "{allowed}"
        ),
        "definition.audit_examples_one_sided": Entry(
            "审核规则的样例至少要有一个应指出的、一个不应指出的、一个易误报的。",
            "An audit rule needs an example that must be found, one that must not, and a known false alarm.",
        ),
        "definition.audit_quote_unknown": Entry("样例原文里没有“{value}”。", "The example's text does not hold “{value}”."),
    }
)

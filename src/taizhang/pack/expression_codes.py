"""Error codes of the expression language."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "expression.unreadable": Entry(
            "表达式“{text}”读不懂：{reason}",
            "The expression {text!r} cannot be read: {reason}",
            "一个 SQL 表达式，例如 amount > 0 and programme = '稻谷补贴'",
            "one SQL expression, such as amount > 0 and programme = '稻谷补贴'",
        ),
        "expression.too_long": Entry(
            "表达式有 {length} 个字符，太长",
            "The expression has {length} characters, which is too long",
            "至多 {limit} 个字符",
            "at most {limit} characters",
        ),
        "expression.too_deep": Entry(
            "表达式“{text}”嵌套太深", "The expression {text!r} is nested too deeply", "至多嵌套 {limit} 层", "at most {limit} levels"
        ),
        "expression.not_allowed": Entry(
            "表达式“{text}”里不允许写“{part}”",
            "{part!r} is not allowed in the expression {text!r}",
            "字段、数与文字、+ - *、比较、and or not、in、between、is null、like、case 和定义语言列出的函数；除法用 divide(a, b, places)",
            "fields, literals, + - *, comparisons, and or not, in, between, is null, like, case and the listed functions; divide(a, b, places) divides",
        ),
        "expression.unknown_function": Entry("没有函数“{name}”", "There is no function {name!r}", "{known}", "{known}"),
        "expression.arguments": Entry(
            "函数 {name} 的参数不对：{got}", "The arguments of {name} do not fit: {got}", "{name}({wanted})", "{name}({wanted})"
        ),
        "expression.unknown_field": Entry("“{owner}”没有字段“{name}”", "{owner!r} has no field {name!r}", "{known}", "{known}"),
        "expression.not_reference": Entry(
            "“{name}”不是引用字段，不能写“{name}.{sub}”",
            "{name!r} is not a reference field, so {name}.{sub} means nothing",
            "类型为 reference 的字段",
            "a field of type reference",
        ),
        "expression.unknown_parameter": Entry(
            "没有参数“:{name}”",
            "There is no parameter :{name}",
            ":period_start、:period_end 或标准包里的参数",
            ":period_start, :period_end or a parameter of the pack",
        ),
        "expression.kinds_differ": Entry(
            "“{part}”把{left}和{right}放在一起",
            "{part!r} puts {left} and {right} together",
            "两边同类的值；年、月是文字：'2020'、'2020-05'",
            "values of one kind; years and months are text: '2020', '2020-05'",
        ),
        "expression.wrong_kind": Entry("“{part}”是{got}", "{part!r} is {got}", "{wanted}", "{wanted}"),
        "expression.bad_date": Entry("“{value}”不是日期", "{value!r} is not a date", "例如 '2020-03-01'", "such as '2020-03-01'"),
    }
)

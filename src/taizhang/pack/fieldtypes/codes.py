"""Error codes of the field types: what is wrong with a cell, and what would have been accepted."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

_ID = (
    "18位公民身份号码，如11010519491231002X；15位旧号码自动补成18位",
    "an 18-character identity number such as 11010519491231002X; old 15-digit numbers are completed",
)
_CREDIT = (
    "18位统一社会信用代码，由数字和大写字母组成，不含I、O、Z、S、V",
    "an 18-character unified credit code of digits and capitals without I, O, Z, S, V",
)
_CARD = ("12至19位数字", "12 to 19 digits")
_PHONE = (
    "11位手机号，或带区号的固定电话，如0745-6822345；一格只填一个号码",
    "an 11-digit mobile number or a landline with area code such as 0745-6822345; one number a cell",
)
_NUMBER = (
    "数字，可带千分位逗号、万/亿和单位，如1,234.5、89.3万元、3.2亩",
    "a number, with thousands commas, 万/亿 and a unit if wanted: 1,234.5, 89.3万元, 3.2亩",
)
_DATE = (
    "日期，年份写四位，如2020-03-01、2020/3/1、2020年3月1日",
    "a date with a four-digit year such as 2020-03-01, 2020/3/1, 2020年3月1日",
)
_MONTH = ("月份，年份写四位，如2020-03、2020年3月", "a month with a four-digit year such as 2020-03, 2020年3月")
_MOMENT = (
    "日期和时间，如2020-07-03 08:30、2020年7月3日8时30分",
    "a date and time such as 2020-07-03 08:30, 2020年7月3日8时30分",
)


def _entry(zh: str, en: str, accepted: tuple[str, str]) -> Entry:
    return Entry(zh, en, *accepted)


CODES: dict[str, Entry] = {
    "cell.formula_error": _entry(
        "单元格是表格软件的错误值“{value}”",
        "the cell holds the spreadsheet error “{value}”",
        ("改正公式后的结果，或留空", "the result of the mended formula, or an empty cell"),
    ),
    "number_truncated": _entry(
        "“{value}”被表格软件当作数字保存，已丢失末尾的数字，无法还原",
        "a spreadsheet has stored “{value}” as a number and lost its last digits",
        ("把单元格设为文本格式后重新填写的完整号码或数字", "the whole number typed again into a cell formatted as text"),
    ),
    "text.too_long": _entry(
        "“{value}”有{length}字，超过{longest}字",
        "“{value}” has {length} characters, more than {longest}",
        ("不超过{longest}字的文字", "text of at most {longest} characters"),
    ),
    "text.broken_character": _entry(
        "“{value}”中有损坏的字符",
        "“{value}” holds damaged characters",
        ("重新录入的文字；如为CSV文件，请另存为UTF-8或GB18030编码", "the text typed again; save CSV files as UTF-8 or GB18030"),
    ),
    "choice.unknown": _entry(
        "“{value}”不在选项中{hint_zh}",
        "“{value}” is not among the choices{hint_en}",
        (
            "其中之一：{choices}",
            "one of: {choices}",
        ),
    ),
    "yes_no.unreadable": _entry(
        "“{value}”不是“是”或“否”",
        "“{value}” is neither yes nor no",
        (
            "是、否（也可写有、无、√、×）",
            "是 or 否 (有, 无, √, × too)",
        ),
    ),
    "division.unknown": _entry(
        "没有名为或编码为“{value}”的行政单元，或不止一个",
        "no division is named or coded “{value}”, or more than one is",
        (
            "本镇村（社区）、组的名称或统计用区划代码，如公坪社区、公坪社区3组",
            "the name or statistical code of a village or group of this town",
        ),
    ),
    "id_number.check_digit": _entry(
        "身份证号“{value}”的校验码不对，按前17位算应为{expected}",
        "the check character of identity number “{value}” should be {expected}",
        _ID,
    ),
    "id_number.length": _entry("身份证号“{value}”有{length}位", "identity number “{value}” has {length} characters", _ID),
    "id_number.characters": _entry(
        "身份证号“{value}”中有不允许的字符：只能是数字，首位不为0，末位可以是X",
        "identity number “{value}” may hold digits only, not 0 first, X at most last",
        _ID,
    ),
    "id_number.birth_date": _entry(
        "身份证号“{value}”中的出生日期{birth}不存在", "the birth date {birth} inside identity number “{value}” does not exist", _ID
    ),
    "id_number.future_birth": _entry(
        "身份证号“{value}”中的出生日期{birth}在今天之后", "the birth date {birth} inside identity number “{value}” lies in the future", _ID
    ),
    "credit_code.check_digit": _entry(
        "统一社会信用代码“{value}”的校验码不对，应为{expected}",
        "the check character of credit code “{value}” should be {expected}",
        _CREDIT,
    ),
    "credit_code.length": _entry("统一社会信用代码“{value}”有{length}位", "credit code “{value}” has {length} characters", _CREDIT),
    "credit_code.characters": _entry(
        "统一社会信用代码“{value}”中有不允许的字符，或第3至8位不是数字",
        "credit code “{value}” holds characters that are not allowed, or places 3–8 are not digits",
        _CREDIT,
    ),
    "bank_card.check_digit": _entry(
        "银行卡号“{value}”未通过校验（Luhn），请核对", "bank card number “{value}” fails the Luhn check; please compare it", _CARD
    ),
    "bank_card.length": _entry("银行卡号“{value}”有{length}位", "bank card number “{value}” has {length} digits", _CARD),
    "bank_card.characters": _entry(
        "银行卡号“{value}”中有数字以外的字符", "bank card number “{value}” holds something other than digits", _CARD
    ),
    "telephone.unreadable": _entry("“{value}”不是电话号码", "“{value}” is not a telephone number", _PHONE),
    "telephone.several": _entry("“{value}”中有不止一个电话号码", "“{value}” holds more than one telephone number", _PHONE),
    "telephone.no_area_code": _entry("固定电话“{value}”没有区号", "landline “{value}” has no area code", _PHONE),
    "plate.pattern": _entry(
        "车牌号“{value}”不是常见的格式，请核对",
        "plate “{value}” has an unusual shape; please compare it",
        ("号牌，如湘N12345、湘ND12345", "a plate such as 湘N12345, 湘ND12345"),
    ),
    "plate.unreadable": _entry(
        "“{value}”不是车牌号",
        "“{value}” is not a plate",
        (
            "号牌，如湘N12345、湘ND12345",
            "a plate such as 湘N12345, 湘ND12345",
        ),
    ),
    "number.unreadable": _entry("“{value}”不能读作一个数", "“{value}” cannot be read as one number", _NUMBER),
    "number.misplaced_comma": _entry("“{value}”的千分位逗号位置不对", "“{value}” has a misplaced thousands comma", _NUMBER),
    "number.unknown_unit": _entry(
        "“{value}”的单位不能用在这一列",
        "the unit of “{value}” does not fit this column",
        ("数字，或带本列可用的单位：{units}", "a number, alone or with a unit of this column: {units}"),
    ),
    "number.too_many_places": _entry(
        "“{value}”的小数位太多，不能自行舍入",
        "“{value}” has too many decimal places and is not rounded on its own",
        ("按{unit}计最多{places}位小数", "at most {places} decimal places of {unit}"),
    ),
    "number.rounded": _entry(
        "“{value}”换算成{unit}后小数超过{places}位，四舍五入为{result}",
        "“{value}” in {unit} needs more than {places} places and was rounded to {result}",
        ("换算后最多{places}位小数的数，或确认舍入", "a value of at most {places} places in {unit}, or a confirmation"),
    ),
    "number.too_small": _entry(
        "“{value}”小于{min}{unit}",
        "“{value}” is less than {min}{unit}",
        (
            "不小于{min}{unit}的数",
            "a number of at least {min}{unit}",
        ),
    ),
    "number.too_large": _entry(
        "“{value}”大于{max}{unit}",
        "“{value}” is greater than {max}{unit}",
        (
            "不大于{max}{unit}的数",
            "a number of at most {max}{unit}",
        ),
    ),
    "count.not_whole": _entry(
        "“{value}”不是整数",
        "“{value}” is not a whole number",
        (
            "整数，如120、1.2万",
            "a whole number such as 120, 1.2万",
        ),
    ),
    "percentage.fraction": _entry(
        "“{value}”按{result}%登记；若想填{hundred}%，请改写",
        "“{value}” is taken as {result}%; write {hundred}% if that is meant",
        ("百分比，如98.5或98.5%", "a percentage such as 98.5 or 98.5%"),
    ),
    "date.unreadable": _entry("“{value}”不能读作日期", "“{value}” cannot be read as a date", _DATE),
    "date.impossible": _entry("日期“{value}”不存在", "the date “{value}” does not exist", _DATE),
    "date.two_digit_year": _entry("“{value}”的年份只有两位", "“{value}” has a two-digit year", _DATE),
    "date.no_day": _entry("“{value}”没有写到日", "“{value}” does not name a day", _DATE),
    "date.no_year": _entry("“{value}”没有年份", "“{value}” has no year", _DATE),
    "date.out_of_range": _entry("“{value}”不在{first}年至{last}年之间", "“{value}” is not between {first} and {last}", _DATE),
    "month.unreadable": _entry("“{value}”不能读作月份", "“{value}” cannot be read as a month", _MONTH),
    "month.ambiguous": _entry(
        "“{value}”可能是{year}年1月，也可能是{year}年10月",
        "“{value}” may be January or October of {year}",
        ("{year}-01或{year}-10", "{year}-01 or {year}-10"),
    ),
    "year.unreadable": _entry(
        "“{value}”不能读作年份",
        "“{value}” cannot be read as a year",
        (
            "四位年份，如2020",
            "a four-digit year such as 2020",
        ),
    ),
    "timestamp.unreadable": _entry("“{value}”不能读作日期和时间", "“{value}” cannot be read as a date and time", _MOMENT),
    "timestamp.impossible": _entry("“{value}”中的时间不存在", "the time in “{value}” does not exist", _MOMENT),
}

register(CODES)

"""One sentence for each field on what it may hold; for forms, the notes of templates and the data dictionary."""

from __future__ import annotations

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes._model import plain_number
from taizhang.pack.fieldtypes._units import NUMBERS, measure_of, unit_of

_SENTENCES = {
    "text": "填文字，不超过200字",
    "long_text": "填文字，可以分段，不超过10000字",
    "reference": "填所引用台账中的编号，不含空格",
    "attachment": "填附件的文件名或编号",
    "id_number": "填18位公民身份号码（15位的自动补成18位）",
    "credit_code": "填18位统一社会信用代码",
    "bank_card": "填12至19位数字的银行卡号或账号",
    "telephone": "填11位手机号，或带区号的固定电话，如0745-6822345",
    "plate": "填机动车号牌，如湘N12345",
    "division": "填村（社区）、组的名称或统计用区划代码，如公坪社区、公坪社区3组",
    "money": "填金额，可带单位，如893000、89.3万元、1,234.50元",
    "area": "填面积，可带单位，如3.2、3.2亩、2公顷、800平方米",
    "mass": "填重量，可带单位，如500、500公斤、1000斤、2.5吨",
    "volume": "填体积，可带单位，如12、12立方米、1.2万方",
    "number": "填数字",
    "percentage": "填百分比，如98.5或98.5%；写98.5就是98.5%，不要填0.985",
    "count": "填整数，如120、1.2万",
    "yes_no": "填“是”或“否”",
    "date": "填日期，如2020-03-01或2020年3月1日，年份写四位",
    "month": "填月份，如2020-03或2020年3月，年份写四位",
    "year": "填四位年份，如2020",
    "timestamp": "填日期和时间，如2020-07-03 08:30或2020年7月3日8时30分",
}


def _bounds(field: Field) -> str:
    low = plain_number(field.min) if field.min is not None else None
    high = plain_number(field.max) if field.max is not None else None
    unit = measure_of(field).base
    if low is not None and high is not None:
        return f"；从{low}到{high}{unit}"
    if low is not None:
        return f"；不小于{low}{unit}"
    return f"；不大于{high}{unit}" if high is not None else ""


def describe(field: Field) -> str:
    """Return a Chinese sentence on what the field may hold, bounds, unit and choices included."""
    if field.type == "choice":
        return f"从下列选项中选一项：{'、'.join(field.choices)}。"
    sentence = _SENTENCES[field.type]
    if field.type == "text" and field.is_name:
        sentence = "填姓名，字间不加空格"
    if field.type in NUMBERS:
        measure = measure_of(field)
        unit = unit_of(field)
        if unit and field.type != "percentage":
            sentence += f"；不带单位时按{unit}计"
        if measure.places and field.type != "percentage":
            sentence += f"；最多{measure.places}位小数"
        sentence += _bounds(field)
    return sentence + "。"

"""The words for what speaks for or against a link."""

from __future__ import annotations

from taizhang.i18n import N_, _

_STATUS = {"same": N_("同一人"), "person": N_("须人工核对"), "info": N_("仅姓名相同，只供参考")}

_LEVELS = {
    "number": {
        "same": N_("身份证号相同"),
        "same_unproven": N_("身份证号写法相同，但校验不对"),
        "one_slip": N_("身份证号差一位或相邻两位颠倒，其中一个校验不对"),
        "two_slips": N_("身份证号差两位，其中一个校验不对"),
        "cut": N_("身份证号末三位被表格软件改成了0"),
        "head": N_("身份证号前十四位相同"),
        "different": N_("身份证号不同，其中有校验不对的"),
        "two_valid_near": N_("身份证号只有末四位差一两位，两个校验都对，像是双胞胎"),
        "two_valid_slips": N_("身份证号差两位，两个校验碰巧都对"),
        "two_valid": N_("身份证号不同，两个校验都对"),
        "same_other": N_("其他证件号码相同"),
        "missing": N_("缺身份证号"),
    },
    "name": {
        "same": N_("姓名相同"),
        "variant": N_("姓名是同一字的不同写法"),
        "homophone": N_("姓名同音不同字"),
        "heard_alike": N_("姓名读音相近"),
        "middle_differs": N_("姓名差一个字，不在末尾"),
        "last_differs": N_("姓名末一个字不同"),
        "one_of_two": N_("姓相同，单名不同"),
        "shortened": N_("姓名少一个字"),
        "turned": N_("姓名的字颠倒"),
        "given_same": N_("名相同，姓不同"),
        "given_one": N_("单名相同，姓不同"),
        "surname": N_("只有姓相同"),
        "different": N_("姓名不同"),
        "missing": N_("缺姓名"),
    },
    "born": {
        "same": N_("出生日期相同"),
        "turned": N_("出生月日颠倒"),
        "lunar": N_("出生日期相差像是农历与公历之别"),
        "one_part": N_("出生年月日有一处不同"),
        "year": N_("只有出生年份相同"),
        "different": N_("出生日期不同"),
        "missing": N_("缺出生日期"),
    },
    "sex": {"same": N_("性别相同"), "different": N_("性别不同"), "missing": N_("缺性别")},
    "village": {"same": N_("同村"), "different": N_("不同村"), "missing": N_("缺村")},
    "household": {
        "same": N_("同户"),
        "maiden": N_("一方的户是另一方的娘家户"),
        "different": N_("不同户"),
        "missing": N_("缺户"),
    },
}


def level_words(field: str, level: str) -> str:
    """Return how two persons agree in a field, in words."""
    return _(_LEVELS[field][level])


def status_words(status: str) -> str:
    """Return what became of a pair, in words."""
    return _(_STATUS[status])

"""The shapes of the files by which figures are found: numerals, units, approximations, contexts, dates, traps."""

from __future__ import annotations

from typing import get_args

from taizhang.reader.lexicon_shapes.parts import (
    HAN,
    HAN_WORD,
    LATIN,
    MEASURED,
    ONE_HAN,
    PERSONS,
    PHRASE,
    POSITIVE,
    REGEX,
    Schema,
    choice,
    closed,
    file_of,
    flag,
    letters,
    number,
    table,
    text_of,
    whole,
    words_of,
)
from taizhang.reader.model import PassedKind


def units() -> Schema:
    """Units of measure and classifiers."""
    written = {
        "also": words_of("其他写法"),
        "not": text_of("后面是这些字就不是这个单位"),
        "name": text_of("规范名（与键不同时写）"),
        "han": flag("false：只有阿拉伯数字后才算（3期；二期是次序）"),
        "one": flag("false：前面单独一个“一”不算数（一次）"),
    }
    times = {"times": number("等于几个规范单位：成是10个%")}
    counted = {"class": choice("数的是哪一类", *PERSONS), **written, "note": flag("true：省了量词，读出后加说明")}
    classifier = {**counted, "order": flag("true：编号而不是计数（3号）"), "not_person": text_of("附近有这些字，“口”数的就不是人")}
    measure = closed(
        {
            "kind": choice("数字的种类", *MEASURED),
            "units": table("单位", closed({"factor": number("折合多少个基本单位"), **times, **written}, empty=True)),
        },
        ("kind", "units"),
    )
    return file_of(
        "计量单位和量词",
        "度量单位按量纲分组，同组可以换算；量词各成一组，不换算；名词只在阿拉伯数字后算单位。前面的先占用一种写法。",
        "measures:\n  area: {units: {石田: {factor: 6.3, also: [石谷田]}}}\nclassifiers:\n  蔸树: {class: plant}\n",
        measures=table("量纲 → 种类和单位；基本单位的factor是1，不必写", measure, LATIN),
        classifiers=table("量词；值为空时按东西计数", closed(classifier, empty=True)),
        nouns=table("不用量词直接计数的名词（12村）", closed(counted, empty=True)),
        not_before=table("其他写法后面不能跟的字", text_of("一串字")),
        parts=table("跟在大单位后面的小单位：五元三毛", table("小单位 → 折合多少个基本单位", number("折合数")), LATIN),
        per=words_of("“每”和“/”后面除单位外还可以是什么：元/月"),
        per_signs=text_of("单位之间的除号"),
        per_word=text_of("当除号用的字"),
        per_signs_further=text_of("第二个除号：元/人·年"),
        split=text_of("可以拆开的量词：3个多月"),
        split_by=text_of("插在拆开处的字"),
    )


def numerals() -> Schema:
    """How numbers are written."""
    one, places = f"^{HAN}$", {"type": "integer", "pattern": "^10{0,15}$", "description": "10的整数次幂"}
    share = {"type": "number", "pattern": POSITIVE, "description": "百分之几"}
    ranged = {
        "low_closed": "不小于，含本数", "low_open": "大于，不含本数", "high_closed": "不大于，含本数", "high_open": "小于，不含本数",
        "behind_low": "数后：以上", "behind_high": "数后：以下", "join": "两个条件之间", "between": "两个数之间", "needs_inside": "要有“之间”才是范围",
        "inside": "之间",
    }  # fmt: skip
    compared: dict[str, Schema] = {key: words_of(about) for key, about in ranged.items()}
    compared |= {
        "than": letters("比", 1), "than_low": letters("比……大"), "than_high": letters("比……小"), "in": text_of("范围前的字：在"),
    }  # fmt: skip
    return file_of(
        "数的写法",
        "小写、大写数字和数前数后的字。繁体字读前已化为简体，不必另写。",
        "not_numbers: [八角楼, 三江口]\n",
        digits=table("数字 → 值，键为" + ONE_HAN, choice("0至9", *range(10), kind="integer"), one),
        small=table("十百千 → 值，键为" + ONE_HAN, choice("10、100、1000", 10, 100, 1000, kind="integer"), one),
        large=table("万亿兆 → 值，键为" + ONE_HAN, choice("10000、100000000、1000000000000", 10**4, 10**8, 10**12, kind="integer"), one),
        never_last=letters("后面没有单位时不作末位数（二百两）"),
        point=letters("小数点"),
        minus=letters("负号"),
        vague=letters("数后的约数字：2700余"),
        vague_before_unit=letters("后面有单位才是约数的字：十来个"),
        some=letters("不定的数：几十"),
        some_not_after=letters("前面是这些字就不是不定的数：户数"),
        half=letters("半", 1),
        half_of=words_of("“半”在哪些量纲的单位前算0.5：半亩"),
        half_not_after=letters("前面是这些字，“半”就不是0.5：大半斤"),
        parts=words_of("分数：三分之二"),
        **{"and": text_of("带分数：一又二分之一")},
        shares=table("百分之、千分之、万分之的头一个字", choice("%、‰、‱之一", "%", "‰", "‱"), one),
        whole_shares=table("整个表示比例的词 → 百分之几", share),
        only_approximate=words_of("单用只是说法、与以上等词连用才算数的比例"),
        after_unit=letters("单位后的约数字：3年多"),
        not_numbers=words_of("含数字而不是数的词"),
        formal=letters("大写数字；单独一个多半是别的字"),
        dozen=text_of("打"),
        letters=table("数后的英文字母 → 倍数", places, "^[A-Za-z]$"),
        ordinal=letters("第", 1),
        half_share=table("对折之类 → 百分之几", share),
        discount=text_of("折"),
        tenths=letters("一个是十分之一的单位：成、折", 1),
        points=words_of("百分点"),
        coins=letters("打头的这些字不是币名：元整"),
        old=text_of("十个月大"),
        comparisons=closed(compared, tuple(compared), about="大于、小于、之间等比较的词"),
    )


def approximations() -> Schema:
    """Approximate words."""
    word = closed(
        {
            "kind": choice("over 以上，about 左右，under 以下", "over", "about", "under"),
            "open": flag("true：不含本数"),
            "near": flag("true：“近”，略小于本数"),
            "bare": flag("true：只在百千万亿前（上千人）"),
            "not_after": text_of("前面是这些字就是别的词（节约）"),
        },
        ("kind",),
    )
    settings = {"about_percent": number("“约”上下浮动百分之几"), "near_percent": number("“近”至少到百分之几")}
    settings["some_low"] = choice("“几十”至少是几十", *range(1, 10), kind="integer")
    return file_of(
        "约数词",
        "使数字成为约数的词，和它们允许的范围。",
        "before:\n  差不多: {kind: about}\nafter:\n  出头: {kind: over, open: true}\n",
        settings=closed(settings, tuple(settings), about="约数的范围"),
        before=table("数前的词", word),
        after=table("数后的词", word),
    )


def contexts() -> Schema:
    """Words around figures."""
    change: dict[str, Schema] = {
        "up": words_of("增长"),
        "down": words_of("下降"),
        "neutral": words_of("同比"),
        "levels": words_of("名为增长的水平值"),
    }
    change |= {
        "to": text_of("提高到：后面是水平"), "is": text_of("降为"), "nouns": text_of("词尾是速幅率，“为”后面是增幅"),
        "gap": whole("词与数之间至多几个字", r"\d{1,2}"),
    }  # fmt: skip
    rate = {"words": words_of("率、占比"), "gap": words_of("词与数之间的字")}
    return file_of(
        "数字周围的词",
        "说明数字是水平还是增减、省了什么单位、是不是在计数的词。",
        "omitted:\n  元: [党建经费]\n",
        change=closed(change, tuple(change), about="表示增减的词"),
        rate=closed(rate, tuple(rate), about="表示比率的词"),
        zero_after=text_of("这些字后的0算数字"),
        omitted=table("省去的单位 → 附近的词", words_of("词")),
        after_omitted=whole("往后看几个字", r"\d{1,2}"),
        before_omitted=whole("往前看几个字", r"\d{1,2}"),
        money=text_of("钱的单位"),
        pointing=text_of("前面是这些字，汉字数字是指称而不是计数（这三个）"),
        pointing_always=text_of("前面是这些字，任何数字都是次序（第3名）"),
        **{"from": text_of("由……到……是两个数字，不是范围")},
        ratio_sum=number("几比几之和"),
        ratio_slack=number("和的允许误差"),
        numbered_after=table("单位 → 前面是这些字时是编号（某村3组）", text_of("一串字")),
        rank_before=text_of("前3名"),
        rank_units=words_of("名次的单位"),
        never_decimal=words_of("顿号不会是小数点的量纲（5、6年）"),
        below_zero=words_of("可以为负的量纲"),
        below=text_of("零下"),
        coldness=words_of("“零下”后的量纲"),
        part_before=text_of("“1/3”前的字"),
        part_after=words_of("“1/3”后的词"),
        one_before=words_of("“一个”后面是这些词，不是计数（一个新台阶）"),
        one_after=text_of("“一个”前面是这些字，不是计数"),
        list_marks=words_of("并列数字之间的词和标点"),
        range_words=words_of("范围两端之间的词"),
    )


def dates() -> Schema:
    """Words of time."""
    return file_of(
        "时间词",
        "日期、时期和时长里的词。",
        "duties: [巡堤]\nperiod_leads: [自建镇以来]\n",
        years=table("指年份的词 → 与报告年相差几年", whole("-9至9", r"-?\d")),
        eras=table("年号（汉字）→ 元年的前一年", whole("公元年", r"[1-9]\d{0,3}"), f"^{HAN}{{1,8}}$"),
        days=words_of("指日子的词"),
        weeks=words_of("指星期的词"),
        months=words_of("指月份的词"),
        day_parts=words_of("一天里的时段"),
        year_ends=words_of("年后的词：年底"),
        month_ends=words_of("月后的词：月初"),
        period_leads=words_of("年数前的词，使它成为时期：近三年"),
        period_tails=words_of("年数后的词，使它成为时期：五年来"),
        year_terms=words_of("年数后的词，使它成为名称：九年一贯制"),
        year_lengths=words_of("年数后的词，使它成为时长"),
        length_leads=words_of("年数前的词，使它成为时长：工期"),
        duties=words_of("24小时后的词：值班"),
        circles=words_of("小时后的词：经济圈"),
    )


def traps() -> Schema:
    """Numbers that are no figures."""
    kinds = get_args(PassedKind)
    pattern = closed(
        {
            "kind": choice("算作哪一类", *kinds),
            "rule": {"type": "string", "pattern": rf"^[^\n]{{0,39}}{HAN}[^\n]{{0,39}}$", "description": "名称，至少一个汉字"},
            "match": REGEX,
            "at": choice("从哪种数字开始（快得多）", "digit", "han", "number", "any"),
        },
        ("kind", "rule", "match"),
    )
    named = {
        "ordinal_names": "“第几”后的名称", "meeting_words": "“十届三次”后的词", "announced": "“六个”后的词，只报项数：方面",
        "announced_arabic": "阿拉伯数字后只报项数的词", "points": "“五点”后的词：建议", "slogan_nouns": "“四个”后的词，是提法：意识",
        "slogan_weak": "只在句末或“战略”之类前才是提法的词", "slogan_behind": "战略、目标之类", "big_not": "“三大”后面是这些就不是提法",
        "repeated_heads": "“一个……一个……”里的量词", "measuring": "引号里有这些单位，仍算数字", "scale_units": "“千亩”之类名称里的单位",
        "scale_people": "“万人”之类的单位", "scale_people_after": "“万人”前的词", "scale_not_before": "前面是这些就不是“千亩”之类的名称",
        "scale_not_behind": "后面是这些就不是“千亩”之类的名称", "identifier_words": "编号前的词", "place_ends": "地名的末尾：街道",
        "village_ends": "村名的末尾",
    }  # fmt: skip
    raw = {"pair_nouns": "成对提法里可以有的量词：三区三线", "counters": "量词和单位的字", "place_not": "地名的第二个字不会是这些"}
    return file_of(
        "不是数字的数字",
        "提法、文件、地名、编号等含数字而不计数的词。列出的词最长的先取。",
        "phrases:\n  slogan: [一河两岸三带]\n  place: [三门滩, 五里亭]\n",
        phrases={**closed({k: words_of("词", PHRASE) for k in kinds}), "description": "类别 → 整个略过的词：" + "、".join(kinds)},
        patterns=words_of("词表说不清的，用正则表达式", pattern),
        **{key: words_of(about) for key, about in named.items()},
        **{key: words_of(about, HAN_WORD) for key, about in raw.items()},
    )

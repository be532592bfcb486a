"""The shapes of the files by which figures are named, placed, grouped and linked to indicators."""

from __future__ import annotations

from taizhang.reader.lexicon_shapes.parts import (
    ANY_WORD,
    HAN_WORD,
    LATIN,
    REGEX,
    Schema,
    closed,
    file_of,
    flag,
    groups_of,
    letters,
    table,
    words_of,
)


def groups() -> Schema:
    """How figures belong together."""
    return file_of(
        "数字之间的关系",
        "说明几个数字怎样合在一起的词。",
        "totals: [总括起来]\n",
        parts=words_of("后面是前一个数字的组成部分：其中"),
        complete=words_of("后面是全部组成部分：分别为"),
        totals=words_of("前面几个数字的合计"),
        outcomes=words_of("案件的处理结果"),
        cases=words_of("有处理结果的事项"),
        pair_gaps=words_of("一对数字之间的字：12户22人", ANY_WORD),
        listing=words_of("下文要列举：以下"),
        listing_units=words_of("列举的项：个方面"),
        restarts=words_of("又说回总体的词"),
    )


def scopes() -> Schema:
    """Time and place."""
    lists = {
        "plan_headings": "标题里的词：以下是计划", "done_headings": "标题里的词：不是计划", "plan": "预计的词", "last_year": "上年的词",
        "than": "后面的上年只用来比较", "cumulative": "累计的词", "five_year": "五年的词", "this_year": "本年的词",
        "target_endings": "指标名这样结尾是任务数", "fulfilled": "说明任务已完成的词", "not_places": "不是地名的“……村”",
        "profile_headings": "标题里的词：介绍概况", "plan_openings": "句首是这些词，整段都是打算", "compared": "上年之后是这些词，只作比较",
        "looking_back": "总结上一年的报告里的说法",
    }  # fmt: skip
    return file_of(
        "时间和地点",
        "说明数字属于哪一年、哪个村的词。",
        "five_year: [本届政府以来]\nplace_endings: [片区]\n",
        plan_patterns=words_of("只在动词或数字前才表示计划的正则表达式", REGEX),
        standing=words_of("介绍概况的句子里的词（正则表达式）", REGEX),
        place_endings=words_of("地名的末尾：村", HAN_WORD),
        **{key: words_of(about) for key, about in lists.items()},
    )


def measures() -> Schema:
    """Words of names."""
    lists = {
        "copulas": "名称与数字之间的词：为", "adverbs": "状语", "times": "时间词", "openers": "句首的范围和介词：全镇",
        "names": "后面跟着数值的词：面积", "bare": "单用时要知道是什么的：产量", "nouns": "内含动词而不能切开的名词", "share": "占比的词",
        "nominal_after": "使前面的动词成为名称的词：办结率", "nominal_after_light": "“完成”之类后面也成名称的词", "fulfilment": "完成的词",
        "generic": "什么钱都能叫的名称", "object_after": "后面是资金用途的词", "of_crops": "种植的词", "persons": "指人的词尾",
        "areas": "指土地的词尾", "money": "指钱的词尾", "holders": "做事的单位和人", "places": "地方", "leading": "右边名词前可以有的词",
        "targets": "任务数的词尾", "earlier": "较早时候的词", "dimensions": "尺寸：宽4.5米", "averages": "平均：村均", "carried": "管住后面几个短名称的动词：防疫生猪、牛", "part_words": "后面的数字是前一个的组成部分，共用它的名称",
        "shared_names": "一笔钱的各部分与它共用的名称", "subject_ends": "挣钱、投资、生产的单位的词尾", "sector_words": "产业", "ordinal_sectors": "三次产业的名称",
        "attributes": "“总投资5亿元的项目”里的词", "adjectives": "“的”前面不说明事物的词尾", "positions": "名词里的单字：中",
        "weak": "名词里的虚字", "bare_leads": "“产量”之类前面不说明事物的词",
    }  # fmt: skip
    return file_of(
        "名称用词",
        "读出“这个数字量的是什么”所用的词。",
        "names: [载畜量]\nnouns: [打谷机]\n",
        growth=table("增减的词 → 名称里的写法", ANY_WORD),
        suffixes=table("单位 → 名称没有说出时补上的词", ANY_WORD),
        sector_letters=letters("农林牧渔"),
        **{key: words_of(about) for key, about in lists.items()},
    )


def verbs() -> Schema:
    """Verbs."""
    return file_of(
        "动词",
        "报告里的动词，按它们和数字的关系分。",
        "telling: [疏伐, 夯实]\n",
        light=words_of("引出事物而不说明它的动词：成立6个合作社"),
        reaching=words_of("引出数值的动词：完成2700亩"),
        telling=words_of("属于指标名的动词：新增低保"),
        making=words_of("后面是所做之物的动词：配备6名辅警"),
    )


def synonyms() -> Schema:
    """Words that mean the same."""
    return file_of(
        "同义说法",
        "把文中的说法与指标名对上。",
        "same:\n  - [医保, 城居保]\n",
        same=groups_of("同义词，一行一组，以第一个词为准", 2),
        light=words_of("不说明量的是什么的词"),
        told_by_unit=table("单位 → 它已经说明的词尾；any是任何单位", words_of("词尾")),
        classifiers=groups_of("可以互相代替的量词"),
        anything=words_of("什么都能数的量词", ANY_WORD),
        mistaken_units=groups_of("容易互相写错的单位", 2),
        given_to=words_of("数字前是这些词时，数的是受益的一方"),
        part_words=words_of("引出部分的词"),
        containers=words_of("单独作名称时说明不了什么的词"),
    )


def opposed() -> Schema:
    """Words that exclude each other."""
    axis = closed(
        {
            "name": {"type": "string", "pattern": LATIN, "description": "小写英文名称"},
            "marked": flag("true：只有一边有这样的字眼，也是两回事"),
            "around": flag("true：字眼也可以在同一句或标题里"),
            "clause": flag("true：同一小句里的字眼也算"),
            "flows": words_of("对当期发生的数不起作用的几极", {"type": "string", "pattern": LATIN}),
            "poles": table("一极 → 字眼", {**words_of("字眼"), "minItems": 1}, LATIN),
        },
        ("name", "poles"),
    )
    return file_of(
        "相对的说法",
        "同一条里的两极不会是同一个指标。",
        "axes:\n  - {name: bamboo, poles: {moso: [毛竹, 楠竹], small: [小径竹]}}\n",
        **{"except": words_of("含有这些字却不是这个意思的词")},
        axes=words_of("一条条相对的说法", axis),
    )

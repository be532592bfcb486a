"""Sentences about accounts and rights."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "access.refused": Entry(
            "您没有“{act}”的权限{ledger}。", "You may not: {act} {ledger}.", "请联系系统管理员调整角色", "ask the administrator for a role"
        ),
        "access.account_unknown": Entry("没有账号“{name}”。", "There is no account “{name}”."),
        "access.account_exists": Entry("账号“{name}”已经有了。", "The account “{name}” exists already.", "换一个账号名", "another name"),
        "access.role_unknown": Entry("没有角色“{name}”。", "There is no role “{name}”."),
        "access.division_unfit": Entry(
            "角色“{role}”应任职于{level}一级，“{division}”不是。",
            "The role “{role}” is posted to a division of the level {level}; “{division}” is none.",
        ),
        "access.purpose_missing": Entry(
            "查看个人信息原文须写明用途。",
            "Seeing personal data unmasked needs a purpose.",
            "例如：核对低保名单",
            "such as: checking a roll",
        ),
        "access.password_weak": Entry("密码不合要求：{problem}", "The password does not do: {problem}"),
        "access.entry_unknown": Entry("台账“{ledger}”里没有这条记录。", "There is no such entry in “{ledger}”."),
        "query.unfit": Entry("筛选条件有 {count} 处不对，没有查询。", "{count} filters do not fit; nothing was asked."),
        "query.no_field": Entry("没有“{title}”这一列。", "There is no column “{title}”."),
        "query.no_operator": Entry("“{title}”不能用“{operator}”筛选。", "“{title}” cannot be filtered by “{operator}”."),
        "query.no_value": Entry("“{title}”的筛选条件没有写值。", "The filter on “{title}” has no value.", "写一个值", "a value"),
        "query.not_a_number": Entry("“{value}”不是编号。", "“{value}” is no number.", "数字", "digits"),
        "query.no_division": Entry(
            "没有行政单元“{value}”。", "There is no division “{value}”.", "村（社区）的名称或代码", "the name or code of a village"
        ),
        "query.personal": Entry(
            "“{title}”是个人信息，不能这样查找或排序。",
            "“{title}” is personal and cannot be searched or sorted by in this way.",
            "有查看原文权限的，写完整的值；按部分内容查找或排序先写明用途查看原文",
            "with the right to unmask: a full value; parts and order after unmasking with a purpose",
        ),
        "query.cursor_unreadable": Entry("翻页标记不对。", "The cursor is not one of ours.", "从第一页重新查", "begin with the first page"),
    }
)

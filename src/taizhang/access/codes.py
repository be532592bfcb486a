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
    }
)

"""Sentences about the workspace folder."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "workspace.missing": Entry(
            "“{path}”不是台账工作区（缺少taizhang.toml）。",
            "“{path}” is not a Taizhang workspace (no taizhang.toml).",
            "先运行 taizhang init 目录，或用 -C 指明工作区",
            "run taizhang init DIR first, or name the workspace with -C",
        ),
        "workspace.exists": Entry(
            "“{path}”不是空目录，没有改动它。", "“{path}” is not empty; nothing was changed.", "一个新目录或空目录", "a new or empty folder"
        ),
        "workspace.settings_unreadable": Entry("taizhang.toml无法读取：{problem}。", "taizhang.toml cannot be read: {problem}."),
        "workspace.town_unknown": Entry("行政单元名单里没有本镇代码“{code}”。", "The division list has no town “{code}”."),
        "workspace.division_gone": Entry(
            "新名单里没有{code} {name}，但已有记录，不能去掉。",
            "The new list lacks {code} {name}, and there are entries already.",
            "保留这一行，填上valid_to和successor",
            "keep the line, with valid_to and successor",
        ),
        "workspace.division_renamed": Entry(
            "{code}原名“{old}”，新名单写作“{new}”；已有记录，不能直接改名。",
            "{code} is “{old}”, the new list says “{new}”; with entries already there it cannot be renamed in place.",
            "旧名一行填valid_to和successor，新名另用新代码",
            "end the old one with valid_to and successor, and give the new name a new code",
        ),
        "workspace.disk_full": Entry(
            "磁盘已满，没有保存任何内容。", "The disk is full; nothing was saved.", "腾出空间后再交一次", "make room and send it again"
        ),
        "workspace.driver_missing": Entry(
            "使用PostgreSQL需要另装驱动。",
            "PostgreSQL needs its driver.",
            "pip install taizhang[postgresql]",
            "pip install taizhang[postgresql]",
        ),
        "workspace.engine_unknown": Entry(
            "不支持的数据库地址“{value}”。",
            "Unsupported database address “{value}”.",
            "sqlite 或 postgresql://…",
            "sqlite or postgresql://…",
        ),
        "workspace.hash_unavailable": Entry(
            "本机不提供{value}算法。", "Algorithm {value} is not available on this machine.", "sha256、sm3", "sha256, sm3"
        ),
    }
)
